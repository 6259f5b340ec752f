//! The resource types that the sandbox knows, where they live and what can be done with them.
//! A table and its look-ups; it holds no resources.

use crate::sandbox::protocol::api_version::{
    AUTHORIZATION, AUTOMATIONS, COMPUTE, CONTAINER_APPS, CONTAINER_REGISTRY, CONTAINER_SERVICE,
    COSMOS, COSTS, DIAGNOSTIC_SETTINGS, DISKS, DNS, IDENTITY, INSIGHTS, KEY_VAULT, LOCKS, NETWORK,
    OPERATIONAL_INSIGHTS, RESOURCE_GRAPH, SERVICE_BUS, SQL, STORAGE, Versions, WEB,
};

/// A resource provider.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Namespace {
    pub(crate) name: &'static str,
    pub(crate) types: &'static [ResourceType],
}

/// A resource type; `name` is the whole type path, such as `virtualNetworks/subnets`.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct ResourceType {
    pub(crate) name: &'static str,
    pub(crate) home: Home,
    /// The accepted api-versions.
    pub(crate) versions: Versions,
    pub(crate) operations: &'static [Operation],
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

const MACHINE_OPERATIONS: &[Operation] = &[
    Operation {
        name: "deallocate",
        effect: Effect::Power("deallocated"),
    },
    Operation {
        name: "instanceView",
        effect: Effect::InstanceView,
    },
    Operation {
        name: "powerOff",
        effect: Effect::Power("stopped"),
    },
    Operation {
        name: "reapply",
        effect: Effect::Nothing,
    },
    Operation {
        name: "redeploy",
        effect: Effect::Power("running"),
    },
    Operation {
        name: "restart",
        effect: Effect::Power("running"),
    },
    Operation {
        name: "start",
        effect: Effect::Power("running"),
    },
];

const fn plain(name: &'static str, home: Home, versions: Versions) -> ResourceType {
    ResourceType {
        name,
        home,
        versions,
        operations: &[],
    }
}

/// The provider of subscriptions, groups and providers themselves.
pub(crate) const RESOURCES_NAMESPACE: &str = "Microsoft.Resources";

/// The providers, sorted by name.
pub(crate) const NAMESPACES: &[Namespace] = &[
    Namespace {
        name: "Microsoft.App",
        types: &[
            plain("containerApps", Home::Tracked, CONTAINER_APPS),
            plain("managedEnvironments", Home::Tracked, CONTAINER_APPS),
        ],
    },
    Namespace {
        name: "Microsoft.Authorization",
        types: &[
            plain("locks", Home::Extension, LOCKS),
            plain("roleAssignments", Home::Extension, AUTHORIZATION),
        ],
    },
    Namespace {
        name: "Microsoft.Compute",
        types: &[
            plain("availabilitySets", Home::Tracked, COMPUTE),
            plain("disks", Home::Tracked, DISKS),
            plain("images", Home::Tracked, COMPUTE),
            plain("snapshots", Home::Tracked, DISKS),
            plain("sshPublicKeys", Home::Tracked, COMPUTE),
            plain("virtualMachineScaleSets", Home::Tracked, COMPUTE),
            ResourceType {
                name: "virtualMachines",
                home: Home::Tracked,
                versions: COMPUTE,
                operations: MACHINE_OPERATIONS,
            },
            plain("virtualMachines/extensions", Home::TrackedChild, COMPUTE),
        ],
    },
    Namespace {
        name: "Microsoft.ContainerRegistry",
        types: &[plain("registries", Home::Tracked, CONTAINER_REGISTRY)],
    },
    Namespace {
        name: "Microsoft.ContainerService",
        types: &[plain("managedClusters", Home::Tracked, CONTAINER_SERVICE)],
    },
    Namespace {
        name: "Microsoft.CostManagement",
        types: &[plain("query", Home::Endpoint { on_scopes: true }, COSTS)],
    },
    Namespace {
        name: "Microsoft.DocumentDB",
        types: &[plain("databaseAccounts", Home::Tracked, COSMOS)],
    },
    Namespace {
        name: "Microsoft.Insights",
        types: &[
            plain("components", Home::Tracked, INSIGHTS),
            plain("diagnosticSettings", Home::Extension, DIAGNOSTIC_SETTINGS),
        ],
    },
    Namespace {
        name: "Microsoft.KeyVault",
        types: &[plain("vaults", Home::Tracked, KEY_VAULT)],
    },
    Namespace {
        name: "Microsoft.ManagedIdentity",
        types: &[plain("userAssignedIdentities", Home::Tracked, IDENTITY)],
    },
    Namespace {
        name: "Microsoft.Network",
        types: &[
            plain("dnsZones", Home::Global, DNS),
            plain("loadBalancers", Home::Tracked, NETWORK),
            plain("natGateways", Home::Tracked, NETWORK),
            plain("networkInterfaces", Home::Tracked, NETWORK),
            plain("networkSecurityGroups", Home::Tracked, NETWORK),
            plain("networkSecurityGroups/securityRules", Home::Child, NETWORK),
            plain("privateEndpoints", Home::Tracked, NETWORK),
            plain("publicIPAddresses", Home::Tracked, NETWORK),
            plain("routeTables", Home::Tracked, NETWORK),
            plain("virtualNetworks", Home::Tracked, NETWORK),
            plain("virtualNetworks/subnets", Home::Child, NETWORK),
        ],
    },
    Namespace {
        name: "Microsoft.OperationalInsights",
        types: &[plain("workspaces", Home::Tracked, OPERATIONAL_INSIGHTS)],
    },
    Namespace {
        name: "Microsoft.ResourceGraph",
        types: &[plain(
            "resources",
            Home::Endpoint { on_scopes: false },
            RESOURCE_GRAPH,
        )],
    },
    // Its types are the roots of the path space: `routes` knows them, `catalog` lists them.
    Namespace {
        name: RESOURCES_NAMESPACE,
        types: &[],
    },
    Namespace {
        name: "Microsoft.Security",
        types: &[plain("automations", Home::Tracked, AUTOMATIONS)],
    },
    Namespace {
        name: "Microsoft.ServiceBus",
        types: &[plain("namespaces", Home::Tracked, SERVICE_BUS)],
    },
    Namespace {
        name: "Microsoft.Sql",
        types: &[
            plain("servers", Home::Tracked, SQL),
            plain("servers/databases", Home::TrackedChild, SQL),
        ],
    },
    Namespace {
        name: "Microsoft.Storage",
        types: &[ResourceType {
            name: "storageAccounts",
            home: Home::Tracked,
            versions: STORAGE,
            operations: &[Operation {
                name: "listKeys",
                effect: Effect::ListKeys,
            }],
        }],
    },
    Namespace {
        name: "Microsoft.Web",
        types: &[
            plain("serverfarms", Home::Tracked, WEB),
            plain("sites", Home::Tracked, WEB),
        ],
    },
];

/// Finds a provider, whatever the case.
pub(crate) fn namespace(name: &str) -> Option<&'static Namespace> {
    NAMESPACES
        .iter()
        .find(|namespace| namespace.name.eq_ignore_ascii_case(name))
}

impl Namespace {
    /// Finds a type by its path, such as `virtualNetworks/subnets`, whatever the case.
    pub(crate) fn resource_type(&self, path: &str) -> Option<&'static ResourceType> {
        self.types
            .iter()
            .find(|resource_type| resource_type.name.eq_ignore_ascii_case(path))
    }
}

impl ResourceType {
    /// Finds an operation, whatever the case.
    pub(crate) fn operation(&self, name: &str) -> Option<&'static Operation> {
        self.operations
            .iter()
            .find(|operation| operation.name.eq_ignore_ascii_case(name))
    }
}

#[cfg(test)]
mod tests {
    use super::{Home, NAMESPACES, namespace};

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
        assert!(NAMESPACES.is_sorted_by_key(|namespace| namespace.name));
        for namespace in NAMESPACES {
            for resource_type in namespace.types {
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
