//! The api-versions that the sandbox accepts, and ARM's refusals of others. Chooses no version.

use crate::sandbox::protocol::error::Fault;
use crate::sandbox::protocol::request::Call;
use crate::sandbox::resources::subscription::REGIONS;
use crate::sandbox::resources::types::{Home, ResourceType};

/// Api-versions in one text, newest first, separated by blanks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Versions(&'static str);

impl Versions {
    /// The versions, newest first.
    pub(crate) fn iter(self) -> impl Iterator<Item = &'static str> {
        self.0.split_ascii_whitespace()
    }

    /// Tells whether a version is among them, whatever the case of its suffix.
    fn contains(self, version: &str) -> bool {
        self.iter().any(|known| known.eq_ignore_ascii_case(version))
    }

    fn joined(self, separator: &str) -> String {
        self.iter().collect::<Vec<_>>().join(separator)
    }

    /// As providers list them in refusals: not by date (pulumi/pulumi-azure-nextgen#170).
    fn unsorted(self, separator: &str) -> String {
        let (previews, stable): (Vec<&str>, Vec<&str>) =
            self.iter().partition(|version| version.len() > 10);
        let mut previews = previews;
        previews.reverse();
        [stable, previews].concat().join(separator)
    }
}

/// `Microsoft.Resources`: subscriptions, groups, resources, providers, tenants, locations. The list
/// ends with a version without a day, as ARM's own does (Azure/azure-sdk-for-go#246).
pub(crate) const RESOURCES: Versions = Versions(
    "2025-04-01 2025-03-01 2024-11-01 2024-08-01 2024-07-01 2024-03-01 2023-07-01 2022-12-01 \
     2022-09-01 2022-06-01 2022-05-01 2022-01-01 2021-04-01 2021-01-01 2020-10-01 2020-08-01 \
     2020-06-01 2020-01-01 2019-11-01 2019-10-01 2019-08-01 2019-07-01 2019-06-01 2019-05-10 \
     2019-05-01 2019-03-01 2018-11-01 2018-09-01 2018-08-01 2018-07-01 2018-06-01 2018-05-01 \
     2018-02-01 2018-01-01 2017-08-01 2017-06-01 2017-05-10 2017-05-01 2017-03-01 2016-09-01 \
     2016-07-01 2016-06-01 2016-02-01 2015-11-01 2015-01-01 2014-04-01-preview 2014-04-01 \
     2014-02-26 2014-01-01 2013-03-01 2014-04",
);
/// `/metadata/endpoints`.
pub(crate) const METADATA: Versions =
    Versions("2023-11-01 2022-09-01 2020-06-01 2019-10-01 2019-05-01 2018-05-01");
pub(crate) const COMPUTE: Versions = Versions(
    "2026-04-01 2026-03-01 2025-11-01 2025-04-01 2024-11-01 2024-07-01 2024-03-01 2023-09-01 \
     2023-07-01 2023-03-01 2022-11-01 2022-08-01 2022-03-01 2021-11-01 2021-07-01 2021-04-01 \
     2021-03-01 2020-12-01 2020-06-01 2019-12-01 2019-07-01 2019-03-01 2018-10-01 2018-06-01 \
     2017-12-01",
);
pub(crate) const DISKS: Versions = Versions(
    "2026-03-02 2025-01-02 2024-03-02 2023-10-02 2023-04-02 2023-01-02 2022-07-02 2022-03-02 \
     2021-12-01 2021-08-01 2021-04-01 2020-12-01",
);
pub(crate) const NETWORK: Versions = Versions(
    "2026-03-01 2025-09-01 2025-07-01 2025-05-01 2025-03-01 2025-01-01 2024-10-01 2024-07-01 \
     2024-05-01 2024-03-01 2024-01-01 2023-11-01 2023-09-01 2023-06-01 2023-05-01 2023-02-01 \
     2022-11-01 2022-07-01 2022-01-01 2021-08-01 2021-05-01 2021-02-01 2020-11-01 2020-05-01",
);
pub(crate) const DNS: Versions = Versions("2023-07-01-preview 2018-05-01 2017-10-01");
pub(crate) const STORAGE: Versions = Versions(
    "2026-09-01 2026-04-01 2025-08-01 2025-06-01 2025-01-01 2024-01-01 2023-05-01 2023-04-01 \
     2023-01-01 2022-09-01 2022-05-01 2021-09-01 2021-04-01 2019-06-01",
);
pub(crate) const KEY_VAULT: Versions =
    Versions("2026-02-01 2025-05-01 2024-11-01 2023-07-01 2023-02-01 2022-07-01 2019-09-01");
pub(crate) const WEB: Versions = Versions(
    "2025-05-01 2025-03-01 2024-11-01 2024-04-01 2023-12-01 2022-09-01 2022-03-01 2021-02-01 \
     2020-06-01",
);
pub(crate) const AUTHORIZATION: Versions =
    Versions("2022-04-01 2020-10-01-preview 2020-04-01-preview 2018-01-01-preview 2015-07-01");
pub(crate) const LOCKS: Versions = Versions("2020-05-01 2017-04-01 2016-09-01");
pub(crate) const CONTAINER_APPS: Versions =
    Versions("2026-07-01 2026-01-01 2025-07-01 2025-01-01 2024-03-01 2023-05-01");
pub(crate) const CONTAINER_REGISTRY: Versions =
    Versions("2026-09-01-preview 2025-11-01 2025-04-01 2023-07-01 2022-12-01");
pub(crate) const CONTAINER_SERVICE: Versions =
    Versions("2026-06-01 2026-05-01 2025-10-01 2025-05-01 2024-09-01 2023-08-01");
pub(crate) const COSMOS: Versions = Versions("2026-03-15 2025-10-15 2025-04-15 2024-11-15");
pub(crate) const COSTS: Versions =
    Versions("2025-03-01 2024-08-01 2023-11-01 2023-03-01 2022-10-01 2021-10-01 2019-11-01");
/// No version of these two is stable, as of 29 in 100 types (counted in a recorded list of providers).
pub(crate) const AUTOMATIONS: Versions = Versions("2023-12-01-preview 2019-01-01-preview");
pub(crate) const DIAGNOSTIC_SETTINGS: Versions = Versions("2021-05-01-preview 2017-05-01-preview");
pub(crate) const INSIGHTS: Versions = Versions("2020-02-02-preview 2020-02-02 2015-05-01");
pub(crate) const IDENTITY: Versions =
    Versions("2025-05-31-preview 2025-01-31-preview 2024-11-30 2023-01-31 2018-11-30");
pub(crate) const OPERATIONAL_INSIGHTS: Versions =
    Versions("2026-03-01 2025-07-01 2025-02-01 2023-09-01 2022-10-01 2021-12-01-preview");
/// Those that answer with objects unless asked for a table.
pub(crate) const RESOURCE_GRAPH: Versions = Versions("2024-04-01 2022-10-01 2021-03-01");
pub(crate) const SERVICE_BUS: Versions = Versions("2026-01-01 2024-01-01 2021-11-01");
pub(crate) const SQL: Versions = Versions("2025-01-01 2024-11-01-preview 2023-08-01 2021-11-01");

/// Returns the api-version of a request, in the shape `2024-07-01` or `2024-07-01-preview`.
///
/// Errors: none given (Azure/azure-sdk-for-net#43270), or not of that shape; the second lists the
/// versions of `Microsoft.Resources`, as ARM does for every type.
pub(crate) fn requested(call: &Call<'_>) -> Result<String, Fault> {
    match call.parameter("api-version") {
        None => Err(Fault::ApiVersionMissing),
        Some(version) if version.is_empty() => Err(Fault::ApiVersionMissing),
        Some(version) if well_formed(&version) => Ok(version),
        Some(version) => Err(invalid(version, RESOURCES)),
    }
}

/// Refuses a version that is not in the list, as the gateway does for its own paths.
pub(crate) fn check_root(version: &str, supported: Versions) -> Result<(), Fault> {
    if supported.contains(version) {
        Ok(())
    } else {
        Err(invalid(version.to_owned(), supported))
    }
}

/// Refuses a version that a resource type does not have. `location` is asked only for the refusal of a
/// type that has one.
pub(crate) fn check_type(
    version: &str,
    namespace: &str,
    resource_type: &ResourceType,
    location: impl FnOnce() -> String,
) -> Result<(), Fault> {
    if resource_type.versions.contains(version) {
        return Ok(());
    }
    if matches!(resource_type.home, Home::Extension | Home::Endpoint { .. }) {
        return Err(Fault::TypeVersion {
            resource_type: resource_type.name.to_owned(),
            namespace: namespace.to_owned(),
            version: version.to_owned(),
            supported: resource_type.versions.unsorted(","),
        });
    }
    let regions: Vec<&str> = REGIONS.iter().map(|region| region.name).collect();
    Err(Fault::ApiVersionUnsupported {
        location: location(),
        version: version.to_owned(),
        resource_type: resource_type.name.to_owned(),
        supported: resource_type.versions.unsorted(", "),
        locations: regions.join(", "),
    })
}

fn invalid(version: String, supported: Versions) -> Fault {
    Fault::ApiVersionInvalid {
        version,
        supported: supported.joined(","),
    }
}

/// `YYYY-MM[-DD][-suffix]`.
fn well_formed(version: &str) -> bool {
    let mut parts = version.split('-');
    let digits = |part: Option<&str>, length: usize| {
        part.is_some_and(|part| {
            part.len() == length && part.bytes().all(|byte| byte.is_ascii_digit())
        })
    };
    let suffix = |part: &str| {
        !part.is_empty()
            && part
                .bytes()
                .all(|byte| byte.is_ascii_alphabetic() || byte == b'.')
    };
    if !digits(parts.next(), 4) || !digits(parts.next(), 2) {
        return false;
    }
    match (parts.next(), parts.next(), parts.next()) {
        (None, ..) => true,
        (Some(day), None, _) => digits(Some(day), 2) || suffix(day),
        (Some(day), Some(stage), None) => digits(Some(day), 2) && suffix(stage),
        (Some(_), Some(_), Some(_)) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::{COMPUTE, RESOURCES, Versions, check_root, check_type, well_formed};
    use crate::sandbox::resources::types::namespace;

    #[track_caller]
    fn check(version: &str, expected: bool) {
        assert_eq!(well_formed(version), expected, "{version}");
    }

    #[test]
    fn knows_the_shape() {
        for version in [
            "2024-07-01",
            "2014-04",
            "2020-04-01-preview",
            "2016-01-01-Preview",
        ] {
            check(version, true);
        }
        for version in [
            "",
            "latest",
            "2024",
            "2024-7-1",
            "2024-07-01-",
            "2024-07-01-a-b",
            "2024-07-01,2023-01-01",
        ] {
            check(version, false);
        }
        assert!(RESOURCES.iter().chain(COMPUTE.iter()).all(well_formed));
    }

    #[test]
    fn refusals_list_the_versions() {
        assert!(check_root("2021-04-01", RESOURCES).is_ok());
        let root = check_root("2099-01-01", Versions("2021-04-01 2014-04")).unwrap_err();
        assert_eq!(
            root.to_string(),
            "The api-version '2099-01-01' is invalid. The supported versions are '2021-04-01,2014-04'."
        );
        let westeurope = || "westeurope".to_owned();
        let namespaces = namespace("Microsoft.ServiceBus")
            .unwrap()
            .resource_type("namespaces")
            .unwrap();
        let bus = "Microsoft.ServiceBus";
        assert!(check_type("2024-01-01", bus, namespaces, westeurope).is_ok());
        let message = check_type("2099-01-01", bus, namespaces, westeurope)
            .unwrap_err()
            .to_string();
        assert!(
            message.starts_with("No registered resource provider found for location 'westeurope' and API version '2099-01-01' for type 'namespaces'. The supported api-versions are '2026-01-01, 2024-01-01, 2021-11-01'. The supported locations are '"),
            "{message}"
        );
        let assignments = namespace("Microsoft.Authorization")
            .unwrap()
            .resource_type("roleAssignments")
            .unwrap();
        let message = check_type("2099-01-01", "Microsoft.Authorization", assignments, || {
            String::new()
        });
        assert_eq!(
            message.unwrap_err().to_string(),
            "The resource type 'roleAssignments' could not be found in the namespace 'Microsoft.Authorization' for api version '2099-01-01'. The supported api-versions are '2022-04-01,2015-07-01,2018-01-01-preview,2020-04-01-preview,2020-10-01-preview'."
        );
    }
}
