//! The options of a list with several pages.

use std::num::NonZeroU64;

use clap::Args;

use crate::cli::options::member_names::{MemberNames, parse_member};
use crate::cli::options::values::{parse_count, parse_size};

/// How many pages and items of a list are fetched.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
#[command(next_help_heading = "Paging")]
pub struct PagingOptions {
    /// Stop after the first page
    #[arg(long, conflicts_with = "max_pages")]
    pub no_paginate: bool,
    /// Stop after N items
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = parse_count)]
    pub limit: Option<NonZeroU64>,
    /// Stop after N pages
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = parse_count)]
    pub max_pages: Option<NonZeroU64>,
    /// Say which member of the answer holds the items, such as `result.entries`
    #[arg(long = "items", value_name = "MEMBER", value_parser = parse_member)]
    pub list_items: Option<MemberNames>,
    /// Say which member of a page names the next one, such as `paging.next`
    #[arg(long, value_name = "MEMBER", conflicts_with = "no_paginate", value_parser = parse_member)]
    pub next_link: Option<MemberNames>,
    /// Run the query on every item instead of on the whole document
    #[arg(long, requires = "query")]
    pub each: bool,
    /// Limit what a query or a table may hold in memory
    #[arg(long, value_name = "SIZE", default_value = "1GiB", allow_negative_numbers = true, value_parser = parse_size)]
    pub max_memory: u64,
}
