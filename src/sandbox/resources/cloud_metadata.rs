//! `/metadata/endpoints`: how a client learns where a custom cloud is. It is answered without a
//! token, as the real one is.

use http::StatusCode;
use serde_json::json;

use crate::sandbox::protocol::api_version::{check_root, requested};
use crate::sandbox::protocol::error::ArmError;
use crate::sandbox::protocol::reply::Reply;
use crate::sandbox::protocol::request::Call;
use crate::sandbox::resources::versions::Versions;

/// Answers with one cloud whose resource manager is this sandbox. Hosts that the sandbox does not play are under
/// `.invalid` (RFC 2606), so that no client can be led to a real one.
pub(crate) fn endpoints(call: &Call<'_>, base_url: &str) -> Result<Reply, ArmError> {
    call.only_get()?;
    check_root(&requested(call)?, &Versions::of_cloud_metadata())?;
    let own = format!("{base_url}/");
    let other = |name: &str| format!("https://{name}.sandbox.invalid/");
    let cloud = json!({
        "name": "AzureSandbox",
        "portal": own,
        "gallery": own,
        "resourceManager": own,
        "authentication": {
            "loginEndpoint": own,
            "audiences": ["https://management.core.windows.net/", "https://management.azure.com/"],
            "tenant": "common",
            "identityProvider": "AAD",
        },
        "graph": other("graph"),
        "graphAudience": other("graph"),
        "microsoftGraphResourceId": other("graph"),
        "batch": other("batch"),
        "media": other("media"),
        "sqlManagement": other("sql-management"),
        "activeDirectoryDataLake": other("datalake"),
        "ossrdbmsResourceId": other("ossrdbms"),
        "logAnalyticsResourceId": other("loganalytics"),
        "appInsightsResourceId": other("applicationinsights"),
        "appInsightsTelemetryChannelResourceId": format!("{}v2/track", other("telemetry")),
        "attestationResourceId": other("attest"),
        "synapseAnalyticsResourceId": other("synapse"),
        "vmImageAliasDoc": format!("{}aliases.json", other("images")),
        "suffixes": {
            "storage": "storage.sandbox.invalid",
            "keyVaultDns": "vault.sandbox.invalid",
            "mhsmDns": "managedhsm.sandbox.invalid",
            "sqlServerHostname": "database.sandbox.invalid",
            "acrLoginServer": "registry.sandbox.invalid",
            "attestationEndpoint": "attest.sandbox.invalid",
            "mysqlServerEndpoint": "mysql.sandbox.invalid",
            "postgresqlServerEndpoint": "postgres.sandbox.invalid",
            "mariadbServerEndpoint": "mariadb.sandbox.invalid",
            "storageSyncEndpointSuffix": "sync.sandbox.invalid",
            "synapseAnalytics": "synapse.sandbox.invalid",
        },
    });
    Ok(Reply::json(StatusCode::OK, json!([cloud])))
}
