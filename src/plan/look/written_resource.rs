//! What a write is about, as the service wants it: scope, type and name separately. Which question is made of it:
//! `preflight`, `what_if`.

use serde_json::{Map, Value};

use crate::azure::{ResourceId, ResourceScope, decode};

/// Members that only the service writes: a body that came from a GET has them.
const COMPUTED: [&str; 5] = ["id", "name", "type", "etag", "systemData"];

/// A resource as a write would make it.
#[derive(Debug, Clone, PartialEq)]
pub struct WrittenResource {
    /// The ID of what it is in: a scope that is deployed to, or the resource that it extends. Empty for the tenant.
    pub scope: String,
    /// Such as `Microsoft.Network`.
    pub namespace: String,
    /// Such as `virtualNetworks/subnets`.
    pub types: String,
    /// As many segments as the type has: `vnet1/web`.
    pub name: String,
    /// The version that is written with.
    pub api_version: String,
    /// The body.
    pub body: Map<String, Value>,
}

impl WrittenResource {
    /// Takes a write apart; `None` if its path is not that of one resource.
    pub fn of(id: &ResourceId<'_>, api_version: &str, body: Map<String, Value>) -> Option<Self> {
        let (scope, namespace, types, names) = parts(id)?;
        let mut body = body;
        for member in COMPUTED {
            body.shift_remove(member);
        }
        Some(Self {
            scope,
            namespace,
            types: types.join("/"),
            name: names.join("/"),
            api_version: api_version.to_owned(),
            body,
        })
    }

    /// The full type.
    pub fn full_type(&self) -> String {
        format!("{}/{}", self.namespace, self.types)
    }

    /// Tells whether it is a deployment, which the service has questions of its own for.
    pub fn is_deployment(&self) -> bool {
        self.full_type()
            .eq_ignore_ascii_case("Microsoft.Resources/deployments")
    }

    /// Tells whether it extends another resource, such as a lock on a machine.
    pub fn is_extension(&self) -> bool {
        ResourceId::parse(&self.scope).as_scope() == ResourceScope::Resource
    }

    /// Its location, if the body says one.
    pub fn location(&self) -> Option<&str> {
        self.body.get("location").and_then(Value::as_str)
    }

    /// The body, with strings that the service would take for expressions written so that it does not.
    pub(super) fn escaped_body(&self) -> Map<String, Value> {
        let members = self.body.iter();
        members
            .map(|(name, value)| (name.clone(), escaped(value)))
            .collect()
    }
}

type Parts = (String, String, Vec<String>, Vec<String>);

fn parts(id: &ResourceId<'_>) -> Option<Parts> {
    let Some(namespace) = id.namespace() else {
        let ResourceScope::ResourceGroup { name, .. } = id.as_scope() else {
            return None;
        };
        let scope = id.subscription()?.to_string();
        let types = vec!["resourceGroups".to_owned()];
        return Some((
            scope,
            "Microsoft.Resources".to_owned(),
            types,
            vec![decode(name)],
        ));
    };
    let types: Vec<String> = id.types().map(str::to_owned).collect();
    let names: Vec<String> = id.names().map(decode).collect();
    let is_one = !types.is_empty() && types.len() == names.len();
    is_one.then(|| {
        (
            decode(&id.scope().to_string()),
            namespace.to_owned(),
            types,
            names,
        )
    })
}

/// A string between brackets is an expression in a template; one more bracket makes it a text again.
fn escaped(value: &Value) -> Value {
    match value {
        Value::String(text) if text.starts_with('[') && text.ends_with(']') => {
            Value::String(format!("[{text}"))
        }
        Value::Array(items) => items.iter().map(escaped).collect(),
        Value::Object(members) => {
            let members = members.iter();
            let members = members.map(|(name, value)| (name.clone(), escaped(value)));
            Value::Object(members.collect())
        }
        Value::String(_) | Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
    }
}

/// A resource with a change merged into it, as PATCH does (RFC 7396). A partial body alone would be judged wrongly.
pub fn merged(resource: &Value, change: &Value) -> Value {
    let Value::Object(change) = change else {
        return change.clone();
    };
    let mut merged_members = resource.as_object().cloned().unwrap_or_default();
    for (name, value) in change {
        if value.is_null() {
            merged_members.shift_remove(name);
        } else {
            let before = merged_members.get(name).unwrap_or(&Value::Null);
            let after = merged(before, value);
            merged_members.insert(name.clone(), after);
        }
    }
    Value::Object(merged_members)
}

#[cfg(test)]
mod tests {
    use serde_json::{Map, Value, json};

    use super::{WrittenResource, merged};
    use crate::azure::ResourceId;

    fn body(value: &Value) -> Map<String, Value> {
        value.as_object().unwrap().clone()
    }

    #[track_caller]
    fn check(path: &str, expected: Option<[&str; 4]>) {
        let id = ResourceId::parse(path);
        let found = WrittenResource::of(&id, "1", Map::new());
        let found = found.map(|one| [one.scope, one.namespace, one.types, one.name]);
        let expected = expected.map(|parts| parts.map(str::to_owned));
        assert_eq!(found, expected, "{path}");
    }

    #[test]
    fn a_write_is_taken_apart() {
        let group = "/subscriptions/s/resourceGroups/g";
        let network = format!("{group}/providers/Microsoft.Network/virtualNetworks");
        let types = "virtualNetworks/subnets";
        check(
            &format!("{network}/v%201/subnets/w"),
            Some([group, "Microsoft.Network", types, "v 1/w"]),
        );
        check(&format!("{network}/v/subnets"), None);
        check(
            group,
            Some([
                "/subscriptions/s",
                "Microsoft.Resources",
                "resourceGroups",
                "g",
            ]),
        );
        let lock = format!("{network}/v/providers/Microsoft.Authorization/locks/l");
        let parent = format!("{network}/v");
        check(
            &lock,
            Some([&parent, "Microsoft.Authorization", "locks", "l"]),
        );
        let management = "/providers/Microsoft.Management/managementGroups/m";
        check(
            management,
            Some(["", "Microsoft.Management", "managementGroups", "m"]),
        );
        check("/subscriptions/s", None);
    }

    #[test]
    fn what_looks_like_an_expression_is_none() {
        let sent = json!({ "id": "/x", "properties": { "a": ["[x]", "[x", "x]"], "n": 1 } });
        let id = ResourceId::parse("/subscriptions/s/resourceGroups/g");
        let written = WrittenResource::of(&id, "1", body(&sent)).unwrap();
        assert_eq!(
            Value::Object(written.escaped_body()),
            json!({ "properties": { "a": ["[[x]", "[x", "x]"], "n": 1 } })
        );
    }

    #[test]
    fn a_change_is_merged() {
        let resource = json!({ "tags": { "a": "b", "c": "d" }, "l": [1], "s": {} });
        let change =
            json!({ "tags": { "a": null, "e": "f" }, "l": [2], "s": 1, "n": { "x": null } });
        assert_eq!(
            merged(&resource, &change),
            json!({ "tags": { "c": "d", "e": "f" }, "l": [2], "s": 1, "n": {} })
        );
    }
}
