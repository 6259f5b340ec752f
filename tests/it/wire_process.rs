//! The process among others: closed pipes, full devices, stdin, interrupts, missing folders, and
//! the time that a run may take.

use crate::support::answer::{Answer, Then};
use crate::support::at_once::at_once;
use crate::support::run::Run;
use crate::support::server::Server;

/// A list that has no last page.
fn endless() -> Server {
    Server::with(|request| {
        let number: u64 = request
            .target
            .rsplit('=')
            .next()
            .map_or(0, |text| text.parse().unwrap_or(0));
        let items = vec![format!("{{\"id\":{number}}}"); 500].join(",");
        let next = number + 1;
        Answer::json(format!(
            "{{\"value\":[{items}],\"nextLink\":\"/list?p={next}\"}}"
        ))
    })
}

#[test]
fn a_reader_that_closes_the_pipe_is_not_an_error() {
    for arguments in ["", "-o compact", "-o ndjson", "-q '$.value[*].id' -r"] {
        let server = endless();
        let url = server.url("/list?p=0");
        let script = format!(
            "set -o pipefail; \"$ARM\" GET '{url}' --no-auth {arguments} | head -c 1 > /dev/null; \
             echo ${{PIPESTATUS[@]}}"
        );
        let outcome = Run::bash(&script).run().exits(0);
        assert_eq!(
            (outcome.text(), outcome.stderr.as_str()),
            ("0 0\n", ""),
            "{arguments}"
        );
    }
}

#[test]
fn a_full_device_is_a_failure() {
    for arguments in ["", "-i", "-o raw", "-q '$.a'"] {
        let server = Server::answering([Answer::json("{\"a\":1}")]);
        let url = server.url("/");
        let script = format!("\"$ARM\" GET {url} --no-auth {arguments} > /dev/full");
        Run::bash(&script)
            .run()
            .exits(1)
            .says(&["error: cannot write to stdout"]);
    }
}

#[test]
fn closed_streams_are_borne() {
    let server = Server::with(|_| Answer::error(404, "{\"error\":{\"code\":\"C\"}}"));
    let url = server.url("/");
    Run::bash(&format!("\"$ARM\" GET {url} --no-auth 2>&-"))
        .run()
        .exits(4)
        .prints_nothing();
    Run::bash(&format!("\"$ARM\" GET {url} --no-auth 2>/dev/full"))
        .run()
        .exits(4);
    Run::bash(&format!("\"$ARM\" GET {url} --no-auth <&-"))
        .run()
        .exits(4);
}

/// The standard library opens `/dev/null` in place of a closed stream: only the caller's own `/dev/null` may take the
/// answer.
#[test]
fn a_closed_stdout_loses_no_answer() {
    const LOST: &str = "error: cannot write to stdout: it was closed when the program was started";
    let server = Server::with(|_| Answer::json("{\"a\":1}"));
    let get = format!("\"$ARM\" GET {} --no-auth", server.url("/"));
    for (script, code) in [
        (format!("{get} >&-"), 1),
        (format!("{get} >&- <&-"), 1),
        (format!("{get} -i -o none >&-"), 1),
        (format!("{get} -O /dev/stdout >&-"), 1),
        (format!("{get} -n >&-"), 1),
        ("\"$ARM\" --version >&-".to_owned(), 1),
        (format!("{get} > /dev/null"), 0),
        (format!("{get} 1<> /dev/null"), 0),
        (format!("{get} 2>&- <&-"), 0),
        (format!("{get} -o none >&-"), 0),
        (format!("{get} -s >&-"), 0),
        (format!("{get} -O answer >&-"), 0),
    ] {
        let outcome = Run::bash(&script).run().exits(code);
        assert_eq!(
            outcome.stderr.contains(LOST),
            code == 1,
            "{script}: {outcome:?}"
        );
    }
    // A write whose answer nobody can read is not sent.
    let before = server.requests().len();
    let post = format!("\"$ARM\" POST {} --no-auth a=1", server.url("/"));
    Run::bash(&format!("{post} >&-"))
        .run()
        .exits(1)
        .says(&[LOST]);
    assert_eq!(server.requests().len(), before);
    Run::bash(&format!("{post} - <&-"))
        .run()
        .exits(1)
        .says(&["error: cannot read stdin: it was closed when the program was started"]);
}

#[test]
fn texts_of_its_own_end_with_the_time_too() {
    let body = format!("{{\"a\":\"{}\"}}", "x".repeat(80_000));
    let commands = [
        "types -o json",
        "POST :1/x --no-auth @body -n",
        "POST :1/x --no-auth @body --curl",
    ];
    at_once(commands, |arguments| {
        // The pipe has a reader that reads nothing: the script itself.
        let script = format!("mkfifo p; exec 3<> p; \"$ARM\" {arguments} --timeout 300ms >&3");
        let outcome = Run::bash(&script).file("body", &body).run().exits(9);
        outcome.says(&["error: timed out while writing to stdout"]);
    });
}

#[test]
fn stdin_is_read_only_where_it_is_asked_for() {
    let server = Server::with(|_| Answer::json("{}"));
    let script = format!(
        "while read -r line; do \"$ARM\" GET {}$line --no-auth -s; done",
        server.url("/")
    );
    Run::bash(&script).stdin("one\ntwo\nthree\n").run().exits(0);
    assert_eq!(server.lines(), ["GET /one", "GET /two", "GET /three"]);
    let script = format!("\"$ARM\" POST {} - --no-auth -s; cat", server.url("/body"));
    let outcome = Run::bash(&script)
        .stdin("{\"a\":1}")
        .run()
        .exits(0)
        .prints_nothing();
    assert_eq!(
        server.requests()[3].body,
        b"{\"a\":1}",
        "{}",
        outcome.stderr
    );
}

#[test]
fn an_interrupt_is_seen_by_the_shell() {
    let (asked, wait) = std::sync::mpsc::channel();
    let server = Server::with(move |_| {
        let _told = asked.send(());
        Answer::silence()
    });
    // A shell of its own reports the signal as 128 + 2; the group gets it, as from a terminal.
    let url = server.url("/");
    let script = format!("\"$ARM\" GET {url} --no-auth & echo $! > id; wait $!; exit $?");
    let running = Run::bash(&format!("set -m; {script}")).start();
    wait.recv().unwrap();
    let folder = running.folder();
    let id = std::fs::read_to_string(folder.join("id")).unwrap();
    Run::bash(&format!("kill -INT {id}")).run().exits(0);
    running.finish().exits(130).prints_nothing();
}

#[test]
fn an_interrupted_list_keeps_what_came_and_says_how_to_go_on() {
    let cases = [
        (
            "INT",
            "-o compact",
            "{\"value\":[{\"n\":1}],\"nextLink\":\"LINK\"}\n",
        ),
        ("TERM", "-o ndjson", "{\"n\":1}\n"),
        ("HUP", "-o table", "N\n1\n"),
        ("INT", "-o csv", "n\r\n1\r\n"),
        ("INT", "-q $.value[*].n -o compact", "[1]\n"),
    ];
    at_once(cases, |(signal, options, expected)| {
        let (asked, wait) = std::sync::mpsc::channel();
        let server = Server::with(move |request| {
            if request.target == "/b" {
                let _told = asked.send(());
                return Answer::silence();
            }
            Answer::json("{\"value\":[{\"n\":1}],\"nextLink\":\"/b\"}")
        });
        let url = server.url("/a");
        let script =
            format!("\"$ARM\" GET {url} --no-auth {options} & echo $! > id; wait $!; exit $?");
        let running = Run::bash(&format!("set -m; {script}")).start();
        wait.recv().unwrap();
        let id = std::fs::read_to_string(running.folder().join("id")).unwrap();
        Run::bash(&format!("kill -{signal} {id}")).run().exits(0);
        let outcome = running.finish().exits(130).says(&[
            "error: incomplete after 1 item: interrupted\n",
            &format!(
                "hint: go on from there with `arm GET '{}' --no-auth",
                server.url("/b")
            ),
        ]);
        let expected = expected.replace("LINK", &server.url("/b"));
        assert_eq!(outcome.text(), expected, "{signal} {options}");
    });
}

#[test]
fn a_run_ends_with_its_time() {
    let page = || Answer::json("{\"value\":[1],\"nextLink\":\"/b\"}");
    let body = "{\"value\":[1,2,3]}";
    let cases = [
        (vec![Answer::silence()], 8),
        (vec![Answer::json(body).cut_after(5).then(Then::Stall)], 8),
        (
            vec![Answer::json(body).chunked(4).cut_after(2).then(Then::Stall)],
            8,
        ),
        (
            vec![Answer::error(500, body).cut_after(5).then(Then::Stall)],
            8,
        ),
        (
            vec![
                Answer::status(200)
                    .body("text/html", body)
                    .cut_after(5)
                    .then(Then::Stall),
            ],
            8,
        ),
        (
            vec![Answer::raw("HTTP/1.1 200 OK\r\nContent-").then(Then::Stall)],
            8,
        ),
        (vec![Answer::redirect(302, "/b"), Answer::silence()], 8),
        // The first page is out, so the list is incomplete.
        (vec![page(), Answer::silence()], 9),
        (
            vec![page(), Answer::json(body).cut_after(5).then(Then::Stall)],
            9,
        ),
        (
            vec![
                page(),
                Answer::error(500, body).cut_after(5).then(Then::Stall),
            ],
            9,
        ),
    ];
    at_once(cases, |(answers, code)| {
        let server = Server::answering(answers);
        let outcome = Run::plain(&server, "GET", "/a")
            .args(["--timeout", "1s"])
            .run();
        let outcome = outcome.exits(code).says(&["timed out after 1s"]);
        if code == 9 {
            assert_eq!(outcome.json()["nextLink"], server.url("/b"));
        } else {
            outcome.prints_nothing();
        }
    });
}

#[test]
fn without_a_folder_for_state_reading_works_and_writing_says_so() {
    for (name, value) in [
        ("XDG_STATE_HOME", "/proc/none"),
        ("XDG_STATE_HOME", "/dev/null/x"),
    ] {
        let get = ["GET", "/subscriptions", "--sandbox"];
        let outcome = Run::arm(get).env(name, value).run().exits(0);
        assert!(!outcome.json()["value"].as_array().is_none_or(Vec::is_empty));
        let group = "/subscriptions/{sub}/resourceGroups/new";
        let put = ["PUT", group, "location=westeurope", "--sandbox"];
        let outcome = Run::arm(put)
            .env(name, value)
            .run()
            .exits(1)
            .prints_nothing();
        outcome.says(&["the sandbox's state cannot be used", value]);
    }
}

#[test]
fn a_request_needs_no_home() {
    let server = Server::with(|_| Answer::json("{}"));
    let run = || {
        Run::plain(&server, "GET", "/")
            .without("HOME")
            .without("PATH")
    };
    run().run().exits(0);
    run()
        .without("XDG_STATE_HOME")
        .without("XDG_CONFIG_HOME")
        .run()
        .exits(0);
    run().env("HOME", "/nonexistent").run().exits(0);
}

#[test]
fn a_pipe_that_is_not_read_is_named() {
    let server = Server::answering([Answer::json("{}")]);
    let run = Run::plain(&server, "PUT", "/a").stdin("{}");
    let outcome = run.run().exits(0);
    assert_eq!(server.request().body, b"");
    outcome.says(&["standard input is a pipe, and was not read: add `-`"]);
}
