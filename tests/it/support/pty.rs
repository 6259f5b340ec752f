//! A terminal for a command, which `script` makes: that of util-linux and that of BSD and macOS take their arguments in other
//! places. Who runs the command: `run`.

use std::path::Path;

/// Where both have it.
const SCRIPT: &str = "/usr/bin/script";

/// Returns a command of bash that runs another one, which has no single quotes, on a terminal whose output is its
/// stdout, and ends as that one does; `None`, and a note, if there is no `script`.
#[expect(clippy::print_stderr, reason = "a skipped test must say so")]
pub(crate) fn on_terminal(command: &str) -> Option<String> {
    if cfg!(windows) || !Path::new(SCRIPT).exists() {
        // What a test prints is shown only with `--nocapture`; that it was skipped should be seen.
        eprintln!("skipped: there is no `script`");
        return None;
    }
    Some(if cfg!(target_os = "linux") {
        format!("{SCRIPT} -qec '{command}' /dev/null")
    } else {
        // It ends with the code of the command without being asked to.
        format!("{SCRIPT} -q /dev/null /bin/sh -c '{command}'")
    })
}
