//! Signed JSON in compact form (RFC 7515, RFC 7519): written by RS256, and taken apart. Whose word a token is, and what
//! its claims mean: `grants`.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value, json};

use crate::sandbox::authority::tokens::keys;

/// A token that was taken apart; nothing in it is proven.
#[derive(Debug)]
pub(crate) struct Jwt<'t> {
    header: Map<String, Value>,
    claims: Map<String, Value>,
    signed: &'t str,
    signature: Vec<u8>,
}

/// Writes claims as a token that the authority signed.
pub(crate) fn signed(claims: &Value) -> String {
    let header = json!({ "typ": "JWT", "alg": "RS256", "kid": keys::KEY_ID });
    let text = format!(
        "{}.{}",
        URL_SAFE_NO_PAD.encode(header.to_string().as_bytes()),
        URL_SAFE_NO_PAD.encode(claims.to_string().as_bytes()),
    );
    let signature = URL_SAFE_NO_PAD.encode(keys::sign(&text));
    format!("{text}.{signature}")
}

impl<'t> Jwt<'t> {
    /// Takes a token apart; `None` if the text is not one.
    pub(crate) fn parse(token: &'t str) -> Option<Self> {
        let (signed, signature) = token.rsplit_once('.')?;
        let (header, claims) = signed.split_once('.')?;
        // A dot is not a letter of base64url: a fourth part is refused by the decoding of the second.
        Some(Self {
            header: object(header)?,
            claims: object(claims)?,
            signed,
            signature: URL_SAFE_NO_PAD.decode(signature).ok()?,
        })
    }

    /// Tells whether the authority signed it, by the one algorithm that it uses.
    pub(crate) fn is_ours(&self) -> bool {
        self.header_text("alg") == Some("RS256")
            && self.header_text("kid") == Some(keys::KEY_ID)
            && keys::is_ours(self.signed, &self.signature)
    }

    /// Tells whether the owner of a key signed it.
    pub(crate) fn is_signed_by(&self, key: &[u8]) -> bool {
        let algorithm = self.header_text("alg").and_then(keys::Algorithm::named);
        algorithm.is_some_and(|algorithm| {
            keys::is_signed_by(key, algorithm, self.signed, &self.signature)
        })
    }

    /// Returns a member of the head that is text.
    pub(crate) fn header_text(&self, name: &str) -> Option<&str> {
        self.header.get(name).and_then(Value::as_str)
    }

    /// Returns a claim that is text.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.claims.get(name).and_then(Value::as_str)
    }

    /// Returns a claim that is a number, such as a time in seconds since 1970, without its fraction: MSAL for Python
    /// writes parts of seconds, as RFC 7519 section 2 allows.
    pub(crate) fn number(&self, name: &str) -> Option<u64> {
        let number = self.claims.get(name)?.as_number()?.to_string();
        let (whole, rest) = number.split_once('.').unwrap_or((&number, ""));
        let is_plain = rest.bytes().all(|digit| digit.is_ascii_digit());
        whole.parse().ok().filter(|_| is_plain)
    }

    /// Returns the texts of a claim that is a list.
    pub(crate) fn texts(&self, name: &str) -> Vec<String> {
        let list = self.claims.get(name).and_then(Value::as_array);
        list.into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect()
    }
}

fn object(part: &str) -> Option<Map<String, Value>> {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use serde_json::json;

    use super::{Jwt, signed};

    #[test]
    fn what_was_written_can_be_read() {
        let token = signed(&json!({ "a": "b", "n": 7, "l": ["x", 1, "y"] }));
        let jwt = Jwt::parse(&token).unwrap();
        assert!(jwt.is_ours());
        assert_eq!((jwt.text("a"), jwt.number("n")), (Some("b"), Some(7)));
        assert_eq!(jwt.texts("l"), ["x", "y"]);
        assert_eq!((jwt.text("n"), jwt.number("a")), (None, None));
        let token = signed(&json!({ "a": 1_795_325_808.25, "b": -1, "c": 1e300, "d": "1" }));
        let jwt = Jwt::parse(&token).unwrap();
        assert_eq!(jwt.number("a"), Some(1_795_325_808));
        assert_eq!(["b", "c", "d"].map(|name| jwt.number(name)), [None; 3]);
    }

    #[track_caller]
    fn check_foreign(header: &str, claims: &str, signature: &str) {
        let part = |text: &str| URL_SAFE_NO_PAD.encode(text.as_bytes());
        let token = format!("{}.{}.{signature}", part(header), part(claims));
        assert!(
            !Jwt::parse(&token).is_some_and(|jwt| jwt.is_ours()),
            "{token}"
        );
    }

    #[test]
    fn no_other_head_claims_or_signature_are_ours() {
        let claims = r#"{"a":"b"}"#;
        let token = signed(&json!({ "a": "b" }));
        let signature = token.rsplit_once('.').unwrap().1;
        check_foreign(r#"{"alg":"none"}"#, claims, "");
        check_foreign(
            r#"{"typ":"JWT","alg":"none","kid":"sandbox-signing-key-1"}"#,
            claims,
            signature,
        );
        check_foreign(
            r#"{"typ":"JWT","alg":"HS256","kid":"sandbox-signing-key-1"}"#,
            claims,
            signature,
        );
        check_foreign(
            r#"{"typ":"JWT","alg":"RS256","kid":"sandbox-signing-key-1"}"#,
            r#"{"a":"c"}"#,
            signature,
        );
        check_foreign(
            r#"{"typ":"JWT","alg":"RS256","kid":"sandbox-signing-key-1"}"#,
            claims,
            "AAAA",
        );
        for text in [
            "",
            ".",
            "..",
            "a.b",
            "a.b.c",
            "e30.e30",
            "e30.e30.e30.e30",
            "é.é.é",
        ] {
            assert!(!Jwt::parse(text).is_some_and(|jwt| jwt.is_ours()), "{text}");
        }
    }

    #[test]
    fn a_part_has_one_spelling() {
        let parse = |claims: &str| Jwt::parse(&format!("e30.{claims}.AAAA")).is_some();
        assert!(parse("eyJhIjoxfQ"));
        // Padding, the other alphabet, a blank, bits after the last byte, half a byte.
        for claims in [
            "eyJhIjoxfQ==",
            "eyJhI+oxfQ",
            "eyJhIj xfQ",
            "eyJhIjoxfR",
            "eyJhIjoxfQQQQ",
        ] {
            assert!(!parse(claims), "{claims}");
        }
    }
}
