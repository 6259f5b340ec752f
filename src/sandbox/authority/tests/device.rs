//! The flow of a device, and the page where a person enters its code.

use serde_json::{Value, json};

use crate::sandbox::authority::tests::person::{OPERATOR, SCOPE, refresh};
use crate::sandbox::authority::tests::session::{ARM, CLI, Session, claims, text};

/// Begins the flow of a device, and returns its answer and the form of its question.
#[track_caller]
fn device(session: &mut Session, tenant: &str) -> (Value, String) {
    let form = [("client_id", CLI), ("scope", SCOPE)];
    let (status, body) = session.call(
        &format!("POST /{tenant}/oauth2/v2.0/devicecode"),
        &form,
        &[],
    );
    assert_eq!(status, 200, "{body}");
    assert_eq!(
        (&body["expires_in"], &body["interval"]),
        (&json!(900), &json!(1))
    );
    let device_code = text(&body, "device_code").to_owned();
    (body, device_code)
}

fn poll(device_code: &str) -> [(&str, &str); 3] {
    [
        ("grant_type", "urn:ietf:params:oauth:grant-type:device_code"),
        ("client_id", CLI),
        ("device_code", device_code),
    ]
}

#[test]
fn a_device_waits_for_its_person() {
    let mut session = Session::new();
    let (body, device_code) = device(&mut session, "contoso.example");
    let user_code = text(&body, "user_code");
    assert_eq!(user_code.len(), 9);
    let message = text(&body, "message");
    assert!(message.contains("http://127.0.0.1:8080/devicelogin") && message.contains(user_code));
    let pending = (400, 70_016, "authorization_pending");
    session.refused("common", &poll(&device_code), pending);
    session.refused("common", &poll(&device_code), (400, 70_016, "slow_down"));
    session.after(1);
    session.refused("common", &poll(&device_code), pending);

    let entry = session.send(&format!("GET /devicelogin?otc={user_code}"), &[], &[]);
    assert!(
        std::str::from_utf8(entry.body())
            .unwrap()
            .contains(user_code)
    );
    let lower = user_code.to_ascii_lowercase();
    let next = session.send("POST /devicelogin", &[("user_code", &lower)], &[]);
    let page = std::str::from_utf8(next.body()).unwrap();
    assert!(
        page.contains("You are signing in to Microsoft Azure CLI"),
        "{page}"
    );
    let form = [
        ("user_code", user_code),
        ("user", OPERATOR),
        ("decision", "sign-in"),
    ];
    let done = session.send("POST /devicelogin", &form, &[]);
    assert!(
        std::str::from_utf8(done.body())
            .unwrap()
            .contains("You have signed in")
    );
    assert_eq!(
        session.send("POST /devicelogin", &form, &[]).status(),
        400,
        "once"
    );

    let body = session.granted("contoso.example", &poll(&device_code));
    assert_eq!(
        claims(text(&body, "id_token"))["preferred_username"],
        OPERATOR
    );
    session.granted("common", &refresh(text(&body, "refresh_token")));
    session.refused(
        "common",
        &poll(&device_code),
        (400, 70_000, "invalid_grant"),
    );
}

#[test]
fn devices_are_declined_expire_and_differ() {
    let mut session = Session::new();
    let (body, device_code) = device(&mut session, "common");
    let (other, other_code) = device(&mut session, "common");
    assert_ne!(body["user_code"], other["user_code"]);
    let form = [
        ("user_code", text(&body, "user_code")),
        ("decision", "cancel"),
    ];
    assert_eq!(session.send("POST /devicelogin", &form, &[]).status(), 200);
    let declined = (400, 65_004, "authorization_declined");
    session.refused("common", &poll(&device_code), declined);
    session.refused(
        "common",
        &poll(&device_code),
        (400, 70_000, "invalid_grant"),
    );
    session.refused(
        "common",
        &poll("1.e30.AAAA"),
        (400, 70_000, "invalid_grant"),
    );
    let [a, _, c] = poll(&other_code);
    let powershell = ("client_id", "1950a258-227b-4e31-a9cf-717495945fc2");
    session.refused(
        "common",
        &[a, powershell, c],
        (400, 700_007, "invalid_grant"),
    );
    session.after(900);
    session.refused("common", &poll(&other_code), (400, 70_020, "expired_token"));
    let form = [
        ("user_code", text(&other, "user_code")),
        ("user", OPERATOR),
        ("decision", "sign-in"),
    ];
    assert_eq!(session.send("POST /devicelogin", &form, &[]).status(), 400);
    for form in [&[][..], &[("user_code", "<b>")]] {
        let response = session.send("POST /devicelogin", form, &[]);
        let page = std::str::from_utf8(response.body()).unwrap();
        assert!(!page.contains("<b>"), "{page}");
    }
    let unknown = [("client_id", "x"), ("scope", ARM)];
    let (status, _) = session.call("POST /common/oauth2/v2.0/devicecode", &unknown, &[]);
    assert_eq!(status, 400);
}
