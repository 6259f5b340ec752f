//! `arm edit`: what is sent, what keeps it from being sent, and that no text is lost on the way. The editors are scripts.

use std::path::{Path, PathBuf};

use crate::support::answer::Answer;
use crate::support::home::Home;
use crate::support::run::{Outcome, Run};
use crate::support::server::{Received, Server};

const THING: &str = "/things/t?api-version=1";
/// The resource before anybody changes it.
const BEFORE: &str = "{\"id\":\"/things/t\",\"etag\":\"e1\",\"tags\":{\"a\":\"1\"},\"properties\":{\"n\":1.10,\"provisioningState\":\"Succeeded\"}}";

/// An edit of the resource at a server, by an editor that is a script; nobody is asked.
fn edit(server: &Server, script: &str) -> Run {
    let url = server.url(THING);
    let script = format!("PATH=/usr/bin:/bin\n{script}");
    let run = Run::arm(["edit", url.as_str(), "--no-auth", "--yes"]);
    run.program("editor", &script).env("EDITOR", "editor")
}

fn writes(server: &Server) -> Vec<Received> {
    let requests = server.requests().into_iter();
    requests.filter(|request| request.method != "GET").collect()
}

/// The texts that were kept.
fn kept(home: &Home) -> Vec<PathBuf> {
    fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.components().any(|part| part.as_os_str() == "edits") {
                found.push(path);
            }
        }
    }
    let mut found = Vec::new();
    walk(home.path(), &mut found);
    found
}

#[test]
fn what_was_changed_is_sent_if_it_is_still_what_was_read() {
    let server = Server::with(|_| Answer::json(BEFORE));
    let (outcome, home) = edit(&server, "sed -i 's/1\\.10/2/' \"$1\"").run_and_keep();
    outcome.exits(0).says(&["~ properties.n: 1.10 => 2"]);
    let writes = writes(&server);
    let write = writes.first().unwrap();
    assert_eq!(
        (write.method.as_str(), write.target.as_str()),
        ("PUT", THING)
    );
    assert_eq!(write.header("if-match"), Some("e1"));
    assert_eq!(
        write.body,
        b"{\n  \"tags\": {\n    \"a\": \"1\"\n  },\n  \"properties\": {\n    \"n\": 2\n  }\n}"
    );
    assert_eq!(kept(&home), Vec::<PathBuf>::new());
}

#[test]
fn nothing_is_sent_where_nothing_was_changed() {
    for (script, code, words) in [
        ("true", 0, "nothing was changed, and nothing was sent"),
        ("sed -i 's/1\\.10/1.1/' \"$1\"", 0, "nothing was changed"),
        ("exit 1", 1, "failed: exit status: 1"),
        (": > \"$1\"", 12, "the text is empty: nothing was sent"),
        ("rm \"$1\"", 12, "the text is empty: nothing was sent"),
    ] {
        let server = Server::with(|_| Answer::json(BEFORE));
        let (outcome, home) = edit(&server, script).run_and_keep();
        outcome.exits(code).says(&[words]);
        assert!(writes(&server).is_empty(), "{script}");
        assert_eq!(kept(&home), Vec::<PathBuf>::new(), "{script}");
    }
}

/// Runs an edit that fails, and returns what it says once it is known that the text was kept only for its owner.
#[track_caller]
fn fails(server: &Server, script: &str, code: i32) -> Outcome {
    use std::os::unix::fs::PermissionsExt as _;

    let (outcome, home) = edit(server, script).run_and_keep();
    let kept = kept(&home);
    let [path] = kept.as_slice() else {
        panic!("{kept:?}")
    };
    let mode = |path: &Path| {
        path.metadata()
            .map(|found| found.permissions().mode() & 0o777)
    };
    assert_eq!(mode(path).ok().map(|mode| mode & 0o077), Some(0));
    assert_eq!(
        path.parent().and_then(|folder| mode(folder).ok()),
        Some(0o700)
    );
    let shown = path.display().to_string();
    outcome
        .exits(code)
        .says(&["your text is kept in:", &shown, &format!("@{shown}")])
}

#[test]
fn a_text_that_is_not_sent_is_kept() {
    let server = Server::with(|_| Answer::json(BEFORE));
    fails(&server, "sed -i 's/{/{{/' \"$1\"", 2).says(&["is not valid JSON"]);
    fails(&server, "echo '[1]' > \"$1\"", 2).says(&["not a JSON object"]);
    fails(&server, "echo x >> \"$1\"; exit 7", 1).says(&["exit status: 7"]);
    assert!(writes(&server).is_empty());
    let change = "sed -i 's/1\\.10/2/' \"$1\"";
    let server = Server::with(|request| match request.method.as_str() {
        "GET" => Answer::json(BEFORE),
        _ => Answer::error(
            412,
            "{\"error\":{\"code\":\"PreconditionFailed\",\"message\":\"m\"}}",
        ),
    });
    fails(&server, change, 4).says(&[
        "someone else has changed it",
        "has changed since it was read",
    ]);
    let server = Server::with(|request| match request.method.as_str() {
        "GET" => Answer::json(BEFORE),
        _ => Answer::error(
            400,
            "{\"error\":{\"code\":\"BadNumber\",\"message\":\"m\"}}",
        ),
    });
    fails(&server, change, 4).says(&["error: BadNumber: m"]);
    let server = Server::with(|request| match request.method.as_str() {
        "GET" => Answer::json(BEFORE),
        _ => Answer::nothing(),
    });
    let url = server.url(THING);
    let run = edit(&server, change).args(["--timeout", "300ms"]);
    let (outcome, home) = run.run_and_keep();
    assert_eq!(kept(&home).len(), 1, "{url}");
    outcome.says(&["your text is kept in:"]);
}

#[test]
fn what_another_has_changed_is_shown_and_not_overwritten() {
    let reads = std::sync::atomic::AtomicUsize::new(0);
    let server = Server::with(move |_| {
        match reads.fetch_add(1, std::sync::atomic::Ordering::SeqCst) {
            0 => Answer::json(BEFORE),
            // It knows no `If-Match`: looking again tells.
            _ => Answer::json(BEFORE.replace("\"a\":\"1\"", "\"a\":\"theirs\"")),
        }
    });
    let outcome = fails(&server, "sed -i 's/1\\.10/2/' \"$1\"", 4);
    outcome.says(&["~ tags.a: \"1\" => \"theirs\""]);
    assert!(writes(&server).is_empty());
}

#[test]
fn what_is_gone_meanwhile_is_not_made_again() {
    let reads = std::sync::atomic::AtomicUsize::new(0);
    let server =
        Server::with(
            move |_| match reads.fetch_add(1, std::sync::atomic::Ordering::SeqCst) {
                0 => Answer::json(BEFORE),
                _ => Answer::error(404, "{\"error\":{\"code\":\"NotFound\",\"message\":\"m\"}}"),
            },
        );
    fails(&server, "sed -i 's/1\\.10/2/' \"$1\"", 4).says(&["error: NotFound"]);
    assert!(writes(&server).is_empty());
}

#[test]
fn a_file_takes_the_place_of_an_editor() {
    let server = Server::with(|_| Answer::json(BEFORE));
    let url = server.url(THING);
    let words = [
        "edit",
        url.as_str(),
        "@new.yaml",
        "--no-auth",
        "--yes",
        "--method",
        "patch",
    ];
    let run = Run::arm(words).file("new.yaml", "tags:\n  a: no\nproperties:\n  n: 1.1\n");
    run.run().exits(0).says(&["~ tags.a: \"1\" => \"no\""]);
    let writes = writes(&server);
    assert_eq!(writes.first().unwrap().body, b"{\"tags\":{\"a\":\"no\"}}");
}

#[test]
fn nobody_is_asked_where_there_is_nobody() {
    let server = Server::untouched();
    let url = server.url(THING);
    let run = Run::arm(["edit", url.as_str(), "--no-auth"]).env("EDITOR", "true");
    run.run()
        .exits(12)
        .says(&["no terminal to ask on", "--yes"]);
    let run = Run::arm(["edit", url.as_str(), "--no-auth", "--yes"]).env("EDITOR", "code");
    run.run()
        .exits(2)
        .says(&["`code` ends before the text is saved", "code --wait"]);
}

#[test]
fn a_run_that_may_only_read_opens_no_editor() {
    let server = Server::untouched();
    let (outcome, home) = edit(&server, "exit 9").args(["--read-only"]).run_and_keep();
    outcome
        .exits(12)
        .prints_nothing()
        .says(&["refused to edit"]);
    assert_eq!(kept(&home), Vec::<PathBuf>::new());
}
