//! Runs a command of `arm cache`.

use crate::app::command::cache::{names, tokens, warm};
use crate::cli::arguments::CacheCommand;
use crate::credential::Clearing;
use crate::env::Env;
use crate::error::Failure;

/// Runs a command of `arm cache`.
pub(in crate::app::command) async fn run(command: CacheCommand, env: &Env) -> Result<(), Failure> {
    match command {
        CacheCommand::List(args) => tokens::show(args.format.chosen, env)?,
        CacheCommand::Names(args) => names::show(args.format.chosen, env)?,
        CacheCommand::Warm(args) => Box::pin(warm::run(*args, env)).await?,
        CacheCommand::Clear(args) => {
            if args.expired {
                return Ok(tokens::clear(Clearing::Expired(env.now), env)?);
            }
            if !args.names {
                tokens::clear(Clearing::All, env)?;
            }
            names::clear(args.names, env)?;
        }
    }
    Ok(())
}
