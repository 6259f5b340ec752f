//! `arm graph`: from a query to the body that Resource Graph takes. The pages are those of every list.

use http::HeaderMap;

use crate::app::command::request;
use crate::app::session::default_subscription;
use crate::app::terminal::input;
use crate::azure::headers::TENANT_SUBSCRIPTION_LIMIT_HIT;
use crate::cli::GraphArgs;
use crate::env::Env;
use crate::error::{Error, Failure};
use crate::plan::{self, GraphQuery};

/// Runs a query of Resource Graph.
pub(crate) async fn run(args: GraphArgs, env: &Env) -> Result<(), Failure> {
    let bytes = input::read(&args.query(), env)?;
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

/// What the head of an answer says of a scope that was too large for the service.
pub(crate) fn note_of_scope(headers: &HeaderMap) -> Option<&'static str> {
    let value = headers.get(TENANT_SUBSCRIPTION_LIMIT_HIT)?.to_str().ok()?;
    let is_hit = value.trim().eq_ignore_ascii_case("true");
    is_hit.then_some(
        "the tenant has more subscriptions than the service looks at: some are missing in the answer",
    )
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderValue};

    use super::note_of_scope;

    #[test]
    fn a_scope_that_is_too_large_is_noted() {
        for (value, expected) in [
            ("true", true),
            ("True", true),
            ("false", false),
            ("", false),
        ] {
            let mut headers = HeaderMap::new();
            let value = HeaderValue::from_static(value);
            headers.insert("x-ms-tenant-subscription-limit-hit", value);
            assert_eq!(note_of_scope(&headers).is_some(), expected);
        }
        assert_eq!(note_of_scope(&HeaderMap::new()), None);
    }
}
