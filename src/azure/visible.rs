//! Which letters can be seen: names and addresses that are copied from a page or a file bring others along. What is read
//! into a misspelt word: `spelling`.

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

/// Tells whether a letter can neither be seen nor typed on a key: what cannot be seen, and blanks of other widths.
pub fn is_stray(letter: char) -> bool {
    !is_visible(letter) || letter.is_whitespace() && letter != ' '
}

#[cfg(test)]
mod tests {
    use super::{is_stray, is_visible};

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
    fn a_blank_of_another_width_is_stray() {
        for (letter, expected) in [
            ('\u{a0}', true),
            ('\u{3000}', true),
            ('\u{feff}', true),
            ('\t', true),
            (' ', false),
            ('ü', false),
        ] {
            assert_eq!(is_stray(letter), expected, "{}", letter.escape_unicode());
        }
    }
}
