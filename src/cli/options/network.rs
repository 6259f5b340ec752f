//! The options of time and repetition, and of showing a request instead of sending it.

use std::time::Duration;

use clap::Args;

use crate::cli::options::common::TimeoutOption;
use crate::cli::options::duration;
use crate::cli::options::values::parse_number;

/// Waiting, repeating, and showing instead of sending.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
#[command(next_help_heading = "Network")]
pub struct NetworkOptions {
    /// How long the run may take.
    #[command(flatten)]
    pub timeout: TimeoutOption,
    /// Repeat up to N times after the first try
    #[arg(long, value_name = "N", default_value_t = 3, allow_negative_numbers = true, value_parser = parse_number::<u32>)]
    pub retry: u32,
    /// Wait at most this long before a repetition
    #[arg(long, value_name = "DURATION", default_value = "5m", allow_negative_numbers = true, value_parser = duration::parse)]
    pub retry_max_wait: Duration,
    /// Show the request and send nothing
    #[arg(short = 'n', long)]
    pub dry_run: bool,
    /// Show the request as a curl command and send nothing
    #[arg(long)]
    pub curl: bool,
}
