//! The end of the run and the time of day, both on the clock that tests pause. Who waits: `exchange`.

use std::time::{Duration, SystemTime};

use tokio::time::Instant;

use super::error::Error;

/// The end of the run.
#[derive(Debug, Clone, Copy)]
pub struct Deadline {
    at: Instant,
    /// The whole time that was given.
    pub limit: Duration,
}

impl Deadline {
    /// A deadline this far from now.
    pub fn after(limit: Duration) -> Self {
        // A limit beyond what the clock can hold will never be reached.
        let at = Instant::now().checked_add(limit);
        Self {
            at: at.unwrap_or_else(|| Instant::now() + Duration::from_secs(1 << 32)),
            limit,
        }
    }

    /// The time itself, for waits outside of the runtime.
    pub fn instant(self) -> std::time::Instant {
        self.at.into_std()
    }

    /// Waits for a future, but not beyond a deadline, if there is one.
    pub async fn within<T>(
        deadline: Option<Self>,
        future: impl Future<Output = T>,
    ) -> Result<T, Error> {
        let Some(Self { at, limit }) = deadline else {
            return Ok(future.await);
        };
        let outcome = tokio::time::timeout_at(at, future).await;
        outcome.map_err(|_| Error::TimedOut { limit })
    }
}

/// The time of day, counted on from a known time.
#[derive(Debug, Clone, Copy)]
pub struct Clock {
    start: SystemTime,
    since: Instant,
}

impl Clock {
    /// A clock that shows `now`.
    pub fn at(now: SystemTime) -> Self {
        Self {
            start: now,
            since: Instant::now(),
        }
    }

    /// Returns the time.
    pub fn now(&self) -> SystemTime {
        self.start + self.since.elapsed()
    }

    /// Returns the time since the clock was made.
    pub fn elapsed(&self) -> Duration {
        self.since.elapsed()
    }
}
