//! What people who know another query language write in a JSONPath, and how it is written there. Who finds the fault:
//! `jsonpath`.

/// Returns what helps if an expression has a spelling of another language.
pub fn meant(expression: &str) -> Option<&'static str> {
    let text = without_texts(expression);
    let has = |words: &[&str]| words.iter().any(|word| text.contains(word));
    if has(&["=~"]) {
        return Some(
            "`search(@.name, \"sql\")` finds a pattern in a text, `match(…)` matches the whole text",
        );
    }
    if has(&[" and ", " or ", " not ", " AND ", " OR "]) {
        return Some("`&&` is and, `||` is or, `!` is not");
    }
    if has(&[" in [", " in (", " contains ", " like "]) {
        return Some(
            "one of several is `@.a==\"x\" || @.a==\"y\"`; a part of a text is `search(@.a, \"x\")`",
        );
    }
    if has_single_equals(&text) {
        return Some("`==` compares");
    }
    if has(&["[@."]) {
        return Some("a filter begins with `?`: `[?@.name==\"x\"]`");
    }
    None
}

/// An `=` that is not part of `==`, `!=`, `<=` or `>=`.
fn has_single_equals(text: &str) -> bool {
    let rest = ["==", "!=", "<=", ">="]
        .iter()
        .fold(text.to_owned(), |text, one| text.replace(one, "  "));
    rest.contains('=')
}

/// The expression without what is in quotes.
fn without_texts(expression: &str) -> String {
    let mut quote = None;
    let mut is_escaped = false;
    let outside = expression.chars().filter(|character| {
        let is_outside = quote.is_none();
        match quote {
            Some(_) if is_escaped => is_escaped = false,
            Some(_) if *character == '\\' => is_escaped = true,
            Some(open) if open == *character => quote = None,
            None if matches!(character, '"' | '\'') => quote = Some(*character),
            Some(_) | None => {}
        }
        is_outside
    });
    outside.collect()
}

#[cfg(test)]
mod tests {
    use super::meant;

    #[test]
    fn spellings_of_other_languages_are_known() {
        for (expression, hint) in [
            ("$.value[?@.a==\"x\" and @.b==\"y\"]", "`&&` is and"),
            ("$.value[?@.name =~ /sql/]", "search(@.name"),
            ("$.value[?@.name=\"vm\"]", "`==` compares"),
            ("$.value[?@.location in [\"a\"]]", "||"),
            ("$.value[@.name==\"x\"]", "begins with `?`"),
        ] {
            let found = meant(expression).unwrap_or_default();
            assert!(found.contains(hint), "{expression}: {found}");
        }
        for expression in ["$.value[?@.a==\"x and y = z\"]]", "$.a[", "$['a=b'"] {
            assert_eq!(meant(expression), None, "{expression}");
        }
    }
}
