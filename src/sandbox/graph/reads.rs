//! `useResourceGraph=true`: a GET that Resource Graph answers in place of a provider, from its own quota. What it does
//! not have, the provider answers as if it had been asked directly; what it cannot do is refused with 422.

use http::header::HeaderName;
use http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::azure::headers::{
    RESOURCE_GRAPH_REQUEST_DURATION, USER_QUOTA_REMAINING, USER_QUOTA_RESETS_AFTER,
};
use crate::sandbox::protocol::reply::Reply;
use crate::sandbox::protocol::request::Call;
use crate::sandbox::protocol::route::Route;
use crate::sandbox::resources::resource::is_tracked;
use crate::sandbox::resources::types;
use crate::sandbox::store::text;

/// Who answers a read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reader {
    /// The provider.
    Provider,
    /// Resource Graph.
    Graph,
    /// Nobody: Resource Graph is asked, and cannot do that.
    Nobody,
}

impl Reader {
    /// Says who answers a request.
    pub(crate) fn of(call: &Call<'_>, route: &Route) -> Self {
        let is_asked = call
            .parameter("useResourceGraph")
            .is_some_and(|value| value.eq_ignore_ascii_case("true"));
        let is_in_tables = if let Route::Item(address) | Route::Collection(address) = route {
            is_tracked(address.full_type())
        } else {
            matches!(route, Route::Resources(_))
        };
        match (is_asked && call.method == Method::GET, is_in_tables) {
            (true, true) if call.parameter("$filter").is_some() => Self::Nobody,
            (true, true) => Self::Graph,
            _ => Self::Provider,
        }
    }
}

/// The refusal of what Resource Graph cannot do.
pub(crate) fn refusal() -> Reply {
    let body = json!({
        "error": {
            "code": "UnprocessableEntity",
            "message": "The request cannot be served by Azure Resource Graph.",
        },
    });
    Reply::json(StatusCode::UNPROCESSABLE_ENTITY, body)
}

/// The answer of a provider, as Resource Graph gives it: each resource says its api-version, the newest one.
pub(crate) fn answered(mut reply: Reply) -> Reply {
    if reply.status != StatusCode::OK {
        return reply;
    }
    if let Some(body) = &mut reply.body {
        match body.get_mut("value").and_then(Value::as_array_mut) {
            Some(items) => items.iter_mut().for_each(say_version),
            None => say_version(body),
        }
    }
    let headers = [
        (USER_QUOTA_REMAINING, "3999"),
        (USER_QUOTA_RESETS_AFTER, "00:00:05"),
        (RESOURCE_GRAPH_REQUEST_DURATION, "0:00:00:00.0123456"),
    ];
    headers.into_iter().fold(reply, |reply, (name, value)| {
        reply.with(HeaderName::from_static(name), value)
    })
}

fn say_version(resource: &mut Value) {
    let known = types::resource_type(text(resource, "type"));
    let version = known.and_then(|known| known.versions().iter().next());
    if let (Some(members), Some(version)) = (resource.as_object_mut(), version) {
        members.insert("apiVersion".to_owned(), version.into());
    }
}
