//! The table of paths for `protocol::route`.

use bytes::Bytes;
use http::Request;

use crate::sandbox::protocol::request::Call;
use crate::sandbox::protocol::route::{Route, resolve};
use crate::sandbox::timestamp::Timestamp;

const ROOT: &str = "/subscriptions/3F2B8C1E-6a4d-4e97-b5c0-8d1f7a2e9b46";

fn describe(route: &Route) -> String {
    match route {
        Route::Tenants | Route::Subscriptions | Route::Providers(None) => format!("{route:?}"),
        Route::Subscription(_) => "subscription".to_owned(),
        Route::Locations(_) => "locations".to_owned(),
        Route::TagNames(_) => "tags".to_owned(),
        Route::Groups(_) => "groups".to_owned(),
        Route::Group(group) => format!("group {}", group.name),
        Route::GroupAction(group, action) => format!("{} {}", action.word(), group.name),
        Route::Resources(scope) => format!("resources {}", scope.id().len()),
        Route::Providers(Some(_)) => "providers".to_owned(),
        Route::Provider(subscription, namespace) => {
            format!("provider {} {}", subscription.is_some(), namespace.name)
        }
        Route::Registration(_, namespace, state) => format!("{state} {}", namespace.name),
        Route::Collection(address) => format!("list {}", &address.id()[52..]),
        Route::Item(address) => format!("item {}", &address.id()[52..]),
        Route::ValidateResources => "validate".to_owned(),
        Route::CostQuery(_) => "costs".to_owned(),
        Route::GraphQuery(_) => "graph".to_owned(),
        Route::Monitor(name) => format!("monitor {name}"),
        Route::Operation(address, operation) => {
            format!("{} {}", operation.name, &address.id()[52..])
        }
        Route::Action(address, action) => format!("{action} {}", &address.id()[52..]),
    }
}

#[track_caller]
fn check(path: &str, expected: &str) {
    let path = path.replace("{sub}", ROOT);
    let request = Request::builder().uri(path).body(Bytes::new()).unwrap();
    let call = Call::parse(&request, Timestamp::from_seconds(0)).unwrap();
    let actual = match resolve(&call, "2024-07-01") {
        Ok(route) => describe(&route),
        Err(fault) => fault.to_string(),
    };
    assert_eq!(actual, expected);
}

#[test]
fn knows_the_roots() {
    check("/tenants", "Tenants");
    check("/Subscriptions/", "Subscriptions");
    check("/providers", "Providers(None)");
    check(
        "/providers/microsoft.compute",
        "provider false Microsoft.Compute",
    );
    check("{sub}/providers/microsoft.costmanagement/Query", "costs");
    check("/providers/microsoft.resourcegraph/Resources", "graph");
    check("{sub}", "subscription");
    check("{sub}/resourcegroups", "groups");
    check("{sub}/locations", "locations");
    check("{sub}/providers", "providers");
    check("{sub}/resourceGroups/rg-x", "group rg-x");
    check("{sub}/resourceGroups/rg-x/resources", "resources 71");
    check(
        "{sub}/providers/Microsoft.Web/Register",
        "Registered Microsoft.Web",
    );
}

#[test]
fn knows_resources_in_any_case() {
    check(
        "{sub}/providers/microsoft.compute/VIRTUALMACHINES",
        "list providers/Microsoft.Compute/virtualMachines",
    );
    check(
        "{sub}/RESOURCEGROUPS/g/providers/microsoft.network/virtualnetworks/v/SUBNETS/s",
        "item resourceGroups/g/providers/Microsoft.Network/virtualNetworks/v/subnets/s",
    );
    check(
        "{sub}/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/v/subnets",
        "list resourceGroups/g/providers/Microsoft.Network/virtualNetworks/v/subnets",
    );
    check(
        "{sub}/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/m/poweroff",
        "powerOff resourceGroups/g/providers/Microsoft.Compute/virtualMachines/m",
    );
    check(
        "{sub}/providers/Microsoft.Authorization/locks/l",
        "item providers/Microsoft.Authorization/locks/l",
    );
    check(
        "{sub}/resourceGroups/g/providers/Microsoft.Compute/disks/d/providers/Microsoft.Authorization/locks/l",
        "item resourceGroups/g/providers/Microsoft.Compute/disks/d/providers/Microsoft.Authorization/locks/l",
    );
    check(
        "{sub}/resourceGroups/g/providers/Microsoft.Compute/disks/providers",
        "item resourceGroups/g/providers/Microsoft.Compute/disks/providers",
    );
}

#[test]
fn refuses_what_it_does_not_know() {
    let none = "The request did not have a subscription or a valid tenant level resource provider.";
    check("/", none);
    check("/providers/Microsoft.Compute/virtualMachines", none);
    check(
        "/subscriptions/mine",
        "The provided subscription identifier 'mine' is malformed or invalid.",
    );
    check(
        "/subscriptions/00000000-0000-0000-0000-000000000000",
        "The subscription '00000000-0000-0000-0000-000000000000' could not be found.",
    );
    check(
        "{sub}/nothing",
        &format!("The requested path '{ROOT}/nothing' was not found."),
    );
    check(
        "{sub}/resourceGroups/g/providers",
        &format!("The requested path '{ROOT}/resourceGroups/g/providers' was not found."),
    );
    check(
        "{sub}/resourceGroups/g/providers/Microsoft.Compute",
        &format!(
            "The requested path '{ROOT}/resourceGroups/g/providers/Microsoft.Compute' was not found."
        ),
    );
    check(
        "{sub}/providers/Contoso.Things/things",
        "The resource namespace 'Contoso.Things' is invalid.",
    );
    check(
        "{sub}/providers/Microsoft.Compute/things",
        "The resource type 'things' could not be found in the namespace 'Microsoft.Compute' for api version '2024-07-01'.",
    );
    check(
        "{sub}/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/m/explode",
        "The resource type 'virtualMachines/explode' could not be found in the namespace 'Microsoft.Compute' for api version '2024-07-01'.",
    );
    check(
        "{sub}/providers/Microsoft.Compute/virtualMachines/m",
        "The Resource 'Microsoft.Compute/virtualMachines/m' under resource group '<null>' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix",
    );
    check(
        "{sub}/resourceGroups/g/providers/Microsoft.Compute/disks/d/providers/Microsoft.Web/sites/s",
        "The Resource 'Microsoft.Web/sites/s' under resource group 'g' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix",
    );
    check(
        "{sub}/resourceGroups/g/providers/Microsoft.Compute/providers/Microsoft.Web",
        "The resource type 'providers' could not be found in the namespace 'Microsoft.Compute' for api version '2024-07-01'.",
    );
}
