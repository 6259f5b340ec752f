//! Whose token it is: what tells kept tokens apart. Secrets are in it as digests only.

use ring::digest::{SHA256, digest};

use super::Source;
use crate::azure::Secret;

/// Who a credential is, as far as that can be known before it has a token.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Identity {
    /// The source.
    pub source: Source,
    /// Who issues its tokens, such as `https://login.microsoftonline.com/`.
    pub authority: String,
    /// The tenant that is asked.
    pub tenant_id: String,
    /// The application.
    pub client_id: String,
    /// What else tells it from another one of the same application: an account, or the digest of
    /// a secret, so that a rotated secret is another identity.
    pub principal: String,
}

impl Identity {
    /// Returns what tells it from others in the name of a file.
    pub fn digest(&self) -> String {
        let source = self.source.to_string();
        let texts = [
            source.as_str(),
            &self.authority,
            &self.tenant_id,
            &self.client_id,
            &self.principal,
        ];
        fingerprint(&texts).chars().take(32).collect()
    }
}

/// Returns the fingerprint of a secret, of the kind that `words` name.
pub(super) fn fingerprint_of(words: &[&str], secret: &Secret) -> String {
    let texts: Vec<&str> = words.iter().copied().chain([secret.expose()]).collect();
    fingerprint(&texts)
}

/// Returns what tells a secret from the one that comes after it, and confirms no guess: four digits of its fingerprint.
/// It is in files that outlive the secret, and a secret may have been chosen by a person. Where two have the same
/// digits, the token of the former counts until it ends.
pub(super) fn mark_of(word: &str, secret: &Secret) -> String {
    fingerprint_of(&[word], secret).chars().take(4).collect()
}

/// Returns the SHA-256 of texts, in hexadecimal digits. Each text counts with its length: two lists
/// that are equal when joined differ here.
pub(super) fn fingerprint(texts: &[&str]) -> String {
    let mut bytes = Vec::new();
    for text in texts {
        bytes.extend((text.len() as u64).to_be_bytes());
        bytes.extend(text.as_bytes());
    }
    hexadecimal_sha256(&bytes)
}

/// Returns the SHA-256 of a token, by which the client of an endpoint names one that was refused.
pub fn sha256(token: &Secret) -> String {
    hexadecimal_sha256(token.expose().as_bytes())
}

fn hexadecimal_sha256(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(64);
    for byte in digest(&SHA256, bytes).as_ref() {
        text.push_str(&format!("{byte:02x}"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{fingerprint, mark_of};
    use crate::azure::Secret;

    #[test]
    fn tells_lists_apart() {
        assert_eq!(fingerprint(&["ab", "c"]), fingerprint(&["ab", "c"]));
        assert_ne!(fingerprint(&["ab", "c"]), fingerprint(&["a", "bc"]));
        assert_eq!(fingerprint(&[]).len(), 64);
    }

    #[test]
    fn a_mark_says_little_of_its_secret() {
        let mark = |text: &str| mark_of("secret", &Secret::new(text));
        assert_ne!(mark("one"), mark("two"));
        assert_eq!(mark("one").len(), 4);
    }
}
