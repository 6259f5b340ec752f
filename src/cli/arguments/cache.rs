//! The arguments of `arm cache list` and `arm cache clear`; `app/command/cache` runs them.

use clap::{ArgMatches, Args};

use crate::cli::error::Error;
use crate::cli::options::common::TableFormatOption;
use crate::cli::template::{self, leaf};

/// What the user asked for with `arm cache`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CacheCommand {
    /// Shows what is kept.
    List(CacheListArgs),
    /// Deletes what is kept.
    Clear(CacheClearArgs),
}

/// The options of `arm cache list`.
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
    #[arg(long)]
    pub expired: bool,
}

/// `arm cache`.
pub(super) fn tree() -> clap::Command {
    let about = "Show the tokens that are kept: whose, for what, until when";
    let list = leaf("list", about)
        .bin_name("arm cache list")
        .no_binary_name(false);
    let list = CacheListArgs::augment_args(list).about(about);
    let about = "Delete the tokens that are kept";
    let clear = leaf("clear", about)
        .bin_name("arm cache clear")
        .no_binary_name(false);
    let clear = CacheClearArgs::augment_args(clear).about(about);
    leaf("cache", "Show or delete the tokens that are kept")
        .subcommand_required(true)
        .subcommand(list)
        .subcommand(clear)
}

/// Reads `arm cache`.
pub(super) fn read(matches: &ArgMatches) -> Result<CacheCommand, Error> {
    match matches.subcommand() {
        Some(("clear", matches)) => Ok(CacheCommand::Clear(template::read(matches)?)),
        Some((_, matches)) => Ok(CacheCommand::List(template::read(matches)?)),
        None => Err(Error::usage(
            "`arm cache` needs a command: `list` or `clear`",
        )),
    }
}
