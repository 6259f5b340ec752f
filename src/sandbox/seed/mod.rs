//! What the sandbox holds before anything is written, as a list of entries made from `data`. Their bodies are made
//! on demand, from `templates`.

pub(super) mod data;
mod fleet;

use serde_json::Value;

use crate::sandbox::hash::guid;
use crate::sandbox::seed::data::{Group, SeedResource, Subscription, subscriptions};
use crate::sandbox::seed::fleet::{Member, members};
use crate::sandbox::templates::{self, Values};

/// One thing of the seed: a group, or a resource in it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry {
    pub(super) subscription: &'static Subscription,
    pub(super) group: &'static Group,
    kind: Kind,
}

#[derive(Debug, Clone, Copy)]
enum Kind {
    Group,
    Member(Member),
    Resource(&'static SeedResource),
}

/// Every entry, in the order in which lists show them.
pub(super) fn entries() -> impl Iterator<Item = Entry> {
    subscriptions().iter().flat_map(|subscription| {
        subscription.groups.iter().flat_map(move |group| {
            kinds(group).map(move |kind| Entry {
                subscription,
                group,
                kind,
            })
        })
    })
}

fn kinds(group: &'static Group) -> impl Iterator<Item = Kind> {
    let members = group.fleet.iter().flat_map(members).map(Kind::Member);
    let resources = group.resources.iter().map(Kind::Resource);
    std::iter::once(Kind::Group).chain(members).chain(resources)
}

impl Entry {
    /// The type, such as `Microsoft.Compute/virtualMachines`.
    pub(super) fn resource_type(&self) -> &'static str {
        match self.kind {
            Kind::Group => "Microsoft.Resources/resourceGroups",
            Kind::Member(member) => member.resource_type(),
            Kind::Resource(resource) => resource.resource_type,
        }
    }

    /// The last part of the id.
    fn name(&self) -> String {
        match self.kind {
            Kind::Group => self.group.name.to_owned(),
            Kind::Member(member) => member.name(),
            Kind::Resource(resource) => {
                let name = resource.name.rsplit('/').next();
                name.unwrap_or_default().to_owned()
            }
        }
    }

    /// The whole id.
    pub(super) fn id(&self) -> String {
        let group = self.group_id();
        match self.kind {
            Kind::Group => group,
            Kind::Member(member) => {
                format!(
                    "{group}/providers/{}/{}",
                    member.resource_type(),
                    member.name()
                )
            }
            Kind::Resource(resource) => {
                let (namespace, types) = resource
                    .resource_type
                    .split_once('/')
                    .unwrap_or((resource.resource_type, ""));
                let parts = types.split('/').zip(resource.name.split('/'));
                parts.fold(
                    format!("{group}/providers/{namespace}"),
                    |id, (part, name)| format!("{id}/{part}/{name}"),
                )
            }
        }
    }

    fn group_id(&self) -> String {
        format!(
            "/subscriptions/{}/resourceGroups/{}",
            self.subscription.id, self.group.name
        )
    }

    /// The body.
    pub(super) fn body(&self) -> Value {
        let id = self.id();
        let mut values = Values::new();
        let mut set = |name: &str, value: &str| values.insert(name.to_owned(), value.into());
        set("guid", &guid(&id));
        set("name", &self.name());
        set("type", self.resource_type());
        set("group", &self.group_id());
        set("location", self.group.location);
        set("environment", self.subscription.environment);
        match self.kind {
            Kind::Group => {
                if let Some(fleet) = &self.group.fleet {
                    set("team", fleet.team);
                    set("costCenter", fleet.cost_center);
                }
            }
            Kind::Member(member) => member.add_values(&mut values, &id, self.subscription),
            Kind::Resource(resource) => {
                if let Some(location) = resource.location {
                    set("location", location);
                }
                values.extend(resource.values.clone());
                let endpoints = templates::fragment("primaryEndpoints", &values);
                values.insert("primaryEndpoints".to_owned(), endpoints);
            }
        }
        values.insert("id".to_owned(), id.into());
        templates::body(self.resource_type(), &values)
    }
}

#[cfg(test)]
mod tests;
