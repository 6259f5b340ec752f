//! The header `Link` of RFC 8288: finds the target of the relation `next`. The target is resolved by `url::link`.

/// Returns the target of the first link whose relation is `next`, as it is between `<` and `>`.
///
/// `values` are the values of all `Link` fields in order. A value holds links separated by commas, each with parameters
/// in any order, as tokens or quoted; of several `rel` the first counts (section 3.3). A link with an `anchor` speaks
/// of another document (section 3.2) and is skipped. What is malformed ends its value.
pub fn next_link<'a>(values: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    values.into_iter().find_map(next_in)
}

fn next_in(value: &str) -> Option<&str> {
    let mut rest = value.trim_start_matches(is_separator);
    while let Some(inside) = rest.strip_prefix('<') {
        let (target, after) = inside.split_once('>')?;
        let (parameters, after) = parameters_of(after)?;
        let mut relations = parameters.iter().filter(|(name, _)| name == "rel");
        let is_next = relations.next().is_some_and(|(_, value)| {
            let mut words = value.split_ascii_whitespace();
            words.any(|word| word.eq_ignore_ascii_case("next"))
        });
        let is_of_this = !parameters.iter().any(|(name, _)| name == "anchor");
        if is_next && is_of_this {
            return Some(target);
        }
        rest = after.trim_start_matches(is_separator);
    }
    None
}

/// Empty elements of a list are allowed (RFC 9110 5.6.1).
fn is_separator(letter: char) -> bool {
    matches!(letter, ',' | ' ' | '\t')
}

/// Reads the parameters of one link. Returns their names in lower case with their values, and the text from the comma
/// on; `None` if they are malformed.
fn parameters_of(text: &str) -> Option<(Vec<(String, String)>, &str)> {
    let mut parameters = Vec::new();
    let mut rest = text.trim_start();
    loop {
        if rest.is_empty() || rest.starts_with(',') {
            return Some((parameters, rest));
        }
        rest = rest.strip_prefix(';')?.trim_start();
        let end = rest.find(['=', ';', ',']).unwrap_or(rest.len());
        let (name, after) = rest.split_at(end);
        let name = name.trim().to_ascii_lowercase();
        rest = after;
        let mut value = String::new();
        if let Some(after) = rest.strip_prefix('=') {
            (value, rest) = value_of(after.trim_start())?;
        }
        if !name.is_empty() {
            parameters.push((name, value));
        }
        rest = rest.trim_start();
    }
}

/// Reads a token or a quoted string; returns what follows it.
fn value_of(text: &str) -> Option<(String, &str)> {
    let Some(inside) = text.strip_prefix('"') else {
        let end = text.find([';', ',']).unwrap_or(text.len());
        let (token, rest) = text.split_at(end);
        return Some((token.trim().to_owned(), rest));
    };
    let mut value = String::new();
    let mut letters = inside.char_indices();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '"' => return Some((value, inside.get(at + 1..).unwrap_or_default())),
            '\\' => value.push(letters.next()?.1),
            _ => value.push(letter),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::next_link;

    #[track_caller]
    fn check(values: &[&str], expected: Option<&str>) {
        assert_eq!(next_link(values.iter().copied()), expected, "{values:?}");
    }

    #[test]
    fn finds_the_next_page() {
        check(&["</a?last=x&n=2>; rel=\"next\""], Some("/a?last=x&n=2"));
        check(&["</a>;rel=next"], Some("/a"));
        check(&["</a> ; REL = \"NEXT\""], Some("/a"));
        check(&["</p>; rel=prev, </n>; rel=next"], Some("/n"));
        check(
            &["</p>; rel=\"prev first\",</n>; rel=\"last next\""],
            Some("/n"),
        );
        check(&["</p>; rel=prev", "</n>; rel=next"], Some("/n"));
        check(
            &["</n>; title=\"a, b; rel=prev>\"; rel=\"next\"; x"],
            Some("/n"),
        );
        check(&["</n>; title=\"a \\\" b\"; rel=next"], Some("/n"));
        check(&["</a,b;c>; rel=next"], Some("/a,b;c"));
        check(&[", ,</n>; rel=next;"], Some("/n"));
        check(&["<>; rel=next"], Some(""));
    }

    #[test]
    fn passes_over_everything_else() {
        for value in [
            "",
            "next",
            "/a; rel=next",
            "</a>",
            "</a>; rel",
            "</a>; rel=nextpage",
            "</a>; rel=\"prev\"; rel=\"next\"",
            "</a>; rel=next; anchor=\"#x\"",
            "</a; rel=next",
            "</a>; title=\"rel=next",
            "</a>; rel=\"next",
            "</a> rel=next",
            "</a>; xrel=next",
            "</a>; title=\"; rel=next\"",
        ] {
            check(&[value], None);
        }
        check(&["</a>; rel=\"next", "</b>; rel=next"], Some("/b"));
    }
}
