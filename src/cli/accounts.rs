//! The arguments of `arm login`, `logout`, `whoami` and `account`. Does nothing with them.

use std::time::Duration;

use clap::{ArgAction, Args, Subcommand, ValueEnum};

use super::options::SignInOptions;
use super::values::parse_text;
use super::{Error, duration};

/// How a command about accounts prints what it knows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum AccountOutput {
    /// Lines and columns for people
    #[default]
    Table,
    /// One JSON document
    Json,
}

/// What the user asked for with `arm login`.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct LoginArgs {
    /// Sign in to this tenant (id or domain) instead of the account's own
    #[arg(long, value_name = "TENANT", value_parser = parse_text)]
    pub tenant: Option<String>,
    /// Sign in with a code on another device, without a browser on this machine
    #[arg(long, conflicts_with_all = ["no_browser"])]
    pub device_code: bool,
    /// Only print the address, and open no browser
    #[arg(long)]
    pub no_browser: bool,
    /// Sign in with this public client instead of that of the Azure CLI
    #[arg(long, value_name = "ID", value_parser = parse_text)]
    pub client_id: Option<String>,
    /// Answer this challenge of a service (base64), such as one for a second factor
    #[arg(long, value_name = "CLAIMS", value_parser = parse_text)]
    pub claims_challenge: Option<String>,
    /// Use this cloud: a name, or the https URL of an endpoint that describes its cloud
    #[arg(long, value_name = "CLOUD", value_parser = parse_text)]
    pub cloud: Option<String>,
    /// Wait this long for the sign-in (default: 5m; with --device-code as long as the code lives)
    #[arg(long, value_name = "DURATION", value_parser = duration::parse_positive)]
    pub timeout: Option<Duration>,
    /// Say on stderr what happens; twice for more
    #[arg(short, long, action = ArgAction::Count)]
    pub verbose: u8,
    /// Not needed: the sandbox signs in by itself
    #[arg(long, hide = true)]
    pub sandbox: bool,
}

impl LoginArgs {
    /// Refuses a sign-in to what needs none.
    pub(super) fn check(&self) -> Result<(), Error> {
        if !self.sandbox {
            return Ok(());
        }
        Err(
            Error::usage("`--sandbox` needs no sign-in: it brings its own token").with_hint(
                "to practise one, start `arm sandbox serve`, and set the variables that it prints",
            ),
        )
    }
}

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
    /// Show every source of tokens, and why it is passed over; asks for no token
    #[arg(long)]
    pub all: bool,
    /// How it is printed.
    #[command(flatten)]
    pub output: AccountOutputOptions,
    /// Limit the whole run: 500ms, 3s, 30m, 1h30m (default: no limit)
    #[arg(long, value_name = "DURATION", value_parser = duration::parse_positive)]
    pub timeout: Option<Duration>,
}

/// The format of a command about accounts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Args)]
#[command(next_help_heading = "Output")]
pub struct AccountOutputOptions {
    /// Choose the format.
    #[arg(
        short,
        long,
        value_name = "FORMAT",
        default_value = "table",
        hide_possible_values = true,
        help = "Choose the format: table, json"
    )]
    pub output: AccountOutput,
    /// Say on stderr what happens; twice for more
    #[arg(short, long, action = ArgAction::Count)]
    pub verbose: u8,
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
