//! How the body of a request is in a command: as a text if it is one that fits into an argument, else as a file.

use crate::output::Console;
use crate::plan::{RequestPlan, YamlBody};
use crate::shell::Shell;

/// The longest body that is written as an argument, in bytes: Linux takes none of 128 KiB (`MAX_ARG_STRLEN`).
const LONGEST_ARGUMENT: usize = 100_000;
/// The longest command of Windows has 32,767 characters, of cmd 8,191.
const LONGEST_ARGUMENT_OF_WINDOWS: usize = 6_000;

/// A body as it is in a command.
pub(super) enum BodyArgument<'a> {
    /// What the user wrote is the user's: it is not masked.
    Text(&'a str),
    /// What a file holds.
    File {
        /// The file after an `@`, quoted for the shell.
        word: String,
        /// The file, as it was written.
        path: String,
    },
}

/// Returns how the body is in a command, if there is one.
pub(super) fn body_argument(
    plan: &RequestPlan,
    shell: Shell,
    console: Console,
) -> Option<BodyArgument<'_>> {
    if plan.body.is_empty() {
        return None;
    }
    let longest = match shell {
        Shell::Posix => LONGEST_ARGUMENT,
        Shell::PowerShell | Shell::WindowsPowerShell | Shell::Cmd => LONGEST_ARGUMENT_OF_WINDOWS,
    };
    let text = std::str::from_utf8(&plan.body).ok();
    let reason = match text {
        None => "is not UTF-8 text",
        Some(text) if text.len() > longest || text.contains('\0') => "is too long for an argument",
        Some(text) if shell == Shell::Cmd && text.contains(['\r', '\n', '%']) => {
            "has characters that cmd does not keep"
        }
        Some(text) => return Some(BodyArgument::Text(text)),
    };
    let is_converted = plan.yaml_body == Some(YamlBody::AsJson);
    if let Some(path) = plan.body_file.as_ref().filter(|_| !is_converted) {
        let word = match (path.strip_prefix("~/"), shell) {
            (None, _) => shell.word(&format!("@{path}")),
            (Some(below), Shell::Posix) => format!("@\"$HOME\"/{}", shell.word(below)),
            (Some(below), Shell::PowerShell | Shell::WindowsPowerShell) => {
                format!("('@' + $HOME + {})", shell.quoted(&format!("/{below}")))
            }
            (Some(below), Shell::Cmd) => format!("\"@%USERPROFILE%\\{below}\""),
        };
        let path = path.clone();
        return Some(BodyArgument::File { word, path });
    }
    let length = plan.body.len();
    console.note(format!(
        "the body {reason}: put its {length} bytes into the file `BODY`"
    ));
    Some(BodyArgument::File {
        word: shell.word("@BODY"),
        path: "BODY".to_owned(),
    })
}
