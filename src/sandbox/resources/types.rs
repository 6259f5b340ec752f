//! The resource types that the sandbox knows, where they live and what can be done with them: `types.tsv`, read
//! when it is first needed. Their api-versions are in `versions`; the resources themselves are in `store`.

use std::sync::LazyLock;

use crate::sandbox::resources::versions::Versions;

/// The types; its first lines say what stands in it.
const TABLE: &str = include_str!("types.tsv");

/// The providers, sorted by name.
pub(crate) static NAMESPACES: LazyLock<Vec<Namespace>> = LazyLock::new(|| {
    let lines = TABLE.lines().filter(|line| !line.starts_with('#'));
    let mut namespaces: Vec<Namespace> = Vec::new();
    for line in lines {
        let name = line.split(['/', '\t']).next().unwrap_or_default();
        if namespaces.last().is_none_or(|last| last.name != name) {
            let types = Vec::new();
            namespaces.push(Namespace { name, types });
        }
        if let (Some(last), Some(resource_type)) = (namespaces.last_mut(), ResourceType::read(line))
        {
            last.types.push(resource_type);
        }
    }
    namespaces
});

/// The provider of subscriptions, groups and providers themselves. Its types are the roots of the path space:
/// `protocol::route` knows them, `provider` lists them.
pub(crate) const RESOURCES_NAMESPACE: &str = "Microsoft.Resources";

/// A resource provider.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Namespace {
    pub(crate) name: &'static str,
    pub(crate) types: Vec<ResourceType>,
}

/// A resource type; `name` is the whole type path, such as `virtualNetworks/subnets`.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct ResourceType {
    pub(crate) name: &'static str,
    pub(crate) home: Home,
    /// The accepted api-versions.
    pub(crate) versions: Versions,
    pub(crate) has_identity: bool,
    pub(crate) has_zones: bool,
    pub(crate) operations: Vec<Operation>,
}

/// Where resources of a type live, and whether they have a location.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Home {
    /// In a resource group, with a region.
    Tracked,
    /// In a resource group, with the location `global`.
    Global,
    /// In another resource, without a location.
    Child,
    /// In another resource, with a region of its own.
    TrackedChild,
    /// On any scope: a subscription, a group or a resource.
    Extension,
    /// Nowhere: it is an address that answers questions, on any scope or on none.
    Endpoint { on_scopes: bool },
}

impl Home {
    /// Reads a word of the table; a namespace that stands alone has none.
    fn read(word: &str) -> Option<Self> {
        match word {
            "tracked" => Some(Self::Tracked),
            "global" => Some(Self::Global),
            "child" => Some(Self::Child),
            "tracked-child" => Some(Self::TrackedChild),
            "extension" => Some(Self::Extension),
            "query" => Some(Self::Endpoint { on_scopes: false }),
            "query-on-scopes" => Some(Self::Endpoint { on_scopes: true }),
            _ => None,
        }
    }

    /// Tells whether a PUT must name a location.
    pub(crate) fn has_location(self) -> bool {
        match self {
            Self::Tracked | Self::Global | Self::TrackedChild => true,
            Self::Child | Self::Extension | Self::Endpoint { .. } => false,
        }
    }
}

/// Something a resource can be asked to do, or shows below its own path.
#[derive(Debug, PartialEq, Eq)]
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
pub(crate) fn namespace(name: &str) -> Option<&'static Namespace> {
    NAMESPACES
        .iter()
        .find(|namespace| namespace.name.eq_ignore_ascii_case(name))
}

impl Namespace {
    /// Finds a type by its path, such as `virtualNetworks/subnets`, whatever the case.
    pub(crate) fn resource_type(&'static self, path: &str) -> Option<&'static ResourceType> {
        self.types
            .iter()
            .find(|resource_type| resource_type.name.eq_ignore_ascii_case(path))
    }
}

impl ResourceType {
    fn read(line: &'static str) -> Option<Self> {
        let mut columns = line.split('\t');
        let full_name = columns.next()?;
        let (_, name) = full_name.split_once('/')?;
        let home = Home::read(columns.next()?)?;
        let traits = columns.next().unwrap_or_default();
        let has = |wanted| traits.split(',').any(|one| one == wanted);
        let operations = columns.next().into_iter().flat_map(|all| all.split(','));
        Some(Self {
            name,
            home,
            versions: Versions::of_type(full_name),
            has_identity: has("identity"),
            has_zones: has("zones"),
            operations: operations.filter_map(Operation::read).collect(),
        })
    }

    /// Finds an operation, whatever the case.
    pub(crate) fn operation(&'static self, name: &str) -> Option<&'static Operation> {
        self.operations
            .iter()
            .find(|operation| operation.name.eq_ignore_ascii_case(name))
    }
}

#[cfg(test)]
mod tests {
    use super::{Home, NAMESPACES, TABLE, namespace};

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

    #[test]
    fn the_table_is_whole() {
        assert!(NAMESPACES.is_sorted_by(|one, other| one.name < other.name));
        let types: usize = NAMESPACES.iter().map(|one| one.types.len()).sum();
        let lines = TABLE.lines().filter(|line| !line.starts_with('#'));
        let namespaces_alone = 1;
        assert_eq!(types + namespaces_alone, lines.count());
        let operations = TABLE.matches('=').count() - TABLE.matches("NAME=EFFECT").count();
        let types = NAMESPACES.iter().flat_map(|namespace| &namespace.types);
        assert_eq!(
            types.map(|one| one.operations.len()).sum::<usize>(),
            operations
        );
        for namespace in NAMESPACES.iter() {
            for resource_type in &namespace.types {
                assert!(
                    resource_type.versions.iter().next().is_some(),
                    "{}",
                    resource_type.name
                );
                let nested = matches!(resource_type.home, Home::Child | Home::TrackedChild);
                assert_eq!(
                    nested,
                    resource_type.name.contains('/'),
                    "{}",
                    resource_type.name
                );
                if let Some((parent, _)) = resource_type.name.rsplit_once('/') {
                    assert!(
                        namespace.resource_type(parent).is_some(),
                        "{}",
                        resource_type.name
                    );
                }
            }
        }
    }
}
