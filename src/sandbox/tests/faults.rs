//! What clients get when their requests have faults.

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::{Request, Response};

use crate::sandbox::faults::delivery::Delivery;
use crate::sandbox::faults::script::ActiveFault;
use crate::sandbox::faults::script::FaultKind;
use crate::sandbox::issue;
use crate::sandbox::tests::session::{now, path as path_of};

const LIST: &str = r#"{"value":[1.10],"nextLink":"x"}"#;

fn deliver(name: &str, retry_after: Option<u32>) -> (Delivery, bool) {
    let request = Request::builder()
        .uri("http://h/subscriptions/s?api-version=1")
        .body(Bytes::new())
        .unwrap();
    let kind = FaultKind::named(name).unwrap();
    let fault = ActiveFault { kind, retry_after };
    let mut executed = false;
    let delivery = fault.deliver(&request, SystemTime::UNIX_EPOCH, "http://h", || {
        executed = true;
        Response::new(Bytes::from_static(LIST.as_bytes()))
    });
    (delivery, executed)
}

#[track_caller]
fn check_refusal(
    name: &str,
    retry_after: Option<u32>,
    status: u16,
    code: &str,
    header: (&str, &str),
) {
    let (Delivery::Whole(response), false) = deliver(name, retry_after) else {
        panic!("{name}: not a refusal");
    };
    assert_eq!(response.status(), status, "{name}");
    let body: serde_json::Value = serde_json::from_slice(response.body()).unwrap();
    assert_eq!(body["error"]["code"], code, "{name}");
    let value = response
        .headers()
        .get(header.0)
        .map(|value| value.to_str().unwrap());
    let value = value.unwrap_or_default();
    assert!(value.contains(header.1), "{name}: {value}");
    let is_timed = response.headers().contains_key("retry-after");
    assert_eq!(is_timed, retry_after.is_some() || status == 429, "{name}");
}

#[test]
fn refusals_are_arms() {
    let throttled = "SubscriptionRequestsThrottled";
    check_refusal("429", None, 429, throttled, ("retry-after", "1"));
    check_refusal("429", Some(7), 429, throttled, ("retry-after", "7"));
    let left = ("x-ms-ratelimit-remaining-subscription-reads", "0");
    check_refusal("429", None, 429, throttled, left);
    let gateway = ("x-ms-failure-cause", "gateway");
    check_refusal("500", None, 500, "InternalServerError", gateway);
    check_refusal("502", None, 502, "BadGatewayConnection", gateway);
    check_refusal("503", None, 503, "ServiceUnavailable", gateway);
    check_refusal(
        "503",
        Some(3),
        503,
        "ServiceUnavailable",
        ("retry-after", "3"),
    );
    check_refusal("504", None, 504, "GatewayTimeout", gateway);
    let expired = ("www-authenticate", "The access token has expired.");
    check_refusal(
        "expired-token",
        None,
        401,
        "ExpiredAuthenticationToken",
        expired,
    );
    let claims = r#"error="insufficient_claims", claims="eyJhY2Nlc3NfdG9rZW4iOns"#;
    let challenge = ("www-authenticate", claims);
    check_refusal(
        "claims-challenge",
        None,
        401,
        "InvalidAuthenticationToken",
        challenge,
    );
}

#[track_caller]
fn check_answer(name: &str, expected: &str) {
    let (Delivery::Whole(response), true) = deliver(name, None) else {
        panic!("{name}: not an answer");
    };
    assert_eq!(response.body(), expected);
}

#[test]
fn answers_are_altered_on_their_way() {
    check_answer(
        "foreign-next-link",
        r#"{"value":[1.10],"nextLink":"https://elsewhere.invalid/page?page=2"}"#,
    );
    check_answer(
        "cyclic-next-link",
        r#"{"value":[1.10],"nextLink":"http://h/subscriptions/s?api-version=1"}"#,
    );
    let (cut, executed) = deliver("truncate", None);
    assert!(
        executed && matches!(cut, Delivery::Cut { after: 15, .. }),
        "{cut:?}"
    );
    for (retry_after, expected) in [(None, 5), (Some(2), 2)] {
        let (slow, executed) = deliver("slow", retry_after);
        let expected = Duration::from_secs(expected);
        assert!(executed && matches!(slow, Delivery::Slow { delay, .. } if delay == expected));
    }
    let (reset, executed) = deliver("reset", None);
    assert!(!executed && matches!(reset, Delivery::Reset));
    let (html, executed) = deliver("html", None);
    assert!(!executed && matches!(html, Delivery::Whole(page) if page.body().starts_with(b"<!")));
    assert_eq!(FaultKind::named("418"), None);
}

#[track_caller]
fn check_forbidden(request: &str, token: &str, status: u16, message: &str) {
    let (method, path) = request.split_once(' ').unwrap();
    let request = Request::builder()
        .method(method)
        .uri(format!("http://h{}", path_of(path)))
        .header("authorization", format!("Bearer {token}"))
        .body(Bytes::new())
        .unwrap();
    let fault = ActiveFault {
        kind: FaultKind::Forbidden,
        retry_after: None,
    };
    let delivery = fault.deliver(&request, now(), "http://h", || panic!("it is executed"));
    let Delivery::Whole(response) = delivery else {
        panic!("not a refusal");
    };
    let body: serde_json::Value = serde_json::from_slice(response.body()).unwrap();
    let actual = body["error"]["message"].as_str().unwrap();
    assert_eq!(response.status(), status, "{actual}");
    assert!(actual.contains(&path_of(message)), "{actual}");
}

#[test]
fn a_caller_without_rights_is_told_which() {
    let token = issue("https://management.azure.com/", now()).token;
    let token = token.expose();
    let version = "api-version=2024-07-01";
    check_forbidden(
        &format!("GET {{sub}}/providers/Microsoft.Compute/virtualMachines?{version}"),
        token,
        403,
        "The client 'operator@contoso.example' with object id 'e4b07a95-2c38-4f1d-a6e9-90d5b1c7f382' does not have authorization to perform action 'Microsoft.Compute/virtualMachines/read' over scope '{sub}' or the scope is invalid.",
    );
    let checks = [
        (
            "GET {sub}",
            "'Microsoft.Resources/subscriptions/read' over scope '{sub}'",
        ),
        (
            "GET {sub}/resourceGroups",
            "'Microsoft.Resources/subscriptions/resourcegroups/read' over scope '{sub}'",
        ),
        (
            "DELETE {vms}/vm-web-01",
            "'Microsoft.Compute/virtualMachines/delete' over scope '{vms}/vm-web-01'",
        ),
        (
            "PUT {web}",
            "'Microsoft.Resources/subscriptions/resourcegroups/write' over scope '{web}'",
        ),
        (
            "POST {vms}/vm-web-01/start",
            "'Microsoft.Compute/virtualMachines/start/action' over",
        ),
        (
            "POST {sub}/providers/Microsoft.CostManagement/query",
            "'Microsoft.CostManagement/query/action' over",
        ),
        (
            "GET {sub}/providers",
            "'Microsoft.Resources/subscriptions/providers/read' over",
        ),
        (
            "GET /tenants",
            "'Microsoft.Resources/tenants/read' over scope '/'",
        ),
    ];
    for (request, message) in checks {
        check_forbidden(&format!("{request}?{version}"), token, 403, message);
    }
    // A request without a token is told so, and a path that is not a resource has no rights.
    check_forbidden(
        "GET {sub}?api-version=2024-07-01",
        "x",
        401,
        "The access token is invalid.",
    );
    let nowhere = format!("GET /nowhere?{version}");
    check_forbidden(&nowhere, token, 404, "did not have a subscription");
}
