//! The arguments of `arm cache list`, `names`, `warm` and `clear`; `app/command/cache` runs them.

use clap::{ArgMatches, Args};
use http::Method;

use crate::cli::arguments::request::{self, MethodOrigin, RequestArgs};
use crate::cli::error::Error;
use crate::cli::options::common::{TableFormatOption, TimeoutOption, VerboseOption};
use crate::cli::options::har::HarOption;
use crate::cli::options::sign_in::SignInOptions;
use crate::cli::options::values::parse_text;
use crate::cli::template::{self, leaf};

/// What the user asked for with `arm cache`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CacheCommand {
    /// Shows the tokens that are kept.
    List(CacheListArgs),
    /// Shows how many names are remembered.
    Names(CacheListArgs),
    /// Asks for names, and remembers them: the request says who asks.
    Warm(Box<RequestArgs>),
    /// Deletes what is kept.
    Clear(CacheClearArgs),
}

/// The options of `arm cache list` and `arm cache names`.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct CacheListArgs {
    /// Table or JSON.
    #[command(flatten)]
    pub format: TableFormatOption,
}

/// The options of `arm cache clear`.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct CacheClearArgs {
    /// Delete only tokens that have ended
    #[arg(long, conflicts_with = "names")]
    pub expired: bool,
    /// Delete only the names that TAB offers
    #[arg(long)]
    pub names: bool,
}

/// The options of `arm cache warm`.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
struct CacheWarmWords {
    /// Ask these subscriptions only, by name or id (repeatable, or with commas)
    #[arg(short = 'S', long = "subscription", value_name = "NAME", value_delimiter = ',', value_parser = parse_text)]
    subscriptions: Vec<String>,
    #[command(flatten)]
    timeout: TimeoutOption,
    /// Whether the requests are written down.
    #[command(flatten)]
    har: HarOption,
    #[command(flatten)]
    sign_in: SignInOptions,
    #[command(flatten)]
    verbose: VerboseOption,
    /// Print no notes
    #[arg(short, long, conflicts_with = "verbose")]
    silent: bool,
}

impl CacheCommand {
    /// The profile that it names.
    pub(super) fn profile(&self) -> Option<&str> {
        match self {
            Self::Warm(request) => request.options.sign_in.profile.as_deref(),
            Self::List(_) | Self::Names(_) | Self::Clear(_) => None,
        }
    }
}

/// `arm cache`.
pub(super) fn tree() -> clap::Command {
    let part = |name: &'static str, bin_name: &'static str, about: &'static str| {
        leaf(name, about).bin_name(bin_name).no_binary_name(false)
    };
    let about = "Show the tokens that are kept: whose, for what, until when";
    let list = part("list", "arm cache list", about);
    let list = CacheListArgs::augment_args(list).about(about);
    let about = "Show how many names are remembered, of which subscriptions";
    let names = part("names", "arm cache names", about);
    let names = CacheListArgs::augment_args(names).about(about);
    let about = "Ask for all names of resources, for TAB";
    let warm = part("warm", "arm cache warm", about);
    let warm = CacheWarmWords::augment_args(warm).about(about);
    let about = "Delete the tokens that are kept, and the names that TAB offers";
    let clear = part("clear", "arm cache clear", about);
    let clear = CacheClearArgs::augment_args(clear).about(about);
    leaf(
        "cache",
        "Show or delete the tokens and the names that are kept",
    )
    .subcommand_required(true)
    .subcommand(list)
    .subcommand(names)
    .subcommand(warm)
    .subcommand(clear)
}

/// Reads `arm cache`.
pub(super) fn read(matches: &ArgMatches) -> Result<CacheCommand, Error> {
    match matches.subcommand() {
        Some(("clear", matches)) => Ok(CacheCommand::Clear(template::read(matches)?)),
        Some(("names", matches)) => Ok(CacheCommand::Names(template::read(matches)?)),
        Some(("warm", matches)) => read_warm(matches),
        Some((_, matches)) => Ok(CacheCommand::List(template::read(matches)?)),
        None => Err(Error::usage(
            "`arm cache` needs a command: `list`, `names`, `warm` or `clear`",
        )),
    }
}

fn read_warm(matches: &ArgMatches) -> Result<CacheCommand, Error> {
    let words: CacheWarmWords = template::read(matches)?;
    words.sign_in.check()?;
    let tree = request::tree("GET", MethodOrigin::Written);
    let words_of_list = vec!["/subscriptions".into()];
    let mut request: RequestArgs = template::read(&template::matches(tree, words_of_list)?)?;
    request.method = Method::GET;
    request.options.sign_in = words.sign_in;
    request.options.target.subscriptions = words.subscriptions;
    request.options.network.timeout = words.timeout;
    request.options.output.verbose = words.verbose;
    request.options.output.silent = words.silent;
    Ok(CacheCommand::Warm(Box::new(request)))
}
