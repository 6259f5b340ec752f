//! Fetches the power states of virtual machines for a column that was asked for: a second list, in addition to that of
//! the machines. Which list it is: `azure::power_states_url`; who puts a state into its row: `output::Column`.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use http::{HeaderValue, Method, header};
use tokio::sync::OnceCell;
use url::Url;

use crate::app::session::run::Session;
use crate::app::session::subscriptions::MAX_PAGE;
use crate::azure::{MachineStatus, power_states_url};
use crate::client::{self, is_for_first_page};
use crate::error::Error;
use crate::output::{Console, PowerStates};
use crate::plan::RequestPlan;
use crate::transport::Request;

/// The power states that a run needs, each list of them fetched once.
#[derive(Debug, Default)]
pub(crate) struct PowerLists {
    states: PowerStates,
    /// The lists that were begun, by their addresses.
    begun: RefCell<HashMap<Url, Rc<OnceCell<()>>>>,
}

impl PowerLists {
    /// Lists that fill a column.
    pub(crate) fn new(states: PowerStates) -> Self {
        Self {
            states,
            begun: RefCell::default(),
        }
    }

    /// Fetches the states of the machines that are listed at an address, as the list itself is fetched.
    pub(crate) async fn fetch(&self, session: &Session, list: &Url) -> Result<(), Error> {
        let Some(url) = power_states_url(list) else {
            return Ok(());
        };
        let begun = Rc::clone(self.begun.borrow_mut().entry(url.clone()).or_default());
        let states = begun.get_or_try_init(|| async {
            let request = request(session, url);
            let listed = client::collect(&session.client, &request, MAX_PAGE);
            let listed: Vec<MachineStatus> = listed.await?;
            self.states.add(listed);
            Ok::<_, Error>(())
        });
        states.await.copied()
    }
}

/// Tells whether a plan lists machines without their states.
pub(crate) fn are_apart(plan: &RequestPlan) -> bool {
    plan.method == Method::GET && power_states_url(&plan.target.url).is_some()
}

/// Says that there is a second list.
pub(crate) fn note(console: Console) {
    console
        .note("the power states take a second list, with `statusOnly=true`, for each subscription");
}

fn request(session: &Session, url: Url) -> Request {
    let mut headers = session.plan.headers.clone();
    let names: Vec<_> = headers.keys().cloned().collect();
    for name in names.iter().filter(|name| is_for_first_page(name)) {
        headers.remove(name);
    }
    headers.insert(header::ACCEPT, HeaderValue::from_static("application/json"));
    Request {
        method: Method::GET,
        url,
        headers,
        body: bytes::Bytes::new(),
    }
}
