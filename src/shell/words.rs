//! Words of a line: takes a command apart that the user has written, such as that of `EDITOR`. Who writes
//! commands: `command_line`.

/// Takes a command apart into its words, as a shell would: quotes hold a word together, and a backslash takes the
/// meaning from the next character, but for Windows, whose paths have backslashes. Nothing if a quote is not closed.
pub fn split_words(text: &str) -> Option<Vec<String>> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match (quote, character) {
            (Some(open), _) if character == open => quote = None,
            (None, '"' | '\'') => {
                quote = Some(character);
                word.get_or_insert_default();
            }
            (None | Some('"'), '\\') if !cfg!(windows) => {
                word.get_or_insert_default().extend(characters.next());
            }
            (None, _) if character.is_whitespace() => words.extend(word.take()),
            (_, _) => word.get_or_insert_default().push(character),
        }
    }
    words.extend(word);
    quote.is_none().then_some(words)
}

#[cfg(test)]
mod tests {
    use super::split_words;

    #[test]
    fn a_command_is_taken_apart() {
        for (text, expected) in [
            ("code --wait", &["code", "--wait"][..]),
            ("  'a b'\"c\"d  '' ", &["a bcd", ""]),
            ("\"it's\"", &["it's"]),
            ("", &[]),
        ] {
            assert_eq!(split_words(text).unwrap(), expected, "{text}");
        }
        assert_eq!(split_words("a 'b"), None);
        if cfg!(unix) {
            assert_eq!(split_words("a\\ b \"\\\"\"").unwrap(), ["a b", "\""]);
        }
    }
}
