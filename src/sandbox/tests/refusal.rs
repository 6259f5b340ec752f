//! Whole requests that are refused, with ARM's words, and requests that cannot be read.

use crate::sandbox::default_subscription_id;
use crate::sandbox::tests::session::{DEVELOPMENT, Session, path};

#[track_caller]
fn check(request: &str, body: &str, status: u16, code: &str) -> String {
    Session::new().refused(request, body, status, code)
}

#[track_caller]
fn check_message(request: &str, body: &str, status: u16, code: &str, message: &str) {
    assert_eq!(
        check(request, body, status, code),
        path(message),
        "{request}"
    );
}

const MACHINES: &str = "GET {sub}/providers/Microsoft.Compute/virtualMachines";

#[test]
fn api_versions() {
    check_message(
        MACHINES,
        "",
        400,
        "MissingApiVersionParameter",
        "The api-version query parameter (?api-version=) is required for all requests.",
    );
    check(
        &format!("{MACHINES}?api-version="),
        "",
        400,
        "MissingApiVersionParameter",
    );
    check(
        &format!("{MACHINES}?api-version=latest"),
        "",
        400,
        "InvalidApiVersionParameter",
    );
    check(
        &format!("{MACHINES}?{{compute}}&{{compute}}"),
        "",
        400,
        "InvalidApiVersionParameter",
    );
    let message = check(
        "GET /subscriptions?api-version=2099-01-01",
        "",
        400,
        "InvalidApiVersionParameter",
    );
    assert!(message.starts_with(
        "The api-version '2099-01-01' is invalid. The supported versions are '2025-04-01,"
    ));
    assert!(message.ends_with(",2014-04'."), "{message}");
    let machine = "GET {sub}/resourceGroups/rg-data-prod/providers/Microsoft.Compute/virtualMachines/vm-sql-01";
    let message = check(
        &format!("{machine}?api-version=2099-01-01"),
        "",
        400,
        "NoRegisteredProviderFound",
    );
    assert!(message.starts_with("No registered resource provider found for location 'northeurope' and API version '2099-01-01' for type 'virtualMachines'. The supported api-versions are '2026-04-01, 2026-03-01, "));
}

#[test]
fn every_version_that_a_client_may_choose_is_accepted() {
    let mut session = Session::new();
    let versions = "2021-07-01 2022-11-01 2023-03-01 2023-09-01 2024-03-01 2024-07-01 2024-11-01 2025-04-01 2026-03-01 2026-04-01";
    for version in versions.split(' ') {
        session.get(&format!("{{vms}}?api-version={version}"));
    }
    let versions = "2014-04-01 2014-04 2016-09-01 2021-04-01 2022-12-01 2025-04-01";
    for version in versions.split(' ') {
        session.get(&format!("/subscriptions?api-version={version}"));
        session.get(&format!("{{web}}?api-version={version}"));
    }
    for version in ["2025-07-01", "2025-09-01", "2026-03-01"] {
        session.get(&format!("{{net}}/virtualNetworks?api-version={version}"));
    }
    session.get("{web}/providers/Microsoft.Compute/disks?api-version=2026-03-02");
    session.get("{web}/providers/Microsoft.Storage/storageAccounts?api-version=2026-04-01");
    session.get("{web}/providers/Microsoft.Storage/storageAccounts?api-version=2026-09-01");
}

#[test]
fn what_does_not_exist() {
    check_message(
        "GET {vms}/no?{compute}",
        "",
        404,
        "ResourceNotFound",
        "The Resource 'Microsoft.Compute/virtualMachines/no' under resource group 'rg-web-prod' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix",
    );
    check("PATCH {vms}/no?{compute}", "{}", 404, "ResourceNotFound");
    check("POST {vms}/no/start?{compute}", "", 404, "ResourceNotFound");
    check(
        "POST {vms}/vm-web-01/explode?{compute}",
        "",
        404,
        "InvalidResourceType",
    );
    check(
        "GET {vms}/vm-web-01/extensions/no?{compute}",
        "",
        404,
        "ResourceNotFound",
    );
    check(
        "GET {vms}/no/extensions?{compute}",
        "",
        404,
        "ParentResourceNotFound",
    );
    check_message(
        "PUT {vms}/no/extensions/e?{compute}",
        r#"{"location":"westeurope"}"#,
        404,
        "ParentResourceNotFound",
        "Failed to perform 'write' on resource(s) of type 'Microsoft.Compute/virtualMachines/extensions', because the parent resource '{vms}/no' could not be found.",
    );
    let absent = "{sub}/resourceGroups/rg-no";
    let inside = format!("{absent}/providers/Microsoft.Web/sites/s?api-version=2024-04-01");
    for request in [
        format!("GET {absent}?{{root}}"),
        format!("PATCH {absent}?{{root}}"),
        format!("GET {absent}/resources?{{root}}"),
        format!("GET {inside}"),
        format!("PUT {inside}"),
        format!("DELETE {inside}"),
    ] {
        check_message(
            &request,
            "{}",
            404,
            "ResourceGroupNotFound",
            "Resource group 'rg-no' could not be found.",
        );
    }
    check(
        "GET /subscriptions/x?{root}",
        "",
        400,
        "InvalidSubscriptionId",
    );
    check(
        "GET /subscriptions/00000000-0000-0000-0000-000000000000?{root}",
        "",
        404,
        "SubscriptionNotFound",
    );
    check("GET /nowhere?{root}", "", 404, "MissingSubscription");
    check("GET {sub}/nowhere?{root}", "", 404, "NotFound");
    check(
        "GET {sub}/providers/No.Such/things?{root}",
        "",
        404,
        "InvalidResourceNamespace",
    );
    check(
        "GET {sub}/providers/Microsoft.Resources/deploymants?{root}",
        "",
        404,
        "InvalidResourceType",
    );
    let message = Session::new().refused(
        "GET {sub}/providers/Microsoft.Compute/skus?api-version=2021-07-01",
        "",
        501,
        "NotModelled",
    );
    assert_eq!(
        message,
        "The sandbox does not model GET of Microsoft.Compute/skus; Azure does."
    );
}

#[test]
fn what_is_forbidden() {
    let group = "{dev}/resourceGroups/RG-Restricted";
    check_message(
        &format!("GET {group}?{{root}}"),
        "",
        403,
        "AuthorizationFailed",
        &format!(
            "The client 'operator@contoso.example' with object id 'e4b07a95-2c38-4f1d-a6e9-90d5b1c7f382' does not have authorization to perform action 'Microsoft.Resources/subscriptions/resourcegroups/read' over scope '{DEVELOPMENT}/resourceGroups/RG-Restricted' or the scope is invalid. If access was recently granted, please refresh your credentials."
        ),
    );
    for (request, action) in [
        (
            "DELETE {g}?{root}",
            "Microsoft.Resources/subscriptions/resourcegroups/delete",
        ),
        (
            "GET {g}/resources?{root}",
            "Microsoft.Resources/subscriptions/resources/read",
        ),
        (
            "PUT {g}/providers/Microsoft.Compute/virtualMachines/v?{compute}",
            "Microsoft.Compute/virtualMachines/write",
        ),
        (
            "POST {g}/providers/Microsoft.Compute/virtualMachines/v/start?{compute}",
            "Microsoft.Compute/virtualMachines/start/action",
        ),
    ] {
        let message = check(
            &request.replace("{g}", group),
            "",
            403,
            "AuthorizationFailed",
        );
        assert!(
            message.contains(&format!("perform action '{action}' over scope")),
            "{message}"
        );
    }
    let mut session = Session::new();
    let cluster = "PUT {dev}/resourceGroups/rg-dev/providers/Microsoft.ContainerService/managedClusters/k?api-version=2024-09-01";
    let body = r#"{"location":"westeurope"}"#;
    session.refused(cluster, body, 409, "MissingSubscriptionRegistration");
    let register = "POST {dev}/providers/Microsoft.ContainerService/register?{root}";
    assert_eq!(
        session.call(register, "").1["registrationState"],
        "Registered"
    );
    assert_eq!(session.call(cluster, body).0, 201);
    let unregister = "POST {dev}/providers/Microsoft.ContainerService/unregister?{root}";
    assert_eq!(
        session.call(unregister, "").1["registrationState"],
        "NotRegistered"
    );
    session.refused(cluster, body, 409, "MissingSubscriptionRegistration");
}

#[test]
fn bad_bodies() {
    let put = "PUT {vms}/vm-web-01?{compute}";
    for body in [
        "",
        "{",
        "[]",
        "null",
        r#"{"location":1}"#,
        r#"{"location":"westeurope","tags":[]}"#,
        r#"{"location":"westeurope","tags":{"a":1}}"#,
        r#"{"location":"westeurope","properties":1}"#,
    ] {
        check(put, body, 400, "InvalidRequestContent");
    }
    check_message(
        put,
        "{}",
        400,
        "LocationRequired",
        "The location property is required for this definition.",
    );
    check(
        put,
        r#"{"location":"mars"}"#,
        400,
        "LocationNotAvailableForResourceType",
    );
    check_message(
        put,
        r#"{"location":"northeurope"}"#,
        409,
        "InvalidResourceLocation",
        "The resource 'vm-web-01' already exists in location 'westeurope' in resource group 'rg-web-prod'. A resource with the same name cannot be created in location 'northeurope'. Please select a new resource name.",
    );
    check(
        "PATCH {vms}/vm-web-01?{compute}",
        r#"{"location":"eastus"}"#,
        409,
        "InvalidResourceLocation",
    );
    check("PUT {web}?{root}", "{}", 400, "LocationRequired");
    check_message(
        "PUT {web}?{root}",
        r#"{"location":"northeurope"}"#,
        409,
        "InvalidResourceGroupLocation",
        "Invalid resource group location 'northeurope'. The Resource group already exists in location 'westeurope'.",
    );
    check(
        "PUT {sub}/resourceGroups/rg%20x?{root}",
        r#"{"location":"eastus"}"#,
        400,
        "InvalidResourceGroup",
    );
    check(
        "PUT {vms}/..?{compute}",
        r#"{"location":"westeurope"}"#,
        400,
        "InvalidResourceName",
    );
    check(
        "PUT {net}/virtualNetworks/v?{network}",
        r#"{"location":"eastus","properties":{"subnets":1}}"#,
        400,
        "InvalidRequestContent",
    );
    let text = Session::new().send(put, "", &[("content-type", "text/plain")]);
    assert_eq!(text.status(), 400);
}

#[test]
fn verbs_and_parameters() {
    let mut session = Session::new();
    for (request, allow) in [
        (
            "POST {vms}/vm-web-01?{compute}",
            "GET, HEAD, PUT, PATCH, DELETE",
        ),
        ("PROPFIND {web}?{root}", "GET, HEAD, PUT, PATCH, DELETE"),
        ("GET {vms}/vm-web-01/start?{compute}", "POST"),
        ("POST {vms}/vm-web-01/instanceView?{compute}", "GET"),
        ("DELETE {vms}?{compute}", "GET"),
        ("POST /subscriptions?{root}", "GET"),
        ("PUT {sub}?{root}", "GET"),
        ("PUT {web}/resources?{root}", "GET"),
        ("DELETE {sub}/resourceGroups?{root}", "GET"),
        ("GET {sub}/providers/Microsoft.Web/register?{root}", "POST"),
        ("POST /metadata/endpoints?api-version=2022-09-01", "GET"),
    ] {
        session.refused(request, "", 405, "MethodNotAllowed");
        assert_eq!(
            session.send(request, "", &[]).headers()["allow"],
            allow,
            "{request}"
        );
    }
    session.refused(
        &format!("{MACHINES}?{{compute}}&$skiptoken=x"),
        "",
        400,
        "InvalidSkipToken",
    );
    session.refused(
        &format!("{MACHINES}?{{compute}}&$top=0"),
        "",
        400,
        "InvalidTop",
    );
    session.refused(
        &format!("{MACHINES}?{{compute}}&$filter=x"),
        "",
        400,
        "InvalidFilterInQueryString",
    );
    session.refused(
        "GET {sub}/resources?{root}&$filter=a%20eq%20'b'",
        "",
        400,
        "InvalidFilterInQueryString",
    );
}

#[test]
fn no_request_makes_it_panic() {
    let mut session = Session::new();
    let pieces: Vec<&str> =
        "subscriptions SUB resourceGroups rg-web-prod providers Microsoft.Compute \
         virtualMachines vm-web-01 register .. %20 %ff resources instanceView start"
            .split(' ')
            .map(|piece| {
                if piece == "SUB" {
                    default_subscription_id()
                } else {
                    piece
                }
            })
            .collect();
    let verbs = ["GET", "PUT", "PATCH", "POST", "DELETE", "HEAD", "OPTIONS"];
    let mut random = 1_u32;
    let mut next = |below: usize| {
        random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (random >> 16) as usize % below
    };
    for _ in 0..3_000 {
        // The first parts are right more often than not, so that the later ones are reached.
        let length = next(12);
        let uri: String = (0..length)
            .map(|index| {
                if next(4) > 0 && index < 8 {
                    pieces[index]
                } else {
                    pieces[next(pieces.len())]
                }
            })
            .fold(String::new(), |uri, piece| uri + "/" + piece);
        let request = format!(
            "{} /{uri}?{{compute}}&$top=3&$expand=,instanceView",
            verbs[next(verbs.len())]
        );
        let body = r#"{"location":"westeurope","properties":{"subnets":3}}"#;
        assert!(
            session.send(&request, body, &[]).status().as_u16() >= 200,
            "{request}"
        );
    }
}

#[test]
fn members_that_nobody_knows() {
    let message = |member: &str, kind: &str, position: usize| {
        format!(
            "The request content was invalid and could not be deserialized: 'Could not find member '{member}' on object of type '{kind}'. Path '{member}', line 1, position {position}.'."
        )
    };
    for request in [
        "PUT {vms}/vm-new?{compute}",
        "PUT {vms}/vm-web-01?{compute}",
        "PATCH {vms}/vm-web-01?{compute}",
    ] {
        check_message(
            request,
            r#"{"location":"westeurope","propertis":{}}"#,
            400,
            "InvalidRequestContent",
            &message("propertis", "ResourceDefinition", 37),
        );
    }
    // Inside of a resource a slip is refused, and a member that resembles nothing is taken.
    check_message(
        "PUT {vms}/vm-new?{compute}",
        r#"{"location":"westeurope","properties":{"fromTomorrow":1,"hardwreProfile":{}}}"#,
        400,
        "InvalidRequestContent",
        "The request content was invalid and could not be deserialized: 'Could not find member 'hardwreProfile' on object of type 'VirtualMachineProperties'. Path 'properties.hardwreProfile', line 1, position 73.'.",
    );
    for request in ["PUT {web}?{root}", "PATCH {web}?{root}"] {
        check_message(
            request,
            r#"{"location":"westeurope","tag":{}}"#,
            400,
            "InvalidRequestContent",
            &message("tag", "ResourceGroupDefinition", 31),
        );
    }
}
