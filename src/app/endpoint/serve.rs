//! `arm serve`: tokens for other programs until it is asked to end. The endpoint of one command: `exec`; the rules of the
//! protocols: `endpoint`.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Notify, watch};
use tokio::task::LocalSet;

use crate::app::endpoint::confirm::Confirm;
use crate::app::endpoint::random_secret::random_secret;
use crate::app::endpoint::request_log::RequestLog;
use crate::app::endpoint::source::Source;
use crate::app::endpoint::token_service::TokenService;
use crate::app::endpoint::variables;
use crate::app::session::listeners::Ports;
use crate::app::terminal::signals::Signals;
use crate::app::terminal::stdout::print;
use crate::cli::arguments::EndpointArgs;
use crate::endpoint::{Endpoint, Protocols};
use crate::env::Env;
use crate::error::{Error, ServeError};
use crate::output::{Console, Verbosity};
use crate::serve::{self, Limits};
use crate::shell::Shell;

/// The port of Cloud Shell.
const CLOUD_SHELL_PORT: u16 = 50342;
/// An endpoint without a secret ends when there was no request for a working day.
const IDLE_WITHOUT_SECRET: Duration = Duration::from_secs(8 * 60 * 60);

/// Serves until the process is asked to end, or there was no request for long.
pub(crate) async fn serve(args: EndpointArgs, env: &Env) -> Result<(), Error> {
    let console = Console::new(Verbosity::of(false, args.verbose), env).queued();
    let confirm = Confirm::if_wanted(&args.handing, env)?;
    let ends = Ends::listen()?;
    let ports = ports_of(&args).await?;
    let source = Source::of(&args.handing, &args.sign_in, console, env, ports.port).await?;
    let endpoint = Endpoint {
        port: ports.port,
        bound: args.bind,
        protocols: Protocols {
            cloud_shell: args.cloud_shell,
            imds: args.imds,
        },
        secret: random_secret()?,
        path_secret: None,
        audiences: source.audiences.clone(),
        other_hosts: args.allow_host.clone(),
        other_identities: args.handing.allow_identity.clone(),
    };
    let variables = variables::of(&endpoint, &announced_host(&args));
    let has_secret = !args.cloud_shell && !args.imds;
    let idle_timeout = args
        .idle_timeout
        .or_else(|| (!has_secret).then_some(IDLE_WITHOUT_SECRET));
    let warning = warning(&endpoint, has_secret);
    let requested = Arc::new(Notify::new());
    let serving = async {
        let issuer = source.start(args.handing.lazy).await?;
        let format = args
            .format
            .unwrap_or_else(|| variables::format_of(Shell::of(env)));
        print(&variables::text(&variables, format))?;
        if let Some(words) = warning {
            console.note(&words);
        }
        let service = TokenService {
            endpoint,
            issuer,
            confirm: confirm.clone(),
            console,
            log: RequestLog::to(console),
            requested: Arc::clone(&requested),
        };
        let enough = async {
            let limit = tokio::select! {
                () = ends.asked(1) => None,
                limit = idle(&requested, idle_timeout) => Some(limit),
            };
            if let Some(confirm) = &confirm {
                confirm.end();
            }
            limit
        };
        let served = serve::receive_until(
            ports.listeners,
            Limits::TOKENS,
            service.on_connection(),
            enough,
        );
        tokio::select! {
            limit = served => Ok(limit),
            // A second signal means: do not wait for the last answers.
            () = ends.asked(2) => Err(Error::Interrupted),
        }
    };
    if let Some(limit) = LocalSet::new().run_until(serving).await? {
        let words = crate::client::words_of(limit);
        console.note(format!("ended: there was no request for {words}"));
        console.flush();
    }
    Ok(())
}

async fn ports_of(args: &EndpointArgs) -> Result<Ports, Error> {
    match args.bind {
        Some(address) if !address.is_loopback() && !args.allow_network => {
            Err(ServeError::OpenBind { address }.into())
        }
        Some(address) => Ports::at(address, args.port.unwrap_or(0)).await,
        None => {
            let usual = if args.cloud_shell {
                CLOUD_SHELL_PORT
            } else {
                0
            };
            Ports::of_this_machine(args.port.unwrap_or(usual)).await
        }
    }
}

/// Warns who can get tokens, unless it takes both this machine and a secret.
fn warning(endpoint: &Endpoint, has_secret: bool) -> Option<String> {
    let port = endpoint.port;
    if !has_secret {
        // Who asks is known only on Linux.
        let whose = if serve::TELLS_USERS_APART {
            "of this user"
        } else {
            "and every user of this machine"
        };
        return Some(format!(
            "every program {whose} gets tokens at port {port}, without a secret"
        ));
    }
    endpoint.is_open().then(|| {
        format!(
            "other machines reach port {port}: anyone who has the secret gets tokens, unencrypted"
        )
    })
}

/// How often the process was asked to end.
struct Ends(watch::Receiver<u32>);

impl Ends {
    fn listen() -> Result<Self, Error> {
        let mut signals = Signals::that_end().map_err(|error| Error::Runtime {
            message: error.to_string(),
        })?;
        let (sender, receiver) = watch::channel(0);
        tokio::spawn(async move {
            loop {
                signals.next().await;
                sender.send_modify(|count| *count += 1);
            }
        });
        Ok(Self(receiver))
    }

    /// Comes to its end when that was so often.
    async fn asked(&self, times: u32) {
        let mut count = self.0.clone();
        if count.wait_for(|count| *count >= times).await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

/// An address as the host of a URL.
fn host_of(address: IpAddr) -> String {
    match address {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => format!("[{address}]"),
    }
}

/// How clients call this machine: by the name that the user allowed, else by its address.
fn announced_host(args: &EndpointArgs) -> String {
    let bound = args.bind.filter(|address| !address.is_unspecified());
    let named = args.allow_host.first().cloned();
    named
        .or_else(|| bound.map(host_of))
        .unwrap_or_else(|| "127.0.0.1".to_owned())
}

/// Ends when there was no request for `limit`, which it returns.
async fn idle(requested: &Notify, limit: Option<Duration>) -> Duration {
    let Some(limit) = limit else {
        return std::future::pending().await;
    };
    while tokio::time::timeout(limit, requested.notified())
        .await
        .is_ok()
    {}
    limit
}
