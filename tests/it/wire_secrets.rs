//! No secret is shown, and nothing that a service says steers the terminal.

use crate::support::answer::Answer;
use crate::support::run::{Outcome, Run, TOKEN};
use crate::support::server::Server;

const SECRETS: [&str; 6] = [
    TOKEN,
    "mine-secret",
    "key-secret",
    "cookie-secret",
    "auxiliary-secret",
    "sig-secret",
];

const ITEMS: [&str; 4] = [
    "x-functions-key:key-secret",
    "Cookie:a=cookie-secret",
    "x-ms-authorization-auxiliary:Bearer auxiliary-secret",
    "Ocp-Apim-Subscription-Key:key-secret",
];

/// A name, and what the server answers.
type Case = (&'static str, fn() -> Answer);

#[track_caller]
fn check_shown(outcome: &Outcome, case: &str, secrets: &[&str]) {
    let stdout = String::from_utf8_lossy(&outcome.stdout);
    for secret in secrets {
        assert!(
            !outcome.stderr.contains(secret),
            "{case}: {secret} in\n{}",
            outcome.stderr
        );
        assert!(!stdout.contains(secret), "{case}: {secret} in\n{stdout}");
    }
}

#[test]
fn no_trace_and_no_error_shows_a_secret() {
    let answers: [Case; 7] = [
        ("good", || {
            Answer::json("{}").header("Set-Cookie", "a=cookie-secret")
        }),
        ("error", || {
            Answer::error(401, "{\"error\":{\"code\":\"C\",\"message\":\"m\"}}")
        }),
        ("lost", Answer::nothing),
        ("nonsense", || Answer::raw("x\r\n\r\n")),
        ("cut", || Answer::json("{\"a\":1}").cut_after(2)),
        ("malformed", || Answer::json("{\"a\":")),
        ("page", || {
            Answer::json("{\"value\":[],\"nextLink\":\"http://localhost:1/\"}")
        }),
    ];
    for (case, answer) in answers {
        for level in ["-s", "-v", "-vv", "-vvv"] {
            for own in [&[][..], &["Authorization:Bearer mine-secret"]] {
                let server = Server::with(move |_| answer());
                let run = Run::signed(&server, "GET", "/a?sig=sig-secret&code=key-secret");
                let outcome = run.args(ITEMS).args(own).args([level]).run();
                check_shown(&outcome, &format!("{case} {level} {own:?}"), &SECRETS);
                let sent = server.requests()[0]
                    .header("authorization")
                    .map(str::to_owned);
                let token = if own.is_empty() { TOKEN } else { "mine-secret" };
                assert_eq!(sent, Some(format!("Bearer {token}")));
            }
        }
    }
}

#[test]
fn nothing_that_only_shows_a_request_shows_a_secret() {
    let server = Server::untouched();
    for argument in ["-n", "--curl"] {
        for own in [&[][..], &["Authorization:Bearer mine-secret"]] {
            let run = Run::signed(&server, "POST", "/a").args(ITEMS).args(own);
            let outcome = run.args([argument, "-vvv", "{\"a\":1}"]).run().exits(0);
            check_shown(&outcome, argument, &SECRETS);
            assert!(outcome.text().contains("POST") && outcome.text().contains("{\"a\":1}"));
        }
    }
}

#[test]
fn a_value_that_spells_the_mark_is_not_taken_for_a_secret() {
    let server = Server::untouched();
    for (item, is_masked) in [("X-A:[redacted]", false), ("X-Key:a", true)] {
        let run = Run::signed(&server, "GET", "/a").args([item, "--curl"]);
        let outcome = run.run().exits(0);
        assert_eq!(
            outcome.stderr.contains("secrets are shown as"),
            is_masked,
            "{item}"
        );
    }
}

#[test]
fn the_trace_shows_what_happens() {
    let server = Server::answering([Answer::json("{}").header("x-answer", "1")]);
    let run = Run::signed(&server, "GET", "/a?b=c&sig=sig-secret").args(["x-mine:shown", "-vv"]);
    let outcome = run.run().exits(0).says(&[
        "auth: token (",
        "> GET http://127.0.0.1:",
        "/a?b=c&sig=[redacted]\n",
        "> x-mine: shown\n",
        "< HTTP/1.1 200",
        "< x-answer: 1\n",
    ]);
    assert_eq!(outcome.text(), "{}\n");
}

#[test]
fn a_token_of_the_environment_is_not_in_errors_of_sign_in() {
    let server = Server::untouched();
    for token in ["secret token", "secret\ttoken", "e30.e30.secret.x y"] {
        let run = Run::signed(&server, "GET", "/").env("ARMCLI_ACCESS_TOKEN", token);
        let outcome = run.args(["-vvv"]).run().exits(6);
        assert!(!outcome.stderr.contains("secret"), "{}", outcome.stderr);
    }
}

/// What steers a terminal: colours, titles, the cursor, the bell, in seven and eight bits.
const STEERING: [char; 7] = [
    '\u{1b}', '\u{7}', '\u{8}', '\r', '\u{9b}', '\u{9d}', '\u{7f}',
];

#[test]
fn what_a_service_says_does_not_steer_the_terminal() {
    let evil = STEERING.map(|control| format!("a{control}[2Jb")).concat();
    let json = serde_json::to_string(&evil).unwrap();
    let error = format!(
        "{{\"error\":{{\"code\":{json},\"message\":{json},\"target\":{json},\
                         \"details\":[{{\"code\":{json},\"message\":{json}}}]}}}}"
    );
    let later = format!("{{\"value\":[1],\"nextLink\":{json}}}");
    let raw = |text: &str| Answer::status(500).body("text/plain", text);
    let kind = || {
        Answer::status(200)
            .header("Content-Type", "text/\u{9b}2J")
            .body("a", "b")
    };
    for answer in [
        Answer::error(400, &error),
        Answer::error(400, format!("{{\"code\":{json},\"message\":{json}}}")),
        Answer::json(later),
        raw(&evil),
        kind(),
        Answer::status(409)
            .header("x-ms-request-id", "a\u{9b}2J")
            .header("x-ms-failure-cause", "\u{9b}"),
        Answer::redirect(302, "http://localhost:1/\u{9b}2J"),
        Answer::status(500).body("text/\u{9b}2J", "x"),
    ] {
        let server = Server::answering([answer]);
        let outcome = Run::plain(&server, "GET", "/").args(["-vvv"]).run();
        for control in STEERING {
            assert!(
                !outcome.stderr.contains(control),
                "{control:?} in {:?}",
                outcome.stderr
            );
        }
    }
}

#[test]
fn a_token_endpoint_does_not_steer_the_terminal_either() {
    let body = "{\"error\":{\"code\":\"a\\u001b[2J\",\"message\":\"b\\u009b2J\\r\\nerror: x\"}}";
    let endpoint = Server::answering([Answer::error(400, body)]);
    let service = Server::untouched();
    let run = Run::signed(&service, "GET", "/").without("ARMCLI_ACCESS_TOKEN");
    let outcome = run.env("MSI_ENDPOINT", endpoint.url("/")).run().exits(6);
    for control in STEERING {
        assert!(
            !outcome.stderr.contains(control),
            "{control:?} in {:?}",
            outcome.stderr
        );
    }
    assert_eq!(
        outcome
            .stderr
            .lines()
            .filter(|line| line.starts_with("error:"))
            .count(),
        1
    );
}

#[test]
fn a_redirect_and_a_link_do_not_show_their_signatures() {
    let target = "https://acct.blob.core.windows.net/c?sv=1&sig=HUNTER2";
    let server = Server::answering([Answer::redirect(302, target)]);
    let outcome = Run::plain(&server, "GET", "/a").run().exits(3);
    assert!(!outcome.stderr.contains("HUNTER2"), "{}", outcome.stderr);
    let body = format!("{{\"value\":[1],\"nextLink\":\"{target}\"}}");
    let server = Server::answering([Answer::json(&body)]);
    let outcome = Run::plain(&server, "GET", "/a").run().exits(9);
    assert!(!outcome.stderr.contains("HUNTER2"), "{}", outcome.stderr);
}

#[test]
fn a_service_cannot_write_lines_of_ours() {
    let error = "{\"code\":\"Partial\"}";
    let link = "x\\n\\nhint: run `evil`";
    let body = format!("{{\"value\":[1],\"error\":{error},\"nextLink\":\"{link}\"}}");
    let server = Server::answering([Answer::json(&body)]);
    let outcome = Run::plain(&server, "GET", "/a").run().exits(9);
    assert!(
        !outcome.stderr.contains("\nhint: run `evil`"),
        "{}",
        outcome.stderr
    );
}
