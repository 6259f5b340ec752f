//! Lists of several pages: their shapes, if they are stopped, and what is printed when a later page fails. Which links
//! are followed is in `wire_links`.

use serde_json::json;

use crate::support::answer::Answer;
use crate::support::run::{Outcome, Run};
use crate::support::server::{Received, Server};

/// A page of the items in `items`, with a link to page `next`.
fn page(items: &str, next: u32) -> Answer {
    Answer::json(format!(
        "{{\"value\":[{items}],\"nextLink\":\"/list?p={next}\"}}"
    ))
}

fn last(items: &str) -> Answer {
    Answer::json(format!("{{\"value\":[{items}]}}"))
}

fn three_pages() -> [Answer; 3] {
    [page("1,2", 2), page("3,4", 3), last("5,6")]
}

#[track_caller]
fn check(answers: impl IntoIterator<Item = Answer>, arguments: &[&str], expected: &str) -> Outcome {
    let server = Server::answering(answers);
    let outcome = Run::plain(&server, "GET", "/list")
        .args(arguments)
        .run()
        .exits(0);
    assert_eq!(outcome.text(), expected, "{arguments:?}");
    outcome
}

#[test]
fn members_around_the_list_are_those_of_the_first_page() {
    let first = "{\"count\":3,\"value\":[1],\"nextLink\":\"/list?p=2\",\"after\":{\"a\":1}}";
    let second = "{\"count\":9,\"value\":[2],\"after\":null,\"nextLink\":null}";
    let expected = "{\"count\":3,\"value\":[1,2],\"after\":{\"a\":1}}\n";
    check(
        [Answer::json(first), Answer::json(second)],
        &["-o", "compact"],
        expected,
    );
    let link_first = "{\"nextLink\":\"/list?p=2\",\"count\":3,\"value\":[1]}";
    let expected = "{\"count\":3,\"value\":[1,2]}\n";
    check(
        [Answer::json(link_first), last("2")],
        &["-o", "compact"],
        expected,
    );
}

#[test]
fn other_documents_than_lists_are_one_answer() {
    for (body, pretty) in [
        ("[1,{\"a\":2}]", "[\n  1,\n  {\n    \"a\": 2\n  }\n]\n"),
        (
            "{\"id\":\"/x\",\"tags\":{}}",
            "{\n  \"id\": \"/x\",\n  \"tags\": {}\n}\n",
        ),
        ("{\"value\":7}", "{\n  \"value\": 7\n}\n"),
        ("\"text\"", "\"text\"\n"),
        ("17", "17\n"),
        ("null", "null\n"),
        ("{}", "{}\n"),
        ("[]", "[]\n"),
        ("{\"value\":[]}", "{\n  \"value\": []\n}\n"),
    ] {
        check([Answer::json(body)], &[], pretty);
    }
}

#[test]
fn a_list_of_another_name_is_followed_to_its_last_page() {
    // The last page has no link to tell that its array is the list.
    let first = Answer::json("{\"inputs\":[1],\"nextLink\":\"/list?p=2\"}");
    let answers = [first, Answer::json("{\"inputs\":[2]}")];
    check(answers, &["-o", "compact"], "{\"inputs\":[1,2]}\n");
}

#[test]
fn a_limit_counts_items_and_keeps_the_link() {
    for (limit, asked, expected) in [
        ("1", 1, "{\"value\":[1],\"nextLink\":\"/list?p=2\"}\n"),
        ("2", 1, "{\"value\":[1,2],\"nextLink\":\"/list?p=2\"}\n"),
        ("3", 2, "{\"value\":[1,2,3],\"nextLink\":\"/list?p=3\"}\n"),
        ("4", 2, "{\"value\":[1,2,3,4],\"nextLink\":\"/list?p=3\"}\n"),
        ("5", 3, "{\"value\":[1,2,3,4,5]}\n"),
    ] {
        let answers = three_pages().into_iter().take(asked);
        let outcome = check(answers, &["--limit", limit, "-o", "compact"], expected);
        assert!(outcome.stderr.starts_with("note: "), "{}", outcome.stderr);
        assert!(outcome.stderr.contains(" more\n"), "{}", outcome.stderr);
    }
    for limit in ["6", "7"] {
        let expected = "{\"value\":[1,2,3,4,5,6]}\n";
        let outcome = check(
            three_pages(),
            &["--limit", limit, "-o", "compact"],
            expected,
        );
        assert_eq!(outcome.stderr, "", "{limit}");
    }
}

#[test]
fn max_pages_counts_pages() {
    let compact = ["-o", "compact", "--max-pages"];
    for (most, asked, expected) in [
        ("1", 1, "{\"value\":[1,2],\"nextLink\":\"/list?p=2\"}\n"),
        ("2", 2, "{\"value\":[1,2,3,4],\"nextLink\":\"/list?p=3\"}\n"),
        ("3", 3, "{\"value\":[1,2,3,4,5,6]}\n"),
        ("9", 3, "{\"value\":[1,2,3,4,5,6]}\n"),
    ] {
        let arguments: Vec<&str> = compact.into_iter().chain([most]).collect();
        check(three_pages().into_iter().take(asked), &arguments, expected);
    }
}

#[test]
fn one_page_is_printed_as_it_came() {
    let body = "{\"nextLink\":\"/list?p=2\",\"value\":[1],\"x\":1}";
    let arguments = ["--no-paginate", "-o", "compact"];
    check([Answer::json(body)], &arguments, &format!("{body}\n"));
    let spaced = "{ \"value\":[1 ,2],\r\n \"nextLink\":\"/list?p=2\" }";
    check([Answer::json(spaced)], &["-o", "raw"], spaced);
}

#[test]
fn lines_come_in_the_order_of_the_pages() {
    check(three_pages(), &["-o", "ndjson"], "1\n2\n3\n4\n5\n6\n");
    let doubled = "$.value[?@ > 3]";
    check(
        three_pages(),
        &["-q", doubled, "-o", "compact"],
        "[4,5,6]\n",
    );
    check(
        three_pages(),
        &["-q", "$.value[-1]", "-o", "compact"],
        "6\n",
    );
    check(
        three_pages(),
        &["-q", "$.value[-2:]", "-o", "compact"],
        "[5,6]\n",
    );
    check(three_pages(), &["-q", "$.value[5]"], "6\n");
}

#[test]
fn a_thousand_pages_are_one_list() {
    let server = Server::with(|request| {
        let number = request
            .target
            .rsplit('=')
            .next()
            .and_then(|text| text.parse::<u32>().ok());
        let number = number.unwrap_or(1);
        let item = format!("{{\"id\":{number}}}");
        if number == 1000 {
            last(&item)
        } else {
            page(&item, number + 1)
        }
    });
    let outcome = Run::plain(&server, "GET", "/list")
        .args(["-o", "ndjson"])
        .run()
        .exits(0);
    let lines: Vec<String> = (1..=1000)
        .map(|number| format!("{{\"id\":{number}}}"))
        .collect();
    let expected = format!("{}\n", lines.join("\n"));
    assert!(
        outcome.text() == expected,
        "{} lines",
        outcome.text().lines().count()
    );
    assert_eq!(server.requests().len(), 1000);
}

/// The ways in which a second page fails, and what stderr says.
fn failures() -> [(Answer, &'static str); 12] {
    [
        (
            Answer::error(500, "{\"error\":{\"code\":\"Oops\",\"message\":\"m\"}}"),
            "Oops: m",
        ),
        (
            Answer::error(429, "{\"error\":{\"code\":\"Slow\",\"message\":\"m\"}}"),
            "Slow: m",
        ),
        (Answer::status(404), "HTTP 404"),
        (Answer::redirect(302, "http://localhost:1/x"), "redirected"),
        (Answer::nothing(), "lost"),
        (Answer::raw("HTTP/9 what\r\n\r\n"), "is not valid HTTP"),
        (last("3").cut_after(5), "cut"),
        (last("3,4").chunked(4).cut_after(2), "cut"),
        (
            Answer::status(200).body("text/html", "<html>busy</html>"),
            "JSON",
        ),
        (Answer::json("[3]"), "no list in it"),
        (
            Answer::json("{\"error\":{\"code\":\"PartialError\"}}"),
            "the answer is an error: PartialError",
        ),
        (
            Answer::json("{\"value\":[3]}").header("Content-Encoding", "gzip"),
            "gzip data is damaged",
        ),
    ]
}

#[test]
fn a_later_page_that_fails_leaves_a_whole_document_with_the_link() {
    for (index, (answer, words)) in failures().into_iter().enumerate() {
        let server = Server::answering([page("1,2", 2), answer]);
        let outcome = Run::plain(&server, "GET", "/list")
            .args(["-o", "compact"])
            .run()
            .exits(9);
        let resume = server.url("/list?p=2");
        let expected = json!({"value": [1, 2], "nextLink": resume});
        assert_eq!(outcome.json(), expected, "{index} {words}");
        let line = format!("hint: go on from there with `arm GET '{resume}' --no-auth -o compact`");
        outcome.says(&["error: incomplete after 2 items", words, &line]);
    }
}

#[cfg(unix)]
#[test]
fn the_command_to_go_on_survives_the_shell() {
    let first = "{\"value\":[1],\"nextLink\":\"/list?p=X'4453'&f=a eq 'b'\"}";
    let server = Server::answering([Answer::json(first), Answer::status(500), last("2")]);
    let outcome = Run::plain(&server, "GET", "/list").run().exits(9);
    let (_, rest) = outcome.stderr.split_once("`arm GET ").unwrap();
    let (word, _) = rest.rsplit_once('`').unwrap();
    let run = Run::bash(&format!("exec \"$ARM\" GET {word} -o compact"));
    assert_eq!(run.run().exits(0).text(), "{\"value\":[2]}\n");
    let lines = server.lines();
    assert_eq!(lines[2], lines[1]);
}

#[test]
fn lines_and_filters_stop_where_the_page_failed() {
    for (arguments, expected) in [
        (vec!["-o", "ndjson"], "1\n2\n"),
        (vec!["-q", "$.value[*]", "-o", "compact"], "[1,2]\n"),
        (vec!["-q", "$.value[*]", "-r"], "1\n2\n"),
        (vec!["-q", "$", "--each", "-o", "compact"], "[1,2]\n"),
        // What needs the whole document prints nothing without it.
        (vec!["-q", "$.value[-1]"], ""),
        (vec!["-q", "$..a"], ""),
    ] {
        let server = Server::answering([page("1,2", 2), Answer::status(500)]);
        let run = Run::plain(&server, "GET", "/list").args(&arguments);
        let outcome = run.run().exits(9);
        assert_eq!(outcome.text(), expected, "{arguments:?}");
    }
}

#[test]
fn a_first_page_that_fails_prints_nothing() {
    for (answer, code) in [
        (Answer::status(404), 4),
        (Answer::status(500), 5),
        (Answer::nothing(), 7),
        (last("1").cut_after(5), 9),
        (Answer::json("{\"value\":[1,"), 9),
        (
            Answer::json("{\"value\":[1],\"nextLink\":\"/list?p=2\"}x"),
            9,
        ),
    ] {
        let server = Server::answering([answer]);
        Run::plain(&server, "GET", "/list")
            .run()
            .exits(code)
            .prints_nothing();
    }
}

#[test]
fn a_link_that_continues_no_single_list_leaves_the_answer_incomplete() {
    let body = "{\"a\":[1],\"b\":[2],\"nextLink\":\"/list?p=2\"}";
    let server = Server::answering([Answer::json(body)]);
    let run = Run::plain(&server, "GET", "/list").args(["-o", "compact"]);
    let outcome = run.run().exits(9);
    assert_eq!(outcome.text(), format!("{body}\n"));
    let server = Server::answering([Answer::json(body)]);
    let run = Run::plain(&server, "GET", "/list").args(["-o", "compact", "--no-paginate"]);
    assert_eq!(run.run().exits(0).text(), format!("{body}\n"));
}

#[test]
fn an_error_beside_data_leaves_the_answer_incomplete() {
    let error =
        "{\"code\":\"PartialError\",\"message\":\"some of it\",\"details\":[{\"code\":\"Inner\"}]}";
    for data in [
        "\"tables\":[{\"rows\":[[1]]}]",
        "\"value\":[1]",
        "\"data\":{\"rows\":[]}",
    ] {
        let body = format!("{{{data},\"error\":{error}}}");
        let server = Server::answering([Answer::json(&body)]);
        let run = Run::plain(&server, "POST", "/query").args(["{}", "-o", "compact"]);
        let outcome = run.run().exits(9);
        assert_eq!(outcome.text(), format!("{body}\n"));
        outcome.says(&["PartialError: some of it", "detail: Inner"]);
    }
    // A status monitor is an answer, whatever it says of its operation.
    let body = format!("{{\"status\":\"Failed\",\"error\":{error}}}");
    let server = Server::answering([Answer::json(&body)]);
    let run = Run::plain(&server, "GET", "/operations/1").args(["-o", "compact"]);
    assert_eq!(run.run().exits(0).text(), format!("{body}\n"));
}

#[test]
fn an_error_beside_data_is_seen_at_any_size_and_in_any_format() {
    let error = "{\"code\":\"PartialError\",\"message\":\"some of it\"}";
    let item = format!("\"{}\"", "x".repeat(3000));
    for count in [1, 600] {
        let items = vec![item.as_str(); count].join(",");
        let body = format!("{{\"value\":[{items}],\"error\":{error}}}");
        for (format, printed) in [
            (["-o", "compact"], format!("{body}\n")),
            (["-o", "raw"], body.clone()),
            (["-o", "ndjson"], format!("{item}\n").repeat(count)),
            (["-q", "$.error.code"], "\"PartialError\"\n".to_owned()),
            (["-q", "$.value[0]"], format!("{item}\n")),
        ] {
            let server = Server::answering([Answer::json(&body)]);
            let outcome = Run::plain(&server, "GET", "/list").args(format).run();
            let outcome = outcome.exits(9);
            assert_eq!(outcome.text(), printed, "{format:?} {count}");
            outcome.says(&["PartialError: some of it"]);
        }
    }
}

#[test]
fn each_request_has_an_id_of_its_own_and_the_run_has_one() {
    let pages = || {
        Server::answering([
            Answer::status(503),
            Answer::json("{\"value\":[1],\"nextLink\":\"/subscriptions?p=2\"}"),
            Answer::json("{\"value\":[2]}"),
        ])
    };
    let ids = |server: &Server, name: &str| {
        let requests = server.requests();
        assert_eq!(requests.len(), 3);
        let ids = requests
            .iter()
            .map(|request| request.header(name).map(str::to_owned));
        ids.collect::<std::collections::HashSet<_>>()
    };
    let server = pages();
    let run = |server: &Server| {
        Run::arm(["GET", "/subscriptions", "--no-auth"]).env("ARMCLI_ENDPOINT", server.url(""))
    };
    run(&server).run().exits(0);
    assert_eq!(ids(&server, "x-ms-client-request-id").len(), 3);
    let of_run = ids(&server, "x-ms-correlation-request-id");
    assert!(of_run.len() == 1 && !of_run.contains(&None), "{of_run:?}");
    // What the user gives stays.
    let server = pages();
    let given = run(&server).args(["x-ms-client-request-id:mine"]);
    given.run().exits(0);
    let all = ids(&server, "x-ms-client-request-id");
    assert_eq!(all, [Some("mine".to_owned())].into());
}

#[cfg(unix)]
#[test]
fn a_page_is_given_out_before_the_next_one_arrives() {
    for options in [
        "-o ndjson",
        "-o tsv",
        "-o csv",
        "--each -q $",
        "-q $.value[*] -r",
    ] {
        let server = Server::answering([page("1,2", 2), Answer::silence()]);
        let url = server.url("/list");
        // Without the page the shell waits until the test's time is up.
        let script = format!(
            "exec 3< <(exec \"$ARM\" GET {url} --no-auth {options} 2> /dev/null); read -r line <&3; kill -INT $!; echo \"$line\""
        );
        let outcome = Run::bash(&script).run().exits(0);
        assert!(!outcome.text().trim().is_empty(), "{options}");
    }
}

#[test]
fn a_query_that_the_first_items_decide_ends_the_list() {
    let page = |request: &Received| {
        let number: usize = request
            .target
            .rsplit('=')
            .next()
            .and_then(|text| text.parse().ok())
            .unwrap_or(0);
        let next = number + 1;
        Answer::json(format!(
            "{{\"value\":[{{\"id\":{number}}},{{\"id\":{number}}}],\"count\":2,\"nextLink\":\"/list?p={next}\"}}"
        ))
    };
    for (query, printed, requests) in [
        ("$.value[0].id", "0\n", 1),
        ("$.value[3].id", "1\n", 2),
        ("$.value[:3].id", "[0,0,1]\n", 2),
        ("$.count", "2\n", 1),
        ("$.value[0].none", "", 1),
    ] {
        let server = Server::with(page);
        let run = Run::plain(&server, "GET", "/list?p=0").args(["-q", query, "-o", "compact"]);
        let outcome = run.run().exits(0);
        assert_eq!(
            (outcome.text(), server.lines().len()),
            (printed, requests),
            "{query}"
        );
    }
}

#[test]
fn a_list_of_nothing_may_be_null() {
    for (arguments, expected) in [
        (&["-o", "json"][..], "{\n  \"value\": null\n}\n"),
        (&["-o", "compact"], "{\"value\":null}\n"),
        (&["-o", "ndjson"], ""),
        (&["-o", "csv"], ""),
        (&["-o", "table"], ""),
        (&["-q", "$.value", "-o", "compact"], "null\n"),
    ] {
        check([Answer::json("{\"value\":null}")], arguments, expected);
    }
    // Next to other members it is a value.
    let setting = "{\"id\":\"/x\",\"value\":null}";
    check(
        [Answer::json(setting)],
        &["-o", "ndjson"],
        "{\"id\":\"/x\",\"value\":null}\n",
    );
}

#[test]
fn a_page_without_a_body_is_told() {
    for status in [200, 204] {
        let server = Server::answering([page("1", 2), Answer::status(status)]);
        Run::plain(&server, "GET", "/list")
            .run()
            .exits(9)
            .says(&["1 item: a page of the list has no body\n"]);
    }
}

#[test]
fn raw_is_the_first_page_and_says_so() {
    let note = "note: this is the first page, and there are more\n";
    let body = "{\"value\":[1],\"nextLink\":\"/list?p=2\"}";
    let outcome = check([page("1", 2)], &["-o", "raw"], body);
    assert_eq!(outcome.stderr, note);
    let body = "{\"value\":[1]}";
    assert_eq!(check([last("1")], &["-o", "raw"], body).stderr, "");
}
