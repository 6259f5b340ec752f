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

impl PagingOptions {
    /// Returns the most pages; `None` is the first one as it was received.
    pub fn most_pages(&self) -> Option<u64> {
        match (self.no_paginate, self.max_pages) {
            (true, _) => None,
            (false, most) => Some(most.map_or(u64::MAX, NonZeroU64::get)),
        }
    }

    /// Returns the same options for a list that is read page by page: its first page is one of them.
    #[must_use]
    pub fn as_pages(&self) -> Self {
        let first_only = self.no_paginate.then_some(NonZeroU64::MIN);
        Self {
            no_paginate: false,
            max_pages: first_only.or(self.max_pages),
            ..self.clone()
        }
    }

    /// Returns the most items.
    pub fn limit(&self) -> Option<u64> {
        self.limit.map(NonZeroU64::get)
    }

    /// Returns the most bytes of a document that a query or a table needs whole.
    pub fn max_memory(&self) -> usize {
        usize::try_from(self.max_memory).unwrap_or(usize::MAX)
    }
}
