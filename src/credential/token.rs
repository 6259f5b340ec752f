//! Access tokens and what can be read in them. The claims are read to refuse a token that cannot be
//! meant for the host; the service verifies the signature.

use std::time::{Duration, SystemTime};

use base64::Engine as _;
use base64::alphabet::URL_SAFE;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use serde_json::Value;

use super::clock_difference::ClockDifference;
use crate::azure::{Audience, Secret};

/// A bearer token and what is known of it.
#[derive(Debug, Clone)]
pub struct AccessToken {
    /// The token.
    pub token: Secret,
    /// When it ends, if that is known.
    pub expires_on: Option<SystemTime>,
    /// From when on a fresh one should be asked for, if the issuer said so.
    pub refresh_on: Option<SystemTime>,
    /// The claims, if it is a JWT.
    pub claims: Option<Claims>,
    /// Where it was until now.
    pub provenance: Provenance,
    /// How the clock of this machine differs from the issuer's, by its answer: then a fresh token may seem to have ended.
    pub clock: Option<ClockDifference>,
}

/// Where a token was until now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Provenance {
    /// At its source.
    Source,
    /// In the cache.
    Cache,
}

impl AccessToken {
    /// Wraps a token; its end is `expires_on` or the claim `exp`, whichever is earlier.
    pub fn new(token: &str, expires_on: Option<SystemTime>) -> Self {
        let claims = Claims::of(token);
        let exp = claims
            .as_ref()
            .and_then(|claims| claims.exp)
            .and_then(from_epoch);
        Self {
            token: Secret::new(token),
            expires_on: expires_on.into_iter().chain(exp).min(),
            refresh_on: None,
            claims,
            provenance: Provenance::Source,
            clock: None,
        }
    }

    /// Tells whether the token may be meant for `audience`. One that is not a JWT is not judged.
    pub fn suits(&self, audience: &Audience) -> bool {
        self.claims.as_ref().is_none_or(|claims| {
            claims.aud.is_empty()
                || claims
                    .aud
                    .iter()
                    .any(|aud| Audience::parse(aud).is_ok_and(|aud| aud.same_as(audience)))
        })
    }

    /// Returns from when on the token is good, if it says so.
    pub fn not_before(&self) -> Option<SystemTime> {
        let claims = self.claims.as_ref();
        claims.and_then(|claims| claims.nbf).and_then(from_epoch)
    }

    /// Returns who issued the token, if it says so.
    pub fn issuer(&self) -> Option<&str> {
        self.claims
            .as_ref()
            .and_then(|claims| claims.iss.as_deref())
    }

    /// Returns the tenant of the token, if it says so.
    pub fn tenant_id(&self) -> Option<&str> {
        let claims = self.claims.as_ref();
        claims.and_then(|claims| claims.tid.as_deref())
    }

    /// Returns the audiences that the token names.
    pub fn audiences(&self) -> &[String] {
        self.claims.as_ref().map_or(&[], |claims| &claims.aud)
    }
}

/// The last second of the year 9999, since 1970: what is later is not a date.
const MAX_TIMESTAMP: u64 = 253_402_300_799;

/// Turns seconds since 1970 into a time; `None` after the year 9999.
pub(super) fn from_epoch(seconds: u64) -> Option<SystemTime> {
    let sane = Some(seconds).filter(|seconds| *seconds <= MAX_TIMESTAMP)?;
    SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(sane))
}

/// Reads seconds, with a fraction too (RFC 7519 section 2), or as text: of the claim `exp` since 1970, of `expires_in` from
/// now on. Less than none counts as none: the token has expired.
pub(super) fn seconds_of(value: &Value) -> Option<u64> {
    let text = match value {
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.trim().to_owned(),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => return None,
    };
    let seconds = text.parse::<u64>().ok();
    seconds.or_else(|| {
        let seconds = text
            .parse::<f64>()
            .ok()
            .filter(|seconds| !seconds.is_nan())?;
        let whole = Duration::try_from_secs_f64(seconds.max(0.0)).ok()?;
        Some(whole.as_secs())
    })
}

/// The claims that are read, by their names in the token.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Claims {
    /// Who the token is for; several are possible in a JWT.
    pub aud: Vec<String>,
    /// When it ends, in seconds since 1970.
    pub exp: Option<u64>,
    /// From when on it is good, in seconds since 1970.
    pub nbf: Option<u64>,
    /// Who issued it.
    pub iss: Option<String>,
    /// The tenant.
    pub tid: Option<String>,
    /// The user or application, by its id in the tenant.
    pub oid: Option<String>,
    /// The application.
    pub client_id: Option<String>,
    /// The managed identity, by its id in Resource Manager.
    pub resource_id: Option<String>,
    /// The user or application, the most readable name first.
    pub account: Option<String>,
}

impl Claims {
    /// Returns the claims of a JWT in compact form as they are written in it, a JSON object; `None` if the text is not
    /// one.
    pub fn text_of(token: &str) -> Option<String> {
        let mut parts = token.split('.');
        let (_, payload, _) = (parts.next()?, parts.next()?, parts.next()?);
        if parts.next().is_some() {
            return None;
        }
        let payload = decode(payload)?;
        let text = String::from_utf8(payload).ok()?;
        let is_object = serde_json::from_str::<serde_json::Map<String, Value>>(&text).is_ok();
        is_object.then_some(text)
    }

    /// Reads the claims of a JWT in compact form; `None` if the text is not one.
    pub fn of(token: &str) -> Option<Self> {
        let payload = Self::text_of(token)?;
        let claims: serde_json::Map<String, Value> = serde_json::from_str(&payload).ok()?;
        let text = |name: &str| claims.get(name).and_then(Value::as_str).map(str::to_owned);
        let names = ["upn", "unique_name", "preferred_username", "appid", "oid"];
        Some(Self {
            aud: claims.get("aud").map(audiences).unwrap_or_default(),
            exp: claims.get("exp").and_then(seconds_of),
            nbf: claims.get("nbf").and_then(seconds_of),
            iss: text("iss"),
            tid: text("tid"),
            oid: text("oid"),
            client_id: text("appid").or_else(|| text("azp")),
            resource_id: text("xms_mirid"),
            account: names.into_iter().find_map(text),
        })
    }
}

/// Decodes a part of a JWT as leniently as any service may: what is read by others must not pass for
/// opaque here.
fn decode(part: &str) -> Option<Vec<u8>> {
    const LENIENT: GeneralPurpose = GeneralPurpose::new(
        &URL_SAFE,
        GeneralPurposeConfig::new()
            .with_decode_allow_trailing_bits(true)
            .with_decode_padding_mode(DecodePaddingMode::Indifferent),
    );
    let part = part.trim_end_matches('=').replace('+', "-");
    LENIENT.decode(part.replace('/', "_")).ok()
}

/// The audiences of a claim. One of another type than text is kept as it is written: it suits no
/// service, so that an odd token is refused and not taken for one without a claim.
fn audiences(claim: &Value) -> Vec<String> {
    let one = |value: &Value| match value.as_str() {
        Some(text) => text.to_owned(),
        None => value.to_string(),
    };
    match claim.as_array() {
        Some(many) if !many.is_empty() => many.iter().map(one).collect(),
        Some(_) | None => vec![one(claim)],
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    use super::{AccessToken, Claims, MAX_TIMESTAMP, from_epoch};
    use crate::azure::Audience;

    fn jwt(claims: &str) -> String {
        format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(claims))
    }

    #[test]
    fn reads_claims_and_nothing_else() {
        let claims = Claims::of(&jwt(
            r#"{"aud":["a","b"],"exp":17,"tid":"t","upn":"me@contoso.com","appid":"x"}"#,
        ))
        .unwrap();
        assert_eq!(claims.aud, ["a", "b"]);
        assert_eq!(
            (claims.exp, claims.account.as_deref()),
            (Some(17), Some("me@contoso.com"))
        );
        for text in [
            "opaque",
            "a.b",
            "a.b.c.d",
            "e30.!!.x",
            "e30.bm90IGpzb24.x",
            "",
        ] {
            assert_eq!(Claims::of(text), None, "{text}");
        }
    }

    #[test]
    fn an_end_that_no_clock_reaches_is_none() {
        for exp in [u64::MAX, i64::MAX as u64 + 1, MAX_TIMESTAMP + 1] {
            let token = AccessToken::new(&jwt(&format!("{{\"exp\":{exp}}}")), None);
            assert_eq!(token.expires_on, None, "{exp}");
        }
    }

    #[test]
    fn the_earlier_end_counts() {
        for (exp, given, expected) in [
            ("1000", Some(2000), Some(1000)),
            ("3000", Some(2000), Some(2000)),
            ("1000", None, Some(1000)),
            ("1000.5", None, Some(1000)),
            ("1e3", Some(2000), Some(1000)),
            ("\"1000\"", None, Some(1000)),
            ("-5", None, Some(0)),
            ("-1.5", Some(2000), Some(0)),
            ("\"NaN\"", Some(2000), Some(2000)),
            ("null", Some(2000), Some(2000)),
            ("[]", None, None),
            ("1e300", None, None),
        ] {
            let given = given.and_then(from_epoch);
            let token = AccessToken::new(&jwt(&format!("{{\"exp\":{exp}}}")), given);
            assert_eq!(token.expires_on, expected.and_then(from_epoch), "{exp}");
        }
    }

    #[test]
    fn an_odd_claim_does_not_make_a_token_opaque() {
        let arm = Audience::parse("https://management.azure.com/").unwrap();
        for claims in [
            r#"{"aud":"https://graph.microsoft.com","upn":5}"#,
            r#"{"aud":["https://graph.microsoft.com",5]}"#,
            r#"{"aud":5}"#,
            r#"{"aud":[]}"#,
            r#"{"aud":null}"#,
        ] {
            assert!(
                !AccessToken::new(&jwt(claims), None).suits(&arm),
                "{claims}"
            );
        }
    }

    #[test]
    fn odd_base64_does_not_hide_the_audience() {
        let arm = Audience::parse("https://management.azure.com/").unwrap();
        // Some letters of this text are `-` and `_` in the alphabet of addresses, and its last one
        // has bits that mean nothing.
        let claims = r#"{"aud":"https://graph.microsoft.com","n":"??>>~~??>>>"}"#;
        let payload = URL_SAFE_NO_PAD.encode(claims);
        assert!(
            payload.contains(['-', '_']) && payload.len() % 4 == 2,
            "{payload}"
        );
        let (kept, last) = payload.split_at(payload.len() - 1);
        let next = char::from(last.as_bytes()[0] + 1);
        let trailing = format!("{kept}{next}");
        for payload in [
            payload.clone(),
            format!("{payload}=="),
            payload.replace('-', "+").replace('_', "/"),
            trailing,
        ] {
            let token = AccessToken::new(&format!("e30.{payload}.c2ln"), None);
            assert!(!token.suits(&arm), "{payload}");
        }
    }

    #[test]
    fn suits_every_spelling_of_arm() {
        let arm = Audience::parse("https://management.azure.com/").unwrap();
        for (aud, suits) in [
            ("https://management.azure.com", true),
            ("https://management.azure.com/", true),
            ("https://management.core.windows.net/", true),
            ("https://management.core.windows.net", true),
            ("https://vault.azure.net", false),
            ("https://management.azure.com.evil", false),
        ] {
            let token = AccessToken::new(&jwt(&format!("{{\"aud\":\"{aud}\"}}")), None);
            assert_eq!(token.suits(&arm), suits, "{aud}");
        }
        assert!(AccessToken::new("opaque", None).suits(&arm));
    }
}
