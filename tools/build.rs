//! The build script: how the program is linked, where that makes it start faster. What is linked: Cargo.toml; how the
//! packages are built: tools/package/build. Where the compiler or the linker does not take part, nothing is changed, so
//! that no build fails here that would not fail without it.

#![expect(
    clippy::disallowed_methods,
    reason = "Cargo tells a build script about the target in variables"
)]

use std::env;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Written by `tools/link_order.py`.
const ORDER: &str = "tools/link_order.ld";

fn main() {
    println!("cargo::rerun-if-changed=tools/build.rs");
    println!("cargo::rerun-if-changed={ORDER}");
    if variable("CARGO_CFG_TARGET_OS") != "linux" {
        return;
    }
    if variable("HOST") == variable("TARGET") && variable("CARGO_CFG_TARGET_ENV") == "gnu" {
        link_unwinder();
    }
    // The order of what is debugged does not matter, and it is linked often.
    if variable("PROFILE") == "release" {
        order_functions();
    }
}

/// Links the compiler's unwinder into the program, where it would be a library of its own, `libgcc_s.so.1`.
fn link_unwinder() {
    let asked = Command::new("cc")
        .arg("-print-file-name=libgcc_eh.a")
        .output();
    let Ok(answer) = asked else { return };
    let name = String::from_utf8_lossy(&answer.stdout);
    let archive = Path::new(name.trim());
    // A compiler that does not have the file answers with its bare name.
    if let (true, Some(folder)) = (archive.is_absolute() && archive.is_file(), archive.parent()) {
        println!("cargo::rustc-link-search=native={}", folder.display());
        println!("cargo::rustc-link-lib=static:-bundle=gcc_eh");
    }
}

/// Has the functions of common runs put side by side, if the linker understands how that is said: not all do.
fn order_functions() {
    let flags = variable("CARGO_ENCODED_RUSTFLAGS");
    if flags.contains("linker") || flags.contains("fuse-ld") {
        return;
    }
    let order = format!("-T{}/{ORDER}", variable("CARGO_MANIFEST_DIR"));
    if links_with(&order) {
        println!("cargo::rustc-link-arg-bins={order}");
    }
}

/// Tells whether the smallest program can be linked with an option.
fn links_with(option: &str) -> bool {
    let linker = env::var_os("RUSTC_LINKER").unwrap_or_else(|| "cc".into());
    let program = PathBuf::from(variable("OUT_DIR")).join("smallest");
    let mut command = Command::new(linker);
    command.args(["-x", "c", "-", option, "-o"]).arg(program);
    command.stdin(Stdio::piped()).stdout(Stdio::null());
    let Ok(mut child) = command.stderr(Stdio::null()).spawn() else {
        return false;
    };
    let source = b"int main(void) { return 0; }\n";
    let was_written = child
        .stdin
        .take()
        .is_some_and(|mut stdin| stdin.write_all(source).is_ok());
    child.wait().is_ok_and(|status| status.success()) && was_written
}

/// Returns what Cargo says in a variable, or nothing.
fn variable(name: &str) -> String {
    env::var(name).unwrap_or_default()
}
