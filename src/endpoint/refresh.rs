//! When a token serves, when it is replaced while it serves, and when a credential that failed is asked
//! again. Only the policy: `app::endpoint::issuer` asks the credential.

use std::time::{Duration, SystemTime};

use super::rejection::Rejection;

/// A token with less than this left is replaced while it serves.
pub const NEAR_EXPIRY: Duration = Duration::from_secs(10 * 60);
/// A token with less than this left is not given out.
const LEAST_LEFT: Duration = Duration::from_secs(30);
/// How long a failed credential is not asked again; each further failure doubles it.
pub const INITIAL_BACKOFF: Duration = Duration::from_secs(1);
const LONGEST_BACKOFF: Duration = Duration::from_secs(60);

/// A token that may be given out.
#[derive(Debug, Clone)]
pub struct GrantedToken<T> {
    /// The token.
    pub token: T,
    /// When it ends, known or assumed.
    pub expires_on: SystemTime,
    /// From when on it is good, known or assumed.
    pub not_before: SystemTime,
    /// From when on a fresh one should be asked for, if the issuer said so.
    pub refresh_on: Option<SystemTime>,
    /// When the credential gave it.
    pub obtained_on: SystemTime,
}

/// What is known of one audience.
#[derive(Debug)]
pub struct CacheEntry<T> {
    granted: Option<GrantedToken<T>>,
    failure: Option<Failure>,
}

#[derive(Debug, Clone)]
struct Failure {
    rejection: Rejection,
    count: u32,
    /// The credential is not asked before this.
    until: SystemTime,
}

/// What to do for a client.
#[derive(Debug)]
pub enum Lookup<T> {
    /// This token serves.
    Fresh(GrantedToken<T>),
    /// This token serves, and another one is asked for.
    NearExpiry(GrantedToken<T>),
    /// The credential has failed and is not asked yet.
    Failed(Rejection),
    /// The credential is asked.
    Missing,
}

impl<T> Default for CacheEntry<T> {
    fn default() -> Self {
        Self {
            granted: None,
            failure: None,
        }
    }
}

impl<T: Clone> CacheEntry<T> {
    /// Says what to do for a client.
    pub fn find(&self, now: SystemTime) -> Lookup<T> {
        let backing_off = self.failure.as_ref().filter(|failure| now < failure.until);
        let left = |granted: &GrantedToken<T>| {
            let left = granted.expires_on.duration_since(now);
            left.unwrap_or_default()
        };
        match &self.granted {
            Some(granted) if left(granted) > LEAST_LEFT => {
                let is_due = granted.refresh_on.is_some_and(|due| due <= now);
                if (is_due || left(granted) < NEAR_EXPIRY) && backing_off.is_none() {
                    Lookup::NearExpiry(granted.clone())
                } else {
                    Lookup::Fresh(granted.clone())
                }
            }
            Some(_) | None => match backing_off {
                Some(failure) => Lookup::Failed(failure.rejection.clone()),
                None => Lookup::Missing,
            },
        }
    }

    /// Takes what the credential answered.
    pub fn record(&mut self, outcome: &Result<GrantedToken<T>, Rejection>, now: SystemTime) {
        match outcome {
            Ok(granted) => {
                let left = granted.expires_on.duration_since(now).unwrap_or_default();
                self.granted = Some(granted.clone());
                // A source that has no fresher token yet need not be asked by every client.
                self.failure = (left < NEAR_EXPIRY).then(|| Failure {
                    rejection: Rejection::Busy {
                        retry_after: INITIAL_BACKOFF,
                    },
                    count: 0,
                    until: now + (left / 4).min(LONGEST_BACKOFF),
                });
            }
            Err(rejection) => {
                let count = self.failure.as_ref().map_or(0, |failure| failure.count);
                let backoff = INITIAL_BACKOFF
                    .saturating_mul(2_u32.saturating_pow(count))
                    .min(LONGEST_BACKOFF);
                self.failure = Some(Failure {
                    rejection: rejection.clone(),
                    count: count.saturating_add(1),
                    until: now + backoff,
                });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use super::{CacheEntry, GrantedToken, LEAST_LEFT, Lookup, NEAR_EXPIRY};
    use crate::endpoint::Rejection;

    fn at(seconds: u64) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
    }

    fn granted(end: u64, refresh: Option<u64>) -> GrantedToken<()> {
        GrantedToken {
            token: (),
            expires_on: at(end),
            not_before: at(0),
            refresh_on: refresh.map(at),
            obtained_on: at(0),
        }
    }

    #[track_caller]
    fn check(entry: &CacheEntry<()>, now: u64, expected: &str) {
        let found = match entry.find(at(now)) {
            Lookup::Fresh(_) => "fresh",
            Lookup::NearExpiry(_) => "near expiry",
            Lookup::Failed(_) => "failed",
            Lookup::Missing => "missing",
        };
        assert_eq!(found, expected, "at {now}");
    }

    #[test]
    fn a_token_serves_while_it_is_replaced() {
        let mut entry = CacheEntry::default();
        check(&entry, 0, "missing");
        entry.record(&Ok(granted(3_600, Some(1_800))), at(0));
        check(&entry, 1_799, "fresh");
        check(&entry, 1_800, "near expiry");
        entry.record(&Ok(granted(3_600, None)), at(0));
        check(&entry, 3_600 - NEAR_EXPIRY.as_secs(), "fresh");
        check(&entry, 3_601 - NEAR_EXPIRY.as_secs(), "near expiry");
        check(&entry, 3_600 - LEAST_LEFT.as_secs(), "missing");
    }

    #[test]
    fn a_credential_that_fails_is_left_alone_for_longer_each_time() {
        let refused = Err(Rejection::NotConfirmed);
        let mut entry = CacheEntry::default();
        let mut now = 0;
        for backoff in [1, 2, 4, 8, 16, 32, 60, 60] {
            entry.record(&refused, at(now));
            check(&entry, now + backoff - 1, "failed");
            check(&entry, now + backoff, "missing");
            now += backoff;
        }
        entry.record(&Ok(granted(now + 3_600, None)), at(now));
        check(&entry, now, "fresh");
        entry.record(&refused, at(now + 3_100));
        check(&entry, now + 3_100, "fresh");
        check(&entry, now + 3_101, "near expiry");
    }

    #[test]
    fn a_source_without_a_fresher_token_is_not_asked_by_every_client() {
        let mut entry = CacheEntry::default();
        entry.record(&Ok(granted(400, None)), at(0));
        check(&entry, 0, "fresh");
        check(&entry, 59, "fresh");
        check(&entry, 60, "near expiry");
    }
}
