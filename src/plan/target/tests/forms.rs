//! The spellings of a URL, its placeholders and its query: tables only.

use crate::azure::Cloud;
use crate::plan::target::ErrorKind::{Unsafe, Usage};
use crate::plan::target::tests::Options;

const ARM: &str = "https://management.azure.com";

#[track_caller]
fn check(url: &str, expected: &str) {
    Options::new().check(url, &format!("{ARM}{expected}"));
}

#[test]
fn paths_in_every_spelling() {
    let expected = "/subscriptions?api-version=2022-12-01";
    check("/subscriptions", expected);
    check("subscriptions", expected);
    check("//subscriptions", expected);
    check(" /subscriptions ", expected);
    check("https://management.azure.com/subscriptions", expected);
    check("HTTPS://Management.Azure.com:443/subscriptions", expected);
    check("providers", "/providers?api-version=2025-04-01");
    check("TENANTS", "/TENANTS?api-version=2022-12-01");
    check(
        "metadata/endpoints",
        "/metadata/endpoints?api-version=2022-09-01",
    );
    check(
        "subscriptions?a=b",
        "/subscriptions?a=b&api-version=2022-12-01",
    );
    check("/batch?api-version=1", "/batch?api-version=1");
    check(
        "//Providers/Microsoft.Management/managementGroups",
        "/Providers/Microsoft.Management/managementGroups?api-version=2023-04-01",
    );
    check(
        "/subscriptions/s/providers/x:y?api-version=1",
        "/subscriptions/s/providers/x:y?api-version=1",
    );
    check(
        "/subscriptions//x?api-version=1",
        "/subscriptions//x?api-version=1",
    );
}

#[test]
fn placeholders_are_filled() {
    check(
        "/subscriptions/{sub}",
        "/subscriptions/s-1?api-version=2022-12-01",
    );
    check(
        "subscriptions/{subscriptionId}/resourceGroups/{rg}",
        "/subscriptions/s-1/resourceGroups/my%20rg?api-version=2025-04-01",
    );
    let options = Options::new();
    options.check_error(
        "/subscriptions/{sub}/{vmName}",
        Usage,
        "unknown placeholder `{vmName}`",
    );
    options.check_error("/{tenant}", Usage, "no value for `{tenant}`");
    options.check_error(
        "https://{sub}/x",
        Usage,
        "the placeholder `{sub}` is not allowed in the host",
    );
}

#[test]
fn queries_are_kept_and_extended() {
    let options = Options::new()
        .query("$filter", "a eq 'b' & c")
        .query("x", "1+1=2");
    options.check(
        "/subscriptions?$top=1&z=%2f%24&q=(a,b)+c",
        "https://management.azure.com/subscriptions?$top=1&z=%2f%24&q=(a,b)+c&$filter=a%20eq%20%27b%27%20%26%20c&x=1%2B1%3D2&api-version=2022-12-01",
    );
    check(
        "/subscriptions?$filter=a eq \"b\"#c",
        "/subscriptions?$filter=a%20eq%20%22b%22%23c&api-version=2022-12-01",
    );
    check("/subscriptions?", "/subscriptions?api-version=2022-12-01");
    check(
        "/subscriptions?a&&b=",
        "/subscriptions?a&&b=&api-version=2022-12-01",
    );
}

#[test]
fn parameters_without_a_name_come_from_the_shell() {
    let options = Options::new();
    let expected = "a query parameter has no name: the shell has expanded its `$name`";
    options.check_error("/subscriptions?=name eq 'x'", Usage, expected);
    options.check_error("/subscriptions?a=b&=5", Usage, expected);
    options.check_error("/subscriptions?=", Usage, expected);
    Options::new()
        .query("", "abc")
        .check_error("/subscriptions", Usage, expected);
}

#[test]
fn ports_are_of_this_machine() {
    Options::new()
        .no_auth()
        .check(":8080/a?b", "http://localhost:8080/a?b");
    Options::new()
        .no_auth()
        .check(":8080", "http://localhost:8080/");
    Options::new().check_error(
        ":8080/a",
        Unsafe,
        "refused to send a token to `localhost:8080`: the host is not known",
    );
    let endpoint =
        || Options::new().cloud(Cloud::custom_endpoint("http://127.0.0.1:8080").unwrap());
    endpoint().check(
        "/subscriptions",
        "http://127.0.0.1:8080/subscriptions?api-version=2022-12-01",
    );
    endpoint().check(
        ":8080/subscriptions",
        "http://127.0.0.1:8080/subscriptions?api-version=2022-12-01",
    );
    endpoint().check_kind(":8081/subscriptions", Unsafe);
    endpoint().check_kind("http://localhost:8080/subscriptions", Unsafe);
    endpoint().check_kind("https://management.azure.com/subscriptions", Unsafe);
    for url in [
        ":",
        ":/x",
        ":x/y",
        ":0/x",
        ":65536/x",
        ":+1/x",
        ":8080@evil.example/x",
        ":80\\x",
    ] {
        Options::new().no_auth().check_kind(url, Usage);
    }
}

#[test]
fn portal_links_become_paths() {
    let resolved = Options::new().check(
        "https://portal.azure.com/#@t.example/resource/subscriptions/s/resourceGroups/g/overview",
        "https://management.azure.com/subscriptions/s/resourceGroups/g?api-version=2025-04-01",
    );
    assert_eq!(
        resolved.notes,
        ["the portal link was read as `/subscriptions/s/resourceGroups/g`"]
    );
    Options::new().check_error(
        "https://portal.azure.com/#home",
        Usage,
        "the portal link names no resource",
    );
    Options::new().check_kind(
        "https://portal.azure.us/#@t/resource/subscriptions/s",
        Usage,
    );
    Options::new().check_kind(
        "https://portal.azure.com/#@t/resource/subscriptions/..",
        Usage,
    );
}

#[test]
fn a_carriage_return_at_the_end_is_left_out_and_named_elsewhere() {
    Options::new().check(
        "/subscriptions/s\r",
        "https://management.azure.com/subscriptions/s?api-version=2022-12-01",
    );
    Options::new().check_error(
        "/subscriptions/s\r/x",
        Usage,
        "the URL has the control character `\\r` as character 17",
    );
}

#[test]
fn what_cannot_be_seen_at_an_end_is_named() {
    for (url, character) in [
        ("\u{feff}/subscriptions/s", "\\u{feff}"),
        ("/subscriptions/s\u{200b}", "\\u{200b}"),
        ("/subscriptions/s\u{a0}?a=b", "\\u{a0}"),
        ("/subscriptions/s?a=b\u{2060}", "\\u{2060}"),
        (
            "\u{200b}https://management.azure.com/subscriptions/s",
            "\\u{200b}",
        ),
    ] {
        let words = format!(
            "the URL begins or ends with the character `{character}`, which cannot be seen"
        );
        Options::new().check_error(url, Usage, &words);
    }
}

#[test]
fn git_bash_is_repaired() {
    let bash = Options::new().git_bash();
    let resolved = bash.check(
        "C:/Program Files/Git/subscriptions/s?a=b",
        "https://management.azure.com/subscriptions/s?a=b&api-version=2022-12-01",
    );
    assert_eq!(
        resolved.notes,
        ["the shell had rewritten the URL; it was read as `/subscriptions/s?a=b`"]
    );
    bash.check(
        "D:/msys64/providers",
        "https://management.azure.com/providers?api-version=2025-04-01",
    );
    bash.check(
        "/subscriptions",
        "https://management.azure.com/subscriptions?api-version=2022-12-01",
    );
    bash.check_error(
        "C:/Program Files/Git/batch",
        Usage,
        "`C:/Program Files/Git/batch` is a file path: a shell has rewritten the URL",
    );
    Options::new().check_kind("C:/Program Files/Git/subscriptions/s", Usage);
    Options::new().check_kind("C:\\subscriptions\\s", Usage);
}

#[test]
fn the_retired_graph_is_told() {
    let resolved = Options::new()
        .resolve("https://graph.windows.net/t/users?api-version=1.6")
        .unwrap();
    assert_eq!(resolved.notes.len(), 1);
}
