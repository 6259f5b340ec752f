//! A sign-in with a browser, whose answer comes to a port of this machine. Who opens the browser: `browser`; what it
//! shows then: `page`; the socket: `serve`.

use std::net::{Ipv4Addr, Ipv6Addr};
use std::sync::{Arc, Mutex, Once, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::app::command::login::browser::{self, Opening};
use crate::app::command::login::context::LoginContext;
use crate::app::command::login::page::{self, Page};
use crate::azure::{Secret, Shown};
use crate::client::Deadline;
use crate::credential::{self, Attempt, Callback, SignedIn};
use crate::error::Error;
use crate::output::{Console, Verbosity};
use crate::serve::{self, Arrived, ConnectionHandler, Limits, Peer, User, user_of};

/// How long a sign-in in a browser may take.
const BROWSER_TIMEOUT: Duration = Duration::from_secs(5 * 60);
/// How many ports are tried until one is free on both loopback addresses.
const MOST_PORTS: usize = 16;

/// Signs in with a browser, whose answer comes to a port of this machine.
pub(crate) async fn in_a_browser(
    login: &LoginContext<'_>,
    opening: impl FnOnce(&str) -> Option<Opening>,
) -> Result<SignedIn, Error> {
    let given = login.context.deadline;
    let deadline = given.unwrap_or_else(|| Deadline::after(BROWSER_TIMEOUT));
    let (application, console) = (login.application.clone(), login.context.console);
    let (listeners, port) = listen().await.map_err(|error| Error::NoPort {
        message: error.to_string(),
    })?;
    let attempt = Arc::new(Attempt::new(application, port).map_err(credential::Error::from)?);
    let (answer, answered) = oneshot::channel();
    let opening = opening(&attempt.start_address());
    show(attempt.address().as_str(), opening, console);
    let answers = Answers {
        attempt: Arc::clone(&attempt),
        waiting: Mutex::new(Some(answer)),
        told_of_others: Once::new(),
        console,
    };
    let waiting =
        serve::receive_until(listeners, Limits::TOKENS, answers.on_connection(), answered);
    let answered = Deadline::within(Some(deadline), waiting).await?;
    let code = answered.map_err(|_| credential::Error::from(credential::SignInError::Empty))??;
    let tools = login.tools();
    let redeemed = attempt.redeem(&code, &tools);
    Ok(Deadline::within(Some(deadline), redeemed).await??)
}

/// Both loopback addresses, because a browser takes either for `localhost`; on the same port, for another program that
/// has the other one would get the answer.
async fn listen() -> std::io::Result<(Vec<TcpListener>, u16)> {
    let mut refused = std::io::Error::from(std::io::ErrorKind::AddrInUse);
    for _ in 0..MOST_PORTS {
        let first = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let port = first.local_addr()?.port();
        match TcpListener::bind((Ipv6Addr::LOCALHOST, port)).await {
            Ok(second) => return Ok((vec![first, second], port)),
            Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => refused = error,
            // There is no IPv6 here.
            Err(_) => return Ok((vec![first], port)),
        }
    }
    Err(refused)
}

type Answer = Result<Secret, credential::Error>;

/// What comes to the port of a sign-in. The first answer is taken; everything else finds nothing.
struct Answers {
    attempt: Arc<Attempt>,
    waiting: Mutex<Option<oneshot::Sender<Answer>>>,
    told_of_others: Once,
    console: Console,
}

impl Answers {
    /// Makes the function that receives connections.
    fn on_connection(self) -> ConnectionHandler {
        let answers = Arc::new(self);
        Arc::new(move |peer| {
            let answers = Arc::clone(&answers);
            Arc::new(move |arrived| {
                let response = match arrived {
                    Arrived::Whole(request) => answers.respond(peer, &request),
                    Arrived::Cut { .. } => Page::Stray.response(),
                };
                Box::pin(std::future::ready(response.into()))
            })
        })
    }

    /// Another user of this machine could deliver a code of an account of their own: who asks is judged as by
    /// `arm serve`.
    fn respond(&self, peer: Peer, request: &Request<Bytes>) -> Response<Bytes> {
        let callback = match user_of(peer) {
            User::Own | User::Unknown => self.attempt.read(request),
            User::Other(_) | User::Gone => {
                self.told_of_others.call_once(|| {
                    self.console.note(
                        "a program of another user or machine connects to the port of this sign-in, and is refused",
                    );
                });
                return Page::OtherUser.response();
            }
        };
        match callback {
            Callback::Stray => Page::Stray.response(),
            Callback::OtherSignIn => Page::OtherSignIn.response(),
            Callback::Start(address) => page::redirect(&address),
            Callback::Answer(outcome) => self.take(outcome),
        }
    }

    fn take(&self, outcome: Answer) -> Response<Bytes> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(waiting) = waiting.take() else {
            return Page::Stray.response();
        };
        let page = match &outcome {
            Ok(_) => Page::Received,
            Err(error) => Page::Failed(error),
        };
        let response = page.response();
        // The sign-in may have timed out in the meantime.
        let _gone = waiting.send(outcome);
        response
    }
}

fn show(address: &str, opening: Option<Opening>, console: Console) {
    let opened = match opening {
        None => None,
        Some(Opening::Program { program, arguments }) => {
            match browser::open(&program, &arguments) {
                Ok(()) => Some(Ok(())),
                Err(error) => Some(Err(format!("`{}`: {error}", program.display()))),
            }
        }
        Some(Opening::Printed { reason }) => Some(Err(reason)),
    };
    match opened {
        Some(Ok(())) => console.note("a browser opens; if none does, open this address in one:"),
        Some(Err(reason)) => console.note(format!(
            "no browser is opened ({reason}): open this address in one on this machine, or use \
             `--device-code`"
        )),
        None => console.note("open this address in a browser on this machine:"),
    }
    // A masked address could not be opened.
    console.trace(Verbosity::Normal, Shown::unmasked(address));
}

#[cfg(test)]
mod tests {
    use super::listen;

    #[tokio::test]
    async fn listens_on_both_addresses_of_localhost() {
        let (listeners, port) = listen().await.unwrap();
        for listener in &listeners {
            let address = listener.local_addr().unwrap();
            assert!(address.ip().is_loopback());
            assert_eq!(address.port(), port);
        }
    }
}
