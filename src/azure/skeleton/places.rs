//! The places in a body: names in braces such as `{location}`, which stand for what is known when it is printed. A text of
//! YAML, line by line; who reads it as JSON: `plan/body`.

use crate::azure::yaml_scalar::yaml_scalar;

/// What is known. A place of which nothing is known stays as it is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Places<'a> {
    /// `{location}`: the region.
    pub location: Option<&'a str>,
    /// `{sub}`: the id of the subscription.
    pub subscription_id: Option<&'a str>,
    /// `{rg}`: the name of the resource group.
    pub resource_group: Option<&'a str>,
    /// `{tenant}`: the id of the tenant.
    pub tenant_id: Option<&'a str>,
}

/// A text whose places are filled in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filled {
    /// The text.
    pub text: String,
    /// The places that nothing is known of, each once, with their braces.
    pub left: Vec<String>,
}

impl<'a> Places<'a> {
    fn value(self, name: &str) -> Option<&'a str> {
        match name {
            "location" => self.location,
            "sub" => self.subscription_id,
            "rg" => self.resource_group,
            "tenant" => self.tenant_id,
            _ => None,
        }
    }
}

/// Fills the places of a YAML text in. A value in which one is, or stays, is quoted where YAML needs that.
pub fn fill(text: &str, places: Places<'_>) -> Filled {
    let mut filled = Filled::default();
    for line in text.lines() {
        let (content, comment) = split_comment(line);
        let (head, value) = split_value(content);
        let (written, has_place) = fill_value(value, places, &mut filled.left);
        filled.text.push_str(head);
        if has_place {
            filled.text.push_str(&yaml_scalar(&written));
        } else {
            filled.text.push_str(&written);
        }
        // What is not known of a comment does not matter.
        filled
            .text
            .push_str(&fill_value(comment, places, &mut Vec::new()).0);
        filled.text.push('\n');
    }
    filled
}

/// Returns the first place in a text, with its braces: a name of lower-case letters and hyphens, or a word such as
/// `{displayName}`.
pub fn place_in(text: &str) -> Option<&str> {
    let start = text.find('{')?;
    let rest = text.get(start + 1..)?;
    let length = rest
        .bytes()
        .take_while(|byte| byte.is_ascii_alphabetic() || *byte == b'-')
        .count();
    if length > 0 && rest.as_bytes().get(length) == Some(&b'}') {
        return text.get(start..=start + length + 1);
    }
    place_in(rest)
}

/// Splits a line before the blanks in front of its comment.
fn split_comment(line: &str) -> (&str, &str) {
    if line.trim_start().starts_with('#') {
        return ("", line);
    }
    line.find("  #")
        .and_then(|at| line.split_at_checked(at))
        .unwrap_or((line, ""))
}

/// Splits a line before its value: after indentation, dashes and a key.
fn split_value(line: &str) -> (&str, &str) {
    let indented = line.trim_start_matches([' ', '-']);
    let start = line.len() - indented.len();
    let key = indented.find(": ").map_or(0, |at| at + 2);
    line.split_at_checked(start + key).unwrap_or((line, ""))
}

/// Returns a value with its places filled in, and whether it has any.
fn fill_value(value: &str, places: Places<'_>, left: &mut Vec<String>) -> (String, bool) {
    let mut written = String::new();
    let mut rest = value;
    let mut has_place = false;
    while let Some(place) = place_in(rest) {
        let Some((before, after)) = rest.split_once(place) else {
            break;
        };
        has_place = true;
        written.push_str(before);
        let known = places.value(place.trim_matches(['{', '}']));
        written.push_str(known.unwrap_or(place));
        if known.is_none() && !left.iter().any(|one| one == place) {
            left.push(place.to_owned());
        }
        rest = after;
    }
    written.push_str(rest);
    (written, has_place)
}

#[cfg(test)]
mod tests {
    use super::{Places, fill, place_in};

    const KNOWN: Places<'_> = Places {
        location: Some("westeurope"),
        subscription_id: Some("s"),
        resource_group: Some("rg: 1"),
        tenant_id: Some("true"),
    };

    #[track_caller]
    fn check(text: &str, expected: &str, left: &[&str]) {
        let filled = fill(text, KNOWN);
        assert_eq!(filled.text, format!("{expected}\n"));
        assert_eq!(filled.left, left);
    }

    #[test]
    fn known_places_are_filled_in() {
        check("location: {location}", "location: westeurope", &[]);
        check("  - {location}  # {rg}", "  - westeurope  # rg: 1", &[]);
        check("- id: /a/{sub}/b  # {x}", "- id: /a/s/b  # {x}", &[]);
        check("# {sub}: {none}", "# s: {none}", &[]);
        check("a: 1", "a: 1", &[]);
        check("a: {}", "a: {}", &[]);
        check("a:", "a:", &[]);
    }

    #[test]
    fn a_value_is_quoted_where_yaml_needs_it() {
        check("a: /g/{rg}/x", "a: '/g/rg: 1/x'", &[]);
        check("a: {tenant}", "a: 'true'", &[]);
        check(
            "a: {password}  # yours",
            "a: '{password}'  # yours",
            &["{password}"],
        );
        let odd = Places {
            location: Some("it's"),
            ..Places::default()
        };
        assert_eq!(fill("a: {location}", odd).text, "a: 'it''s'\n");
        let filled = fill("a: /x/{rg}\nb: {rg}\n", Places::default());
        assert_eq!(filled.text, "a: '/x/{rg}'\nb: '{rg}'\n");
        assert_eq!(filled.left, ["{rg}"]);
    }

    #[test]
    fn finds_places() {
        for (text, place) in [
            ("{sub}", Some("{sub}")),
            ("/a/{new-guid}/b", Some("{new-guid}")),
            ("{}{a1}{ a}{b}", Some("{b}")),
            ("{displayName}", Some("{displayName}")),
            ("{{a}}", Some("{a}")),
            ("{", None),
            ("é{é}", None),
            ("[parameters('a')]", None),
        ] {
            assert_eq!(place_in(text), place, "{text}");
        }
    }
}
