//! Codes and refresh tokens: values that carry their own meaning under a seal, so that the authority
//! need not remember them. Whether one still counts is for those who take it.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

use crate::sandbox::authority::tokens::keys;

/// What a value stands for. Times are seconds since 1970; `number` makes each value another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Grant {
    /// An authorization code.
    Code {
        number: u64,
        session: SignIn,
        redirect_uri: String,
        challenge: Option<String>,
        nonce: Option<String>,
        expires_on: u64,
    },
    /// A refresh token.
    Refresh { number: u64, session: SignIn },
    /// A device code.
    Device {
        number: u64,
        user_code: String,
        expires_on: u64,
    },
}

/// A sign-in that took place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SignIn {
    pub(crate) number: u64,
    pub(crate) client_id: String,
    pub(crate) tenant_id: String,
    pub(crate) user_id: String,
    /// What was asked for, separated by spaces.
    pub(crate) scope: String,
    pub(crate) factors: Factors,
    pub(crate) signed_in_on: u64,
}

/// What a person has shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Factors {
    One,
    Two,
}

/// Writes a value.
pub(crate) fn seal(grant: &Grant) -> String {
    let text = serde_json::to_string(grant).unwrap_or_default();
    let payload = URL_SAFE_NO_PAD.encode(text.as_bytes());
    let mark = URL_SAFE_NO_PAD.encode(keys::seal(&payload));
    format!("1.{payload}.{mark}")
}

/// Reads a value that the authority wrote; `None` for any other text.
pub(crate) fn open(text: &str) -> Option<Grant> {
    let (payload, mark) = text.strip_prefix("1.")?.split_once('.')?;
    if !keys::is_sealed(payload, &URL_SAFE_NO_PAD.decode(mark).ok()?) {
        return None;
    }
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    use super::{Grant, open, seal};

    fn grant(number: u64) -> Grant {
        Grant::Device {
            number,
            user_code: "BCDF".to_owned(),
            expires_on: 7,
        }
    }

    #[test]
    fn only_what_was_sealed_can_be_opened() {
        let sealed = seal(&grant(1));
        assert_eq!(open(&sealed), Some(grant(1)));
        assert_ne!(sealed, seal(&grant(2)));
        let mark = sealed.rsplit_once('.').unwrap().1;
        let other = serde_json::to_string(&grant(2)).unwrap();
        let forged = format!("1.{}.{mark}", URL_SAFE_NO_PAD.encode(other.as_bytes()));
        assert_eq!(open(&forged), None);
        for text in ["", "1.", "1..", "1.e30.", "1.e30.AAAA", "2.e30.AAAA"] {
            assert_eq!(open(text), None, "{text}");
        }
    }
}
