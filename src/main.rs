//! The process border: argv and environment in, exit code out.

fn main() -> std::process::ExitCode {
    let code = arm::app::run(std::env::args_os(), &arm::env::Env::of_process());
    std::process::ExitCode::from(code as u8)
}
