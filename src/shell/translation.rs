//! Commands in hints and notes, written again for the shell that they are read in: this program writes them for a POSIX
//! shell, whose quotes mean nothing to cmd. How each shell quotes: `dialect`; who prints them: `output/console`.

use super::dialect::Shell;

/// How a span in backticks begins that is a command or a part of one. Others are names, and texts of a query.
const COMMAND_STARTS: [&str; 6] = ["arm ", "az ", "azd ", "export ", "-", "'$"];

/// A word of a command.
#[derive(Debug, Default, PartialEq, Eq)]
struct Word {
    /// What the program gets.
    text: String,
    /// What is there, as it was written.
    written: String,
}

impl Word {
    fn is_quoted(&self) -> bool {
        self.text != self.written
    }
}

impl Shell {
    /// Writes the commands of a message for this shell.
    pub fn translated(self, message: &str) -> String {
        if self == Self::Posix {
            return message.to_owned();
        }
        let mut text = String::with_capacity(message.len());
        let mut rest = message;
        while let Some((before, after)) = rest.split_once('`') {
            text.push_str(&self.prose(before));
            let Some((span, after)) = self.span(after) else {
                text.push('`');
                rest = after;
                continue;
            };
            text.extend(["`", &span, "`"]);
            rest = after;
        }
        text.push_str(&self.prose(rest));
        text
    }

    /// Takes a span up to its backtick, a command written again, and returns what follows it.
    fn span(self, text: &str) -> Option<(String, &str)> {
        if COMMAND_STARTS.iter().any(|start| text.starts_with(start))
            && let Some((words, rest)) = words(text)
        {
            return Some((self.command(&words), rest));
        }
        let (span, rest) = text.split_once('`')?;
        Some((span.to_owned(), rest))
    }

    fn command(self, words: &[Word]) -> String {
        let assigned = words
            .split_first()
            .filter(|(first, _)| first.text == "export");
        if let Some((_, variables)) = assigned {
            let pairs = variables
                .iter()
                .filter_map(|word| word.text.split_once('='));
            let lines: Vec<String> = pairs
                .map(|(name, value)| self.assignment(name, value))
                .collect();
            let separator = if self == Self::Cmd { " & " } else { "; " };
            return lines.join(separator);
        }
        let words: Vec<String> = words.iter().map(|word| self.of_posix(word)).collect();
        words.join(" ")
    }

    fn of_posix(self, word: &Word) -> String {
        if word.is_quoted() || self.changes(&word.text) {
            self.quoted(&word.text)
        } else {
            word.written.clone()
        }
    }

    /// Tells whether this shell changes a word that a POSIX shell leaves as it is.
    fn changes(self, word: &str) -> bool {
        match self {
            Self::Posix | Self::Cmd => false,
            // A comma makes an array, braces a block; a dot ends the name of a parameter.
            Self::PowerShell | Self::WindowsPowerShell => {
                word.starts_with(['@', '.'])
                    || word.contains(['{', '}', ','])
                    || (word.starts_with('-') && word.contains('.'))
            }
        }
    }

    /// What prose says of quotes.
    fn prose(self, text: &str) -> String {
        let quotes = match self {
            Self::Posix | Self::PowerShell => return text.to_owned(),
            Self::WindowsPowerShell => "single quotes, each double one as `\\\"`",
            Self::Cmd => "double quotes, each inside as `\\\"`",
        };
        let text = text.replace("into single quotes", &format!("into {quotes}"));
        text.replace("itself in single quotes", &format!("itself in {quotes}"))
    }
}

/// Takes the words of a command up to the backtick that ends it, with what follows; nothing if a quote is not closed.
fn words(text: &str) -> Option<(Vec<Word>, &str)> {
    let mut words = Vec::new();
    let mut word: Option<Word> = None;
    let mut quote = None;
    let mut letters = text.char_indices();
    while let Some((at, letter)) = letters.next() {
        match (quote, letter) {
            (None, '`') => {
                words.extend(word);
                return Some((words, text.get(at + 1..)?));
            }
            (None, ' ') => {
                words.extend(word.take());
                continue;
            }
            _ => {}
        }
        let word = word.get_or_insert_default();
        word.written.push(letter);
        match (quote, letter) {
            (Some(open), _) if letter == open => quote = None,
            (None, '\'' | '"') => quote = Some(letter),
            (None | Some('"'), '\\') => {
                let (_, escaped) = letters.next()?;
                word.written.push(escaped);
                word.text.push(escaped);
            }
            (Some(_) | None, _) => word.text.push(letter),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::super::{CommandLine, first_command_in};
    use super::Shell;

    #[test]
    fn each_shell_has_its_own_hints() {
        for (hint, powershell, cmd) in [
            (
                "see `arm GET '/a b' -q '[?x==`1`]'`, or not",
                "see `arm GET '/a b' -q '[?x==`1`]'`, or not",
                r#"see `arm GET "/a b" -q "[?x==`1`]"`, or not"#,
            ),
            (
                r"`arm GET '/it'\''s'`",
                "`arm GET '/it''s'`",
                r#"`arm GET "/it's"`"#,
            ),
            (
                "`arm PUT /s/{sub}/x @FILE .a=1 b=1 --yes`",
                "`arm PUT '/s/{sub}/x' '@FILE' '.a=1' b=1 --yes`",
                "`arm PUT /s/{sub}/x @FILE .a=1 b=1 --yes`",
            ),
            ("`-S A,B`", "`-S 'A,B'`", "`-S A,B`"),
            (
                "add `-q '$.value[?@.name==\"x\"]'` to it",
                "add `-q '$.value[?@.name==\"x\"]'` to it",
                r#"add `-q "$.value[?@.name==\"x\"]"` to it"#,
            ),
            (
                "all with `export ARMCLI_SUBSCRIPTION='a b'`",
                "all with `$env:ARMCLI_SUBSCRIPTION = 'a b'`",
                "all with `set \"ARMCLI_SUBSCRIPTION=a b\"`",
            ),
            (
                "a text goes in single quotes: `'name'`; `['a.b']`",
                "a text goes in single quotes: `'name'`; `['a.b']`",
                "a text goes in single quotes: `'name'`; `['a.b']`",
            ),
            (
                "put the URL into single quotes",
                "put the URL into single quotes",
                "put the URL into double quotes, each inside as `\\\"`",
            ),
            (
                "add `'$count==true'`",
                "add `'$count==true'`",
                r#"add `"$count==true"`"#,
            ),
            ("`arm GET '/x", "`arm GET '/x", "`arm GET '/x"),
            (
                "`-o ndjson > 'a b'`",
                "`-o ndjson > 'a b'`",
                r#"`-o ndjson > "a b"`"#,
            ),
        ] {
            assert_eq!(Shell::Posix.translated(hint), hint);
            assert_eq!(Shell::PowerShell.translated(hint), powershell);
            assert_eq!(Shell::Cmd.translated(hint), cmd);
        }
        assert_eq!(
            Shell::WindowsPowerShell
                .translated("`-q '$.a[?@==\"x\"]'`: the JSON itself in single quotes"),
            "`-q '$.a[?@==\\\"x\\\"]'`: the JSON itself in single quotes, each double one as `\\\"`"
        );
    }

    #[test]
    fn a_command_stays_the_command_that_it_is() {
        for name in [
            "it's", "a b", "x\"y", "`", "$(calc)", "a\\", "100%", "‘x’", "&calc", "",
        ] {
            let command = CommandLine::arm("GET").given(name);
            let hint = format!("try `{command}`");
            let expected = ["arm", "GET", name].map(str::to_owned);
            assert_eq!(
                first_command_in(&hint).unwrap_or_default(),
                expected,
                "{name}"
            );
            for shell in [Shell::PowerShell, Shell::WindowsPowerShell, Shell::Cmd] {
                let expected = format!("try `arm GET {}`", shell.quoted(name));
                assert_eq!(shell.translated(&hint), expected, "{name}");
            }
        }
    }
}
