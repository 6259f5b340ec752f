//! A text as a scalar of YAML, for bodies that are written line by line. Who writes answers as YAML: `output/yaml`; who reads
//! YAML: `plan/body/yaml`.

/// Words that some reader of YAML does not take for text.
const WORDS: [&str; 9] = ["null", "true", "false", "yes", "no", "on", "off", "y", "n"];

/// Writes a text as a scalar that every reader takes for that text: plain if it is simple, else in quotes.
pub(super) fn yaml_scalar(text: &str) -> String {
    let begins =
        text.starts_with(|first: char| first.is_ascii_alphabetic() || "/$".contains(first));
    let is_simple = |letter: char| letter.is_ascii_alphanumeric() || "-_./()$ ".contains(letter);
    let is_word = WORDS.iter().any(|word| word.eq_ignore_ascii_case(text));
    if begins && !is_word && !text.ends_with(' ') && text.chars().all(is_simple) {
        return text.to_owned();
    }
    let is_odd = |letter: char| {
        letter.is_control() || matches!(letter, '\u{2028}' | '\u{2029}' | '\u{feff}')
    };
    if text.contains(is_odd) {
        serde_json::Value::from(text).to_string()
    } else {
        format!("'{}'", text.replace('\'', "''"))
    }
}

#[cfg(test)]
mod tests {
    use super::yaml_scalar;

    #[test]
    fn what_is_not_simple_is_quoted() {
        for (text, scalar) in [
            ("westeurope", "westeurope"),
            ("Ask before this", "Ask before this"),
            ("/subscriptions/s", "/subscriptions/s"),
            ("$schema", "$schema"),
            ("", "''"),
            ("No", "'No'"),
            ("1.2", "'1.2'"),
            ("a: b", "'a: b'"),
            ("a ", "'a '"),
            ("it's", "'it''s'"),
            ("{a}", "'{a}'"),
            ("@odata.type", "'@odata.type'"),
            ("a\nb", "\"a\\nb\""),
            ("größe", "'größe'"),
        ] {
            assert_eq!(yaml_scalar(text), scalar);
        }
    }
}
