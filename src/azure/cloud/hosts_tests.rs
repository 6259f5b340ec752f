//! Which hosts have no audience, what kind they are, what else they accept: tables only.

use url::Url;

use crate::azure::audience::Audience;
use crate::azure::audience::host_table::HostKind;
use crate::azure::cloud::Cloud;
use crate::azure::cloud::hosts::{host_accepts, host_kind, refused_claim};
use crate::azure::cloud::public_hosts_tests::{check, check_in};

#[test]
fn unknown_hosts_have_none() {
    for host in [
        "evil.example",
        "azure.com",
        "management.azure.com.evil.example",
        "evilmanagement.azure.com",
        "management-azure.com",
        "evilvault.azure.net",
        "vault.azure.net",
        "evilazconfig.io",
        "azconfig.io",
        "evilazuredatalakestore.net",
        "core.windows.net",
        "blob.core.windows.net",
        "x.web.core.windows.net",
        "x.scm.evil.example",
        "site.azurewebsites.net",
        "portal.azure.com",
        "gallery.azure.com",
        "login.microsoftonline.com",
        "localhost",
        "127.0.0.1",
        "xn--mnagement-2nk.azure.com",
        "org.crm13.dynamics.com",
        "x.crmx.dynamics.com",
    ] {
        check(host, "none");
    }
}

#[test]
fn the_sandbox_knows_the_public_hosts() {
    check_in(
        &Cloud::sandbox(),
        "https://kv.vault.azure.net/",
        "https://vault.azure.net",
    );
    check_in(
        &Cloud::sandbox(),
        "https://management.azure.com/",
        "https://management.azure.com/",
    );
}

#[test]
fn a_custom_endpoint_is_its_origin_only() {
    let cloud = Cloud::custom_endpoint("http://127.0.0.1:8080").unwrap();
    check_in(
        &cloud,
        "http://127.0.0.1:8080/subscriptions",
        "https://management.azure.com/",
    );
    check_in(&cloud, "http://127.0.0.1:8081/subscriptions", "none");
    check_in(&cloud, "https://127.0.0.1:8080/subscriptions", "none");
    check_in(&cloud, "http://localhost:8080/subscriptions", "none");
    check_in(&cloud, "https://management.azure.com/subscriptions", "none");
    check_in(&cloud, "https://kv.vault.azure.net/", "none");
    let cloud = Cloud::custom_endpoint("https://arm.example:8443").unwrap();
    check_in(&cloud, "https://arm.example/", "none");
}

/// A variable or a file that names another Resource Manager must not draw a real token to it.
#[test]
fn a_definition_cannot_claim_the_audience_of_a_known_cloud() {
    let cloud = Cloud::custom_endpoint("https://arm.example:8443").unwrap();
    check_in(&cloud, "https://arm.example:8443/", "none");
    let cloud = Cloud::custom_endpoint("https://westus2.management.azure.com").unwrap();
    check_in(
        &cloud,
        "https://westus2.management.azure.com/",
        "https://management.azure.com/",
    );
    let stack = |audience: &str| {
        let text = format!(
            "[Stack]\nendpoint_resource_manager = https://management.stack.example\n\
             endpoint_active_directory = https://login.stack.example\n\
             endpoint_active_directory_resource_id = {audience}\n"
        );
        Cloud::from_clouds_config(&text, "Stack").unwrap()
    };
    let url = "https://management.stack.example/subscriptions";
    for audience in [
        "https://management.azure.com/",
        "https://management.core.windows.net",
        "https://MANAGEMENT.core.usgovcloudapi.net/",
        "https://vault.azure.net",
        "https://kv.vault.azure.net",
        "https://storage.azure.com/",
        "https://cluster.kusto.windows.net",
        "499b84ac-1321-427f-aa17-267ca6975798",
        "00000003-0000-0000-c000-000000000000",
        "https://eventhubs.azure.net/",
        "https://contoso.sharepoint.com",
        "https://other.example.org/",
        "openid https://graph.microsoft.com",
        "http://management.stack.example/",
    ] {
        check_in(&stack(audience), url, "none");
    }
    // A host of the known cloud is not a host for all its audiences: customers' code runs there.
    for endpoint in [
        "https://evil.servicebus.windows.net",
        "https://evil.scm.azurewebsites.net",
        "https://evil.azmk8s.io",
        "https://evil.blob.core.windows.net",
        "https://management.azure.com:8443",
    ] {
        let cloud = Cloud::custom_endpoint(endpoint).unwrap();
        check_in(&cloud, endpoint, "none");
    }
    let tenant = "https://management.contoso.onmicrosoft.com/3f2b8c1e";
    check_in(&stack(tenant), url, "none");
    assert!(refused_claim(&stack(tenant)).is_some());
    assert_eq!(refused_claim(&Cloud::public()), None);
    // Names below such domains are those of many owners.
    for (endpoint, audience, is_believed) in [
        ("management.evil.co.uk", "https://api.victim.co.uk/", false),
        ("management.air.co.uk", "https://api.air.co.uk/", true),
        (
            "evil.westus.cloudapp.azure.com",
            "https://victim.westus.cloudapp.azure.com/",
            false,
        ),
        (
            "evil.westus.cloudapp.azure.com",
            "https://notintable.azure.com/",
            false,
        ),
        (
            "evil.westus.cloudapp.azure.com",
            "https://evil.westus.cloudapp.azure.com/",
            true,
        ),
        (
            "evil.azurewebsites.net",
            "https://victim.azurewebsites.net/",
            false,
        ),
        (
            "management.east.air.example",
            "https://management.west.air.example/",
            false,
        ),
        (
            "management.air.example",
            "https://management.core.air.example/",
            true,
        ),
        ("10.1.0.1", "https://10.2.0.1/", false),
        ("10.1.0.1", "https://10.1.0.1/", true),
    ] {
        let text = format!(
            "[Stack]\nendpoint_resource_manager = https://{endpoint}\n\
             endpoint_active_directory = https://login.microsoftonline.com\n\
             endpoint_active_directory_resource_id = {audience}\n"
        );
        let cloud = Cloud::from_clouds_config(&text, "Stack").unwrap();
        let expected = if is_believed { audience } else { "none" };
        check_in(&cloud, &format!("https://{endpoint}/"), expected);
    }
    let own = "https://management.stack.example/3f2b8c1e";
    check_in(&stack(own), url, own);
    let text = "[AzureCloud]\nendpoint_resource_manager = https://evil.example\n";
    let cloud = Cloud::from_clouds_config(text, "AzureCloud").unwrap();
    check_in(&cloud, "https://evil.example/subscriptions", "none");
}

#[test]
fn kinds_of_hosts() {
    #[track_caller]
    fn check(url: &str, expected: HostKind) {
        assert_eq!(
            host_kind(&Cloud::public(), &Url::parse(url).unwrap()),
            expected,
            "{url}"
        );
    }
    check("https://management.azure.com/", HostKind::ResourceManager);
    check(
        "https://westus.management.azure.com/",
        HostKind::ResourceManager,
    );
    check("https://management.azure.com:444/", HostKind::Other);
    check("https://management.core.windows.net/", HostKind::Other);
    check("https://a.blob.core.windows.net/", HostKind::Storage);
    check("https://md-a.z1.blob.storage.azure.net/", HostKind::Storage);
    check("https://kv.vault.azure.net/", HostKind::Other);
    check("https://evil.example/", HostKind::Other);
    check("http://127.0.0.1:8080/", HostKind::Other);
    let endpoint = Cloud::custom_endpoint("http://127.0.0.1:8080").unwrap();
    let url = Url::parse("http://127.0.0.1:8080/subscriptions").unwrap();
    assert_eq!(host_kind(&endpoint, &url), HostKind::ResourceManager);
}

#[test]
fn second_audiences() {
    #[track_caller]
    fn check(url: &str, audience: &str, expected: bool) {
        let (url, audience) = (Url::parse(url).unwrap(), Audience::parse(audience).unwrap());
        assert_eq!(
            host_accepts(&Cloud::public(), &url, &audience),
            expected,
            "{url} {audience}"
        );
    }
    check(
        "https://management.azure.com/",
        "https://management.core.windows.net",
        true,
    );
    check(
        "https://ns.servicebus.windows.net/",
        "https://eventhubs.azure.net",
        true,
    );
    check(
        "https://ns.servicebus.windows.net/",
        "https://management.azure.com/",
        false,
    );
    check(
        "https://a.services.ai.azure.com/",
        "https://cognitiveservices.azure.com",
        true,
    );
    check(
        "https://c.kusto.windows.net/",
        "https://kusto.kusto.windows.net",
        true,
    );
    check(
        "https://kv.vault.azure.net/",
        "https://management.azure.com/",
        false,
    );
    check(
        "https://evil.example/",
        "https://management.azure.com/",
        false,
    );
}
