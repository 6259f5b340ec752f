//! Bytes are kept: numbers, the order of members, duplicates, escapes and text come out as they
//! came in, through every form of output.

use crate::support::answer::Answer;
use crate::support::run::Run;
use crate::support::server::Server;

/// Values that a tree would change.
const VALUES: [&str; 22] = [
    "1.10",
    "1E5",
    "1e+5",
    "-0",
    "-0.0",
    "0.1000",
    "123456789012345678901234567890",
    "1234567890.12345678901234567890",
    "1e999999",
    "9007199254740993",
    "\"\\u00e9\"",
    "\"é\"",
    "\"\\/\"",
    "\"\\ud800\"",
    "\"\\ud83d\\ude00\"",
    "\"😀\"",
    "\"\\u0000\\b\\f\"",
    "\"a\u{7f}\u{2028}b\"",
    "{\"a\":1,\"a\":2,\"A\":3}",
    "{\"z\":1,\"a\":{\"y\":[],\"b\":{}}}",
    "{\"\":\"\",\"\\ud800\":1,\"\\u0061\":2}",
    "[[],[[null,true,false]],{}]",
];

#[track_caller]
fn check(body: &str, arguments: &[&str], expected: &str) {
    let server = Server::answering([Answer::json(body)]);
    let outcome = Run::plain(&server, "GET", "/")
        .args(arguments)
        .run()
        .exits(0);
    assert_eq!(outcome.text(), expected, "{arguments:?} {body}");
}

/// All values as the items of one list.
fn all() -> String {
    VALUES.join(",")
}

#[test]
fn values_stay_as_they_are_in_every_form() {
    let compact = format!("{{\"value\":[{}]}}", all());
    let lines = format!("{}\n", VALUES.join("\n"));
    check(&compact, &["-o", "compact"], &format!("{compact}\n"));
    check(&compact, &["-o", "raw"], &compact);
    check(&compact, &["-o", "ndjson"], &lines);
    check(
        &compact,
        &["-q", "$", "-o", "compact"],
        &format!("{compact}\n"),
    );
    check(
        &compact,
        &["-q", "$.value", "-o", "compact"],
        &format!("[{}]\n", all()),
    );
    check(&compact, &["-q", "$.value[*]", "-o", "ndjson"], &lines);
    check(&compact, &["-q", "$.value[::1]", "-o", "ndjson"], &lines);
    check(&compact, &["-q", "$", "--each", "-o", "ndjson"], &lines);
}

#[test]
fn indentation_changes_white_space_only() {
    let server = Server::answering([Answer::json(format!("{{\"value\":[{}]}}", all()))]);
    let outcome = Run::plain(&server, "GET", "/").run().exits(0);
    let unspaced: String = outcome.text().lines().map(str::trim_start).collect();
    // No value holds `": `, so that the blank after a colon is layout.
    assert_eq!(
        unspaced.replace("\": ", "\":"),
        format!("{{\"value\":[{}]}}", all())
    );
}

#[test]
fn each_value_is_selected_as_it_is() {
    for value in VALUES {
        let body = format!("{{\"a\":{{\"b\":{value}}},\"value\":[{{\"c\":{value}}}]}}");
        check(
            &body,
            &["-q", "$.a.b", "-o", "compact"],
            &format!("{value}\n"),
        );
        check(
            &body,
            &["-q", "$.value[*].c", "-o", "compact"],
            &format!("[{value}]\n"),
        );
        check(
            &body,
            &["-q", "$.value[?@.c].c", "-o", "compact"],
            &format!("[{value}]\n"),
        );
        check(
            &body,
            &["-q", "$..c", "-o", "compact"],
            &format!("[{value}]\n"),
        );
    }
}

#[test]
fn white_space_between_tokens_is_the_only_thing_that_goes() {
    let body = " {\r\n\t\"a\" :\t[ 1.10 , 2 ] ,\n\"a\": \" x  y \" } \n";
    check(
        body,
        &["-o", "compact"],
        "{\"a\":[1.10,2],\"a\":\" x  y \"}\n",
    );
    check(body, &["-o", "raw"], body);
    check(
        body,
        &[],
        "{\n  \"a\": [\n    1.10,\n    2\n  ],\n  \"a\": \" x  y \"\n}\n",
    );
}

#[test]
fn raw_text_is_decoded_and_numbers_are_not() {
    let body = "[\"é\",\"\\u00e9\",\"a\\nb\",\"\\ud800\",1.10,{\"a\": 1E5}]";
    check(
        body,
        &["-q", "$", "-r"],
        "é\né\na\nb\n\"\\ud800\"\n1.10\n{\"a\":1E5}\n",
    );
}

#[test]
fn merged_pages_keep_their_bytes() {
    let first = format!(
        "{{\"n\":1.10,\"value\":[{}],\"nextLink\":\"\\u002fb\",\"n\":1E5}}",
        all()
    );
    let second = format!("{{\"value\":[ {} ]}}", all());
    let server = Server::answering([Answer::json(first), Answer::json(second)]);
    let outcome = Run::plain(&server, "GET", "/a")
        .args(["-o", "compact"])
        .run()
        .exits(0);
    let expected = format!("{{\"n\":1.10,\"value\":[{0},{0}],\"n\":1E5}}\n", all());
    assert_eq!(outcome.text(), expected);
    assert_eq!(server.lines()[1], "GET /b");
}

#[test]
fn a_byte_order_mark_is_not_part_of_the_document() {
    let body = "\u{feff}{\"a\":1}";
    check(body, &["-o", "compact"], "{\"a\":1}\n");
    check(body, &["-q", "$.a"], "1\n");
    check(body, &["-o", "raw"], body);
}

#[test]
fn colour_changes_no_value() {
    let body = format!("{{\"value\":[{}]}}", all());
    let server = Server::with(move |_| Answer::json(body.clone()));
    let plain = Run::plain(&server, "GET", "/").run().exits(0);
    let coloured = Run::plain(&server, "GET", "/")
        .args(["--color", "always"])
        .run()
        .exits(0);
    // A tree would lose duplicates and spellings, so this document stays plain.
    assert_eq!(plain.text(), coloured.text());
}
