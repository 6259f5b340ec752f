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
    /// The list is below other resources.
    #[error("`{name}` is listed below {}", if *count == 1 { "another resource: name it" } else { "other resources: name them" })]
    NeedsNames {
        /// The full name.
        name: &'static str,
        /// How many names are missing.
        count: usize,
        /// The path, with `NAME` and `GROUP` in the places of names that are missing.
        path: String,
        /// The word or the name of the type that it is in, if that can be listed by itself.
        parent: Option<&'static str>,
    },
    /// The type is listed in a resource group, and none was named.
    #[error("`{word}` is listed in a resource group: name it")]
    NeedsGroup {
        /// What was given.
        word: String,
    },
    /// Resource Graph has no rows of the type.
    #[error("Resource Graph does not list `{name}`")]
    NotInGraph {
        /// The full name.
        name: String,
        /// Whether the service lists them without further names.
        is_listed: bool,
    },
    /// The type is not in what `--of` names.
    #[error("`{name}` is not in {}", parent.as_deref().map_or("what `--of` names".to_owned(), |parent| format!("`{parent}`")))]
    NotBelow {
        /// The full name.
        name: String,
        /// The type of what was named.
        parent: Option<String>,
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
