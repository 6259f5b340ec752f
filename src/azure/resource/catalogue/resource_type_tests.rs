//! What the catalogue says of types: tables only.

use super::resource_type::{ActionOn, TypeScope, singular};
use super::table::{all, find};

#[track_caller]
fn check_paths(name: &str, lists: &[&str], items: &[&str]) {
    let found = find(name).unwrap();
    assert_eq!(found.collection_paths(), lists, "{name}");
    assert_eq!(found.item_paths(), items, "{name}");
}

#[test]
fn paths_follow_from_type_and_scope() {
    check_paths(
        "Microsoft.Compute/virtualMachines",
        &[
            "/subscriptions/{sub}/providers/Microsoft.Compute/virtualMachines",
            "/subscriptions/{sub}/resourceGroups/{rg}/providers/Microsoft.Compute/virtualMachines",
        ],
        &[
            "/subscriptions/{sub}/resourceGroups/{rg}/providers/Microsoft.Compute/virtualMachines/{name}",
        ],
    );
    check_paths(
        "Microsoft.Sql/servers/databases",
        &[
            "/subscriptions/{sub}/resourceGroups/{rg}/providers/Microsoft.Sql/servers/{server}/databases",
        ],
        &[
            "/subscriptions/{sub}/resourceGroups/{rg}/providers/Microsoft.Sql/servers/{server}/databases/{name}",
        ],
    );
    check_paths(
        "Microsoft.Management/managementGroups",
        &["/providers/Microsoft.Management/managementGroups"],
        &["/providers/Microsoft.Management/managementGroups/{name}"],
    );
}

#[test]
fn fixed_names_stand_in_the_paths() {
    check_paths(
        "Microsoft.Storage/storageAccounts/blobServices/containers",
        &[
            "/subscriptions/{sub}/resourceGroups/{rg}/providers/Microsoft.Storage/storageAccounts/{storageAccount}/blobServices/default/containers",
        ],
        &[
            "/subscriptions/{sub}/resourceGroups/{rg}/providers/Microsoft.Storage/storageAccounts/{storageAccount}/blobServices/default/containers/{name}",
        ],
    );
    check_paths(
        "Microsoft.Resources/tags",
        &[],
        &["/{scope}/providers/Microsoft.Resources/tags/default"],
    );
    let names: Vec<&str> = find("Microsoft.Web/sites/config")
        .unwrap()
        .fixed_names()
        .collect();
    assert!(names.contains(&"web") && names.contains(&"appsettings"));
}

#[test]
fn roots_have_paths_of_their_own() {
    check_paths(
        "Microsoft.Resources/resourceGroups",
        &["/subscriptions/{sub}/resourceGroups"],
        &["/subscriptions/{sub}/resourceGroups/{name}"],
    );
    check_paths(
        "Microsoft.Resources/subscriptions",
        &["/subscriptions"],
        &["/subscriptions/{name}"],
    );
    let groups = find("Microsoft.Resources/resourceGroups").unwrap();
    assert!(groups.list_path(TypeScope::Subscription).is_some());
    assert_eq!(groups.list_path(TypeScope::ResourceGroup), None);
}

#[test]
fn lists_are_told_from_views() {
    let machines = find("Microsoft.Compute/virtualMachines").unwrap();
    assert_eq!(
        machines.list_scopes().collect::<Vec<_>>(),
        [TypeScope::Subscription, TypeScope::ResourceGroup]
    );
    let view = find("Microsoft.Compute/virtualMachines/instanceView").unwrap();
    assert!(!view.is_listed());
    assert_eq!(view.list_path(TypeScope::ResourceGroup), None);
    assert_eq!(view.collection_methods().collect::<Vec<_>>(), ["GET"]);
    assert_eq!(view.depth(), 1);
    let query = find("Microsoft.ResourceGraph/resources").unwrap();
    assert!(!query.is_listed());
    assert_eq!(query.collection_methods().collect::<Vec<_>>(), ["POST"]);
}

#[test]
fn verbs_and_actions_are_known() {
    let machines = find("Microsoft.Compute/virtualMachines").unwrap();
    assert_eq!(
        machines.item_methods().collect::<Vec<_>>(),
        ["GET", "PUT", "PATCH", "DELETE"]
    );
    let mut actions = machines.actions();
    assert!(actions.any(|action| (action.name, action.on) == ("deallocate", ActionOn::Item)));
    let upgrades = find("Microsoft.Compute/virtualMachineScaleSets/rollingUpgrades").unwrap();
    let mut actions = upgrades.actions();
    assert!(actions.any(|action| (action.name, action.on) == ("cancel", ActionOn::Collection)));
}

#[test]
fn every_type_can_be_asked_for_something() {
    for found in all() {
        let paths = found.collection_paths().len() + found.item_paths().len();
        let methods = found.collection_methods().count() + found.item_methods().count();
        assert!(paths > 0 && methods > 0, "{}", found.name);
        assert!(found.types().all(|segment| !segment.is_empty()));
    }
}

#[test]
fn words_have_a_singular() {
    for (word, expected) in [
        ("virtualMachines", "virtualMachine"),
        ("registries", "registry"),
        ("publicIPAddresses", "publicIPAddress"),
        ("indexes", "index"),
        ("databases", "database"),
        ("service", "service"),
        ("access", "access"),
    ] {
        assert_eq!(singular(word), expected);
    }
}
