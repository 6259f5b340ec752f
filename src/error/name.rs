//! Names of accounts and subscriptions that mean nothing, or too much. Looks none of them up.

/// Why a name is not that of one thing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NameFault {
    /// Nothing has it.
    #[error("no {what} is named `{name}`")]
    Unknown {
        /// What was looked for.
        what: &'static str,
        /// The name.
        name: String,
    },
    /// Several have it.
    #[error("more than one {what} is named `{name}`")]
    Ambiguous {
        /// What was looked for.
        what: &'static str,
        /// The name.
        name: String,
        /// All that have it.
        found: Vec<String>,
    },
    /// It is that of one subscription, which several accounts see.
    #[error("more than one account sees the subscription `{name}`")]
    Shared {
        /// The name.
        name: String,
        /// The accounts.
        accounts: Vec<String>,
    },
}
