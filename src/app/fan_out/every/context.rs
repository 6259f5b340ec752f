//! What all requests of a pattern share: the session of the first, from which those of the others are made. Who sends
//! them: `list_task`, and `ids` for what is not a list.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use crate::app::session::run::Session;
use crate::app::session::trace;
use crate::client::{Event, Observer};
use crate::credential::{Credential, Tenancy};
use crate::output::Console;
use crate::plan::Pattern;

/// A pattern, and what its requests share.
pub(crate) struct FanOut {
    pub(crate) session: Session,
    pub(crate) pattern: Pattern,
    /// Whether a pause of one of the requests was noted.
    is_pause_noted: Rc<Cell<bool>>,
}

impl FanOut {
    pub(crate) fn new(session: Session, pattern: Pattern) -> Self {
        Self {
            session,
            pattern,
            is_pause_noted: Rc::default(),
        }
    }

    /// Of which tenants there are tokens; nothing if none is sent.
    pub(crate) fn tenancy(&self) -> Option<Tenancy> {
        let credential = self.session.client.shared.credential();
        credential.map(Credential::tenancy)
    }

    /// A session that shares connections, tokens, budget and pace with all others. A tenant that the user has named
    /// goes before any other.
    pub(crate) fn fork(
        &self,
        tenant: Option<&str>,
        console: Console,
        observer: Observer,
    ) -> Session {
        let mut session = self.session.fork(console, observer);
        let client = &mut session.client;
        client.subscription_id = None;
        let named = client.tenant_id.take();
        client.tenant_id = named.or_else(|| tenant.map(str::to_owned));
        session
    }

    /// What one of many says: what is true of all would be said too often.
    pub(crate) fn quiet_console(&self) -> Console {
        self.session.console.without_notes()
    }

    /// Watches one of many clients: the pauses of all would drown what matters, but not the first of them, nor a counter
    /// that is nearly empty.
    pub(crate) fn quiet_observer(&self) -> impl Fn(Event<'_>) + use<> {
        let quiet = self.quiet_console();
        let (traced, tell) = (
            trace::observer(quiet, &self.session.env),
            trace::observer(self.session.console, &self.session.env),
        );
        let on_terminal = self.session.env.shows_progress();
        let is_noted = Rc::clone(&self.is_pause_noted);
        let is_first =
            move |pause: Duration| !on_terminal && pause > trace::NOTED && !is_noted.replace(true);
        move |event| {
            let is_told = match &event {
                Event::NearlyEmpty(_) => true,
                Event::Retry { pause, .. } => is_first(*pause),
                Event::Slowed(slowdown) => is_first(slowdown.pause),
                Event::Token { .. }
                | Event::Cache(_)
                | Event::Request(_)
                | Event::Response(_)
                | Event::Waited => false,
            };
            if is_told {
                tell(event);
            } else {
                traced(event);
            }
        }
    }
}
