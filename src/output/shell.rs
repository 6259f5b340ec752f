//! Words for a POSIX shell: commands that are shown must work when they are copied, whatever a
//! service has put into them. Runs nothing.

/// Quotes a word: nothing in it means anything to the shell.
pub fn quoted(word: &str) -> String {
    format!("'{}'", word.replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use super::quoted;

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
