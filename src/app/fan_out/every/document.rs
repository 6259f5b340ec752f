//! The document that many lists make: settles each list at its turn, and says at the end what is missing. What one list
//! does: `list_task`; how many are fetched at a time: `scheduler`; where pages wait for their turn: `merge`.

use std::rc::Rc;

use crate::app::exchange::answer::note_results;
use crate::app::exchange::resume_command;
use crate::app::fan_out::every::list_task::{FetchedList, ListEnding, ListRun, fetch};
use crate::app::fan_out::every::merge::ReorderBuffer;
use crate::app::fan_out::every::scopes::{FoundScopes, Scope};
use crate::app::fan_out::scheduler::{self, AtStop, Concurrency, RunEnd, StopReason, Tasks};
use crate::app::fan_out::summary::{RepeatedHints, Summary};
use crate::app::terminal::style::labels;
use crate::client::{self, PageError};
use crate::error::{Error, ExitCode, Failure, Stop, UnfinishedLists};
use crate::output::{Console, End, Fact};
use crate::plan::RequestPlan;

/// The lists, and what became of them.
pub(crate) struct Document {
    run: Rc<ListRun>,
    summary: Summary,
    fail_fast: bool,
    /// Those that could not be listed; they are counted as failed.
    unlisted: usize,
    /// Those that were fetched, as far as the user wants them.
    fetched: usize,
    /// Those that are printed, or have failed.
    settled: usize,
    /// Those whose pages were not all requested, as the user wants it.
    with_more: usize,
}

impl Tasks for Document {
    type Outcome = FetchedList;

    fn start(&mut self, number: usize) -> impl Future<Output = FetchedList> + 'static {
        fetch(Rc::clone(&self.run), number)
    }

    fn has_room(&self, waiting: usize) -> bool {
        let buffer = &self.run.buffer;
        // A number that the user gives is taken at its word.
        let most = if self.run.is_parallel_given {
            usize::MAX
        } else {
            buffer.most_ahead(self.settled)
        };
        buffer.has_room() && waiting < most
    }

    fn room_changed(&self) -> impl Future<Output = ()> {
        self.run.buffer.change()
    }

    fn settles_on_arrival(&self) -> bool {
        self.run.buffer.prints_on_arrival()
    }

    fn arrived(&mut self, list: &FetchedList, is_at_turn: bool) -> Option<StopReason> {
        self.run.buffer.progress.one_more();
        if is_at_turn || self.is_full() {
            return None;
        }
        // If there is a limit, only its turn tells whether a failure is before it.
        let has_limit = self
            .run
            .fan_out
            .session
            .plan
            .options
            .paging
            .limit()
            .is_some();
        stop_of(list, self.fail_fast && !has_limit)
    }

    /// Prints what is left of a list, and records its end, unless that is after the limit.
    async fn settle(
        &mut self,
        number: usize,
        mut list: FetchedList,
    ) -> Result<Option<StopReason>, Failure> {
        let run = Rc::clone(&self.run);
        let buffer = &run.buffer;
        buffer.flush(&mut list.pages).await?;
        let failure = list.result.as_ref().err();
        let stop = if failure.is_some_and(|failure| is_after_limit(buffer, &failure.error)) {
            buffer.leave_out();
            None
        } else {
            let stop = stop_of(&list, self.fail_fast);
            self.count(number, list)?;
            stop
        };
        if !buffer.prints_on_arrival() {
            buffer.next_turn();
        }
        self.settled += 1;
        Ok(stop)
    }

    fn is_full(&self) -> bool {
        self.run.buffer.is_full()
    }

    /// It may not be the turn of the failure that ends the run: it is reported all the same.
    fn abandon(
        &mut self,
        number: usize,
        list: FetchedList,
        stop: StopReason,
    ) -> Result<(), Failure> {
        if list.result.is_ok() || stop == StopReason::Limit {
            return Ok(());
        }
        self.count(number, list)
    }
}

impl Document {
    /// The errors of those that could not be listed come first.
    pub(crate) fn new(run: ListRun, unlisted: Vec<(Scope, Error)>, fail_fast: bool) -> Self {
        let session = &run.fan_out.session;
        let labels = labels(&session.env);
        let mut document = Self {
            summary: Summary::new(session.console, labels, RepeatedHints::Once),
            run: Rc::new(run),
            fail_fast,
            unlisted: unlisted.len(),
            fetched: 0,
            settled: 0,
            with_more: 0,
        };
        for (scope, error) in unlisted {
            document.fail(&scope, error.into());
        }
        document
    }

    /// Fetches all lists, and ends the document.
    pub(crate) async fn print(mut self, found: &FoundScopes) -> Result<(), Failure> {
        let end = if self.fail_fast && self.unlisted > 0 {
            RunEnd {
                started: 0,
                stop: Some(StopReason::Early(Stop::Failure)),
            }
        } else {
            let total = self.run.scopes.len();
            let concurrency = Concurrency::Adaptive(Rc::clone(&self.run.concurrency));
            scheduler::run_all(&mut self, total, &concurrency, AtStop::Abort).await?
        };
        let buffer = &self.run.buffer;
        let is_limited_on_arrival = buffer.prints_on_arrival() && buffer.is_full();
        if is_limited_on_arrival && end.early().is_none() && self.summary.failed() > self.unlisted {
            // In the order of arrival no failure is before the limit.
            self.summary.forget_beyond(self.unlisted);
            buffer.leave_out();
        }
        Ok(self.end(end, found)?)
    }

    /// Takes note of how a list ended.
    fn count(&mut self, number: usize, list: FetchedList) -> Result<(), Failure> {
        match list.result {
            Ok(ending) => {
                self.fetched += 1;
                match ending {
                    ListEnding::Complete => {}
                    ListEnding::MorePages => self.with_more += 1,
                    ListEnding::Full => self.run.buffer.leave_out(),
                }
            }
            Err(failure) if failure.error.is_of_this_machine() => return Err(failure),
            Err(failure) if is_end_of_run(&failure) => {}
            Err(failure) => {
                let run = Rc::clone(&self.run);
                run.buffer.progress.clear();
                if let Some(scope) = run.scopes.get(number) {
                    self.fail(scope, failure);
                }
            }
        }
        Ok(())
    }

    /// Says that one has failed.
    fn fail(&mut self, scope: &Scope, failure: Failure) {
        let hints = resume_command::run_of(&self.run.fan_out.session.plan);
        let mut facts = Vec::new();
        if let Some(group) = &scope.group {
            facts.push(Fact::new("resource group", group.to_string()));
        }
        facts.push(Fact::new("subscription", scope.subscription_words()));
        self.summary.fail(&failure.in_run(hints), facts);
    }

    /// Ends the document, and says what is missing in it.
    fn end(self, end: RunEnd, found: &FoundScopes) -> Result<(), Error> {
        // No task is under way any more that could still print.
        let Some(run) = Rc::into_inner(self.run) else {
            return Err(Error::Interrupted);
        };
        let ListRun {
            fan_out,
            scopes,
            buffer,
            ..
        } = run;
        let (plan, console) = (&fan_out.session.plan, fan_out.session.console);
        let missing = Missing {
            summary: &self.summary,
            stop: end.early(),
            total: scopes.len() + self.unlisted,
            fetched: self.fetched,
            refused_tenants: found.refusals.len(),
        };
        let is_whole =
            self.summary.failed() == 0 && found.refusals.is_empty() && missing.stop.is_none();
        let (has_begun, has_left_out) = (buffer.has_begun(), buffer.has_left_out());
        let is_answered = buffer.is_answered();
        if !is_whole && !has_begun && self.fetched == 0 {
            buffer.progress.end();
            return Err(missing.error(plan, missing.code_of_nothing()));
        }
        let mut writer = buffer.into_writer()?;
        let seen = writer.take_seen();
        let is_limited = has_left_out || end.stop == Some(StopReason::Limit);
        let items = writer.items();
        let finished = writer.finish(match (is_whole, is_limited) {
            (false, _) => End::Failed(None),
            (true, true) => End::Limited(None),
            (true, false) => End::Complete,
        })?;
        if let Some(seen) = seen {
            seen.keep(&fan_out.session);
        }
        let has_room = finished.without_room == 0;
        if is_limited && !is_answered && has_room {
            console.note("there are more");
        }
        note_more_pages(self.with_more, missing.total, plan, console);
        if !is_whole {
            if let Some(path) = fan_out.session.replaced_file() {
                console.note(format!("`{}` is not written", path.display()));
            }
            return Err(missing.error(plan, missing.code_of_part()));
        }
        if missing.total > 0 && (!is_limited || !has_room) {
            note_results(&finished, items, plan, console);
        }
        let results = finished.count;
        if results == 0 && plan.options.exit.exit_status {
            return Err(Error::NothingFound);
        }
        Ok(())
    }
}

/// What is known of a document that is incomplete.
struct Missing<'a> {
    summary: &'a Summary,
    stop: Option<Stop>,
    total: usize,
    fetched: usize,
    refused_tenants: usize,
}

impl Missing<'_> {
    /// The exit code if a part was printed.
    fn code_of_part(&self) -> ExitCode {
        match self.stop {
            Some(Stop::Interrupted) => ExitCode::Interrupted,
            Some(Stop::TimedOut | Stop::Failure) | None => ExitCode::Incomplete,
        }
    }

    /// The exit code if nothing was printed.
    fn code_of_nothing(&self) -> ExitCode {
        if self.stop.is_none() && self.summary.failed() == 0 {
            return ExitCode::Incomplete;
        }
        self.summary.exit_code(self.stop)
    }

    fn error(&self, plan: &RequestPlan, code: ExitCode) -> Error {
        let every = plan.pattern.as_ref().map(|pattern| pattern.every);
        Error::UnfinishedLists(Box::new(UnfinishedLists {
            noun: every.map_or("", |every| every.noun()),
            plural: every.map_or("", |every| every.plural()),
            total: self.total,
            failed: self.summary.failed(),
            missing: self.total.saturating_sub(self.fetched),
            refused_tenants: self.refused_tenants,
            stop: self.stop,
            code,
        }))
    }
}

/// Says of how many lists only some pages were requested.
fn note_more_pages(count: usize, total: usize, plan: &RequestPlan, console: Console) {
    let (1.., Some(pattern)) = (count, &plan.pattern) else {
        return;
    };
    let plural = pattern.every.plural();
    let verb = if count == 1 { "has" } else { "have" };
    let asked = match plan.options.paging.most_pages() {
        Some(1) | None => "the first page of each was".to_owned(),
        Some(pages) => format!("the first {pages} pages of each were"),
    };
    console.note(format!(
        "{count} of {total} {plural} {verb} more pages; only {asked} asked for"
    ));
}

/// Tells whether the limit was reached before this error of the list that was printed last. An error next to data is
/// where its page is.
fn is_after_limit(buffer: &ReorderBuffer, error: &Error) -> bool {
    if matches!(
        error,
        Error::Page(PageError::Partial(_) | PageError::Alone(_) | PageError::NoList)
    ) {
        return buffer.was_full();
    }
    buffer.is_full() && !error.is_of_this_machine()
}

/// Tells whether the end of one ends all.
fn stop_of(list: &FetchedList, fail_fast: bool) -> Option<StopReason> {
    let failure = list.result.as_ref().err()?;
    if is_end_of_run(failure) {
        return Some(StopReason::Early(Stop::TimedOut));
    }
    fail_fast.then_some(StopReason::Early(Stop::Failure))
}

/// Tells whether the time of the whole run is over. An operation that was being watched is reported anyway, with the
/// command that continues.
fn is_end_of_run(failure: &Failure) -> bool {
    let is_over = matches!(failure.error, Error::Client(client::Error::TimedOut { .. }));
    is_over && failure.context.operation.is_none()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Missing, stop_of};
    use crate::app::fan_out::every::list_task::FetchedList;
    use crate::app::fan_out::every::merge::BufferedPages;
    use crate::app::fan_out::scheduler::StopReason;
    use crate::app::fan_out::summary::{RepeatedHints, Summary};
    use crate::azure::Shown;
    use crate::client;
    use crate::env::Env;
    use crate::error::{Error, ExitCode, Failure, OperationState, Stop};
    use crate::output::{Console, Labels};

    fn failed(failure: Failure) -> FetchedList {
        FetchedList {
            pages: BufferedPages::default(),
            result: Err(failure),
        }
    }

    #[test]
    fn the_end_of_the_time_ends_all() {
        let limit = Duration::from_secs(1);
        let over = || Failure::from(Error::Client(client::Error::TimedOut { limit }));
        let watched = || over().with_operation(OperationState::Running, Shown::from("arm wait"));
        let other = || Failure::from(Error::NothingFound);
        for (failure, fail_fast, expected) in [
            (over(), false, Some(Stop::TimedOut)),
            (over(), true, Some(Stop::TimedOut)),
            (watched(), false, None),
            (other(), false, None),
            (other(), true, Some(Stop::Failure)),
        ] {
            let expected = expected.map(StopReason::Early);
            assert_eq!(stop_of(&failed(failure), fail_fast), expected);
        }
    }

    #[test]
    fn the_code_says_whether_something_was_printed() {
        let console = Console::of(&Env::with_variables([]));
        let summary = Summary::new(console, Labels::Plain, RepeatedHints::Once);
        for (stop, part, nothing) in [
            (
                Some(Stop::Interrupted),
                ExitCode::Interrupted,
                ExitCode::Interrupted,
            ),
            (
                Some(Stop::TimedOut),
                ExitCode::Incomplete,
                ExitCode::TimedOut,
            ),
            (None, ExitCode::Incomplete, ExitCode::Incomplete),
        ] {
            let missing = Missing {
                summary: &summary,
                stop,
                total: 2,
                fetched: 0,
                refused_tenants: 0,
            };
            assert_eq!(
                (missing.code_of_part(), missing.code_of_nothing()),
                (part, nothing)
            );
        }
    }
}
