//! A sign-in with a code that a person types on another device. The protocol: `credential/login/device_code`.

use crate::app::command::login::context::LoginContext;
use crate::client::{self, Deadline};
use crate::credential::{DeviceCode, SignedIn, Step};
use crate::error::Error;

/// Signs in with a code that is typed on another device.
pub(crate) async fn on_another_device(login: &LoginContext<'_>) -> Result<SignedIn, Error> {
    let started = DeviceCode::start(login.application.clone(), &login.tools()).await;
    let code = started?;
    login.context.console.note(format!(
        "open {} on any device and enter the code {}",
        code.verification_uri, code.user_code
    ));
    let deadline = login.context.deadline;
    let deadline = deadline.unwrap_or_else(|| Deadline::after(code.lifetime));
    let mut pause = code.interval;
    loop {
        client::wait(Some(deadline), pause).await?;
        let tools = login.tools();
        let asked = code.ask(pause, &tools);
        match Deadline::within(Some(deadline), asked).await? {
            Step::Again(longer) => pause = longer,
            Step::Done(signed_in) => return Ok(*signed_in),
            Step::Failed(error) => return Err(error.into()),
        }
    }
}
