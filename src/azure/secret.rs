//! A value that must not be seen: tokens, keys, passwords. Does not encrypt anything.

use std::fmt;

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

    /// Blots the value out of a text that somebody else wrote.
    pub fn blot_out(&self, text: &str) -> String {
        if self.0.is_empty() {
            return text.to_owned();
        }
        text.replace(&self.0, "[redacted]")
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("[redacted]")
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("[redacted]")
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
        assert_eq!(
            secret.blot_out("/s3cr3t/a?s3cr3t"),
            "/[redacted]/a?[redacted]"
        );
        assert_eq!(Secret::new("").blot_out("text"), "text");
    }
}
