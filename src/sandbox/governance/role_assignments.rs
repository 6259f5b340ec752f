//! Role assignments: who has a role at a scope, and in all that is below it. What a role allows: `role_definitions`.

use http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::azure::is_guid;
use crate::sandbox::authority::directory;
use crate::sandbox::governance::role_definitions::find;
use crate::sandbox::governance::roles::{self, assignments, plain};
use crate::sandbox::governance::scopes::{chain, contains};
use crate::sandbox::protocol::access_error::AccessError;
use crate::sandbox::protocol::address::{Address, Scope};
use crate::sandbox::protocol::error::ArmError;
use crate::sandbox::protocol::filter::conditions;
use crate::sandbox::protocol::paging::page;
use crate::sandbox::protocol::reply::Reply;
use crate::sandbox::protocol::request::Call;
use crate::sandbox::resources::context::Context;
use crate::sandbox::store::{Store, text};

/// The type of role assignments.
pub(crate) const TYPE: &str = roles::ASSIGNMENTS;

/// Answers a request for one assignment.
pub(crate) fn item(
    store: &mut Store,
    call: &Call<'_>,
    address: &Address,
    context: &Context<'_>,
) -> Result<Reply, ArmError> {
    check_scope(store, &address.scope)?;
    let existing = store.get(&address.id());
    match (call.method, existing) {
        (&Method::GET, Some(body)) => Ok(Reply::json(StatusCode::OK, body)),
        (&Method::GET, None) => Err(AccessError::RoleAssignmentNotFound {
            name: address.name().to_owned(),
        }
        .into()),
        (&Method::PUT, existing) => {
            let body = assigned(store, call, address, existing.as_ref(), context)?;
            store.put(body.clone());
            Ok(Reply::json(StatusCode::CREATED, body))
        }
        (&Method::DELETE, Some(body)) => {
            store.remove_tree(text(&body, "id"), call.now);
            Ok(Reply::json(StatusCode::OK, body))
        }
        (&Method::DELETE, None) => Ok(Reply::empty(StatusCode::NO_CONTENT)),
        _ => Err(call.not_allowed("GET, PUT, DELETE")),
    }
}

/// Refuses a scope that does not exist.
fn check_scope(store: &Store, scope: &Scope) -> Result<(), ArmError> {
    let is_there = |id: &str| store.contains(id);
    match scope {
        Scope::Group(group) if !is_there(&group.id()) => Err(ArmError::GroupNotFound {
            group: group.name.clone(),
        }),
        Scope::Resource(address) if !is_there(&address.id()) => Err(address.not_found()),
        Scope::Tenant | Scope::Subscription(_) | Scope::Group(_) | Scope::Resource(_) => Ok(()),
    }
}

/// The body of an assignment, as it is stored.
fn assigned(
    store: &Store,
    call: &Call<'_>,
    address: &Address,
    existing: Option<&Value>,
    context: &Context<'_>,
) -> Result<Value, ArmError> {
    let name = address.name();
    if !is_guid(name) {
        return Err(AccessError::RoleAssignmentName {
            name: name.to_owned(),
        }
        .into());
    }
    let sent = call.object()?;
    let properties = sent.get("properties").cloned().unwrap_or_default();
    let required = |member: &str| match properties.get(member).and_then(Value::as_str) {
        Some(value) => Ok(value.to_owned()),
        None => Err(ArmError::ContentInvalid {
            reason: format!("Required property '{member}' not found in JSON. Path 'properties'"),
        }),
    };
    let (role_id, principal) = (required("roleDefinitionId")?, required("principalId")?);
    if !is_guid(&principal) {
        return Err(AccessError::PrincipalName { principal }.into());
    }
    let role = find(store, &role_id).filter(|_| role_id.starts_with('/'));
    if role.is_none() {
        let name = role_id.rsplit('/').next().unwrap_or_default();
        return Err(AccessError::RoleDefinitionNotFound { name: plain(name) }.into());
    }
    let kind = match properties.get("principalType").and_then(Value::as_str) {
        Some(kind) => kind.to_owned(),
        None => kind_of(store, &principal)
            .ok_or_else(|| AccessError::PrincipalNotFound {
                principal: plain(&principal),
                tenant: directory::CONTOSO.id,
            })?
            .to_owned(),
    };
    let scope = match address.scope.id() {
        id if id.is_empty() => "/".to_owned(),
        id => id,
    };
    let is_same = |body: &Value| {
        let own = |member: &str| {
            body.get("properties")
                .map_or("", |inner| text(inner, member))
        };
        own("principalId").eq_ignore_ascii_case(&principal)
            && last(own("roleDefinitionId")).eq_ignore_ascii_case(last(&role_id))
            && own("scope").eq_ignore_ascii_case(&scope)
    };
    if let Some(twin) = assignments(store).find(is_same) {
        let name = plain(text(&twin, "name"));
        return Err(AccessError::RoleAssignmentExists { name }.into());
    }
    if existing.is_some() {
        return Err(AccessError::RoleAssignmentUpdate.into());
    }
    let subscription = address.scope.subscription();
    let holder = subscription.map(|found| format!("/subscriptions/{}", found.id));
    let now = call.now.rfc3339();
    let optional = |member: &str| properties.get(member).cloned().unwrap_or_default();
    Ok(json!({
        "properties": {
            "roleDefinitionId": format!(
                "{}/providers/Microsoft.Authorization/roleDefinitions/{}",
                holder.unwrap_or_default(),
                last(&role_id),
            ),
            "principalId": principal,
            "principalType": kind,
            "scope": scope,
            "condition": optional("condition"),
            "conditionVersion": optional("conditionVersion"),
            "createdOn": now,
            "updatedOn": now,
            "createdBy": context.caller.object_id,
            "updatedBy": context.caller.object_id,
            "delegatedManagedIdentityResourceId": optional("delegatedManagedIdentityResourceId"),
            "description": optional("description"),
        },
        "id": address.id(),
        "type": TYPE,
        "name": name,
    }))
}

fn last(id: &str) -> &str {
    id.rsplit('/').next().unwrap_or_default()
}

/// What a principal is: a person or an application of the directory, or the identity of a resource.
fn kind_of(store: &Store, principal: &str) -> Option<&'static str> {
    let is_it = |id: &str| id.eq_ignore_ascii_case(principal);
    if directory::USERS.iter().any(|user| is_it(user.id)) {
        return Some("User");
    }
    let mut identities = [&directory::SYSTEM_ASSIGNED, &directory::USER_ASSIGNED].into_iter();
    let is_service = directory::APPS.iter().any(|app| is_it(app.principal_id))
        || identities.any(|identity| is_it(identity.object_id));
    let of_resource = |body: &Value| {
        let own = body
            .pointer("/identity/principalId")
            .or_else(|| body.pointer("/properties/principalId"));
        text(body, "type") != TYPE && own.and_then(Value::as_str).is_some_and(is_it)
    };
    let has_identity = || {
        let listed = store.list("/subscriptions/", |name| name != TYPE);
        listed.into_iter().any(|listed| of_resource(&listed.body()))
    };
    (is_service || has_identity()).then_some("ServicePrincipal")
}

/// Answers a request for the assignments at a scope: those that hold there, and those below it.
pub(crate) fn collection(
    store: &Store,
    call: &Call<'_>,
    address: &Address,
    base_url: &str,
) -> Result<Reply, ArmError> {
    call.only_get()?;
    check_scope(store, &address.scope)?;
    let wanted = conditions(call, &["principalId"], &["atScope", "assignedTo"])?;
    let scope = match address.scope.id() {
        id if id.is_empty() => "/".to_owned(),
        id => id,
    };
    let chain = chain(store, &scope);
    let is_listed = |body: &Value| {
        let own = |member: &str| {
            body.get("properties")
                .map_or("", |inner| text(inner, member))
        };
        let at = own("scope");
        let holds = chain.iter().any(|one| one.eq_ignore_ascii_case(at));
        let is_below = contains(&scope, at) && at != "/";
        (holds || is_below)
            && wanted.iter().all(|(name, value)| match name.as_str() {
                "atScope" => holds,
                _ => own("principalId").eq_ignore_ascii_case(value),
            })
    };
    let items = store
        .list("/", |name| name == TYPE)
        .into_iter()
        .map(|listed| (listed.position.clone(), listed.body()))
        .filter(|(_, body)| is_listed(body))
        .collect();
    page(call, base_url, items, |body| body)
}
