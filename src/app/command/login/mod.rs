//! `arm login`: signs a person, an application or a machine in, and keeps the account with its subscriptions. The
//! protocol: `credential/login`; the socket: `serve`; applications: `application`.

pub(crate) mod application;
pub(crate) mod browser;
pub(crate) mod page;

use std::net::{Ipv4Addr, Ipv6Addr};
use std::sync::{Arc, Mutex, Once, PoisonError};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
use bytes::Bytes;
use http::{Request, Response};
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::app::command::login::browser::Opening;
use crate::app::command::login::page::Page;
use crate::app::command::{account, whoami};
use crate::app::session::{cloud, environment, subscriptions};
use crate::azure::{Cloud, Secret, Shown};
use crate::cli::{AccountOutput, LoginArgs, SignInOptions};
use crate::client::{self, Clock, Deadline};
use crate::credential::{
    self, Application, Attempt, Authority, Callback, ClientCredential, DEFAULT_CLIENT_ID,
    DeviceCode, Login, SignedIn, Step, Store, Tools,
};
use crate::env::Env;
use crate::error::Error;
use crate::output::{Console, Verbosity};
use crate::serve::{self, Arrived, ConnectionHandler, Limits, Peer, User, user_of};
use crate::transport::{Transport, Wire};

/// How long a sign-in in a browser may take.
const BROWSER_TIMEOUT: Duration = Duration::from_secs(5 * 60);
/// How many ports are tried until one is free on both loopback addresses.
const MOST_PORTS: usize = 16;

/// Signs in.
pub(crate) async fn run(args: LoginArgs, env: &Env) -> Result<(), Error> {
    let console = Console::new(Verbosity::of(false, args.verbose));
    let sign_in = SignInOptions {
        cloud: args.cloud.clone(),
        ..SignInOptions::default()
    };
    let store = Store::of(env).ok_or(Error::NoStateFolder)?;
    store.prepare().map_err(credential::Error::from)?;
    let given = args.timeout.map(Deadline::after);
    let cloud = Deadline::within(
        given,
        cloud::choose(&sign_in, cloud::NetworkUse::Requests, env),
    )
    .await??;
    let application = application(&args, &cloud, env)?;
    let transport = Transport::Wire(Wire::new(environment::network(env)?, None));
    let clock = Clock::at(env.now);
    let tools = || tools(&transport, clock);
    let signed_in = if let Some(identity) = args.identity.clone() {
        let tools = tools();
        let asking = application::machine(identity, &application, &cloud, env, &tools);
        Deadline::within(given, asking).await??
    } else if args.application.service_principal {
        let tools = tools();
        let asking =
            application::application(&args.application, &application, given, env, &tools, console);
        Deadline::within(given, asking).await??
    } else if args.device_code {
        on_another_device(application.clone(), given, tools, console).await?
    } else {
        let deadline = given.unwrap_or_else(|| Deadline::after(BROWSER_TIMEOUT));
        let opening = |address: &str| (!args.no_browser).then(|| browser::opening(env, address));
        in_a_browser(application.clone(), deadline, opening, tools, console).await?
    };
    keep(store, signed_in, &application, &cloud, given, env, console).await
}

fn tools(transport: &Transport, clock: Clock) -> Tools<'_> {
    Tools {
        transport,
        now: clock.now(),
        cache: None,
    }
}

/// What is signed in to.
fn application(args: &LoginArgs, cloud: &Cloud, env: &Env) -> Result<Application, Error> {
    let tenant = env.tenant(args.tenant.as_deref());
    let client_id = args
        .client_id
        .as_deref()
        .or_else(|| env.get("ARMCLI_CLIENT_ID"));
    let claims = args.claims_challenge.as_deref().map(claims).transpose()?;
    Ok(Application {
        authority: Authority::of(env, cloud)?,
        tenant_id: tenant.map(str::to_owned),
        client_id: client_id.unwrap_or(DEFAULT_CLIENT_ID).to_owned(),
        audience: cloud.audience.clone(),
        claims,
    })
}

/// Reads a challenge as a service writes it: base64 of JSON, in any of the alphabets in use.
fn claims(text: &str) -> Result<String, Error> {
    let text = text.trim();
    let decoded = [STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD]
        .iter()
        .find_map(|alphabet| alphabet.decode(text).ok());
    let json = decoded.and_then(|bytes| String::from_utf8(bytes).ok());
    let is_object = |json: &String| {
        serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(json).is_ok()
    };
    json.filter(is_object).ok_or(Error::ClaimsChallenge)
}

/// Keeps the account, then finds its subscriptions: a sign-in must not be lost because they cannot
/// be listed.
async fn keep(
    store: Store,
    signed_in: SignedIn,
    application: &Application,
    cloud: &Cloud,
    deadline: Option<Deadline>,
    env: &Env,
    console: Console,
) -> Result<(), Error> {
    let SignedIn {
        mut account,
        token,
        machine,
    } = signed_in;
    let before = store.read(&account.id()).ok().flatten();
    if let Some(before) = &before {
        account.subscriptions.clone_from(&before.subscriptions);
        account
            .default_subscription
            .clone_from(&before.default_subscription);
    }
    store.sign_in(&account).map_err(credential::Error::from)?;
    // Tokens of an earlier sign-in may lack what this one was made for.
    account::forget_tokens(Some(&account), env);
    let login = Login::of(
        store.clone(),
        account.clone(),
        application.authority.clone(),
        machine,
    );
    // Applications and machines are known in the one tenant.
    let is_person = matches!(account.credential, ClientCredential::RefreshToken(_));
    let named = application.tenant_id.is_some() || !is_person;
    let asking = subscriptions::find(&login, named, cloud, deadline, env, console);
    let found = asking.await?;
    account.take_subscriptions(found.subscriptions, &found.asked, before.as_ref());
    let changed = store.update(&account.id(), |kept| {
        kept.subscriptions.clone_from(&account.subscriptions);
        kept.default_subscription
            .clone_from(&account.default_subscription);
    });
    changed.map_err(credential::Error::from)?;
    for refusal in &found.refusals {
        console.note(refusal);
    }
    let others = account.subscriptions.len().saturating_sub(1);
    whoami::Identity::of_login(&account, &token, cloud).print(AccountOutput::Table, env.now)?;
    if account.subscriptions.is_empty() {
        console.note("this account sees no subscription");
    } else if others > 0 && env.stderr_is_terminal {
        console.note(format!(
            "{others} more in `arm account list`; `arm account use NAME` chooses another default"
        ));
    }
    Ok(())
}

/// Signs in with a browser, whose answer comes to a port of this machine.
async fn in_a_browser<'a>(
    application: Application,
    deadline: Deadline,
    opening: impl FnOnce(&str) -> Option<Opening>,
    tools: impl Fn() -> Tools<'a>,
    console: Console,
) -> Result<SignedIn, Error> {
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
    let tools = tools();
    let redeemed = attempt.redeem(&code, &tools);
    Ok(Deadline::within(Some(deadline), redeemed).await??)
}

/// Both loopback addresses, for a browser takes either for `localhost`; on the same port, for
/// another program that has the other one would get the answer.
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
                        "a program of another user or machine asks at the port of this sign-in, and is refused",
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
        // The sign-in may have timed out meanwhile.
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

/// Signs in with a code that is typed on another device.
async fn on_another_device<'a>(
    application: Application,
    given: Option<Deadline>,
    tools: impl Fn() -> Tools<'a>,
    console: Console,
) -> Result<SignedIn, Error> {
    let started = DeviceCode::start(application, &tools()).await;
    let code = started?;
    console.note(format!(
        "open {} on any device and enter the code {}",
        code.verification_uri, code.user_code
    ));
    let deadline = given.unwrap_or_else(|| Deadline::after(code.lifetime));
    let mut pause = code.interval;
    loop {
        client::wait(Some(deadline), pause).await?;
        let tools = tools();
        let asked = code.ask(pause, &tools);
        match Deadline::within(Some(deadline), asked).await? {
            Step::Again(longer) => pause = longer,
            Step::Done(signed_in) => return Ok(*signed_in),
            Step::Failed(error) => return Err(error.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{claims, listen};

    #[test]
    fn reads_a_challenge_in_every_alphabet() {
        let json = r#"{"access_token":{"acrs":{"values":["c?>~"]}}}"#;
        let standard = "eyJhY2Nlc3NfdG9rZW4iOnsiYWNycyI6eyJ2YWx1ZXMiOlsiYz8+fiJdfX19";
        for text in [standard.to_owned(), standard.replace('+', "-")] {
            assert_eq!(claims(&text).unwrap(), json, "{text}");
        }
        assert_eq!(claims(" e30= ").unwrap(), "{}");
        for text in ["", "e30=x", "W10=", "eyJ", "{}"] {
            assert!(claims(text).is_err(), "{text}");
        }
    }

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
