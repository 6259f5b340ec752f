//! The arguments of `arm config`; `app/command/config` runs it.

use clap::{ArgMatches, Args, Subcommand};

use crate::cli::error::Error;
use crate::cli::options::common::TableFormatOption;
use crate::cli::options::values::parse_text;
use crate::cli::template::{self, leaf};

/// What the user asked for with `arm config`.
#[derive(Debug, Clone, PartialEq, Eq, Subcommand)]
pub enum ConfigCommand {
    /// Show every setting and the value that holds
    Show(ConfigShowArgs),
    /// Print the value that holds, or what the file says at a name such as profiles.prod.group
    Get {
        /// A setting, such as output; or a name in the file
        #[arg(value_name = "KEY", value_parser = parse_text)]
        key: String,
        /// Which profile.
        #[command(flatten)]
        profile: ProfileOption,
    },
    /// Write a value into the file: output json, profiles.prod.confirm true, commands.boxes "list vm"
    Set {
        /// A setting, which is written to [defaults]; or a name in the file
        #[arg(value_name = "KEY", value_parser = parse_text)]
        key: String,
        /// Its value
        #[arg(value_name = "VALUE", allow_hyphen_values = true)]
        value: String,
    },
    /// Take a value out of the file
    Unset {
        /// A setting of [defaults], or a name in the file
        #[arg(value_name = "KEY", value_parser = parse_text)]
        key: String,
    },
    /// Open the file in VISUAL or EDITOR, and take what is saved if it is right
    Edit,
    /// Print where the file is, or would be
    Path,
}

/// What `arm config show` shows.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct ConfigShowArgs {
    /// Show where each value comes from
    #[arg(long)]
    pub origin: bool,
    /// Which profile.
    #[command(flatten)]
    pub profile: ProfileOption,
    /// Table or JSON.
    #[command(flatten)]
    pub format: TableFormatOption,
}

/// The profile whose settings are looked at.
#[derive(Debug, Clone, Default, PartialEq, Eq, Args)]
pub struct ProfileOption {
    /// Use the settings of this profile of config.toml
    #[arg(id = "profile", long = "profile", value_name = "NAME", value_parser = parse_text)]
    pub name: Option<String>,
}

impl ConfigCommand {
    /// The profile that is named.
    pub fn profile(&self) -> Option<&str> {
        match self {
            Self::Show(args) => args.profile.name.as_deref(),
            Self::Get { profile, .. } => profile.name.as_deref(),
            Self::Set { .. } | Self::Unset { .. } | Self::Edit | Self::Path => None,
        }
    }

    /// Tells whether it shows what holds; the others change the file, or name it.
    pub fn shows(&self) -> bool {
        matches!(self, Self::Show(_) | Self::Get { .. })
    }
}

/// `arm config`.
pub(super) fn tree() -> clap::Command {
    let about = "Show and change the settings in config.toml";
    let text = include_str!("../help/commands/config.txt").trim_end();
    let command = leaf("config", about)
        .subcommand_required(true)
        .after_help(text);
    let mut config = ConfigCommand::augment_subcommands(command).about(about);
    for (name, usage) in [
        ("show", "arm config show"),
        ("get", "arm config get"),
        ("set", "arm config set"),
        ("unset", "arm config unset"),
        ("edit", "arm config edit"),
        ("path", "arm config path"),
    ] {
        config = config.mut_subcommand(name, |one| {
            let about = one.get_about().cloned().unwrap_or_default();
            let whole = leaf(name, "").bin_name(usage).no_binary_name(false);
            let whole = whole.about(about).args(one.get_arguments());
            // As `git config` and az have it.
            if name == "show" {
                whole.alias("list")
            } else {
                whole
            }
        });
    }
    config
}

/// Reads `arm config`.
pub(super) fn read(matches: &ArgMatches) -> Result<ConfigCommand, Error> {
    template::read(matches)
}
