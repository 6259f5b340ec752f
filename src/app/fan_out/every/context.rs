//! What all requests of a pattern share: the plan, the connections, the tokens. Makes the client of each; sends nothing.

use std::rc::Rc;

use crate::app::session::trace;
use crate::client::{Client, Event, Observer, Tokens};
use crate::credential::{Credential, Tenancy};
use crate::env::Env;
use crate::output::Console;
use crate::plan::{Pattern, RequestPlan};

/// A pattern, and what its requests share.
pub(crate) struct Source {
    pub(crate) plan: RequestPlan,
    pub(crate) pattern: Pattern,
    pub(crate) env: Env,
    pub(crate) console: Console,
    /// The client that the others are like.
    pub(crate) first: Client,
}

impl Source {
    /// Of which tenants there are tokens; nothing where none is sent.
    pub(crate) fn tenancy(&self) -> Option<Tenancy> {
        self.first.credential.as_deref().map(Credential::tenancy)
    }

    /// The tokens of the run.
    pub(crate) fn tokens(&self) -> &Rc<Tokens> {
        &self.first.tokens
    }

    /// A client like the first one, which tells all that it does.
    pub(crate) fn like_first(&self) -> Client {
        self.client(None, trace::observer(self.console, &self.env))
    }

    /// A client that shares connections, tokens, budget and pace with all others. A tenant that the user has named
    /// goes before any other.
    pub(crate) fn client(&self, tenant: Option<&str>, observer: Observer) -> Client {
        let first = &self.first;
        let named = first.tenant_id.clone();
        Client {
            transport: Rc::clone(&first.transport),
            credential: first.credential.clone(),
            cache: first.cache.clone(),
            target: first.target.clone(),
            tenant_id: named.or_else(|| tenant.map(str::to_owned)),
            subscription_id: None,
            limits: first.limits,
            deadline: first.deadline,
            clock: first.clock,
            observer,
            minimum_left: first.minimum_left,
            auxiliary_tenants: first.auxiliary_tenants.clone(),
            tokens: Rc::clone(&first.tokens),
            budget: Rc::clone(&first.budget),
            throttle: Rc::clone(&first.throttle),
        }
    }

    /// What one of many says: what is true of all would be said too often.
    pub(crate) fn quiet_report(&self) -> Console {
        if self.console == Console::Normal {
            Console::Silent
        } else {
            self.console
        }
    }

    /// Watches one of many clients: its pauses would drown what matters, but not a counter that is nearly empty.
    pub(crate) fn quiet_observer(&self) -> impl Fn(Event<'_>) + use<> {
        let quiet = self.quiet_report();
        let (traced, told) = (
            trace::observer(quiet, &self.env),
            trace::observer(self.console, &self.env),
        );
        move |event| {
            if let Event::NearlyEmpty(_) = event {
                told(event);
            } else {
                traced(event);
            }
        }
    }
}
