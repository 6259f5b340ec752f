//! `--register`: which provider is registered, with which subscription, and how often.

use std::sync::Mutex;

use crate::support::answer::Answer;
use crate::support::run::{Outcome, Run};
use crate::support::server::{Received, Server};

const PATH: &str = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Web/sites/x";
const PROVIDER: &str = "/subscriptions/s/providers/Microsoft.Web?api-version=2025-04-01";
const REGISTER: &str = "/subscriptions/s/providers/Microsoft.Web/register?api-version=2025-04-01";

fn refused(namespace: &str) -> Answer {
    let message = format!(
        "The subscription is not registered to use namespace '{namespace}'. See https://aka.ms/rps-not-found."
    );
    let body = serde_json::json!({ "error": {
        "code": "MissingSubscriptionRegistration",
        "message": message,
    } });
    Answer::error(409, body.to_string())
}

fn state(state: &str) -> Answer {
    let body = serde_json::json!({ "namespace": "Microsoft.Web", "registrationState": state });
    Answer::json(body.to_string())
}

fn put(server: &Server, path: &str, arguments: &[&str]) -> Outcome {
    Run::arm([
        "PUT",
        path,
        "a=b",
        "If-Match:*",
        "--no-auth",
        "--api-version",
        "2024-04-01",
    ])
    .args(["--retry-max-wait", "0", "-o", "compact"])
    .args(arguments)
    .env("ARMCLI_ENDPOINT", server.url(""))
    .run()
}

#[expect(clippy::unwrap_used, reason = "a lock that is poisoned fails the test")]
/// Answers PUT with 409 until the provider is registered, which takes this many requests.
fn service(questions: usize) -> Server {
    let asked: Mutex<Option<usize>> = Mutex::new(None);
    Server::with(move |request: &Received| {
        let mut asked = asked.lock().unwrap();
        match (request.method.as_str(), *asked) {
            ("POST", _) => {
                *asked = Some(0);
                state("Registering")
            }
            ("GET", Some(number)) if number + 1 < questions => {
                *asked = Some(number + 1);
                state("Registering")
            }
            ("GET", _) => {
                *asked = Some(questions);
                state("Registered")
            }
            (_, Some(number)) if number == questions => Answer::json("{\"name\":\"x\"}"),
            _ => refused("Microsoft.Web"),
        }
    })
}

#[test]
fn a_provider_is_registered_and_the_request_repeated_once() {
    let server = service(3);
    let outcome = put(&server, PATH, &["--register"]).exits(0).says(&[
        "note: `Microsoft.Web` is not registered with the subscription: registering it\n",
        "Registering\n",
        "note: `Microsoft.Web` is registered: repeating the request\n",
    ]);
    assert_eq!(outcome.text(), "{\"name\":\"x\"}\n");
    let path = format!("PUT {PATH}?api-version=2024-04-01");
    let (post, get) = (format!("POST {REGISTER}"), format!("GET {PROVIDER}"));
    assert_eq!(
        server.lines(),
        [&path, &post, &get, &get, &get, &path].map(String::as_str)
    );
    let requests = server.requests();
    assert_eq!(requests[0].body, requests[5].body);
    assert_eq!(requests[0].header("if-match"), Some("*"));
    for request in &requests[1..5] {
        assert!(request.body.is_empty());
        assert_eq!(request.header("if-match"), None);
    }
}

#[test]
fn nothing_is_registered_unless_it_is_asked_for() {
    let server = service(1);
    put(&server, PATH, &[])
        .exits(4)
        .prints_nothing()
        .says(&["hint: add `--register` to register it and repeat the request\n"]);
    assert_eq!(server.requests().len(), 1);
}

#[test]
fn nothing_is_registered_that_the_url_does_not_name() {
    for (path, namespace) in [
        (PATH, "Microsoft.Compute"),
        (PATH, "Microsoft.Web/../../x"),
        (
            "/subscriptions/s/resourceGroups/Microsoft.Web",
            "Microsoft.Web",
        ),
        ("/providers/Microsoft.Web/sites/x", "Microsoft.Web"),
    ] {
        let server = Server::with(move |_| refused(namespace));
        put(&server, path, &["--register"])
            .exits(4)
            .prints_nothing();
        assert_eq!(server.requests().len(), 1, "{path} {namespace}");
    }
    // Another host than Resource Manager.
    let server = Server::with(|_| refused("Microsoft.Web"));
    let run = Run::plain(&server, "PUT", PATH).args(["a=b", "--register"]);
    run.run().exits(4);
    assert_eq!(server.requests().len(), 1);
}

#[test]
fn a_registration_that_does_not_help_is_not_made_again() {
    let server = Server::with(|request| match request.method.as_str() {
        "POST" | "GET" => state("Registered"),
        _ => refused("Microsoft.Web"),
    });
    put(&server, PATH, &["--register"])
        .exits(4)
        .says(&["error: MissingSubscriptionRegistration"]);
    let methods: Vec<String> = server
        .requests()
        .into_iter()
        .map(|request| request.method)
        .collect();
    assert_eq!(methods, ["PUT", "POST", "PUT"]);
}

#[test]
fn a_registration_that_is_refused_says_so() {
    let server = Server::with(|request| match request.method.as_str() {
        "POST" => Answer::error(
            403,
            r#"{"error":{"code":"AuthorizationFailed","message":"no"}}"#,
        ),
        _ => refused("Microsoft.Web"),
    });
    put(&server, PATH, &["--register"])
        .exits(4)
        .prints_nothing()
        .says(&["error: cannot register `Microsoft.Web` with the subscription: AuthorizationFailed: no\n"]);
    assert_eq!(server.requests().len(), 2);
}

#[test]
fn a_registration_that_is_lost_from_view_shows_how_to_go_on() {
    let server = Server::with(|request| match request.method.as_str() {
        "POST" => state("Registering").header("Retry-After", "0"),
        "GET" => Answer::error(503, "{}"),
        _ => refused("Microsoft.Web"),
    });
    put(&server, PATH, &["--register", "--retry", "0"])
        .exits(5)
        .prints_nothing()
        .says(&[
            "hint: go on waiting with `arm wait 'http://127.0.0.1:",
            "--for 'registrationState=Registered' --no-auth -o compact`\n",
            "hint: then run this command again",
        ]);
}
