//! The sandbox's tokens, as ARM sees them: who is signed in with `--sandbox`, and the reading of the token of a
//! request. They are written by `authority`.
//!
//! The signature is real and its key is public: it only tells a token of a sandbox from all others, and an altered one
//! from an intact one.

use std::time::SystemTime;

use crate::azure::{SANDBOX_ISSUER, Secret};
use crate::sandbox::authority::directory;
use crate::sandbox::authority::directory::Tenant;
use crate::sandbox::authority::tokens::claims;
use crate::sandbox::authority::tokens::jwt::Jwt;
use crate::sandbox::timestamp::Timestamp;

/// The tenant of the sandbox's own runs.
#[cfg(test)]
pub(crate) const TENANT_ID: &str = directory::CONTOSO.id;

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

/// The sender of a request, by what the token says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Caller {
    /// A principal name, or the id of an application.
    pub(crate) name: String,
    pub(crate) object_id: String,
    pub(crate) tenant_id: String,
}

/// The claims that the sandbox reads back.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Claims {
    pub(crate) issuer: String,
    pub(crate) audience: String,
    pub(crate) not_before: u64,
    pub(crate) expires_on: u64,
    /// Authentication contexts, such as `p1` for a second factor.
    pub(crate) contexts: Vec<String>,
    pub(crate) caller: Caller,
}

/// Whether a token is what it says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Signature {
    Intact,
    Broken,
}

/// Issues a token of the signed-in user for an audience, written into `aud` byte for byte.
pub fn issue(audience: &str, now: SystemTime) -> IssuedToken {
    issue_in(&directory::CONTOSO, audience, now)
}

/// Issues a token of the signed-in user for a tenant, by its id or its domain; without one, their own.
/// `None` if there is no such tenant.
pub fn issue_for(audience: &str, tenant: Option<&str>, now: SystemTime) -> Option<IssuedToken> {
    let home = || Some(&directory::CONTOSO);
    let tenant = tenant.map_or_else(home, directory::tenant)?;
    Some(issue_in(tenant, audience, now))
}

fn issue_in(tenant: &'static Tenant, audience: &str, now: SystemTime) -> IssuedToken {
    let signed = claims::operator_token(tenant, audience, Timestamp::of(now));
    IssuedToken {
        token: Secret::new(signed.token),
        expires_on: signed.expires_on,
        not_before: signed.not_before,
        expires_in: signed.expires_in,
    }
}

/// Reads a token, and says whether it is intact; `None` if it is not a JWT with these claims.
pub(crate) fn read(token: &str) -> Option<(Claims, Signature)> {
    let jwt = Jwt::parse(token)?;
    let issuer = jwt.text("iss")?.to_owned();
    // Whose signature it is matters only if the token says that it is one of ours.
    let signature = if issuer.starts_with(SANDBOX_ISSUER) && jwt.is_ours() {
        Signature::Intact
    } else {
        Signature::Broken
    };
    let text = |name| jwt.text(name).map(str::to_owned);
    let name = text("upn").or_else(|| text("appid"));
    let claims = Claims {
        issuer,
        audience: text("aud")?,
        not_before: jwt.number("nbf").unwrap_or_default(),
        expires_on: jwt.number("exp")?,
        contexts: jwt.texts("acrs"),
        caller: Caller {
            name: name.unwrap_or_default(),
            object_id: text("oid").unwrap_or_default(),
            tenant_id: text("tid").unwrap_or_default(),
        },
    };
    Some((claims, signature))
}

/// Tells whether the sandbox issued this token.
#[cfg(test)]
pub(crate) fn is_sandbox_token(token: &str) -> bool {
    read(token).is_some_and(|(_, signature)| signature == Signature::Intact)
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    use super::{Signature, TENANT_ID, is_sandbox_token, issue, read};

    fn now() -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(1_795_325_208)
    }

    #[test]
    fn a_token_can_be_read_back() {
        let issued = issue("https://management.azure.com/", now());
        let (claims, signature) = read(issued.token.expose()).unwrap();
        assert_eq!(signature, Signature::Intact);
        assert_eq!(claims.audience, "https://management.azure.com/");
        assert_eq!(claims.expires_on, issued.expires_on);
        assert_eq!(issued.expires_on - issued.not_before, 3_900);
        assert_eq!(claims.caller.name, "operator@contoso.example");
        assert_eq!(claims.caller.tenant_id, TENANT_ID);
        assert_eq!(issued, issue("https://management.azure.com/", now()));
        assert_ne!(issued, issue("https://management.azure.com", now()));
    }

    #[test]
    fn an_altered_token_is_not_ours() {
        let issued = issue("https://management.azure.com/", now());
        let (signed, mark) = issued.token.expose().rsplit_once('.').unwrap();
        let (header, payload) = signed.split_once('.').unwrap();
        let bytes = URL_SAFE_NO_PAD.decode(payload).unwrap();
        let other = String::from_utf8(bytes)
            .unwrap()
            .replace("management.azure.com", "vault.azure.net");
        let forged = format!(
            "{header}.{}.{mark}",
            URL_SAFE_NO_PAD.encode(other.as_bytes())
        );
        assert!(read(&forged).is_some_and(|(_, signature)| signature == Signature::Broken));
        let unsigned = URL_SAFE_NO_PAD.encode(br#"{"typ":"JWT","alg":"none"}"#);
        assert!(!is_sandbox_token(&format!("{unsigned}.{payload}.")));
    }

    #[test]
    fn foreign_texts_are_not_tokens() {
        for text in [
            "", ".", "..", "a.b", "a.b.c", "a.e30.c", "a.b.c.d", "é.é.é", "eyJ9",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn a_clock_out_of_range_issues_a_token_of_the_last_or_the_first_second() {
        const LAST: u64 = 253_402_300_799;
        // Past the last second, and not past what Windows can say.
        let far = SystemTime::UNIX_EPOCH + Duration::from_secs(300_000_000_000);
        let late = issue("x", far);
        assert_eq!(
            (late.not_before, late.expires_on),
            (LAST - 300, LAST + 3_600)
        );
        let early = issue("x", SystemTime::UNIX_EPOCH - Duration::from_secs(1));
        assert_eq!((early.not_before, early.expires_on), (0, 3_600));
        for issued in [late, early] {
            let (claims, signature) = read(issued.token.expose()).unwrap();
            assert_eq!(signature, Signature::Intact);
            assert_eq!(claims.expires_on, issued.expires_on);
        }
    }
}
