//! Many IDs that do not come to their end: `--fail-fast`, a time limit, Ctrl-C, a reader that has gone; and those that
//! are waited for.

#![expect(clippy::unwrap_used, reason = "a test whose thread is gone has failed")]

use crate::support::answer::Answer;
use crate::support::run::Run;
use crate::support::server::Server;
use crate::wait::{SUCCEEDED, accepted, json, now};

fn addresses(server: &Server, count: usize) -> String {
    let lines = (1..=count).map(|number| server.url(&format!("/{number}\n")));
    lines.collect()
}

fn many(server: &Server, method: &str, count: usize, options: &[&str]) -> Run {
    Run::arm([method, "-", "--no-auth", "--retry", "0", "--yes"])
        .args(options)
        .stdin(addresses(server, count))
}

#[test]
fn fail_fast_sends_no_more_and_says_where_to_go_on() {
    let server = Server::with(|request| match request.target.as_str() {
        "/3" => Answer::status(409),
        _ => Answer::status(204),
    });
    let options = ["--fail-fast", "--parallel", "1"];
    let outcome = many(&server, "DELETE", 10, &options).run().exits(4).says(&[
        "error: HTTP 409 Conflict\n",
        "error: stopped at the first failure: 7 of 10 requests were not sent\n",
        &format!(
            "  not sent: line 4 and all after it, {}\n",
            server.url("/4")
        ),
        "hint: go on with the same command and `tail -n +4` of the IDs\n",
    ]);
    assert_eq!(outcome.text().lines().count(), 3);
    assert_eq!(server.requests().len(), 3);
}

#[test]
fn a_time_limit_keeps_what_is_finished() {
    let server = Server::with(|request| match request.target.as_str() {
        "/2" => Answer::silence(),
        _ => Answer::status(204),
    });
    let options = ["--timeout", "1s", "--parallel", "1"];
    let outcome = many(&server, "DELETE", 4, &options).run().exits(8).says(&[
        "error: timed out after 1s\n",
        "error: timed out: 2 of 4 requests were not sent\n",
        "not sent: line 3 and all after it",
    ]);
    assert_eq!(outcome.text().lines().count(), 2);
    assert!(outcome.text().contains("\"exit\":8"));
    assert_eq!(server.lines(), ["DELETE /1", "DELETE /2"]);
}

#[cfg(unix)]
#[test]
fn every_signal_keeps_what_is_finished_and_names_what_is_not() {
    for signal in ["-INT", "-TERM", "-HUP"] {
        check_signal(signal);
    }
}

#[cfg(unix)]
#[track_caller]
fn check_signal(signal: &str) {
    let (sender, receiver) = std::sync::mpsc::channel();
    let sender = std::sync::Mutex::new(sender);
    let server = Server::with(move |request| match request.target.as_str() {
        "/3" => {
            let _told = sender.lock().unwrap().send(());
            Answer::silence()
        }
        _ => Answer::status(204),
    });
    let running = many(&server, "DELETE", 9, &["--parallel", "1"]).start();
    receiver.recv().unwrap();
    let killed = std::process::Command::new("/bin/kill")
        .args([signal, &running.id().to_string()])
        .status();
    assert!(killed.unwrap().success());
    let outcome = running.finish().exits(130).says(&[
        "error: interrupted: 6 of 9 requests were not sent\n",
        "failed or not finished: 1\n",
        "not sent: line 4 and all after it",
    ]);
    let lines: Vec<&str> = outcome.text().lines().collect();
    assert_eq!(lines.len(), 3);
    assert!(
        lines[2].contains("/3\",\"status\":null,\"exit\":130"),
        "{}",
        lines[2]
    );
}

#[test]
fn each_operation_is_waited_for() {
    let server = Server::with(
        |request| match (request.method.as_str(), request.target.as_str()) {
            ("DELETE", "/2") => {
                Answer::error(409, "{\"error\":{\"code\":\"Locked\",\"message\":\"m\"}}")
            }
            ("DELETE", target) => accepted(
                "Azure-AsyncOperation",
                &format!("/ops{target}?api-version=1"),
            ),
            (_, "/ops/3?api-version=1") => {
                json("{\"status\":\"Failed\",\"error\":{\"code\":\"Quota\",\"message\":\"m\"}}")
            }
            (_, "/ops/1?api-version=1") => json(SUCCEEDED),
            _ => now(Answer::status(404)),
        },
    );
    let outcome = many(&server, "DELETE", 3, &["--wait"]).run().exits(10);
    let outcome = outcome.says(&[
        "error: Quota: m\n",
        "error: Locked: m\n",
        "error: 2 of 3 requests failed\n",
    ]);
    let lines: Vec<serde_json::Value> = outcome
        .text()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines[0].get("error"), None, "{}", lines[0]);
    assert_eq!(
        (&lines[1]["exit"], &lines[2]["exit"]),
        (&serde_json::json!(4), &serde_json::json!(10))
    );
    assert_eq!(
        server
            .lines()
            .iter()
            .filter(|line| line.starts_with("DELETE"))
            .count(),
        3
    );
}

#[test]
fn without_waiting_the_count_of_what_goes_on_is_said() {
    let server = Server::with(|_| Answer::status(202).header("Location", "/ops"));
    let outcome = many(&server, "DELETE", 3, &[]).run().exits(0);
    assert_eq!(
        outcome.stderr,
        "note: 3 of the requests were accepted and may still be running (HTTP 202); `--wait` waits for them\n"
    );
}

#[cfg(unix)]
#[test]
fn a_reader_that_has_gone_ends_reading_and_no_deletion() {
    // Far more than a pipe holds.
    let body = format!("{{\"a\":\"{}\"}}", "x".repeat(20_000));
    for (method, all) in [("GET", false), ("DELETE", true)] {
        let body = body.clone();
        let server = Server::with(move |_| Answer::json(&body));
        let script = format!(
            "\"$ARM\" {method} - --no-auth --yes --parallel 2 | head -n 1 >/dev/null; exit ${{PIPESTATUS[0]}}"
        );
        Run::bash(&script)
            .stdin(addresses(&server, 60))
            .run()
            .exits(0);
        assert_eq!(server.requests().len() == 60, all, "{method}");
    }
}
