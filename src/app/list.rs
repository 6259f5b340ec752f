//! `arm list`: finds the path of a list, and asks for it as `arm GET` would.

use super::request;
use crate::cli::ListArgs;
use crate::env::Env;
use crate::error::{Error, Run};
use crate::plan::listing::{self, Where};

/// Runs the request for a list.
pub(super) async fn run(args: ListArgs, env: &Env) -> Result<(), Error> {
    let place = Where {
        in_subscription: args.target.subscription.is_some(),
        in_group: args.target.resource_group.is_some(),
    };
    let listing = listing::find(&args.kind, None, place).map_err(|error| {
        let run = Run::default();
        let run = if args.is_sandbox() {
            run.with("--sandbox")
        } else {
            run
        };
        Error::from(error).in_run(run)
    })?;
    let args = args.request(listing.path)?;
    Box::pin(request::run(args, env)).await
}
