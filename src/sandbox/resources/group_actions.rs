//! What a resource group as a whole is asked to do: to export itself as a template, and to let resources move into
//! another group. How one group is read and written: `group`.

use http::{Method, StatusCode};
use serde_json::{Map, Value, json};

use crate::sandbox::governance::locks;
use crate::sandbox::long_running::record::CompletionEffect;
use crate::sandbox::long_running::run::{Completion, FORETELLING};
use crate::sandbox::protocol::address::GroupAddress;
use crate::sandbox::protocol::error::ArmError;
use crate::sandbox::protocol::reply::Reply;
use crate::sandbox::protocol::request::Call;
use crate::sandbox::protocol::route::GroupAction;
use crate::sandbox::resources::context::Context;
use crate::sandbox::resources::types;
use crate::sandbox::resources::view;
use crate::sandbox::store::{Store, text};

/// Answers what a group is asked to do.
pub(crate) fn answer(
    store: &mut Store,
    call: &Call<'_>,
    (group, action): (&GroupAddress, GroupAction),
    context: &Context<'_>,
) -> Result<Reply, ArmError> {
    if call.method != Method::POST {
        return Err(call.not_allowed("POST"));
    }
    let Some(body) = store.get(&group.id()) else {
        return Err(ArmError::GroupNotFound {
            group: group.name.clone(),
        });
    };
    let id = text(&body, "id").to_owned();
    let effect = match action {
        GroupAction::ExportTemplate => return export(store, call, &id),
        GroupAction::ValidateMoveResources => {
            checked_move(store, call, &id)?;
            CompletionEffect::Answer(Box::new(Value::Null))
        }
        GroupAction::MoveResources => {
            let (resources, group) = checked_move(store, call, &id)?;
            CompletionEffect::Move { resources, group }
        }
    };
    Ok(FORETELLING.start(
        store,
        call,
        Completion {
            target: &format!("{id}/{}", action.word()),
            effect,
        },
        context.base_url,
        Reply::empty(StatusCode::ACCEPTED),
    ))
}

/// Reads a move: the ids of what moves, and of the group that it moves to.
fn checked_move(
    store: &Store,
    call: &Call<'_>,
    source: &str,
) -> Result<(Vec<String>, String), ArmError> {
    let sent = call.object()?;
    let wrong = |reason: String| ArmError::ContentInvalid { reason };
    let target = sent.get("targetResourceGroup").and_then(Value::as_str);
    let target = target.ok_or_else(|| {
        wrong("Required property 'targetResourceGroup' not found in JSON".to_owned())
    })?;
    let name = target.rsplit('/').next().unwrap_or_default();
    let found = store
        .get(target)
        .filter(|body| text(body, "type") == super::group::TYPE);
    let found = found.ok_or_else(|| ArmError::GroupNotFound {
        group: name.to_owned(),
    })?;
    let target = text(&found, "id").to_owned();
    if target.eq_ignore_ascii_case(source) {
        return Err(wrong(
            "the target of a move is the group that the resources lie in".to_owned(),
        ));
    }
    locks::check(store, &target, &Method::PUT)?;
    let listed = sent.get("resources").and_then(Value::as_array);
    let listed = listed.filter(|ids| !ids.is_empty());
    let listed = listed
        .ok_or_else(|| wrong("Required property 'resources' not found in JSON".to_owned()))?;
    let mut moved = Vec::new();
    for id in listed {
        let id = id.as_str().unwrap_or_default();
        let below = format!("{source}/providers/").to_ascii_lowercase();
        let relative = id.get(below.len()..).unwrap_or_default();
        let body = store
            .get(id)
            .filter(|_| id.to_ascii_lowercase().starts_with(&below));
        let body = body.ok_or_else(|| ArmError::ResourceNotFound {
            resource: relative.to_owned(),
            group: source.rsplit('/').next().unwrap_or_default().to_owned(),
        })?;
        let known = types::resource_type(text(&body, "type"));
        if !known.is_some_and(|known| known.is_tracked() && !known.is_nested()) {
            return Err(wrong(format!(
                "'{id}' does not move by itself: it is not a top-level tracked resource"
            )));
        }
        let there = format!("{target}/providers/{relative}");
        if store.contains(&there) {
            return Err(wrong(format!(
                "a resource '{relative}' exists already in the group '{name}'"
            )));
        }
        locks::check(store, id, &Method::DELETE)?;
        moved.push(text(&body, "id").to_owned());
    }
    Ok((moved, target))
}

/// Members that a template does not have, because the service makes them.
const MADE: &[&str] = &["id", "name", "type", "etag", "systemData", "managedBy"];
const MADE_INSIDE: &[&str] = &[
    "provisioningState",
    "instanceView",
    "vmId",
    "timeCreated",
    "uniqueId",
    "resourceGuid",
    "diskState",
    "diskSizeBytes",
    "creationTime",
    "primaryEndpoints",
    "primaryLocation",
    "statusOfPrimary",
    "vaultUri",
    "defaultHostName",
    "hostNames",
    "enabledHostNames",
    "usageState",
];

/// The group as a template; names are parameters, as the service has them, unless they are to be left out.
fn export(store: &Store, call: &Call<'_>, group: &str) -> Result<Reply, ArmError> {
    let sent = call.object()?;
    let wanted: Vec<&str> = sent
        .get("resources")
        .and_then(Value::as_array)
        .map(|ids| ids.iter().filter_map(Value::as_str).collect())
        .unwrap_or_default();
    let options = sent
        .get("options")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let is_plain = options.split(',').any(|one| {
        let one = one.trim();
        one.eq_ignore_ascii_case("SkipAllParameterization")
            || one.eq_ignore_ascii_case("SkipResourceNameParameterization")
    });
    let is_wanted =
        |id: &str| wanted.contains(&"*") || wanted.iter().any(|own| own.eq_ignore_ascii_case(id));
    let listed = store.list(&format!("{group}/providers/"), |name| {
        types::resource_type(name).is_some_and(|known| known.is_writable() && !known.is_extension())
    });
    let mut parameters = Map::new();
    let mut resources = Vec::new();
    for listed in listed {
        let body = view::without_instance_view(listed.body());
        if !is_wanted(text(&body, "id")) {
            continue;
        }
        resources.push(as_resource(body, (!is_plain).then_some(&mut parameters)));
    }
    let template = json!({
        "$schema": "https://schema.management.azure.com/schemas/2015-01-01/deploymentTemplate.json#",
        "contentVersion": "1.0.0.0",
        "parameters": parameters,
        "variables": {},
        "resources": resources,
    });
    Ok(Reply::json(StatusCode::OK, json!({ "template": template })))
}

/// A stored body as a resource of a template.
fn as_resource(mut body: Value, parameters: Option<&mut Map<String, Value>>) -> Value {
    let resource_type = text(&body, "type").to_owned();
    let path = text(&body, "id")
        .rsplit_once("/providers/")
        .map_or("", |(_, path)| path);
    let names: Vec<String> = path
        .split('/')
        .skip(2)
        .step_by(2)
        .map(str::to_owned)
        .collect();
    let version =
        types::resource_type(&resource_type).and_then(|known| known.versions().iter().next());
    let name = match (parameters, names.as_slice()) {
        (Some(parameters), [first, rest @ ..]) => {
            let holder = resource_type.split('/').nth(1).unwrap_or_default();
            let parameter = format!("{holder}_{first}_name")
                .replace(|c: char| !c.is_ascii_alphanumeric() && c != '_', "_");
            let about = json!({ "defaultValue": first, "type": "String" });
            parameters.entry(parameter.clone()).or_insert(about);
            if rest.is_empty() {
                format!("[parameters('{parameter}')]")
            } else {
                format!("[concat(parameters('{parameter}'), '/{}')]", rest.join("/"))
            }
        }
        _ => names.join("/"),
    };
    let mut resource = Map::new();
    resource.insert("type".to_owned(), resource_type.clone().into());
    resource.insert("apiVersion".to_owned(), version.into());
    resource.insert("name".to_owned(), name.into());
    if let [.., _] = names.get(1..).unwrap_or_default()
        && let Some((parent, _)) = resource_type.rsplit_once('/')
    {
        let holders = names.get(..names.len() - 1).unwrap_or_default();
        let holders: Vec<String> = holders.iter().map(|name| format!("'{name}'")).collect();
        let dependency = format!("[resourceId('{parent}', {})]", holders.join(", "));
        resource.insert("dependsOn".to_owned(), json!([dependency]));
    }
    if let Some(members) = body.as_object_mut() {
        for member in MADE {
            members.shift_remove(*member);
        }
        if let Some(inner) = members.get_mut("properties").and_then(Value::as_object_mut) {
            for member in MADE_INSIDE {
                inner.shift_remove(*member);
            }
        }
        resource.append(members);
    }
    Value::Object(resource)
}
