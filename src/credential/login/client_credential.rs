//! What gets the tokens of an account: what a person was given at the sign-in, or the credential of an
//! application. Where it is kept: `record`.

use crate::azure::{IdentityId, Secret};

/// What gets the tokens of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClientCredential {
    /// A person has signed in; each use may bring another one.
    RefreshToken(Secret),
    /// An application has a secret.
    ClientSecret(Secret),
    /// An application has a certificate.
    Certificate(CertificateFile),
    /// Another issuer vouches for an application.
    FederatedToken(FederatedToken),
    /// The machine has an identity: its own, or one of those that were given to it.
    ManagedIdentity(Option<IdentityId>),
}

/// Where a certificate is, and which one it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificateFile {
    /// The file, from the root on.
    pub path: String,
    /// What opens it, if it is encrypted.
    pub password: Option<Secret>,
    /// The SHA-256 of the certificate that has signed in, in base64url.
    pub thumbprint: String,
    /// Whether the chain is sent too, for an application that knows the issuer and the name.
    pub sends_chain: bool,
}

/// Where a federated token is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FederatedToken {
    /// In a file that is renewed from outside, and so is read for each token.
    File(String),
    /// It was given, for this run.
    Given(Secret),
    /// It was given to an earlier run. It is not kept: what it got is, until it ends.
    Spent,
}

impl ClientCredential {
    /// Returns what kind of account it is, as it is in JSON.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::RefreshToken(_) => "user",
            Self::ClientSecret(_) | Self::Certificate(_) | Self::FederatedToken(_) => {
                "service-principal"
            }
            Self::ManagedIdentity(_) => "managed-identity",
        }
    }

    /// Returns what it is, as it is in a sentence.
    pub fn words(&self) -> &'static str {
        match self {
            Self::RefreshToken(_) => "user",
            Self::ClientSecret(_) => "service principal with a secret",
            Self::Certificate(_) => "service principal with a certificate",
            Self::FederatedToken(_) => "service principal with a federated token",
            Self::ManagedIdentity(None) => "managed identity of the machine",
            Self::ManagedIdentity(Some(_)) => "managed identity given to the machine",
        }
    }
}
