//! A JSON merge patch, as PATCH means it. Who decides what may be changed: `resources::resource_body`.

use serde_json::{Map, Value};

/// Merges a patch into a value (RFC 7396 section 2).
pub(crate) fn merge(target: &mut Value, patch: Value) {
    let Value::Object(patch) = patch else {
        *target = patch;
        return;
    };
    if !target.is_object() {
        *target = Value::Object(Map::new());
    }
    let Some(members) = target.as_object_mut() else {
        return;
    };
    for (member, value) in patch {
        if value.is_null() {
            members.shift_remove(&member);
        } else {
            merge(members.entry(member).or_insert(Value::Null), value);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::merge;

    #[track_caller]
    fn check_merge(mut target: Value, patch: Value, expected: &Value) {
        merge(&mut target, patch);
        assert_eq!(target, *expected);
    }

    #[test]
    fn merges_as_rfc_7396() {
        check_merge(json!({"a": "b"}), json!({"a": "c"}), &json!({"a": "c"}));
        check_merge(
            json!({"a": "b", "b": 1}),
            json!({"a": null}),
            &json!({"b": 1}),
        );
        check_merge(json!({"a": ["b"]}), json!({"a": "c"}), &json!({"a": "c"}));
        check_merge(
            json!({"a": {"b": "c"}}),
            json!({"a": {"b": "d", "c": null}}),
            &json!({"a": {"b": "d"}}),
        );
        check_merge(
            json!({"a": "b"}),
            json!({"a": {"x": {"y": null}}}),
            &json!({"a": {"x": {}}}),
        );
        check_merge(json!([1, 2]), json!({"a": 1}), &json!({"a": 1}));
    }
}
