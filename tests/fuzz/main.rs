//! The fuzzer of every target, of which `ARM_FUZZ_TARGET` names one. What a target does with its input: `src/fuzz.rs`.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;

static TARGET: LazyLock<fn(&[u8])> = LazyLock::new(|| {
    let name = std::env::var("ARM_FUZZ_TARGET").expect("ARM_FUZZ_TARGET names a target");
    arm::fuzz::target(&name).unwrap_or_else(|| panic!("there is no target `{name}`"))
});

fuzz_target!(|input: &[u8]| TARGET(input));
