//! The pager, on a terminal that `script` makes.

use crate::support::pty;
use crate::support::run::{Outcome, Run};

/// Marks each line, and ends with a code of its own.
const MARKING: &str = "while IFS= read -r line; do echo \"P:$line\"; done; exit 3";
const GROUPS: &str = "\"$ARM\" GET \"/subscriptions/{sub}/resourceGroups\" --sandbox -o tsv";

/// Runs a command of bash on a terminal, with a program `my-pager`; `None` where `script` is missing.
fn on_terminal(command: &str, pager: &str, variables: &[(&str, &str)]) -> Option<Outcome> {
    let run = Run::bash(&format!("exec {}", pty::on_terminal(command)?));
    let program = run.folder().join("home/bin/my-pager");
    let run = run.program("my-pager", pager).env("NO_COLOR", "1");
    let run = run.env("MY_PAGER", program);
    let run = variables.iter().fold(run, |run, (name, value)| {
        let value = value.replace(
            "my-pager",
            &run.folder().join("home/bin/my-pager").display().to_string(),
        );
        run.env(name, value)
    });
    Some(run.run())
}

#[test]
fn an_answer_goes_through_the_pager_that_is_named() {
    for (variables, is_paged) in [
        (&[][..], false),
        (&[("PAGER", "my-pager")], true),
        (&[("ARMCLI_PAGER", "my-pager -x 'a b'")], true),
        (&[("PAGER", "my-pager"), ("ARMCLI_PAGER", "cat")], false),
    ] {
        let Some(outcome) = on_terminal(GROUPS, MARKING, variables) else {
            return;
        };
        let outcome = outcome.exits(0);
        assert!(outcome.text().contains("rg-web-prod"), "{}", outcome.text());
        assert_eq!(
            outcome.text().contains("P:rg-web-prod"),
            is_paged,
            "{variables:?}"
        );
    }
}

#[test]
fn some_answers_never_do() {
    let pager = [("PAGER", "my-pager")];
    let account = "/subscriptions/{sub}/resourceGroups/rg-web-prod/providers/Microsoft.Storage/storageAccounts/stcontosowebprod";
    let keys = format!("\"$ARM\" POST \"{account}/listKeys\" --sandbox -q \"keys[].keyName\"");
    for (command, code) in [
        (format!("{GROUPS} --no-pager"), 0),
        (format!("{GROUPS} -s"), 0),
        (
            format!("{GROUPS} > file; read -r line < file; echo \"$line\""),
            0,
        ),
        (keys, 0),
    ] {
        let Some(outcome) = on_terminal(&command, MARKING, &pager) else {
            return;
        };
        let outcome = outcome.exits(code);
        assert!(
            !outcome.text().contains("P:"),
            "{command}: {}",
            outcome.text()
        );
    }
}

#[test]
fn the_exit_code_is_that_of_the_run() {
    let missing = "\"$ARM\" GET \"/subscriptions/{sub}/resourceGroups/rg-none\" --sandbox";
    let pager = [("PAGER", "my-pager")];
    let Some(outcome) = on_terminal(missing, MARKING, &pager) else {
        return;
    };
    outcome.exits(4);
    // One that reads nothing has enough.
    if let Some(outcome) = on_terminal(GROUPS, "exit 7", &pager) {
        outcome.exits(0);
    }
    let nowhere = [("PAGER", "/nonexistent/pager")];
    if let Some(outcome) = on_terminal(GROUPS, MARKING, &nowhere) {
        let outcome = outcome.exits(0);
        let text = outcome.text();
        assert!(
            text.contains("note: the pager `/nonexistent/pager` cannot be run"),
            "{text}"
        );
        assert!(text.contains("rg-web-prod"), "{text}");
    }
}
