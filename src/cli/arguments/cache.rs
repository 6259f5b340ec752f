//! The arguments of `arm cache list` and `arm cache clear`; `app/command/cache` runs them.

use clap::{Args, ValueEnum};

/// How `arm cache list` prints what is kept.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum CacheOutput {
    /// Columns for people
    #[default]
    Table,
    /// One JSON document
    Json,
}

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
    /// Choose the format.
    #[arg(
        short,
        long,
        value_name = "FORMAT",
        default_value = "table",
        hide_possible_values = true,
        help = "Choose the format: table, json"
    )]
    pub output: CacheOutput,
}

/// The options of `arm cache clear`.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct CacheClearArgs {
    /// Delete only tokens that have ended
    #[arg(long)]
    pub expired: bool,
}
