//! Claims challenges of Resource Manager, and the tokens that answer them.

use std::time::{Duration, SystemTime};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use http::{Request, Response};
use serde_json::Value;

use crate::sandbox::authority::tests::session::{ARM, SECRET_APP, Session, claims, text};
use crate::sandbox::faults::delivery::Delivery;
use crate::sandbox::tests::session::now;
use crate::sandbox::{Faults, issue};

/// Asks while every request has a fault; without it the answer would be empty.
fn ask(fault: &str, token: &str, when: SystemTime) -> Response<Bytes> {
    let script = format!(r#"[{{"answer":"{fault}"}}]"#);
    let mut faults = Faults::parse(script.as_bytes()).unwrap();
    let request = Request::builder()
        .uri("/subscriptions?api-version=2022-12-01")
        .header("authorization", format!("Bearer {token}"))
        .body(Bytes::new())
        .unwrap();
    let fault_of_request = faults.next_fault(&request).unwrap();
    match fault_of_request.deliver(&request, when, "http://h", || Response::new(Bytes::new())) {
        Delivery::Whole(response) => response,
        other @ (Delivery::Cut { .. } | Delivery::Reset | Delivery::Slow { .. }) => {
            panic!("{other:?}")
        }
    }
}

/// The claims that a challenge asks for, as JSON text.
#[track_caller]
fn asked_for(response: &Response<Bytes>) -> String {
    assert_eq!(response.status(), 401);
    let challenge = response.headers()["www-authenticate"].to_str().unwrap();
    assert!(
        challenge.contains("error=\"insufficient_claims\""),
        "{challenge}"
    );
    let (_, rest) = challenge.split_once("claims=\"").unwrap();
    let claims = URL_SAFE_NO_PAD.decode(rest.trim_end_matches('"')).unwrap();
    String::from_utf8(claims).unwrap()
}

fn token(session: &mut Session, claims: Option<&str>) -> String {
    let mut form = vec![
        ("grant_type", "client_credentials"),
        ("client_id", SECRET_APP),
        ("client_secret", "sandbox-secret"),
        ("scope", ARM),
    ];
    form.extend(claims.map(|claims| ("claims", claims)));
    let body: Value = session.granted("contoso.example", &form);
    text(&body, "access_token").to_owned()
}

#[test]
fn a_challenge_is_answered_by_a_token_that_was_asked_for_with_it() {
    let mut session = Session::new();
    for fault in ["claims-challenge", "mfa-challenge"] {
        let plain = token(&mut session, None);
        let wanted = asked_for(&ask(fault, &plain, now()));
        let answered = token(&mut session, Some(&wanted));
        assert_eq!(ask(fault, &answered, now()).status(), 200, "{fault}");
        let later = now() + Duration::from_secs(60);
        assert_eq!(ask(fault, &answered, later).status(), 200, "{fault}");
        assert_eq!(ask(fault, &plain, later).status(), 401, "{fault}");
        // The claims of one challenge do not answer the other.
        let other = if fault == "mfa-challenge" {
            "claims-challenge"
        } else {
            "mfa-challenge"
        };
        assert_eq!(ask(other, &answered, now()).status(), 401, "{fault}");
    }
}

#[test]
fn a_forged_answer_is_none() {
    let mut session = Session::new();
    let wanted = asked_for(&ask("mfa-challenge", "x", now()));
    let answered = token(&mut session, Some(&wanted));
    assert_eq!(claims(&answered)["acrs"][0], "p1");
    let plain = issue("https://management.azure.com/", now()).token;
    let (_, signature) = plain.expose().rsplit_once('.').unwrap();
    let (signed, _) = answered.rsplit_once('.').unwrap();
    let forged = format!("{signed}.{signature}");
    assert_eq!(ask("mfa-challenge", &forged, now()).status(), 401);
}
