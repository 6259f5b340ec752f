//! `arm graph`: from a query to the body that Resource Graph takes. The pages are those of every list.

use crate::app::command::request;
use crate::app::session::context::RunContext;
use crate::app::session::{default_subscription, subscription_choice};
use crate::app::terminal::input::{self, ReadLimits};
use crate::cli::RequestArgs;
use crate::cli::arguments::GraphArgs;
use crate::client::Deadline;
use crate::env::Env;
use crate::error::Failure;
use crate::plan::{self, GraphQuery};

/// Runs a query of Resource Graph.
pub(crate) async fn run(args: GraphArgs, env: &Env) -> Result<(), Failure> {
    let limits = ReadLimits {
        bytes: args.max_memory(),
        deadline: args.timeout().map(Deadline::after),
    };
    let bytes = input::read(&args.query(), None, limits, env)?;
    let text = GraphQuery::text_of(&bytes).map_err(plan::Error::from)?;
    let (subscriptions, begun) = Box::pin(ids_of(args.scope_request(), env)).await?;
    let query = GraphQuery {
        subscriptions,
        management_groups: args.management_groups.clone(),
        limit: args.limit(),
        skip: args.skip,
        allow_partial_scopes: args.allow_partial_scopes,
        text,
    };
    let outcome = request::go_on(args.into_request(query.body()), begun, env).await;
    outcome.map_err(|failure| failure.about_graph_query(&query.text))
}

/// The ids of the subscriptions that a request names: what is not known here is asked for, as the request itself will
/// be asked, and the run that has asked goes on with the request.
pub(crate) async fn ids_of(
    mut args: RequestArgs,
    env: &Env,
) -> Result<(Vec<String>, Option<RunContext>), Failure> {
    let is_sandbox = args.options.sign_in.sandbox;
    default_subscription::ids_where_known(&mut args.options.target.subscriptions, is_sandbox, env)?;
    if subscription_choice::first_unknown(&args.options.target.subscriptions).is_some() {
        let mut context = RunContext::of(&args, env).await?;
        let url = args.url.clone();
        subscription_choice::settle(&mut args, &url, &mut context).await?;
        return Ok((args.options.target.subscriptions, Some(context)));
    }
    Ok((args.options.target.subscriptions, None))
}
