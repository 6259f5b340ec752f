//! `If-Match` and `If-None-Match` from the command line to the answer: against the sandbox, and byte for byte on the
//! wire. A write that may create only once is not repeated.

use tempfile::TempDir;

use crate::support::answer::Answer;
use crate::support::home::STATE_FOLDER;
use crate::support::run::{Outcome, Run};
use crate::support::server::Server;

const GROUP: &str = "/subscriptions/{sub}/resourceGroups/rg-web-prod";

/// A sandbox that lasts for a test.
struct Sandbox(TempDir);

impl Sandbox {
    fn ask(&self, method: &str, path: &str, arguments: &[&str]) -> Outcome {
        Run::arm(["--sandbox", method, &format!("{GROUP}/providers/{path}")])
            .args(arguments)
            .env(STATE_FOLDER, self.0.path())
            .run()
    }

    fn etag(&self, path: &str) -> String {
        let outcome = self.ask("GET", path, &["-q", "$.etag", "-r"]).exits(0);
        outcome.text().trim_end().to_owned()
    }
}

const VM: &str = "Microsoft.Compute/virtualMachines/vm-web-01";
const ACCOUNT: &str = "Microsoft.Storage/storageAccounts/stcontosoweb2";

#[test]
fn what_has_changed_is_not_overwritten() {
    let sandbox = Sandbox(tempfile::tempdir().unwrap());
    let old = sandbox.etag(VM);
    assert!(old.starts_with("W/\"") && old.ends_with('"'), "{old}");
    // The head names the same tag.
    let head = sandbox.ask("GET", VM, &["-i", "-o", "none"]).exits(0);
    assert!(
        head.text().contains(&format!("\netag: {old}\n")),
        "{}",
        head.text()
    );

    let condition = format!("If-Match:{old}");
    let change = [".tags.owner=me", &condition];
    sandbox.ask("PATCH", VM, &change).exits(0);
    let present = sandbox.etag(VM);
    assert_ne!(old, present);
    for arguments in [
        &change[..],
        &[".tags.owner=you", "-H", &format!("If-Match: {old}")],
    ] {
        let refused = sandbox
            .ask("PATCH", VM, arguments)
            .exits(4)
            .prints_nothing();
        refused.says(&["PreconditionFailed", "412"]);
    }
    sandbox
        .ask("DELETE", VM, &[&condition])
        .exits(4)
        .prints_nothing();
    assert_eq!(sandbox.etag(VM), present, "nothing was changed");
    let listed = format!("If-Match:\"x\", {present}");
    sandbox
        .ask("PATCH", VM, &[".tags.owner=you", &listed])
        .exits(0);
    sandbox
        .ask("PATCH", VM, &[".tags.owner=me", "If-Match:*"])
        .exits(0);
}

#[test]
fn what_is_known_is_not_sent_again() {
    let sandbox = Sandbox(tempfile::tempdir().unwrap());
    let known = format!("If-None-Match:{}", sandbox.etag(VM));
    let outcome = sandbox.ask("GET", VM, &[&known]).exits(0).prints_nothing();
    assert_eq!(
        outcome.stderr,
        "note: HTTP 304: not modified since the version that was named\n"
    );
    let outcome = sandbox.ask("GET", VM, &[&known, "-i"]).exits(0);
    assert!(outcome.text().starts_with("HTTP/1.1 304"));
    sandbox
        .ask("GET", VM, &["If-None-Match:\"other\"", "-q", "$.name"])
        .exits(0);
}

#[test]
fn what_is_there_is_not_created_and_what_is_not_there_is_not_changed() {
    let sandbox = Sandbox(tempfile::tempdir().unwrap());
    let body =
        "{\"location\":\"westeurope\",\"sku\":{\"name\":\"Standard_LRS\"},\"kind\":\"StorageV2\"}";
    let missing = sandbox.ask("PUT", ACCOUNT, &[body, "If-Match:*"]);
    missing.exits(4).prints_nothing().says(&["412"]);
    sandbox
        .ask("PATCH", ACCOUNT, &[".tags.a=b", "If-Match:*"])
        .exits(4)
        .says(&["404"]);
    let gone = sandbox
        .ask("DELETE", ACCOUNT, &["If-Match:*", "-v"])
        .exits(0);
    gone.says(&["< HTTP/1.1 204"]).prints_nothing();
    let created = sandbox.ask(
        "PUT",
        ACCOUNT,
        &[body, "If-None-Match:*", "-v", "--wait", "-o", "none"],
    );
    created.exits(0);
    let again = sandbox.ask("PUT", ACCOUNT, &[body, "If-None-Match:*"]);
    again
        .exits(4)
        .prints_nothing()
        .says(&["412", "If-None-Match"]);
}

#[test]
fn a_tag_arrives_as_it_was_written() {
    let server = Server::with(|_| Answer::status(204));
    let tags = [
        "*",
        "\"abc\"",
        "W/\"a b\"",
        "\"a;b\"",
        "\"a=b\"",
        "\"a==b\"",
        "\"a:=b\"",
        "\"0x8D4BCC2E4835CD0==\"",
        "\"@x\"",
        "\"{a}[b]\"",
        "\"x\", W/\"y\"",
        "unquoted",
    ];
    for tag in tags {
        for name in ["If-Match", "if-none-match"] {
            let item = format!("{name}:{tag}");
            Run::plain(&server, "DELETE", "/")
                .args([&item])
                .run()
                .exits(0);
            let option = format!("{name}: {tag}");
            Run::plain(&server, "DELETE", "/")
                .args(["-H", &option])
                .run()
                .exits(0);
            let from_file = format!("{name}:@etag.txt");
            let run = Run::plain(&server, "DELETE", "/").args([&from_file]);
            run.file("etag.txt", format!("{tag}\n")).run().exits(0);
            for request in server.requests().iter().rev().take(3) {
                assert_eq!(request.header(&name.to_lowercase()), Some(tag));
            }
        }
    }
}

#[track_caller]
fn asked(condition: &str, answers: [Answer; 2]) -> (Option<i32>, usize) {
    let server = Server::answering(answers);
    let run = Run::arm(["PUT", &server.url("/"), "--no-auth", "--retry", "3"]);
    let run = run.args(["--retry-max-wait", "0", "a=b", condition]);
    let outcome = run.run();
    (outcome.code, server.requests().len())
}

#[test]
fn a_creation_is_not_repeated_unless_it_was_refused() {
    let created = || Answer::error(201, "{}");
    let only = "If-None-Match:*";
    for (condition, first, expected) in [
        (only, Answer::status(500), (Some(5), 1)),
        (only, Answer::status(502), (Some(5), 1)),
        (only, Answer::status(504), (Some(5), 1)),
        (only, Answer::status(503), (Some(5), 1)),
        (only, Answer::status(408), (Some(4), 1)),
        (only, Answer::nothing(), (Some(7), 1)),
        (only, Answer::json("{}").cut_after(1), (Some(9), 1)),
        // Refused before it was executed: it may go out again.
        (only, Answer::status(429), (Some(0), 2)),
        (
            only,
            Answer::status(503).header("Retry-After", "0"),
            (Some(0), 2),
        ),
        ("if-none-match:*", Answer::status(500), (Some(5), 1)),
        ("If-None-Match: * ", Answer::status(500), (Some(5), 1)),
        ("If-None-Match:\"a\", *", Answer::status(500), (Some(5), 1)),
        // A tag is another condition: what was written a second time is what was written the first time, or 412.
        ("If-None-Match:\"a\"", Answer::status(500), (Some(0), 2)),
        ("If-Match:\"a\"", Answer::status(500), (Some(0), 2)),
        ("If-Match:*", Answer::nothing(), (Some(0), 2)),
    ] {
        assert_eq!(
            asked(condition, [first, created()]),
            expected,
            "{condition}"
        );
    }
}
