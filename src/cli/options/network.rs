//! The options for time and retries, and of showing a request instead of sending it.

use std::time::Duration;

use clap::{Args, ValueEnum};

use crate::cli::error::Error;
use crate::cli::options::common::TimeoutOption;
use crate::cli::options::duration;
use crate::cli::options::har::HarOption;
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
    /// Ask again and again, and print what has changed: every 5 seconds, or so often (at least 2s)
    #[arg(
        long,
        value_name = "DURATION",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "5s",
        value_parser = parse_watch
    )]
    pub watch: Option<Duration>,
    /// Show the request and send nothing
    #[arg(short = 'n', long)]
    pub dry_run: bool,
    /// Show the request as a curl command and send nothing
    #[arg(long)]
    pub curl: bool,
    /// Show the request as a command of this tool and send nothing: curl, az, httpie, powershell
    #[arg(
        long = "as",
        value_name = "TOOL",
        hide_possible_values = true,
        conflicts_with = "curl"
    )]
    pub as_tool: Option<Tool>,
    /// What is written down of the run.
    #[command(flatten)]
    pub har: HarOption,
}

/// The shortest time between two answers: services limit how often they are asked.
const SHORTEST_WATCH: Duration = Duration::from_secs(2);

fn parse_watch(text: &str) -> Result<Duration, Error> {
    let pause = duration::parse(text)?;
    if pause < SHORTEST_WATCH {
        return Err(Error::usage(format!("`--watch={text}` asks too often"))
            .with_hint("write `--watch=2s` or more"));
    }
    Ok(pause)
}

/// A tool whose commands are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Tool {
    /// curl
    Curl,
    /// `az rest`
    Az,
    /// HTTPie
    Httpie,
    /// `Invoke-RestMethod`
    #[value(name = "powershell")]
    PowerShell,
}

impl NetworkOptions {
    /// Returns the tool as whose command the request is shown, if it is.
    pub fn tool(&self) -> Option<Tool> {
        self.as_tool.or(self.curl.then_some(Tool::Curl))
    }

    /// Tells whether nothing is sent.
    pub fn is_shown_only(&self) -> bool {
        self.dry_run || self.tool().is_some()
    }
}
