//! The options of a request in their groups, typed, with the help text of each. Reads no environment and fills in no
//! default that depends on it.

use std::num::NonZeroU64;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use super::column_names::{ColumnNames, parse_columns};
use super::member::{MemberNames, parse_member};
use super::values::{
    AuthSource, ColorChoice, OutputFormat, StatusPattern, parse_count, parse_identity,
    parse_number, parse_size, parse_status, parse_text,
};
use super::{Error, duration};
use crate::azure::IdentityId;

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
    /// Use this api-version instead of the one worked out from the URL: a date, stable or preview
    #[arg(long, value_name = "VERSION", value_parser = parse_text)]
    pub api_version: Option<String>,
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

/// Who asks, and in which cloud.
#[derive(Debug, Clone, Default, PartialEq, Eq, Args)]
#[command(next_help_heading = "Sign-in")]
pub struct SignInOptions {
    /// Take the token from this source only
    #[arg(
        long,
        value_name = "SOURCE",
        hide_possible_values = true,
        help = "Take the token from this source only: token ($ARMCLI_ACCESS_TOKEN), login, service-principal, workload-identity, github, azure-pipelines, managed-identity (app-service, azure-ml, cloud-shell, arc, imds), azure-cli, azd, powershell"
    )]
    pub auth: Option<AuthSource>,
    /// Take this managed identity, where a machine has several: a client id, object:ID, or a resource id
    #[arg(long, value_name = "ID", value_parser = parse_identity)]
    pub identity: Option<IdentityId>,
    /// Sign in to this tenant (id or domain); fills in {tenant}
    #[arg(long, value_name = "TENANT", value_parser = parse_text)]
    pub tenant: Option<String>,
    /// Use this cloud instead of the public one
    #[arg(
        long,
        value_name = "CLOUD",
        value_parser = parse_text,
        help = "Use this cloud: AzureCloud, AzureChinaCloud, AzureUSGovernment, AzureBleuCloud, a name in az's clouds.config, or the https URL of an endpoint that describes its cloud"
    )]
    pub cloud: Option<String>,
    /// Ask for a token of this audience
    #[arg(long, value_name = "URL", value_parser = parse_text)]
    pub audience: Option<String>,
    /// Read the token from standard input; only `-` can be given, for arguments are seen by others
    #[arg(
        long,
        value_name = "-",
        conflicts_with = "sandbox",
        help = "Take the token from standard input: `--token -`"
    )]
    pub token: Option<String>,
    /// Take no token from the cache, and keep none there
    #[arg(long)]
    pub no_cache: bool,
    /// Talk to the offline ARM inside this program: no network, no account
    #[arg(long)]
    pub sandbox: bool,
}

impl SignInOptions {
    /// Refuses a token on the command line, where other processes and the history see it.
    fn check_token(&self) -> Result<(), Error> {
        match (self.token.as_deref(), self.auth) {
            (Some(_), Some(source)) if source != AuthSource::AccessToken => Err(Error::usage(
                format!("`--token` cannot be used with `--auth {}`", source.name()),
            )),
            (None | Some("-"), _) => Ok(()),
            (Some(_), _) => Err(Error::usage("a token does not stand on the command line")
                .with_fact("other processes can read it there, and the shell remembers it")
                .with_hint(
                    "write `--token -` and put the token on standard input, or set \
                     `ARMCLI_ACCESS_TOKEN`",
                )),
        }
    }

    /// Tells whether the token stands on standard input.
    pub fn token_on_stdin(&self) -> bool {
        self.token.is_some()
    }

    /// Returns the source that was chosen.
    pub fn source(&self) -> Option<AuthSource> {
        let given = self.token.as_ref().map(|_| AuthSource::AccessToken);
        given.or(self.auth)
    }

    /// Tells whether tokens are kept; `variable` is `ARMCLI_NO_CACHE`, which 0 does not set.
    pub fn use_cache(&self, variable: Option<&str>) -> bool {
        !self.no_cache && variable.is_none_or(|value| value == "0")
    }

    /// Refuses an identity for a source that has none to choose from.
    pub(super) fn check(&self) -> Result<(), Error> {
        self.check_token()?;
        match (self.auth, &self.identity) {
            (Some(auth), Some(_)) if !auth.is_managed_identity() => Err(Error::usage(format!(
                "`--identity` cannot be used with `--auth {}`",
                auth.name()
            ))
            .with_fact("it chooses among the managed identities of this machine")
            .with_hint("leave `--auth` out, or write `--auth managed-identity`")),
            _ => Ok(()),
        }
    }
}

/// To which host a token may go, and what the URL's placeholders stand for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Args)]
#[command(next_help_heading = "Sign-in")]
pub struct TargetOptions {
    /// Let the token of --audience go to this unknown host (repeatable)
    #[arg(long, value_name = "HOST[:PORT]", value_parser = parse_text)]
    pub allow_host: Vec<String>,
    /// Send a token of this tenant along, for a request across tenants (up to 3 times)
    #[arg(long, value_name = "TENANT", value_parser = parse_text)]
    pub aux_tenant: Vec<String>,
    /// Send no token
    #[arg(long, conflicts_with_all = ["auth", "identity", "audience", "allow_host", "aux_tenant", "token"])]
    pub no_auth: bool,
    /// Fill in {sub} and {subscriptionId}
    #[arg(short = 'S', long, value_name = "ID", value_parser = parse_text)]
    pub subscription: Option<String>,
    /// Fill in {rg} and {resourceGroup}
    #[arg(short = 'g', long, value_name = "NAME", value_parser = parse_text)]
    pub resource_group: Option<String>,
}

/// Resource Manager reads so many tokens of other tenants.
const MOST_AUXILIARY_TENANTS: usize = 3;

impl TargetOptions {
    /// Refuses what no service reads.
    pub(super) fn check(&self) -> Result<(), Error> {
        if self.aux_tenant.len() > MOST_AUXILIARY_TENANTS {
            return Err(Error::usage("`--aux-tenant` is given more than 3 times")
                .with_fact("Resource Manager reads the tokens of at most 3 further tenants"));
        }
        Ok(())
    }
}

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

/// What is printed, and where.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
#[command(next_help_heading = "Output")]
pub struct OutputOptions {
    /// Print only what this expression selects; `$…` is JSONPath
    #[arg(short, long, value_name = "EXPR")]
    pub query: Option<String>,
    /// Print strings without quotes, one a line
    #[arg(short, long)]
    pub raw: bool,
    /// Choose the format of the answer
    #[arg(
        short,
        long,
        value_name = "FORMAT",
        default_value = "json",
        hide_possible_values = true,
        help = "Choose the format: json, jsonc (coloured), compact, ndjson, table, tsv, csv, raw, none"
    )]
    pub output: OutputFormat,
    /// Say which columns a table has: `name,size=properties.hardwareProfile.vmSize`
    #[arg(long, value_name = "COLUMNS", value_parser = parse_columns)]
    pub columns: Option<ColumnNames>,
    /// Write the answer to a file, whole or not at all
    #[arg(short = 'O', long, value_name = "FILE")]
    pub output_file: Option<PathBuf>,
    /// Print the status line and the headers of the first page before the answer
    #[arg(short, long)]
    pub include: bool,
    /// Print no answer; errors stay
    #[arg(short, long)]
    pub silent: bool,
    /// Say on stderr what happens; twice for more
    #[arg(short, long, action = clap::ArgAction::Count)]
    pub verbose: u8,
    /// Colour the answer
    #[arg(
        long,
        value_name = "WHEN",
        default_value = "auto",
        hide_possible_values = true,
        help = "Colour the answer: auto, always, never; it stays plain where colour would change a byte"
    )]
    pub color: ColorChoice,
}

impl OutputOptions {
    /// Refuses what cannot be done together.
    pub(super) fn check(&self, paging: &PagingOptions) -> Result<(), Error> {
        self.check_columns()?;
        if self.output != OutputFormat::Raw {
            return Ok(());
        }
        let other = [
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
}

impl OutputOptions {
    /// Refuses columns without a table, and `-r` with one.
    fn check_columns(&self) -> Result<(), Error> {
        let format = self.output;
        if self.columns.is_some() && !format.has_columns() {
            return Err(
                Error::usage(format!("`--columns` cannot be used with `-o {format}`"))
                    .with_hint("add `-o table`, `-o tsv` or `-o csv`"),
            );
        }
        if self.raw && format.has_columns() {
            return Err(
                Error::usage(format!("`-r` cannot be used with `-o {format}`")).with_hint(
                    "leave `-r` out: strings stand there without quotes already; or leave `-o` out",
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
    /// Exit 11 if the query finds nothing
    #[arg(long, requires = "query")]
    pub exit_status: bool,
    /// Take these statuses for success too, such as 404 or 2xx (repeatable, or with commas)
    #[arg(long, value_name = "STATUS", value_delimiter = ',', value_parser = parse_status)]
    pub expect: Vec<StatusPattern>,
}

/// Waiting, repeating, and showing instead of sending.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
#[command(next_help_heading = "Network")]
pub struct NetworkOptions {
    /// Limit the whole run: 500ms, 3s, 30m, 1h30m (default: no limit)
    #[arg(long, value_name = "DURATION", allow_negative_numbers = true, value_parser = duration::parse_positive)]
    pub timeout: Option<Duration>,
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
