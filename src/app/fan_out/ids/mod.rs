//! Many IDs: reads them, plans a request for each before the first one is sent, asks, and prints a line for each
//! answer. What one request does is `request`'s and `answer`'s part; how they go beside each other is `line_up`'s.

pub(crate) mod context;
pub(crate) mod record;
pub(crate) mod scheduler;

use std::rc::Rc;

use crate::app::exchange::preview;
use crate::app::fan_out::ids::context::Work;
use crate::app::session::context::RunContext;
use crate::app::terminal::stdout::print;
use crate::app::terminal::{confirm, input};
use crate::cli::RequestArgs;
use crate::client::Shared;
use crate::env::Env;
use crate::error::Failure;
use crate::output::{Console, Verbosity};
use crate::plan::ids::{self, Id};
use crate::plan::{Confirmation, Preview};

/// Runs a request for each ID on standard input.
pub(crate) async fn run(args: RequestArgs, known: RunContext, env: &Env) -> Result<(), Failure> {
    let console = Console::new(Verbosity::of(
        args.options.output.silent,
        args.options.output.verbose,
    ));
    let input = input::read_ids(args.options.paging.max_memory, env)?;
    let read = ids::read(&input)?;
    drop(input);
    if read.goes_on {
        console
            .note("the list on standard input names a next page: only the items in it are asked");
    }
    let Some(first) = read.ids.first().cloned() else {
        console.note("no IDs on standard input: nothing was sent");
        return Ok(());
    };
    let work = Work::new(args, known, read.ids, console, env);
    Box::pin(run_all(work, &first, None, env)).await
}

/// Runs a request for each of these IDs, with the connections and tokens of a run that has begun.
pub(crate) async fn run_for(
    args: RequestArgs,
    known: RunContext,
    ids: Vec<Id>,
    shared: Rc<Shared>,
    env: &Env,
) -> Result<(), Failure> {
    let console = Console::new(Verbosity::of(
        args.options.output.silent,
        args.options.output.verbose,
    ));
    let Some(first) = ids.first().cloned() else {
        return Ok(());
    };
    let work = Work::new(args, known, ids, console, env);
    Box::pin(run_all(work, &first, Some(shared), env)).await
}

async fn run_all(
    work: Work,
    first: &Id,
    shared: Option<Rc<Shared>>,
    env: &Env,
) -> Result<(), Failure> {
    let console = work.console();
    let mut names = Vec::new();
    for id in work.ids() {
        let plan = work.plan(id)?;
        if names.len() < confirm::MOST_NAMES {
            names.push(confirm::name(&plan));
        }
        for note in &plan.notes {
            console.trace(Verbosity::Verbose, &format!("{}: {note}", id.place));
        }
    }
    let plan = work.plan(first)?;
    if plan.rehearsal != Preview::None {
        return rehearse(&work, console);
    }
    if plan.confirmation == Confirmation::Needed {
        confirm::many(work.ids().len(), &names, env)?;
    }
    Ok(scheduler::run(work.signed_in(&plan, shared).await?).await?)
}

/// Shows every request.
fn rehearse(work: &Work, console: Console) -> Result<(), Failure> {
    let mut console = console;
    for (number, id) in work.ids().iter().enumerate() {
        let plan = work.plan(id)?;
        if number > 0 {
            print("\n")?;
        }
        if plan.rehearsal == Preview::Curl {
            preview::curl(&plan, console)?;
        } else {
            preview::dry_run(&plan)?;
        }
        // What is to be noted is the same for all.
        console = Console::new(Verbosity::Silent);
    }
    Ok(())
}
