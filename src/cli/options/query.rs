//! The options that set query parameters; parameters of other names are items (`items`).

use clap::{Args, ValueEnum};

use crate::cli::options::values::{parse_api_version, parse_number, parse_text};

/// `--filter`, `--top` …: query parameters whose names begin with a dollar sign, which a shell would eat.
#[derive(Debug, Clone, Default, PartialEq, Eq, Args)]
#[command(next_help_heading = "Query parameters")]
pub struct QueryOptions {
    /// Set the query parameter `$filter`
    #[arg(long, value_name = "EXPR", value_parser = parse_text)]
    pub filter: Option<String>,
    /// Set `$select`
    #[arg(long, value_name = "NAMES", value_parser = parse_text)]
    pub select: Option<String>,
    /// Set `$expand`
    #[arg(long, value_name = "NAMES", value_parser = parse_text)]
    pub expand: Option<String>,
    /// Set `$orderby`
    #[arg(long, value_name = "NAMES", value_parser = parse_text)]
    pub orderby: Option<String>,
    /// Set `$top`: what the service puts on one page (--limit is the total)
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = parse_number::<u64>)]
    pub top: Option<u64>,
    /// Set `$skip`
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = parse_number::<u64>)]
    pub skip: Option<u64>,
    /// Let Resource Graph answer a GET, from its own quota: `graph`. It may be a minute behind
    #[arg(
        long,
        value_name = "WHO",
        value_enum,
        hide_possible_values = true,
        help_heading = "Request"
    )]
    pub via: Option<Via>,
    /// Use this api-version instead of the one worked out from the URL: a date, stable or preview
    #[arg(long, value_name = "VERSION", value_parser = parse_api_version)]
    pub api_version: Option<String>,
}

/// Who answers a read in place of the resource provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Via {
    /// Azure Resource Graph, from its own quota
    Graph,
}

impl QueryOptions {
    /// Returns the `$…` parameters that were given, not yet percent-encoded.
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        let texts = [
            ("$filter", self.filter.clone()),
            ("$select", self.select.clone()),
            ("$expand", self.expand.clone()),
            ("$orderby", self.orderby.clone()),
            ("$top", self.top.map(|count| count.to_string())),
            ("$skip", self.skip.map(|count| count.to_string())),
        ];
        texts
            .into_iter()
            .filter_map(|(name, value)| Some((name, value?)))
            .collect()
    }
}
