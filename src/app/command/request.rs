//! One request, from its arguments to its answer, or the many that it stands for: then `fan_out` makes them.

use std::rc::Rc;

use http::Method;

use crate::app::exchange::body_check::BodyChecks;
use crate::app::exchange::in_flight::RequestTracker;
use crate::app::exchange::output_spec::OutputSpec;
use crate::app::exchange::{
    answer, column_notes, curl_command, power_states, preview, repeating, resume_command,
};
use crate::app::fan_out::{every, ids};
use crate::app::look;
use crate::app::naming::seen;
use crate::app::session::context::RunContext;
use crate::app::session::run::Session;
use crate::app::session::{azure_defaults, default_subscription, subscription_choice};
use crate::app::terminal::pager::Pager;
use crate::app::terminal::signals::{force_exit_on_second_signal, interruptible};
use crate::app::terminal::{confirm, input};
use crate::azure::{HostKind, ResourceId, host_kind};
use crate::cli::{OutputFormat, RequestArgs};
use crate::client::Deadline;
use crate::env::Env;
use crate::error::{AccessError, Error, Failure, LookError, ResourceError};
use crate::output::{Sink, Verbosity};
use crate::plan::{Preview, Waiting, WhatIf};
use crate::shell::Shell;

/// What the IDs on standard input may hold.
const EVERY_PLACEHOLDER: &str = "{rg}{location}";

/// Runs a request, or one for each ID on standard input.
pub(crate) async fn run(args: RequestArgs, env: &Env) -> Result<(), Failure> {
    go_on(args, None, env).await
}

/// Runs a request, perhaps as the next one of a run that has begun.
pub(crate) async fn go_on(
    mut args: RequestArgs,
    begun: Option<RunContext>,
    env: &Env,
) -> Result<(), Failure> {
    let address = args.end_of_each().map_or(&*args.url, |_| EVERY_PLACEHOLDER);
    let env = &*azure_defaults::filled(address, env);
    default_subscription::resolve_in(&mut args, env)?;
    let output = OutputSpec::of(&args.options.output)?;
    let mut context = match begun {
        Some(begun) => begun.going_on_with(&args)?,
        None => RunContext::of(&args, env).await?,
    };
    let url = args.url.clone();
    subscription_choice::settle(&mut args, &url, &mut context).await?;
    let (usage, console) = (Rc::clone(&context.usage), context.console);
    let outcome = if args.end_of_each().is_some() {
        Box::pin(ids::run(args, output, context)).await
    } else {
        Box::pin(one(args, output, context)).await
    };
    if let Some(words) = usage.words() {
        console.trace(Verbosity::Verbose, format!("* {words}"));
    }
    outcome
}

/// Runs the request of a URL, which may be a pattern that stands for many.
async fn one(
    args: RequestArgs,
    output: OutputSpec,
    mut context: RunContext,
) -> Result<(), Failure> {
    let default = context.default_subscription(&args, args.url.contains('{'));
    let plan = context.plan(&args, default)?;
    let console = context.console;
    for note in &plan.notes {
        console.note(note);
    }
    let host = host_kind(&plan.target.cloud, &plan.target.url);
    if host == HostKind::ResourceManager {
        let id = ResourceId::of(&plan.target.url);
        for note in column_notes::of(&id, args.options.output.columns.as_ref()) {
            console.note(note);
        }
    }
    if output.power_lists(&plan).is_some() {
        power_states::note(console);
    }
    if plan.body.is_empty() && is_write(&plan.method) && input::stdin_is_pipe() {
        console.note("standard input is a pipe, and was not read: add `-` to send it as the body");
    }
    BodyChecks::default().check(&plan, console)?;
    match plan.preview {
        Preview::DryRun if plan.look.preflight => preview::dry_run(&plan, context.deadline)?,
        Preview::DryRun => return Ok(preview::dry_run(&plan, context.deadline)?),
        Preview::Command(tool) => {
            let shell = Shell::of(&context.env);
            return Ok(curl_command::print(
                &plan,
                tool,
                shell,
                context.deadline,
                console,
            )?);
        }
        Preview::None => {}
    }
    let repeats = args.options.network.watch;
    if let Some(pattern) = plan.pattern.clone() {
        if repeats.is_some() {
            return Err(ResourceError::Several.into());
        }
        return Box::pin(every::run(args, output, context, plan, pattern)).await;
    }
    if plan.look.what_if == WhatIf::No && plan.preview == Preview::None {
        confirm::one(&plan, context.deadline, &context.env)?;
    }
    let in_run = resume_command::run_of(&plan);
    let outcome = match context.session(plan) {
        Ok(session) => match repeats {
            Some(pause) => interruptible(Box::pin(repeating::run(&session, &output, pause))).await,
            None => look_and_execute(session, output).await,
        },
        Err(error) => Err(error.into()),
    };
    outcome.map_err(|failure| failure.in_run(in_run))
}

/// Looks before a write if that was asked for, and then writes.
async fn look_and_execute(session: Session, output: OutputSpec) -> Result<(), Failure> {
    let plan = &session.plan;
    if plan.look.preflight {
        Box::pin(look::preflight(&session)).await?;
    }
    if plan.preview == Preview::DryRun {
        return Ok(());
    }
    if plan.look.what_if != WhatIf::No {
        let shown = Box::pin(look::what_if(&session)).await;
        let changes = match shown {
            // The question can be put all the same.
            Err(Failure {
                error: Error::Access(AccessError::Look(error)),
                ..
            }) if plan.look.what_if == WhatIf::Confirmed => {
                let text = format!("what it would change cannot be shown: {error}");
                session.console.note(text);
                true
            }
            shown => shown?,
        };
        if plan.look.what_if == WhatIf::Only {
            return if changes && plan.options.exit.exit_status {
                Err(LookError::Changes.into())
            } else {
                Ok(())
            };
        }
        confirm::one(plan, session.client.deadline(), &session.env)?;
    }
    execute(session, output).await
}

/// Sends the request of a session, and prints what comes back.
async fn execute(mut session: Session, output: OutputSpec) -> Result<(), Failure> {
    let tracker = RequestTracker::of(&mut session);
    let (pager, sink) = match pager_of(&session) {
        Some((pager, sink)) => (Some(pager), sink),
        None => (None, session.sink()?),
    };
    let printed = answer::print(&session, output, sink);
    // A run that waits listens from the start: once it has listened to a signal, the system no longer ends it. A run
    // that writes must say what became of the write.
    let plan = &session.plan;
    let listens = plan.options.output.output_file.is_some() || plan.waiting != Waiting::No;
    let outcome = if pager.is_some() {
        // The keys of the terminal are the pager's, too: this run ends, and waits for it.
        interruptible(Box::pin(printed)).await
    } else if listens || !plan.method.is_safe() {
        force_exit_on_second_signal();
        interruptible(Box::pin(printed)).await
    } else {
        Box::pin(printed).await
    };
    if let Some(pager) = pager {
        pager.closed().await;
    }
    if outcome.is_ok() {
        seen::written(&session);
    }
    outcome.map_err(|failure| tracker.explain(failure, plan))
}

/// Starts a pager if a person reads the answer and wants one. A secret goes through no other program.
fn pager_of(session: &Session) -> Option<(Pager, Sink)> {
    let plan = &session.plan;
    let output = &plan.options.output;
    let is_shown = !output.silent && output.format != OutputFormat::None;
    let is_wanted = session.env.stdout_is_terminal && !output.no_pager && is_shown;
    if !is_wanted || output.output_file.is_some() || plan.gives_secret() {
        return None;
    }
    let until = session.client.deadline().map(Deadline::instant);
    Pager::start(until, &session.env)
}

/// Tells whether a request of this verb nearly always has a body.
fn is_write(method: &Method) -> bool {
    matches!(*method, Method::PUT | Method::PATCH)
}
