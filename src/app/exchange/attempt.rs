//! Sends a request until it is answered: registers its provider or asks with another api-version where the service
//! refuses it for want of that. Who prints the answer: `answer`.

use http::StatusCode;

use crate::app::exchange::api_version_fallback::{Healed, healed, remember};
use crate::app::exchange::provider_registration::register;
use crate::client::{Client, OpenedResponse, Registration, ServiceError};
use crate::env::Env;
use crate::error::{Error, Failure};
use crate::output::Console;
use crate::plan::{Registering, RequestPlan};
use crate::transport::{BodyPrefix, Request, Response};

/// Sends the request, and begins to read what comes back.
pub(crate) async fn first(
    client: &Client,
    request: Request,
    plan: &RequestPlan,
    console: Console,
    env: &Env,
) -> Result<OpenedResponse, Failure> {
    let mut request = request;
    let response = answered(client, &mut request, plan, console, env).await?;
    Ok(client.open(request, response, BodyPrefix::WHOLE).await?)
}

/// Sends the request; what comes back is an answer, or the run's error. The request is then what was answered.
pub(crate) async fn answered(
    client: &Client,
    request: &mut Request,
    plan: &RequestPlan,
    console: Console,
    env: &Env,
) -> Result<Response, Failure> {
    let mut may_register = plan.registering == Registering::OnDemand;
    let mut healing = None;
    let response = loop {
        let response = client.exchange(request.clone()).await?;
        if is_answer(response.status, plan) {
            break response;
        }
        let error = client.within(ServiceError::read(request, response)).await?;
        if let Some(registration) = Registration::asked_for_by(&error).filter(|_| may_register) {
            register(client, plan, registration, request, console, env).await?;
            may_register = false;
            continue;
        }
        let other = || healed(request, &error, plan, console);
        let Some(other) = healing.is_none().then(other).flatten() else {
            return Err(Error::Service(Box::new(error)).into());
        };
        let Healed {
            request: next,
            healing: of_next,
        } = other;
        *request = next;
        healing = Some(of_next);
    };
    if let Some(healing) = &healing {
        remember(healing, plan, console, env);
    }
    if response.status == StatusCode::NOT_MODIFIED {
        console.note("HTTP 304: not modified since the version that was named");
    }
    Ok(response)
}

/// Tells an answer from an error.
fn is_answer(status: StatusCode, plan: &RequestPlan) -> bool {
    let is_expected = plan
        .options
        .exit
        .expect
        .iter()
        .any(|pattern| pattern.matches(status));
    status.is_success() || is_expected || status == StatusCode::NOT_MODIFIED
}
