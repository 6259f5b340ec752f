//! Role definitions: those that are built in (`role_definitions.tsv`, read when one is asked for), which are the same at
//! every scope, and custom ones. Who has a role: `role_assignments`.

use http::{Method, StatusCode};
use serde_json::{Map, Value, json};

use crate::azure::is_guid;
use crate::sandbox::governance::roles::{self, plain};
use crate::sandbox::governance::scopes;
use crate::sandbox::protocol::access_error::AccessError;
use crate::sandbox::protocol::address::Address;
use crate::sandbox::protocol::error::ArmError;
use crate::sandbox::protocol::filter::conditions;
use crate::sandbox::protocol::reply::Reply;
use crate::sandbox::protocol::request::Call;
use crate::sandbox::resources::context::Context;
use crate::sandbox::store::{Store, text};

/// The type of role definitions.
pub(crate) const TYPE: &str = roles::DEFINITIONS;

/// The built-in roles; its first lines say what is in it.
const BUILT_IN: &str = include_str!("role_definitions.tsv");

/// The members of a permission, in the order of the columns.
const PERMISSION: [&str; 4] = ["actions", "notActions", "dataActions", "notDataActions"];

/// When the built-in roles were made.
const MADE: &str = "2015-02-02T21:55:09.8806423Z";

fn rows() -> impl Iterator<Item = &'static str> {
    BUILT_IN.lines().filter(|line| !line.starts_with('#'))
}

/// The id under which a role is shown to someone who asks at a scope.
fn id(address: &Address, name: &str) -> String {
    let holder = address.scope.subscription();
    let holder = holder.map(|found| format!("/subscriptions/{}", found.id));
    format!("{}/providers/{TYPE}/{name}", holder.unwrap_or_default())
}

/// The body of a built-in role.
fn built_in(row: &str, id: impl FnOnce(&str) -> String) -> Option<Value> {
    let mut columns = row.split('\t');
    let mut next = || columns.next();
    let (role, name, description) = (next()?, next()?, next()?);
    let mut permission = Map::new();
    for member in PERMISSION {
        let patterns = columns.next().unwrap_or_default().split(',');
        let patterns = patterns.filter(|pattern| !pattern.is_empty());
        permission.insert(member.to_owned(), patterns.collect());
    }
    Some(json!({
        "properties": {
            "roleName": role,
            "type": "BuiltInRole",
            "description": description,
            "assignableScopes": ["/"],
            "permissions": [permission],
            "createdOn": MADE,
            "updatedOn": MADE,
            "createdBy": null,
            "updatedBy": null,
        },
        "id": id(name),
        "type": TYPE,
        "name": name,
    }))
}

fn find_built_in(name: &str) -> Option<&'static str> {
    rows().find(|row| {
        row.split('\t')
            .nth(1)
            .is_some_and(|own| own.eq_ignore_ascii_case(name))
    })
}

/// Returns the body of a role by its id, whatever comes before its name.
pub(super) fn find(store: &Store, role_id: &str) -> Option<Value> {
    let name = role_id.rsplit('/').next()?;
    if let Some(row) = find_built_in(name) {
        return built_in(row, |_| role_id.to_owned());
    }
    let custom = store
        .list("/", |one| one == TYPE)
        .into_iter()
        .map(|one| one.body());
    let mut custom = custom.filter(|body| text(body, "name").eq_ignore_ascii_case(name));
    custom.next()
}

/// Answers a request for one role.
pub(crate) fn item(
    store: &mut Store,
    call: &Call<'_>,
    address: &Address,
    context: &Context<'_>,
) -> Result<Reply, ArmError> {
    let name = address.name().to_owned();
    let row = find_built_in(&name);
    let custom_id = id(address, &name);
    let existing = match row {
        Some(row) => built_in(row, |name| id(address, name)),
        None => find(store, &custom_id),
    };
    match (call.method, existing) {
        (&Method::GET, Some(body)) => Ok(Reply::json(StatusCode::OK, body)),
        (&Method::GET, None) => {
            Err(AccessError::RoleDefinitionNotFound { name: plain(&name) }.into())
        }
        (&Method::PUT | &Method::DELETE, Some(_)) if row.is_some() => Err(ArmError::NotModelled {
            what: format!("{} of a role that is built in", call.method),
        }),
        (&Method::PUT, existing) => {
            let body = custom(store, call, (&name, &custom_id), existing.as_ref(), context)?;
            store.put(body.clone());
            Ok(Reply::json(StatusCode::CREATED, body))
        }
        (&Method::DELETE, Some(body)) => {
            if roles::assignments(store).any(|one| {
                one.pointer("/properties/roleDefinitionId")
                    .and_then(Value::as_str)
                    .and_then(|id| id.rsplit('/').next())
                    .is_some_and(|own| own.eq_ignore_ascii_case(&name))
            }) {
                return Err(AccessError::RoleDefinitionInUse { name: plain(&name) }.into());
            }
            store.remove_tree(text(&body, "id"), call.now);
            Ok(Reply::json(StatusCode::OK, body))
        }
        (&Method::DELETE, None) => Ok(Reply::empty(StatusCode::NO_CONTENT)),
        _ => Err(call.not_allowed("GET, PUT, DELETE")),
    }
}

/// The body of a custom role, as it is stored.
fn custom(
    store: &Store,
    call: &Call<'_>,
    (name, id): (&str, &str),
    existing: Option<&Value>,
    context: &Context<'_>,
) -> Result<Value, ArmError> {
    if !is_guid(name) {
        return Err(AccessError::RoleDefinitionName {
            name: name.to_owned(),
        }
        .into());
    }
    let sent = call.object()?;
    let Some(Value::Object(properties)) = sent.get("properties") else {
        return Err(missing("properties"));
    };
    let text_of = |member: &str| properties.get(member).and_then(Value::as_str);
    let Some(role) = text_of("roleName").filter(|role| !role.is_empty()) else {
        return Err(missing("properties.roleName"));
    };
    let list_of = |member: &str| match properties.get(member) {
        Some(Value::Array(items)) if !items.is_empty() => Ok(items.clone()),
        Some(_) | None => Err(missing(&format!("properties.{member}"))),
    };
    let (permissions, scopes) = (list_of("permissions")?, list_of("assignableScopes")?);
    let is_taken = |body: &Value| {
        body.pointer("/properties/roleName")
            .and_then(Value::as_str)
            .is_some_and(|own| own.eq_ignore_ascii_case(role))
            && !text(body, "name").eq_ignore_ascii_case(name)
    };
    let mut others = rows().filter_map(|row| built_in(row, str::to_owned)).chain(
        store
            .list("/", |one| one == TYPE)
            .into_iter()
            .map(|one| one.body()),
    );
    if others.any(|body| is_taken(&body)) {
        return Err(AccessError::RoleNameTaken {
            role: role.to_owned(),
        }
        .into());
    }
    let permissions: Vec<Value> = permissions.iter().map(whole_permission).collect();
    let now = call.now.rfc3339();
    let made = |member: &str, fresh: &str| {
        let before = existing.and_then(|body| body.get("properties"));
        let before = before.and_then(|inner| inner.get(member)).cloned();
        before.unwrap_or_else(|| fresh.into())
    };
    Ok(json!({
        "properties": {
            "roleName": role,
            "type": "CustomRole",
            "description": text_of("description").unwrap_or_default(),
            "assignableScopes": scopes,
            "permissions": permissions,
            "createdOn": made("createdOn", &now),
            "updatedOn": now,
            "createdBy": made("createdBy", &context.caller.object_id),
            "updatedBy": context.caller.object_id,
        },
        "id": id,
        "type": TYPE,
        "name": name,
    }))
}

/// A permission with all its members.
fn whole_permission(sent: &Value) -> Value {
    let mut whole = Map::new();
    for member in PERMISSION {
        let own = sent.get(member).cloned();
        whole.insert(member.to_owned(), own.unwrap_or_else(|| json!([])));
    }
    Value::Object(whole)
}

/// Answers a request for all roles that can be assigned at a scope.
pub(crate) fn collection(
    store: &Store,
    call: &Call<'_>,
    address: &Address,
) -> Result<Reply, ArmError> {
    call.only_get()?;
    let scope = address.scope.id();
    let wanted = conditions(call, &["roleName", "type"], &["atScopeAndBelow", "atScope"])?;
    let fits = |body: &Value| {
        wanted.iter().all(|(member, value)| {
            let own = body
                .get("properties")
                .map_or("", |inner| text(inner, member));
            value.is_empty() || own.eq_ignore_ascii_case(value)
        })
    };
    let custom = store
        .list("/", |one| one == TYPE)
        .into_iter()
        .map(|one| one.body());
    let custom = custom.filter(|body| {
        let scopes = body
            .pointer("/properties/assignableScopes")
            .and_then(Value::as_array);
        let mut scopes = scopes.into_iter().flatten().filter_map(Value::as_str);
        scopes.any(|own| scopes::contains(own, &scope) || scopes::contains(&scope, own))
    });
    let roles = rows()
        .filter_map(|row| built_in(row, |name| id(address, name)))
        .chain(custom)
        .filter(fits);
    let answer = json!({ "value": roles.collect::<Vec<Value>>() });
    Ok(Reply::json(StatusCode::OK, answer))
}

fn missing(member: &str) -> ArmError {
    ArmError::ContentInvalid {
        reason: format!("Required property '{member}' not found in JSON"),
    }
}

#[cfg(test)]
mod tests {
    use super::{built_in, find_built_in, rows};
    use crate::azure::is_guid;

    #[test]
    fn every_row_is_a_role() {
        assert!(rows().count() > 30);
        for row in rows() {
            assert_eq!(row.split('\t').count(), 7, "{row}");
            let body = built_in(row, str::to_owned).unwrap();
            assert!(is_guid(body["id"].as_str().unwrap()), "{row}");
            let permission = &body["properties"]["permissions"][0];
            let allows = |member: &str| !permission[member].as_array().unwrap().is_empty();
            assert!(allows("actions") || allows("dataActions"), "{row}");
        }
        let reader = find_built_in("ACDD72A7-3385-48EF-BD42-F606FBA81AE7").unwrap();
        let reader = built_in(reader, str::to_owned).unwrap();
        assert_eq!(reader["properties"]["roleName"], "Reader");
        assert_eq!(
            reader["properties"]["permissions"][0]["actions"][0],
            "*/read"
        );
    }
}
