//! The api-version of a request, and ARM's refusals of those that a type does not have. Which ones it has:
//! `resources::versions`.

use crate::sandbox::protocol::error::ArmError;
use crate::sandbox::protocol::request::Call;
use crate::sandbox::resources::region::REGIONS;
use crate::sandbox::resources::types::ResourceType;
use crate::sandbox::resources::versions::Versions;

/// Returns the api-version of a request, in the shape `2024-07-01` or `2024-07-01-preview`.
///
/// Errors: none given (Azure/azure-sdk-for-net#43270), or not of that shape; the second lists the
/// versions of `Microsoft.Resources`, as ARM does for every type.
pub(crate) fn requested(call: &Call<'_>) -> Result<String, ArmError> {
    match call.parameter("api-version") {
        None => Err(ArmError::ApiVersionMissing),
        Some(version) if version.is_empty() => Err(ArmError::ApiVersionMissing),
        Some(version) if well_formed(&version) => Ok(version),
        Some(version) => Err(invalid(version, &Versions::of_roots())),
    }
}

/// Refuses a version that is not in the list, as the gateway does for its own paths.
pub(crate) fn check_root(version: &str, supported: &Versions) -> Result<(), ArmError> {
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
    resource_type: ResourceType,
    location: impl FnOnce() -> String,
) -> Result<(), ArmError> {
    let versions = resource_type.versions();
    if versions.contains(version) {
        return Ok(());
    }
    if resource_type.is_extension() || resource_type.is_endpoint() {
        return Err(ArmError::TypeVersion {
            resource_type: resource_type.name.to_owned(),
            namespace: namespace.to_owned(),
            version: version.to_owned(),
            supported: versions.joined_as_providers_do(","),
        });
    }
    let regions: Vec<&str> = REGIONS.iter().map(|region| region.name).collect();
    Err(ArmError::ApiVersionUnsupported {
        location: location(),
        version: version.to_owned(),
        resource_type: resource_type.name.to_owned(),
        supported: versions.joined_as_providers_do(", "),
        locations: regions.join(", "),
    })
}

fn invalid(version: String, supported: &Versions) -> ArmError {
    ArmError::ApiVersionInvalid {
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
    use super::{check_root, check_type, well_formed};
    use crate::sandbox::resources::types::{Namespace, namespace, namespaces};
    use crate::sandbox::resources::versions::Versions;

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
        for known in namespaces().flat_map(Namespace::types) {
            assert!(known.versions().iter().all(well_formed), "{known:?}");
        }
        assert!(Versions::of_roots().iter().all(well_formed));
    }

    #[test]
    fn refusals_list_the_versions() {
        assert!(check_root("2021-04-01", &Versions::of_roots()).is_ok());
        let root = check_root("2099-01-01", &Versions::of_cloud_metadata()).unwrap_err();
        assert_eq!(
            root.to_string(),
            "The api-version '2099-01-01' is invalid. The supported versions are '2023-11-01,2022-09-01,2020-06-01,2019-10-01,2019-05-01,2018-05-01'."
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
