//! Masks private keys in their text form (RFC 7468), which are secrets wherever they are.

use std::borrow::Cow;

use super::shown::REDACTED;

const BEGIN: &str = "-----BEGIN ";
const END: &str = "-----END ";
const KEY: &str = "PRIVATE KEY-----";

/// Masks the private keys of a text, and tells whether there were any; one that is cut reaches to the end.
pub(super) fn without_private_keys(text: &str) -> (Cow<'_, str>, bool) {
    let mut masked = String::new();
    let mut kept = 0;
    for (begin, _) in text.match_indices(BEGIN) {
        let inside = text.get(begin + BEGIN.len()..).unwrap_or_default();
        let label = inside.split("-----").next().unwrap_or_default();
        if begin < kept || !format!("{label}-----").ends_with(KEY) {
            continue;
        }
        let end = inside.find(END).and_then(|at| {
            let after = inside.get(at..)?;
            Some(at + after.find(KEY)? + KEY.len())
        });
        masked.push_str(text.get(kept..begin).unwrap_or_default());
        masked.push_str(REDACTED);
        kept = end.map_or(text.len(), |end| begin + BEGIN.len() + end);
    }
    if kept == 0 {
        return (Cow::Borrowed(text), false);
    }
    masked.push_str(text.get(kept..).unwrap_or_default());
    (Cow::Owned(masked), true)
}

#[cfg(test)]
mod tests {
    use super::without_private_keys;

    #[test]
    fn private_keys_are_masked_and_certificates_are_not() {
        let public = "-----BEGIN CERTIFICATE-----\nMII\n-----END CERTIFICATE-----\n";
        for (text, expected) in [
            ("a", "a".to_owned()),
            (public, public.to_owned()),
            (
                "a -----BEGIN PRIVATE KEY-----\nx\n-----END PRIVATE KEY-----b",
                "a [redacted]b".to_owned(),
            ),
            (
                "-----BEGIN OPENSSH PRIVATE KEY-----\nhalf",
                "[redacted]".to_owned(),
            ),
            (
                "-----BEGIN EC PRIVATE KEY-----x-----END EC PRIVATE KEY----- -----BEGIN PRIVATE KEY-----",
                "[redacted] [redacted]".to_owned(),
            ),
        ] {
            assert_eq!(without_private_keys(text).0, expected, "{text}");
        }
    }
}
