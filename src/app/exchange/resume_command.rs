//! Commands of this program that go on where a run has stopped, with the options that they need to
//! do the same. They are [`Shown`]: secrets that they can do without are masked.

use http::{Method, header};

use crate::app::exchange::wait_condition::Condition;
use crate::azure::headers::X_MS_CONTINUATION;
use crate::azure::{self, CloudName, HostKind, Shown, host_kind};
use crate::cli::OutputFormat;
use crate::client::{self, Continuation};
use crate::error::{HintContext, Resume, Signature};
use crate::json::MemberPath;
use crate::output::shell::quoted;
use crate::plan::{Registering, RequestPlan};
use crate::transport::Request;

/// The file that stands in a command for a body that came from no file.
const BODY: &str = "BODY";
/// A body that is longer does not stand in a command.
const LONGEST_QUERY: usize = 2_000;

/// A command about an address, which is masked: [`Shown::is_masked`] tells where the command does not work.
pub(crate) fn of(word: &str, url: &str, plan: &RequestPlan) -> Shown {
    Shown::from(format!("arm {word} "))
        .with(Shown::address(url).map(quoted))
        .with(run_of(plan).options)
}

/// The command that goes on waiting at an address, until `condition` holds if there is one. A query
/// goes along where the answer is that of the run: a monitor does not answer with the resource that
/// PUT and PATCH are about. The address of a monitor stands whole: the command would not work
/// otherwise, and what it grants is to see how an operation goes on. An address that the user typed is no monitor,
/// except that of Resource Manager, and is masked.
pub(crate) fn wait(url: &str, condition: Option<&Condition>, plan: &RequestPlan) -> Shown {
    let is_typed = url == plan.target.url.as_str();
    let run = run_of(plan);
    let address = if is_typed && !run.is_resource_manager {
        Shown::address(url).map(quoted)
    } else {
        Shown::unmasked(quoted(url))
    };
    let mut command = Shown::from("arm wait ").with(address);
    push_all(
        &mut command,
        condition.map(|condition| ("--for", Some(given(&condition.words())))),
    );
    push_headers(&mut command, false, plan);
    command.push(run.options);
    let is_same = !matches!(plan.method, Method::PUT | Method::PATCH) || is_typed;
    let mut options = of_answer(plan, 0);
    options.retain(|(option, _)| is_same || !matches!(*option, "-q" | "--each" | "-r"));
    push_all(&mut command, options);
    command
}

/// Adds the user's headers that are for more than the first request; `repeats` says whether the body
/// goes along.
fn push_headers(command: &mut Shown, repeats: bool, plan: &RequestPlan) {
    for (name, value) in &plan.given_headers {
        let is_of_body = name == header::CONTENT_TYPE && repeats;
        if client::is_for_first_page(name) && !is_of_body {
            continue;
        }
        let shown = match value {
            Some(value) => Shown::from(format!("{name}: ")).with(Shown::header(name, value)),
            None => Shown::from(format!("{name}:")),
        };
        push_all(command, [("-H", Some(shown.map(quoted)))]);
    }
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
        Continuation::PostedLink(_) | Continuation::SkipToken(_)
    ) || (matches!(continuation, Continuation::HeaderToken(_))
        && first.method == Method::POST);
    let with_parameter = |token: &str| {
        let mut url = first.url.clone();
        azure::set_query(&mut url, "continuationToken", token);
        url.to_string()
    };
    let url = match continuation {
        Continuation::Link(link) | Continuation::PostedLink(link) => link.clone(),
        Continuation::SkipToken(_) | Continuation::HeaderToken(_) => first.url.to_string(),
        Continuation::QueryToken(token) => with_parameter(token),
    };
    let method = if repeats { Method::POST } else { Method::GET };
    let mut command = Shown::from(format!("arm {method} ")).with(Shown::address(&url).map(quoted));
    let has_body = repeats && !first.body.is_empty();
    if has_body {
        let body = match &plan.body_file {
            Some(file) => format!("@{file}"),
            None => short_query(continuation, first).unwrap_or_else(|| format!("@{BODY}")),
        };
        push_word(&mut command, given(&body));
    }
    if let Continuation::SkipToken(token) = continuation {
        let token = serde_json::Value::from(token.as_str());
        push_word(
            &mut command,
            given(&format!(".options.$skipToken:={token}")),
        );
        if memchr::memmem::find(&first.body, b"\"$skip\"").is_some() {
            // Beside a token it would win.
            push_word(&mut command, given(".options.$skip:=null"));
        }
    }
    push_headers(&mut command, repeats, plan);
    if let Continuation::HeaderToken(token) = continuation {
        let header = given(&format!("{X_MS_CONTINUATION}: {token}"));
        push_all(&mut command, [("-H", Some(header))]);
    }
    command.push(run_of(plan).options);
    push_all(&mut command, of_answer(plan, items));
    Resume {
        needs_body: has_body && plan.body_file.is_none(),
        command,
    }
}

/// An option, and its value as a word of the shell.
type Given = (&'static str, Option<Shown>);

/// What the user or the list's own continuation gave, as a word of the shell. It stands whole: the command has to
/// do the same.
fn given(text: &str) -> Shown {
    Shown::unmasked(quoted(text))
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
    let mut run = HintContext {
        signature,
        is_sandbox: plan.options.sign_in.sandbox,
        is_resource_manager: host_kind(&target.cloud, &target.url) == HostKind::ResourceManager,
        registers: plan.registering == Registering::OnDemand,
        write: write_of(plan),
        ..HintContext::default()
    };
    let is_named = !matches!(target.cloud.name, CloudName::Public | CloudName::Custom(_));
    if is_named && !plan.options.sign_in.sandbox {
        run = run.with_value("--cloud", &target.cloud.name.to_string());
    }
    if let (Some(audience), true) = (&target.audience, plan.options.sign_in.audience.is_some()) {
        run = run.with_value("--audience", audience.as_str());
        for host in &target.allowed {
            run = run.with_value("--allow-host", &host.to_string());
        }
    }
    if let Some(tenant_id) = &plan.tenant_id {
        run = run.with_value("--tenant", tenant_id);
    }
    for tenant_id in &plan.options.target.aux_tenant {
        run = run.with_value("--aux-tenant", tenant_id);
    }
    if let (Some(auth), false) = (plan.options.sign_in.source(), plan.options.sign_in.sandbox) {
        run = run.with(&format!("--auth {}", auth.name()));
    }
    if plan.options.sign_in.sandbox {
        run.with("--sandbox")
    } else if target.audience.is_none() {
        run.with("--no-auth")
    } else {
        run
    }
}

/// The body of a query of Resource Graph, where it fits into a command. Any other may hold what is not to be seen.
fn short_query(continuation: &Continuation, first: &Request) -> Option<String> {
    if !matches!(continuation, Continuation::SkipToken(_)) || first.body.len() > LONGEST_QUERY {
        return None;
    }
    let text = std::str::from_utf8(&first.body).ok()?;
    text.starts_with('{').then(|| text.to_owned())
}

/// The words of a write whose api-version was not the user's choice, without that version. A body that
/// came from no file is named `BODY`.
fn write_of(plan: &RequestPlan) -> Option<Shown> {
    plan.api_version.as_ref()?.origin.wanted()?;
    if matches!(plan.method, Method::GET | Method::HEAD) {
        return None;
    }
    let mut url = plan.target.url.clone();
    azure::remove_query(&mut url, "api-version");
    let mut words = Shown::from(format!("{} ", plan.method)).with(Shown::url(&url).map(quoted));
    if !plan.body.is_empty() {
        let file = plan.body_file.as_deref().unwrap_or(BODY);
        push_word(&mut words, given(&format!("@{file}")));
    }
    push_headers(&mut words, true, plan);
    Some(words)
}

/// The options that say what is printed of a list, and how.
fn of_answer(plan: &RequestPlan, items: u64) -> Vec<Given> {
    let output = &plan.options.output;
    let path = |names: &Vec<String>| given(&MemberPath::of(names).to_string());
    let mut options = vec![
        ("--items", plan.options.paging.list_items.as_ref().map(path)),
        (
            "--next-link",
            plan.options.paging.next_link.as_ref().map(path),
        ),
        ("-q", output.query.as_deref().map(given)),
    ];
    options.retain(|(_, value)| value.is_some());
    if plan.options.paging.each {
        options.push(("--each", None));
    }
    if output.raw {
        options.push(("-r", None));
    }
    if output.format != OutputFormat::Json {
        options.push(("-o", Some(Shown::from(output.format.to_string()))));
    }
    if output.csv_safe {
        options.push(("--csv-safe", None));
    }
    if let Some(columns) = &output.columns {
        options.push(("--columns", Some(given(&columns.to_string()))));
    }
    if let Some(limit) = plan.options.paging.limit() {
        options.push((
            "--limit",
            Some(limit.saturating_sub(items).max(1).to_string().into()),
        ));
    }
    options
}

fn push_all(command: &mut Shown, options: impl IntoIterator<Item = Given>) {
    for (option, value) in options {
        push_word(command, option);
        if let Some(value) = value {
            push_word(command, value);
        }
    }
}

fn push_word(command: &mut Shown, word: impl Into<Shown>) {
    command.push(" ");
    command.push(word);
}
