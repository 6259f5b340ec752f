//! Accounts that are not a person's: an application with its credential, the identity of a machine. Each
//! credential is tried before an account is made of it.

use std::time::SystemTime;

use super::account::Account;
use super::client_credential::{CertificateFile, ClientCredential, FederatedToken};
use super::sign_in::{Application, SOURCE, SignedIn};
use crate::azure::{Cloud, IdentityId, Secret};
use crate::credential::assertion::{Assertion, jwt_of};
use crate::credential::certificate::{Certificate, CertificateHeader};
use crate::credential::discovery::{DiscoveryContext, SourceChoice};
use crate::credential::provider::TokenProvider as _;
use crate::credential::{
    AccessToken, Authority, CertificateError, Error, ManagedIdentity, SourceErrorKind,
    TokenRequest, Tools, application,
};
use crate::env::Env;

impl CertificateFile {
    /// Reads a certificate; what comes back remembers which one it was.
    ///
    /// # Errors
    /// `SourceErrorKind::File` and `SourceErrorKind::Certificate`, as for a certificate of the environment.
    pub fn of(
        path: String,
        password: Option<Secret>,
        sends_chain: bool,
        now: SystemTime,
    ) -> Result<(Self, Option<String>), Error> {
        let mut file = Self {
            path,
            password,
            thumbprint: String::new(),
            sends_chain,
        };
        let certificate = file.load(now)?;
        file.thumbprint = certificate.thumbprint();
        Ok((file, certificate.remark().map(str::to_owned)))
    }

    fn load(&self, now: SystemTime) -> Result<Certificate, Error> {
        let header = if self.sends_chain {
            CertificateHeader::Chain
        } else {
            CertificateHeader::Thumbprint
        };
        Certificate::load(
            SOURCE,
            self.path.as_ref(),
            self.password.as_ref(),
            header,
            now,
        )
    }

    /// Reads the certificate again: it must be the one that has signed in.
    fn again(&self, now: SystemTime) -> Result<Certificate, Error> {
        let certificate = self.load(now)?;
        let found = certificate.thumbprint();
        if found != self.thumbprint {
            return Err(SourceErrorKind::Certificate {
                path: self.path.clone(),
                error: CertificateError::Another {
                    known: self.thumbprint.clone(),
                    found,
                },
            }
            .of(SOURCE));
        }
        Ok(certificate)
    }
}

impl FederatedToken {
    fn read(&self, account: &Account) -> Result<Secret, Error> {
        match self {
            Self::File(path) => Assertion::File { path: path.into() }.read(SOURCE),
            Self::Given(token) => jwt_of(token.expose()).ok_or_else(|| {
                SourceErrorKind::Malformed {
                    detail: "the federated token on standard input is not a JWT".to_owned(),
                }
                .of(SOURCE)
            }),
            Self::Spent => Err(SourceErrorKind::NotSetUp {
                reason: format!(
                    "the federated token of `{}` was on standard input and is not kept, and there \
                     is no access token of it for this",
                    account.username
                ),
            }
            .of(SOURCE)),
        }
    }
}

/// Gets a token by the credential of an application.
pub(super) async fn token(
    account: &Account,
    authority: &Authority,
    request: &TokenRequest,
    tools: &Tools<'_>,
) -> Result<AccessToken, Error> {
    let application = application::Application {
        source: SOURCE,
        authority: authority.clone(),
        tenant_id: account.tenant_id.clone(),
        client_id: account.client_id.clone(),
    };
    let certificate;
    let credential = match &account.credential {
        ClientCredential::ClientSecret(secret) => {
            application::ClientAuthentication::Secret(secret.clone())
        }
        ClientCredential::Certificate(file) => {
            certificate = file.again(tools.now)?;
            application::ClientAuthentication::Certificate(&certificate)
        }
        ClientCredential::FederatedToken(token) => {
            application::ClientAuthentication::Assertion(token.read(account)?)
        }
        ClientCredential::RefreshToken(_) | ClientCredential::ManagedIdentity(_) => {
            return Err(SourceErrorKind::Unsupported {
                what: "sign in as an application: the account is not one",
            }
            .of(SOURCE));
        }
    };
    application.token(credential, request, tools).await
}

/// Finds what gives the tokens of a machine's identity. A variable that names one counts at the
/// sign-in only: the account is the one that has signed in.
pub(super) fn machine(
    identity: Option<&IdentityId>,
    context: DiscoveryContext<'_>,
) -> Result<ManagedIdentity, Error> {
    let env = context.env.without("AZURE_CLIENT_ID");
    let context = DiscoveryContext {
        env: &env,
        choice: SourceChoice::Kind,
        identity,
        ..context
    };
    let found = ManagedIdentity::first(&context)?;
    found.map_err(|absence| {
        SourceErrorKind::NotSetUp {
            reason: format!("there is no managed identity here: {}", absence.reason()),
        }
        .of(SOURCE)
    })
}

/// Gets a token of a machine's identity, which must be the one that has signed in: the same files
/// may be seen by another machine.
pub(super) async fn token_of_machine(
    account: &Account,
    machine: &ManagedIdentity,
    request: &TokenRequest,
    tools: &Tools<'_>,
) -> Result<AccessToken, Error> {
    let token = machine.token(request, tools).await?;
    match whose(&token) {
        Some(found) if found != account.home_account_id => Err(SourceErrorKind::Malformed {
            detail: format!(
                "it is of the identity {found}, but {} has signed in",
                account.home_account_id
            ),
        }
        .of(SOURCE)),
        Some(_) | None => Ok(token),
    }
}

/// Who a token speaks for: `OBJECT-ID.TENANT-ID`.
fn whose(token: &AccessToken) -> Option<String> {
    let claims = token.claims.as_ref()?;
    Some(format!("{}.{}", claims.oid.as_ref()?, claims.tid.as_ref()?))
}

/// Signs an application in to the tenant that is named, by asking for a token.
///
/// # Errors
/// Why the credential gets no token; nothing is kept then.
pub async fn sign_in_application(
    application: &Application,
    credential: ClientCredential,
    tools: &Tools<'_>,
) -> Result<SignedIn, Error> {
    let tenant_id = application.tenant_id.clone().unwrap_or_default();
    let mut account = Account {
        home_account_id: format!("{}.{tenant_id}", application.client_id),
        username: application.client_id.clone(),
        tenant_id,
        client_id: application.client_id.clone(),
        authority: application.authority.as_str().to_owned(),
        credential,
        subscriptions: Vec::new(),
        default_subscription: None,
    };
    let request = TokenRequest::of(&application.audience);
    let token = token(&account, &application.authority, &request, tools).await?;
    adopt(&mut account, &token);
    Ok(SignedIn {
        account,
        token,
        machine: None,
    })
}

/// Signs the identity of this machine in, by asking for a token.
///
/// # Errors
/// If there is no such identity; nothing is kept then.
pub async fn sign_in_machine(
    application: &Application,
    identity: Option<IdentityId>,
    env: &Env,
    cloud: &Cloud,
    tools: &Tools<'_>,
) -> Result<SignedIn, Error> {
    let context = DiscoveryContext {
        env,
        cloud,
        authority: &application.authority,
        choice: SourceChoice::Kind,
        identity: None,
    };
    let machine = machine(identity.as_ref(), context)?;
    let request = TokenRequest::of(&application.audience);
    let token = machine.token(&request, tools).await?;
    let claims = token.claims.as_ref();
    let client_id = claims.and_then(|claims| claims.client_id.clone());
    let name = client_id.unwrap_or_else(|| "managed-identity".to_owned());
    let mut account = Account {
        home_account_id: name.clone(),
        username: name.clone(),
        tenant_id: String::new(),
        client_id: name,
        authority: application.authority.as_str().to_owned(),
        credential: ClientCredential::ManagedIdentity(identity),
        subscriptions: Vec::new(),
        default_subscription: None,
    };
    adopt(&mut account, &token);
    Ok(SignedIn {
        account,
        token,
        machine: Some(machine),
    })
}

/// Takes from a token who it is that has signed in, and where.
fn adopt(account: &mut Account, token: &AccessToken) {
    if let Some(home) = whose(token) {
        account.home_account_id = home;
    }
    if let Some(tenant_id) = token.tenant_id() {
        tenant_id.clone_into(&mut account.tenant_id);
    }
}
