//! Where the tokens of an endpoint come from, and which are allowed: the command line, the variables and the cloud
//! become an issuer and a list of audiences. The clients are `token_service`'s.

use std::time::Duration;

use crate::app::endpoint::issuer;
use crate::app::endpoint::issuer::{Choose, Issuer, Issuing, TokenKey};
use crate::app::session::{client, cloud, environment, trace};
use crate::azure::{self, Audience, Cloud, Target};
use crate::cli::SignInOptions;
use crate::cli::arguments::HandingOptions;
use crate::client::{Client, Clock, Settings, Shared};
use crate::credential::{self, TokenCache};
use crate::endpoint::{AllowList, Matching};
use crate::env::Env;
use crate::error::Error;
use crate::output::Console;
use crate::transport::retry;
use crate::transport::{Transport, Wire};

/// A client waits for its token: the credential is not asked for much longer.
const LIMITS: retry::Limits = retry::Limits {
    retries: 3,
    longest_pause: Duration::from_secs(10),
};

/// Where the tokens come from, and which may be had.
pub(super) struct Source {
    issuer: Issuer,
    issuing: Issuing,
    pub(super) audiences: AllowList,
    pub(super) cloud: Cloud,
    /// What is obtained before the first request.
    pub(super) first: TokenKey,
}

impl Source {
    pub(super) async fn of(
        handing: &HandingOptions,
        sign_in: &SignInOptions,
        console: Console,
        env: &Env,
        port: u16,
    ) -> Result<Self, Error> {
        for text in handing.audiences.iter().chain(&handing.allow_audience) {
            Audience::parse(text).map_err(|error| Error::Audience {
                text: text.clone(),
                error,
            })?;
        }
        let cloud = cloud::choose(sign_in, cloud::NetworkUse::Requests, env).await?;
        let own = cloud.audience.as_str();
        let first = handing.audiences.first().map_or(own, String::as_str);
        let first = TokenKey {
            resource: first.to_owned(),
            tenant_id: None,
        };
        let audiences = allow_list(handing, &cloud);
        let client = client(&cloud, sign_in, console, env)?;
        let (auth, identity, env) = (sign_in.auth, sign_in.identity.clone(), env.clone());
        let own_cloud = cloud.clone();
        let choose: Choose = Box::new(move || {
            let requested = client::RequestedSource {
                auth,
                identity: identity.as_ref(),
            };
            let chosen = client::credential(&cloud, requested, &env, console)?;
            match asks_itself(chosen.source(), port, &env) {
                None => Ok(chosen),
                Some(error) => Err(error),
            }
        });
        let (issuer, issuing) = issuer::issuer(client, choose);
        Ok(Self {
            issuer,
            issuing,
            audiences,
            cloud: own_cloud,
            first,
        })
    }

    /// Gets the first token, unless that is put off, and begins to serve. Runs in a `LocalSet`.
    pub(super) async fn start(self, lazy: bool) -> Result<Issuer, Error> {
        if !lazy {
            self.issuing.get_ready(self.first).await?;
        }
        tokio::task::spawn_local(self.issuing.run());
        Ok(self.issuer)
    }
}

/// Refuses the variables of this very endpoint, left over in a shell: it would ask itself.
fn asks_itself(source: credential::Source, port: u16, env: &Env) -> Option<Error> {
    let name = source.facts().endpoint_variable?;
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

fn client(
    cloud: &Cloud,
    sign_in: &SignInOptions,
    console: Console,
    env: &Env,
) -> Result<Client, Error> {
    let transport = Transport::Wire(Wire::new(environment::network(env)?, None));
    let shared = Shared::new(Settings {
        cache: TokenCache::unless_refused(sign_in.no_cache, env),
        ..Settings::new(transport, Clock::at(env.now), LIMITS, env.guard)
    });
    let target = Target {
        cloud: cloud.clone(),
        url: cloud.resource_manager.clone(),
        audience: None,
        allowed: Vec::new(),
    };
    let mut client = Client::for_target(&shared, target, trace::observer(console, env));
    client.tenant_id = env.tenant(sign_in.tenant.as_deref()).map(str::to_owned);
    Ok(client)
}
