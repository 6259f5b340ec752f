//! The process border: argv and environment in, exit code out.

use std::io::Write as _;

fn main() -> std::process::ExitCode {
    std::panic::set_hook(Box::new(|panic| {
        // A fault of the program: one line, no backtrace, and the code of a local failure.
        let place = panic
            .location()
            .map(ToString::to_string)
            .unwrap_or_default();
        let line = format!("error: internal error at {place}\n\nhint: please report this\n");
        let _unseen = std::io::stderr().write_all(line.as_bytes());
        #[expect(
            clippy::disallowed_methods,
            reason = "after a panic nothing else may run"
        )]
        std::process::exit(1);
    }));
    let code = arm::app::run(std::env::args_os(), &arm::env::Env::of_process());
    std::process::ExitCode::from(u8::from(code))
}
