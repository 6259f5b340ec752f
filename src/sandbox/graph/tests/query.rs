//! Queries against the sandbox: which rows they find, and what they make of them.

use serde_json::{Value, json};

use crate::sandbox::default_subscription_id;
use crate::sandbox::tests::session::Session;

const URL: &str = "/providers/Microsoft.ResourceGraph/resources?api-version=2022-10-01";
const DEVELOPMENT: &str = "a81d5e37-0c9f-4b62-8e14-57c3f9d0b2e8";

fn ask(body: &Value) -> (u16, Value) {
    Session::new().call(&format!("POST {URL}"), &body.to_string())
}

/// The answer to a query over all that the operator sees.
#[track_caller]
fn answer(query: &str) -> Value {
    let (status, answer) = ask(&json!({ "query": query }));
    assert_eq!(status, 200, "{query}: {answer}");
    answer
}

/// The rows of a query, compact.
#[track_caller]
fn check(query: &str, expected: &str) {
    let data = answer(query)["data"].to_string();
    assert_eq!(data, expected, "{query}");
}

#[track_caller]
fn check_count(query: &str, expected: u64) {
    assert_eq!(answer(query)["totalRecords"], expected, "{query}");
}

#[test]
fn rows_have_the_columns_of_the_service() {
    let answer = answer("Resources | where name == 'vm-web-01'");
    assert_eq!(
        (&answer["totalRecords"], &answer["count"]),
        (&json!(1), &json!(1))
    );
    assert_eq!(
        (&answer["facets"], &answer["resultTruncated"]),
        (&json!([]), &json!("false"))
    );
    let row = answer["data"][0].as_object().unwrap();
    let names: Vec<&str> = row.keys().map(String::as_str).collect();
    assert_eq!(
        names.join(" "),
        "id name type tenantId kind location resourceGroup subscriptionId managedBy sku plan properties tags identity zones extendedLocation"
    );
    assert_eq!(row["type"], "microsoft.compute/virtualmachines");
    assert_eq!(row["subscriptionId"], default_subscription_id());
    assert_eq!(row["kind"], "");
    assert_eq!(row["sku"], Value::Null);
    assert!(row["properties"].get("instanceView").is_none());
    let power = &row["properties"]["extended"]["instanceView"]["powerState"];
    assert_eq!(power["code"], "PowerState/running");
}

#[test]
fn conditions_choose_rows() {
    let machines = "where type =~ 'Microsoft.Compute/virtualMachines'";
    check_count(machines, 84);
    // The service keeps types in lower case, and `==` respects case.
    check_count(
        "Resources | where type == 'Microsoft.Compute/virtualMachines'",
        0,
    );
    check_count(
        "Resources | where type == 'microsoft.compute/virtualmachines'",
        84,
    );
    let checks = [
        ("resourceGroup == 'rg-web-prod'", 20),
        ("resourceGroup in ('rg-web-prod', 'RG-APP-PROD')", 20),
        ("resourceGroup in~ ('rg-web-prod', 'RG-APP-PROD')", 38),
        ("resourceGroup !in~ ('rg-web-prod', 'RG-APP-PROD')", 46),
        ("name contains 'WEB'", 20),
        ("name contains_cs 'WEB'", 0),
        ("name !contains 'web'", 64),
        ("name startswith 'vm-sql'", 14),
        ("name endswith '-01'", 7),
        ("name has 'sql'", 14),
        ("name has 'sq'", 0),
        ("name != 'vm-web-01'", 83),
        ("name !~ 'VM-WEB-01'", 83),
        ("name =~ 'VM-WEB-01' or name == 'vm-web-02'", 2),
        (
            "name == 'vm-web-01' or name == 'vm-web-02' and location == 'nowhere'",
            1,
        ),
        ("not(name startswith 'vm-web')", 64),
        ("isnotempty(zones)", 56),
        ("isempty(zones)", 28),
        ("isnull(properties.priority)", 72),
        ("properties.priority == 'Spot'", 12),
        ("properties.priority != 'Spot'", 72),
        ("properties.billingProfile.maxPrice < 0", 12),
        (
            "properties.billingProfile.maxPrice >= -1 and properties.billingProfile.maxPrice <= -1.0",
            12,
        ),
        ("properties.billingProfile.maxPrice > 0", 0),
        ("properties.hardwareProfile.vmSize =~ 'standard_d2s_v5'", 18),
        (
            "tags['team'] == 'data' and tags.environment == 'production'",
            26,
        ),
        ("tags['none such'] == 'data'", 0),
        ("tolower(name) == tostring('vm-web-01')", 1),
        ("zones[0] == '1'", 22),
        (
            "properties.networkProfile.networkInterfaces[0].properties.primary == true",
            84,
        ),
        (
            "properties.networkProfile.networkInterfaces[1].properties.primary == true",
            0,
        ),
        ("true", 84),
        ("false", 0),
    ];
    for (condition, expected) in checks {
        check_count(&format!("{machines} | where {condition}"), expected);
    }
}

#[test]
fn columns_are_chosen_named_and_added() {
    check(
        "Resources | where name == 'vm-web-01' | project name, size = properties.hardwareProfile.vmSize, properties.hardwareProfile.vmSize",
        r#"[{"name":"vm-web-01","size":"Standard_D2s_v5","properties_hardwareProfile_vmSize":"Standard_D2s_v5"}]"#,
    );
    check(
        "Resources | where name == 'vm-web-01' | extend name = toupper(name), again = name, is = name == 'VM-WEB-01' | project name, again, is, none = properties.none",
        r#"[{"name":"VM-WEB-01","again":"VM-WEB-01","is":true,"none":null}]"#,
    );
    check(
        "Resources | where name == 'vm-web-01' | project 7, 'x'",
        r#"[{"Column1":7,"Column2":"x"}]"#,
    );
}

#[test]
fn rows_are_counted_by_keys() {
    let production = default_subscription_id();
    check("Resources | count", r#"[{"Count":337}]"#);
    check(
        "Resources | where name == 'none' | summarize count()",
        r#"[{"count_":0}]"#,
    );
    check(
        "Resources | where name == 'none' | summarize count() by name",
        "[]",
    );
    check(
        "where type =~ 'microsoft.storage/storageaccounts' | summarize n = count() by subscriptionId, place = location | order by n, place asc",
        &format!(
            r#"[{{"subscriptionId":"{production}","place":"northeurope","n":3}},{{"subscriptionId":"{DEVELOPMENT}","place":"northeurope","n":1}},{{"subscriptionId":"{production}","place":"westeurope","n":1}},{{"subscriptionId":"{DEVELOPMENT}","place":"westeurope","n":1}}]"#
        ),
    );
    check(
        "Resources | where type =~ 'microsoft.compute/virtualmachines' | summarize count() by tostring(properties.priority) | order by count_ desc",
        r#"[{"properties_priority":"","count_":72},{"properties_priority":"Spot","count_":12}]"#,
    );
    check(
        "Resources | distinct location | order by location asc",
        r#"[{"location":"northeurope"},{"location":"westeurope"}]"#,
    );
    check(
        "ResourceContainers | where type == 'microsoft.resources/subscriptions' | project name, properties.state",
        r#"[{"name":"Contoso Production","properties_state":"Enabled"},{"name":"Contoso Development","properties_state":"Enabled"}]"#,
    );
    // The group that is closed to everyone is not seen here either.
    check(
        "resourcecontainers | where type == 'microsoft.resources/subscriptions/resourcegroups' | summarize count() by resourceGroup | where resourceGroup contains 'restricted' | count",
        r#"[{"Count":0}]"#,
    );
}

#[test]
fn rows_are_ordered() {
    let names = "Resources | where name in ('vm-web-01', 'vm-app-01', 'vm-batch-01')";
    let order = |by: &str| {
        let answer = answer(&format!("{names} | order by {by} | project name"));
        let rows = answer["data"].as_array().unwrap();
        let shown: Vec<&str> = rows
            .iter()
            .map(|row| row["name"].as_str().unwrap())
            .collect();
        shown.join(" ")
    };
    assert_eq!(order("name asc"), "vm-app-01 vm-batch-01 vm-web-01");
    assert_eq!(order("name"), "vm-web-01 vm-batch-01 vm-app-01");
    assert_eq!(
        order("location asc, name desc"),
        "vm-batch-01 vm-web-01 vm-app-01"
    );
    let priority = |more: &str| order(&format!("tostring(properties.priority) {more}, name asc"));
    assert_eq!(priority("asc"), "vm-app-01 vm-web-01 vm-batch-01");
    check(
        "Resources | sort by name asc | take 1 | project name",
        r#"[{"name":"aks-contoso-prod"}]"#,
    );
    check_count("Resources | limit 5", 5);
}
