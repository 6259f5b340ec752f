//! Takes members out of a JSON document, or puts another beginning into its strings; everything else keeps its bytes.
//! Which members and strings those are is said by the caller.

use super::document_path::{MOST_LEVELS, PathStep};
use super::scan::string_end;
use super::shallow::Shallow;

/// Returns a well-formed document without the members whose path `drops` tells to leave out. White space around what is
/// left goes too.
pub fn without_members(json: &str, drops: &dyn Fn(&[PathStep<'_>]) -> bool) -> String {
    let mut text = String::with_capacity(json.len());
    append_kept(json.trim_ascii(), &mut Vec::new(), drops, &mut text);
    text
}

/// Returns a document in which every string that begins with `prefix` begins with `other` in its place: where the
/// prefix is all of it, or a slash follows. The case of letters does not matter.
pub fn with_prefix_replaced(json: &str, prefix: &str, other: &str) -> String {
    if prefix.is_empty() {
        return json.to_owned();
    }
    let mut text = String::with_capacity(json.len());
    let mut rest = json;
    while let Some(quote) = rest.find('"') {
        let (before, string) = rest.split_at(quote + 1);
        text.push_str(before);
        let begins = string
            .get(..prefix.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(prefix));
        let after = string.get(prefix.len()..).filter(|_| begins);
        let after = after.filter(|after| after.starts_with(['/', '"']));
        rest = match after {
            Some(after) => {
                text.push_str(other);
                after
            }
            None => string,
        };
        // What is left of the string goes over as it is, the closing quote too.
        let end = string_end(rest.as_bytes(), 0).map_or(rest.len(), |end| end.quote + 1);
        let (inside, next) = rest.split_at_checked(end).unwrap_or((rest, ""));
        text.push_str(inside);
        rest = next;
    }
    text.push_str(rest);
    text
}

fn append_kept<'j>(
    json: &'j str,
    path: &mut Vec<PathStep<'j>>,
    drops: &dyn Fn(&[PathStep<'_>]) -> bool,
    out: &mut String,
) {
    if path.len() >= MOST_LEVELS {
        out.push_str(json);
        return;
    }
    let mut separator = "";
    match Shallow::of(json) {
        Shallow::Object(members) => {
            out.push('{');
            for member in members {
                path.push(PathStep::Member(member.name));
                if !drops(path) {
                    for piece in [separator, member.token, ":"] {
                        out.push_str(piece);
                    }
                    append_kept(member.value, path, drops, out);
                    separator = ",";
                }
                path.pop();
            }
            out.push('}');
        }
        Shallow::Array(elements) => {
            out.push('[');
            for (index, element) in elements.into_iter().enumerate() {
                out.push_str(separator);
                path.push(PathStep::Element { index, name: None });
                append_kept(element, path, drops, out);
                path.pop();
                separator = ",";
            }
            out.push(']');
        }
        Shallow::Scalar(scalar) => out.push_str(scalar),
    }
}

#[cfg(test)]
mod tests {
    use super::{with_prefix_replaced, without_members};
    use crate::json::PathStep;

    #[test]
    fn a_prefix_is_replaced_where_a_string_begins_with_it() {
        for (json, expected) in [
            (
                "{\"id\":\"/S/a\",\"x\":\"/s/a/b\"}",
                "{\"id\":\"@\",\"x\":\"@/b\"}",
            ),
            (
                "[\"/s/ab\", \"x/s/a\", \"\\\"/s/a\"]",
                "[\"/s/ab\", \"x/s/a\", \"\\\"/s/a\"]",
            ),
            ("{\"/s/a/k\":1", "{\"@/k\":1"),
            ("\"/s/a", "\"/s/a"),
        ] {
            assert_eq!(with_prefix_replaced(json, "/s/a", "@"), expected);
        }
    }

    #[test]
    fn only_what_is_named_goes() {
        let is_etag = |path: &[PathStep<'_>]| {
            let last = path.last();
            matches!(last, Some(PathStep::Member(name)) if name == "etag") && path.len() != 3
        };
        for (json, expected) in [
            ("{ \"etag\": 1 }", "{}"),
            (
                "{\"a\" : 1.10, \"etag\":{}, \"b\\n\":[ {\"etag\":1, \"c\":\"\\u0061\"}, 2 ]}",
                "{\"a\":1.10,\"b\\n\":[{\"etag\":1,\"c\":\"\\u0061\"},2]}",
            ),
            ("[[{\"x\":{\"etag\":1}}]]", "[[{\"x\":{}}]]"),
            (" 1E5 ", "1E5"),
        ] {
            assert_eq!(without_members(json, &is_etag), expected);
        }
    }
}
