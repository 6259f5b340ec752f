//! `arm serve` and `arm exec`: tokens for other programs. Puts the protocols of `endpoint`, the
//! sockets of `serve` and the credential together; holds no rule of a protocol.

mod child;
mod confirm;
mod issuer;
#[cfg(test)]
mod issuer_tests;
mod reception;
mod secret;
mod variables;

use std::cell::Cell;
use std::net::IpAddr;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;
use tokio::task::LocalSet;

use super::ports::Ports;
use super::{cloud, request, trace};
use crate::azure::{self, Audience, Cloud, Target};
use crate::cli::{EndpointArgs, ExecArgs, HandingOptions, SignInOptions};
use crate::client::{Client, Clock};
use crate::credential::{self, SHORTEST_LIFE, TokenCache};
use crate::endpoint::{AllowList, Endpoint, Matching, Shapes};
use crate::env::Env;
use crate::error::{Error, ServeFault};
use crate::output::{Report, Sink};
use crate::serve::{self, Limits, Reception};
use crate::transport::budget::Budget;
use crate::transport::retry;
use crate::transport::{Transport, Wire};

use confirm::Confirm;
use issuer::{Choose, Issuer, Issuing, Wanted};
use reception::Host;

/// The port of Cloud Shell.
const CLOUD_SHELL_PORT: u16 = 50342;
/// An endpoint without a secret ends when nobody has asked for a working day.
const IDLE_WITHOUT_SECRET: Duration = Duration::from_secs(8 * 60 * 60);
/// A client waits for its token: the credential is not asked for much longer.
const RETRIES: retry::Limits = retry::Limits {
    retries: 3,
    longest_pause: Duration::from_secs(10),
};

/// Serves until the process is asked to end, or nobody has asked for long.
pub(super) async fn serve(args: EndpointArgs, env: &Env) -> Result<(), Error> {
    let report = Report::of(false, args.verbose);
    let confirm = confirm(&args.handing, env)?;
    let signals = signals::Signals::listen()?;
    let has_secret = !args.cloud_shell && !args.imds;
    let ports = match args.bind {
        Some(address) if !address.is_loopback() && !args.allow_network => {
            return Err(ServeFault::OpenBind { address }.into());
        }
        Some(address) => Ports::at(address, args.port.unwrap_or(0)).await?,
        None => {
            let usual = if args.cloud_shell {
                CLOUD_SHELL_PORT
            } else {
                0
            };
            Ports::of_this_machine(args.port.unwrap_or(usual)).await?
        }
    };
    let source = Source::of(&args.handing, &args.sign_in, report, env, ports.port).await?;
    let mut other_hosts = args.allow_host.clone();
    other_hosts.extend(args.bind.map(host_of));
    let endpoint = Endpoint {
        port: ports.port,
        shapes: Shapes {
            cloud_shell: args.cloud_shell,
            imds: args.imds,
        },
        secret: secret::random()?,
        audiences: source.audiences.clone(),
        other_hosts,
    };
    let variables = variables::of(&endpoint, &announced_host(&args));
    let asked = Arc::new(Notify::new());
    let idle_timeout = args
        .idle_timeout
        .or_else(|| (!has_secret).then_some(IDLE_WITHOUT_SECRET));
    let tasks = LocalSet::new();
    let serving = async {
        let issuer = source.start(args.handing.lazy).await?;
        print(&variables::text(&variables, args.format))?;
        if !has_secret {
            report.note(&format!(
                "every program of this user gets tokens at port {}, without a secret",
                ports.port
            ));
        }
        let host = Host {
            endpoint,
            issuer,
            confirm,
            report,
            asked: Arc::clone(&asked),
        };
        let enough = async {
            tokio::select! {
                () = signals.ended() => None,
                limit = idle(&asked, idle_timeout) => Some(limit),
            }
        };
        let listeners = ports.listeners;
        let limits = Limits::TOKENS;
        Ok::<_, Error>(serve::receive_until(listeners, limits, host.reception(), enough).await)
    };
    if let Some(limit) = tasks.run_until(serving).await? {
        let words = crate::client::words_of(limit);
        report.note(&format!("ended: nobody has asked for {words}"));
    }
    Ok(())
}

/// Runs a command with an endpoint of its own.
pub(super) async fn exec(args: ExecArgs, env: &Env) -> Result<(), Error> {
    let report = Report::of(false, args.verbose);
    let confirm = confirm(&args.handing, env)?;
    let ports = Ports::of_this_machine(0).await?;
    let source = Source::of(&args.handing, &args.sign_in, report, env, ports.port).await?;
    let endpoint = Endpoint {
        port: ports.port,
        shapes: Shapes::default(),
        secret: secret::random()?,
        audiences: source.audiences.clone(),
        other_hosts: Vec::new(),
    };
    let mut variables = variables::of(&endpoint, "127.0.0.1");
    let proxies = ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"];
    if proxies.iter().any(|name| env.get(name).is_some()) {
        let before = env.get("NO_PROXY").or_else(|| env.get("no_proxy"));
        let after = variables::no_proxy(before);
        variables.push(("NO_PROXY", after.clone()));
        variables.push(("no_proxy", after));
    }
    let running = async {
        let issuer = source.start(args.handing.lazy).await?;
        let host = Host {
            endpoint,
            issuer,
            confirm,
            report,
            asked: Arc::default(),
        };
        let child = child::run(&args.command, &variables);
        let reception: Reception = host.reception();
        let ended = serve::receive_until(ports.listeners, Limits::TOKENS, reception, child).await;
        Ok::<_, Error>(ended?)
    };
    match LocalSet::new().run_until(running).await? {
        0 => Ok(()),
        code => Err(ServeFault::CommandEnded { code }.into()),
    }
}

fn confirm(handing: &HandingOptions, env: &Env) -> Result<Option<Confirm>, Error> {
    if !handing.confirm {
        return Ok(None);
    }
    Ok(Some(Confirm::on_terminal(env)?))
}

/// Where the tokens come from, and which may be had.
struct Source {
    issuer: Issuer,
    issuing: Issuing,
    audiences: AllowList,
    /// What is got before anybody asks.
    first: Wanted,
}

impl Source {
    async fn of(
        handing: &HandingOptions,
        sign_in: &SignInOptions,
        report: Report,
        env: &Env,
        port: u16,
    ) -> Result<Self, Error> {
        for text in handing.audiences.iter().chain(&handing.allow_audience) {
            Audience::parse(text).map_err(|error| Error::Audience {
                text: text.clone(),
                error,
            })?;
        }
        let cloud = cloud::choose(sign_in, false, env).await?;
        let own = cloud.audience.as_str();
        let first = handing.audiences.first().map_or(own, String::as_str);
        let first = Wanted {
            resource: first.to_owned(),
            tenant_id: None,
        };
        let audiences = allow_list(handing, &cloud);
        let client = client(&cloud, sign_in, report, env);
        let (auth, identity, env) = (sign_in.auth, sign_in.identity.clone(), env.clone());
        let choose: Choose = Box::new(move || {
            let chosen = request::credential(&cloud, (auth, identity.as_ref()), &env, report)?;
            match circle(chosen.source(), port, &env) {
                None => Ok(chosen),
                Some(error) => Err(error),
            }
        });
        let (issuer, issuing) = issuer::issuer(client, choose);
        Ok(Self {
            issuer,
            issuing,
            audiences,
            first,
        })
    }

    /// Gets the first token, unless that is put off, and begins to serve. Runs in a `LocalSet`.
    async fn start(self, lazy: bool) -> Result<Issuer, Error> {
        if !lazy {
            self.issuing.get_ready(self.first).await?;
        }
        tokio::task::spawn_local(self.issuing.run());
        Ok(self.issuer)
    }
}

/// Refuses the variables of this very endpoint, left over in a shell: it would ask itself.
fn circle(source: credential::Source, port: u16, env: &Env) -> Option<Error> {
    let name = [
        (credential::Source::CloudShell, "MSI_ENDPOINT"),
        (credential::Source::AzureMl, "MSI_ENDPOINT"),
        (credential::Source::AppService, "IDENTITY_ENDPOINT"),
    ];
    let (_, name) = name.into_iter().find(|(one, _)| *one == source)?;
    let address = url::Url::parse(env.get(name)?).ok()?;
    (azure::is_loopback(&address) && address.port() == Some(port)).then(|| Error::Variable {
        name: name.to_owned(),
        message: "it names the endpoint that is being started; unset it".to_owned(),
    })
}

fn allow_list(handing: &HandingOptions, cloud: &Cloud) -> AllowList {
    let matching = if handing.strict {
        Matching::Exact
    } else {
        Matching::SlashInsensitive
    };
    if handing.any_audience {
        return AllowList::Any;
    }
    if !handing.audiences.is_empty() {
        return AllowList::Only {
            audiences: handing.audiences.clone(),
            matching,
        };
    }
    let mut added = handing.allow_audience.clone();
    // The list that Cloud Shell publishes is that of the public cloud.
    added.push(cloud.audience.as_str().to_owned());
    AllowList::Listed { added, matching }
}

fn client(cloud: &Cloud, sign_in: &SignInOptions, report: Report, env: &Env) -> Client {
    let tenant = sign_in
        .tenant
        .as_deref()
        .or_else(|| env.get("ARMCLI_TENANT"));
    let use_cache = sign_in.use_cache(env.get("ARMCLI_NO_CACHE"));
    Client {
        transport: Rc::new(Transport::Wire(Wire::default())),
        credential: None,
        cache: use_cache.then(|| Rc::new(TokenCache::of(env))),
        target: Target {
            cloud: cloud.clone(),
            url: cloud.resource_manager.clone(),
            audience: None,
            allowed: Vec::new(),
        },
        tenant_id: tenant.map(str::to_owned),
        subscription_id: None,
        limits: RETRIES,
        deadline: None,
        clock: Clock::at(env.now),
        observer: trace::observer(report, env),
        minimum_left: SHORTEST_LIFE,
        auxiliary_tenants: Vec::new(),
        tokens: Rc::default(),
        budget: Rc::new(Cell::new(Budget::of(RETRIES.retries))),
        throttle: Rc::default(),
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

/// Comes to its end when nobody has asked for `limit`, which it returns.
async fn idle(asked: &Notify, limit: Option<Duration>) -> Duration {
    let Some(limit) = limit else {
        return std::future::pending().await;
    };
    while tokio::time::timeout(limit, asked.notified()).await.is_ok() {}
    limit
}

fn print(text: &str) -> Result<(), Error> {
    let mut sink = Sink::stdout();
    sink.write(text.as_bytes())?;
    Ok(sink.finish()?)
}

#[cfg(unix)]
mod signals {
    use tokio::signal::unix::{Signal, SignalKind, signal};

    use crate::error::Error;

    /// What asks a server to end.
    pub(super) struct Signals([Signal; 3]);

    impl Signals {
        pub(super) fn listen() -> Result<Self, Error> {
            let failed = |error: std::io::Error| Error::Start {
                message: error.to_string(),
            };
            Ok(Self([
                signal(SignalKind::interrupt()).map_err(failed)?,
                signal(SignalKind::terminate()).map_err(failed)?,
                signal(SignalKind::hangup()).map_err(failed)?,
            ]))
        }

        pub(super) async fn ended(self) {
            let Self([mut interrupt, mut terminate, mut hangup]) = self;
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
                _ = hangup.recv() => {}
            }
        }
    }
}

#[cfg(not(unix))]
mod signals {
    use crate::error::Error;

    /// What asks a server to end.
    pub(super) struct Signals;

    impl Signals {
        pub(super) fn listen() -> Result<Self, Error> {
            Ok(Self)
        }

        pub(super) async fn ended(self) {
            let _interrupted = tokio::signal::ctrl_c().await;
        }
    }
}
