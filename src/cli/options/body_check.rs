//! Whether a body is compared with what is known of its type before it is sent. What is known: `azure/schema`; who compares:
//! `azure/body`.

use clap::{Args, ValueEnum};

/// What follows if a body does not fit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum BodyCheck {
    /// It is said, and the body is sent.
    #[default]
    Warn,
    /// Nothing is sent.
    Error,
    /// Bodies are not compared.
    Off,
}

/// The options that say it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Args)]
#[command(next_help_heading = "Request")]
pub struct BodyCheckOptions {
    /// Send nothing if the body does not fit what is known of the type; `--check=warn`, the default, says it and sends
    #[arg(
        long,
        value_name = "HOW",
        num_args = 0..=1,
        require_equals = true,
        default_value = "warn",
        default_missing_value = "error",
        hide_possible_values = true,
        hide_default_value = true
    )]
    check: BodyCheck,
    /// Send the body without comparing it with what is known of the type
    #[arg(long, conflicts_with = "check")]
    no_check: bool,
}

impl BodyCheckOptions {
    /// Returns what was chosen.
    pub fn chosen(self) -> BodyCheck {
        if self.no_check {
            BodyCheck::Off
        } else {
            self.check
        }
    }
}
