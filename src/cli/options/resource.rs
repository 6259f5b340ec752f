//! The options of commands that are about one resource and print no list: `arm diff`, `arm edit`. What every request can
//! be told: `request`.

use clap::Args;

use crate::cli::options::common::{TimeoutOption, VerboseOption};
use crate::cli::options::har::HarOption;
use crate::cli::options::headers::HeaderOptions;
use crate::cli::options::sign_in::{SignInOptions, TargetOptions};
use crate::cli::options::values::parse_api_version;

/// Who asks for the resource, in which version, and how much is said.
#[derive(Debug, Clone, Default, PartialEq, Eq, Args)]
pub struct ResourceOptions {
    /// Its header fields.
    #[command(flatten)]
    pub headers: HeaderOptions,
    /// Use this api-version instead of the one worked out from the URL: a date, stable or preview
    #[arg(long, value_name = "VERSION", value_parser = parse_api_version, help_heading = "Request")]
    pub api_version: Option<String>,
    /// Who signs in.
    #[command(flatten)]
    pub sign_in: SignInOptions,
    /// Where a token may go, and what placeholders stand for.
    #[command(flatten)]
    pub target: TargetOptions,
    /// How long the run may take.
    #[command(flatten)]
    pub timeout: TimeoutOption,
    /// Whether the requests are written down.
    #[command(flatten)]
    pub har: HarOption,
    /// How much it says.
    #[command(flatten)]
    pub verbose: VerboseOption,
    /// Print no notes
    #[arg(short, long, conflicts_with = "verbose", help_heading = "Output")]
    pub silent: bool,
}
