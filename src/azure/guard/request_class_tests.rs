//! What requests do, by their verb and address, and by the spellings with which a write could be passed for a read.

use http::{HeaderMap, HeaderValue, Method};
use url::Url;

use super::class::RequestClass::{self, Read, SecretRead, SecretWrite, Write};
use super::{OutgoingRequest, gives_secrets};
use crate::azure::audience::host_table::HostKind;

const GROUP: &str = "/subscriptions/s/resourceGroups/g";

fn class(method: &str, url: &str, host: HostKind, body: &str) -> RequestClass {
    let url = if url.starts_with('/') {
        format!("https://management.azure.com{url}")
    } else {
        url.to_owned()
    };
    OutgoingRequest {
        method: &Method::from_bytes(method.as_bytes()).unwrap(),
        url: &Url::parse(&url).unwrap(),
        host,
        headers: &HeaderMap::new(),
        body: body.as_bytes(),
    }
    .class()
}

#[track_caller]
fn check(method: &str, path: &str, expected: RequestClass) {
    let path = path.strip_prefix("G/").map_or(path.to_owned(), |rest| {
        format!("{GROUP}/providers/Microsoft.{rest}")
    });
    let found = class(method, &path, HostKind::ResourceManager, "");
    assert_eq!(found, expected, "{method} {path}");
    let with_query = format!("{path}?api-version=2024-01-01");
    let found = class(method, &with_query, HostKind::ResourceManager, "");
    assert_eq!(found, expected, "{method} {with_query}");
}

#[test]
fn verbs_say_what_they_do() {
    let path = "G/Compute/virtualMachines/v";
    for (method, expected) in [
        ("GET", Read),
        ("HEAD", Read),
        ("OPTIONS", Read),
        ("PUT", Write),
        ("PATCH", Write),
        ("DELETE", Write),
        ("POST", Write),
        ("get", Write),
        ("QUERY", Write),
        ("SEARCH", Write),
        ("PROPFIND", Write),
        ("TRACE", Write),
    ] {
        check(method, path, expected);
    }
}

#[test]
fn actions_are_known() {
    for (path, expected) in [
        ("/providers/Microsoft.ResourceGraph/resources", Read),
        ("/providers/microsoft.RESOURCEGRAPH/Resources/", Read),
        ("/providers/Microsoft.Resources/validateResources", Read),
        (
            "/subscriptions/s/providers/Microsoft.Storage/checkNameAvailability",
            Read,
        ),
        (
            "/subscriptions/s/providers/Microsoft.CostManagement/query",
            Read,
        ),
        (
            "/subscriptions/s/providers/Microsoft.Resources/deployments/d/whatIf",
            Read,
        ),
        ("G/Resources/deployments/d/whatIf", Read),
        ("G/Resources/deployments/d/validate", Read),
        ("G/Network/networkWatchers/n/nextHop", Read),
        ("G/Authorization/roleAssignments/r/validate", Read),
        ("/subscriptions/s/resourceGroups/g/exportTemplate", Read),
        (
            "/subscriptions/s/resourceGroups/g/validateMoveResources",
            Read,
        ),
        ("/subscriptions/s/resourceGroups/g/moveResources", Write),
        (
            "/subscriptions/s/providers/Microsoft.Compute/register",
            Write,
        ),
        ("G/Storage/storageAccounts/a/listKeys", SecretRead),
        ("G/Storage/storageAccounts/a/LIST%4bEYS", SecretRead),
        ("G/Web/sites/a/config/appsettings/list", SecretRead),
        ("G/Web/sites/a/publishxml", SecretRead),
        ("G/Web/sites/a/slotsdiffs", SecretRead),
        ("G/Logic/workflows/w/triggers/t/listCallbackUrl", SecretRead),
        (
            "G/Logic/workflows/w/runs/r/actions/a/listExpressionTraces",
            SecretRead,
        ),
        (
            "G/ContainerRegistry/registries/r/webhooks/w/listEvents",
            SecretRead,
        ),
        ("G/Storage/storageAccounts/a/regenerateKey", SecretWrite),
        ("G/Compute/disks/d/beginGetAccess", SecretWrite),
        (
            "G/Search/searchServices/s/createQueryKey/listKeys",
            SecretWrite,
        ),
        (
            "/subscriptions/s/providers/Microsoft.Authorization/acquirePolicyToken",
            SecretWrite,
        ),
        ("G/Compute/virtualMachines/v/restart", Write),
        (
            "/subscriptions/s/providers/Microsoft.Compute/locations/l/logAnalytics/apiAccess/getThrottledRequests",
            Write,
        ),
        (
            "G/SqlVirtualMachine/sqlVirtualMachines/v/fetchDCAssessment",
            Write,
        ),
        // Not in the catalogue, whatever it sounds like.
        ("G/Unheard/things/t/listAll", Write),
        ("G/Compute/virtualMachines/v/listKeys", Write),
        ("/subscriptions/s/resourceGroups/g/listKeys", Write),
    ] {
        check("POST", path, expected);
    }
}

#[test]
fn no_spelling_makes_a_read_of_a_write() {
    for path in [
        // A name that sounds like a read.
        "G/Search/searchServices/s/regenerateAdminKey/whatIf",
        "G/Compute/virtualMachines/whatIf",
        "G/Search/searchServices/createQueryKey/listKeys",
        // Another path than the template's for who decodes it.
        "G/Storage/storageAccounts/a%2Fdelete/checkNameAvailability",
        "G/Resources/deployments/d%2F..%2Fx/whatIf",
        "G/Resources/deployments/d%252Fx/whatIf",
        "G/Resources/deployments/d/whatIf%2F..%2Fcancel",
        "G/Resources/deployments//whatIf",
        "G/Resources/deployments/d/whatIf//",
        "G/Resources/deployments/d/whatIf/cancel",
        "G/Resources/deployments/d/cancel;/whatIf",
        "G/Resources/deployments/d/whatIf%00",
        "G/Resources/deployments/d/whatIf%20",
        "G/Resources/deployments/d/whatIf.",
        "G/Resources/deployments/providers/whatIf",
        "G/Resources/deployments/d%3Fx/whatIf",
        "/subscriptions/*/providers/Microsoft.CostManagement/query/x",
        "/subscriptions/s/resourceGroups/g/providers/Microsoft.Resources/validateResources",
        "/providers/Microsoft.ResourceGraph/resources/x",
        "/x/providers/Microsoft.ResourceGraph/resources",
    ] {
        let path = path
            .strip_prefix("G/")
            .map_or(path.to_owned(), |rest| {
                format!("{GROUP}/providers/Microsoft.{rest}")
            })
            .replace("Microsoft./", "Microsoft.");
        let found = class("POST", &path, HostKind::ResourceManager, "");
        assert!(matches!(found, Write | SecretWrite), "{path}: {found:?}");
    }
    let url = "https://management.azure.com/providers/Microsoft.ResourceGraph/resources";
    assert_eq!(class("POST", url, HostKind::Other, ""), Write);
}

#[test]
fn a_header_that_names_another_verb_makes_a_write() {
    for name in [
        "X-HTTP-Method-Override",
        "x-http-method",
        "X-Method-Override",
    ] {
        let mut headers = HeaderMap::new();
        let name = http::HeaderName::from_bytes(name.as_bytes()).unwrap();
        headers.insert(name, HeaderValue::from_static("DELETE"));
        let request = OutgoingRequest {
            method: &Method::GET,
            url: &Url::parse("https://management.azure.com/subscriptions/s").unwrap(),
            host: HostKind::ResourceManager,
            headers: &headers,
            body: b"",
        };
        assert_eq!(request.class(), Write);
    }
}

#[test]
fn gets_that_give_secrets_are_known_in_any_spelling() {
    for (path, expected) in [
        ("G/Network/connections/c/sharedkey", SecretRead),
        ("G/Network/connections/c/SharedKey/", SecretRead),
        ("G/Network/connections/c/shared%6bey", SecretRead),
        ("G/Network/connections/c//sharedkey", SecretRead),
        ("G/Network/connections/c/sharedkey.", SecretRead),
        ("G/Network/connections/c/sharedkey;x=1", SecretRead),
        ("G/Network/connections/c/sharedkey%20", SecretRead),
        (
            "G/Network/vpnGateways/g/vpnConnections/c/vpnLinkConnections/l/sharedKeys/default",
            SecretRead,
        ),
        (
            "G/Network/expressRouteCircuits/c/authorizations",
            SecretRead,
        ),
        ("G/DocumentDB/databaseAccounts/a/readonlykeys", SecretRead),
        ("G/Web/sites/s/functions/admin/token", SecretRead),
        ("G/Web/sites/s/slots/x/functions/admin/token", SecretRead),
        ("G/Web/sites/s/hostruntime/admin/host/keys", SecretRead),
        ("G/Network/connections/sharedkey", Read),
        ("G/Network/connections/c", Read),
        ("G/Network/expressRouteCircuits/authorizations", Read),
        ("G/Web/sites/s/functions/token", Read),
    ] {
        check("GET", path, expected);
    }
    for (url, expected) in [
        (
            "https://v.vault.azure.net/secrets/s?api-version=7.4",
            SecretRead,
        ),
        ("https://v.vault.azure.net/secrets/s/0123", SecretRead),
        ("https://v.vault.azure.net/Secrets/s/", SecretRead),
        ("https://v.vault.azure.net//secrets//s", SecretRead),
        ("https://v.vault.azure.net/secrets/s/versions", Read),
        ("https://v.vault.azure.net/secrets", Read),
        ("https://v.vault.azure.net/keys/k", Read),
        ("https://graph.microsoft.com/v1.0/users", Read),
    ] {
        assert_eq!(class("GET", url, HostKind::Other, ""), expected, "{url}");
        assert_eq!(
            gives_secrets(&Url::parse(url).unwrap()),
            expected == SecretRead,
            "{url}"
        );
    }
}

#[test]
fn posts_to_other_hosts_are_writes_but_for_the_known() {
    for (url, expected) in [
        (
            "https://graph.microsoft.com/v1.0/directoryObjects/getByIds",
            Read,
        ),
        (
            "https://graph.microsoft.com/v1.0/users/u/checkMemberGroups",
            Read,
        ),
        ("https://graph.microsoft.com/v1.0/me/getMemberGroups", Read),
        ("https://graph.microsoft.com/v1.0/$batch", Write),
        ("https://graph.microsoft.com/v1.0/users", Write),
        (
            "https://graph.microsoft.com.evil.example/v1.0/me/getMemberGroups",
            Write,
        ),
        ("https://api.loganalytics.io/v1/workspaces/w/query", Read),
        ("https://s.search.windows.net/indexes/i/docs/search", Read),
        ("https://s.search.windows.net/indexes/i/docs/index", Write),
        ("https://v.vault.azure.net/keys/k/sign", Write),
        ("https://v.vault.azure.net/secrets/s/backup", Write),
    ] {
        assert_eq!(class("POST", url, HostKind::Other, ""), expected, "{url}");
    }
}

#[test]
fn a_batch_does_what_its_requests_do() {
    let inner = |method: &str, url: &str| {
        format!(r#"{{"httpMethod":"{method}","relativeUrl":"{url}","name":"n"}}"#)
    };
    let read = inner("GET", "/subscriptions/s");
    let secret = inner(
        "POST",
        &format!("{GROUP}/providers/Microsoft.Storage/storageAccounts/a/listKeys"),
    );
    let write = inner("DELETE", "/subscriptions/s");
    for (body, expected) in [
        (format!(r#"{{"requests":[{read},{read}]}}"#), Read),
        (format!(r#"{{"requests":[{read},{secret}]}}"#), SecretRead),
        (format!(r#"{{"requests":[{read},{secret},{write}]}}"#), Write),
        (format!(r#"{{"requests":[{read}],"requests":[{write}]}}"#), Write),
        (format!(r#"{{"requests":[{read}],"Requests":[{write}]}}"#), Write),
        (format!(r#"{{"requests":[{read}]}}{{"requests":[{write}]}}"#), Write),
        (r#"{"requests":[{"httpMethod":"GET","httpMethod":"DELETE","relativeUrl":"/x"}]}"#.to_owned(), Write),
        (r#"{"requests":[{"httpMethod":"GET","relativeUrl":"/x","url":"/y"}]}"#.to_owned(), Write),
        (r#"{"requests":[{"httpMethod":"GET","relativeUrl":"//evil.example/x"}]}"#.to_owned(), Write),
        (r#"{"requests":[{"httpMethod":"GET","relativeUrl":"/x","headers":{"x-http-method":"DELETE"}}]}"#.to_owned(), Write),
        (r#"{"requests":[{"httpMethod":"POST","relativeUrl":"/batch","content":{"requests":[]}}]}"#.to_owned(), Read),
        ("[]".to_owned(), Write),
        (String::new(), Write),
    ] {
        let found = class("POST", "/batch?api-version=2020-06-01", HostKind::ResourceManager, &body);
        assert_eq!(found, expected, "{body}");
        let elsewhere = class("POST", "/Batch/x", HostKind::ResourceManager, &body);
        assert_eq!(elsewhere, Write);
    }
}
