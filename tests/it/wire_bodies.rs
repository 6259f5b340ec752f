//! Bodies that are wrong: cut, malformed, in another encoding or of another type than they say.
//! What is right with bodies is in `wire` and `wire_bytes`; how much memory they take, in
//! `wire_memory`.

use crate::support::answer::Answer;
use crate::support::run::{Outcome, Run};
use crate::support::server::Server;

#[track_caller]
fn ask(answer: Answer, arguments: &[&str]) -> Outcome {
    let server = Server::answering([answer]);
    Run::plain(&server, "GET", "/").args(arguments).run()
}

/// Every way to read an answer, from the one that streams to the one that needs it whole.
const READERS: [&[&str]; 6] = [
    &[],
    &["-o", "compact"],
    &["-o", "ndjson"],
    &["-q", "$.value[*]"],
    &["-q", "$..a"],
    &["-q", "$.value[0]"],
];

#[test]
fn a_cut_body_is_never_taken_for_a_whole_one() {
    let body = "{\"value\":[1,2,3]}";
    for arguments in READERS {
        for length in [0, 1, 9, body.len() - 1] {
            let answer = Answer::json(body).cut_after(length);
            ask(answer, arguments)
                .exits(9)
                .prints_nothing()
                .says(&["cut"]);
        }
        for chunks in [0, 1, 3] {
            let answer = Answer::json(body).chunked(4).cut_after(chunks);
            ask(answer, arguments).exits(9).prints_nothing();
        }
        // All of the document, but not the end of the message.
        let answer = Answer::json(body).chunked(4).cut_after(99);
        ask(answer, arguments).exits(9).prints_nothing();
        // The server believes that it is whole.
        ask(Answer::json(&body[..9]), arguments)
            .exits(9)
            .prints_nothing();
    }
    let answer = Answer::json(body).cut_after(9);
    let outcome = ask(answer, &["-o", "raw"]).exits(9);
    assert!(body.starts_with(outcome.text()));
}

#[test]
fn a_body_in_chunks_is_whole() {
    for size in [1, 3, 1000] {
        let answer = Answer::json("{\"value\":[\"é\",1.10]}").chunked(size);
        let outcome = ask(answer, &["-o", "compact"]).exits(0);
        assert_eq!(outcome.text(), "{\"value\":[\"é\",1.10]}\n");
    }
}

#[test]
fn compressed_bodies_are_unpacked_and_lies_are_seen() {
    let body = b"{\"a\":[1,2]}";
    let packed = gzip(body);
    let zipped = |bytes: &[u8]| Answer::json(bytes).header("Content-Encoding", "gzip");
    let outcome = ask(zipped(&packed), &["-o", "compact"]).exits(0);
    assert_eq!(outcome.stdout, b"{\"a\":[1,2]}\n");
    let outcome = ask(zipped(&packed).chunked(3), &["-o", "raw"]).exits(0);
    assert_eq!(outcome.stdout, body);
    let mut broken = packed.clone();
    broken[12] ^= 0xff;
    let mut wrong_sum = packed.clone();
    let sum = packed.len() - 8;
    wrong_sum[sum] ^= 0xff;
    for lie in [
        &body[..],
        &broken,
        &wrong_sum,
        &packed[..packed.len() - 9],
        &packed[..5],
    ] {
        for arguments in READERS {
            ask(zipped(lie), arguments).exits(9).prints_nothing();
        }
    }
}

#[test]
fn every_gzip_member_is_read_and_nothing_else() {
    let members = [gzip(b"{\"value\":"), gzip(b"[1,2]}")].concat();
    for coding in ["gzip", "GZIP", "x-gzip"] {
        let answer = Answer::json(&members).header("Content-Encoding", coding);
        let outcome = ask(answer, &["-o", "compact"]).exits(0);
        assert_eq!(outcome.text(), "{\"value\":[1,2]}\n", "{coding}");
    }
    for rest in [&b"{}"[..], b"x", &members[..9]] {
        let answer = Answer::json([&members, rest].concat()).header("Content-Encoding", "gzip");
        for arguments in READERS {
            let answer = Answer::json([&members, rest].concat());
            let answer = answer.header("Content-Encoding", "gzip").chunked(7);
            ask(answer, arguments).exits(9).prints_nothing();
        }
        ask(answer, &[])
            .exits(9)
            .says(&["cannot be read: its gzip data"]);
    }
}

#[test]
fn a_coding_that_was_not_asked_for_is_named() {
    for coding in ["br", "deflate", "gzip, gzip"] {
        for arguments in READERS {
            let answer = Answer::json("{}").header("Content-Encoding", coding);
            let says = format!("encoded as `{coding}`, which was not asked for");
            let outcome = ask(answer, arguments).exits(9).prints_nothing();
            outcome.says(&[&says, "hint: take the body as it is"]);
        }
    }
    let raw = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: gzip, chunked\r\n\r\n\
               2\r\n{}\r\n0\r\n\r\n";
    ask(Answer::raw(raw), &[])
        .exits(9)
        .says(&["its transfer is encoded as `gzip`"]);
    let asked = ["-H", "Accept-Encoding: br", "-o", "raw"];
    let answer = Answer::json("{}").header("Content-Encoding", "br");
    assert_eq!(ask(answer, &asked).exits(0).text(), "{}");
    // What an error is packed in does not hide its status.
    let answer = Answer::error(404, "{}").header("Content-Encoding", "br");
    ask(answer, &[]).exits(4).says(&["404"]);
}

/// Packs bytes as gzip without compression (RFC 1952; one stored block of RFC 1951).
fn gzip(bytes: &[u8]) -> Vec<u8> {
    let length = u16::try_from(bytes.len()).unwrap_or_default();
    let mut packed = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff, 1];
    packed.extend(length.to_le_bytes());
    packed.extend((!length).to_le_bytes());
    packed.extend(bytes);
    let sum = bytes.iter().fold(u32::MAX, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| {
            (sum >> 1) ^ (0xedb8_8320 & (sum & 1).wrapping_neg())
        })
    });
    packed.extend((!sum).to_le_bytes());
    packed.extend(u32::from(length).to_le_bytes());
    packed
}

#[test]
fn malformed_json_is_never_printed() {
    let deep = "[".repeat(100_000);
    let deep_objects = "{\"a\":".repeat(100_000);
    let closed = format!("{deep}{}", "]".repeat(100_000));
    for body in [
        &deep[..],
        &deep_objects,
        &closed,
        "{\"a\":1,}",
        "{\"a\":01}",
        "{\"a\":+1}",
        "{\"a\":NaN}",
        "{\"a\":.5}",
        "{'a':1}",
        "{\"a\":1}{\"b\":2}",
        "{\"a\":1} x",
        "[1 2]",
        "{\"a\" 1}",
        "{\"a\":\"\\x\"}",
        "{\"a\":\"\\u12g4\"}",
        "{\"a\":\"\u{1}\"}",
        "{\"value\":[1,]}",
        "{\"value\":[1}",
        "\u{feff}",
        "tru",
        "\"a",
        "-",
    ] {
        for arguments in READERS {
            let outcome = ask(Answer::json(body), arguments);
            let shown: String = body.chars().take(40).collect();
            assert_eq!(
                outcome.code,
                Some(9),
                "{shown} {arguments:?}: {}",
                outcome.stderr
            );
            let outcome = outcome.prints_nothing();
            assert!(
                outcome.stderr.starts_with("error: "),
                "{shown}: {}",
                outcome.stderr
            );
            assert!(
                outcome.stderr.len() < 2000,
                "{shown}: {} bytes",
                outcome.stderr.len()
            );
        }
    }
}

#[test]
fn text_that_is_not_utf_8_is_malformed() {
    for body in [
        &b"{\"a\":\"\xff\"}"[..],
        b"{\"a\":\"\xc3\"}",
        b"{\"a\":\"\xed\xa0\x80\"}",
        b"{\"\xff\":1}",
        b"{\"value\":[\"\xc0\x80\"]}",
        b"\xff\xfe{\0\"\0a\0",
    ] {
        for arguments in READERS {
            ask(Answer::json(body), arguments).exits(9).prints_nothing();
        }
        assert_eq!(
            ask(Answer::json(body), &["-o", "raw"]).exits(0).stdout,
            body
        );
    }
}

#[test]
fn a_body_that_is_not_json_passes_through_with_a_note() {
    for (kind, body) in [
        ("text/html; charset=utf-8", &b"<html>Sign in</html>"[..]),
        ("text/plain", b"{\"a\": 1}\n{\"a\": 2}"),
        ("application/xml", b"<?xml version=\"1.0\"?><a/>"),
        ("application/octet-stream", b"\x00\x01\xff\r\n"),
    ] {
        let answer = Answer::status(200).body(kind, body);
        let outcome = ask(answer, &[])
            .exits(0)
            .says(&["note: the answer is", kind]);
        assert_eq!(outcome.stdout, body, "{kind}");
        let outcome = ask(Answer::status(200).body(kind, body), &["-o", "raw"]).exits(0);
        assert_eq!(
            (outcome.stdout.as_slice(), outcome.stderr.as_str()),
            (body, ""),
            "{kind}"
        );
    }
}

#[test]
fn json_that_is_announced_as_something_else_is_json() {
    for kind in ["text/plain", "application/octet-stream", "application/xml"] {
        let answer = || Answer::status(200).body(kind, b"{\"a\": 1}");
        // It may be a file: nothing is changed in it.
        let outcome = ask(answer(), &[]).exits(0);
        assert_eq!(
            (outcome.text(), outcome.stderr.as_str()),
            ("{\"a\": 1}", "")
        );
        let outcome = ask(answer(), &["-o", "csv"]).exits(0);
        assert_eq!(outcome.text(), "a\r\n1\r\n", "{kind}");
        let page = |body: &str| Answer::status(200).body(kind, body);
        for (format, expected) in [("compact", "{\"value\":[1,2]}\n"), ("ndjson", "1\n2\n")] {
            let pages = [
                page("{\"value\":[1],\"nextLink\":\"?p=2\"}"),
                page("{\"value\":[2]}"),
            ];
            let server = Server::answering(pages);
            let run = Run::plain(&server, "GET", "/").args(["-o", format]);
            assert_eq!(run.run().exits(0).text(), expected, "{kind} {format}");
        }
        let pages = [
            page("{\"value\":[1],\"nextLink\":\"?p=2\"}"),
            page("{\"value\":[2]}"),
        ];
        let outcome = Run::plain(&Server::answering(pages), "GET", "/")
            .run()
            .exits(0);
        assert_eq!(outcome.json(), serde_json::json!({"value": [1, 2]}));
    }
}

#[test]
fn a_query_does_not_run_on_something_else() {
    let answer = || Answer::status(200).body("text/html", "<html>Sign in</html>");
    ask(answer(), &["-q", "$.a"])
        .exits(9)
        .prints_nothing()
        .says(&["text/html", "not JSON"]);
    ask(answer(), &["-q", "$.a", "-r"])
        .exits(9)
        .prints_nothing();
    let plain = Answer::status(200).body("text/plain", "{\"a\":7}");
    assert_eq!(ask(plain, &["-q", "$.a"]).exits(0).text(), "7\n");
}

#[test]
fn a_type_that_is_not_named_is_judged_by_the_text() {
    for (body, expected) in [("{\"a\":1}", "{\"a\":1}\n"), ("text", "text")] {
        let raw = format!(
            "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        assert_eq!(
            ask(Answer::raw(raw), &["-o", "compact"]).exits(0).text(),
            expected
        );
    }
    for kind in [
        "application/problem+json",
        "TEXT/JSON",
        "application/json;odata=verbose",
    ] {
        let answer = Answer::status(200).body(kind, "{\"a\": 1}");
        assert_eq!(
            ask(answer, &["-o", "compact"]).exits(0).text(),
            "{\"a\":1}\n",
            "{kind}"
        );
    }
}

#[test]
fn empty_answers_print_nothing() {
    for answer in [
        || Answer::status(204),
        || Answer::status(200),
        || Answer::status(202).header("Location", "/x"),
        || Answer::json(""),
        || Answer::raw("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"),
    ] as [fn() -> Answer; 5]
    {
        for arguments in READERS {
            ask(answer(), arguments).exits(0).prints_nothing();
        }
        ask(answer(), &["-q", "$.a", "--exit-status"])
            .exits(11)
            .prints_nothing();
    }
}

#[test]
fn a_head_request_prints_the_head_only_if_asked() {
    let answer = || Answer::json("{\"a\":1}").header("x-a", "1");
    let server = Server::with(move |_| answer());
    Run::plain(&server, "HEAD", "/")
        .run()
        .exits(0)
        .prints_nothing();
    let outcome = Run::plain(&server, "HEAD", "/").args(["-i"]).run().exits(0);
    assert!(outcome.text().starts_with("HTTP/1.1 200") && outcome.text().contains("x-a: 1\n"));
}

#[test]
fn a_body_without_length_ends_with_the_connection() {
    let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n";
    let outcome = ask(Answer::raw(format!("{head}[1,2]")), &["-o", "compact"]).exits(0);
    assert_eq!(outcome.text(), "[1,2]\n");
    ask(Answer::raw(format!("{head}[1,2")), &[])
        .exits(9)
        .prints_nothing();
}

#[test]
fn messages_that_are_not_http_are_named_and_cut_ones_a_lost_connection() {
    let malformed = "is not valid HTTP";
    for (bytes, says) in [
        (&b"SSH-2.0-OpenSSH_9.2\r\n"[..], malformed),
        (b"HTTP/1.1 abc OK\r\n\r\n", malformed),
        (b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n", malformed),
        (
            b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{}",
            malformed,
        ),
        (b"HTTP/1.1 200 OK\r\nbad header\r\n\r\n", malformed),
        (b"HTTP/1.1 200 OK\r\nTransfer-", "was lost"),
        (b"\x16\x03\x01\x02\x00", malformed),
    ] {
        ask(Answer::raw(bytes), &[])
            .exits(7)
            .prints_nothing()
            .says(&[says]);
    }
    let broken_chunk = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n";
    ask(Answer::raw(broken_chunk), &[])
        .exits(9)
        .prints_nothing();
}

#[test]
fn answers_before_the_answer_are_passed_over() {
    let early = "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n";
    let late = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}";
    assert_eq!(
        ask(Answer::raw(format!("{early}{late}")), &[])
            .exits(0)
            .text(),
        "{}\n"
    );
}

#[test]
fn a_write_without_a_body_says_that_it_has_none() {
    for (method, length) in [
        ("POST", Some("0")),
        ("PUT", Some("0")),
        ("PATCH", Some("0")),
        ("GET", None),
        ("DELETE", None),
    ] {
        let server = Server::answering([Answer::json("{}")]);
        Run::plain(&server, method, "/x").run().exits(0);
        let sent = server.request();
        assert_eq!(sent.header("content-length"), length, "{method}");
    }
}
