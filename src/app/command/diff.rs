//! `arm diff`: a resource and a document, or two resources, and what tells them apart. Who compares: `json`; who lays it
//! out: `output`.

use crate::app::command::named;
use crate::app::exchange::resource_document::{self, ResourceDocument, written_part_of};
use crate::app::session::context::RunContext;
use crate::app::session::{default_subscription, subscription_choice};
use crate::app::terminal::input::{self, ReadLimits};
use crate::app::terminal::stdout::print_until;
use crate::app::terminal::style::difference_style;
use crate::cli::arguments::{DiffArgs, DiffFormat, OtherDocument};
use crate::cli::{RequestArgs, ValueSource};
use crate::env::Env;
use crate::error::{Failure, ResourceError};
use crate::json::{Change, ChangeKind, PathStep, difference, with_prefix_replaced};
use crate::output::{difference_json, difference_lines};
use crate::plan::{self, RequestPlan};

/// What is in place of the ID of each of two resources that are compared.
const OWN_ID: &str = "{id}";

/// Compares, prints what differs, and ends with 11 if something does.
pub(crate) async fn run(args: DiffArgs, env: &Env) -> Result<(), Failure> {
    let mut request = args.request;
    Box::pin(named::resolve(&mut request, env)).await?;
    default_subscription::resolve_in(&mut request, env)?;
    let mut context = RunContext::of(&request, env).await?;
    let other = match args.other {
        // What cannot be read is refused before anything is sent.
        OtherDocument::Source(source) => Other::Text(read(&source, &request, &context, env)?),
        OtherDocument::Resource(request) => Other::Request(request),
    };
    let resource = plan_of(&mut request, &mut context).await?;
    let path = resource.target.url.path().to_owned();
    let (before, after) = match other {
        Other::Text(text) => (get(resource, &mut context).await?.text, text),
        Other::Request(mut request) => {
            Box::pin(named::resolve(&mut request, env)).await?;
            default_subscription::resolve_in(&mut request, env)?;
            let other = plan_of(&mut request, &mut context).await?;
            let resource = get(resource, &mut context).await?;
            let other = get(other, &mut context).await?;
            (neutral(&resource), neutral(&other))
        }
    };
    let (before, after) = if args.all {
        (before, after)
    } else {
        (
            written_part_of(&before, &path),
            written_part_of(&after, &path),
        )
    };
    let mut changes = difference(&before, &after);
    if args.partial {
        changes.retain(|change| !is_of_resource_alone(change));
    }
    let style = difference_style(env, env.stdout_is_terminal);
    let printed = match args.format {
        DiffFormat::Text => difference_lines(&changes, style).into_bytes(),
        DiffFormat::Json => difference_json(&changes),
    };
    print_until(context.deadline, &printed)?;
    if changes.is_empty() {
        context.console.note("nothing differs");
        return Ok(());
    }
    Err(ResourceError::Differs.into())
}

enum Other {
    Text(String),
    Request(Box<RequestArgs>),
}

/// Reads the document of a file or of standard input.
fn read(
    source: &ValueSource,
    request: &RequestArgs,
    context: &RunContext,
    env: &Env,
) -> Result<String, Failure> {
    let limits = ReadLimits::of(&request.options, context.deadline);
    let bytes = input::read(source, None, limits, env)?;
    let json = plan::body::json_from(source, &bytes).map_err(plan::Error::from)?;
    Ok(json.into_owned())
}

async fn plan_of(
    request: &mut RequestArgs,
    context: &mut RunContext,
) -> Result<RequestPlan, Failure> {
    let url = request.url.clone();
    subscription_choice::settle(request, &url, context).await?;
    let default = context.default_subscription(request, request.url.contains('{'));
    let plan = context.plan(request, default)?;
    for note in &plan.notes {
        context.console.note(note);
    }
    Ok(plan)
}

async fn get(plan: RequestPlan, context: &mut RunContext) -> Result<ResourceDocument, Failure> {
    let session = context.session(plan)?;
    Box::pin(resource_document::get(&session)).await
}

/// A resource whose own ID does not tell it from another one.
fn neutral(resource: &ResourceDocument) -> String {
    with_prefix_replaced(&resource.text, &resource.path, OWN_ID)
}

/// Tells whether only the resource has a member.
fn is_of_resource_alone(change: &Change<'_>) -> bool {
    let is_member = matches!(change.path.0.last(), Some(PathStep::Member(_)));
    matches!(change.kind, ChangeKind::Removed(_)) && is_member
}
