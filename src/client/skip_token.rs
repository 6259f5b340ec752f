//! Puts Resource Graph's token of the next page into the body of a query, as text: every other byte
//! stays as the user wrote it. Who asks for the page: `pager`.

use std::fmt;

use bytes::Bytes;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

const OPTIONS: &str = "options";
const SKIP_TOKEN: &str = "$skipToken";
/// If it is next to a token it wins, and every page would be the same (Microsoft Learn,
/// `ResourceQueryRequestOptions.Skip`).
const SKIP: &str = "$skip";

/// A body for the next page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct NextBody {
    /// The body.
    pub(super) body: Bytes,
    /// The token that was in the first one.
    pub(super) earlier: Option<String>,
}

/// Sets `options.$skipToken`, and takes `options.$skip` away; `None` if the body is not a JSON object with an object,
/// or nothing, for `options`.
pub(super) fn next_body(body: &[u8], token: &str) -> Option<NextBody> {
    let text = std::str::from_utf8(body)
        .ok()?
        .trim_start_matches('\u{feff}');
    let token = serde_json::Value::from(token).to_string();
    let with_token = format!("{{\"{SKIP_TOKEN}\":{token}}}");
    let mut earlier = None;
    let root = members_of(text)?;
    let options = root.iter().rfind(|member| member.is(OPTIONS));
    let next_options = match options.map(|options| options.value.get()) {
        None | Some("null") => with_token,
        Some(options) => {
            let members = members_of(options)?;
            let known = members.iter().rfind(|member| member.is(SKIP_TOKEN));
            earlier = known.and_then(|known| serde_json::from_str(known.value.get()).ok());
            rewrite(options, &members, (SKIP_TOKEN, &token), Some(SKIP))
        }
    };
    Some(NextBody {
        body: rewrite(text, &root, (OPTIONS, &next_options), None).into(),
        earlier,
    })
}

/// Returns an object's text with a member set, and another one, if it is there, left out.
fn rewrite(
    object: &str,
    members: &[Member<'_>],
    (name, value): (&str, &str),
    left_out: Option<&str>,
) -> String {
    let start = object.as_ptr().addr();
    let from = |part: &str| part.as_ptr().addr().saturating_sub(start);
    let begin = |member: &Member<'_>| from(member.name.get());
    let end = |member: &Member<'_>| from(member.value.get()) + member.value.get().len();
    let slice = |range: std::ops::Range<usize>| object.get(range).unwrap_or_default();
    let first = members
        .first()
        .map_or_else(|| object.find('}').unwrap_or(0), begin);
    let mut text = slice(0..first).to_owned();
    let (mut is_set, mut is_first, mut before) = (false, true, first);
    for member in members {
        let between = slice(before..begin(member));
        before = end(member);
        if left_out.is_some_and(|name| member.is(name)) {
            continue;
        }
        if !is_first {
            // What was before a member that was the first holds no comma.
            text.push_str(if between.contains(',') { between } else { "," });
        }
        is_first = false;
        if member.is(name) {
            is_set = true;
            text.push_str(slice(begin(member)..from(member.value.get())));
            text.push_str(value);
        } else {
            text.push_str(slice(begin(member)..end(member)));
        }
    }
    if !is_set {
        let comma = if is_first { "" } else { "," };
        text.push_str(&format!("{comma}\"{name}\":{value}"));
    }
    text.push_str(slice(before..object.len()));
    text
}

/// A member of an object, as text.
struct Member<'a> {
    name: &'a RawValue,
    value: &'a RawValue,
}

impl Member<'_> {
    /// Compares without case, as the service does.
    fn is(&self, name: &str) -> bool {
        let own: Option<String> = serde_json::from_str(self.name.get()).ok();
        own.is_some_and(|own| own.eq_ignore_ascii_case(name))
    }
}

fn members_of(text: &str) -> Option<Vec<Member<'_>>> {
    serde_json::from_str::<Members<'_>>(text)
        .ok()
        .map(|members| members.0)
}

/// The members of an object in their order, also those of one name.
struct Members<'a>(Vec<Member<'a>>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Collect;

        impl<'de> Visitor<'de> for Collect {
            type Value = Members<'de>;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some((name, value)) = map.next_entry()? {
                    members.push(Member { name, value });
                }
                Ok(Members(members))
            }
        }

        deserializer.deserialize_map(Collect)
    }
}

#[cfg(test)]
mod tests {
    use super::next_body;

    #[track_caller]
    fn check(body: &str, expected: &str, earlier: Option<&str>) {
        let next = next_body(body.as_bytes(), "t\"+/==").unwrap();
        let expected = expected.replace('%', r#""t\"+/==""#);
        assert_eq!(std::str::from_utf8(&next.body).unwrap(), expected);
        assert_eq!(next.earlier.as_deref(), earlier);
        serde_json::from_slice::<serde_json::Value>(&next.body).unwrap();
    }

    #[test]
    fn sets_the_token_and_keeps_the_rest() {
        check("{}", r#"{"options":{"$skipToken":%}}"#, None);
        check(" { } ", r#" { "options":{"$skipToken":%}} "#, None);
        check(
            r#"{"query":"x | where a == '}'" , "n":1.10,"n":1E5}"#,
            r#"{"query":"x | where a == '}'" , "n":1.10,"n":1E5,"options":{"$skipToken":%}}"#,
            None,
        );
        check(
            r#"{"options":null,"query":"x"}"#,
            r#"{"options":{"$skipToken":%},"query":"x"}"#,
            None,
        );
        check(
            r#"{"options": {"$top":3 ,"$skipToken" : "old", "x":1.0},"query":"x"}"#,
            r#"{"options": {"$top":3 ,"$skipToken" : %, "x":1.0},"query":"x"}"#,
            Some("old"),
        );
        check(
            r#"{"Options":{"$SkipToken":"a","\u0024skipToken":"b"}}"#,
            r#"{"Options":{"$SkipToken":%,"\u0024skipToken":%}}"#,
            Some("b"),
        );
    }

    #[test]
    fn a_number_of_rows_to_skip_does_not_win_over_the_token() {
        check(
            r#"{"options":{"$skip": 8, "$top":4}}"#,
            r#"{"options":{"$top":4,"$skipToken":%}}"#,
            None,
        );
        check(
            r#"{"options":{"$top":4, "$skip":8}}"#,
            r#"{"options":{"$top":4,"$skipToken":%}}"#,
            None,
        );
        check(
            r#"{"options":{"$skip":8}}"#,
            r#"{"options":{"$skipToken":%}}"#,
            None,
        );
        check(
            r#"{"options":{"a":1, "$skip":8, "$skipToken":"o", "$skip":9}, "$skip":1}"#,
            r#"{"options":{"a":1, "$skipToken":%}, "$skip":1}"#,
            Some("o"),
        );
    }

    #[test]
    fn other_bodies_cannot_carry_it() {
        for body in [
            "",
            "[]",
            "7",
            "{\"options\":7}",
            "{\"options\":[]}",
            "{\"a\":1",
            "a=b",
        ] {
            assert_eq!(next_body(body.as_bytes(), "t"), None, "{body}");
        }
        assert_eq!(next_body(b"\xff", "t"), None);
    }
}
