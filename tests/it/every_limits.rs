//! `*` in the path where the user wants less than all: `--limit`, `--max-pages`, `--no-paginate`; and where there is nothing.

use std::sync::{Arc, Condvar, Mutex, PoisonError};

use crate::every::{every, server};
use crate::support::answer::Answer;
use crate::support::server::Server;

const PATH: &str = "/subscriptions/*/providers/A.B/c?api-version=1";

fn items(count: usize) -> Answer {
    Answer::json(format!("{{\"value\":[{}]}}", vec!["1"; count].join(",")))
}

/// One item, and a link to a page whose address holds `page=2`.
fn first_page(host: &str, number: usize) -> Answer {
    Answer::json(format!(
        "{{\"value\":[{number}],\"nextLink\":\"http://{host}/subscriptions/s-{number}/x?page=2\"}}"
    ))
}

fn forbidden() -> Answer {
    Answer::error(403, "{\"error\":{\"code\":\"Nope\",\"message\":\"no\"}}")
}

/// Three subscriptions, the first of which answers when the third is asked: of two at a time, that is when the second
/// has come to its end.
fn second_ends_first(first: usize, second: fn(&str, bool) -> Answer) -> Server {
    let asked = Arc::new((Mutex::new(false), Condvar::new()));
    server(3, move |number, request| {
        let (is_third_asked, changed) = &*asked;
        match number {
            1 => {
                let is_third_asked = is_third_asked
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner);
                drop(changed.wait_while(is_third_asked, |asked| !*asked));
                items(first)
            }
            2 => second(
                request.header("host").unwrap_or_default(),
                request.target.contains("page=2"),
            ),
            _ => {
                *is_third_asked
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner) = true;
                changed.notify_all();
                items(1)
            }
        }
    })
}

#[test]
fn what_fails_after_the_limit_does_not_count() {
    let fails = |_: &str, _| forbidden();
    let fails_later = |host: &str, is_later| {
        if is_later {
            forbidden()
        } else {
            first_page(host, 2)
        }
    };
    let run = |server: &Server, limit, more: &[&str]| {
        every(server, "GET", PATH)
            .args(["-o", "compact", "--parallel", "2", "--limit", limit])
            .args(more)
            .run()
    };
    for (first, second, limit, more, expected) in [
        (3, fails as fn(&str, bool) -> Answer, "3", &[][..], "1,1,1"),
        (3, fails, "3", &["--fail-fast"], "1,1,1"),
        (4, fails, "3", &[], "1,1,1"),
        (1, fails_later, "2", &[], "1,2"),
    ] {
        let outcome = run(&second_ends_first(first, second), limit, more).exits(0);
        assert_eq!(outcome.text(), format!("{{\"value\":[{expected}]}}\n"));
        assert!(!outcome.stderr.contains("error:"), "{}", outcome.stderr);
    }
    // Before it, it counts.
    for (first, second, limit) in [
        (2, fails as fn(&str, bool) -> Answer, "3"),
        (1, fails_later, "3"),
    ] {
        run(&second_ends_first(first, second), limit, &[])
            .exits(9)
            .says(&["error: 1 of 3 subscriptions failed\n"]);
    }
}

#[test]
fn pages_after_the_limit_are_not_requested() {
    let server = server(1, |_, request| {
        first_page(request.header("host").unwrap_or_default(), 1)
    });
    let outcome = every(&server, "GET", PATH)
        .args(["-o", "compact", "--limit", "1"])
        .run()
        .exits(0)
        .says(&["note: there are more\n"]);
    assert_eq!(outcome.text(), "{\"value\":[1]}\n");
    assert_eq!(server.requests().len(), 2);
}

#[test]
fn in_the_order_of_the_time_a_failure_does_not_count_where_the_limit_is_reached() {
    for (limit, code) in [("3", 0), ("9", 9)] {
        let server = second_ends_first(3, |_, _| forbidden());
        every(&server, "GET", PATH)
            .args(["-o", "ndjson", "--parallel", "2", "--limit", limit])
            .run()
            .exits(code)
            .says(&["error: Nope: no\n"]);
    }
}

#[test]
fn pages_can_be_limited_for_each_and_what_has_more_is_counted() {
    let server = server(3, |number, request| match number {
        3 => Answer::json("{\"value\":[3]}"),
        _ => first_page(request.header("host").unwrap_or_default(), number),
    });
    for option in [&["--max-pages", "1"][..], &["--no-paginate"]] {
        let outcome = every(&server, "GET", PATH)
            .args(["-o", "compact"])
            .args(option)
            .run()
            .exits(0);
        assert_eq!(outcome.text(), "{\"value\":[1,2,3]}\n");
        assert_eq!(
            outcome.stderr,
            "note: 2 of 3 subscriptions have more pages; only the first page of each was asked for\n"
        );
    }
}

#[test]
fn pages_that_were_not_asked_for_are_counted_for_one_too() {
    let server = server(1, |_, request| {
        let host = request.header("host").unwrap_or_default();
        let page = request.target.len();
        Answer::json(format!(
            "{{\"value\":[1],\"nextLink\":\"http://{host}/subscriptions/s-1/x?page={page}\"}}"
        ))
    });
    let outcome = every(&server, "GET", PATH).args(["--max-pages", "2"]).run();
    assert_eq!(
        outcome.exits(0).stderr,
        "note: 1 of 1 subscriptions has more pages; only the first 2 pages of each were asked for\n"
    );
}

#[test]
fn a_list_of_nothing_says_so() {
    let server = server(2, |_, _| items(0));
    let run = |format| {
        every(&server, "GET", PATH)
            .args(["-o", format])
            .run()
            .exits(0)
    };
    assert_eq!(run("table").stderr, "note: nothing found\n");
    assert_eq!(run("json").stderr, "note: nothing found\n");
    // If nothing was asked, that was said.
    let nobody = crate::every::server(0, |_, _| items(0));
    let outcome = every(&nobody, "GET", PATH)
        .args(["-o", "table"])
        .run()
        .exits(0);
    assert!(
        !outcome.stderr.contains("nothing found"),
        "{}",
        outcome.stderr
    );
}

#[test]
fn a_limit_asks_no_more_subscriptions_than_the_items_take() {
    for (per_list, limit, expected) in [(2, "3", 2), (5, "3", 1), (1, "3", 3)] {
        let server = server(40, move |_, _| items(per_list));
        let outcome = every(&server, "GET", PATH)
            .args(["-o", "compact", "--limit", limit])
            .run()
            .exits(0);
        let asked = server
            .lines()
            .iter()
            .filter(|line| line.contains("A.B/c"))
            .count();
        assert_eq!(asked, expected, "{per_list} {limit}: {outcome:?}");
    }
}
