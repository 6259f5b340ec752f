//! What all requests of a pattern share: the plan, the connections, the tokens. Makes the client of each. Who sends
//! them: `list_task`, and `ids` for what is not a list.

use crate::app::session::{client, trace};
use crate::client::{Client, Event, Observer};
use crate::credential::{Credential, Tenancy};
use crate::env::Env;
use crate::output::Console;
use crate::plan::{Pattern, RequestPlan};

/// A pattern, and what its requests share.
pub(crate) struct FanOut {
    pub(crate) plan: RequestPlan,
    pub(crate) pattern: Pattern,
    pub(crate) env: Env,
    pub(crate) console: Console,
    /// The client that the others are like.
    pub(crate) first: Client,
}

impl FanOut {
    /// Of which tenants there are tokens; nothing where none is sent.
    pub(crate) fn tenancy(&self) -> Option<Tenancy> {
        self.first.shared.credential().map(Credential::tenancy)
    }

    /// A client that shares connections, tokens, budget and pace with all others. A tenant that the user has named
    /// goes before any other.
    pub(crate) fn client(&self, tenant: Option<&str>, observer: Observer) -> Client {
        let mut client = client::client(&self.plan, &self.first.shared, observer);
        client.subscription_id = None;
        client.tenant_id = client.tenant_id.or_else(|| tenant.map(str::to_owned));
        client
    }

    /// What one of many says: what is true of all would be said too often.
    pub(crate) fn quiet_console(&self) -> Console {
        self.console.without_notes()
    }

    /// Watches one of many clients: its pauses would drown what matters, but not a counter that is nearly empty.
    pub(crate) fn quiet_observer(&self) -> impl Fn(Event<'_>) + use<> {
        let quiet = self.quiet_console();
        let (traced, tell) = (
            trace::observer(quiet, &self.env),
            trace::observer(self.console, &self.env),
        );
        move |event| {
            if let Event::NearlyEmpty(_) = event {
                tell(event);
            } else {
                traced(event);
            }
        }
    }
}
