//! What the sandbox holds before anything is written, as a list of entries made from `data`. Their bodies are made
//! on demand, from `templates`.

pub(super) mod data;
mod fleet;

use serde_json::Value;

use crate::sandbox::hash::guid;
use crate::sandbox::merge::merge;
use crate::sandbox::seed::data::{Group, SeedResource, Subscription, scopes, subscriptions};
use crate::sandbox::seed::fleet::{Member, members};
use crate::sandbox::templates::{self, Values};

/// One thing of the seed: a group, or a resource in it or at another scope.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry {
    place: Place,
    kind: Kind,
}

/// Where an entry is.
#[derive(Debug, Clone, Copy)]
enum Place {
    Group(&'static Subscription, &'static Group),
    /// The id of a scope.
    Scope(&'static str),
}

#[derive(Debug, Clone, Copy)]
enum Kind {
    Group,
    Member(Member),
    Resource(&'static SeedResource),
}

/// Every entry, in the order in which lists show them.
pub(super) fn entries() -> impl Iterator<Item = Entry> {
    let in_groups = subscriptions().iter().flat_map(|subscription| {
        subscription.groups.iter().flat_map(move |group| {
            let place = Place::Group(subscription, group);
            kinds(group).map(move |kind| Entry { place, kind })
        })
    });
    let at_scopes = scopes().iter().flat_map(|at| {
        let place = Place::Scope(at.scope);
        let kinds = at.resources.iter().map(Kind::Resource);
        kinds.map(move |kind| Entry { place, kind })
    });
    in_groups.chain(at_scopes)
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
            Kind::Group => match self.place {
                Place::Group(_, group) => group.name.to_owned(),
                Place::Scope(_) => String::new(),
            },
            Kind::Member(member) => member.name(),
            Kind::Resource(resource) => {
                let name = resource.name.rsplit('/').next();
                name.unwrap_or_default().to_owned()
            }
        }
    }

    /// The whole id.
    pub(super) fn id(&self) -> String {
        let group = self.scope();
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

    /// The id of the group or the scope.
    fn scope(&self) -> String {
        match self.place {
            Place::Group(subscription, group) => format!(
                "/subscriptions/{}/resourceGroups/{}",
                subscription.id, group.name
            ),
            Place::Scope(scope) => scope.to_owned(),
        }
    }

    /// A cheap test before an id is written out: tells whether this may be an id in lower case, or are below it.
    pub(super) fn may_lie_at(&self, key: &str) -> bool {
        let Place::Group(own, group) = self.place else {
            return true;
        };
        let mut segments = key.split('/').skip(2);
        let subscription = segments.next();
        let name = segments.nth(1);
        subscription.is_none_or(|id| id.eq_ignore_ascii_case(own.id))
            && name.is_none_or(|name| name.eq_ignore_ascii_case(group.name))
    }

    /// The body.
    pub(super) fn body(&self) -> Value {
        let id = self.id();
        let mut values = Values::new();
        let mut set = |name: &str, value: &str| values.insert(name.to_owned(), value.into());
        set("guid", &guid(&id));
        set("name", &self.name());
        set("type", self.resource_type());
        set("group", &self.scope());
        let mut changes = None;
        if let Place::Group(subscription, group) = self.place {
            set("location", group.location);
            set("environment", subscription.environment);
            set("tenantId", subscription.tenant.id);
        }
        match (self.kind, self.place) {
            (Kind::Group, Place::Group(_, group)) => {
                if let Some(fleet) = &group.fleet {
                    set("team", fleet.team);
                    set("costCenter", fleet.cost_center);
                }
            }
            (Kind::Member(member), Place::Group(subscription, _)) => {
                member.add_values(&mut values, &id, subscription);
            }
            (Kind::Group | Kind::Member(_), Place::Scope(_)) => {}
            (Kind::Resource(resource), _) => {
                changes = Some(&resource.changes);
                if let Some(location) = resource.location {
                    set("location", location);
                }
                values.extend(resource.values.clone());
                let endpoints = templates::fragment("primaryEndpoints", &values);
                values.insert("primaryEndpoints".to_owned(), endpoints);
            }
        }
        values.insert("id".to_owned(), id.into());
        let mut body = templates::body(self.resource_type(), &values);
        if let Some(changes) = changes.filter(|changes| !changes.is_empty()) {
            merge(&mut body, Value::Object(changes.clone()));
        }
        body
    }
}

#[cfg(test)]
mod tests;
