//! `arm graph`: from a query to the body that Resource Graph takes. The pages are those of every list.

use crate::app::command::request;
use crate::app::session::default_subscription;
use crate::app::terminal::input::{self, ReadLimits};
use crate::cli::GraphArgs;
use crate::client::Deadline;
use crate::env::Env;
use crate::error::{Error, Failure};
use crate::plan::{self, GraphQuery};

/// Runs a query of Resource Graph.
pub(crate) async fn run(args: GraphArgs, env: &Env) -> Result<(), Failure> {
    let limits = ReadLimits {
        bytes: args.max_memory(),
        deadline: args.timeout().map(Deadline::after),
    };
    let bytes = input::read(&args.query(), None, limits, env)?;
    let text = GraphQuery::text_of(&bytes).map_err(plan::Error::from)?;
    let query = GraphQuery {
        subscriptions: ids_of(&args.subscriptions, args.is_sandbox(), env)?,
        management_groups: args.management_groups.clone(),
        limit: args.limit(),
        skip: args.skip,
        allow_partial_scopes: args.allow_partial_scopes,
        text,
    };
    let outcome = request::run(args.into_request(query.body()), env).await;
    outcome.map_err(|failure| failure.about_graph_query(&query.text))
}

/// The ids of subscriptions that were named.
pub(crate) fn ids_of(given: &[String], is_sandbox: bool, env: &Env) -> Result<Vec<String>, Error> {
    if is_sandbox {
        let ids = given
            .iter()
            .map(|one| default_subscription::in_sandbox(one));
        return Ok(ids.collect());
    }
    let ids = given
        .iter()
        .map(|one| default_subscription::id_of(one, env));
    ids.collect()
}
