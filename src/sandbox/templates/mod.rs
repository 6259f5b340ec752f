//! Bodies as JSON templates, next to this file, and how they are filled in: `bodies.json` has what a resource of the
//! seed looks like, by type; `service_members.json` what the service itself writes into the properties of a new one, by
//! type or namespace; `fragments.json` the parts that several of them share.
//!
//! A text that is one name in braces stands for a value of any kind, and a member or item whose value there is not
//! is left out. A name in braces within a text stands for the text of its value. The values come from `seed` and
//! `resources::resource_body`.

use std::sync::LazyLock;

use serde_json::{Map, Value};

/// What is filled in, by name.
pub(super) type Values = Map<String, Value>;

/// The templates, read when the first one is needed.
static TEMPLATES: LazyLock<[Values; 3]> = LazyLock::new(|| {
    [
        include_str!("bodies.json"),
        include_str!("service_members.json"),
        include_str!("fragments.json"),
    ]
    // A template that cannot be read would be missed by a test of this file.
    .map(|text| serde_json::from_str(text).unwrap_or_default())
});

/// The body of a seeded resource of a type, such as `Microsoft.Compute/disks`.
pub(super) fn body(resource_type: &str, values: &Values) -> Value {
    let [bodies, ..] = &*TEMPLATES;
    of_name(bodies, resource_type, values)
}

/// The properties that the service writes into a resource of a type or of a namespace; none for most.
pub(super) fn service_members(name: &str, values: &Values) -> Option<Value> {
    let [_, members, _] = &*TEMPLATES;
    members.get(name).and_then(|found| filled(found, values))
}

/// A part of a body.
pub(super) fn fragment(name: &str, values: &Values) -> Value {
    let [.., fragments] = &*TEMPLATES;
    of_name(fragments, name, values)
}

/// The part of `instanceView` that the sandbox keeps: the power state of a machine, such as `running`.
pub(super) fn instance_view(power: &str) -> Value {
    let mut values = Values::new();
    values.insert("power".to_owned(), power.into());
    fragment("instanceView", &values)
}

fn of_name(templates: &Values, name: &str, values: &Values) -> Value {
    let template = templates.get(name);
    template
        .and_then(|template| filled(template, values))
        .unwrap_or_default()
}

/// Fills in a template; nothing if it is the name of a value that is not there.
fn filled(template: &Value, values: &Values) -> Option<Value> {
    match template {
        Value::String(text) => match text
            .strip_prefix('{')
            .and_then(|rest| rest.strip_suffix('}'))
        {
            Some(name) if !name.contains(['{', '}']) => values.get(name).cloned(),
            _ => Some(interpolated(text, values).into()),
        },
        Value::Array(items) => Some(
            items
                .iter()
                .filter_map(|item| filled(item, values))
                .collect(),
        ),
        Value::Object(members) => {
            let members = members
                .iter()
                .filter_map(|(name, value)| Some((name.clone(), filled(value, values)?)));
            Some(Value::Object(members.collect()))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => Some(template.clone()),
    }
}

fn interpolated(text: &str, values: &Values) -> String {
    let mut parts = text.split('{');
    let mut written = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (name, rest) = part.split_once('}').unwrap_or((part, ""));
        match values.get(name) {
            Some(Value::String(value)) => written.push_str(value),
            Some(value) => written.push_str(&value.to_string()),
            None => {}
        }
        written.push_str(rest);
    }
    written
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{TEMPLATES, filled, instance_view};

    #[test]
    fn every_file_can_be_read() {
        assert!(TEMPLATES.iter().all(|templates| !templates.is_empty()));
    }

    #[track_caller]
    fn check(template: &Value, expected: Option<&Value>) {
        let values = json!({ "name": "vm-1", "size": 30, "tags": { "a": "b" } });
        let values = values.as_object().unwrap();
        assert_eq!(filled(template, values).as_ref(), expected, "{template}");
    }

    #[test]
    fn values_keep_their_kind_and_missing_members_are_left_out() {
        check(&json!("{size}"), Some(&json!(30)));
        check(&json!("{tags}"), Some(&json!({ "a": "b" })));
        check(&json!("{none}"), None);
        check(
            &json!("disk-{name}-{size}{none}"),
            Some(&json!("disk-vm-1-30")),
        );
        check(&json!("{name}-{name}"), Some(&json!("vm-1-vm-1")));
        check(&json!("plain"), Some(&json!("plain")));
        check(
            &json!({ "a": "{none}", "b": ["{none}", true, null], "c": { "d": "{name}" } }),
            Some(&json!({ "b": [true, null], "c": { "d": "vm-1" } })),
        );
    }

    #[test]
    fn the_power_state_stands_in_the_instance_view() {
        let view = instance_view("deallocated");
        assert_eq!(view["statuses"][1]["code"], "PowerState/deallocated");
        assert_eq!(view["statuses"][1]["displayStatus"], "VM deallocated");
    }
}
