//! Gets the token that a change system gives out for a write, and adds it to the request. Which refusal asks for one:
//! `client::MissingPolicyToken`; who repeats the write: `attempt`.

use crate::app::session::run::Session;
use crate::client::{PolicyTokenAnswer, policy_token_request};
use crate::error::{Failure, PolicyTokenError};
use crate::transport::{BodyPrefix, Request};

/// The most bytes of the answer.
const MAX_ANSWER: usize = 1 << 20;

/// Asks for a token for this write, as it will be sent, and adds it.
pub(crate) async fn acquire(
    session: &Session,
    write: &mut Request,
    change_reference: Option<&str>,
) -> Result<(), Failure> {
    let client = &session.client;
    let asked = policy_token_request(write, change_reference).ok_or(PolicyTokenError::NoScope)?;
    let response = client.exchange(asked.clone()).await?;
    let response = client.check(&asked, response).await?;
    let mut opened = client.open(asked, response, BodyPrefix::WHOLE).await?;
    client.read_on(&mut opened, MAX_ANSWER).await?;
    let token = match PolicyTokenAnswer::read(opened.bytes()) {
        PolicyTokenAnswer::Token(token) => token,
        PolicyTokenAnswer::Refused {
            messages,
            retry_after,
        } => {
            return Err(PolicyTokenError::Refused {
                messages,
                retry_after,
            }
            .into());
        }
        PolicyTokenAnswer::Unknown => return Err(PolicyTokenError::Unknown.into()),
    };
    token.sign(write).ok_or(PolicyTokenError::Unknown)?;
    Ok(())
}
