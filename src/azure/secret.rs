//! A value that must not be seen: a token, a key, a password. How secrets in text are masked: `redact`.

use std::fmt;

use url::form_urlencoded;

use crate::azure::redact::{REDACTED, Shown};

/// Shorter values are in ordinary words by chance.
const SHORTEST_PIECE: usize = 8;

/// A string that prints as `[redacted]` and leaves only through [`Secret::expose`].
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Wraps a value.
    pub fn new(value: impl Into<String>) -> Self {
        Self(value.into())
    }

    /// Returns the value. Every caller is a place where a secret leaves: keep them few.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Returns the value without the white space around it.
    #[must_use]
    pub fn trimmed(&self) -> Self {
        Self::new(self.0.trim())
    }

    /// The value and those of its pieces that are secrets of their own: of a header's value what follows the scheme,
    /// the values of cookies, and of a token its parts. Pieces that are too short to be told from words are left out.
    pub fn pieces(&self) -> Vec<Self> {
        let separators = |character: char| " ;,.=".contains(character);
        let words = self.0.split([' ', ';', ',']);
        let values = words
            .clone()
            .filter_map(|word| Some(word.split_once('=')?.1));
        let parts = self.0.split(separators);
        [self.0.trim()]
            .into_iter()
            .chain(words)
            .chain(values)
            .chain(parts)
            .filter(|piece| piece.len() >= SHORTEST_PIECE)
            .map(Self::new)
            .collect()
    }

    /// The spellings in which a service repeats the value: as it is, encoded as in a query or in a path, and with the
    /// slashes escaped as in JSON.
    pub(in crate::azure) fn spellings(&self) -> Vec<Self> {
        let in_query: String = form_urlencoded::byte_serialize(self.0.as_bytes()).collect();
        let in_path = in_query.replace("%2F", "/");
        let in_json = self.0.replace('/', "\\/");
        let mut spellings = vec![self.0.clone()];
        for other in [in_query, in_path, in_json] {
            if !spellings.contains(&other) {
                spellings.push(other);
            }
        }
        spellings.into_iter().map(Self::new).collect()
    }

    /// How long the value is.
    pub fn length(&self) -> usize {
        self.0.len()
    }

    /// Masks the value if a text repeats it, in capital letters or small ones.
    #[must_use]
    pub(in crate::azure) fn hidden_in_any_case(&self, text: Shown) -> Shown {
        text.hiding_in_any_case(&self.0)
    }

    /// Masks the value if a text repeats it.
    #[must_use]
    pub fn hidden_in(&self, text: Shown) -> Shown {
        text.hiding(&self.0)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(REDACTED)
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(REDACTED)
    }
}

#[cfg(test)]
mod tests {
    use super::Secret;

    #[test]
    fn is_not_printed() {
        let secret = Secret::new("s3cr3t");
        assert_eq!(format!("{secret} {secret:?}"), "[redacted] [redacted]");
        assert_eq!(secret.expose(), "s3cr3t");
        let line = secret.hidden_in("/s3cr3t/a?s3cr3t".into());
        assert_eq!(line.as_str(), "/[redacted]/a?[redacted]");
        let empty = Secret::new("").hidden_in("text".into());
        assert_eq!(empty.as_str(), "text");
    }
}
