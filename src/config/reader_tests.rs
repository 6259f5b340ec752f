//! What a config file may hold, and what is said if it holds something else: tables only.

use super::{Alias, Checks, Config};
use crate::azure::WantedVersion;

const CHECKS: Checks = Checks {
    columns: check_columns,
    value: check_value,
    taken: |word| (word == "list").then_some("a command"),
};

fn check_value(key: &str, text: &str) -> Result<(), String> {
    let refused = || format!("not {text}");
    let is_good = key != "output" || text != "jsn";
    is_good.then_some(()).ok_or_else(refused)
}

fn check_columns(text: &str) -> Result<(), String> {
    let refused = || "no columns".to_owned();
    (!text.contains('!')).then_some(()).ok_or_else(refused)
}

#[test]
fn reads_pins_and_aliases() {
    let config = Config::parse(
        "# mine\n\
         [api-versions]\n\
         \"Microsoft.Compute/virtualMachines\" = \"2024-07-01\"\n\
         'Microsoft.Web/sites' = 2024-04-01\n\
         \"Microsoft.App/jobs\" = \"Preview\"\n\
         \"Microsoft.Sql/servers\" = \"stable\"\n\
         [aliases]\n\
         vm = \"Microsoft.Compute/virtualMachines\"\n\
         disk = { type = \"Microsoft.Compute/disks\", columns = [\"name\", \"size=properties.diskSizeGB\"] }\n",
        CHECKS,
    )
    .unwrap();
    for (name, expected) in [
        (
            "microsoft.compute/VIRTUALMACHINES",
            Some(WantedVersion::Exactly("2024-07-01".to_owned())),
        ),
        (
            "Microsoft.Web/sites",
            Some(WantedVersion::Exactly("2024-04-01".to_owned())),
        ),
        ("Microsoft.App/jobs", Some(WantedVersion::Preview)),
        ("Microsoft.Sql/servers", Some(WantedVersion::Stable)),
        ("Microsoft.Sql/servers/databases", None),
    ] {
        assert_eq!(config.pins.find(name), expected.as_ref(), "{name}");
    }
    let disk = Alias {
        word: "disk".to_owned(),
        type_name: "Microsoft.Compute/disks".to_owned(),
        columns: Some("name,size=properties.diskSizeGB".to_owned()),
    };
    assert_eq!(config.alias("DISK"), Some(&disk));
    assert_eq!(config.alias("vm").unwrap().columns, None);
    assert_eq!(config.alias("nothing"), None);
    for empty in ["", "# nothing\n", "[aliases]\n[api-versions]\n"] {
        assert_eq!(Config::parse(empty, CHECKS), Ok(Config::default()));
    }
}

#[track_caller]
fn check(text: &str, expected: &str) {
    let error = Config::parse(text, CHECKS).unwrap_err().to_string();
    assert_eq!(error, expected, "{text}");
}

#[test]
fn faults_have_a_place() {
    check("x = 1", "line 1, column 1: `x` is not known here");
    check(
        "\n  [versions]\n",
        "line 2, column 4: `versions` is not known here",
    );
    check(
        "aliases = 1",
        "line 1, column 11: `aliases` is a number, not a section",
    );
    check(
        "[aliases]\nvm = { typ = \"A.b/c\" }",
        "line 2, column 8: `typ` is not known here",
    );
    check(
        "[aliases]\nvm = {}",
        "line 2, column 6: the alias `vm` has no `type`",
    );
    for (columns, place) in [("\"!\"", 34), ("[\"é\", \"!\"]", 40)] {
        check(
            &format!("[aliases]\nvm = {{ type = \"A.b/c\", columns = {columns} }}"),
            &format!("line 2, column {place}: no columns"),
        );
    }
    check(
        "[aliases]\nvm = { type = \"A.b/c\", columns = [] }",
        "line 2, column 34: a list of columns is empty",
    );
    check(
        "[aliases]\nvm = true",
        "line 2, column 6: `vm` is true or false, not text such as \"Microsoft.Compute/disks\", or a table",
    );
    check(
        "[aliases]\nvm = \"disks\"",
        "line 2, column 6: `disks` is not a valid resource type",
    );
    check(
        "[aliases]\n\"a/b\" = \"A.b/c\"",
        "line 2, column 1: `a/b` cannot be an alias",
    );
    check(
        "[aliases]\nvm = \"A.b/c\"\nVM = \"A.b/c\"",
        "line 2, column 1: `vm` is set twice",
    );
    check(
        "[api-versions]\n\"A.b/c\" = \"latest\"",
        "line 2, column 11: `latest` is not a valid api-version",
    );
    check(
        "[api-versions]\n\"A.b/c\" = [1]",
        "line 2, column 11: `A.b/c` is a list, not text such as \"2024-07-01\"",
    );
    check(
        "[api-versions]\n\"é\" = \"stable\"",
        "line 2, column 1: `é` is not a valid resource type",
    );
    check(
        "[api-versions]\n\"A.b/c\" = \"stable\"\n\"a.B/c\" = \"stable\"",
        "line 3, column 1: `a.B/c` is set twice",
    );
}

#[test]
fn invalid_toml_has_a_position_too() {
    for (text, place) in [
        ("[aliases", "line 1, column 9: "),
        (
            "[api-versions]\nMicrosoft.Compute/disks = \"2024-07-01\"",
            "line 2, column 18: ",
        ),
        ("a = \"é", "line 1, column "),
        (
            "[aliases]\nx = \"A.b/c\"\nx = \"A.b/c\"",
            "line 3, column 1: ",
        ),
    ] {
        let error = Config::parse(text, CHECKS).unwrap_err().to_string();
        assert!(error.starts_with(place) && !error.contains('\n'), "{error}");
    }
}

#[test]
fn invalid_utf_8_has_a_position_too() {
    let error = Config::text(b"# \xc3\xa9\nvm\xff").unwrap_err();
    assert_eq!(error.to_string(), "line 2, column 3: it is not UTF-8 text");
    assert_eq!(Config::text(b"# \xc3\xa9"), Ok("# é"));
}
