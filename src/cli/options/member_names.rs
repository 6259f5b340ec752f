//! The name of a member of a document on the command line: `value`, `properties.rows`, `a."b.c"`.
//! Who looks into documents: `json::dotted_path`.

use crate::cli::error::Error;
use crate::json::{self, Dots, PartForm, PathError};

/// The names that lead to a member, from the outermost on.
pub type MemberNames = Vec<String>;

/// Names with a dot in them that services use for links: written as they are, they mean themselves.
const WHOLE: [&str; 2] = ["@odata.nextLink", "odata.nextLink"];

/// Parses names separated by dots; a name that has a dot in it is in double quotes.
///
/// # Errors
/// Refuses empty names and quotes that are not closed, or that have something next to them.
pub(in crate::cli) fn parse_member(text: &str) -> Result<MemberNames, Error> {
    if WHOLE.contains(&text) {
        return Ok(vec![text.to_owned()]);
    }
    let wrong = |reason: &str| {
        Error::usage(format!("`{text}` names no member: {reason}")).with_hint(
            "write names separated by dots, as in `properties.rows`; a name with a dot in it goes in double \
             quotes: `'a.\"b.c\"'`",
        )
    };
    if text.contains(['[', ']', '*']) || text.starts_with('$') && text.contains('.') {
        return Err(wrong("it can have only names"));
    }
    let parts = json::path_parts(text, Dots::Separate).map_err(|error| {
        wrong(match error {
            PathError::Trailing { .. } => "a dot is missing after a quote",
            PathError::Empty { .. } | PathError::Unclosed { .. } => "a name is empty",
            PathError::TooDeep => "it has too many names",
        })
    })?;
    let names = parts.iter().map(|part| match part.form {
        _ if part.text.is_empty() => Err(wrong("a name is empty")),
        PartForm::Plain if part.text.starts_with('"') => Err(wrong("a quote is not closed")),
        PartForm::Plain if part.text.contains('"') => Err(wrong("there is a quote inside a name")),
        PartForm::Plain | PartForm::Quoted | PartForm::Bracket | PartForm::QuotedBracket => {
            Ok(part.name())
        }
    });
    names.collect()
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
