//! The api-versions that this program knows by itself: data only.
//!
//! The newest stable version that two independent catalogues (Azure/bicep-types-az and the Python
//! management packages) both list; where they differ, the older of the two, which surely exists.

/// Full names of types, lower case and sorted, each with its api-version.
pub(super) const TYPES: &[(&str, &str)] = &[
    ("microsoft.app/containerapps", "2026-01-01"),
    ("microsoft.authorization/roleassignments", "2022-04-01"),
    ("microsoft.compute/disks", "2026-03-02"),
    ("microsoft.compute/virtualmachines", "2026-04-01"),
    ("microsoft.compute/virtualmachines/extensions", "2026-04-01"),
    ("microsoft.compute/virtualmachinescalesets", "2026-04-01"),
    ("microsoft.containerregistry/registries", "2025-11-01"),
    ("microsoft.containerservice/managedclusters", "2026-05-01"),
    ("microsoft.costmanagement/query", "2025-03-01"),
    ("microsoft.documentdb/databaseaccounts", "2026-03-15"),
    ("microsoft.insights/components", "2020-02-02"),
    // The newest stable version, 2016-09-01, has another shape (Azure/azure-rest-api-specs#16697).
    (
        "microsoft.insights/diagnosticsettings",
        "2021-05-01-preview",
    ),
    ("microsoft.keyvault/vaults", "2026-02-01"),
    (
        "microsoft.managedidentity/userassignedidentities",
        "2024-11-30",
    ),
    ("microsoft.management/managementgroups", "2023-04-01"),
    ("microsoft.network/dnszones", "2018-05-01"),
    ("microsoft.network/loadbalancers", "2025-09-01"),
    ("microsoft.network/natgateways", "2025-09-01"),
    ("microsoft.network/networkinterfaces", "2025-09-01"),
    ("microsoft.network/networksecuritygroups", "2025-09-01"),
    ("microsoft.network/privateendpoints", "2025-09-01"),
    ("microsoft.network/publicipaddresses", "2025-09-01"),
    ("microsoft.network/routetables", "2025-09-01"),
    ("microsoft.network/virtualnetworks", "2025-09-01"),
    ("microsoft.network/virtualnetworks/subnets", "2025-09-01"),
    ("microsoft.operationalinsights/workspaces", "2025-07-01"),
    ("microsoft.resourcegraph/resources", "2021-03-01"),
    ("microsoft.resources/deployments", "2025-04-01"),
    ("microsoft.resources/resourcegroups", "2025-04-01"),
    ("microsoft.resources/subscriptions", "2022-12-01"),
    (
        "microsoft.resources/subscriptions/resourcegroups",
        "2025-04-01",
    ),
    ("microsoft.resources/tags", "2025-04-01"),
    ("microsoft.servicebus/namespaces", "2026-01-01"),
    ("microsoft.sql/servers/databases", "2025-01-01"),
    ("microsoft.storage/storageaccounts", "2026-04-01"),
    (
        "microsoft.storage/storageaccounts/blobservices/containers",
        "2026-04-01",
    ),
    ("microsoft.web/serverfarms", "2025-03-01"),
    ("microsoft.web/sites", "2025-03-01"),
];

/// Paths without a namespace, which `Microsoft.Resources` serves: segments in lower case, `*` for
/// any one, each with its api-version. The longest prefix that fits counts, so that what lies below
/// (`…/resourceGroups/g/exportTemplate`) has the version of its parent.
pub(super) const ROOTS: &[(&[&str], &str)] = &[
    (&["subscriptions"], "2022-12-01"),
    (&["subscriptions", "*"], "2022-12-01"),
    (&["subscriptions", "*", "locations"], "2022-12-01"),
    (&["subscriptions", "*", "operationresults"], "2025-04-01"),
    (&["subscriptions", "*", "providers"], "2025-04-01"),
    (&["subscriptions", "*", "resourcegroups"], "2025-04-01"),
    (&["subscriptions", "*", "resources"], "2025-04-01"),
    (&["subscriptions", "*", "tagnames"], "2025-04-01"),
    (&["tenants"], "2022-12-01"),
    (&["providers"], "2025-04-01"),
    (&["metadata", "endpoints"], "2022-09-01"),
];
