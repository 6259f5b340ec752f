//! Where the api-version comes from: tables only.

use crate::azure::WantedVersion;
use crate::plan::target::ApiVersionOrigin::{self, Automatic, Given, Newest, NewestStable, Pinned};
use crate::plan::target::ErrorKind::Usage;
use crate::plan::target::tests::Options;

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
}

#[test]
fn settings_and_words_choose_among_versions() {
    let machine = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/m";
    let zone = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/dnsZones/z";
    let setting = "/x/providers/Microsoft.Insights/diagnosticSettings";
    let pinned = |wanted| Options::new().pin("microsoft.NETWORK/dnsZones", wanted);
    let exactly = || WantedVersion::Exactly("2017-10-01".to_owned());
    check_version(&pinned(exactly()), zone, "2017-10-01", Pinned);
    check_version(&pinned(exactly()), machine, "2026-04-01", Automatic);
    check_version(
        &pinned(WantedVersion::Preview),
        zone,
        "2023-07-01-preview",
        Pinned,
    );
    check_version(&pinned(WantedVersion::Stable), zone, "2018-05-01", Pinned);
    for (word, url, expected, origin) in [
        ("stable", zone, "2018-05-01", NewestStable),
        ("Preview", zone, "2023-07-01-preview", Newest),
        ("preview", machine, "2026-04-01", Newest),
        ("preview", setting, "2021-05-01-preview", Newest),
        ("2020-01-01", zone, "2020-01-01", Given),
    ] {
        let given = pinned(exactly()).api_version(word);
        check_version(&given, url, expected, origin);
    }
    // In a URL the words are what they are.
    let url = format!("{zone}?api-version=stable");
    check_version(&Options::new(), &url, "stable", Given);
    Options::new().api_version("stable").check_error(
        "/x/providers/Microsoft.Authorization/roleManagementAlertDefinitions",
        Usage,
        "`Microsoft.Authorization/roleManagementAlertDefinitions` has no stable api-version",
    );
    Options::new().api_version("stable").check_error(
        "https://kv.vault.azure.net/secrets",
        Usage,
        "`--api-version stable` is for Resource Manager only",
    );
    let zone = format!("{zone}?api-version=2018-05-01");
    Options::new().api_version("stable").check_error(
        &zone,
        Usage,
        "the api-version is given twice: `2018-05-01` and `stable`",
    );
}
