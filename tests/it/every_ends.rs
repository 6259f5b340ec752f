//! `*` in the path if not all goes well: one fails, a later page is missing, the time is up, the reader of the output
//! has gone.

use std::sync::Mutex;
#[cfg(unix)]
use std::sync::mpsc::channel;

use serde_json::json;

use crate::every::{every, server};
use crate::support::answer::Answer;
use crate::support::run::Run;
use crate::support::server::Server;

fn forbidden() -> Answer {
    let error = json!({"error": {"code": "AuthorizationFailed", "message": "no"}});
    Answer::error(403, error.to_string()).header("x-ms-request-id", "r-1")
}

fn items(number: usize) -> Answer {
    Answer::json(format!("{{\"value\":[{{\"n\":{number}}}]}}"))
}

const PATH: &str = "/subscriptions/*/providers/A.B/c?api-version=1";

#[test]
fn one_that_fails_does_not_lose_the_others() {
    let server = server(4, |number, _| match number {
        1 => forbidden(),
        3 => Answer::nothing(),
        4 => Answer::json("{\"value\":[{\"n\":"),
        _ => items(number),
    });
    let outcome = every(&server, "GET", PATH).args(["-o", "compact"]).run().exits(9).says(&[
        "error: AuthorizationFailed: no\n  subscription: Sub 1 (s-1)\n  status: 403 Forbidden\n",
        "  subscription: Sub 3 (s-3)\n",
        "error: the JSON text ends in the middle, after 15 bytes\n  subscription: Sub 4 (s-4)\n",
        "error: 3 of 4 subscriptions failed\n",
    ]);
    assert_eq!(outcome.text(), "{\"value\":[{\"n\":2}]}\n");
    // A query that needs all of them prints nothing, and a file appears whole or not at all.
    every(&server, "GET", PATH)
        .args(["-q", "$.value.length"])
        .run()
        .exits(9)
        .prints_nothing();
    let run = every(&server, "GET", PATH).args(["-O", "all.json"]);
    let (outcome, folder) = run.run_and_keep();
    outcome.exits(9).says(&["note: `all.json` is not written"]);
    assert!(!folder.path().join("all.json").exists());
}

#[test]
fn the_same_hint_is_given_once() {
    let server = server(3, |_, _| {
        Answer::error(
            404,
            "{\"error\":{\"code\":\"SubscriptionNotFound\",\"message\":\"no\"}}",
        )
    });
    let outcome = every(&server, "GET", PATH).run().exits(4).prints_nothing();
    assert_eq!(
        outcome
            .stderr
            .matches("error: SubscriptionNotFound")
            .count(),
        3
    );
    let hints: Vec<&str> = outcome
        .stderr
        .lines()
        .filter(|line| line.starts_with("hint:"))
        .collect();
    let different: std::collections::HashSet<_> = hints.iter().collect();
    assert_eq!(hints.len(), different.len(), "{}", outcome.stderr);
}

#[test]
fn where_none_answers_the_worst_counts_and_nothing_is_printed() {
    for (statuses, code) in [([403, 404], 4), ([403, 503], 5)] {
        let server = server(2, move |number, _| Answer::status(statuses[number - 1]));
        let outcome = every(&server, "GET", PATH)
            .run()
            .exits(code)
            .prints_nothing();
        assert!(
            outcome
                .stderr
                .contains("error: 2 of 2 subscriptions failed\n")
        );
    }
    let server = Server::with(|_| Answer::status(401));
    every(&server, "GET", PATH).run().exits(4).prints_nothing();
    assert_eq!(server.requests().len(), 1);
}

#[test]
fn expected_statuses_are_neither_failures_nor_items() {
    let server = server(2, |number, _| match number {
        1 => Answer::error(404, "{\"error\":{\"code\":\"NotRegistered\"}}"),
        _ => items(number),
    });
    let outcome = every(&server, "GET", PATH)
        .args(["-o", "compact", "--expect", "404"])
        .run();
    assert_eq!(outcome.exits(0).text(), "{\"value\":[{\"n\":2}]}\n");
}

#[test]
fn a_later_page_that_fails_says_how_to_go_on() {
    let server = server(2, |number, request| {
        let host = request.header("host").unwrap();
        match (number, request.target.contains("page=2")) {
            (1, true) => Answer::error(404, "{\"error\":{\"code\":\"Gone\",\"message\":\"no\"}}"),
            (1, false) => Answer::json(format!(
                "{{\"value\":[{{\"n\":1}}],\"nextLink\":\"http://{host}/subscriptions/s-1/x?page=2\"}}"
            )),
            _ => items(number),
        }
    });
    let outcome = every(&server, "GET", PATH)
        .args(["-o", "compact"])
        .run()
        .exits(9)
        .says(&[
            "error: incomplete after 1 item: Gone: no\n  subscription: Sub 1 (s-1)\n",
            "hint: go on from there with `arm GET 'http://127.0.0.1",
            "/subscriptions/s-1/x?page=2",
            "error: 1 of 2 subscriptions failed\n",
        ]);
    assert_eq!(outcome.text(), "{\"value\":[{\"n\":1},{\"n\":2}]}\n");
}

#[test]
fn fail_fast_asks_no_more() {
    let server = server(9, |number, _| {
        if number == 2 {
            forbidden()
        } else {
            items(number)
        }
    });
    let options = ["--fail-fast", "--parallel", "1", "-o", "compact"];
    let outcome = every(&server, "GET", PATH)
        .args(options)
        .run()
        .exits(9)
        .says(&[
            "subscription: Sub 2 (s-2)",
            "error: stopped at the first failure: 8 of 9 subscriptions are missing\n",
        ]);
    assert_eq!(outcome.text(), "{\"value\":[{\"n\":1}]}\n");
    assert_eq!(server.requests().len(), 3);
    let all = ["--keep-going", "--parallel", "1", "-s"];
    every(&server, "GET", PATH).args(all).run().exits(9);
    assert_eq!(server.requests().len(), 3 + 10);
}

#[test]
fn a_limit_counts_the_items_of_all() {
    let server = server(5, |number, _| {
        Answer::json(format!("{{\"value\":[{number},{number}]}}"))
    });
    let run = |limit| {
        every(&server, "GET", PATH).args(["-o", "compact", "--parallel", "1", "--limit", limit])
    };
    let outcome = run("3").run().exits(0).says(&["note: there are more\n"]);
    assert_eq!(outcome.text(), "{\"value\":[1,1,2]}\n");
    assert!(server.requests().len() < 6);
    let outcome = run("10").run().exits(0);
    assert_eq!(
        (outcome.text(), outcome.stderr.as_str()),
        ("{\"value\":[1,1,2,2,3,3,4,4,5,5]}\n", "")
    );
}

#[test]
fn the_end_of_the_time_keeps_what_was_printed() {
    let half = server(2, |number, _| {
        if number == 2 {
            Answer::silence()
        } else {
            items(1)
        }
    });
    let run = every(&half, "GET", PATH).args(["--timeout", "1s", "-o", "compact"]);
    let outcome = run
        .run()
        .exits(9)
        .says(&["error: timed out: 1 of 2 subscriptions are missing\n"]);
    assert_eq!(outcome.text(), "{\"value\":[{\"n\":1}]}\n");
}

#[cfg(unix)]
#[test]
fn ctrl_c_closes_the_document() {
    let (sender, receiver) = channel();
    let sender = Mutex::new(sender);
    let server = server(3, move |number, _| {
        if number == 2 {
            let _told = sender.lock().unwrap().send(());
            return Answer::silence();
        }
        items(number)
    });
    let running = every(&server, "GET", PATH)
        .args(["-o", "compact", "--parallel", "1"])
        .start();
    receiver.recv().unwrap();
    let killed = std::process::Command::new("/bin/kill")
        .args(["-INT", &running.id().to_string()])
        .status();
    assert!(killed.unwrap().success());
    let outcome = running
        .finish()
        .exits(130)
        .says(&["error: interrupted: 2 of 3 subscriptions are missing\n"]);
    assert_eq!(outcome.text(), "{\"value\":[{\"n\":1}]}\n");
}

#[test]
fn a_page_that_is_too_large_to_be_held_waits_for_its_turn() {
    let item = format!("{{\"p\":\"{}\"}}", "x".repeat(1 << 16));
    let server = server(3, move |number, _| match number {
        2 => Answer::json(format!(
            "{{\"value\":[{}]}}",
            vec![item.as_str(); 40].join(",")
        )),
        3 => Answer::json(format!("{{\"p\":\"{}\"}}", "x".repeat(3 << 20))),
        _ => items(number),
    });
    let outcome = every(&server, "GET", PATH).run().exits(9).says(&[
        "error: the answer is not a list, and is larger than an item may be\n  subscription: Sub 3 (s-3)\n",
    ]);
    assert_eq!(outcome.json()["value"].as_array().map(Vec::len), Some(41));
    assert_eq!(outcome.json()["value"][0]["n"], 1);
}

#[test]
fn a_refusal_is_repeated_and_nothing_is_lost() {
    let refused = Mutex::new(std::collections::HashSet::new());
    let server = server(60, move |number, _| {
        if number % 3 == 0 && refused.lock().unwrap().insert(number) {
            return Answer::error(429, "{}").header("Retry-After", "0");
        }
        items(number)
    });
    let run = Run::arm(["GET", &server.url(PATH), "--no-auth", "--retry", "5"]);
    let run = run.args(["-q", "$.value[*].n", "-r"]);
    let outcome = run.run().exits(0);
    let expected: Vec<String> = (1..=60).map(|number| number.to_string()).collect();
    assert_eq!(outcome.text().lines().collect::<Vec<_>>(), expected);
}
