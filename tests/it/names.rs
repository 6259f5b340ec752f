//! What `arm` remembers of names, against a sandbox on a socket: which requests it saves, what is looked up afresh, and what is
//! kept in whose files. What TAB offers in shells: `completions`.

use crate::support::home::find_program;
use crate::support::run::Run;
use crate::support::served_sandbox::{SUBSCRIPTION, ServedSandbox};
use crate::support::server::Server;

/// An account that is known before it has a token: `deploy-secret` of the sandbox.
const ACCOUNT: [(&str, &str); 3] = [
    ("AZURE_TENANT_ID", "contoso.example"),
    ("AZURE_CLIENT_ID", "d84f0c36-1b9e-4a57-8c20-5e7b3f96a1d2"),
    ("AZURE_CLIENT_SECRET", "sandbox-secret"),
];

/// Prints the METHODs of the requests that each run makes, on one line.
const REQUESTS: &str = r#"
export AZURE_AUTHORITY_HOST=$ARMCLI_ENDPOINT
requests() { echo "$1: $("$ARM" "${@:2}" -v 2>&1 >/dev/null | sed -n 's/^> \([A-Z]*\) http.*/\1/p' | tr '\n' ' ')"; }
tab() { "$ARM" __complete "$@" | cut -f 2 | tr '\n' ' '; echo; }
"#;

/// Runs a script as the account of the sandbox, and returns the lines that it prints.
fn lines(sandbox: &ServedSandbox, script: &str) -> Vec<String> {
    let run = sandbox.bash(&format!("{REQUESTS}{script}"));
    let run = ACCOUNT
        .iter()
        .fold(run, |run, (name, value)| run.env(name, value));
    let outcome = run.run();
    outcome
        .text()
        .lines()
        .map(|line| line.trim().to_owned())
        .collect()
}

/// A name that no resource has is waited for no longer; a list that failed says nothing.
#[test]
fn what_is_not_there_by_its_name_is_deleted() {
    let sandbox = ServedSandbox::start();
    let wait = |more: &[&str]| sandbox.arm(&["wait", "vm/gone"]).args(more).run();
    let gone = wait(&["--deleted"]).exits(0);
    gone.says(&["note: no vm is named `gone`, among 64"])
        .prints_nothing();
    wait(&["--deleted", "-S", "*"]).exits(0);
    let unknown = "00000000-0000-4000-8000-000000000001";
    wait(&["--deleted", "-S", unknown]).exits(4);
    wait(&["--deleted", "--dry-run"]).exits(4);
    wait(&["--for", "a=b"]).exits(4);
    let child = sandbox.arm(&["wait", "vm/gone/extensions/x", "--deleted"]);
    child.run().exits(0);
}

#[test]
fn a_name_that_was_found_costs_one_request() {
    let sandbox = ServedSandbox::start();
    let found = lines(
        &sandbox,
        r"
requests first GET vm/vm-web-03
requests second GET vm/vm-web-03
requests head HEAD vm/vm-web-03
requests child GET vm/vm-web-03/instanceView
requests write PATCH vm/vm-web-03 .tags.a=b
requests action POST vm/vm-web-03/restart
requests other GET vm/vm-web-04
ARMCLI_REMEMBER_NAMES=0 requests refused GET vm/vm-web-03
",
    );
    assert_eq!(
        found,
        [
            "first: GET GET",
            "second: GET",
            "head: HEAD",
            "child: GET",
            "write: GET PATCH",
            "action: GET POST",
            "other: GET GET",
            "refused: GET GET",
        ]
    );
}

#[test]
fn what_has_gone_is_looked_up_again() {
    let sandbox = ServedSandbox::start();
    let found = lines(
        &sandbox,
        r#"
vault=/subscriptions/{sub}/resourceGroups/rg-data-prod/providers/Microsoft.KeyVault/vaults/kv-mine
make() { "$ARM" PUT $vault location=westeurope properties:={} --no-check >/dev/null 2>&1; }
make
tab GET kv/kv-m
requests here GET kv/kv-mine
# Somebody else takes it away.
ARMCLI_REMEMBER_NAMES=false "$ARM" DELETE $vault -y --wait >/dev/null 2>&1
requests gone GET kv/kv-mine
tab GET kv/kv-m
"$ARM" GET kv/kv-mine >/dev/null 2>&1; echo "exit $?"
# What is written is seen, and what is deleted is forgotten.
make; tab GET kv/kv-m
"$ARM" DELETE kv/kv-mine -g rg-data-prod -y >/dev/null 2>&1
tab GET kv/kv-m
"#,
    );
    assert_eq!(
        found,
        [
            "kv/kv-mine",
            "here: GET",
            // Itself, the list by name, and the list of all for names that are near.
            "gone: GET GET GET",
            "",
            "exit 4",
            "kv/kv-mine",
            "",
        ]
    );
}

#[test]
fn what_is_a_secret_as_a_whole_is_not_remembered() {
    let sandbox = ServedSandbox::start();
    let found = lines(
        &sandbox,
        r#"
circuit=/subscriptions/{sub}/resourceGroups/rg-data-prod/providers/Microsoft.Network/expressRouteCircuits/er-1
for id in "$circuit" "$circuit/peerings/p-1" "$circuit/authorizations/a-1"; do
    ARMCLI_REMEMBER_NAMES=false "$ARM" PUT "$id" location=westeurope properties:={} --no-check >/dev/null 2>&1
done
for list in peerings authorizations; do
    "$ARM" GET "$circuit/$list" -q '$.value[*].name' -r
done
grep -rho 'er-1/.*' "$XDG_CACHE_HOME/arm/seen"
"#,
    );
    assert_eq!(found, ["p-1", "a-1", "er-1/peerings/p-1"]);
}

#[test]
fn what_lists_show_is_offered() {
    let sandbox = ServedSandbox::start();
    let found = lines(
        &sandbox,
        r#"
tab GET vm/vm-sql-0
"$ARM" list vm --name 'vm-sql-0*' --limit 2 >/dev/null 2>&1
tab GET vm/vm-sql-0
tab GET -g rg-d
"$ARM" graph "Resources | where type =~ 'microsoft.keyvault/vaults' | project id, colour = 'red'" >/dev/null 2>&1
tab GET kv/
tab graph --columns col
"$ARM" GET /subscriptions >/dev/null
tab GET /subscriptions/Contoso
"$ARM" cache names | cut -c 1-20 | wc -l
"$ARM" cache clear --names 2>/dev/null
tab GET vm/vm-sql-0
"#,
    );
    let vms: Vec<&str> = found
        .get(1)
        .map_or(Vec::new(), |line| line.split(' ').collect());
    assert!(vms.len() >= 2 && vms.contains(&"vm/vm-sql-01"), "{found:?}");
    assert_eq!(found.first().map(String::as_str), Some(""));
    assert_eq!(found.get(2).map(String::as_str), Some("rg-data-prod"));
    let vaults = &found[3];
    assert!(vaults.contains("kv/kv-contoso-data"), "{found:?}");
    assert_eq!(found.get(4).map(String::as_str), Some("colour"));
    assert!(found[5].contains(SUBSCRIPTION), "{found:?}");
    assert!(found[6].parse::<u32>().unwrap() >= 2, "{found:?}");
    assert_eq!(found.get(7).map(String::as_str), Some(""));
}

#[test]
fn warming_fills_the_memory_of_the_account() {
    let sandbox = ServedSandbox::start();
    let found = lines(
        &sandbox,
        r#"
"$ARM" cache warm 2>&1 | sed 's/[0-9][0-9]*/N/g'
"$ARM" cache warm -S 'Contoso Development' 2>&1 | sed 's/[0-9][0-9]* res/N res/g'
tab POST vm/vm-web-03/deal
tab GET -S 'Contoso Development' vm/vm-dev-1
# Another account has seen nothing.
AZURE_CLIENT_ID=95c2e6f0-3d18-4b7a-b4d9-a8f107e6c53b tab GET vm/vm-web-0
ARMCLI_REMEMBER_NAMES=off "$ARM" cache warm 2>&1 | head -1; echo "exit ${PIPESTATUS[0]}"
ARMCLI_ACCESS_TOKEN=x "$ARM" cache warm 2>&1 | head -1; echo "exit ${PIPESTATUS[0]}"
"$ARM" cache warm -S nowhere 2>/dev/null; echo "exit $?"
ls -ld "$XDG_CACHE_HOME"/arm/seen "$XDG_CACHE_HOME"/arm/seen/*/*.ids | cut -c 1-10 | LC_ALL=C sort -u
grep -rcE 'sandbox-secret|"' "$XDG_CACHE_HOME"/arm/seen | cut -d : -f 2 | sort -u
"#,
    );
    assert_eq!(
        found,
        [
            "note: N subscription, N resource groups and N resources are remembered: TAB offers their names",
            "note: 1 subscription, N resource groups and N resources are remembered: TAB offers their names",
            "vm/vm-web-03/deallocate",
            "vm/vm-dev-10",
            "",
            "error: names are not remembered: `remember-names` is false",
            "exit 2",
            "error: names are remembered for an account, and a token given directly does not say whose it is",
            "exit 2",
            "exit 2",
            "-rw-------",
            "drwx------",
            "0",
        ]
    );
}

#[test]
fn tab_opens_no_connection() {
    let server = Server::untouched();
    let endpoint = server.url("");
    for line in [
        "GET vm/",
        "GET /subscriptions/",
        "GET /subscriptions/x/resourceGroups/",
        "POST vm/x/",
        "list vm --columns ",
        "GET vm/x --api-version ",
        "GET vm/x?api-version=",
        "-S ",
        "--cloud https://127.0.0.1:1 GET vm/",
        "GET -g ",
        "account use ",
    ] {
        let words = std::iter::once("__complete").chain(line.split(' '));
        Run::arm(words)
            .env("ARMCLI_ENDPOINT", &endpoint)
            .env("MSI_ENDPOINT", format!("{endpoint}/oauth2/token"))
            .env("HTTPS_PROXY", &endpoint)
            .run()
            .exits(0);
    }
}

/// The memory of the sandbox, with lines that a person may have put there.
const PLANTED: &str = r#"
folder="$XDG_CACHE_HOME"/arm/seen/sandbox; mkdir -p "$folder"
file="$folder"/3f2b8c1e-6a4d-4e97-b5c0-8d1f7a2e9b46.ids
plant() { printf 'arm-seen\t%s\t3f2b8c1e-6a4d-4e97-b5c0-8d1f7a2e9b46\n' "$1"; printf '/resourceGroups/g/providers/Microsoft.KeyVault/vaults/%b\n' "${@:2}"; }
tab() { "$ARM" __complete --sandbox GET kv/ | cut -f 2 | cat -v | tr '\n' ' '; echo; }
"#;

/// Runs a script with a planted memory.
fn planted(script: &str) -> Vec<String> {
    let run = Run::bash(&format!("{PLANTED}{script}"));
    let outcome = run.run();
    assert_eq!(outcome.stderr, "", "{script}");
    outcome
        .text()
        .lines()
        .map(|line| line.trim().to_owned())
        .collect()
}

#[test]
fn a_memory_of_somebody_elses_making_is_passed_over() {
    let found = planted(
        r#"
plant 1 good '\033[2Jevil' '\302\233evil' '\342\200\256evil' 'a?b' '{x}' > "$file"; chmod 600 "$file"; tab
chmod 666 "$file"; tab; chmod 600 "$file"
ln "$file" "$folder"/other; tab; rm "$folder"/other
plant 2 newer > "$file"; tab; "$ARM" --sandbox list kv >/dev/null; cut -f 2 "$file" | head -1
mv "$file" "$folder"/real; ln -s real "$file"; tab; rm "$file"
mkfifo "$file"; chmod 600 "$file"; tab; rm "$file"
plant 1 good > "$file"; head -c 5000000 /dev/zero | tr '\0' x >> "$file"; tab
printf '\377\376' > "$file"; tab
: > "$file"; tab
rm -r "$folder"; : > "$folder"; tab
"#,
    );
    assert_eq!(found, ["kv/good", "", "", "", "2", "", "", "", "", "", ""]);
}

#[test]
#[expect(clippy::print_stderr, reason = "a skipped test must say so")]
fn a_memory_of_another_user_is_not_read() {
    if find_program("chown").is_none() {
        eprintln!("skipped: there is no `chown` on the PATH");
        return;
    }
    let found = planted(
        r#"
plant 1 good > "$file"; chmod 600 "$file"
chown 12345 "$file" 2>/dev/null || { echo skipped; exit; }
tab; "$ARM" --sandbox list kv >/dev/null; tab
"#,
    );
    if found == ["skipped"] {
        eprintln!("skipped: only the superuser gives a file away");
        return;
    }
    assert_eq!(found.first().map(String::as_str), Some(""));
    assert!(found[1].contains("kv/kv-"), "{found:?}");
}
