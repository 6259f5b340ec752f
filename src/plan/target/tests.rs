//! Typed URLs, honest and hostile, and what becomes of them: tables only.

use crate::azure::{AllowedHost, Audience, Cloud, Refusal};
use crate::plan::target::ErrorKind::{self, Unsafe, Usage};
use crate::plan::target::{
    ApiVersionOrigin, Authentication, Error, Placeholders, Resolved, Typed, resolve,
};

/// The options of a request, owned, each as empty as can be.
struct Options {
    cloud: Cloud,
    query: Vec<(String, String)>,
    api_version: Option<&'static str>,
    audience: Option<Audience>,
    allowed: Vec<AllowedHost>,
    authentication: Authentication,
    git_bash: Option<&'static str>,
}

impl Options {
    fn new() -> Self {
        Self {
            cloud: Cloud::public(),
            query: Vec::new(),
            api_version: None,
            audience: None,
            allowed: Vec::new(),
            authentication: Authentication::Token,
            git_bash: None,
        }
    }

    fn cloud(mut self, cloud: Cloud) -> Self {
        self.cloud = cloud;
        self
    }

    fn query(mut self, name: &str, value: &str) -> Self {
        self.query.push((name.to_owned(), value.to_owned()));
        self
    }

    fn api_version(mut self, version: &'static str) -> Self {
        self.api_version = Some(version);
        self
    }

    fn audience(mut self, audience: &str) -> Self {
        self.audience = Some(Audience::parse(audience).unwrap());
        self
    }

    fn allow(mut self, host: &str) -> Self {
        self.allowed.push(AllowedHost::parse(host).unwrap());
        self
    }

    fn no_auth(mut self) -> Self {
        self.authentication = Authentication::None;
        self
    }

    fn git_bash(mut self) -> Self {
        self.git_bash = Some("MINGW64");
        self
    }

    fn resolve(&self, url: &str) -> Result<Resolved, Error> {
        resolve(&Typed {
            url,
            cloud: &self.cloud,
            placeholders: Placeholders {
                subscription: Some("s-1"),
                resource_group: Some("my rg"),
                tenant: None,
            },
            query: &self.query,
            api_version: self.api_version,
            audience: self.audience.as_ref(),
            allowed: &self.allowed,
            authentication: self.authentication,
            git_bash: self.git_bash,
        })
    }

    #[track_caller]
    fn check(&self, url: &str, expected: &str) -> Resolved {
        let resolved = self.resolve(url).unwrap();
        assert_eq!(resolved.target.url.as_str(), expected, "{url}");
        resolved
    }

    #[track_caller]
    fn check_audience(&self, url: &str, expected: &str) {
        let resolved = self.resolve(url).unwrap();
        let audience = resolved.target.audience;
        assert_eq!(
            audience.as_ref().map_or("none", Audience::as_str),
            expected,
            "{url}"
        );
    }

    #[track_caller]
    fn check_error(&self, url: &str, kind: ErrorKind, expected: &str) {
        let error = self
            .resolve(url)
            .map(|resolved| resolved.target.url)
            .unwrap_err();
        assert_eq!(
            (error.to_string().as_str(), error.kind()),
            (expected, kind),
            "{url}"
        );
    }

    #[track_caller]
    fn check_kind(&self, url: &str, kind: ErrorKind) {
        let error = self
            .resolve(url)
            .map(|resolved| resolved.target.url)
            .map_err(|error| error.kind());
        assert_eq!(error, Err(kind), "{url:?}");
    }
}

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
        "the placeholder `{sub}` may not stand in the host",
    );
    let hint = options.resolve("/{tenant}").unwrap_err().hint();
    assert_eq!(hint.as_deref(), Some("give it with `--tenant`"));
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
    let hint = options
        .resolve("/subscriptions?=5")
        .unwrap_err()
        .hint()
        .unwrap();
    assert!(hint.contains("`--filter`"), "{hint}");
}

#[track_caller]
fn check_version(options: &Options, url: &str, expected: &str, origin: ApiVersionOrigin) {
    let resolved = options.resolve(url).unwrap();
    let choice = resolved.api_version.unwrap();
    assert_eq!(
        (choice.value.as_str(), choice.origin),
        (expected, origin),
        "{url}"
    );
    let query = resolved.target.url.query().unwrap().to_ascii_lowercase();
    assert_eq!(query.matches("api-version=").count(), 1, "{query}");
    assert!(
        query.contains(&format!("api-version={expected}")),
        "{query}"
    );
}

#[test]
fn the_api_version_is_given_or_worked_out() {
    use ApiVersionOrigin::{Automatic, Given};

    let vm = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/vm";
    check_version(&Options::new(), vm, "2026-04-01", Automatic);
    check_version(
        &Options::new(),
        &format!("{vm}/start"),
        "2026-04-01",
        Automatic,
    );
    check_version(
        &Options::new(),
        "https://westus2.management.azure.com/subscriptions",
        "2022-12-01",
        Automatic,
    );
    check_version(
        &Options::new().no_auth(),
        "/subscriptions",
        "2022-12-01",
        Automatic,
    );
    check_version(
        &Options::new(),
        &format!("{vm}?api-version=2024-01-01"),
        "2024-01-01",
        Given,
    );
    check_version(
        &Options::new(),
        &format!("{vm}?API-Version=2024-01-01"),
        "2024-01-01",
        Given,
    );
    check_version(
        &Options::new().api_version("2024-01-01"),
        vm,
        "2024-01-01",
        Given,
    );
    check_version(
        &Options::new().query("api-version", "2024-01-01"),
        vm,
        "2024-01-01",
        Given,
    );
    let twice = Options::new()
        .query("api-version", "1")
        .query("Api-Version", "1")
        .api_version("1");
    check_version(&twice, &format!("{vm}?api-version=1"), "1", Given);
    check_version(&twice, vm, "1", Given);
    check_version(
        &Options::new().api_version("7.4"),
        "https://kv.vault.azure.net/secrets",
        "7.4",
        Given,
    );
}

#[test]
fn the_api_version_is_worked_out_for_resource_manager_only() {
    let resolved = Options::new().check(
        "https://kv.vault.azure.net/secrets",
        "https://kv.vault.azure.net/secrets",
    );
    assert_eq!(resolved.api_version, None);
    Options::new().no_auth().check(
        "https://api.example/subscriptions",
        "https://api.example/subscriptions",
    );
    Options::new()
        .no_auth()
        .check(":8080/subscriptions", "http://localhost:8080/subscriptions");
    Options::new().check(
        "https://management.core.windows.net/s/services",
        "https://management.core.windows.net/s/services",
    );
}

#[test]
fn contradicting_api_versions_are_refused() {
    let error = "the api-version is given twice: `1` and `2`";
    Options::new()
        .api_version("2")
        .check_error("/x?api-version=1", Usage, error);
    Options::new()
        .query("api-version", "2")
        .check_error("/x?api-version=1", Usage, error);
    Options::new()
        .query("api-version", "1")
        .api_version("2")
        .check_error("/x", Usage, error);
    Options::new().check_error("/x?api-version=1&Api-Version=2", Usage, error);
    Options::new().check_error("/x?api-version=", Usage, "the api-version is empty");
    Options::new()
        .api_version("")
        .check_error("/x", Usage, "the api-version is empty");
    let unknown = "no api-version is known for `Microsoft.Unknown/things`";
    let options = Options::new();
    options.check_error("/providers/Microsoft.Unknown/things/t", Usage, unknown);
    let hint = options
        .resolve("/providers/Microsoft.Unknown/things")
        .unwrap_err()
        .hint()
        .unwrap();
    assert!(hint.contains("`--api-version"), "{hint}");
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
    let hint = options
        .resolve("https://evil.example:8443/x")
        .unwrap_err()
        .hint()
        .unwrap();
    assert!(hint.contains("--allow-host evil.example:8443"), "{hint}");
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
fn hostile_urls_are_refused_whoever_asks() {
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

#[test]
fn the_retired_graph_is_told() {
    let resolved = Options::new()
        .resolve("https://graph.windows.net/t/users?api-version=1.6")
        .unwrap();
    assert_eq!(resolved.notes.len(), 1);
}

#[test]
fn hints_help() {
    #[track_caller]
    fn check(url: &str, expected: &str) {
        let hint = Options::new()
            .resolve(url)
            .unwrap_err()
            .hint()
            .unwrap_or_default();
        assert!(hint.contains(expected), "{url}: {hint}");
    }
    check(
        "management.azure.com/x",
        "write `https://management.azure.com/x`",
    );
    check("subscription/x", "`subscriptions`");
    check("http://a.example/", "use `https://`");
    check("localhost:8080/x", "`:PORT/…`");
    check("C:/x/subscriptions", "MSYS_NO_PATHCONV=1");
    check("/x#y", "`%23`");
    check("/a/../b", "variable");
    check("https://a.example./", "last dot");
    check("https://a%2eexample/", "`a.example`");
    check("https://u@a.example/", "`@`");
    check("", "`/subscriptions`");
    check("https://portal.azure.cn/#x", "`--cloud AzureChinaCloud`");
    let refused = Error::from(Refusal::Malformed { reason: "x" });
    assert_eq!(refused.hint(), None);
}
