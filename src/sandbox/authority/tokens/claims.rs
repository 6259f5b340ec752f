//! What is in a token: the claims of access tokens and id tokens, as Entra writes them in version 1.0 and 2.0. Who has
//! a right to one: `grants`.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value, json};

use crate::azure::SANDBOX_ISSUER;
use crate::sandbox::authority::directory::{
    self, App, ManagedIdentity, Tenant, TokenValidity, User,
};
use crate::sandbox::authority::tokens::jwt;
use crate::sandbox::authority::tokens::keys;
use crate::sandbox::hash::guid;
use crate::sandbox::timestamp::Timestamp;

/// Seconds from issue to expiry, and how far before the issue a token is already valid: together the
/// 3900 seconds that Cloud Shell tokens live (Azure/azure-cli#14218).
const LIFETIME: u64 = 3_600;
pub(crate) const BACKDATED: u64 = 300;
/// A token whose client answers claims challenges lives for a day, and so does that of a managed
/// identity; both are to be replaced at half of it.
const LONG_LIFETIME: u64 = 86_400;
/// How long ago the tokens of an application ended that has ended ones.
const AGO: u64 = 3_600;

/// Whose token it is.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Subject {
    /// A person, by an application of this id.
    User(&'static User, &'static str),
    App(&'static App),
    Identity(&'static ManagedIdentity),
}

/// What an access token is to say.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TokenRequest<'t> {
    pub(crate) tenant: &'static Tenant,
    pub(crate) subject: Subject,
    /// Written into `aud` byte for byte.
    pub(crate) audience: &'t str,
    pub(crate) requested_claims: &'t RequestedClaims,
}

/// What a client asks of its token by the parameter `claims`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct RequestedClaims {
    /// It can answer a claims challenge (`xms_cc`, `CP1`).
    pub(crate) answers_challenges: bool,
    /// Authentication contexts, such as `p1` for a second factor.
    pub(crate) contexts: Vec<String>,
    /// The time from which the token is to be valid.
    pub(crate) not_before: Option<u64>,
}

/// A token, and when it is accepted; seconds since 1970.
#[derive(Debug)]
pub(crate) struct SignedToken {
    pub(crate) token: String,
    pub(crate) not_before: u64,
    pub(crate) expires_on: u64,
    /// Seconds from the issue to the expiry.
    pub(crate) expires_in: u64,
}

impl SignedToken {
    /// Seconds after which a long-lived token is to be replaced.
    pub(crate) fn refresh_in(&self) -> Option<u64> {
        (self.expires_in >= 2 * LIFETIME).then_some(self.expires_in / 2)
    }
}

/// Returns the `iss` claim of a tenant's access tokens. The host is under `.invalid` (RFC 2606), so that it can never
/// be registered.
pub(crate) fn issuer(tenant: &Tenant) -> String {
    format!("{SANDBOX_ISSUER}{}/", tenant.id)
}

/// Writes an access token.
pub(crate) fn access_token(ticket: &TokenRequest<'_>, now: Timestamp) -> SignedToken {
    let issued_at = match ticket.subject {
        Subject::App(app) if app.tokens == TokenValidity::Ended => {
            now.seconds().saturating_sub(LIFETIME + AGO)
        }
        Subject::App(_) | Subject::User(..) | Subject::Identity(_) => now.seconds(),
    };
    let lifetime = match ticket.subject {
        Subject::Identity(_) => LONG_LIFETIME,
        Subject::App(_) | Subject::User(..) if ticket.requested_claims.answers_challenges => {
            LONG_LIFETIME
        }
        Subject::App(_) | Subject::User(..) => LIFETIME,
    };
    let backdated = issued_at.saturating_sub(BACKDATED);
    let not_before = ticket.requested_claims.not_before.unwrap_or(backdated);
    // A client cannot ask for a token of tomorrow.
    let not_before = not_before.clamp(backdated, issued_at);
    let expires_on = issued_at + lifetime;
    let mut claims = json!({
        "aud": ticket.audience,
        "iss": issuer(ticket.tenant),
        "iat": issued_at,
        "nbf": not_before,
        "exp": expires_on,
    });
    if let Some(claims) = claims.as_object_mut() {
        add_subject(claims, ticket);
        if ticket.requested_claims.answers_challenges {
            claims.insert("xms_cc".to_owned(), json!(["cp1"]));
        }
        if !ticket.requested_claims.contexts.is_empty() {
            claims.insert("acrs".to_owned(), json!(ticket.requested_claims.contexts));
        }
        let identifier = identifier(claims);
        claims.insert("uti".to_owned(), identifier.into());
        claims.insert("ver".to_owned(), "1.0".into());
    }
    SignedToken {
        token: jwt::signed(&claims),
        not_before,
        expires_on,
        expires_in: lifetime,
    }
}

fn add_subject(claims: &mut Map<String, Value>, ticket: &TokenRequest<'_>) {
    let tenant = ticket.tenant.id;
    let subject = match ticket.subject {
        Subject::User(user, client_id) => json!({
            "acr": "1",
            "amr": if ticket.requested_claims.contexts.is_empty() { vec!["pwd"] } else { vec!["pwd", "mfa"] },
            "appid": client_id,
            "appidacr": "0",
            "idp": issuer(user.home),
            "idtyp": "user",
            "name": user.name,
            "oid": user.id,
            "scp": "user_impersonation",
            "sub": guid(user.id),
            "tid": tenant,
            "unique_name": user.principal_name,
            "upn": user.principal_name,
        }),
        Subject::App(app) => json!({
            "appid": app.id,
            "appidacr": "2",
            "app_displayname": app.name,
            "idp": issuer(ticket.tenant),
            "idtyp": "app",
            "oid": app.principal_id,
            "sub": app.principal_id,
            "tid": tenant,
        }),
        Subject::Identity(identity) => json!({
            "appid": identity.client_id,
            "appidacr": "2",
            "app_displayname": identity.name,
            "idp": issuer(ticket.tenant),
            "idtyp": "app",
            "oid": identity.object_id,
            "sub": identity.object_id,
            "tid": tenant,
            "xms_mirid": identity.resource_id,
        }),
    };
    if let Value::Object(subject) = subject {
        claims.extend(subject);
    }
}

/// Writes an id token: who signed in, for the client itself.
pub(crate) fn id_token(
    tenant: &Tenant,
    user: &User,
    client_id: &str,
    nonce: Option<&str>,
    now: Timestamp,
) -> String {
    let issued_at = now.seconds();
    let mut claims = json!({
        "aud": client_id,
        "iss": format!("{}v2.0", issuer(tenant)),
        "iat": issued_at,
        "nbf": issued_at,
        "exp": issued_at + LIFETIME,
        "name": user.name,
        "oid": user.id,
        "preferred_username": user.principal_name,
        "sub": guid(&format!("{}{client_id}", user.id)),
        "tid": tenant.id,
    });
    if let Some(claims) = claims.as_object_mut() {
        if let Some(nonce) = nonce {
            claims.insert("nonce".to_owned(), nonce.into());
        }
        let identifier = identifier(claims);
        claims.insert("uti".to_owned(), identifier.into());
        claims.insert("ver".to_owned(), "2.0".into());
    }
    jwt::signed(&claims)
}

/// The name of a token, which depends on all that it says.
fn identifier(claims: &Map<String, Value>) -> String {
    let digest = keys::sha256(&Value::Object(claims.clone()).to_string());
    URL_SAFE_NO_PAD.encode(digest.get(..16).unwrap_or(&digest))
}

/// Who signed in, by the ids of the home tenant, as MSAL names its accounts.
pub(crate) fn client_info(user: &User) -> String {
    let info = json!({ "uid": user.id, "utid": user.home.id });
    URL_SAFE_NO_PAD.encode(info.to_string().as_bytes())
}

/// Writes the token of the sandbox's own user for a tenant.
pub(crate) fn operator_token(
    tenant: &'static Tenant,
    audience: &str,
    now: Timestamp,
) -> SignedToken {
    let ticket = TokenRequest {
        tenant,
        subject: Subject::User(&directory::OPERATOR, directory::OWN_CLIENT_ID),
        audience,
        requested_claims: &RequestedClaims::default(),
    };
    access_token(&ticket, now)
}
