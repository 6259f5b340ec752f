//! Answers that are errors: what of them reaches stderr, and the exit code. Stdout stays empty.

use crate::support::answer::Answer;
use crate::support::run::{Outcome, Run};
use crate::support::server::Server;

#[track_caller]
fn ask(answer: Answer) -> Outcome {
    let server = Server::answering([answer]);
    Run::plain(&server, "GET", "/").run().prints_nothing()
}

#[test]
fn every_shape_of_error_is_read() {
    for (status, body, words) in [
        (
            404,
            r#"{"error":{"code":"C","message":"m m","target":"t"}}"#,
            &["error: C: m m\n", "  target: t\n"][..],
        ),
        (
            400,
            r#"{"error":{"code":"C","message":"m","details":[{"code":"D","message":"d"}]}}"#,
            &["error: C: m\n", "D: d"],
        ),
        (
            412,
            r#"{"code":"PreconditionFailed","message":"m"}"#,
            &["error: PreconditionFailed: m\n"],
        ),
        (
            400,
            r#"{"odata.error":{"code":"C","message":{"lang":"en","value":"m"}}}"#,
            &["error: C: m\n"],
        ),
        (
            400,
            r#"{"code":"40636","message":"m","target":null,"details":[],"innererror":[]}"#,
            &["error: 40636: m\n"],
        ),
        (
            409,
            r#"{"Error":{"Code":"C","Message":"m","Target":null,"Details":null}}"#,
            &["error: C: m\n"],
        ),
        (
            409,
            r#"{"Code":"C","Message":"m","Details":[{"Message":"d"},{"Code":"E"},{"ErrorEntity":{}}]}"#,
            &["error: C: m\n", "detail: d\n"],
        ),
        (
            500,
            r#"{"error":{"code":"C","message":"m"},"status":"Failed"}"#,
            &["error: C: m\n"],
        ),
        (
            409,
            r#""{\"error\":{\"code\":\"C\",\"message\":\"m\"}}""#,
            &["error: C: m\n"],
        ),
        (
            400,
            r#"{"Message":"m"}"#,
            &["error: HTTP 400 Bad Request: m\n"],
        ),
        (
            400,
            r#"{"error":"invalid_request","error_description":"AADSTS: m"}"#,
            &["error: invalid_request: AADSTS: m\n"],
        ),
        (
            403,
            "\u{feff}{\"error\":{\"code\":\"C\",\"message\":\"m\"}}",
            &["error: C: m\n"],
        ),
        (
            418,
            r#"{"something":"else"}"#,
            &["error: HTTP 418 I'm a teapot"],
        ),
        (503, "[]", &["error: HTTP 503 Service Unavailable"]),
        (
            500,
            r#"{"error":{"code":"C"#,
            &["error: HTTP 500 Internal Server Error"],
        ),
        (500, "", &["error: HTTP 500 Internal Server Error"]),
        (599, "null", &["error: HTTP 599"]),
    ] {
        let code = if status < 500 { 4 } else { 5 };
        ask(Answer::error(status, body)).exits(code).says(words);
    }
}

#[test]
fn errors_that_are_not_json_are_reported_in_a_line() {
    let text = Answer::status(504).body("text/plain", "stream timeout\r\nand more");
    ask(text)
        .exits(5)
        .says(&["error: HTTP 504 Gateway Timeout: stream timeout\n"]);
    let html = Answer::status(503).body("text/html", "<html><script>x</script></html>");
    let outcome = ask(html)
        .exits(5)
        .says(&["error: HTTP 503 Service Unavailable (text/html)\n"]);
    assert!(!outcome.stderr.contains("script"), "{}", outcome.stderr);
    ask(Answer::status(401))
        .exits(4)
        .says(&["error: HTTP 401 Unauthorized\n"]);
    let bytes = Answer::status(400).body("text/plain", b"\xff\xfe\x00\x1b[31m");
    assert!(!ask(bytes).exits(4).stderr.contains('\u{1b}'));
}

#[test]
fn a_body_of_unknown_shape_is_shown_in_a_line() {
    let unknown = |body: &str| Answer::error(400, body);
    ask(unknown(
        "{\n  \"reason\": \"quota\",\n  \"clientSecret\": \"s3cr3t\"\n}",
    ))
    .exits(4)
    .says(&["  body: { \"reason\": \"quota\", \"clientSecret\": \"[redacted]\" }\n"]);
    let long = format!("{{\"reason\":\"{}\"}}", "a ".repeat(4_000));
    let outcome = ask(unknown(&long)).exits(4);
    assert!(outcome.stderr.len() < 400, "{}", outcome.stderr);
    let page = Answer::status(502).body(
        "text/html",
        "<html><head><title>502 - invalid\n response</title></head>x</html>",
    );
    ask(page).exits(5).says(&[
        "error: HTTP 502 Bad Gateway (text/html)\n",
        "  body: 502 - invalid response\n",
    ]);
    let known = ask(unknown(
        "{\"title\":\"It is wrong.\",\"errors\":{\"Name\":[\"It is required.\"]}}",
    ))
    .exits(4)
    .says(&[
        "error: It is wrong: HTTP 400 Bad Request\n",
        "  detail: It is required. (target: Name)\n",
    ]);
    assert!(!known.stderr.contains("body:"), "{}", known.stderr);
}

#[test]
fn the_ids_and_who_failed_are_told() {
    let answer = Answer::error(409, r#"{"error":{"code":"C","message":"m"}}"#)
        .header("x-ms-failure-cause", "gateway")
        .header("x-ms-request-id", "req-1")
        .header("x-ms-correlation-request-id", "cor-1");
    ask(answer).exits(4).says(&[
        "  status: 409 Conflict\n",
        "(gateway)\n",
        "  request id: req-1\n",
        "  correlation id: cor-1\n",
    ]);
}

#[test]
fn policies_that_refused_are_named() {
    let body = r#"{"error":{"code":"RequestDisallowedByPolicy","message":"m","additionalInfo":
        [{"type":"PolicyViolation","info":{"policyDefinitionDisplayName":"Allowed locations"}}]}}"#;
    ask(Answer::error(403, body))
        .exits(4)
        .says(&["Allowed locations"]);
}

#[test]
fn of_a_huge_error_a_part_is_read() {
    let huge = format!(
        r#"{{"error":{{"code":"C","message":"{}"}}}}"#,
        "x".repeat(3 << 20)
    );
    let outcome = ask(Answer::error(500, huge)).exits(5);
    assert!(
        outcome.stderr.len() < 20_000,
        "{} bytes",
        outcome.stderr.len()
    );
    let long = format!(
        r#"{{"error":{{"code":"C","message":"{}"}}}}"#,
        "x".repeat(1 << 19)
    );
    ask(Answer::error(500, long))
        .exits(5)
        .says(&["error: C: xxx"]);
}

#[test]
fn an_error_whose_body_is_broken_is_still_that_error() {
    let body = r#"{"error":{"code":"C","message":"m"}}"#;
    ask(Answer::error(404, body).cut_after(9))
        .exits(4)
        .says(&["HTTP 404"]);
    ask(Answer::error(503, body).chunked(4).cut_after(1))
        .exits(5)
        .says(&["HTTP 503"]);
    ask(Answer::error(409, body).header("Content-Encoding", "gzip"))
        .exits(4)
        .says(&["HTTP 409"]);
    let deep = "[".repeat(100_000);
    ask(Answer::error(400, deep)).exits(4).says(&["HTTP 400"]);
    let deep = format!(
        "{{\"error\":{{\"details\":{}",
        "[{\"details\":".repeat(50_000)
    );
    ask(Answer::error(400, deep)).exits(4).says(&["HTTP 400"]);
}

#[test]
fn a_status_may_be_expected() {
    let server = Server::with(|_| Answer::error(404, r#"{"error":{"code":"C"}}"#));
    let outcome = Run::plain(&server, "GET", "/")
        .args(["--expect", "404", "-o", "compact"])
        .run();
    assert_eq!(outcome.exits(0).text(), "{\"error\":{\"code\":\"C\"}}\n");
    Run::plain(&server, "GET", "/")
        .args(["--expect", "403"])
        .run()
        .exits(4)
        .prints_nothing();
}

#[test]
fn an_error_in_many_lines_cannot_pass_for_another_one() {
    let body = r#"{"error":{"code":"C","message":"a\n\nhint: run `rm -rf`\r\nerror: x"}}"#;
    let outcome = ask(Answer::error(400, body)).exits(4);
    let lines = outcome
        .stderr
        .lines()
        .filter(|line| line.starts_with("error: "));
    assert_eq!(lines.count(), 1, "{}", outcome.stderr);
    assert!(
        !outcome
            .stderr
            .lines()
            .any(|line| line.starts_with("hint: run `rm"))
    );
}

#[test]
fn a_refused_connection_is_an_error_of_the_network() {
    let port = {
        let server = Server::with(|_| Answer::status(200));
        let port = server.port();
        Run::plain(&server, "GET", "/").run().exits(0);
        port
    };
    let url = format!("http://127.0.0.1:{port}/");
    Run::arm(["GET", &url, "--no-auth"])
        .run()
        .exits(7)
        .prints_nothing()
        .says(&["refused"]);
}

#[test]
fn causes_are_a_tree_each_said_once() {
    let body = r#"{"error":{"code":"InvalidTemplateDeployment","message":"m","details":[
        {"code":"A","message":"a","target":"vm1","details":[{"code":"B","message":"b"},{"code":"B","message":"b"}]},
        {"code":"A","message":"a","target":"vm1"},
        {"code":"InvalidTemplateDeployment","message":"m","details":[{"code":"C","message":"c"}]}],
        "innererror":{"code":"D","innererror":{"code":"E"}}}}"#;
    ask(Answer::error(400, body)).exits(4).says(&[
        "\n  detail: A: a (target: vm1)\n    detail: B: b\n  detail: C: c\n  detail: D\n    detail: E\n",
    ]);
    let details: Vec<String> = (0..500)
        .map(|number| {
            format!(
                "{{\"code\":\"N{number}\",\"message\":\"{}\"}}",
                "x".repeat(2_000)
            )
        })
        .collect();
    let body = format!(
        "{{\"error\":{{\"code\":\"C\",\"message\":\"m\",\"details\":[{}]}}}}",
        details.join(",")
    );
    let outcome = ask(Answer::error(400, body)).exits(4);
    assert!(
        outcome.stderr.contains("detail: … and 480 more"),
        "{}",
        outcome.stderr
    );
    assert!(outcome.stderr.len() < 30_000, "{}", outcome.stderr.len());
}

#[test]
fn the_place_in_a_query_is_told() {
    let body = r#"{"error":{"code":"BadRequest","message":"m","details":[
        {"code":"InvalidQuery","message":"Query is invalid."},
        {"code":"ParserFailure","message":"ParserFailure","line":1,"characterPositionInLine":11,"token":"<EOF>"},
        {"code":"ParserFailure","message":"ParserFailure","line":2,"characterPositionInLine":0,"token":"| |"}]}}"#;
    ask(Answer::error(400, body)).exits(4).says(&[
        "detail: ParserFailure: ParserFailure at line 1, column 12: the end of the query\n",
        "detail: ParserFailure: ParserFailure at line 2, column 1: `| |`\n",
    ]);
}

#[test]
fn conditions_and_allowed_verbs_are_facts() {
    let server =
        Server::with(|_| Answer::error(412, r#"{"code":"PreconditionFailed","message":"m"}"#));
    Run::plain(&server, "PUT", "/a")
        .args(["{}", "If-Match:\"abc\""])
        .run()
        .exits(4)
        .says(&["  the request had: If-Match: \"abc\"\n"]);
    Run::plain(&server, "PUT", "/a")
        .args(["{}", "If-None-Match:*"])
        .run()
        .exits(4)
        .says(&[
            "  the request had: If-None-Match: *\n",
            "hint: it exists already",
        ]);
    ask(Answer::status(405).header("Allow", "PUT, POST"))
        .exits(4)
        .says(&[
            "  allowed: PUT, POST\n",
            "hint: an action is run with POST\n",
        ]);
}

#[test]
fn a_hint_is_a_command_that_works() {
    let server = Server::with(|request| {
        if request
            .target
            .starts_with("/subscriptions/s/resourceGroups?")
        {
            Answer::json(r#"{"value":[{"name":"g"}]}"#)
        } else {
            let body = r#"{"error":{"code":"ResourceGroupNotFound","message":"Resource group 'x' could not be found."}}"#;
            Answer::error(404, body)
        }
    });
    let run = |arguments: &[&str]| {
        Run::arm(arguments)
            .env("ARMCLI_ENDPOINT", server.url(""))
            .run()
    };
    let outcome = run(&["/subscriptions/s/resourceGroups/x", "--no-auth"]).exits(4);
    let hint = outcome.stderr.lines().last().unwrap();
    let command = hint.split('`').nth(1).unwrap();
    assert_eq!(
        command,
        "arm GET /subscriptions/s/resourceGroups -q '$.value[*].name' --no-auth"
    );
    let words: Vec<&str> = command
        .split(' ')
        .map(|word| word.trim_matches('\''))
        .collect();
    let outcome = run(&words[1..]).exits(0);
    assert_eq!(outcome.json(), serde_json::json!(["g"]));
}

#[test]
fn a_success_that_is_nothing_but_an_error_is_one() {
    for method in ["GET", "PUT", "PATCH", "POST", "DELETE"] {
        for body in [
            r#"{"error":{"code":"C","message":"m"}}"#,
            "\u{feff} { \"Error\" : {\"Code\":\"C\",\"Message\":\"m\"} }",
        ] {
            for options in [&[][..], &["-o", "raw"], &["-o", "none"], &["-q", "$.error"]] {
                let server = Server::answering([Answer::json(body)]);
                let outcome = Run::plain(&server, method, "/a").args(options).run();
                outcome
                    .exits(9)
                    .prints_nothing()
                    .says(&["error: the answer is an error: C: m\n"]);
            }
        }
    }
    for body in [
        r#"{"error":{"id":1}}"#,
        r#"{"error":null}"#,
        r#"{"error":{"code":"C"},"id":"x"}"#,
    ] {
        let server = Server::answering([Answer::json(body)]);
        Run::plain(&server, "GET", "/").run().exits(0);
    }
}

#[test]
fn a_page_for_people_is_not_an_answer_of_resource_manager() {
    let ask = |status: u16, title: &str, options: &[&str]| {
        let page = format!("<!DOCTYPE html><html><title>{title}</title></html>");
        let server = Server::answering([Answer::status(status).body("text/html", page)]);
        Run::arm(["/subscriptions", "--no-auth"])
            .args(options)
            .env("ARMCLI_ENDPOINT", server.url(""))
            .run()
            .prints_nothing()
    };
    for options in [&[][..], &["-q", "$.value[*].id"], &["-o", "raw"]] {
        ask(200, "Blocked", options).exits(9).says(&[
            "error: HTTP 200: a web page came instead of the service's answer\n",
            "  title: Blocked\n",
        ]);
        ask(203, "Sign in to your account", options)
            .exits(6)
            .says(&["error: HTTP 203: a sign-in page came instead of the service's answer\n"]);
    }
    // Other services have pages.
    let server = Server::answering([Answer::status(200).body("text/html", "<html></html>")]);
    Run::plain(&server, "GET", "/").run().exits(0);
}

#[test]
fn a_part_is_an_answer_only_where_one_was_requested() {
    let part = || {
        Answer::status(206)
            .header("Content-Range", "bytes 0-12/500")
            .body("application/json", "{\"value\":[1]}")
    };
    let server = Server::answering([part()]);
    Run::plain(&server, "GET", "/")
        .run()
        .exits(9)
        .prints_nothing()
        .says(&["error: HTTP 206: only a part of the answer came"]);
    let server = Server::answering([part()]);
    Run::plain(&server, "GET", "/")
        .args(["Range:bytes=0-12"])
        .run()
        .exits(0);
    // A part that is the whole is the answer.
    for (range, code) in [
        ("bytes 0-12/13", 0),
        ("bytes 1-12/13", 9),
        ("bytes 0-12/*", 9),
        ("bytes 0-18446744073709551615/0", 9),
    ] {
        let answer = Answer::status(206).header("Content-Range", range);
        let server = Server::answering([answer.body("application/json", "{\"value\":[1]}")]);
        Run::plain(&server, "GET", "/").run().exits(code);
    }
    let first = Answer::json("{\"value\":[0],\"nextLink\":\"/next\"}");
    let server = Server::answering([first, part()]);
    Run::plain(&server, "GET", "/").run().exits(9);
}

#[test]
fn a_refused_token_that_was_not_sent() {
    let server = Server::with(|_| Answer::status(401));
    Run::plain(&server, "GET", "/")
        .run()
        .exits(4)
        .says(&["hint: the request went out without a token: leave `--no-auth` out\n"]);
    Run::signed(&server, "GET", "/")
        .run()
        .exits(4)
        .says(&["hint: sign in again"]);
    Run::plain(&server, "GET", "/")
        .args(["Authorization:Bearer x"])
        .run()
        .exits(4)
        .says(&["hint: the `Authorization` header was yours"]);
}
