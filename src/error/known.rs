//! Faults of what is known beforehand: `config.toml`, and the names of types. Prints nothing.

use std::path::PathBuf;

use super::ExitCode;
use crate::azure::catalogue;
use crate::config::{ConfigError, Fault};

/// What is wrong with the user's settings, or with a name of a type.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KnownFault {
    /// The user's settings.
    #[error("`{}`: {error}", path.display())]
    Config {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        error: ConfigError,
    },
    /// No resource type is like a pattern.
    #[error("no resource type is like `{pattern}`")]
    NoType {
        /// The pattern.
        pattern: String,
        /// Names of types that are near.
        nearest: Vec<&'static str>,
    },
}

impl KnownFault {
    pub(super) fn exit_code(&self) -> ExitCode {
        match self {
            Self::Config { .. } => ExitCode::Usage,
            Self::NoType { .. } => ExitCode::NothingFound,
        }
    }

    /// Returns what helps.
    pub(super) fn hint(&self) -> String {
        match self {
            Self::Config { error, .. } => hint_of(&error.fault),
            Self::NoType { nearest, .. } if nearest.is_empty() => {
                "`arm types` lists all that are known, `arm types --refresh` asks for all there are"
                    .to_owned()
            }
            Self::NoType { nearest, .. } => {
                let names: Vec<String> = nearest.iter().map(|name| format!("`{name}`")).collect();
                format!("did you mean {}?", names.join(" or "))
            }
        }
    }
}

fn hint_of(fault: &Fault) -> String {
    match fault {
        Fault::Encoding => "save it as UTF-8 text; see `arm help config`".to_owned(),
        Fault::Columns { .. } => {
            "write columns = \"name,location\", or with names of your own: columns = \"size=properties.diskSizeGB\"".to_owned()
        }
        Fault::Syntax { .. } => {
            "names with `/` or `.` stand in quotation marks: \"Microsoft.Compute/disks\" = \"2025-01-02\"".to_owned()
        }
        Fault::UnknownKey { known, .. } => {
            let known: Vec<String> = known.iter().map(|key| format!("`{key}`")).collect();
            format!("known are {}; see `arm help config`", known.join(" and "))
        }
        Fault::Kind { .. } | Fault::NoType { .. } => "see `arm help config`".to_owned(),
        Fault::Twice { .. } => "leave one of them out: the case of letters does not count".to_owned(),
        Fault::Version { .. } => {
            "write a version such as \"2024-07-01\", or \"stable\" or \"preview\"".to_owned()
        }
        Fault::Type { name } => match catalogue::nearest(name).first() {
            Some(name) => format!("did you mean `{name}`?"),
            None => "write its full name in quotation marks: \"Microsoft.Compute/disks\"".to_owned(),
        },
        Fault::Word { .. } => {
            "an alias is of letters, digits, `-` and `_`, and begins with a letter or digit".to_owned()
        }
    }
}
