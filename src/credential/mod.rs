//! Who you are: an audience in, an access token out. Does not decide where a token may go: that is
//! `azure::Target`, and the client attaches it.

mod access_token;
mod application;
mod assertion;
mod authority;
mod azure_cli;
mod azure_developer_cli;
mod cache;
mod certificate;
mod chain;
mod entra;
mod error;
mod exchange;
mod federated;
mod identity;
mod key_file;
mod login;
mod managed_identity;
mod powershell;
pub mod private_file;
mod process;
mod service_principal;
mod sign_in_facts;
mod source;
mod timestamp;
mod token;

use std::time::{Duration, SystemTime};

use crate::azure::{Audience, Secret};
use crate::transport::Transport;

pub use access_token::GivenToken;
pub use authority::Authority;
pub use azure_cli::{
    AzureCli, configuration_file, default_subscription, subscription_names, tenant_of,
};
pub use azure_developer_cli::AzureDeveloperCli;
pub use cache::{CacheNote, Clearing, KeptFor, KeptState, KeptToken, TokenCache};
pub use certificate::CertificateError;
pub use chain::{Selected, Selection, Surveyed, select, survey};
pub use entra::EntraRefusal;
pub use error::{EndpointFault, Error, Skipped, SourceError, SourceFault};
pub use federated::Federated;
pub use identity::Identity;
pub use login::{
    ACCOUNT_VARIABLE, Account, Application, Attempt, Callback, CertificateFile, DEFAULT_CLIENT_ID,
    DeviceCode, FederatedToken, Listing, Login, Proof, SignInFault, SignedIn, Step, Store,
    StoreError, StoreFault, Subscription, sign_in_application, sign_in_machine,
};
pub use managed_identity::{AppService, Arc, AzureMl, CloudShell, Imds, ManagedIdentity};
pub use powershell::PowerShell;
pub use private_file::FileFault;
pub use service_principal::ServicePrincipal;
pub use sign_in_facts::{AssertionFacts, ClockDifference, PrincipalKind, SignInFacts};
pub use source::Source;
pub use token::{AccessToken, Claims, Provenance};

/// What a token is asked for.
#[derive(Debug, Clone)]
pub struct TokenRequest {
    /// The service.
    pub audience: Audience,
    /// A scope other than everything that the audience has (`AUDIENCE/.default`).
    pub scope: Option<String>,
    /// The tenant, where the user or the service named one.
    pub tenant_id: Option<String>,
    /// The subscription that the request is about: a credential may know its tenant.
    pub subscription_id: Option<String>,
    /// The claims of a challenge that the token has to answer, as JSON.
    pub claims: Option<String>,
    /// Whether a kept token will do.
    pub reuse: Reuse,
    /// How long a kept token must live: [`SHORTEST_LIFE`] for one request, more for work that goes on.
    pub minimum_left: Duration,
}

/// Issues a sandbox's token for an audience and a tenant, if one was named; `None` if the sandbox has no
/// such tenant.
pub type SandboxTokens = fn(&Audience, Option<&str>, SystemTime) -> Option<Secret>;

/// What a token must have left for one request: the way to the service, and its clock.
pub const SHORTEST_LIFE: Duration = Duration::from_secs(60);

/// What a token must have left for work that goes on: the pages of a list, an operation that is
/// waited for. It begins with a token that will probably last.
pub const LONGER_LIFE: Duration = Duration::from_secs(300);

/// Whether a kept token will do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Reuse {
    /// Yes, as long as it lives.
    #[default]
    Kept,
    /// Any but this one, which the service has refused. Where many processes were refused with the
    /// same token, one gets another and the rest take that.
    AnyBut(Secret),
}

impl TokenRequest {
    /// Everything that `audience` has, by whoever the credential is.
    pub fn of(audience: &Audience) -> Self {
        Self {
            audience: audience.clone(),
            scope: None,
            tenant_id: None,
            subscription_id: None,
            claims: None,
            reuse: Reuse::Kept,
            minimum_left: SHORTEST_LIFE,
        }
    }

    /// Returns the scope in the form of Entra's second version. A final slash of the audience
    /// stays: `https://storage.azure.com//.default` asks for a token whose `aud` has one.
    pub fn scope(&self) -> String {
        match &self.scope {
            Some(scope) => scope.clone(),
            None => self.audience.scope(),
        }
    }
}

/// Of which tenants a credential gets tokens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tenancy {
    /// Of its own.
    One,
    /// Of every tenant that knows the account.
    Several {
        /// The tenant of its tokens where none is named, if it is known.
        home: Option<String>,
    },
}

/// What a credential works with.
#[derive(Debug, Clone, Copy)]
pub struct Tools<'a> {
    /// Where its requests go.
    pub transport: &'a Transport,
    /// The time of day.
    pub now: SystemTime,
    /// Where tokens are kept, if they are.
    pub cache: Option<&'a TokenCache>,
}

/// A way to get a token. The set is closed: a `match` shows it whole.
#[derive(Debug)]
pub enum Credential {
    /// A token that was given.
    AccessToken(GivenToken),
    /// A service principal of the environment.
    ServicePrincipal(Box<ServicePrincipal>),
    /// An application that the surroundings vouch for.
    Federated(Box<Federated>),
    /// The account of `arm login`.
    Login(Box<Login>),
    /// A managed identity.
    ManagedIdentity(ManagedIdentity),
    /// The login of the Azure CLI.
    AzureCli(AzureCli),
    /// The login of the Azure Developer CLI.
    AzureDeveloperCli(AzureDeveloperCli),
    /// The login of Az PowerShell.
    PowerShell(PowerShell),
    /// Tokens of the sandbox in this process.
    Sandbox(SandboxTokens),
}

impl Credential {
    /// Returns the source's name, as `--auth` takes it.
    pub fn source(&self) -> Source {
        match self {
            Self::AccessToken(_) => Source::AccessToken,
            Self::ServicePrincipal(_) => Source::ServicePrincipal,
            Self::Federated(federated) => federated.source(),
            Self::Login(_) => Source::Login,
            Self::AzureCli(_) => Source::AzureCli,
            Self::AzureDeveloperCli(_) => Source::AzureDeveloperCli,
            Self::ManagedIdentity(identity) => identity.source(),
            Self::PowerShell(_) => Source::PowerShell,
            Self::Sandbox(_) => Source::Sandbox,
        }
    }

    /// Tells whose token it is, where one may be kept: `None` for tokens that were given, and for
    /// endpoints of this machine, which keep their own.
    pub fn identity(&self, request: &TokenRequest) -> Option<Identity> {
        match self {
            Self::Login(login) => login.identity(request),
            Self::AccessToken(_)
            | Self::ManagedIdentity(_)
            | Self::PowerShell(_)
            | Self::Sandbox(_) => None,
            Self::ServicePrincipal(principal) => principal.identity(request),
            Self::Federated(federated) => federated.identity(request),
            Self::AzureCli(login) => login.identity(request),
            Self::AzureDeveloperCli(login) => login.identity(request),
        }
    }

    /// Returns the tenant of a subscription, where the source knows it. An application does not: it
    /// signs in to its own tenant, unless another one is named.
    pub fn tenant_of(&self, subscription_id: &str) -> Option<String> {
        match self {
            Self::Login(login) => login.tenant_of(subscription_id).map(str::to_owned),
            Self::AzureCli(login) => login.tenant_of(subscription_id),
            Self::AccessToken(_)
            | Self::ServicePrincipal(_)
            | Self::Federated(_)
            | Self::ManagedIdentity(_)
            | Self::AzureDeveloperCli(_)
            | Self::PowerShell(_)
            | Self::Sandbox(_) => None,
        }
    }

    /// Tells whether the source gets tokens of several tenants for one account. An application, and a token that was
    /// given, belong to one; the tools of others are asked for their default.
    pub fn tenancy(&self) -> Tenancy {
        match self {
            Self::Login(login) => login.tenancy(),
            Self::AzureCli(login) => login.tenancy(),
            Self::Sandbox(_) => Tenancy::Several { home: None },
            Self::AccessToken(_)
            | Self::ServicePrincipal(_)
            | Self::Federated(_)
            | Self::ManagedIdentity(_)
            | Self::AzureDeveloperCli(_)
            | Self::PowerShell(_) => Tenancy::One,
        }
    }

    /// Returns what should be said about the source, and is no error.
    pub fn remark(&self) -> Option<&str> {
        match self {
            Self::ServicePrincipal(principal) => principal.remark(),
            Self::AccessToken(_)
            | Self::Login(_)
            | Self::Federated(_)
            | Self::ManagedIdentity(_)
            | Self::AzureCli(_)
            | Self::AzureDeveloperCli(_)
            | Self::PowerShell(_)
            | Self::Sandbox(_) => None,
        }
    }

    /// Returns a kept token, else gets one. What comes back is for the audience and has not ended.
    pub async fn token(
        &self,
        request: &TokenRequest,
        tools: &Tools<'_>,
    ) -> Result<AccessToken, Error> {
        let fetch = Box::pin(self.fetch(request, tools));
        match (tools.cache, self.identity(request)) {
            (Some(cache), Some(identity)) => {
                let is_sound = |token: &AccessToken| self.check(token, request, tools.now).is_ok();
                let kept = cache.obtain(&identity, request, tools.now, is_sound, fetch);
                kept.await
            }
            (None, _) | (_, None) => fetch.await,
        }
    }

    /// Gets a token from the source.
    async fn fetch(&self, request: &TokenRequest, tools: &Tools<'_>) -> Result<AccessToken, Error> {
        let token = match self {
            Self::AccessToken(given) => given.token(),
            Self::Login(login) => login.token(request, tools).await?,
            Self::ServicePrincipal(principal) => principal.token(request, tools).await?,
            Self::Federated(federated) => federated.token(request, tools).await?,
            Self::ManagedIdentity(identity) => identity.token(request, tools).await?,
            Self::AzureCli(login) => login.token(request, tools).await?,
            Self::AzureDeveloperCli(login) => login.token(request).await?,
            Self::PowerShell(login) => login.token(request).await?,
            Self::Sandbox(issue) => {
                let token = issue(&request.audience, request.tenant_id.as_deref(), tools.now);
                let token = token.ok_or(SourceFault::Unsupported { what: "issue a token for this tenant: it has contoso.example and fabrikam.example" }.of(Source::Sandbox))?;
                AccessToken::new(token.expose(), None)
            }
        };
        self.check(&token, request, tools.now)?;
        Ok(token)
    }

    /// Refuses a token that the service would refuse, or worse, could use elsewhere. An endpoint
    /// has been seen to answer with another audience's token (hashicorp/go-azure-helpers#51).
    fn check(
        &self,
        token: &AccessToken,
        request: &TokenRequest,
        now: SystemTime,
    ) -> Result<(), Error> {
        let (source, wanted) = (self.source(), &request.audience);
        if !is_header_text(&token.token) {
            return Err(SourceFault::Malformed {
                detail: "the token is empty or holds characters that no header can carry".into(),
            }
            .of(source));
        }
        // A scope may be another name of the audience: what it means is for the authority to say.
        if request.scope.is_none() && !token.suits(wanted) {
            return Err(SourceFault::WrongAudience {
                wanted: wanted.clone(),
                found: token.audiences().join(", "),
            }
            .of(source));
        }
        if token.expires_on.is_some_and(|expires_on| expires_on <= now) {
            return Err(SourceFault::Expired.of(source));
        }
        Ok(())
    }
}

fn is_header_text(token: &Secret) -> bool {
    let token = token.expose();
    !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_graphic())
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use super::{Credential, GivenToken, SourceFault, TokenRequest, Tools};
    use crate::azure::Audience;
    use crate::transport::{Transport, Wire};

    #[tokio::test]
    async fn a_given_token_is_checked_before_it_is_used() {
        let audience = Audience::parse("https://management.azure.com/").unwrap();
        let request = TokenRequest::of(&audience);
        let tools = Tools {
            transport: &Transport::Wire(Wire::default()),
            now: SystemTime::UNIX_EPOCH,
            cache: None,
        };
        for (token, good) in [
            ("opaque", true),
            ("", false),
            ("a\nb", false),
            ("a b", false),
        ] {
            let credential = Credential::AccessToken(GivenToken::new(token));
            let found = credential.token(&request, &tools).await;
            assert_eq!(found.is_ok(), good, "{token:?}");
            assert!(
                found.err().is_none_or(|error| matches!(
                    error.fault(),
                    Some(SourceFault::Malformed { .. })
                ))
            );
        }
    }
}
