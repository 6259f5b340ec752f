//! Microsoft Graph: its hosts, and the requests that it answers only with a header of its own. Who sends the header:
//! `plan::headers`.

use url::Url;

use crate::azure::url::link::query_values;
use crate::azure::url::origin::host_matches;
use crate::azure::url::percent::decode;

/// Microsoft Graph in its clouds.
const HOSTS: [&str; 5] = [
    "graph.microsoft.com",
    "graph.microsoft.us",
    "dod-graph.microsoft.us",
    "microsoftgraph.chinacloudapi.cn",
    "graph.svc.sovcloud.fr",
];

/// Tells whether an address is one of Microsoft Graph.
pub fn is_graph(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    HOSTS.iter().any(|pattern| host_matches(pattern, host))
}

/// Tells whether Graph answers a read of this address only with `ConsistencyLevel: eventual`: a count and a search of
/// directory objects. Without the header `$count=true` is ignored without a word. A filter that needs it needs
/// `$count=true` as well, and some filters fail with it
/// (<https://learn.microsoft.com/graph/aad-advanced-queries>), so it is not sent with all.
pub fn needs_eventual_consistency(url: &Url) -> bool {
    let counts = |segment: &str| decode(segment).eq_ignore_ascii_case("$count");
    let is_true = |value: &String| value.eq_ignore_ascii_case("true");
    is_graph(url)
        && (url.path().split('/').any(counts)
            || !query_values(url, "$search").is_empty()
            || query_values(url, "$count").iter().any(is_true))
}

#[cfg(test)]
mod tests {
    use url::Url;

    use super::needs_eventual_consistency;

    #[test]
    fn counts_and_searches_need_the_header() {
        for (address, expected) in [
            ("https://graph.microsoft.com/v1.0/users/$count", true),
            ("https://graph.microsoft.com/v1.0/users/%24count", true),
            (
                "https://graph.microsoft.com/v1.0/groups/1/members/$count?$filter=a",
                true,
            ),
            (
                "https://graph.microsoft.com/v1.0/users?$search=%22a:b%22",
                true,
            ),
            (
                "https://graph.microsoft.com/v1.0/users?%24count=true&$filter=a",
                true,
            ),
            ("https://graph.microsoft.us/v1.0/users?$Count=True", true),
            ("https://graph.microsoft.com/v1.0/users?$count=false", false),
            (
                "https://graph.microsoft.com/v1.0/users?$filter=accountEnabled%20eq%20true",
                false,
            ),
            (
                "https://graph.microsoft.com/v1.0/users?$expand=memberOf($count=true)",
                false,
            ),
            (
                "https://graph.microsoft.com.evil.example/v1.0/users/$count",
                false,
            ),
            (
                "https://management.azure.com/subscriptions?$count=true",
                false,
            ),
        ] {
            let url = Url::parse(address).unwrap();
            assert_eq!(needs_eventual_consistency(&url), expected, "{address}");
        }
    }
}
