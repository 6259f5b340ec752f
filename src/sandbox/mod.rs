//! An offline ARM: a request in, a response out. Pure and deterministic: no socket, no file, no clock of
//! its own, and no knowledge of the client.
//!
//! ```text
//! Request → request::Call ─gate→ ─routes→ Route ─versions→ handler (groups · resources · …) ↔ store → Reply → Response
//! ```
//!
//! The content is invented (`seed`), the protocol is ARM's: its paging, api-versions, entity tags, error
//! texts and headers, and its long-running operations, which advance when they are asked about.

mod authority;
mod deployments;
mod dispatch;
mod faults;
#[cfg(any(test, fuzzing))]
mod fuzz;
mod governance;
mod graph;
mod hash;
mod long_running;
mod merge;
mod protocol;
mod resources;
mod seed;
mod store;
mod templates;
mod throttling;
mod timestamp;

use std::time::SystemTime;

use bytes::Bytes;
use http::{Method, Request, Response, StatusCode};

use crate::sandbox::authority::arm_token::Caller;
use crate::sandbox::authority::cloud_shell;
use crate::sandbox::deployments::preflight;
use crate::sandbox::governance::{eligible_roles, policy_tokens, tags};
use crate::sandbox::graph::reads::{self, Reader};
use crate::sandbox::long_running::status;
use crate::sandbox::protocol::error::ArmError;
use crate::sandbox::protocol::reply::Reply;
use crate::sandbox::protocol::request::Call;
use crate::sandbox::protocol::route::Route;
use crate::sandbox::protocol::{api_version, auth, response, route};
use crate::sandbox::resources::context::Context;
use crate::sandbox::resources::{
    cloud_metadata, cost_query, group, group_actions, provider, resource, subscription,
};
use crate::sandbox::seed::data;
use crate::sandbox::store::Store;
use crate::sandbox::timestamp::Timestamp;

#[cfg(any(test, fuzzing))]
pub use crate::sandbox::authority::arm_token::issue;
pub use crate::sandbox::authority::arm_token::issue_for;
pub use crate::sandbox::faults::delivery::Delivery;
pub use crate::sandbox::faults::script::Faults;
#[cfg(any(test, fuzzing))]
pub use crate::sandbox::fuzz::fuzz_graph;
pub use crate::sandbox::store::Error;
pub use crate::sandbox::throttling::quotas::Quotas;

/// An ARM with two tenants, three subscriptions and what was written to it, and the authority that
/// signs in for it.
#[derive(Debug)]
pub struct Sandbox {
    base_url: String,
    now: Timestamp,
    serial: u64,
    store: Store,
}

/// Returns the id of the sandbox's first subscription, a GUID in lower case.
pub fn default_subscription_id() -> &'static str {
    data::subscriptions()
        .first()
        .map_or("", |subscription| subscription.id)
}

/// Returns the id of the tenant of that subscription.
pub fn default_tenant_id() -> &'static str {
    data::subscriptions()
        .first()
        .map_or("", |subscription| subscription.tenant.id)
}

/// Returns the ids of the sandbox's subscriptions, GUIDs in lower case, and their names.
pub fn subscriptions() -> impl Iterator<Item = (&'static str, &'static str)> {
    let subscriptions = data::subscriptions().iter();
    subscriptions.map(|one| (one.id, one.display_name))
}

/// Returns the id of the sandbox's subscription with this name, whatever the case of its letters.
pub fn subscription_id_of(name: &str) -> Option<&'static str> {
    let mut subscriptions = data::subscriptions().iter();
    subscriptions
        .find(|one| one.display_name.eq_ignore_ascii_case(name.trim()))
        .map(|one| one.id)
}

/// The first parts of the path, in lower case.
fn words_of(call: &Call<'_>) -> Vec<String> {
    let segments = call.segments.iter().take(5);
    segments
        .map(|segment| segment.to_ascii_lowercase())
        .collect()
}

impl Sandbox {
    /// Makes an unwritten sandbox.
    ///
    /// `base_url` is where clients reach it, such as `https://management.azure.com` or
    /// `http://127.0.0.1:8080`; links in answers begin with it. `now` is the time that it sees.
    pub fn new(base_url: &str, now: SystemTime) -> Self {
        Self {
            base_url: base_url.trim_end_matches('/').to_owned(),
            now: Timestamp::of(now),
            serial: 0,
            store: Store::default(),
        }
    }

    /// Sets the clock: what counts as expired, and the times in answers.
    #[cfg(test)]
    pub(crate) fn set_now(&mut self, now: SystemTime) {
        self.now = Timestamp::of(now);
    }

    /// Answers a request for a token, or for the description of this cloud; `None` if it is for another address.
    pub fn sign_in(&mut self, request: &Request<Bytes>) -> Option<Response<Bytes>> {
        let call = Call::parse(request, self.now).ok()?;
        let words = words_of(&call);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        match words.as_slice() {
            ["metadata", "endpoints"] | ["oauth2", "token"] => Some(self.handle(request)),
            words => {
                let (base_url, serial) = (&self.base_url, self.serial);
                authority::answer(self.store.authority(), &call, words, base_url, serial)
            }
        }
    }

    /// Answers a request. Every request has an answer; bad ones are answered as ARM does.
    pub fn handle(&mut self, request: &Request<Bytes>) -> Response<Bytes> {
        self.serial = self.serial.wrapping_add(1);
        let call = match Call::parse(request, self.now) {
            Ok(call) => call,
            Err(fault) => {
                return response::finish(Reply::from(fault), request, self.serial, self.now);
            }
        };
        let words = words_of(&call);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let memory = self.store.authority();
        let (base_url, serial) = (&self.base_url, self.serial);
        authority::answer(memory, &call, &words, base_url, serial).unwrap_or_else(|| {
            let reply = self.answer(&call, &words).unwrap_or_else(Reply::from);
            response::finish(reply, request, self.serial, self.now)
        })
    }

    /// Returns what differs from the seed, the operations included, as JSON; `None` if nothing does.
    pub fn state(&self) -> Option<Vec<u8>> {
        self.store.state()
    }

    /// Takes back what [`Self::state`] returned. On an error the sandbox is as it was.
    pub fn restore(&mut self, state: &[u8]) -> Result<(), Error> {
        self.store.restore(state)
    }

    /// Tells whether anything was written since the sandbox was made or restored: whether its state
    /// needs to be kept.
    #[cfg(test)]
    pub(crate) fn is_modified(&self) -> bool {
        self.store.is_modified()
    }

    fn answer(&mut self, call: &Call<'_>, words: &[&str]) -> Result<Reply, ArmError> {
        match words {
            ["metadata", "endpoints"] => return cloud_metadata::endpoints(call, &self.base_url),
            ["oauth2", "token"] => return cloud_shell::answer(call),
            _ => {}
        }
        let caller = match auth::authenticate(call) {
            Ok(caller) => caller,
            Err(fault) => return Ok(Reply::refusal(&fault, auth::tenant(call).id)),
        };
        let version = api_version::requested(call)?;
        let route = route::resolve(call, &version)?;
        let reader = Reader::of(call, &route);
        if reader != Reader::Graph {
            dispatch::check_version(&self.store, &version, &route)?;
        }
        let has_role =
            |scope: &str| eligible_roles::has_role_at(&self.store, &caller.object_id, scope);
        auth::authorize(call, &route, &caller, has_role)?;
        if let Some(refusal) =
            auth::written(&route).and_then(|id| policy_tokens::refusal(&self.store, call, &id))
        {
            return Ok(refusal);
        }
        match reader {
            Reader::Provider => self.dispatch(call, &route, &caller),
            Reader::Graph => Ok(reads::answered(self.dispatch(call, &route, &caller)?)),
            Reader::Nobody => Ok(reads::refusal()),
        }
    }

    fn dispatch(
        &mut self,
        call: &Call<'_>,
        route: &Route,
        caller: &Caller,
    ) -> Result<Reply, ArmError> {
        let (store, base_url) = (&mut self.store, self.base_url.as_str());
        let context = Context { caller, base_url };
        match route {
            Route::Groups(subscription) => group::list(store, call, subscription, base_url),
            Route::Resources(scope) => resource::all(store, call, scope, base_url),
            Route::CostQuery(subscription) => cost_query::query(call, subscription, base_url),
            Route::GraphQuery(..) => graph::query(store, call, caller),
            Route::Monitor(name) => status::answer(store, call, name, base_url),
            Route::Registration(subscription, namespace, state) => match *call.method {
                Method::POST => Ok(provider::register(store, subscription, *namespace, state)),
                _ => Err(call.not_allowed("POST")),
            },
            Route::Tenants
            | Route::Subscriptions
            | Route::Subscription(_)
            | Route::Locations(_)
            | Route::Providers(_)
            | Route::Provider(..)
                if call.method != Method::GET =>
            {
                Err(call.not_allowed("GET"))
            }
            Route::ValidateResources => preflight::answer(store, call, &context),
            Route::GroupAction(group, action) => {
                group_actions::answer(store, call, (group, *action), &context)
            }
            Route::Item(address) if address.full_type() == deployments::TYPE => {
                deployments::item(store, call, address, &context)
            }
            Route::Item(address) if address.full_type() == deployments::OPERATIONS => {
                deployments::step(store, call, address)
            }
            Route::Action(address, action) if address.full_type() == deployments::TYPE => {
                deployments::action(store, call, (address, action), &context)
            }
            Route::Collection(address)
                if [deployments::TYPE, deployments::OPERATIONS].contains(&address.full_type()) =>
            {
                deployments::collection(store, call, address, base_url)
            }
            Route::Group(_)
            | Route::Collection(_)
            | Route::Item(_)
            | Route::Operation(..)
            | Route::Action(..) => dispatch::answer(store, call, route, &context),
            Route::TagNames(subscription) if call.method == Method::GET => Ok(Reply::json(
                StatusCode::OK,
                tags::names(store, subscription.id),
            )),
            Route::TagNames(_) => Err(call.not_allowed("GET")),
            Route::Tenants => subscription::tenants(call, base_url, caller),
            Route::Subscriptions => subscription::list(store, call, &context),
            Route::Subscription(subscription) => Ok(Reply::json(
                StatusCode::OK,
                subscription::shown(store, subscription),
            )),
            Route::Locations(subscription) => Ok(Reply::json(
                StatusCode::OK,
                subscription::locations(subscription),
            )),
            Route::Providers(subscription) => Ok(Reply::json(
                StatusCode::OK,
                provider::list(store, *subscription),
            )),
            Route::Provider(subscription, namespace) => Ok(Reply::json(
                StatusCode::OK,
                provider::body(store, *subscription, *namespace),
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    mod deployments;
    mod faults;
    mod governance;
    mod lifecycle;
    mod long_running;
    mod reading;
    mod refusal;
    mod route;
    pub(super) mod session;
    mod store;
}
