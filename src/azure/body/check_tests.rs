//! Tables for what is said of a body, and of which nothing is said.

use super::{Asked, BodyReport, BodyVerb, check};

const VM: &str = "Microsoft.Compute/virtualMachines";
const STORAGE: &str = "Microsoft.Storage/storageAccounts";

fn report(verb: BodyVerb, type_name: &str, version: Option<&str>, json: &str) -> BodyReport {
    let asked = Asked {
        type_name,
        name: "x",
        verb,
        version,
    };
    check(json.as_bytes(), asked).unwrap().unwrap()
}

fn lines(report: &BodyReport) -> Vec<String> {
    report.remarks.iter().map(ToString::to_string).collect()
}

#[track_caller]
fn put(type_name: &str, json: &str, expected: &[&str]) {
    assert_eq!(
        lines(&report(BodyVerb::Put, type_name, None, json)),
        expected,
        "{json}"
    );
}

#[track_caller]
fn patch(type_name: &str, json: &str, expected: &[&str]) {
    assert_eq!(
        lines(&report(BodyVerb::Patch, type_name, None, json)),
        expected,
        "{json}"
    );
}

/// A storage account with other members.
fn storage(more: &str) -> String {
    format!(
        r#"{{"location":"westeurope","kind":"StorageV2","sku":{{"name":"Standard_LRS"}}{more}}}"#
    )
}

#[test]
fn a_member_that_is_not_known() {
    let near = "`.propertis` is not known: did you mean `.properties`?";
    put(STORAGE, &storage(r#","propertis":{}"#), &[near]);
    put(
        VM,
        r#"{"location":"x","hardwareProfile":{"vmSize":"y"}}"#,
        &["`.hardwareProfile` is not known: did you mean `.properties.hardwareProfile`?"],
    );
    put(
        VM,
        r#"{"location":"x","properties":{"vmSize":"y","zones":["1"]}}"#,
        &[
            "`.properties.vmSize` is not known: did you mean `.properties.hardwareProfile.vmSize`?",
            "`.properties.zones` is not known: did you mean `.zones`?",
        ],
    );
    put(
        STORAGE,
        &storage(
            r#","properties":{"networkAcls":{"defaultAction":"Deny","ipRules":[{"value":"1.2.3.4","actoin":"Allow"}]}}"#,
        ),
        &[
            "`.properties.networkAcls.ipRules[0].actoin` is not known: did you mean `.properties.networkAcls.ipRules[0].action`?",
        ],
    );
    put(
        STORAGE,
        &storage(r#","quux blob":1"#),
        &["`.\"quux blob\"` is not known"],
    );
}

#[test]
fn a_value_of_another_kind() {
    put(
        "Microsoft.Compute/virtualMachineScaleSets",
        r#"{"location":"x","sku":{"name":"s","capacity":"2"}}"#,
        &["`.sku.capacity` is a string, and a whole number is expected: write `.sku.capacity:=2`"],
    );
    put(
        STORAGE,
        &storage(
            r#","tags":{"a":1},"properties":{"allowBlobPublicAccess":"False","encryption":[]}"#,
        ),
        &[
            "`.tags.a` is a number, and a string is expected: write `.tags.a=1`",
            "`.properties.allowBlobPublicAccess` is a string, and true or false is expected: write `.properties.allowBlobPublicAccess:=false`",
            "`.properties.encryption` is a list, and an object is expected",
        ],
    );
    put(
        STORAGE,
        "[1]",
        &["the body is a list, and an object is expected"],
    );
    put(
        STORAGE,
        "\"text\"",
        &["the body is a string, and an object is expected"],
    );
    put(
        VM,
        r#"{"location":"x","zones":"1"}"#,
        &["`.zones` is a string, and a list is expected"],
    );
}

#[test]
fn a_value_that_is_not_known() {
    let body = r#"{"location":"x","kind":"StorageV2","sku":{"name":"Standart_LRS"}}"#;
    let fault =
        "`.sku.name` is `Standart_LRS`, none of the known values: did you mean `Standard_LRS`?";
    put(STORAGE, body, &[fault]);
    // There are more sizes than the description has.
    let size = r#"{"location":"x","properties":{"hardwareProfile":{"vmSize":"Standard_D4s_v99"}}}"#;
    put(VM, size, &[]);
    put(
        STORAGE,
        &storage(r#","properties":{"accessTier":" Hot ","minimumTlsVersion":"tls1_2"}"#),
        &["`.properties.accessTier` is ` Hot `, none of the known values: did you mean `Hot`?"],
    );
    let report = report(
        BodyVerb::Put,
        STORAGE,
        None,
        r#"{"location":"x","kind":"Quux","sku":{"name":"Standard_LRS"}}"#,
    );
    let lines = lines(&report);
    assert!(
        lines[0].starts_with("`.kind` is `Quux`, none of the known values: `Storage`, `StorageV2`"),
        "{lines:?}"
    );
}

#[test]
fn what_is_read_only_missing_or_fixed() {
    put(
        STORAGE,
        &storage(
            r#","id":"/a","name":"b","type":"c","systemData":{},"properties":{"provisioningState":"Succeeded","creationTime":null}"#,
        ),
        &[
            "`.systemData` is read-only: the service sets it",
            "`.properties.provisioningState` is read-only: the service sets it",
        ],
    );
    put(
        STORAGE,
        r#"{"kind":null,"sku":{}}"#,
        &[
            "`.sku.name` is missing, and a PUT needs it",
            "`.kind` is missing, and a PUT needs it",
            "`.location` is missing, and a PUT needs it",
        ],
    );
    patch(STORAGE, r#"{"sku":{"name":"Standard_GRS"}}"#, &[]);
    patch(
        "Microsoft.DBforPostgreSQL/flexibleServers",
        r#"{"properties":{"administratorLogin":"a"}}"#,
        &["`.properties.administratorLogin` is read-only: the service sets it"],
    );
}

#[test]
fn twice_or_in_another_case() {
    put(
        STORAGE,
        r#"{"Location":"x","kind":"StorageV2","sku":{"name":"Standard_LRS"},"kind":"BlobStorage"}"#,
        &[
            "`.Location` is spelled `.location`: most services accept any case, and some ignore another one",
            "`.kind` occurs twice",
        ],
    );
}

#[test]
fn a_discriminator_decides_what_may_stand_below() {
    let trigger = |criteria: &str| {
        format!(
            r#"{{"location":"global","properties":{{"severity":1,"enabled":true,"scopes":["/s"],"evaluationFrequency":"PT1M","windowSize":"PT5M","criteria":{criteria}}}}}"#
        )
    };
    let alerts = "Microsoft.Insights/metricAlerts";
    let known = "Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria";
    put(
        alerts,
        &trigger(&format!(r#"{{"odata.type":"{known}","allOf":[]}}"#)),
        &[],
    );
    // It takes other members.
    put(
        alerts,
        &trigger(&format!(r#"{{"odata.type":"{known}","quux":[]}}"#)),
        &[],
    );
    put(
        "Microsoft.Cdn/profiles/customDomains",
        r#"{"properties":{"hostName":"a.example","customHttpsParameters":null}}"#,
        &["`.properties.customHttpsParameters` is not known"],
    );
    let rule =
        |action: &str| format!(r#"{{"properties":{{"priority":1,"ruleCollections":[{action}]}}}}"#);
    let groups = "Microsoft.Network/firewallPolicies/ruleCollectionGroups";
    put(
        groups,
        &rule(
            r#"{"rules":[{"protocols":"x","ruleType":"NatRule"}],"ruleCollectionType":"FirewallPolicyNatRuleCollection","acton":{}}"#,
        ),
        &[
            "`.properties.ruleCollections[0].rules[0].protocols` is not known: did you mean `.properties.ruleCollections[0].rules[0].ipProtocols`?",
            "`.properties.ruleCollections[0].acton` is not known: did you mean `.properties.ruleCollections[0].action`?",
        ],
    );
    put(
        alerts,
        &trigger(
            r#"{"odata.type":"Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriterie","quux":1}"#,
        ),
        &[
            "`.properties.criteria.\"odata.type\"` is none of the known values: did you mean `Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria`?",
        ],
    );
    put(
        alerts,
        &trigger(r#"{"quux":1}"#),
        &["`.properties.criteria.\"odata.type\"` is missing, and a PUT needs it"],
    );
}

#[test]
fn nothing_is_said_where_nothing_is_known() {
    fn nothing(type_name: &str, json: &str) -> Option<BodyReport> {
        let asked = Asked {
            type_name,
            name: "x",
            verb: BodyVerb::Put,
            version: None,
        };
        check(json.as_bytes(), asked).unwrap()
    }
    assert_eq!(nothing("Contoso.Nowhere/things", "{}"), None);
    assert_eq!(nothing("Microsoft.Compute", "{}"), None);
    assert_eq!(nothing(VM, "{"), None);
    assert_eq!(nothing(VM, ""), None);
    let factory = "Microsoft.DataFactory/factories/pipelines";
    put(
        factory,
        r#"{"quux":1,"properties":{"quux":{"a":[1]}}}"#,
        &[],
    );
    put(
        STORAGE,
        &storage(r#","properties":{"accessTier":"[parameters('tier')]"}"#),
        &[],
    );
    put(STORAGE, &storage(r#","properties":null,"tags":null"#), &[]);
    put(STORAGE, "null", &[]);
}

#[test]
fn a_place_that_is_not_filled_in() {
    put(
        STORAGE,
        &storage(r#","properties":{"accessTier":"{tier}"},"tags":{"a":"{b}","c":"x {y}"}"#),
        &[
            "`.properties.accessTier` still holds `{tier}`: fill it in",
            "`.tags.a` still holds `{b}`: fill it in",
        ],
    );
}

#[test]
fn of_another_version_only_slips_are_named() {
    let json = r#"{"quux":1,"propertis":{},"sku":{"name":"Standart_LRS"},"tags":{"a":7},"properties":{"accessTier":"Lukewarm"},"accessTier":"Hot"}"#;
    let report = report(BodyVerb::Put, STORAGE, Some("2019-06-01"), json);
    assert!(report.is_other_version);
    assert_eq!(
        lines(&report),
        [
            "`.propertis` is not known: did you mean `.properties`?",
            "`.sku.name` is `Standart_LRS`, none of the known values: did you mean `Standard_LRS`?",
            "`.tags.a` is a number, and a string is expected: write `.tags.a=7`",
            "`.accessTier` is not known: did you mean `.properties.accessTier`?",
        ]
    );
}

#[test]
fn there_is_an_end() {
    let many: Vec<String> = (0..50).map(|at| format!("\"quux{at}\":1")).collect();
    let report = report(
        BodyVerb::Put,
        STORAGE,
        None,
        &format!("{{{}}}", many.join(",")),
    );
    assert_eq!((report.remarks.len(), report.more), (10, 43));
    let deep = format!("{}1{}", "{\"properties\":".repeat(120), "}".repeat(120));
    let asked = Asked {
        type_name: VM,
        name: "x",
        verb: BodyVerb::Patch,
        version: None,
    };
    let _no_panic = check(deep.as_bytes(), asked);
}
