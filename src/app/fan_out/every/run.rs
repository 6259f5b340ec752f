//! Finds what `*` stands for and asks for all of it: a GET becomes one document (`document`), other requests are made as
//! for many IDs (`fan_out/ids`).

use std::cell::RefCell;
use std::rc::Rc;

use http::Method;
use tokio::task::LocalSet;

use crate::app::exchange::output_spec::OutputSpec;
use crate::app::exchange::resume_command;
use crate::app::fan_out::concurrency::{AdaptiveConcurrency, within_open_files};
use crate::app::fan_out::every::context::FanOut;
use crate::app::fan_out::every::document::Document;
use crate::app::fan_out::every::list_task::ListRun;
use crate::app::fan_out::every::merge::{Order, ReorderBuffer};
use crate::app::fan_out::every::scopes::{self, FoundScopes};
use crate::app::fan_out::ids;
use crate::app::fan_out::ids::context::Batch;
use crate::app::fan_out::progress::{Progress, Visibility};
use crate::app::naming::seen::Seen;
use crate::app::session::context::RunContext;
use crate::app::session::run::Session;
use crate::app::terminal::signals;
use crate::cli::{OutputFormat, RequestArgs};
use crate::error::{Error, Failure, WildcardError};
use crate::plan::ids::{Id, IdSyntax, Place as IdPlace};
use crate::plan::{Pattern, RequestPlan, Wildcard};
use crate::shell::CommandLine;

/// From this number of requests on, a note recommends Resource Graph.
const MANY: usize = 200;

/// Asks all that the pattern of a plan stands for.
pub(crate) async fn run(
    args: RequestArgs,
    output: OutputSpec,
    context: RunContext,
    plan: RequestPlan,
    pattern: Pattern,
) -> Result<(), Failure> {
    let local = LocalSet::new();
    let outcome = Box::pin(on_thread(args, output, context, plan, pattern));
    local.run_until(outcome).await
}

async fn on_thread(
    args: RequestArgs,
    output: OutputSpec,
    mut context: RunContext,
    mut plan: RequestPlan,
    pattern: Pattern,
) -> Result<(), Failure> {
    let is_list = plan.method == Method::GET;
    if !is_list {
        args.check_output_of_many()?;
    }
    // A page as it was received would be one of many: the first of each, then.
    plan.options.paging = plan.options.paging.as_pages();
    let session = context.session(plan)?;
    let fan_out = Rc::new(FanOut::new(session, pattern));
    signals::force_exit_on_second_signal();
    let found = signals::interruptible(Box::pin(scopes::find(&fan_out))).await;
    let mut found = found.map_err(|error| {
        Failure::from(error).in_run(resume_command::run_of(&fan_out.session.plan))
    })?;
    note_found(&found, &fan_out);
    if is_list {
        list(fan_out, output, &mut found, &args).await
    } else {
        Box::pin(send(fan_out, args, output, context, &found)).await
    }
}

/// Says what the user should know of what was found.
fn note_found(found: &FoundScopes, fan_out: &FanOut) {
    let FanOut {
        session, pattern, ..
    } = fan_out;
    let console = session.console;
    for refusal in &found.refusals {
        console.note(refusal);
    }
    let count = found.gone;
    if count > 0 {
        let (noun, verb) = if count == 1 {
            ("subscription", "is")
        } else {
            ("subscriptions", "are")
        };
        console.note(format!("{count} disabled {noun} {verb} not asked"));
    }
    if found.scopes.is_empty() && found.failures.is_empty() {
        let words = match pattern.every {
            Wildcard::Subscription => {
                "the account sees no subscription that can be asked; `arm whoami` says whose token it is"
            }
            Wildcard::Group => "the subscription has no resource group",
            Wildcard::GroupOfEverySubscription => {
                "there is no resource group in any subscription that the account sees"
            }
        };
        console.note(format!("{words}: nothing was asked"));
    }
    let kind = pattern
        .listed_type()
        .filter(|_| session.plan.method == Method::GET);
    if let (Some(kind), true) = (kind, found.scopes.len() >= MANY) {
        let command = CommandLine::arm("list").word(&kind).literal("--graph");
        console.note(format!(
            "{} requests: Resource Graph answers the same in a few, `{command}`",
            found.scopes.len()
        ));
    }
}

/// Makes one document of all lists.
async fn list(
    fan_out: Rc<FanOut>,
    output: OutputSpec,
    found: &mut FoundScopes,
    args: &RequestArgs,
) -> Result<(), Failure> {
    let Session {
        client,
        plan,
        console,
        env,
    } = &fan_out.session;
    let is_stream = plan.options.output.format == OutputFormat::Ndjson && !plan.options.output.raw;
    let order = if is_stream {
        Order::OnArrival
    } else {
        Order::AsListed
    };
    let sink = fan_out.session.sink()?;
    let power = output.power_lists(plan);
    let writer = output.writer(plan, String::new(), sink, env);
    let writer = writer.note_seen(Seen::of(&fan_out.session));
    let is_apart = !env.stdout_is_terminal
        || plan.options.output.output_file.is_some()
        || plan.options.output.silent;
    let visibility = match (env.shows_progress(), is_apart) {
        (false, _) => Visibility::Nowhere,
        (true, false) => Visibility::UntilTheAnswer,
        (true, true) => Visibility::ToTheEnd,
    };
    let scopes = std::mem::take(&mut found.scopes);
    let noun = fan_out.pattern.every.plural();
    let clock = client.shared.clock();
    let progress = Progress::new(visibility, *console, clock, noun, scopes.len());
    let concurrency = AdaptiveConcurrency::new(within_open_files(
        args.many.parallel_lists(),
        env.most_open_files,
    ));
    let run = ListRun {
        fan_out: Rc::clone(&fan_out),
        scopes,
        buffer: ReorderBuffer::new(writer, order, progress),
        concurrency: Rc::new(RefCell::new(concurrency)),
        is_parallel_given: args.many.gives_parallel(),
        api_version: RefCell::default(),
        power,
    };
    let unlisted = std::mem::take(&mut found.failures);
    let document = Document::new(run, unlisted, args.many.fail_fast);
    document.print(found).await
}

/// Sends the request to each, as if its address had was on standard input.
async fn send(
    fan_out: Rc<FanOut>,
    args: RequestArgs,
    output: OutputSpec,
    context: RunContext,
    found: &FoundScopes,
) -> Result<(), Failure> {
    for (scope, error) in &found.failures {
        let console = fan_out.session.console;
        if matches!(error, Error::Wildcard(WildcardError::UnusableName { .. })) {
            console.note(error.to_string());
        } else {
            console.note(format!(
                "the resource groups of {} cannot be listed: {error}",
                scope.subscription_words()
            ));
        }
    }
    if !found.refusals.is_empty() || !found.failures.is_empty() {
        return Err(WildcardError::NotAllListed {
            plural: fan_out.pattern.every.plural(),
        }
        .into());
    }
    let query = args.url.split_once('?').map(|(_, query)| query.to_owned());
    let is_path = !args.url.contains("://") && !args.url.starts_with(':');
    let ids = found.scopes.iter().zip(1..).map(|(scope, number)| {
        let url = &scope.url;
        let mut text = if is_path {
            url.path().to_owned()
        } else {
            url[..url::Position::AfterPath].to_owned()
        };
        if let Some(query) = &query {
            text.push('?');
            text.push_str(query);
        }
        Id {
            place: IdPlace::Match(number),
            text,
            syntax: IdSyntax::Url,
        }
    });
    let ids = ids.collect();
    let shared = Rc::clone(&fan_out.session.client.shared);
    let batch = Batch::new(args, output, context, ids);
    Box::pin(ids::run_for(batch, shared)).await
}
