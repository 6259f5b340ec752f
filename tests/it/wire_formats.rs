//! Every format on every shape that a service answers in, as one table: `tests/fixtures/formats.txt`, where each result can
//! be looked at. `TRYCMD=overwrite` writes what is printed there. What a format does in detail: `output`.

#![expect(
    clippy::unwrap_used,
    reason = "a table that cannot be read fails the test"
)]

use std::fmt::Write as _;
use std::path::Path;

use crate::support::answer::Answer;
use crate::support::run::Run;
use crate::support::server::Server;

/// A shape: its name, how it is asked for, and the answer.
struct Shape(&'static str, &'static str, &'static str, &'static str);

const COSTS: &str = "/subscriptions/s/providers/Microsoft.CostManagement/query?api-version=1";
const GRAPH: &str = "/providers/Microsoft.ResourceGraph/resources?api-version=1";
const LOGS: &str = "/v1/workspaces/w/query";

const SHAPES: [Shape; 18] = [
    Shape(
        "a list",
        "GET",
        "/x",
        r#"{"value":[{"id":"/subscriptions/s/resourceGroups/g/providers/N/t/a","name":"a","location":"westeurope","tags":{"x":"1"}},{"id":"/subscriptions/s/resourceGroups/g/providers/N/t/b","name":"b","location":"northeurope","n":1.10}]}"#,
    ),
    Shape(
        "an array",
        "GET",
        "/x",
        r#"[{"name":"a","n":1.10},{"name":"b","n":1E5,"o":{"p":[1]}}]"#,
    ),
    Shape(
        "one resource",
        "GET",
        "/x",
        r#"{"id":"/subscriptions/s/resourceGroups/g/providers/N/t/a","name":"a","location":"westeurope","properties":{"size":1.10,"on":true,"list":[1,"no"]}}"#,
    ),
    Shape("a string", "GET", "/x", r#""no""#),
    Shape("a number", "GET", "/x", "1.10"),
    Shape("true", "GET", "/x", "true"),
    Shape("null", "GET", "/x", "null"),
    Shape("an empty list", "GET", "/x", r#"{"value":[]}"#),
    Shape("an empty array", "GET", "/x", "[]"),
    Shape("an empty object", "GET", "/x", "{}"),
    Shape("names", "GET", "/x", r#"["a","b",null]"#),
    Shape(
        "rows of Cost Management",
        "POST",
        COSTS,
        r#"{"id":"q","properties":{"nextLink":null,"columns":[{"name":"PreTaxCost","type":"Number"},{"name":"ResourceGroup","type":"String"}],"rows":[[1.10,"rg-a"],[20.5,null]]}}"#,
    ),
    Shape(
        "objects of Resource Graph",
        "POST",
        GRAPH,
        r#"{"totalRecords":2,"count":2,"data":[{"name":"a","kind":null},{"name":"b","kind":"x"}],"facets":[],"resultTruncated":"false"}"#,
    ),
    Shape(
        "a table of Resource Graph",
        "POST",
        GRAPH,
        r#"{"totalRecords":2,"count":2,"data":{"columns":[{"name":"name","type":"string"},{"name":"n","type":"integer"}],"rows":[["a",1],["b",null]]},"facets":[],"resultTruncated":"false"}"#,
    ),
    Shape(
        "Log Analytics",
        "POST",
        LOGS,
        r#"{"tables":[{"name":"PrimaryResult","columns":[{"name":"TimeGenerated","type":"datetime"},{"name":"Count","type":"long"}],"rows":[["2026-11-29T08:00:00Z",12],["2026-11-29T09:00:00Z",null]]}],"statistics":{"query":{"executionTime":0.1}}}"#,
    ),
    Shape(
        "two tables of Log Analytics",
        "POST",
        LOGS,
        r#"{"tables":[{"name":"PrimaryResult","columns":[{"name":"c","type":"long"}],"rows":[[12]]},{"name":"Second","columns":[{"name":"d","type":"string"}],"rows":[["x"]]}]}"#,
    ),
    Shape(
        "odd cells",
        "GET",
        "/x",
        r#"{"value":[{"name":"日本語","note":"a\u001b[31mred\tb\nc"},{"name":"👩‍👩‍👧 family","note":"e\u0301\u202e\u0000"},{"name":"x","note":"=1+1"},{"name":"q","note":" \"a\",b "}]}"#,
    ),
    Shape(
        "odd names",
        "GET",
        "/x",
        r##"{"a\nb":1,"日本":"no","k: v":"1e3","":"empty","#c":"yes","é":null,"\u001b[31m":"~"}"##,
    ),
];

const FORMATS: [&str; 9] = [
    "table", "tsv", "csv", "yaml", "json", "jsonc", "compact", "ndjson", "raw",
];

/// Control characters as they are in Rust; line breaks stay, and the end of the last line is seen.
fn visible(text: &str) -> String {
    let mut shown = String::new();
    for letter in text.chars() {
        match letter {
            '\n' => shown.push('\n'),
            letter if letter.is_control() || letter == '\u{202e}' => {
                shown.extend(letter.escape_default());
            }
            letter => shown.push(letter),
        }
    }
    if !shown.is_empty() && !shown.ends_with('\n') {
        shown.push_str("(no line break)\n");
    }
    shown
}

/// What is printed, and what is said.
fn table() -> String {
    let mut table = String::new();
    for Shape(name, method, path, answer) in SHAPES {
        writeln!(table, "# {name}: {method} {path}\n{answer}\n").unwrap();
        let server = Server::with(move |_| Answer::json(answer));
        for format in FORMATS {
            let mut run = Run::plain(&server, method, path).args(["-o", format]);
            if method == "POST" {
                run = run.args(["{}"]);
            }
            let outcome = run.run().exits(0);
            writeln!(table, "## {format}\n{}", visible(outcome.text())).unwrap();
            for line in outcome.stderr.lines() {
                writeln!(table, "! {line}\n").unwrap();
            }
        }
    }
    table
}

#[test]
#[expect(clippy::disallowed_methods, reason = "tests have no Env")]
fn every_shape_in_every_format() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/formats.txt");
    let printed = table();
    if std::env::var_os("TRYCMD").is_some_and(|mode| mode == "overwrite") {
        std::fs::write(&file, &printed).unwrap();
    }
    let expected = std::fs::read_to_string(&file).unwrap_or_default();
    let mut part = "";
    for (number, (printed, expected)) in printed.lines().zip(expected.lines()).enumerate() {
        if printed.starts_with('#') {
            part = printed;
        }
        assert_eq!(printed, expected, "line {}, {part}", number + 1);
    }
    assert_eq!(printed.lines().count(), expected.lines().count());
}
