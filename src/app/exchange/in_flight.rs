//! How far a request has come, by what the client tells its observer: when a write is interrupted or its response is
//! lost, the user must hear that it may have been executed. Who words it: `error`.

use std::cell::RefCell;
use std::rc::Rc;

use http::Method;
use url::Url;

use crate::app::exchange::resume_command;
use crate::app::session::run::Session;
use crate::azure::ResourceId;
use crate::client::{self, Event};
use crate::error::{Error, Failure, InFlight};
use crate::plan::RequestPlan;

/// The request that was made last.
#[derive(Debug, Clone, Default)]
pub(crate) struct RequestTracker(Rc<RefCell<State>>);

#[derive(Debug, Clone, Default, PartialEq, Eq)]
enum State {
    /// None is under way.
    #[default]
    None,
    /// It was sent.
    UnderWay(Method, Url),
    /// It failed, and waits to be made again.
    Paused(String),
}

impl RequestTracker {
    /// Listens to what the client of a session tells.
    pub(crate) fn of(session: &mut Session) -> Self {
        let tracker = Self::default();
        let listening = tracker.clone();
        session.also_tell(move |event| listening.hear(event));
        tracker
    }

    fn hear(&self, event: Event<'_>) {
        let state = match event {
            Event::Request(request) => State::UnderWay(request.method.clone(), request.url.clone()),
            Event::Response(_) => State::None,
            Event::Retry { reason, .. } => State::Paused(reason.to_owned()),
            Event::Token { .. }
            | Event::Cache(_)
            | Event::Waited
            | Event::Slowed(_)
            | Event::NearlyEmpty(_) => return,
        };
        *self.0.borrow_mut() = state;
    }

    /// Adds to the failure of a run what is known of the request that it ended in.
    pub(crate) fn explain(&self, failure: Failure, plan: &RequestPlan) -> Failure {
        if !failure.is_plain() || !is_lost(&failure.error) {
            return failure;
        }
        let in_flight = match &*self.0.borrow() {
            State::UnderWay(method, url) if is_write(method) => InFlight::Sent {
                method: method.to_string(),
                command: resume_command::of("GET", &address_of(url, method), plan),
            },
            State::Paused(reason) => InFlight::Paused {
                reason: reason.clone(),
            },
            State::UnderWay(..) | State::None => return failure,
        };
        failure.with_in_flight(in_flight)
    }
}

/// Tells whether an error says that a response did not come.
fn is_lost(error: &Error) -> bool {
    if let Error::Client(client::Error::Transport { error, .. }) = error {
        return !error.kind.never_sent();
    }
    matches!(
        error,
        Error::Interrupted | Error::Client(client::Error::TimedOut { .. })
    )
}

fn is_write(method: &Method) -> bool {
    [Method::PUT, Method::POST, Method::PATCH, Method::DELETE].contains(method)
}

/// Where the effect of a write can be seen: an action is about the resource before it.
fn address_of(url: &Url, method: &Method) -> String {
    let mut url = url.clone();
    url.set_fragment(None);
    if *method == Method::POST
        && let Some(resource) = ResourceId::of(&url).resource().map(|id| id.to_string())
        && resource != url.path()
    {
        url.set_path(&resource);
        // The version of an action need not be one of the resource.
        url.set_query(None);
    }
    url.to_string()
}

#[cfg(test)]
mod tests {
    use http::Method;
    use url::Url;

    use super::address_of;

    #[test]
    fn an_action_is_seen_at_its_resource() {
        let vm = "https://management.azure.com/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/v";
        let address = |method, tail: &str| {
            let url = Url::parse(&format!("{vm}{tail}")).unwrap();
            address_of(&url, &method)
        };
        let versioned = format!("{vm}?api-version=1");
        assert_eq!(address(Method::PUT, "?api-version=1"), versioned);
        assert_eq!(address(Method::POST, "/start?api-version=1"), vm);
    }
}
