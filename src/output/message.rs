//! An error as people read it: one line, the facts, the commands that help. Control characters are escaped here. Who prints
//! it: `console`; the same for programs: `message_object`.

use crate::azure::{KnownSecrets, Shown};
use crate::output::report::Report;

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
    /// What a program is told.
    pub report: Report,
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
        self.report.map(|text| secrets.hidden_in(text));
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

pub(super) fn push_line(text: &mut String, name: &str, line: &str) {
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
pub(super) fn steers(character: char) -> bool {
    let reverses = matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let separates = matches!(character, '\u{2028}' | '\u{2029}');
    reverses || separates || (character.is_control() && character != '\n' && character != '\t')
}

pub(super) fn one_line(text: &str) -> String {
    printable(&text.split_whitespace().collect::<Vec<_>>().join(" "))
}

#[cfg(test)]
mod tests {
    use super::{Fact, Labels, Message, inline};

    #[test]
    fn is_readable_without_colour() {
        let message = Message {
            summary: "ResourceNotFound: the resource\nwas not found".into(),
            facts: vec![
                Fact::new("status", "404"),
                Fact::new("", "a\n  b\u{1b}[31m\u{202e}"),
            ],
            hints: vec!["run `arm GET /subscriptions`".into()],
            ..Message::default()
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
}
