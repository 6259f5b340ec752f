//! Sends a request until there is a response to print: registers its provider, or takes another api-version, if the
//! service refuses it because of that. Who prints the response: `answer`.

use http::{Method, StatusCode};

use crate::app::exchange::provider_registration::register;
use crate::app::exchange::wait_condition::says_absent;
use crate::app::exchange::{policy_token, preview};
use crate::app::session::run::Session;
use crate::app::session::type_cache::LiveCache;
use crate::azure::headers::{X_MS_POLICY_EXTERNAL_EVALUATIONS, is_answer_of_resource_graph};
use crate::azure::{HostKind, host_kind, query_values, remove_query};
use crate::client::{
    ApiVersionFallback, MissingPolicyToken, OpenedResponse, Registration, ServiceError,
    has_policy_token,
};
use crate::error::{Error, Failure};
use crate::output::Verbosity;
use crate::plan::{PolicyTokenMoment, Registering, RequestPlan, USE_RESOURCE_GRAPH};
use crate::transport::{BodyPrefix, Request, Response};

/// Sends the session's request, and begins to read what comes back.
pub(crate) async fn open(session: &Session) -> Result<OpenedResponse, Failure> {
    let mut request = session.request();
    let response = send(session, &mut request).await?;
    let opened = session.client.open(request, response, BodyPrefix::WHOLE);
    Ok(opened.await?)
}

/// Sends a request; a response that is an error is the run's error. The request is then the one that succeeded.
pub(crate) async fn send(session: &Session, request: &mut Request) -> Result<Response, Failure> {
    let Session {
        client,
        plan,
        console,
        ..
    } = session;
    let mut may_register = plan.registering == Registering::OnDemand;
    let mut used_fallback = None;
    let tokens = &plan.policy_tokens;
    let mut may_get_token = tokens.moment != PolicyTokenMoment::Never;
    let mut needs_token = tokens.moment == PolicyTokenMoment::First;
    let change = tokens.change_reference.as_deref();
    let response = loop {
        if std::mem::take(&mut needs_token) && !has_policy_token(request) {
            policy_token::acquire(session, request, change).await?;
        }
        let response = client.exchange(request.clone()).await?;
        if asks_graph(request) {
            if graph_cannot(response.status) {
                console.note(format!(
                    "Resource Graph does not have it (HTTP {}): asking the resource provider",
                    response.status.as_u16()
                ));
                remove_query(&mut request.url, USE_RESOURCE_GRAPH);
                continue;
            }
            if response.status.is_success() && !is_answer_of_resource_graph(&response.headers) {
                console
                    .note("Resource Graph does not have this type: the resource provider answered");
            }
        }
        if is_expected(response.status, plan) {
            break response;
        }
        let head = plan
            .options
            .output
            .include
            .then(|| preview::error_head(&response));
        // A deletion that was repeated and finds nothing: what was asked for is so, and the first try may have done it
        // (Azure/azure-sdk-for-net#29673).
        let is_again = request.method == Method::DELETE && response.attempts.may_be_executed;
        let deleted = is_again.then(|| response.without_body());
        let error = client
            .within(ServiceError::read(request, response, client.now()))
            .await?;
        if let Some(deleted) = deleted.filter(|_| says_absent(error.status, &error.body)) {
            console.note(format!(
                "HTTP {}: it is gone; a first try, whose outcome is not known, may have deleted it",
                error.status.as_u16()
            ));
            break deleted;
        }
        if let Some(registration) = Registration::requested_by(&error).filter(|_| may_register) {
            register(session, registration, request).await?;
            may_register = false;
            continue;
        }
        let missing = MissingPolicyToken::of(&error);
        let missing = missing.filter(|_| may_get_token && !has_policy_token(request));
        if let Some(missing) = missing
            && (change.is_some() || !missing.needs_change_reference)
        {
            may_get_token = false;
            if acquired_on_demand(session, request).await? {
                continue;
            }
        }
        let other = || fallback(&error, session);
        let Some(other) = used_fallback.is_none().then(other).flatten() else {
            // `-vv` has shown it already.
            if console.verbosity < Verbosity::VeryVerbose {
                for line in head.into_iter().flatten() {
                    console.trace(Verbosity::Silent, line);
                }
            }
            return Err(Error::Service(Box::new(error)).into());
        };
        *request = other.request(request);
        // A token is for one address.
        let had_token = request.headers.remove(X_MS_POLICY_EXTERNAL_EVALUATIONS);
        needs_token = had_token.is_some() && tokens.moment == PolicyTokenMoment::First;
        may_get_token = tokens.moment != PolicyTokenMoment::Never;
        used_fallback = Some(other);
    };
    if let Some(fallback) = &used_fallback {
        remember(fallback, session);
    }
    if response.status == StatusCode::NOT_MODIFIED {
        console.note("HTTP 304: not modified since the version that was named");
    }
    // Resource Manager answers so if there is nothing, and some providers if a resource is gone at once.
    let may_be_nothing =
        request.method == Method::DELETE && response.status == StatusCode::NO_CONTENT;
    let target = &plan.target;
    if may_be_nothing && host_kind(&target.cloud, &request.url) == HostKind::ResourceManager {
        console.note("HTTP 204: probably there was nothing to delete");
    }
    Ok(response)
}

/// Tells whether a request is meant for Resource Graph.
fn asks_graph(request: &Request) -> bool {
    request.method == Method::GET && !query_values(&request.url, USE_RESOURCE_GRAPH).is_empty()
}

/// Tells whether Resource Graph cannot answer, or not yet (learn.microsoft.com, "Azure Resource Graph GET/LIST API").
fn graph_cannot(status: StatusCode) -> bool {
    matches!(
        status,
        StatusCode::NOT_FOUND | StatusCode::UNPROCESSABLE_ENTITY
    )
}

/// Gets the token that the service asks for. The write was refused, so that it can be repeated. If there is no token to
/// be had, the refusal is final.
async fn acquired_on_demand(session: &Session, request: &mut Request) -> Result<bool, Failure> {
    let console = session.console;
    console.note("a policy asks for a token: getting one");
    let change = session.plan.policy_tokens.change_reference.as_deref();
    match policy_token::acquire(session, request, change).await {
        Ok(()) => {
            console.note("got the policy token: repeating the request");
            Ok(true)
        }
        Err(failure) if matches!(failure.error, Error::Service(_)) => {
            console.note(format!("cannot get a policy token: {failure}"));
            Ok(false)
        }
        Err(failure) => Err(failure),
    }
}

/// Tells a response that is printed from an error.
fn is_expected(status: StatusCode, plan: &RequestPlan) -> bool {
    let mut expected = plan.options.exit.expect.iter();
    let is_named = expected.any(|pattern| pattern.matches(status));
    status.is_success() || is_named || status == StatusCode::NOT_MODIFIED
}

/// Returns the api-version to use instead of the one that was refused, if the user did not choose that one and the
/// service says which it has.
fn fallback(error: &ServiceError, session: &Session) -> Option<ApiVersionFallback> {
    let choice = session.plan.api_version.as_ref()?;
    let (wanted, type_name) = (choice.origin.wanted()?, choice.type_name.as_ref()?);
    let fallback = ApiVersionFallback::of(error, type_name, &choice.value, &wanted)?;
    session.console.note(format!(
        "`{type_name}` does not have api-version `{}` here: asking with `{}`",
        choice.value, fallback.version
    ));
    Some(fallback)
}

/// Remembers a version only once it has worked, because a wrong one from a refusal would be used
/// for days.
fn remember(fallback: &ApiVersionFallback, session: &Session) {
    let Session {
        plan, console, env, ..
    } = session;
    let cache = LiveCache::of(&plan.target.cloud, plan.tenant_id.as_deref(), env);
    if let Err(error) = cache.remember(&fallback.type_names, &fallback.versions, env) {
        let text = format!("types: the versions cannot be remembered: {error}");
        console.trace(Verbosity::Verbose, &text);
    }
}
