//! Whole requests that only read: roots, lists, filters and pages.

use std::collections::BTreeSet;

use bytes::Bytes;
use http::Request;
use serde_json::{Value, json};

use crate::sandbox::Sandbox;
use crate::sandbox::tests::session::{Session, names, now};

const MACHINES: &str = "{sub}/providers/Microsoft.Compute/virtualMachines";

#[test]
fn paging_walks_all_machines_once_and_in_order() {
    let mut session = Session::new();
    let items = session.walk(&format!("{MACHINES}?api-version=2021-07-01"), 20);
    assert_eq!(items.len(), 64);
    let ids: BTreeSet<&str> = items
        .iter()
        .map(|item| item["id"].as_str().unwrap())
        .collect();
    assert_eq!(ids.len(), 64);
    assert_eq!(
        (names(&items)[0], names(&items)[63]),
        ("vm-web-01", "vm-batch-12")
    );
    assert!(
        items
            .iter()
            .all(|item| item["properties"].get("instanceView").is_none())
    );
    for (parameter, most) in [("$top=7", 7), ("%24top=1000", 1_000), ("$TOP=64", 64)] {
        assert_eq!(
            session.walk(&format!("{MACHINES}?{{compute}}&{parameter}"), most),
            items
        );
    }
    let other = "{dev}/providers/Microsoft.Compute/virtualMachines?{compute}";
    assert_eq!(session.get(other)["value"].as_array().unwrap().len(), 20);
    assert_eq!(session.get(other).get("nextLink"), None);
}

#[test]
fn a_list_and_a_get_show_the_same() {
    let mut session = Session::new();
    for list in [
        "{vms}?{compute}",
        "{net}/networkSecurityGroups?{network}",
        "{net}/virtualNetworks?{network}",
        "{net}/virtualNetworks/vnet-prod-westeurope/subnets?{network}",
        "{sub}/providers/Microsoft.Storage/storageAccounts?api-version=2024-01-01",
        "{sub}/resourceGroups?{root}",
    ] {
        for item in session.walk(list, 20) {
            let (_, query) = list.split_once('?').unwrap();
            assert_eq!(
                session.get(&format!("{}?{query}", item["id"].as_str().unwrap())),
                item
            );
        }
    }
}

#[test]
fn the_roots_are_true_to_life() {
    let mut session = Session::new();
    let subscriptions = session.get("/subscriptions?api-version=2022-12-01");
    assert_eq!(
        subscriptions["value"][0]["displayName"],
        "Contoso Production"
    );
    assert_eq!(
        subscriptions["value"][1]["displayName"],
        "Contoso Development"
    );
    assert_eq!(
        subscriptions["count"],
        json!({ "type": "Total", "value": 2 })
    );
    assert_eq!(subscriptions.get("nextLink"), None);
    assert_eq!(
        session.get("{dev}?api-version=2022-12-01"),
        subscriptions["value"][1]
    );
    assert_eq!(session.walk("/subscriptions?{root}&$top=1", 1).len(), 2);
    assert_eq!(
        session.get("/tenants?{root}")["value"][0]["tenantCategory"],
        "Home"
    );
    assert_eq!(
        session.get("{sub}/locations?{root}")["value"][0]["name"],
        "westeurope"
    );
    let groups = session.walk("{sub}/resourcegroups?{root}", 20);
    assert_eq!(
        names(&groups),
        [
            "rg-web-prod",
            "rg-app-prod",
            "rg-data-prod",
            "rg-batch-prod",
            "rg-network-prod"
        ]
    );
    let groups = session.walk("{dev}/resourceGroups?{root}", 20);
    assert_eq!(
        names(&groups),
        ["rg-dev", "rg-test", "rg-lab", "rg-network-dev"]
    );
    let compute = session.get("{sub}/providers/microsoft.compute?{root}");
    assert_eq!(compute["namespace"], "Microsoft.Compute");
    let all = session.get("{sub}/providers?{root}");
    assert!(all["value"].as_array().unwrap().contains(&compute));
    let resources = session.get("/providers/Microsoft.Resources?{root}");
    assert_eq!(resources["registrationPolicy"], "RegistrationFree");
}

#[test]
fn lists_can_be_filtered() {
    let mut session = Session::new();
    let mut check = |list: &str, filter: &str, expected: usize| {
        let filter = filter.replace(' ', "%20");
        let items = session.walk(
            &format!("{list}?{{root}}&$filter={filter}&$top=1000"),
            1_000,
        );
        assert_eq!(items.len(), expected, "{filter}");
    };
    let resources = "{sub}/resources";
    check(
        resources,
        "resourceType eq 'Microsoft.Compute/virtualMachines'",
        64,
    );
    check(
        resources,
        "resourceType eq 'microsoft.storage/storageaccounts'",
        4,
    );
    check(
        resources,
        "resourceType eq 'Microsoft.Network/virtualNetworks/subnets'",
        0,
    );
    check(
        resources,
        "location eq 'northeurope' and resourceType eq 'Microsoft.Compute/virtualMachines'",
        26,
    );
    check(resources, "tagName eq 'team' and tagValue eq 'network'", 8);
    check(resources, "resourceGroup eq 'RG-network-prod'", 8);
    check(resources, "name eq 'vm-web-01'", 1);
    check(
        "{sub}/resourceGroups",
        "tagName eq 'team' and tagValue eq 'data'",
        2,
    );
}

#[test]
fn a_list_of_all_is_in_short() {
    let mut session = Session::new();
    let items = session.walk("{web}/resources?{root}", 20);
    assert_eq!(items.len(), 65);
    let members: Vec<&str> = items[0]
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    assert_eq!(
        members,
        [
            "id", "name", "type", "location", "identity", "zones", "tags"
        ]
    );
}

#[test]
fn without_a_token_two_doors_are_open() {
    let mut sandbox = Sandbox::new("http://127.0.0.1:8080/", now());
    let mut ask = |uri: &str| {
        let request = Request::builder().uri(uri).header("metadata", "true");
        sandbox.handle(&request.body(Bytes::new()).unwrap())
    };
    let refused = ask("/subscriptions?api-version=2022-12-01");
    assert_eq!(refused.status(), 401);
    assert!(refused.headers().contains_key("www-authenticate"));
    assert_eq!(refused.headers()["x-ms-failure-cause"], "gateway");
    assert_eq!(ask("/metadata/endpoints").status(), 400);
    assert_eq!(
        ask("/metadata/endpoints?api-version=2013-01-01").status(),
        400
    );
    let endpoints = ask("/metadata/endpoints?api-version=2022-09-01");
    let clouds: Value = serde_json::from_slice(endpoints.body()).unwrap();
    assert_eq!(clouds[0]["resourceManager"], "http://127.0.0.1:8080/");
    for path in [
        "/oauth2/token?",
        "/metadata/identity/oauth2/token?api-version=2018-02-01&",
    ] {
        let issued = ask(&format!(
            "{path}resource=https%3A%2F%2Fmanagement.azure.com%2F"
        ));
        assert_eq!(
            (issued.status().as_u16(), &issued.headers()["cache-control"]),
            (200, &"no-store".parse().unwrap())
        );
        let body: Value = serde_json::from_slice(issued.body()).unwrap();
        let request = Request::builder()
            .uri("/subscriptions?api-version=2022-12-01")
            .header(
                "authorization",
                format!("Bearer {}", body["access_token"].as_str().unwrap()),
            )
            .body(Bytes::new())
            .unwrap();
        assert_eq!(Sandbox::new("", now()).handle(&request).status(), 200);
    }
}
