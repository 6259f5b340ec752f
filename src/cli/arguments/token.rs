//! The arguments of `arm token`; `app/command/token` asks for it and prints it.

use clap::{ArgMatches, Args, ValueEnum};

use crate::cli::error::Error;
use crate::cli::options::common::{TimeoutOption, VerboseOption};
use crate::cli::options::sign_in::SignInOptions;
use crate::cli::options::values::parse_text;
use crate::cli::template::{self, leaf};

/// How `arm token` prints the token.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum TokenOutput {
    /// The bare token
    #[default]
    Token,
    /// The members that `az account get-access-token` prints
    Json,
}

/// What the user asked for with `arm token`.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct TokenArgs {
    /// Who asks, and for which audience.
    #[command(flatten)]
    pub sign_in: SignInOptions,
    /// Ask for this scope instead of everything an audience has
    #[arg(
        long,
        value_name = "SCOPE",
        value_parser = parse_text,
        conflicts_with = "audience",
        help = "Ask for this scope, such as https://graph.microsoft.com/User.Read, instead of everything an audience has"
    )]
    pub scope: Option<String>,
    /// Print the token's claims as JSON instead of the token
    #[arg(long, conflicts_with = "output", help_heading = "Output")]
    pub decode: bool,
    /// How it is printed.
    #[command(flatten)]
    pub output: TokenOutputOptions,
}

/// The options of `arm token` that a request has in another form.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
#[command(next_help_heading = "Output")]
pub struct TokenOutputOptions {
    /// Choose the format.
    #[arg(
        short,
        long,
        value_name = "FORMAT",
        default_value = "token",
        hide_possible_values = true,
        help = "Choose the format: token (bare), json (with the names of `az account get-access-token`)"
    )]
    pub output: TokenOutput,
    /// How much it says.
    #[command(flatten)]
    pub verbose: VerboseOption,
    /// How long the run may take.
    #[command(flatten)]
    pub timeout: TimeoutOption,
}

/// `arm token`.
pub(super) fn tree() -> clap::Command {
    let about = "Print an access token";
    let command =
        leaf("token", about).after_help(include_str!("../help/commands/token.txt").trim_end());
    TokenArgs::augment_args(command).about(about)
}

/// Reads `arm token`.
pub(super) fn read(matches: &ArgMatches) -> Result<TokenArgs, Error> {
    let args: TokenArgs = template::read(matches)?;
    args.sign_in.check()?;
    Ok(args)
}
