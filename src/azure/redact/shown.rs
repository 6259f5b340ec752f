//! Text that may be shown. How a secret is found in it: `text` and `request`, which make such texts.

use std::fmt;

/// What is in place of a secret.
pub const REDACTED: &str = "[redacted]";

/// Text that may be shown, and whether a secret was masked in it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Shown {
    text: String,
    is_masked: bool,
}

impl Shown {
    /// A text whose secrets, if it had any, are masked.
    pub(super) fn of(text: String, is_masked: bool) -> Self {
        Self { text, is_masked }
    }

    /// The mark itself, in place of a whole value.
    pub fn redacted() -> Self {
        Self {
            text: REDACTED.to_owned(),
            is_masked: true,
        }
    }

    /// A text as it is, secret or not. Use it for what must be whole to be of use, and say why.
    pub fn unmasked(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            is_masked: false,
        }
    }

    /// Appends a piece.
    #[must_use]
    pub fn with(mut self, piece: impl Into<Self>) -> Self {
        self.push(piece);
        self
    }

    /// Appends a piece.
    pub fn push(&mut self, piece: impl Into<Self>) {
        let piece = piece.into();
        self.text.push_str(&piece.text);
        self.is_masked |= piece.is_masked;
    }

    /// Masks a secret that is known, if the text repeats it.
    #[must_use]
    pub fn hiding(self, secret: &str) -> Self {
        let secret = secret.trim();
        if secret.is_empty() || !self.text.contains(secret) {
            return self;
        }
        Self {
            text: self.text.replace(secret, REDACTED),
            is_masked: true,
        }
    }

    /// The same, whatever the case of letters.
    #[must_use]
    pub(in crate::azure) fn hiding_in_any_case(self, secret: &str) -> Self {
        let secret = secret.trim().to_ascii_lowercase();
        // Bytes stay where they are: only ASCII letters change.
        let lower = self.text.to_ascii_lowercase();
        if secret.is_empty() || !lower.contains(&secret) {
            return self;
        }
        let mut text = String::with_capacity(self.text.len());
        let mut end = 0;
        for (at, found) in lower.match_indices(&secret) {
            text.push_str(self.text.get(end..at).unwrap_or_default());
            text.push_str(REDACTED);
            end = at + found.len();
        }
        text.push_str(self.text.get(end..).unwrap_or_default());
        Self {
            text,
            is_masked: true,
        }
    }

    /// Rewrites the text, to quote or to escape it.
    #[must_use]
    pub fn map(self, rewrite: impl FnOnce(&str) -> String) -> Self {
        Self {
            text: rewrite(&self.text),
            is_masked: self.is_masked,
        }
    }

    /// Returns the text.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns the text.
    pub fn into_string(self) -> String {
        self.text
    }

    /// Tells whether a secret was masked. A text that merely spells the mark was not.
    pub fn is_masked(&self) -> bool {
        self.is_masked
    }
}

impl fmt::Display for Shown {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}

/// A literal is this program's own text.
impl From<&'static str> for Shown {
    fn from(text: &'static str) -> Self {
        Self::unmasked(text)
    }
}

impl From<&Self> for Shown {
    fn from(shown: &Self) -> Self {
        shown.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::Shown;

    #[test]
    fn pieces_remember_whether_a_secret_was_masked() {
        for (shown, text, is_masked) in [
            (
                Shown::from("TOKEN=$(arm token)"),
                "TOKEN=$(arm token)",
                false,
            ),
            (Shown::unmasked("sig=abc"), "sig=abc", false),
            (Shown::unmasked("[redacted]"), "[redacted]", false),
            (
                Shown::from("see ").with(Shown::redacted()),
                "see [redacted]",
                true,
            ),
            (
                Shown::redacted().map(|text| format!("<{text}>")),
                "<[redacted]>",
                true,
            ),
            (
                Shown::from("no `s3c` here").hiding("s3c\n"),
                "no `[redacted]` here",
                true,
            ),
            (Shown::from("whole").hiding(""), "whole", false),
        ] {
            assert_eq!((shown.as_str(), shown.is_masked()), (text, is_masked));
        }
    }
}
