//! `arm graph QUERY`: its arguments, and the request that they stand for. Who reads the file of a query:
//! `app/command/graph`.

use std::time::Duration;

use clap::builder::{OsStringValueParser, TypedValueParser as _};
use http::Method;

use crate::cli::arguments::request::{MethodOrigin, RequestArgs};
use crate::cli::defaults::Named;
use crate::cli::error::Error;
use crate::cli::items::{Item, ValueSource, argument};
use crate::cli::options::body_check::BodyCheckOptions;
use crate::cli::options::headers::HeaderOptions;
use crate::cli::options::many::ManyOptions;
use crate::cli::options::network::NetworkOptions;
use crate::cli::options::output::{ExitOptions, OutputOptions};
use crate::cli::options::paging::PagingOptions;
use crate::cli::options::query::QueryOptions;
use crate::cli::options::request::RequestOptions;
use crate::cli::options::safety::SafetyOptions;
use crate::cli::options::sign_in::{SignInOptions, TargetOptions};
use crate::cli::options::values::{OutputFormat, parse_api_version, parse_number, parse_text};
use crate::cli::template::{self, leaf};
use clap::{ArgMatches, Args as _};

/// Where Resource Graph answers.
pub(in crate::cli) const PATH: &str = "/providers/Microsoft.ResourceGraph/resources";
/// The newest version that all clouds have; since 2021 a query without a scope is about the tenant.
pub(in crate::cli) const API_VERSION: &str = "2022-10-01";

/// The most subscriptions and management groups that one query may name (azure-cli-extensions,
/// `resource-graph`; Microsoft Learn, "Troubleshoot errors using Azure Resource Graph").
const MOST_SUBSCRIPTIONS: usize = 1_000;
const MOST_GROUPS: usize = 10;

/// What the user asked for with `arm graph QUERY`.
#[derive(Debug, Clone, PartialEq, Eq, clap::Args)]
pub struct GraphArgs {
    /// A query in the language of Resource Graph (KQL), @FILE that holds it, or - for standard input
    #[arg(value_name = "QUERY", value_parser = OsStringValueParser::new().try_map(argument::source))]
    kql: Option<ValueSource>,
    /// Look in this subscription only (repeatable, or with commas; default: all of the tenant)
    #[arg(short = 'S', long = "subscription", help_heading = "Scope", value_name = "ID", value_delimiter = ',', value_parser = parse_text)]
    pub subscriptions: Vec<String>,
    /// Look below this management group only (repeatable, or with commas)
    #[arg(long = "management-group", help_heading = "Scope", value_name = "NAME", value_delimiter = ',', conflicts_with = "subscriptions", value_parser = parse_text)]
    pub management_groups: Vec<String>,
    /// Take less than the whole scope if it has more subscriptions than the service looks at
    #[arg(long, help_heading = "Scope", conflicts_with = "subscriptions")]
    pub allow_partial_scopes: bool,
    /// Leave out the first N rows
    #[arg(long, help_heading = "Paging", value_name = "N", allow_negative_numbers = true, value_parser = parse_number::<u64>)]
    pub skip: Option<u64>,
    /// Use this api-version
    #[arg(long, help_heading = "Request", value_name = "VERSION", default_value = API_VERSION, value_parser = parse_api_version)]
    api_version: String,
    #[command(flatten)]
    headers: HeaderOptions,
    /// Send no token
    #[arg(long, help_heading = "Sign-in", conflicts_with_all = ["auth", "identity", "audience", "token"])]
    no_auth: bool,
    #[command(flatten)]
    sign_in: SignInOptions,
    #[command(flatten)]
    paging: PagingOptions,
    #[command(flatten)]
    output: OutputOptions,
    #[command(flatten)]
    exit: ExitOptions,
    #[command(flatten)]
    network: NetworkOptions,
}

impl GraphArgs {
    /// Refuses what cannot be asked, before anything is read.
    pub(in crate::cli) fn check(&self) -> Result<(), Error> {
        let is_az = self.kql == Some(ValueSource::Literal("query".to_owned()));
        if self.kql.is_none() || is_az {
            let error = Error::usage("`arm graph` needs a query").with_hint(
                "write it after the command: `arm graph 'Resources | project name'`; `-q` selects from the answer",
            );
            return Err(error);
        }
        let token = usize::from(self.sign_in.token_on_stdin());
        if token + usize::from(self.kql == Some(ValueSource::Stdin)) > 1 {
            return Err(Error::usage("standard input is asked for twice")
                .with_hint("it can be read once: put one of the values into a file"));
        }
        check_count(
            "-S",
            "subscriptions",
            self.subscriptions.len(),
            MOST_SUBSCRIPTIONS,
        )?;
        let groups = self.management_groups.len();
        check_count("--management-group", "groups", groups, MOST_GROUPS)?;
        self.sign_in.check()?;
        if self.exit.exit_status && self.output.query.is_none() {
            return Err(Error::usage("`--exit-status` needs `--query`")
                .with_fact("it says by the exit code whether the query finds something"));
        }
        self.output.check(&self.paging)
    }

    /// Where the query comes from.
    pub fn query(&self) -> ValueSource {
        let nothing = || ValueSource::Literal(String::new());
        self.kql.clone().unwrap_or_else(nothing)
    }

    /// Who asks, and in which cloud.
    pub fn sign_in(&self) -> &SignInOptions {
        &self.sign_in
    }

    /// The most rows that are wanted.
    pub fn limit(&self) -> Option<u64> {
        self.paging.limit.map(std::num::NonZeroU64::get)
    }

    /// The most bytes that are held in memory.
    pub fn max_memory(&self) -> u64 {
        self.paging.max_memory
    }

    /// The time that the run has.
    pub fn timeout(&self) -> Option<Duration> {
        self.network.timeout.limit
    }

    /// A request without a body that names the subscriptions of the query, to find out which they are.
    pub fn scope_request(&self) -> RequestArgs {
        let mut request = self.clone().into_request(String::new());
        request.items.clear();
        request
            .options
            .target
            .subscriptions
            .clone_from(&self.subscriptions);
        request
    }

    /// The request that sends this body.
    pub fn into_request(self, body: String) -> RequestArgs {
        let mut options = RequestOptions {
            headers: self.headers,
            query: QueryOptions {
                api_version: Some(self.api_version),
                ..QueryOptions::default()
            },
            sign_in: self.sign_in,
            target: TargetOptions {
                no_auth: self.no_auth,
                ..TargetOptions::default()
            },
            paging: self.paging,
            output: self.output,
            exit: self.exit,
            network: self.network,
        };
        options.make_query_about("data");
        RequestArgs {
            method: Method::POST,
            method_origin: MethodOrigin::Written,
            url: PATH.to_owned(),
            items: vec![Item::Body(ValueSource::Literal(body))],
            options,
            many: ManyOptions::default(),
            yes: false,
            confirm: false,
            wait: false,
            body_check: BodyCheckOptions::default(),
            register: false,
            safety: SafetyOptions::default(),
            watch: None,
            named: None,
        }
    }
}

fn check_count(option: &str, what: &str, given: usize, most: usize) -> Result<(), Error> {
    if given <= most {
        return Ok(());
    }
    Err(Error::usage(format!("`{option}` names {given} {what}"))
        .with_fact(format!("a query may name at most {most}"))
        .with_hint(format!(
            "leave `{option}` out: then the query is about the whole tenant"
        )))
}

/// `arm graph`.
pub(super) fn tree() -> clap::Command {
    let about = "Ask Resource Graph: a query over all subscriptions of the tenant";
    let command =
        leaf("graph", about).after_help(include_str!("../help/commands/graph.txt").trim_end());
    GraphArgs::augment_args(command.override_usage("arm graph QUERY [OPTIONS]")).about(about)
}

/// Reads `arm graph`.
pub(super) fn read(matches: &ArgMatches) -> Result<GraphArgs, Error> {
    let mut args: GraphArgs = template::read(matches)?;
    args.output
        .settle_format(Named::of(matches), &args.paging, OutputFormat::Json);
    args.check()?;
    Ok(args)
}
