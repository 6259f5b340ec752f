//! The process border: argv and environment in, exit code out.

use std::io::Write as _;

// musl's own gives memory back page by page, which takes a seventh of the time of a page.
#[cfg(target_env = "musl")]
#[global_allocator]
static ALLOCATOR: dlmalloc::GlobalDlmalloc = dlmalloc::GlobalDlmalloc;

fn main() -> std::process::ExitCode {
    let argv: Vec<_> = std::env::args_os().collect();
    let env = arm::env::Env::of_process();
    let format = arm::app::message_format(&argv, &env);
    std::panic::set_hook(Box::new(move |panic| {
        // A fault of the program: one line, no backtrace, and the code of a local failure.
        let place = panic
            .location()
            .map(ToString::to_string)
            .unwrap_or_default();
        let line = arm::app::words_of_fault(below_registry(&place), format);
        let _unseen = std::io::stderr().write_all(line.as_bytes());
        #[expect(
            clippy::disallowed_methods,
            reason = "after a panic nothing else may run"
        )]
        std::process::exit(1);
    }));
    let code = arm::app::run(argv, env);
    let code = u32::from(code);
    match u8::try_from(code) {
        Ok(code) => code.into(),
        // That of a command on Windows, which the type of the standard library cannot hold.
        Err(_) =>
        {
            #[expect(
                clippy::disallowed_methods,
                reason = "everything that the run had to write is written"
            )]
            std::process::exit(code.cast_signed())
        }
    }
}

/// Returns a place in a crate without the folders that lead to it: they are those of the machine that built this.
fn below_registry(place: &str) -> &str {
    let (_, crates) = place.rsplit_once("registry").unwrap_or(("", place));
    let inside = crates
        .strip_prefix("/src/")
        .or_else(|| crates.strip_prefix(r"\src\"));
    let inside = inside.and_then(|path| path.split_once(['/', '\\']));
    inside.map_or(place, |(_index, path)| path)
}

#[cfg(test)]
mod tests {
    use super::below_registry;

    #[test]
    fn a_place_does_not_name_the_folders_of_its_builder() {
        for (place, expected) in [
            (
                "/home/me/.cargo/registry/src/index-1949cf8c6b5b557f/tokio-1.54.1/src/a.rs:1:2",
                "tokio-1.54.1/src/a.rs:1:2",
            ),
            (
                r"C:\Users\me\.cargo\registry\src\index\url-2.5.4\src\lib.rs:1:2",
                r"url-2.5.4\src\lib.rs:1:2",
            ),
            ("src/app/mod.rs:3:4", "src/app/mod.rs:3:4"),
            ("src/registry.rs:3:4", "src/registry.rs:3:4"),
        ] {
            assert_eq!(below_registry(place), expected);
        }
    }
}
