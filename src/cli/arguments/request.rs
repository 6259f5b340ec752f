//! The arguments of one request, typed and checked against each other. What needs the environment or a file is decided
//! by `plan`.

use std::ffi::OsString;

use clap::Args;
use clap::builder::{OsStringValueParser, TypedValueParser as _};
use clap::parser::ValueSource as Source;
use http::Method;

use crate::azure::{ResourceId, TypeAlias};
use crate::cli::defaults::{Named, OptionDefaults};
use crate::cli::error::Error;
use crate::cli::items::{self, Item, PathDisplay, ValueSource};
use crate::cli::options::body_check::BodyCheckOptions;
use crate::cli::options::many::ManyOptions;
use crate::cli::options::query::QueryOptions;
use crate::cli::options::request::RequestOptions;
use crate::cli::options::run::{self, RunOptions};
use crate::cli::options::safety::SafetyOptions;
use crate::cli::options::values::OutputFormat;
use crate::cli::options::wait_condition::WaitCondition;
use crate::cli::template::{self, leaf};
use crate::shell::CommandLine;

/// The verbs, and what each means to Azure Resource Manager.
pub(in crate::cli) const VERBS: [(&str, &str); 7] = [
    ("GET", "Read a resource, or a list with all its pages"),
    ("HEAD", "Ask whether a resource is there"),
    ("PUT", "Create a resource or replace it"),
    ("POST", "Run an action"),
    ("PATCH", "Change parts of a resource"),
    ("DELETE", "Delete a resource"),
    ("OPTIONS", "Ask what is allowed"),
];

/// Returns the verbs that are known in either case.
pub(in crate::cli) fn verbs() -> [&'static str; 7] {
    VERBS.map(|(verb, _)| verb)
}

/// Whether the METHOD was on the command line.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum MethodOrigin {
    /// Left out: GET.
    #[default]
    Implied,
    /// Written: a body is allowed.
    Written,
}

/// What the user asked for with `arm [METHOD] URL [ITEM...]`.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is an option of the command line"
)]
pub struct RequestArgs {
    /// The verb.
    #[arg(skip)]
    pub method: Method,
    /// Whether the verb was written.
    #[arg(skip)]
    pub method_origin: MethodOrigin,
    /// A path (/subscriptions/…), an https URL, a name (vm/vm-web-01), :PORT/PATH on this machine, a link of the portal,
    /// or - for each ID on standard input
    #[arg(value_name = "URL")]
    pub url: String,
    /// Header (Name:value), query (k==v), body (k=text, k:=json, @file, -): see `arm help items`
    #[arg(value_name = "ITEM", value_parser = OsStringValueParser::new().try_map(items::argument::parse))]
    pub items: Vec<Item>,
    /// What every request can be told.
    #[command(flatten)]
    pub options: RequestOptions,
    /// Many IDs.
    #[command(flatten)]
    pub many: ManyOptions,
    /// Do not ask: delete, or do what --confirm asks
    #[arg(short, long, help_heading = "Request")]
    pub yes: bool,
    /// Ask before anything is changed, and change nothing if nobody can be asked
    #[arg(long, help_heading = "Request")]
    pub confirm: bool,
    /// Wait until the operation that the request starts has ended, and print its result
    #[arg(short, long, help_heading = "Network")]
    pub wait: bool,
    /// Whether the body is compared with what is known of its type.
    #[command(flatten)]
    pub body_check: BodyCheckOptions,
    /// Register the resource provider with the subscription if the service asks for it, and repeat the request
    #[arg(long, help_heading = "Network")]
    pub register: bool,
    /// What comes before a write.
    #[command(flatten)]
    pub safety: SafetyOptions,
    /// What `arm wait` waits for; nothing for any other command.
    #[arg(skip)]
    pub watch: Option<Watch>,
    /// The name that was in place of the URL, once its address is known.
    #[arg(skip)]
    pub named: Option<TypedName>,
}

/// A name that stands for an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TypedName {
    /// As it was typed.
    pub text: String,
    /// Whether what it stands for is said also if nothing is written.
    pub is_always_told: bool,
}

/// What `arm wait` waits for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Watch {
    /// The condition; without one, the end of the operation.
    pub until: Option<WaitCondition>,
}

impl RequestArgs {
    /// Refuses combinations that contradict each other, before anything is read or sent.
    pub(in crate::cli) fn check(&self) -> Result<(), Error> {
        self.check_url()?;
        self.check_body()?;
        self.options.sign_in.check()?;
        self.safety.check(&self.method)?;
        self.check_via()?;
        if self.options.exit.exit_status
            && self.options.output.query.is_none()
            && !self.safety.what_if
        {
            return Err(Error::usage("`--exit-status` needs `--query`")
                .with_fact("it says by the exit code whether the query finds something")
                .with_hint("write `-q EXPRESSION` too"));
        }
        self.check_stdin()?;
        self.check_many()?;
        self.check_watch()?;
        self.check_query()?;
        self.options.target.check()?;
        self.options.output.check(&self.options.paging)
    }

    fn check_url(&self) -> Result<(), Error> {
        if self.url.trim().is_empty() {
            return Err(
                Error::usage("the URL is empty").with_hint("a variable is probably not set")
            );
        }
        let alias = TypeAlias::of_word(&self.url).filter(|_| !ResourceId::is_root(&self.url));
        if let Some(word) = alias.and_then(|alias| alias.words().next()) {
            let error = Error::usage(format!("`{}` is a word for a type, not a URL", self.url));
            return Err(error.with_hint(format!(
                "`arm list {word}` lists them, and shows the IDs with `--columns id`"
            )));
        }
        let query = self.url.split_once('?').map_or("", |(_, query)| query);
        let query = query.split('#').next().unwrap_or_default();
        if query.split('&').any(|pair| pair.starts_with('=')) {
            return Err(Error::usage(format!("`{}` has a query parameter without a name", self.url)).with_hint(
                "the shell has replaced `$filter` (or `$top` …) with nothing: write `--filter`, `--top` …, or put \
                 the URL into single quotes",
            ));
        }
        let looks_like_item = self.url.contains(['=', '@']) && !self.url.contains(['/', '?', '{']);
        if looks_like_item {
            let command = CommandLine::new("arm")
                .word(self.method.as_str())
                .literal("URL")
                .word(&self.url);
            return Err(
                Error::usage(format!("the URL is missing before `{}`", self.url))
                    .with_hint(format!("write `{command}`")),
            );
        }
        Ok(())
    }

    /// A body needs a METHOD, one shape, and a METHOD that carries it.
    fn check_body(&self) -> Result<(), Error> {
        let mut whole = None;
        for item in &self.items {
            let shown = match item {
                Item::Header(_) | Item::Query { .. } => continue,
                Item::Body(source) => show_source(source),
                Item::Field { path, .. } => format!("{}=…", PathDisplay(path)),
            };
            if self.method_origin == MethodOrigin::Implied {
                return Err(Error::usage(format!("`{shown}` is a body, and a body needs a METHOD"))
                    .with_hint("say POST, PUT or PATCH before the URL; a query parameter is written `NAME==VALUE`"));
            }
            if let Item::Field { path, .. } = item
                && [Method::GET, Method::HEAD, Method::DELETE].contains(&self.method)
            {
                let name = PathDisplay(path);
                return Err(Error::usage(format!(
                    "`{shown}` is a body field, and {} has none",
                    self.method
                ))
                .with_hint(format!("write `{name}==VALUE` for a query parameter")));
            }
            if matches!(item, Item::Body(_))
                && let Some(first) = whole.replace(shown.clone())
            {
                return Err(
                    Error::usage(format!("two whole bodies: `{first}` and `{shown}`"))
                        .with_hint("give one of them; fields (`name=text`) may change it"),
                );
            }
        }
        Ok(())
    }

    /// What Resource Graph says may be a minute old: no state is waited for there, and nothing is written.
    fn check_via(&self) -> Result<(), Error> {
        if self.options.query.via.is_none() {
            return Ok(());
        }
        let waits = self.wait || self.watch.is_some();
        if self.method == Method::GET && !waits {
            return Ok(());
        }
        let what = if waits {
            "waits for a state"
        } else {
            "is no GET"
        };
        Err(
            Error::usage(format!("`--via` cannot be used here: the request {what}"))
                .with_fact("Resource Graph answers reads, and may be a minute behind")
                .with_hint("leave `--via` out"),
        )
    }

    /// `--watch` repeats one request that changes nothing.
    fn check_watch(&self) -> Result<(), Error> {
        if self.options.network.watch.is_none() {
            return Ok(());
        }
        let is_read = self.method == Method::GET;
        let is_one = self.end_of_each().is_none() && !self.may_stand_for_many();
        let ends = self.wait || self.watch.is_some() || self.options.output.output_file.is_some();
        if is_read && is_one && !ends {
            return Ok(());
        }
        Err(
            Error::usage("`--watch` repeats one GET, and prints what has changed")
                .with_hint("leave it out; `arm wait URL --for PATH=VALUE` waits for a value"),
        )
    }

    fn check_stdin(&self) -> Result<(), Error> {
        let readers = self
            .items
            .iter()
            .filter(|item| item.source() == Some(&ValueSource::Stdin));
        let ids = usize::from(self.end_of_each().is_some());
        let token = usize::from(self.options.sign_in.token_on_stdin());
        if readers.count() + ids + token > 1 {
            return Err(Error::usage("standard input is asked for twice")
                .with_hint("it can be read once: put one of the values into a file"));
        }
        Ok(())
    }

    /// `--filter` and a `$filter` item or URL parameter would leave the choice to the service.
    fn check_query(&self) -> Result<(), Error> {
        let in_url = self.url.split_once('?').map_or("", |(_, query)| query);
        for (name, _) in self.options.query.pairs() {
            let as_item = self
                .items
                .iter()
                .any(|item| matches!(item, Item::Query { name: other, .. } if other == name));
            let as_text =
                url::form_urlencoded::parse(in_url.as_bytes()).any(|(other, _)| other == name);
            if as_item || as_text {
                let option = name.trim_start_matches('$');
                return Err(
                    Error::usage(format!("`{name}` is given twice: by `--{option}` too"))
                        .with_hint("write it once"),
                );
            }
        }
        Ok(())
    }
}

fn show_source(source: &ValueSource) -> String {
    match source {
        ValueSource::Literal(text) => text.clone(),
        ValueSource::File(path) => format!("@{}", path.display()),
        ValueSource::FileInHome(path) => format!("@~/{}", path.display()),
        ValueSource::Stdin => "-".to_owned(),
    }
}

/// The command that parses a request with this METHOD.
pub(in crate::cli) fn tree(method: &str, origin: MethodOrigin) -> clap::Command {
    let usage = match origin {
        MethodOrigin::Implied => "arm URL [ITEM...] [OPTIONS]".to_owned(),
        MethodOrigin::Written => format!("arm {method} URL [ITEM...] [OPTIONS]"),
    };
    let known = VERBS.into_iter().find(|(verb, _)| *verb == method);
    let (name, about) = known.unwrap_or(("request", "Send a request"));
    let command = leaf(name, about)
        .override_usage(usage)
        .after_help(include_str!("../help/commands/request.txt").trim_end());
    let command = RequestArgs::augment_args(command).about(about);
    run::with_options(without(command, unused_by(method)))
}

/// Parameters of a list's query, and what is done with its pages and rows.
const OF_LISTS: [&str; 17] = [
    "via",
    "filter",
    "select",
    "expand",
    "orderby",
    "top",
    "skip",
    "no_paginate",
    "limit",
    "max_pages",
    "list_items",
    "next_link",
    "each",
    "columns",
    "csv_safe",
    "max_memory",
    "summary",
];

/// Options of writes.
const OF_WRITES: [&str; 4] = [
    "change_reference",
    "acquire_policy_token",
    "preflight",
    "what_if",
];

/// What is only for the bodies of PUT and PATCH.
const OF_BODIES: [&str; 2] = ["check", "no_check"];

/// The options that a METHOD takes, but makes nothing of: they are not shown.
fn unused_by(method: &str) -> Vec<&'static str> {
    let of_lists = OF_LISTS.iter().copied();
    match method {
        "DELETE" => of_lists
            .chain(["preflight", "watch"])
            .chain(OF_BODIES)
            .collect(),
        "PUT" | "PATCH" => of_lists.chain(["yes", "in_order", "watch"]).collect(),
        "HEAD" | "OPTIONS" => of_lists
            .chain(["yes", "confirm", "wait", "register", "in_order", "watch"])
            .chain(OF_WRITES)
            .chain(OF_BODIES)
            .collect(),
        // An action may answer with a list.
        "POST" => [
            "via",
            "filter",
            "select",
            "expand",
            "orderby",
            "yes",
            "preflight",
            "what_if",
            "in_order",
            "watch",
        ]
        .into_iter()
        .chain(OF_BODIES)
        .collect(),
        "GET" => OF_WRITES
            .into_iter()
            .chain(["in_order"])
            .chain(OF_BODIES)
            .collect(),
        _ => Vec::new(),
    }
}

/// Hides options from help and completion.
fn without(command: clap::Command, hidden: Vec<&'static str>) -> clap::Command {
    hidden.into_iter().fold(command, |command, id| {
        command.mut_arg(id, |one| one.hide(true))
    })
}

/// Hides what belongs to lists.
pub(super) fn without_lists(command: clap::Command) -> clap::Command {
    without(command, OF_LISTS.into())
}

/// Reads a request of this METHOD.
pub(in crate::cli) fn read(
    method: Method,
    origin: MethodOrigin,
    words: Vec<OsString>,
    end: Option<String>,
    defaults: &OptionDefaults,
) -> Result<(RequestArgs, RunOptions), Error> {
    let matches = template::matches_with(tree(method.as_str(), origin), words, defaults)?;
    let (run, named) = (run::read(&matches)?, Named::of(&matches));
    let names_format = matches.value_source("output") == Some(Source::CommandLine);
    let mut args = template::take::<RequestArgs>(matches)?;
    args.safety.names_format = names_format;
    args.method = method;
    args.method_origin = origin;
    args.give_end(end)?;
    args.settle(named);
    args.check()?;
    Ok((args, run))
}

impl RequestArgs {
    /// Returns what is appended to the path of each ID on standard input, or nothing if the URL is on the command line.
    pub fn end_of_each(&self) -> Option<&str> {
        let end = self.url.strip_prefix('-')?;
        (end.is_empty() || end.starts_with('/')).then_some(end)
    }

    /// Takes a default of the user's back where it contradicts what is on the command line.
    pub(in crate::cli) fn settle(&mut self, named: Named) {
        let RequestOptions { output, paging, .. } = &mut self.options;
        output.settle_format(named, paging, OutputFormat::Json);
        let makes_lines = self.end_of_each().is_some();
        if makes_lines && !named.output && self.check_output_of_many().is_err() {
            self.options.output.format = OutputFormat::Json;
        }
        let is_for_many = makes_lines || self.may_stand_for_many();
        if !is_for_many && !named.parallel {
            self.many.parallel = None;
        }
    }

    /// Puts the end of `-/start` back.
    pub(in crate::cli) fn give_end(&mut self, end: Option<String>) -> Result<(), Error> {
        match end {
            None => Ok(()),
            Some(end) if self.url == "-" => {
                self.url.push_str(&end);
                Ok(())
            }
            Some(end) => Err(Error::usage(format!("`-{end}` is not an item"))
                .with_hint("it may be in place of the URL: for each ID on standard input")),
        }
    }

    /// Refuses what makes no sense with many IDs, and what makes sense with them only.
    pub(in crate::cli) fn check_many(&self) -> Result<(), Error> {
        if self.many.in_order && (self.method != Method::DELETE || self.url != "-") {
            return Err(Error::usage("`--in-order` is for many deletions")
                .with_hint("write `arm DELETE - --in-order`, and the IDs on standard input"));
        }
        if self.end_of_each().is_none() {
            let given = [
                (self.many.parallel.is_some(), "--parallel"),
                (self.many.fail_fast, "--fail-fast"),
                (self.many.keep_going, "--keep-going"),
            ];
            return match first_of(&given).filter(|_| !self.may_stand_for_many()) {
                None => Ok(()),
                Some(name) => Err(Error::usage(format!("`{name}` is for many requests")).with_hint(
                    "write `*` for every subscription or resource group, as in `/subscriptions/*/…`, or `-` in \
                     place of the URL and the IDs on standard input",
                )),
            };
        }
        if self.watch.is_some() {
            return Err(Error::usage("`arm wait` watches one address")
                .with_hint("for each ID on standard input write `arm GET - --wait`"));
        }
        if self.safety.preflight || self.safety.what_if {
            return Err(
                Error::usage("a write is looked at alone, not one of many").with_hint(
                    "leave `--preflight` and `--what-if` out, or write the ID in place of the `-`",
                ),
            );
        }
        self.check_output_of_many()?;
        let has_body = self
            .items
            .iter()
            .any(|item| matches!(item, Item::Body(_) | Item::Field { .. }));
        if !has_body && [Method::PUT, Method::PATCH].contains(&self.method) {
            let method = &self.method;
            return Err(Error::usage(format!("{method} needs a body"))
                .with_fact("`-` in place of the URL: standard input holds the IDs, one per line")
                .with_hint(format!(
                    "if it holds the body, write `arm {method} URL -`; else give the body as `@FILE` or fields"
                )));
        }
        Ok(())
    }

    /// Tells whether nothing at all is sent.
    pub fn is_shown_only(&self) -> bool {
        let network = &self.options.network;
        network.is_shown_only() && !self.safety.preflight
    }

    /// The arguments of a list that the run itself needs, asked by the same person in the same cloud.
    pub fn for_own_list(&self, path: &str) -> Self {
        let mut args = Self {
            method: Method::GET,
            url: path.to_owned(),
            items: Vec::new(),
            watch: None,
            safety: SafetyOptions::default(),
            named: None,
            ..self.clone()
        };
        args.options.query = QueryOptions::default();
        args.options.headers.edits.clear();
        args.options.target.subscriptions.clear();
        args.options.target.allow_host.clear();
        args.options.sign_in.audience = None;
        args
    }

    /// Tells whether a `*` may stand for many subscriptions or resource groups.
    fn may_stand_for_many(&self) -> bool {
        let target = &self.options.target;
        let is_every = |name: &String| name.trim() == "*";
        let is_filled_in = target.subscriptions.len() > 1
            || target.subscriptions.iter().any(is_every)
            || target.resource_group.iter().any(is_every);
        self.url.contains('*') || (is_filled_in && self.url.contains('{'))
    }

    /// Refuses what cannot be done with a line for each request.
    pub fn check_output_of_many(&self) -> Result<(), Error> {
        use OutputFormat::{Compact, Json, Ndjson, None as Nothing};

        let is_other = !matches!(
            self.options.output.format,
            Compact | Json | Ndjson | Nothing
        );
        let refused = [
            (
                is_other,
                "-o",
                "each result is a line of JSON; `-r` with `-q` prints only what is found",
            ),
            (
                self.options.output.output_file.is_some(),
                "-O",
                "write `> FILE`: each result is a line, and is kept if a later one fails",
            ),
            (
                self.options.output.include && !self.options.output.raw,
                "-i",
                "each line holds its status; with `-r` each answer has its head before it",
            ),
            (
                self.options.output.max_output.is_some(),
                "--max-output",
                "cut the IDs instead (`head -n N`), or ask for less with `-q`",
            ),
            (
                self.options.output.summary,
                "--summary",
                "`arm list resource --summary` counts what a list holds",
            ),
            (
                self.options.paging.limit.is_some(),
                "--limit",
                "cut the IDs instead (`head -n N`), or each list with `--max-pages`",
            ),
        ];
        match refused.into_iter().find(|(given, ..)| *given) {
            None => Ok(()),
            Some((_, name, hint)) => Err(Error::usage(format!(
                "`{name}` cannot be used where each request prints a line"
            ))
            .with_hint(hint)),
        }
    }
}

fn first_of<'a>(given: &[(bool, &'a str)]) -> Option<&'a str> {
    given
        .iter()
        .find_map(|(given, name)| given.then_some(*name))
}
