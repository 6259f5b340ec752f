//! The token endpoint: which grant is redeemed for which tokens (RFC 6749 4 and 6, RFC 7636, RFC 8628). Clients are
//! authenticated by `client_auth`; what is in a token is in `tokens::claims`.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::sandbox::authority::directory::{self, App, SignInPolicy, Tenant, User};
use crate::sandbox::authority::error::AuthError;
use crate::sandbox::authority::grants::client_auth;
use crate::sandbox::authority::grants::sealed::{self, Factors, Grant, SignIn};
use crate::sandbox::authority::memory::Memory;
use crate::sandbox::authority::request::{AuthRequest, Form, Realm, Scopes, requested_claims};
use crate::sandbox::authority::sign_in::device;
use crate::sandbox::authority::tokens::claims::{self, Subject, TokenRequest};
use crate::sandbox::authority::tokens::keys;
use crate::sandbox::timestamp::Timestamp;

/// How long a refresh token lives without use, and how long a sign-in counts for people who have to
/// sign in often; in seconds.
const INACTIVE: u64 = 90 * 86_400;
const FREQUENT: u64 = 3_600;

/// Answers a token request.
pub(crate) fn redeem(
    memory: &mut Memory,
    request: &AuthRequest<'_>,
    tenant: &str,
) -> Result<Value, AuthError> {
    let form = request.form()?;
    let realm = Realm::named(tenant)?;
    match form.require("grant_type")? {
        "client_credentials" => of_client(&form, realm, request),
        "authorization_code" => of_code(memory, &form, realm, request),
        "refresh_token" => of_refresh_token(memory, &form, realm, request),
        "password" => of_password(memory, &form, realm, request),
        // The second is MSAL's older word for it.
        "urn:ietf:params:oauth:grant-type:device_code" | "device_code" => {
            of_device(memory, &form, realm, request)
        }
        other => Err(AuthError::GrantUnsupported {
            grant_type: other.to_owned(),
        }),
    }
}

fn of_client(form: &Form, realm: Realm, request: &AuthRequest<'_>) -> Result<Value, AuthError> {
    let Realm::Tenant(tenant) = realm else {
        return Err(AuthError::TenantMissing);
    };
    let app = client_auth::authenticated(form, realm, request)?;
    if app.proof == directory::ClientCredential::Public {
        return Err(AuthError::ClientProofMissing);
    }
    let scope = form.require("scope")?;
    let scopes = Scopes::parse(scope, tenant)?;
    if scopes.permissions.iter().any(|one| one != ".default") || scopes.permissions.is_empty() {
        return Err(AuthError::ScopeNotDefault {
            scope: scope.to_owned(),
        });
    }
    let ticket = TokenRequest {
        tenant,
        subject: Subject::App(app),
        audience: &scopes.audience,
        requested_claims: &requested_claims(form.get("claims"))?,
    };
    let signed = claims::access_token(&ticket, request.call.now);
    let mut body = json!({
        "token_type": "Bearer",
        "expires_in": signed.expires_in,
        "ext_expires_in": signed.expires_in,
    });
    if let Some(members) = body.as_object_mut() {
        if let Some(refresh_in) = signed.refresh_in() {
            members.insert("refresh_in".to_owned(), refresh_in.into());
        }
        members.insert("access_token".to_owned(), signed.token.into());
    }
    Ok(body)
}

fn of_code(
    memory: &mut Memory,
    form: &Form,
    realm: Realm,
    request: &AuthRequest<'_>,
) -> Result<Value, AuthError> {
    let app = client_auth::authenticated(form, realm, request)?;
    let code = form.require("code")?;
    let Some(Grant::Code {
        number,
        session,
        redirect_uri,
        challenge,
        nonce,
        expires_on,
    }) = sealed::open(code)
    else {
        return Err(AuthError::GrantMalformed);
    };
    if session.client_id != app.id {
        return Err(AuthError::GrantOfOtherClient);
    }
    let given = form.require("redirect_uri")?;
    if given != redirect_uri {
        return Err(AuthError::RedirectChanged {
            given: given.to_owned(),
            asked: redirect_uri,
        });
    }
    if let Some(challenge) = challenge {
        let verifier = form.require("code_verifier")?;
        if URL_SAFE_NO_PAD.encode(keys::sha256(verifier)) != challenge {
            return Err(AuthError::VerifierWrong);
        }
    }
    if request.now() >= expires_on {
        return Err(AuthError::CodeExpired);
    }
    if !memory.spend(number, expires_on, request.now()) {
        return Err(AuthError::CodeRedeemed);
    }
    let scope = form.get("scope").unwrap_or(&session.scope).to_owned();
    let nonce = nonce.as_deref();
    Person::of(memory, app, realm, session)?.answer(memory, form, &scope, nonce, request)
}

fn of_refresh_token(
    memory: &mut Memory,
    form: &Form,
    realm: Realm,
    request: &AuthRequest<'_>,
) -> Result<Value, AuthError> {
    let app = client_auth::authenticated(form, realm, request)?;
    let Some(Grant::Refresh { session, .. }) = sealed::open(form.require("refresh_token")?) else {
        return Err(AuthError::GrantMalformed);
    };
    if session.client_id != app.id {
        return Err(AuthError::GrantOfOtherClient);
    }
    let scope = form.get("scope").unwrap_or(&session.scope).to_owned();
    let signed_in_on = session.signed_in_on;
    let person = Person::of(memory, app, realm, session)?;
    let age = request.now().saturating_sub(signed_in_on);
    let issued = Timestamp::from_seconds(signed_in_on).rfc3339();
    if age > INACTIVE {
        return Err(AuthError::GrantInactive { issued });
    }
    if person.user.demand == SignInPolicy::FrequentSignIn && age > FREQUENT {
        return Err(AuthError::SignInFrequency { issued });
    }
    // A refresh token is answered with the next one.
    let scope = format!("{scope} offline_access");
    person.answer(memory, form, &scope, None, request)
}

fn of_password(
    memory: &mut Memory,
    form: &Form,
    realm: Realm,
    request: &AuthRequest<'_>,
) -> Result<Value, AuthError> {
    let app = client_auth::authenticated(form, realm, request)?;
    let name = form.require("username")?;
    let password = form.require("password")?;
    let user = directory::user(name).ok_or_else(|| unknown(name, realm))?;
    if password != directory::PASSWORD {
        return Err(AuthError::PasswordWrong);
    }
    let scope = form.require("scope")?;
    let session = SignIn {
        number: memory.number(),
        client_id: app.id.to_owned(),
        tenant_id: realm.or(user.home).id.to_owned(),
        user_id: user.id.to_owned(),
        scope: scope.to_owned(),
        factors: Factors::One,
        signed_in_on: request.now(),
    };
    Person::of(memory, app, realm, session)?.answer(memory, form, scope, None, request)
}

fn of_device(
    memory: &mut Memory,
    form: &Form,
    realm: Realm,
    request: &AuthRequest<'_>,
) -> Result<Value, AuthError> {
    let app = client_auth::authenticated(form, realm, request)?;
    let session = device::redeem(memory, app, form.require("device_code")?, request)?;
    let scope = session.scope.clone();
    Person::of(memory, app, realm, session)?.answer(memory, form, &scope, None, request)
}

fn unknown(user: &str, realm: Realm) -> AuthError {
    AuthError::UserUnknown {
        user: user.to_owned(),
        tenant: match realm {
            Realm::Tenant(tenant) => tenant.display_name.to_owned(),
            Realm::Any => "common".to_owned(),
        },
    }
}

/// A person who signed in, and is to get tokens.
#[derive(Debug)]
struct Person {
    user: &'static User,
    app: &'static App,
    tenant: &'static Tenant,
    session: SignIn,
}

impl Person {
    /// Finds who signed in, and whether that still counts.
    fn of(
        memory: &Memory,
        app: &'static App,
        realm: Realm,
        session: SignIn,
    ) -> Result<Self, AuthError> {
        let user = directory::user(&session.user_id).ok_or(AuthError::GrantMalformed)?;
        let home = directory::tenant(&session.tenant_id).unwrap_or(user.home);
        let tenant = realm.or(home);
        if !user.is_in(tenant) {
            return Err(unknown(user.principal_name, Realm::Tenant(tenant)));
        }
        if let Some(revocation) = memory.revocation(&session) {
            return Err(AuthError::Revoked {
                issued: Timestamp::from_seconds(session.signed_in_on).rfc3339(),
                valid_from: Timestamp::from_seconds(revocation.revoked_on).rfc3339(),
            });
        }
        Ok(Self {
            user,
            app,
            tenant,
            session,
        })
    }

    /// Writes the tokens, if nothing more is demanded.
    fn answer(
        &self,
        memory: &mut Memory,
        form: &Form,
        scope: &str,
        nonce: Option<&str>,
        request: &AuthRequest<'_>,
    ) -> Result<Value, AuthError> {
        let scopes = Scopes::parse(scope, self.tenant)?;
        let requested_claims = requested_claims(form.get("claims"))?;
        let is_second_factor_due =
            self.user.demand == SignInPolicy::SecondFactor || !requested_claims.contexts.is_empty();
        match self.user.demand {
            SignInPolicy::Consent => {
                return Err(AuthError::ConsentMissing {
                    client_id: self.app.id,
                    name: self.app.name,
                });
            }
            SignInPolicy::ManagedDevice => return Err(AuthError::ConditionalAccess),
            SignInPolicy::Nothing | SignInPolicy::SecondFactor | SignInPolicy::FrequentSignIn => {}
        }
        if is_second_factor_due && self.session.factors == Factors::One {
            return Err(AuthError::SecondFactorNeeded {
                resource: scopes.audience,
            });
        }
        let ticket = TokenRequest {
            tenant: self.tenant,
            subject: Subject::User(self.user, self.app.id),
            audience: &scopes.audience,
            requested_claims: &requested_claims,
        };
        let signed = claims::access_token(&ticket, request.call.now);
        let mut body = json!({
            "token_type": "Bearer",
            "scope": scopes.granted(),
            "expires_in": signed.expires_in,
            "ext_expires_in": signed.expires_in,
        });
        let Some(members) = body.as_object_mut() else {
            return Ok(body);
        };
        if let Some(refresh_in) = signed.refresh_in() {
            members.insert("refresh_in".to_owned(), refresh_in.into());
        }
        members.insert("access_token".to_owned(), signed.token.into());
        if scopes.offline_access {
            let next = Grant::Refresh {
                number: memory.number(),
                session: self.session.clone(),
            };
            members.insert("refresh_token".to_owned(), sealed::seal(&next).into());
        }
        if scopes.open_id {
            let now = request.call.now;
            let id_token = claims::id_token(self.tenant, self.user, self.app.id, nonce, now);
            members.insert("id_token".to_owned(), id_token.into());
        }
        if form.get("client_info") == Some("1") {
            members.insert(
                "client_info".to_owned(),
                claims::client_info(self.user).into(),
            );
        }
        Ok(body)
    }
}
