//! How far a request has come, by what the client tells its observer: when a write is interrupted or its response is
//! lost, the user must hear that it may have been executed. Who words it: `error`.

use std::cell::RefCell;
use std::rc::Rc;

use http::Method;
use url::Url;

use crate::app::exchange::resume_command;
use crate::app::session::run::Session;
use crate::azure::{ResourceId, Shown};
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
        let command = |url: &str| resume_command::of("GET", url, plan);
        match self.in_flight(command) {
            Some(in_flight) => failure.with_in_flight(in_flight),
            None => failure,
        }
    }

    /// Returns what a failure must say of the last request. `command` makes the command that reads an address.
    fn in_flight(&self, command: impl FnOnce(&str) -> Shown) -> Option<InFlight> {
        match &*self.0.borrow() {
            State::UnderWay(method, url) if is_write(method) => Some(InFlight::Sent {
                method: method.to_string(),
                command: command(&address_of(url, method)),
            }),
            State::Paused(reason) => Some(InFlight::Paused {
                reason: reason.clone(),
            }),
            State::UnderWay(..) | State::None => None,
        }
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
    use std::time::Duration;

    use bytes::Bytes;
    use http::{HeaderMap, Method};
    use url::Url;

    use super::{RequestTracker, address_of, is_lost};
    use crate::azure::Shown;
    use crate::client::{self, Event};
    use crate::error::{Error, Failure, InFlight};
    use crate::transport::Request;

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

    /// Says what is reported of a request that has been sent, and of the pause after it.
    fn told(method: Method, is_paused: bool) -> Option<InFlight> {
        let tracker = RequestTracker::default();
        tracker.hear(Event::Request(&Request {
            method,
            url: Url::parse("https://management.azure.com/a").unwrap(),
            headers: HeaderMap::new(),
            body: Bytes::new(),
        }));
        if is_paused {
            tracker.hear(Event::Retry {
                reason: "HTTP 429",
                pause: Duration::from_secs(3600),
                attempt: 2,
                most: 2,
            });
        }
        tracker.in_flight(|url| Shown::from(format!("read {url}")))
    }

    #[test]
    fn a_write_that_was_sent_and_a_pause_are_named() {
        for method in [Method::PUT, Method::PATCH, Method::POST, Method::DELETE] {
            let sent = InFlight::Sent {
                method: method.to_string(),
                command: Shown::from("read https://management.azure.com/a".to_owned()),
            };
            assert_eq!(told(method, false), Some(sent));
        }
        assert_eq!(told(Method::GET, false), None);
        let paused = InFlight::Paused {
            reason: "HTTP 429".to_owned(),
        };
        for method in [Method::GET, Method::PUT] {
            assert_eq!(told(method, true), Some(paused.clone()));
        }
    }

    #[test]
    fn the_end_of_the_time_loses_a_response() {
        let limit = Duration::from_secs(1);
        let error = Error::Client(client::Error::TimedOut { limit });
        assert!(is_lost(&error) && is_lost(&Error::Interrupted));
        assert!(!is_lost(&Error::Client(client::Error::PartialContent)));
        let reason = "HTTP 429".to_owned();
        let failure = Failure::from(error).with_in_flight(InFlight::Paused { reason });
        let message = failure.message().render(crate::output::Labels::Plain);
        assert!(
            message.contains("last outcome: HTTP 429; it waited to try again"),
            "{message}"
        );
    }
}
