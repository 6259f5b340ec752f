//! Runs many numbered tasks in parallel: no more at a time than is allowed, their outcomes settled in order, and none
//! begun once something ends the run. [`Tasks`] says what a task does, and what becomes of its outcome; who counts
//! failures: `summary`.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::pin::pin;
use std::rc::Rc;

use tokio::task::JoinSet;

use crate::app::fan_out::concurrency::AdaptiveConcurrency;
use crate::app::terminal::signals;
use crate::error::{Error, Failure, Stop};

/// Many numbered tasks.
pub(crate) trait Tasks {
    /// What comes of one.
    type Outcome: 'static;

    /// Begins a task.
    fn start(&mut self, number: usize) -> impl Future<Output = Self::Outcome> + 'static;

    /// Tells whether one more may begin; `waiting` is how many have begun and are not settled.
    fn has_room(&self, _waiting: usize) -> bool {
        true
    }

    /// Completes when there may be room again though no task has ended.
    fn room_changed(&self) -> impl Future<Output = ()> {
        std::future::pending()
    }

    /// Tells whether outcomes are settled in the order in which they arrive.
    fn settles_on_arrival(&self) -> bool {
        false
    }

    /// Sees an outcome when it arrives, and says whether it ends the run, though it may not be its turn.
    fn arrived(&mut self, _outcome: &Self::Outcome, _is_at_turn: bool) -> Option<StopReason> {
        None
    }

    /// Deals with an outcome at its turn, and says whether it ends the run.
    async fn settle(
        &mut self,
        number: usize,
        outcome: Self::Outcome,
    ) -> Result<Option<StopReason>, Failure>;

    /// Tells whether no outcome is wanted any more, however good.
    fn is_full(&self) -> bool {
        false
    }

    /// Deals with an outcome that arrived before the run was stopped, and whose turn did not come.
    fn abandon(
        &mut self,
        _number: usize,
        _outcome: Self::Outcome,
        _stop: StopReason,
    ) -> Result<(), Failure> {
        Ok(())
    }
}

/// Why no more tasks are begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StopReason {
    /// There are as many items as the user wants, and there are more.
    Limit,
    /// See [`Stop`].
    Early(Stop),
}

/// What becomes of the tasks that are under way when the run is stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AtStop {
    /// They run to their end, because they may have changed something.
    Finish,
    /// They are given up.
    Abort,
}

/// How many tasks may be under way at a time.
#[derive(Debug, Clone)]
pub(crate) enum Concurrency {
    /// So many.
    Fixed(usize),
    /// As many as the service bears.
    Adaptive(Rc<RefCell<AdaptiveConcurrency>>),
}

/// How a run ended.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RunEnd {
    /// How many tasks were begun.
    pub(crate) started: usize,
    /// Why no more were, if it was not for want of tasks.
    pub(crate) stop: Option<StopReason>,
}

impl RunEnd {
    /// Why the run ended before its end, if it did.
    pub(crate) fn early(&self) -> Option<Stop> {
        match self.stop {
            Some(StopReason::Early(stop)) => Some(stop),
            Some(StopReason::Limit) | None => None,
        }
    }
}

impl Concurrency {
    fn get(&self) -> usize {
        match self {
            Self::Fixed(most) => *most,
            Self::Adaptive(adaptive) => adaptive.borrow().get(),
        }
    }

    fn count_start(&self) {
        match self {
            Self::Fixed(_) => {}
            Self::Adaptive(adaptive) => adaptive.borrow_mut().count_start(),
        }
    }
}

/// Runs all tasks, from within a `LocalSet`. A signal ends the run.
///
/// # Errors
/// What ended the settling; tasks under way are given up.
pub(crate) async fn run_all<T: Tasks>(
    tasks: &mut T,
    total: usize,
    concurrency: &Concurrency,
    at_stop: AtStop,
) -> Result<RunEnd, Failure> {
    let mut interrupted = pin!(signals::interrupted());
    let mut running = JoinSet::new();
    let mut arrived = BTreeMap::new();
    let mut settled = 0;
    let mut end = RunEnd {
        started: 0,
        stop: None,
    };
    loop {
        while end.stop.is_none()
            && end.started < total
            && running.len() < concurrency.get()
            && tasks.has_room(end.started - settled)
        {
            let number = end.started;
            let task = tasks.start(number);
            running.spawn_local(async move { (number, task.await) });
            concurrency.count_start();
            end.started += 1;
        }
        if running.is_empty() || (end.stop.is_some() && at_stop == AtStop::Abort) {
            break;
        }
        let joined = tokio::select! {
            biased;
            joined = running.join_next() => joined,
            () = &mut interrupted, if end.stop.is_none() => {
                end.stop = Some(StopReason::Early(Stop::Interrupted));
                continue;
            }
            () = tasks.room_changed(), if end.stop.is_none() => continue,
        };
        let Some(joined) = joined else {
            continue;
        };
        let (number, outcome) = joined.map_err(|error| Error::Worker {
            message: error.to_string(),
        })?;
        let is_at_turn = tasks.settles_on_arrival() || number == settled;
        end.stop = end.stop.or(tasks.arrived(&outcome, is_at_turn));
        if is_at_turn {
            let stop = tasks.settle(number, outcome).await?;
            end.stop = end.stop.or(stop);
            settled += usize::from(number == settled);
        } else {
            arrived.insert(number, outcome);
        }
        while !tasks.is_full()
            && let Some(outcome) = arrived.remove(&settled)
        {
            let stop = tasks.settle(settled, outcome).await?;
            end.stop = end.stop.or(stop);
            settled += 1;
        }
        let has_more = end.started < total || !running.is_empty() || !arrived.is_empty();
        if tasks.is_full() && has_more {
            end.stop = end.stop.or(Some(StopReason::Limit));
        }
    }
    running.abort_all();
    while running.join_next().await.is_some() {}
    if let Some(stop) = end.stop {
        for (number, outcome) in arrived {
            tasks.abandon(number, outcome, stop)?;
        }
    }
    Ok(end)
}

/// Runs these futures, at most `most` at a time, and returns their results in order.
///
/// # Errors
/// [`Error::Interrupted`] if a signal ended the run.
pub(crate) async fn collect<F>(
    futures: impl ExactSizeIterator<Item = F>,
    most: usize,
) -> Result<Vec<F::Output>, Error>
where
    F: Future<Output: 'static> + 'static,
{
    let total = futures.len();
    let mut tasks = Collected {
        futures,
        outcomes: Vec::with_capacity(total),
    };
    let concurrency = Concurrency::Fixed(most);
    let run = run_all(&mut tasks, total, &concurrency, AtStop::Abort);
    match run.await {
        Ok(RunEnd { stop: None, .. }) => Ok(tasks.outcomes),
        Ok(RunEnd { stop: Some(_), .. }) => Err(Error::Interrupted),
        Err(failure) => Err(failure.error),
    }
}

/// Futures, and what came of them.
struct Collected<I: Iterator<Item: Future>> {
    futures: I,
    outcomes: Vec<<I::Item as Future>::Output>,
}

impl<I: Iterator<Item: Future<Output: 'static> + 'static>> Tasks for Collected<I> {
    type Outcome = Option<<I::Item as Future>::Output>;

    fn start(&mut self, _number: usize) -> impl Future<Output = Self::Outcome> + 'static {
        let future = self.futures.next();
        async move {
            match future {
                Some(future) => Some(future.await),
                None => None,
            }
        }
    }

    async fn settle(
        &mut self,
        _number: usize,
        outcome: Self::Outcome,
    ) -> Result<Option<StopReason>, Failure> {
        self.outcomes.extend(outcome);
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::task::LocalSet;
    use tokio::time::{Instant, sleep};

    use super::{AtStop, Concurrency, RunEnd, StopReason, Tasks, collect, run_all};
    use crate::error::{Failure, Stop};

    /// Tasks that sleep for this many seconds; one of them ends the run.
    #[derive(Default)]
    struct Sleepers {
        seconds: Vec<u64>,
        fatal: Option<usize>,
        most_waiting: Option<usize>,
        settled: Vec<usize>,
        abandoned: Vec<usize>,
    }

    impl Tasks for Sleepers {
        type Outcome = usize;

        #[expect(clippy::disallowed_methods, reason = "the clock is paused")]
        fn start(&mut self, number: usize) -> impl Future<Output = usize> + 'static {
            let seconds = self.seconds.get(number).copied().unwrap_or_default();
            async move {
                sleep(Duration::from_secs(seconds)).await;
                number
            }
        }

        fn has_room(&self, waiting: usize) -> bool {
            self.most_waiting.is_none_or(|most| waiting < most)
        }

        fn arrived(&mut self, outcome: &usize, _is_at_turn: bool) -> Option<StopReason> {
            (self.fatal == Some(*outcome)).then_some(StopReason::Early(Stop::Failure))
        }

        async fn settle(
            &mut self,
            number: usize,
            outcome: usize,
        ) -> Result<Option<StopReason>, Failure> {
            assert_eq!(number, outcome);
            self.settled.push(outcome);
            Ok(None)
        }

        fn abandon(
            &mut self,
            number: usize,
            _outcome: usize,
            _stop: StopReason,
        ) -> Result<(), Failure> {
            self.abandoned.push(number);
            Ok(())
        }
    }

    async fn run(sleepers: &mut Sleepers, most: usize, at_stop: AtStop) -> (RunEnd, u64) {
        let total = sleepers.seconds.len();
        let start = Instant::now();
        let concurrency = Concurrency::Fixed(most);
        let run = run_all(sleepers, total, &concurrency, at_stop);
        let end = LocalSet::new().run_until(run).await.unwrap();
        (end, start.elapsed().as_secs())
    }

    #[tokio::test(start_paused = true)]
    async fn outcomes_are_settled_in_order() {
        for (most, most_waiting, seconds) in
            [(1, None, 10), (2, None, 5), (4, None, 4), (4, Some(2), 6)]
        {
            let mut sleepers = Sleepers {
                seconds: vec![4, 3, 2, 1],
                most_waiting,
                ..Sleepers::default()
            };
            let (end, passed) = run(&mut sleepers, most, AtStop::Abort).await;
            assert_eq!(sleepers.settled, [0, 1, 2, 3]);
            assert_eq!(
                (end.started, end.stop, passed),
                (4, None, seconds),
                "{most}"
            );
        }
    }

    #[tokio::test(start_paused = true)]
    async fn what_ends_the_run_lets_tasks_finish_or_not() {
        for (at_stop, settled, abandoned, seconds) in [
            (AtStop::Finish, vec![0, 1, 2], vec![], 4),
            (AtStop::Abort, vec![], vec![1], 1),
        ] {
            let mut sleepers = Sleepers {
                seconds: vec![4, 1, 3, 1],
                fatal: Some(1),
                ..Sleepers::default()
            };
            let (end, passed) = run(&mut sleepers, 3, at_stop).await;
            assert_eq!((sleepers.settled, sleepers.abandoned), (settled, abandoned));
            assert_eq!((end.started, end.early()), (3, Some(Stop::Failure)));
            assert_eq!(passed, seconds);
        }
    }

    #[tokio::test(start_paused = true)]
    #[expect(clippy::disallowed_methods, reason = "the clock is paused")]
    async fn futures_are_collected_in_order() {
        let futures = [3, 1, 2].map(|seconds| async move {
            sleep(Duration::from_secs(seconds)).await;
            seconds
        });
        let local = LocalSet::new();
        let collected = local.run_until(collect(futures.into_iter(), 2));
        assert_eq!(collected.await.unwrap(), [3, 1, 2]);
    }
}
