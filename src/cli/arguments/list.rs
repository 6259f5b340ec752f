//! The arguments of `arm list`. Where a type is listed: `plan/listing`.

use clap::{ArgMatches, Args};
use http::Method;

use crate::azure::TypeAlias;
use crate::cli::arguments::graph;
use crate::cli::arguments::request::{MethodOrigin, RequestArgs};
use crate::cli::defaults::Named;
use crate::cli::error::Error;
use crate::cli::items::{self, Item, ValueSource};
use crate::cli::options::body_check::BodyCheckOptions;
use crate::cli::options::columns::ColumnNames;
use crate::cli::options::many::ManyOptions;
use crate::cli::options::request::RequestOptions;
use crate::cli::options::safety::SafetyOptions;
use crate::cli::options::values::{OutputFormat, parse_text};
use crate::cli::template::{self, leaf};

/// What the user asked for with `arm list TYPE`.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct ListArgs {
    /// A word such as vm or group, or a resource type such as Microsoft.Web/sites; see below
    #[arg(value_name = "TYPE", index = 1, value_parser = parse_text)]
    pub kind: String,
    /// Header (Name:value) or query parameter (k==v)
    #[arg(value_name = "ITEM", index = 2, value_parser = parse_item)]
    items: Vec<Item>,
    /// List what is in this resource: a name such as vnet/vnet-prod, or an ID
    #[arg(long, value_name = "RESOURCE", help_heading = "Request", value_parser = parse_text, conflicts_with = "graph")]
    pub of: Option<String>,
    /// What every request can be told.
    #[command(flatten)]
    pub options: RequestOptions,
    /// Ask Resource Graph instead: one query for all subscriptions of the tenant, or for that of -S
    #[arg(
        long,
        help_heading = "Request",
        conflicts_with_all = ["filter", "select", "expand", "orderby", "top", "skip", "api_version", "parallel", "fail_fast", "keep_going"]
    )]
    pub graph: bool,
    #[command(flatten)]
    many: ManyOptions,
}

impl ListArgs {
    /// The most items that are wanted.
    pub fn limit(&self) -> Option<u64> {
        self.options.paging.limit.map(std::num::NonZeroU64::get)
    }

    /// Shows these columns where the user names none.
    pub fn prefer_columns(&mut self, columns: ColumnNames) {
        self.options.output.usual_columns = Some(columns);
    }

    /// A request without a body that names the subscriptions of `--graph`, to find out which they are.
    ///
    /// # Errors
    /// Refuses combinations that contradict each other.
    pub fn scope_request(&self) -> Result<RequestArgs, Error> {
        let mut request = self.clone().request(graph::PATH.to_owned())?;
        request.items.clear();
        let named = &mut request.options.target.subscriptions;
        named.retain(|one| one.trim() != "*");
        Ok(request)
    }

    /// The request that asks Resource Graph for the list, with this body.
    ///
    /// # Errors
    /// Refuses what belongs to the service's own list, and combinations that contradict each other.
    pub fn graph_request(mut self, body: String) -> Result<RequestArgs, Error> {
        if self
            .items
            .iter()
            .any(|item| !matches!(item, Item::Header(_)))
        {
            return Err(
                Error::usage("with `--graph` only headers can be added to the request")
                    .with_hint("write the whole query: `arm graph 'Resources | where …'`"),
            );
        }
        // The body says where to look.
        self.options.target.subscriptions.clear();
        self.options.target.resource_group = None;
        let mut args = self.request(graph::PATH.to_owned())?;
        args.options.make_query_about("data");
        args.method = Method::POST;
        args.method_origin = MethodOrigin::Written;
        args.items.push(Item::Body(ValueSource::Literal(body)));
        args.options.query.api_version = Some(graph::API_VERSION.to_owned());
        Ok(args)
    }

    /// The request for the list at a path, as if it was there: `arm GET PATH`.
    ///
    /// # Errors
    /// Refuses combinations that contradict each other, before anything is read or sent.
    pub fn request(self, path: String) -> Result<RequestArgs, Error> {
        let mut options = self.options;
        options.make_query_about("value");
        let args = RequestArgs {
            method: Method::GET,
            method_origin: MethodOrigin::Implied,
            url: path,
            items: self.items,
            options,
            many: self.many,
            yes: false,
            confirm: false,
            wait: false,
            body_check: BodyCheckOptions::default(),
            register: false,
            safety: SafetyOptions::default(),
            watch: None,
            named: None,
        };
        args.check()?;
        Ok(args)
    }
}

/// Reads an item; a bare word is the name of a resource, as other tools take it.
fn parse_item(text: &str) -> Result<Item, Error> {
    items::parse(text).map_err(|error| {
        let is_name = text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
        if is_name {
            let error = Error::usage(format!(
                "`arm list` lists a type, and does not take the name `{text}`"
            ));
            return error.with_hint(format!(
                "add `-q '$.value[?@.name==\"{text}\"]'` to see that one alone; `arm GET ID` shows all of it"
            ));
        }
        error
    })
}

/// `arm list TYPE`.
pub(super) fn tree() -> clap::Command {
    let about = "List the resources of a type";
    let text = include_str!("../help/commands/list.txt").trim_end();
    let command = leaf("list", about)
        .override_usage("arm list TYPE [ITEM...] [OPTIONS]")
        .after_help(text.replace("{words}", &short_words()));
    let command = ListArgs::augment_args(command).about(about);
    command
        .mut_arg("output", |output| output.default_value("table"))
        .mut_arg("in_order", |in_order| in_order.hide(true))
}

/// Reads `arm list`.
pub(super) fn read(matches: &ArgMatches) -> Result<ListArgs, Error> {
    let mut args: ListArgs = template::read(matches)?;
    // `-r` prints strings, so it takes the table's place where no format was named.
    let RequestOptions { output, paging, .. } = &mut args.options;
    output.settle_format(Named::of(matches), paging, OutputFormat::Table);
    Ok(args)
}

/// The short words for types, in lines.
fn short_words() -> String {
    const WIDTH: usize = 96;
    let mut lines = String::new();
    let mut line = String::from(" ");
    for word in TypeAlias::all().flat_map(TypeAlias::words) {
        if line.len() + word.len() > WIDTH {
            lines.push_str(&line);
            lines.push('\n');
            line = String::from(" ");
        }
        line.push(' ');
        line.push_str(word);
    }
    lines + &line
}
