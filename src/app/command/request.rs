//! One request, from its arguments to its answer. Loops over nothing: pages are `pages`' part.

use std::rc::Rc;

use http::Method;

use crate::app::exchange::in_flight::RequestTracker;
use crate::app::exchange::output_spec::OutputSpec;
use crate::app::exchange::request::{first_request, sink};
use crate::app::exchange::{answer, preview, resume_command};
use crate::app::fan_out::{every, ids};
use crate::app::session::context::{self, RunContext};
use crate::app::session::{client, default_subscription, trace};
use crate::app::terminal::signals::{force_exit_on_second_signal, interruptible};
use crate::app::terminal::{confirm, input};
use crate::cli::RequestArgs;
use crate::client::Deadline;
use crate::credential::Credential;
use crate::env::Env;
use crate::error::Failure;
use crate::output::{Console, Verbosity};
use crate::plan::{self, Defaults, Preview, RequestPlan, Waiting};

/// Runs a request, or one for each ID on standard input.
pub(crate) async fn run(mut args: RequestArgs, env: &Env) -> Result<(), Failure> {
    default_subscription::resolve_in(&mut args, env)?;
    let known = context::known(&args, env).await?;
    if args.end_of_each().is_some() {
        return Box::pin(ids::run(args, known, env)).await;
    }
    Box::pin(one(args, known, env)).await
}

async fn one(args: RequestArgs, mut known: RunContext, env: &Env) -> Result<(), Failure> {
    // What stands for many is planned again for each of them.
    let may_be_many = args.url.contains(['*', '{']);
    let kept = may_be_many.then(|| (args.clone(), known.inputs.clone()));
    let defaults = Defaults {
        versions: Rc::clone(&known.versions),
        subscription_id: context::default_subscription(
            &args,
            args.url.contains('{'),
            &known.cloud,
            env,
        ),
        client_request_id: uuid::Uuid::new_v4().to_string(),
    };
    let inputs = std::mem::take(&mut known.inputs);
    let mut plan = plan::plan(args, inputs, &known.cloud, &defaults, env)?;
    let RunContext {
        wanted,
        deadline,
        cloud,
        versions,
        given,
        ..
    } = known;
    let console = Console::new(Verbosity::of(
        plan.options.output.silent,
        plan.options.output.verbose,
    ));
    for note in &plan.notes {
        console.note(note);
    }
    if plan.body.is_empty() && is_write(&plan.method) && input::stdin_is_pipe() {
        console.note("standard input is a pipe, and was not read: add `-` to send it as the body");
    }
    match plan.rehearsal {
        Preview::DryRun => return Ok(preview::dry_run(&plan)?),
        Preview::Curl => return Ok(preview::curl(&plan, console)?),
        Preview::None => {}
    }
    if let (Some(pattern), Some((args, inputs))) = (plan.pattern.take(), kept) {
        let known = RunContext {
            wanted,
            deadline,
            cloud,
            inputs,
            versions,
            given,
        };
        return Box::pin(every::run(args, known, plan, pattern, env)).await;
    }
    confirm::one(&plan, env)?;
    let outcome = execute(&plan, wanted, given, deadline, console, env).await;
    outcome.map_err(|failure| failure.in_run(resume_command::run_of(&plan)))
}

/// Sends the request of a plan, and prints what comes back.
async fn execute(
    plan: &RequestPlan,
    wanted: OutputSpec,
    given: Option<Credential>,
    deadline: Option<Deadline>,
    console: Console,
    env: &Env,
) -> Result<(), Failure> {
    let shared = client::shared(plan, given, deadline, env, console)?;
    let mut client = client::client(plan, &shared, trace::observer(console, env));
    let flight = RequestTracker::of(&mut client);
    let sink = sink(plan)?;
    let request = first_request(plan);
    let printed = answer::print(&client, request, plan, wanted, sink, console, env);
    // Who waits hears Ctrl-C from the start: the system's way is gone once it was listened to. Who
    // writes must hear what became of it.
    let listens = plan.options.output.output_file.is_some() || plan.waiting != Waiting::No;
    let outcome = if listens || !plan.method.is_safe() {
        force_exit_on_second_signal();
        interruptible(Box::pin(printed)).await
    } else {
        Box::pin(printed).await
    };
    outcome.map_err(|failure| flight.explain(failure, plan))
}

/// Tells whether a request of this verb nearly always has a body.
fn is_write(method: &Method) -> bool {
    matches!(*method, Method::PUT | Method::PATCH)
}
