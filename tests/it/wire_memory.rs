//! Answers that are larger than what may be held: printed as they arrive, in little memory, and closed as valid JSON if
//! they end too early.

#![expect(
    clippy::unwrap_used,
    reason = "a process that cannot be watched fails the test"
)]

use std::io::{self, Write};

use crate::support::answer::Answer;
use crate::support::run::Run;
use crate::support::server::Server;

/// About what one resource takes in a list.
const ITEM: usize = 1024;

/// Writes the beginning of a list of this many items.
fn write_items(out: &mut dyn Write, count: usize) -> io::Result<()> {
    out.write_all(b"{\"count\":1.10,\"value\":[")?;
    let padding = "x".repeat(ITEM - 30);
    let mut portion = String::new();
    for number in 0..count {
        let comma = if number == 0 { "" } else { "," };
        portion.push_str(&format!("{comma}{{\"id\":{number},\"p\":\"{padding}\"}}"));
        if portion.len() > 60_000 || number + 1 == count {
            out.write_all(portion.as_bytes())?;
            portion.clear();
        }
    }
    Ok(())
}

/// A list of 3,000 items (3 MB) and this end.
fn large(end: impl AsRef<[u8]>) -> Answer {
    let end = end.as_ref().to_vec();
    Answer::written(move |out| {
        write_items(out, 3000)?;
        out.write_all(&end)
    })
}

#[test]
fn a_large_list_is_printed_whole() {
    let server = Server::with(|request| match request.target.as_str() {
        "/list" => large("],\"nextLink\":\"/next\",\"after\":1E5}"),
        _ => large("]}"),
    });
    let outcome = Run::plain(&server, "GET", "/list").run().exits(0);
    assert_eq!(outcome.json()["value"].as_array().map(Vec::len), Some(6000));
    assert!(
        outcome
            .text()
            .starts_with("{\n  \"count\": 1.10,\n  \"value\": [\n    {\n")
    );
    assert!(outcome.text().ends_with("\n  ],\n  \"after\": 1E5\n}\n"));
    for arguments in [["-o", "ndjson", "-s"], ["-q", "$.value[*].id", "-r"]] {
        let outcome = Run::plain(&server, "GET", "/list")
            .args(arguments)
            .run()
            .exits(0);
        let lines = if arguments.contains(&"-s") { 0 } else { 6000 };
        assert_eq!(outcome.text().lines().count(), lines, "{arguments:?}");
    }
}

#[test]
fn a_large_list_that_ends_too_early_is_closed_and_told() {
    for (end, words) in [
        (&b""[..], "ends in the middle"),
        (b",{\"id\":", "ends in the middle"),
        (b",{\"id\":\"\xff\"}]}", "malformed"),
        (b",{\"id\":01}]}", "malformed"),
        (b",]}", "malformed"),
        (b"]} x", "malformed"),
    ] {
        let server = Server::with(move |_| large(end));
        let outcome = Run::plain(&server, "GET", "/list")
            .run()
            .exits(9)
            .says(&[words]);
        assert_eq!(
            outcome.json()["value"].as_array().map(Vec::len),
            Some(3000),
            "{words}"
        );
        let outcome = Run::plain(&server, "GET", "/list")
            .args(["-o", "ndjson"])
            .run()
            .exits(9);
        assert_eq!(outcome.text().lines().count(), 3000, "{words}");
        let outcome = Run::plain(&server, "GET", "/list")
            .args(["-q", "$.value[0].id"])
            .run();
        outcome.exits(9).prints_nothing();
    }
}

#[test]
fn a_large_list_whose_connection_breaks_is_closed_and_told() {
    let body = {
        let mut bytes = Vec::new();
        let written = write_items(&mut bytes, 3000).and_then(|()| bytes.write_all(b"]}"));
        written.map(|()| bytes).unwrap()
    };
    for answer in [
        Answer::json(&body).cut_after(body.len() - 1),
        Answer::json(&body).chunked(100_000).cut_after(29),
    ] {
        let server = Server::answering([answer]);
        let outcome = Run::plain(&server, "GET", "/list")
            .run()
            .exits(9)
            .says(&["cut"]);
        assert!(
            outcome.json()["value"]
                .as_array()
                .is_some_and(|items| items.len() > 2000)
        );
    }
}

#[test]
fn a_large_later_page_that_is_cut_keeps_the_link_to_it() {
    let server = Server::with(|request| match request.target.as_str() {
        "/list" => Answer::json("{\"value\":[0],\"nextLink\":\"/next?t=1\"}"),
        _ => large(",{\"id\":"),
    });
    let outcome = Run::plain(&server, "GET", "/list").run().exits(9);
    assert_eq!(outcome.json()["nextLink"], server.url("/next?t=1"));
    assert_eq!(outcome.json()["value"].as_array().map(Vec::len), Some(3001));
}

#[test]
fn a_large_text_passes_through() {
    let server = Server::with(|_| {
        Answer::written(|out| {
            for _ in 0..40 {
                out.write_all("0123456789abcdef".repeat(4096).as_bytes())?;
            }
            Ok(())
        })
    });
    let outcome = Run::plain(&server, "GET", "/")
        .args(["-o", "raw"])
        .run()
        .exits(0);
    assert_eq!(outcome.stdout.len(), 40 * 65_536);
}

#[test]
fn a_query_that_needs_too_much_memory_says_what_helps() {
    let server = Server::with(|_| large("]}"));
    let run = Run::plain(&server, "GET", "/").args(["-q", "$..id", "--max-memory", "1MiB"]);
    run.run()
        .exits(1)
        .prints_nothing()
        .says(&["--each", "--max-memory"]);
}

/// What the kernel knows of a process's memory is read while the server holds the end back.
#[cfg(target_os = "linux")]
mod peak {
    use std::sync::Mutex;
    use std::sync::mpsc::{Receiver, Sender, channel};

    use super::{ITEM, write_items};
    use crate::support::answer::Answer;
    use crate::support::run::Run;
    use crate::support::server::Server;

    /// The size of the answer.
    const BODY: usize = 300 << 20;
    /// The most that the program may take, in KiB.
    const MOST: u64 = 64 << 10;

    /// The end of a channel that one answer takes.
    fn taken<T>(slot: &Mutex<Option<T>>) -> T {
        slot.lock().unwrap().take().unwrap()
    }

    #[track_caller]
    fn check(arguments: &str) {
        let (reached, wait): (Sender<()>, Receiver<()>) = channel();
        let (go_on, hold): (Sender<()>, Receiver<()>) = channel();
        let ends = Mutex::new(Some((reached, hold)));
        let server = Server::with(move |_| {
            let (reached, hold) = taken(&ends);
            Answer::written(move |out| {
                write_items(out, BODY / ITEM)?;
                let _told = reached.send(());
                let _released = hold.recv();
                out.write_all(b"]}")
            })
        });
        let url = server.url("/list");
        let script = format!("exec \"$ARM\" GET {url} --no-auth {arguments} > /dev/null");
        let running = Run::bash(&script).start();
        wait.recv().unwrap();
        let status = std::fs::read_to_string(format!("/proc/{}/status", running.id())).unwrap();
        go_on.send(()).unwrap();
        running.finish().exits(0);
        let line = status
            .lines()
            .find_map(|line| line.strip_prefix("VmHWM:"))
            .unwrap();
        let peak: u64 = line.trim().trim_end_matches(" kB").parse().unwrap();
        assert!(peak > 1024 && peak < MOST, "{arguments}: {peak} KiB");
    }

    #[test]
    fn is_small_for_a_large_answer() {
        check("");
    }

    #[test]
    fn is_small_for_a_query_on_each_item() {
        check("-q '$.value[*].id'");
    }
}
