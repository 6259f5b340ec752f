//! Words of a line: takes a command apart that the user has written, such as that of `EDITOR`, and tells which letters can be
//! seen in one. Who writes commands: `command_line`.

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

/// Tells whether a letter of a word can be seen, and shows itself alone: control characters cannot, nor what ends a line or
/// turns the direction of writing, nor letters without a width, which make two names look like one.
pub fn is_visible(letter: char) -> bool {
    let is_hidden = matches!(
        letter,
        '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
            | '\u{e0000}'..='\u{e007f}'
    );
    !letter.is_control() && !is_hidden
}

#[cfg(test)]
mod tests {
    use super::{is_visible, split_words};

    #[test]
    fn what_cannot_be_seen_is_told() {
        for hidden in [
            '\u{1b}',
            '\u{9b}',
            '\u{ad}',
            '\u{61c}',
            '\u{200b}',
            '\u{200f}',
            '\u{202e}',
            '\u{2060}',
            '\u{2066}',
            '\u{feff}',
            '\u{e0000}',
            '\u{e007f}',
        ] {
            assert!(!is_visible(hidden), "{}", hidden.escape_unicode());
        }
        for shown in ['a', ' ', 'é', '\u{2010}', '\u{4e2d}', '\u{1f600}'] {
            assert!(is_visible(shown), "{shown}");
        }
    }

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
