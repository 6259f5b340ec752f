//! The authority of a served sandbox, over a socket and by curl: the tokens that it gives open the sandbox, and
//! is remembered by the next process.

use std::path::Path;

use crate::support::run::{Outcome, Run};

/// Starts a sandbox with `$OPTIONS`, and names the usual requests.
const SERVE: &str = r#"set -eu
serve() {
  : > variables
  "$ARM" sandbox serve "$@" >variables &
  server=$!
  until [ -s variables ]; do read -rt 0.01 <> <(:) || :; done
  . ./variables
}
trap 'kill $server' EXIT
post() { path=$1; shift; curl -s "$AZURE_AUTHORITY_HOST/$path" "$@"; }
member() { sed -E "s/.*\"$1\":\"([^\"]*)\".*/\1/"; echo; }
by_secret() {
  post "$1/oauth2/v2.0/token" -d grant_type=client_credentials -d client_id=$2 -d client_secret=sandbox-secret \
    -d scope=https://management.azure.com/.default "${@:3}" | member access_token
}
secret=d84f0c36-1b9e-4a57-8c20-5e7b3f96a1d2
late=95c2e6f0-3d18-4b7a-b4d9-a8f107e6c53b
cli=04b07795-8ddb-461a-bbee-02f9e1bf7b46
"#;

/// Runs a script after the usual preamble; `None` if there is no curl.
#[expect(clippy::print_stderr, reason = "a skipped test must say so")]
fn run(prepare: impl FnOnce(Run) -> Run, script: &str) -> Option<Outcome> {
    if !Path::new("/usr/bin/curl").exists() {
        eprintln!("skipped: there is no curl");
        return None;
    }
    Some(prepare(Run::bash(&format!("{SERVE}{script}"))).run())
}

#[test]
fn a_secret_opens_its_tenant_and_no_other() {
    let script = r#"serve
export ARMCLI_ACCESS_TOKEN=$(by_secret contoso.example $secret)
"$ARM" GET /subscriptions -q '$.value[*].displayName' -r
"$ARM" GET /subscriptions/5d90c7b3-28e1-4f6a-9c45-e7b61a03d8f2 || echo $?
export ARMCLI_ACCESS_TOKEN=$(by_secret fabrikam.example $secret)
"$ARM" GET /subscriptions -q '$.value[*].displayName' -r
export ARMCLI_ACCESS_TOKEN=$(by_secret contoso.example $late)
"$ARM" GET /subscriptions || echo $?
"#;
    let Some(outcome) = run(|run| run, script) else {
        return;
    };
    let outcome = outcome
        .exits(0)
        .says(&["InvalidAuthenticationTokenTenant", "has expired"]);
    assert_eq!(
        outcome.text(),
        "Contoso Production\nContoso Development\n4\nFabrikam\n6\n"
    );
}

#[test]
fn a_device_is_signed_in_by_another_process() {
    let script = r#"serve
device=$(post contoso.example/oauth2/v2.0/devicecode -d client_id=$cli -d scope=https://management.azure.com/.default)
poll() {
  post contoso.example/oauth2/v2.0/token -d grant_type=urn:ietf:params:oauth:grant-type:device_code \
    -d client_id=$cli -d device_code=$(echo "$device" | member device_code)
}
poll | member error
kill $server
serve
post devicelogin -d user_code=$(echo "$device" | member user_code) -d user=operator@contoso.example \
  -d decision=sign-in | grep -o 'You have signed in'
kill $server
serve
ARMCLI_ACCESS_TOKEN=$(poll | member access_token) "$ARM" GET /subscriptions -q '$.value[0].displayName' -r
poll | member error
"#;
    if let Some(outcome) = run(|run| run, script) {
        assert_eq!(
            outcome.exits(0).text(),
            "authorization_pending\nYou have signed in\nContoso Production\ninvalid_grant\n"
        );
    }
}

#[test]
fn a_challenge_is_over_when_the_token_has_its_claims() {
    let faults = r#"[{"match":{"method":"PUT"},"answer":"mfa-challenge","times":99}]"#;
    let script = r#"serve --faults faults.json
put() {
  curl -s -o answer -w '%{http_code}\n' -X PUT -H "Authorization: Bearer $1" -H 'Content-Type: application/json' \
    -d '{"location":"westeurope"}' \
    "$ARMCLI_ENDPOINT/subscriptions/3f2b8c1e-6a4d-4e97-b5c0-8d1f7a2e9b46/resourceGroups/demo?api-version=2021-04-01"
}
put $(by_secret contoso.example $secret)
put $(by_secret contoso.example $secret --data-urlencode \
  'claims={"access_token":{"acrs":{"essential":true,"values":["p1"]}}}')
"#;
    if let Some(outcome) = run(|run| run.file("faults.json", faults), script) {
        assert_eq!(outcome.exits(0).text(), "401\n201\n");
    }
}
