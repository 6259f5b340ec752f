//! How a stored body is shown: with its children, its entity tag, and `instanceView` only on demand.
//! Reads the store and never writes it.

use serde_json::{Map, Value};

use crate::sandbox::hash::guid;
use crate::sandbox::protocol::error::ArmError;
use crate::sandbox::resources::types::{self, ResourceType};
use crate::sandbox::store::{Store, text};
use crate::sandbox::timestamp::Timestamp;

/// Types whose body lists their children, and the member and path segment that names them.
const INLINE: &[(&str, &str)] = &[
    ("Microsoft.Network/virtualNetworks", "subnets"),
    ("Microsoft.Network/networkSecurityGroups", "securityRules"),
];

/// A body as a GET shows it, and its entity tag.
#[derive(Debug)]
pub(crate) struct View {
    pub(crate) body: Value,
    pub(crate) etag: String,
}

/// Shows a resource or group by its id.
pub(crate) fn read(store: &Store, id: &str) -> Option<View> {
    store.get(id).map(|body| show(store, body))
}

/// Shows a stored body.
///
/// The tag depends on the content, children included: a body that is written back unchanged keeps it.
pub(crate) fn show(store: &Store, mut body: Value) -> View {
    let resource_type = text(&body, "type").to_owned();
    if let Some(member) = inline_member(&resource_type) {
        let child_type = format!("{resource_type}/{member}");
        let below = format!("{}/{member}/", text(&body, "id"));
        let children: Vec<Value> = store
            .list(&below, |name| name == child_type)
            .iter()
            .map(|child| show(store, child.body()).body)
            .collect();
        if let Some(properties) = body.get_mut("properties").and_then(Value::as_object_mut) {
            properties.insert(member.to_owned(), Value::Array(children));
        }
    }
    let etag = format!("W/\"{}\"", guid(&body.to_string()));
    let is_tagged = types::resource_type(&resource_type).is_some_and(ResourceType::shows_etag);
    if is_tagged && let Some(members) = body.as_object_mut() {
        members.insert("etag".to_owned(), Value::String(etag.clone()));
    }
    View { body, etag }
}

/// Takes `instanceView` out: it is shown only where `$expand` asks for it.
pub(crate) fn without_instance_view(mut body: Value) -> Value {
    if let Some(properties) = body.get_mut("properties").and_then(Value::as_object_mut) {
        properties.shift_remove("instanceView");
    }
    body
}

/// Tells whether the status of all resources of a type can be listed.
pub(crate) fn has_status(resource_type: &str) -> bool {
    resource_type.eq_ignore_ascii_case("Microsoft.Compute/virtualMachines")
}

/// Leaves of a machine what its status says.
pub(crate) fn status(mut body: Value) -> Value {
    let retain = |value: Option<&mut Value>, wanted: &[&str]| {
        if let Some(members) = value.and_then(Value::as_object_mut) {
            members.retain(|name, _| wanted.contains(&name.as_str()));
        }
    };
    retain(
        Some(&mut body),
        &["id", "name", "type", "location", "properties"],
    );
    let of_properties = ["vmId", "provisioningState", "instanceView"];
    retain(body.get_mut("properties"), &of_properties);
    body
}

/// Takes the children that a body lists out of it, as bodies of their own.
///
/// `None` means that the type lists no children, or that this body does not mention them, in which case
/// they stay as they are.
pub(crate) fn take_children(body: &mut Value) -> Result<Option<Children>, ArmError> {
    let parent_type = text(body, "type").to_owned();
    let parent_id = text(body, "id").to_owned();
    let Some(member) = inline_member(&parent_type) else {
        return Ok(None);
    };
    let Some(properties) = body.get_mut("properties").and_then(Value::as_object_mut) else {
        return Ok(None);
    };
    let Some(listed) = properties.shift_remove(member) else {
        return Ok(None);
    };
    properties.insert(member.to_owned(), Value::Array(Vec::new()));
    let wrong = |what: &str| ArmError::ContentInvalid {
        reason: format!("`{member}` {what}"),
    };
    let Value::Array(listed) = listed else {
        return Err(wrong("is not an array"));
    };

    let mut bodies = Vec::with_capacity(listed.len());
    for child in listed {
        let Value::Object(mut child) = child else {
            return Err(wrong("holds what is not an object"));
        };
        let Some(Value::String(name)) = child.shift_remove("name") else {
            return Err(wrong("holds an object without a name"));
        };
        if name.is_empty() || name.contains('/') {
            return Err(wrong("holds an object with an invalid name"));
        }
        let mut properties = match child.shift_remove("properties") {
            Some(Value::Object(properties)) => properties,
            Some(_) | None => Map::new(),
        };
        properties.insert("provisioningState".to_owned(), Value::from("Succeeded"));
        let mut stored = Map::new();
        let id = format!("{parent_id}/{member}/{name}");
        stored.insert("name".to_owned(), name.into());
        stored.insert("id".to_owned(), id.into());
        stored.insert("type".to_owned(), format!("{parent_type}/{member}").into());
        stored.insert("properties".to_owned(), Value::Object(properties));
        bodies.push(Value::Object(stored));
    }
    Ok(Some(Children {
        below: format!("{parent_id}/{member}/"),
        bodies,
    }))
}

/// The children of one resource, to take the place of those that it had.
#[derive(Debug)]
pub(crate) struct Children {
    below: String,
    bodies: Vec<Value>,
}

impl Children {
    /// Writes these children and removes all others.
    pub(crate) fn replace(self, store: &mut Store, now: Timestamp) {
        let kept: Vec<String> = self
            .bodies
            .iter()
            .map(|body| text(body, "id").to_ascii_lowercase())
            .collect();
        let gone: Vec<String> = store
            .list(&self.below, |_| true)
            .into_iter()
            .map(|listed| listed.key)
            .filter(|key| !kept.contains(key))
            .collect();
        for key in gone {
            store.remove_tree(&key, now);
        }
        for body in self.bodies {
            store.put(body);
        }
    }
}

fn inline_member(resource_type: &str) -> Option<&'static str> {
    INLINE
        .iter()
        .find(|(name, _)| *name == resource_type)
        .map(|(_, member)| *member)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{read, take_children};
    use crate::sandbox::seed::data::subscriptions;
    use crate::sandbox::store::Store;
    use crate::sandbox::timestamp::Timestamp;

    fn network() -> String {
        format!(
            "/subscriptions/{}/resourceGroups/rg-network-prod/providers/Microsoft.Network/virtualNetworks/vnet-prod-westeurope",
            subscriptions()[0].id
        )
    }

    #[test]
    fn a_network_lists_its_subnets_and_its_tag_follows_them() {
        let mut store = Store::default();
        let before = read(&store, &network()).unwrap();
        assert_eq!(before.body["properties"]["subnets"][1]["name"], "snet-app");
        assert_eq!(before.body["etag"], before.etag.as_str());
        store.remove_tree(
            &format!("{}/subnets/snet-app", network()),
            Timestamp::from_seconds(0),
        );
        let after = read(&store, &network()).unwrap();
        assert_eq!(
            after.body["properties"]["subnets"]
                .as_array()
                .unwrap()
                .len(),
            1
        );
        assert_ne!(after.etag, before.etag);
    }

    #[test]
    fn children_in_a_body_take_the_place_of_the_old_ones() {
        let mut store = Store::default();
        let mut body = read(&store, &network()).unwrap().body;
        body["properties"]["subnets"] =
            json!([{ "name": "snet-new", "properties": { "addressPrefix": "10.10.9.0/24" } }]);
        take_children(&mut body)
            .unwrap()
            .unwrap()
            .replace(&mut store, Timestamp::from_seconds(0));
        let shown = read(&store, &network()).unwrap().body;
        assert_eq!(shown["properties"]["subnets"][0]["name"], "snet-new");
        assert_eq!(shown["properties"]["subnets"].as_array().unwrap().len(), 1);
    }

    #[test]
    fn children_without_a_name_are_refused() {
        for subnets in [
            json!({}),
            json!([1]),
            json!([{}]),
            json!([{ "name": "a/b" }]),
            json!([{ "name": "" }]),
        ] {
            let mut body = json!({ "id": "/x", "type": "Microsoft.Network/virtualNetworks", "properties": { "subnets": subnets } });
            assert!(take_children(&mut body).is_err(), "{body}");
        }
    }
}
