//! Every row of the audience table, and what must not match it: tables only.

use url::Url;

use crate::azure::audience::Audience;
use crate::azure::cloud::Cloud;
use crate::azure::cloud::hosts::audience_of;

#[track_caller]
pub(in crate::azure) fn check_in(cloud: &Cloud, url: &str, expected: &str) {
    let audience = audience_of(cloud, &Url::parse(url).unwrap());
    let found = audience.as_ref().map_or("none", Audience::as_str);
    assert_eq!(found, expected, "{url} in {}", cloud.name);
}

/// Checks a host in the public cloud and that no other cloud knows it.
#[track_caller]
pub(in crate::azure) fn check(host: &str, expected: &str) {
    check_only(&Cloud::public(), host, expected);
}

#[track_caller]
pub(in crate::azure) fn check_only(cloud: &Cloud, host: &str, expected: &str) {
    let url = format!("https://{host}/a/b?c=d");
    check_in(cloud, &url, expected);
    check_in(cloud, &format!("https://{host}:443/"), expected);
    check_in(cloud, &format!("https://{host}:444/"), "none");
    check_in(cloud, &format!("http://{host}/"), "none");
    check_in(cloud, &format!("http://{host}:443/"), "none");
    check_in(cloud, &format!("https://{host}.evil.example/"), "none");
    for name in Cloud::known_names() {
        let other = Cloud::named(&name).unwrap();
        if other.name != cloud.name {
            check_in(&other, &url, "none");
        }
    }
}

#[test]
fn resource_manager_and_graph() {
    check("management.azure.com", "https://management.azure.com/");
    check(
        "westus2.management.azure.com",
        "https://management.azure.com/",
    );
    check(
        "management.privatelink.azure.com",
        "https://management.azure.com/",
    );
    check(
        "management.core.windows.net",
        "https://management.core.windows.net/",
    );
    check("graph.microsoft.com", "https://graph.microsoft.com/");
    check("graph.windows.net", "https://graph.windows.net/");
}

#[test]
fn secrets_and_storage() {
    check("kv.vault.azure.net", "https://vault.azure.net");
    check("hsm.managedhsm.azure.net", "https://managedhsm.azure.net");
    for service in ["blob", "queue", "table", "file", "dfs"] {
        check(
            &format!("account.{service}.core.windows.net"),
            "https://storage.azure.com/",
        );
        check(
            &format!("account.z12.{service}.storage.azure.net"),
            "https://storage.azure.com/",
        );
    }
    check(
        "md-abc.z12.blob.storage.azure.net",
        "https://disk.azure.com/",
    );
    check(
        "onelake.dfs.fabric.microsoft.com",
        "https://storage.azure.com/",
    );
    check(
        "onelake.blob.fabric.microsoft.com",
        "https://storage.azure.com/",
    );
    check(
        "westus-api.onelake.fabric.microsoft.com",
        "https://storage.azure.com/",
    );
    check("lake.azuredatalakestore.net", "https://datalake.azure.net/");
    check(
        "lake.azuredatalakeanalytics.net",
        "https://datalake.azure.net/",
    );
}

#[test]
fn monitor() {
    check("api.loganalytics.io", "https://api.loganalytics.io");
    check("api.loganalytics.azure.com", "https://api.loganalytics.io");
    check(
        "api.applicationinsights.io",
        "https://api.applicationinsights.io",
    );
    check(
        "dce.westus-1.ingest.monitor.azure.com",
        "https://monitor.azure.com",
    );
    check(
        "dce.westus-1.handler.control.monitor.azure.com",
        "https://monitor.azure.com",
    );
    check(
        "westus.metrics.monitor.azure.com",
        "https://metrics.monitor.azure.com",
    );
    check(
        "amw.westus.prometheus.monitor.azure.com",
        "https://prometheus.monitor.azure.com",
    );
}

#[test]
fn data() {
    check("account.documents.azure.com", "https://cosmos.azure.com");
    check("account.table.cosmos.azure.com", "https://cosmos.azure.com");
    check(
        "server.database.windows.net",
        "https://database.windows.net/",
    );
    for service in ["postgres", "mysql", "mariadb"] {
        check(
            &format!("server.{service}.database.azure.com"),
            "https://ossrdbms-aad.database.windows.net",
        );
    }
    check(
        "workspace.dev.azuresynapse.net",
        "https://dev.azuresynapse.net",
    );
    check(
        "c.westus.kusto.windows.net",
        "https://c.westus.kusto.windows.net",
    );
    check(
        "c.z9.kusto.fabric.microsoft.com",
        "https://kusto.kusto.windows.net",
    );
    check(
        "c.workspace.kusto.azuresynapse.net",
        "https://kusto.kusto.windows.net",
    );
    check(
        "adb-1.2.azuredatabricks.net",
        "2ff814a6-3304-4ab8-85cb-cd0e6f879c1d",
    );
    check(
        "accounts.azuredatabricks.net",
        "2ff814a6-3304-4ab8-85cb-cd0e6f879c1d",
    );
    check(
        "westus.asazure.windows.net",
        "https://westus.asazure.windows.net",
    );
    check(
        "api.powerbi.com",
        "https://analysis.windows.net/powerbi/api",
    );
    check(
        "wabi.analysis.windows.net",
        "https://analysis.windows.net/powerbi/api",
    );
    check(
        "api.fabric.microsoft.com",
        "https://api.fabric.microsoft.com",
    );
    check("account.purview.azure.com", "https://purview.azure.net");
    check("account.purview.azure.net", "https://purview.azure.net");
    check("service.search.windows.net", "https://search.azure.com");
}

#[test]
fn messaging_and_configuration() {
    check("ns.servicebus.windows.net", "https://servicebus.azure.net/");
    check(
        "topic.westus-1.eventgrid.azure.net",
        "https://eventgrid.azure.net",
    );
    check("store.azconfig.io", "https://azconfig.io");
    check(
        "chat.communication.azure.com",
        "https://communication.azure.com/",
    );
    check("hub.service.signalr.net", "https://signalr.azure.com");
    check("hub.webpubsub.azure.com", "https://webpubsub.azure.com");
    check("registry.azurecr.io", "https://containerregistry.azure.net");
    check(
        "account.westus.batch.azure.com",
        "https://batch.core.windows.net/",
    );
}

#[test]
fn intelligence_and_things() {
    check(
        "a.cognitiveservices.azure.com",
        "https://cognitiveservices.azure.com",
    );
    check("a.openai.azure.com", "https://cognitiveservices.azure.com");
    check(
        "westus.api.cognitive.microsoft.com",
        "https://cognitiveservices.azure.com",
    );
    check("a.services.ai.azure.com", "https://ai.azure.com");
    check("e.westus.inference.ml.azure.com", "https://ml.azure.com");
    check("m.westus.models.ai.azure.com", "https://ml.azure.com");
    check("westus.api.azureml.ms", "https://ml.azure.com");
    check(
        "twin.api.wus2.digitaltwins.azure.net",
        "https://digitaltwins.azure.net",
    );
    check("hub.azure-devices.net", "https://iothubs.azure.net");
    check(
        "dps.azure-devices-provisioning.net",
        "https://azure-devices-provisioning.net",
    );
    check(
        "account.api.adu.microsoft.com",
        "https://api.adu.microsoft.com",
    );
    check(
        "app.azureiotcentral.com",
        "https://apps.azureiotcentral.com",
    );
}

#[test]
fn development_and_others() {
    check("dev.azure.com", "499b84ac-1321-427f-aa17-267ca6975798");
    check(
        "vssps.dev.azure.com",
        "499b84ac-1321-427f-aa17-267ca6975798",
    );
    check(
        "org.visualstudio.com",
        "499b84ac-1321-427f-aa17-267ca6975798",
    );
    check(
        "k8s-dns-1.hcp.westus.azmk8s.io",
        "6dae42f8-4368-4678-94ff-3960e28e3630",
    );
    check(
        "x.cnt-prod.loadtesting.azure.com",
        "https://cnt-prod.loadtesting.azure.com",
    );
    check(
        "x.westus.devcenter.azure.com",
        "https://devcenter.azure.com",
    );
    check("x.wus.attest.azure.net", "https://attest.azure.net");
    check(
        "x.confidential-ledger.azure.com",
        "https://confidential-ledger.azure.com",
    );
    check("atlas.microsoft.com", "https://atlas.microsoft.com");
    check("us.atlas.microsoft.com", "https://atlas.microsoft.com");
    check("x.api.wus2.deid.azure.com", "https://deid.azure.com");
    check("site.scm.azurewebsites.net", "https://appservice.azure.com");
    check("rest.media.azure.net", "https://rest.media.azure.net");
    check("quantum.microsoft.com", "https://quantum.microsoft.com");
    check("outlook.office365.com", "https://outlook.office365.com/");
    check("org.crm.dynamics.com", "https://org.crm.dynamics.com");
    check("org.crm4.dynamics.com", "https://org.crm4.dynamics.com");
}
