//! An account as it is in its file: JSON, with the one credential that gets its tokens. Who reads and writes the files:
//! `store`.

use serde::{Deserialize, Serialize};

use super::account::{Account, Subscription};
use super::client_credential::{CertificateFile, ClientCredential, FederatedToken};
use super::error::{StoreErrorKind, VERSION};
use crate::azure::{Secret, is_tenant};

#[derive(Deserialize)]
struct Version {
    v: u64,
}

#[derive(Serialize, Deserialize)]
struct Record {
    v: u64,
    #[serde(flatten)]
    credential: StoredCredential,
    home_account_id: String,
    username: String,
    tenant_id: String,
    client_id: String,
    authority: String,
    #[serde(default)]
    subscriptions: Vec<Subscription>,
    default_subscription: Option<String>,
}

/// What an account is, and with it which of the secrets is in its file.
#[derive(Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
enum StoredCredential {
    User {
        refresh_token: String,
    },
    ClientSecret {
        client_secret: String,
    },
    Certificate {
        certificate_file: String,
        certificate_password: Option<String>,
        certificate_thumbprint: String,
        #[serde(default)]
        sends_chain: bool,
    },
    FederatedToken {
        federated_token_file: Option<String>,
    },
    ManagedIdentity {
        identity: Option<String>,
    },
}

impl StoredCredential {
    fn of(credential: &ClientCredential) -> Self {
        let text = |secret: &Secret| secret.expose().to_owned();
        match credential {
            ClientCredential::RefreshToken(token) => Self::User {
                refresh_token: text(token),
            },
            ClientCredential::ClientSecret(secret) => Self::ClientSecret {
                client_secret: text(secret),
            },
            ClientCredential::Certificate(file) => Self::Certificate {
                certificate_file: file.path.clone(),
                certificate_password: file.password.as_ref().map(text),
                certificate_thumbprint: file.thumbprint.clone(),
                sends_chain: file.sends_chain,
            },
            ClientCredential::FederatedToken(FederatedToken::File(path)) => Self::FederatedToken {
                federated_token_file: Some(path.clone()),
            },
            ClientCredential::FederatedToken(FederatedToken::Given(_) | FederatedToken::Spent) => {
                Self::FederatedToken {
                    federated_token_file: None,
                }
            }
            ClientCredential::ManagedIdentity(identity) => Self::ManagedIdentity {
                identity: identity.as_ref().map(ToString::to_string),
            },
        }
    }

    fn read(self) -> Result<ClientCredential, StoreErrorKind> {
        Ok(match self {
            Self::User { refresh_token } => {
                ClientCredential::RefreshToken(Secret::new(refresh_token))
            }
            Self::ClientSecret { client_secret } => {
                ClientCredential::ClientSecret(Secret::new(client_secret))
            }
            Self::Certificate {
                certificate_file,
                certificate_password,
                certificate_thumbprint,
                sends_chain,
            } => ClientCredential::Certificate(CertificateFile {
                path: certificate_file,
                password: certificate_password.map(Secret::new),
                thumbprint: certificate_thumbprint,
                sends_chain,
            }),
            Self::FederatedToken {
                federated_token_file,
            } => ClientCredential::FederatedToken(
                federated_token_file.map_or(FederatedToken::Spent, FederatedToken::File),
            ),
            Self::ManagedIdentity { identity } => {
                let identity = identity.map(|id| id.parse()).transpose();
                ClientCredential::ManagedIdentity(identity.map_err(|_| StoreErrorKind::Malformed)?)
            }
        })
    }
}

/// Writes an account as text.
pub(in crate::credential) fn bytes_of(account: &Account) -> Vec<u8> {
    let record = Record {
        v: VERSION,
        credential: StoredCredential::of(&account.credential),
        home_account_id: account.home_account_id.clone(),
        username: account.username.clone(),
        tenant_id: account.tenant_id.clone(),
        client_id: account.client_id.clone(),
        authority: account.authority.clone(),
        subscriptions: account.subscriptions.clone(),
        default_subscription: account.default_subscription.clone(),
    };
    serde_json::to_vec_pretty(&record).unwrap_or_default()
}

/// Reads the text of a file: first its version, because the rest may have changed with it.
pub(in crate::credential) fn parse(bytes: &[u8]) -> Result<Account, StoreErrorKind> {
    let Version { v } = serde_json::from_slice(bytes).map_err(|_| StoreErrorKind::Malformed)?;
    if v > VERSION {
        return Err(StoreErrorKind::Newer { version: v });
    }
    let record: Record = serde_json::from_slice(bytes).map_err(|_| StoreErrorKind::Malformed)?;
    // A tenant becomes part of the address that gets the credential. A machine's need not be known.
    let is_sane = |tenant_id: &String| tenant_id.is_empty() || is_tenant(tenant_id);
    let of_subscriptions = record.subscriptions.iter().map(|one| &one.tenant_id);
    if !of_subscriptions.chain([&record.tenant_id]).all(is_sane) {
        return Err(StoreErrorKind::Malformed);
    }
    Ok(Account {
        home_account_id: record.home_account_id,
        username: record.username,
        tenant_id: record.tenant_id,
        client_id: record.client_id,
        authority: record.authority,
        credential: record.credential.read()?,
        subscriptions: record.subscriptions,
        default_subscription: record.default_subscription,
    })
}

#[cfg(test)]
mod tests {
    use super::super::account::tests::account;
    use super::{CertificateFile, ClientCredential, FederatedToken, Secret, bytes_of, parse};
    use crate::credential::StoreErrorKind;

    fn certificate(password: Option<&str>) -> ClientCredential {
        ClientCredential::Certificate(CertificateFile {
            path: "/c.pem".to_owned(),
            password: password.map(Secret::new),
            thumbprint: "XdxN".to_owned(),
            sends_chain: password.is_some(),
        })
    }

    #[test]
    fn every_credential_comes_back() {
        let file = FederatedToken::File("/token".to_owned());
        let resource = "/subscriptions/s/resourceGroups/g/providers/Microsoft.ManagedIdentity/userAssignedIdentities/n";
        for credential in [
            ClientCredential::RefreshToken(Secret::new("r")),
            ClientCredential::ClientSecret(Secret::new("s\"~é")),
            certificate(None),
            certificate(Some("p")),
            ClientCredential::FederatedToken(file),
            ClientCredential::FederatedToken(FederatedToken::Spent),
            ClientCredential::ManagedIdentity(None),
            ClientCredential::ManagedIdentity(resource.parse().ok()),
        ] {
            let mut account = account("me", "r");
            account.credential = credential;
            assert_eq!(parse(&bytes_of(&account)), Ok(account));
        }
    }

    #[test]
    fn a_federated_token_is_not_kept() {
        let mut account = account("me", "r");
        account.credential =
            ClientCredential::FederatedToken(FederatedToken::Given(Secret::new("a.b.c")));
        let bytes = bytes_of(&account);
        assert!(!String::from_utf8_lossy(&bytes).contains("a.b.c"));
        let spent = ClientCredential::FederatedToken(FederatedToken::Spent);
        assert_eq!(parse(&bytes).unwrap().credential, spent);
    }

    #[test]
    fn what_an_earlier_version_wrote_is_read() {
        let text = r#"{"v":1,"kind":"user","home_account_id":"me.t","username":"me@contoso.example",
            "tenant_id":"t","client_id":"app","authority":"https://login.microsoftonline.com/",
            "refresh_token":"r","subscriptions":[],"default_subscription":null}"#;
        assert_eq!(parse(text.as_bytes()).unwrap(), account("me", "r"));
        for (from, to) in [
            ("\"user\"", "\"client-secret\""),
            ("\"user\"", "\"other\""),
            ("refresh_token", "token"),
            ("\"t\"", "\"../x\""),
        ] {
            let other = text.replace(from, to);
            assert_eq!(
                parse(other.as_bytes()),
                Err(StoreErrorKind::Malformed),
                "{to}"
            );
        }
    }
}
