//! Redirects: which are followed, with which verb and body, and that a token is never sent to
//! another origin.

use crate::support::answer::Answer;
use crate::support::run::Run;
use crate::support::server::{Received, Server};

const VERBS: [&str; 4] = ["GET", "HEAD", "POST", "PUT"];
const STATUSES: [u16; 5] = [301, 302, 303, 307, 308];

/// Sends a verb, with a body if it takes one, to a server that redirects `/from` to `location`.
fn ask(server: &Server, verb: &str) -> crate::support::run::Outcome {
    let run = Run::signed(server, verb, "/from?x=1").args(["x-mine:kept"]);
    match verb {
        "POST" | "PUT" => run.args(["{\"a\":1}"]).run(),
        _ => run.run(),
    }
}

fn redirecting(status: u16, location: String) -> Server {
    Server::with(move |request| match request.target.as_str() {
        "/from?x=1" => Answer::redirect(status, &location),
        _ => Answer::json("{\"done\":true}"),
    })
}

/// The verb of the second request; nothing if the redirect is not followed.
fn followed_with(verb: &'static str, status: u16) -> Option<&'static str> {
    match (status, verb) {
        (307 | 308, _) | (301 | 302, "GET" | "HEAD") | (303, "HEAD") => Some(verb),
        (303, _) => Some("GET"),
        _ => None,
    }
}

#[test]
fn within_the_origin_the_status_decides() {
    for verb in VERBS {
        for status in STATUSES {
            let server = redirecting(status, "/to?y=2".to_owned());
            let outcome = ask(&server, verb);
            let case = format!("{verb} {status}");
            match followed_with(verb, status) {
                None => {
                    let to = server.url("/to?y=2");
                    let outcome = outcome.exits(3).prints_nothing();
                    let body = if verb == "HEAD" || verb == "GET" {
                        ""
                    } else {
                        " '@BODY'"
                    };
                    let hint = format!("ask there yourself: `arm {verb} '{to}'{body} ");
                    assert!(outcome.stderr.contains(&hint), "{case}: {}", outcome.stderr);
                    assert_eq!(server.lines(), [format!("{verb} /from?x=1")], "{case}");
                }
                Some(second) => {
                    outcome.exits(0);
                    let lines = [format!("{verb} /from?x=1"), format!("{second} /to?y=2")];
                    assert_eq!(server.lines(), lines, "{case}");
                    check_second(&server.requests()[1], verb, second, &case);
                }
            }
        }
    }
}

/// The token and the user's headers stay; the body does, unless the verb became GET.
fn check_second(request: &Received, verb: &str, second: &str, case: &str) {
    assert_eq!(
        request.header("authorization"),
        Some("Bearer test-token"),
        "{case}"
    );
    assert_eq!(request.header("x-mine"), Some("kept"), "{case}");
    let keeps = verb == second && (verb == "POST" || verb == "PUT");
    let body: &[u8] = if keeps { b"{\"a\":1}" } else { b"" };
    assert_eq!(request.body, body, "{case}");
    let kind = keeps.then_some("application/json");
    assert_eq!(request.header("content-type"), kind, "{case}");
}

#[test]
fn nothing_goes_to_another_origin() {
    for verb in VERBS {
        for status in STATUSES {
            let other = Server::untouched();
            check_refused(verb, status, &other.url("/to"));
        }
    }
}

#[test]
fn another_host_or_scheme_on_the_same_port_is_another_origin() {
    for status in STATUSES {
        for make in [
            |port| format!("http://localhost:{port}/to"),
            |port| format!("http://127.0.0.2:{port}/to"),
            |port| format!("https://127.0.0.1:{port}/to"),
            |port| format!("//localhost:{port}/to"),
            |port| format!("http://127.0.0.1:{port}@localhost:{port}/to"),
            |port| format!("http://user@127.0.0.1:{port}/to"),
            |port| format!("http://user:secret@127.0.0.1:{port}/to"),
            |port| format!("ftp://127.0.0.1:{port}/to"),
            |_| "https://management.azure.com/subscriptions".to_owned(),
            |_| "http://management.azure.com/subscriptions".to_owned(),
            |_| "file:///etc/passwd".to_owned(),
            |_| "javascript:alert(1)".to_owned(),
            |_| "http://[".to_owned(),
        ] as [fn(u16) -> String; 13]
        {
            check_refused_at_port("GET", status, make);
        }
    }
}

fn check_refused(verb: &str, status: u16, location: &str) {
    let server = redirecting(status, location.to_owned());
    check_not_followed(&server, verb, &format!("{verb} {status} {location}"));
}

/// The location is made of the server's own port.
fn check_refused_at_port(verb: &str, status: u16, location: fn(u16) -> String) {
    let server = Server::with(move |request| {
        let port = request
            .header("host")
            .and_then(|host| host.rsplit(':').next());
        let port = port.and_then(|port| port.parse().ok()).unwrap_or_default();
        Answer::redirect(status, &location(port))
    });
    check_not_followed(
        &server,
        verb,
        &format!("{verb} {status} {}", location(server.port())),
    );
}

#[track_caller]
fn check_not_followed(server: &Server, verb: &str, case: &str) {
    let outcome = ask(server, verb);
    assert_eq!(outcome.code, Some(3), "{case}: {}", outcome.stderr);
    let outcome = outcome.prints_nothing();
    assert!(
        outcome.stderr.contains("redirected to"),
        "{case}: {}",
        outcome.stderr
    );
    assert!(!outcome.stderr.contains("test-token"), "{case}");
    assert_eq!(server.lines(), [format!("{verb} /from?x=1")], "{case}");
}

#[test]
fn an_allowed_host_still_gets_nothing_by_redirect() {
    // The user may have allowed both; a redirect stays within its origin all the same.
    let other = Server::untouched();
    let server = redirecting(302, other.url("/to"));
    let run = Run::signed(&server, "GET", "/from?x=1");
    run.args(["--allow-host", &other.authority()])
        .run()
        .exits(3)
        .prints_nothing();
}

#[test]
fn the_address_may_be_relative_or_spelled_otherwise() {
    for (location, target) in [
        ("to", "GET /to"),
        ("/to", "GET /to"),
        ("?y=2", "GET /from?y=2"),
        ("./a/../to", "GET /to"),
        ("/to#part", "GET /to"),
    ] {
        let server = redirecting(302, location.to_owned());
        Run::signed(&server, "GET", "/from?x=1").run().exits(0);
        assert_eq!(server.lines()[1], target, "{location}");
    }
}

#[test]
fn a_redirect_without_an_address_is_not_an_answer() {
    for status in STATUSES {
        let server = Server::answering([Answer::status(status)]);
        Run::signed(&server, "GET", "/")
            .run()
            .exits(3)
            .prints_nothing();
    }
    let server = Server::answering([Answer::status(300).header("Location", "/to")]);
    Run::signed(&server, "GET", "/")
        .run()
        .exits(3)
        .prints_nothing();
}

#[test]
fn not_modified_is_an_answer() {
    let server = Server::answering([Answer::status(304).header("Location", "/elsewhere")]);
    let run = Run::plain(&server, "GET", "/").args(["If-None-Match:\"1\""]);
    run.run()
        .exits(0)
        .prints_nothing()
        .says(&["note: HTTP 304"]);
}

#[test]
fn ten_redirects_are_followed_and_not_one_more() {
    for (redirects, code, requests) in [(10, 0, 11), (11, 3, 11)] {
        let server = Server::with(move |request| {
            let number: u32 = request.target.trim_start_matches('/').parse().unwrap_or(0);
            if number < redirects {
                Answer::redirect(302, &format!("/{}", number + 1))
            } else {
                Answer::json("{}")
            }
        });
        Run::signed(&server, "GET", "/0").run().exits(code);
        assert_eq!(server.requests().len(), requests, "{redirects}");
    }
}

#[test]
fn a_loop_of_redirects_ends() {
    let server = Server::with(|_| Answer::redirect(307, "/same"));
    let outcome = Run::signed(&server, "PUT", "/same")
        .args(["{}"])
        .run()
        .exits(3);
    outcome.prints_nothing().says(&["more than 10 redirects"]);
    assert_eq!(server.requests().len(), 11);
}

#[test]
fn the_users_own_credential_stays_within_the_origin() {
    let other = Server::untouched();
    let server = Server::answering([Answer::redirect(307, &other.url("/to"))]);
    Run::plain(&server, "GET", "/")
        .args(["Authorization:Bearer mine", "x-functions-key:key"])
        .run()
        .exits(3);
}

#[test]
fn a_redirect_that_is_expected_is_the_answer() {
    for (expected, code) in [("307", 0), ("3xx", 0), ("301", 3)] {
        let server = redirecting(307, Server::untouched().url("/to"));
        Run::signed(&server, "GET", "/from?x=1")
            .args(["--expect", expected])
            .run()
            .exits(code);
        assert_eq!(server.requests().len(), 1, "{expected}");
    }
}

#[test]
fn the_command_for_the_new_address_is_whole() {
    let server = redirecting(302, "/to?y=2".to_owned());
    let (to, host) = (server.url("/to?y=2"), server.url(""));
    let host = host.trim_start_matches("http://").trim_end_matches('/');
    let ask = |body: &str| {
        let run = Run::signed(&server, "POST", "/from?x=1").file("b.json", "{}");
        run.args([body]).run().exits(3).stderr
    };
    let file = ask("@b.json");
    let command = format!("arm POST '{to}' '@b.json' --audience ");
    assert!(
        file.contains(&command) && file.contains(&format!("--allow-host '{host}'")),
        "{file}"
    );
    assert!(!file.contains("`BODY`"), "{file}");
    let field = ask("a=b");
    assert!(
        field.contains("hint: `BODY` is a file with the body that was sent\n"),
        "{field}"
    );
}
