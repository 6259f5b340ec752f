//! `arm login`: one sign-in gives tokens for every service after it: to people by their refresh token, to applications
//! and machines by their credential. Who opens the browser, serves the socket and waits: `app/command/login`.

mod account;
mod authorization;
mod client_credential;
mod device_code;
mod error;
mod principal;
mod record;
mod sign_in;
mod store;
#[cfg(test)]
mod store_tests;

use self::sign_in::PERSON_SCOPES;
use super::discovery::DiscoveryContext;
use super::entra::{self, Form};
use super::provider::{Tenancy, TokenFuture, TokenProvider, Tools};
use super::{
    Absence, AccessToken, Authority, Error, Identity, ManagedIdentity, Source, SourceErrorKind,
    TokenRequest,
};
use crate::azure::Secret;

pub use account::{Account, Subscription};
pub use authorization::{Attempt, Callback};
pub use client_credential::{CertificateFile, ClientCredential, FederatedToken};
pub use device_code::{DeviceCode, Step};
pub use error::{SignInError, StoreError, StoreErrorKind};
pub use principal::{sign_in_application, sign_in_machine};
#[cfg(any(test, fuzzing))]
pub(super) use record::{bytes_of, parse as parse_account};
pub use sign_in::{Application, DEFAULT_CLIENT_ID, SignedIn};
pub use store::{Listing, Store};

/// Which account is used, if several are signed in.
pub const ACCOUNT_VARIABLE: &str = "ARMCLI_ACCOUNT";

/// The active account as a credential.
#[derive(Debug, Clone)]
pub struct Login {
    store: Store,
    account: Account,
    authority: Authority,
    /// What gives the tokens of an account that is the identity of a machine.
    machine: Option<ManagedIdentity>,
    notes: Vec<String>,
}

impl Login {
    /// Looks for the account to use; `Ok(Err)` says why there is none.
    pub(super) fn find(context: DiscoveryContext<'_>) -> Result<Result<Self, Absence>, Error> {
        let DiscoveryContext { env, authority, .. } = context;
        let Some(store) = Store::of(env) else {
            return Ok(Err(Absence::not_there(
                "there is no folder for it: no `HOME`",
            )));
        };
        let listing = store.list()?;
        let account = match env.get(ACCOUNT_VARIABLE) {
            Some(name) => named(&listing, name, authority).map(Some)?,
            None => listing.active_at(authority.as_str()),
        };
        let Some(account) = account.cloned() else {
            return Ok(Err(why_none(&listing, authority)));
        };
        let machine = match &account.credential {
            ClientCredential::ManagedIdentity(identity) => {
                Some(principal::machine(identity.as_ref(), context)?)
            }
            ClientCredential::RefreshToken(_)
            | ClientCredential::ClientSecret(_)
            | ClientCredential::Certificate(_)
            | ClientCredential::FederatedToken(_) => None,
        };
        Ok(Ok(Self {
            store,
            account,
            authority: authority.clone(),
            machine,
            notes: listing.notes,
        }))
    }

    /// An account that has just signed in and is in the store.
    pub fn of(
        store: Store,
        account: Account,
        authority: Authority,
        machine: Option<ManagedIdentity>,
    ) -> Self {
        Self {
            store,
            account,
            authority,
            machine,
            notes: Vec::new(),
        }
    }

    /// Returns the account.
    pub fn account(&self) -> &Account {
        &self.account
    }

    /// Gets a token with the credential of the account.
    async fn fetch(&self, request: &TokenRequest, tools: &Tools<'_>) -> Result<AccessToken, Error> {
        match (&self.account.credential, &self.machine) {
            (ClientCredential::RefreshToken(_), _) => self.refresh(request, tools).await,
            (_, Some(machine)) => {
                principal::token_of_machine(&self.account, machine, request, tools).await
            }
            (_, None) => principal::token(&self.account, &self.authority, request, tools).await,
        }
    }

    /// The refresh token as it is now: another run may have changed it.
    fn refresh_token(&self) -> Result<Secret, Error> {
        let account = self.store.read(&self.account.id())?;
        match account.map(|account| account.credential) {
            Some(ClientCredential::RefreshToken(refresh_token)) => Ok(refresh_token),
            Some(_) | None => Err(SourceErrorKind::NotSetUp {
                reason: format!("`{}` has signed out", self.account.username),
            }
            .of(Source::Login)),
        }
    }

    /// Gets a token with the refresh token, and keeps the next one.
    async fn refresh(
        &self,
        request: &TokenRequest,
        tools: &Tools<'_>,
    ) -> Result<AccessToken, Error> {
        let account = &self.account;
        let refresh_token = self.refresh_token()?;
        let wanted = TokenRequest {
            scope: Some(format!("{} {PERSON_SCOPES}", request.scope())),
            ..request.clone()
        };
        let form = Form::default()
            .with("grant_type", "refresh_token")
            .with("client_id", account.client_id.as_str())
            .with_secret("refresh_token", refresh_token.clone())
            .for_request(&wanted);
        let tenant_id = self.tenant_for(request);
        let asked = entra::ask(Source::Login, &self.authority, tenant_id, form, tools);
        let tokens = asked.await?;
        if let Some(fresh) = &tokens.refresh_token {
            // The token is there and good: a store that cannot be written must not cost it. The
            // old refresh token stays valid (learn.microsoft.com/entra/identity-platform/
            // refresh-tokens, "Token lifetime").
            let _kept = self.store.rotate(&account.id(), &refresh_token, fresh);
        }
        Ok(tokens.access_token)
    }

    /// The tenant that was named, else that of the subscription, else that of the sign-in.
    fn tenant_for<'a>(&'a self, request: &'a TokenRequest) -> &'a str {
        let of_subscription = || self.account.tenant_of(request.subscription_id.as_deref()?);
        let tenant_id = request.tenant_id.as_deref().or_else(of_subscription);
        tenant_id.unwrap_or(&self.account.tenant_id)
    }
}

impl TokenProvider for Login {
    fn source(&self) -> Source {
        Source::Login
    }

    /// What is wrong with the files of the login.
    fn notes(&self) -> Vec<String> {
        self.notes.clone()
    }

    fn token<'a>(&'a self, request: &'a TokenRequest, tools: &'a Tools<'a>) -> TokenFuture<'a> {
        Box::pin(self.fetch(request, tools))
    }

    fn tenant_of(&self, subscription_id: &str) -> Option<String> {
        self.account.tenant_of(subscription_id).map(str::to_owned)
    }

    /// Whose token it is, if one may be kept: what gives those of a machine keeps them.
    fn identity(&self, request: &TokenRequest) -> Option<Identity> {
        if self.machine.is_some() {
            return None;
        }
        Some(Identity {
            source: Source::Login,
            authority: self.authority.as_str().to_owned(),
            tenant_id: self.tenant_for(request).to_owned(),
            client_id: self.account.client_id.clone(),
            principal: self.account.home_account_id.clone(),
        })
    }

    /// Only a person has several tenants: an application and a machine are of one.
    fn tenancy(&self) -> Tenancy {
        match &self.account.credential {
            ClientCredential::RefreshToken(_) => Tenancy::Several {
                home: Some(self.account.tenant_id.clone()),
            },
            ClientCredential::ClientSecret(_)
            | ClientCredential::Certificate(_)
            | ClientCredential::FederatedToken(_)
            | ClientCredential::ManagedIdentity(_) => Tenancy::One,
        }
    }
}

/// The account that `ARMCLI_ACCOUNT` names.
fn named<'a>(
    listing: &'a Listing,
    name: &str,
    authority: &Authority,
) -> Result<&'a Account, Error> {
    let here = |one: &&Account| one.authority == authority.as_str();
    let mut found = listing
        .accounts
        .iter()
        .filter(here)
        .filter(|one| one.is_named(name));
    match (found.next(), found.next()) {
        (Some(account), None) => Ok(account),
        (found, _) => {
            let names: Vec<&str> = listing
                .accounts
                .iter()
                .filter(here)
                .map(|one| one.username.as_str())
                .collect();
            let known = if names.is_empty() {
                "no one is signed in".to_owned()
            } else {
                format!("signed in: {}", names.join(", "))
            };
            let error = if found.is_none() {
                "no account"
            } else {
                "more than one account"
            };
            Err(Error::Setting {
                setting: ACCOUNT_VARIABLE,
                message: format!("{error} is named `{name}`; {known}"),
            })
        }
    }
}

fn why_none(listing: &Listing, authority: &Authority) -> Absence {
    let here = listing
        .accounts
        .iter()
        .filter(|one| one.authority == authority.as_str());
    match (listing.accounts.len(), here.count()) {
        (0, _) => Absence::not_there("no one is signed in"),
        (_, 0) => Absence::Incomplete(format!("no one is signed in at `{}`", authority.as_str())),
        (_, several) => Absence::Incomplete(format!(
            "{several} accounts are signed in and none is active: `arm account use NAME`"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::account::tests::account;
    use super::{Login, Store};
    use crate::azure::{Audience, Cloud};
    use crate::credential::discovery::{DiscoveryContext, SourceChoice};
    use crate::credential::provider::TokenProvider as _;
    use crate::credential::{Absence, Authority, Error, TokenRequest};
    use crate::env::Env;

    fn env(folder: &tempfile::TempDir, variables: &[(&str, &str)]) -> Env {
        let mut env = Env::with_variables(variables.iter().copied());
        env.state_dir = Some(folder.path().to_owned());
        env
    }

    fn find(env: &Env) -> Result<Result<Login, Absence>, Error> {
        let cloud = Cloud::public();
        let authority = Authority::of(env, &cloud)?;
        Login::find(DiscoveryContext {
            env,
            cloud: &cloud,
            authority: &authority,
            choice: SourceChoice::Implied,
            identity: None,
        })
    }

    fn absence(env: &Env) -> Absence {
        find(env).unwrap().unwrap_err()
    }

    #[test]
    fn the_account_is_the_active_one_or_the_one_that_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let plain = env(&folder, &[]);
        assert_eq!(absence(&plain), Absence::not_there("no one is signed in"));
        let store = Store::of(&plain).unwrap();
        store.sign_in(&account("me", "r")).unwrap();
        store.sign_in(&account("you", "r")).unwrap();
        let found = find(&plain).unwrap().unwrap();
        assert_eq!(found.account().username, "you@contoso.example");
        let named = env(&folder, &[("ARMCLI_ACCOUNT", "ME@contoso.example")]);
        let found = find(&named).unwrap().unwrap();
        assert_eq!(found.account().username, "me@contoso.example");
        let error = find(&env(&folder, &[("ARMCLI_ACCOUNT", "her")])).unwrap_err();
        assert!(
            error.to_string().contains("signed in: me@contoso"),
            "{error}"
        );
        let elsewhere = env(&folder, &[("AZURE_AUTHORITY_HOST", "http://127.0.0.1:9")]);
        assert_eq!(
            absence(&elsewhere),
            Absence::incomplete("no one is signed in at `http://127.0.0.1:9/`")
        );
        let nowhere = absence(&Env::with_variables([]));
        assert!(nowhere.reason().contains("no `HOME`"), "{nowhere:?}");
    }

    #[test]
    fn the_tenant_is_the_named_one_or_that_of_the_subscription() {
        let folder = tempfile::tempdir().unwrap();
        let env = env(&folder, &[]);
        let mut me = account("me", "r");
        me.subscriptions = vec![super::Subscription {
            id: "S".to_owned(),
            name: "s".to_owned(),
            state: "Enabled".to_owned(),
            tenant_id: "guest".to_owned(),
        }];
        Store::of(&env).unwrap().sign_in(&me).unwrap();
        let login = find(&env).unwrap().unwrap();
        let audience = Audience::parse("https://vault.azure.net").unwrap();
        for (tenant_id, subscription_id, expected) in [
            (None, None, "t"),
            (None, Some("s"), "guest"),
            (None, Some("unknown"), "t"),
            (Some("other"), Some("s"), "other"),
        ] {
            let request = TokenRequest {
                tenant_id: tenant_id.map(str::to_owned),
                subscription_id: subscription_id.map(str::to_owned),
                ..TokenRequest::of(&audience)
            };
            let identity = login.identity(&request).unwrap();
            assert_eq!(identity.tenant_id, expected);
            assert_eq!(identity.principal, "me.t");
        }
    }
}
