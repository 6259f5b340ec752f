//! How many requests may be under way at a time: many at first, fewer when the service refuses some, then slowly more
//! again. Who begins them: `scheduler`; how long a refused request pauses: `client`.

/// It does not get lower than this.
const LEAST: usize = 2;

/// Files that a run has open in addition to its connections: terminals, what is read and written, the runtime's own.
const OTHER_FILES: u64 = 16;
/// Files that a request may need at once: its connection, and another one while its host is looked up and dialled.
const FILES_PER_REQUEST: u64 = 2;

/// Returns how many requests may be under way at a time, if the process may have this many files open: one more would
/// fail for want of a connection.
pub(crate) fn within_open_files(wanted: usize, most_open_files: Option<u64>) -> usize {
    let Some(most) = most_open_files else {
        return wanted;
    };
    let bearable = most.saturating_sub(OTHER_FILES) / FILES_PER_REQUEST;
    wanted
        .min(usize::try_from(bearable).unwrap_or(usize::MAX))
        .max(1)
}

/// The concurrency of a run. Requests are numbered from 0 in the order in which they begin.
#[derive(Debug)]
pub(crate) struct AdaptiveConcurrency {
    most: usize,
    now: usize,
    /// How many requests have begun.
    started: usize,
    /// Requests before this number were under way when it was lowered: they say nothing about the new one.
    lowered_before: usize,
    /// Requests that came through since it was lowered or raised.
    passed: usize,
}

impl AdaptiveConcurrency {
    pub(crate) fn new(most: usize) -> Self {
        Self {
            most,
            now: most,
            started: 0,
            lowered_before: 0,
            passed: 0,
        }
    }

    /// How many may be under way.
    pub(crate) fn get(&self) -> usize {
        self.now
    }

    /// Takes note that the next request begins.
    pub(crate) fn count_start(&mut self) {
        self.started += 1;
    }

    /// Takes note that the service has refused request `number`, or has nearly nothing left for it. Requests that are
    /// refused together count once.
    pub(crate) fn lower(&mut self, number: usize) {
        if number < self.lowered_before {
            return;
        }
        self.now = (self.now / 2).max(LEAST.min(self.most));
        self.lowered_before = self.started;
        self.passed = 0;
    }

    /// Takes note of a request that came through: after as many as may be under way, one more may be.
    pub(crate) fn came_through(&mut self) {
        self.passed += 1;
        if self.now < self.most && self.passed >= self.now {
            self.now += 1;
            self.passed = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{AdaptiveConcurrency, within_open_files};

    #[test]
    fn no_more_requests_than_files_that_may_be_open() {
        for (wanted, most, expected) in [
            (50, None, 50),
            (50, Some(1024), 50),
            (50, Some(32), 8),
            (4, Some(32), 4),
            (50, Some(17), 1),
            (50, Some(0), 1),
            (50, Some(u64::MAX), 50),
        ] {
            assert_eq!(
                within_open_files(wanted, most),
                expected,
                "{wanted} {most:?}"
            );
        }
    }

    fn begin(concurrency: &mut AdaptiveConcurrency, requests: usize) {
        for _ in 0..requests {
            concurrency.count_start();
        }
    }

    #[test]
    fn refusals_at_a_time_halve_it_once() {
        let mut concurrency = AdaptiveConcurrency::new(64);
        begin(&mut concurrency, 64);
        for number in 0..64 {
            concurrency.lower(number);
        }
        assert_eq!(concurrency.get(), 32);
        begin(&mut concurrency, 6);
        concurrency.lower(64);
        assert_eq!(concurrency.get(), 16);
        begin(&mut concurrency, 10);
        concurrency.lower(69);
        assert_eq!(concurrency.get(), 16);
    }

    #[test]
    fn it_never_stands_still_and_grows_again() {
        let mut concurrency = AdaptiveConcurrency::new(5);
        for number in 0..10 {
            begin(&mut concurrency, 1);
            concurrency.lower(number);
        }
        assert_eq!(concurrency.get(), 2);
        for expected in [2, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 5, 5, 5, 5] {
            concurrency.came_through();
            assert_eq!(concurrency.get(), expected);
        }
        let mut one = AdaptiveConcurrency::new(1);
        begin(&mut one, 1);
        one.lower(0);
        assert_eq!(one.get(), 1);
    }
}
