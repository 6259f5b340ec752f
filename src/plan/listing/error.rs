//! Why there is no such list: facts, and what helps.

/// Why there is no such list.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// No type has this name.
    #[error("`{word}` is no resource type that is known here")]
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

impl Error {
    /// What is known beside the message: names, and facts.
    pub fn facts(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Unknown { near, .. } if near.is_empty() => Vec::new(),
            Self::Unknown { near, .. } => vec![("near", near.join(", "))],
            Self::Several { names, .. } => vec![("types", names.join(", "))],
            Self::NoList { operations, .. } if operations.is_empty() => Vec::new(),
            Self::NoList { operations, .. } => vec![("there is", operations.join(", "))],
            Self::NeedsNames { path, .. } => vec![("path", path.clone())],
            Self::NotInGraph { .. } | Self::Elsewhere { .. } => Vec::new(),
        }
    }

    /// What helps. `options` are those of the run, as they stand behind a command.
    pub fn hints(&self, options: &str) -> Vec<String> {
        match self {
            Self::Unknown { word, near } => {
                let search = search(word);
                match near.first() {
                    Some(name) => {
                        vec![format!("did you mean `arm list {name}{options}`? {search}")]
                    }
                    None => vec![search],
                }
            }
            Self::Several { names, .. } => names
                .first()
                .map(|name| format!("say which, as in `arm list {name}{options}`"))
                .into_iter()
                .collect(),
            Self::NoList { name, .. } => vec![format!("`arm types {name}` explains the type")],
            Self::NeedsNames { path, parent, .. } => {
                let group = if path.contains("{rg}") {
                    " -g GROUP"
                } else {
                    ""
                };
                let ask = format!("put them in: `arm GET '{path}'{group} -o table{options}`");
                let list =
                    parent.map(|parent| format!("`arm list {parent}{options}` shows those names"));
                std::iter::once(ask).chain(list).collect()
            }
            Self::NotInGraph { name } => {
                vec![format!(
                    "ask the service itself: `arm list {name}{options}`"
                )]
            }
            Self::Elsewhere { option, .. } => vec![format!("leave `{option}` out")],
        }
    }
}

fn search(word: &str) -> String {
    let word = word.rsplit('/').next().unwrap_or(word);
    let is_plain = word
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'.');
    if is_plain && !word.is_empty() {
        format!("`arm types {word}` searches all types")
    } else {
        "`arm types` lists all types".to_owned()
    }
}
