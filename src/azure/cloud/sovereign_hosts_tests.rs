//! Every row of the sovereign clouds' audience tables: tables only.

use crate::azure::cloud::Cloud;
use crate::azure::cloud::public_hosts_tests::check_only;

#[test]
fn china() {
    let check = |host: &str, expected: &str| {
        check_only(&Cloud::named("china").unwrap(), host, expected);
    };
    check(
        "management.chinacloudapi.cn",
        "https://management.core.chinacloudapi.cn/",
    );
    check(
        "chinaeast.management.chinacloudapi.cn",
        "https://management.core.chinacloudapi.cn/",
    );
    check(
        "management.core.chinacloudapi.cn",
        "https://management.core.chinacloudapi.cn/",
    );
    check(
        "microsoftgraph.chinacloudapi.cn",
        "https://microsoftgraph.chinacloudapi.cn",
    );
    check("graph.chinacloudapi.cn", "https://graph.chinacloudapi.cn/");
    check("kv.vault.azure.cn", "https://vault.azure.cn");
    check("hsm.managedhsm.azure.cn", "https://managedhsm.azure.cn");
    check(
        "account.blob.core.chinacloudapi.cn",
        "https://storage.azure.com/",
    );
    check(
        "api.loganalytics.azure.cn",
        "https://api.loganalytics.azure.cn",
    );
    check(
        "api.applicationinsights.azure.cn",
        "https://api.applicationinsights.azure.cn",
    );
    check("x.ingest.monitor.azure.cn", "https://monitor.azure.cn");
    check(
        "s.database.chinacloudapi.cn",
        "https://database.chinacloudapi.cn/",
    );
    check(
        "s.mysql.database.chinacloudapi.cn",
        "https://ossrdbms-aad.database.chinacloudapi.cn",
    );
    check("r.azurecr.cn", "https://containerregistry.azure.net");
    check(
        "w.dev.azuresynapse.azure.cn",
        "https://dev.azuresynapse.azure.cn",
    );
    check(
        "a.chinaeast.batch.chinacloudapi.cn",
        "https://batch.chinacloudapi.cn/",
    );
    check(
        "x.asazure.chinacloudapi.cn",
        "https://x.asazure.chinacloudapi.cn",
    );
    check(
        "rest.media.chinacloudapi.cn",
        "https://rest.media.chinacloudapi.cn",
    );
    check("site.scm.chinacloudsites.cn", "none");
}

#[test]
fn us_government() {
    let check = |host: &str, expected: &str| {
        check_only(&Cloud::named("usgov").unwrap(), host, expected);
    };
    check(
        "management.usgovcloudapi.net",
        "https://management.core.usgovcloudapi.net/",
    );
    check(
        "usgovvirginia.management.usgovcloudapi.net",
        "https://management.core.usgovcloudapi.net/",
    );
    check(
        "management.core.usgovcloudapi.net",
        "https://management.core.usgovcloudapi.net/",
    );
    check("graph.microsoft.us", "https://graph.microsoft.us/");
    check("dod-graph.microsoft.us", "https://dod-graph.microsoft.us/");
    check(
        "graph.microsoftazure.us",
        "https://graph.microsoftazure.us/",
    );
    check(
        "kv.vault.usgovcloudapi.net",
        "https://vault.usgovcloudapi.net",
    );
    check(
        "hsm.managedhsm.usgovcloudapi.net",
        "https://managedhsm.usgovcloudapi.net",
    );
    check(
        "account.dfs.core.usgovcloudapi.net",
        "https://storage.azure.com/",
    );
    check("api.loganalytics.us", "https://api.loganalytics.us");
    check(
        "api.applicationinsights.us",
        "https://api.applicationinsights.us",
    );
    check("x.ingest.monitor.azure.us", "https://monitor.azure.us");
    check(
        "s.database.usgovcloudapi.net",
        "https://database.usgovcloudapi.net/",
    );
    check(
        "s.postgres.database.usgovcloudapi.net",
        "https://ossrdbms-aad.database.usgovcloudapi.net",
    );
    check("r.azurecr.us", "https://containerregistry.azure.net");
    check(
        "w.dev.azuresynapse.usgovcloudapi.net",
        "https://dev.azuresynapse.usgovcloudapi.net",
    );
    check(
        "a.x.batch.usgovcloudapi.net",
        "https://batch.core.usgovcloudapi.net/",
    );
    check(
        "x.asazure.usgovcloudapi.net",
        "https://x.asazure.usgovcloudapi.net",
    );
    check(
        "rest.media.usgovcloudapi.net",
        "https://rest.media.usgovcloudapi.net",
    );
    check("site.scm.azurewebsites.us", "none");
}

#[test]
fn bleu() {
    let check = |host: &str, expected: &str| {
        check_only(&Cloud::named("bleu").unwrap(), host, expected);
    };
    check(
        "management.sovcloud-api.fr",
        "https://management.sovcloud-api.fr/",
    );
    check(
        "x.management.sovcloud-api.fr",
        "https://management.sovcloud-api.fr/",
    );
    check("graph.svc.sovcloud.fr", "https://graph.svc.sovcloud.fr");
    check("kv.vault.sovcloud-api.fr", "https://vault.sovcloud-api.fr");
    check(
        "hsm.managedhsm.sovcloud-api.fr",
        "https://managedhsm.sovcloud-api.fr",
    );
    check(
        "account.file.core.sovcloud-api.fr",
        "https://storage.azure.com/",
    );
    check(
        "s.database.sovcloud-api.fr",
        "https://database.sovcloud-api.fr/",
    );
    check(
        "s.mariadb.database.sovcloud-api.fr",
        "https://ossrdbms-aad.database.sovcloud-api.fr",
    );
    check(
        "r.azurecr.sovcloud-azure.fr",
        "https://containerregistry.azure.net",
    );
    check(
        "w.dev.azuresynapse.sovcloud-api.fr",
        "https://dev.azuresynapse.sovcloud-api.fr",
    );
    check("a.batch.sovcloud-api.fr", "https://batch.sovcloud-api.fr/");
    check(
        "rest.media.sovcloud-api.fr",
        "https://rest.media.sovcloud-api.fr",
    );
}
