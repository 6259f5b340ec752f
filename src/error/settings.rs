//! What helps with the user's settings: with the file, with a profile, with a command of the user's own.

use std::path::{Path, PathBuf};

use super::ExitCode;
use crate::azure::{catalogue, most_alike};
use crate::config::{CommandAliasError, ConfigError, ConfigErrorKind, EditError, SettingsError};
use crate::credential::PrivateFileError;
use crate::output::Message;
use crate::shell::CommandLine;

/// Why the user's settings cannot be used, or changed.
#[derive(Debug, thiserror::Error)]
pub enum PreferenceError {
    /// What is in the file.
    #[error("`{}`: {error}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        error: ConfigError,
    },
    /// The file may be another user's.
    #[error("refused to use `{}`: {error}", path.display())]
    Untrusted {
        /// The file.
        path: PathBuf,
        /// Why.
        error: PrivateFileError,
    },
    /// What holds of them.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// A change that cannot be made.
    #[error(transparent)]
    Edit(#[from] EditError),
    /// A text that was not taken.
    #[error("{message}")]
    Kept {
        /// Why.
        message: String,
        /// Where the text is.
        copy: PathBuf,
    },
    /// A command of the user's own, without all the words that it takes.
    #[error("`{name}` takes {needed} {} right after it", if *needed == 1 { "word" } else { "words" })]
    FewWords {
        /// Its name.
        name: String,
        /// What it stands for.
        text: String,
        /// How many words it takes.
        needed: usize,
    },
}

impl PreferenceError {
    pub(super) fn exit_code(&self) -> ExitCode {
        match self {
            Self::Untrusted { .. } => ExitCode::Refused,
            Self::Kept { .. } => ExitCode::Local,
            Self::File { .. } | Self::Settings(_) | Self::Edit(_) | Self::FewWords { .. } => {
                ExitCode::Usage
            }
        }
    }

    /// Says what helps.
    pub(super) fn describe(&self, message: &mut Message) {
        match self {
            Self::File { error, .. } => message.hint(hint_of_config(&error.kind)),
            Self::Untrusted { path, error } => describe_untrusted(path, error, message),
            Self::Settings(error) => describe_settings(error, message),
            Self::Edit(error) => describe_edit(error, message),
            Self::Kept { copy, .. } => {
                message.fact("the text is in", copy.display().to_string());
                message.hint("choose another editor with `export EDITOR=vi`");
            }
            Self::FewWords { name, text, .. } => {
                message.hint(format!("`{name}` stands for `{text}`"));
            }
        }
    }
}

/// Returns what helps with the file `config.toml`.
fn hint_of_config(fault: &ConfigErrorKind) -> String {
    match fault {
        ConfigErrorKind::Encoding => "save it as UTF-8 text; see `arm help config`".to_owned(),
        ConfigErrorKind::Columns { .. } => {
            "write columns = \"name,location\", or with names of your own: columns = \"size=properties.diskSizeGB\"".to_owned()
        }
        ConfigErrorKind::Syntax { .. } => {
            "put names with `/` or `.` in quotation marks: \"Microsoft.Compute/disks\" = \"2025-01-02\"".to_owned()
        }
        ConfigErrorKind::UnknownKey { key, known } => hint_of_key(key, known),
        ConfigErrorKind::Value { .. } => {
            "docs/settings.md and `arm help config` say what each setting takes".to_owned()
        }
        ConfigErrorKind::Command { name, error } => hint_of_command(name, error),
        ConfigErrorKind::Kind { .. } | ConfigErrorKind::NoType { .. } => "see `arm help config`".to_owned(),
        ConfigErrorKind::Twice { .. } => "leave one of them out: the case of letters does not matter".to_owned(),
        ConfigErrorKind::Version { .. } => {
            "write a version such as \"2024-07-01\", or \"stable\" or \"preview\"".to_owned()
        }
        ConfigErrorKind::Type { name } => match catalogue::nearest(name).first() {
            Some(name) => format!("did you mean `{name}`?"),
            None => "write its full name in quotation marks: \"Microsoft.Compute/disks\"".to_owned(),
        },
        ConfigErrorKind::Word { .. } => {
            "a name consists of letters, digits, `-` and `_`, and begins with a letter or digit".to_owned()
        }
    }
}

fn hint_of_key(key: &str, known: &[&str]) -> String {
    if let Some(near) = most_alike(key, known.iter().copied()) {
        return format!("did you mean `{near}`? `arm help config` lists what there is");
    }
    let known: Vec<String> = known.iter().map(|key| format!("`{key}`")).collect();
    format!("known are {}; see `arm help config`", known.join(", "))
}

fn hint_of_command(name: &str, error: &CommandAliasError) -> String {
    match error {
        CommandAliasError::Name => {
            "a name consists of lower-case letters, digits, `-` and `_`, and begins with a letter"
                .to_owned()
        }
        CommandAliasError::Taken { .. } | CommandAliasError::Circle { .. } => {
            "give it another name with `arm config edit`".to_owned()
        }
        CommandAliasError::Empty | CommandAliasError::Option => {
            format!("begin it with a command or a METHOD: {name} = \"list vm -o yaml\"")
        }
        CommandAliasError::Quote => {
            format!(
                "put what belongs together between single quotes: {name} = \"list vm -q '[].name'\""
            )
        }
        CommandAliasError::Gap { .. } => {
            "its words are numbered from `{1}`, and none is left out".to_owned()
        }
    }
}

/// Says what helps if a change cannot be made.
fn describe_edit(error: &EditError, message: &mut Message) {
    match error {
        EditError::Unknown { key, known } => {
            let near = near_key(key, known).filter(|near| near != key);
            message.hint(match near {
                Some(near) => format!("did you mean `{near}`?"),
                None => "`arm config show` lists them; in a profile it is `profiles.NAME.KEY`"
                    .to_owned(),
            });
        }
        EditError::Form { .. } => message.hint("change it with `arm config edit`"),
        EditError::Switch { .. } => {}
    }
}

/// The name of a value that is spelled most like one that there is not: its section and its key.
fn near_key(key: &str, known: &[&str]) -> Option<String> {
    let (section, last) = key.rsplit_once('.').unwrap_or(("", key));
    let near = most_alike(last, known.iter().copied())?;
    let section = match section.split_once('.') {
        Some(("profile", name)) => format!("profiles.{name}"),
        _ => section.to_owned(),
    };
    let dot = if section.is_empty() { "" } else { "." };
    Some(format!("{section}{dot}{near}"))
}

/// Says what makes a file one's own.
fn describe_untrusted(path: &Path, error: &PrivateFileError, message: &mut Message) {
    let command = match error {
        PrivateFileError::WritableByOthers => "chmod go-w",
        PrivateFileError::ForeignOwner => "sudo chown \"$USER\"",
        PrivateFileError::Link
        | PrivateFileError::OtherKind
        | PrivateFileError::SecondName
        | PrivateFileError::TooLarge
        | PrivateFileError::Sealed
        | PrivateFileError::Unsealable
        | PrivateFileError::System(_) => return,
    };
    message.fact("why", "it decides where requests go, and what commands do");
    let path = path.display().to_string();
    message.hint(format!(
        "look at it, then `{}`",
        CommandLine::new(command).word(&path)
    ));
}

/// Says what helps if settings cannot be used.
fn describe_settings(error: &SettingsError, message: &mut Message) {
    match error {
        SettingsError::NoProfile { name, by, known } => {
            message.fact("named by", *by);
            if !known.is_empty() {
                message.fact("profiles", known.join(", "));
            }
            message.hint(match most_alike(name, known.iter().map(String::as_str)) {
                Some(near) => format!("did you mean `{near}`?"),
                None => {
                    format!("make it with `arm config set profiles.{name}.subscription NAME`")
                }
            });
        }
        SettingsError::Variable { .. } => message.hint("see `arm help config`"),
    }
}
