//! Links as services give them, honest and hostile: tables only.

use url::Url;

use crate::azure::url::link::{append_query, explicit_api_version, normal_form, resolve};

const CURRENT: &str = "https://management.azure.com/subscriptions/s/providers/Microsoft.Compute/virtualMachines?api-version=2026-04-01";

#[track_caller]
fn check(link: &str, expected: &str) {
    check_from(CURRENT, link, None, expected);
}

#[track_caller]
fn check_from(current: &str, link: &str, api_version: Option<&str>, expected: &str) {
    let resolved = resolve(link, &Url::parse(current).unwrap(), api_version);
    let resolved = resolved
        .unwrap()
        .map_or_else(|| "none".to_owned(), String::from);
    assert_eq!(resolved, expected);
}

#[test]
fn blank_links_are_none() {
    check("", "none");
    check(" \r\n\t", "none");
}

#[test]
fn absolute_links_are_kept() {
    let link = "https://management.azure.com/subscriptions/s/x?api-version=2026-04-01&%24skiptoken=aB%2f%2F+/:;,@!*()~-._$";
    check(link, link);
    check(&format!("  {link}\n"), link);
    check(
        "https://management.azure.com:443/x?$skiptoken=1",
        "https://management.azure.com/x?$skiptoken=1",
    );
    check(
        "HTTPS://Management.azure.com/X",
        "https://management.azure.com/X",
    );
    check("https://evil.example/x", "https://evil.example/x");
}

#[test]
fn long_links_survive_byte_for_byte() {
    let signature = "MIIH%2Bk_-~aZ09.".repeat(280);
    let link = format!(
        "https://management.azure.com/subscriptions/S/providers/Microsoft.App/locations/x/operationStatuses/y?api-version=2025-01-01-Preview&t=6389&c={signature}&s=a-b_c&h=Z%3d"
    );
    assert!(link.len() > 4096);
    check(&link, &link);
}

#[test]
fn relative_links_are_joined() {
    check(
        "/subscriptions/s/x?$skiptoken=1",
        "https://management.azure.com/subscriptions/s/x?$skiptoken=1",
    );
    check(
        "?$skiptoken=1",
        "https://management.azure.com/subscriptions/s/providers/Microsoft.Compute/virtualMachines?$skiptoken=1",
    );
    check(
        "virtualMachines?page=2",
        "https://management.azure.com/subscriptions/s/providers/Microsoft.Compute/virtualMachines?page=2",
    );
    check(
        "../x",
        "https://management.azure.com/subscriptions/s/providers/x",
    );
    check("/x/a:b", "https://management.azure.com/x/a:b");
    check(
        "y/a:b?c=https://evil.example",
        "https://management.azure.com/subscriptions/s/providers/Microsoft.Compute/y/a:b?c=https://evil.example",
    );
    check("//evil.example/x", "https://evil.example/x");
    check_from(
        "http://127.0.0.1:8080/a",
        "/b?c",
        None,
        "http://127.0.0.1:8080/b?c",
    );
    check_from(
        "http://127.0.0.1:8080/a",
        "//127.0.0.1:8081/b",
        None,
        "http://127.0.0.1:8081/b",
    );
}

#[test]
fn illegal_bytes_are_encoded_and_nothing_else() {
    check(
        "https://management.azure.com/x?$filter=properties/usageStart ge 2021-07-01 and a eq \"b\"",
        "https://management.azure.com/x?$filter=properties/usageStart%20ge%202021-07-01%20and%20a%20eq%20%22b%22",
    );
    check(
        "https://management.azure.com/x?$skipToken=[{\"token\":\"+RID:~a#RT:1#TRC:20\"}]&y=1",
        "https://management.azure.com/x?$skipToken=%5B%7B%22token%22:%22+RID:~a%23RT:1%23TRC:20%22%7D%5D&y=1",
    );
    check(
        "/a b/{c}|^`<d>#e?f=#g",
        "https://management.azure.com/a%20b/%7Bc%7D%7C%5E%60%3Cd%3E%23e?f=%23g",
    );
    check(
        "/x?a=100%&b=%zz",
        "https://management.azure.com/x?a=100%25&b=%25zz",
    );
    check("/x?é", "https://management.azure.com/x?%C3%A9");
    // The one byte that the URL type does not keep in a query.
    check("/it's?a='b'", "https://management.azure.com/it's?a=%27b%27");
}

#[test]
fn the_api_version_is_added_if_there_is_none() {
    let check = |link: &str, expected: &str| {
        check_from(
            "https://a.example/x?api-version=9",
            link,
            Some("2020-12-01"),
            expected,
        );
    };
    check(
        "https://a.example/y",
        "https://a.example/y?api-version=2020-12-01",
    );
    check(
        "https://a.example/y?",
        "https://a.example/y?api-version=2020-12-01",
    );
    check(
        "https://a.example/y?a=b",
        "https://a.example/y?a=b&api-version=2020-12-01",
    );
    check(
        "https://a.example/y?a=b&",
        "https://a.example/y?a=b&api-version=2020-12-01",
    );
    check(
        "https://a.example/y?api-version=1",
        "https://a.example/y?api-version=1",
    );
    check(
        "https://a.example/y?API-Version=1",
        "https://a.example/y?API-Version=1",
    );
    check(
        "https://a.example/y?a&api%2Dversion=1",
        "https://a.example/y?a&api%2Dversion=1",
    );
    check(
        "https://a.example/y?api-version=",
        "https://a.example/y?api-version=",
    );
    check(
        "https://a.example/y?x-api-version=1",
        "https://a.example/y?x-api-version=1&api-version=2020-12-01",
    );
    check("/y#z", "https://a.example/y%23z?api-version=2020-12-01");
}

#[test]
fn the_directory_graph_starts_after_the_tenant() {
    let link = "deletedDirectoryObjects/$/Microsoft.DirectoryServices.Application?$skiptoken=X'44'";
    let expected = "https://graph.windows.net/t.example/deletedDirectoryObjects/$/Microsoft.DirectoryServices.Application?$skiptoken=X%2744%27&api-version=1.6";
    check_from(
        "https://graph.windows.net/t.example/deletedApplications?api-version=1.6",
        link,
        None,
        expected,
    );
    check_from(expected, link, None, expected);
    check_from(expected, link, Some("1.6"), expected);
    check_from(
        expected,
        "/t.example/users",
        None,
        "https://graph.windows.net/t.example/users?api-version=1.6",
    );
    check_from(
        "https://graph.windows.net/?api-version=1.6",
        "a/b",
        None,
        "https://graph.windows.net/a/b?api-version=1.6",
    );
}

#[test]
fn hostile_links_are_refused() {
    #[track_caller]
    fn check(link: &str) {
        let resolved = resolve(link, &Url::parse(CURRENT).unwrap(), None);
        assert!(resolved.is_err(), "{link:?}: {resolved:?}");
    }
    check("http://acs-eastus.trafficmanager.net/x");
    check("http://management.azure.com/x");
    check("https://management.azure.com@evil.example/");
    check("https://management.azure.com\\@evil.example/");
    check("https://management.azure.com%2eevil.example/");
    check("https://management.azure.com./");
    check("https://management\t.azure.com/");
    check("https://management.azure.com/\n/x");
    check("//management.azure.com@evil.example/x");
    check("//management.azure.com%2eevil.example/x");
    check("https:evil.example");
    check("https:/evil.example");
    check("https:\\\\evil.example");
    check("https:///evil.example");
    check("javascript:alert(1)");
    check("data:text/plain,x");
    check("file:///etc/passwd");
    check("//");
    check("///evil.example/x");
    check("/\t/evil.example/x");
}

#[test]
fn a_backslash_does_not_leave_the_host() {
    check(
        "/\\evil.example/x",
        "https://management.azure.com/%5Cevil.example/x",
    );
    check(
        "\\\\evil.example/x",
        "https://management.azure.com/subscriptions/s/providers/Microsoft.Compute/%5C%5Cevil.example/x",
    );
    check(
        "\\/evil.example/x",
        "https://management.azure.com/subscriptions/s/providers/Microsoft.Compute/%5C/evil.example/x",
    );
}

#[test]
fn cycles_are_seen_through_encoding() {
    #[track_caller]
    fn check(one: &str, other: &str, expected: bool) {
        let (one, other) = (Url::parse(one).unwrap(), Url::parse(other).unwrap());
        assert_eq!(
            normal_form(&one) == normal_form(&other),
            expected,
            "{one} {other}"
        );
    }
    check(
        "https://a.example/x?%24skiptoken=1",
        "https://A.example:443/x?$skiptoken=1",
        true,
    );
    check(
        "https://a.example/x?a=%2f",
        "https://a.example/x?a=%2F",
        true,
    );
    check(
        "https://a.example/x?a='b'",
        "https://a.example/x?a=%27b%27",
        true,
    );
    check("https://a.example/%7Ex", "https://a.example/~x", true);
    check(
        "https://a.example/x?a=%2F",
        "https://a.example/x?a=/",
        false,
    );
    check(
        "https://a.example/x?a=b%26c",
        "https://a.example/x?a=b&c",
        false,
    );
    check(
        "https://a.example/x?a=%2B",
        "https://a.example/x?a=+",
        false,
    );
    check(
        "https://a.example/x?a=%20",
        "https://a.example/x?a=+",
        false,
    );
    check("https://a.example/x?a=B", "https://a.example/x?a=b", false);
    check("https://a.example/x", "https://a.example/x?", false);
    check("https://a.example/x", "http://a.example/x", false);
    let url = Url::parse("https://a.example/a%2fb?c=%e9%41%4").unwrap();
    assert_eq!(normal_form(&url), "https://a.example/a%2Fb?c=%E9A%4");
}

#[test]
fn reads_and_writes_parameters() {
    #[track_caller]
    fn check(url: &str, expected: Option<&str>) {
        let version = explicit_api_version(&Url::parse(url).unwrap());
        assert_eq!(version.as_deref(), expected, "{url}");
    }
    check(
        "https://a.example/?api-version=2020-01-01",
        Some("2020-01-01"),
    );
    check(
        "https://a.example/?a=b&Api-Version=7.4&api-version=2",
        Some("7.4"),
    );
    check("https://a.example/?api-version", Some(""));
    check("https://a.example/?a=api-version", None);
    check("https://a.example/api-version=1", None);
    check("https://a.example/", None);
    let mut url = Url::parse("https://a.example/?$top=1").unwrap();
    append_query(&mut url, "$filter", "a eq 'b & c'+d");
    assert_eq!(
        url.as_str(),
        "https://a.example/?$top=1&$filter=a%20eq%20%27b%20%26%20c%27%2Bd"
    );
}
