//! What a run has used: requests, the tenants that it signed in to, and what the service says is left. Who prints it at the
//! end: `app/command/request`.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};

use http::HeaderMap;

use crate::credential::AccessToken;
use crate::transport::rate_limit_headers::counters_of;

/// A run with fewer requests is short: nothing is said of it.
const LONG: u64 = 10;

/// What all clients of a run have used together.
#[derive(Debug, Default)]
pub struct Usage {
    requests: Cell<u64>,
    tenants: RefCell<BTreeSet<String>>,
    /// The least that was left of each counter.
    left: RefCell<BTreeMap<String, u64>>,
}

impl Usage {
    /// A request goes out.
    pub(super) fn sent(&self) {
        self.requests.set(self.requests.get().saturating_add(1));
    }

    /// A token was obtained.
    pub(super) fn signed_in(&self, token: &AccessToken) {
        if let Some(tenant) = token.tenant_id() {
            self.tenants.borrow_mut().insert(tenant.to_owned());
        }
    }

    /// A response came.
    pub(super) fn answered(&self, headers: &HeaderMap) {
        for counter in counters_of(headers) {
            let mut left = self.left.borrow_mut();
            let least = left.entry(counter.name).or_insert(counter.left);
            *least = counter.left.min(*least);
        }
    }

    /// Returns what a long run has used, in words.
    pub fn words(&self) -> Option<String> {
        let requests = self.requests.get();
        if requests < LONG {
            return None;
        }
        let tenants = self.tenants.borrow().len();
        let mut text = format!("{requests} requests");
        if tenants > 0 {
            let noun = if tenants == 1 { "tenant" } else { "tenants" };
            text.push_str(&format!(", {tenants} {noun}"));
        }
        let left = self.left.borrow();
        let left: Vec<String> = left
            .iter()
            .map(|(name, left)| format!("{left} {name}"))
            .collect();
        if !left.is_empty() {
            text.push_str(&format!("; left at least: {}", left.join(", ")));
        }
        Some(text)
    }
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderValue};

    use super::Usage;
    use crate::credential::AccessToken;

    #[test]
    fn a_long_run_says_what_it_used() {
        let usage = Usage::default();
        for left in [7, 5, 6] {
            let mut headers = HeaderMap::new();
            let name = "x-ms-ratelimit-remaining-subscription-reads";
            headers.insert(name, HeaderValue::from(left));
            usage.answered(&headers);
        }
        for _ in 0..9 {
            usage.sent();
        }
        assert_eq!(usage.words(), None);
        usage.sent();
        usage.signed_in(&AccessToken::new("opaque", None));
        let words = usage.words();
        assert_eq!(
            words.as_deref(),
            Some("10 requests; left at least: 5 subscription-reads")
        );
    }
}
