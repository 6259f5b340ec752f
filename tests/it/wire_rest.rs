//! What is printed of a list whose later page fails: a whole document, and the command that continues. Each command is
//! run as it is printed.

#![expect(
    clippy::unwrap_used,
    reason = "a command that is not printed fails the test"
)]

use serde_json::json;

use crate::support::answer::Answer;
use crate::support::run::{AUDIENCE, Outcome, Run};
use crate::support::server::{Received, Server};

const GRAPH: &str = "/providers/Microsoft.ResourceGraph/resources?api-version=1";
const COSTS: &str = "/subscriptions/s/providers/Microsoft.CostManagement/query?api-version=1";

/// The command that stderr shows.
#[track_caller]
fn command(outcome: &Outcome) -> &str {
    let (_, rest) = outcome
        .stderr
        .split_once("go on from there with `")
        .unwrap();
    rest.split("`\n").next().unwrap()
}

/// Fails the second page once. Runs the command that is printed then, and returns both outcomes and
/// the last request.
#[track_caller]
fn interrupted(
    answers: [Answer; 2],
    method: &str,
    path: &str,
    arguments: &[&str],
) -> (Outcome, Outcome, Vec<Received>) {
    let [first, last] = answers;
    let failure = Answer::error(500, "{\"error\":{\"code\":\"Oops\",\"message\":\"m\"}}");
    let server = Server::answering([first, failure, last]);
    let run = Run::signed(&server, method, path).args(arguments);
    let outcome = run.file("q.json", "{\"a\":1.0}").run().exits(9);
    let script = command(&outcome).replacen("arm ", "exec \"$ARM\" ", 1);
    let script = if script.contains("--audience") {
        script
    } else {
        format!(
            "{script} --audience {AUDIENCE} --allow-host {}",
            server.authority()
        )
    };
    let again = Run::bash(&script)
        .env("ARMCLI_ACCESS_TOKEN", "test-token")
        .file("q.json", "{\"a\":1.0}")
        .file("BODY", "{\"a\":1.0}");
    (outcome, again.run().exits(0), server.requests())
}

#[test]
fn the_command_does_the_same_for_the_rest() {
    let first = Answer::json("{\"value\":[{\"n\":\"a\"}],\"nextLink\":\"/list?p='2'\"}");
    let last = Answer::json("{\"value\":[{\"n\":\"b\"},{\"n\":\"c\"}]}");
    let arguments = [
        "-q",
        "$.n",
        "--each",
        "-r",
        "-H",
        "x-mine: it's",
        "--limit",
        "2",
    ];
    let (outcome, again, requests) = interrupted([first, last], "GET", "/list", &arguments);
    assert_eq!((outcome.text(), again.text()), ("a\n", "b\n"));
    assert_eq!(requests[2].target, requests[1].target);
    assert_eq!(requests[2].header("x-mine"), Some("it's"));
    outcome.says(&["Oops: m", "-q '$.n' --each -r --limit 1", "--audience"]);
}

#[test]
fn rows_of_costs_go_on_with_the_body() {
    let page = |rows: &str, link: &str| {
        Answer::json(format!(
            "{{\"properties\":{{\"nextLink\":{link},\"rows\":[{rows}]}}}}"
        ))
    };
    for body in ["@q.json", "{\"a\":1.0}"] {
        let answers = [page("[1]", "\"?p=2\""), page("[2]", "null")];
        let arguments = [body, "-o", "compact"];
        let (outcome, again, requests) = interrupted(answers, "POST", COSTS, &arguments);
        let link = outcome.json()["properties"]["nextLink"].clone();
        assert!(
            link.as_str().unwrap().ends_with("query?p=2&api-version=1"),
            "{link}"
        );
        assert_eq!(outcome.json()["properties"]["rows"], json!([[1]]));
        assert_eq!(again.json()["properties"]["rows"], json!([[2]]));
        assert_eq!(requests[2].method, "POST");
        assert_eq!(requests[2].body, requests[0].body);
        assert_eq!(
            outcome.stderr.contains("`BODY` is a file"),
            body != "@q.json"
        );
    }
}

#[test]
fn resource_graph_goes_on_with_its_token() {
    let page = |data: &str, token: &str| {
        Answer::json(format!("{{\"data\":{data},\"$skipToken\":{token}}}"))
    };
    let answers = [page("[1]", "\"t'==\""), page("[2]", "null")];
    let (outcome, again, requests) =
        interrupted(answers, "POST", GRAPH, &["@q.json", "-o", "compact"]);
    assert_eq!(outcome.text(), "{\"data\":[1],\"$skipToken\":\"t'==\"}\n");
    assert_eq!(again.text(), "{\"data\":[2]}\n");
    assert_eq!(requests[1].body, requests[2].body);
    assert_eq!(
        String::from_utf8_lossy(&requests[2].body),
        "{\"a\":1.0,\"options\":{\"$skipToken\":\"t'==\"}}"
    );
}

#[test]
fn pages_that_a_header_names_go_on_too() {
    let first = Answer::json("[1]").header("Link", "</next?a=b c>; rel=next");
    let (outcome, again, _) = interrupted([first, Answer::json("[2]")], "GET", "/list", &[]);
    assert_eq!((outcome.json(), again.json()), (json!([1]), json!([2])));
}

#[test]
fn named_members_are_named_again() {
    let first = Answer::json("{\"a\":{\"b.c\":[1],\"n\":\"/next\"}}");
    let last = Answer::json("{\"a\":{\"b.c\":[2]}}");
    let arguments = ["--items", "a.\"b.c\"", "--next-link", "a.n", "-o", "ndjson"];
    let (outcome, again, _) = interrupted([first, last], "GET", "/list", &arguments);
    assert_eq!((outcome.text(), again.text()), ("1\n", "2\n"));
}

#[test]
fn nothing_is_promised_where_nothing_was_kept() {
    let answers = || {
        let first = Answer::json("{\"value\":[1],\"nextLink\":\"/list?p=2\"}");
        [first, Answer::status(500)]
    };
    let server = Server::answering(answers());
    let outcome = Run::signed(&server, "GET", "/list")
        .args(["-q", "$.value[-1]"])
        .run();
    let outcome = outcome.exits(9).prints_nothing();
    assert!(!outcome.stderr.contains("go on"), "{}", outcome.stderr);
    outcome.says(&["nothing was printed", "`--each`"]);
    let server = Server::answering(answers());
    let run = Run::signed(&server, "GET", "/list").args(["-O", "out.json"]);
    let (outcome, folder) = run.run_and_keep();
    let outcome = outcome.exits(9).prints_nothing();
    assert!(!outcome.stderr.contains("go on"), "{}", outcome.stderr);
    assert!(!folder.path().join("out.json").exists());
    outcome.says(&[
        "`out.json` is not written",
        "hint: run it again; `-o ndjson > ",
    ]);
}

#[test]
fn secrets_are_masked_in_the_command_and_whole_in_the_document() {
    let first = Answer::json("{\"value\":[1],\"nextLink\":\"/list?sig=hush&p=2\"}");
    let server = Server::answering([first, Answer::status(500)]);
    let run = Run::plain(&server, "GET", "/list").args(["Authorization:Bearer hush"]);
    let outcome = run.run().exits(9);
    assert_eq!(outcome.json()["nextLink"], server.url("/list?sig=hush&p=2"));
    assert!(!outcome.stderr.contains("hush"), "{}", outcome.stderr);
    outcome.says(&[
        "`arm GET ADDRESS ",
        "authorization: [redacted]",
        "has the whole link",
    ]);
}
