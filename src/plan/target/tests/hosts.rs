//! Which hosts may be asked with which token, and hostile URLs: tables only.

use crate::azure::Cloud;
use crate::plan::target::ErrorKind::{Unsafe, Usage};
use crate::plan::target::tests::Options;

#[test]
fn unknown_hosts_get_no_token() {
    let unknown =
        |host: &str| format!("refused to send a token to `{host}`: the host is not known");
    let options = Options::new();
    for (url, host) in [
        ("https://evil.example/x", "evil.example"),
        (
            "https://management.azure.com.evil.example/",
            "management.azure.com.evil.example",
        ),
        (
            "https://management.azure.com:444/",
            "management.azure.com:444",
        ),
        (
            "https://management.chinacloudapi.cn/",
            "management.chinacloudapi.cn",
        ),
        ("https://127.0.0.1/x", "127.0.0.1"),
        ("http://127.0.0.1:8080/x", "127.0.0.1:8080"),
        ("http://[::1]:8080/x", "[::1]:8080"),
        (
            "https://xn--mnagement-2nk.azure.com/",
            "xn--mnagement-2nk.azure.com",
        ),
        ("https://evilvault.azure.net/", "evilvault.azure.net"),
        ("https://azure.com/", "azure.com"),
    ] {
        options.check_error(url, Unsafe, &unknown(host));
        Options::new()
            .audience("https://management.azure.com/")
            .check_error(url, Unsafe, &unknown(host));
        Options::new()
            .allow(host)
            .check_error(url, Unsafe, &unknown(host));
        Options::new()
            .no_auth()
            .check_audience(&format!("{url}?api-version=1"), "none");
        let both = Options::new().audience("api://x").allow(host);
        both.check_audience(url, "api://x");
        let other = Options::new().audience("api://x").allow("other.example");
        other.check_error(url, Unsafe, &unknown(host));
    }
}

#[test]
fn known_hosts_keep_their_audience() {
    Options::new().check_audience("/subscriptions", "https://management.azure.com/");
    Options::new().check_audience(
        "https://kv.vault.azure.net/secrets",
        "https://vault.azure.net",
    );
    Options::new().check_audience(
        "https://dev.azure.com/org",
        "499b84ac-1321-427f-aa17-267ca6975798",
    );
    let classic = Options::new().audience("https://management.core.windows.net/");
    classic.check_audience("/subscriptions", "https://management.core.windows.net/");
    let foreign = Options::new().audience("https://management.azure.com/");
    foreign.check_error(
        "https://kv.vault.azure.net/secrets",
        Unsafe,
        "refused to send a token for `https://management.azure.com/` to `kv.vault.azure.net`: its audience is `https://vault.azure.net`",
    );
    Options::new()
        .audience("https://vault.azure.net")
        .check_kind("/subscriptions", Unsafe);
    let confirmed = Options::new()
        .audience("https://management.azure.com/")
        .allow("kv.vault.azure.net");
    confirmed.check_audience(
        "https://kv.vault.azure.net/secrets",
        "https://management.azure.com/",
    );
    let hubs = Options::new().audience("https://eventhubs.azure.net/");
    hubs.check_audience(
        "https://ns.servicebus.windows.net/x",
        "https://eventhubs.azure.net/",
    );
}

#[test]
fn allowed_hosts_need_an_audience() {
    let without = Options::new()
        .allow("evil.example")
        .resolve("/subscriptions")
        .unwrap();
    assert!(without.target.allowed.is_empty());
    let with = Options::new()
        .allow("api.example")
        .audience("https://management.azure.com");
    assert_eq!(
        with.resolve("/subscriptions").unwrap().target.allowed.len(),
        1
    );
}

#[test]
fn clouds_do_not_mix() {
    let government = || Options::new().cloud(Cloud::named("usgov").unwrap());
    government().check(
        "/subscriptions",
        "https://management.usgovcloudapi.net/subscriptions?api-version=2022-12-01",
    );
    government().check_kind("https://management.azure.com/subscriptions", Unsafe);
    government().check_kind("https://kv.vault.azure.net/", Unsafe);
    let sandbox = Options::new().cloud(Cloud::sandbox());
    sandbox.check(
        "/subscriptions",
        "https://management.azure.com/subscriptions?api-version=2022-12-01",
    );
}

#[test]
fn hostile_urls_are_refused_for_every_caller() {
    for (url, kind) in [
        ("https://management.azure.com@evil.example/", Unsafe),
        (
            "https://user:secret@management.azure.com/subscriptions",
            Unsafe,
        ),
        ("https://management.azure.com\\@evil.example", Usage),
        ("https://management.azure.com\\.evil.example/", Usage),
        ("http://management.azure.com/subscriptions", Unsafe),
        ("http://evil.example/", Unsafe),
        ("//evil.example/x", Usage),
        ("///evil.example/x", Usage),
        ("//subscriptions.evil.example/x", Usage),
        ("//subscriptions@evil.example/x", Usage),
        ("//subscriptions:80@evil.example/x", Usage),
        ("https://management.azure.com%2eevil.example/", Unsafe),
        ("https://MANAGEMENT.azure.com./subscriptions", Unsafe),
        ("https://management.\tazure.com/", Usage),
        ("https://management.azure\n.com/", Usage),
        ("/subscriptions\n", Usage),
        ("/subscriptions\0", Usage),
        ("https://mаnagement.azure.com/", Unsafe),
        ("https://management。azure。com/", Unsafe),
        ("https://ｍanagement.azure.com/", Unsafe),
        ("ftp://management.azure.com/", Unsafe),
        ("file:///etc/passwd", Unsafe),
        ("javascript:alert(1)", Unsafe),
        ("https:management.azure.com/", Usage),
        ("https:///management.azure.com/", Usage),
        ("https://", Usage),
        ("localhost:8080/x", Unsafe),
        ("localhost", Usage),
        ("management.azure.com/subscriptions", Usage),
        ("subscription/s", Usage),
        ("subscriptions.evil.example/x", Usage),
        ("\\subscriptions", Usage),
        ("/\\evil.example/x", Usage),
        ("/subscriptions\\..\\x", Usage),
        ("/subscriptions/../x", Usage),
        ("/subscriptions/./x", Usage),
        ("/subscriptions/%2e%2E/x", Usage),
        ("/subscriptions/.%2e", Usage),
        ("https://management.azure.com/a/../b", Usage),
        ("subscriptions/..", Usage),
        ("/subscriptions#x", Usage),
        ("https://management.azure.com/x#y", Usage),
        ("", Usage),
        (" ", Usage),
        ("?a=b", Usage),
        ("#", Usage),
    ] {
        Options::new().check_kind(url, kind);
        Options::new().no_auth().check_kind(url, kind);
        Options::new()
            .audience("api://x")
            .allow("evil.example")
            .check_kind(url, kind);
    }
}

#[test]
fn a_path_never_leaves_the_host() {
    for url in [
        "/@evil.example/",
        "/https://evil.example/",
        "/:80/x",
        "//subscriptions/@evil.example",
        "subscriptions/https://evil.example",
        "/%2f%2fevil.example/x",
        "/x?u=//evil.example",
    ] {
        let resolved = Options::new().api_version("1").resolve(url).unwrap();
        assert_eq!(
            resolved.target.url.host_str(),
            Some("management.azure.com"),
            "{url}"
        );
    }
}
