//! Management groups: the tree above the subscriptions of a tenant.

use http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::sandbox::authority::directory;
use crate::sandbox::governance::scopes::{
    GROUP_SUBSCRIPTION, MANAGEMENT_GROUPS, management_group_of, parent_of,
};
use crate::sandbox::protocol::access_error::AccessError;
use crate::sandbox::protocol::address::{Address, MANAGEMENT_GROUP};
use crate::sandbox::protocol::error::ArmError;
use crate::sandbox::protocol::paging::page;
use crate::sandbox::protocol::reply::Reply;
use crate::sandbox::protocol::request::Call;
use crate::sandbox::resources::context::Context;
use crate::sandbox::seed::data;
use crate::sandbox::store::{Store, text};

/// The types of management groups and of what is asked about them.
pub(crate) const TYPE: &str = MANAGEMENT_GROUP;
pub(crate) const SUBSCRIPTIONS: &str = GROUP_SUBSCRIPTION;
pub(crate) const DESCENDANTS: &str = "Microsoft.Management/managementGroups/descendants";

fn id_of(name: &str) -> String {
    format!("{MANAGEMENT_GROUPS}{name}")
}

fn not_found(name: &str) -> ArmError {
    AccessError::ManagementGroupNotFound {
        name: name.to_owned(),
    }
    .into()
}

fn display_name(body: &Value) -> &str {
    body.get("properties")
        .map_or("", |inner| text(inner, "displayName"))
}

/// All groups of the caller's tenant.
fn groups(store: &Store, context: &Context<'_>) -> Vec<Value> {
    let listed = store
        .list(MANAGEMENT_GROUPS, |name| name == TYPE)
        .into_iter();
    let bodies = listed.map(|listed| listed.body());
    bodies.filter(|body| is_visible(body, context)).collect()
}

fn is_visible(body: &Value, context: &Context<'_>) -> bool {
    let tenant = body.pointer("/properties/tenantId").and_then(Value::as_str);
    tenant == Some(context.caller.tenant_id.as_str())
}

/// Answers a request for one group.
pub(crate) fn item(
    store: &mut Store,
    call: &Call<'_>,
    address: &Address,
    context: &Context<'_>,
) -> Result<Reply, ArmError> {
    let name = address.name().to_owned();
    let existing = store
        .get(&address.id())
        .filter(|body| is_visible(body, context));
    match (call.method, existing) {
        (&Method::GET, Some(body)) => Ok(Reply::json(StatusCode::OK, shown(store, call, body))),
        (&Method::GET | &Method::PATCH, None) => Err(not_found(&name)),
        (&Method::PUT | &Method::PATCH, existing) => {
            let body = written(store, call, &name, existing.as_ref(), context)?;
            store.put(body.clone());
            Ok(Reply::json(StatusCode::OK, body))
        }
        (&Method::DELETE, Some(body)) => {
            let id = text(&body, "id");
            let is_parent = |body: &Value| {
                parent_of(body).is_some_and(|parent| parent.eq_ignore_ascii_case(id))
            };
            let below = format!("{id}/subscriptions/");
            let has_children = groups(store, context).iter().any(is_parent)
                || !store.list(&below, |one| one == SUBSCRIPTIONS).is_empty();
            if has_children {
                return Err(AccessError::ManagementGroupInUse { name }.into());
            }
            store.remove_tree(id, call.now);
            Ok(Reply::empty(StatusCode::OK))
        }
        (&Method::DELETE, None) => Ok(Reply::empty(StatusCode::NO_CONTENT)),
        _ => Err(call.not_allowed("GET, PUT, PATCH, DELETE")),
    }
}

/// A group with its children, if they are asked for.
fn shown(store: &Store, call: &Call<'_>, mut body: Value) -> Value {
    let expand = call
        .parameter("$expand")
        .unwrap_or_default()
        .to_ascii_lowercase();
    let is_recursive = call
        .parameter("$recurse")
        .is_some_and(|text| text.eq_ignore_ascii_case("true"));
    if expand.split(',').any(|word| word == "children") {
        let depth = if is_recursive { MOST_LEVELS } else { 1 };
        let children = children(store, text(&body, "id"), depth);
        if let Some(inner) = body.get_mut("properties").and_then(Value::as_object_mut) {
            inner.insert("children".to_owned(), children);
        }
    }
    body
}

/// A tree of Azure has six levels below its root.
const MOST_LEVELS: u8 = 7;

fn children(store: &Store, id: &str, depth: u8) -> Value {
    if depth == 0 {
        return Value::Null;
    }
    let listed = store
        .list(MANAGEMENT_GROUPS, |name| name == TYPE)
        .into_iter();
    let bodies = listed.map(|listed| listed.body());
    let below =
        bodies.filter(|body| parent_of(body).is_some_and(|parent| parent.eq_ignore_ascii_case(id)));
    let groups = below.map(|body| {
        json!({
            "id": body["id"],
            "type": TYPE,
            "name": body["name"],
            "displayName": display_name(&body),
            "children": children(store, text(&body, "id"), depth - 1),
        })
    });
    let members = store.list(&format!("{id}/subscriptions/"), |name| {
        name == SUBSCRIPTIONS
    });
    let subscriptions = members.iter().map(|member| {
        let body = member.body();
        let name = text(&body, "name");
        json!({
            "id": format!("/subscriptions/{name}"),
            "type": "/subscriptions",
            "name": name,
            "displayName": display_name(&body),
        })
    });
    groups.chain(subscriptions).collect()
}

/// The body of a group, as it is stored.
fn written(
    store: &Store,
    call: &Call<'_>,
    name: &str,
    existing: Option<&Value>,
    context: &Context<'_>,
) -> Result<Value, ArmError> {
    let sent = call.object()?;
    let properties = sent.get("properties").cloned().unwrap_or_default();
    let asked = |pointer: &str, flat: &str| {
        let found = properties.pointer(pointer).or_else(|| sent.get(flat));
        found.and_then(Value::as_str).map(str::to_owned)
    };
    let shown = asked("/displayName", "displayName")
        .or_else(|| existing.map(|body| display_name(body).to_owned()))
        .unwrap_or_else(|| name.to_owned());
    let root = id_of(&context.caller.tenant_id);
    let parent = asked("/details/parent/id", "parentId");
    let parent = match (parent, existing) {
        (Some(parent), _) => Some(parent),
        (None, Some(body)) => parent_of(body),
        (None, None) => Some(root),
    };
    let parent = match parent {
        None => Value::Null,
        Some(id) => {
            let body = store.get(&id).filter(|body| text(body, "type") == TYPE);
            let body = body.ok_or_else(|| not_found(id.rsplit('/').next().unwrap_or_default()))?;
            json!({ "id": body["id"], "name": body["name"], "displayName": display_name(&body) })
        }
    };
    let version = existing.and_then(|body| body.pointer("/properties/details/version"));
    let version = version.and_then(Value::as_u64).unwrap_or_default() + 1;
    let name = existing.map_or(name, |body| text(body, "name"));
    Ok(json!({
        "id": id_of(name),
        "type": TYPE,
        "name": name,
        "properties": {
            "tenantId": context.caller.tenant_id,
            "displayName": shown,
            "details": {
                "version": version,
                "updatedTime": call.now.rfc3339(),
                "updatedBy": context.caller.object_id,
                "parent": parent,
            },
        },
    }))
}

/// Answers a request for all groups.
pub(crate) fn collection(
    store: &Store,
    call: &Call<'_>,
    context: &Context<'_>,
) -> Result<Reply, ArmError> {
    call.only_get()?;
    let listed = store
        .list(MANAGEMENT_GROUPS, |name| name == TYPE)
        .into_iter();
    let items = listed
        .map(|listed| (listed.position.clone(), listed.body()))
        .filter(|(_, body)| is_visible(body, context))
        .collect();
    page(call, context.base_url, items, |mut body| {
        if let Some(inner) = body.get_mut("properties").and_then(Value::as_object_mut) {
            inner.shift_remove("details");
        }
        body
    })
}

/// Answers a request for a subscription in a group: PUT moves it there.
pub(crate) fn subscription(
    store: &mut Store,
    call: &Call<'_>,
    address: &Address,
) -> Result<Reply, ArmError> {
    let Some(group) = address.parent().and_then(|parent| store.get(&parent.id())) else {
        let name = address.names.first().map_or("", String::as_str);
        return Err(not_found(name));
    };
    let Some(found) = data::subscription(address.name()) else {
        return Err(ArmError::SubscriptionNotFound {
            subscription: address.name().to_owned(),
        });
    };
    let id = format!("{}/subscriptions/{}", text(&group, "id"), found.id);
    match *call.method {
        Method::GET => match store.get(&id) {
            Some(body) => Ok(Reply::json(StatusCode::OK, body)),
            None => Err(address.not_found()),
        },
        Method::PUT => {
            if let Some(before) =
                management_group_of(store, &format!("/subscriptions/{}", found.id))
            {
                store.remove_tree(&format!("{before}/subscriptions/{}", found.id), call.now);
            }
            let body = json!({
                "id": id,
                "type": SUBSCRIPTIONS,
                "name": found.id,
                "properties": {
                    "tenant": found.tenant.id,
                    "displayName": found.display_name,
                    "parent": { "id": group["id"] },
                    "state": "Active",
                },
            });
            store.put(body.clone());
            Ok(Reply::json(StatusCode::OK, body))
        }
        Method::DELETE => {
            store.remove_tree(&id, call.now);
            let root = id_of(directory::CONTOSO.id);
            store.put(json!({
                "id": format!("{root}/subscriptions/{}", found.id),
                "type": SUBSCRIPTIONS,
                "name": found.id,
                "properties": {
                    "tenant": found.tenant.id,
                    "displayName": found.display_name,
                    "parent": { "id": root },
                    "state": "Active",
                },
            }));
            Ok(Reply::empty(StatusCode::OK))
        }
        _ => Err(call.not_allowed("GET, PUT, DELETE")),
    }
}

/// Answers a request for all that is below a group, at any depth.
pub(crate) fn descendants(
    store: &Store,
    call: &Call<'_>,
    address: &Address,
    base_url: &str,
) -> Result<Reply, ArmError> {
    call.only_get()?;
    let name = address.names.first().map_or("", String::as_str);
    if !store.contains(&id_of(name)) {
        return Err(not_found(name));
    }
    let mut found = Vec::new();
    let mut rest = vec![id_of(name)];
    while let Some(id) = rest.pop() {
        let Value::Array(below) = children(store, &id, 1) else {
            continue;
        };
        for mut child in below {
            if text(&child, "type") == TYPE && found.len() < MOST {
                rest.push(text(&child, "id").to_owned());
            }
            let shown = text(&child, "displayName").to_owned();
            if let Some(members) = child.as_object_mut() {
                members.shift_remove("displayName");
                members.shift_remove("children");
                let inner = json!({ "displayName": shown, "parent": { "id": id } });
                members.insert("properties".to_owned(), inner);
            }
            found.push(child);
        }
    }
    let position = |ordinal| crate::sandbox::store::Position {
        ordinal,
        key: String::new(),
    };
    let items = (0_u32..).map(position).zip(found).collect();
    page(call, base_url, items, |body| body)
}

/// A tenant of Azure has at most this many groups.
const MOST: usize = 10_000;
