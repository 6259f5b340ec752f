//! `-H`, which sets a header as curl does; a header can be written as an item too (`items`).

use clap::Args;

use crate::cli::items::{HeaderEdit, parse_header_option};

/// `-H`, as often as it is given.
#[derive(Debug, Clone, Default, PartialEq, Eq, Args)]
#[command(next_help_heading = "Request")]
pub struct HeaderOptions {
    /// Send a header (repeatable)
    #[arg(short = 'H', long = "header", value_name = "NAME: VALUE", value_parser = parse_header_option)]
    pub edits: Vec<HeaderEdit>,
}
