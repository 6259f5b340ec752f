//! Whether a client is the application that it says it is: by a secret, an assertion that its
//! certificate signed (RFC 7523), or a token of another issuer. People are signed in by `sign_in`.

use crate::azure::SANDBOX_ISSUER;
use crate::sandbox::authority::directory::{self, App, ClientCredential};
use crate::sandbox::authority::error::AuthError;
use crate::sandbox::authority::request::{AuthRequest, Form, Realm};
use crate::sandbox::authority::tokens::jwt::Jwt;
use crate::sandbox::authority::tokens::keys;
use crate::sandbox::timestamp::Timestamp;

/// The thumbprints of the registered certificate: `x5t#S256`, and the older `x5t` (RFC 7515 4.1.7).
const THUMBPRINT_SHA256: &str = "XdxNRKCaZh9gIBph74dnruM00C9UDK7HPfvL5h9UPII";
const THUMBPRINT_SHA1: &str = "rgcnW2CHkvnuTIv6-zXFmTbrHEg";

/// The one type of assertion (RFC 7523 2.2).
const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// What the token of another issuer must be for.
pub(crate) const EXCHANGE: &str = "api://AzureADTokenExchange";
/// How far clocks may differ, in seconds.
const SKEW: u64 = 300;

/// Returns the issuer of the tokens that build services give to jobs in the sandbox.
pub(crate) fn federated_issuer() -> String {
    format!("{SANDBOX_ISSUER}federation")
}

/// Finds the application that a request names, in the tenant of its path.
pub(crate) fn named(form: &Form, realm: Realm) -> Result<&'static App, AuthError> {
    let client_id = form.require("client_id")?;
    let app = directory::app(client_id).filter(|app| match realm {
        Realm::Tenant(tenant) => app.tenants.contains(&tenant),
        Realm::Any => true,
    });
    app.ok_or_else(|| AuthError::ClientUnknown {
        client_id: client_id.to_owned(),
        tenant: match realm {
            Realm::Tenant(tenant) => tenant.display_name.to_owned(),
            Realm::Any => "common".to_owned(),
        },
    })
}

/// Finds the application, and has it prove who it is.
pub(crate) fn authenticated(
    form: &Form,
    realm: Realm,
    request: &AuthRequest<'_>,
) -> Result<&'static App, AuthError> {
    let app = named(form, realm)?;
    let secret = form.get("client_secret");
    let assertion = form.get("client_assertion");
    match (app.proof, secret, assertion) {
        (ClientCredential::Public, None, None) => return Ok(app),
        (ClientCredential::Public, _, _) => return Err(AuthError::ClientIsPublic),
        (_, None, None) => return Err(AuthError::ClientProofMissing),
        (_, Some(_), Some(_)) => return Err(AuthError::Malformed),
        (ClientCredential::ExpiredSecret(own), Some(given), None) if own == given => {
            return Err(AuthError::SecretExpired { client_id: app.id });
        }
        (ClientCredential::Secret(own), Some(given), None) if own == given => return Ok(app),
        (_, Some(_), None) => return Err(AuthError::SecretInvalid { client_id: app.id }),
        (_, None, Some(_)) => {}
    }
    if form.require("client_assertion_type")? != ASSERTION_TYPE {
        return Err(AuthError::Malformed);
    }
    let assertion =
        Jwt::parse(assertion.unwrap_or_default()).ok_or(AuthError::AssertionMalformed)?;
    match app.proof {
        ClientCredential::Federation(subjects) => federated(&assertion, subjects, request)?,
        ClientCredential::Public
        | ClientCredential::Secret(_)
        | ClientCredential::ExpiredSecret(_)
        | ClientCredential::Certificate => {
            certified(&assertion, app, realm, request)?;
        }
    }
    Ok(app)
}

/// Judges an assertion that the application itself wrote.
fn certified(
    assertion: &Jwt<'_>,
    app: &App,
    realm: Realm,
    request: &AuthRequest<'_>,
) -> Result<(), AuthError> {
    // MSAL for Python pads what RFC 7515 leaves without padding.
    let thumbprint = |name| {
        let given = assertion.header_text(name);
        given.map(|thumbprint| thumbprint.trim_end_matches('='))
    };
    let newer = thumbprint("x5t#S256");
    let older = thumbprint("x5t");
    let given = newer.or(older).or(assertion.header_text("kid"));
    let is_registered = app.proof == ClientCredential::Certificate
        && match (newer, older) {
            (Some(thumbprint), _) => thumbprint == THUMBPRINT_SHA256,
            (None, Some(thumbprint)) => thumbprint == THUMBPRINT_SHA1,
            (None, None) => false,
        };
    if !is_registered {
        return Err(AuthError::CertificateUnknown {
            thumbprint: given.unwrap_or_default().to_owned(),
        });
    }
    if !assertion.is_signed_by(keys::CLIENT_CERTIFICATE) {
        return Err(AuthError::AssertionSignature);
    }
    let is_own = |name| {
        let claim = assertion.text(name);
        claim.is_some_and(|id| id.eq_ignore_ascii_case(app.id))
    };
    if !is_own("iss") || !is_own("sub") {
        return Err(AuthError::AssertionClient);
    }
    if !assertion
        .text("aud")
        .is_some_and(|audience| is_here(audience, realm, request))
    {
        return Err(AuthError::AssertionAudience);
    }
    in_time(assertion, request)
}

/// Tells whether an assertion is for this authority: its token endpoint, or its issuer, of the tenant
/// that the path names. Clients that join a base and a path may write two slashes.
fn is_here(audience: &str, realm: Realm, request: &AuthRequest<'_>) -> bool {
    let Some(path) = audience.strip_prefix(request.base_url) else {
        return false;
    };
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    match parts.as_slice() {
        [tenant, "oauth2", "v2.0", "token"] | [tenant, "v2.0"] => Realm::named(tenant) == Ok(realm),
        _ => false,
    }
}

/// Judges the token of another issuer: one of the build services that the sandbox plays.
fn federated(
    assertion: &Jwt<'_>,
    subjects: &[&str],
    request: &AuthRequest<'_>,
) -> Result<(), AuthError> {
    let text = |name| assertion.text(name).unwrap_or_default().to_owned();
    if text("iss") != federated_issuer() {
        return Err(AuthError::FederationIssuer {
            issuer: text("iss"),
        });
    }
    if !assertion.is_ours() {
        return Err(AuthError::AssertionSignature);
    }
    if text("aud") != EXCHANGE {
        return Err(AuthError::FederationAudience {
            audience: text("aud"),
        });
    }
    if !subjects.contains(&text("sub").as_str()) {
        return Err(AuthError::FederationSubject {
            subject: text("sub"),
        });
    }
    in_time(assertion, request)
}

fn in_time(assertion: &Jwt<'_>, request: &AuthRequest<'_>) -> Result<(), AuthError> {
    let expires_on = assertion
        .number("exp")
        .ok_or(AuthError::AssertionMalformed)?;
    let not_before = assertion.number("nbf").unwrap_or_default();
    let now = request.now();
    if now >= expires_on.saturating_add(SKEW) || now.saturating_add(SKEW) < not_before {
        let written = |seconds| Timestamp::from_seconds(seconds).rfc3339();
        return Err(AuthError::AssertionTime {
            now: written(now),
            not_before: written(not_before),
            expires_on: written(expires_on),
        });
    }
    Ok(())
}
