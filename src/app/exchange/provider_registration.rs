//! `--register`: registers a provider with the subscription, and waits until it is. Decides nothing
//! about which; does not repeat the request that was refused.

use crate::app::exchange::paging::WHOLE_PAGE;
use crate::app::exchange::polling::{OpenedResponse, Watch};
use crate::app::exchange::wait_condition::Condition;
use crate::client::{Client, Registration, ServiceError};
use crate::env::Env;
use crate::error::Error;
use crate::output::Console;
use crate::plan::RequestPlan;
use crate::transport::Request;

/// Registers a provider. `refused` is the request that the service refused for want of it.
pub(crate) async fn register(
    client: &Client,
    plan: &RequestPlan,
    registration: Registration,
    refused: &Request,
    console: Console,
    env: &Env,
) -> Result<(), Error> {
    let namespace = registration.namespace.clone();
    console.note(&format!(
        "`{namespace}` is not registered with the subscription: registering it"
    ));
    let request = registration.start(refused);
    let response = client.exchange(request.clone()).await?;
    if !response.status.is_success() {
        let error = ServiceError::read(&request, response);
        let error = client.within(error).await?;
        return Err(Error::Registration {
            namespace,
            cause: Box::new(Error::Service(Box::new(error))),
        });
    }
    let (response, beginning) = client.begin(&request, response, WHOLE_PAGE).await?;
    let answered = OpenedResponse {
        request: registration.watch(refused),
        response,
        beginning,
    };
    let until = Condition::Member {
        path: vec!["registrationState".to_owned()],
        value: "Registered".to_owned(),
    };
    Watch::of(client, plan, console, env)
        .until(until, answered)
        .await
        .map_err(|cause| Error::Registration {
            namespace: namespace.clone(),
            cause: Box::new(cause),
        })?;
    console.note(&format!(
        "`{namespace}` is registered: repeating the request"
    ));
    Ok(())
}
