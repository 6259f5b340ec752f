//! `/providers`: the table of types as ARM shows it, and the registration of providers with a
//! subscription.

use http::StatusCode;
use serde_json::{Value, json};

use crate::sandbox::protocol::error::ArmError;
use crate::sandbox::protocol::reply::Reply;
use crate::sandbox::resources::region::REGIONS;
use crate::sandbox::resources::types::{
    Location, Namespace, RESOURCES_NAMESPACE, ResourceType, namespaces,
};
use crate::sandbox::resources::versions::Versions;
use crate::sandbox::seed::data::Subscription;
use crate::sandbox::store::{Store, text};

/// All providers; ARM does not page this list.
pub(crate) fn list(store: &Store, subscription: Option<&Subscription>) -> Value {
    let providers: Vec<Value> = namespaces()
        .map(|namespace| body(store, subscription, namespace))
        .collect();
    json!({ "value": providers })
}

/// The types of `Microsoft.Resources` that have paths of their own.
const ROOTS: &[&str] = &[
    "tenants",
    "providers",
    "resources",
    "subscriptions",
    "subscriptions/locations",
    "subscriptions/providers",
    "subscriptions/resources",
    "subscriptions/resourceGroups",
    "resourceGroups",
];

/// The versions that are shown. The one version without a day is accepted but not advertised.
fn advertised(versions: &Versions) -> Vec<&'static str> {
    versions
        .iter()
        .filter(|version| version.len() >= 10)
        .collect()
}

fn root(name: &str) -> Value {
    let versions = advertised(&Versions::of_roots());
    json!({
        "resourceType": name,
        "locations": [],
        "apiVersions": versions,
        "capabilities": "None",
    })
}

/// One provider.
pub(crate) fn body(
    store: &Store,
    subscription: Option<&Subscription>,
    namespace: Namespace,
) -> Value {
    let state = subscription.map_or_else(
        || "Registered".to_owned(),
        |subscription| registration(store, subscription, namespace),
    );
    let is_root = namespace.name == RESOURCES_NAMESPACE;
    let roots = ROOTS.iter().filter(|_| is_root);
    let types = namespace.types();
    let types = types.filter(|known| !is_root || !ROOTS.contains(&known.name));
    let types: Vec<Value> = roots
        .map(|name| root(name))
        .chain(types.map(|resource_type| shown(namespace, resource_type)))
        .collect();
    let is_free = REGISTRATION_FREE.contains(&namespace.name);
    json!({
        "id": id(subscription, namespace.name),
        "namespace": namespace.name,
        "resourceTypes": types,
        "registrationState": state,
        "registrationPolicy": if is_free { "RegistrationFree" } else { "RegistrationRequired" },
    })
}

/// Providers that no subscription has to register (recorded).
const REGISTRATION_FREE: &[&str] = &[
    "Microsoft.Authorization",
    "Microsoft.CostManagement",
    "Microsoft.ResourceGraph",
    RESOURCES_NAMESPACE,
];

/// The version that some providers name as their default: of Compute and Network an old one, for the
/// sake of old clients; of others the newest stable one. Most types have none (recorded).
fn default_version(namespace: &str, resource_type: ResourceType) -> Option<&'static str> {
    let versions = resource_type.versions();
    let mut stable = versions.iter().filter(|version| version.len() == 10);
    match namespace {
        "Microsoft.Compute" | "Microsoft.Network" => stable.last(),
        "Microsoft.KeyVault" | "Microsoft.Storage" => stable.next(),
        _ => None,
    }
}

fn shown(namespace: Namespace, resource_type: ResourceType) -> Value {
    let location = resource_type.location();
    let locations: Vec<&str> = match location {
        Location::Region => REGIONS.iter().map(|region| region.display_name).collect(),
        Location::Global => vec!["global"],
        Location::None | Location::AsSent => Vec::new(),
    };
    let capabilities = match location {
        Location::Region if resource_type.has_identity() => {
            "CrossResourceGroupResourceMove, CrossSubscriptionResourceMove, SystemAssignedResourceIdentity, SupportsTags, SupportsLocation"
        }
        Location::Region => {
            "CrossResourceGroupResourceMove, CrossSubscriptionResourceMove, SupportsTags, SupportsLocation"
        }
        Location::Global => {
            "CrossResourceGroupResourceMove, CrossSubscriptionResourceMove, SupportsTags"
        }
        Location::None | Location::AsSent if resource_type.is_extension() => "SupportsExtension",
        Location::None | Location::AsSent => "None",
    };
    let mut shown = json!({
        "resourceType": resource_type.name,
        "locations": locations,
        "apiVersions": advertised(&resource_type.versions()),
    });
    if let Some(members) = shown.as_object_mut() {
        if resource_type.has_zones() {
            // The service has its zones in no order (recorded).
            let zones = ["West Europe", "North Europe"]
                .map(|location| json!({ "location": location, "zones": ["3", "1", "2"] }));
            members.insert("zoneMappings".to_owned(), json!(zones));
        }
        if let Some(version) = default_version(namespace.name, resource_type) {
            members.insert("defaultApiVersion".to_owned(), version.into());
        }
        members.insert("capabilities".to_owned(), capabilities.into());
    }
    shown
}

fn id(subscription: Option<&Subscription>, namespace: &str) -> String {
    match subscription {
        Some(subscription) => format!("/subscriptions/{}/providers/{namespace}", subscription.id),
        None => format!("/providers/{namespace}"),
    }
}

/// `Registered` or `NotRegistered`.
fn registration(store: &Store, subscription: &Subscription, namespace: Namespace) -> String {
    match store.get(&id(Some(subscription), namespace.name)) {
        Some(written) => text(&written, "registrationState").to_owned(),
        None if subscription.unregistered.contains(&namespace.name) => "NotRegistered".to_owned(),
        None => "Registered".to_owned(),
    }
}

/// Refuses a write to a provider that the subscription has not registered.
pub(crate) fn check_registered(
    store: &Store,
    subscription: &Subscription,
    namespace: Namespace,
) -> Result<(), ArmError> {
    if registration(store, subscription, namespace) == "Registered" {
        return Ok(());
    }
    Err(ArmError::NotRegistered {
        namespace: namespace.name,
    })
}

/// `POST …/providers/{namespace}/register` and `…/unregister`. The real service passes through
/// `Registering`; here the new state holds at once.
pub(crate) fn register(
    store: &mut Store,
    subscription: &Subscription,
    namespace: Namespace,
    state: &str,
) -> Reply {
    store.put(json!({
        "id": id(Some(subscription), namespace.name),
        "type": "Microsoft.Resources/providers",
        "registrationState": state,
    }));
    Reply::json(StatusCode::OK, body(store, Some(subscription), namespace))
}

#[cfg(test)]
mod tests {
    use super::{body, check_registered, list, register};
    use crate::sandbox::resources::types::{namespace, namespaces};
    use crate::sandbox::seed::data::subscriptions;
    use crate::sandbox::store::Store;

    #[test]
    fn a_provider_can_be_registered() {
        let mut store = Store::default();
        let (development, clusters) = (
            &subscriptions()[1],
            namespace("Microsoft.ContainerService").unwrap(),
        );
        assert_eq!(
            body(&store, Some(development), clusters)["registrationState"],
            "NotRegistered"
        );
        assert!(check_registered(&store, development, clusters).is_err());
        register(&mut store, development, clusters, "Registered");
        assert!(check_registered(&store, development, clusters).is_ok());
        assert!(check_registered(&store, &subscriptions()[0], clusters).is_ok());
    }

    #[test]
    fn the_list_holds_every_provider_and_descending_versions() {
        let answer = list(&Store::default(), None);
        let providers = answer["value"].as_array().unwrap();
        assert_eq!(providers.len(), namespaces().count());
        for provider in providers {
            for resource_type in provider["resourceTypes"].as_array().unwrap() {
                let versions: Vec<&str> = resource_type["apiVersions"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|v| v.as_str().unwrap())
                    .collect();
                assert!(versions.is_sorted_by(|a, b| a > b), "{resource_type}");
                if let Some(default) = resource_type.get("defaultApiVersion") {
                    assert!(
                        versions.contains(&default.as_str().unwrap()),
                        "{resource_type}"
                    );
                }
            }
        }
    }

    #[track_caller]
    fn check_type(name: &str, resource_type: &str, member: &str, expected: &str) {
        let provider = body(&Store::default(), None, namespace(name).unwrap());
        let types = provider["resourceTypes"].as_array().unwrap();
        let found = types
            .iter()
            .find(|one| one["resourceType"] == resource_type);
        assert_eq!(
            found.unwrap()[member].to_string(),
            expected,
            "{resource_type}"
        );
    }

    #[test]
    fn types_are_shown_as_providers_show_them() {
        let versions = |name, found, expected| check_type(name, found, "apiVersions", expected);
        versions(
            "Microsoft.Security",
            "automations",
            r#"["2023-12-01-preview","2019-01-01-preview"]"#,
        );
        versions(
            "Microsoft.Insights",
            "diagnosticSettings",
            r#"["2021-05-01-preview","2017-05-01-preview","2016-09-01"]"#,
        );
        let default =
            |name, found, expected| check_type(name, found, "defaultApiVersion", expected);
        default("Microsoft.Compute", "virtualMachines", r#""2017-12-01""#);
        default("Microsoft.Storage", "storageAccounts", r#""2026-09-01""#);
        default("Microsoft.Web", "sites", "null");
        let extension = r#""SupportsExtension""#;
        check_type(
            "Microsoft.Authorization",
            "locks",
            "capabilities",
            extension,
        );
        check_type(
            "Microsoft.CostManagement",
            "query",
            "capabilities",
            extension,
        );
        check_type(
            "Microsoft.ResourceGraph",
            "resources",
            "capabilities",
            r#""None""#,
        );
        check_type("Microsoft.ResourceGraph", "resources", "locations", "[]");
    }
}
