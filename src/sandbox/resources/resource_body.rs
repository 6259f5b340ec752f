//! From the body of a PUT or PATCH to the body that is stored: what the caller may set, what the
//! service sets, and what may not change. Who stores it: `resource`.

use serde_json::{Map, Value};

use crate::sandbox::hash::guid;
use crate::sandbox::merge::merge;
use crate::sandbox::protocol::address::Address;
use crate::sandbox::protocol::error::ArmError;
use crate::sandbox::resources::region::{REGIONS, find_region};
use crate::sandbox::resources::types::Location;
use crate::sandbox::store::text;
use crate::sandbox::templates::{self, Values};
use crate::sandbox::timestamp::Timestamp;

/// Members that the service owns; what a caller sends in them is skipped.
const OWNED: &[&str] = &["id", "name", "type", "etag", "systemData"];

/// Which locations there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Places {
    Regions,
    RegionsAndGlobal,
    Global,
}

/// Reads `location` and returns its plain name; `resource_type` is for the message.
pub(crate) fn location(
    sent: &Map<String, Value>,
    resource_type: &str,
    places: Places,
) -> Result<String, ArmError> {
    let location = match sent.get("location") {
        None | Some(Value::Null) => return Err(ArmError::LocationRequired),
        Some(Value::String(location)) if location.is_empty() => {
            return Err(ArmError::LocationRequired);
        }
        Some(Value::String(location)) => location,
        Some(_) => {
            return Err(ArmError::ContentInvalid {
                reason: "`location` is not a string".to_owned(),
            });
        }
    };
    if places != Places::Regions && location.eq_ignore_ascii_case("global") {
        return Ok("global".to_owned());
    }
    match find_region(location) {
        Some(region) if places != Places::Global => Ok(region.name.to_owned()),
        Some(_) | None => Err(ArmError::LocationUnavailable {
            location: location.clone(),
            resource_type: resource_type.to_owned(),
            locations: if places == Places::Global {
                "global".to_owned()
            } else {
                REGIONS
                    .iter()
                    .map(|region| region.name)
                    .collect::<Vec<_>>()
                    .join(",")
            },
        }),
    }
}

/// Refuses `tags` that are not an object of strings.
pub(crate) fn check_tags(sent: &Map<String, Value>) -> Result<(), ArmError> {
    let wrong = |reason: &str| {
        Err(ArmError::ContentInvalid {
            reason: reason.to_owned(),
        })
    };
    match sent.get("tags") {
        None | Some(Value::Null) => Ok(()),
        Some(Value::Object(tags))
            if tags
                .values()
                .all(|value| value.is_string() || value.is_null()) =>
        {
            Ok(())
        }
        Some(Value::Object(_)) => wrong("the values of `tags` are not all strings"),
        Some(_) => wrong("`tags` is not an object"),
    }
}

/// Refuses `properties` that is not an object.
pub(crate) fn check_properties(sent: &Map<String, Value>) -> Result<(), ArmError> {
    match sent.get("properties") {
        None | Some(Value::Null | Value::Object(_)) => Ok(()),
        Some(_) => Err(ArmError::ContentInvalid {
            reason: "`properties` is not an object".to_owned(),
        }),
    }
}

/// Builds the body that a PUT stores.
///
/// Errors: a missing, unknown or changed location; `tags` or `properties` of another shape.
pub(crate) fn created(
    address: &Address,
    id: &str,
    sent: Map<String, Value>,
    existing: Option<&Value>,
    now: Timestamp,
) -> Result<Value, ArmError> {
    check_tags(&sent)?;
    check_properties(&sent)?;
    let mut body = Map::new();
    body.insert(
        "name".to_owned(),
        existing
            .map_or(address.name(), |body| text(body, "name"))
            .into(),
    );
    body.insert("id".to_owned(), id.into());
    body.insert("type".to_owned(), address.full_type().into());
    if let Some(wanted) = wanted_location(address, &sent)? {
        check_same_location(address, existing, &wanted)?;
        body.insert("location".to_owned(), wanted.into());
    }
    let mut properties = Map::new();
    for (member, value) in sent {
        match (member.as_str(), value) {
            ("location", _) | (_, Value::Null) => {}
            ("properties", Value::Object(sent)) => properties = sent,
            (name, _) if OWNED.contains(&name) => {}
            (_, value) => {
                body.insert(member, value);
            }
        }
    }
    let resource = WrittenResource {
        address,
        id,
        location: text_of(&body, "location"),
        now,
    };
    fill(&mut properties, &resource, existing);
    body.insert("properties".to_owned(), Value::Object(properties));
    Ok(Value::Object(body))
}

/// Builds the body that a PATCH stores: a JSON merge patch (RFC 7396) on what is there.
pub(crate) fn patched(
    address: &Address,
    mut sent: Map<String, Value>,
    existing: &Value,
    now: Timestamp,
) -> Result<Value, ArmError> {
    check_tags(&sent)?;
    check_properties(&sent)?;
    if let Some(Value::String(wanted)) = sent.get("location") {
        let plain = find_region(wanted).map_or(wanted.as_str(), |region| region.name);
        check_same_location(address, Some(existing), plain)?;
    }
    sent.retain(|member, _| member != "location" && !OWNED.contains(&member.as_str()));
    // An object that is taken away by `null` would leave a resource without its state.
    if sent.get("properties").is_some_and(Value::is_null) {
        sent.shift_remove("properties");
    }
    let mut body = existing.clone();
    merge(&mut body, Value::Object(sent));
    let id = text(existing, "id").to_owned();
    let location = text(existing, "location").to_owned();
    if let Some(members) = body.as_object_mut() {
        let mut properties = match members.shift_remove("properties") {
            Some(Value::Object(properties)) => properties,
            Some(_) | None => Map::new(),
        };
        let resource = WrittenResource {
            address,
            id: &id,
            location: &location,
            now,
        };
        fill(&mut properties, &resource, Some(existing));
        members.insert("properties".to_owned(), Value::Object(properties));
    }
    Ok(body)
}

/// The location that a PUT names, if resources of the type have one.
fn wanted_location(
    address: &Address,
    sent: &Map<String, Value>,
) -> Result<Option<String>, ArmError> {
    let known = address.resource_type;
    let read = |places| location(sent, known.full_name(), places).map(Some);
    match known.location() {
        Location::None => Ok(None),
        Location::AsSent if sent.get("location").is_none_or(Value::is_null) => Ok(None),
        Location::Global => read(Places::Global),
        Location::Region if lies_in_regions(address) => read(Places::Regions),
        Location::AsSent | Location::Region => read(Places::RegionsAndGlobal),
    }
}

/// Providers whose resources are in regions, except those of the types that say so. Of the others some types are
/// global, and nobody has listed which.
const IN_REGIONS: &[&str] = &[
    "Microsoft.App",
    "Microsoft.Compute",
    "Microsoft.ContainerRegistry",
    "Microsoft.ContainerService",
    "Microsoft.DocumentDB",
    "Microsoft.KeyVault",
    "Microsoft.ManagedIdentity",
    "Microsoft.Network",
    "Microsoft.OperationalInsights",
    "Microsoft.ServiceBus",
    "Microsoft.Sql",
    "Microsoft.Storage",
    "Microsoft.Web",
];

/// Tells whether a resource is of a provider whose resources are in regions.
pub(crate) fn lies_in_regions(address: &Address) -> bool {
    IN_REGIONS.contains(&address.namespace.name)
}

fn check_same_location(
    address: &Address,
    existing: Option<&Value>,
    wanted: &str,
) -> Result<(), ArmError> {
    let Some(present) = existing.map(|body| text(body, "location")) else {
        return Ok(());
    };
    if present.is_empty() || present.eq_ignore_ascii_case(wanted) {
        return Ok(());
    }
    Err(ArmError::ResourceLocation {
        name: address.name().to_owned(),
        group: address
            .scope
            .group()
            .map_or_else(String::new, |group| group.name.clone()),
        present: present.to_owned(),
        wanted: wanted.to_owned(),
    })
}

/// A resource that is being written, as far as the members of the service depend on it.
struct WrittenResource<'a> {
    address: &'a Address,
    id: &'a str,
    location: &'a str,
    now: Timestamp,
}

/// Sets what the service owns inside `properties`: kept from what exists, or made again.
fn fill(
    properties: &mut Map<String, Value>,
    resource: &WrittenResource<'_>,
    existing: Option<&Value>,
) {
    let address = resource.address;
    let mut values = Values::new();
    let mut set = |name: &str, value: &str| values.insert(name.to_owned(), value.into());
    set("guid", &guid(resource.id));
    set("name", address.name());
    set("location", resource.location);
    set("now", &resource.now.rfc3339());
    set("scope", &address.scope.id());
    let endpoints = templates::fragment("primaryEndpoints", &values);
    values.insert("primaryEndpoints".to_owned(), endpoints);
    let view = templates::instance_view("running");
    values.insert("instanceView".to_owned(), view);
    let of_namespace = || {
        (address.resource_type.is_tracked() && !address.resource_type.is_nested())
            .then(|| templates::service_members(address.namespace.name, &values))
            .flatten()
    };
    let owned = templates::service_members(address.full_type(), &values).or_else(of_namespace);
    let old = existing.and_then(|body| body.get("properties"));
    if let Some(Value::Object(owned)) = owned {
        for (member, fresh) in owned {
            let kept = old.and_then(|old| old.get(&member)).cloned();
            properties.insert(member, kept.unwrap_or(fresh));
        }
    }
    if address.resource_type.has_state() {
        properties.insert("provisioningState".to_owned(), "Succeeded".into());
    }
}

fn text_of<'b>(body: &'b Map<String, Value>, member: &str) -> &'b str {
    body.get(member).and_then(Value::as_str).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{Places, check_tags, location};

    #[track_caller]
    fn check_location(sent: &Value, places: Places, expected: Result<&str, &str>) {
        let actual = location(sent.as_object().unwrap(), "Microsoft.X/y", places);
        assert_eq!(
            actual.map_err(|fault| fault.to_string()),
            expected.map(str::to_owned).map_err(str::to_owned)
        );
    }

    #[test]
    fn reads_locations() {
        check_location(
            &json!({"location": "West Europe"}),
            Places::Regions,
            Ok("westeurope"),
        );
        check_location(&json!({"location": "Global"}), Places::Global, Ok("global"));
        check_location(
            &json!({"location": "global"}),
            Places::RegionsAndGlobal,
            Ok("global"),
        );
        let required = Err("The location property is required for this definition.");
        check_location(&json!({}), Places::Regions, required);
        check_location(&json!({"location": ""}), Places::Regions, required);
        check_location(&json!({"location": null}), Places::Regions, required);
        check_location(
            &json!({"location": 1}),
            Places::Regions,
            Err(
                "The request content was invalid and could not be deserialized: '`location` is not a string'.",
            ),
        );
        check_location(
            &json!({"location": "westeurope"}),
            Places::Global,
            Err(
                "The provided location 'westeurope' is not available for resource type 'Microsoft.X/y'. List of available regions for the resource type is 'global'.",
            ),
        );
        check_location(
            &json!({"location": "mars"}),
            Places::Regions,
            Err(
                "The provided location 'mars' is not available for resource type 'Microsoft.X/y'. List of available regions for the resource type is 'westeurope,northeurope,uksouth,ukwest,eastus,westus,eastus2,centralus,eastasia,southeastasia'.",
            ),
        );
    }

    #[test]
    fn tags_are_strings() {
        let ok = |tags: Value| check_tags(json!({ "tags": tags }).as_object().unwrap()).is_ok();
        assert!(ok(json!({"a": "b"})) && ok(json!(null)) && ok(json!({"a": null})));
        assert!(!ok(json!({"a": 1})) && !ok(json!([])) && !ok(json!("a")));
    }
}
