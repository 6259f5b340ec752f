//! The options that nearly every command has, whatever it does: how much it says, and how long it may take.

use std::time::Duration;

use clap::{ArgAction, Args};

use super::duration;

/// How much a command says on stderr.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Args)]
pub struct VerboseOption {
    /// Say on stderr what happens; twice for more
    #[arg(id = "verbose", short = 'v', long = "verbose", action = ArgAction::Count)]
    pub count: u8,
}

/// How long a run may take.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Args)]
pub struct TimeoutOption {
    /// Limit the whole run: 500ms, 3s, 30m, 1h30m (default: no limit)
    #[arg(id = "timeout", long = "timeout", value_name = "DURATION", allow_negative_numbers = true, value_parser = duration::parse_positive)]
    pub limit: Option<Duration>,
}
