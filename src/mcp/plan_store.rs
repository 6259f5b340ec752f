//! Plans that were shown and may be carried out: each once, for a while, and only while what it is about is as it was. Who
//! makes one and carries it out: `app/command/mcp`.

use std::time::{Duration, Instant};

use super::tools::PlanArguments;

/// How long a plan holds.
const LIFETIME: Duration = Duration::from_secs(600);
/// How many are kept; the oldest gives way.
const MOST_PLANS: usize = 100;

/// What a plan was made from: it holds while this is the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fingerprint {
    /// Who asks: the account and its tenant.
    pub account: String,
    /// The method and the URL as they were shown: a default or a name may mean another one in the meantime.
    pub target: String,
    /// The resource as it was read, or the reason why it could not be.
    pub resource: String,
}

/// A change that was shown.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// The request.
    pub arguments: PlanArguments,
    /// What it was made from.
    pub fingerprint: Fingerprint,
}

/// Why a plan is not carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// It was never made, was carried out, or gave way to newer ones.
    #[error(
        "there is no such plan: each can be carried out once, and is forgotten after 10 minutes"
    )]
    Unknown,
    /// Its time is up.
    #[error("the plan is older than 10 minutes")]
    Expired,
}

/// The plans of a process.
#[derive(Debug, Default)]
pub struct PlanStore {
    plans: Vec<(String, Instant, Plan)>,
}

impl PlanStore {
    /// Keeps a plan by an identifier that nobody can guess.
    pub fn keep(&mut self, plan: Plan, now: Instant) -> String {
        let id = uuid::Uuid::new_v4().simple().to_string();
        self.plans
            .retain(|(_, made, _)| now.duration_since(*made) < LIFETIME);
        if self.plans.len() >= MOST_PLANS {
            self.plans.remove(0);
        }
        self.plans.push((id.clone(), now, plan));
        id
    }

    /// Takes a plan out: a second time it is not there.
    pub fn take(&mut self, id: &str, now: Instant) -> Result<Plan, PlanError> {
        let place = self.plans.iter().position(|(own, ..)| own == id);
        let (_, made, plan) = self.plans.remove(place.ok_or(PlanError::Unknown)?);
        if now.duration_since(made) < LIFETIME {
            Ok(plan)
        } else {
            Err(PlanError::Expired)
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use serde_json::json;

    use super::{Fingerprint, LIFETIME, MOST_PLANS, Plan, PlanError, PlanStore};

    fn plan(url: &str) -> Plan {
        Plan {
            arguments: serde_json::from_value(json!({"method": "DELETE", "url": url})).unwrap(),
            fingerprint: Fingerprint {
                account: String::new(),
                target: String::new(),
                resource: String::new(),
            },
        }
    }

    #[test]
    fn a_plan_is_carried_out_once() {
        let (mut store, now) = (PlanStore::default(), Instant::now());
        let id = store.keep(plan("/a"), now);
        let other = store.keep(plan("/b"), now);
        assert_ne!(id, other);
        assert_eq!(store.take(&id, now), Ok(plan("/a")));
        assert_eq!(store.take(&id, now), Err(PlanError::Unknown));
        assert_eq!(store.take("", now), Err(PlanError::Unknown));
        assert_eq!(store.take(&other, now + LIFETIME), Err(PlanError::Expired));
    }

    #[test]
    fn the_oldest_gives_way() {
        let (mut store, now) = (PlanStore::default(), Instant::now());
        let first = store.keep(plan("/first"), now);
        for _ in 0..MOST_PLANS {
            store.keep(plan("/a"), now);
        }
        assert_eq!(store.take(&first, now), Err(PlanError::Unknown));
        assert_eq!(store.plans.len(), MOST_PLANS);
    }
}
