//! The verbs on resources of any type: one resource, its operations, and lists of them.

use http::{Method, StatusCode, header};
use serde_json::{Map, Value};

use crate::sandbox::long_running::record::CompletionEffect;
use crate::sandbox::long_running::run::{self, Completion, Plan, WriteKind};
use crate::sandbox::protocol::address::{Address, Scope};
use crate::sandbox::protocol::conditions::{Verdict, judge};
use crate::sandbox::protocol::error::ArmError;
use crate::sandbox::protocol::filter::{self, Filter};
use crate::sandbox::protocol::paging::page;
use crate::sandbox::protocol::reply::Reply;
use crate::sandbox::protocol::request::Call;
use crate::sandbox::resources::account_keys;
use crate::sandbox::resources::context::Context;
use crate::sandbox::resources::known_members;
use crate::sandbox::resources::members;
use crate::sandbox::resources::provider;
use crate::sandbox::resources::resource_body;
use crate::sandbox::resources::types::{self, Effect, Operation, ResourceType};
use crate::sandbox::resources::view::{self, View};
use crate::sandbox::store::{Store, text};

/// Answers a request for one resource.
pub(crate) fn item(
    store: &mut Store,
    call: &Call<'_>,
    address: &Address,
    context: &Context<'_>,
) -> Result<Reply, ArmError> {
    check_group(store, &address.scope)?;
    check_verb(call, address)?;
    if call.method == Method::GET {
        run::poll_resource(store, &address.id(), call.now);
    }
    let existing = view::read(store, &address.id());
    let verdict = judge(
        call,
        &address.id(),
        existing.as_ref().map(|view| view.etag.as_str()),
    )?;
    match (call.method, existing) {
        (&Method::GET | &Method::HEAD, Some(view)) if verdict == Verdict::NotModified => {
            Ok(Reply::empty(StatusCode::NOT_MODIFIED).with(header::ETAG, &view.etag))
        }
        (&Method::GET, Some(view)) => Ok(shown(StatusCode::OK, view, expands(call))),
        (&Method::PUT, existing) => put(store, call, address, existing, context),
        (&Method::PATCH, Some(view)) => {
            check_members(call, address)?;
            let existing = untagged(view.body);
            let mut body = resource_body::patched(address, call.object()?, &existing, call.now)?;
            sign(&mut body, address, Some(&existing), context, call);
            let plan = run::plan(address, WriteKind::Patch);
            let status = StatusCode::OK;
            save(store, call, Write { plan, status }, body, context.base_url)
        }
        (&Method::DELETE, Some(_)) => Ok(delete(store, call, address, context.base_url)),
        (&Method::HEAD, Some(_)) | (&Method::DELETE, None) => {
            Ok(Reply::empty(StatusCode::NO_CONTENT))
        }
        (&Method::GET | &Method::HEAD | &Method::PATCH, None) => Err(missing(address)),
        _ => Err(call.not_allowed("GET, HEAD, PUT, PATCH, DELETE")),
    }
}

fn put(
    store: &mut Store,
    call: &Call<'_>,
    address: &Address,
    existing: Option<View>,
    context: &Context<'_>,
) -> Result<Reply, ArmError> {
    check_not_deleting(store, &address.scope)?;
    if let Some(subscription) = address.scope.subscription() {
        provider::check_registered(store, subscription, address.namespace)?;
    }
    check_parent(store, address, "write")?;
    let name = address.name();
    if name.len() > 260
        || matches!(name, "." | "..")
        || name.contains(|c: char| c.is_control() || "<>%&\\?#/".contains(c))
    {
        return Err(ArmError::ResourceName {
            name: name.to_owned(),
        });
    }
    let existing = existing.map(|view| untagged(view.body));
    let (act, status) = match existing {
        Some(_) => (WriteKind::Replace, StatusCode::OK),
        None => (WriteKind::Create, StatusCode::CREATED),
    };
    let id = match &existing {
        Some(body) => text(body, "id").to_owned(),
        None => canonical_id(store, address),
    };
    check_members(call, address)?;
    let mut body =
        resource_body::created(address, &id, call.object()?, existing.as_ref(), call.now)?;
    sign(&mut body, address, existing.as_ref(), context, call);
    let plan = run::plan(address, act);
    save(store, call, Write { plan, status }, body, context.base_url)
}

/// How a write ends.
#[derive(Clone, Copy)]
struct Write {
    /// The operation that it starts, if it takes time.
    plan: Option<Plan>,
    /// The status of one that is over at once.
    status: StatusCode,
}

/// Refuses members that resources do not have, of types whose bodies have no other ones.
fn check_members(call: &Call<'_>, address: &Address) -> Result<(), ArmError> {
    if address.resource_type.is_tracked() && resource_body::lies_in_regions(address) {
        members::check_resource(call)?;
        known_members::check(call, address)
    } else {
        Ok(())
    }
}

/// Writes into a body who wrote it, if the type says so.
fn sign(
    body: &mut Value,
    address: &Address,
    existing: Option<&Value>,
    context: &Context<'_>,
    call: &Call<'_>,
) {
    if address.resource_type.has_system_data()
        && let Some(members) = body.as_object_mut()
    {
        let before = existing.and_then(|body| body.get("systemData"));
        let data = context.system_data(before, call.now);
        members.insert("systemData".to_owned(), data);
    }
}

/// Refuses a verb that the type does not have, and one that the sandbox cannot answer: what only services make, it does
/// not have.
fn check_verb(call: &Call<'_>, address: &Address) -> Result<(), ArmError> {
    let known = address.resource_type;
    let is_known =
        known.takes(call.method.as_str()) || matches!(*call.method, Method::GET | Method::HEAD);
    if !known.is_writable() {
        return Err(if is_known {
            not_modelled(call, address)
        } else {
            call.not_allowed("GET")
        });
    }
    if is_known {
        return Ok(());
    }
    Err(call.not_allowed(if known.takes("PATCH") {
        "GET, HEAD, PUT, PATCH, DELETE"
    } else {
        "GET, HEAD, PUT, DELETE"
    }))
}

/// Says that the sandbox cannot answer what Azure answers.
pub(crate) fn not_modelled(call: &Call<'_>, address: &Address) -> ArmError {
    ArmError::NotModelled {
        what: format!("{} of {}", call.method, address.full_type()),
    }
}

/// The refusal of a resource that does not exist. What Azure makes by itself exists there.
fn missing(address: &Address) -> ArmError {
    match address.resource_type.only_name() {
        Some(name) if name.eq_ignore_ascii_case(address.name()) => ArmError::NotModelled {
            what: format!(
                "what {} holds before it is written",
                address.resource_type.full_name()
            ),
        },
        Some(_) | None => address.not_found(),
    }
}

/// Stores a body and its children, and shows what a GET would show; starts an operation if there is a
/// plan for one.
fn save(
    store: &mut Store,
    call: &Call<'_>,
    write: Write,
    mut body: Value,
    base_url: &str,
) -> Result<Reply, ArmError> {
    let Write { plan, status } = write;
    let status = plan.map_or(status, Plan::status);
    if let Some(plan) = plan {
        run::set_state(&mut body, plan.meanwhile);
    }
    let children = view::take_children(&mut body)?;
    let id = text(&body, "id").to_owned();
    store.put(body);
    if let Some(children) = children {
        children.replace(store, call.now);
    }
    let shown = match view::read(store, &id) {
        Some(view) => shown(status, view, false),
        None => Reply::empty(status),
    };
    Ok(match plan {
        Some(plan) => plan.start(store, call, Completion::write(&id), base_url, shown),
        None => shown,
    })
}

/// Deletes what exists, at once or by an operation.
fn delete(store: &mut Store, call: &Call<'_>, address: &Address, base_url: &str) -> Reply {
    let stored = store.get(&address.id());
    let (Some(plan), Some(mut body)) = (run::plan(address, WriteKind::Delete), stored) else {
        store.remove_tree(&address.id(), call.now);
        return Reply::empty(StatusCode::OK);
    };
    let id = text(&body, "id").to_owned();
    run::set_state(&mut body, plan.meanwhile);
    store.put(body);
    let accepted = Reply::empty(plan.status());
    plan.start(store, call, Completion::remove(&id), base_url, accepted)
}

/// The id of a new resource: its parents as they are spelled where they exist.
fn canonical_id(store: &Store, address: &Address) -> String {
    let asked = address.id();
    let holder = match (address.parent(), &address.scope) {
        (Some(parent), _) => parent.id(),
        (None, scope) => scope.id(),
    };
    match store.get(&holder) {
        Some(body) => {
            let rest = asked.get(holder.len()..).unwrap_or_default();
            format!("{}{rest}", text(&body, "id"))
        }
        None => asked,
    }
}

/// Answers a request for an operation on a resource.
pub(crate) fn operate(
    store: &mut Store,
    call: &Call<'_>,
    address: &Address,
    operation: Operation,
    base_url: &str,
) -> Result<Reply, ArmError> {
    let expected = match operation.effect {
        Effect::InstanceView => Method::GET,
        Effect::Nothing | Effect::Power(_) | Effect::ListKeys => Method::POST,
    };
    if *call.method != expected {
        return Err(call.not_allowed(if expected == Method::GET {
            "GET"
        } else {
            "POST"
        }));
    }
    check_group(store, &address.scope)?;
    let Some(mut body) = store.get(&address.id()) else {
        return Err(address.not_found());
    };
    match operation.effect {
        Effect::ListKeys => Ok(Reply::json(
            StatusCode::OK,
            account_keys::keys(text(&body, "id")),
        )),
        Effect::InstanceView => {
            let view = body
                .pointer_mut("/properties/instanceView")
                .map(Value::take);
            Ok(Reply::json(
                StatusCode::OK,
                view.unwrap_or_else(|| Value::Object(Map::new())),
            ))
        }
        Effect::Nothing => {
            let effect = CompletionEffect::Write;
            Ok(run(store, call, address, Change { body, effect }, base_url))
        }
        Effect::Power(state) => {
            let effect = CompletionEffect::Power(state.to_owned());
            Ok(run(store, call, address, Change { body, effect }, base_url))
        }
    }
}

/// A resource, and what becomes of it when its operation succeeds.
struct Change {
    body: Value,
    effect: CompletionEffect,
}

/// Starts an operation that a resource was asked for; without a plan there is nothing to do.
fn run(
    store: &mut Store,
    call: &Call<'_>,
    address: &Address,
    change: Change,
    base_url: &str,
) -> Reply {
    let Change { mut body, effect } = change;
    let Some(plan) = run::plan(address, WriteKind::Operate) else {
        return Reply::empty(StatusCode::OK);
    };
    let id = text(&body, "id").to_owned();
    run::set_state(&mut body, plan.meanwhile);
    store.put(body);
    let completion = Completion {
        target: &id,
        effect,
    };
    plan.start(
        store,
        call,
        completion,
        base_url,
        Reply::empty(plan.status()),
    )
}

/// Answers a request for all resources of a type.
pub(crate) fn collection(
    store: &mut Store,
    call: &Call<'_>,
    address: &Address,
    base_url: &str,
) -> Result<Reply, ArmError> {
    let known = address.resource_type;
    let is_known = known.collection_takes(call.method.as_str());
    if is_known && (!known.is_writable() || call.method != Method::GET) {
        return Err(not_modelled(call, address));
    }
    call.only_get()?;
    check_group(store, &address.scope)?;
    check_parent(store, address, "read")?;
    if let Some(filter) = call.parameter("$filter") {
        return Err(ArmError::Filter { filter });
    }
    let below = match address.parent() {
        Some(_) => format!("{}/", address.id()),
        None => format!("{}/", address.scope.id()),
    };
    let wanted = address.full_type();
    run::poll_listed(store, &below, call.now, |name| {
        name.eq_ignore_ascii_case(wanted)
    });
    let items = store
        .list(&below, |name| name.eq_ignore_ascii_case(wanted))
        .into_iter()
        .map(|listed| (listed.position.clone(), listed))
        .collect();
    let only_status = view::has_status(wanted)
        && matches!(address.scope, Scope::Subscription(_))
        && call.parameter("statusOnly").as_deref() == Some("true");
    page(call, base_url, items, |listed| {
        if only_status {
            return view::status(listed.body());
        }
        view::without_instance_view(view::show(store, listed.body()).body)
    })
}

/// The members that a list of all resources shows of each.
const SUMMARY: &[&str] = &[
    "id",
    "name",
    "type",
    "kind",
    "managedBy",
    "sku",
    "location",
    "identity",
    "plan",
    "zones",
    "tags",
];

/// Answers a request for all resources of a subscription or group: the tracked ones, in short.
pub(crate) fn all(
    store: &mut Store,
    call: &Call<'_>,
    scope: &Scope,
    base_url: &str,
) -> Result<Reply, ArmError> {
    call.only_get()?;
    check_group(store, scope)?;
    let filter = Filter::of(call, filter::OF_RESOURCES)?;
    run::poll_listed(store, &format!("{}/", scope.id()), call.now, is_tracked);
    let items = store
        .list(&format!("{}/", scope.id()), is_tracked)
        .into_iter()
        .filter(|listed| filter.matches(listed))
        .map(|listed| (listed.position.clone(), listed))
        .collect();
    page(call, base_url, items, |listed| {
        let Value::Object(mut body) = listed.body() else {
            return Value::Null;
        };
        let summary: Map<String, Value> = SUMMARY
            .iter()
            .filter_map(|member| Some(((*member).to_owned(), body.shift_remove(*member)?)))
            .collect();
        Value::Object(summary)
    })
}

/// Tells whether resources of a type have a location and are in the lists of all resources.
pub(crate) fn is_tracked(name: &str) -> bool {
    types::resource_type(name).is_some_and(ResourceType::is_tracked)
}

/// Refuses a scope in a group that does not exist, or on a resource that does not exist.
fn check_group(store: &Store, scope: &Scope) -> Result<(), ArmError> {
    if let Some(group) = scope.group()
        && !store.contains(&group.id())
    {
        return Err(ArmError::GroupNotFound {
            group: group.name.clone(),
        });
    }
    match scope {
        Scope::Resource(address) if !store.contains(&address.id()) => Err(address.not_found()),
        Scope::Resource(_) | Scope::Group(_) | Scope::Subscription(_) | Scope::Tenant => Ok(()),
    }
}

/// Refuses a write into a group that is being deleted.
fn check_not_deleting(store: &Store, scope: &Scope) -> Result<(), ArmError> {
    match scope.group() {
        Some(group)
            if store
                .get(&group.id())
                .is_some_and(|body| run::is_deleting(&body)) =>
        {
            Err(ArmError::GroupDeleting {
                group: group.name.clone(),
            })
        }
        Some(_) | None => Ok(()),
    }
}

fn check_parent(store: &Store, address: &Address, operation: &'static str) -> Result<(), ArmError> {
    let Some(parent) = address.parent() else {
        return Ok(());
    };
    if store.contains(&parent.id()) {
        return Ok(());
    }
    // What services make by themselves is there as soon as what it is in.
    if parent.resource_type.only_name().is_some() || !parent.resource_type.is_writable() {
        return check_parent(store, &parent, operation);
    }
    Err(ArmError::ParentNotFound {
        operation,
        resource_type: address.full_type().to_owned(),
        parent: parent.id(),
    })
}

/// A body as it is stored: without the tag that a view adds.
fn untagged(mut body: Value) -> Value {
    if let Some(members) = body.as_object_mut() {
        members.shift_remove("etag");
    }
    body
}

fn shown(status: StatusCode, view: View, with_instance_view: bool) -> Reply {
    let body = if with_instance_view {
        view.body
    } else {
        view::without_instance_view(view.body)
    };
    Reply::json(status, body).with(header::ETAG, &view.etag)
}

fn expands(call: &Call<'_>) -> bool {
    call.parameter("$expand").is_some_and(|names| {
        names
            .split(',')
            .any(|name| name.trim().eq_ignore_ascii_case("instanceView"))
    })
}
