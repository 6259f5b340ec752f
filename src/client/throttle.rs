//! Slows a run of many requests down before the service refuses them. Pure: the requests, what the responses say is
//! left, and the time go in; pauses come out. Who waits: `attempts`.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use http::{HeaderMap, Method, StatusCode};

use crate::azure::ResourceId;
use crate::transport::Request;
use crate::transport::rate_limit_headers::{Counter, Refill, counters_of};

/// A run that has sent fewer requests of a kind than this is never slowed down, unless the next one is certain to be
/// refused.
const MANY: u32 = 20;
/// The longest pause before a request, after which it may as well be made.
const MOST: Duration = Duration::from_secs(10);
/// A counter of unknown size is nearly empty below this.
const FEW: u64 = 5;
/// So many kinds of requests are remembered, and more only if they matter.
const MOST_KINDS: usize = 256;

/// What a run has sent, and what it was told is left.
#[derive(Debug, Default)]
pub struct Throttle {
    levels: BTreeMap<Kind, Level>,
    /// The counters that were reported as nearly empty.
    reported: BTreeSet<String>,
}

/// A pause before a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slowdown {
    /// How long.
    pub pause: Duration,
    /// The counter that is the reason; `None` if the service has refused others like it.
    pub counter: Option<Counter>,
}

/// Requests that take from the same counters, as far as that can be seen from outside.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Kind {
    host: String,
    subscription: Option<String>,
    namespace: Option<String>,
    verb: Verb,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Verb {
    Read,
    Write,
    Delete,
}

#[derive(Debug, Default)]
struct Level {
    /// Requests that were sent in this run.
    sent: u32,
    /// Requests that have no response yet.
    in_flight: u64,
    /// What the last response said.
    counters: Vec<Counter>,
    /// When it came.
    told_at: Duration,
    /// The most that each counter had.
    highest: BTreeMap<String, u64>,
    /// When the next request may go out.
    next_slot: Duration,
    /// Until when the service refuses them.
    refused_until: Duration,
}

impl Throttle {
    /// Takes note of a request that goes out at `now` (since the start of the run), and says how
    /// long it should wait.
    pub fn before(&mut self, request: &Request, now: Duration) -> Option<Slowdown> {
        self.forget_idle(now);
        let level = self.levels.entry(Kind::of(request)).or_default();
        let reasons = level.counters.iter().filter_map(|counter| {
            let pause = level.pause_for(counter, now)?;
            Some((pause, Some(counter.clone())))
        });
        let refused = level.refused_until.saturating_sub(now);
        let refused = (level.sent >= MANY && !refused.is_zero()).then_some((refused, None));
        let slowest = reasons.chain(refused).max_by_key(|(pause, _)| *pause);
        level.sent = level.sent.saturating_add(1);
        level.in_flight += 1;
        let (interval, counter) = slowest?;
        let refill = counter.as_ref().map(|counter| counter.refill);
        if matches!(refill, None | Some(Refill::After(_))) {
            return Some(Slowdown {
                pause: interval.min(MOST),
                counter,
            });
        }
        // One after the other: each takes the next slot, however many come at once.
        let slot = level.next_slot.max(now);
        level.next_slot = slot + interval;
        let pause = slot.saturating_sub(now).min(MOST);
        (!pause.is_zero()).then_some(Slowdown { pause, counter })
    }

    /// Forgets the kinds with too few requests to be slowed down: a run over thousands of subscriptions asks each once.
    fn forget_idle(&mut self, now: Duration) {
        if self.levels.len() < MOST_KINDS {
            return;
        }
        self.levels.retain(|_, level| {
            let is_empty = level.counters.iter().any(|counter| counter.left == 0);
            is_empty || level.in_flight > 0 || level.sent >= MANY || level.refused_until > now
        });
    }

    /// How many kinds are remembered.
    #[cfg(test)]
    pub(super) fn kinds(&self) -> usize {
        self.levels.len()
    }

    /// Takes note of what came of a request, and returns the counters that are nearly empty now and
    /// were not reported yet.
    pub fn after(
        &mut self,
        request: &Request,
        head: Option<(StatusCode, &HeaderMap)>,
        retry_after: Option<Duration>,
        now: Duration,
    ) -> Vec<Counter> {
        let level = self.levels.entry(Kind::of(request)).or_default();
        level.in_flight = level.in_flight.saturating_sub(1);
        let Some((status, headers)) = head else {
            return Vec::new();
        };
        if status == StatusCode::TOO_MANY_REQUESTS {
            level.refused_until = now + retry_after.unwrap_or_default();
        }
        let counters = counters_of(headers);
        if counters.is_empty() {
            return Vec::new();
        }
        for counter in &counters {
            let highest = level.highest.entry(counter.name.clone()).or_default();
            *highest = counter.left.max(*highest);
        }
        level.counters = counters;
        level.told_at = now;
        if status == StatusCode::TOO_MANY_REQUESTS {
            // The refusal itself says it.
            return Vec::new();
        }
        let low = |counter: &&Counter| level.is_low(counter, counter.left);
        let low: Vec<Counter> = level.counters.iter().filter(low).cloned().collect();
        low.into_iter()
            .filter(|counter| self.reported.insert(counter.name.clone()))
            .collect()
    }
}

impl Level {
    /// Returns the time between two requests that a counter bears, if it is nearly empty.
    fn pause_for(&self, counter: &Counter, now: Duration) -> Option<Duration> {
        let left = counter.left.saturating_sub(self.in_flight);
        if let Refill::After(time) = counter.refill {
            let pause = (self.told_at + time).saturating_sub(now);
            return (left == 0 && !pause.is_zero()).then_some(pause);
        }
        if self.sent < MANY || !self.is_low(counter, left) {
            return None;
        }
        match counter.refill {
            Refill::Bucket { per_second, .. } => Some(Duration::from_secs(1) / per_second.max(1)),
            Refill::Window(window) => {
                // As many as were seen are there in each window, if not more.
                let seen = self.highest(counter).max(1);
                Some(window / u32::try_from(seen).unwrap_or(u32::MAX))
            }
            Refill::After(_) | Refill::Unknown => None,
        }
    }

    fn is_low(&self, counter: &Counter, left: u64) -> bool {
        match counter.refill {
            Refill::Bucket { capacity, .. } => left < capacity / 10,
            Refill::Window(_) => left < FEW.max(self.highest(counter) / 10),
            Refill::After(_) => left == 0,
            Refill::Unknown => left < FEW,
        }
    }

    fn highest(&self, counter: &Counter) -> u64 {
        let highest = self.highest.get(&counter.name).copied();
        highest.unwrap_or(counter.left)
    }
}

impl Kind {
    fn of(request: &Request) -> Self {
        let id = ResourceId::of(&request.url);
        Self {
            host: request.url.host_str().unwrap_or_default().to_owned(),
            subscription: id.subscription_id().map(str::to_ascii_lowercase),
            namespace: id.namespace().map(str::to_ascii_lowercase),
            verb: match request.method {
                Method::GET | Method::HEAD | Method::OPTIONS => Verb::Read,
                Method::DELETE => Verb::Delete,
                _ => Verb::Write,
            },
        }
    }
}
