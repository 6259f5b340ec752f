//! Runs a helper with the time that it has. The helpers: `git`, `docker`, `kubernetes`.

use std::time::Duration;

use crate::app::command::credential::{docker, git, kubernetes};
use crate::app::session::command_context::CommandContext;
use crate::cli::arguments::CredentialCommand;
use crate::client::Deadline;
use crate::env::Env;
use crate::error::Error;
use crate::output::{Console, Verbosity};

/// The program that asks waits for an answer, and shows nothing in the meantime.
const LONGEST: Duration = Duration::from_secs(120);

/// Answers the program that asks.
pub(crate) async fn run(command: CredentialCommand, env: &Env) -> Result<(), Error> {
    let args = command.args();
    let limit = args.timeout.limit.unwrap_or(LONGEST);
    let context = CommandContext {
        deadline: Some(Deadline::after(limit)),
        env,
        console: Console::new(Verbosity::of(false, args.verbose.count), env),
    };
    match command {
        CredentialCommand::Git(action, args) => git::run(&action, args.sign_in, context).await,
        CredentialCommand::Docker(args) => docker::run(args, context).await,
        CredentialCommand::Kubernetes(args) => kubernetes::run(args, context).await,
    }
}
