//! The tables of the service, made from what the sandbox holds: what the caller may see of it.

use serde_json::{Map, Value, json};

use crate::sandbox::graph::kql::syntax;
use crate::sandbox::graph::kql::values::Kind;
use crate::sandbox::graph::kql::values::Table;
use crate::sandbox::protocol::address::GroupAddress;
use crate::sandbox::resources::group;
use crate::sandbox::resources::resource;
use crate::sandbox::resources::subscription;
use crate::sandbox::seed::data::{Access, Subscription};
use crate::sandbox::store::{Listed, Store, text};

/// The columns of both tables, in the order of the service.
const COLUMNS: &[(&str, Kind)] = &[
    ("id", Kind::Text),
    ("name", Kind::Text),
    ("type", Kind::Text),
    ("tenantId", Kind::Text),
    ("kind", Kind::Text),
    ("location", Kind::Text),
    ("resourceGroup", Kind::Text),
    ("subscriptionId", Kind::Text),
    ("managedBy", Kind::Text),
    ("sku", Kind::Dynamic),
    ("plan", Kind::Dynamic),
    ("properties", Kind::Dynamic),
    ("tags", Kind::Dynamic),
    ("identity", Kind::Dynamic),
    ("zones", Kind::Dynamic),
    ("extendedLocation", Kind::Dynamic),
];

/// The types of containers, as the service writes them.
const SUBSCRIPTION: &str = "microsoft.resources/subscriptions";
const GROUP: &str = "microsoft.resources/subscriptions/resourcegroups";

/// Makes a table of what is in these subscriptions.
pub(crate) fn table(
    kind: syntax::Table,
    store: &Store,
    subscriptions: &[&'static Subscription],
) -> Table {
    let rows = subscriptions.iter().flat_map(|subscription| match kind {
        syntax::Table::Resources => tracked(store, subscription),
        syntax::Table::Containers => containers(store, subscription),
    });
    Table {
        columns: COLUMNS
            .iter()
            .map(|(name, kind)| ((*name).to_owned(), *kind))
            .collect(),
        rows: rows.collect(),
    }
}

fn tracked(store: &Store, subscription: &'static Subscription) -> Vec<Vec<Value>> {
    let below = format!("/subscriptions/{}/", subscription.id);
    let listed = store.list(&below, resource::is_tracked);
    let bodies = listed.iter().map(Listed::body);
    bodies
        .filter(|body| is_visible(subscription, text(body, "id")))
        .map(|body| row(subscription, body, None))
        .collect()
}

fn containers(store: &Store, subscription: &'static Subscription) -> Vec<Vec<Value>> {
    let mut own = subscription::body(subscription);
    if let Some(members) = own.as_object_mut() {
        members.insert("name".to_owned(), subscription.display_name.into());
        members.insert(
            "properties".to_owned(),
            json!({
                "managementGroupAncestorsChain": [{
                    "displayName": "Tenant Root Group",
                    "name": subscription.tenant.id,
                }],
                "state": "Enabled",
            }),
        );
    }
    let mut rows = vec![row(subscription, own, Some(SUBSCRIPTION))];
    let below = format!("/subscriptions/{}/", subscription.id);
    let listed = store.list(&below, |name| name == group::TYPE);
    let bodies = listed.iter().map(Listed::body);
    rows.extend(
        bodies
            .filter(|body| is_visible(subscription, text(body, "id")))
            .map(|body| row(subscription, body, Some(GROUP))),
    );
    rows
}

/// Tells whether the caller may see what is at an id.
fn is_visible(subscription: &'static Subscription, id: &str) -> bool {
    let name = group_of(id).to_owned();
    GroupAddress { subscription, name }.access() == Access::Granted
}

fn group_of(id: &str) -> &str {
    id.split('/').nth(4).unwrap_or_default()
}

/// A row in the order of [`COLUMNS`]. Types and names of groups are in lower case, as the service keeps them.
fn row(subscription: &Subscription, mut body: Value, container: Option<&str>) -> Vec<Value> {
    let group = group_of(text(&body, "id")).to_ascii_lowercase();
    let resource_type =
        container.map_or_else(|| text(&body, "type").to_ascii_lowercase(), str::to_owned);
    if let Some(properties) = body.get_mut("properties").and_then(Value::as_object_mut) {
        extend_machine(properties);
    }
    let mut take = |name: &str| body.get_mut(name).map(Value::take);
    COLUMNS
        .iter()
        .map(|(name, kind)| match *name {
            "type" => resource_type.as_str().into(),
            "tenantId" => subscription.tenant.id.into(),
            "resourceGroup" => group.as_str().into(),
            "subscriptionId" => subscription.id.into(),
            _ => take(name).unwrap_or_else(|| match kind {
                Kind::Text => "".into(),
                Kind::Integer | Kind::Number | Kind::Boolean | Kind::Dynamic => Value::Null,
            }),
        })
        .collect()
}

/// Shows the power state of a machine where the service does: in `properties.extended.instanceView`.
fn extend_machine(properties: &mut Map<String, Value>) {
    let Some(view) = properties.shift_remove("instanceView") else {
        return;
    };
    let statuses = view.get("statuses").and_then(Value::as_array);
    let power = statuses
        .into_iter()
        .flatten()
        .find(|status| text(status, "code").starts_with("PowerState/"));
    if let Some(power) = power {
        let extended = json!({ "instanceView": { "powerState": power } });
        properties.insert("extended".to_owned(), extended);
    }
}
