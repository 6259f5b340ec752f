//! The classes of requests: what each does to Azure. What is not known is a write. Which request is of which:
//! `request_class`.

/// What a request does to Azure.
///
/// The order is that of strictness.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum RequestClass {
    /// It changes nothing.
    Read,
    /// It changes nothing, and answers with a key, a credential or the like.
    SecretRead,
    /// It changes something, and answers with a secret: a new key.
    SecretWrite,
    /// It changes something, or may.
    Write,
}

impl RequestClass {
    /// Tells whether something is changed.
    pub fn writes(self) -> bool {
        matches!(self, Self::SecretWrite | Self::Write)
    }

    /// Tells whether the answer holds secrets.
    pub fn is_of_secrets(self) -> bool {
        matches!(self, Self::SecretRead | Self::SecretWrite)
    }

    /// The class that a table names.
    pub(super) fn of_letter(letter: &str) -> Option<Self> {
        match letter {
            "r" => Some(Self::Read),
            "s" => Some(Self::SecretRead),
            "k" => Some(Self::SecretWrite),
            "w" => Some(Self::Write),
            _ => None,
        }
    }
}
