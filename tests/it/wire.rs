//! What goes out and what comes back when all is well: headers, verbs, bodies, long addresses.

use crate::support::answer::Answer;
use crate::support::run::{Run, TOKEN};
use crate::support::server::Server;

#[test]
fn a_signed_request_says_who_asks_and_what_it_takes() {
    let server = Server::answering([Answer::json("{}")]);
    Run::signed(&server, "GET", "/a?b=c").run().exits(0);
    let request = server.request();
    assert_eq!(
        (request.method.as_str(), request.target.as_str()),
        ("GET", "/a?b=c")
    );
    assert_eq!(request.header("host"), Some(server.authority().as_str()));
    assert_eq!(request.header("authorization"), Some("Bearer test-token"));
    assert_eq!(request.header("accept"), Some("application/json"));
    assert_eq!(
        request.header("user-agent"),
        Some(concat!("arm/", env!("CARGO_PKG_VERSION")))
    );
    let id = request.header("x-ms-client-request-id").unwrap();
    assert!(id.len() == 36 && id.matches('-').count() == 4, "{id}");
    assert_eq!(request.header("content-type"), None);
    assert_eq!(request.header("content-length"), None);
    // An unknown host gets neither the version header nor a version.
    assert_eq!(request.header("x-ms-version"), None);
}

#[test]
fn every_run_has_its_own_request_id() {
    let server = Server::with(|_| Answer::json("{}"));
    for _ in 0..2 {
        Run::plain(&server, "GET", "/").run().exits(0);
    }
    let requests = server.requests();
    let ids = requests
        .iter()
        .map(|request| request.header("x-ms-client-request-id").unwrap());
    let ids: std::collections::HashSet<_> = ids.collect();
    assert_eq!(ids.len(), 2);
}

#[test]
fn a_request_without_sign_in_carries_no_token() {
    let server = Server::answering([Answer::json("{}")]);
    Run::plain(&server, "GET", "/")
        .env("ARMCLI_ACCESS_TOKEN", TOKEN)
        .run()
        .exits(0);
    assert_eq!(server.request().header("authorization"), None);
}

#[test]
fn the_users_headers_replace_add_and_remove() {
    let server = Server::answering([Answer::json("{}")]);
    Run::plain(&server, "POST", "/")
        .args([
            "accept:text/plain",
            "x-a:1",
            "x-a:2",
            "User-Agent:",
            "x-ms-client-request-id:mine",
        ])
        .args([
            "content-type:text/csv",
            "-H",
            "Authorization: Basic dTpw",
            "a=1",
        ])
        .run()
        .exits(0);
    let request = server.request();
    assert_eq!(request.header("accept"), Some("text/plain"));
    let both = request.headers.iter().filter(|(name, _)| name == "x-a");
    assert_eq!(
        both.map(|(_, value)| value.as_str()).collect::<Vec<_>>(),
        ["1", "2"]
    );
    assert_eq!(request.header("user-agent"), None);
    assert_eq!(request.header("x-ms-client-request-id"), Some("mine"));
    assert_eq!(request.header("content-type"), Some("text/csv"));
    assert_eq!(request.header("authorization"), Some("Basic dTpw"));
    assert_eq!(request.body, br#"{"a":"1"}"#);
}

#[test]
fn the_users_authorization_replaces_the_token() {
    let server = Server::answering([Answer::json("{}")]);
    Run::signed(&server, "GET", "/")
        .args(["Authorization:Bearer mine"])
        .run()
        .exits(0);
    assert_eq!(
        server.request().header("authorization"),
        Some("Bearer mine")
    );
}

#[test]
fn the_protocol_version_goes_to_resource_manager_and_can_be_changed() {
    for (item, expected) in [
        (None, Some("2019-02-02")),
        (Some("x-ms-version:2020-01-01"), Some("2020-01-01")),
        (Some("X-MS-Version:"), None),
    ] {
        let server = Server::answering([Answer::json("{}")]);
        Run::arm(["GET", "/subscriptions", "--no-auth"])
            .args(item)
            .env("ARMCLI_ENDPOINT", server.url(""))
            .run()
            .exits(0);
        let request = server.request();
        assert_eq!(request.header("x-ms-version"), expected, "{item:?}");
        assert!(
            request.target.starts_with("/subscriptions?api-version=20"),
            "{}",
            request.target
        );
    }
}

#[test]
fn every_verb_goes_out_as_it_was_written() {
    for verb in [
        "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND",
    ] {
        let server = Server::answering([Answer::status(204)]);
        Run::plain(&server, verb, "/")
            .run()
            .exits(0)
            .prints_nothing();
        assert_eq!(server.request().method, verb);
    }
}

#[test]
fn a_body_is_sent_as_it_was_written() {
    let body = "{ \"a\": 1.10, \"a\": 1E5,\n\t\"\\u00e9\": \"é\" }\n";
    for (argument, method) in [
        (body, "PUT"),
        (body, "GET"),
        ("@body.json", "POST"),
        ("-", "PATCH"),
    ] {
        let server = Server::answering([Answer::json("{}")]);
        Run::plain(&server, method, "/")
            .args([argument])
            .file("body.json", body)
            .stdin(body)
            .run()
            .exits(0);
        let request = server.request();
        assert_eq!(
            String::from_utf8_lossy(&request.body),
            body,
            "{method} {argument}"
        );
        assert_eq!(request.header("content-type"), Some("application/json"));
        assert_eq!(
            request.header("content-length"),
            Some(body.len().to_string().as_str())
        );
    }
}

#[test]
fn long_addresses_and_long_headers_pass() {
    let target = format!("/a?$filter={}", "x".repeat(4096));
    let long = "y".repeat(8192);
    let server = Server::answering([Answer::json("{\"a\":1}").header("x-long", &long)]);
    let outcome = Run::plain(&server, "GET", &target)
        .args(["-i", "-vv"])
        .run()
        .exits(0);
    assert_eq!(server.request().target, target);
    assert!(outcome.text().contains(&format!("x-long: {long}\n")));
    assert!(outcome.stderr.contains(&long));
}

#[test]
fn the_head_stands_before_the_answer() {
    let server = Server::answering([Answer::error(203, "{\"a\":1}").header("ETag", "\"1\"")]);
    let outcome = Run::plain(&server, "GET", "/").args(["-i"]).run().exits(0);
    let (head, body) = outcome.text().split_once("\n\n").unwrap();
    assert_eq!(body, "{\n  \"a\": 1\n}\n");
    let lines: Vec<&str> = head.lines().collect();
    assert!(lines[0].starts_with("HTTP/1.1 203"), "{head}");
    assert!(lines.contains(&"etag: \"1\"") && lines.contains(&"content-type: application/json"));
}

#[test]
fn nothing_is_printed_of_a_head_whose_body_fails() {
    for answer in [
        Answer::json("{\"a\":1}").cut_after(3),
        Answer::json("{\"a\":}"),
        Answer::json("[1,2").chunked(2),
    ] {
        let server = Server::answering([answer]);
        Run::plain(&server, "GET", "/")
            .args(["-i"])
            .run()
            .exits(9)
            .prints_nothing();
    }
}

#[test]
fn redirects_of_the_shell_do_not_change_the_bytes() {
    let server = Server::with(|_| Answer::json("{\"a\":[1,{\"b\":\"é\"}]}"));
    let expected = "{\n  \"a\": [\n    1,\n    {\n      \"b\": \"é\"\n    }\n  ]\n}\n";
    assert_eq!(
        Run::plain(&server, "GET", "/").run().exits(0).text(),
        expected
    );
    for (variable, value) in [
        ("COLUMNS", "20"),
        ("TERM", "xterm-256color"),
        ("NO_COLOR", ""),
    ] {
        let run = Run::plain(&server, "GET", "/").env(variable, value);
        assert_eq!(run.run().exits(0).text(), expected, "{variable}");
    }
}
