//! What the clients of one run share: connections, credential, tokens, pace and end. A client is made of it for each
//! target, see [`Client::for_target`](super::Client::for_target).

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;

use super::clock::{Clock, Deadline};
use super::throttle::Throttle;
use super::tokens::Tokens;
use super::usage::Usage;
use crate::azure::{Audience, Guard};
use crate::credential::{Credential, SHORTEST_LIFE, TenantCache, TokenCache};
use crate::har::Recorder;
use crate::transport::Transport;
use crate::transport::budget::Budget;
use crate::transport::retry::Limits;

/// What a run decides for all its clients.
pub struct Settings {
    /// Where requests go.
    pub transport: Transport,
    /// The run's clock.
    pub clock: Clock,
    /// How often requests are repeated.
    pub limits: Limits,
    /// Who signs them; `None` if no token is sent.
    pub credential: Option<Credential>,
    /// Where tokens are kept, if they are.
    pub cache: Option<TokenCache>,
    /// The tenants that services have named to earlier runs.
    pub tenants: TenantCache,
    /// When the run must be over.
    pub deadline: Option<Deadline>,
    /// How long a kept token must live: longer for work that takes time.
    pub minimum_left: Duration,
    /// What the run uses.
    pub usage: Rc<Usage>,
    /// The statuses that are a success by the user's word: with them a request is not made again, a redirect is not
    /// followed, and a part is the answer.
    pub expected: Vec<StatusCode>,
    /// What may be sent.
    pub guard: Guard,
    /// Who writes the exchanges down, if that was asked for.
    pub recorder: Option<Arc<Recorder>>,
}

impl Settings {
    /// Settings without a credential, a cache or a deadline.
    pub fn new(transport: Transport, clock: Clock, limits: Limits, guard: Guard) -> Self {
        Self {
            transport,
            clock,
            limits,
            credential: None,
            cache: None,
            tenants: TenantCache::none(),
            deadline: None,
            minimum_left: SHORTEST_LIFE,
            usage: Rc::default(),
            expected: Vec::new(),
            guard,
            recorder: None,
        }
    }
}

/// What the clients of a run share.
pub struct Shared {
    pub(super) settings: Settings,
    /// The tokens of each audience: what tells those of one audience apart, [`Tokens`] knows itself.
    tokens: RefCell<HashMap<Option<Audience>, Rc<Tokens>>>,
    /// How often the run may still repeat a request, whichever client makes it.
    pub(super) budget: Cell<Budget>,
    /// What the run has sent, and what the service says is left.
    pub(super) throttle: RefCell<Throttle>,
}

impl Shared {
    /// Begins a run.
    pub fn new(settings: Settings) -> Rc<Self> {
        Rc::new(Self {
            budget: Cell::new(Budget::of(settings.limits.retries)),
            settings,
            tokens: RefCell::default(),
            throttle: RefCell::default(),
        })
    }

    /// The tokens for an audience.
    pub(super) fn tokens(&self, audience: Option<&Audience>) -> Rc<Tokens> {
        let mut tokens = self.tokens.borrow_mut();
        Rc::clone(tokens.entry(audience.cloned()).or_default())
    }

    /// The run's clock.
    pub fn clock(&self) -> Clock {
        self.settings.clock
    }

    /// The credential that signs requests, if there is one.
    pub fn credential(&self) -> Option<&Credential> {
        self.settings.credential.as_ref()
    }

    /// Allows as many repetitions as at the start: what is asked for next has nothing to do with what failed before.
    pub fn renew_budget(&self) {
        self.budget.set(Budget::of(self.settings.limits.retries));
    }
}
