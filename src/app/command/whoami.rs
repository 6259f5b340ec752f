//! `arm whoami`: whose token a request would carry, and why the other sources are not used. Who
//! chooses: `credential/chain`.

use std::time::{Duration, SystemTime};

use serde_json::{Value, json};

use crate::app::command::token;
use crate::app::session::cloud;
use crate::app::session::command_context::CommandContext;
use crate::app::terminal::stdout::{print, shown_json};
use crate::azure::{Cloud, CloudName, rfc3339};
use crate::cli::TableFormat;
use crate::cli::arguments::WhoamiArgs;
use crate::client::{Deadline, words_of};
use crate::credential::{self, Absence, AccessToken, Account, Authority, Credential, Source};
use crate::env::Env;
use crate::error::Error;
use crate::output::{Console, Verbosity, columns};

/// Says who asks.
pub(crate) async fn run(args: WhoamiArgs, env: &Env) -> Result<(), Error> {
    let context = CommandContext {
        deadline: args.timeout.limit.map(Deadline::after),
        env,
        console: Console::new(Verbosity::of(false, args.output.verbose.count), env),
    };
    if args.all {
        let chosen = cloud::choose(&args.sign_in, cloud::NetworkUse::Requests, env);
        let cloud = Deadline::within(context.deadline, chosen).await??;
        return survey(&cloud, args.output.format.chosen, env);
    }
    let obtained = token::obtain(&args.sign_in, None, context).await?;
    let identity = Identity::of(&obtained, env);
    identity.print(args.output.format.chosen, env)
}

/// Who a token speaks for.
#[derive(Debug)]
pub(crate) struct Identity {
    account: Option<String>,
    /// What kind of account it is, in JSON and in words, where `arm login` knows that.
    kind: Option<(&'static str, &'static str)>,
    tenant_id: Option<String>,
    source: Source,
    cloud: CloudName,
    authority: Option<String>,
    client_id: Option<String>,
    expires_on: Option<SystemTime>,
    /// Id and, if it is known, name.
    subscription: Option<(String, Option<String>)>,
}

impl Identity {
    fn of(obtained: &token::Obtained, env: &Env) -> Self {
        let token::Obtained {
            cloud,
            credential,
            token,
            ..
        } = obtained;
        if let Credential::Login(login) = credential {
            return Self::of_login(login.account(), token, cloud);
        }
        let claims = token.claims.as_ref();
        let subscription = crate::app::session::default_subscription::default(cloud, env);
        let authority = (cloud.name != CloudName::Sandbox)
            .then(|| Authority::of(env, cloud).ok())
            .flatten();
        Self {
            account: claims.and_then(|claims| claims.account.clone()),
            kind: None,
            tenant_id: claims.and_then(|claims| claims.tid.clone()),
            source: credential.source(),
            cloud: cloud.name.clone(),
            authority: authority.map(|authority| authority.as_str().to_owned()),
            client_id: claims.and_then(|claims| claims.client_id.clone()),
            expires_on: token.expires_on,
            subscription: subscription.map(|id| (id, None)),
        }
    }

    /// Who an account of `arm login` is.
    pub(crate) fn of_login(account: &Account, token: &AccessToken, cloud: &Cloud) -> Self {
        let tid = token.claims.as_ref().and_then(|claims| claims.tid.clone());
        let subscription = account.default_subscription();
        Self {
            account: Some(account.username.clone()),
            kind: Some((account.credential.kind(), account.credential.words())),
            tenant_id: tid.or_else(|| Some(account.tenant_id.clone())),
            source: Source::Login,
            cloud: cloud.name.clone(),
            authority: Some(account.authority.clone()),
            client_id: Some(account.client_id.clone()),
            expires_on: token.expires_on,
            subscription: subscription.map(|one| (one.id.clone(), Some(one.name.clone()))),
        }
    }

    /// Prints it.
    pub(crate) fn print(&self, output: TableFormat, env: &Env) -> Result<(), Error> {
        print(&match output {
            TableFormat::Table => self.table(env.now),
            TableFormat::Json => shown_json(self.json(), env),
        })
    }

    fn table(&self, now: SystemTime) -> String {
        let unknown = || "unknown".to_owned();
        let subscription = self.subscription.as_ref().map(|(id, name)| match name {
            Some(name) => format!("{name} ({id})"),
            None => id.clone(),
        });
        let expires = self.expires_on.map(|end| match end.duration_since(now) {
            Ok(left) => format!("in {}", words_of(Duration::from_secs(left.as_secs()))),
            Err(_) => "over".to_owned(),
        });
        let kind = self.kind.map(|(_, words)| ("kind", words.to_owned()));
        let rows = [
            ("tenant", self.tenant_id.clone().unwrap_or_else(unknown)),
            ("source", self.source.to_string()),
            ("cloud", self.cloud.to_string()),
            ("authority", self.authority.clone().unwrap_or_else(unknown)),
            ("client", self.client_id.clone().unwrap_or_else(unknown)),
            ("expires", expires.unwrap_or_else(unknown)),
            (
                "subscription",
                subscription.unwrap_or_else(|| "none".to_owned()),
            ),
        ];
        let account = ("account", self.account.clone().unwrap_or_else(unknown));
        let rows = [account].into_iter().chain(kind).chain(rows);
        let rows = rows.map(|(name, value)| [name.to_owned(), value]);
        columns(&rows.collect::<Vec<_>>())
    }

    fn json(&self) -> Value {
        let subscription = self.subscription.as_ref();
        json!({
            "account": self.account,
            "accountType": self.kind.map(|(kind, _)| kind),
            "tenantId": self.tenant_id,
            "source": self.source.name(),
            "cloud": self.cloud.to_string(),
            "authority": self.authority,
            "clientId": self.client_id,
            "expiresOn": self.expires_on.map(rfc3339),
            "subscription": subscription.map(|(id, name)| json!({ "id": id, "name": name })),
        })
    }
}

/// Every source of the chain, in its order.
fn survey(cloud: &Cloud, output: TableFormat, env: &Env) -> Result<(), Error> {
    let found = credential::survey(env, cloud)?;
    let first = found.iter().position(|(_, state)| state.is_ok());
    let rows = found.iter().enumerate().map(|(at, (source, state))| {
        let state = match state {
            Ok(_) if Some(at) == first => "used".to_owned(),
            Ok(_) => "set up, comes later".to_owned(),
            Err(absence) => absence.reason().to_owned(),
        };
        [source.to_string(), state]
    });
    print(&match output {
        TableFormat::Table => columns(&rows.collect::<Vec<_>>()),
        TableFormat::Json => {
            let rows: Vec<_> = found
                .iter()
                .enumerate()
                .map(|(at, (source, state))| {
                    json!({
                        "source": source.name(),
                        "isSetUp": state.is_ok(),
                        "isUsed": Some(at) == first,
                        "reason": state.as_ref().err().map(Absence::reason),
                    })
                })
                .collect();
            shown_json(Value::from(rows), env)
        }
    })
}
