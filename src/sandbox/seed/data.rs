//! The invented companies whose Azure this is: subscriptions, groups, fleets of machines and networks,
//! as tables. Makes no bodies: `seed` turns the tables into resources.

use crate::sandbox::authority::directory::{CONTOSO, FABRIKAM, Tenant};

/// A subscription of the sandbox.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Subscription {
    pub(crate) id: &'static str,
    pub(crate) display_name: &'static str,
    pub(crate) environment: &'static str,
    pub(crate) tenant: &'static Tenant,
    pub(crate) groups: &'static [Group],
    /// Providers that must be registered before the first write.
    pub(crate) unregistered: &'static [&'static str],
}

/// A resource group and what lies in it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Group {
    pub(crate) name: &'static str,
    pub(crate) location: &'static str,
    pub(crate) access: Access,
    pub(crate) fleet: Option<Fleet>,
    pub(crate) networks: &'static [Network],
    pub(crate) accounts: &'static [&'static str],
}

/// Whether the signed-in user may see a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    Granted,
    Denied,
}

/// Machines that do the same work: `vm-<role>-01`, `vm-<role>-02` and so on.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Fleet {
    pub(crate) role: &'static str,
    pub(crate) count: u16,
    /// Taken in turn.
    pub(crate) sizes: &'static [&'static str],
    pub(crate) image: Image,
    pub(crate) data_disks: u16,
    pub(crate) zones: u16,
    pub(crate) team: &'static str,
    pub(crate) cost_center: &'static str,
    /// The group that holds the network.
    pub(crate) network_group: &'static str,
    pub(crate) network: &'static str,
    /// The first three numbers of the addresses of its subnet.
    pub(crate) prefix: &'static str,
}

/// The operating system of a fleet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Image {
    Ubuntu,
    Debian,
    WindowsServer,
}

/// A virtual network; its subnets are `snet-<role>`, guarded by `nsg-<role>`.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Network {
    pub(crate) name: &'static str,
    pub(crate) location: &'static str,
    /// The first two numbers of its addresses.
    pub(crate) prefix: &'static str,
    /// Role and third number of the addresses.
    pub(crate) subnets: &'static [(&'static str, &'static str)],
}

const PLAIN: Group = Group {
    name: "",
    location: "westeurope",
    access: Access::Granted,
    fleet: None,
    networks: &[],
    accounts: &[],
};

/// The subscriptions; the first is the default.
pub(crate) const SUBSCRIPTIONS: &[Subscription] = &[
    Subscription {
        id: "3f2b8c1e-6a4d-4e97-b5c0-8d1f7a2e9b46",
        display_name: "Contoso Production",
        environment: "production",
        tenant: &CONTOSO,
        unregistered: &[],
        groups: &[
            Group {
                name: "rg-web-prod",
                fleet: Some(Fleet {
                    role: "web",
                    count: 20,
                    sizes: &[
                        "Standard_D2s_v5",
                        "Standard_D2s_v5",
                        "Standard_D2s_v5",
                        "Standard_D4s_v5",
                    ],
                    image: Image::Ubuntu,
                    data_disks: 0,
                    zones: 3,
                    team: "storefront",
                    cost_center: "CC-1100",
                    network_group: "rg-network-prod",
                    network: "vnet-prod-westeurope",
                    prefix: "10.10.1",
                }),
                accounts: &["stcontosowebprod"],
                ..PLAIN
            },
            Group {
                name: "rg-app-prod",
                fleet: Some(Fleet {
                    role: "app",
                    count: 18,
                    sizes: &["Standard_D4s_v5", "Standard_D8s_v5", "Standard_D4s_v5"],
                    image: Image::WindowsServer,
                    data_disks: 1,
                    zones: 3,
                    team: "orders",
                    cost_center: "CC-1200",
                    network_group: "rg-network-prod",
                    network: "vnet-prod-westeurope",
                    prefix: "10.10.2",
                }),
                ..PLAIN
            },
            Group {
                name: "rg-data-prod",
                location: "northeurope",
                fleet: Some(Fleet {
                    role: "sql",
                    count: 14,
                    sizes: &["Standard_E8s_v5", "Standard_E16s_v5"],
                    image: Image::WindowsServer,
                    data_disks: 2,
                    zones: 3,
                    team: "data",
                    cost_center: "CC-1300",
                    network_group: "rg-network-prod",
                    network: "vnet-prod-northeurope",
                    prefix: "10.20.1",
                }),
                accounts: &["stcontosobackupprod", "stcontosodataprod"],
                ..PLAIN
            },
            Group {
                name: "rg-batch-prod",
                location: "northeurope",
                fleet: Some(Fleet {
                    role: "batch",
                    count: 12,
                    sizes: &["Standard_F4s_v2", "Standard_F8s_v2", "Standard_F16s_v2"],
                    image: Image::Debian,
                    data_disks: 0,
                    zones: 0,
                    team: "data",
                    cost_center: "CC-1310",
                    network_group: "rg-network-prod",
                    network: "vnet-prod-northeurope",
                    prefix: "10.20.2",
                }),
                ..PLAIN
            },
            Group {
                name: "rg-network-prod",
                networks: &[
                    Network {
                        name: "vnet-prod-westeurope",
                        location: "westeurope",
                        prefix: "10.10",
                        subnets: &[("web", "1"), ("app", "2")],
                    },
                    Network {
                        name: "vnet-prod-northeurope",
                        location: "northeurope",
                        prefix: "10.20",
                        subnets: &[("sql", "1"), ("batch", "2")],
                    },
                ],
                ..PLAIN
            },
        ],
    },
    Subscription {
        id: "a81d5e37-0c9f-4b62-8e14-57c3f9d0b2e8",
        display_name: "Contoso Development",
        environment: "development",
        tenant: &CONTOSO,
        unregistered: &["Microsoft.ContainerService"],
        groups: &[
            Group {
                name: "rg-dev",
                fleet: Some(Fleet {
                    role: "dev",
                    count: 10,
                    sizes: &["Standard_B2s", "Standard_B2s", "Standard_B4ms"],
                    image: Image::Ubuntu,
                    data_disks: 0,
                    zones: 0,
                    team: "platform",
                    cost_center: "CC-2100",
                    network_group: "rg-network-dev",
                    network: "vnet-dev-westeurope",
                    prefix: "10.30.1",
                }),
                accounts: &["stcontosodev"],
                ..PLAIN
            },
            Group {
                name: "rg-test",
                location: "northeurope",
                fleet: Some(Fleet {
                    role: "test",
                    count: 6,
                    sizes: &["Standard_D2s_v5", "Standard_B2s"],
                    image: Image::WindowsServer,
                    data_disks: 1,
                    zones: 0,
                    team: "quality",
                    cost_center: "CC-2200",
                    network_group: "rg-network-dev",
                    network: "vnet-dev-northeurope",
                    prefix: "10.40.1",
                }),
                ..PLAIN
            },
            Group {
                name: "rg-lab",
                location: "northeurope",
                fleet: Some(Fleet {
                    role: "lab",
                    count: 4,
                    sizes: &["Standard_NC4as_T4_v3"],
                    image: Image::Ubuntu,
                    data_disks: 2,
                    zones: 1,
                    team: "research",
                    cost_center: "CC-2300",
                    network_group: "rg-network-dev",
                    network: "vnet-dev-northeurope",
                    prefix: "10.40.2",
                }),
                accounts: &["stcontosolab"],
                ..PLAIN
            },
            Group {
                name: "rg-network-dev",
                networks: &[
                    Network {
                        name: "vnet-dev-westeurope",
                        location: "westeurope",
                        prefix: "10.30",
                        subnets: &[("dev", "1")],
                    },
                    Network {
                        name: "vnet-dev-northeurope",
                        location: "northeurope",
                        prefix: "10.40",
                        subnets: &[("test", "1"), ("lab", "2")],
                    },
                ],
                ..PLAIN
            },
            Group {
                name: "rg-restricted",
                access: Access::Denied,
                ..PLAIN
            },
        ],
    },
    Subscription {
        id: "5d90c7b3-28e1-4f6a-9c45-e7b61a03d8f2",
        display_name: "Fabrikam",
        environment: "shared",
        tenant: &FABRIKAM,
        unregistered: &[],
        groups: &[Group {
            name: "rg-shared",
            accounts: &["stfabrikamshared"],
            ..PLAIN
        }],
    },
];

/// Finds a subscription by its id, whatever the case.
pub(crate) fn subscription(id: &str) -> Option<&'static Subscription> {
    SUBSCRIPTIONS
        .iter()
        .find(|subscription| subscription.id.eq_ignore_ascii_case(id))
}
