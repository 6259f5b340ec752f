//! How many requests are under way at a time: many at first, fewer when the service refuses some. Pure: counts, and
//! waits for nothing. How long a refused request pauses is the client's business.

/// It does not get narrower than this.
const LEAST: usize = 2;

/// The width of a run. Requests are numbered in the order in which they start.
#[derive(Debug)]
pub(crate) struct AdaptiveConcurrency {
    most: usize,
    now: usize,
    /// Requests before this number were under way when it became narrower: they say nothing about it.
    narrowed_before: usize,
    /// Answers since it became narrower, or wider.
    passed: usize,
}

impl AdaptiveConcurrency {
    pub(crate) fn new(most: usize) -> Self {
        Self {
            most,
            now: most,
            narrowed_before: 0,
            passed: 0,
        }
    }

    /// How many may be under way.
    pub(crate) fn get(&self) -> usize {
        self.now
    }

    /// Takes note that the service has refused request `number`, or has nearly nothing left for it; `next` is the
    /// number of the next one that starts. One storm counts once.
    pub(crate) fn narrow(&mut self, number: usize, next: usize) {
        if number < self.narrowed_before {
            return;
        }
        self.now = (self.now / 2).max(LEAST.min(self.most));
        self.narrowed_before = next;
        self.passed = 0;
    }

    /// Takes note of a request that came through: after a round of them there is room for one more.
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
    use super::AdaptiveConcurrency;

    #[test]
    fn a_storm_halves_it_once() {
        let mut width = AdaptiveConcurrency::new(64);
        for number in 0..64 {
            width.narrow(number, 64);
        }
        assert_eq!(width.get(), 32);
        width.narrow(64, 70);
        assert_eq!(width.get(), 16);
        width.narrow(69, 80);
        assert_eq!(width.get(), 16);
    }

    #[test]
    fn it_never_stands_still_and_grows_again() {
        let mut width = AdaptiveConcurrency::new(5);
        for number in 0..10 {
            width.narrow(number, number + 1);
        }
        assert_eq!(width.get(), 2);
        for expected in [2, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 5, 5, 5, 5] {
            width.came_through();
            assert_eq!(width.get(), expected);
        }
        let mut one = AdaptiveConcurrency::new(1);
        one.narrow(0, 1);
        assert_eq!(one.get(), 1);
    }
}
