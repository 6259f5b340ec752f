//! The logins of other tools: az and its tokens, azd, Az PowerShell. Each is a script here, that does
//! well or badly what the tool could do.

use std::path::Path;

use serde_json::json;

use crate::support::answer::Answer;
use crate::support::run::{AUDIENCE, Outcome, Run};
use crate::support::server::Server;
use crate::wire_credentials::{EXP, refused, sandbox_token, unsigned};

const PROFILE: &str = "\u{feff}{\"subscriptions\":[{\"id\":\"sub-1\",\"isDefault\":true,\
    \"tenantId\":\"tenant-1\",\"user\":{\"name\":\"me@contoso.com\",\"type\":\"user\"}}]}";
/// Writes its arguments to a file, one per line.
const TELL: &str = "for word; do echo \"$word\" >> arguments; done";

/// A signed-in `az` that is this script.
fn with_az(run: Run, script: &str) -> Run {
    run.program("az", script)
        .file("home/.azure/azureProfile.json", PROFILE)
}

/// A signed-in `azd` that is this script.
fn with_azd(run: Run, script: &str) -> Run {
    run.program("azd", script)
        .file("home/.azd/auth/auth.json", "{}")
}

/// A `pwsh` that is this script.
fn with_pwsh(run: Run, script: &str) -> Run {
    run.program("pwsh", script).args(["--auth", "powershell"])
}

fn read(folder: &Path, name: &str) -> String {
    std::fs::read_to_string(folder.join(name)).unwrap_or_default()
}

#[track_caller]
fn sent(service: &Server, token: &str) {
    let sent = service.request().header("authorization").map(str::to_owned);
    assert_eq!(sent, Some(format!("Bearer {token}")));
}

#[track_caller]
fn fails(script: &str, code: i32) -> Outcome {
    refused(|run| with_az(run, script), code)
}

#[test]
fn az_is_asked_by_its_arguments() {
    let service = Server::answering([Answer::json("{}")]);
    let script = format!("{TELL}\necho '{{\"accessToken\":\"t-1\",\"expires_on\":{EXP}}}'");
    let url = service.url("/subscriptions/SUB-1/x");
    let run = Run::arm(["GET", &url, "--audience", "api://x"])
        .args(["--allow-host", &service.authority()]);
    let (outcome, folder) = with_az(run, &script).run_and_keep();
    outcome.exits(0);
    sent(&service, "t-1");
    assert_eq!(
        read(folder.path(), "arguments"),
        "account\nget-access-token\n--output\njson\n--resource=api://x\n--subscription=SUB-1\n"
    );
}

#[test]
fn az_is_told_the_tenant() {
    let service = Server::answering([Answer::json("{}")]);
    let script = format!("{TELL}\necho '{{\"accessToken\":\"t\"}}'");
    let run = unsigned(&service).args(["--tenant", "contoso.com"]);
    let (outcome, folder) = with_az(run, &script).run_and_keep();
    outcome.exits(0);
    assert!(read(folder.path(), "arguments").ends_with("\n--tenant=contoso.com\n"));
}

#[test]
fn what_no_scope_or_tenant_is_made_of_reaches_no_tool() {
    let audience = "api://x;$(touch${IFS}made)`touch${IFS}made`&'\"";
    let service = Server::untouched();
    for prepare in [with_az, with_azd, with_pwsh] {
        let run = Run::arm(["GET", &service.url("/"), "--audience", audience])
            .args(["--allow-host", &service.authority()]);
        let (outcome, folder) = prepare(run, "echo > made").run_and_keep();
        outcome.exits(6).says(&["with such characters"]);
        assert!(!folder.path().join("made").exists());
    }
    for prepare in [with_az, with_azd, with_pwsh] {
        let odd = |run: Run| prepare(run, "exit 9").args(["--tenant", "t&calc.exe"]);
        refused(odd, 2).says(&["the tenant is neither a GUID nor a domain"]);
    }
}

#[test]
fn az_that_fails_is_shown() {
    fails(
        "echo 'ERROR: AADSTS700082: expired.' >&2; echo 'az login' >&2; exit 1",
        6,
    )
    .says(&["error: az: AADSTS700082: expired.\n", "az login"]);
    fails("exit 3", 6).says(&["it gave no reason (exit code 3)"]);
    fails("kill -9 $$", 6).says(&["it was ended by signal 9"]);
    fails(
        "read answer || echo 'ERROR: Please type a number' >&2; exit 1",
        6,
    )
    .says(&["Please type a number"]);
    fails("echo 'ERROR: \x1b[31mred' >&2; exit 1", 6);
}

#[test]
fn az_is_read_with_colours_and_notices_around_its_answer() {
    for script in [
        r#"echo '{"accessToken":"t"}'; printf '\033[0m'"#,
        r#"echo 'A new version is there'; echo '{"accessToken":"t"}'"#,
    ] {
        let service = Server::answering([Answer::json("{}")]);
        with_az(unsigned(&service), script).run().exits(0);
        sent(&service, "t");
    }
    fails("echo 'An extension speaks'", 6).says(&["it says `An extension speaks`"]);
}

#[test]
fn az_that_prints_something_else_is_shown() {
    let secret = sandbox_token();
    for output in [
        "junk",
        "{}",
        "[]",
        "{\"accessToken\":7}",
        "{\"accessToken\":\"\"}",
        "",
    ] {
        let outcome = fails(&format!("echo '{output}'"), 6);
        assert!(
            outcome.stderr.contains("is not a token"),
            "{output}: {}",
            outcome.stderr
        );
    }
    let outcome = fails(&format!("echo 'WARNING {secret}'"), 6);
    assert!(!outcome.stderr.contains(&secret), "{}", outcome.stderr);
    let expired = "echo '{\"accessToken\":\"t\",\"expires_on\":1700000000}'";
    fails(expired, 6).says(&["expired"]);
    let endless =
        "while true; do echo yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy; done";
    fails(endless, 6).says(&["its output is longer than 1 MiB"]);
    fails(&format!("({endless}) >&2"), 6).says(&["its output is longer than 1 MiB"]);
}

#[test]
fn az_that_hangs_ends_with_the_time() {
    let hangs = |run: Run| with_az(run, "exec /bin/sleep 3600").args(["--timeout", "300ms"]);
    refused(hangs, 8).says(&["timed out after 300ms"]);
}

#[test]
fn az_without_an_account_is_passed_over() {
    let told = |profile: Option<&str>, options: &[&str]| {
        let prepare = |run: Run| {
            let run = run.program("az", "exit 0").args(options);
            match profile {
                Some(profile) => run.file("home/.azure/azureProfile.json", profile),
                None => run,
            }
        };
        refused(prepare, 6).stderr
    };
    // Whoever has az need not use it.
    for profile in [Some("{\"subscriptions\":[]}"), Some("{}"), None] {
        let told_at_once = told(profile, &[]);
        assert!(!told_at_once.contains("azure-cli"), "{told_at_once}");
        let details = told(profile, &["-v"]);
        let reason = "auth: not azure-cli: `az` is not signed in";
        assert!(details.contains(reason), "{details}");
    }
    // What is damaged was meant to be used.
    for profile in ["junk", "", "{\"subscriptions\":[{\"id\":\"s"] {
        let told = told(Some(profile), &[]);
        let reason = "azureProfile.json`: it is truncated or altered: ";
        assert!(told.contains("\n  azure-cli: cannot use `"), "{told}");
        assert!(told.contains(reason), "{told}");
    }
}

#[test]
fn az_finds_neither_modules_nor_secrets_of_others() {
    let service = Server::answering([Answer::json("{}")]);
    let script = "echo \"$started_in $AZURE_CONFIG_DIR $IDENTITY_HEADER$ARM_CLIENT_SECRET.\" > seen\n\
                  echo '{\"accessToken\":\"t\"}'";
    let run = with_az(unsigned(&service), script)
        .file("az-folder/azureProfile.json", PROFILE)
        .args(["--auth", "azure-cli"])
        .env("AZURE_CONFIG_DIR", "az-folder")
        .env("IDENTITY_HEADER", "secret-1")
        .env("ARM_CLIENT_SECRET", "secret-2");
    let (outcome, folder) = run.run_and_keep();
    outcome.exits(0);
    let whole = folder
        .path()
        .canonicalize()
        .unwrap_or_default()
        .join("az-folder");
    let expected = format!("/ {} .\n", whole.display());
    assert_eq!(read(folder.path(), "seen"), expected);
}

#[test]
fn a_program_in_the_current_folder_is_not_run() {
    let here = |run: Run| {
        let path = run.folder().join("az");
        let run = with_az(run, "touch made; exit 1");
        let moved = std::fs::rename(run.folder().join("home/bin/az"), path);
        assert!(moved.is_ok());
        run.env("PATH", ".:")
    };
    refused(here, 6).says(&["  azure-cli: it is signed in, but `az` is not on the PATH\n"]);
}

/// The tokens that az keeps, one of which is Resource Manager's.
fn kept_tokens(token: &str, expires_on: u64) -> String {
    let host = "login.microsoftonline.com";
    json!({
        "AccessToken": {format!("u.t-{host}-accesstoken-c-tenant-1-s"): {
            "credential_type": "AccessToken", "secret": token, "home_account_id": "u.t",
            "environment": host, "client_id": "04b07795-8ddb-461a-bbee-02f9e1bf7b46",
            "target": "https://management.core.windows.net//.default", "realm": "tenant-1",
            "token_type": "Bearer", "expires_on": expires_on.to_string(),
        }},
        "Account": {"a": {"home_account_id": "u.t", "environment": host, "username": "me@contoso.com"}},
    })
    .to_string()
}

const CACHE: &str = "home/.azure/msal_token_cache.json";

#[test]
fn the_tokens_of_az_are_used_without_az() {
    let kept = kept_tokens(&sandbox_token(), EXP);
    let service = Server::answering([Answer::json("{}")]);
    let run = with_az(unsigned(&service), "exit 9").file(CACHE, &kept);
    run.run().exits(0);
    sent(&service, &sandbox_token());
    // Nor need az be there at all.
    let service = Server::answering([Answer::json("{}")]);
    let run = unsigned(&service)
        .file("home/.azure/azureProfile.json", PROFILE)
        .file(CACHE, &kept);
    run.run().exits(0);
    let absent = |run: Run| {
        run.file("home/.azure/azureProfile.json", PROFILE)
            .file(CACHE, kept_tokens("t", 1_700_000_000))
    };
    refused(absent, 6).says(&["`az` is not on the PATH, and keeps no token for this"]);
}

#[test]
fn az_is_asked_where_its_tokens_will_not_do() {
    let kept = kept_tokens(&sandbox_token(), EXP);
    let cases: [(&str, &[(&str, &str)]); 6] = [
        (&kept, &[("ARMCLI_AZ_CACHE", "0")]),
        (&kept, &[("COPILOT_AGENT_SESSION_ID", "s")]),
        (&kept, &[("ARMCLI_TENANT", "another")]),
        (
            &kept,
            &[("AZURE_AUTHORITY_HOST", "login.microsoftonline.us")],
        ),
        (&kept[..kept.len() / 2], &[]),
        ("\u{feff}{}", &[]),
    ];
    for (cache, variables) in cases {
        let service = Server::answering([Answer::json("{}")]);
        let run = with_az(unsigned(&service), "echo '{\"accessToken\":\"asked\"}'");
        let run = variables
            .iter()
            .fold(run.file(CACHE, cache), |run, (name, value)| {
                run.env(name, value)
            });
        run.run().exits(0);
        sent(&service, "asked");
    }
}

#[test]
fn the_tokens_of_az_stay_as_they_are() {
    let kept = kept_tokens(&sandbox_token(), EXP);
    let service = Server::answering([Answer::json("{}")]);
    let run = with_az(unsigned(&service), "exit 9").file(CACHE, &kept);
    let (outcome, folder) = run.run_and_keep();
    outcome.exits(0);
    assert_eq!(read(folder.path(), CACHE), kept);
    let files = std::fs::read_dir(folder.path().join("home/.azure")).map(Iterator::count);
    assert_eq!(files.ok(), Some(2));
}

#[test]
fn azd_is_asked_by_its_arguments() {
    let service = Server::answering([Answer::json("{}")]);
    let script =
        format!("{TELL}\necho '{{\"token\":\"t-1\",\"expiresOn\":\"2099-01-01T00:00:00Z\"}}'");
    let run = unsigned(&service).args(["--tenant", "contoso.com"]);
    let (outcome, folder) = with_azd(run, &script).run_and_keep();
    outcome.exits(0);
    sent(&service, "t-1");
    assert_eq!(
        read(folder.path(), "arguments"),
        "auth\ntoken\n--output\njson\n--no-prompt\n\
         --scope=https://management.azure.com//.default\n--tenant-id=contoso.com\n"
    );
}

#[test]
fn azd_that_fails_is_shown() {
    let fails = |script: &str| {
        let script = script.to_owned();
        refused(move |run| with_azd(run, &script), 6)
    };
    let message = r#"{"type":"consoleMessage","data":{"message":"\nERROR: not logged in\n"}}"#;
    fails(&format!("echo '{message}'; exit 1")).says(&[
        "error: azd: not logged in\n",
        "hint: sign in again with `azd auth login`",
    ]);
    fails("echo 'ERROR: plain' >&2; exit 1").says(&["azd: plain"]);
    fails("exit 4").says(&["it gave no reason (exit code 4)"]);
    fails("echo '{}'").says(&["no JSON object with `token`"]);
    let expired = "echo '{\"token\":\"t\",\"expiresOn\":\"2020-01-01T00:00:00Z\"}'";
    fails(expired).says(&["expired"]);
    let signed_out = |run: Run| run.program("azd", "exit 0").args(["-v"]);
    refused(signed_out, 6).says(&["auth: not azd: `azd` is not signed in"]);
    let absent = |run: Run| run.file("home/.azd/auth/auth.json", "{}");
    refused(absent, 6).says(&["  azd: it is signed in, but `azd` is not on the PATH\n"]);
    let elsewhere = |run: Run| {
        with_azd(run, "exit 0")
            .env("AZD_CONFIG_DIR", "/nowhere")
            .args(["-v"])
    };
    refused(elsewhere, 6).says(&["no `/nowhere/auth/auth.json`"]);
}

#[test]
fn powershell_is_asked_by_variables() {
    let service = Server::answering([Answer::json("{}")]);
    let script = format!(
        "{TELL}\necho \"$WANTED_AUDIENCE $WANTED_TENANT\" > wanted\n\
         echo 'a module says hello'; echo '{{\"token\":\"t-1\",\"expiresOn\":{EXP}}}'"
    );
    let run = unsigned(&service).args(["--tenant", "contoso.com"]);
    let (outcome, folder) = with_pwsh(run, &script).run_and_keep();
    outcome.exits(0);
    sent(&service, "t-1");
    assert_eq!(
        read(folder.path(), "wanted"),
        format!("{AUDIENCE} contoso.com\n")
    );
    let arguments = read(folder.path(), "arguments");
    assert!(arguments.starts_with("-NoProfile\n-NonInteractive\n-Command\n"));
    assert!(!arguments.contains("contoso") && !arguments.contains("management"));
}

#[test]
fn powershell_that_fails_is_shown() {
    let fails = |script: &str| {
        let script = script.to_owned();
        refused(move |run| with_pwsh(run, &script), 6)
    };
    fails(r#"echo '{"error":"Run Connect-AzAccount to login."}'"#).says(&[
        "error: pwsh: Run Connect-AzAccount to login.",
        "hint: sign in with `Connect-AzAccount`",
    ]);
    fails("echo junk").says(&["no JSON object with `token`"]);
    fails("exit 64").says(&["it gave no reason (exit code 64)"]);
    refused(|run| run.args(["--auth", "powershell"]), 6).says(&["`pwsh` is not on the PATH"]);
    // It is never a part of the chain.
    refused(|run| run.program("pwsh", "exit 0"), 6).says(&["no credential found"]);
}
