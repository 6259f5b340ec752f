//! Keeps as many requests under way as the width allows, lays what comes of them on the desk in its order, and says how
//! it ended. Knows no page.

use std::collections::{BTreeMap, HashSet};
use std::pin::pin;
use std::rc::Rc;

use tokio::task::JoinSet;

use crate::app::exchange::{request, resume_command};
use crate::app::fan_out::every::list_task::{Answered, Ending, Run, ask};
use crate::app::fan_out::every::merge::ReorderBuffer;
use crate::app::fan_out::every::scopes::{Found, Scope};
use crate::app::terminal::signals;
use crate::azure::Shown;
use crate::cli::OutputFormat;
use crate::client::{self, PageError};
use crate::error::{Error, ExitCode, Failure, Stop, UnfinishedLists};
use crate::output::{Console, End, Fact};
use crate::plan::RequestPlan;

/// Why no more is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum StopReason {
    /// `--limit` is reached.
    Limit,
    /// See [`Stop`].
    Early(Stop),
}

/// What became of all.
#[derive(Debug)]
pub(crate) struct Summary {
    console: Console,
    halt: Option<StopReason>,
    answered: usize,
    failed: usize,
    /// Those whose pages were not all asked for, as the user wants it.
    with_more: usize,
    worst: ExitCode,
    /// Hints that were given: the same for each would drown the errors.
    hints: HashSet<Shown>,
}

impl Summary {
    /// The errors of those that could not be listed come first.
    pub(crate) fn new(run: &Run, found: Vec<(Scope, Error)>) -> Self {
        let mut tally = Self {
            console: run.source.console,
            halt: None,
            answered: 0,
            failed: 0,
            with_more: 0,
            worst: ExitCode::Done,
            hints: HashSet::new(),
        };
        for (scope, error) in found {
            tally.fail(&scope, error.into(), &run.source.plan);
        }
        tally
    }

    /// Says that one has failed.
    fn fail(&mut self, scope: &Scope, failure: Failure, plan: &RequestPlan) {
        self.failed += 1;
        self.worst = self.worst.or_worse(failure.exit_code());
        let mut message = failure.in_run(resume_command::run_of(plan)).message();
        let Scope {
            subscription,
            name,
            group,
        } = scope;
        let mut facts = Vec::new();
        if let Some(group) = group {
            facts.push(Fact::new("resource group", group.to_string()));
        }
        facts.push(Fact::new(
            "subscription",
            if name.is_empty() {
                subscription.to_string()
            } else {
                format!("{name} ({subscription})")
            },
        ));
        message.facts.splice(0..0, facts);
        message.hints.retain(|hint| self.hints.insert(hint.clone()));
        self.console.error(&message);
    }
}

/// Asks all.
pub(crate) async fn work_off(
    run: &Rc<Run>,
    mut tally: Summary,
    fail_fast: bool,
) -> Result<Summary, Failure> {
    let total = run.scopes.len();
    let unlisted = tally.failed;
    let has_limit = run.source.plan.options.paging.limit().is_some();
    let mut interrupted = pin!(signals::interrupted());
    let mut workers = JoinSet::new();
    let mut finished = BTreeMap::new();
    if fail_fast && tally.failed > 0 {
        tally.halt = Some(StopReason::Early(Stop::Failure));
    }
    let mut turn = 0;
    while tally.halt.is_none() {
        let change = run.desk.change();
        while run.next.get() < total
            && workers.len() < run.width.borrow().get()
            && run.desk.has_room()
        {
            let number = run.next.get();
            run.next.set(number + 1);
            workers.spawn_local(ask(Rc::clone(run), number));
        }
        if workers.is_empty() {
            break;
        }
        let joined = tokio::select! {
            biased;
            joined = workers.join_next() => joined,
            () = &mut interrupted => {
                tally.halt = Some(StopReason::Early(Stop::Interrupted));
                break;
            }
            () = change => continue,
        };
        let Some(joined) = joined else {
            continue;
        };
        let answered = joined.map_err(|error| Error::Worker {
            message: error.to_string(),
        })?;
        run.desk.progress.one_more();
        let number = answered.number;
        if run.desk.is_at_turn(number) {
            settle(run, answered, &mut tally, fail_fast).await?;
            if number == turn {
                turn = run.desk.next_turn();
            }
        } else {
            // Where there is a limit, only its turn tells whether a failure lies before it.
            if !run.desk.is_full() {
                tally.halt = halt_of(&answered, fail_fast && !has_limit);
            }
            finished.insert(number, answered);
        }
        while !run.desk.is_full()
            && let Some(answered) = finished.remove(&turn)
        {
            settle(run, answered, &mut tally, fail_fast).await?;
            turn = run.desk.next_turn();
        }
        if run.desk.is_full()
            && (run.next.get() < total || !workers.is_empty() || !finished.is_empty())
        {
            tally.halt = tally.halt.or(Some(StopReason::Limit));
        }
    }
    workers.abort_all();
    while workers.join_next().await.is_some() {}
    // The failure that ends the run may not be at turn yet: it is told all the same.
    let is_limited = tally.halt == Some(StopReason::Limit);
    for (_, answered) in finished {
        if answered.result.is_err() && !is_limited {
            settle_result(run, answered, &mut tally)?;
        }
    }
    let is_early = matches!(tally.halt, Some(StopReason::Early(_)));
    if run.desk.is_as_they_come() && run.desk.is_full() && !is_early && tally.failed > unlisted {
        // No failure lies before the limit where there is no order but that of the time.
        tally.failed = unlisted;
        run.desk.leave_out();
    }
    Ok(tally)
}

/// Prints what is left of an answer, and takes note of its end, unless that lies behind the limit.
async fn settle(
    run: &Run,
    mut answered: Answered,
    tally: &mut Summary,
    fail_fast: bool,
) -> Result<(), Failure> {
    run.desk.lay_down(&mut answered.hand).await?;
    let failure = answered.result.as_ref().err();
    if failure.is_some_and(|failure| is_behind_limit(&run.desk, &failure.error)) {
        run.desk.leave_out();
        return Ok(());
    }
    tally.halt = tally.halt.or(halt_of(&answered, fail_fast));
    settle_result(run, answered, tally)
}

/// Tells whether the limit was reached before this error of the answer that was printed last. An error beside data is
/// where its page is.
fn is_behind_limit(desk: &ReorderBuffer, error: &Error) -> bool {
    if matches!(
        error,
        Error::Page(PageError::Partial(_) | PageError::NoList)
    ) {
        return desk.was_full();
    }
    desk.is_full() && !error.is_of_this_machine()
}

fn settle_result(run: &Run, answered: Answered, tally: &mut Summary) -> Result<(), Failure> {
    match answered.result {
        Ok(ending) => {
            tally.answered += 1;
            match ending {
                Ending::Complete => {}
                Ending::MorePages => tally.with_more += 1,
                Ending::Full => run.desk.leave_out(),
            }
        }
        Err(failure) if failure.error.is_of_this_machine() => return Err(failure),
        Err(failure) if is_end_of_run(&failure) => {}
        Err(failure) => {
            run.desk.progress.clear();
            if let Some(scope) = run.scopes.get(answered.number) {
                tally.fail(scope, failure, &run.source.plan);
            }
        }
    }
    Ok(())
}

/// Tells whether the end of one ends all.
fn halt_of(answered: &Answered, fail_fast: bool) -> Option<StopReason> {
    let failure = answered.result.as_ref().err()?;
    if is_end_of_run(failure) {
        return Some(StopReason::Early(Stop::TimedOut));
    }
    fail_fast.then_some(StopReason::Early(Stop::Failure))
}

/// Tells whether the time of the whole run is over. An operation that was being watched is told all the same, with the
/// command that goes on.
fn is_end_of_run(failure: &Failure) -> bool {
    let is_over = matches!(failure.error, Error::Client(client::Error::TimedOut { .. }));
    is_over && failure.context.operation.is_none()
}

/// Ends the document, and says what is missing in it.
pub(crate) fn end(run: Run, tally: &Summary, found: &Found, unlisted: usize) -> Result<(), Error> {
    let Run {
        source,
        scopes,
        desk,
        ..
    } = run;
    let plan = &source.plan;
    let total = scopes.len() + unlisted;
    let stop = match tally.halt {
        Some(StopReason::Early(stop)) => Some(stop),
        Some(StopReason::Limit) | None => None,
    };
    let is_whole = tally.failed == 0 && found.refusals.is_empty() && stop.is_none();
    let (has_begun, has_left_out) = (desk.has_begun(), desk.has_left_out());
    if !is_whole && !has_begun && tally.answered == 0 {
        desk.progress.end();
        return Err(failure(tally, stop, total, found, plan, false));
    }
    let printer = desk.into_printer()?;
    let items = printer.items();
    let is_limited = has_left_out || tally.halt == Some(StopReason::Limit);
    let end = match (is_whole, is_limited) {
        (false, _) => End::Failed(None),
        (true, true) => End::Limited(None),
        (true, false) => End::Complete,
    };
    let results = printer.finish(end)?;
    if is_limited {
        let noun = if items == 1 { "item" } else { "items" };
        tally
            .console
            .note(&format!("stopped after {items} {noun}: there are more"));
    }
    if let (1.., Some(pattern)) = (tally.with_more, &plan.pattern) {
        let pages = plan.options.paging.most_pages().unwrap_or(1);
        let words = more_pages(tally.with_more, total, pattern.every.plural(), pages);
        tally.console.note(&words);
    }
    if !is_whole {
        if let Some(path) = request::replaced_file(plan) {
            tally
                .console
                .note(&format!("`{}` is not written", path.display()));
        }
        return Err(failure(tally, stop, total, found, plan, true));
    }
    if results == 0 && total > 0 && !is_limited && plan.options.output.format == OutputFormat::Table
    {
        tally.console.note("nothing found");
    }
    if results == 0 && plan.options.exit.exit_status {
        return Err(Error::NothingFound);
    }
    Ok(())
}

/// Says of how many only some pages were asked for.
fn more_pages(count: usize, total: usize, plural: &str, pages: u64) -> String {
    let verb = if count == 1 { "has" } else { "have" };
    let asked = if pages == 1 {
        "the first page of each was".to_owned()
    } else {
        format!("the first {pages} pages of each were")
    };
    format!("{count} of {total} {plural} {verb} more pages; only {asked} asked for")
}

fn failure(
    tally: &Summary,
    stop: Option<Stop>,
    total: usize,
    found: &Found,
    plan: &RequestPlan,
    is_printed: bool,
) -> Error {
    let code = match stop {
        Some(Stop::Interrupted) => ExitCode::Interrupted,
        _ if is_printed => ExitCode::Incomplete,
        None if tally.failed == 0 => ExitCode::Incomplete,
        Some(Stop::TimedOut) => ExitCode::TimedOut,
        Some(Stop::Failure) | None => tally.worst,
    };
    let every = plan.pattern.as_ref().map(|pattern| pattern.every);
    Error::UnfinishedLists(Box::new(UnfinishedLists {
        noun: every.map_or("", |every| every.noun()),
        plural: every.map_or("", |every| every.plural()),
        total,
        failed: tally.failed,
        missing: total.saturating_sub(tally.answered),
        refused_tenants: found.refusals.len(),
        stop,
        code,
    }))
}
