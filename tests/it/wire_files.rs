//! `-O`: a file appears whole or not at all, and nothing stays next to it.

#![expect(
    clippy::unwrap_used,
    reason = "a folder that cannot be read fails the test"
)]

use std::path::Path;

use crate::support::answer::Answer;
use crate::support::run::{Outcome, Run};
use crate::support::server::Server;

const OLD: &str = "old\n";

/// The names in a folder, without the home folder.
fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    names.retain(|name| name != "home");
    names.sort();
    names
}

/// Runs a request into `a.json`, which exists; returns what is in it then.
#[track_caller]
fn into_file(answers: impl IntoIterator<Item = Answer>, arguments: &[&str]) -> (Outcome, String) {
    let server = Server::answering(answers);
    let run = Run::plain(&server, "GET", "/list").args(["-O", "a.json", "-o", "compact"]);
    let (outcome, folder) = run.args(arguments).file("a.json", OLD).run_and_keep();
    assert_eq!(names(folder.path()), ["a.json"], "{}", outcome.stderr);
    let content = std::fs::read_to_string(folder.path().join("a.json")).unwrap();
    (outcome.prints_nothing(), content)
}

#[test]
fn a_whole_answer_replaces_the_file() {
    let (outcome, content) = into_file([Answer::json("{\"a\":1}")], &[]);
    outcome.exits(0);
    assert_eq!(content, "{\"a\":1}\n");
    let (outcome, content) = into_file([Answer::status(204)], &[]);
    outcome.exits(0);
    assert_eq!(content, "");
    let html = Answer::status(200).body("text/html", "<html>");
    let (outcome, content) = into_file([html], &["-i"]);
    outcome.exits(0);
    assert!(content.starts_with("HTTP/1.1 200") && content.ends_with("<html>"));
}

#[test]
fn a_failure_leaves_the_old_file() {
    let page = || Answer::json("{\"value\":[1],\"nextLink\":\"/b\"}");
    let body = "{\"value\":[1,2,3]}";
    for (answers, code) in [
        (vec![Answer::error(404, "{}")], 4),
        (vec![Answer::status(500)], 5),
        (vec![Answer::redirect(302, "http://localhost:1/")], 3),
        (vec![Answer::nothing()], 7),
        (vec![Answer::json(body).cut_after(5)], 9),
        (vec![Answer::json("{\"a\":")], 9),
        (
            vec![
                Answer::status(200)
                    .body("text/plain", "x".repeat(2 << 20))
                    .cut_after(1 << 21),
            ],
            0,
        ),
        (
            vec![
                Answer::status(200)
                    .body("text/plain", "x".repeat(2 << 20))
                    .cut_after(1 << 20),
            ],
            9,
        ),
        (vec![page(), Answer::status(500)], 9),
        (vec![page(), Answer::json(body).cut_after(5)], 9),
        (
            vec![
                page(),
                Answer::json("{\"value\":[2],\"nextLink\":\"http://localhost:1/\"}"),
            ],
            9,
        ),
    ] {
        let (outcome, content) = into_file(answers, &[]);
        assert_eq!(outcome.code, Some(code), "{}", outcome.stderr);
        assert_eq!(content == OLD, code != 0, "{code}: {}", outcome.stderr);
    }
    for arguments in [&["-q", "$.a"][..], &["-q", "$..a", "--max-memory", "1KiB"]] {
        let html = Answer::status(200).body("text/html", "<html>");
        let large = Answer::json(format!("[{}1]", "1,".repeat(4096)));
        let answer = if arguments.len() == 2 { html } else { large };
        let (outcome, content) = into_file([answer], arguments);
        assert_ne!(outcome.code, Some(0));
        assert_eq!(content, OLD, "{}", outcome.stderr);
    }
}

#[test]
fn a_limit_of_the_user_is_not_an_error() {
    let page = Answer::json("{\"value\":[1,2],\"nextLink\":\"/b\"}");
    let (outcome, content) = into_file([page], &["--limit", "1"]);
    outcome.exits(0);
    assert_eq!(content, "{\"value\":[1],\"nextLink\":\"/b\"}\n");
}

#[test]
fn a_place_that_takes_no_file_is_told_before_anything_is_sent() {
    for path in [
        ".",
        "home",
        "no/such/folder/a.json",
        "a.txt/b.json",
        "/proc/none/a.json",
    ] {
        let server = Server::untouched();
        let run = Run::plain(&server, "PUT", "/")
            .args(["{}", "-O", path])
            .file("a.txt", "");
        let (outcome, folder) = run.run_and_keep();
        outcome
            .exits(1)
            .prints_nothing()
            .says(&["error: cannot write to `", path]);
        assert_eq!(names(folder.path()), ["a.txt"], "{path}");
    }
}

#[test]
fn a_dash_is_stdout() {
    let server = Server::answering([Answer::json("{}")]);
    let (outcome, folder) = Run::plain(&server, "GET", "/")
        .args(["-O", "-"])
        .run_and_keep();
    assert_eq!(outcome.exits(0).text(), "{}\n");
    assert!(names(folder.path()).is_empty());
}

#[cfg(unix)]
mod unix {
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    use super::{Answer, OLD, Run, Server, names};
    use crate::support::answer::Then;
    use crate::support::at_once::at_once;

    #[test]
    fn a_full_disk_leaves_the_old_file() {
        let body = format!("[{}1]", "1,".repeat(200_000));
        let server = Server::with(move |_| Answer::json(&body));
        // Blocks of 1,024 bytes.
        let script = format!(
            "ulimit -f 100; \"$ARM\" GET {} --no-auth -O a.json",
            server.url("/")
        );
        let (outcome, folder) = Run::bash(&script).file("a.json", OLD).run_and_keep();
        outcome
            .exits(1)
            .prints_nothing()
            .says(&["cannot write to `a.json`"]);
        assert_eq!(names(folder.path()), ["a.json"]);
        let content = std::fs::read_to_string(folder.path().join("a.json")).unwrap();
        assert_eq!(content, OLD);
    }

    #[test]
    fn a_link_and_the_permissions_stay() {
        let server = Server::with(|_| Answer::json("{}"));
        let run = Run::plain(&server, "GET", "/")
            .args(["-O", "link"])
            .file("real/a.json", OLD);
        let real = run.folder().join("real/a.json");
        std::fs::set_permissions(&real, std::fs::Permissions::from_mode(0o600)).unwrap();
        symlink("real/a.json", run.folder().join("link")).unwrap();
        let (outcome, folder) = run.run_and_keep();
        outcome.exits(0);
        assert!(
            folder
                .path()
                .join("link")
                .symlink_metadata()
                .unwrap()
                .is_symlink()
        );
        let real = folder.path().join("real/a.json");
        assert_eq!(std::fs::read_to_string(&real).unwrap(), "{}\n");
        assert_eq!(real.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(names(&folder.path().join("real")), ["a.json"]);
    }

    #[test]
    fn a_new_file_obeys_the_umask() {
        for (mask, mode) in [("022", 0o644), ("077", 0o600)] {
            let server = Server::answering([Answer::json("{}")]);
            let url = server.url("/");
            let script = format!("umask {mask}; exec \"$ARM\" GET {url} --no-auth -O a.json");
            let (outcome, folder) = Run::bash(&script).run_and_keep();
            outcome.exits(0);
            let found = folder
                .path()
                .join("a.json")
                .metadata()
                .unwrap()
                .permissions()
                .mode();
            assert_eq!(found & 0o777, mode, "{mask}");
        }
    }

    #[test]
    fn pipes_and_devices_are_written_to_and_stay_what_they_are() {
        let server = Server::with(|_| Answer::json("{}"));
        let url = server.url("/");
        let pipe = format!(
            "mkfifo p; \"$ARM\" GET {url} --no-auth -O p & cat p; wait $!; code=$?; [ -p p ] && exit $code"
        );
        assert_eq!(Run::bash(&pipe).run().exits(0).text(), "{}\n");
        let substitution = format!("\"$ARM\" GET {url} --no-auth -O >(cat >&2); wait $!");
        Run::bash(&substitution).run().exits(0).says(&["{}\n"]);
        let device = format!("\"$ARM\" GET {url} --no-auth -O /dev/stdout");
        assert_eq!(Run::bash(&device).run().exits(0).text(), "{}\n");
    }

    #[test]
    fn what_stdout_holds_stays_where_the_answer_goes_there_too() {
        let server = Server::with(|_| Answer::json("{}"));
        let url = server.url("/");
        let script = format!(
            "echo first > a; {{ echo second; \"$ARM\" GET {url} --no-auth -O /dev/stdout; echo third; }} >> a; cat a"
        );
        let outcome = Run::bash(&script).run().exits(0);
        assert_eq!(outcome.text(), "first\nsecond\n{}\nthird\n");
        let others = format!(
            "exec 3> a.json; echo first >&3; \"$ARM\" GET {url} --no-auth -O /dev/fd/3; cat a.json"
        );
        let outcome = Run::bash(&others).run().exits(0);
        assert_eq!(outcome.text(), "first\n{}\n");
        let read_only = format!("echo > a; exec 3< a; \"$ARM\" GET {url} --no-auth -O /dev/fd/3");
        Run::bash(&read_only).run().exits(1).says(&[
            "error: refused to replace `/dev/fd/3`: it is the descriptor of a file that is not open for writing",
        ]);
    }

    #[test]
    fn a_file_with_other_names_is_refused_before_anything_is_sent() {
        let server = Server::untouched();
        let run = Run::plain(&server, "PUT", "/").args(["{}", "-O", "a.json"]);
        let run = run.file("a.json", OLD);
        let folder = run.folder();
        std::fs::hard_link(folder.join("a.json"), folder.join("b.json")).unwrap();
        let (outcome, folder) = run.run_and_keep();
        outcome.exits(1).prints_nothing().says(&[
            "error: refused to replace `a.json`: it has other names (hard links)",
            "hint: `> FILE` in place of `-O FILE` writes into it",
        ]);
        for name in ["a.json", "b.json"] {
            let content = std::fs::read_to_string(folder.path().join(name)).unwrap();
            assert_eq!(content, OLD);
        }
    }

    #[test]
    fn a_dangling_link_gets_its_file() {
        let server = Server::answering([Answer::json("{}")]);
        let run = Run::plain(&server, "GET", "/").args(["-O", "link"]);
        symlink("a.json", run.folder().join("link")).unwrap();
        let (outcome, folder) = run.run_and_keep();
        outcome.exits(0);
        assert_eq!(names(folder.path()), ["a.json", "link"]);
    }

    #[test]
    fn the_time_of_the_run_ends_waits_for_other_programs() {
        let cases = [
            ("mkfifo p; \"$ARM\" GET URL --timeout 100ms -O p", 8),
            ("mkfifo p; \"$ARM\" PUT URL --timeout 100ms @p", 8),
            (
                "mkfifo p; exec 3<>p; \"$ARM\" PUT URL --timeout 100ms - <&3",
                8,
            ),
            (
                "mkfifo p; exec 3<>p; echo '{' >&3; \"$ARM\" PUT URL --timeout 100ms - <&3",
                8,
            ),
            ("yes | \"$ARM\" DELETE - --no-auth --timeout 100ms", 8),
            ("mkfifo p; exec 3<>p; \"$ARM\" GET URL --timeout 2s >&3", 9),
        ];
        at_once(cases, |(script, code)| {
            let server = if code == 9 {
                Server::with(|_| Answer::json(format!("[{}1]", "1,".repeat(1 << 17))))
            } else {
                Server::untouched()
            };
            let script = script.replace("URL", &format!("{} --no-auth", server.url("/")));
            let outcome = Run::bash(&script).run().exits(code);
            outcome.says(&[
                "error: timed out",
                "hint: give it more time with `--timeout`",
            ]);
        });
    }

    #[test]
    fn an_answer_is_whole_where_stdout_does_not_block() {
        let server = Server::with(|_| Answer::json(format!("[{}1]", "1,".repeat(1 << 18))));
        let url = server.url("/");
        let script = format!(
            "{{ python3 -c 'import os; os.set_blocking(1, False)'; \"$ARM\" GET {url} --no-auth -o compact; }} | {{ sleep 0.2; wc -c; }}"
        );
        let outcome = Run::bash(&script).run().exits(0);
        assert_eq!(outcome.text().trim(), (2 * (1 << 18) + 4).to_string());
    }

    #[test]
    fn an_interrupt_leaves_the_old_file() {
        let (asked, wait) = std::sync::mpsc::channel();
        let server = Server::with(move |_| {
            let _told = asked.send(());
            let body = format!("[{}1]", "1,".repeat(1 << 20));
            Answer::json(&body)
                .cut_after(body.len() - 1)
                .then(Then::Stall)
        });
        let run = Run::plain(&server, "GET", "/")
            .args(["-O", "a.json"])
            .file("a.json", OLD);
        let mut running = run.start();
        wait.recv().unwrap();
        let id = running.id().to_string();
        Run::bash(&format!("kill -INT {id}")).run().exits(0);
        let folder = running.keep_folder();
        running.finish().exits(130).prints_nothing();
        assert_eq!(names(folder.path()), ["a.json"]);
        let content = std::fs::read_to_string(folder.path().join("a.json")).unwrap();
        assert_eq!(content, OLD);
    }
}
