//! Tables of what `*` stands for in a path.

use url::Url;

use super::pattern::{Error, Pattern, Wildcard, remark};
use crate::azure::{Audience, Cloud, Target};

fn target(url: &str) -> Target {
    let base = Url::parse("https://management.azure.com").unwrap();
    Target {
        cloud: Cloud::public(),
        url: base.join(url).unwrap(),
        audience: Some(Audience::parse("https://management.azure.com/").unwrap()),
        allowed: Vec::new(),
    }
}

#[track_caller]
fn check(url: &str, expected: Option<Wildcard>) {
    let found = Pattern::of(&target(url)).unwrap();
    assert_eq!(found.map(|pattern| pattern.every), expected, "{url}");
}

#[test]
fn is_found_in_two_places_only() {
    check(
        "/subscriptions/*/providers/Microsoft.Compute/virtualMachines",
        Some(Wildcard::Subscription),
    );
    check("/Subscriptions/*", Some(Wildcard::Subscription));
    check(
        "/subscriptions/s/resourcegroups/*/resources",
        Some(Wildcard::Group),
    );
    check(
        "/subscriptions/*/resourceGroups/*",
        Some(Wildcard::GroupOfEverySubscription),
    );
    check(
        "/subscriptions/*/resourceGroups",
        Some(Wildcard::Subscription),
    );
    check("/subscriptions/%2A", None);
    check("/subscriptions/s/resourceGroups/%2a/x", None);
    check("/subscriptions?a=*", None);
    check("/subscriptions/s/providers/A.B/c/*", None);
    check(
        "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/dnsZones/z/A/*",
        None,
    );
    check("/providers/Microsoft.Management/managementGroups/*", None);
    check("https://graph.microsoft.com/subscriptions/*", None);
    check(
        "http://127.0.0.1:8080/subscriptions/*/x",
        Some(Wildcard::Subscription),
    );
    check("http://127.0.0.1:8080/v1/subscriptions/*/x", None);
}

#[test]
fn a_part_of_a_name_is_refused() {
    for (url, part, kind) in [
        ("/subscriptions/a*/x", "a*", "subscription"),
        ("/subscriptions/**", "**", "subscription"),
        (
            "/subscriptions/s/resourceGroups/rg-*/x",
            "rg-*",
            "resource group",
        ),
        (
            "/subscriptions/*/resourceGroups/*%20b",
            "* b",
            "resource group",
        ),
    ] {
        let error = Pattern::of(&target(url)).unwrap_err();
        let segment = part.to_owned();
        assert_eq!(error, Error::PartOfName { segment, kind }, "{url}");
    }
}

#[test]
fn names_take_its_place_and_the_rest_stays() {
    let pattern = |url| Pattern::of(&target(url)).unwrap().unwrap();
    let both = pattern("/subscriptions/*/resourceGroups/*/providers/A.B/c%2Fd/*?x=*&api-version=1");
    assert_eq!(
        both.url_for(Some("s-1"), Some("a b/ü%")).unwrap().as_str(),
        "https://management.azure.com/subscriptions/s-1/resourceGroups/a%20b%2F%C3%BC%25/providers/A.B/c%2Fd/*?x=*&api-version=1"
    );
    let group = pattern("/subscriptions/s%201/resourceGroups/*/resources");
    assert_eq!(
        group.url_for(None, Some("g")).unwrap().path(),
        "/subscriptions/s%201/resourceGroups/g/resources"
    );
    assert_eq!(
        group.groups_url().as_str(),
        "https://management.azure.com/subscriptions/s%201/resourcegroups?api-version=2021-04-01"
    );
    assert_eq!(
        group.groups_url_of("../x").unwrap().path(),
        "/subscriptions/..%2Fx/resourcegroups"
    );
    for name in ["", ".", ".."] {
        assert_eq!(group.groups_url_of(name), None);
        assert_eq!(group.url_for(None, Some(name)), None);
        assert_eq!(both.url_for(Some(name), Some("g")), None);
    }
    let local = pattern("http://localhost:8080/subscriptions/*?a=b");
    assert_eq!(
        local.subscriptions_url().as_str(),
        "http://localhost:8080/subscriptions?api-version=2022-12-01"
    );
}

#[test]
fn tells_the_type_that_is_listed() {
    for (url, expected) in [
        ("/subscriptions/*/providers/A.B/c", Some("A.B/c")),
        (
            "/subscriptions/*/resourceGroups/*/providers/A.B/c",
            Some("A.B/c"),
        ),
        ("/subscriptions/*/providers/A.B/c/d", None),
        ("/subscriptions/*/providers/A.B/locations/w/usages", None),
        ("/subscriptions/*/resources", None),
    ] {
        let pattern = Pattern::of(&target(url)).unwrap().unwrap();
        assert_eq!(pattern.listed_type().as_deref(), expected, "{url}");
    }
}

#[test]
fn another_star_is_spoken_of() {
    for (url, is_told) in [
        ("/subscriptions/s/providers/A.B/c/*", true),
        ("/subscriptions/*/providers/A.B/c/vm-*", true),
        ("/subscriptions/*/providers/A.B/c", false),
        ("/subscriptions/*/resourceGroups/*", false),
        (
            "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/dnsZones/z/A/*",
            false,
        ),
        ("https://kv.vault.azure.net/secrets/a/b/c/*", false),
    ] {
        assert_eq!(remark(&target(url)).is_some(), is_told, "{url}");
    }
}
