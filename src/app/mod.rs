//! What the program does: takes the command line apart and puts the steps of a run together.

mod command;
mod endpoint;
mod exchange;
mod fan_out;
mod session;
mod terminal;

use std::ffi::OsString;

use crate::app::command::{
    account, cache, graph, list, login, request, sandbox, token, types, whoami,
};
use crate::app::session::environment;
use crate::app::terminal::stdout::print;
use crate::cli::{self, Command};
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
        Err(failure) => explain(&failure),
    }
}

fn dispatch(command: Command, env: &Env) -> Result<(), Failure> {
    match command {
        Command::Request(args) => on_runtime(request::run(*args, env)),
        Command::List(args) => on_runtime(list::run(*args, env)),
        Command::Graph(args) => on_runtime(Box::pin(graph::run(*args, env))),
        Command::Token(args) => on_runtime(token::run(args, env)),
        Command::Serve(args) => on_runtime(Box::pin(endpoint::serve(*args, env))),
        Command::Exec(args) => on_runtime(Box::pin(endpoint::exec(*args, env))),
        Command::Cache(command) => Ok(cache::run(&command, env)?),
        Command::Login(args) => on_runtime(login::run(args, env)),
        Command::Logout(args) => Ok(account::sign_out(&args, env)?),
        Command::Whoami(args) => on_runtime(whoami::run(args, env)),
        Command::Account(command) => Ok(account::run(command, env)?),
        Command::Sandbox(command) => on_runtime(sandbox::run(command, env)),
        Command::Types(args) => {
            let (types, request) = *args;
            on_runtime(Box::pin(types::run(types, request, env)))
        }
        Command::Completions { shell } => Ok(print(&cli::completions::script(shell))?),
        Command::Man => Ok(man_page()?),
        Command::Help { topic } => Ok(print(topic.text())?),
    }
}

/// One thread is enough for one request at a time, and costs less to start.
fn on_runtime<E>(run: impl Future<Output = Result<(), E>>) -> Result<(), Failure>
where
    Failure: From<E>,
{
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let runtime = runtime.map_err(|error| Error::Runtime {
        message: error.to_string(),
    })?;
    let outcome = runtime.block_on(run);
    // A name that is still being looked up on a thread of its own must not hold the process.
    runtime.shutdown_background();
    Ok(outcome?)
}

fn man_page() -> Result<(), Error> {
    let page = cli::completions::man_page();
    print(&page.map_err(|error| Error::ManPage {
        message: error.to_string(),
    })?)
}

/// Tells the user, and returns the exit code.
fn explain(failure: &Failure) -> ExitCode {
    if let Error::Usage(cli::Error::Display { text, .. }) = &failure.error {
        return match print(text) {
            Ok(()) => ExitCode::Done,
            Err(error) => explain(&error.into()),
        };
    }
    if !failure.is_quiet() {
        Console::default().error(&failure.message());
    }
    failure.exit_code()
}
