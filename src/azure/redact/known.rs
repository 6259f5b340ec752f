//! The secrets that a run has sent or was given, so that they are masked if a service repeats them. What a secret looks
//! like that the run does not know: `text`.

use std::sync::{Mutex, MutexGuard, PoisonError};

use http::{HeaderMap, HeaderValue};
use url::Url;

use super::names::{is_secret_name, is_secret_parameter};
use super::shown::Shown;
use super::text::is_scheme;
use crate::azure::secret::Secret;

/// The secrets that a run knows. They live as long as the process, so that a copy, which knows what its original
/// learns, is passed on as easily as a number, and nothing that prints is without one.
#[derive(Debug, Clone, Copy)]
pub struct KnownSecrets(&'static Mutex<Known>);

/// Knows nothing yet.
impl Default for KnownSecrets {
    fn default() -> Self {
        Self(Box::leak(Box::default()))
    }
}

#[derive(Debug, Default)]
struct Known {
    /// Tokens, keys and passwords.
    credentials: Vec<Secret>,
    /// The values of secret parameters of addresses, as they are there and decoded.
    parameters: Vec<Secret>,
}

impl KnownSecrets {
    /// Learns a token, a key or a password, and its pieces.
    pub fn learn(self, secret: &Secret) {
        let mut known = self.lock();
        for piece in secret.pieces() {
            for spelling in piece.spellings() {
                insert(&mut known.credentials, spelling);
            }
        }
    }

    /// Learns what is secret in the header fields of a request.
    pub fn learn_headers(self, headers: &HeaderMap) {
        for (name, value) in headers {
            if value.is_sensitive() || is_secret_name(name.as_str()) || has_scheme(value) {
                self.learn(&Secret::new(String::from_utf8_lossy(value.as_bytes())));
            }
        }
    }

    /// Learns what is secret in the address of a request.
    pub fn learn_url(self, url: &Url) {
        if let Some(password) = url.password() {
            self.learn(&Secret::new(password));
        }
        let raw = url.query().unwrap_or_default().split('&');
        let raw = raw.filter_map(|pair| pair.split_once('='));
        let mut known = self.lock();
        for ((name, decoded), (_, raw)) in url.query_pairs().zip(raw) {
            if is_secret_parameter(&name) {
                for value in [&*decoded, raw] {
                    for piece in Secret::new(value).pieces() {
                        insert(&mut known.parameters, piece);
                    }
                }
            }
        }
    }

    /// Masks every known secret in a text.
    #[must_use]
    pub fn hidden_in(self, text: impl Into<Shown>) -> Shown {
        let text = self.credentials_hidden_in(text);
        hide(&self.lock().parameters, text)
    }

    /// Masks the known secrets in a text that names an address which must stay whole: a command that continues
    /// waiting. What is secret in addresses themselves was masked where the text was made.
    #[must_use]
    pub fn credentials_hidden_in(self, text: impl Into<Shown>) -> Shown {
        hide(&self.lock().credentials, text.into())
    }

    fn lock(self) -> MutexGuard<'static, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Tells whether a value says that it is a secret: `Bearer …`, whatever the field is called.
fn has_scheme(value: &HeaderValue) -> bool {
    let words = String::from_utf8_lossy(value.as_bytes());
    let scheme = words.trim_start().split_once(' ').map(|(first, _)| first);
    scheme.is_some_and(is_scheme)
}

/// Longer ones come first: a piece of a secret must not keep the whole from being found.
fn insert(secrets: &mut Vec<Secret>, secret: Secret) {
    if !secrets.contains(&secret) {
        let at = secrets.partition_point(|other| other.length() >= secret.length());
        secrets.insert(at, secret);
    }
}

fn hide(secrets: &[Secret], text: Shown) -> Shown {
    secrets
        .iter()
        .fold(text, |text, secret| secret.hidden_in_any_case(text))
}

#[cfg(test)]
mod tests {
    use http::HeaderMap;
    use url::Url;

    use super::{KnownSecrets, Secret};

    #[test]
    fn what_the_run_knows_is_masked() {
        let secrets = KnownSecrets::default();
        let copy = secrets;
        copy.learn(&Secret::new("opaque-token"));
        secrets.learn(&Secret::new("header00.claims00.signature"));
        let mut headers = HeaderMap::new();
        for (name, value) in [
            ("authorization", "Bearer mine-secret"),
            ("cookie", "a=first-cookie; b=second-cookie"),
            ("x-key", "short"),
            ("x-plain", "plain-value"),
            ("x-mine", "Bearer other-secret"),
        ] {
            headers.insert(name, value.parse().unwrap());
        }
        secrets.learn_headers(&headers);
        secrets.learn(&Secret::new("Key+with/slash=="));
        let url = "https://u:pass-word@h/?sig=abc%2Fdefgh&a=ordinary";
        secrets.learn_url(&Url::parse(url).unwrap());
        for (text, expected) in [
            ("bad opaque-token", "bad [redacted]"),
            ("bad signature.", "bad [redacted]."),
            ("header00.claims00.signature", "[redacted]"),
            ("mine-secret Bearer", "[redacted] Bearer"),
            ("Bearer other-secret", "[redacted]"),
            ("first-cookie second-cookie", "[redacted] [redacted]"),
            (
                "pass-word abc/defgh abc%2Fdefgh",
                "[redacted] [redacted] [redacted]",
            ),
            ("short plain-value ordinary", "short plain-value ordinary"),
            (
                "Key%2Bwith%2Fslash%3D%3D key%2bwith/slash%3d%3d.",
                "[redacted] [redacted].",
            ),
            ("Key+with\\/slash== KEY+WITH/SLASH", "[redacted] [redacted]"),
        ] {
            assert_eq!(secrets.hidden_in(text).as_str(), expected, "{text}");
        }
        let command = secrets.credentials_hidden_in("opaque-token abc/defgh");
        assert_eq!(command.as_str(), "[redacted] abc/defgh");
    }
}
