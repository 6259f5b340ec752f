//! The options that nearly every command has, whatever it does: how much it says, and how long it may take.

use std::time::Duration;

use clap::{ArgAction, Args, ValueEnum};

use super::duration;

/// How much a command says on stderr.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Args)]
pub struct VerboseOption {
    /// Say on stderr what happens; twice for heads and bodies
    #[arg(id = "verbose", short = 'v', long = "verbose", action = ArgAction::Count)]
    pub count: u8,
}

/// How a command prints what is known here.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum TableFormat {
    /// Lines and columns for people
    #[default]
    Table,
    /// One JSON document
    Json,
}

/// The format of such a command.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Args)]
pub struct TableFormatOption {
    /// Choose the format.
    #[arg(
        id = "output",
        short = 'o',
        long = "output",
        value_name = "FORMAT",
        default_value = "table",
        hide_possible_values = true,
        help = "Choose the format: table, json"
    )]
    pub chosen: TableFormat,
}

/// How long a run may take.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Args)]
pub struct TimeoutOption {
    /// Limit the whole run: 500ms, 3s, 30m, 1h30m (default: no limit)
    #[arg(id = "timeout", long = "timeout", value_name = "DURATION", allow_negative_numbers = true, value_parser = duration::parse_positive)]
    pub limit: Option<Duration>,
}
