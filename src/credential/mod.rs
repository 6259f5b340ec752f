//! Who you are: an audience in, an access token out. Does not decide where a token may go: that is
//! `azure::Target`, and the client attaches it.

mod access_token;
mod azure_cli;
mod chain;
mod cloud_shell;
mod token;

use std::time::SystemTime;

use crate::azure::{Audience, Secret};
use crate::transport::{self, Transport};

pub use access_token::GivenToken;
pub use azure_cli::{AzureCli, configuration_file, default_subscription};
pub use chain::{Selected, Selection, Skipped, Source, select};
pub use cloud_shell::CloudShell;
pub use token::{AccessToken, Claims};

/// What a token is asked for.
#[derive(Debug, Clone)]
pub struct TokenRequest {
    /// The service.
    pub audience: Audience,
    /// The tenant, where the user named one.
    pub tenant_id: Option<String>,
    /// The subscription that the request is about: a credential may know its tenant.
    pub subscription_id: Option<String>,
}

/// A way to get a token. The set is closed: a `match` shows it whole.
#[derive(Debug)]
pub enum Credential {
    /// A token that was given.
    AccessToken(GivenToken),
    /// The token endpoint of Cloud Shell.
    CloudShell(CloudShell),
    /// `az account get-access-token`.
    AzureCli(AzureCli),
    /// Tokens of the sandbox in this process.
    Sandbox(fn(&Audience, SystemTime) -> Secret),
}

impl Credential {
    /// Returns the source's name, as `--auth` takes it.
    pub fn source(&self) -> Source {
        match self {
            Self::AccessToken(_) => Source::AccessToken,
            Self::CloudShell(_) => Source::CloudShell,
            Self::AzureCli(_) => Source::AzureCli,
            Self::Sandbox(_) => Source::Sandbox,
        }
    }

    /// Gets a token. What comes back is for the audience and has not ended.
    pub async fn token(
        &self,
        request: &TokenRequest,
        transport: &Transport,
        now: SystemTime,
    ) -> Result<AccessToken, Error> {
        let token = match self {
            Self::AccessToken(given) => given.token(),
            Self::CloudShell(endpoint) => endpoint.token(&request.audience, transport).await?,
            Self::AzureCli(command) => command.token(request).await?,
            Self::Sandbox(issue) => AccessToken::new(issue(&request.audience, now).expose(), None),
        };
        self.check(&token, &request.audience, now)?;
        Ok(token)
    }

    /// Refuses a token that the service would refuse, or worse, could use elsewhere. An endpoint
    /// has been seen to answer with another audience's token (hashicorp/go-azure-helpers#51).
    fn check(&self, token: &AccessToken, wanted: &Audience, now: SystemTime) -> Result<(), Error> {
        let source = self.source();
        if !is_header_text(&token.token) {
            return Err(Error::Malformed {
                source_name: source,
                detail: "the token is empty or holds characters that no header can carry".into(),
            });
        }
        if !token.suits(wanted) {
            return Err(Error::WrongAudience {
                source_name: source,
                wanted: wanted.clone(),
                found: token.audiences().join(", "),
            });
        }
        if token.expires_on.is_some_and(|expires_on| expires_on <= now) {
            return Err(Error::Expired {
                source_name: source,
            });
        }
        Ok(())
    }
}

fn is_header_text(token: &Secret) -> bool {
    let token = token.expose();
    !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_graphic())
}

/// Why there is no token.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// No source is set up.
    #[error("no credential found")]
    None {
        /// Every source and why it was passed over.
        skipped: Vec<Skipped>,
    },
    /// The source that was asked for is not set up.
    #[error("the credential `{source_name}` is not set up: {reason}")]
    NotSetUp {
        /// The source.
        source_name: Source,
        /// What is missing.
        reason: String,
    },
    /// The source serves no tokens for this audience.
    #[error("AudienceNotSupported: {message}")]
    AudienceNotSupported {
        /// The source.
        source_name: Source,
        /// The audience.
        audience: Audience,
        /// The words of the source.
        message: String,
    },
    /// The source answered with an error.
    #[error("{code}: {message}")]
    Refused {
        /// The source.
        source_name: Source,
        /// Its code.
        code: String,
        /// Its words.
        message: String,
    },
    /// The source's answer cannot be read.
    #[error("the answer of `{source_name}` is no token: {detail}")]
    Malformed {
        /// The source.
        source_name: Source,
        /// What is wrong.
        detail: String,
    },
    /// The source cannot be reached.
    #[error("the credential `{source_name}` cannot be reached: {error}")]
    Unreachable {
        /// The source.
        source_name: Source,
        /// Why.
        error: transport::Error,
    },
    /// The token is for another service.
    #[error("the token from {} is for `{found}`, not for `{wanted}`", source_name.words())]
    WrongAudience {
        /// The source.
        source_name: Source,
        /// The audience that was asked for.
        wanted: Audience,
        /// The audiences that the token names.
        found: String,
    },
    /// The token has ended.
    #[error("the token from {} has expired", source_name.words())]
    Expired {
        /// The source.
        source_name: Source,
    },
    /// A token of real Azure was about to go to an endpoint of this machine.
    #[error("only tokens of the sandbox go to `ARMCLI_ENDPOINT` on this machine")]
    ForeignToken,
    /// A setting would send the request to a place that must not have it.
    #[error("the token endpoint `{endpoint}` is neither https nor on this machine")]
    UnsafeEndpoint {
        /// The endpoint as it was given.
        endpoint: String,
    },
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use super::{Credential, Error, GivenToken, TokenRequest};
    use crate::azure::Audience;
    use crate::transport::{Transport, Wire};

    #[tokio::test]
    async fn a_given_token_is_checked_before_it_is_used() {
        let request = TokenRequest {
            audience: Audience::parse("https://management.azure.com/").unwrap(),
            tenant_id: None,
            subscription_id: None,
        };
        let network = Transport::Wire(Wire::default());
        for (token, good) in [
            ("opaque", true),
            ("", false),
            ("a\nb", false),
            ("a b", false),
        ] {
            let credential = Credential::AccessToken(GivenToken::new(token));
            let found = credential
                .token(&request, &network, SystemTime::UNIX_EPOCH)
                .await;
            assert_eq!(found.is_ok(), good, "{token:?}");
            assert!(
                found
                    .err()
                    .is_none_or(|error| matches!(error, Error::Malformed { .. }))
            );
        }
    }
}
