//! How often the requests of one run may be repeated together. Whether one request is repeated: `retry`.

/// The repetitions that a run has at its start, unless the user allows one request more than that.
const AT_START: u32 = 20;
/// One repetition, in the unit that is counted in.
const ONE: u32 = 10;

/// What is left of a run's repetitions.
///
/// Each repetition takes one. A request that comes through after repetitions gives one back, one
/// that needed none a tenth, up to what there was at the start. So a service that fails now and then
/// is followed to the end of any list, and one that fails always is left alone soon, whatever the
/// number of requests (the token bucket of the AWS SDKs' standard mode; gRPC's A6).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    left: u32,
    most: u32,
}

impl Budget {
    /// The budget of a run whose requests may each be repeated so often.
    pub fn of(retries: u32) -> Self {
        let most = AT_START.max(retries).saturating_mul(ONE);
        Self { left: most, most }
    }

    /// Tells whether there is no repetition left.
    pub fn is_spent(self) -> bool {
        self.left < ONE
    }

    /// Takes one repetition.
    pub fn spend(&mut self) {
        self.left = self.left.saturating_sub(ONE);
    }

    /// Records a request that succeeded after this many repetitions.
    pub fn came_through(&mut self, repetitions: u32) {
        let back = if repetitions == 0 { 1 } else { ONE };
        self.left = self.left.saturating_add(back).min(self.most);
    }
}

#[cfg(test)]
mod tests {
    use super::Budget;

    /// Counts the repetitions of `requests` requests with up to `retries` each, where the attempt
    /// that comes through has the number that `comes_through` says, if any.
    fn repetitions(retries: u32, requests: u32, comes_through: impl Fn(u32) -> Option<u32>) -> u32 {
        let mut budget = Budget::of(retries);
        let mut total = 0;
        for request in 0..requests {
            let mut repeated = 0;
            loop {
                if comes_through(request) == Some(repeated) {
                    budget.came_through(repeated);
                    break;
                }
                if repeated == retries || budget.is_spent() {
                    break;
                }
                budget.spend();
                repeated += 1;
                total += 1;
            }
        }
        total
    }

    #[test]
    fn a_dead_service_is_left_alone_soon() {
        assert_eq!(repetitions(3, 1, |_| None), 3);
        assert_eq!(repetitions(3, 6, |_| None), 18);
        assert_eq!(repetitions(3, 1_000, |_| None), 20);
        assert_eq!(repetitions(0, 1_000, |_| None), 0);
        assert_eq!(
            repetitions(100, 1, |_| None),
            100,
            "one request has them all"
        );
        assert_eq!(repetitions(u32::MAX, 1, |_| Some(1_000)), 1_000);
    }

    #[test]
    fn a_service_that_fails_now_and_then_is_followed() {
        assert_eq!(repetitions(3, 1_000, |_| Some(1)), 1_000);
        let one_in_four_fails = |request| if request % 4 == 0 { None } else { Some(0) };
        let total = repetitions(3, 1_000, one_in_four_fails);
        assert!((90..=110).contains(&total), "{total}");
    }
}
