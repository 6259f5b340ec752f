//! The build script: on Linux with glibc it links the compiler's unwinder into the program, where it would be a library
//! of its own, `libgcc_s.so.1`. A program that loads one library less starts a tenth faster, and runs in images that
//! hold the C library alone. What else is linked: Cargo.toml; the static program of the packages: tools/package/build.

#![expect(
    clippy::disallowed_methods,
    reason = "Cargo tells a build script about the target in variables"
)]

use std::env;
use std::path::Path;
use std::process::Command;

fn main() {
    println!("cargo::rerun-if-changed=tools/build.rs");
    let is = |name: &str, value: &str| env::var(name).is_ok_and(|found| found == value);
    let is_of_this_machine = env::var("HOST").is_ok() && env::var("HOST") == env::var("TARGET");
    if is_of_this_machine && is("CARGO_CFG_TARGET_OS", "linux") && is("CARGO_CFG_TARGET_ENV", "gnu")
    {
        link_unwinder();
    }
}

/// Leaves everything as it is where the archive is not beside the compiler.
fn link_unwinder() {
    let asked = Command::new("cc")
        .arg("-print-file-name=libgcc_eh.a")
        .output();
    let Ok(answer) = asked else { return };
    let name = String::from_utf8_lossy(&answer.stdout);
    let archive = Path::new(name.trim());
    // A compiler that does not have the file answers with its bare name.
    if let (true, Some(folder)) = (archive.is_file() && archive.is_absolute(), archive.parent()) {
        println!("cargo::rustc-link-search=native={}", folder.display());
        println!("cargo::rustc-link-lib=static:-bundle=gcc_eh");
    }
}
