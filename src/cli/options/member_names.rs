//! The name of a member of a document on the command line: `value`, `properties.rows`,
//! `a."b.c"`. Looks into no document.

use crate::cli::error::Error;

/// The names that lead to a member, from the outermost on.
pub type MemberNames = Vec<String>;

/// Names with a dot in them that services use for links: written as they are, they mean themselves.
const WHOLE: [&str; 2] = ["@odata.nextLink", "odata.nextLink"];

/// Parses names separated by dots; a name that has a dot in it stands in double quotes.
///
/// # Errors
/// Refuses empty names and quotes that are not closed, or that something stands beside.
pub(in crate::cli) fn parse_member(text: &str) -> Result<MemberNames, Error> {
    if WHOLE.contains(&text) {
        return Ok(vec![text.to_owned()]);
    }
    let wrong = |reason: &str| {
        Error::usage(format!("`{text}` names no member: {reason}")).with_hint(
            "write names separated by dots, as in `properties.rows`; a name with a dot in it stands in \
             double quotes: `'a.\"b.c\"'`",
        )
    };
    if text.contains(['[', ']', '*']) || text.starts_with('$') && text.contains('.') {
        return Err(wrong("it is no path of names"));
    }
    let mut names = Vec::new();
    let mut rest = text;
    loop {
        let (name, after) = match rest.strip_prefix('"') {
            Some(inside) => inside
                .split_once('"')
                .ok_or_else(|| wrong("a quote is not closed"))?,
            None => rest.split_at(rest.find('.').unwrap_or(rest.len())),
        };
        if name.is_empty() {
            return Err(wrong("a name is empty"));
        }
        if name.contains('"') {
            return Err(wrong("a quote stands inside a name"));
        }
        names.push(name.to_owned());
        if after.is_empty() {
            return Ok(names);
        }
        rest = after
            .strip_prefix('.')
            .ok_or_else(|| wrong("a dot is missing behind a quote"))?;
    }
}

#[cfg(test)]
mod tests {
    use super::parse_member;

    #[test]
    fn names_lead_to_a_member() {
        for (text, names) in [
            ("value", &["value"][..]),
            ("properties.next", &["properties", "next"]),
            ("$skipToken", &["$skipToken"]),
            ("@odata.nextLink", &["@odata.nextLink"]),
            ("odata.nextLink", &["odata.nextLink"]),
            ("a.\"b.c\".d", &["a", "b.c", "d"]),
            ("\"a b\"", &["a b"]),
            ("über", &["über"]),
        ] {
            assert_eq!(parse_member(text).unwrap(), names, "{text}");
        }
        for text in [
            "", ".", "a.", ".a", "a..b", "\"a", "\"a\"b", "a\"b", "\"\"", "$.value", "value[*]",
            "a.*",
        ] {
            assert!(parse_member(text).is_err(), "{text}");
        }
    }
}
