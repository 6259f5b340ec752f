//! The arguments of `arm logout`, `whoami` and `account`. Who carries them out:
//! `app/command/account` and `whoami`.

use clap::{ArgMatches, Args, Subcommand};

use crate::cli::error::Error;
use crate::cli::options::common::{TableFormatOption, TimeoutOption, VerboseOption};
use crate::cli::options::sign_in::SignInOptions;
use crate::cli::options::values::parse_text;
use crate::cli::template::{self, leaf};

/// What the user asked for with `arm logout`.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct LogoutArgs {
    /// The account (its name or id); the active one if left out
    #[arg(value_name = "ACCOUNT", value_parser = parse_text, conflicts_with = "all")]
    pub account: Option<String>,
    /// Sign every account out
    #[arg(long)]
    pub all: bool,
}

/// What the user asked for with `arm whoami`.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct WhoamiArgs {
    /// Who asks, and in which cloud.
    #[command(flatten)]
    pub sign_in: SignInOptions,
    /// Show every source of tokens, and why it is skipped; asks for no token
    #[arg(long)]
    pub all: bool,
    /// How it is printed.
    #[command(flatten)]
    pub output: AccountOutputOptions,
    /// How long the run may take.
    #[command(flatten)]
    pub timeout: TimeoutOption,
}

/// The format of a command about accounts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Args)]
#[command(next_help_heading = "Output")]
pub struct AccountOutputOptions {
    /// Table or JSON.
    #[command(flatten)]
    pub format: TableFormatOption,
    /// How much it says.
    #[command(flatten)]
    pub verbose: VerboseOption,
}

/// What the user asked for with `arm account`.
#[derive(Debug, Clone, PartialEq, Eq, Subcommand)]
pub enum AccountCommand {
    /// List the subscriptions of every account that has signed in
    List {
        /// How it is printed.
        #[command(flatten)]
        output: AccountOutputOptions,
    },
    /// Make a subscription the default, or an account the active one
    Use {
        /// A subscription (its name or id), or an account (its name)
        #[arg(value_name = "NAME", value_parser = parse_text)]
        name: String,
    },
    /// Show the active account and its default subscription
    Show {
        /// How it is printed.
        #[command(flatten)]
        output: AccountOutputOptions,
    },
}

/// `arm logout`.
pub(super) fn logout_tree() -> clap::Command {
    let about = "Sign an account out: delete what `arm login` has kept";
    LogoutArgs::augment_args(leaf("logout", about)).about(about)
}

/// `arm whoami`.
pub(super) fn whoami_tree() -> clap::Command {
    let about = "Say whose token a request would carry";
    let command =
        leaf("whoami", about).after_help(include_str!("../help/commands/whoami.txt").trim_end());
    WhoamiArgs::augment_args(command).about(about)
}

/// Reads `arm whoami`.
pub(super) fn read_whoami(matches: &ArgMatches) -> Result<WhoamiArgs, Error> {
    let args: WhoamiArgs = template::read(matches)?;
    args.sign_in.check()?;
    Ok(args)
}

/// `arm account`.
pub(super) fn tree() -> clap::Command {
    let about = "List subscriptions, and choose the one that {sub} stands for";
    let command = leaf("account", about).subcommand_required(true);
    let mut account = AccountCommand::augment_subcommands(command).about(about);
    for (name, usage) in [
        ("list", "arm account list"),
        ("use", "arm account use"),
        ("show", "arm account show"),
    ] {
        account = account.mut_subcommand(name, |one| {
            let about = one.get_about().cloned().unwrap_or_default();
            let whole = leaf(name, "").bin_name(usage).no_binary_name(false);
            let whole = whole.about(about).args(one.get_arguments());
            // As `az` has it.
            if name == "use" {
                whole.alias("set")
            } else {
                whole
            }
        });
    }
    account
}
