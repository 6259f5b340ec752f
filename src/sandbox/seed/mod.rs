//! What the sandbox holds before anyone writes, as a list of entries made from the tables of `contoso`.
//! The bodies are made on demand by `vms`, `disks`, `networks` and `storage`.

pub(super) mod data;
pub(super) mod disks;
pub(super) mod networks;
pub(super) mod storage;
pub(super) mod vms;

use serde_json::{Value, json};

use crate::sandbox::seed::data::{Fleet, Group, Network, SUBSCRIPTIONS, Subscription};

/// One thing of the seed: a group, or a resource in it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Entry {
    pub(crate) subscription: &'static Subscription,
    pub(crate) group: &'static Group,
    pub(crate) kind: Kind,
}

/// What an entry is; numbers count from 1.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Kind {
    Group,
    Machine(&'static Fleet, u16),
    OsDisk(&'static Fleet, u16),
    DataDisk(&'static Fleet, u16, u16),
    NetworkInterface(&'static Fleet, u16),
    Network(&'static Network),
    Subnet(&'static Network, &'static str, &'static str),
    SecurityGroup(&'static Network, &'static str),
    SecurityRule(&'static str, u16),
    StorageAccount(&'static str),
}

/// Every entry, in the order in which lists show them.
pub(crate) fn entries() -> impl Iterator<Item = Entry> {
    SUBSCRIPTIONS.iter().flat_map(|subscription| {
        subscription.groups.iter().flat_map(move |group| {
            kinds(group).into_iter().map(move |kind| Entry {
                subscription,
                group,
                kind,
            })
        })
    })
}

fn kinds(group: &'static Group) -> Vec<Kind> {
    let mut kinds = vec![Kind::Group];
    if let Some(fleet) = &group.fleet {
        kinds.extend((1..=fleet.count).map(|number| Kind::Machine(fleet, number)));
        for number in 1..=fleet.count {
            kinds.push(Kind::OsDisk(fleet, number));
            kinds.extend((1..=fleet.data_disks).map(|disk| Kind::DataDisk(fleet, number, disk)));
        }
        kinds.extend((1..=fleet.count).map(|number| Kind::NetworkInterface(fleet, number)));
    }
    for network in group.networks {
        kinds.push(Kind::Network(network));
        for (role, third) in network.subnets {
            kinds.push(Kind::Subnet(network, role, third));
            kinds.push(Kind::SecurityGroup(network, role));
            kinds.extend((0..2).map(|number| Kind::SecurityRule(role, number)));
        }
    }
    kinds.extend(
        group
            .accounts
            .iter()
            .map(|account| Kind::StorageAccount(account)),
    );
    kinds
}

impl Entry {
    /// The type, such as `Microsoft.Compute/virtualMachines`.
    pub(crate) fn resource_type(&self) -> &'static str {
        match self.kind {
            Kind::Group => "Microsoft.Resources/resourceGroups",
            Kind::Machine(..) => "Microsoft.Compute/virtualMachines",
            Kind::OsDisk(..) | Kind::DataDisk(..) => "Microsoft.Compute/disks",
            Kind::NetworkInterface(..) => "Microsoft.Network/networkInterfaces",
            Kind::Network(_) => "Microsoft.Network/virtualNetworks",
            Kind::Subnet(..) => "Microsoft.Network/virtualNetworks/subnets",
            Kind::SecurityGroup(..) => "Microsoft.Network/networkSecurityGroups",
            Kind::SecurityRule(..) => "Microsoft.Network/networkSecurityGroups/securityRules",
            Kind::StorageAccount(_) => "Microsoft.Storage/storageAccounts",
        }
    }

    /// The last part of the id.
    pub(crate) fn name(&self) -> String {
        match self.kind {
            Kind::Group => self.group.name.to_owned(),
            Kind::Machine(fleet, number) => vms::name(fleet, number),
            Kind::OsDisk(fleet, number) => disks::os_disk_name(fleet, number),
            Kind::DataDisk(fleet, number, disk) => disks::data_disk_name(fleet, number, disk),
            Kind::NetworkInterface(fleet, number) => networks::interface_name(fleet, number),
            Kind::Network(network) => network.name.to_owned(),
            Kind::Subnet(_, role, _) => format!("snet-{role}"),
            Kind::SecurityGroup(_, role) => format!("nsg-{role}"),
            Kind::SecurityRule(_, number) => networks::rule_name(number).to_owned(),
            Kind::StorageAccount(name) => name.to_owned(),
        }
    }

    /// The whole id.
    pub(crate) fn id(&self) -> String {
        let group = format!(
            "/subscriptions/{}/resourceGroups/{}",
            self.subscription.id, self.group.name
        );
        let name = self.name();
        match self.kind {
            Kind::Group => group,
            Kind::Subnet(network, ..) => {
                format!(
                    "{group}/providers/Microsoft.Network/virtualNetworks/{}/subnets/{name}",
                    network.name
                )
            }
            Kind::SecurityRule(role, _) => format!(
                "{group}/providers/Microsoft.Network/networkSecurityGroups/nsg-{role}/securityRules/{name}"
            ),
            Kind::Machine(..)
            | Kind::OsDisk(..)
            | Kind::DataDisk(..)
            | Kind::NetworkInterface(..)
            | Kind::Network(_)
            | Kind::SecurityGroup(..)
            | Kind::StorageAccount(_) => {
                format!("{group}/providers/{}/{name}", self.resource_type())
            }
        }
    }

    /// The body.
    pub(crate) fn body(&self) -> Value {
        match self.kind {
            Kind::Group => self.group_body(),
            Kind::Machine(fleet, number) => vms::body(self, fleet, number),
            Kind::OsDisk(fleet, number) => disks::os_disk(self, fleet, number),
            Kind::DataDisk(fleet, number, _) => disks::data_disk(self, fleet, number),
            Kind::NetworkInterface(fleet, number) => networks::interface(self, fleet, number),
            Kind::Network(network) => networks::network(self, network),
            Kind::Subnet(_, role, third) => networks::subnet(self, role, third),
            Kind::SecurityGroup(network, _) => networks::security_group(self, network),
            Kind::SecurityRule(_, number) => networks::rule(self, number),
            Kind::StorageAccount(name) => storage::account(self, name),
        }
    }

    /// The id of another resource of the same subscription.
    pub(crate) fn sibling(&self, group: &str, type_and_name: &str) -> String {
        format!(
            "/subscriptions/{}/resourceGroups/{group}/providers/{type_and_name}",
            self.subscription.id
        )
    }

    fn group_body(&self) -> Value {
        let mut tags = json!({ "environment": self.subscription.environment });
        if let Some(fleet) = &self.group.fleet
            && let Some(tags) = tags.as_object_mut()
        {
            tags.insert("team".to_owned(), json!(fleet.team));
            tags.insert("costCenter".to_owned(), json!(fleet.cost_center));
        }
        json!({
            "id": self.id(),
            "name": self.group.name,
            "type": self.resource_type(),
            "location": self.group.location,
            "tags": tags,
            "properties": { "provisioningState": "Succeeded" },
        })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{Kind, entries};
    use crate::sandbox::seed::data::SUBSCRIPTIONS;

    #[test]
    fn every_entry_has_its_own_id_and_a_body_that_says_so() {
        let mut ids = BTreeSet::new();
        for entry in entries() {
            let body = entry.body();
            assert_eq!(body["id"], entry.id());
            assert_eq!(body["name"], entry.name());
            assert_eq!(body["type"], entry.resource_type());
            assert!(
                ids.insert(entry.id().to_ascii_lowercase()),
                "{}",
                entry.id()
            );
        }
    }

    #[test]
    fn what_a_body_points_to_exists() {
        let ids: BTreeSet<String> = entries().map(|entry| entry.id()).collect();
        let mut pointers = 0;
        for entry in entries() {
            for text in entry.body().to_string().split('"') {
                let points =
                    text.starts_with("/subscriptions/") && !text.contains("/ipConfigurations/");
                if points {
                    assert!(ids.contains(text), "{} points to {text}", entry.id());
                    pointers += 1;
                }
            }
        }
        assert!(pointers > 500, "{pointers}");
    }

    #[test]
    fn the_production_fleet_counts_64_machines_and_the_other_20() {
        let count = |index: usize| {
            let id = SUBSCRIPTIONS[index].id;
            entries()
                .filter(|entry| {
                    entry.subscription.id == id && matches!(entry.kind, Kind::Machine(..))
                })
                .count()
        };
        assert_eq!((count(0), count(1)), (64, 20));
    }
}
