//! Commands of the user's own: `boxes = "list vm --tag role={1}"`. The words that a name stands for, with the words that
//! follow it in their places. Who replaces the name on the command line: `app/session/settings`.

use std::ffi::OsString;

/// A name, and the words that it stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommandAlias {
    /// The name.
    pub name: String,
    /// What it stands for, as it was written.
    pub text: String,
    words: Vec<Vec<Part>>,
    /// How many words it takes.
    pub parameters: usize,
}

/// A part of a word.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(String),
    /// The word in this place after the name, from 0.
    Parameter(usize),
}

/// Why such a command cannot be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CommandAliasError {
    /// Its name could be taken for something else.
    #[error("cannot have that name")]
    Name,
    /// Its name means something already.
    #[error("cannot be: that is {what} already")]
    Taken {
        /// What it is.
        what: &'static str,
    },
    /// It stands for nothing.
    #[error("stands for nothing")]
    Empty,
    /// It begins with an option.
    #[error("begins with an option")]
    Option,
    /// A quotation mark is not closed.
    #[error("has a quotation mark without its partner")]
    Quote,
    /// `{2}` without `{1}`.
    #[error("has `{{{later}}}`, and no `{{{missing}}}`")]
    Gap {
        /// The number that is there.
        later: usize,
        /// The number that is not.
        missing: usize,
    },
    /// It leads to itself.
    #[error("leads to itself: {}", words.join(" → "))]
    Circle {
        /// The names on the way.
        words: Vec<String>,
    },
}

impl CommandAlias {
    /// Reads what a name stands for. Words are separated by spaces; one with spaces is in quotation marks, single or
    /// double, and `\` takes the meaning of the next letter away, but in single ones.
    ///
    /// # Errors
    ///
    /// Where that is not a command.
    pub fn parse(name: &str, text: &str) -> Result<Self, CommandAliasError> {
        let words = words_of(text)?;
        let first = words.first().ok_or(CommandAliasError::Empty)?;
        if first.starts_with('-') && first != "-" {
            return Err(CommandAliasError::Option);
        }
        let words: Vec<Vec<Part>> = words.iter().map(|word| parts_of(word)).collect();
        let numbers = words.iter().flatten().filter_map(|part| match part {
            Part::Parameter(at) => Some(*at),
            Part::Text(_) => None,
        });
        let numbers: Vec<usize> = numbers.collect();
        let parameters = numbers.iter().max().map_or(0, |last| last + 1);
        if let Some(missing) = (0..parameters).find(|at| !numbers.contains(at)) {
            return Err(CommandAliasError::Gap {
                later: parameters,
                missing: missing + 1,
            });
        }
        Ok(Self {
            name: name.to_owned(),
            text: text.to_owned(),
            words,
            parameters,
        })
    }

    /// The words that are in place of the name and the words after it; nothing if there are too few.
    pub fn expand(&self, following: &[OsString]) -> Option<Vec<OsString>> {
        let (given, rest) = following.split_at_checked(self.parameters)?;
        let is_option = |word: &OsString| {
            let bytes = word.as_encoded_bytes();
            bytes.starts_with(b"-") && bytes != b"-"
        };
        if given.iter().any(is_option) {
            return None;
        }
        let word_of = |parts: &Vec<Part>| {
            let mut word = OsString::new();
            for part in parts {
                match part {
                    Part::Text(text) => word.push(text),
                    Part::Parameter(at) => word.push(given.get(*at)?),
                }
            }
            Some(word)
        };
        let mut words: Vec<OsString> = self.words.iter().map(word_of).collect::<Option<_>>()?;
        words.extend_from_slice(rest);
        Some(words)
    }

    /// The names on the way from `name` to itself, if there is one.
    pub(super) fn circle(name: &str, commands: &[Self]) -> Option<Vec<String>> {
        let mut words = vec![name.to_owned()];
        let mut next = commands.iter().find(|one| one.name == name)?.first_word()?;
        while let Some(command) = commands.iter().find(|one| one.name == next) {
            let is_back = words.contains(&command.name);
            words.push(command.name.clone());
            if is_back {
                return Some(words);
            }
            next = command.first_word()?;
        }
        None
    }

    fn first_word(&self) -> Option<&str> {
        match self.words.first()?.as_slice() {
            [Part::Text(text)] => Some(text),
            _ => None,
        }
    }
}

/// Splits a text into words, as a shell would that knows only quotation marks.
///
/// # Errors
///
/// A quotation mark without its partner.
pub fn words_of(text: &str) -> Result<Vec<String>, CommandAliasError> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        match (letter, quote) {
            (mark @ ('"' | '\''), None) => {
                quote = Some(mark);
                word.get_or_insert_default();
            }
            (mark, Some(open)) if mark == open => quote = None,
            ('\\', None | Some('"')) => {
                let next = letters.next().ok_or(CommandAliasError::Quote)?;
                word.get_or_insert_default().push(next);
            }
            (space, None) if space.is_whitespace() => words.extend(word.take()),
            (other, _) => word.get_or_insert_default().push(other),
        }
    }
    if quote.is_some() {
        return Err(CommandAliasError::Quote);
    }
    words.extend(word);
    Ok(words)
}

/// Finds `{1}` to `{9}` in a word.
fn parts_of(word: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut text = String::new();
    let mut rest = word;
    while let Some(first) = rest.chars().next() {
        let number = rest
            .strip_prefix('{')
            .and_then(|rest| rest.get(..2))
            .and_then(|next| next.strip_suffix('}'))
            .and_then(|digit| digit.parse::<usize>().ok())
            .and_then(|number| number.checked_sub(1));
        let length = if let Some(at) = number {
            if !text.is_empty() {
                parts.push(Part::Text(std::mem::take(&mut text)));
            }
            parts.push(Part::Parameter(at));
            "{1}".len()
        } else {
            text.push(first);
            first.len_utf8()
        };
        rest = rest.get(length..).unwrap_or_default();
    }
    if !text.is_empty() || parts.is_empty() {
        parts.push(Part::Text(text));
    }
    parts
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;

    use super::CommandAlias;

    #[track_caller]
    fn check(text: &str, following: &str, expected: Option<&[&str]>) {
        let alias = CommandAlias::parse("x", text).unwrap();
        let following: Vec<OsString> = following.split_whitespace().map(Into::into).collect();
        let expected = expected.map(|words| words.iter().map(OsString::from).collect::<Vec<_>>());
        assert_eq!(alias.expand(&following), expected, "{text} {following:?}");
    }

    #[test]
    fn words_are_put_in_their_places() {
        let tag = "list vm --tag role={1}";
        check(tag, "web", Some(&["list", "vm", "--tag", "role=web"]));
        check(
            tag,
            "web --limit 3",
            Some(&["list", "vm", "--tag", "role=web", "--limit", "3"]),
        );
        check(tag, "", None);
        check(tag, "--limit 3 web", None);
        check("GET {2}/{1}{1}", "a b", Some(&["GET", "b/aa"]));
        check("GET {2}/{1}", "a", None);
        check("list vm", "", Some(&["list", "vm"]));
        check(
            "GET /{sub}/x -q '$.value[?@.a==\"b c\"]' \"\"",
            "",
            Some(&["GET", "/{sub}/x", "-q", "$.value[?@.a==\"b c\"]", ""]),
        );
        check(
            "GET \"a\\\"b\" c\\ d 'e\\f'",
            "",
            Some(&["GET", "a\"b", "c d", "e\\f"]),
        );
        check("GET {10}{0}{x}{", "", Some(&["GET", "{10}{0}{x}{"]));
        check("GET é{1}é", "ü", Some(&["GET", "éüé"]));
    }

    #[test]
    fn what_is_no_command_is_refused() {
        for (text, words) in [
            ("", "stands for nothing"),
            ("  ", "stands for nothing"),
            ("-o yaml list vm", "begins with an option"),
            ("GET 'x", "without its partner"),
            ("GET x\\", "without its partner"),
            ("GET {2}", "has `{2}`, and no `{1}`"),
        ] {
            let error = CommandAlias::parse("x", text).unwrap_err().to_string();
            assert!(error.contains(words), "{text}: {error}");
        }
    }

    #[test]
    fn circles_are_found() {
        let commands = [
            ("a", "b x"),
            ("b", "c"),
            ("c", "a"),
            ("d", "a"),
            ("e", "list vm"),
        ];
        let commands = commands.map(|(name, text)| CommandAlias::parse(name, text).unwrap());
        let circle = |name| CommandAlias::circle(name, &commands).map(|words| words.join(" "));
        assert_eq!(circle("a").as_deref(), Some("a b c a"));
        assert_eq!(circle("d").as_deref(), Some("d a b c a"));
        assert_eq!(circle("e"), None);
        assert_eq!(circle("z"), None);
    }
}
