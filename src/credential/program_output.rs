//! What other programs print, read leniently: JSON with colours, notices and progress around it. Who runs them:
//! `process`; what their members mean is for `azure_cli`, `azure_developer_cli` and `powershell`.

use serde::de::DeserializeOwned;
use serde_json::{Deserializer, Value};

use super::Error;
use super::process::{Finished, Program};
use crate::azure::Shown;

/// A notice is shown as far as a line goes.
const MOST_SHOWN: usize = 100;
/// A word of a notice is shorter: what is longer may be a token.
const LONGEST_WORD: usize = 40;

impl Program {
    /// Finds the answer in what the program printed; `member` names what it must hold, for the error.
    pub(super) fn answer<T: DeserializeOwned>(
        &self,
        finished: &Finished,
        member: &str,
    ) -> Result<T, Error> {
        objects(&finished.stdout).pop().ok_or_else(|| {
            let detail = format!("no JSON object with `{member}`");
            match notice(&finished.stdout) {
                Some(notice) => self.malformed(&format!("{detail}; it says `{notice}`")),
                None => self.malformed(&detail),
            }
        })
    }
}

/// Returns the JSON objects of the wanted form. Each begins a line.
pub(super) fn objects<T: DeserializeOwned>(output: &[u8]) -> Vec<T> {
    let text = text_of(output);
    let mut found = Vec::new();
    let mut rest = text.as_str();
    while !rest.is_empty() {
        match object_at(rest) {
            Some((object, length)) => {
                found.extend(object);
                rest = rest.get(length..).unwrap_or_default();
            }
            None => rest = rest.split_once('\n').map_or("", |(_, rest)| rest),
        }
    }
    found
}

/// Reads the JSON object at the beginning of a text, with the number of its bytes; it may not have the wanted form.
fn object_at<T: DeserializeOwned>(text: &str) -> Option<(Option<T>, usize)> {
    if !text.trim_start().starts_with('{') {
        return None;
    }
    let mut values = Deserializer::from_str(text).into_iter::<Value>();
    let value = values.next()?.ok()?;
    Some((serde_json::from_value(value).ok(), values.byte_offset()))
}

/// Returns the lines of the messages that a program gives: text as it is, and the words of JSON objects. With
/// `--output json` those of azd are objects with `data.message` (Azure/azure-dev, `consoleMessage`).
pub(super) fn messages(finished: &Finished) -> Vec<String> {
    let mut lines = Vec::new();
    for output in [&finished.stderr, &finished.stdout] {
        let text = text_of(output);
        let mut rest = text.as_str();
        while !rest.is_empty() {
            if let Some((object, length)) = object_at::<Value>(rest) {
                let words = object.as_ref().and_then(words_of).unwrap_or_default();
                lines.extend(words.lines().map(str::to_owned));
                rest = rest.get(length..).unwrap_or_default();
            } else {
                let (line, after) = rest.split_once('\n').unwrap_or((rest, ""));
                lines.push(line.to_owned());
                rest = after;
            }
        }
    }
    lines
        .iter()
        .map(|line| line.trim().to_owned())
        .filter(|line| !line.is_empty())
        .collect()
}

/// Returns the words of a message in JSON.
fn words_of(message: &Value) -> Option<&str> {
    ["/data/message", "/error/message", "/message", "/error"]
        .iter()
        .find_map(|path| message.pointer(path)?.as_str())
}

/// Returns the first line that is neither JSON nor may hold a token.
fn notice(output: &[u8]) -> Option<String> {
    let text = text_of(output);
    let is_prose = |line: &&str| {
        line.contains(' ')
            && !line.starts_with(['{', '}', '[', ']', '"'])
            && line.split(' ').all(|word| word.len() < LONGEST_WORD)
    };
    let line = text.lines().map(str::trim).find(is_prose)?;
    let line: String = line.chars().take(MOST_SHOWN).collect();
    Some(Shown::prose(&line).into_string())
}

/// Returns the text of an output without the escape sequences of a terminal (ECMA-48, 5.4: `ESC [`, parameters, and
/// a final byte) and without the mark of its encoding.
pub(super) fn text_of(output: &[u8]) -> String {
    let text = String::from_utf8_lossy(output);
    let mut plain = String::with_capacity(text.len());
    let mut pieces = text.trim_start_matches('\u{feff}').split('\u{1b}');
    plain.extend(pieces.next());
    for piece in pieces {
        let after = match piece.strip_prefix('[') {
            Some(sequence) => sequence
                .trim_start_matches(|character: char| matches!(character, ' '..='?'))
                .get(1..),
            None => Some(piece),
        };
        plain.extend(after);
    }
    plain
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::{notice, objects, text_of};

    #[derive(Debug, Deserialize)]
    struct Answer {
        token: String,
    }

    #[track_caller]
    fn check(output: &str, expected: Option<&str>) {
        let found: Option<Answer> = objects(output.as_bytes()).pop();
        assert_eq!(found.map(|it| it.token).as_deref(), expected, "{output:?}");
    }

    #[test]
    fn finds_the_answer_among_other_words() {
        check("{\"token\":\"t\"}", Some("t"));
        check("{\n  \"token\": \"t\"\n}\n", Some("t"));
        check("\u{feff}{\"token\":\"t\"}\n\u{1b}[0m", Some("t"));
        check(
            "\u{1b}[1m\u{1b}[36m{\u{1b}[0m\"token\":\u{1b}[38;5;1m\"t\"}\u{1b}[0m",
            Some("t"),
        );
        check(
            "A new version {1.2} is there\n{\"token\":\"t\"}\nbye\n",
            Some("t"),
        );
        check("{\"warning\":1}\r\n{\"token\":\"t\"}\r\n", Some("t"));
        check("{\"token\":\"t\"} trailing {", Some("t"));
        for none in [
            "",
            "junk",
            "{}",
            "{\"token\":",
            "[{\"token\":\"t\"}]",
            "{\n{\n",
        ] {
            check(none, None);
        }
    }

    #[test]
    fn shows_prose_and_no_token() {
        let token = "a".repeat(60);
        for (output, expected) in [
            ("A notice of az\n{}", Some("A notice of az")),
            ("{ \"a\": 1 }", None),
            (&format!("token {token}"), None),
            ("junk", None),
        ] {
            assert_eq!(notice(output.as_bytes()).as_deref(), expected);
        }
    }

    #[test]
    fn escape_sequences_go() {
        for (output, expected) in [
            ("\u{1b}[31mERROR: x\u{1b}[0m", "ERROR: x"),
            ("a\u{1b}", "a"),
            ("a\u{1b}[", "a"),
            ("a\u{1b}[0", "a"),
            ("a\u{1b}[é", "a"),
        ] {
            assert_eq!(text_of(output.as_bytes()), expected);
        }
    }
}
