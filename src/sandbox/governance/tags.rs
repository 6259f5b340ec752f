//! `{scope}/providers/Microsoft.Resources/tags/default`: the tags of a resource, a group or a subscription, by
//! themselves.

use http::{Method, StatusCode};
use serde_json::{Map, Value, json};

use crate::sandbox::protocol::address::{Address, Scope};
use crate::sandbox::protocol::error::ArmError;
use crate::sandbox::protocol::reply::Reply;
use crate::sandbox::protocol::request::Call;
use crate::sandbox::resources::resource_body;
use crate::sandbox::resources::subscription;
use crate::sandbox::store::Store;

/// The type of this address.
pub(crate) const TYPE: &str = "Microsoft.Resources/tags";

/// Answers a request for the tags of a scope.
pub(crate) fn item(
    store: &mut Store,
    call: &Call<'_>,
    address: &Address,
) -> Result<Reply, ArmError> {
    if !address.name().eq_ignore_ascii_case("default") {
        return Err(address.not_found());
    }
    let mut body = body_of(store, &address.scope)?;
    let before = match body.get("tags") {
        Some(Value::Object(tags)) => tags.clone(),
        Some(_) | None => Map::new(),
    };
    let after = match *call.method {
        Method::GET => before,
        Method::PUT => sent_tags(&call.object()?)?,
        Method::PATCH => {
            let sent = call.object()?;
            let named = sent_tags(&sent)?;
            changed(before, named, sent.get("operation"))?
        }
        Method::DELETE => Map::new(),
        _ => return Err(call.not_allowed("GET, PUT, PATCH, DELETE")),
    };
    if call.method != Method::GET
        && let Some(members) = body.as_object_mut()
    {
        members.insert("tags".to_owned(), Value::Object(after.clone()));
        store.put(body);
    }
    if call.method == Method::DELETE {
        return Ok(Reply::empty(StatusCode::OK));
    }
    let answer = json!({
        "id": format!("{}/providers/{TYPE}/default", address.scope.id()),
        "name": "default",
        "type": TYPE,
        "properties": { "tags": after },
    });
    Ok(Reply::json(StatusCode::OK, answer))
}

/// The body that carries the tags of a scope.
fn body_of(store: &Store, scope: &Scope) -> Result<Value, ArmError> {
    match scope {
        Scope::Tenant => Err(ArmError::SubscriptionMissing),
        Scope::Subscription(found) => Ok(subscription::stored(store, found)),
        Scope::Group(group) => store
            .get(&group.id())
            .ok_or_else(|| ArmError::GroupNotFound {
                group: group.name.clone(),
            }),
        Scope::Resource(address) => store.get(&address.id()).ok_or_else(|| address.not_found()),
    }
}

fn sent_tags(sent: &Map<String, Value>) -> Result<Map<String, Value>, ArmError> {
    match sent.get("properties") {
        Some(Value::Object(properties)) => {
            resource_body::check_tags(properties)?;
            Ok(match properties.get("tags") {
                Some(Value::Object(tags)) => tags.clone(),
                Some(_) | None => Map::new(),
            })
        }
        Some(_) | None => Err(ArmError::ContentInvalid {
            reason: "Required property 'properties' not found in JSON".to_owned(),
        }),
    }
}

/// Changes tags as a PATCH says. Names are the same in either case, and keep the one that they had.
fn changed(
    mut tags: Map<String, Value>,
    named: Map<String, Value>,
    operation: Option<&Value>,
) -> Result<Map<String, Value>, ArmError> {
    let own = |present: &Map<String, Value>, name: &str| {
        let mut keys = present.keys();
        keys.find(|own| own.eq_ignore_ascii_case(name)).cloned()
    };
    match operation
        .and_then(Value::as_str)
        .map(str::to_ascii_lowercase)
        .as_deref()
    {
        Some("replace") => return Ok(named),
        Some("merge") => {
            for (name, value) in named {
                let name = own(&tags, &name).unwrap_or(name);
                tags.insert(name, value);
            }
        }
        Some("delete") => {
            for (name, value) in named {
                let is_any = value.as_str().is_none_or(str::is_empty);
                if let Some(name) = own(&tags, &name)
                    && (is_any || tags.get(&name) == Some(&value))
                {
                    tags.shift_remove(&name);
                }
            }
        }
        Some(_) | None => {
            let named = operation.map_or_else(|| "null".to_owned(), Value::to_string);
            return Err(ArmError::ContentInvalid {
                reason: format!(
                    "Error converting value {named} to type 'TagsPatchOperation': it is one of 'Replace, Merge, Delete'. Path 'operation'"
                ),
            });
        }
    }
    Ok(tags)
}

/// `GET /subscriptions/{id}/tagNames`: the tags of all that is in a subscription, with how often each occurs.
pub(crate) fn names(store: &Store, subscription: &str) -> Value {
    let id = format!("/subscriptions/{subscription}");
    let mut found: Map<String, Value> = Map::new();
    for listed in store.list(&format!("{id}/"), |_| true) {
        let body = listed.body();
        let Some(Value::Object(tags)) = body.get("tags") else {
            continue;
        };
        for (name, value) in tags {
            let values = found.entry(name.clone()).or_insert_with(|| json!({}));
            if let (Some(values), Some(value)) = (values.as_object_mut(), value.as_str()) {
                let count = values
                    .get(value)
                    .and_then(Value::as_u64)
                    .unwrap_or_default();
                values.insert(value.to_owned(), (count + 1).into());
            }
        }
    }
    let count = |value: u64| json!({ "type": "Total", "value": value });
    let names = found.into_iter().map(|(name, values)| {
        let values: Vec<(String, u64)> = match values {
            Value::Object(values) => {
                let counted = values.into_iter();
                counted.map(|(value, times)| (value, times.as_u64().unwrap_or_default())).collect()
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
                Vec::new()
            }
        };
        let total = values.iter().map(|(_, times)| times).sum();
        let id = format!("{id}/tagNames/{name}");
        let values: Vec<Value> = values
            .into_iter()
            .map(|(value, times)| {
                json!({ "id": format!("{id}/tagValues/{value}"), "tagValue": value, "count": count(times) })
            })
            .collect();
        json!({ "id": id, "tagName": name, "count": count(total), "values": values })
    });
    json!({ "value": names.collect::<Vec<Value>>() })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::changed;

    #[track_caller]
    fn check(operation: &str, named: &Value, expected: Option<&Value>) {
        let tags = json!({ "Env": "prod", "team": "web" });
        let (tags, named) = (tags.as_object().unwrap(), named.as_object().unwrap());
        let after = changed(tags.clone(), named.clone(), Some(&operation.into()));
        assert_eq!(
            after.ok().map(Value::Object).as_ref(),
            expected,
            "{operation}"
        );
    }

    #[test]
    fn tags_are_merged_replaced_and_deleted() {
        check(
            "Merge",
            &json!({ "env": "dev", "a": "b" }),
            Some(&json!({ "Env": "dev", "team": "web", "a": "b" })),
        );
        check("replace", &json!({ "a": "b" }), Some(&json!({ "a": "b" })));
        check(
            "Delete",
            &json!({ "ENV": "" }),
            Some(&json!({ "team": "web" })),
        );
        check(
            "Delete",
            &json!({ "Env": "prod" }),
            Some(&json!({ "team": "web" })),
        );
        check(
            "Delete",
            &json!({ "Env": "dev" }),
            Some(&json!({ "Env": "prod", "team": "web" })),
        );
        check("Add", &json!({}), None);
    }
}
