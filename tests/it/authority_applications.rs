//! Applications that sign in to the authority of a served sandbox, in every way there is: what one
//! side writes, the other must understand. The forms and headers: the tests in
//! `src/sandbox/authority` and `wire_service_principal`.

use crate::support::run::{Outcome, Run};
use crate::wire_service_principal::fixture;

/// Starts a sandbox, and defines `show`, which lists subscriptions.
pub(crate) const SERVE: &str = r#"set -u
: > variables
"$ARM" sandbox serve >variables &
server=$!
trap 'kill $server' EXIT
until [ -s variables ]; do read -rt 0.01 <> <(:) || :; done
. ./variables
unset MSI_ENDPOINT
show() { "$ARM" GET "${1:-/subscriptions}" -q '$..displayName' -r -vvv; echo "exit $?"; }
export AZURE_TENANT_ID=contoso.example ARMCLI_NO_CACHE=1
"#;

pub(crate) const CONTOSO: &str = "Contoso Production\nContoso Development\nexit 0\n";

fn run(script: &str) -> Outcome {
    let run = Run::bash(&format!("{SERVE}{script}"))
        .env("FIXTURES", fixture(""))
        .file("foreign-assertion", "e30.eyJpc3MiOiJ4In0.c2ln");
    let outcome = run.run();
    assert!(
        !outcome.stderr.contains("eyJ") && !outcome.stderr.contains("sandbox-secret"),
        "{}",
        outcome.stderr
    );
    outcome
}

#[test]
fn by_a_secret_in_each_tenant() {
    let outcome = run(
        r"export AZURE_CLIENT_ID=d84f0c36-1b9e-4a57-8c20-5e7b3f96a1d2
export AZURE_CLIENT_SECRET=sandbox-secret
show
# Of the other tenant: the service says which, and it is asked there.
show /subscriptions/5d90c7b3-28e1-4f6a-9c45-e7b61a03d8f2
AZURE_CLIENT_SECRET=sandbox-other show
AZURE_TENANT_ID=unknown.example show
AZURE_CLIENT_ID=00000000-0000-0000-0000-000000000000 show
export AZURE_CLIENT_ID=2e9b7d51-c408-4f63-a1e5-8d06f4c3b97a AZURE_CLIENT_SECRET=sandbox-expired-secret
show
",
    );
    assert_eq!(
        outcome.text(),
        format!("{CONTOSO}Fabrikam\nexit 0\nexit 6\nexit 6\nexit 6\nexit 6\n")
    );
    outcome.says(&[
        "error: AADSTS7000215: ",
        "error: AADSTS90002: ",
        "error: AADSTS700016: ",
        "error: AADSTS7000222: ",
        "  application: 2e9b7d51-c408-4f63-a1e5-8d06f4c3b97a\n",
        "hint: make another secret",
    ]);
}

#[test]
fn by_a_certificate_in_each_form() {
    let outcome = run(
        r"export AZURE_CLIENT_ID=b7510e2c-96d3-48fa-8b74-3c1f5a0e9d86
for name in pkcs8.pem pkcs1.pem plain.pfx no-password.pfx chain.pem; do
  AZURE_CLIENT_CERTIFICATE_PATH=$FIXTURES$name show
done
export AZURE_CLIENT_CERTIFICATE_PASSWORD=sandbox
for name in encrypted.pem modern.pfx legacy.pfx; do
  AZURE_CLIENT_CERTIFICATE_PATH=$FIXTURES$name show
done
",
    );
    // The chain's certificate is one that the application does not know.
    let expected = [
        CONTOSO, CONTOSO, CONTOSO, CONTOSO, "exit 6\n", CONTOSO, CONTOSO, CONTOSO,
    ];
    assert_eq!(outcome.text(), expected.concat());
    outcome.says(&["error: AADSTS700027: ", "--cert @certificate.pem"]);
}

#[test]
fn by_the_token_of_a_job() {
    let outcome = run(
        r#"export AZURE_CLIENT_ID=6f3a8d94-e07b-4c12-95b8-d1f62e7c0a43
export ACTIONS_ID_TOKEN_REQUEST_URL="$AZURE_AUTHORITY_HOST/federation/actions?api-version=2.0"
ACTIONS_ID_TOKEN_REQUEST_TOKEN=sandbox-job-token show
ACTIONS_ID_TOKEN_REQUEST_TOKEN=other show
export SYSTEM_OIDCREQUESTURI=$AZURE_AUTHORITY_HOST/federation/pipelines SYSTEM_ACCESSTOKEN=sandbox-job-token
export AZURESUBSCRIPTION_CLIENT_ID=$AZURE_CLIENT_ID AZURESUBSCRIPTION_TENANT_ID=contoso.example
AZURESUBSCRIPTION_SERVICE_CONNECTION_ID=c-1 show
AZURE_FEDERATED_TOKEN_FILE=foreign-assertion show
"#,
    );
    let expected = [CONTOSO, "exit 6\n", CONTOSO, "exit 6\n"];
    assert_eq!(outcome.text(), expected.concat(), "{}", outcome.stderr);
    outcome.says(&[
        "auth: github (",
        "auth: azure-pipelines (",
        "error: HTTP 401: The token of the job is missing or wrong.",
        "error: AADSTS700211: ",
        "  issuer: x\n",
        "federated-credential list",
    ]);
}
