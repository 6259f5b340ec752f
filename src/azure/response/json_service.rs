//! Services that answer with JSON: a page for people from one of them was written by something else. What is said about
//! such a page: `client::web_page`.

use url::Url;

use super::list_shape::is_devops;
use crate::azure::audience::host_table::HostKind;
use crate::azure::cloud::Cloud;
use crate::azure::cloud::hosts::host_kind;
use crate::azure::microsoft_graph::is_graph;

/// Tells whether the service at an address never answers with HTML by itself: Resource Manager; Microsoft Graph and
/// Azure DevOps except for the files, pages and attachments that they keep.
pub fn never_serves_html(cloud: &Cloud, url: &Url) -> bool {
    let mut segments = url.path().split('/');
    let mut has = |names: &[&str]| {
        segments.any(|segment| names.iter().any(|name| segment.eq_ignore_ascii_case(name)))
    };
    if host_kind(cloud, url) == HostKind::ResourceManager {
        true
    } else if is_graph(url) {
        !has(&["content", "$value"])
    } else {
        is_devops(url) && !has(&["items", "attachments", "blobs", "content"])
    }
}

#[cfg(test)]
mod tests {
    use url::Url;

    use super::never_serves_html;
    use crate::azure::Cloud;

    #[test]
    fn services_are_known_by_their_hosts() {
        for (url, expected) in [
            ("https://management.azure.com/subscriptions", true),
            ("https://graph.microsoft.com/v1.0/me", true),
            (
                "https://graph.microsoft.com/v1.0/me/onenote/pages/1/content",
                false,
            ),
            ("https://dev.azure.com/o/_apis/projects", true),
            ("https://o.visualstudio.com/_apis/projects", true),
            (
                "https://dev.azure.com/o/p/_apis/git/repositories/r/items?path=/a.html",
                false,
            ),
            ("https://a.scm.azurewebsites.net/", false),
            ("https://example.com/", false),
        ] {
            let parsed = Url::parse(url).unwrap();
            assert_eq!(
                never_serves_html(&Cloud::public(), &parsed),
                expected,
                "{url}"
            );
        }
    }
}
