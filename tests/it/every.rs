//! `*` in the path: what is asked, and the one document that comes of it.

#![expect(clippy::unwrap_used, reason = "a lock that is poisoned fails the test")]

use std::collections::HashSet;
use std::sync::{Arc, Condvar, Mutex};

use serde_json::{Value, json};

use crate::support::answer::Answer;
use crate::support::run::{AUDIENCE, Run, TOKEN};
use crate::support::server::{Received, Server};

/// `METHOD` of a path at a server that is asked without a token.
pub(crate) fn every(server: &Server, method: &str, path: &str) -> Run {
    Run::arm([method, &server.url(path), "--no-auth", "--retry", "0"])
}

/// The path without the parameters.
pub(crate) fn path_of(request: &Received) -> &str {
    request.target.split('?').next().unwrap_or_default()
}

/// A list of subscriptions, named and numbered from 1.
pub(crate) fn subscriptions(count: usize) -> Answer {
    let one = |number| {
        format!(
            "{{\"subscriptionId\":\"s-{number}\",\"displayName\":\"Sub {number}\",\"state\":\"Enabled\"}}"
        )
    };
    let all: Vec<String> = (1..=count).map(one).collect();
    Answer::json(format!("{{\"value\":[{}]}}", all.join(",")))
}

/// A server of this many subscriptions, each of which answers by its number.
pub(crate) fn server(
    count: usize,
    answer: impl Fn(usize, &Received) -> Answer + Send + Sync + 'static,
) -> Server {
    Server::with(move |request| {
        let path = path_of(request);
        let Some(rest) = path.strip_prefix("/subscriptions/s-") else {
            assert_eq!(request.target, "/subscriptions?api-version=2022-12-01");
            return subscriptions(count);
        };
        let number = rest
            .split('/')
            .next()
            .and_then(|text| text.parse().ok())
            .unwrap();
        answer(number, request)
    })
}

fn items(number: usize) -> Answer {
    Answer::json(format!(
        "{{\"count\":1.10,\"value\":[{{\"n\":{number},\"x\":1E5}}]}}"
    ))
}

/// A gate that opens for all when it was passed so often.
fn gate(count: usize) -> impl Fn(bool) + Send + Sync {
    let seen = Arc::new((Mutex::new(0), Condvar::new()));
    move |waits| {
        let (passed, changed) = &*seen;
        let mut passed = passed.lock().unwrap();
        *passed += 1;
        changed.notify_all();
        if waits {
            drop(
                changed
                    .wait_while(passed, |passed| *passed < count)
                    .unwrap(),
            );
        }
    }
}

#[test]
fn all_are_asked_at_once_and_printed_in_their_order() {
    // The first one is answered when all fifty have been asked.
    let pass = gate(50);
    let server = server(50, move |number, _| {
        pass(number == 1);
        items(number)
    });
    let path = "/subscriptions/*/providers/A.B/c?x=*&api-version=1";
    let outcome = every(&server, "GET", path)
        .args(["-o", "compact", "X-A:b"])
        .run()
        .exits(0);
    let expected: Vec<String> = (1..=50)
        .map(|number| format!("{{\"n\":{number},\"x\":1E5}}"))
        .collect();
    assert_eq!(
        outcome.text(),
        format!("{{\"count\":1.10,\"value\":[{}]}}\n", expected.join(","))
    );
    assert_eq!(outcome.stderr, "");
    let requests = server.requests();
    assert_eq!(requests.len(), 51);
    let ids: HashSet<_> = requests
        .iter()
        .map(|request| request.header("x-ms-client-request-id"))
        .collect();
    assert_eq!(ids.len(), 51);
    assert!(
        requests
            .iter()
            .all(|request| request.header("x-a") == Some("b"))
    );
    let asked: HashSet<String> = requests[1..]
        .iter()
        .map(|request| request.target.clone())
        .collect();
    assert!(asked.contains("/subscriptions/s-7/providers/A.B/c?x=*&api-version=1"));
}

#[test]
fn lines_come_as_the_pages_do() {
    // The first one is answered when the second page of the other was asked for: its first page is printed then.
    let pass = gate(2);
    let server = server(2, move |number, request| {
        if number == 1 {
            pass(true);
            return items(1);
        }
        if request.target.contains("page=2") {
            pass(false);
            return items(3);
        }
        let host = request.header("host").unwrap();
        Answer::json(format!(
            "{{\"value\":[{{\"n\":2}}],\"nextLink\":\"http://{host}/subscriptions/s-2/x?page=2\"}}"
        ))
    });
    let run = |options: &[&str]| {
        let outcome = every(&server, "GET", "/subscriptions/*/x")
            .args(options)
            .run()
            .exits(0);
        outcome.text().to_owned()
    };
    assert!(run(&["-o", "ndjson"]).starts_with("{\"n\":2}\n"));
    assert_eq!(run(&["-q", "$.value[*].n", "-r"]), "1\n2\n3\n");
    assert_eq!(
        run(&["-o", "ndjson", "-q", "$.value"]),
        "{\"n\":1,\"x\":1E5}\n{\"n\":2}\n{\"n\":3,\"x\":1E5}\n"
    );
}

#[test]
fn an_answer_that_is_not_a_list_is_an_item() {
    let server = server(5, |number, _| match number {
        1 => Answer::json("\u{feff} {\"name\":\"a\",\"nextLink\":null} "),
        2 => Answer::status(204),
        3 => Answer::json("{\"value\":[{\"name\":\"b\"}]}"),
        4 => Answer::json("{\"value\":null}"),
        _ => Answer::json("{\"name\":\"c\"}"),
    });
    let run = || every(&server, "GET", "/subscriptions/*/x");
    let outcome = run().args(["-o", "compact"]).run().exits(0);
    assert_eq!(
        outcome.text(),
        "{\"value\":[{\"name\":\"a\",\"nextLink\":null},{\"name\":\"b\"},{\"name\":\"c\"}]}\n"
    );
    let outcome = run().args(["-q", "$.value[*].name", "-r"]).run().exits(0);
    assert_eq!(outcome.text(), "a\nb\nc\n");
}

#[test]
fn groups_are_listed_for_one_subscription_or_for_all() {
    let groups = |number: usize| match number {
        1 => Answer::json("{\"value\":[{\"name\":\"g 1\"},{\"name\":\"ä/b\"}]}"),
        2 => Answer::json("{\"value\":[]}"),
        _ => Answer::error(
            403,
            "{\"error\":{\"code\":\"AuthorizationFailed\",\"message\":\"no\"}}",
        ),
    };
    let service = move |number: usize, request: &Received| {
        if request
            .target
            .contains("/resourcegroups?api-version=2021-04-01")
        {
            return groups(number);
        }
        let text = json!({"value": [request.target]});
        Answer::json(text.to_string())
    };
    let all = server(3, service);
    let path = "/subscriptions/*/resourceGroups/*/resources?a=b";
    let outcome = every(&all, "GET", path)
        .args(["-q", "$.value[*]", "-r"])
        .run()
        .exits(9)
        .says(&[
            "error: AuthorizationFailed: no\n  subscription: Sub 3 (s-3)\n",
            "error: 1 of 3 resource groups failed\n",
        ]);
    let expected = [
        "/subscriptions/s-1/resourceGroups/g%201/resources?a=b",
        "/subscriptions/s-1/resourceGroups/%C3%A4%2Fb/resources?a=b",
    ];
    assert_eq!(outcome.text().lines().collect::<Vec<_>>(), expected);
    let one = server(3, service);
    let run = |number| {
        every(
            &one,
            "GET",
            &format!("/subscriptions/s-{number}/resourceGroups/*/resources?a=b"),
        )
    };
    let outcome = run(1).args(["-q", "$.value[*]", "-r"]).run().exits(0);
    assert_eq!(outcome.text().lines().collect::<Vec<_>>(), expected);
    let outcome = run(2).args(["-o", "compact"]).run().exits(0);
    assert_eq!(outcome.text(), "{\"value\":[]}\n");
    assert!(
        outcome
            .stderr
            .contains("note: the subscription has no resource group")
    );
    run(3).run().exits(4).prints_nothing();
}

#[test]
fn none_at_all_is_an_empty_list() {
    let empty = server(0, |_, _| Answer::nothing());
    let outcome = every(&empty, "GET", "/subscriptions/*/x")
        .args(["-o", "compact"])
        .run()
        .exits(0);
    assert_eq!(outcome.text(), "{\"value\":[]}\n");
    assert!(
        outcome
            .stderr
            .contains("note: the account sees no subscription that can be asked")
    );
    let states = ["Enabled", "Disabled", "Warned", "Deleted", "PastDue"];
    let listed: Vec<Value> = (states.iter().zip(1..))
        .map(|(state, number)| json!({"subscriptionId": format!("s-{number}"), "state": state}))
        .collect();
    let listed = json!({"value": listed}).to_string();
    let server = Server::with(move |request| match path_of(request) {
        "/subscriptions" => Answer::json(&listed),
        path => Answer::json(json!({"value": [path]}).to_string()),
    });
    let outcome = every(&server, "GET", "/subscriptions/*")
        .args(["-o", "compact"])
        .run()
        .exits(0);
    assert_eq!(
        outcome.text(),
        "{\"value\":[\"/subscriptions/s-1\",\"/subscriptions/s-3\",\"/subscriptions/s-5\"]}\n"
    );
    assert!(
        outcome
            .stderr
            .contains("note: 2 disabled subscriptions are not asked")
    );
}

#[test]
fn subscriptions_are_listed_to_the_end_and_each_is_asked_once() {
    let server = Server::with(|request| {
        let host = request.header("host").unwrap();
        match request.target.as_str() {
            "/subscriptions?api-version=2022-12-01" => Answer::json(format!(
                "{{\"value\":[{{\"subscriptionId\":\"a\"}}],\"nextLink\":\"http://{host}/subscriptions?page=2\"}}"
            )),
            "/subscriptions?page=2&api-version=2022-12-01" => {
                Answer::json("{\"value\":[{\"subscriptionId\":\"A\"},{\"subscriptionId\":\"b\"}]}")
            }
            target => Answer::json(json!({"value": [target]}).to_string()),
        }
    });
    let outcome = every(&server, "GET", "/subscriptions/*/x")
        .args(["-q", "$.value[*]", "-r"])
        .run();
    assert_eq!(
        outcome.exits(0).text(),
        "/subscriptions/a/x\n/subscriptions/b/x\n"
    );
}

#[test]
fn the_names_of_options_fill_it_in() {
    let server = server(2, |number, _| items(number));
    let run = |path: &str| {
        let url = server.url(path);
        Run::arm([
            "GET",
            &url,
            "--no-auth",
            "-o",
            "ndjson",
            "-q",
            "$.value[*].n",
        ])
    };
    let outcome = run("/subscriptions/{sub}/x")
        .args(["-S", "*", "--parallel", "1"])
        .run()
        .exits(0);
    assert_eq!(outcome.text(), "1\n2\n");
    let outcome = run("/subscriptions/{sub}/x")
        .env("ARMCLI_SUBSCRIPTION", "*")
        .run()
        .exits(0);
    assert_eq!(outcome.text().lines().count(), 2);
}

#[test]
fn the_token_goes_along_and_to_that_origin_only() {
    let evil = Server::untouched();
    let link = evil.url("/steal");
    let server = server(2, move |number, _| {
        Answer::json(format!("{{\"value\":[{number}],\"nextLink\":\"{link}\"}}"))
    });
    let outcome = Run::signed(&server, "GET", "/subscriptions/*/x")
        .args(["-o", "compact"])
        .run()
        .exits(9)
        .says(&[
            "unsafe link to the next page",
            "subscription: Sub 1 (s-1)",
            "error: 2 of 2 subscriptions failed",
        ]);
    assert_eq!(outcome.text(), "{\"value\":[1,2]}\n");
    let bearer = format!("Bearer {TOKEN}");
    assert!(
        server
            .requests()
            .iter()
            .all(|request| request.header("authorization") == Some(bearer.as_str()))
    );
}

#[test]
fn the_list_itself_follows_no_link_elsewhere() {
    let evil = Server::untouched();
    let link = evil.url("/subscriptions");
    let server = Server::with(move |_| {
        Answer::json(format!(
            "{{\"value\":[{{\"subscriptionId\":\"a\"}}],\"nextLink\":\"{link}\"}}"
        ))
    });
    let run = Run::signed(&server, "GET", "/subscriptions/*/x");
    run.run().exits(9).prints_nothing().says(&["unsafe link"]);
    assert_eq!(server.requests().len(), 1);
}

#[test]
fn a_host_that_is_not_known_gets_nothing() {
    let server = Server::untouched();
    let url = server.url("/subscriptions/*/x");
    Run::arm(["GET", &url, "--audience", AUDIENCE])
        .run()
        .exits(12)
        .prints_nothing();
}

#[test]
fn writes_are_confirmed_and_go_to_each() {
    let untouched = Server::untouched();
    for method in ["DELETE", "POST", "PUT", "PATCH"] {
        let run = every(&untouched, method, "/subscriptions/*/resourceGroups/g").args(["{}"]);
        run.run()
            .exits(12)
            .prints_nothing()
            .says(&["without a confirmation", "hint: `--yes`"]);
        let run =
            every(&untouched, method, "/subscriptions/*/resourceGroups/*").args(["{}", "--yes"]);
        run.run()
            .exits(12)
            .prints_nothing()
            .says(&["every resource group of every subscription"]);
        let run = every(&untouched, method, "/subscriptions/*/resourceGroups/g").args(["{}", "-n"]);
        let shown = run.run().exits(0);
        assert!(
            shown.text().contains("listed by: GET http://127.0.0.1"),
            "{}",
            shown.text()
        );
    }
    let server = server(2, |number, request| {
        assert_eq!(request.method, "DELETE");
        Answer::status(if number == 1 { 204 } else { 404 })
    });
    let run = every(&server, "DELETE", "/subscriptions/*/resourceGroups/g?a=b").args([
        "c==d",
        "-y",
        "--parallel",
        "1",
    ]);
    let outcome = run.run().exits(4);
    let lines: Vec<Value> = outcome
        .text()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(
        lines[0]["id"],
        server.url("/subscriptions/s-1/resourceGroups/g?a=b")
    );
    assert_eq!(
        (&lines[0]["status"], &lines[1]["status"]),
        (&json!(204), &json!(404))
    );
    assert_eq!(
        server.lines()[1],
        "DELETE /subscriptions/s-1/resourceGroups/g?a=b&c=d"
    );
}

#[test]
fn head_is_a_line_for_each() {
    let server = server(2, |number, _| {
        Answer::status(if number == 1 { 204 } else { 404 })
    });
    let outcome = every(&server, "HEAD", "/subscriptions/*/resourceGroups/g")
        .run()
        .exits(4);
    assert_eq!(outcome.text().lines().count(), 2);
    let run = every(&server, "HEAD", "/subscriptions/*/resourceGroups/g").args(["-O", "f"]);
    run.run()
        .exits(2)
        .says(&["`-O` cannot be used where each request prints a line"]);
}

#[test]
fn what_is_for_one_answer_is_refused() {
    let server = Server::untouched();
    for (options, words) in [
        (["-i", "-s"], "`-i` cannot be used with `*` in the path"),
        (
            ["-o", "raw"],
            "`-o raw` cannot be used with `*` in the path",
        ),
        (
            ["--wait", "-s"],
            "`--wait` cannot be used with `*` in the path",
        ),
    ] {
        every(&server, "GET", "/subscriptions/*/x")
            .args(options)
            .run()
            .exits(2)
            .says(&[words]);
    }
    every(&server, "GET", "/subscriptions/s*/x")
        .run()
        .exits(2)
        .says(&["`s*` names no subscription"]);
    let run = Run::arm(["GET", "-", "--no-auth"]).stdin(server.url("/subscriptions/*/x\n"));
    run.run()
        .exits(2)
        .says(&["line 1: `*` stands for every subscription"]);
}

/// A server of one subscription whose resource groups are on two pages that overlap.
fn server_of_groups(groups: [&'static [&'static str]; 2]) -> Server {
    Server::with(move |request| {
        if path_of(request) != "/subscriptions/s/resourcegroups" {
            return Answer::json("{\"value\":[]}");
        }
        let page = usize::from(request.target.contains("page=2"));
        let items: Vec<Value> = groups[page]
            .iter()
            .map(|name| json!({"name": name}))
            .collect();
        let mut list = json!({"value": items});
        if page == 0 {
            list["nextLink"] = "/subscriptions/s/resourcegroups?page=2".into();
        }
        Answer::json(list.to_string())
    })
}

/// What a server was asked next to its lists of groups.
fn asked(server: &Server) -> Vec<String> {
    let requests = server.requests();
    let paths = requests.iter().map(|request| path_of(request).to_owned());
    paths
        .filter(|path| !path.ends_with("/resourcegroups"))
        .collect()
}

#[test]
fn a_group_that_is_listed_twice_is_asked_once() {
    for (verb, options) in [("GET", &[][..]), ("POST", &["--yes"]), ("DELETE", &["-y"])] {
        let server = server_of_groups([&["a", "b"], &["b", "B", "c"]]);
        let path = "/subscriptions/s/resourceGroups/*/providers/A.B/c?api-version=1";
        every(&server, verb, path).args(options).run().exits(0);
        let mut paths = asked(&server);
        paths.sort();
        let expected = ["a", "b", "c"]
            .map(|name| format!("/subscriptions/s/resourceGroups/{name}/providers/A.B/c"));
        assert_eq!(paths, expected, "{verb}");
    }
}

#[test]
fn a_name_does_not_leave_its_segment() {
    let path = "/subscriptions/s/resourceGroups/*/providers/A.B/c?api-version=1";
    for name in [&["a", ".."], &["a", "."], &["a", ""]] {
        let server = server_of_groups([name, &[]]);
        every(&server, "GET", path)
            .run()
            .exits(9)
            .says(&[&format!("a resource group named `{}`", name[1])]);
        assert_eq!(
            asked(&server),
            ["/subscriptions/s/resourceGroups/a/providers/A.B/c"]
        );
        let server = server_of_groups([name, &[]]);
        let outcome = every(&server, "DELETE", path).args(["--yes"]).run();
        outcome
            .exits(9)
            .prints_nothing()
            .says(&["nothing was sent"]);
        assert_eq!(asked(&server), [""; 0]);
    }
    for id in ["..", ".", ""] {
        let server = Server::answering([Answer::json(format!(
            "{{\"value\":[{{\"subscriptionId\":\"{id}\",\"state\":\"Enabled\"}}]}}"
        ))]);
        every(&server, "GET", "/subscriptions/*/resourceGroups")
            .run()
            .exits(9)
            .prints_nothing();
        assert_eq!(server.requests().len(), 1, "{id}");
    }
}
