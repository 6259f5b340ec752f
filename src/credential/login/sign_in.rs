//! What a finished sign-in says about who signed in. The ways of signing in: `authorization` and `device_code`.

use std::time::{Duration, SystemTime};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rand::{SecureRandom as _, SystemRandom};
use serde::Deserialize;
use url::Url;
use uuid::Uuid;

use super::account::Account;
use super::client_credential::ClientCredential;
use super::error::SignInError;
use crate::azure::{Audience, is_known_authority};
use crate::credential::entra::Tokens;
use crate::credential::{AccessToken, Authority, Claims, Error, ManagedIdentity, Source};

/// The public client of the Azure CLI, which the Azure SDKs and azd sign in with too: it is
/// consented to in every tenant. Sign-in logs show it as "Microsoft Azure CLI".
pub const DEFAULT_CLIENT_ID: &str = "04b07795-8ddb-461a-bbee-02f9e1bf7b46";

/// The scopes of every token of a person: a fresh refresh token, and who it is.
pub(super) const PERSON_SCOPES: &str = "offline_access openid profile";

/// How far the clocks of two machines may be apart.
const CLOCK_TOLERANCE: Duration = Duration::from_secs(300);

/// Under which names the known authorities issue tokens of the first version.
const TOKEN_SERVICES: [&str; 2] = ["sts.windows.net", "sts.chinacloudapi.cn"];

/// The tenant that is asked if the user names none: that of the account's home.
const ANY_ORGANIZATION: &str = "organizations";

/// The application that a person signs in to.
#[derive(Debug, Clone)]
pub struct Application {
    /// Who issues the tokens.
    pub authority: Authority,
    /// The tenant that the user named.
    pub tenant_id: Option<String>,
    /// The application.
    pub client_id: String,
    /// The service that the first token is for.
    pub audience: Audience,
    /// The claims of a challenge that the sign-in has to answer, as JSON.
    pub claims: Option<String>,
}

impl Application {
    pub(super) fn tenant(&self) -> &str {
        self.tenant_id.as_deref().unwrap_or(ANY_ORGANIZATION)
    }

    pub(super) fn scope(&self) -> String {
        format!("{}/.default {PERSON_SCOPES}", self.audience)
    }
}

/// A sign-in that has taken place.
#[derive(Debug)]
pub struct SignedIn {
    /// Who it is.
    pub account: Account,
    /// The token that came with it.
    pub token: AccessToken,
    /// What gave it, if that is a machine.
    pub machine: Option<ManagedIdentity>,
}

/// The claims of an id token, and of `client_info`, that are read. The id token comes from the
/// token endpoint itself, so TLS stands in for its signature (`OpenID` Connect Core 3.1.3.7, 6).
#[derive(Deserialize)]
struct IdToken {
    aud: String,
    iss: Option<String>,
    exp: Option<u64>,
    tid: Option<String>,
    oid: Option<String>,
    sub: Option<String>,
    nonce: Option<String>,
    preferred_username: Option<String>,
    upn: Option<String>,
    email: Option<String>,
    name: Option<String>,
}

#[derive(Deserialize)]
struct ClientInfo {
    uid: String,
    utid: String,
}

/// Whether the id token must name the nonce of this sign-in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Nonce<'a> {
    /// It must.
    Is(&'a str),
    /// None was sent.
    None,
}

/// Reads who has signed in from the tokens that came.
pub(super) fn read(
    application: &Application,
    tokens: Tokens,
    nonce: Nonce<'_>,
    now: SystemTime,
) -> Result<SignedIn, Error> {
    let id_token = tokens.id_token.as_ref();
    let claims = id_token.and_then(|token| Claims::text_of(token.expose()));
    let claims: IdToken = claims
        .and_then(|payload| serde_json::from_str(&payload).ok())
        .ok_or(SignInError::Incomplete)?;
    if claims.aud != application.client_id {
        return Err(SignInError::ForeignClient.into());
    }
    if let Nonce::Is(expected) = nonce
        && claims.nonce.as_deref() != Some(expected)
    {
        return Err(SignInError::Nonce.into());
    }
    let refresh_token = tokens.refresh_token.ok_or(SignInError::Incomplete)?;
    let tenant_id = claims.tid.ok_or(SignInError::Incomplete)?;
    if let Some(issuer) = &claims.iss
        && !may_be_issuer(issuer, &application.authority, &tenant_id)
    {
        return Err(SignInError::ForeignIssuer.into());
    }
    let end = claims.exp.map(Duration::from_secs);
    if end.is_some_and(|end| SystemTime::UNIX_EPOCH + end + CLOCK_TOLERANCE <= now) {
        return Err(SignInError::Ended.into());
    }
    // A domain or a word such as `organizations` is not compared: the token names the tenant by its GUID.
    let expected_tenant = application.tenant_id.as_deref().and_then(guid);
    if expected_tenant.is_some_and(|expected| guid(&tenant_id) != Some(expected)) {
        return Err(SignInError::ForeignTenant.into());
    }
    let object_id = claims.oid.or(claims.sub).ok_or(SignInError::Incomplete)?;
    let home = tokens.client_info.as_deref().and_then(home_of);
    let names = [
        claims.preferred_username,
        claims.upn,
        claims.email,
        claims.name,
    ];
    let username = names.into_iter().flatten().find(|name| !name.is_empty());
    Ok(SignedIn {
        account: Account {
            home_account_id: home.unwrap_or_else(|| format!("{object_id}.{tenant_id}")),
            username: username.unwrap_or(object_id),
            tenant_id,
            client_id: application.client_id.clone(),
            authority: application.authority.as_str().to_owned(),
            credential: ClientCredential::RefreshToken(refresh_token),
            subscriptions: Vec::new(),
            default_subscription: None,
        },
        token: tokens.access_token,
        machine: None,
    })
}

/// Tells whether an authority can have issued a token of a tenant. One that is known issues under its own names; any other
/// one may have names of its own, but a tenant in them is that of the token (`OpenID` Connect Core 3.1.3.7, 2).
fn may_be_issuer(issuer: &str, authority: &Authority, tenant_id: &str) -> bool {
    let Ok(url) = Url::parse(issuer) else {
        return false;
    };
    let tenant = url.path_segments().and_then(|mut path| path.next());
    let is_of_tenant = match tenant.and_then(guid) {
        Some(named) => guid(tenant_id) == Some(named),
        None => true,
    };
    let host = url.host_str().unwrap_or_default();
    let is_known_name = is_known_authority(&url) || TOKEN_SERVICES.contains(&host);
    is_of_tenant && (is_known_name || !authority.is_known())
}

fn guid(text: &str) -> Option<Uuid> {
    Uuid::try_parse(text).ok()
}

/// The home of an account, which a guest's id token does not name.
fn home_of(client_info: &str) -> Option<String> {
    let text = URL_SAFE_NO_PAD
        .decode(client_info.trim_end_matches('='))
        .ok()?;
    let ClientInfo { uid, utid } = serde_json::from_slice(&text).ok()?;
    Some(format!("{uid}.{utid}"))
}

/// 32 random bytes as text that an address can carry (RFC 7636 4.1: 43 characters).
pub(super) fn random_text() -> Result<String, SignInError> {
    let mut bytes = [0; 32];
    let filled = SystemRandom::new().fill(&mut bytes);
    filled.map_err(|_| SignInError::NoRandomness)?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

/// The source that is in errors.
pub(super) const SOURCE: Source = Source::Login;

#[cfg(test)]
pub(super) mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    use std::time::{Duration, SystemTime};

    use super::{Application, Nonce, SignInError, read};
    use crate::azure::{Audience, Cloud, Secret};
    use crate::credential::entra::Tokens;
    use crate::credential::{AccessToken, Authority, Error};
    use crate::env::Env;

    pub(in crate::credential::login) fn application() -> Application {
        let env = Env::with_variables([]);
        Application {
            authority: Authority::of(&env, &Cloud::public()).unwrap(),
            tenant_id: None,
            client_id: "app".to_owned(),
            audience: Audience::parse("https://management.azure.com/").unwrap(),
            claims: None,
        }
    }

    fn tokens(id_token: &str, client_info: Option<&str>) -> Tokens {
        let encode = |text: &str| URL_SAFE_NO_PAD.encode(text);
        Tokens {
            access_token: AccessToken::new("t", None),
            refresh_token: Some(Secret::new("r")),
            id_token: Some(Secret::new(format!("e30.{}.x", encode(id_token)))),
            client_info: client_info.map(encode),
        }
    }

    #[test]
    fn reads_who_has_signed_in() {
        let id_token = r#"{"aud":"app","tid":"guest","oid":"o","nonce":"n","preferred_username":"me@contoso.example"}"#;
        let home = r#"{"uid":"u","utid":"home"}"#;
        for (client_info, expected) in [(Some(home), "u.home"), (None, "o.guest")] {
            let tokens = tokens(id_token, client_info);
            let found = read(&application(), tokens, Nonce::Is("n"), NOW)
                .unwrap()
                .account;
            assert_eq!(found.home_account_id, expected);
            assert_eq!(
                (found.username.as_str(), found.tenant_id.as_str()),
                ("me@contoso.example", "guest")
            );
        }
    }

    const NOW: SystemTime = SystemTime::UNIX_EPOCH;

    #[test]
    fn compares_issuer_end_and_tenant_with_what_was_asked() {
        const ONE: &str = "11111111-1111-1111-1111-111111111111";
        const TWO: &str = "22222222-2222-2222-2222-222222222222";
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(10_000);
        let issuer = |tenant: &str| format!("https://login.microsoftonline.com/{tenant}/v2.0");
        for (named, issuer, exp, expected) in [
            (None, issuer(ONE), 20_000, None),
            (
                Some(ONE),
                format!("https://sts.windows.net/{ONE}/"),
                20_000,
                None,
            ),
            (Some("contoso.example"), issuer(ONE), 9_701, None),
            (
                Some(TWO),
                issuer(ONE),
                20_000,
                Some(SignInError::ForeignTenant),
            ),
            (None, issuer(TWO), 20_000, Some(SignInError::ForeignIssuer)),
            (
                None,
                format!("https://evil.example/{ONE}/"),
                20_000,
                Some(SignInError::ForeignIssuer),
            ),
            (
                None,
                "evil".to_owned(),
                20_000,
                Some(SignInError::ForeignIssuer),
            ),
            (None, issuer(ONE), 9_700, Some(SignInError::Ended)),
        ] {
            let application = Application {
                tenant_id: named.map(str::to_owned),
                ..application()
            };
            let id_token = format!(
                r#"{{"aud":"app","tid":"{ONE}","oid":"o","nonce":"n","iss":"{issuer}","exp":{exp}}}"#
            );
            let found = read(&application, tokens(&id_token, None), Nonce::Is("n"), now);
            let fault = found.err();
            assert_eq!(
                fault,
                expected.map(Error::SignIn),
                "{named:?} {issuer} {exp}"
            );
        }
    }

    #[track_caller]
    fn refused(tokens: Tokens, expected: SignInError) {
        let error = read(&application(), tokens, Nonce::Is("n"), NOW).unwrap_err();
        assert_eq!(error, Error::SignIn(expected));
    }

    #[test]
    fn refuses_tokens_of_another_sign_in() {
        let whole = r#"{"aud":"app","tid":"t","oid":"o","nonce":"n"}"#;
        assert!(read(&application(), tokens(whole, None), Nonce::Is("n"), NOW).is_ok());
        for (id_token, fault) in [
            (
                r#"{"aud":"app","tid":"t","oid":"o","nonce":"m"}"#,
                SignInError::Nonce,
            ),
            (r#"{"aud":"app","tid":"t","oid":"o"}"#, SignInError::Nonce),
            (
                r#"{"aud":"b","tid":"t","oid":"o","nonce":"n"}"#,
                SignInError::ForeignClient,
            ),
            (
                r#"{"aud":"app","oid":"o","nonce":"n"}"#,
                SignInError::Incomplete,
            ),
            (
                r#"{"aud":"app","tid":"t","nonce":"n"}"#,
                SignInError::Incomplete,
            ),
            ("[]", SignInError::Incomplete),
        ] {
            refused(tokens(id_token, None), fault);
        }
        let without = Tokens {
            refresh_token: None,
            ..tokens(whole, None)
        };
        refused(without, SignInError::Incomplete);
        let opaque = Tokens {
            id_token: None,
            ..tokens(whole, None)
        };
        refused(opaque, SignInError::Incomplete);
    }
}
