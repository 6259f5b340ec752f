//! Many IDs on standard input: what is sent, what is printed, and what is left when something fails.

#![expect(clippy::unwrap_used, reason = "a line that is not JSON fails the test")]

use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use crate::support::answer::Answer;
use crate::support::run::{AUDIENCE, Outcome, Run, TOKEN};
use crate::support::server::Server;

/// `METHOD -` with these options and IDs, for a server that is asked without a token.
fn many(method: &str, options: &[&str], ids: impl AsRef<[u8]>) -> Run {
    Run::arm([method, "-", "--no-auth", "--retry", "0"])
        .args(options)
        .stdin(ids)
}

/// The addresses of `/1` to `/count`, one per line.
fn addresses(server: &Server, count: usize) -> String {
    let lines = (1..=count).map(|number| server.url(&format!("/{number}\n")));
    lines.collect()
}

/// The lines of stdout as JSON.
#[track_caller]
fn lines(outcome: &Outcome) -> Vec<Value> {
    let lines = outcome.text().lines();
    lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn named(target: &str) -> Answer {
    Answer::json(format!("{{\"name\":\"{target}\",\"n\":1.10}}"))
}

#[test]
fn every_id_is_asked_and_the_answers_stand_in_their_order() {
    // The first is answered last: when the others have been.
    let seen = Arc::new((Mutex::new(0), std::sync::Condvar::new()));
    let server = Server::with(move |request| {
        let (count, changed) = &*seen;
        let mut count = count.lock().unwrap();
        *count += 1;
        changed.notify_all();
        if request.target == "/1" {
            drop(changed.wait_while(count, |count| *count < 4).unwrap());
        }
        named(&request.target)
    });
    let outcome = many("GET", &["X-A:b"], addresses(&server, 4))
        .run()
        .exits(0);
    let ids = (1..=4).map(|number| server.url(&format!("/{number}")));
    let expected: Vec<String> = ids
        .zip(1..)
        .map(|(id, number)| {
            format!(
                "{{\"id\":\"{id}\",\"status\":200,\"body\":{{\"name\":\"/{number}\",\"n\":1.10}}}}"
            )
        })
        .collect();
    assert_eq!(outcome.text().lines().collect::<Vec<_>>(), expected);
    let requests = server.requests();
    assert_eq!(requests.len(), 4);
    let ids: std::collections::HashSet<_> = requests
        .iter()
        .map(|request| request.header("x-ms-client-request-id"))
        .collect();
    assert_eq!(ids.len(), 4);
    assert!(
        requests
            .iter()
            .all(|request| request.header("x-a") == Some("b"))
    );
}

#[test]
fn headers_parameters_and_the_body_go_with_each() {
    let server = Server::with(|_| Answer::status(204));
    let ids = format!(
        "# two\n\n{}\r\n{}\n",
        server.url("/a?x=1"),
        server.url("/b/")
    );
    Run::arm(["POST", "-/start", "--no-auth", "--parallel", "1"])
        .args(["name=x", "If-Match:\"e\"", "y==2"])
        .stdin(ids)
        .run()
        .exits(0);
    assert_eq!(
        server.lines(),
        ["POST /a/start?x=1&y=2", "POST /b/start?y=2"]
    );
    for request in server.requests() {
        assert_eq!(request.body, br#"{"name":"x"}"#);
        assert_eq!(request.header("if-match"), Some("\"e\""));
    }
}

#[test]
fn no_more_than_so_many_are_under_way() {
    let under_way = Arc::new(Mutex::new((0_usize, 0_usize)));
    let counted = Arc::clone(&under_way);
    let server = Server::with(move |request| {
        let mut counts = counted.lock().unwrap();
        counts.0 += 1;
        counts.1 = counts.1.max(counts.0);
        drop(counts);
        // Two reach this place before one leaves it, or the test hangs.
        let counted = Arc::clone(&counted);
        let body = format!("{{\"n\":\"{}\"}}", request.target);
        Answer::written(move |stream| {
            stream.write_all(body.as_bytes())?;
            counted.lock().unwrap().0 -= 1;
            Ok(())
        })
    });
    many("GET", &["--parallel", "3"], addresses(&server, 60))
        .run()
        .exits(0);
    let most = under_way.lock().unwrap().1;
    assert!((1..=3).contains(&most), "{most}");
    assert_eq!(server.requests().len(), 60);
}

#[test]
fn a_failure_is_a_line_and_the_others_go_on() {
    let server = Server::with(|request| match request.target.as_str() {
        "/2" => Answer::error(
            409,
            "{\"error\":{\"code\":\"ScopeLocked\",\"message\":\"a lock, password=hunter2\"}}",
        )
        .header("x-ms-request-id", "r-2"),
        "/3" => Answer::nothing(),
        "/4" => Answer::error(500, "oops"),
        target => named(target),
    });
    let outcome = many("GET", &["-q", "$.name"], addresses(&server, 5))
        .run()
        .exits(7)
        .says(&[
            "error: ScopeLocked: a lock",
            "  request id: r-2\n",
            "error: HTTP 500",
            "error: 3 of 5 requests failed\n",
        ]);
    assert!(!outcome.stderr.contains("hunter2") && !outcome.text().contains("hunter2"));
    let lines = lines(&outcome);
    let member = |name: &str| {
        lines
            .iter()
            .map(|line| line[name].clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        member("status"),
        [json!(200), json!(409), json!(null), json!(500), json!(200)]
    );
    assert_eq!(
        member("body"),
        [
            json!("/1"),
            json!(null),
            json!(null),
            json!(null),
            json!("/5")
        ]
    );
    assert_eq!(
        member("exit"),
        [json!(null), json!(4), json!(7), json!(5), json!(null)]
    );
    assert_eq!(lines[1]["error"]["code"], "ScopeLocked");
    assert_eq!(lines[1]["id"], server.url("/2"));
}

#[test]
fn the_exit_code_is_that_of_the_worst() {
    for (statuses, code) in [
        (vec![200, 204], 0),
        (vec![404, 200], 4),
        (vec![404, 503], 5),
        (vec![503, 404], 5),
        (vec![302, 404], 4),
        (vec![302, 200], 3),
    ] {
        let answers = statuses.clone();
        let server = Server::with(move |request| {
            let number: usize = request.target[1..].parse().unwrap();
            Answer::status(answers[number - 1]).header("Location", "https://example.com/")
        });
        let outcome = many("DELETE", &["--yes"], addresses(&server, statuses.len())).run();
        outcome.exits(code);
        assert_eq!(server.requests().len(), statuses.len());
    }
    let server = Server::with(|_| Answer::error(404, "{\"a\":1}"));
    let outcome = many("GET", &["--expect", "404"], addresses(&server, 2))
        .run()
        .exits(0);
    assert_eq!(lines(&outcome)[1]["body"], json!({"a": 1}));
    let server = Server::with(|request| named(&request.target));
    let options = ["--exit-status", "-q", "$.none"];
    let outcome = many("GET", &options, addresses(&server, 2)).run().exits(11);
    assert_eq!(lines(&outcome).len(), 2);
}

#[test]
fn a_bad_line_is_named_and_nothing_is_sent() {
    let server = Server::untouched();
    let good = server.url("/a");
    for (input, code, words) in [
        (
            format!("{good}\n\n#\nnonsense\n"),
            2,
            "error: line 4: `nonsense` is neither",
        ),
        (
            format!("{good}\n/subscriptions/../x\n"),
            2,
            "error: line 2: the path has a `..` segment",
        ),
        (
            format!("{good}\nhttp://example.com/x\n"),
            12,
            "error: line 2: refused plain http",
        ),
        (format!("[\"{good}\",\"/a\\nb\"]"), 2, "error: item 2: "),
        (
            format!("[\"{good}\",{{}}]"),
            2,
            "error: item 2 of standard input has no `id`",
        ),
        (
            format!("[\"{good}\""),
            2,
            "error: standard input is not valid JSON",
        ),
        (
            format!("{good}\n/subscriptions/x/providers/No.Such/t/n\n"),
            2,
            "error: line 2: no api-version is known",
        ),
    ] {
        let outcome = many("POST", &[], input).run().exits(code);
        outcome.prints_nothing().says(&[words]);
    }
    // A host that may have no token is refused before the others are asked.
    let ids = format!("{good}\nhttps://example.com/x\n");
    Run::arm([
        "GET",
        "-",
        "--audience",
        AUDIENCE,
        "--allow-host",
        &server.authority(),
    ])
    .env("ARMCLI_ACCESS_TOKEN", TOKEN)
    .stdin(ids)
    .run()
    .exits(12)
    .prints_nothing()
    .says(&["error: line 2: refused to send a token to `example.com`"]);
    many("GET", &["--max-memory", "8"], &good)
        .run()
        .exits(1)
        .says(&["more than 8 bytes"]);
}

#[test]
fn deletions_need_a_confirmation() {
    let server = Server::untouched();
    for options in [&[][..], &["--wait"], &["-s"]] {
        let outcome = many("DELETE", options, addresses(&server, 2))
            .run()
            .exits(12);
        outcome
            .prints_nothing()
            .says(&["without a confirmation", "hint: `--yes`"]);
    }
    let outcome = many("DELETE", &["-n"], addresses(&server, 2))
        .run()
        .exits(0);
    assert_eq!(outcome.text().matches("\nDELETE http://").count(), 2);
    let outcome = many("DELETE", &["--curl"], addresses(&server, 2))
        .run()
        .exits(0);
    assert_eq!(outcome.text().matches("--request DELETE").count(), 2);
    // One resource is deleted at once if there is no person to ask.
    let server = Server::answering([Answer::status(204)]);
    Run::plain(&server, "DELETE", "/a").run().exits(0);
}

#[test]
fn ids_come_in_every_shape() {
    let server = Server::with(|request| named(&request.target));
    let (a, b) = (server.url("/a"), server.url("/b"));
    for input in [
        format!("{a}\n{b}"),
        format!("[\"{a}\",\n\"{b}\"]\n"),
        format!("\"{a}\"\n\"{b}\"\n"),
        format!("{{\"value\":[{{\"id\":\"{a}\",\"n\":1}},{{\"id\":\"{b}\"}}]}}"),
        format!("{{\"id\":\"{a}\",\"status\":200}}\n{{\"id\":\"{b}\"}}\n"),
        format!("[{{\"name\":\"x\",\"id\":\"{a}\"}},{{\"id\":\"{b}\"}}]"),
    ] {
        let outcome = many("GET", &["-q", "$.name", "-r"], &input).run().exits(0);
        assert_eq!(outcome.text(), "/a\n/b\n", "{input}");
    }
    let cut = format!("{{\"value\":[{{\"id\":\"{a}\"}}],\"nextLink\":\"x\"}}");
    many("GET", &["-o", "none"], cut)
        .run()
        .exits(0)
        .prints_nothing()
        .says(&["names a next page"]);
    for nothing in ["", "\n# none\n", "[]", "{\"value\":[]}"] {
        let outcome = many("DELETE", &[], nothing).run().exits(0);
        outcome.prints_nothing().says(&["no IDs on standard input"]);
    }
}

#[test]
fn each_bare_answer_has_its_head_before_it() {
    let server = Server::with(|request| named(&request.target).header("x-of", &request.target));
    let run = many("GET", &["-r", "-i", "-q", "$.name"], addresses(&server, 2));
    let outcome = run.run().exits(0);
    let lines = outcome.text().lines();
    let of = lines.filter(|line| line.starts_with("x-of: ") || line.starts_with('/'));
    assert_eq!(
        of.collect::<Vec<_>>(),
        ["x-of: /1", "/1", "x-of: /2", "/2"],
        "{}",
        outcome.text()
    );
    let refused = many("GET", &["-i"], addresses(&server, 2)).run();
    refused
        .exits(2)
        .says(&["with `-r` each answer has its head before it"]);
}

#[test]
fn lists_are_joined_and_large_answers_have_a_limit() {
    let server = Server::with(|request| match request.target.as_str() {
        "/1" => Answer::json("{\"value\":[1],\"nextLink\":\"/1b\"}"),
        "/1b" => Answer::json("{\"value\":[2]}"),
        "/2" => Answer::json("{\"value\":[3],\"nextLink\":\"/2b\"}"),
        "/2b" => Answer::error(503, ""),
        _ => Answer::json(format!("{{\"value\":[\"{}\"]}}", "x".repeat(9000))),
    });
    let options = ["--max-memory", "64KiB"];
    let outcome = many("GET", &options, addresses(&server, 3)).run().exits(1);
    let lines = lines(&outcome.says(&["the answer takes more than 2048 bytes", "hint: "]));
    assert_eq!(lines[0]["body"], json!({"value": [1, 2]}));
    assert_eq!(lines[1]["body"]["value"], json!([3]));
    assert_eq!(
        (&lines[1]["exit"], &lines[2]["exit"]),
        (&json!(9), &json!(1))
    );
    // If nothing is printed, nothing is kept.
    many(
        "GET",
        &["--max-memory", "64KiB", "-o", "none"],
        server.url("/3"),
    )
    .run()
    .exits(0);
}

#[test]
fn one_token_serves_them_all_and_a_refused_one_sends_nothing() {
    let server = Server::with(|request| {
        if request.target.starts_with("/oauth2/token") {
            return Answer::json(
                "{\"access_token\":\"t-1\",\"expires_in\":\"3600\",\"token_type\":\"Bearer\"}",
            );
        }
        named(&request.target)
    });
    let signed = |server: &Server| {
        Run::arm([
            "GET",
            "-",
            "--retry",
            "0",
            "--audience",
            AUDIENCE,
            "--allow-host",
            &server.authority(),
        ])
        .env("MSI_ENDPOINT", server.url("/oauth2/token"))
        .stdin(addresses(server, 20))
    };
    signed(&server).run().exits(0);
    let tokens = server
        .requests()
        .iter()
        .filter(|request| request.target.starts_with("/oauth2"))
        .count();
    assert_eq!((tokens, server.requests().len()), (1, 21));
    let asked = server
        .requests()
        .into_iter()
        .filter(|request| request.method == "GET" && !request.target.starts_with("/oauth2"));
    assert!(
        asked
            .into_iter()
            .all(|request| request.header("authorization") == Some("Bearer t-1"))
    );

    let server =
        Server::with(|_| Answer::error(400, "{\"error\":{\"code\":\"x\",\"message\":\"no\"}}"));
    signed(&server).run().exits(6).prints_nothing();
    assert_eq!(server.requests().len(), 1);
}

#[test]
fn an_id_of_a_service_is_data_and_a_line_is_a_url() {
    let server = Server::with(|request| named(&request.target));
    let url = server.url("");
    let ids = json!({"value": [{"id": "/x/0A1B#Shop?y%20{z}"}]}).to_string();
    Run::arm(["GET", "-", "--api-version", "1"])
        .args(["--no-auth"])
        .env("ARMCLI_ENDPOINT", url.trim_end_matches('/'))
        .stdin(ids)
        .run()
        .exits(0);
    assert_eq!(
        server.requests()[0].target,
        "/x/0A1B%23Shop%3Fy%2520%7Bz%7D?api-version=1"
    );
    many("GET", &[], server.url("/x/0A1B#Shop"))
        .run()
        .exits(2)
        .says(&["line 1: the URL has a fragment", "write `%23`"]);
    assert_eq!(server.requests().len(), 1);
}

#[test]
fn a_write_to_an_id_that_comes_again_is_sent_once() {
    let server = Server::with(|request| match request.target.as_str() {
        "/1" => named(&request.target),
        _ => Answer::error(409, "{\"error\":{\"code\":\"No\",\"message\":\"no\"}}"),
    });
    let (one, two) = (server.url("/1"), server.url("/2"));
    let ids = format!("{one}\n{two}\n{one}\n{two}\n{one}\n");
    let outcome = many("POST", &[], &ids).run().exits(4);
    assert_eq!(server.requests().len(), 2);
    let [first, second, third, fourth, fifth] = &lines(&outcome)[..] else {
        panic!("{}", outcome.text());
    };
    assert_eq!(first["status"], 200);
    assert_eq!(second["exit"], 4);
    for (original, repetition) in [(first, third), (second, fourth), (first, fifth)] {
        let mut expected = original.clone();
        expected["repeats"] = original["id"].clone();
        assert_eq!(*repetition, expected);
    }
    outcome.says(&["1 of 2 requests failed"]);
    // What is only read may be read again, and `-n` shows what is sent.
    many("GET", &[], format!("{one}\n{one}\n")).run().exits(0);
    assert_eq!(server.requests().len(), 4);
    let shown = many("DELETE", &["-n"], format!("{one}\n{one}\n")).run();
    assert_eq!(shown.text().matches("DELETE ").count(), 1);
}

#[test]
fn letters_do_not_tell_ids_of_resource_manager_apart() {
    let server = Server::with(|request| named(&request.target));
    let url = server.url("");
    let outcome = Run::arm(["DELETE", "-", "--yes", "--api-version", "1", "--no-auth"])
        .env("ARMCLI_ENDPOINT", url.trim_end_matches('/'))
        .stdin("/subscriptions/s/resourceGroups/g\n/Subscriptions/S/resourcegroups/G\n")
        .run()
        .exits(0);
    assert_eq!(server.requests().len(), 1);
    let [_, repetition] = &lines(&outcome)[..] else {
        panic!("{}", outcome.text());
    };
    assert_eq!(repetition["id"], "/Subscriptions/S/resourcegroups/G");
    assert_eq!(repetition["repeats"], "/subscriptions/s/resourceGroups/g");
}

#[test]
fn a_list_sends_no_token_where_code_of_customers_answers() {
    let ids = "{\"value\":[{\"id\":\"/subscriptions/s\"},{\"id\":\"https://x.scm.azurewebsites.net/api\"}]}";
    Run::arm(["DELETE", "-", "--yes"])
        .env("ARMCLI_ACCESS_TOKEN", TOKEN)
        .stdin(ids)
        .run()
        .exits(12)
        .prints_nothing()
        .says(&[
            "item 2: refused to send a token",
            "https://x.scm.azurewebsites.net",
        ]);
}
