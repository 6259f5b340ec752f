//! Arguments in, decisions out: everything that is to happen. A flag is read here and nowhere
//! after. Who reads files and carries a plan out: `app`.

pub mod body;
mod body_report;
pub mod deletion;
mod dotted_field;
pub mod edit;
mod error;
mod git_bash;
pub mod graph_query;
mod headers;
pub mod ids;
mod inputs;
pub mod listing;
pub mod look;
pub mod named;
pub mod pattern;
#[cfg(test)]
mod pattern_tests;
#[cfg(test)]
mod plan_tests;
mod policy_tokens;
mod preview;
pub mod target;
mod waiting;

use std::rc::Rc;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, header};

use crate::azure::{
    AllowedHost, Audience, Cloud, HostKind, OutgoingRequest, ResourceId, Shown, Target, Versions,
    host_kind, set_query,
};
use crate::cli::{BodyCheck, Item, RequestArgs, RequestOptions, ValueSource, Via};
use crate::env::Env;
use body::{Body, GivenBody};
use deletion::AskBefore;
use headers::RequestIds;
use target::{Authentication, Placeholders, Typed};

pub use body::{YamlBody, json_of_yaml_text};
pub use body_report::Compared;
pub use deletion::Confirmation;
pub use error::{Error, ErrorKind};
pub use git_bash::PathConversion;
pub use graph_query::GraphQuery;
pub use headers::of_every_request as headers_of_every_request;
pub use inputs::Inputs;
pub use look::{Look, LookFormat, WhatIf};
pub use pattern::{Pattern, Wildcard};
pub use policy_tokens::{PolicyTokenMoment, PolicyTokens};
pub use preview::Preview;
pub use target::names_subscription;
pub use waiting::{Registering, Waiting};

/// The parameter by which Resource Graph answers in place of a resource provider.
pub const USE_RESOURCE_GRAPH: &str = "useResourceGraph";

/// Everything that is to happen.
#[derive(Debug, Clone)]
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
    /// The file that is the whole body, if one is.
    pub body_file: Option<String>,
    /// What is sent of the file, if it is YAML.
    pub yaml_body: Option<YamlBody>,
    /// The api-version and who chose it.
    pub api_version: Option<target::ApiVersionChoice>,
    /// What the user should know about how the arguments were read.
    pub notes: Vec<String>,
    /// What the user said about the request that needs no decision.
    pub options: RequestOptions,
    /// The tenant, if the user named one.
    pub tenant_id: Option<String>,
    /// The subscription that the URL is about.
    pub subscription_id: Option<String>,
    /// Whether the request is shown instead of sent.
    pub preview: Preview,
    /// What is waited for.
    pub waiting: Waiting,
    /// Whether a provider is registered where Resource Manager asks for it.
    pub registering: Registering,
    /// What comes before the write.
    pub look: Look,
    /// When a write gets a policy token.
    pub policy_tokens: PolicyTokens,
    /// What follows if the body does not fit its type.
    pub body_check: BodyCheck,
    /// Whether the user is asked first.
    pub confirmation: Confirmation,
    /// The subscriptions or resource groups that the address stands for, if it does.
    pub pattern: Option<Pattern>,
}

impl RequestPlan {
    /// Tells whether the request carries what is not for every host: a token, or a key among the user's headers.
    pub fn carries_secrets(&self) -> bool {
        let is_secret =
            |(name, value): (&HeaderName, &HeaderValue)| Shown::header(name, value).is_masked();
        self.target.audience.is_some() || self.headers.iter().any(is_secret)
    }

    /// The request as it would leave.
    fn outgoing(&self) -> OutgoingRequest<'_> {
        OutgoingRequest {
            method: &self.method,
            url: &self.target.url,
            host: host_kind(&self.target.cloud, &self.target.url),
            headers: &self.headers,
            body: &self.body,
        }
    }

    /// Tells whether the request writes, as far as that is known.
    pub fn writes(&self) -> bool {
        self.outgoing().writes()
    }

    /// Tells whether the answer is a secret as a whole, as far as that is known.
    pub fn gives_secret(&self) -> bool {
        self.outgoing().class().is_of_secrets()
    }

    /// Returns how long a server may at least be silent: as long as the user gives the run or the service, if that is said.
    pub fn patience(&self) -> Duration {
        let given = self.options.network.timeout.limit;
        let longest = given.max(waiting::preferred_wait(&self.headers));
        longest.unwrap_or_default()
    }

    /// Tells whether the run may go on for long: a list may have many pages, and an operation takes its time.
    pub fn takes_long(&self) -> bool {
        let is_read = [Method::GET, Method::POST].contains(&self.method);
        let has_pages = is_read
            && self
                .options
                .paging
                .most_pages()
                .is_some_and(|most| most > 1);
        has_pages || self.waiting != Waiting::No
    }
}

/// What the plan takes from outside the arguments.
#[derive(Debug, Clone, Default)]
pub struct Defaults {
    /// The subscription where `-S` and the variables name none.
    pub subscription_id: Option<String>,
    /// A fresh id for `x-ms-client-request-id`.
    pub client_request_id: String,
    /// The id of the run, for `x-ms-correlation-request-id`.
    pub correlation_request_id: String,
    /// What is known of the versions of types.
    pub versions: Rc<Versions>,
}

/// Decides everything about a request.
pub fn plan(
    args: &RequestArgs,
    inputs: &Inputs,
    cloud: &Cloud,
    defaults: &Defaults,
    env: &Env,
) -> Result<RequestPlan, Error> {
    let tenant = env.tenant(args.options.sign_in.tenant.as_deref());
    let resolved = resolve(args, inputs.query.clone(), cloud, defaults, env)?;
    let mut target = resolved.target;
    let mut notes = inputs.notes.clone();
    notes.extend(resolved.notes);
    let is_resource_manager = host_kind(&target.cloud, &target.url) == HostKind::ResourceManager;
    if let Some(field) = dotted_field::find(&args.items).filter(|_| is_resource_manager) {
        return Err(Error::DottedField(field));
    }
    let ids = RequestIds {
        client: &defaults.client_request_id,
        correlation: &defaults.correlation_request_id,
    };
    let yaml = YamlBody::of(is_resource_manager, &inputs.headers);
    let body = inputs.body.settle(yaml)?;
    let mut headers = headers::headers(&target, &args.method, &body, inputs.headers.clone(), &ids)?;
    headers::add_product(&mut headers, env.get("AZURE_HTTP_USER_AGENT"));
    if headers.contains_key(header::AUTHORIZATION) {
        // What the user gives replaces ours; it stays within the origin, like every token.
        target.audience = None;
    }
    let named = args.named.as_ref();
    if let Some(named) = named.filter(|named| named.is_always_told || !args.method.is_safe()) {
        notes.push(format!("`{}` is {}", named.text, target.url.path()));
    }
    let via_graph = args.options.query.via == Some(Via::Graph) && is_resource_manager;
    if via_graph {
        set_query(&mut target.url, USE_RESOURCE_GRAPH, "true");
    }
    let pattern = pattern::of_request(args, &target)?;
    notes.extend(pattern::remark(&target));
    let waiting = Waiting::of(args.wait, args.watch.as_ref());
    let subscription_id = ResourceId::of(&target.url)
        .subscription_id()
        .map(str::to_owned);
    let tenant_id = tenant.map(str::to_owned);
    let mut plan = RequestPlan {
        method: args.method.clone(),
        target,
        headers,
        given_headers: inputs.headers.clone(),
        body_file: body_file(&args.items),
        body: match body {
            Body::Empty => Bytes::new(),
            Body::Bytes { content, .. } => content,
        },
        yaml_body: matches!(inputs.body, GivenBody::Yaml { .. }).then_some(yaml),
        api_version: resolved.api_version,
        notes,
        tenant_id,
        subscription_id,
        preview: Preview::of(&args.options.network),
        waiting,
        pattern,
        registering: if args.register && is_resource_manager {
            Registering::OnDemand
        } else {
            Registering::Never
        },
        look: Look::of(&args.safety, args.confirm && !args.yes, &args.method),
        policy_tokens: PolicyTokens::of(&args.safety, is_resource_manager),
        body_check: args.body_check.chosen(),
        confirmation: Confirmation::NotNeeded,
        options: args.options.clone(),
    };
    let ask = if args.confirm || env.settings.guards.confirm {
        AskBefore::Writes
    } else {
        AskBefore::Deletions
    };
    plan.confirmation = Confirmation::of(&plan.method, plan.writes(), ask, args.yes);
    // Of a write that is only looked at, the questions leave.
    if plan.preview == Preview::None && plan.look.what_if != WhatIf::Only {
        env.guard.check(plan.outgoing())?;
    }
    Ok(plan)
}

/// Works out where the request goes.
fn resolve(
    args: &RequestArgs,
    mut query: Vec<(String, String)>,
    cloud: &Cloud,
    defaults: &Defaults,
    env: &Env,
) -> Result<target::Resolved, Error> {
    let subscription = subscription(args, defaults, env);
    let audience = audience(args)?;
    let allowed = allowed_hosts(args)?;
    let given = args.options.query.pairs().into_iter();
    query.extend(given.map(|(name, value)| (name.to_owned(), value)));
    let resource_group = env.resource_group(args.options.target.resource_group.as_deref());
    Ok(target::resolve(&Typed {
        url: &args.url,
        method: &args.method,
        cloud,
        placeholders: Placeholders {
            subscription: subscription.as_deref(),
            resource_group,
            tenant: env.tenant(args.options.sign_in.tenant.as_deref()),
            location: env.get("ARMCLI_LOCATION"),
        },
        query: &query,
        api_version: args.options.query.api_version.as_deref(),
        versions: &defaults.versions,
        audience: audience.as_ref(),
        allowed: &allowed,
        authentication: if args.options.target.no_auth {
            Authentication::None
        } else {
            Authentication::Token
        },
        shell: PathConversion::of(env),
    })?)
}

/// `-S`, then the variables, then the default; under `--sandbox` only its own subscriptions exist. Several are a
/// pattern, which stands for those alone.
fn subscription(args: &RequestArgs, defaults: &Defaults, env: &Env) -> Option<String> {
    let variables = || {
        let names = ["ARMCLI_SUBSCRIPTION", "AZURE_SUBSCRIPTION_ID"];
        names
            .iter()
            .find_map(|name| env.get(name))
            .filter(|_| !args.options.sign_in.sandbox)
    };
    let given = match args.options.target.subscriptions.as_slice() {
        [] => variables(),
        [one] => Some(one.as_str()),
        [_, _, ..] => Some(pattern::EVERY),
    };
    given
        .map(str::to_owned)
        .or_else(|| defaults.subscription_id.clone())
}

fn audience(args: &RequestArgs) -> Result<Option<Audience>, Error> {
    let parse = |text: &String| {
        Audience::parse(text).map_err(|error| Error::Audience {
            text: text.clone(),
            error,
        })
    };
    args.options
        .sign_in
        .audience
        .as_ref()
        .map(parse)
        .transpose()
}

fn allowed_hosts(args: &RequestArgs) -> Result<Vec<AllowedHost>, Error> {
    let parse =
        |text: &String| AllowedHost::parse(text).map_err(|error| Error::AllowedHost { error });
    args.options.target.allow_host.iter().map(parse).collect()
}

/// The file that holds the body and only the body, if there is one.
fn body_file(items: &[Item]) -> Option<String> {
    let mut parts = items
        .iter()
        .filter(|item| matches!(item, Item::Body(_) | Item::Field { .. }));
    match (parts.next(), parts.next()) {
        // A name that is not text cannot be in a command.
        (Some(Item::Body(ValueSource::File(path))), None) => path.to_str().map(str::to_owned),
        (Some(Item::Body(ValueSource::FileInHome(path))), None) => {
            path.to_str().map(|path| format!("~/{path}"))
        }
        _ => None,
    }
}
