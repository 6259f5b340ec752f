//! Keeps so many requests under way, and prints what comes of them in the order of the IDs. Knows no request.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::pin::pin;
use std::rc::Rc;

use tokio::task::{JoinSet, LocalSet};

use crate::app::exchange::{answer, request, resume_command};
use crate::app::fan_out::ids::context::Shared;
use crate::app::fan_out::ids::record::Outcome;
use crate::app::terminal::signals;
use crate::azure::Shown;
use crate::cli::OutputFormat;
use crate::client;
use crate::error::{Error, ExitCode, Stop, UnfinishedIds};
use crate::output::{Fact, Sink, WriteError};

/// An answer waits for those before it: at most so many times `--parallel` are started beyond the last one printed.
const AHEAD: usize = 4;

/// Makes all requests.
pub(crate) async fn run(shared: Shared) -> Result<(), Error> {
    let shared = Rc::new(shared);
    let local = LocalSet::new();
    let tally = local.run_until(work_off(Rc::clone(&shared))).await?;
    tally.end(&shared)
}

async fn work_off(shared: Rc<Shared>) -> Result<Summary, Error> {
    let parallel = shared.args().many.parallel();
    let total = shared.ids().len();
    signals::force_exit_on_second_signal();
    let mut interrupted = pin!(signals::interrupted());
    let mut tally = Summary::new(&shared);
    let mut finished = BTreeMap::new();
    let mut requests = JoinSet::new();
    let mut next = 0;
    let mut printed = 0;
    loop {
        while tally.stop.is_none()
            && next < total
            && requests.len() < parallel
            && next - printed < parallel * AHEAD
        {
            requests.spawn_local(numbered(Rc::clone(&shared), next));
            next += 1;
        }
        tally.started = next;
        let joined = tokio::select! {
            biased;
            joined = requests.join_next() => joined,
            () = &mut interrupted, if tally.stop.is_none() => {
                tally.stop = Some(Stop::Interrupted);
                continue;
            }
        };
        let Some(joined) = joined else {
            return Ok(tally);
        };
        let (number, outcome) = joined.map_err(|error| Error::Worker {
            message: error.to_string(),
        })?;
        tally.stop = tally.stop.or(stop_of(&outcome, &shared));
        finished.insert(number, outcome);
        while let Some(outcome) = finished.remove(&printed) {
            tally.print(printed, &outcome, &shared)?;
            printed += 1;
        }
    }
}

async fn numbered(shared: Rc<Shared>, number: usize) -> (usize, Outcome) {
    (number, make(&shared, number).await)
}

/// Makes one request, as a run of its own would.
async fn make(shared: &Shared, number: usize) -> Outcome {
    let status = Rc::default();
    let answer = Rc::new(RefCell::new(Vec::new()));
    let printed = async {
        let Some(id) = shared.ids().get(number) else {
            return Ok(());
        };
        let plan = shared.plan(id)?;
        let client = shared.client(&plan, &status);
        let sink = if prints(shared) {
            let waiting = shared.args().many.parallel() * AHEAD;
            Sink::memory(
                Rc::clone(&answer),
                plan.options.paging.max_memory() / waiting,
            )
        } else {
            Sink::nowhere()
        };
        // A note for each of them would drown what matters.
        let console = shared.console().without_notes();
        let request = request::first_request(&plan);
        let printed = answer::print(
            &client,
            request,
            &plan,
            shared.wanted(),
            sink,
            console,
            shared.env(),
        );
        let printed = signals::interruptible(Box::pin(printed)).await;
        printed.map_err(|failure| failure.in_run(resume_command::run_of(&plan)))
    };
    let result = printed.await;
    let outcome = Outcome {
        status: status.get(),
        answer: answer.take(),
        result,
    };
    if shared.args().options.output.raw {
        return outcome;
    }
    outcome.checked()
}

fn prints(shared: &Shared) -> bool {
    let output = &shared.args().options.output;
    !output.silent && output.format != OutputFormat::None
}

/// Tells whether an outcome ends the run.
fn stop_of(outcome: &Outcome, shared: &Shared) -> Option<Stop> {
    let failure = outcome.result.as_ref().err()?;
    if matches!(failure.error, Error::Interrupted) {
        Some(Stop::Interrupted)
    } else if matches!(failure.error, Error::Client(client::Error::TimedOut { .. })) {
        Some(Stop::TimedOut)
    } else {
        shared.args().many.fail_fast.then_some(Stop::Failure)
    }
}

/// What is counted, and where it goes.
struct Summary {
    sink: Sink,
    prints: bool,
    started: usize,
    failed: usize,
    accepted: usize,
    worst: ExitCode,
    stop: Option<Stop>,
}

impl Summary {
    fn new(shared: &Shared) -> Self {
        Self {
            sink: Sink::stdout(),
            prints: prints(shared),
            started: 0,
            failed: 0,
            accepted: 0,
            worst: ExitCode::Done,
            stop: None,
        }
    }

    /// Prints what came of a request: its line, and its error.
    fn print(&mut self, number: usize, outcome: &Outcome, shared: &Shared) -> Result<(), Error> {
        let text = shared.ids().get(number).map_or("", |id| id.text.as_str());
        if self.prints {
            let written = if shared.args().options.output.raw {
                self.sink.write(&outcome.answer)
            } else {
                self.sink.write(&outcome.line(text))
            };
            match written {
                // Whoever reads no more has enough; what is to be changed is changed all the same.
                Err(error) if !shared.args().method.is_safe() => {
                    self.prints = false;
                    self.lose(error, shared);
                }
                written => written?,
            }
        }
        match &outcome.result {
            Ok(()) => {
                self.accepted += usize::from(outcome.status.is_some_and(|status| status == 202));
            }
            Err(failure) => {
                self.failed += 1;
                self.worst = self.worst.or_worse(failure.exit_code());
                if !matches!(failure.error, Error::NothingFound) {
                    let mut message = failure.message();
                    message.facts.insert(0, Fact::new("id", Shown::prose(text)));
                    shared.console().error(&message);
                }
            }
        }
        Ok(())
    }

    /// Goes on without a place to print to: what is under way may have changed something.
    fn lose(&mut self, error: WriteError, shared: &Shared) {
        if let error @ (WriteError::Failed { .. } | WriteError::TooLarge { .. }) = error {
            shared.console().error(&Error::Write(error).message());
            self.worst = ExitCode::Local;
            self.failed += 1;
            self.stop = Some(Stop::Failure);
        }
    }

    /// Ends the output, and says what was not done.
    fn end(self, shared: &Shared) -> Result<(), Error> {
        match self.sink.finish() {
            Err(WriteError::ClosedPipe) if !shared.args().method.is_safe() => {}
            finished => finished?,
        }
        if self.accepted > 0 && !shared.args().wait {
            let (count, verb) = (
                self.accepted,
                if self.accepted == 1 { "was" } else { "were" },
            );
            shared.console().note(&format!(
                "{count} of the requests {verb} accepted and may go on (HTTP 202); `--wait` waits for their end"
            ));
        }
        let unsent = shared.ids().len() - self.started;
        if self.failed == 0 && unsent == 0 {
            return Ok(());
        }
        let stop = self.stop.zip(shared.ids().get(self.started).cloned());
        let worst = match self.stop {
            Some(Stop::Interrupted) => ExitCode::Interrupted,
            Some(Stop::TimedOut) => ExitCode::TimedOut,
            Some(Stop::Failure) | None => self.worst,
        };
        Err(Error::UnfinishedIds(Box::new(UnfinishedIds {
            total: shared.ids().len(),
            failed: self.failed,
            stop,
            unsent,
            worst,
        })))
    }
}
