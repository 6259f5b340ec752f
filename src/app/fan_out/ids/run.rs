//! Reads the IDs, and plans a request for each before the first one is sent. Who makes the requests and prints a line
//! for each: `requests`.

use std::collections::HashSet;
use std::rc::Rc;

use crate::app::exchange::body_check::BodyChecks;
use crate::app::exchange::output_spec::OutputSpec;
use crate::app::exchange::{curl_command, preview};
use crate::app::fan_out::ids::context::Batch;
use crate::app::fan_out::ids::{in_order, requests};
use crate::app::naming::in_list;
use crate::app::session::context::RunContext;
use crate::app::session::subscription_choice;
use crate::app::terminal::confirm;
use crate::app::terminal::input::{self, ReadLimits};
use crate::app::terminal::stdout::print_until;
use crate::azure::ResourceId;
use crate::cli::RequestArgs;
use crate::client::Shared;
use crate::error::Failure;
use crate::output::Verbosity;
use crate::plan::ids::{self, Id, IdSyntax};
use crate::plan::{Confirmation, Preview, names_subscription};
use crate::shell::Shell;

/// Runs a request for each ID on standard input.
pub(crate) async fn run(
    mut args: RequestArgs,
    output: OutputSpec,
    mut context: RunContext,
) -> Result<(), Failure> {
    let console = context.console;
    let input = input::read_ids(
        ReadLimits::of(&args.options, context.deadline),
        &context.env,
    )?;
    let mut read = ids::read(&input)?;
    drop(input);
    Box::pin(in_list::resolve(&mut read.ids, &args, &mut context)).await?;
    if read.goes_on {
        console
            .note("the list on standard input names a next page: only the items in it are asked");
    }
    if read.ids.is_empty() {
        console.note("no IDs on standard input: nothing was sent");
    }
    let urls = read.ids.iter().filter(|id| id.syntax == IdSyntax::Url);
    if let Some(id) = urls.clone().find(|id| names_subscription(&id.text)) {
        subscription_choice::settle(&mut args, &id.text, &mut context).await?;
    }
    let mut ids = read.ids;
    if args.many.in_order {
        ids.sort_by_key(Id::deletion_rank);
        // What is still being deleted is still in the way.
        args.wait = true;
    }
    let batch = Batch::new(args, output, context, ids);
    Box::pin(run_all(batch, None)).await
}

/// Runs a request for each ID of a batch, with the connections and tokens of a run that has begun.
pub(crate) async fn run_for(batch: Batch, shared: Rc<Shared>) -> Result<(), Failure> {
    Box::pin(run_all(batch, Some(shared))).await
}

async fn run_all(mut batch: Batch, shared: Option<Rc<Shared>>) -> Result<(), Failure> {
    let console = batch.context.console;
    let mut first = None;
    let mut names = Vec::new();
    let mut bodies = BodyChecks::default();
    let mut refused = None;
    // The body of a run that has begun was compared before.
    let is_first_run = shared.is_none();
    let mut types = HashSet::new();
    batch.plan_all(|id, plan| {
        let type_name = ResourceId::of(&plan.target.url).type_name();
        if is_first_run && refused.is_none() && types.insert(type_name) {
            let checked = bodies.check(&plan, console);
            refused = checked.err().map(|error| Failure::from(error).at(id.place));
        }
        if names.len() < confirm::MOST_NAMES {
            names.push(confirm::name(&plan));
        }
        for note in &plan.notes {
            console.trace(Verbosity::Verbose, format!("{}: {note}", id.place));
        }
        first.get_or_insert(plan);
    })?;
    if let Some(refused) = refused {
        return Err(refused);
    }
    let Some(plan) = first else {
        return Ok(());
    };
    if plan.preview != Preview::None {
        return preview_all(&batch);
    }
    if plan.confirmation != Confirmation::NotNeeded {
        confirm::many(
            &plan,
            batch.sent().count(),
            &names,
            batch.context.deadline,
            &batch.context.env,
        )?;
    }
    let batch = Box::pin(batch.signed_in(plan, shared)).await?;
    if batch.args().many.in_order {
        return in_order::run(batch).await;
    }
    requests::run(batch).await
}

/// Shows every request.
fn preview_all(batch: &Batch) -> Result<(), Failure> {
    let deadline = batch.context.deadline;
    let mut console = batch.context.console;
    for (number, id) in batch.sent().enumerate() {
        let plan = batch.plan(id)?;
        if number > 0 {
            print_until(deadline, b"\n")?;
        }
        if let Preview::Command(tool) = plan.preview {
            let shell = Shell::of(&batch.context.env);
            curl_command::print(&plan, tool, shell, deadline, console)?;
        } else {
            preview::dry_run(&plan, deadline)?;
        }
        // What is to be noted is the same for all.
        console = console.silent();
    }
    Ok(())
}
