//! The options that say what is printed, where, and what the exit code tells.

use std::path::PathBuf;

use clap::Args;

use crate::cli::defaults::Named;
use crate::cli::error::Error;
use crate::cli::options::columns::ColumnNames;
use crate::cli::options::common::VerboseOption;
use crate::cli::options::paging::PagingOptions;
use crate::cli::options::sort::SortNames;
use crate::cli::options::values::{
    OutputFormat, StatusPattern, parse_size, parse_status, parse_tag, parse_text,
};

/// What is printed, and where.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
#[command(next_help_heading = "Output")]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is an option of the command line"
)]
pub struct OutputOptions {
    /// Select with JMESPath, or JSONPath that begins with `$`
    #[arg(short, long, value_name = "EXPR")]
    pub query: Option<String>,
    /// The member of the answer that a JMESPath about an array is about.
    #[arg(skip)]
    pub items_member: Option<&'static str>,
    /// Whether notes are left out.
    #[arg(skip)]
    pub without_notes: bool,
    /// Print strings without quotes, one per line
    #[arg(short, long)]
    pub raw: bool,
    /// Choose the format of the answer
    #[arg(
        id = "output",
        short = 'o',
        long = "output",
        value_name = "FORMAT",
        default_value = "json",
        hide_possible_values = true,
        help = "Choose the format: json, jsonc (coloured), yaml, compact, ndjson, table, tsv, csv, raw, none"
    )]
    pub format: OutputFormat,
    /// Say which columns a table has: `name,size=properties.hardwareProfile.vmSize`; `+tags.role` adds one
    #[arg(long, value_name = "COLUMNS", value_parser = ColumnNames::parse)]
    pub columns: Option<ColumnNames>,
    /// The columns that the command shows if none are asked for.
    #[arg(skip)]
    pub usual_columns: Option<ColumnNames>,
    /// Sort rows and items by columns or members, `-` before one for the largest first: `location,-size`
    #[arg(long, value_name = "COLUMNS", allow_hyphen_values = true, value_parser = SortNames::parse)]
    pub sort: Option<SortNames>,
    /// Take only items with a name like this, with * and ? (repeatable)
    #[arg(long = "name", value_name = "GLOB", value_parser = parse_text)]
    pub names: Vec<String>,
    /// Take only items with this tag, or with this value of it (repeatable)
    #[arg(long = "tag", value_name = "NAME[=VALUE]", value_parser = parse_tag)]
    pub tags: Vec<(String, Option<String>)>,
    /// Print no more than this, in whole items: 64KiB, 1MiB
    #[arg(long, value_name = "SIZE", allow_negative_numbers = true, value_parser = parse_size)]
    pub max_output: Option<u64>,
    /// Print only how many items there are, of which types and where
    #[arg(long, conflicts_with_all = ["query", "raw", "output", "columns", "sort", "max_output", "no_headers"])]
    pub summary: bool,
    /// Print no names of columns
    #[arg(long)]
    pub no_headers: bool,
    /// Put `'` before cells of `-o csv` that a spreadsheet would take for formulas
    #[arg(long)]
    pub csv_safe: bool,
    /// Write the answer to a file, whole or not at all
    #[arg(short = 'O', long, value_name = "FILE")]
    pub output_file: Option<PathBuf>,
    /// Show the answer on the terminal without a pager
    #[arg(long)]
    pub no_pager: bool,
    /// Print the status line and the headers of the first page before the answer; those of an error on stderr
    #[arg(short, long)]
    pub include: bool,
    /// Print no answer; errors stay
    #[arg(short, long)]
    pub silent: bool,
    /// How much it says.
    #[command(flatten)]
    pub verbose: VerboseOption,
}

impl OutputOptions {
    /// Refuses what cannot be done together.
    pub(in crate::cli) fn check(&self, paging: &PagingOptions) -> Result<(), Error> {
        self.check_columns()?;
        if self.format != OutputFormat::Raw {
            return Ok(());
        }
        let other = [
            (!self.names.is_empty(), "--name"),
            (!self.tags.is_empty(), "--tag"),
            (self.sort.is_some(), "--sort"),
            (self.query.is_some(), "--query"),
            (self.raw, "--raw"),
            (paging.limit.is_some(), "--limit"),
            (paging.max_pages.is_some(), "--max-pages"),
            (paging.list_items.is_some(), "--items"),
            (paging.next_link.is_some(), "--next-link"),
        ];
        match other
            .into_iter()
            .find_map(|(given, name)| given.then_some(name))
        {
            None => Ok(()),
            Some(name) => Err(
                Error::usage(format!("`-o raw` cannot be used with `{name}`"))
                    .with_fact("`raw` is one page, byte for byte as the service sent it")
                    .with_hint("for strings without quotes write `-r`, for one line `-o compact`"),
            ),
        }
    }

    /// Takes a format back that the command line does not name, where it contradicts what is there: the command's own
    /// takes its place, and JSON that of a table of which strings are wanted.
    pub(in crate::cli) fn settle_format(
        &mut self,
        named: Named,
        paging: &PagingOptions,
        own: OutputFormat,
    ) {
        if named.output || self.check(paging).is_ok() {
            return;
        }
        self.format = if self.raw { OutputFormat::Json } else { own };
    }

    /// Refuses columns without a table, and `-r` with one.
    fn check_columns(&self) -> Result<(), Error> {
        let format = self.format;
        let of_rows = [
            (self.columns.is_some(), "--columns"),
            (self.no_headers, "--no-headers"),
        ];
        let misplaced = of_rows
            .iter()
            .find(|(given, _)| *given && !format.has_columns());
        if let Some((_, name)) = misplaced {
            return Err(
                Error::usage(format!("`{name}` cannot be used with `-o {format}`"))
                    .with_hint("add `-o table`, `-o tsv` or `-o csv`"),
            );
        }
        if self.csv_safe && format != OutputFormat::Csv {
            return Err(
                Error::usage(format!("`--csv-safe` cannot be used with `-o {format}`"))
                    .with_hint("add `-o csv`"),
            );
        }
        if self.raw && format.has_columns() {
            return Err(
                Error::usage(format!("`-r` cannot be used with `-o {format}`")).with_hint(
                    "leave `-r` out: strings have no quotes there already; or leave `-o` out",
                ),
            );
        }
        Ok(())
    }
}

/// What the exit code says.
#[derive(Debug, Clone, Default, PartialEq, Eq, Args)]
#[command(next_help_heading = "Exit code")]
pub struct ExitOptions {
    /// Exit 11 if the query finds nothing, or if --what-if finds a change
    #[arg(long)]
    pub exit_status: bool,
    /// Take these statuses for success too, such as 404 or 2xx (repeatable, or with commas)
    #[arg(long, value_name = "STATUS", value_delimiter = ',', value_parser = parse_status)]
    pub expect: Vec<StatusPattern>,
}
