//! `--in-order`: deletes what depends on others before these. What is refused because something else is in the way is
//! tried again after the others, until a round frees nothing. The order and the refusals: `azure`; one request:
//! `requests`.

use tokio::task::LocalSet;

use crate::app::fan_out::ids::context::SignedInBatch;
use crate::app::fan_out::ids::record::Outcome;
use crate::app::fan_out::ids::requests::Requests;
use crate::app::fan_out::scheduler::{self, AtStop, Concurrency, RunEnd, StopReason, Tasks};
use crate::app::terminal::signals;
use crate::azure::may_be_freed;
use crate::error::{Error, Failure};
use crate::plan::ids::Id;

/// So many of those that were not sent are named.
const MOST_NAMED: usize = 100;

/// Makes all requests, in rounds.
pub(super) async fn run(batch: SignedInBatch) -> Result<(), Failure> {
    signals::force_exit_on_second_signal();
    let concurrency = Concurrency::Fixed(batch.parallel());
    let mut requests = Requests::new(batch)?;
    let local = LocalSet::new();
    let end = local.run_until(rounds(&mut requests, &concurrency)).await?;
    Ok(requests.end(end)?)
}

async fn rounds(requests: &mut Requests, concurrency: &Concurrency) -> Result<RunEnd, Failure> {
    let total = requests.batch.ids().len();
    let (mut queue, repetitions): (Vec<usize>, Vec<usize>) =
        (0..total).partition(|number| requests.batch.original(*number).is_none());
    let mut end = RunEnd {
        started: total,
        stop: None,
    };
    let mut unsent = Vec::new();
    let console = requests.batch.console();
    let deferred = loop {
        let mut round = Round {
            requests: &mut *requests,
            group: Vec::new(),
            deferred: Vec::new(),
            freed: 0,
        };
        for group in groups(&round, &queue) {
            if end.stop.is_some() {
                unsent.extend(group);
                continue;
            }
            let count = group.len();
            round.group.clone_from(&group);
            let run = scheduler::run_all(&mut round, count, concurrency, AtStop::Finish).await?;
            unsent.extend(group.into_iter().skip(run.started));
            end.stop = run.stop;
        }
        let Round {
            deferred, freed, ..
        } = round;
        if deferred.is_empty() || freed == 0 || end.stop.is_some() {
            break deferred;
        }
        let count = deferred.len();
        let words = if count == 1 {
            "1 is"
        } else {
            &format!("{count} are")
        };
        console.note(format!("{words} still in use, and tried again"));
        queue = deferred.into_iter().map(|(number, _)| number).collect();
    };
    for (number, outcome) in deferred {
        requests.settle(number, outcome).await?;
    }
    for number in repetitions {
        // What came of the one before it is printed.
        let nothing = Outcome {
            status: None,
            response: Vec::new(),
            result: Ok(()),
        };
        requests.settle(number, nothing).await?;
    }
    note_unsent(requests, &unsent);
    Ok(end)
}

/// Names those that were not sent, so that the next run can be about them.
fn note_unsent(requests: &Requests, unsent: &[usize]) {
    if unsent.is_empty() {
        return;
    }
    let console = requests.batch.console();
    let (count, verb) = (unsent.len(), if unsent.len() == 1 { "was" } else { "were" });
    console.note(format!("{count} {verb} not sent: run it again"));
    let ids = requests.batch.ids();
    let left = unsent.iter().filter_map(|number| ids.get(*number));
    for id in left.take(MOST_NAMED) {
        console.note(format!("not sent: {}", id.text));
    }
    let more = count.saturating_sub(MOST_NAMED);
    if more > 0 {
        console.note(format!("not sent: {more} more"));
    }
}

/// The numbers of a queue in groups that may be deleted in parallel.
fn groups(round: &Round<'_>, queue: &[usize]) -> Vec<Vec<usize>> {
    let ids = round.requests.batch.ids();
    let rank = |number: usize| ids.get(number).map(Id::deletion_rank);
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for &number in queue {
        let last = groups.last_mut();
        match last.filter(|group| {
            group
                .first()
                .is_some_and(|first| rank(*first) == rank(number))
        }) {
            Some(group) => group.push(number),
            None => groups.push(vec![number]),
        }
    }
    groups
}

/// One pass over what is left.
struct Round<'r> {
    requests: &'r mut Requests,
    /// Those that are deleted in parallel, by their numbers.
    group: Vec<usize>,
    /// Those that something else is in the way of.
    deferred: Vec<(usize, Outcome)>,
    /// How many are gone.
    freed: usize,
}

impl Round<'_> {
    fn number(&self, place: usize) -> usize {
        self.group.get(place).copied().unwrap_or_default()
    }
}

impl Tasks for Round<'_> {
    type Outcome = Outcome;

    fn start(&mut self, place: usize) -> impl Future<Output = Outcome> + 'static {
        let number = self.number(place);
        self.requests.start(number)
    }

    fn has_room(&self, waiting: usize) -> bool {
        self.requests.has_room(waiting)
    }

    fn arrived(&mut self, outcome: &Outcome, is_at_turn: bool) -> Option<StopReason> {
        if is_in_the_way(outcome) {
            return None;
        }
        self.requests.arrived(outcome, is_at_turn)
    }

    async fn settle(
        &mut self,
        place: usize,
        outcome: Outcome,
    ) -> Result<Option<StopReason>, Failure> {
        let number = self.number(place);
        if is_in_the_way(&outcome) {
            self.deferred.push((number, outcome));
            return Ok(None);
        }
        self.freed += usize::from(outcome.result.is_ok());
        self.requests.settle(number, outcome).await
    }
}

/// Tells whether a deletion was refused because of something that may go.
fn is_in_the_way(outcome: &Outcome) -> bool {
    let Err(failure) = &outcome.result else {
        return false;
    };
    let error = if let Error::Service(error) = &failure.error {
        error
    } else if let Error::Operation(operation) = &failure.error {
        &operation.error
    } else {
        return false;
    };
    let code = error
        .detail
        .as_ref()
        .and_then(|detail| detail.code.as_deref());
    may_be_freed(error.status.as_u16(), code)
}
