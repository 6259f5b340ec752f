//! `config.toml`: what it changes, and what is said if it cannot be used.

use crate::support::home::SETTINGS_FILE;
use crate::support::run::{Outcome, Run};

const MACHINES: &str = "/subscriptions/{sub}/providers/Microsoft.Compute/virtualMachines";

fn dry_run(arguments: &[&str]) -> Run {
    Run::arm(["GET", MACHINES, "--sandbox", "-n"]).args(arguments)
}

#[test]
fn a_pin_is_what_is_sent() {
    let pin = "[api-versions]\n\"microsoft.compute/virtualmachines\" = 2024-07-01\n";
    let outcome = dry_run(&[]).file(SETTINGS_FILE, pin).run().exits(0);
    assert!(
        outcome
            .text()
            .contains("api-version: 2024-07-01 (as config.toml says)\n"),
        "{}",
        outcome.text()
    );
    let outcome = dry_run(&["--api-version", "stable"])
        .file(SETTINGS_FILE, pin)
        .run()
        .exits(0);
    assert!(
        outcome
            .text()
            .contains("api-version: 2026-04-01 (the newest stable one)\n"),
        "{}",
        outcome.text()
    );
    let outcome = Run::arm(["GET", MACHINES, "--sandbox", "-q", "$.value[0].name"])
        .file(SETTINGS_FILE, pin)
        .run()
        .exits(0);
    assert_eq!(outcome.stderr, "");
}

#[test]
fn a_fault_is_named_by_its_place() {
    for (text, words) in [
        (
            "[api-version]\n",
            [
                "line 1, column 2: `api-version` is not known here",
                "did you mean `api-versions`?",
            ],
        ),
        (
            "[api-versions]\nMicrosoft.Compute/disks = \"2024-07-01\"\n",
            [
                "line 2, column 18: ",
                "hint: put names with `/` or `.` in quotation marks",
            ],
        ),
        (
            "[api-versions]\n\"Microsoft.Compute/disks\" = \"newest\"\n",
            [
                "line 2, column 29: `newest` is not a valid api-version",
                "\"stable\" or \"preview\"",
            ],
        ),
        (
            "[aliases]\nvm = \"virtualMachine\"\n",
            [
                "line 2, column 6: `virtualMachine` is not a valid resource type",
                "did you mean `Microsoft.Compute/virtualMachines`?",
            ],
        ),
        (
            "[aliases]\nd = { type = \"Microsoft.Compute/disks\", columns = \"name,,id\" }\n",
            [
                "line 2, column 51: there is a column without a name",
                "hint: write columns = \"name,location\"",
            ],
        ),
        (
            "[aliases]\nd = { type = \"Microsoft.Compute/disks\", columns = [\"name\", \"a[\"] }\n",
            ["line 2, column 60: ", "hint: write columns = "],
        ),
        (
            "[aliases]\nd = { type = \"Microsoft.Compute/disks\", columns = [] }\n",
            [
                "line 2, column 51: a list of columns is empty",
                "hint: write columns = ",
            ],
        ),
    ] {
        let outcome = dry_run(&[]).file(SETTINGS_FILE, text).run().exits(2);
        outcome
            .prints_nothing()
            .says(&words)
            .says(&["config.toml`: "]);
    }
}

#[test]
fn a_file_that_is_not_settings_is_an_error() {
    let folder = dry_run(&[]).file(&format!("{SETTINGS_FILE}/x"), "");
    folder
        .run()
        .exits(1)
        .prints_nothing()
        .says(&["it is a folder"]);
    let binary = dry_run(&[]).file(SETTINGS_FILE, b"\xff\xfe");
    binary.run().exits(2).prints_nothing().says(&[
        "config.toml`: line 1, column 1: it is not UTF-8 text",
        "hint: save it as UTF-8 text",
    ]);
    let large = dry_run(&[]).file(SETTINGS_FILE, vec![b'#'; (1 << 20) + 1]);
    large
        .run()
        .exits(1)
        .prints_nothing()
        .says(&["it is larger than 1 MiB"]);
    // A run that uses no setting needs no settings.
    let help = Run::arm(["help", "config"]).file(SETTINGS_FILE, "[");
    help.run().exits(0);
}

const GROUPS: &str = "/subscriptions/{sub}/resourceGroups";
const SETTINGS: &str = "\
[defaults]
output = \"compact\"
sandbox = true
[profiles.east]
group = \"rg-web-dev\"
output = \"ndjson\"
[profiles.prod]
confirm = true
group = \"rg-data-prod\"
[commands]
groups = \"GET /subscriptions/{sub}/resourceGroups -q value[].name\"
named = \"groups --name {1}\"
";

fn set(arguments: &[&str]) -> Run {
    Run::arm(arguments.iter().copied()).file(SETTINGS_FILE, SETTINGS)
}

#[test]
fn the_file_says_what_the_command_line_leaves_out() {
    let list = ["GET", GROUPS, "-q", "$.value[0].name"];
    let outcome = set(&list).run().exits(0);
    assert_eq!(outcome.text().lines().count(), 1, "{}", outcome.text());
    let one = ["GET", "/subscriptions/{sub}/resourceGroups/{rg}", "-n"];
    for (arguments, variable, words) in [
        (&[][..], "", "{rg}"),
        (&["--profile", "east"], "", "resourceGroups/rg-web-dev"),
        (&[], "east", "resourceGroups/rg-web-dev"),
        (
            &["--profile", "prod"],
            "east",
            "resourceGroups/rg-data-prod",
        ),
        (
            &["--profile=east", "-g", "rg-mine"],
            "",
            "resourceGroups/rg-mine",
        ),
    ] {
        let run = set(&one).args(arguments).env("ARMCLI_PROFILE", variable);
        let outcome = run.run();
        let all = format!("{}{}", outcome.text(), outcome.stderr);
        assert!(all.contains(words), "{arguments:?} {variable}: {all}");
    }
    let run = set(&one).env("ARMCLI_RESOURCE_GROUP", "rg-variable");
    assert!(run.run().exits(0).text().contains("rg-variable"));
    let run = set(&one).args(["--profile", "east"]);
    let run = run.env("ARMCLI_RESOURCE_GROUP", "rg-variable");
    assert!(run.run().exits(0).text().contains("rg-web-dev"));
}

#[test]
fn a_profile_that_is_not_there_is_refused() {
    let outcome = set(&["GET", GROUPS, "--profile", "est"]).run().exits(2);
    outcome.prints_nothing().says(&[
        "error: there is no profile `est`",
        "named by: --profile",
        "profiles: east, prod",
        "hint: did you mean `east`?",
    ]);
    let outcome = set(&["GET", GROUPS])
        .env("ARMCLI_PROFILE", "x")
        .run()
        .exits(2);
    outcome.says(&["there is no profile `x`", "named by: ARMCLI_PROFILE"]);
    // It is an option of the other program.
    #[cfg(unix)]
    {
        let outcome = set(&["exec", "--sandbox", "say", "--profile", "x"])
            .program("say", "echo \"$@\"")
            .run()
            .exits(0);
        assert_eq!(outcome.text(), "--profile x\n");
    }
}

#[test]
fn a_command_of_ones_own_stands_for_its_words() {
    let outcome = set(&["-o", "json", "groups", "-r"]).run().exits(0);
    assert!(
        outcome.text().lines().any(|line| line == "rg-web-prod"),
        "{}",
        outcome.text()
    );
    let outcome = set(&["named", "rg-web-*", "-r"]).run().exits(0);
    assert!(!outcome.text().contains("data"), "{}", outcome.text());
    set(&["named"]).run().exits(2).prints_nothing().says(&[
        "error: `named` takes 1 word right after it",
        "hint: `named` stands for `groups --name {1}`",
    ]);
    for (text, words) in [
        (
            "list = \"GET /x\"",
            "the command `list` cannot be: that is a command already",
        ),
        (
            "get = \"GET /x\"",
            "the command `get` cannot be: that is a METHOD already",
        ),
        (
            "a = \"b\"\nb = \"a\"",
            "the command `a` leads to itself: a → b → a",
        ),
        ("B = \"GET /x\"", "the command `B` cannot have that name"),
    ] {
        let run = Run::arm(["GET", GROUPS, "--sandbox"])
            .file(SETTINGS_FILE, format!("[commands]\n{text}\n"));
        run.run()
            .exits(2)
            .prints_nothing()
            .says(&[words, "line 2, column "]);
    }
}

#[test]
fn a_variable_is_read_as_its_option_is() {
    for (name, value, words) in [
        ("ARMCLI_OUTPUT", "jsn", "`jsn` is not one of json, jsonc"),
        ("ARMCLI_TIMEOUT", "5x", "`5x` is not a duration"),
        ("ARMCLI_SANDBOX", "ja", "`ja` is neither true nor false"),
        ("ARMCLI_CONFIRM", "ja", "`ja` is neither true nor false"),
    ] {
        let outcome = set(&["GET", GROUPS]).env(name, value).run().exits(2);
        outcome.prints_nothing().says(&[name, words]);
    }
    let outcome = set(&["GET", GROUPS])
        .env("ARMCLI_OUTPUT", "none")
        .run()
        .exits(0);
    outcome.prints_nothing();
}

#[test]
fn a_write_is_not_sent_where_nobody_can_confirm_it() {
    let put = [
        "PUT",
        "/subscriptions/{sub}/resourceGroups/rg-new",
        "location=westeurope",
    ];
    let refused = |run: Run| {
        let outcome = run.run().exits(12).prints_nothing();
        outcome.says(&["refused to send it without a confirmation", "hint: `--yes`"]);
    };
    refused(set(&put).args(["--profile", "prod"]));
    refused(set(&put).args(["--confirm"]));
    refused(set(&put).env("ARMCLI_CONFIRM", "1"));
    refused(
        set(&put)
            .args(["--profile", "east"])
            .env("ARMCLI_PROFILE", "prod"),
    );
    set(&put)
        .args(["--profile", "prod", "--yes"])
        .run()
        .exits(0);
    set(&["GET", GROUPS, "--profile", "prod"]).run().exits(0);
    set(&put).args(["--profile", "prod", "-n"]).run().exits(0);
}

#[test]
fn tab_offers_the_guards_and_the_settings_of_profiles() {
    let tab = |typed: &str| {
        let text = "[profiles.prod]\ngroup = \"x\"\n";
        let run = Run::arm(["__complete", "config", "set", typed]).file(SETTINGS_FILE, text);
        run.run().exits(0).text().to_owned()
    };
    assert!(tab("read").contains("word\tread-only\t"));
    assert!(tab("profiles.prod.read").contains("word\tprofiles.prod.read-only\t"));
    assert!(tab("profiles.").contains("profiles.prod.prompt-color"));
    assert!(!tab("").contains("profiles."));
}

/// Runs a command of `arm config` on a file, and returns what the file holds then.
fn changed(arguments: &[&str], text: &str, code: i32) -> (Outcome, String) {
    let run = Run::arm(["config"])
        .args(arguments)
        .file(SETTINGS_FILE, text);
    let (outcome, home) = run.run_and_keep();
    let text = std::fs::read_to_string(home.path().join(SETTINGS_FILE)).unwrap_or_default();
    (outcome.exits(code), text)
}

#[test]
fn a_value_is_written_and_the_rest_stays() {
    let text = "# mine\n[defaults] # x\nretry = 1 # once\n\n[aliases]\n";
    let (_, after) = changed(&["set", "output", "yaml"], text, 0);
    let expected = text.replace("# once\n", "# once\noutput = \"yaml\"\n");
    assert_eq!(after, expected);
    let (_, after) = changed(&["unset", "retry"], text, 0);
    assert_eq!(after, text.replace("retry = 1 # once\n", ""));
    for (arguments, words) in [
        (
            &["set", "output", "jsn"][..],
            "`output`: `jsn` is not one of json, jsonc",
        ),
        (&["set", "outptu", "json"], "hint: did you mean `output`?"),
        (
            &["set", "profile.prod.read-only", "true"],
            "hint: did you mean `profiles.prod.read-only`?",
        ),
        (
            &["set", "things.output", "json"],
            "hint: `arm config show` lists them",
        ),
        (
            &["set", "commands.list", "GET /x"],
            "that is a command already",
        ),
        (&["set", "commands.a", "a"], "leads to itself"),
        (&["set", "confirm", "ja"], "neither true nor false"),
        (&["set", "profiles.a b.group", "x"], "cannot be an alias"),
        (&["get", "outptu"], "did you mean `output`?"),
    ] {
        let (outcome, after) = changed(arguments, text, 2);
        outcome.prints_nothing().says(&[words]);
        assert_eq!(after, text, "{arguments:?}");
    }
    let (outcome, after) = changed(&["unset", "group"], text, 0);
    outcome.says(&["is not in the file: nothing was changed"]);
    assert_eq!(after, text);
}

#[test]
fn a_file_is_made_where_there_is_none() {
    let (outcome, home) = Run::arm(["config", "set", "timeout", "30"]).run_and_keep();
    outcome.exits(0).prints_nothing();
    let file = home.path().join(SETTINGS_FILE);
    assert_eq!(
        std::fs::read_to_string(&file).unwrap(),
        "[defaults]\ntimeout = 30\n"
    );
}

#[test]
fn what_holds_is_shown_with_its_origin() {
    let show = ["config", "show", "--origin", "--profile", "prod"];
    let run = set(&show)
        .env("AZURE_DEFAULTS_LOCATION", "westeurope")
        .env("ARMCLI_RETRY", "7");
    let outcome = run.run().exits(0);
    let row = |key: &str| {
        let mut lines = outcome.text().lines();
        let line = lines
            .find(|line| line.split(' ').next() == Some(key))
            .unwrap();
        line.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    assert_eq!(row("profile"), "profile prod --profile");
    assert_eq!(row("output"), "output compact [defaults], config.toml:2");
    assert_eq!(
        row("group"),
        "group rg-data-prod profile prod, config.toml:9"
    );
    assert_eq!(
        row("location"),
        "location westeurope AZURE_DEFAULTS_LOCATION"
    );
    assert_eq!(row("retry"), "retry 7 ARMCLI_RETRY");
    assert_eq!(row("confirm"), "confirm true profile prod");
    assert!(row("timeout").ends_with("default: none"));
    let get = |key: &str| {
        set(&["config", "get", key])
            .run()
            .exits(0)
            .text()
            .to_owned()
    };
    assert_eq!(get("output"), "compact\n");
    assert_eq!(get("profiles.prod.group"), "rg-data-prod\n");
    assert_eq!(get("confirm"), "false\n");
    assert_eq!(get("group"), "");
    set(&["config", "show", "-o", "json"]).run().exits(0).json();
}

#[cfg(unix)]
#[test]
fn an_editor_changes_the_file_or_nothing() {
    let edit = |script: &str, code: i32| {
        let run = Run::arm(["config", "edit"]).file(SETTINGS_FILE, SETTINGS);
        let run = run
            .program("my-editor", script)
            .env("EDITOR", "my-editor --wait");
        let (outcome, home) = run.run_and_keep();
        let text = std::fs::read_to_string(home.path().join(SETTINGS_FILE)).unwrap();
        let state = std::fs::read_dir(home.path().join("home/.local/state/arm"));
        let copies = state.unwrap().filter(|entry| {
            let name = entry.as_ref().unwrap().file_name();
            name.to_string_lossy().ends_with(".toml")
        });
        (outcome.exits(code), text, copies.count())
    };
    let (_, text, copies) = edit(
        "echo 'disk = \"Microsoft.Compute/disks\"' > /dev/null; printf '[aliases]\\n' > \"$2\"",
        0,
    );
    assert_eq!((text.as_str(), copies), ("[aliases]\n", 0));
    let (outcome, text, copies) = edit("printf '[aliases\\n' > \"$2\"", 2);
    outcome.says(&["config-", ".toml`: line 1, column 9"]);
    assert_eq!((text.as_str(), copies), (SETTINGS, 1));
    let (outcome, text, copies) = edit("exit 1", 1);
    outcome.says(&[
        "the editor `my-editor` failed: exit status: 1",
        "the text is in",
    ]);
    assert_eq!((text.as_str(), copies), (SETTINGS, 1));
    let (outcome, text, copies) = edit("exit 0", 0);
    outcome.says(&["nothing was changed"]);
    assert_eq!((text.as_str(), copies), (SETTINGS, 0));
    let missing = Run::arm(["config", "edit"])
        .env("VISUAL", "no-such-editor")
        .run();
    missing.exits(1).says(&[
        "the editor `no-such-editor` failed: it is not found",
        "hint: choose another editor with `export EDITOR=vi`",
    ]);
}

#[cfg(unix)]
#[test]
fn a_broken_file_can_be_mended_with_the_program() {
    for arguments in [&["path"][..], &["edit"]] {
        let run = Run::arm(["config"])
            .args(arguments)
            .file(SETTINGS_FILE, "[defaults\n");
        let run = run
            .program("my-editor", "printf '' > \"$1\"")
            .env("EDITOR", "my-editor");
        run.run().exits(0);
    }
    let show = Run::arm(["config", "show"])
        .file(SETTINGS_FILE, "[defaults\n")
        .run();
    show.exits(2)
        .prints_nothing()
        .says(&["config.toml`: line 1, column 10"]);
    let help = Run::arm(["GET", "--help"])
        .file(SETTINGS_FILE, "[defaults\n")
        .run();
    help.exits(0);
}

#[test]
#[cfg(unix)]
fn a_file_that_others_write_is_refused() {
    use std::os::unix::fs::PermissionsExt as _;

    let run = Run::arm(["GET", GROUPS, "--sandbox"]).file(SETTINGS_FILE, SETTINGS);
    let file = run.folder().join(SETTINGS_FILE);
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o666)).unwrap();
    run.run().exits(12).prints_nothing().says(&[
        "error: refused to use `",
        "other users can write to it",
        "hint: look at it, then `chmod go-w ",
    ]);
}

#[test]
fn a_file_in_the_current_folder_is_never_read() {
    for name in [
        "config.toml",
        "arm/config.toml",
        ".arm/config.toml",
        ".config/arm/config.toml",
    ] {
        let run = Run::arm(["GET", GROUPS, "--sandbox"]).file(name, "[");
        run.run().exits(0);
    }
}

#[test]
fn what_az_was_told_fills_placeholders_and_names_itself() {
    let one = [
        "GET",
        "/subscriptions/{sub}/resourceGroups/{rg}",
        "--sandbox",
        "-n",
    ];
    let az = "[defaults]\ngroup = rg-az\n";
    let run = Run::arm(one).file("home/.azure/config", az);
    assert!(run.run().exits(0).text().contains("resourceGroups/rg-az"));
    let run = Run::arm(one)
        .file("home/.azure/config", az)
        .env("ARMCLI_RESOURCE_GROUP", "rg-own");
    assert!(run.run().exits(0).text().contains("resourceGroups/rg-own"));
    let run = Run::arm(one)
        .env("AZURE_DEFAULTS_GROUP", "rg-v")
        .env("AZURE_HTTP_USER_AGENT", "Task/1");
    let outcome = run.run().exits(0);
    let text = outcome.text().to_ascii_lowercase();
    assert!(
        text.contains("resourcegroups/rg-v") && text.contains(" task/1"),
        "{text}"
    );
}

#[test]
fn a_profile_may_only_read() {
    let text = "[profiles.prod]\nread-only = true\n[profiles.dev]\n";
    let put = [
        "PUT",
        "/subscriptions/{sub}/resourceGroups/rg-new",
        "location=westeurope",
        "--sandbox",
    ];
    for (profile, variable) in [("prod", ""), ("dev", "prod")] {
        let run = Run::arm(put)
            .args(["--profile", profile, "--yes"])
            .file(SETTINGS_FILE, text);
        let outcome = run.env("ARMCLI_PROFILE", variable).run().exits(12);
        outcome
            .prints_nothing()
            .says(&["refused to send a PUT", "by `config.toml`"]);
    }
    let run = Run::arm(put)
        .args(["--profile", "dev"])
        .file(SETTINGS_FILE, text);
    run.run().exits(0);
    let run = Run::arm(["GET", GROUPS, "--sandbox", "--profile", "prod"]).file(SETTINGS_FILE, text);
    run.run().exits(0);
}

#[test]
fn a_run_that_may_only_read_does_not_lift_that() {
    let text = "[defaults]\nread-only = true\n\n[profiles.prod]\nread-only = true\n";
    for arguments in [
        &["set", "read-only", "false"][..],
        &["set", "defaults.read-only", "no"],
        &["set", "profiles.prod.read-only", "false"],
        &["unset", "read-only"],
    ] {
        let (outcome, after) = changed(arguments, text, 12);
        outcome
            .prints_nothing()
            .says(&["refused to lift `read-only`", "arm config edit"]);
        assert_eq!(after, text, "{arguments:?}");
    }
    let (_, after) = changed(&["set", "read-only", "true"], text, 0);
    assert_eq!(after, text);
    let (_, after) = changed(&["set", "read-only", "true"], "", 0);
    assert_eq!(after, "[defaults]\nread-only = true\n");
}
