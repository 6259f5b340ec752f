//! `--register`: registers a provider with the subscription, and waits until it is registered. Who knows which provider:
//! `client::Registration`; who repeats the request that was refused: `attempt`.

use crate::app::exchange::polling::Watch;
use crate::app::exchange::wait_condition::Condition;
use crate::app::session::run::Session;
use crate::client::{OpenedResponse, Registration};
use crate::error::Failure;
use crate::transport::{BodyPrefix, Request};

/// Registers a provider. `refused` is the request that the service refused for want of it.
pub(crate) async fn register(
    session: &Session,
    registration: Registration,
    refused: &Request,
) -> Result<(), Failure> {
    let (client, console) = (&session.client, session.console);
    let namespace = registration.namespace.clone();
    console.note(format!(
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
    Watch::of(session)
        .until(until, opened)
        .await
        .map_err(failed)?;
    console.note(format!(
        "`{namespace}` is registered: repeating the request"
    ));
    Ok(())
}
