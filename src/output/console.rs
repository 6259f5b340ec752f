//! What is written to stderr: errors, notes, and the trace of `-v`, for people or for programs. Only this file writes
//! there. Secrets are masked by [`Shown`], the type of all that is printed; how an error looks: `message`, and as JSON
//! `message_object`; what a pipeline makes of it: `pipeline_text`.

use std::io::Write as _;

use crate::azure::{KnownSecrets, Shown};
use crate::env::{Env, MessageFormat, Pipeline};
use crate::output::line_queue::LineQueue;
use crate::output::message::{Labels, Message, one_line, printable, push_line};
use crate::output::message_object::{self, Kind};
use crate::output::pipeline_text::{annotation, without_commands};
use crate::shell::Shell;

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
    format: MessageFormat,
    /// Who takes lines for commands.
    pipeline: Option<Pipeline>,
    /// Which shell commands are written for.
    shell: Shell,
    /// Where lines wait, if nobody may wait for them.
    queue: Option<&'static LineQueue>,
}

impl Console {
    /// A console that says so much.
    pub fn new(verbosity: Verbosity, env: &Env) -> Self {
        Self {
            verbosity,
            secrets: env.secrets,
            format: env.messages,
            pipeline: env.pipeline(),
            shell: Shell::of(env),
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
        let text = self.without_commands(text);
        match self.queue {
            Some(queue) => queue.push(text),
            None => print(&text),
        }
    }

    fn without_commands(self, text: String) -> String {
        match (self.pipeline, self.format) {
            (Some(pipeline), MessageFormat::Text) => without_commands(&text, pipeline),
            // A line of JSON begins with a brace, and holds no `##`.
            (Some(_), MessageFormat::Json) | (None, _) => text,
        }
    }

    /// Prints a line of a kind, for people or for programs.
    fn say(self, kind: Kind, text: &Shown) {
        let line = match (self.format, kind) {
            (MessageFormat::Json, _) => message_object::other(kind, text.as_str(), self.shell),
            (MessageFormat::Text, Kind::Note) => {
                let text = self.shell.translated(text.as_str());
                format!("note: {}\n", one_line(&text))
            }
            (MessageFormat::Text, Kind::Trace) => {
                let text = self.shell.translated(text.as_str());
                format!("{}\n", one_line(&text))
            }
            (MessageFormat::Text, Kind::Question) => printable(text.as_str()),
            (MessageFormat::Text, Kind::Progress) => {
                format!("\r\x1b[2K{}", one_line(text.as_str()))
            }
        };
        self.print(line);
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

    /// Prints an error, whatever the verbosity. On GitHub Actions it is an annotation too.
    pub fn error(self, message: Message, labels: Labels) {
        let mut message = message.hiding(self.secrets);
        if self.format == MessageFormat::Json {
            print(&message_object::error(&message, self.shell));
            return;
        }
        for hint in &mut message.hints {
            *hint = std::mem::take(hint).map(|text| self.shell.translated(text));
        }
        print(&self.without_commands(message.render(labels)));
        if self.pipeline == Some(Pipeline::GitHub) {
            let title = format!("arm (exit {})", message.report.exit);
            let lines = [&message.summary].into_iter().chain(&message.hints);
            let lines: Vec<String> = lines.map(|line| one_line(line.as_str())).collect();
            print(&annotation(&title, &lines.join("\n")));
        }
    }

    /// Prints something worth knowing that is not an error.
    pub fn note(self, text: impl Into<Shown>) {
        if self.verbosity >= Verbosity::Normal {
            self.say(Kind::Note, &self.secrets.hidden_in(text));
        }
    }

    /// Prints something that will probably go wrong.
    pub fn warning(self, text: impl Into<Shown>) {
        if self.verbosity >= Verbosity::Normal {
            let text = self.secrets.hidden_in(text);
            let text = self.shell.translated(text.as_str());
            self.print(format!("warning: {}\n", one_line(&text)));
        }
    }

    /// Prints a note that names a command, whose address is masked already or must stay whole.
    pub fn note_command(self, text: impl Into<Shown>) {
        if self.verbosity >= Verbosity::Normal {
            self.say(Kind::Note, &self.secrets.credentials_hidden_in(text));
        }
    }

    /// Asks a question, whatever the verbosity. The answer is typed after it on the same line.
    pub fn ask(self, question: impl Into<Shown>) {
        let question = self.secrets.hidden_in(question);
        if self.format == MessageFormat::Text || !question.as_str().trim().is_empty() {
            self.say(Kind::Question, &question);
        }
    }

    /// Prints the name of what a question is about before it, in a colour of the terminal where there is one.
    pub fn mark(self, name: &str, color: Option<&str>) {
        if self.format == MessageFormat::Json {
            let words = format!("the profile is `{name}`");
            return self.say(Kind::Note, &self.secrets.hidden_in(words));
        }
        let code = match color {
            Some("red") => "31",
            Some("green") => "32",
            Some("yellow") => "33",
            Some("blue") => "34",
            Some("magenta") => "35",
            Some("cyan") => "36",
            Some(_) | None => "",
        };
        let name = printable(name);
        if code.is_empty() {
            print(&format!("[{name}] "));
        } else {
            print(&format!("\x1b[1;{code}m[{name}]\x1b[0m "));
        }
    }

    /// Prints a line in a colour, whatever the verbosity: it is about to be asked about.
    pub fn colored_line(self, color: Option<&'static str>, text: &str) {
        let text = super::message::inline(self.secrets.hidden_in(text.to_owned()).as_str());
        print(&match color {
            Some(color) => format!("\u{1b}[{color}m{text}\u{1b}[0m\n"),
            None => format!("{text}\n"),
        });
    }

    /// Shows how far something is in one line of a terminal, which the next one replaces. Beside a trace, which has
    /// lines of its own, nothing is shown.
    pub fn progress(self, text: impl Into<Shown>) {
        if self.verbosity == Verbosity::Normal {
            self.say(Kind::Progress, &self.secrets.hidden_in(text));
        }
    }

    /// Takes the line of [`Console::progress`] away.
    pub fn end_progress(self) {
        if self.format == MessageFormat::Text {
            self.progress("");
        }
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
                match self.format {
                    MessageFormat::Text => {
                        push_line(&mut lines, &format!("{mark} "), &printable(line));
                    }
                    MessageFormat::Json => {
                        let line = format!("{mark} {line}");
                        lines.push_str(&message_object::other(Kind::Trace, &line, Shell::Posix));
                    }
                }
            }
            self.print(lines);
        }
    }

    /// Prints a line of the trace.
    pub fn trace(self, level: Verbosity, text: impl Into<Shown>) {
        if self.verbosity >= level {
            self.say(Kind::Trace, &self.secrets.hidden_in(text));
        }
    }
}

/// What is written about a fault of the program itself, if nothing else may run.
pub fn words_of_fault(place: &str, format: MessageFormat) -> String {
    let mut message = Message {
        summary: Shown::prose(&format!("internal error at {place}")),
        ..Message::default()
    };
    message.report.exit = 1;
    message.report.code = "internal".into();
    message.hint("please report this");
    match format {
        MessageFormat::Text => message.render(Labels::Plain),
        MessageFormat::Json => message_object::error(&message, Shell::Posix),
    }
}

/// A failure is ignored: there is no other place to report it.
fn print(text: &str) {
    let mut stderr = std::io::stderr().lock();
    let _unseen = stderr.write_all(text.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::{Console, Verbosity};
    use crate::env::Env;

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
