//! `arm exec` for tools that are not SDKs: what Terraform, az and psql find, and what they no longer see. git, docker
//! and kubectl: `exec_git`, `exec_docker`, `exec_kubectl`.

use crate::support::run::Run;

const SUBSCRIPTION: &str = "3f2b8c1e-6a4d-4e97-b5c0-8d1f7a2e9b46";
const TENANT: &str = "7c9e2f4a-1d53-4b8e-9a06-3f5d2c8b7e10";

/// A run whose programs are scripts of the test.
fn with_program(name: &str, script: &str, command: &str) -> Run {
    let run = Run::bash(&format!("\"$ARM\" --sandbox exec {command}"));
    let path = format!("{}/home/bin:/usr/bin:/bin", run.folder().display());
    run.program(name, script).env("PATH", path)
}

#[test]
fn terraform_finds_its_endpoint_and_no_stale_secret() {
    // As the provider azurerm asks: one header, and a `?` after whatever the variable holds.
    let script = r#"
        ask() { curl -s -H "Metadata: true" "$@" | grep -oE '"(access_token":"eyJ|expires_in":"[0-9]|resource":"[^"]*|message":"[^:"]*)'; }
        query="api-version=$ARM_MSI_API_VERSION&resource=https%3A%2F%2Fmanagement.azure.com%2F"
        ask "$ARM_MSI_ENDPOINT?$query"
        ask "$ARM_MSI_ENDPOINT?$query" -H "X-IDENTITY-HEADER: $IDENTITY_HEADER" | head -1
        ask "$ARM_MSI_ENDPOINT?$query&client_id=stale"
        ask "$ARM_MSI_ENDPOINT?$query" -H "X-IDENTITY-HEADER: wrong"
        ask "${ARM_MSI_ENDPOINT%/*}/$IDENTITY_HEADER?$query"
        echo $ARM_USE_MSI $ARM_USE_CLI $ARM_SUBSCRIPTION_ID $ARM_TENANT_ID $ARM_ACCESS_KEY
        env | grep -c -e STALE; env | grep -c ARM_USE_OIDC"#;
    let mut run = with_program("terraform", script, "-- terraform plan");
    for name in [
        "ARM_CLIENT_ID",
        "ARM_CLIENT_SECRET",
        "ARM_CLIENT_CERTIFICATE",
        "ARM_CLIENT_CERTIFICATE_PATH",
        "ARM_CLIENT_CERTIFICATE_PASSWORD",
        "ARM_CLIENT_ID_FILE_PATH",
        "ARM_CLIENT_SECRET_FILE_PATH",
        "ARM_OIDC_TOKEN",
        "ARM_OIDC_TOKEN_FILE_PATH",
        "ARM_OIDC_REQUEST_URL",
        "ARM_OIDC_REQUEST_TOKEN",
        "ARM_AUXILIARY_TENANT_IDS",
        "ARM_TENANT_ID",
        "AZURE_CLIENT_ID",
        "AZURE_CLIENT_SECRET",
        "AAD_SERVICE_PRINCIPAL_CLIENT_SECRET",
        "AZCOPY_SPA_CLIENT_SECRET",
    ] {
        run = run.env(name, "STALE");
    }
    let run = run
        .env("ARM_USE_OIDC", "true")
        .env("ARM_ACCESS_KEY", "state-key")
        .run();
    let token = "access_token\":\"eyJ";
    assert_eq!(
        run.text()
            .replace('"', "")
            .replace(&token.replace('"', ""), "TOKEN"),
        format!(
            "TOKEN\nexpires_in:3\nresource:https://management.azure.com/\nTOKEN\n\
             message:invalid_request\nmessage:unauthorized_client\nmessage:unauthorized_client\n\
             true false {SUBSCRIPTION} {TENANT} state-key\n0\n0\n"
        ),
        "{}",
        run.stderr
    );
}

#[test]
fn the_subscription_of_the_user_stays() {
    let script = "echo $ARM_SUBSCRIPTION_ID $AZURE_SUBSCRIPTION_ID";
    let own = "11111111-2222-3333-4444-555555555555";
    let run = with_program("terraform", script, "-- terraform").env("ARM_SUBSCRIPTION_ID", own);
    let outcome = run.run().exits(0);
    assert_eq!(outcome.text(), format!("{own} {SUBSCRIPTION}\n"));
}

#[test]
fn az_is_signed_in_in_a_folder_of_its_own() {
    let script = r#"stat -c %a "$(dirname "$AZURE_CONFIG_DIR")"; ls "$AZURE_CONFIG_DIR"; cat "$AZURE_CONFIG_DIR/config"
        grep -oE '"(id|name|tenantId|assignedIdentityInfo)": "[^"]*"' "$AZURE_CONFIG_DIR/azureProfile.json"
        echo "$AZURE_CONFIG_DIR" > own"#;
    let run = with_program("az", script, "-- az group list");
    let (outcome, folder) = run
        .file("home/.azure/config", "[core]\noutput = table\n")
        .file("home/.azure/azureProfile.json", "{\"subscriptions\":[]}")
        .file("home/.azure/msal_token_cache.json", "{}")
        .run_and_keep();
    let outcome = outcome.exits(0);
    assert_eq!(
        outcome.text(),
        format!(
            "700\nazureProfile.json\nconfig\n[core]\noutput = table\n\"id\": \"{SUBSCRIPTION}\"\n\
             \"name\": \"Contoso Production\"\n\"tenantId\": \"{TENANT}\"\n\
             \"name\": \"systemAssignedIdentity\"\n\"assignedIdentityInfo\": \"MSI\"\n"
        )
    );
    let own = std::fs::read_to_string(folder.path().join("own")).unwrap();
    assert!(!std::path::Path::new(own.trim()).exists(), "{own} is left");
    // Other programs see the user's own folder, unless it is asked for.
    let shows = "echo ${AZURE_CONFIG_DIR:+own}";
    let run = |command: &str| {
        with_program("make", shows, command)
            .run()
            .exits(0)
            .text()
            .to_owned()
    };
    assert_eq!(run("-- make"), "\n");
    assert_eq!(run("--for az -- make"), "own\n");
    assert_eq!(run("--for az -- /usr/bin/env make"), "own\n");
}

#[test]
fn psql_gets_a_password_for_servers_of_azure_alone() {
    let script = r#"case $PGPASSWORD in eyJ*) echo token;; '') echo none;; *) echo "$PGPASSWORD";; esac
        echo "$PGSSLMODE ${PGSSLROOTCERT:+roots}""#;
    let none = "none\n \n";
    let token = "token\nverify-full roots\n";
    for (words, variables, expected, said) in [
        (
            "-h db.postgres.database.azure.com -U me",
            &[][..],
            token,
            "",
        ),
        (
            "'host=db.postgres.database.azure.com dbname=x'",
            &[],
            token,
            "",
        ),
        (
            "-c 'select 1'",
            &[("PGHOST", "db.postgres.database.azure.com")],
            token,
            "",
        ),
        ("-c 'select 1'", &[], none, ""),
        (
            "-h evil.example",
            &[],
            none,
            "`evil.example` is not a server of Azure",
        ),
        (
            "-h db.postgres.database.azure.com,evil.example",
            &[],
            none,
            "`evil.example` is not a server",
        ),
        (
            "-h db.postgres.database.azure.com 'sslmode=disable'",
            &[],
            none,
            "not encrypted",
        ),
        ("service=x", &[], none, "names a service"),
        (
            "-h db.postgres.database.azure.com",
            &[("PGSSLMODE", "require"), ("PGSSLROOTCERT", "mine")],
            "token\nrequire roots\n",
            "",
        ),
        (
            "-h evil.example",
            &[("PGPASSWORD", "own")],
            "own\n \n",
            "is not a server of Azure",
        ),
    ] {
        let mut run = with_program("psql", script, &format!("-- psql {words}"));
        for (name, value) in variables {
            run = run.env(name, value);
        }
        let outcome = run.run().exits(0);
        assert_eq!(outcome.text(), expected, "{words}: {}", outcome.stderr);
        assert_eq!(
            outcome.stderr.contains("note: no token is given"),
            !said.is_empty(),
            "{words}"
        );
        outcome.says(&[said]);
    }
    let run = with_program(
        "psql",
        script,
        "--audience https://vault.azure.net -- psql -h db.postgres.database.azure.com",
    );
    let outcome = run
        .run()
        .exits(0)
        .says(&["is not among the audiences of this run"]);
    assert_eq!(outcome.text(), none);
}

#[test]
fn this_program_talks_to_what_its_tokens_are_for() {
    let script = "\"$ARM\" whoami -o json | grep -oE '\"(source|cloud)\": \"[a-z-]*\"'";
    let outcome = with_program("check", script, "-- check").run().exits(0);
    assert_eq!(
        outcome.text(),
        "\"source\": \"sandbox\"\n\"cloud\": \"sandbox\"\n"
    );
}

#[test]
fn a_program_for_which_nothing_is_known_is_refused() {
    let run = Run::arm(["--sandbox", "exec", "--for", "svn", "--", "true"]).run();
    run.exits(2).says(&["svn", "az, docker, kubectl"]);
}
