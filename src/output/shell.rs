//! Words for a POSIX shell: commands that are shown must work when they are copied, whatever a service has put into them.

/// Quotes a word: nothing in it means anything to the shell.
pub fn quoted(word: &str) -> String {
    format!("'{}'", word.replace('\'', "'\\''"))
}

/// Quotes a word only where that is needed.
pub fn word(word: &str) -> String {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "/-_.:,=@%+".contains(letter);
    if !word.is_empty() && word.chars().all(is_plain) {
        word.to_owned()
    } else {
        quoted(word)
    }
}

#[cfg(test)]
mod tests {
    use super::{quoted, word};

    #[test]
    fn quotes_where_it_is_needed() {
        for (text, expected) in [
            ("/subscriptions/s/x.y_z-1", "/subscriptions/s/x.y_z-1"),
            ("a b", "'a b'"),
            ("", "''"),
            ("~", "'~'"),
            ("{sub}", "'{sub}'"),
            ("$x", "'$x'"),
            ("a?b&c", "'a?b&c'"),
            ("ä", "'ä'"),
        ] {
            assert_eq!(word(text), expected);
        }
    }

    #[test]
    fn leaves_no_way_out() {
        for (word, expected) in [
            ("a b", "'a b'"),
            ("$(x)`y`", "'$(x)`y`'"),
            ("it's", "'it'\\''s'"),
            ("", "''"),
        ] {
            assert_eq!(quoted(word), expected);
        }
    }
}
