//! From a reply to an HTTP response: the headers that ARM puts on every answer.

use bytes::Bytes;
use http::header::{self, HeaderName, HeaderValue};
use http::{Method, Request, Response, StatusCode};

use crate::sandbox::hash::guid;
use crate::sandbox::protocol::reply::{Reply, set};
use crate::sandbox::throttling::bucket;
use crate::sandbox::timestamp::Timestamp;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-ms-request-id");
const CORRELATION_REQUEST_ID: HeaderName = HeaderName::from_static("x-ms-correlation-request-id");
const ROUTING_REQUEST_ID: HeaderName = HeaderName::from_static("x-ms-routing-request-id");
const CLIENT_REQUEST_ID: HeaderName = HeaderName::from_static("x-ms-client-request-id");
const RETURN_CLIENT_REQUEST_ID: HeaderName =
    HeaderName::from_static("x-ms-return-client-request-id");

/// Finishes an answer: serialises the body and adds the headers of every ARM answer.
///
/// `serial` numbers the requests of one sandbox; the ids depend on it, on the request and on the
/// clock, so that a repeated run shows the same ids.
pub(crate) fn finish(
    reply: Reply,
    request: &Request<Bytes>,
    serial: u64,
    now: Timestamp,
) -> Response<Bytes> {
    let Reply {
        status,
        body,
        mut headers,
    } = reply;
    let request_id = guid(&format!(
        "{serial} {} {} {}",
        request.method(),
        request.uri(),
        now.seconds()
    ));
    let correlation = request
        .headers()
        .get(CORRELATION_REQUEST_ID)
        .and_then(|value| value.to_str().ok())
        .unwrap_or(&request_id);

    set(&mut headers, REQUEST_ID, &request_id);
    set(&mut headers, CORRELATION_REQUEST_ID, correlation);
    set(
        &mut headers,
        ROUTING_REQUEST_ID,
        &format!("WESTEUROPE:{}:{request_id}", now.compact()),
    );
    if status != StatusCode::UNAUTHORIZED {
        bucket::add_limits(&mut headers, request, status);
    }
    if let Some(id) = request.headers().get(CLIENT_REQUEST_ID)
        && request
            .headers()
            .get(RETURN_CLIENT_REQUEST_ID)
            .is_some_and(is_true)
    {
        headers.insert(CLIENT_REQUEST_ID, id.clone());
    }
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-cache"));
    headers.insert(header::PRAGMA, HeaderValue::from_static("no-cache"));
    headers.insert(header::EXPIRES, HeaderValue::from_static("-1"));
    headers.insert(
        header::STRICT_TRANSPORT_SECURITY,
        HeaderValue::from_static("max-age=31536000; includeSubDomains"),
    );
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    set(&mut headers, header::DATE, &now.http_date());

    let bytes = match body {
        Some(body) => {
            headers.insert(
                header::CONTENT_TYPE,
                HeaderValue::from_static("application/json; charset=utf-8"),
            );
            // A HEAD answer keeps the head of the GET and carries no body (RFC 9110 9.3.2).
            if request.method() == Method::HEAD {
                Bytes::new()
            } else {
                body.to_string().into()
            }
        }
        None => Bytes::new(),
    };
    let mut response = Response::new(bytes);
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    response
}

fn is_true(value: &HeaderValue) -> bool {
    value.as_bytes().eq_ignore_ascii_case(b"true")
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::{Request, StatusCode};
    use serde_json::json;

    use super::{Reply, finish};
    use crate::sandbox::protocol::error::ArmError;
    use crate::sandbox::timestamp::Timestamp;

    fn request(method: &str, uri: &str) -> Request<Bytes> {
        Request::builder()
            .method(method)
            .uri(uri)
            .header("x-ms-client-request-id", "mine")
            .body(Bytes::new())
            .unwrap()
    }

    #[track_caller]
    fn check_limit(method: &str, uri: &str, name: &str, expected: Option<&str>) {
        let reply = Reply::empty(StatusCode::OK);
        let response = finish(reply, &request(method, uri), 0, Timestamp::from_seconds(0));
        let actual = response
            .headers()
            .get(name)
            .map(|value| value.to_str().unwrap());
        assert_eq!(actual, expected, "{method} {uri} {name}");
    }

    #[test]
    fn limits_follow_verb_and_scope() {
        let name = "x-ms-ratelimit-remaining-subscription-reads";
        check_limit("GET", "/subscriptions/s", name, Some("249"));
        check_limit("GET", "//SUBSCRIPTIONS/s", name, Some("249"));
        check_limit("GET", "/subscriptions", name, None);
        check_limit(
            "GET",
            "/tenants",
            "x-ms-ratelimit-remaining-tenant-reads",
            Some("249"),
        );
        check_limit(
            "PUT",
            "/subscriptions/s",
            "x-ms-ratelimit-remaining-subscription-writes",
            Some("199"),
        );
        check_limit(
            "DELETE",
            "/subscriptions/s",
            "x-ms-ratelimit-remaining-subscription-global-deletes",
            Some("2999"),
        );
        check_limit(
            "POST",
            "/oauth2/token",
            "x-ms-ratelimit-remaining-tenant-writes",
            None,
        );
    }

    #[test]
    fn ids_are_repeatable_and_differ_between_requests() {
        let id = |serial| {
            let reply = Reply::json(StatusCode::OK, json!({}));
            let response = finish(
                reply,
                &request("GET", "/tenants"),
                serial,
                Timestamp::from_seconds(0),
            );
            response.headers()["x-ms-request-id"]
                .to_str()
                .unwrap()
                .to_owned()
        };
        assert_eq!(id(1), id(1));
        assert_ne!(id(1), id(2));
    }

    #[test]
    fn the_client_request_id_comes_back_only_when_asked() {
        let mut asked = request("GET", "/tenants");
        let now = Timestamp::from_seconds(0);
        let silent = finish(Reply::empty(StatusCode::OK), &asked, 0, now);
        assert!(!silent.headers().contains_key("x-ms-client-request-id"));
        asked
            .headers_mut()
            .insert("x-ms-return-client-request-id", "True".parse().unwrap());
        asked
            .headers_mut()
            .insert("x-ms-correlation-request-id", "abc".parse().unwrap());
        let answered = finish(Reply::empty(StatusCode::OK), &asked, 0, now);
        assert_eq!(answered.headers()["x-ms-client-request-id"], "mine");
        assert_eq!(answered.headers()["x-ms-correlation-request-id"], "abc");
    }

    #[test]
    fn a_401_carries_the_challenge_and_a_head_no_body() {
        let fault = Reply::from(ArmError::AuthorizationMissing);
        let response = finish(
            fault,
            &request("HEAD", "/tenants"),
            0,
            Timestamp::from_seconds(0),
        );
        assert_eq!(
            response.headers()["www-authenticate"],
            "Bearer authorization_uri=\"https://login.windows.net/7c9e2f4a-1d53-4b8e-9a06-3f5d2c8b7e10\", error=\"invalid_token\", error_description=\"The authentication failed because of missing 'Authorization' header.\""
        );
        assert_eq!(response.headers()["x-ms-failure-cause"], "gateway");
        assert!(response.body().is_empty());
    }
}
