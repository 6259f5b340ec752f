//! `/providers`: the table of types as ARM shows it, and the registration of providers with a
//! subscription.

use http::StatusCode;
use serde_json::{Value, json};

use crate::sandbox::contoso::Subscription;
use crate::sandbox::errors::Fault;
use crate::sandbox::providers::{Home, NAMESPACES, Namespace, RESOURCES_NAMESPACE, ResourceType};
use crate::sandbox::reply::Reply;
use crate::sandbox::store::{Store, text};
use crate::sandbox::subscriptions::REGIONS;
use crate::sandbox::versions::RESOURCES;

/// All providers; ARM does not page this list.
pub(super) fn list(store: &Store, subscription: Option<&Subscription>) -> Value {
    let providers: Vec<Value> = NAMESPACES
        .iter()
        .map(|namespace| body(store, subscription, namespace))
        .collect();
    json!({ "value": providers })
}

/// The types of `Microsoft.Resources`.
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

fn root(name: &str) -> Value {
    // The one version without a day is accepted but not advertised.
    let versions: Vec<&str> = RESOURCES
        .iter()
        .filter(|version| version.len() >= 10)
        .collect();
    json!({
        "resourceType": name,
        "locations": [],
        "apiVersions": versions,
        "capabilities": "None",
    })
}

/// One provider.
pub(super) fn body(
    store: &Store,
    subscription: Option<&Subscription>,
    namespace: &Namespace,
) -> Value {
    let state = subscription.map_or_else(
        || "Registered".to_owned(),
        |subscription| registration(store, subscription, namespace),
    );
    let is_root = namespace.name == RESOURCES_NAMESPACE;
    let types: Vec<Value> = if is_root {
        ROOTS.iter().map(|name| root(name)).collect()
    } else {
        namespace.types.iter().map(resource_type).collect()
    };
    json!({
        "id": id(subscription, namespace.name),
        "namespace": namespace.name,
        "resourceTypes": types,
        "registrationState": state,
        "registrationPolicy": if is_root { "RegistrationFree" } else { "RegistrationRequired" },
    })
}

fn resource_type(resource_type: &ResourceType) -> Value {
    let locations: Vec<&str> = match resource_type.home {
        Home::Tracked | Home::TrackedChild => {
            REGIONS.iter().map(|region| region.display_name).collect()
        }
        Home::Global => vec!["global"],
        Home::Child | Home::Extension => Vec::new(),
    };
    let capabilities = match resource_type.home {
        Home::Tracked | Home::TrackedChild => {
            "CrossResourceGroupResourceMove, CrossSubscriptionResourceMove, SupportsTags, SupportsLocation"
        }
        Home::Global => {
            "CrossResourceGroupResourceMove, CrossSubscriptionResourceMove, SupportsTags"
        }
        Home::Child => "None",
        Home::Extension => "SupportsExtension",
    };
    json!({
        "resourceType": resource_type.name,
        "locations": locations,
        "apiVersions": resource_type.versions.iter().collect::<Vec<_>>(),
        "capabilities": capabilities,
    })
}

fn id(subscription: Option<&Subscription>, namespace: &str) -> String {
    match subscription {
        Some(subscription) => format!("/subscriptions/{}/providers/{namespace}", subscription.id),
        None => format!("/providers/{namespace}"),
    }
}

/// `Registered` or `NotRegistered`.
fn registration(store: &Store, subscription: &Subscription, namespace: &Namespace) -> String {
    match store.get(&id(Some(subscription), namespace.name)) {
        Some(written) => text(&written, "registrationState").to_owned(),
        None if subscription.unregistered.contains(&namespace.name) => "NotRegistered".to_owned(),
        None => "Registered".to_owned(),
    }
}

/// Refuses a write to a provider that the subscription has not registered.
pub(super) fn check_registered(
    store: &Store,
    subscription: &Subscription,
    namespace: &Namespace,
) -> Result<(), Fault> {
    if registration(store, subscription, namespace) == "Registered" {
        return Ok(());
    }
    Err(Fault::NotRegistered {
        namespace: namespace.name,
    })
}

/// `POST …/providers/{namespace}/register` and `…/unregister`. The real service passes through
/// `Registering`; here the new state holds at once.
pub(super) fn register(
    store: &mut Store,
    subscription: &Subscription,
    namespace: &Namespace,
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
    use crate::sandbox::contoso::SUBSCRIPTIONS;
    use crate::sandbox::providers::{NAMESPACES, namespace};
    use crate::sandbox::store::Store;

    #[test]
    fn a_provider_can_be_registered() {
        let mut store = Store::default();
        let (development, clusters) = (
            &SUBSCRIPTIONS[1],
            namespace("Microsoft.ContainerService").unwrap(),
        );
        assert_eq!(
            body(&store, Some(development), clusters)["registrationState"],
            "NotRegistered"
        );
        assert!(check_registered(&store, development, clusters).is_err());
        register(&mut store, development, clusters, "Registered");
        assert!(check_registered(&store, development, clusters).is_ok());
        assert!(check_registered(&store, &SUBSCRIPTIONS[0], clusters).is_ok());
    }

    #[test]
    fn the_list_holds_every_provider_and_descending_versions() {
        let answer = list(&Store::default(), None);
        let providers = answer["value"].as_array().unwrap();
        assert_eq!(providers.len(), NAMESPACES.len());
        for provider in providers {
            for resource_type in provider["resourceTypes"].as_array().unwrap() {
                let versions: Vec<&str> = resource_type["apiVersions"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|v| v.as_str().unwrap())
                    .collect();
                assert!(versions.is_sorted_by(|a, b| a > b), "{resource_type}");
            }
        }
    }
}
