//! `config.toml`: what it changes, and what is said where it cannot be used.

use crate::support::run::Run;

const FILE: &str = "home/.config/arm/config.toml";
const MACHINES: &str = "/subscriptions/{sub}/providers/Microsoft.Compute/virtualMachines";

fn dry_run(arguments: &[&str]) -> Run {
    Run::arm(["GET", MACHINES, "--sandbox", "-n"]).args(arguments)
}

#[test]
fn a_pin_is_what_is_sent() {
    let pin = "[api-versions]\n\"microsoft.compute/virtualmachines\" = 2024-07-01\n";
    let outcome = dry_run(&[]).file(FILE, pin).run().exits(0);
    assert!(
        outcome
            .text()
            .contains("api-version: 2024-07-01 (as config.toml says)\n"),
        "{}",
        outcome.text()
    );
    let outcome = dry_run(&["--api-version", "stable"])
        .file(FILE, pin)
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
        .file(FILE, pin)
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
                "known are `api-versions` and `aliases`",
            ],
        ),
        (
            "[api-versions]\nMicrosoft.Compute/disks = \"2024-07-01\"\n",
            [
                "line 2, column 18: ",
                "hint: names with `/` or `.` stand in quotation marks",
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
        let outcome = dry_run(&[]).file(FILE, text).run().exits(2);
        outcome
            .prints_nothing()
            .says(&words)
            .says(&["config.toml`: "]);
    }
}

#[test]
fn a_file_that_is_not_settings_is_an_error() {
    let folder = dry_run(&[]).file("home/.config/arm/config.toml/x", "");
    folder
        .run()
        .exits(1)
        .prints_nothing()
        .says(&["it is a folder"]);
    let binary = dry_run(&[]).file(FILE, b"\xff\xfe");
    binary.run().exits(2).prints_nothing().says(&[
        "config.toml`: line 1, column 1: it is not UTF-8 text",
        "hint: save it as UTF-8 text",
    ]);
    let large = dry_run(&[]).file(FILE, vec![b'#'; (1 << 20) + 1]);
    large
        .run()
        .exits(1)
        .prints_nothing()
        .says(&["it is larger than 1 MiB"]);
    // Who asks for nothing that is set needs no settings.
    let help = Run::arm(["help", "config"]).file(FILE, "[");
    help.run().exits(0);
}
