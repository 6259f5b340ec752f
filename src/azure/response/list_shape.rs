//! Services whose lists have a shape of their own, recognised by the address of a request. The lists are read by
//! `client`.

use url::Url;

use crate::azure::resource::id::ResourceId;
use crate::azure::url::origin::host_matches;

/// A list whose shape is known before it is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListShape {
    /// A query or a forecast of Cost Management: rows in `properties.rows`, and a
    /// `properties.nextLink` that takes the same body by POST (Azure/azure-rest-api-specs#12276).
    CostQuery,
    /// A price sheet: `properties.pricesheets` and `properties.nextLink`.
    PriceSheet,
    /// Resource Graph: `data` or `data.rows`, and a `$skipToken` for the next body.
    ResourceGraph,
}

/// How a service takes the token of the next page that the head of its answer holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenHeader {
    /// In the same header, `x-ms-continuation`: Cosmos DB.
    Header,
    /// As parameters of the address; each header of the answer next to the parameter that takes it.
    Parameters(&'static [(&'static str, &'static str)]),
}

/// Azure DevOps.
const DEVOPS_TOKEN: TokenHeader =
    TokenHeader::Parameters(&[("x-ms-continuationtoken", "continuationToken")]);
/// Data Lake Storage, and OneLake.
const DATA_LAKE_TOKEN: TokenHeader =
    TokenHeader::Parameters(&[("x-ms-continuation", "continuation")]);
/// Tables, of Storage and of Cosmos DB. The names are theirs alone, whatever the host: an emulator listens on loopback.
const TABLE_TOKENS: TokenHeader = TokenHeader::Parameters(&[
    ("x-ms-continuation-nextpartitionkey", "NextPartitionKey"),
    ("x-ms-continuation-nextrowkey", "NextRowKey"),
    ("x-ms-continuation-nexttablename", "NextTableName"),
]);

/// Cosmos DB's data plane in its clouds.
const COSMOS_HOSTS: [&str; 3] = [
    "*.documents.azure.com",
    "*.documents.azure.cn",
    "*.documents.azure.us",
];
/// Azure DevOps.
const DEVOPS_HOSTS: [&str; 3] = ["dev.azure.com", "*.dev.azure.com", "*.visualstudio.com"];

/// Tells a known list by its address; `is_post` is the verb.
pub fn list_shape(is_post: bool, url: &Url) -> Option<ListShape> {
    let id = ResourceId::of(url);
    let namespace = id.namespace()?.to_ascii_lowercase();
    let mut last = id
        .segments()
        .iter()
        .rev()
        .map(|one| one.to_ascii_lowercase());
    let (last, before) = (last.next()?, last.next()?);
    match (namespace.as_str(), before.as_str(), last.as_str()) {
        ("microsoft.costmanagement", _, "query" | "forecast") if is_post => {
            Some(ListShape::CostQuery)
        }
        ("microsoft.consumption", "pricesheets", "default") if !is_post => {
            Some(ListShape::PriceSheet)
        }
        ("microsoft.resourcegraph", _, "resources") if is_post => Some(ListShape::ResourceGraph),
        _ => None,
    }
}

/// Tells whether an address is one of Azure DevOps.
pub fn is_devops(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    DEVOPS_HOSTS
        .iter()
        .any(|pattern| host_matches(pattern, host))
}

/// Says how the service at an address names the next page in the head of its answer.
pub fn token_header(url: &Url) -> TokenHeader {
    let host = url.host_str().unwrap_or_default();
    let is_one_of = |hosts: &[&str]| hosts.iter().any(|pattern| host_matches(pattern, host));
    if is_one_of(&COSMOS_HOSTS) {
        TokenHeader::Header
    } else if is_one_of(&DEVOPS_HOSTS) {
        DEVOPS_TOKEN
    } else if host.split('.').any(|label| label == "dfs") {
        DATA_LAKE_TOKEN
    } else {
        TABLE_TOKENS
    }
}

#[cfg(test)]
mod tests {
    use url::Url;

    use super::{
        DATA_LAKE_TOKEN, DEVOPS_TOKEN, ListShape, TABLE_TOKENS, TokenHeader, list_shape,
        token_header,
    };

    #[test]
    fn lists_are_known_by_their_provider_and_verb() {
        let cost = Some(ListShape::CostQuery);
        for (is_post, path, expected) in [
            (
                true,
                "/subscriptions/s/providers/Microsoft.CostManagement/query",
                cost,
            ),
            (
                true,
                "/subscriptions/s/providers/MICROSOFT.COSTMANAGEMENT/Forecast",
                cost,
            ),
            (
                true,
                "/providers/Microsoft.Billing/billingAccounts/b/providers/Microsoft.CostManagement/query",
                cost,
            ),
            (
                true,
                "/providers/Microsoft.CostManagement/externalSubscriptions/e/query",
                cost,
            ),
            (
                false,
                "/subscriptions/s/providers/Microsoft.CostManagement/query",
                None,
            ),
            (
                true,
                "/subscriptions/s/providers/Microsoft.CostManagement/exports/query/run",
                None,
            ),
            (
                true,
                "/subscriptions/s/providers/Microsoft.CostManagement.evil/query",
                None,
            ),
            (
                false,
                "/subscriptions/s/providers/Microsoft.Consumption/pricesheets/default",
                Some(ListShape::PriceSheet),
            ),
            (
                true,
                "/providers/Microsoft.ResourceGraph/resources",
                Some(ListShape::ResourceGraph),
            ),
            (false, "/providers/Microsoft.ResourceGraph/resources", None),
            (true, "/resources", None),
        ] {
            let url = Url::parse("https://management.azure.com").unwrap();
            assert_eq!(
                list_shape(is_post, &url.join(path).unwrap()),
                expected,
                "{path}"
            );
        }
    }

    #[test]
    fn headers_are_those_of_their_hosts() {
        for (url, expected) in [
            ("https://a.documents.azure.com/dbs", TokenHeader::Header),
            ("https://a.documents.azure.com:443/dbs", TokenHeader::Header),
            ("https://dev.azure.com/o/_apis/x", DEVOPS_TOKEN),
            ("https://vssps.dev.azure.com/o", DEVOPS_TOKEN),
            ("https://o.visualstudio.com/_apis", DEVOPS_TOKEN),
            ("https://a.dfs.core.windows.net/fs", DATA_LAKE_TOKEN),
            ("https://a.dfs.core.usgovcloudapi.net/fs", DATA_LAKE_TOKEN),
            (
                "https://onelake.dfs.fabric.microsoft.com/w",
                DATA_LAKE_TOKEN,
            ),
            ("https://a.table.core.windows.net/T()", TABLE_TOKENS),
            ("https://a.table.cosmos.azure.com/T()", TABLE_TOKENS),
            ("http://127.0.0.1:10002/account/T()", TABLE_TOKENS),
            ("https://documents.azure.com.evil.example/dbs", TABLE_TOKENS),
            ("https://evildev.azure.com/o", TABLE_TOKENS),
            ("https://management.azure.com/subscriptions", TABLE_TOKENS),
        ] {
            assert_eq!(token_header(&Url::parse(url).unwrap()), expected, "{url}");
        }
    }
}
