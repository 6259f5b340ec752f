//! The resource types that the sandbox knows: those of the catalogue of `azure`, which says at which scopes they live
//! and with which verbs. What their bodies have is in `traits.tsv`, and what is particular about some in `types.tsv`;
//! both are read when a type is asked for. Their api-versions are in `versions`; the resources are in `store`.

use crate::azure::catalogue::{self, TypeScope};
use crate::sandbox::resources::versions::Versions;

/// What is particular about some types; its first lines say what is in it.
const PARTICULARS: &str = include_str!("types.tsv");

/// What bodies have; its first lines say what is in it.
const TRAITS: &str = include_str!("traits.tsv");

/// The provider of subscriptions, groups and providers themselves. Some of its types are the roots of the path space:
/// `protocol::route` knows them.
pub(crate) const RESOURCES_NAMESPACE: &str = "Microsoft.Resources";

/// A resource provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Namespace {
    pub(crate) name: &'static str,
}

/// A resource type; `name` is the whole type path, such as `virtualNetworks/subnets`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ResourceType {
    pub(crate) name: &'static str,
    known: catalogue::ResourceType,
    /// Its line of `types.tsv`, without its name.
    particulars: &'static str,
    /// Its letters of `traits.tsv`.
    traits: &'static str,
}

/// What a body says of its location.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Location {
    /// Nothing.
    None,
    /// What the caller says, if anything.
    AsSent,
    /// A region, or `global`; a PUT must name one.
    Region,
    /// `global`, and a PUT must say so.
    Global,
}

/// Something a resource can be asked to do, or shows below its own path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Operation {
    pub(crate) name: &'static str,
    pub(crate) effect: Effect,
}

/// What an operation does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Effect {
    /// POST: nothing that can be seen afterwards.
    Nothing,
    /// POST: changes the power state, `PowerState/<word>`.
    Power(&'static str),
    /// POST: returns the keys of a storage account.
    ListKeys,
    /// GET: returns what runs inside the machine.
    InstanceView,
}

impl Effect {
    fn read(word: &'static str) -> Option<Self> {
        match word.split_once(':') {
            Some(("power", state)) => Some(Self::Power(state)),
            Some(_) => None,
            None => match word {
                "nothing" => Some(Self::Nothing),
                "keys" => Some(Self::ListKeys),
                "instance-view" => Some(Self::InstanceView),
                _ => None,
            },
        }
    }
}

impl Operation {
    fn read(text: &'static str) -> Option<Self> {
        let (name, effect) = text.split_once('=')?;
        let effect = Effect::read(effect)?;
        Some(Self { name, effect })
    }
}

/// Finds a provider, whatever the case.
pub(crate) fn namespace(name: &str) -> Option<Namespace> {
    catalogue::namespace(name).map(|name| Namespace { name })
}

/// All providers, sorted by name.
pub(crate) fn namespaces() -> impl Iterator<Item = Namespace> {
    catalogue::namespaces().map(|name| Namespace { name })
}

/// Finds a type by its full name, such as `Microsoft.Compute/disks`, whatever the case.
pub(crate) fn resource_type(full_name: &str) -> Option<ResourceType> {
    catalogue::find(full_name).and_then(ResourceType::of)
}

impl Namespace {
    /// Finds a type by its path, such as `virtualNetworks/subnets`, whatever the case.
    pub(crate) fn resource_type(self, path: &str) -> Option<ResourceType> {
        resource_type(&format!("{}/{path}", self.name))
    }

    /// All types of the provider, sorted by name.
    pub(crate) fn types(self) -> impl Iterator<Item = ResourceType> {
        catalogue::types_of(self.name).filter_map(ResourceType::of)
    }
}

impl ResourceType {
    fn of(known: catalogue::ResourceType) -> Option<Self> {
        let (namespace, name) = known.name.split_once('/')?;
        let particulars = catalogue::find_line(rows(PARTICULARS), known.name);
        let particulars = particulars.and_then(|line| line.split_once('\t'));
        Some(Self {
            name,
            known,
            particulars: particulars.map_or("", |(_, rest)| rest),
            traits: traits(namespace, name),
        })
    }

    /// The full name, such as `Microsoft.Network/virtualNetworks/subnets`.
    pub(crate) fn full_name(self) -> &'static str {
        self.known.name
    }

    /// The accepted api-versions.
    pub(crate) fn versions(self) -> Versions {
        Versions::of_type(self.known.name)
    }

    /// What its bodies say of their location.
    pub(crate) fn location(self) -> Location {
        match self.home() {
            "global" => Location::Global,
            _ if self.traits.contains('T') => Location::Region,
            _ if self.traits.contains('l') => Location::AsSent,
            _ => Location::None,
        }
    }

    /// Tells whether its resources are in the lists of all resources.
    pub(crate) fn is_tracked(self) -> bool {
        matches!(self.location(), Location::Region | Location::Global)
    }

    /// Tells whether its resources are in other resources.
    pub(crate) fn is_nested(self) -> bool {
        self.depth() > 0
    }

    /// Returns in how many resources one of the type is.
    pub(crate) fn depth(self) -> usize {
        self.known.depth()
    }

    /// Tells whether its resources extend others, on any scope.
    pub(crate) fn is_extension(self) -> bool {
        let mut scopes = self
            .known
            .item_scopes()
            .chain(self.known.collection_scopes());
        scopes.any(|scope| scope == TypeScope::Any) || self.home() == "query-on-scopes"
    }

    /// Tells whether it is only an address that answers questions.
    pub(crate) fn is_endpoint(self) -> bool {
        self.home().starts_with("query")
    }

    /// Tells whether a resource of the type may be at a scope.
    pub(crate) fn lives_at(self, scope: TypeScope) -> bool {
        let fits = |own: TypeScope| own == scope || own == TypeScope::Any;
        self.known.item_scopes().any(fits)
    }

    /// Tells whether the path that ends with the type is one at a scope.
    pub(crate) fn is_asked_at(self, scope: TypeScope) -> bool {
        let fits = |own: TypeScope| own == scope || own == TypeScope::Any;
        self.known.collection_scopes().any(fits)
    }

    /// Tells whether a caller can make resources of the type: the others are made by services.
    pub(crate) fn is_writable(self) -> bool {
        self.takes("PUT")
    }

    /// Tells whether a resource of the type has a verb.
    pub(crate) fn takes(self, method: &str) -> bool {
        self.known.item_methods().any(|own| own == method)
    }

    /// Tells whether something else than a GET of a list goes to the path that ends with the type.
    pub(crate) fn collection_takes(self, method: &str) -> bool {
        self.known.collection_methods().any(|own| own == method)
    }

    /// The only name that a resource of the type can have, such as `default`: services make it by themselves.
    pub(crate) fn only_name(self) -> Option<&'static str> {
        let mut names = self.known.fixed_names();
        names.next().filter(|_| names.next().is_none())
    }

    /// Tells whether POST of this last segment is an action of the type, and returns how it is spelled.
    pub(crate) fn action(self, name: &str) -> Option<&'static str> {
        let mut actions = self.known.actions().map(|action| action.name);
        actions.find(|own| own.eq_ignore_ascii_case(name))
    }

    /// Tells whether bodies show their entity tag.
    pub(crate) fn shows_etag(self) -> bool {
        self.traits.contains('e')
    }

    /// Tells whether bodies say who wrote them.
    pub(crate) fn has_system_data(self) -> bool {
        self.traits.contains('s')
    }

    /// Tells whether bodies have a provisioning state.
    pub(crate) fn has_state(self) -> bool {
        self.traits.contains('p')
    }

    /// Tells whether resources of the type can have an identity of their own.
    pub(crate) fn has_identity(self) -> bool {
        self.has("identity")
    }

    /// Tells whether resources of the type can be in zones.
    pub(crate) fn has_zones(self) -> bool {
        self.has("zones")
    }

    /// Finds an operation, whatever the case.
    pub(crate) fn operation(self, name: &str) -> Option<Operation> {
        self.operations()
            .find(|operation| operation.name.eq_ignore_ascii_case(name))
    }

    fn operations(self) -> impl Iterator<Item = Operation> {
        let all = self.particulars.split('\t').nth(2).unwrap_or_default();
        all.split(',').filter_map(Operation::read)
    }

    fn home(self) -> &'static str {
        self.particulars.split('\t').next().unwrap_or_default()
    }

    fn has(self, wanted: &str) -> bool {
        let has = self.particulars.split('\t').nth(1).unwrap_or_default();
        has.split(',').any(|one| one == wanted)
    }
}

/// A table without its first lines.
fn rows(table: &'static str) -> &'static str {
    let mut rest = table;
    while let Some((line, below)) = rest.split_once('\n')
        && line.starts_with('#')
    {
        rest = below;
    }
    rest
}

/// The letters of a type; none for most.
fn traits(namespace: &str, name: &str) -> &'static str {
    let line = catalogue::find_line(rows(TRAITS), namespace);
    let groups = line.and_then(|line| line.split_once('\t'));
    let groups = groups.map_or("", |(_, groups)| groups).split(';');
    let mut groups = groups.filter_map(|group| group.split_once(':'));
    groups
        .find(|(_, names)| names.split(',').any(|own| own == name))
        .map_or("", |(letters, _)| letters)
}

#[cfg(test)]
mod tests {
    use super::{Location, PARTICULARS, TRAITS, namespace, namespaces, resource_type, rows};

    #[track_caller]
    fn check(name: &str, path: &str, expected: Option<&str>) {
        let found = namespace(name).and_then(|namespace| namespace.resource_type(path));
        assert_eq!(found.map(|resource_type| resource_type.name), expected);
    }

    #[test]
    fn look_ups_ignore_case() {
        check(
            "microsoft.compute",
            "VIRTUALMACHINES",
            Some("virtualMachines"),
        );
        check(
            "Microsoft.Network",
            "virtualnetworks/Subnets",
            Some("virtualNetworks/subnets"),
        );
        check("Microsoft.Network", "subnets", None);
        check("Microsoft.Nothing", "things", None);
    }

    #[track_caller]
    fn check_location(name: &str, expected: Location) {
        assert_eq!(resource_type(name).unwrap().location(), expected, "{name}");
    }

    #[test]
    fn a_type_says_where_its_resources_live() {
        check_location("Microsoft.Compute/virtualMachines", Location::Region);
        check_location("Microsoft.Sql/servers/databases", Location::Region);
        check_location("Microsoft.Network/dnsZones", Location::Global);
        check_location("Microsoft.Network/virtualNetworks/subnets", Location::None);
        check_location("Microsoft.Authorization/locks", Location::None);
        check_location(
            "Microsoft.Authorization/policyAssignments",
            Location::AsSent,
        );
        let query = resource_type("Microsoft.CostManagement/query").unwrap();
        assert!(query.is_endpoint() && query.is_extension() && !query.is_writable());
        let settings = resource_type("Microsoft.Storage/storageAccounts/blobServices").unwrap();
        assert_eq!(settings.only_name(), Some("default"));
    }

    #[test]
    fn every_row_is_found_and_whole() {
        let mut last = String::new();
        for line in rows(PARTICULARS).lines() {
            let name = line.split('\t').next().unwrap();
            assert!(last < name.to_ascii_lowercase(), "{name} is not in order");
            last = name.to_ascii_lowercase();
            let found = resource_type(name).unwrap_or_else(|| panic!("{name} is not known"));
            assert!(line.ends_with(found.particulars) && !found.particulars.is_empty());
            let count = line.matches('=').count();
            assert_eq!(found.operations().count(), count, "{name}");
        }
        let mut types = 0;
        for line in rows(TRAITS).lines() {
            let (owner, groups) = line.split_once('\t').unwrap();
            let owner = namespace(owner).unwrap_or_else(|| panic!("{owner} is not known"));
            for (letters, names) in groups.split(';').filter_map(|group| group.split_once(':')) {
                for name in names.split(',') {
                    let found = owner.resource_type(name).map(|found| found.traits);
                    assert_eq!(found, Some(letters), "{}/{name}", owner.name);
                    types += 1;
                }
            }
        }
        assert!(types > 800, "{types}");
        assert!(namespaces().is_sorted_by(|one, other| {
            one.name.to_ascii_lowercase() < other.name.to_ascii_lowercase()
        }));
    }
}
