//! What is asked and shown on a terminal, which `script` makes: the question before a deletion, the head, a
//! binary answer.

use crate::support::answer::Answer;
use crate::support::pty;
use crate::support::run::{Outcome, Run};
use crate::support::server::Server;

/// Runs a command of bash on a terminal, with what is typed there; `None` where `script` is missing.
fn on_terminal(command: &str, typed: &str) -> Option<Outcome> {
    // The terminal's output is the script's stdout.
    let run = Run::bash(&format!("exec {}", pty::on_terminal(command)?));
    Some(run.env("NO_COLOR", "1").stdin(typed).run())
}

fn typing(command: &str, typed: &str, code: i32, words: &str, count: usize) {
    let server = Server::with(|_| Answer::status(204));
    // Before the end one request is made anyway: a server that is never asked is a fault.
    Run::plain(&server, "GET", "/").run().exits(0);
    let vm = "/subscriptions/s/resourceGroups/rg-1/providers/Microsoft.Compute/virtualMachines";
    let command = command
        .replace("VM", &server.url(&format!("{vm}/vm-1?api-version=1")))
        .replace("arm", "\"$ARM\"")
        .replace("DELETE", "DELETE --no-auth --retry 0");
    let Some(outcome) = on_terminal(&command, typed) else {
        return;
    };
    let shown = outcome.text().to_owned();
    outcome.exits(code);
    assert!(shown.contains(words), "{command}: {shown}");
    let sent = server
        .lines()
        .iter()
        .filter(|line| line.starts_with("DELETE"))
        .count();
    assert_eq!(sent, count, "{command}: {shown}");
}

#[test]
fn one_deletion_is_asked_about() {
    let question = "virtualMachines/vm-1 at 127.0.0.1? [y/N] ";
    typing("arm DELETE VM", "y\n", 0, question, 1);
    typing("arm DELETE VM", "YES\n", 0, question, 1);
    typing(
        "arm DELETE VM",
        "n\n",
        12,
        "error: not confirmed: nothing was sent",
        0,
    );
    typing("arm DELETE VM", "\n", 12, question, 0);
    typing("arm DELETE VM", "", 12, "not confirmed", 0);
    typing("arm DELETE VM -y", "", 0, "", 1);
    typing("arm DELETE VM -n", "", 0, "DELETE http://", 0);
    // If stdin or stderr is not the terminal, there is no person to ask.
    typing("arm DELETE VM < /dev/null", "", 0, "", 1);
    typing("arm DELETE VM 2> err", "", 0, "", 1);
}

#[test]
fn many_deletions_are_asked_about_once() {
    let ids = "printf \"%s\\n\" VM \"VM&n=2\" \"VM&n=3\" | ";
    let arm = |rest: &str| format!("{ids}arm DELETE - {rest}");
    typing(&arm(""), "y\n", 0, "delete 3:", 3);
    typing(&arm(""), "n\n", 12, "go on? [y/N] ", 0);
    typing(&arm(""), "", 12, "not confirmed", 0);
    typing(&arm("--yes"), "", 0, "\"status\":204", 3);
    typing(&arm("2> err"), "y\n", 12, "", 0);
    typing(&arm("--curl"), "", 0, "--request DELETE", 0);
}

#[test]
fn the_sandbox_asks_too_and_names_what_goes() {
    let group = "/subscriptions/3f2b8c1e-6a4d-4e97-b5c0-8d1f7a2e9b46/resourceGroups/rg-web-prod";
    let command = format!("\"$ARM\" DELETE {group} --sandbox -s");
    let Some(outcome) = on_terminal(&command, "n\n") else {
        return;
    };
    let shown = outcome.text().to_owned();
    outcome.exits(12);
    let question = "delete resource group rg-web-prod (subscription 3f2b8c1e-6a4d-4e97-b5c0-8d1f7a2e9b46) and everything in it (sandbox)? [y/N] ";
    assert!(shown.contains(question), "{shown}");
}

#[test]
fn a_name_in_the_question_is_one_line() {
    let server = Server::with(|_| Answer::status(204));
    Run::plain(&server, "GET", "/").run().exits(0);
    let ids = server.url("/a%0Ago%20on%3F%20%5By%2FN%5D%20%E2%80%A8%1B%5B2J");
    let command = format!("echo {ids} | \"$ARM\" DELETE - --no-auth");
    if let Some(outcome) = on_terminal(&command, "n\n") {
        let shown = outcome.text().to_owned();
        outcome.exits(12);
        assert!(
            shown.contains("/a\\ngo on? [y/N] \\u{2028}\\u{1b}[2J"),
            "{shown}"
        );
    }
}

#[test]
fn a_question_ends_with_the_time_of_the_run() {
    // What is typed comes from a pipe that stays open, and holds nothing.
    let command = "\"$ARM\" --sandbox DELETE /subscriptions/s/resourceGroups/g --timeout 200ms";
    let Some(command) = pty::on_terminal(command) else {
        return;
    };
    let run = Run::bash(&format!("mkfifo p; exec 3<>p; {command} <&3"));
    let outcome = run.env("NO_COLOR", "1").run();
    let shown = outcome.text().to_owned();
    outcome.exits(8);
    assert!(
        shown.contains("[y/N]") && shown.contains("error: timed out"),
        "{shown}"
    );
}

#[test]
fn nothing_in_an_answer_steers_a_terminal() {
    let server = Server::with(|request| match request.target.as_str() {
        "/image" => Answer::status(200).body("image/png", b"\x89PNG\0"),
        _ => Answer::json("{}").header("x-name", "a\u{9b}31mb"),
    });
    // Before the end one request is made anyway: a server that is never asked is a fault.
    Run::plain(&server, "GET", "/").run().exits(0);
    let command = |rest: &str| format!("\"$ARM\" GET {} --no-auth", server.url(rest));
    if let Some(outcome) = on_terminal(&command("/ -i"), "") {
        let shown = outcome.text().to_owned();
        assert!(shown.contains("x-name: a\\u{9b}31mb"), "{shown}");
        outcome.exits(0);
        let outcome = on_terminal(&command("/image"), "").unwrap();
        let shown = outcome.text().to_owned();
        assert!(
            shown.contains("the answer is image/png and binary"),
            "{shown}"
        );
        assert!(
            shown.contains("-O FILE") && !shown.contains("PNG"),
            "{shown}"
        );
        outcome.exits(1);
    }
}

#[test]
fn what_would_change_is_shown_before_the_question() {
    let command = "\"$ARM\" --sandbox PATCH /subscriptions/{sub}/resourceGroups/rg-web-prod tags[a]=b --confirm -o none";
    for (typed, code) in [("y\n", 0), ("n\n", 12)] {
        let Some(outcome) = on_terminal(command, typed) else {
            return;
        };
        let shown = outcome.text().to_owned();
        outcome.exits(code);
        let change = shown.find("+ tags.a: \"b\"");
        let question = shown.find("[y/N]");
        assert!(change.is_some() && change < question, "{shown}");
    }
}
