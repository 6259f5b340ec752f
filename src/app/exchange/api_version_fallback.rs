//! A reading request whose api-version was refused: asks for it with one that the service has, and
//! remembers that. Writes are not asked again: another version may give their body another meaning.

use http::Method;

use crate::app::session::type_cache::LiveCache;
use crate::azure::set_query;
use crate::client::{Healing, ServiceError};
use crate::env::Env;
use crate::output::{Console, Verbosity};
use crate::plan::RequestPlan;
use crate::transport::Request;

/// A request with another version than the one that was refused.
pub(crate) struct Healed {
    pub(crate) request: Request,
    pub(crate) healing: Healing,
}

/// Returns the request to send instead of one that was refused, if it may be sent and another version
/// is said to help.
pub(crate) fn healed(
    refused: &Request,
    error: &ServiceError,
    plan: &RequestPlan,
    console: Console,
) -> Option<Healed> {
    if !matches!(refused.method, Method::GET | Method::HEAD) {
        return None;
    }
    let choice = plan.api_version.as_ref()?;
    let (wanted, type_name) = (choice.origin.wanted()?, choice.type_name.as_ref()?);
    let healing = Healing::of(error, type_name, &choice.value, &wanted)?;
    console.note(&format!(
        "`{type_name}` does not have api-version `{}` here: asking with `{}`",
        choice.value, healing.version
    ));
    let mut request = refused.clone();
    set_query(&mut request.url, "api-version", &healing.version);
    Some(Healed { request, healing })
}

/// Remembers a version that has helped: what a refusal says alone would be believed for days.
pub(crate) fn remember(healing: &Healing, plan: &RequestPlan, console: Console, env: &Env) {
    let Healing {
        versions,
        type_names,
        ..
    } = healing;
    let cache = LiveCache::of(&plan.target.cloud, plan.tenant_id.as_deref(), env);
    if let Err(fault) = cache.remember(type_names, versions, env) {
        let text = format!("types: the versions cannot be remembered: {fault}");
        console.trace(Verbosity::Verbose, &text);
    }
}
