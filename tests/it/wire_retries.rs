//! Which requests are made again: a write only if it was never executed.

use crate::support::answer::Answer;
use crate::support::run::{Outcome, Run};
use crate::support::server::Server;

/// Runs a verb against a server whose first answer fails and whose second is good.
#[track_caller]
fn check(verb: &str, first: Answer, items: &[&str], code: i32, requests: usize) -> Outcome {
    let mut answers = vec![first];
    if requests > 1 {
        answers.push(Answer::json("{\"good\":true}"));
    }
    let server = Server::answering(answers);
    let run = Run::arm([
        verb,
        &server.url("/a"),
        "--no-auth",
        "--retry-max-wait",
        "0",
    ])
    .args(items);
    let outcome = run.run().exits(code);
    assert_eq!(server.requests().len(), requests, "{verb}");
    for request in server.requests() {
        assert_eq!(request.method, verb);
        let body = items
            .iter()
            .find(|item| item.starts_with('{'))
            .copied()
            .unwrap_or_default();
        assert_eq!(request.body, body.as_bytes());
    }
    outcome
}

const BODY: &str = "{\"a\":1}";

#[test]
fn a_write_whose_answer_is_lost_is_not_made_again() {
    for verb in ["POST", "PATCH"] {
        for answer in [
            Answer::nothing(),
            Answer::raw("HTTP/1.1 20"),
            Answer::raw("HTTP/1.1 200 OK\r\nContent-Le"),
            Answer::raw("nonsense\r\n\r\n"),
        ] {
            check(verb, answer, &[BODY], 7, 1).prints_nothing();
        }
        check(verb, Answer::json("{\"a\":1}").cut_after(2), &[BODY], 9, 1).prints_nothing();
        for status in [408, 500, 502, 503, 504] {
            let code = if status == 408 { 4 } else { 5 };
            check(verb, Answer::status(status), &[BODY], code, 1).prints_nothing();
            if status != 503 {
                let asked = Answer::status(status).header("Retry-After", "0");
                check(verb, asked, &[BODY], code, 1).prints_nothing();
            }
        }
    }
    check("PROPFIND", Answer::nothing(), &[], 7, 1);
}

#[test]
fn a_write_on_a_connection_in_use_is_not_made_again_either() {
    // The token endpoint is at the same origin: the POST goes out on its connection.
    let token = crate::wire_credentials::sandbox_token();
    let server = Server::with(move |request| match request.target.as_str() {
        "/oauth2/token" => Answer::json(format!("{{\"access_token\":\"{token}\"}}")),
        _ => Answer::nothing(),
    });
    Run::arm(["POST", "/subscriptions/s/x?api-version=1", BODY])
        .env("ARMCLI_ENDPOINT", server.url(""))
        .env("MSI_ENDPOINT", server.url("/oauth2/token"))
        .run()
        .exits(7);
    assert_eq!(
        server.lines(),
        [
            "POST /oauth2/token",
            "POST /subscriptions/s/x?api-version=1"
        ]
    );
}

#[test]
fn a_write_that_was_refused_unread_is_made_again() {
    for verb in ["POST", "PATCH"] {
        check(verb, Answer::status(429), &[BODY], 0, 2);
        check(
            verb,
            Answer::status(429).header("Retry-After", "0"),
            &[BODY],
            0,
            2,
        );
        check(
            verb,
            Answer::status(503).header("Retry-After", "0"),
            &[BODY],
            0,
            2,
        );
        check(
            verb,
            Answer::status(503).header("x-ms-retry-after-ms", "0"),
            &[BODY],
            0,
            2,
        );
    }
}

#[test]
fn what_is_idempotent_is_made_again() {
    for (verb, items) in [
        ("GET", &[][..]),
        ("HEAD", &[]),
        ("DELETE", &[]),
        ("PUT", &[BODY]),
    ] {
        check(verb, Answer::nothing(), items, 0, 2);
        check(verb, Answer::raw("HTTP/1.1 20"), items, 0, 2);
        for status in [408, 429, 500, 502, 503, 504] {
            check(verb, Answer::status(status), items, 0, 2);
        }
        for status in [400, 401, 403, 404, 409, 412, 501, 505, 600, 999] {
            let code = if status < 500 { 4 } else { 5 };
            check(verb, Answer::status(status), items, code, 1).prints_nothing();
        }
    }
}

#[test]
fn a_creation_on_condition_is_not_made_again() {
    for verb in ["PUT", "DELETE"] {
        for status in [408, 500, 502, 503, 504] {
            let code = if status == 408 { 4 } else { 5 };
            check(
                verb,
                Answer::status(status),
                &[BODY, "If-None-Match:*"],
                code,
                1,
            );
        }
        check(verb, Answer::nothing(), &[BODY, "if-none-match: *"], 7, 1);
        check(verb, Answer::status(429), &[BODY, "If-None-Match:*"], 0, 2);
        check(
            verb,
            Answer::status(500),
            &[BODY, "If-None-Match:\"1\""],
            0,
            2,
        );
        check(verb, Answer::status(500), &[BODY, "If-Match:*"], 0, 2);
    }
}

#[test]
fn a_status_that_is_expected_is_the_answer() {
    for (status, pattern) in [
        (503, "503"),
        (429, "429"),
        (500, "5xx"),
        (408, "200,4xx"),
        (206, "206"),
    ] {
        let answer = Answer::error(status, "{\"a\":1}").header("Retry-After", "86400");
        let server = Server::answering([answer]);
        let run = Run::arm(["GET", &server.url("/"), "--no-auth", "--expect", pattern]);
        let outcome = run.args(["-o", "compact"]).run().exits(0);
        assert_eq!(outcome.text(), "{\"a\":1}\n", "{status}");
    }
    let server = Server::answering([Answer::error(206, "{\"a\":1}")]);
    let run = Run::arm(["GET", &server.url("/"), "--no-auth", "--expect", "2xx"]);
    run.run().exits(9);
}

#[test]
fn a_deletion_that_is_repeated_and_finds_nothing_is_done() {
    let missing = |code: &str| Answer::error(404, format!("{{\"error\":{{\"code\":\"{code}\"}}}}"));
    let delete = |first: Answer, code: &str| {
        let server = Server::answering([first, missing(code)]);
        let run = Run::arm(["DELETE", &server.url("/"), "--no-auth", "--yes"]);
        run.args(["--retry-max-wait", "0"]).run()
    };
    for first in [Answer::nothing(), Answer::status(500), Answer::status(504)] {
        let outcome = delete(first, "ResourceNotFound").exits(0);
        outcome
            .prints_nothing()
            .says(&["note: HTTP 404: it is gone; a first try"]);
    }
    // This one was refused, and executed nothing; that path leads nowhere.
    delete(Answer::status(429), "ResourceNotFound").exits(4);
    delete(Answer::status(500), "SubscriptionNotFound").exits(4);
}

#[test]
fn a_condition_that_is_not_met_after_a_repetition_says_so() {
    let refused = || Answer::error(412, "{\"error\":{\"code\":\"PreconditionFailed\"}}");
    for (first, is_said) in [(Answer::nothing(), true), (Answer::status(429), false)] {
        let server = Server::answering([first, refused()]);
        let run = Run::arm(["PUT", &server.url("/"), "--no-auth", BODY, "If-Match:\"1\""]);
        let outcome = run.args(["--retry-max-wait", "0"]).run().exits(4);
        let words = "a first try, whose outcome is not known, may have been executed";
        assert_eq!(
            outcome.stderr.contains(words),
            is_said,
            "{}",
            outcome.stderr
        );
    }
}

#[test]
fn the_number_of_repetitions_is_the_users() {
    for (arguments, requests) in [
        (&["--retry", "0"][..], 1),
        (&["--retry", "1"], 2),
        (&["--retry", "5"], 6),
        (&[], 4),
    ] {
        for (answer, code) in [(503, 5), (429, 4)] {
            let server = Server::with(move |_| Answer::status(answer).header("Retry-After", "0"));
            let run = Run::arm(["GET", &server.url("/"), "--no-auth"]).args(arguments);
            run.run().exits(code).prints_nothing();
            assert_eq!(server.requests().len(), requests, "{arguments:?} {answer}");
        }
    }
}

#[test]
fn a_long_wait_is_capped_by_the_user() {
    for wait in [
        "86400",
        "Wed, 21 Oct 2099 07:28:00 GMT",
        "1e300",
        "nonsense",
        "-5",
    ] {
        let slow = Answer::status(429).header("Retry-After", wait);
        check("POST", slow, &[BODY], 0, 2);
    }
}

#[test]
fn a_refusal_says_when_to_come_again() {
    let entity = "x-ms-ratelimit-microsoft.costmanagement-entity-retry-after";
    let server = Server::answering([Answer::status(429).header(entity, "41")]);
    Run::plain(&server, "GET", "/")
        .run()
        .exits(4)
        .says(&["  retry after: 41\n"]);
}

#[test]
fn every_page_has_its_own_repetitions() {
    let page = |link: &str| Answer::json(format!("{{\"value\":[1],\"nextLink\":\"{link}\"}}"));
    let busy = || Answer::status(503).header("Retry-After", "0");
    let answers = [
        busy(),
        page("/b"),
        busy(),
        page("/c"),
        busy(),
        Answer::json("{\"value\":[2]}"),
    ];
    let server = Server::answering(answers);
    let run = Run::arm([
        "GET",
        &server.url("/a"),
        "--no-auth",
        "--retry",
        "1",
        "-o",
        "compact",
    ]);
    assert_eq!(run.run().exits(0).text(), "{\"value\":[1,1,2]}\n");
}

#[test]
fn repetitions_are_told_and_share_a_correlation_id() {
    let server = Server::answering([Answer::status(500), Answer::json("{}")]);
    let run =
        Run::arm(["GET", "/subscriptions", "--no-auth"]).args(["--retry-max-wait", "0", "-v"]);
    run.env("ARMCLI_ENDPOINT", server.url(""))
        .run()
        .exits(0)
        .says(&["* waiting 0s, then try 2 of 4 (HTTP 500)\n"]);
    let requests = server.requests();
    let [attempts, runs] = ["x-ms-client-request-id", "x-ms-correlation-request-id"]
        .map(|name| [0, 1].map(|index: usize| requests[index].header(name)))
        .map(|ids| ids.map(Option::unwrap));
    assert_ne!(
        attempts[0], attempts[1],
        "each attempt has an ID of its own"
    );
    assert_eq!(runs[0], runs[1], "the run has one");
}

#[test]
fn what_was_tried_is_told_in_the_end() {
    for (answer, code) in [(503, 5), (429, 4)] {
        let server = Server::with(move |_| Answer::status(answer).header("Retry-After", "0"));
        Run::arm(["GET", &server.url("/"), "--no-auth", "--retry", "2"])
            .run()
            .exits(code)
            .says(&["  retry after: 0\n", "  attempts: 3, within a second\n"]);
        assert_eq!(server.requests().len(), 3);
    }
    let server = Server::with(|_| Answer::nothing());
    let run = Run::arm(["GET", &server.url("/"), "--no-auth"]).args(["--retry-max-wait", "0"]);
    run.run()
        .exits(7)
        .says(&["was lost", "  attempts: 4, within a second\n"]);
    assert_eq!(server.requests().len(), 4);
    let server = Server::with(|_| Answer::json("{\"a\":1}").cut_after(3));
    let run = Run::arm(["GET", &server.url("/"), "--no-auth"]).args(["--retry-max-wait", "0"]);
    run.run()
        .exits(9)
        .says(&["  attempts: 4, within a second\n"]);
    assert_eq!(server.requests().len(), 4);
    let server = Server::with(|_| Answer::status(503));
    let outcome = Run::plain(&server, "GET", "/").run().exits(5);
    assert!(!outcome.stderr.contains("attempts"), "{}", outcome.stderr);
}

#[expect(
    clippy::unwrap_used,
    reason = "a request that is not expected fails the test"
)]
/// Serves a list of numbered pages, each of which fails this many times before it is there.
fn failing_pages(failures: u32) -> Server {
    let asked = std::sync::Mutex::new(0);
    Server::with(move |request| {
        let mut asked = asked.lock().unwrap();
        *asked += 1;
        let page: u32 = request.target.trim_start_matches('/').parse().unwrap();
        if *asked <= failures {
            return Answer::status(500);
        }
        *asked = 0;
        let link = if page < 40 {
            format!(",\"nextLink\":\"/{}\"", page + 1)
        } else {
            String::new()
        };
        Answer::json(format!("{{\"value\":[{page}]{link}}}"))
    })
}

#[test]
fn a_run_does_not_repeat_without_end() {
    let run = |server: &Server, arguments: &[&str]| {
        let run = Run::arm([
            "GET",
            &server.url("/1"),
            "--no-auth",
            "--retry-max-wait",
            "0",
        ]);
        run.args(arguments).run()
    };
    let one = failing_pages(1);
    run(&one, &[]).exits(0);
    assert_eq!(one.requests().len(), 80, "each page comes through");
    let two = failing_pages(2);
    let outcome = run(&two, &[]).exits(9);
    outcome.says(&["incomplete after 19 items", "has used up all its retries"]);
    assert_eq!(two.requests().len(), 19 * 3 + 2);
    let patient = failing_pages(2);
    run(&patient, &["--retry", "50"]).exits(0);
    assert_eq!(patient.requests().len(), 120);
}

#[test]
fn what_is_left_is_told() {
    let server = Server::with(|_| {
        Answer::json("{}")
            .header("x-ms-ratelimit-remaining-subscription-reads", "249")
            .header(
                "x-ms-ratelimit-remaining-resource",
                "Microsoft.Compute/GetVM3Min;3",
            )
    });
    let outcome = Run::plain(&server, "GET", "/").args(["-v"]).run().exits(0);
    let outcome =
        outcome.says(&["* left: 3 Microsoft.Compute/GetVM3Min, 249 subscription-reads\n"]);
    let note = "note: nearly throttled: 3 Microsoft.Compute/GetVM3Min left";
    assert_eq!(outcome.stderr.matches(note).count(), 1);
    let silent = Run::plain(&server, "GET", "/").args(["-s"]).run().exits(0);
    assert_eq!(silent.stderr, "");
}
