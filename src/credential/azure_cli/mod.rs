//! The login of the Azure CLI: a token that it keeps, else `az account get-access-token`. The files of az are only
//! read.

mod command;
mod profile;
mod token_cache;

use std::path::{Path, PathBuf};

use super::discovery::DiscoveryContext;
use super::identity::{Identity, fingerprint};
use super::process::Program;
use super::provider::{Tenancy, TokenFuture, TokenProvider, Tools};
use super::{Absence, AccessToken, Authority, Error, Reuse, Source, SourceErrorKind, TokenRequest};
use crate::azure::Audience;
use crate::env::Env;
use command::AccountChoice;
use profile::{ProfileError, Subscription};

pub(super) use profile::Profile;
pub use profile::{
    configuration_file, default_subscription, sees_no_subscription, subscription_names,
};
pub(super) use token_cache::Wanted;
#[cfg(any(test, fuzzing))]
pub(super) use token_cache::search;

/// What is signed in by az, and where its tokens are.
#[derive(Debug, Clone)]
pub struct AzureCli {
    /// Not there where only the folder of az is, as in a container that has it mounted.
    program: Option<Program>,
    profile: Profile,
    folder: PathBuf,
    /// Not there if it must not be read.
    token_cache: Option<PathBuf>,
    authority: Authority,
    resource_manager: Audience,
    session: Session,
}

/// Whose session it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Session {
    /// The user's.
    Own,
    /// An assistant's, whose tokens az sets apart.
    Assistant,
}

impl Session {
    fn of(env: &Env) -> Self {
        match env.get("COPILOT_AGENT_SESSION_ID") {
            Some(_) => Self::Assistant,
            None => Self::Own,
        }
    }
}

impl AzureCli {
    /// Looks for az, its profile and its tokens; `Err` says what is missing.
    pub(super) fn find(context: &DiscoveryContext<'_>) -> Result<Self, Absence> {
        let env = context.env;
        let path = configuration_file(env, profile::FILE);
        let program = command::find(env);
        let kept = token_cache_of(env).filter(|path| path.is_file());
        let is_there = program.is_some() || kept.is_some();
        let path = path.ok_or_else(|| Absence::not_there("there is no home folder"))?;
        let profile = Profile::read(&path).map_err(|error| match error {
            ProfileError::NoAccount if is_there => Absence::NotThere(format!(
                "`az` is not signed in: no account in `{}`",
                path.display()
            )),
            ProfileError::NoAccount => Absence::not_there("`az` is not on the PATH"),
            ProfileError::Unusable(reason) => {
                Absence::Incomplete(format!("cannot use `{}`: {reason}", path.display()))
            }
        })?;
        if !is_there {
            return Err(Absence::incomplete(
                "it is signed in, but `az` is not on the PATH",
            ));
        }
        let cloud = &context.cloud.name;
        let profile = profile
            .of_cloud(cloud)
            .ok_or_else(|| Absence::Incomplete(format!("`az` is not signed in to {cloud}")))?;
        let folder = path.parent().unwrap_or(Path::new(""));
        Ok(Self {
            program,
            profile,
            folder: folder.to_owned(),
            token_cache: kept,
            authority: context.authority.clone(),
            resource_manager: context.cloud.audience.clone(),
            session: Session::of(env),
        })
    }

    async fn fetch(&self, request: &TokenRequest, tools: &Tools<'_>) -> Result<AccessToken, Error> {
        if request.claims.is_some() {
            return Err(SourceErrorKind::Unsupported {
                what: "answer a claims challenge: sign in to `az` for it",
            }
            .of(Source::AzureCli));
        }
        let choice = self.choose(request);
        if let Some(token) = self.kept(&choice, request, tools) {
            return Ok(token);
        }
        match &self.program {
            Some(program) => command::ask(program, &choice, request).await,
            None => Err(SourceErrorKind::NotSetUp {
                reason: "`az` is not on the PATH, and keeps no token for this".to_owned(),
            }
            .of(Source::AzureCli)),
        }
    }

    /// A subscription that az knows selects the account and the tenant; else az's default does.
    fn choose<'a>(&'a self, request: &'a TokenRequest) -> AccountChoice<'a> {
        let id = request.subscription_id.as_deref();
        let known = id.and_then(|id| self.profile.find(id));
        let tenant_id = request.tenant_id.as_deref();
        let is_its_own = |known: &&Subscription| {
            tenant_id.is_none_or(|asked| known.tenant_id.eq_ignore_ascii_case(asked))
        };
        let subscription = known.filter(is_its_own);
        let account = subscription.or_else(|| self.profile.default_account());
        let its_tenant = account.map(|account| account.tenant_id.as_str());
        AccountChoice {
            account,
            tenant_id: tenant_id.or(its_tenant.filter(|tenant_id| !tenant_id.is_empty())),
            argument: match (subscription, tenant_id) {
                (Some(_), _) => id.map(|id| ("--subscription", id)),
                // A managed identity and Cloud Shell's user belong to one tenant, and az refuses to be told
                // one (hashicorp/go-azure-sdk#910).
                (None, Some(_)) if account.is_some_and(|it| it.user.is_of_machine()) => None,
                (None, Some(tenant_id)) => Some(("--tenant", tenant_id)),
                (None, None) => None,
            },
        }
    }

    /// The token that az keeps for this, if there is a usable one.
    fn kept(
        &self,
        choice: &AccountChoice<'_>,
        request: &TokenRequest,
        tools: &Tools<'_>,
    ) -> Option<AccessToken> {
        let path = self.token_cache.as_deref()?;
        let account = choice.account.filter(|found| !found.user.is_of_machine())?;
        if request.reuse != Reuse::Kept || request.scope() != request.audience.scope() {
            return None;
        }
        let wanted = Wanted {
            account,
            tenant_id: choice.tenant_id?,
            authority: self.authority.host(),
            audience: &request.audience,
            resource_manager: &self.resource_manager,
            now: tools.now,
            minimum_left: request.minimum_left,
        };
        token_cache::find(path, &wanted)
    }
}

impl TokenProvider for AzureCli {
    fn source(&self) -> Source {
        Source::AzureCli
    }

    fn token<'a>(&'a self, request: &'a TokenRequest, tools: &'a Tools<'a>) -> TokenFuture<'a> {
        Box::pin(self.fetch(request, tools))
    }

    /// Tells whose token it is. It changes with az's account, so that nothing is kept beyond an `az
    /// login` with another account; tokens of managed identities are kept by their endpoint only,
    /// and those of an assistant's session not at all.
    fn identity(&self, request: &TokenRequest) -> Option<Identity> {
        let choice = self.choose(request);
        let account = choice.account?;
        let user = &account.user;
        let is_anothers = user.is_of_machine() || self.session == Session::Assistant;
        if is_anothers || user.name.is_empty() {
            return None;
        }
        // Several folders of az can have the same account, and different logins.
        let folder = std::fs::canonicalize(&self.folder).unwrap_or_else(|_| self.folder.clone());
        Some(Identity {
            source: Source::AzureCli,
            authority: self.authority.as_str().to_owned(),
            tenant_id: choice.tenant_id?.to_owned(),
            client_id: match user.kind.as_str() {
                "servicePrincipal" => user.name.clone(),
                _ => token_cache::CLIENT_ID.to_owned(),
            },
            principal: fingerprint(&[
                &user.name,
                &user.kind,
                &account.tenant_id,
                &account.environment_name,
                &folder.to_string_lossy(),
            ]),
        })
    }

    /// Returns the tenant that a subscription trusts, if az knows the subscription.
    fn tenant_of(&self, subscription_id: &str) -> Option<String> {
        let found = self.profile.find(subscription_id)?;
        Some(found.tenant_id.clone()).filter(|tenant_id| !tenant_id.is_empty())
    }

    /// Tells of which tenants az gets tokens: people are known to several, applications and machines to one.
    fn tenancy(&self) -> Tenancy {
        match self.profile.default_account() {
            Some(account) if account.user.is_person() => Tenancy::Several {
                home: Some(account.tenant_id.clone()).filter(|id| !id.is_empty()),
            },
            Some(_) | None => Tenancy::One,
        }
    }
}

/// Where az keeps its tokens, if they may be read: not if the user forbids it, and not in the session of an assistant,
/// whose tokens az sets apart.
fn token_cache_of(env: &Env) -> Option<PathBuf> {
    let is_off = env.get("ARMCLI_AZ_CACHE") == Some("0");
    if is_off || Session::of(env) == Session::Assistant {
        return None;
    }
    configuration_file(env, token_cache::FILE)
}

#[cfg(test)]
mod tests {
    use super::{AzureCli, Profile, Session};
    use crate::azure::{Audience, Cloud};
    use crate::credential::provider::TokenProvider as _;
    use crate::credential::{Authority, TokenRequest};
    use crate::env::Env;

    fn login() -> AzureCli {
        let cloud = Cloud::public();
        let profile = r#"{"subscriptions":[
            {"id":"S-1","tenantId":"T-1","user":{"name":"one","type":"user"}},
            {"id":"s-2","tenantId":"t-2","isDefault":true,"user":{"name":"two","type":"user"}},
            {"id":"s-3","tenantId":"t-3","user":{"name":"systemAssignedIdentity",
             "type":"servicePrincipal","assignedIdentityInfo":"MSI"}}]}"#;
        let profile = Profile::parse(profile.as_bytes()).unwrap();
        AzureCli {
            program: None,
            profile,
            folder: "/home/me/.azure".into(),
            token_cache: None,
            authority: Authority::of(&Env::with_variables([]), &cloud).unwrap(),
            resource_manager: cloud.audience,
            session: Session::Own,
        }
    }

    fn request(tenant_id: Option<&str>, subscription_id: Option<&str>) -> TokenRequest {
        TokenRequest {
            tenant_id: tenant_id.map(str::to_owned),
            subscription_id: subscription_id.map(str::to_owned),
            ..TokenRequest::of(&Audience::parse("https://vault.azure.net").unwrap())
        }
    }

    #[test]
    fn asks_for_the_account_of_the_subscription() {
        let login = login();
        let subscription = |id| Some(("--subscription", id));
        for (tenant_id, subscription_id, user, tenant, argument) in [
            (None, None, "two", "t-2", None),
            (None, Some("s-1"), "one", "T-1", subscription("s-1")),
            (None, Some("unknown"), "two", "t-2", None),
            (Some("t"), Some("s-1"), "two", "t", Some(("--tenant", "t"))),
            (Some("t-1"), Some("s-1"), "one", "t-1", subscription("s-1")),
            (Some("t"), None, "two", "t", Some(("--tenant", "t"))),
        ] {
            let request = request(tenant_id, subscription_id);
            let choice = login.choose(&request);
            assert_eq!(choice.account.unwrap().user.name, user);
            assert_eq!(
                (choice.tenant_id, choice.argument),
                (Some(tenant), argument)
            );
        }
    }

    #[test]
    fn a_managed_identity_is_not_told_its_tenant() {
        let mut login = login();
        login.profile.subscriptions.swap(1, 2);
        for (index, one) in login.profile.subscriptions.iter_mut().enumerate() {
            one.is_default = index == 1;
        }
        for (tenant_id, subscription_id, argument) in [
            (Some("t-3"), None, None),
            (Some("other"), None, None),
            (Some("t-3"), Some("s-3"), Some(("--subscription", "s-3"))),
        ] {
            let request = request(tenant_id, subscription_id);
            assert_eq!(login.choose(&request).argument, argument);
        }
    }

    #[test]
    fn an_account_is_told_from_another_one() {
        let mut login = login();
        let identity = |login: &AzureCli, id| login.identity(&request(None, Some(id)));
        let before = identity(&login, "s-2");
        assert!(before.is_some());
        assert_ne!(before, identity(&login, "s-1"));
        assert_eq!(identity(&login, "s-3"), None);
        "me".clone_into(&mut login.profile.subscriptions[1].user.name);
        assert_ne!(before, identity(&login, "s-2"));
        login.session = Session::Assistant;
        assert_eq!(identity(&login, "s-2"), None);
    }
}
