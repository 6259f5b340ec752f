//! Which version a path has: tables only.

use crate::azure::resource::api_version::pins::WantedVersion;
use crate::azure::resource::api_version::version::is_version;
use crate::azure::resource::api_version::{
    ApiVersion, ApiVersionError, Basis, OVERRIDES, Versions, api_version_for, overrides,
};
use crate::azure::resource::catalogue;
use crate::azure::resource::provider_metadata::ProviderMetadata;
use crate::azure::rows::rows;

fn usual(path: &str) -> Result<ApiVersion, ApiVersionError> {
    api_version_for(path, &WantedVersion::Usual, &Versions::default())
}

#[track_caller]
fn check(path: &str, expected: &str) {
    let found = usual(path).map(|found| found.value);
    assert_eq!(found.as_deref(), Ok(expected), "{path}");
}

#[track_caller]
fn check_unknown(path: &str, type_name: &str) {
    let error = usual(path).unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("no api-version is known for `{type_name}`")
    );
}

const GROUP: &str = "/subscriptions/s/resourceGroups/g/providers";

#[test]
fn knows_types() {
    check(
        &format!("{GROUP}/Microsoft.Compute/virtualMachines/vm"),
        "2026-04-01",
    );
    check(
        "/subscriptions/s/providers/MICROSOFT.compute/VirtualMachines",
        "2026-04-01",
    );
    check(
        &format!("{GROUP}/Microsoft.Storage/storageAccounts/a"),
        "2026-09-01",
    );
    for network in [
        "virtualNetworks/v/subnets/s",
        "networkInterfaces/n",
        "publicIPAddresses",
    ] {
        check(
            &format!("{GROUP}/Microsoft.Network/{network}"),
            "2026-03-01",
        );
    }
    check(
        &format!("{GROUP}/Microsoft.Sql/servers/s/databases/d"),
        "2025-01-01",
    );
    check("/providers/Microsoft.ResourceGraph/resources", "2021-03-01");
    check(
        "/providers/Microsoft.Management/managementGroups/m",
        "2023-04-01",
    );
}

#[test]
fn children_and_actions_follow_their_parent() {
    check(
        &format!("{GROUP}/Microsoft.Compute/virtualMachines/vm/start"),
        "2026-04-01",
    );
    check(
        &format!("{GROUP}/Microsoft.Compute/virtualMachines/vm/instanceView"),
        "2026-04-01",
    );
    check(
        &format!("{GROUP}/Microsoft.Web/sites/w/config/appsettings/list"),
        "2025-05-01",
    );
    check(
        &format!("{GROUP}/Microsoft.Storage/storageAccounts/a/listKeys"),
        "2026-09-01",
    );
    check(
        &format!("{GROUP}/Microsoft.Resources/deployments/d/operations"),
        "2026-06-01",
    );
}

#[test]
fn extensions_have_their_own_version() {
    check(
        &format!(
            "{GROUP}/Microsoft.Compute/virtualMachines/vm/providers/Microsoft.Authorization/roleAssignments/r"
        ),
        "2022-04-01",
    );
    check(
        &format!(
            "{GROUP}/Microsoft.KeyVault/vaults/v/providers/Microsoft.Insights/diagnosticSettings/d"
        ),
        "2021-05-01-preview",
    );
    check_unknown(
        &format!(
            "{GROUP}/Microsoft.Compute/virtualMachines/vm/providers/Microsoft.Unknown/things/t"
        ),
        "Microsoft.Unknown/things",
    );
}

#[test]
fn knows_roots() {
    check("/subscriptions", "2022-12-01");
    check("/Subscriptions/s/", "2022-12-01");
    check("//subscriptions/s", "2022-12-01");
    check("/subscriptions/s/locations", "2022-12-01");
    check("/subscriptions/s/resourcegroups", "2025-04-01");
    check("/subscriptions/s/resourceGroups/g", "2025-04-01");
    check("/subscriptions/s/resourceGroups/g/resources", "2025-04-01");
    check(
        "/subscriptions/s/resourceGroups/g/exportTemplate",
        "2025-04-01",
    );
    check(
        "/subscriptions/s/resourceGroups/g/deployments/d/operations",
        "2025-04-01",
    );
    check("/subscriptions/s/resources", "2025-04-01");
    check("/subscriptions/s/tagNames/t/tagValues/v", "2025-04-01");
    check("/subscriptions/s/operationresults/o", "2025-04-01");
    check("/subscriptions/s/providers", "2025-04-01");
    check("/subscriptions/s/providers/Microsoft.Compute", "2025-04-01");
    check(
        "/subscriptions/s/providers/Microsoft.Compute/register",
        "2025-04-01",
    );
    check("/tenants", "2022-12-01");
    check("/providers", "2025-04-01");
    check("/providers/Microsoft.Unknown", "2025-04-01");
    check("/metadata/endpoints", "2022-09-01");
}

#[test]
fn names_what_it_does_not_know() {
    check_unknown(
        "/providers/Microsoft.Unknown/things/t/parts/p/act",
        "Microsoft.Unknown/things/parts/act",
    );
    check_unknown("/subscriptions/s/nonsense", "/subscriptions/s/nonsense");
    check_unknown("/tenants/t", "/tenants/t");
    check_unknown("/metadata", "/metadata");
    check_unknown("/batch", "/batch");
    check_unknown("/", "/");
    check_unknown("", "/");
}

#[test]
fn guesses_are_told() {
    #[track_caller]
    fn check(path: &str, value: &str, basis: Basis) {
        let found = usual(path).unwrap();
        assert_eq!(
            (found.value.as_str(), found.basis),
            (value, basis),
            "{path}"
        );
    }
    let machine = format!("{GROUP}/Microsoft.Compute/virtualMachines/vm");
    check(&machine, "2026-04-01", Basis::Known);
    check(&format!("{machine}/START"), "2026-04-01", Basis::Known);
    let parent = Basis::Parent("Microsoft.Compute/virtualMachines");
    check(&format!("{machine}/dance"), "2026-04-01", parent);
    check(&format!("{machine}/parts/p"), "2026-04-01", parent);
    check(&format!("{machine}/parts/p/act"), "2026-04-01", parent);
    check(
        &format!("{GROUP}/microsoft.compute/unheardOf/u"),
        "2026-04-01",
        Basis::Namespace,
    );
    check(
        "/subscriptions/s/providers/Microsoft.Authorization/roleAssignmentsUsageMetrics",
        "2019-08-01-preview",
        Basis::OnlyPreview,
    );
    check(
        "/x/providers/microsoft.insights/DiagnosticSettings/d",
        "2021-05-01-preview",
        Basis::Override,
    );
}

/// The types of which two independent sources say what their newest stable version is.
#[test]
fn well_known_types_have_their_newest_version() {
    for (name, expected) in [
        ("Microsoft.App/containerApps", "2026-07-01"),
        ("Microsoft.Authorization/roleAssignments", "2022-04-01"),
        ("Microsoft.Compute/disks", "2026-03-02"),
        ("Microsoft.Compute/virtualMachines", "2026-04-01"),
        ("Microsoft.Compute/virtualMachines/extensions", "2026-04-01"),
        ("Microsoft.Compute/virtualMachineScaleSets", "2026-04-01"),
        ("Microsoft.ContainerRegistry/registries", "2025-11-01"),
        ("Microsoft.ContainerService/managedClusters", "2026-08-01"),
        ("Microsoft.DocumentDB/databaseAccounts", "2026-03-15"),
        ("Microsoft.Insights/components", "2020-02-02"),
        ("Microsoft.KeyVault/vaults", "2026-05-15"),
        (
            "Microsoft.ManagedIdentity/userAssignedIdentities",
            "2024-11-30",
        ),
        ("Microsoft.Network/dnsZones", "2018-05-01"),
        ("Microsoft.Network/networkSecurityGroups", "2026-03-01"),
        ("Microsoft.Network/virtualNetworks", "2026-03-01"),
        ("Microsoft.Network/virtualNetworks/subnets", "2026-03-01"),
        ("Microsoft.OperationalInsights/workspaces", "2025-07-01"),
        ("Microsoft.Resources/deployments", "2026-06-01"),
        ("Microsoft.Resources/resourceGroups", "2025-04-01"),
        ("Microsoft.ServiceBus/namespaces", "2026-01-01"),
        ("Microsoft.Sql/servers/databases", "2025-01-01"),
        ("Microsoft.Storage/storageAccounts", "2026-09-01"),
        (
            "Microsoft.Storage/storageAccounts/blobServices/containers",
            "2026-09-01",
        ),
        ("Microsoft.Web/serverfarms", "2025-05-01"),
        ("Microsoft.Web/sites", "2025-05-01"),
    ] {
        let found = catalogue::find(name).unwrap();
        assert_eq!(found.stable(), Some(expected), "{name}");
        let path = found.item_paths().into_iter().next().unwrap();
        check(&path, expected);
        let list = found.collection_paths().into_iter().next().unwrap();
        check(&list, expected);
    }
}

/// Two hundred operations of all services: the rule by which they were chosen is in the file.
#[test]
fn paths_of_all_services_have_the_version_of_their_type() {
    let paths = include_str!("../../../../tests/fixtures/catalogue-paths.tsv");
    let rows = paths.lines().filter(|line| !line.starts_with('#'));
    let rows: Vec<(&str, &str)> = rows.filter_map(|row| row.split_once('\t')).collect();
    assert_eq!(rows.len(), 200);
    let wrong: Vec<String> = rows
        .iter()
        .filter_map(|(path, expected)| {
            let found = usual(path).map(|found| found.value);
            (found.as_deref() != Ok(*expected))
                .then(|| format!("{path}: {found:?}, not {expected}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_is_kept_by_hand_is_sorted_and_known() {
    assert_eq!(overrides().count(), rows(OVERRIDES).count());
    let keys = overrides().map(|[key, _]| key);
    assert!(keys.is_sorted_by(|one, other| one < other));
    for [key, version] in overrides() {
        assert!(is_version(version), "{key}");
        let found = catalogue::find(key).map(|found| found.name);
        assert!(key.starts_with('/') || found == Some(key), "{key}");
    }
}

#[test]
fn what_the_service_said_counts_before_the_catalogue() {
    #[track_caller]
    fn check(live: &ProviderMetadata, path: &str, expected: &str) {
        let mut versions = Versions {
            live: live.clone(),
            ..Versions::default()
        };
        let find =
            |versions: &Versions| api_version_for(path, &WantedVersion::Usual, versions).unwrap();
        assert_eq!(find(&versions).value, expected, "{path}");
        let name = find(&versions).type_name;
        let pin = WantedVersion::Exactly("2001-01-01".to_owned());
        versions.pins.add(&name, pin);
        assert_eq!(find(&versions).value, "2001-01-01", "{path}");
    }
    let now = std::time::SystemTime::UNIX_EPOCH;
    let live = ProviderMetadata::default()
        .with(
            "microsoft.compute/virtualmachines",
            &["2024-07-01", "2025-01-01-preview"],
            now,
        )
        .with("Contoso.Own/things", &["2030-01-01-preview"], now)
        .with(
            "Microsoft.Insights/diagnosticSettings",
            &["2016-09-01", "2021-05-01-preview"],
            now,
        );
    check(
        &live,
        "/x/providers/Microsoft.Compute/virtualMachines/vm",
        "2024-07-01",
    );
    check(
        &live,
        "/x/providers/Contoso.Own/things",
        "2030-01-01-preview",
    );
    // What is kept by hand is about the shape of a version, not about which there are.
    let settings = "/x/providers/Microsoft.Insights/diagnosticSettings";
    check(&live, settings, "2021-05-01-preview");
    let without = live.with(
        "Microsoft.Insights/diagnosticSettings",
        &["2016-09-01"],
        now,
    );
    check(&without, settings, "2016-09-01");
}
