//! Writes whose answer never came: they may have been executed, and the user must be told so. Reads
//! do not mention it.

use crate::support::answer::Answer;
use crate::support::at_once::at_once;
use crate::support::run::{Outcome, Run};
use crate::support::server::Server;

const SENT: &str = "was sent, and may have been executed";

fn run(server: &Server, method: &str) -> Run {
    let path = "/subscriptions/s/resourceGroups/g?api-version=1";
    let run = Run::signed(server, method, path);
    if method == "GET" || method == "DELETE" {
        run
    } else {
        run.args(["{}"])
    }
}

#[track_caller]
fn says_sent(outcome: Outcome, method: &str, server: &Server) {
    let url = server.url("/subscriptions/s/resourceGroups/g?api-version=1");
    outcome.prints_nothing().says(&[
        &format!("the {method} {SENT}"),
        &format!("hint: see what became of it: `arm GET '{url}'"),
    ]);
}

#[test]
fn a_write_that_is_lost_may_have_been_executed() {
    at_once(["PUT", "PATCH", "DELETE", "POST"], |method| {
        let server = Server::answering([Answer::nothing()]);
        let outcome = run(&server, method).run().exits(7);
        says_sent(outcome, method, &server);
    });
}

#[test]
fn a_read_and_what_was_never_sent_were_not() {
    let server = Server::answering([Answer::nothing()]);
    let outcome = run(&server, "GET").run().exits(7);
    assert!(!outcome.stderr.contains(SENT), "{}", outcome.stderr);
    let nowhere = Run::arm(["PUT", "http://127.0.0.1:1/a", "{}", "--no-auth"]);
    let outcome = nowhere.args(["--retry", "0"]).run().exits(7);
    assert!(!outcome.stderr.contains(SENT), "{}", outcome.stderr);
    let refused = Server::answering([Answer::error(409, "{}")]);
    let outcome = run(&refused, "PUT").run().exits(4);
    assert!(!outcome.stderr.contains(SENT), "{}", outcome.stderr);
}

#[cfg(unix)]
#[test]
fn ctrl_c_says_so_too() {
    let server = Server::answering([Answer::silence()]);
    let running = run(&server, "PUT").start();
    while server.requests().is_empty() {
        std::thread::yield_now();
    }
    let ended = std::process::Command::new("kill")
        .args(["-INT", &running.id().to_string()])
        .status();
    assert!(ended.is_ok_and(|status| status.success()));
    says_sent(running.finish().exits(130), "PUT", &server);
}

#[test]
fn a_result_that_refuses_is_how_the_operation_ended() {
    for (path, status, code) in [
        ("/subscriptions/s/operationresults/o", 409, 10),
        ("/subscriptions/s/containerappOperationResults/o", 400, 10),
        ("/subscriptions/s/operationresults/o", 403, 4),
        ("/subscriptions/s/resourceGroups/g", 409, 4),
    ] {
        let body = r#"{"error":{"code":"ScopeLocked","message":"It is locked."}}"#;
        let server = Server::answering([Answer::error(status, body)]);
        let url = server.url(&format!("{path}?api-version=1"));
        Run::arm(["wait", &url, "--no-auth", "--retry", "0"])
            .run()
            .exits(code)
            .says(&["ScopeLocked"]);
    }
}
