//! Many IDs: reads them, and plans a request for each before the first one is sent. Who makes them and prints a line
//! for each: `requests`.

pub(crate) mod context;
pub(crate) mod record;
pub(crate) mod requests;

use std::rc::Rc;

use crate::app::exchange::preview;
use crate::app::fan_out::ids::context::Batch;
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
    let batch = Batch::new(args, known, read.ids, console, env);
    Box::pin(run_all(batch, &first, None, env)).await
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
    let batch = Batch::new(args, known, ids, console, env);
    Box::pin(run_all(batch, &first, Some(shared), env)).await
}

async fn run_all(
    batch: Batch,
    first: &Id,
    shared: Option<Rc<Shared>>,
    env: &Env,
) -> Result<(), Failure> {
    let console = batch.console();
    let mut names = Vec::new();
    for id in batch.ids() {
        let plan = batch.plan(id)?;
        if names.len() < confirm::MOST_NAMES {
            names.push(confirm::name(&plan));
        }
        for note in &plan.notes {
            console.trace(Verbosity::Verbose, &format!("{}: {note}", id.place));
        }
    }
    let plan = batch.plan(first)?;
    if plan.rehearsal != Preview::None {
        return rehearse(&batch, console);
    }
    if plan.confirmation == Confirmation::Needed {
        confirm::many(batch.ids().len(), &names, env)?;
    }
    requests::run(batch.signed_in(&plan, shared).await?).await
}

/// Shows every request.
fn rehearse(batch: &Batch, console: Console) -> Result<(), Failure> {
    let mut console = console;
    for (number, id) in batch.ids().iter().enumerate() {
        let plan = batch.plan(id)?;
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
