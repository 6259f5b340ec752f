//! What people read on stderr: errors with facts and hints, notes, and the trace of `-v`.
//! The only file that writes there; prints no secret and no control character of a service.

use std::io::Write as _;

use crate::azure::mask_prose;

/// A named fact below an error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// What it is.
    pub name: String,
    /// The fact.
    pub value: String,
}

impl Fact {
    /// A fact.
    pub fn new(name: impl Into<String>, value: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            value: value.into(),
        }
    }
}

/// An error as it is shown: one line, the facts, the commands that help.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Message {
    /// The line behind `error:`.
    pub summary: String,
    /// What is known.
    pub facts: Vec<Fact>,
    /// What helps.
    pub hints: Vec<String>,
}

impl Message {
    /// Lays the message out, with a line break at its end.
    pub fn render(&self) -> String {
        let mut text = format!("error: {}\n", foreign(&self.summary));
        for Fact { name, value } in &self.facts {
            if name.is_empty() {
                for line in value.lines() {
                    push_line(&mut text, "  ", &printable(line));
                }
            } else {
                push_line(&mut text, &format!("  {name}: "), &foreign(value));
            }
        }
        if !self.hints.is_empty() {
            text.push('\n');
        }
        for hint in &self.hints {
            push_line(
                &mut text,
                "hint: ",
                &printable(hint).replace('\n', "\\u{a}"),
            );
        }
        text
    }
}

/// How much is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Console {
    /// Errors only.
    Silent,
    /// Errors and notes.
    Normal,
    /// Also who signed in and each request's line and status.
    Verbose,
    /// Also header fields.
    VeryVerbose,
}

impl Console {
    /// The report of `--silent` and of so many `-v`.
    pub fn of(silent: bool, verbose: u8) -> Self {
        match (silent, verbose) {
            (_, 2..) => Self::VeryVerbose,
            (_, 1) => Self::Verbose,
            (true, 0) => Self::Silent,
            (false, 0) => Self::Normal,
        }
    }

    /// Prints an error.
    pub fn error(self, message: &Message) {
        print(&message.render());
    }

    /// Prints something worth knowing that is no error.
    pub fn note(self, text: &str) {
        if self >= Self::Normal {
            print(&format!("note: {}\n", one_line(text)));
        }
    }

    /// Asks a question: the answer is typed behind it. It is asked whatever else is said.
    pub fn ask(question: &str) {
        print(&printable(question));
    }

    /// Shows how far something is in one line of a terminal, which the next one replaces. Beside a
    /// trace, which has lines of its own, nothing is shown.
    pub fn progress(self, text: &str) {
        if self == Self::Normal {
            print(&format!("\r\x1b[2K{}", one_line(text)));
        }
    }

    /// Takes the line of [`Report::progress`] away.
    pub fn end_progress(self) {
        self.progress("");
    }

    /// Prints a command for the pipeline that this runs in. It may hold what the pipeline is told
    /// to hide: nothing in it is masked.
    pub fn pipeline_command(self, command: &str) {
        print(&format!("{}\n", one_line(command)));
    }

    /// Prints a line of the trace.
    pub fn trace(self, level: Self, text: &str) {
        if self >= level {
            print(&format!("{}\n", one_line(text)));
        }
    }
}

/// Nobody can be told that stderr does not take it, so a failure is left alone.
fn print(text: &str) {
    let mut stderr = std::io::stderr().lock();
    let _unseen = stderr.write_all(text.as_bytes());
}

fn push_line(text: &mut String, name: &str, line: &str) {
    for part in [name, line, "\n"] {
        text.push_str(part);
    }
}

/// Words that may be a service's or another program's: one line, without secrets.
fn foreign(text: &str) -> String {
    mask_prose(&one_line(text))
}

/// Escapes what could steer a terminal: the text may come from a service.
pub(super) fn printable(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        if steers(character) {
            safe.extend(character.escape_unicode());
        } else {
            safe.push(character);
        }
    }
    safe
}

/// Control characters, and those that reverse the direction of a text (U+202A to U+202E, U+2066 to
/// U+2069): a line must read as it was written.
fn steers(character: char) -> bool {
    let reverses = matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    reverses || (character.is_control() && character != '\n' && character != '\t')
}

fn one_line(text: &str) -> String {
    printable(&text.split_whitespace().collect::<Vec<_>>().join(" "))
}

#[cfg(test)]
mod tests {
    use super::{Console, Fact, Message};

    #[test]
    fn is_readable_without_colour() {
        let message = Message {
            summary: "ResourceNotFound: the resource\nwas not found".to_owned(),
            facts: vec![
                Fact::new("status", "404"),
                Fact::new("", "a\n  b\u{1b}[31m\u{202e}"),
            ],
            hints: vec!["run `arm GET /subscriptions`".to_owned()],
        };
        assert_eq!(
            message.render(),
            "error: ResourceNotFound: the resource was not found\n  status: 404\n  a\n    b\\u{1b}[31m\\u{202e}\n\nhint: run `arm GET /subscriptions`\n"
        );
    }

    #[test]
    fn says_more_with_each_v() {
        assert!(Console::of(true, 0) < Console::Normal);
        assert_eq!(Console::of(true, 1), Console::Verbose);
        assert_eq!(Console::of(false, 3), Console::VeryVerbose);
    }
}
