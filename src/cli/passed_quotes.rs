//! Single quotes that cmd has passed on: they mean nothing to it, so that `'$.value'` arrives with them.

use std::ffi::OsString;

use super::error::Error;

/// What begins a word that needed quotes in another shell.
const QUOTED_STARTS: [char; 7] = ['$', '/', '{', '[', '.', '@', '"'];

/// Refuses a word that still has single quotes around it. The text of an expression may be in single quotes: the value
/// of an option is refused only if it begins like a query, a path or a body in quotes.
pub(super) fn check(arguments: &[OsString]) -> Result<(), Error> {
    let words = arguments
        .iter()
        .map(|word| word.to_str().unwrap_or_default());
    let mut is_value = false;
    for word in words.take_while(|word| *word != "--") {
        if let Some(inside) = word.strip_prefix('\'') {
            let whole = inside.strip_suffix('\'').filter(|text| !text.is_empty());
            if inside.starts_with(QUOTED_STARTS) || (whole.is_some() && !is_value) {
                let message =
                    format!("`{word}` has its single quotes still around it: cmd passes them on");
                let hint = match whole {
                    Some(text) if !text.contains('"') => {
                        format!("use double quotes: `\"{text}\"`; see `arm help quoting`")
                    }
                    Some(_) | None => "use double quotes; see `arm help quoting`".to_owned(),
                };
                return Err(Error::usage(message).with_hint(hint));
            }
        }
        is_value = word.starts_with('-') && !word.contains('=') && word != "-";
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::check;

    fn hint(line: &str) -> Option<String> {
        let words: Vec<_> = line.split(' ').map(Into::into).collect();
        match check(&words) {
            Err(super::Error::Usage { hint, .. }) => hint,
            Ok(()) | Err(super::Error::Display { .. }) => None,
        }
    }

    #[test]
    fn cmd_passes_single_quotes_on() {
        for (line, expected) in [
            ("GET '/x'", r#"`"/x"`"#),
            ("/x -q '$.value[*].name'", r#"`"$.value[*].name"`"#),
            ("/x -q '$.value[?@.a == 1]'", "use double quotes;"),
            ("PATCH /x '.tags.env=dev'", r#"`".tags.env=dev"`"#),
            ("PATCH /x 'tags[env]=dev'", r#"`"tags[env]=dev"`"#),
            (r#"PUT /x '{"a":1}'"#, "use double quotes;"),
        ] {
            let hint = hint(line).unwrap_or_default();
            assert!(hint.contains(expected), "{line}: {hint}");
        }
        for line in [
            "/x -q 'a'",
            "/x --filter 'a'",
            "PUT /x a='b'",
            "GET '",
            "GET ''",
            "exec -- echo '/x'",
        ] {
            assert_eq!(hint(line), None, "{line}");
        }
    }
}
