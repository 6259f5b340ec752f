//! The sandbox's own sign-in: tokens in the shape of a JWT, and the reading of them.
//!
//! Not cryptography: the signature is a checksum with a key that stands in this file. It tells an
//! altered token from an intact one, and a real one from a sandbox one, nothing more.

use std::time::SystemTime;

use serde::Deserialize;
use serde_json::json;

use crate::azure::{SANDBOX_ISSUER, Secret};
use crate::sandbox::base64url;
use crate::sandbox::hash::{guid, hash};
use crate::sandbox::time::Moment;

/// The one tenant of the sandbox.
pub(super) const TENANT_ID: &str = "7c9e2f4a-1d53-4b8e-9a06-3f5d2c8b7e10";
/// The object id of the signed-in user.
pub(super) const OBJECT_ID: &str = "e4b07a95-2c38-4f1d-a6e9-90d5b1c7f382";
/// The user principal name of the signed-in user.
pub(super) const USER_PRINCIPAL_NAME: &str = "operator@contoso.example";

const CLIENT_ID: &str = "0d6f3b52-84ae-4c17-9f20-6be1d3a58c94";
const KEY: &str = "the key of the sandbox is public on purpose";

/// Seconds from issue to expiry, and how far before the issue a token is already valid: together the
/// 3900 seconds that Cloud Shell tokens live (Azure/azure-cli#14218).
const LIFETIME: u64 = 3_600;
const BACKDATED: u64 = 300;

/// A token that the sandbox issued. Times are seconds since 1970.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuedToken {
    /// The token itself.
    pub token: Secret,
    /// When it stops being accepted.
    pub expires_on: u64,
    /// From when on it is accepted: five minutes before the issue.
    pub not_before: u64,
    /// Seconds from the issue to the expiry.
    pub expires_in: u64,
}

/// The claims that the sandbox reads back.
#[derive(Debug, Deserialize, PartialEq, Eq)]
pub(super) struct Claims {
    pub(super) iss: String,
    pub(super) aud: String,
    pub(super) exp: u64,
}

/// Issues a token for an audience, written into `aud` byte for byte.
pub fn issue(audience: &str, now: SystemTime) -> IssuedToken {
    let issued_at = Moment::of(now).seconds();
    let not_before = issued_at.saturating_sub(BACKDATED);
    let expires_on = issued_at + LIFETIME;
    let header = json!({ "typ": "JWT", "alg": "HS256", "kid": "sandbox" });
    let claims = json!({
        "aud": audience,
        "iss": issuer(),
        "iat": issued_at,
        "nbf": not_before,
        "exp": expires_on,
        "appid": CLIENT_ID,
        "idtyp": "user",
        "name": "Contoso Operator",
        "oid": OBJECT_ID,
        "scp": "user_impersonation",
        "sub": guid(OBJECT_ID),
        "tid": TENANT_ID,
        "unique_name": USER_PRINCIPAL_NAME,
        "upn": USER_PRINCIPAL_NAME,
        "ver": "1.0",
    });
    let signed = format!(
        "{}.{}",
        base64url::encode(header.to_string().as_bytes()),
        base64url::encode(claims.to_string().as_bytes()),
    );
    let token = format!("{signed}.{}", signature(&signed));
    IssuedToken {
        token: Secret::new(token),
        expires_on,
        not_before,
        expires_in: LIFETIME,
    }
}

/// Tells whether the sandbox issued this token: its issuer and its checksum say so.
#[cfg(test)]
pub(super) fn is_sandbox_token(token: &str) -> bool {
    intact(token) && claims(token).is_some_and(|claims| claims.iss == issuer())
}

/// Returns the `iss` claim of the sandbox's tokens. The host lies under `.invalid` (RFC 2606), so
/// that nobody can ever stand behind it.
pub(super) fn issuer() -> String {
    format!("{SANDBOX_ISSUER}{TENANT_ID}/")
}

/// Reads the claims of a token without judging them; `None` if it is not a JWT with these claims.
pub(super) fn claims(token: &str) -> Option<Claims> {
    let mut parts = token.split('.');
    let (_header, payload, _signature) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    serde_json::from_slice(&base64url::decode(payload)?).ok()
}

/// Tells whether the checksum of a token fits.
pub(super) fn intact(token: &str) -> bool {
    token
        .rsplit_once('.')
        .is_some_and(|(signed, mark)| signature(signed) == mark)
}

fn signature(signed: &str) -> String {
    base64url::encode(&hash(format!("{KEY}.{signed}.{KEY}").as_bytes()).to_be_bytes())
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use super::{claims, intact, is_sandbox_token, issue};
    use crate::sandbox::base64url;

    fn now() -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(1_795_325_208)
    }

    #[test]
    fn a_token_can_be_read_back() {
        let issued = issue("https://management.azure.com/", now());
        let read = claims(issued.token.expose()).unwrap();
        assert_eq!(read.aud, "https://management.azure.com/");
        assert_eq!(read.exp, issued.expires_on);
        assert_eq!(issued.expires_on - issued.not_before, 3_900);
        assert_eq!(issued, issue("https://management.azure.com/", now()));
        assert!(is_sandbox_token(issued.token.expose()));
    }

    #[test]
    fn an_altered_token_is_not_ours() {
        let token = issue("https://management.azure.com/", now())
            .token
            .expose()
            .to_owned();
        let (signed, mark) = token.rsplit_once('.').unwrap();
        let (header, payload) = signed.split_once('.').unwrap();
        let bytes = base64url::decode(payload).unwrap();
        let other = String::from_utf8(bytes)
            .unwrap()
            .replace("management.azure.com", "vault.azure.net");
        let forged = format!("{header}.{}.{mark}", base64url::encode(other.as_bytes()));
        assert!(claims(&forged).is_some());
        assert!(!intact(&forged));
        assert!(!is_sandbox_token(&forged));
    }

    #[test]
    fn foreign_texts_are_not_tokens() {
        for text in [
            "", ".", "..", "a.b", "a.b.c", "a.e30.c", "a.b.c.d", "é.é.é", "eyJ9",
        ] {
            assert!(!is_sandbox_token(text), "{text}");
            assert_eq!(claims(text), None, "{text}");
        }
    }

    #[test]
    fn the_end_of_time_does_not_overflow() {
        let far = SystemTime::UNIX_EPOCH + Duration::from_secs(u64::from(u32::MAX) * 4_000);
        let _token = issue("x", far);
        let _token = issue("x", SystemTime::UNIX_EPOCH - Duration::from_secs(1));
    }
}
