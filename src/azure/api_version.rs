//! Works out the api-version of a path of Resource Manager. Does not ask the service for it, and is
//! not meant for other hosts.

use crate::azure::api_version_table::{ROOTS, TYPES};
use crate::azure::resource_path::ResourcePath;

/// What serves a provider itself: `…/providers/Microsoft.Compute` and `…/register`.
const PROVIDER_SEGMENTS: [&str; 1] = ["providers"];
/// Actions on a provider, in lower case.
const PROVIDER_ACTIONS: [&str; 5] = [
    "register",
    "unregister",
    "resourcetypes",
    "providerpermissions",
    "registerresourcetypes",
];

/// No api-version is known for a path.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no api-version is known for `{type_name}`")]
pub struct UnknownType {
    /// The resource type as the path writes it, or the path if it has no namespace.
    pub type_name: String,
}

/// Returns the api-version for a path; types are compared without case.
///
/// Nested types, collections and actions that the table does not know take the version of the
/// nearest parent that it knows: four of five nested types have their parent's.
pub fn api_version_for(path: &str) -> Result<&'static str, UnknownType> {
    let path = ResourcePath::parse(path);
    let version = match &path {
        ResourcePath::Root { segments } => version_of_root(segments),
        ResourcePath::Provider { segments, .. } if is_provider_itself(segments) => {
            version_of_root(&PROVIDER_SEGMENTS)
        }
        ResourcePath::Provider { .. } => path
            .candidates()
            .iter()
            .find_map(|candidate| version_of_type(candidate)),
    };
    version.ok_or_else(|| UnknownType {
        type_name: path.type_name(),
    })
}

/// Tells whether a path ends at a namespace or an action on it.
fn is_provider_itself(segments: &[&str]) -> bool {
    match segments {
        [] => true,
        [action] => PROVIDER_ACTIONS
            .iter()
            .any(|known| known.eq_ignore_ascii_case(action)),
        _ => false,
    }
}

/// Looks a type up by its full name.
fn version_of_type(name: &str) -> Option<&'static str> {
    let name = name.to_ascii_lowercase();
    let position = TYPES
        .binary_search_by_key(&name.as_str(), |(known, _)| known)
        .ok()?;
    TYPES.get(position).map(|(_, version)| *version)
}

/// Looks a path without a namespace up: the longest known beginning of it.
fn version_of_root(segments: &[&str]) -> Option<&'static str> {
    let fits = |pattern: &[&str]| {
        pattern.len() <= segments.len()
            && pattern
                .iter()
                .zip(segments)
                .all(|(known, segment)| *known == "*" || known.eq_ignore_ascii_case(segment))
    };
    let known = ROOTS.iter().filter(|(pattern, _)| fits(pattern));
    // `/subscriptions/{id}/nonsense` is no part of the subscription's own interface.
    let (pattern, version) = known.max_by_key(|(pattern, _)| pattern.len())?;
    let is_leaf = pattern.last() == Some(&"*") || pattern == &["tenants"];
    (!is_leaf || pattern.len() == segments.len()).then_some(*version)
}

#[cfg(test)]
mod tests {
    use super::{ROOTS, TYPES, api_version_for};

    #[track_caller]
    fn check(path: &str, expected: &str) {
        assert_eq!(api_version_for(path), Ok(expected), "{path}");
    }

    #[track_caller]
    fn check_unknown(path: &str, type_name: &str) {
        let error = api_version_for(path).unwrap_err();
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
            "2026-04-01",
        );
        for network in [
            "virtualNetworks/v/subnets/s",
            "networkInterfaces/n",
            "publicIPAddresses",
        ] {
            check(
                &format!("{GROUP}/Microsoft.Network/{network}"),
                "2025-09-01",
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
            "2025-03-01",
        );
        check(
            &format!("{GROUP}/Microsoft.Storage/storageAccounts/a/listKeys"),
            "2026-04-01",
        );
        check(
            &format!("{GROUP}/Microsoft.Resources/deployments/d/operations"),
            "2025-04-01",
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
        check_unknown(
            "/subscriptions/s/providers/Microsoft.Sql/servers/s",
            "Microsoft.Sql/servers",
        );
        check_unknown("/subscriptions/s/nonsense", "/subscriptions/s/nonsense");
        check_unknown("/tenants/t", "/tenants/t");
        check_unknown("/metadata", "/metadata");
        check_unknown("/batch", "/batch");
        check_unknown("/", "/");
        check_unknown("", "/");
    }

    #[test]
    fn the_table_is_sorted_and_lower_case() {
        assert!(TYPES.is_sorted_by(|one, other| one.0 < other.0));
        for (name, version) in TYPES {
            assert_eq!(*name, name.to_lowercase());
            assert_eq!(
                version.split('-').next().map(str::len),
                Some(4),
                "{version}"
            );
        }
        for (segments, _) in ROOTS {
            assert!(
                segments
                    .iter()
                    .all(|segment| *segment == segment.to_lowercase())
            );
        }
    }
}
