//! Commands of this program that continue where a run has stopped, with the options that they need to
//! do the same. They are [`Shown`]: secrets that they can do without are masked. Who quotes their words: `shell`.

use http::{Method, header};
use url::Url;

use crate::app::exchange::wait_condition::Condition;
use crate::azure::headers::X_MS_CONTINUATION;
use crate::azure::{self, CloudName, HostKind, Shown, host_kind};
use crate::cli::{OutputFormat, OutputOptions, RequestOptions};
use crate::client::{self, Continuation};
use crate::error::{BodyWord, HintContext, Resume, Signature};
use crate::json::MemberPath;
use crate::plan::{Registering, RequestPlan};
use crate::query::QueryExpression;
use crate::shell::CommandLine;
use crate::transport::Request;

/// A longer body is not written into a command.
const LONGEST_QUERY: usize = 2_000;

/// A command about an address, which is masked: [`Shown::is_masked`] tells where the command does not work.
pub(crate) fn of(word: &'static str, url: &str, plan: &RequestPlan) -> Shown {
    let command = CommandLine::arm(word).address(Shown::address(url));
    run_of(plan).complete(command).into()
}

/// The command that makes the request of a run once more, at another address.
pub(crate) fn again(url: &Url, plan: &RequestPlan) -> Shown {
    let method = plan.method.as_str();
    let command = CommandLine::new("arm")
        .word(method)
        .address(Shown::url(url));
    let command = match body_of(plan) {
        Some(body) => command.given(&body.to_string()),
        None => command,
    };
    run_of(plan)
        .complete(with_headers(command, true, plan))
        .into()
}

/// The command that keeps waiting at an address, until `condition` holds if there is one. A query is included if the
/// answer is that of the run: a monitor does not answer with the resource that PUT and PATCH are about. The address of
/// a monitor is complete: the command would not work otherwise, and what it grants is to see how an operation proceeds.
/// An address that the user typed is not a monitor, except that of Resource Manager, and is masked.
pub(crate) fn wait(url: &str, condition: Option<&Condition>, plan: &RequestPlan) -> Shown {
    let is_typed = url == plan.target.url.as_str();
    let run = run_of(plan);
    let command = CommandLine::arm("wait");
    let command = if is_typed && !run.is_resource_manager {
        command.address(Shown::address(url))
    } else {
        command.given(url)
    };
    let command = match condition {
        Some(condition) => condition.add_to(command),
        None => command,
    };
    let command = run.complete(with_headers(command, false, plan));
    let is_same = !matches!(plan.method, Method::PUT | Method::PATCH) || is_typed;
    let query = if is_same { Query::Same } else { Query::LeftOut };
    with_answer(command, query, 0, plan).into()
}

/// Adds the user's headers that are for more than the first request; `repeats` says whether the body is included.
fn with_headers(mut command: CommandLine, repeats: bool, plan: &RequestPlan) -> CommandLine {
    for (name, value) in &plan.given_headers {
        let is_of_body = name == header::CONTENT_TYPE && repeats;
        if client::is_for_first_page(name) && !is_of_body {
            continue;
        }
        let shown = match value {
            Some(value) => Shown::from(format!("{name}: ")).with(Shown::header(name, value)),
            None => Shown::from(format!("{name}:")),
        };
        command = command.literal("-H").quoted(shown);
    }
    command
}

/// The command that asks for the pages from `continuation` on, the list having `items` items so far.
/// `first` is the request of the list's first page: after an operation it is not the plan's.
pub(crate) fn go_on(
    continuation: &Continuation,
    items: u64,
    first: &Request,
    plan: &RequestPlan,
) -> Resume {
    let repeats = matches!(
        continuation,
        Continuation::PostedLink(_) | Continuation::SkipToken(_) | Continuation::NextBody(_)
    ) || (matches!(continuation, Continuation::HeaderToken(_))
        && first.method == Method::POST);
    let url = match continuation {
        Continuation::Link(link) | Continuation::PostedLink(link) => link.clone(),
        Continuation::SkipToken(_) | Continuation::NextBody(_) | Continuation::HeaderToken(_) => {
            first.url.to_string()
        }
    };
    let method = if repeats { Method::POST } else { Method::GET };
    let mut command = CommandLine::new("arm")
        .word(method.as_str())
        .address(Shown::address(&url));
    let next_body = if let Continuation::NextBody(body) = continuation {
        Some(body)
    } else {
        None
    };
    let has_body = repeats && !first.body.is_empty() && next_body.is_none();
    if let Some(body) = next_body {
        command = command.given(body);
    }
    if has_body {
        let body = body_word(plan);
        let short = (body == BodyWord::Unnamed)
            .then(|| short_query(continuation, first))
            .flatten();
        let body = short.unwrap_or_else(|| body.to_string());
        command = command.given(&body);
    }
    if let Continuation::SkipToken(token) = continuation {
        let token = serde_json::Value::from(token.as_str());
        command = command.given(&format!(".options.$skipToken:={token}"));
        if memchr::memmem::find(&first.body, b"\"$skip\"").is_some() {
            // Beside a token it would win.
            command = command.given(".options.$skip:=null");
        }
    }
    command = with_headers(command, repeats, plan);
    if let Continuation::HeaderToken(token) = continuation {
        command = command.option("-H", &format!("{X_MS_CONTINUATION}: {token}"));
    }
    command = run_of(plan).complete(command);
    Resume {
        needs_body: has_body && plan.body_file.is_none(),
        command: with_answer(command, Query::Same, items, plan).into(),
    }
}

/// Whether the query of the run is included.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Query {
    Same,
    LeftOut,
}

/// How a command names the body of a run, if it has one.
fn body_of(plan: &RequestPlan) -> Option<BodyWord> {
    (!plan.body.is_empty()).then(|| body_word(plan))
}

fn body_word(plan: &RequestPlan) -> BodyWord {
    let file = plan.body_file.clone();
    file.map_or(BodyWord::Unnamed, BodyWord::File)
}

/// What hints need to know of the run of a plan.
pub(crate) fn run_of(plan: &RequestPlan) -> HintContext {
    let target = &plan.target;
    let signature = if plan.headers.contains_key(header::AUTHORIZATION) {
        Signature::Header
    } else if target.audience.is_none() {
        Signature::None
    } else {
        Signature::Credential
    };
    HintContext {
        options: options_of_run(plan),
        body: body_of(plan),
        signature,
        is_sandbox: plan.options.sign_in.sandbox,
        is_resource_manager: host_kind(&target.cloud, &target.url) == HostKind::ResourceManager,
        registers: plan.registering == Registering::OnDemand,
        write: write_of(plan),
        write_method: plan.writes().then(|| plan.method.clone()),
    }
}

/// What hints need to know of a run that has no plan yet.
pub(crate) fn run_of_options(options: &RequestOptions) -> HintContext {
    let target = &options.target;
    let mut words = CommandLine::default();
    for subscription in &target.subscriptions {
        words = words.literal("-S").word(subscription);
    }
    if let Some(group) = &target.resource_group {
        words = words.literal("-g").word(group);
    }
    if options.sign_in.sandbox {
        words = words.literal("--sandbox");
    }
    HintContext {
        options: words,
        ..HintContext::default()
    }
}

/// The options that say where requests go, and who makes them.
fn options_of_run(plan: &RequestPlan) -> CommandLine {
    let (target, sign_in) = (&plan.target, &plan.options.sign_in);
    let mut options = CommandLine::default().optional("--profile", sign_in.profile.as_deref());
    let is_named = !matches!(target.cloud.name, CloudName::Public | CloudName::Custom(_));
    if is_named && !sign_in.sandbox {
        options = options.option("--cloud", &target.cloud.name.to_string());
    }
    if let (Some(audience), true) = (&target.audience, sign_in.audience.is_some()) {
        options = options.option("--audience", audience.as_str());
        for host in &target.allowed {
            options = options.option("--allow-host", &host.to_string());
        }
    }
    options = options.optional("--tenant", plan.tenant_id.as_deref());
    for tenant_id in &plan.options.target.aux_tenant {
        options = options.option("--aux-tenant", tenant_id);
    }
    if let (Some(source), false) = (sign_in.source(), sign_in.sandbox) {
        options = options.literal("--auth").literal(source.name());
    }
    if sign_in.sandbox {
        options.literal("--sandbox")
    } else if target.audience.is_none() {
        options.literal("--no-auth")
    } else {
        options
    }
}

/// The body of a query of Resource Graph, if it fits into a command. Any other may hold what is not to be seen.
fn short_query(continuation: &Continuation, first: &Request) -> Option<String> {
    if !matches!(continuation, Continuation::SkipToken(_)) || first.body.len() > LONGEST_QUERY {
        return None;
    }
    let text = std::str::from_utf8(&first.body).ok()?;
    text.starts_with('{').then(|| text.to_owned())
}

/// The command of a write whose api-version was not the user's choice, without that version. A body that
/// came from no file is named `BODY`.
fn write_of(plan: &RequestPlan) -> Option<CommandLine> {
    plan.api_version.as_ref()?.origin.wanted()?;
    if matches!(plan.method, Method::GET | Method::HEAD) {
        return None;
    }
    let mut url = plan.target.url.clone();
    azure::remove_query(&mut url, "api-version");
    let mut command = CommandLine::new("arm")
        .word(plan.method.as_str())
        .address(Shown::url(&url));
    if let Some(body) = body_of(plan) {
        command = command.given(&body.to_string());
    }
    Some(with_headers(command, true, plan))
}

/// The query, as it is written if it is about the whole answer.
fn query_of(output: &OutputOptions) -> Option<String> {
    let query = output.query.as_deref()?;
    Some(match output.items_member {
        Some(member) => QueryExpression::about_document(query, member),
        None => query.to_owned(),
    })
}

/// Adds the options that say what is printed of a list, and how.
fn with_answer(command: CommandLine, query: Query, items: u64, plan: &RequestPlan) -> CommandLine {
    let (output, paging) = (&plan.options.output, &plan.options.paging);
    let path = |names: &Option<Vec<String>>| {
        names
            .as_ref()
            .map(|names| MemberPath::of(names).to_string())
    };
    let mut command = command
        .optional("--items", path(&paging.list_items).as_deref())
        .optional("--next-link", path(&paging.next_link).as_deref());
    if query == Query::Same {
        command = command.optional("-q", query_of(output).as_deref());
        if paging.each {
            command = command.literal("--each");
        }
        if output.raw {
            command = command.literal("-r");
        }
    }
    if output.format != OutputFormat::Json {
        command = command.literal("-o").word(&output.format.to_string());
    }
    if output.csv_safe {
        command = command.literal("--csv-safe");
    }
    let columns = output.columns.as_ref().or(output.usual_columns.as_ref());
    let columns = columns.filter(|_| output.format.has_columns());
    let columns = columns.map(ToString::to_string);
    command = command.optional("--columns", columns.as_deref());
    let sort = output.sort.as_ref().map(ToString::to_string);
    command = command.optional("--sort", sort.as_deref());
    for name in &output.names {
        command = command.option("--name", name);
    }
    for (name, value) in &output.tags {
        let tag = match value {
            Some(value) => format!("{name}={value}"),
            None => name.clone(),
        };
        command = command.option("--tag", &tag);
    }
    if output.no_headers {
        command = command.literal("--no-headers");
    }
    match paging.limit() {
        Some(limit) => {
            let rest = limit.saturating_sub(items).max(1);
            command.literal("--limit").word(&rest.to_string())
        }
        None => command,
    }
}
