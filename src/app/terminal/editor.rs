//! The user's editor: which it is, and running it on a file. What is edited: `command/edit`.

use std::ffi::OsStr;
use std::fs::OpenOptions;
use std::path::Path;
use std::process::Stdio;

use tokio::process::Command;

use crate::app::terminal::confirm::TERMINAL;
use crate::app::terminal::signals::ended_by_others;
use crate::azure::secret_variables;
use crate::env::Env;
use crate::error::{EditError, Error};
use crate::program;
use crate::shell::split_words;

/// The editor where no variable names one.
const USUAL: &str = if cfg!(windows) { "notepad" } else { "vi" };

/// Editors that leave the text to a window and end at once, with the option that makes them wait, and its short form.
const IN_WINDOWS: [(&str, &str, &str); 11] = [
    ("atom", "--wait", "-w"),
    ("code", "--wait", "-w"),
    ("code-insiders", "--wait", "-w"),
    ("codium", "--wait", "-w"),
    ("cursor", "--wait", "-w"),
    ("gvim", "--nofork", "-f"),
    ("kate", "--block", "-b"),
    ("mate", "--wait", "-w"),
    ("subl", "--wait", "-w"),
    ("windsurf", "--wait", "-w"),
    ("zed", "--wait", "-w"),
];

/// An editor with its arguments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Editor {
    program: String,
    arguments: Vec<String>,
}

impl Editor {
    /// Finds the editor of the user: `VISUAL`, `EDITOR`, else the one that every system has.
    pub(crate) fn of(env: &Env) -> Result<Self, Error> {
        let named = |name: &'static str, value: Option<&str>| {
            let value = value.filter(|value| !value.trim().is_empty());
            value.map(|value| (name, value.to_owned()))
        };
        let visual = named("VISUAL", env.get("VISUAL"));
        let (name, text) = visual
            .or_else(|| named("EDITOR", env.get("EDITOR")))
            .unwrap_or(("EDITOR", USUAL.to_owned()));
        let refused = |message: &str| Error::Variable {
            name: name.to_owned(),
            message: message.to_owned(),
        };
        let words = split_words(&text).ok_or_else(|| refused("a quote in it is not closed"))?;
        let mut words = words.into_iter();
        let program = words.next().ok_or_else(|| refused("it names no program"))?;
        let editor = Self {
            program,
            arguments: words.collect(),
        };
        match editor.missing_option() {
            Some(option) => Err(EditError::EndsAtOnce {
                variable: name,
                command: text,
                option,
            }
            .into()),
            None => Ok(editor),
        }
    }

    /// The option without which the editor ends before the text is saved.
    fn missing_option(&self) -> Option<&'static str> {
        let name = Path::new(&self.program)
            .file_stem()
            .and_then(OsStr::to_str)?;
        let (_, long, short) = IN_WINDOWS.iter().find(|(known, ..)| *known == name)?;
        let waits = |argument: &String| argument == long || argument == short;
        (!self.arguments.iter().any(waits)).then_some(*long)
    }

    /// Runs the editor on a file until it ends. The keys of the terminal are meant for it.
    pub(crate) async fn open(&self, path: &Path, env: &Env) -> Result<(), Error> {
        let failed = |message: String| EditError::Editor {
            program: self.program.clone(),
            message,
        };
        let named = Path::new(&self.program);
        let program = program::find(env, named).or_else(|| {
            let has_folder = named.components().count() > 1;
            has_folder.then(|| program::at(env, named)).flatten()
        });
        let program = program.ok_or_else(|| failed("it is not found".to_owned()))?;
        let mut command = Command::new(program);
        command.args(&self.arguments).arg(path);
        for name in secret_variables() {
            command.env_remove(name);
        }
        // An editor in a pipe draws on the terminal all the same.
        if !env.stdin_is_terminal
            && let Some(terminal) = terminal(env)
        {
            command.stdin(terminal);
        }
        if !env.stdout_is_terminal
            && let Some(terminal) = terminal(env)
        {
            command.stdout(terminal);
        }
        let mut child = command.spawn().map_err(|error| failed(error.to_string()))?;
        let status = tokio::select! {
            status = child.wait() => status.map_err(|error| failed(error.to_string()))?,
            () = ended_by_others() => return Err(Error::Interrupted),
        };
        if status.success() {
            return Ok(());
        }
        Err(failed(status.to_string()).into())
    }
}

/// The terminal, where a person sits at it.
fn terminal(env: &Env) -> Option<Stdio> {
    let file = OpenOptions::new().read(true).write(true).open(TERMINAL);
    file.ok()
        .filter(|_| env.stderr_is_terminal)
        .map(Stdio::from)
}

#[cfg(test)]
mod tests {
    use super::Editor;
    use crate::env::Env;

    #[track_caller]
    fn check(variables: &[(&str, &str)], expected: Result<&[&str], &str>) {
        let editor = Editor::of(&Env::with_variables(variables.iter().copied()));
        let words = editor.map(|editor| {
            let words = std::iter::once(editor.program).chain(editor.arguments);
            words.collect::<Vec<_>>()
        });
        let words = words.map_err(|error| error.to_string());
        match expected {
            Ok(expected) => assert_eq!(words.unwrap(), expected),
            Err(part) => assert!(words.unwrap_err().contains(part)),
        }
    }

    #[test]
    fn the_editor_is_that_of_the_user() {
        check(&[("EDITOR", "nano")], Ok(&["nano"]));
        check(
            &[("EDITOR", "nano"), ("VISUAL", "vim -n")],
            Ok(&["vim", "-n"]),
        );
        check(&[("EDITOR", "nano"), ("VISUAL", " ")], Ok(&["nano"]));
        check(
            &[("EDITOR", "'/opt/my editor/e' \"-x y\"")],
            Ok(&["/opt/my editor/e", "-x y"]),
        );
        check(&[("EDITOR", "'nano")], Err("a quote in it is not closed"));
        check(&[("EDITOR", "''")], Ok(&[""]));
        #[cfg(unix)]
        check(&[], Ok(&["vi"]));
    }

    #[test]
    fn an_editor_that_ends_at_once_is_refused() {
        check(&[("EDITOR", "code --wait")], Ok(&["code", "--wait"]));
        check(
            &[("EDITOR", "/usr/bin/code -w -n")],
            Ok(&["/usr/bin/code", "-w", "-n"]),
        );
        check(
            &[("VISUAL", "code")],
            Err("`code` ends before the text is saved"),
        );
        check(
            &[("VISUAL", "/usr/bin/gvim -x")],
            Err("ends before the text is saved"),
        );
    }
}
