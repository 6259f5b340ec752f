//! Operations that end badly, monitors that stumble, links that lead away.

use crate::support::answer::Answer;
use crate::support::run::{Outcome, Run};
use crate::support::server::Server;
use crate::wait::{CREATING, READY, SUCCEEDED, accepted, json, now, wait};

#[test]
fn a_bad_end_is_an_error_of_its_own() {
    for (end, words) in [
        (
            "{\"status\":\"Failed\",\"error\":{\"code\":\"Quota\",\"message\":\"too many cores\",\"details\":[{\"code\":\"Inner\",\"message\":\"why\"}]}}",
            vec![
                "error: Quota: too many cores\n",
                "  operation: failed\n",
                "  detail: Inner: why\n",
            ],
        ),
        (
            "{\"status\":\"Canceled\"}",
            vec!["error: the operation was canceled\n"],
        ),
        (
            "{\"status\":\"FAILED\"}",
            vec!["error: the operation failed, and nothing says why\n"],
        ),
    ] {
        let (outcome, _) = wait(
            "PUT",
            &[],
            vec![accepted("Azure-AsyncOperation", "/ops/1"), json(end)],
        );
        outcome.exits(10).prints_nothing().says(&words);
    }
    let blocked = Answer::error(
        409,
        "{\"Error\":{\"Code\":\"ResourceGroupDeletionBlocked\",\"Message\":\"locked\"}}",
    );
    let (outcome, _) = wait(
        "DELETE",
        &[],
        vec![
            accepted("Location", "/results/1"),
            accepted("Location", "/results/1"),
            blocked,
        ],
    );
    outcome
        .exits(10)
        .prints_nothing()
        .says(&["error: ResourceGroupDeletionBlocked: locked\n"]);
    let failed = "{\"properties\":{\"provisioningState\":\"Failed\"}}";
    wait("PUT", &[], vec![json(failed)])
        .0
        .exits(10)
        .prints_nothing();
    wait(
        "PUT",
        &[],
        vec![json(CREATING), json(CREATING), json(failed)],
    )
    .0
    .exits(10)
    .prints_nothing();
}

#[test]
fn a_monitor_may_stumble() {
    let started = || accepted("Azure-AsyncOperation", "/ops/1");
    let again = ["--retry", "3", "--retry-max-wait", "0"];
    let server = Server::answering([
        started(),
        Answer::status(404),
        Answer::status(404),
        Answer::error(500, "{\"error\":{\"code\":\"MultipleErrorsOccurred\"}}"),
        Answer::nothing(),
        Answer::status(429),
        json(SUCCEEDED),
        Answer::json(READY),
    ]);
    let run = Run::arm(["PUT", &server.url("/a"), "--no-auth", "--wait"]).args(again);
    assert_eq!(run.run().exits(0).json()["name"], "x");
    assert_eq!(
        server
            .lines()
            .iter()
            .filter(|line| *line == "PUT /a")
            .count(),
        1,
        "one write"
    );

    let missing = || {
        now(Answer::error(
            404,
            "{\"error\":{\"code\":\"Gone\",\"message\":\"m\"}}",
        ))
    };
    let (outcome, asked) = wait(
        "PUT",
        &[],
        vec![started(), missing(), missing(), missing(), missing()],
    );
    outcome.exits(9).prints_nothing().says(&[
        "error: the operation was accepted, but its state cannot be read: Gone: m\n",
        "hint: go on waiting with `arm wait 'http://127.0.0.1:",
    ]);
    for status in [400, 401, 403, 408, 429] {
        let answers = vec![started(), now(Answer::error(status, "{}"))];
        let (outcome, _) = wait("DELETE", &[], answers);
        outcome.exits(9).prints_nothing().says(&[
            "error: the operation was accepted, but its state cannot be read: HTTP",
            "hint: go on waiting with `arm wait 'http://127.0.0.1:",
        ]);
    }
    assert_eq!(asked.len(), 5);

    // Nothing is repeated: the command that continues is shown.
    let (outcome, _) = wait("PUT", &[], vec![started(), Answer::status(500)]);
    outcome.exits(9).prints_nothing().says(&[
        "error: the operation was accepted, but its state cannot be read: HTTP 500",
        "hint: go on waiting with `arm wait 'http://127.0.0.1:",
        "/ops/1?api-version=1' --no-auth -o compact`\n",
    ]);
    // The end was good, the result is missing.
    let (outcome, _) = wait(
        "PUT",
        &[],
        vec![started(), json(SUCCEEDED), Answer::status(403)],
    );
    outcome.exits(9).prints_nothing().says(&[
        "the operation succeeded, but its result cannot be read: HTTP 403",
        "`arm GET 'http://127.0.0.1:",
    ]);
}

/// A document of more than a mebibyte with a member `pad` before and after the rest.
fn padded(members: &str) -> String {
    let pad = "x".repeat(2 << 20);
    format!("{{\"pad\":\"{pad}\",{members},\"more\":\"{pad}\"}}")
}

#[test]
fn a_large_answer_is_judged_whole() {
    let state = |word: &str| {
        padded(&format!(
            "\"properties\":{{\"provisioningState\":\"{word}\"}}"
        ))
    };
    let (creating, failed) = (state("Creating"), state("Failed"));
    wait("PUT", &[], vec![json(&failed)]).0.exits(10);
    let created = || now(Answer::error(201, &creating));
    wait("PUT", &[], vec![created(), json(&creating), json(&failed)])
        .0
        .exits(10);
    wait("PUT", &[], vec![now(Answer::status(202)), json(&failed)])
        .0
        .exits(10);
    let status = padded("\"status\":\"Failed\"");
    let started = || accepted("Azure-AsyncOperation", "/ops/1");
    wait("DELETE", &[], vec![started(), json(&status)])
        .0
        .exits(10);
    let (outcome, _) = wait("PUT", &[], vec![created(), json(&state("Succeeded"))]);
    assert!(outcome.exits(0).text().len() > 4 << 20);
    // What is larger than may be judged is not taken for a success.
    let (outcome, _) = wait(
        "PUT",
        &["--max-memory", "3MB"],
        vec![created(), json(&state("Succeeded"))],
    );
    outcome.exits(9).prints_nothing();

    let watch = |answers: Vec<Answer>, options: &[&str]| {
        let server = Server::answering(answers);
        Run::arm(["wait", &server.url("/a"), "--no-auth", "-o", "none"])
            .args(options)
            .run()
    };
    watch(vec![json(&creating), json(&failed)], &[]).exits(10);
    let ready = || json(&padded("\"state\":\"Ready\""));
    watch(vec![json(&creating), ready()], &["--for", "state=Ready"]).exits(0);
    watch(vec![ready()], &["--for", "$[?@=='Ready']"]).exits(0);
}

#[test]
fn a_monitor_without_a_state_is_not_a_success() {
    let started = || accepted("Azure-AsyncOperation", "/ops/1");
    for body in ["", "{}", "[]", "{\"status\":null}", "{\"id\":\"/ops/1\"}"] {
        for method in ["PUT", "POST", "DELETE"] {
            let answers = std::iter::once(started()).chain((0..6).map(|_| json(body)));
            let (outcome, asked) = wait(method, &[], answers.collect());
            outcome.exits(9).prints_nothing().says(&[
                "error: the answers about the operation have no state\n",
                "hint: go on waiting with `arm wait 'http://127.0.0.1:",
            ]);
            assert_eq!(asked.len(), 7, "{method} {body}");
        }
    }
    let failed = "{\"error\":{\"code\":\"Acls\",\"message\":\"m\"}}";
    for name in ["Azure-AsyncOperation", "Location"] {
        let (outcome, _) = wait("PUT", &[], vec![accepted(name, "/ops/1"), json(failed)]);
        outcome
            .exits(10)
            .prints_nothing()
            .says(&["error: Acls: m\n"]);
    }
}

#[test]
fn what_was_to_be_made_must_be_there() {
    let missing = || Answer::error(404, "{\"error\":{\"code\":\"NotFound\",\"message\":\"m\"}}");
    for answers in [
        vec![accepted("Location", "/r"), json(""), missing()],
        vec![
            accepted("Azure-AsyncOperation", "/ops/1"),
            json(SUCCEEDED),
            missing(),
        ],
    ] {
        let (outcome, _) = wait("PUT", &[], answers);
        outcome.exits(9).prints_nothing().says(&[
            "error: the operation succeeded, but its result cannot be read: NotFound: m\n",
            "hint: ask for it again with `arm GET 'http://127.0.0.1:",
        ]);
    }
    // What was to be deleted must not.
    for status in [404, 410] {
        let answers = vec![
            accepted("Location", "/r"),
            accepted("Location", "/r"),
            now(Answer::error(status, "{}")),
        ];
        wait("DELETE", &[], answers).0.exits(0).prints_nothing();
    }
}

#[test]
fn an_address_of_the_users_is_judged_as_what_it_is_called() {
    let ask = |path: &str, answers: Vec<Answer>| {
        let server = Server::answering(answers);
        Run::arm(["wait", &server.url(path), "--no-auth"]).run()
    };
    let refused = || Answer::error(409, "{\"error\":{\"code\":\"Blocked\",\"message\":\"m\"}}");
    for path in ["/operationresults/1", "/asyncoperations/1?monitor=true"] {
        ask(path, vec![refused()]).exits(10).prints_nothing();
        ask(path, vec![json("{}")]).exits(0);
    }
    for path in ["/operationStatuses/1", "/asyncOperations/1"] {
        ask(path, vec![refused()]).exits(4).prints_nothing();
        let silent = (0..6).map(|_| json("{}")).collect();
        ask(path, silent).exits(9).prints_nothing();
    }
    ask("/a", vec![refused()]).exits(4).prints_nothing();
    ask("/a", vec![json("{}")]).exits(0);
}

#[test]
fn waiting_goes_on_for_the_same() {
    let server = Server::with(|_| Answer::error(503, "{}"));
    let url = server.url("/a");
    let run = Run::arm([
        "wait",
        &url,
        "-H",
        "X-Mine: 1",
        "--for",
        "a.b=it's",
        "--no-auth",
    ]);
    let command = format!(
        "`arm wait '{url}' --for 'a.b=it'\\''s' -H 'x-mine: 1' --no-auth -q '$.name' -r`\n"
    );
    run.args(["-q", "$.name", "-r", "--retry", "0"])
        .run()
        .exits(5)
        .prints_nothing()
        .says(&[&command]);
}

#[test]
fn a_page_of_a_proxy_does_not_end_the_wait() {
    let page = || now(Answer::status(200).body("text/html", "<html>sign in</html>"));
    for name in ["Azure-AsyncOperation", "Location"] {
        for method in ["PUT", "DELETE"] {
            let (outcome, asked) = wait(method, &[], vec![accepted(name, "/ops/1"), page()]);
            outcome.exits(9).prints_nothing().says(&[
                "error: the answer about the operation cannot be read as JSON (text/html)\n",
                "hint: go on waiting with `arm wait 'http://127.0.0.1:",
            ]);
            assert_eq!(asked.len(), 2);
        }
    }
}

#[test]
fn nothing_goes_to_another_host() {
    let other = Server::untouched();
    for name in ["Azure-AsyncOperation", "Operation-Location", "Location"] {
        let server = Server::answering([accepted(name, &other.url("/ops/1?sig=x"))]);
        let run = Run::signed(&server, "PUT", "/a").args(["--wait"]);
        let shown = format!("link: {}", other.url("/ops/1?sig=[redacted]"));
        run.run().exits(9).prints_nothing().says(&[
            "unsafe link to the operation",
            &shown,
            "nothing was sent there",
        ]);
    }
    // A later `Location`, the place of the result, and a redirect to it.
    let server = Server::answering([
        accepted("Location", "/results/1"),
        accepted("Location", &other.url("/")),
    ]);
    Run::signed(&server, "POST", "/a")
        .arg_wait()
        .exits(9)
        .prints_nothing();
    let started =
        accepted("Azure-AsyncOperation", "/ops/1").header("Location", &other.url("/r?sig=x"));
    let server = Server::answering([started, json(SUCCEEDED)]);
    Run::signed(&server, "POST", "/a")
        .arg_wait()
        .exits(9)
        .prints_nothing();
    let server = Server::answering([
        accepted("Location", "/results/1"),
        Answer::redirect(302, &other.url("/r?sig=x")),
    ]);
    Run::signed(&server, "POST", "/a")
        .arg_wait()
        .exits(3)
        .prints_nothing();
    // Beside 201 and a state that is final, it is not an operation.
    let server = Server::answering([Answer::error(201, READY).header("Location", &other.url("/"))]);
    Run::signed(&server, "PUT", "/a").arg_wait().exits(0);
}

impl Run {
    /// Runs it with `--wait`.
    #[track_caller]
    fn arg_wait(self) -> Outcome {
        self.args(["--wait"]).run()
    }
}
