//! Why a list cannot be planned. What helps is in `error/plan.rs`.

/// Why there is no such list.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// No type has this name.
    #[error("`{word}` is not a known resource type")]
    Unknown {
        /// What was given.
        word: String,
        /// What may have been meant, the nearest first.
        near: Vec<String>,
    },
    /// Several types end with this name.
    #[error("`{word}` may be one of {} resource types", names.len())]
    Several {
        /// What was given.
        word: String,
        /// Their full names.
        names: Vec<&'static str>,
    },
    /// The type has no list.
    #[error("`{name}` cannot be listed")]
    NoList {
        /// The full name.
        name: &'static str,
        /// What can be done.
        operations: Vec<String>,
    },
    /// The list lies below other resources.
    #[error("the list of `{name}` needs more names: {}", names.join(", "))]
    NeedsNames {
        /// The full name.
        name: &'static str,
        /// The placeholders that are left.
        names: Vec<String>,
        /// The path with them.
        path: String,
        /// The type that it lies in, if that can be listed by itself.
        parent: Option<&'static str>,
    },
    /// Resource Graph has no rows of the type.
    #[error("Resource Graph does not list `{name}`")]
    NotInGraph {
        /// The full name.
        name: String,
    },
    /// The type is listed elsewhere.
    #[error("`{name}` is listed in {place}, not in {not}")]
    Elsewhere {
        /// The full name.
        name: &'static str,
        /// Where it is.
        place: &'static str,
        /// What was named.
        not: &'static str,
        /// The option to leave out.
        option: &'static str,
    },
}
