//! Roles that people do not hold, and can activate for a while (Privileged Identity Management): what the signed-in user is
//! eligible for, and the requests that activate it. An activation is a role assignment: `role_assignments`.

use http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::azure::is_guid;
use crate::sandbox::authority::directory;
use crate::sandbox::governance::role_definitions;
use crate::sandbox::governance::roles::{self, assignments};
use crate::sandbox::governance::scopes::{chain, contains};
use crate::sandbox::hash::guid;
use crate::sandbox::protocol::access_error::AccessError;
use crate::sandbox::protocol::address::Address;
use crate::sandbox::protocol::error::ArmError;
use crate::sandbox::protocol::filter::conditions;
use crate::sandbox::protocol::reply::Reply;
use crate::sandbox::protocol::request::Call;
use crate::sandbox::resources::context::Context;
use crate::sandbox::store::{Store, text};

/// The types of what someone is eligible for, and of requests about it.
pub(crate) const INSTANCES: &str = "Microsoft.Authorization/roleEligibilityScheduleInstances";
pub(crate) const REQUESTS: &str = "Microsoft.Authorization/roleAssignmentScheduleRequests";

/// What the signed-in user is eligible for: scope, GUID and name of the role.
const ELIGIBLE: [(&str, &str, &str); 2] = [
    (
        "/subscriptions/a81d5e37-0c9f-4b62-8e14-57c3f9d0b2e8/resourceGroups/rg-restricted",
        "b24988ac-6180-42a0-ab88-20f7382dd24c",
        "Contributor",
    ),
    (
        "/subscriptions/3f2b8c1e-6a4d-4e97-b5c0-8d1f7a2e9b46/resourceGroups/rg-data-prod",
        "4633458b-17de-408a-b874-0445c86b69e6",
        "Key Vault Secrets User",
    ),
];

/// The longest time for which a role can be activated, in hours.
const MOST_HOURS: u32 = 8;

/// The eligibilities of a caller that count at a scope, or are below it.
pub(crate) fn collection(
    store: &Store,
    call: &Call<'_>,
    address: &Address,
    context: &Context<'_>,
) -> Result<Reply, ArmError> {
    call.only_get()?;
    conditions(call, &["principalId"], &["asTarget", "atScope"])?;
    let scope = address.scope.id();
    let chain = chain(store, &scope);
    let is_listed =
        |own: &str| chain.iter().any(|one| one.eq_ignore_ascii_case(own)) || contains(&scope, own);
    let own = ELIGIBLE
        .iter()
        .filter(|(own, ..)| context.caller.object_id == directory::OPERATOR.id && is_listed(own));
    let items = own.map(|(scope, role, name)| instance(scope, role, name));
    let answer = json!({ "value": items.collect::<Vec<Value>>() });
    Ok(Reply::json(StatusCode::OK, answer))
}

fn schedule_id(scope: &str, role: &str) -> String {
    let name = guid(&format!("eligible {scope} {role}"));
    format!("{scope}/providers/Microsoft.Authorization/roleEligibilitySchedules/{name}")
}

fn role_id(scope: &str, role: &str) -> String {
    let subscription = scope.split('/').take(3).collect::<Vec<_>>().join("/");
    format!("{subscription}/providers/Microsoft.Authorization/roleDefinitions/{role}")
}

fn instance(scope: &str, role: &str, role_name: &str) -> Value {
    let name = guid(&format!("eligible instance {scope} {role}"));
    let user = &directory::OPERATOR;
    json!({
        "properties": {
            "roleEligibilityScheduleId": schedule_id(scope, role),
            "scope": scope,
            "roleDefinitionId": role_id(scope, role),
            "principalId": user.id,
            "principalType": "User",
            "status": "Provisioned",
            "startDateTime": "2024-02-19T09:30:00Z",
            "endDateTime": null,
            "memberType": "Direct",
            "createdOn": "2024-02-19T09:30:00Z",
            "condition": null,
            "expandedProperties": {
                "scope": {
                    "id": scope,
                    "displayName": scope.rsplit('/').next(),
                    "type": "resourcegroup",
                },
                "roleDefinition": {
                    "id": role_id(scope, role),
                    "displayName": role_name,
                    "type": "BuiltInRole",
                },
                "principal": { "id": user.id, "displayName": user.name, "type": "User" },
            },
        },
        "name": name,
        "id": format!("{scope}/providers/{INSTANCES}/{name}"),
        "type": INSTANCES,
    })
}

/// Answers a request to activate a role, or to give it back.
pub(crate) fn request(
    store: &mut Store,
    call: &Call<'_>,
    address: &Address,
    context: &Context<'_>,
) -> Result<Reply, ArmError> {
    match (call.method, store.get(&address.id())) {
        (&Method::GET, Some(body)) => Ok(Reply::json(StatusCode::OK, body)),
        (&Method::GET, None) => Err(address.not_found()),
        (&Method::PUT, _) => activate(store, call, address, context),
        _ => Err(call.not_allowed("GET, PUT")),
    }
}

fn activate(
    store: &mut Store,
    call: &Call<'_>,
    address: &Address,
    context: &Context<'_>,
) -> Result<Reply, ArmError> {
    if !is_guid(address.name()) {
        return Err(AccessError::RoleAssignmentName {
            name: address.name().to_owned(),
        }
        .into());
    }
    let sent = call.object()?;
    let properties = sent.get("properties").cloned().unwrap_or_default();
    let own = |member: &str| text(&properties, member);
    let scope = address.scope.id();
    let role = own("roleDefinitionId")
        .rsplit('/')
        .next()
        .unwrap_or_default();
    let is_held = |body: &Value| {
        let inner = body.get("properties").cloned().unwrap_or_default();
        text(&inner, "principalId") == context.caller.object_id
            && text(&inner, "scope").eq_ignore_ascii_case(&scope)
            && text(&inner, "roleDefinitionId").ends_with(role)
    };
    let held = assignments(store).find(is_held);
    let assignment = match (own("requestType"), held) {
        ("SelfActivate", Some(held)) => {
            let name = roles::plain(text(&held, "name"));
            return Err(AccessError::RoleAssignmentExists { name }.into());
        }
        ("SelfActivate", None) => {
            check_rules(&properties, &scope, role, context)?;
            Some(assignment(&scope, role, call, context))
        }
        ("SelfDeactivate", Some(held)) => {
            store.remove_tree(text(&held, "id"), call.now);
            None
        }
        ("SelfDeactivate", None) => return Err(AccessError::NotActivated.into()),
        (other, _) => {
            return Err(ArmError::NotModelled {
                what: format!("role requests of the type '{other}'"),
            });
        }
    };
    let is_activation = assignment.is_some();
    if let Some(assignment) = assignment {
        store.put(assignment);
    }
    let mut shown = properties.clone();
    if let Some(members) = shown.as_object_mut() {
        let status = if is_activation {
            "Provisioned"
        } else {
            "Revoked"
        };
        members.insert("status".to_owned(), status.into());
        members.insert("scope".to_owned(), scope.clone().into());
        members.insert("createdOn".to_owned(), call.now.rfc3339().into());
        members.insert(
            "requestorId".to_owned(),
            context.caller.object_id.clone().into(),
        );
    }
    let body = json!({
        "properties": shown,
        "name": address.name(),
        "id": address.id(),
        "type": REQUESTS,
    });
    store.put(body.clone());
    Ok(Reply::json(StatusCode::CREATED, body))
}

/// Refuses what the rules of the role do not allow.
fn check_rules(
    properties: &Value,
    scope: &str,
    role: &str,
    context: &Context<'_>,
) -> Result<(), ArmError> {
    let own = |member: &str| text(properties, member);
    if own("principalId") != context.caller.object_id {
        return Err(AccessError::SubjectNotFound.into());
    }
    let is_eligible = ELIGIBLE
        .iter()
        .any(|(place, known, _)| place.eq_ignore_ascii_case(scope) && *known == role);
    let duration = properties.pointer("/scheduleInfo/expiration/duration");
    let duration = duration.and_then(Value::as_str).unwrap_or("PT8H");
    let hours = duration
        .strip_prefix("PT")
        .and_then(|rest| rest.strip_suffix('H'));
    let is_short = match hours.and_then(|hours| hours.parse::<u32>().ok()) {
        Some(hours) => hours <= MOST_HOURS,
        None => duration.ends_with('M'),
    };
    let broken = if !is_eligible || context.caller.object_id != directory::OPERATOR.id {
        "EligibilityRule"
    } else if own("justification").trim().is_empty() {
        "JustificationRule"
    } else if !is_short {
        "ExpirationRule"
    } else {
        return Ok(());
    };
    Err(AccessError::RoleRule { rule: broken }.into())
}

fn assignment(scope: &str, role: &str, call: &Call<'_>, context: &Context<'_>) -> Value {
    let name = guid(&format!("activated {scope} {role}"));
    let now = call.now.rfc3339();
    json!({
        "properties": {
            "roleDefinitionId": role_id(scope, role),
            "principalId": context.caller.object_id,
            "principalType": "User",
            "scope": scope,
            "condition": null,
            "conditionVersion": null,
            "createdOn": now,
            "updatedOn": now,
            "createdBy": context.caller.object_id,
            "updatedBy": context.caller.object_id,
            "delegatedManagedIdentityResourceId": null,
            "description": null,
        },
        "id": format!("{scope}/providers/{}/{name}", roles::ASSIGNMENTS),
        "type": roles::ASSIGNMENTS,
        "name": name,
    })
}

/// Tells whether a caller has a role at this scope itself: then a group that is closed to everyone is open.
pub(crate) fn has_role_at(store: &Store, object_id: &str, scope: &str) -> bool {
    assignments(store).any(|body| {
        let inner = body.get("properties").cloned().unwrap_or_default();
        text(&inner, "principalId") == object_id
            && text(&inner, "scope").eq_ignore_ascii_case(scope)
            && role_definitions::find(store, text(&inner, "roleDefinitionId")).is_some()
    })
}
