//! Who you are: an audience in, an access token out. Does not decide where a token may go: that is
//! `azure::Target`, and the client attaches it.

mod application;
mod assertion;
mod authority;
mod azure_cli;
mod azure_developer_cli;
mod cache;
mod certificate;
mod chain;
mod clock_difference;
mod discovery;
mod entra;
mod entra_refusal;
mod error;
mod exchange;
mod federated;
#[cfg(any(test, fuzzing))]
mod fuzz;
mod given_token;
mod identity;
mod key_file;
mod login;
mod managed_identity;
mod powershell;
pub mod private_file;
mod process;
mod program_output;
mod provider;
mod request;
mod sandbox;
mod sealed;
mod service_principal;
mod tenant_cache;
mod timestamp;
mod token;

use std::time::SystemTime;

use self::cache::WantedToken;
use self::provider::TokenProvider;
use crate::azure::Secret;

pub use crate::azure::{SourceKind, TokenSource as Source};

pub use authority::Authority;
pub use azure_cli::{
    AzureCli, configuration_file, default_subscription, sees_no_subscription, subscription_names,
};
pub use azure_developer_cli::AzureDeveloperCli;
pub use cache::{CacheNote, Clearing, KeptFor, KeptState, KeptToken, TokenCache};
pub use certificate::CertificateError;
pub use chain::{Selection, select, survey};
pub use clock_difference::ClockDifference;
#[cfg(test)]
pub use entra_refusal::SignInFacts;
pub use entra_refusal::{AssertionFacts, EntraRefusal, PrincipalKind, SecretSpelling};
pub use error::{Absence, EndpointErrorKind, Error, Skipped, SourceError, SourceErrorKind};
pub use federated::Federated;
#[cfg(any(test, fuzzing))]
pub use fuzz::{fuzz_stored_tokens, fuzz_token_answer};
pub use given_token::GivenToken;
pub use identity::{Identity, sha256};
pub use login::{
    ACCOUNT_VARIABLE, Account, Application, Attempt, Callback, CertificateFile, ClientCredential,
    DEFAULT_CLIENT_ID, DeviceCode, FederatedToken, Listing, Login, SignInError, SignedIn, Step,
    Store, StoreError, StoreErrorKind, Subscription, sign_in_application, sign_in_machine,
};
pub use managed_identity::{Arc, ManagedIdentity, is_cloud_shell};
pub use powershell::PowerShell;
pub use private_file::PrivateFileError;
pub use provider::{Tenancy, Tools};
pub use request::{LONGER_LIFE, Reuse, SHORTEST_LIFE, TokenRequest};
pub use sandbox::SandboxTokens;
pub use service_principal::ServicePrincipal;
pub use tenant_cache::{TenantCache, TenantKey};
pub use token::{AccessToken, Claims, Provenance};

/// A way to get a token. The set is closed: a `match` shows it whole.
#[derive(Debug)]
pub enum Credential {
    /// A token that was given.
    AccessToken(GivenToken),
    /// A service principal of the environment.
    ServicePrincipal(Box<ServicePrincipal>),
    /// An application that the job or the pod vouches for.
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
    fn provider(&self) -> &dyn TokenProvider {
        match self {
            Self::AccessToken(given) => given,
            Self::ServicePrincipal(principal) => principal.as_ref(),
            Self::Federated(federated) => federated.as_ref(),
            Self::Login(login) => login.as_ref(),
            Self::ManagedIdentity(identity) => identity,
            Self::AzureCli(login) => login,
            Self::AzureDeveloperCli(login) => login,
            Self::PowerShell(login) => login,
            Self::Sandbox(issue) => issue,
        }
    }

    /// Returns which source it is.
    pub fn source(&self) -> Source {
        self.provider().source()
    }

    /// Tells whose token it is, if one may be kept.
    pub fn identity(&self, request: &TokenRequest) -> Option<Identity> {
        self.provider().identity(request)
    }

    /// Returns the tenant of a subscription, if the source knows it.
    pub fn tenant_of(&self, subscription_id: &str) -> Option<String> {
        self.provider().tenant_of(subscription_id)
    }

    /// Tells whether the source gets tokens of several tenants for one account.
    pub fn tenancy(&self) -> Tenancy {
        self.provider().tenancy()
    }

    /// Returns what should be said about the source, and is not an error.
    pub fn remark(&self) -> Option<&str> {
        self.provider().remark()
    }

    /// Returns what the user must see about the way in which the source was set up.
    pub fn notes(&self) -> Vec<String> {
        self.provider().notes()
    }

    /// Returns a kept token, else gets one. What comes back is for the audience and has not ended.
    pub async fn token(
        &self,
        request: &TokenRequest,
        tools: &Tools<'_>,
    ) -> Result<AccessToken, Error> {
        let fetch = async {
            let token = self.provider().token(request, tools).await?;
            self.check(&token, request, tools.now)?;
            Ok(token)
        };
        match (tools.cache, self.identity(request)) {
            (Some(cache), Some(identity)) => {
                let is_sound = |token: &AccessToken| self.check(token, request, tools.now).is_ok();
                let wanted = WantedToken {
                    identity: &identity,
                    request,
                    now: tools.now,
                };
                cache.obtain(wanted, is_sound, fetch).await
            }
            (None, _) | (_, None) => fetch.await,
        }
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
        if !is_token_text(&token.token) {
            return Err(SourceErrorKind::Malformed {
                detail: "the token is empty or holds characters that no token has".into(),
            }
            .of(source));
        }
        // A scope may be another name of the audience: what it means is for the authority to say.
        if request.scope.is_none() && !token.suits(wanted) {
            return Err(SourceErrorKind::WrongAudience {
                wanted: wanted.clone(),
                found: token.audiences().join(", "),
            }
            .of(source));
        }
        match token.expires_on {
            Some(expired_on) if expired_on <= now => Err(SourceErrorKind::Expired {
                expired_on,
                now,
                clock: token.clock,
            }
            .of(source)),
            Some(_) | None => Ok(()),
        }
    }
}

fn is_token_text(token: &Secret) -> bool {
    let token = token.expose();
    // A token has no quotes (RFC 6750 2.1): they are those of a text that holds it.
    !token.is_empty()
        && token
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && byte != b'"')
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use super::{Credential, GivenToken, SourceErrorKind, TokenRequest, Tools};
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
            ("\"a", false),
            (r#"{"token":"a"}"#, false),
        ] {
            let credential = Credential::AccessToken(GivenToken::new(token));
            let found = credential.token(&request, &tools).await;
            assert_eq!(found.is_ok(), good, "{token:?}");
            assert!(found.err().is_none_or(|error| matches!(
                error.source_kind(),
                Some(SourceErrorKind::Malformed { .. })
            )));
        }
    }
}
