//! The invented companies whose Azure this is: `contoso.json`, read when it is first needed. What resources are
//! made of a fleet of machines is in `fleet`; their bodies are templates of `templates`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::{Deserialize, Deserializer, de};
use serde_json::{Map, Value};

use crate::sandbox::authority::directory::{self, Tenant};

const TEXT: &str = include_str!("contoso.json");

static DATA: LazyLock<Data> = LazyLock::new(|| {
    // A test reads the file: it is a part of the program.
    serde_json::from_str(TEXT).unwrap_or_default()
});

#[derive(Debug, Default, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"), deny_unknown_fields)]
struct Data {
    images: BTreeMap<&'static str, Map<String, Value>>,
    subscriptions: Vec<Subscription>,
    scopes: Vec<SeedScope>,
}

/// What is at a scope that is not a resource group.
#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct SeedScope {
    /// An id; empty for the tenant.
    pub(super) scope: &'static str,
    pub(super) resources: Vec<SeedResource>,
}

/// A subscription of the sandbox.
#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Subscription {
    pub(crate) id: &'static str,
    pub(crate) display_name: &'static str,
    pub(crate) environment: &'static str,
    #[serde(deserialize_with = "tenant_of_domain")]
    pub(crate) tenant: &'static Tenant,
    pub(crate) groups: Vec<Group>,
    /// Providers that must be registered before the first write.
    #[serde(default)]
    pub(crate) unregistered: Vec<&'static str>,
}

/// A resource group and what is in it.
#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Group {
    pub(crate) name: &'static str,
    pub(crate) location: &'static str,
    #[serde(default)]
    pub(crate) access: Access,
    pub(super) fleet: Option<Fleet>,
    #[serde(default)]
    pub(super) resources: Vec<SeedResource>,
}

/// Whether the signed-in user may see a group.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Access {
    #[default]
    Granted,
    Denied,
}

/// Machines that do the same work: `vm-<role>-01`, `vm-<role>-02` and so on, each with its disks and interface.
#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Fleet {
    pub(super) role: &'static str,
    pub(super) count: u16,
    /// Taken in turn.
    pub(super) sizes: Vec<&'static str>,
    /// The name of an image of the file.
    pub(super) image: &'static str,
    #[serde(default)]
    pub(super) data_disks: u16,
    #[serde(default)]
    pub(super) zones: u16,
    pub(super) team: &'static str,
    pub(super) cost_center: &'static str,
    /// The group that holds the network.
    pub(super) network_group: &'static str,
    pub(super) network: &'static str,
    /// The first three numbers of the addresses of its subnet.
    pub(super) prefix: &'static str,
    /// What the template of its machines is filled in with besides.
    #[serde(default)]
    pub(super) values: Map<String, Value>,
}

/// A resource that stands for itself.
#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct SeedResource {
    #[serde(rename = "type")]
    pub(super) resource_type: &'static str,
    /// The names of the resource and of those that hold it, such as `vnet-prod-westeurope/snet-web`.
    pub(super) name: &'static str,
    /// That of its group, unless it has one of its own.
    pub(super) location: Option<&'static str>,
    /// What the template of its type is filled in with.
    #[serde(default)]
    pub(super) values: Map<String, Value>,
    /// What is merged into the filled template; `null` takes a member away.
    #[serde(default)]
    pub(super) changes: Map<String, Value>,
}

fn tenant_of_domain<'de, D: Deserializer<'de>>(source: D) -> Result<&'static Tenant, D::Error> {
    let domain = <&str>::deserialize(source)?;
    directory::tenant(domain).ok_or_else(|| de::Error::custom(format!("no tenant `{domain}`")))
}

/// The subscriptions; the first is the default.
pub(crate) fn subscriptions() -> &'static [Subscription] {
    &DATA.subscriptions
}

/// Finds a subscription by its id, whatever the case.
pub(crate) fn subscription(id: &str) -> Option<&'static Subscription> {
    subscriptions()
        .iter()
        .find(|subscription| subscription.id.eq_ignore_ascii_case(id))
}

/// What is at other scopes than groups.
pub(super) fn scopes() -> &'static [SeedScope] {
    &DATA.scopes
}

/// What is known of the image of a fleet.
pub(super) fn image(name: &str) -> Map<String, Value> {
    DATA.images.get(name).cloned().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{Data, TEXT, image, subscriptions};

    #[test]
    fn the_file_can_be_read() {
        let data: Result<Data, _> = serde_json::from_str(TEXT);
        assert_eq!(data.map(|data| data.subscriptions.len()).ok(), Some(3));
    }

    #[test]
    fn every_fleet_has_an_image_and_a_size() {
        let groups = subscriptions().iter().flat_map(|one| &one.groups);
        let mut fleets = groups.filter_map(|group| group.fleet.as_ref()).peekable();
        assert!(fleets.peek().is_some());
        for fleet in fleets {
            assert!(!image(fleet.image).is_empty(), "{}", fleet.role);
            assert!(!fleet.sizes.is_empty(), "{}", fleet.role);
        }
    }
}
