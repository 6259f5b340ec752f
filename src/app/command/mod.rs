//! The commands, one file each: from the arguments to the end of the run. Who sends a request and prints its answer:
//! `exchange`; who serves: `app/endpoint`.

mod account;
mod cache;
mod can;
mod complete;
mod config;
mod credential;
mod diff;
mod edit;
mod graph;
mod list;
mod login;
mod mcp;
mod named;
mod new;
mod open;
mod request;
mod rest;
mod sandbox;
mod show;
mod token;
mod types;
mod whoami;

use std::sync::Arc;

use crate::app::endpoint;
use crate::app::terminal::signals;
use crate::app::terminal::stdout::{print, print_help};
use crate::cli::{self, Command};
use crate::env::Env;
use crate::error::{Error, Failure};

/// Runs a command to its end.
pub(crate) fn dispatch(command: Command, env: &Env) -> Result<(), Failure> {
    if hands_out_tokens(&command) {
        env.guard.check_handing_out_tokens()?;
    }
    match command {
        Command::Request(args) => on_runtime(env, Box::pin(named::run(*args, env))),
        Command::List(args) => on_runtime(env, list::run(*args, env)),
        Command::New(args) => {
            let (new, request) = *args;
            on_runtime(env, Box::pin(new::run(new, request, env)))
        }
        Command::Show(args) => on_runtime(env, Box::pin(show::run(*args, env))),
        Command::Rest(args) => on_runtime(env, Box::pin(rest::run(*args, env))),
        Command::Diff(args) => on_runtime(env, Box::pin(diff::run(*args, env))),
        Command::Open(args) => on_runtime(env, Box::pin(open::run(*args, env))),
        Command::Edit(args) => on_runtime(env, Box::pin(edit::run(*args, env))),
        Command::Graph(args) => on_runtime(env, Box::pin(graph::run(*args, env))),
        Command::Can(args) => {
            let (can, request) = *args;
            on_runtime(env, Box::pin(can::run(can, request, env)))
        }
        Command::Token(args) => on_runtime(env, token::run(args, env)),
        Command::Serve(args) => on_runtime(env, Box::pin(endpoint::serve(*args, env))),
        Command::Exec(args) => on_runtime(env, Box::pin(endpoint::exec(*args, env))),
        Command::Credential(command) => on_runtime(env, Box::pin(credential::run(*command, env))),
        Command::Mcp(args) => on_runtime(env, mcp::run(*args, env)),
        Command::Cache(command) => on_runtime(env, Box::pin(cache::run(command, env))),
        Command::Config(command) => on_runtime(env, config::run(command, env)),
        Command::Login(args) => on_runtime(env, login::run(args, env)),
        Command::Logout(args) => Ok(account::sign_out(&args, env)?),
        Command::Whoami(args) => on_runtime(env, whoami::run(args, env)),
        Command::Account(command) => Ok(account::run(command, env)?),
        Command::Sandbox(command) => on_runtime(env, sandbox::run(command, env)),
        Command::Types(args) => {
            let (types, request) = *args;
            on_runtime(env, Box::pin(types::run(types, request, env)))
        }
        Command::Completions { shell } => Ok(print(cli::completions::script(shell))?),
        Command::Complete(words) => on_runtime(env, Box::pin(complete::run(&words, env))),
        Command::Man { page } => Ok(print(&page.unwrap_or_else(names_of_pages))?),
        Command::HelpJson => Ok(print(&cli::catalogue_of_commands())?),
        Command::Help { topic } => Ok(print_help(topic.text(), env)?),
    }
}

/// Tells whether a command gives tokens to a person or a program.
fn hands_out_tokens(command: &Command) -> bool {
    matches!(
        command,
        Command::Token(_) | Command::Serve(_) | Command::Exec(_) | Command::Credential(_)
    )
}

/// The most files that are open before the first connection: the three of every process, and those of the runtime, which
/// does not say it if it gets none.
const FILES_OF_RUNTIME: u64 = 7;

/// One thread is enough for one request at a time, and costs less to start.
fn on_runtime<E>(env: &Env, run: impl Future<Output = Result<(), E>>) -> Result<(), Failure>
where
    Failure: From<E>,
    E: From<Error>,
{
    if let Some(most) = env.most_open_files.filter(|most| *most <= FILES_OF_RUNTIME) {
        let message = format!("only {most} files may be open at a time (`ulimit -n`)");
        return Err(E::from(Error::Runtime { message }).into());
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let runtime = runtime.map_err(|error| Error::Runtime {
        message: error.to_string(),
    })?;
    let outcome = match &env.recorder {
        None => runtime.block_on(run),
        Some(recorder) => {
            // However it ends, what was sent so far is to be seen.
            let recorder = Arc::clone(recorder);
            let tidy = move || drop(recorder.finish());
            runtime.block_on(Box::pin(signals::orderly(run, tidy)))
        }
    };
    // A name that is still being looked up on a thread of its own must not hold the process.
    runtime.shutdown_background();
    Ok(outcome?)
}

fn names_of_pages() -> String {
    let names: Vec<String> = cli::man::names().collect();
    names.join("\n") + "\n"
}
