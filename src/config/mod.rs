//! The user's settings: what is in `config.toml`, and which of several values applies. Pure; the file is read by
//! `app/session/config_file`.

mod command_alias;
mod edit;
mod error;
mod guards;
mod reader;
mod setting;
mod settings;
mod variables;

#[cfg(unix)]
pub use command_alias::words_of;
pub use command_alias::{CommandAlias, CommandAliasError};
pub use edit::{EditError, KeyPath, find, set, unset};
pub use error::{ConfigError, ConfigErrorKind};
pub use reader::{Checks, Config, GUARDS, keys_of_profile};
pub use setting::{SETTINGS, Setting, switch};
pub use settings::{Origin, PROFILE_VARIABLE, Settings, SettingsError};
pub use variables::MeantVariable;
