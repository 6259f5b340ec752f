//! The verbs on resource groups.

use http::{Method, StatusCode};
use serde_json::{Map, Value, json};

use crate::sandbox::long_running::run::{self, Completion, GROUP_DELETION, is_deleting, set_state};
use crate::sandbox::merge::merge;
use crate::sandbox::protocol::address::GroupAddress;
use crate::sandbox::protocol::error::ArmError;
use crate::sandbox::protocol::filter::{self, Filter};
use crate::sandbox::protocol::paging::page;
use crate::sandbox::protocol::reply::Reply;
use crate::sandbox::protocol::request::Call;
use crate::sandbox::resources::members;
use crate::sandbox::resources::resource_body::{self, Places};
use crate::sandbox::seed::data::{Access, Subscription};
use crate::sandbox::store::{Store, text};

/// The type of a group, as ids and lists name it.
pub(crate) const TYPE: &str = "Microsoft.Resources/resourceGroups";

/// Answers a request for one group.
pub(crate) fn item(
    store: &mut Store,
    call: &Call<'_>,
    group: &GroupAddress,
    base_url: &str,
) -> Result<Reply, ArmError> {
    if call.method == Method::GET {
        run::poll_resource(store, &group.id(), call.now);
    }
    let existing = store.get(&group.id());
    let missing = || ArmError::GroupNotFound {
        group: group.name.clone(),
    };
    match (call.method, existing) {
        (&Method::HEAD, Some(_)) => Ok(Reply::empty(StatusCode::NO_CONTENT)),
        (&Method::GET, Some(body)) => Ok(Reply::json(StatusCode::OK, body)),
        (&Method::PUT | &Method::PATCH, Some(body)) if is_deleting(&body) => {
            Err(ArmError::GroupDeleting {
                group: group.name.clone(),
            })
        }
        (&Method::PUT, existing) => put(store, call, group, existing.as_ref()),
        (&Method::PATCH, Some(body)) => {
            members::check_group(call)?;
            patch(store, call.object()?, body)
        }
        (&Method::DELETE, Some(mut body)) => {
            let id = text(&body, "id").to_owned();
            set_state(&mut body, GROUP_DELETION.meanwhile);
            store.put(body);
            let accepted = Reply::empty(GROUP_DELETION.status());
            Ok(GROUP_DELETION.start(store, call, Completion::remove(&id), base_url, accepted))
        }
        (&Method::GET | &Method::HEAD | &Method::PATCH | &Method::DELETE, None) => Err(missing()),
        _ => Err(call.not_allowed("GET, HEAD, PUT, PATCH, DELETE")),
    }
}

/// Answers a request for all groups: those that the signed-in user may see.
pub(crate) fn list(
    store: &mut Store,
    call: &Call<'_>,
    subscription: &'static Subscription,
    base_url: &str,
) -> Result<Reply, ArmError> {
    call.only_get()?;
    let filter = Filter::of(call, filter::OF_GROUPS)?;
    let visible = |key: &str| {
        let name = key.rsplit('/').next().unwrap_or_default().to_owned();
        GroupAddress { subscription, name }.access() == Access::Granted
    };
    let below = format!("/subscriptions/{}/", subscription.id);
    run::poll_listed(store, &below, call.now, |name| name == TYPE);
    let items = store
        .list(&below, |name| name == TYPE)
        .into_iter()
        .filter(|listed| visible(&listed.key) && filter.matches(listed))
        .map(|listed| (listed.position.clone(), listed))
        .collect();
    page(call, base_url, items, |listed| listed.body())
}

fn put(
    store: &mut Store,
    call: &Call<'_>,
    group: &GroupAddress,
    existing: Option<&Value>,
) -> Result<Reply, ArmError> {
    check_name(&group.name)?;
    let mut sent = call.object()?;
    resource_body::check_tags(&sent)?;
    let location = resource_body::location(&sent, "resource group", Places::Regions)?;
    members::check_group(call)?;
    if let Some(present) = existing.map(|body| text(body, "location"))
        && present != location
    {
        return Err(ArmError::GroupLocation {
            present: present.to_owned(),
            wanted: location,
        });
    }
    let (id, name) = match existing {
        Some(body) => (text(body, "id").to_owned(), text(body, "name").to_owned()),
        None => (group.id(), group.name.clone()),
    };
    let mut body = json!({ "id": id, "name": name, "type": TYPE, "location": location });
    if let Some(members) = body.as_object_mut() {
        for member in ["managedBy", "tags"] {
            if let Some(value) = sent.shift_remove(member).filter(|value| !value.is_null()) {
                members.insert(member.to_owned(), value);
            }
        }
        members.insert(
            "properties".to_owned(),
            json!({ "provisioningState": "Succeeded" }),
        );
    }
    store.put(body.clone());
    let status = if existing.is_some() {
        StatusCode::OK
    } else {
        StatusCode::CREATED
    };
    Ok(Reply::json(status, body))
}

fn patch(
    store: &mut Store,
    mut sent: Map<String, Value>,
    mut body: Value,
) -> Result<Reply, ArmError> {
    resource_body::check_tags(&sent)?;
    sent.retain(|member, _| ["managedBy", "tags"].contains(&member.as_str()));
    merge(&mut body, Value::Object(sent));
    store.put(body.clone());
    Ok(Reply::json(StatusCode::OK, body))
}

fn check_name(name: &str) -> Result<(), ArmError> {
    let allowed = |c: char| c.is_alphanumeric() || "-._()".contains(c);
    if name.chars().all(allowed) && name.chars().count() <= 90 && !name.ends_with('.') {
        return Ok(());
    }
    Err(ArmError::GroupName {
        name: name.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::check_name;

    #[track_caller]
    fn check(name: &str, expected: bool) {
        assert_eq!(check_name(name).is_ok(), expected, "{name}");
    }

    #[test]
    fn names() {
        for name in ["rg", "rg-1_2.(3)", "größe", &"x".repeat(90)] {
            check(name, true);
        }
        for name in ["rg.", ".", "a b", "a/b", "a?b", &"x".repeat(91)] {
            check(name, false);
        }
    }
}
