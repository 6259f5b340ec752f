//! `--max-output` and `--summary`: what is printed is whole, in every format, and has room.

use serde_json::{Value, json};

use crate::support::answer::Answer;
use crate::support::run::Run;
use crate::support::server::Server;

fn page(from: u64, to: u64, next: &str) -> Answer {
    let items: Vec<Value> = (from..to)
        .map(|number| json!({"name": format!("item-{number:03}"), "text": "é".repeat(20)}))
        .collect();
    let mut page = json!({"value": items, "count": 7});
    if !next.is_empty() {
        page["nextLink"] = json!(next);
    }
    Answer::json(page.to_string())
}

#[test]
fn every_format_stops_at_a_whole_item() {
    for arguments in [
        &["-o", "json"][..],
        &["-o", "compact"],
        &["-o", "yaml"],
        &["-o", "ndjson"],
        &["-o", "table"],
        &["-o", "tsv"],
        &["-o", "csv"],
        &["-q", "value[].name"],
        &["-q", "$.value[*].name"],
        &["-q", "$.value[*]", "-r"],
        &["-q", "reverse(value)", "-o", "compact"],
        &["-q", "name", "--each"],
        &["-o", "compact", "--sort", "-name"],
        &["-o", "table", "--sort", "-name"],
    ] {
        let mut last = 0;
        for size in [230, 500, 1000, 100_000] {
            let server = Server::with(|request| match request.target.as_str() {
                "/list" => page(0, 9, "/list?p=2"),
                _ => page(9, 12, ""),
            });
            let outcome = Run::plain(&server, "GET", "/list")
                .args(arguments)
                .args(["--max-output", &size.to_string()])
                .run()
                .exits(0);
            let words = format!("{arguments:?} {size}: {}", outcome.text());
            assert!(outcome.stdout.len() <= size, "{words}");
            assert!(outcome.stdout.len() >= last, "{words}");
            assert!(outcome.text().ends_with('\n'), "{words}");
            let is_cut = outcome.text().matches("item-").count() < 12;
            let is_said = outcome.stderr.contains("`--max-output` has room for ");
            assert_eq!(is_said, is_cut, "{words}{}", outcome.stderr);
            last = outcome.stdout.len();
            if arguments.contains(&"compact") || arguments.contains(&"json") {
                outcome.json();
            }
        }
    }
}

#[test]
fn what_has_no_items_to_leave_out_is_an_error() {
    let list = json!({"value": [{"a": "x".repeat(100)}]}).to_string();
    for (answer, arguments) in [
        (
            Answer::json(json!({"a": "x".repeat(100)}).to_string()),
            &[][..],
        ),
        (Answer::json(&list), &[]),
        (Answer::json(&list), &["-o", "tsv"]),
        (Answer::json(&list), &["-o", "raw"]),
        (Answer::status(200).body("text/plain", "x".repeat(100)), &[]),
    ] {
        let server = Server::answering([answer]);
        let run = Run::plain(&server, "GET", "/x").args(arguments);
        run.args(["--max-output", "10"])
            .run()
            .exits(1)
            .prints_nothing()
            .says(&["takes more than 10 bytes", "raise `--max-output`"]);
    }
}

#[test]
fn no_page_is_asked_for_that_has_no_room() {
    let server = Server::with(|request| match request.target.as_str() {
        "/list" => page(0, 9, "/list?p=2"),
        _ => page(9, 18, "/list?p=3"),
    });
    let outcome = Run::plain(&server, "GET", "/list")
        .args(["-o", "compact", "--max-output", "400"])
        .run()
        .exits(0);
    assert_eq!(outcome.json().get("nextLink"), None);
    assert!(server.requests().len() <= 2);
}

#[test]
fn many_lists_have_one_room() {
    let outcome = Run::arm(["--sandbox", "GET", "/subscriptions/*/resourceGroups"])
        .args(["-o", "compact", "--max-output", "800"])
        .run()
        .exits(0)
        .says(&[
            "`--max-output` has room for 2, ",
            "raise it, or ask for less",
        ]);
    assert!(outcome.stdout.len() <= 800);
    assert_eq!(outcome.json()["value"].as_array().map(Vec::len), Some(2));
}

#[test]
fn a_summary_is_ten_lines_at_most() {
    let run =
        |arguments: &[&str]| Run::arm(["--sandbox"].iter().chain(arguments)).args(["--summary"]);
    let outcome = run(&["list", "resource"]).run().exits(0);
    assert!(outcome.text().lines().count() <= 10, "{}", outcome.text());
    let first = "256 items, in 5 resource groups of 1 subscription\n";
    assert!(outcome.text().starts_with(first), "{}", outcome.text());
    let outcome = run(&["GET", "/subscriptions/*/resourceGroups"]).run();
    assert!(
        outcome.text().contains("Microsoft.Resources"),
        "{outcome:?}"
    );
    run(&["GET", "/subscriptions", "-q", "value"])
        .run()
        .exits(2);
    run(&["list", "vm", "-o", "json"]).run().exits(2);
}
