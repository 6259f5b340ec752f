//! Arguments in, decisions out: everything that is to happen, and nothing happens yet.
//! Reads no file and asks nobody; a flag is read here and nowhere after.

pub mod body;
pub mod deletion;
mod error;
pub mod graph_query;
mod headers;
pub mod ids;
mod inputs;
pub mod listing;
pub mod pattern;
#[cfg(test)]
mod pattern_tests;
pub mod target;
mod waiting;

use std::path::PathBuf;
use std::rc::Rc;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, header};

use crate::azure::{
    AllowedHost, Audience, AuthChoice, Cloud, HostKind, IdentityId, ResourceId, Target, Versions,
    host_kind,
};
use crate::cli::{
    ColorChoice, Item, NetworkOptions, OutputFormat, RequestArgs, StatusPattern, ValueSource,
};
use crate::env::Env;
use body::Body;
use target::{Authentication, Placeholders, Typed};

pub use deletion::Confirmation;
pub use error::{Error, ErrorKind};
pub use graph_query::GraphQuery;
pub use inputs::Inputs;
pub use pattern::{Pattern, Wildcard};
pub use waiting::{Registering, Waiting};

/// Everything that is to happen.
#[derive(Debug, Clone)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a decision that stands for itself"
)]
pub struct RequestPlan {
    /// The verb.
    pub method: Method,
    /// Where it goes, and who may have the token.
    pub target: Target,
    /// The header fields, without the token.
    pub headers: HeaderMap,
    /// What the user said about header fields, as it was said.
    pub given_headers: Vec<(HeaderName, Option<HeaderValue>)>,
    /// The body.
    pub body: Bytes,
    /// The file that is the whole body, where one is.
    pub body_file: Option<String>,
    /// The api-version and who chose it.
    pub api_version: Option<target::ApiVersionChoice>,
    /// What the user should know about how the arguments were read.
    pub notes: Vec<String>,
    /// Whether the sandbox answers.
    pub sandbox: bool,
    /// Whether the user named the audience.
    pub names_audience: bool,
    /// The source of the token, where the user chose one.
    pub auth: Option<AuthChoice>,
    /// Whether the user wants no token to be kept.
    pub no_cache: bool,
    /// The managed identity, where the user chose one.
    pub identity: Option<IdentityId>,
    /// The tenant, where the user named one.
    pub tenant_id: Option<String>,
    /// Further tenants whose tokens go along.
    pub auxiliary_tenants: Vec<String>,
    /// The subscription that the URL is about.
    pub subscription_id: Option<String>,
    /// The most pages; `None` is the first one as it was received.
    pub most_pages: Option<u64>,
    /// The most items.
    pub limit: Option<u64>,
    /// The names that lead to the items of a list, where the user knows better.
    pub items: Option<Vec<String>>,
    /// The names that lead to the link to the next page, likewise.
    pub next_link: Option<Vec<String>>,
    /// Whether the query runs on every item.
    pub each: bool,
    /// The most bytes of a document that a query needs whole.
    pub max_memory: usize,
    /// What is printed.
    pub output: OutputPlan,
    /// Repetitions after the first try.
    pub retries: u32,
    /// The longest pause before a repetition.
    pub longest_pause: Duration,
    /// Statuses that count as success too.
    pub expect: Vec<StatusPattern>,
    /// Whether the request is shown instead of sent.
    pub rehearsal: Preview,
    /// What is waited for.
    pub waiting: Waiting,
    /// Whether a provider is registered where Resource Manager asks for it.
    pub registering: Registering,
    /// Whether the user is asked first.
    pub confirmation: Confirmation,
    /// The subscriptions or resource groups that the address stands for, where it does.
    pub pattern: Option<Pattern>,
}

impl RequestPlan {
    /// Tells whether the run may go on for long: a list may have many pages, and an operation takes its time.
    pub fn takes_long(&self) -> bool {
        let is_read = [Method::GET, Method::POST].contains(&self.method);
        let has_pages = is_read && self.most_pages.is_some_and(|most| most > 1);
        has_pages || self.waiting != Waiting::No
    }
}

/// Whether a request is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Preview {
    /// It is sent.
    None,
    /// `--dry-run`: it is shown.
    DryRun,
    /// `--curl`: it is shown as a command.
    Curl,
}

impl Preview {
    fn of(network: &NetworkOptions) -> Self {
        match (network.dry_run, network.curl) {
            (_, true) => Self::Curl,
            (true, false) => Self::DryRun,
            (false, false) => Self::None,
        }
    }
}

/// What is printed, and where.
#[derive(Debug, Clone)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch that stands for itself"
)]
pub struct OutputPlan {
    /// The query, as it was written.
    pub query: Option<String>,
    /// The format.
    pub format: OutputFormat,
    /// The columns of a table, as they were written.
    pub columns: Option<String>,
    /// Whether strings are printed without quotes.
    pub raw: bool,
    /// The file, if any.
    pub output_file: Option<PathBuf>,
    /// Whether the head is printed too.
    pub include: bool,
    /// Whether nothing but errors is printed.
    pub silent: bool,
    /// How many `-v`.
    pub verbose: u8,
    /// When the answer is coloured.
    pub color: ColorChoice,
    /// Whether finding nothing is a failure.
    pub exit_status: bool,
}

/// What the plan takes from outside the arguments.
#[derive(Debug, Clone, Default)]
pub struct Defaults {
    /// The subscription where `-S` and the variables name none.
    pub subscription_id: Option<String>,
    /// A fresh id for `x-ms-client-request-id`.
    pub client_request_id: String,
    /// What is known of the versions of types.
    pub versions: Rc<Versions>,
}

/// Decides everything about a request.
pub fn plan(
    args: RequestArgs,
    inputs: Inputs,
    cloud: &Cloud,
    defaults: &Defaults,
    env: &Env,
) -> Result<RequestPlan, Error> {
    let tenant = env.tenant(args.sign_in.tenant.as_deref());
    let resolved = resolve(&args, inputs.query, tenant, cloud, defaults, env)?;
    let mut target = resolved.target;
    let mut notes = resolved.notes;
    let is_write = [Method::PUT, Method::PATCH, Method::POST].contains(&args.method);
    if let (true, false, Some(version)) = (is_write, args.network.dry_run, &resolved.api_version) {
        notes.extend(version.note());
    }
    let body = inputs.body;
    let given_headers = inputs.headers;
    let id = defaults.client_request_id.as_str();
    let headers = headers::headers(&target, &body, given_headers.clone(), id)?;
    if headers.contains_key(header::AUTHORIZATION) {
        // What the user gives replaces ours; it stays within the origin, like every token.
        target.audience = None;
    }
    let pattern = pattern::of_request(&args, &target)?;
    notes.extend(pattern::remark(&target));
    let waiting = Waiting::of(args.wait, args.watch);
    let is_resource_manager = host_kind(&target.cloud, &target.url) == HostKind::ResourceManager;
    let subscription_id = ResourceId::of(&target.url)
        .subscription_id()
        .map(str::to_owned);
    let tenant_id = tenant.map(str::to_owned);
    let confirmation = Confirmation::of(&args.method, args.yes);
    Ok(RequestPlan {
        method: args.method,
        target,
        headers,
        given_headers,
        body_file: body_file(&args.items),
        body: match body {
            Body::Empty => Bytes::new(),
            Body::Bytes { content, .. } => content,
        },
        api_version: resolved.api_version,
        notes,
        sandbox: args.sign_in.sandbox,
        names_audience: args.sign_in.audience.is_some(),
        auth: args.sign_in.source(),
        no_cache: args.sign_in.no_cache,
        identity: args.sign_in.identity,
        tenant_id,
        auxiliary_tenants: args.target.aux_tenant,
        subscription_id,
        most_pages: match (args.paging.no_paginate, args.paging.max_pages) {
            (true, _) => None,
            (false, most) => Some(most.map_or(u64::MAX, std::num::NonZeroU64::get)),
        },
        limit: args.paging.limit.map(std::num::NonZeroU64::get),
        items: args.paging.list_items,
        next_link: args.paging.next_link,
        each: args.paging.each,
        max_memory: usize::try_from(args.paging.max_memory).unwrap_or(usize::MAX),
        output: OutputPlan {
            query: args.output.query,
            format: args.output.output,
            columns: args.output.columns.map(|columns| columns.to_string()),
            raw: args.output.raw,
            output_file: args.output.output_file,
            include: args.output.include,
            silent: args.output.silent,
            verbose: args.output.verbose,
            color: args.output.color,
            exit_status: args.exit.exit_status,
        },
        retries: args.network.retry,
        longest_pause: args.network.retry_max_wait,
        expect: args.exit.expect,
        rehearsal: Preview::of(&args.network),
        waiting,
        pattern,
        registering: if args.register && is_resource_manager {
            Registering::OnDemand
        } else {
            Registering::Never
        },
        confirmation,
    })
}

/// Works out where the request goes.
fn resolve(
    args: &RequestArgs,
    mut query: Vec<(String, String)>,
    tenant: Option<&str>,
    cloud: &Cloud,
    defaults: &Defaults,
    env: &Env,
) -> Result<target::Resolved, Error> {
    let subscription = subscription(args, defaults, env);
    let audience = audience(args)?;
    let allowed = allowed_hosts(args)?;
    let given = args.query.pairs().into_iter();
    query.extend(given.map(|(name, value)| (name.to_owned(), value)));
    let resource_group = args
        .target
        .resource_group
        .as_deref()
        .or_else(|| env.get("ARMCLI_RESOURCE_GROUP"));
    Ok(target::resolve(&Typed {
        url: &args.url,
        cloud,
        placeholders: Placeholders {
            subscription: subscription.as_deref(),
            resource_group,
            tenant,
        },
        query: &query,
        api_version: args.query.api_version.as_deref(),
        versions: &defaults.versions,
        audience: audience.as_ref(),
        allowed: &allowed,
        authentication: if args.target.no_auth {
            Authentication::None
        } else {
            Authentication::Token
        },
        git_bash: env.get("MSYSTEM"),
    })?)
}

/// `-S`, then the variables, then the default; under `--sandbox` only its own subscriptions exist.
fn subscription(args: &RequestArgs, defaults: &Defaults, env: &Env) -> Option<String> {
    let variables = || {
        let names = ["ARMCLI_SUBSCRIPTION", "AZURE_SUBSCRIPTION_ID"];
        names
            .iter()
            .find_map(|name| env.get(name))
            .filter(|_| !args.sign_in.sandbox)
    };
    let given = args
        .target
        .subscription
        .as_deref()
        .or_else(variables)
        .map(str::to_owned);
    given.or_else(|| defaults.subscription_id.clone())
}

fn audience(args: &RequestArgs) -> Result<Option<Audience>, Error> {
    let parse = |text: &String| {
        Audience::parse(text).map_err(|error| Error::Audience {
            text: text.clone(),
            error,
        })
    };
    args.sign_in.audience.as_ref().map(parse).transpose()
}

fn allowed_hosts(args: &RequestArgs) -> Result<Vec<AllowedHost>, Error> {
    let parse = |text: &String| {
        AllowedHost::parse(text).map_err(|error| Error::AllowedHost {
            text: text.clone(),
            error,
        })
    };
    args.target.allow_host.iter().map(parse).collect()
}

/// The file that holds the body and nothing but the body, if there is one.
fn body_file(items: &[Item]) -> Option<String> {
    let mut parts = items
        .iter()
        .filter(|item| matches!(item, Item::Body(_) | Item::Field { .. }));
    match (parts.next(), parts.next()) {
        (Some(Item::Body(ValueSource::File(path))), None) => Some(path.display().to_string()),
        (Some(Item::Body(ValueSource::FileInHome(path))), None) => {
            Some(format!("~/{}", path.display()))
        }
        _ => None,
    }
}
