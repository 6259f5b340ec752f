//! What a change makes of a text: tables only.

use super::{KeyPath, find, set, unset};

const TEXT: &str = "\
# mine
[defaults]
output = \"yaml\"   # for reading
timeout = 30

# another one
[profiles.prod]
group = 'rg-prod'
[aliases]
disk = { type = \"Microsoft.Compute/disks\", columns = \"name\" }
";

#[track_caller]
fn check_set(text: &str, key: &str, value: &str, expected: Result<&str, &str>) {
    let changed = KeyPath::parse(key).and_then(|path| set(text, &path, value));
    let changed = changed.map_err(|error| error.to_string());
    match (changed, expected) {
        (Ok(changed), Ok(expected)) => assert_eq!(changed, expected, "{key}"),
        (Err(error), Err(words)) => assert!(error.contains(words), "{key}: {error}"),
        (found, _) => panic!("{key}: {found:?}"),
    }
}

#[test]
fn a_value_is_replaced_where_it_stands() {
    for (key, value, before, after) in [
        (
            "output",
            "json",
            "output = \"yaml\"   #",
            "output = \"json\"   #",
        ),
        (
            "defaults.timeout",
            "1h30m",
            "timeout = 30\n",
            "timeout = \"1h30m\"\n",
        ),
        ("timeout", "45", "timeout = 30\n", "timeout = 45\n"),
        ("profiles.prod.group", "a\"b", "'rg-prod'", "'a\"b'"),
        (
            "profiles.prod.group",
            "a\"b'\n",
            "'rg-prod'",
            "\"a\\\"b'\\u000A\"",
        ),
    ] {
        check_set(TEXT, key, value, Ok(&TEXT.replace(before, after)));
    }
}

#[test]
fn a_new_value_stands_at_the_end_of_its_section() {
    for (key, value, before, after) in [
        (
            "group",
            "rg",
            "timeout = 30\n",
            "timeout = 30\ngroup = \"rg\"\n",
        ),
        (
            "profiles.prod.read-only",
            "yes",
            "'rg-prod'\n",
            "'rg-prod'\nread-only = true\n",
        ),
    ] {
        check_set(TEXT, key, value, Ok(&TEXT.replace(before, after)));
    }
    let more = format!("{TEXT}\n[profiles.dev]\nconfirm = false\n");
    check_set(TEXT, "profiles.dev.confirm", "off", Ok(&more));
    let more = format!("{TEXT}\n[api-versions]\n\"Microsoft.Web/sites\" = \"2024-04-01\"\n");
    check_set(
        TEXT,
        "api-versions.Microsoft.Web/sites",
        "2024-04-01",
        Ok(&more),
    );
    check_set("", "retry", "0", Ok("[defaults]\nretry = 0\n"));
    check_set(
        "[defaults]",
        "sandbox",
        "1",
        Ok("[defaults]\nsandbox = true\n"),
    );
    check_set(
        "# x",
        "commands.a",
        "list vm",
        Ok("# x\n\n[commands]\na = \"list vm\"\n"),
    );
    check_set(
        "[ defaults ] # x\n\n\n[aliases]\n",
        "retry",
        "1",
        Ok("[ defaults ] # x\nretry = 1\n\n\n[aliases]\n"),
    );
    check_set(
        "[defaults]\r\nretry = 1\r\n",
        "retry",
        "2",
        Ok("[defaults]\r\nretry = 2\r\n"),
    );
}

#[test]
fn other_forms_are_changed_or_refused_but_never_spoiled() {
    check_set(
        "defaults.output = \"json\"\n",
        "output",
        "yaml",
        Ok("defaults.output = \"yaml\"\n"),
    );
    check_set(
        "defaults = { output = \"json\" }\n",
        "output",
        "yaml",
        Ok("defaults = { output = \"yaml\" }\n"),
    );
    check_set(
        "defaults = { output = \"json\" }\n",
        "retry",
        "1",
        Err("only a person can change"),
    );
    check_set("[x", "retry", "1", Err("only a person can change"));
    let tricky = "[commands]\na = '''\n[defaults]\n'''\n";
    check_set(tricky, "output", "json", Err("only a person can change"));
}

#[test]
fn keys_are_checked() {
    for (key, words) in [
        ("outptu", "there is no setting `outptu`"),
        ("profiles.prod", "there is no setting"),
        ("profiles.prod.x", "there is no setting"),
        ("profiles..group", "there is no setting"),
        ("commands.", "there is no setting"),
        ("things.output", "there is no setting"),
        ("defaults.prompt-color", "there is no setting"),
    ] {
        check_set(TEXT, key, "x", Err(words));
    }
    check_set(
        TEXT,
        "confirm",
        "maybe",
        Err("`maybe` is neither true nor false"),
    );
}

#[test]
fn a_value_is_taken_away_with_its_line() {
    let check = |text: &str, key: &str, expected: Option<&str>| {
        let path = KeyPath::parse(key).unwrap();
        assert_eq!(unset(text, &path).unwrap().as_deref(), expected, "{key}");
    };
    let less = TEXT.replace("output = \"yaml\"   # for reading\n", "");
    check(TEXT, "output", Some(&less));
    check(
        TEXT,
        "profiles.prod.group",
        Some(&TEXT.replace("group = 'rg-prod'\n", "")),
    );
    check(TEXT, "group", None);
    check("[defaults]\nretry = 1", "retry", Some("[defaults]\n"));
    check("defaults.retry = 1\n", "retry", Some(""));
    let inline = "defaults = { retry = 1, output = \"json\" }\n";
    assert!(unset(inline, &KeyPath::parse("retry").unwrap()).is_err());
}

#[test]
fn a_value_is_found() {
    let of = |key: &str| find(TEXT, &KeyPath::parse(key).unwrap());
    assert_eq!(of("output").as_deref(), Some("yaml"));
    assert_eq!(of("timeout").as_deref(), Some("30"));
    assert_eq!(of("profiles.prod.group").as_deref(), Some("rg-prod"));
    assert_eq!(of("profiles.dev.group"), None);
}
