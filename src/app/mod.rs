//! What the program does: takes the command line apart and puts the steps of a run together.

mod command;
mod endpoint;
mod exchange;
mod fan_out;
mod session;
mod terminal;

use std::ffi::OsString;

use crate::app::command::dispatch;
use crate::app::session::environment;
use crate::app::terminal::stdout::print;
use crate::cli;
use crate::env::Env;
use crate::error::{Error, ExitCode, Failure};
use crate::output::Console;

/// Runs a command line to its end.
pub fn run(argv: impl IntoIterator<Item = OsString>, env: &Env) -> ExitCode {
    let outcome = environment::check(env)
        .and_then(|()| cli::parse(argv).map_err(Error::from))
        .map_err(Failure::from)
        .and_then(|command| dispatch(command, env));
    match outcome {
        Ok(()) => ExitCode::Done,
        Err(failure) => explain(&failure, env),
    }
}

/// Tells the user, and returns the exit code.
fn explain(failure: &Failure, env: &Env) -> ExitCode {
    if let Error::Usage(cli::Error::Display { text, .. }) = &failure.error {
        return match print(text) {
            Ok(()) => ExitCode::Done,
            Err(error) => explain(&error.into(), env),
        };
    }
    if !failure.is_quiet() {
        Console::of(env).error(failure.message());
    }
    failure.exit_code()
}
