//! The kept inputs of the fuzzer, each asked once: what was found stays found, and no target decays.

#![cfg(test)]

use std::path::Path;

use super::{TARGETS, target};

#[test]
#[expect(
    clippy::print_stderr,
    reason = "which input breaks a promise is in the output of the test"
)]
fn kept_inputs_break_no_promise() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/corpus");
    for (name, run) in TARGETS {
        let folder = corpus.join(name);
        let inputs = std::fs::read_dir(&folder).unwrap_or_else(|_| panic!("no {folder:?}"));
        let mut count = 0;
        for input in inputs {
            let path = input.unwrap().path();
            eprintln!("{}", path.display());
            run(&std::fs::read(&path).unwrap());
            count += 1;
        }
        assert!(count > 0, "`{name}` has no inputs");
    }
}

#[test]
fn targets_are_told_by_their_names() {
    assert!(target("url").is_some() && target("none").is_none());
}
