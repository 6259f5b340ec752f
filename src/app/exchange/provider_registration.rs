//! `--register`: registers a provider with the subscription, and waits until it is registered. Who knows which provider:
//! `client::Registration`; who repeats the request that was refused: `attempt`.

use crate::app::exchange::polling::Watch;
use crate::app::exchange::wait_condition::Condition;
use crate::client::{Client, OpenedResponse, Registration};
use crate::env::Env;
use crate::error::Failure;
use crate::output::Console;
use crate::plan::RequestPlan;
use crate::transport::{BodyPrefix, Request};

/// Registers a provider. `refused` is the request that the service refused for want of it.
pub(crate) async fn register(
    client: &Client,
    plan: &RequestPlan,
    registration: Registration,
    refused: &Request,
    console: Console,
    env: &Env,
) -> Result<(), Failure> {
    let namespace = registration.namespace.clone();
    console.note(&format!(
        "`{namespace}` is not registered with the subscription: registering it"
    ));
    let failed = |failure: Failure| failure.while_registering(&namespace);
    let request = registration.start(refused);
    let response = client.exchange(request.clone()).await?;
    let response = client.check(&request, response).await;
    let response = response.map_err(|error| failed(error.into()))?;
    let opened = client.open(request, response, BodyPrefix::WHOLE).await?;
    let opened = OpenedResponse {
        request: registration.watch(refused),
        ..opened
    };
    let until = Condition::named("registrationState", "Registered");
    Watch::of(client, plan, console, env)
        .until(until, opened)
        .await
        .map_err(failed)?;
    console.note(&format!(
        "`{namespace}` is registered: repeating the request"
    ));
    Ok(())
}
