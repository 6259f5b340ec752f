//! What people read on stderr: errors with facts and hints, notes, and the trace of `-v`. Only this file writes
//! there. Control characters are escaped here; secrets are masked by [`Shown`], the type of all that is printed.

use std::io::Write as _;

use crate::azure::{KnownSecrets, Shown};
use crate::env::Env;
use crate::output::line_queue::LineQueue;

/// A named fact below an error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// What it is. Without a name, each line of the value is a line below the error.
    pub name: String,
    /// The fact.
    pub value: Shown,
}

impl Fact {
    /// A fact.
    pub fn new(name: impl Into<String>, value: impl Into<Shown>) -> Self {
        Self {
            name: name.into(),
            value: value.into(),
        }
    }
}

/// An error as it is shown: one line, the facts, the commands that help.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Message {
    /// The line after `error:`.
    pub summary: Shown,
    /// What is known.
    pub facts: Vec<Fact>,
    /// What helps.
    pub hints: Vec<Shown>,
}

impl Message {
    /// Adds a fact.
    pub fn fact(&mut self, name: impl Into<String>, value: impl Into<Shown>) {
        self.facts.push(Fact::new(name, value));
    }

    /// Adds a hint: what helps, with the command in backticks.
    pub fn hint(&mut self, text: impl Into<Shown>) {
        self.hints.push(text.into());
    }

    /// Masks the secrets that a run knows, which a service may repeat. Hints name commands, whose addresses are masked
    /// already or must stay whole.
    #[must_use]
    pub fn hiding(mut self, secrets: KnownSecrets) -> Self {
        self.summary = secrets.hidden_in(self.summary);
        for fact in &mut self.facts {
            fact.value = secrets.hidden_in(&fact.value);
        }
        for hint in &mut self.hints {
            *hint = secrets.credentials_hidden_in(&*hint);
        }
        self
    }

    /// Lays the message out, with a line break at its end.
    pub fn render(&self, labels: Labels) -> String {
        let (error, label) = (labels.of("error:", RED), labels.of("hint:", CYAN));
        let mut text = format!("{error} {}\n", one_line(self.summary.as_str()));
        for Fact { name, value } in &self.facts {
            if name.is_empty() {
                for line in value.as_str().lines() {
                    push_line(&mut text, "  ", &printable(line));
                }
            } else {
                push_line(&mut text, &format!("  {name}: "), &one_line(value.as_str()));
            }
        }
        if !self.hints.is_empty() {
            text.push('\n');
        }
        for hint in &self.hints {
            let hint = printable(hint.as_str()).replace('\n', "\\u{a}");
            push_line(&mut text, &format!("{label} "), &hint);
        }
        text
    }
}

/// How `error:` and `hint:` look. Everything reads the same without colour.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Labels {
    /// As text.
    #[default]
    Plain,
    /// Bold, in a colour.
    Colored,
}

const RED: &str = "31";
const CYAN: &str = "36";

impl Labels {
    fn of(self, label: &str, color: &str) -> String {
        match self {
            Self::Plain => label.to_owned(),
            Self::Colored => format!("\u{1b}[1;{color}m{label}\u{1b}[0m"),
        }
    }
}

/// How much is said.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verbosity {
    /// Errors only.
    Silent,
    /// Errors and notes.
    #[default]
    Normal,
    /// Also who signed in and each request's line and status.
    Verbose,
    /// Also header fields and bodies.
    VeryVerbose,
}

impl Verbosity {
    /// The verbosity of `--silent` and of the number of `-v`.
    pub fn of(silent: bool, verbose: u8) -> Self {
        match (silent, verbose) {
            (_, 2..) => Self::VeryVerbose,
            (_, 1) => Self::Verbose,
            (true, 0) => Self::Silent,
            (false, 0) => Self::Normal,
        }
    }
}

/// Prints to stderr what its verbosity lets through. It takes [`Shown`] text, and masks in it what the run knows to be
/// secret, so that no secret is printed.
#[derive(Debug, Clone, Copy)]
pub struct Console {
    /// How much is said.
    pub verbosity: Verbosity,
    secrets: KnownSecrets,
    /// Where lines wait, if nobody may wait for them.
    queue: Option<&'static LineQueue>,
}

impl Console {
    /// A console that says so much.
    pub fn new(verbosity: Verbosity, env: &Env) -> Self {
        Self {
            verbosity,
            secrets: env.secrets,
            queue: None,
        }
    }

    /// A console whose notes and traces wait for nobody: that of a server, which goes on where stderr is not read.
    #[must_use]
    pub fn queued(self) -> Self {
        Self {
            queue: LineQueue::start(),
            ..self
        }
    }

    /// Waits a moment for the lines of a console that is [`Self::queued`].
    pub fn flush(self) {
        if let Some(queue) = self.queue {
            queue.flush();
        }
    }

    fn print(self, text: String) {
        match self.queue {
            Some(queue) => queue.push(text),
            None => print(&text),
        }
    }

    /// A console that says what is worth knowing: that of a command without options for it.
    pub fn of(env: &Env) -> Self {
        Self::new(Verbosity::Normal, env)
    }

    /// The same console, without a word but errors.
    #[must_use]
    pub fn silent(self) -> Self {
        Self {
            verbosity: Verbosity::Silent,
            ..self
        }
    }

    /// The console of a run whose notes are its caller's to print: silent, unless a trace is wanted.
    #[must_use]
    pub fn without_notes(self) -> Self {
        match self.verbosity {
            Verbosity::Normal => self.silent(),
            Verbosity::Silent | Verbosity::Verbose | Verbosity::VeryVerbose => self,
        }
    }

    /// Prints an error, whatever the verbosity.
    pub fn error(self, message: Message, labels: Labels) {
        print(&message.hiding(self.secrets).render(labels));
    }

    /// Prints something worth knowing that is not an error.
    pub fn note(self, text: impl Into<Shown>) {
        if self.verbosity >= Verbosity::Normal {
            let text = self.secrets.hidden_in(text);
            self.print(format!("note: {}\n", one_line(text.as_str())));
        }
    }

    /// Prints a note that names a command, whose address is masked already or must stay whole.
    pub fn note_command(self, text: impl Into<Shown>) {
        if self.verbosity >= Verbosity::Normal {
            let text = self.secrets.credentials_hidden_in(text);
            self.print(format!("note: {}\n", one_line(text.as_str())));
        }
    }

    /// Asks a question, whatever the verbosity. The answer is typed after it on the same line.
    pub fn ask(self, question: impl Into<Shown>) {
        print(&printable(self.secrets.hidden_in(question).as_str()));
    }

    /// Shows how far something is in one line of a terminal, which the next one replaces. Beside a trace, which has
    /// lines of its own, nothing is shown.
    pub fn progress(self, text: impl Into<Shown>) {
        if self.verbosity == Verbosity::Normal {
            let text = self.secrets.hidden_in(text);
            print(&format!("\r\x1b[2K{}", one_line(text.as_str())));
        }
    }

    /// Takes the line of [`Console::progress`] away.
    pub fn end_progress(self) {
        self.progress("");
    }

    /// Prints a command for the pipeline that this runs in, which may hold a secret that the pipeline is told to
    /// hide: nothing in it is masked.
    pub fn pipeline_command(self, command: &str) {
        print(&format!("{}\n", one_line(command)));
    }

    /// Prints lines of the trace, each after a mark. They are masked as one text.
    pub fn trace_lines(self, level: Verbosity, mark: &str, text: impl Into<Shown>) {
        if self.verbosity >= level {
            let text = self.secrets.hidden_in(text);
            let mut lines = String::new();
            for line in text.as_str().lines() {
                push_line(&mut lines, &format!("{mark} "), &printable(line));
            }
            self.print(lines);
        }
    }

    /// Prints a line of the trace.
    pub fn trace(self, level: Verbosity, text: impl Into<Shown>) {
        if self.verbosity >= level {
            let text = self.secrets.hidden_in(text);
            self.print(format!("{}\n", one_line(text.as_str())));
        }
    }
}

/// A failure is ignored: there is no other place to report it.
fn print(text: &str) {
    let mut stderr = std::io::stderr().lock();
    let _unseen = stderr.write_all(text.as_bytes());
}

fn push_line(text: &mut String, name: &str, line: &str) {
    for part in [name, line, "\n"] {
        text.push_str(part);
    }
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

/// Escapes what could steer a terminal or begin a line: a name in a question or a table is one line, whatever it holds.
pub fn inline(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\n' => line.push_str("\\n"),
            '\t' => line.push_str("\\t"),
            '\r' => line.push_str("\\r"),
            other if steers(other) => line.extend(other.escape_unicode()),
            other => line.push(other),
        }
    }
    line
}

/// Control characters, separators of lines (U+2028, U+2029), and those that reverse the direction of a text (U+202A to U+202E, U+2066 to
/// U+2069): a line must read as it was written.
fn steers(character: char) -> bool {
    let reverses = matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let separates = matches!(character, '\u{2028}' | '\u{2029}');
    reverses || separates || (character.is_control() && character != '\n' && character != '\t')
}

fn one_line(text: &str) -> String {
    printable(&text.split_whitespace().collect::<Vec<_>>().join(" "))
}

#[cfg(test)]
mod tests {
    use super::{Console, Fact, Labels, Message, Verbosity, inline};
    use crate::env::Env;

    #[test]
    fn is_readable_without_colour() {
        let message = Message {
            summary: "ResourceNotFound: the resource\nwas not found".into(),
            facts: vec![
                Fact::new("status", "404"),
                Fact::new("", "a\n  b\u{1b}[31m\u{202e}"),
            ],
            hints: vec!["run `arm GET /subscriptions`".into()],
        };
        assert_eq!(
            message.render(Labels::Plain),
            "error: ResourceNotFound: the resource was not found\n  status: 404\n  a\n    b\\u{1b}[31m\\u{202e}\n\nhint: run `arm GET /subscriptions`\n"
        );
    }

    #[test]
    fn labels_have_a_colour_where_they_may() {
        let mut message = Message {
            summary: "gone".into(),
            ..Message::default()
        };
        message.hint("go on");
        assert_eq!(
            message.render(Labels::Colored),
            "\u{1b}[1;31merror:\u{1b}[0m gone\n\n\u{1b}[1;36mhint:\u{1b}[0m go on\n"
        );
    }

    #[test]
    fn a_name_is_one_line() {
        for (name, expected) in [
            ("vm-web 01 é", "vm-web 01 é"),
            ("a\nb\tc\r", "a\\nb\\tc\\r"),
            ("a\u{2028}b\u{85}\u{9b}", "a\\u{2028}b\\u{85}\\u{9b}"),
            ("\u{1b}[2J\u{202e}", "\\u{1b}[2J\\u{202e}"),
        ] {
            assert_eq!(inline(name), expected, "{name:?}");
        }
    }

    #[test]
    fn says_more_with_each_v() {
        assert!(Verbosity::of(true, 0) < Verbosity::Normal);
        assert_eq!(Verbosity::of(true, 1), Verbosity::Verbose);
        assert_eq!(Verbosity::of(false, 3), Verbosity::VeryVerbose);
    }

    #[test]
    fn a_run_whose_notes_the_caller_prints_keeps_its_trace() {
        let env = Env::with_variables([]);
        let without = |verbosity| Console::new(verbosity, &env).without_notes().verbosity;
        assert_eq!(without(Verbosity::Normal), Verbosity::Silent);
        assert_eq!(without(Verbosity::Verbose), Verbosity::Verbose);
    }
}
