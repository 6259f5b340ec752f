//! Which value holds, source by source: tables only.

use super::{Origin, Settings};
use crate::config::reader::{Checks, Config};

const CHECKS: Checks = Checks {
    columns: |_| Ok(()),
    value: good,
    taken: |_| None,
};

const FILE: &str = "\
[defaults]
output = \"yaml\"
group = \"rg-defaults\"
cloud = \"AzureChinaCloud\"
timeout = 30
sandbox = true
[profiles.prod]
subscription = \"Production\"
group = \"rg-prod\"
read-only = true
[profiles.dev]
group = \"rg-dev\"
cloud = \"AzureCloud\"
sandbox = false
confirm = true
";

fn good(key: &str, text: &str) -> Result<(), String> {
    let is_good = key != "output" || text != "jsn";
    is_good.then_some(()).ok_or_else(|| format!("not `{text}`"))
}

fn settings(profile: Option<&str>, variables: &[(&str, &'static str)]) -> Result<Settings, String> {
    let config = Config::parse(FILE, CHECKS).unwrap();
    let find = |name: &str| {
        let found = variables.iter().find(|(known, _)| *known == name);
        found.map(|(_, value)| *value)
    };
    Settings::resolve(config, profile, find, good).map_err(|error| error.to_string())
}

#[track_caller]
fn check(profile: Option<&str>, variables: &[(&str, &'static str)], expected: &[&str]) {
    let settings = settings(profile, variables).unwrap();
    let found = settings.chosen.iter().map(|chosen| {
        let by = match &chosen.origin {
            Origin::Profile { name, .. } => name.clone(),
            Origin::Variable(name) => (*name).to_owned(),
            Origin::Defaults { line } => format!("line {line}"),
        };
        format!("{}={} {by}", chosen.setting.key, chosen.value)
    });
    assert_eq!(found.collect::<Vec<_>>(), expected);
}

#[test]
fn sources_have_a_rank() {
    check(
        None,
        &[],
        &[
            "output=yaml line 2",
            "group=rg-defaults line 3",
            "cloud=AzureChinaCloud line 4",
            "sandbox=true line 6",
            "timeout=30 line 5",
        ],
    );
    let variables = [
        ("ARMCLI_RESOURCE_GROUP", "rg-variable"),
        ("ARMCLI_SANDBOX", "no"),
        ("ARMCLI_OUTPUT", "table"),
        ("ARMCLI_ENDPOINT", "https://x.example"),
    ];
    check(
        None,
        &variables,
        &[
            "output=table ARMCLI_OUTPUT",
            "group=rg-variable ARMCLI_RESOURCE_GROUP",
            "sandbox=false ARMCLI_SANDBOX",
            "timeout=30 line 5",
        ],
    );
    check(
        Some("dev"),
        &variables,
        &[
            "output=table ARMCLI_OUTPUT",
            "group=rg-dev dev",
            "cloud=AzureCloud dev",
            "sandbox=false dev",
            "timeout=30 line 5",
        ],
    );
    check(
        None,
        &[("ARMCLI_PROFILE", "prod"), ("ARMCLI_SANDBOX", "0")],
        &[
            "output=yaml line 2",
            "subscription=Production prod",
            "group=rg-prod prod",
            "cloud=AzureChinaCloud line 4",
            "sandbox=false ARMCLI_SANDBOX",
            "timeout=30 line 5",
        ],
    );
    // A profile that is named replaces that of the variable as a whole.
    check(
        Some("dev"),
        &[("ARMCLI_PROFILE", "prod")],
        &[
            "output=yaml line 2",
            "group=rg-dev dev",
            "cloud=AzureCloud dev",
            "sandbox=false dev",
            "timeout=30 line 5",
        ],
    );
}

#[test]
fn guards_add_up_and_nothing_lifts_them() {
    let guards = |profile, variables: &[(&str, &'static str)]| {
        let settings = settings(profile, variables).unwrap();
        let sources = settings.guard_sources.iter();
        let names: Vec<_> = sources.map(|source| source.name.as_str()).collect();
        format!("{} {names:?}", settings.guards.names().join(" "))
    };
    assert_eq!(guards(None, &[]), " []");
    assert_eq!(guards(Some("prod"), &[]), "read-only [\"profile prod\"]");
    assert_eq!(
        guards(Some("dev"), &[("ARMCLI_PROFILE", "prod")]),
        "read-only confirm [\"profile dev\", \"profile prod\"]"
    );
    assert_eq!(
        guards(
            Some("prod"),
            &[("ARMCLI_READ_ONLY", "0"), ("ARMCLI_PROFILE", "prod")]
        ),
        "read-only [\"profile prod\"]"
    );
    assert_eq!(
        guards(
            None,
            &[("ARMCLI_READ_ONLY", "yes"), ("ARMCLI_CONFIRM", "1")]
        ),
        "read-only confirm [\"ARMCLI_READ_ONLY\", \"ARMCLI_CONFIRM\"]"
    );
}

#[test]
fn what_cannot_be_is_refused() {
    for (profile, variables, words) in [
        (Some("prd"), ("", ""), "there is no profile `prd`"),
        (
            Some("dev"),
            ("ARMCLI_PROFILE", "x"),
            "there is no profile `x`",
        ),
        (
            None,
            ("ARMCLI_OUTPUT", "jsn"),
            "`ARMCLI_OUTPUT` cannot be used: not `jsn`",
        ),
        (
            None,
            ("ARMCLI_SANDBOX", "ja"),
            "`ja` is neither true nor false",
        ),
        (
            None,
            ("ARMCLI_READ_ONLY", "maybe"),
            "`maybe` is neither true nor false",
        ),
    ] {
        let error = settings(profile, &[variables]).unwrap_err();
        assert!(error.contains(words), "{error}");
    }
}

#[test]
fn what_the_file_says_fills_variables_and_options() {
    let settings = settings(Some("dev"), &[("ARMCLI_OUTPUT", "table")]).unwrap();
    let variables: Vec<_> = settings.variables().collect();
    assert_eq!(
        variables,
        [
            ("ARMCLI_RESOURCE_GROUP", "rg-dev"),
            ("ARMCLI_CLOUD", "AzureCloud"),
            ("ARMCLI_SANDBOX", "false"),
            ("ARMCLI_TIMEOUT", "30"),
        ]
    );
    let defaults: Vec<_> = settings.defaults().collect();
    assert_eq!(
        defaults,
        [("output", "table"), ("sandbox", "false"), ("timeout", "30")]
    );
}
