//! Whole requests about deployments, and about groups that are exported and moved.

use serde_json::{Value, json};

use crate::sandbox::tests::session::{BASE, Session, names, path};

const ITEM: &str = "{web}/providers/Microsoft.Resources/deployments/d";

fn deployment(resources: &Value, more: &Value) -> String {
    let mut properties = json!({
        "mode": "Incremental",
        "template": {
            "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
            "contentVersion": "1.0.0.0",
            "parameters": {
                "name": { "type": "string", "defaultValue": "vnet-new", "minLength": 3 },
                "secret": { "type": "securestring", "defaultValue": "s" },
            },
            "variables": { "prefix": "[concat('10.9.', '0.0/16')]" },
            "resources": resources,
            "outputs": {
                "id": { "type": "string", "value": "[resourceId('Microsoft.Network/virtualNetworks', parameters('name'))]" },
                "space": { "type": "object", "value": "[reference(parameters('name')).addressSpace]" },
            },
        },
    });
    crate::sandbox::merge::merge(&mut properties, more.clone());
    json!({ "properties": properties }).to_string()
}

fn network_and_subnet() -> Value {
    json!([
        {
            "type": "Microsoft.Network/virtualNetworks/subnets",
            "apiVersion": "2024-05-01",
            "name": "[concat(parameters('name'), '/default')]",
            "dependsOn": ["[resourceId('Microsoft.Network/virtualNetworks', parameters('name'))]"],
            "properties": { "addressPrefix": "10.9.0.0/24" },
        },
        {
            "type": "Microsoft.Network/virtualNetworks",
            "apiVersion": "2024-05-01",
            "name": "[parameters('name')]",
            "location": "[resourceGroup().location]",
            "properties": { "addressSpace": { "addressPrefixes": ["[variables('prefix')]"] } },
        },
    ])
}

#[test]
fn a_template_is_validated_deployed_and_told() {
    let mut session = Session::new();
    let sent = deployment(&network_and_subnet(), &json!({}));
    let network = path("{web}/providers/Microsoft.Network/virtualNetworks/vnet-new");
    let (status, body) = session.call(&format!("POST {ITEM}/validate?{{root}}"), &sent);
    assert_eq!(status, 200, "{body}");
    assert_eq!(
        body["properties"]["validatedResources"],
        json!([{ "id": network }, { "id": format!("{network}/subnets/default") }])
    );
    session.refused(
        &format!("GET {network}?{{network}}"),
        "",
        404,
        "ResourceNotFound",
    );

    let started = session.send(&format!("PUT {ITEM}?{{root}}"), &sent, &[]);
    assert_eq!(started.status(), 201);
    let monitor = started.headers()["azure-asyncoperation"].to_str().unwrap();
    assert!(
        monitor.contains("/deployments/d/operationStatuses/"),
        "{monitor}"
    );
    let body: Value = serde_json::from_slice(started.body()).unwrap();
    assert_eq!(body["properties"]["provisioningState"], "Accepted");
    let active = session.call(&format!("PUT {ITEM}?{{root}}"), &sent).1;
    assert_eq!(active["error"]["code"], "DeploymentActive");
    let monitor = monitor.strip_prefix(BASE).unwrap().to_owned();
    let seen = [(); 3].map(|()| session.get(&monitor)["status"].clone());
    assert_eq!(seen[2], "Succeeded");

    let done = session.get(&format!("{ITEM}?{{root}}"));
    let properties = &done["properties"];
    assert_eq!(properties["provisioningState"], "Succeeded");
    assert_eq!(
        properties["outputs"]["id"],
        json!({ "type": "String", "value": network })
    );
    assert_eq!(
        properties["outputs"]["space"]["value"]["addressPrefixes"],
        json!(["10.9.0.0/16"])
    );
    assert_eq!(
        properties["parameters"]["secret"],
        json!({ "type": "SecureString" })
    );
    assert_eq!(properties["dependencies"][0]["dependsOn"][0]["id"], network);
    assert_eq!(
        session.get(&format!("{network}?{{network}}"))["properties"]["subnets"][0]["name"],
        "default"
    );
    let steps = session.walk(&format!("{ITEM}/operations?{{root}}"), 20);
    assert_eq!(steps.len(), 2);
    let step = format!(
        "{ITEM}/operations/{}?{{root}}",
        steps[0]["operationId"].as_str().unwrap()
    );
    assert_eq!(session.get(&step), steps[0]);
    let listed = session.walk("{web}/providers/Microsoft.Resources/deployments?{root}", 20);
    assert!(names(&listed).contains(&"d"));
    let (status, exported) = session.call(&format!("POST {ITEM}/exportTemplate?{{root}}"), "{}");
    assert_eq!(
        (status, &exported["template"]["contentVersion"]),
        (200, &json!("1.0.0.0"))
    );
    session.refused(
        &format!("POST {ITEM}/cancel?{{root}}"),
        "",
        409,
        "DeploymentCannotBeCancelled",
    );
    assert_eq!(session.call(&format!("DELETE {ITEM}?{{root}}"), "").0, 204);
    session.refused(
        &format!("GET {ITEM}?{{root}}"),
        "",
        404,
        "DeploymentNotFound",
    );
}

#[test]
fn what_fails_is_told_step_by_step() {
    let mut session = Session::new();
    let mut resources = network_and_subnet();
    resources[1]["location"] = json!("mars");
    let sent = deployment(&resources, &json!({}));
    session.refused(
        &format!("POST {ITEM}/validate?{{root}}"),
        &sent,
        400,
        "InvalidTemplateDeployment",
    );
    session.call(&format!("PUT {ITEM}?{{root}}"), &sent);
    let looks = [(); 3].map(|()| session.get(&format!("{ITEM}?{{root}}")));
    let error = &looks[2]["properties"]["error"];
    assert_eq!(error["code"], "DeploymentFailed");
    assert_eq!(
        error["details"][0]["code"],
        "LocationNotAvailableForResourceType"
    );
    let steps = session.walk(&format!("{ITEM}/operations?{{root}}"), 20);
    assert_eq!(steps.len(), 1, "what depends on it is not tried");
    assert_eq!(steps[0]["properties"]["provisioningState"], "Failed");
}

#[test]
#[expect(clippy::too_many_lines, reason = "it is a table")]
fn templates_that_make_no_sense_are_refused() {
    let mut session = Session::new();
    let validate = format!("POST {ITEM}/validate?{{root}}");
    let mut check = |resources: Value, more: Value, status: u16, code: &str, part: &str| {
        let message = session.refused(&validate, &deployment(&resources, &more), status, code);
        assert!(message.contains(part), "{message}");
    };
    let one = |more: Value| {
        let mut resource = json!({ "type": "Microsoft.Network/virtualNetworks", "apiVersion": "2024-05-01", "name": "v", "location": "westeurope" });
        crate::sandbox::merge::merge(&mut resource, more);
        json!([resource])
    };
    let invalid = "InvalidTemplate";
    let none = || json!({});
    check(
        one(json!({ "name": "[none('x')]" })),
        none(),
        501,
        "NotModelled",
        "the template function 'none'",
    );
    check(
        one(json!({ "copy": {} })),
        none(),
        501,
        "NotModelled",
        "`copy`",
    );
    check(
        one(json!({ "type": "Microsoft.Resources/deployments" })),
        none(),
        501,
        "NotModelled",
        "deployments inside",
    );
    check(
        one(json!({ "name": "a/b" })),
        none(),
        400,
        invalid,
        "incorrect segment lengths",
    );
    check(
        one(json!({ "dependsOn": ["x"] })),
        none(),
        400,
        invalid,
        "'x' is not defined in the template",
    );
    check(
        one(json!({ "dependsOn": ["v"] })),
        none(),
        400,
        invalid,
        "Circular dependency detected",
    );
    check(
        one(json!({ "apiVersion": null })),
        none(),
        400,
        "InvalidRequestContent",
        "'apiVersion'",
    );
    check(
        json!([]),
        json!({ "parameters": { "nome": { "value": 1 } } }),
        400,
        invalid,
        "'nome'",
    );
    check(
        json!([]),
        json!({ "parameters": { "name": { "value": 1 } } }),
        400,
        invalid,
        "Actual 'Integer'",
    );
    check(
        json!([]),
        json!({ "parameters": { "name": { "value": "v" } } }),
        400,
        invalid,
        "`minLength`, '3'",
    );
    check(
        json!([]),
        json!({ "template": { "actions": {} } }),
        400,
        "InvalidRequestContent",
        "Could not find member 'actions' on object of type 'Template'. Path 'properties.template.actions', line 1, position",
    );
    check(
        json!([]),
        json!({ "template": null }),
        400,
        "InvalidRequestContent",
        "'template'",
    );
    check(
        json!([]),
        json!({ "templateLink": { "uri": "x" } }),
        501,
        "NotModelled",
        "`templateLink`",
    );
    let sub = "POST {sub}/providers/Microsoft.Resources/deployments/d/validate?{root}";
    session.refused(
        sub,
        &deployment(&json!([]), &json!({ "template": { "outputs": null } })),
        400,
        "LocationRequired",
    );
}

#[test]
fn a_subscription_gets_groups() {
    let mut session = Session::new();
    let mut sent: Value = serde_json::from_str(&deployment(
        &json!([{
            "type": "Microsoft.Resources/resourceGroups",
            "apiVersion": "2021-04-01",
            "name": "rg-made",
            "location": "[deployment().location]",
        }]),
        &json!({ "template": { "outputs": null } }),
    ))
    .unwrap();
    sent["location"] = json!("westeurope");
    let item = "{sub}/providers/Microsoft.Resources/deployments/groups?{root}";
    assert_eq!(
        session.call(&format!("PUT {item}"), &sent.to_string()).0,
        201
    );
    assert_eq!(
        session.get("{sub}/resourceGroups/rg-made?{root}")["location"],
        "westeurope"
    );
    let listed = session.walk("{sub}/providers/Microsoft.Resources/deployments?{root}", 20);
    assert!(names(&listed).contains(&"groups") && !names(&listed).contains(&"d"));
}

#[test]
fn a_what_if_tells_what_would_change_and_changes_nothing() {
    let mut session = Session::new();
    let group = path("{sub}/resourceGroups/rg-network-prod");
    let resources = json!([
        {
            "type": "Microsoft.Network/publicIPAddresses",
            "apiVersion": "2024-05-01",
            "name": "pip-unused",
            "location": "westeurope",
            "tags": { "environment": "production", "team": "none" },
        },
        {
            "type": "Microsoft.Network/publicIPAddresses",
            "apiVersion": "2024-05-01",
            "name": "pip-new",
            "location": "westeurope",
        },
    ]);
    let sent = deployment(&resources, &json!({ "template": { "outputs": null } }));
    let what_if = format!("{group}/providers/Microsoft.Resources/deployments/w/whatIf?{{root}}");
    let accepted = session.send(&format!("POST {what_if}"), &sent, &[]);
    assert_eq!(accepted.status(), 202);
    let monitor = accepted.headers()["location"].to_str().unwrap();
    assert!(monitor.contains("/operationresults/"), "{monitor}");
    let monitor = format!("GET {}", monitor.strip_prefix(BASE).unwrap());
    let looks = [(); 3].map(|()| session.call(&monitor, ""));
    assert_eq!((looks[0].0, looks[1].0, looks[2].0), (202, 202, 200));
    let changes = looks[2].1["properties"]["changes"].as_array().unwrap();
    let kinds: Vec<&str> = changes
        .iter()
        .map(|one| one["changeType"].as_str().unwrap())
        .collect();
    assert_eq!(&kinds[..2], ["Modify", "Create"]);
    assert!(
        kinds[2..].iter().all(|kind| *kind == "Ignore") && kinds.len() > 5,
        "{kinds:?}"
    );
    let paths: Vec<&str> = changes[0]["delta"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["path"].as_str().unwrap())
        .collect();
    assert!(
        paths.contains(&"tags.team") && paths.contains(&"properties.ipAddress"),
        "{paths:?}"
    );
    session.refused(
        &format!("GET {group}/providers/Microsoft.Network/publicIPAddresses/pip-new?{{network}}"),
        "",
        404,
        "ResourceNotFound",
    );
}

#[test]
fn a_group_is_exported_as_a_template_that_can_be_deployed() {
    let mut session = Session::new();
    let group = "{sub}/resourceGroups/rg-network-prod";
    let (status, body) = session.call(
        &format!("POST {group}/exportTemplate?{{root}}"),
        r#"{"resources":["*"]}"#,
    );
    assert_eq!(status, 200, "{body}");
    let template = &body["template"];
    let resources = template["resources"].as_array().unwrap();
    let first = &resources[0];
    assert_eq!(
        first["name"],
        "[parameters('virtualNetworks_vnet_prod_westeurope_name')]"
    );
    assert_eq!(
        resources[1]["name"],
        "[concat(parameters('virtualNetworks_vnet_prod_westeurope_name'), '/snet-web')]"
    );
    let sent = json!({ "properties": { "mode": "Incremental", "template": template } }).to_string();
    let (status, body) = session.call(&format!("POST {ITEM}/validate?{{root}}"), &sent);
    assert_eq!(status, 200, "{body}");
    let one = json!({ "resources": [path(&format!("{group}/providers/Microsoft.Network/publicIPAddresses/pip-unused"))], "options": "SkipAllParameterization" });
    let (_, body) = session.call(
        &format!("POST {group}/exportTemplate?{{root}}"),
        &one.to_string(),
    );
    assert_eq!(body["template"]["resources"][0]["name"], "pip-unused");
}

#[test]
fn resources_move_with_what_lies_below_them() {
    let mut session = Session::new();
    let source = path("{sub}/resourceGroups/rg-network-prod");
    let network = "providers/Microsoft.Network/virtualNetworks/vnet-prod-westeurope";
    let sent = |target: &str, id: &str| {
        json!({ "resources": [format!("{source}/{id}")], "targetResourceGroup": path(target) })
            .to_string()
    };
    let post = format!("POST {source}/moveResources?{{root}}");
    session.refused(&post, "{}", 400, "InvalidRequestContent");
    session.refused(
        &post,
        &sent("{sub}/resourceGroups/none", network),
        404,
        "ResourceGroupNotFound",
    );
    session.refused(
        &post,
        &sent("{web}", "providers/Microsoft.Network/virtualNetworks/none"),
        404,
        "ResourceNotFound",
    );
    session.refused(
        &post,
        &sent("{web}", &format!("{network}/subnets/snet-web")),
        400,
        "InvalidRequestContent",
    );
    let ok = sent("{web}", network);
    let accepted = session.send(
        &post.replace("moveResources", "validateMoveResources"),
        &ok,
        &[],
    );
    assert_eq!(accepted.status(), 202);
    session.call(
        &format!("PUT {source}/providers/Microsoft.Authorization/locks/l?api-version=2020-05-01"),
        r#"{"properties":{"level":"ReadOnly"}}"#,
    );
    session.refused(&post, &ok, 409, "ScopeLocked");
    session.call(
        &format!(
            "DELETE {source}/providers/Microsoft.Authorization/locks/l?api-version=2020-05-01"
        ),
        "",
    );
    let accepted = session.send(&post, &ok, &[]);
    let monitor = accepted.headers()["location"].to_str().unwrap();
    let monitor = format!("GET {}", monitor.strip_prefix(BASE).unwrap());
    let looks = [(); 3].map(|()| session.call(&monitor, "").0);
    assert_eq!(looks, [202, 202, 204]);
    let moved = session.get(&format!("{{web}}/{network}?{{network}}"));
    assert_eq!(moved["properties"]["subnets"].as_array().unwrap().len(), 2);
    session.refused(
        &format!("GET {source}/{network}?{{network}}"),
        "",
        404,
        "ResourceNotFound",
    );
}

#[test]
fn resources_are_validated_before_they_are_written() {
    let mut session = Session::new();
    let post = "POST /providers/Microsoft.Resources/validateResources?api-version=2020-10-01";
    let sent = |kind: &str, name: &str, location: &str| {
        json!({
            "provider": "Microsoft.Network",
            "type": kind,
            "location": location,
            "scope": path("{sub}/resourceGroups/rg-none"),
            "resources": [{ "apiVersion": "2024-05-01", "name": name, "properties": {} }],
        })
        .to_string()
    };
    let subnet = sent("virtualNetworks/subnets", "v/s", "");
    let (status, body) = session.call(post, &subnet);
    let id = path(
        "{sub}/resourceGroups/rg-none/providers/Microsoft.Network/virtualNetworks/v/subnets/s",
    );
    assert_eq!(
        (status, &body["properties"]["validatedResources"]),
        (200, &json!([id]))
    );
    session.refused(post, "{}", 400, "InvalidRequestContent");
    session.refused(
        post,
        &sent("virtualNetworks/subnets", "s", ""),
        400,
        "InvalidRequestContent",
    );
    let existing = sent("virtualNetworks", "v", "mars").replace("rg-none", "rg-web-prod");
    let (status, body) = session.call(post, &existing);
    let fault = &body["error"]["details"][0]["details"][0];
    assert_eq!(
        (status, &fault["code"]),
        (400, &json!("LocationNotAvailableForResourceType"))
    );
    assert_eq!(
        (&fault["target"], &body["error"]["code"]),
        (&json!("v"), &json!("ResourceValidationFailed"))
    );
}
