//! Makes the request of each ID as a run of its own would, and prints what came of it in the order of the IDs. How many
//! are made at a time, and when no more are: `scheduler`; the line of each: `record`.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use tokio::task::LocalSet;

use crate::app::exchange::{answer, resume_command};
use crate::app::fan_out::ids::context::SignedInBatch;
use crate::app::fan_out::ids::record::{self, Outcome};
use crate::app::fan_out::scheduler::{self, AtStop, Concurrency, RunEnd, StopReason, Tasks};
use crate::app::fan_out::summary::{RepeatedHints, Summary};
use crate::app::terminal::signals;
use crate::app::terminal::style::labels;
use crate::azure::Shown;
use crate::cli::OutputFormat;
use crate::client::{self, Deadline};
use crate::error::{Error, Failure, Stop, UnfinishedIds};
use crate::output::{Fact, Sink, WriteError};

/// An outcome waits for those before it, so at most this multiple of `--parallel` is begun beyond the last one printed.
const AHEAD: usize = 4;

/// Makes all requests.
pub(crate) async fn run(batch: SignedInBatch) -> Result<(), Failure> {
    signals::force_exit_on_second_signal();
    let parallel = batch.parallel();
    let total = batch.ids().len();
    let mut requests = Requests::new(batch)?;
    let concurrency = Concurrency::Fixed(parallel);
    // A request that is under way may have changed something.
    let run = scheduler::run_all(&mut requests, total, &concurrency, AtStop::Finish);
    let end = LocalSet::new().run_until(run).await?;
    Ok(requests.end(end)?)
}

/// The requests, and what becomes of their outcomes.
pub(super) struct Requests {
    pub(super) batch: Rc<SignedInBatch>,
    sink: Sink,
    prints: bool,
    /// Requests whose operation may still be running.
    accepted: usize,
    summary: Summary,
    /// What came of those whose IDs come again.
    repeated: HashMap<usize, Repeated>,
}

/// What is printed once more for an ID that comes again.
struct Repeated {
    /// What is in the line after the ID.
    members: Vec<u8>,
    /// The response, for `-r`.
    response: Vec<u8>,
}

impl Tasks for Requests {
    type Outcome = Outcome;

    fn start(&mut self, number: usize) -> impl Future<Output = Outcome> + 'static {
        let batch = Rc::clone(&self.batch);
        async move { make(&batch, number).await }
    }

    fn has_room(&self, waiting: usize) -> bool {
        waiting < self.batch.args().many.parallel() * AHEAD
    }

    fn arrived(&mut self, outcome: &Outcome, _is_at_turn: bool) -> Option<StopReason> {
        let failure = outcome.result.as_ref().err()?;
        let stop = if matches!(failure.error, Error::Interrupted) {
            Stop::Interrupted
        } else if matches!(failure.error, Error::Client(client::Error::TimedOut { .. })) {
            Stop::TimedOut
        } else if self.batch.args().many.fail_fast {
            Stop::Failure
        } else {
            return None;
        };
        Some(StopReason::Early(stop))
    }

    /// Prints what came of a request: its line, and its error.
    async fn settle(
        &mut self,
        number: usize,
        outcome: Outcome,
    ) -> Result<Option<StopReason>, Failure> {
        let batch = Rc::clone(&self.batch);
        if let Some(original) = batch.original(number) {
            return Ok(self.write_repetition(number, original)?);
        }
        let id = id_of(&batch, number);
        let stop = self.write(id, &outcome)?;
        if self.prints && batch.is_repeated(number) {
            let repeated = Repeated {
                members: outcome.members(),
                response: outcome.response.clone(),
            };
            self.repeated.insert(number, repeated);
        }
        match &outcome.result {
            Ok(()) => {
                self.accepted += usize::from(outcome.status.is_some_and(|status| status == 202));
            }
            Err(failure) => self
                .summary
                .fail(failure, vec![Fact::new("id", Shown::prose(id))]),
        }
        Ok(stop)
    }
}

impl Requests {
    pub(super) fn new(batch: SignedInBatch) -> Result<Self, WriteError> {
        let prints = prints(&batch);
        let sink = if prints {
            Sink::stdout(batch.deadline().map(Deadline::instant))?
        } else {
            Sink::nowhere()
        };
        let labels = labels(batch.env());
        Ok(Self {
            sink,
            prints,
            accepted: 0,
            summary: Summary::new(batch.console(), labels, RepeatedHints::Each),
            repeated: HashMap::new(),
            batch: Rc::new(batch),
        })
    }

    fn write(&mut self, id: &str, outcome: &Outcome) -> Result<Option<StopReason>, WriteError> {
        if self.batch.args().options.output.raw {
            self.write_bytes(&outcome.response)
        } else {
            self.write_bytes(&outcome.line(id))
        }
    }

    /// Prints once more what came of an ID that was asked before.
    fn write_repetition(
        &mut self,
        number: usize,
        original: usize,
    ) -> Result<Option<StopReason>, WriteError> {
        let Some(repeated) = self.repeated.get(&original) else {
            return Ok(None);
        };
        let batch = &self.batch;
        let text = if batch.args().options.output.raw {
            repeated.response.clone()
        } else {
            let repeats = Some(id_of(batch, original));
            record::line(id_of(batch, number), repeats, &repeated.members)
        };
        self.write_bytes(&text)
    }

    fn write_bytes(&mut self, bytes: &[u8]) -> Result<Option<StopReason>, WriteError> {
        if !self.prints {
            return Ok(None);
        }
        match self.sink.write(bytes) {
            // A closed pipe is not an error: the reader has seen all that it wanted. Writes go on
            // without output.
            Err(error) if !self.batch.args().method.is_safe() => {
                self.prints = false;
                Ok(self.lose_output(error))
            }
            written => written.map(|()| None),
        }
    }

    /// Continues without a place to print to: what is under way may have changed something.
    fn lose_output(&mut self, error: WriteError) -> Option<StopReason> {
        if matches!(error, WriteError::ClosedPipe) {
            return None;
        }
        self.summary.fail(&Error::Write(error).into(), Vec::new());
        Some(StopReason::Early(Stop::Failure))
    }

    /// Ends the output, and says what was not done.
    pub(super) fn end(self, end: RunEnd) -> Result<(), Error> {
        let args = self.batch.args();
        match self.sink.finish() {
            Err(WriteError::ClosedPipe) if !args.method.is_safe() => {}
            finished => finished?,
        }
        if self.accepted > 0 && !args.wait {
            let (count, verb) = (
                self.accepted,
                if self.accepted == 1 { "was" } else { "were" },
            );
            self.batch.console().note(format!(
                "{count} of the requests {verb} accepted and may still be running (HTTP 202); `--wait` waits for them"
            ));
        }
        let ids = self.batch.ids();
        let unsent = self.batch.count_from(end.started);
        if self.summary.failed() == 0 && unsent == 0 {
            return Ok(());
        }
        let stop = end.early();
        Err(Error::UnfinishedIds(Box::new(UnfinishedIds {
            total: self.batch.count_from(0),
            failed: self.summary.failed(),
            stop: stop.zip(ids.get(end.started).cloned()),
            unsent,
            worst: self.summary.exit_code(stop),
        })))
    }
}

/// The text of an ID, as it was read.
fn id_of(batch: &SignedInBatch, number: usize) -> &str {
    batch.ids().get(number).map_or("", |id| id.text.as_str())
}

/// Makes one request, as a run of its own would.
async fn make(batch: &SignedInBatch, number: usize) -> Outcome {
    let status = Rc::default();
    let response = Rc::new(RefCell::new(Vec::new()));
    let printed = async {
        let is_sent = batch.original(number).is_none();
        let Some(id) = batch.ids().get(number).filter(|_| is_sent) else {
            return Ok(());
        };
        let session = batch.session(id, &status)?;
        let sink = if prints(batch) {
            let waiting = batch.args().many.parallel() * AHEAD;
            let limit = session.plan.options.paging.max_memory() / waiting;
            Sink::memory(Rc::clone(&response), limit)
        } else {
            Sink::nowhere()
        };
        let printed = answer::print(&session, batch.output(), sink);
        let printed = signals::interruptible(Box::pin(printed)).await;
        printed.map_err(|failure| failure.in_run(resume_command::run_of(&session.plan)))
    };
    let result = printed.await;
    let outcome = Outcome {
        status: status.get(),
        response: response.take(),
        result,
    };
    if batch.args().options.output.raw {
        return outcome;
    }
    outcome.checked()
}

fn prints(batch: &SignedInBatch) -> bool {
    let output = &batch.args().options.output;
    !output.silent && output.format != OutputFormat::None
}
