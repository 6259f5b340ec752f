//! `arm login` of applications and of a machine's identity, against the authority of a served sandbox:
//! the proof is tried, kept in one file, used by every command after that, and never shown.

use crate::authority_applications::{CONTOSO, SERVE};
use crate::support::run::{Outcome, Run};
use crate::wire_service_principal::fixture;

/// Signs in with less to write, and says how it ended.
const SIGN_IN: &str = r#"unset AZURE_TENANT_ID ARMCLI_NO_CACHE
BY_SECRET=d84f0c36-1b9e-4a57-8c20-5e7b3f96a1d2 EXPIRED=2e9b7d51-c408-4f63-a1e5-8d06f4c3b97a
BY_CERTIFICATE=b7510e2c-96d3-48fa-8b74-3c1f5a0e9d86 BY_FEDERATION=6f3a8d94-e07b-4c12-95b8-d1f62e7c0a43
DEPLOY=5c1e9a70-d824-4f3b-96b5-0f7d3e8a2c64
kept=$XDG_STATE_HOME/arm/login
as() { "$ARM" login --service-principal --tenant contoso.example --client-id "$@" >signed-in
  echo "exit $?"; }
files() { ls $kept 2>/dev/null | grep -c '^[0-9a-f]*\.json$'; }
who() { "$ARM" whoami "$@" | sed -n 's/^\(account\|kind\)  *//p'; }
"#;

fn run(script: &str) -> Outcome {
    let run = Run::bash(&format!("{SERVE}{SIGN_IN}{script}")).env("FIXTURES", fixture(""));
    let outcome = run.run();
    let shown = format!("{}{}", outcome.text(), outcome.stderr);
    assert!(!shown.contains("eyJ"), "{shown}");
    outcome
}

#[test]
fn a_secret_signs_in_once() {
    let outcome = run(r#"echo sandbox-secret | as $BY_SECRET --client-secret -
files; stat -c %a $kept $kept/*.json
who
"$ARM" account show -o json | grep -c '"accountType": "service-principal"'
show; ARMCLI_NO_CACHE=1 show
"$ARM" GET '/subscriptions/{sub}' -S 'contoso development' -q '$.displayName' -r
"$ARM" logout; files
ls "$XDG_CACHE_HOME/arm/tokens" | grep -c '\.json$'
"#);
    assert_eq!(
        outcome.text(),
        format!(
            "exit 0\n1\n700\n600\n600\nd84f0c36-1b9e-4a57-8c20-5e7b3f96a1d2\nservice principal with a \
             secret\n1\n{CONTOSO}{CONTOSO}Contoso Development\n0\n0\n"
        )
    );
}

#[test]
fn what_is_refused_is_not_kept() {
    let outcome = run(r#"secret() { printf '%s' "$1"; }
secret sandbox-other | as $BY_SECRET --client-secret -
secret sandbox-expired-secret | as $EXPIRED --client-secret -
secret sandbox-secret | as $BY_SECRET --tenant nowhere.example --client-secret - 2>/dev/null
secret sandbox-secret | "$ARM" login --service-principal --client-id $BY_SECRET --client-secret -
echo "exit $?"
as $BY_SECRET </dev/null
secret '' | as $BY_SECRET --client-secret -
printf 'a\nb\n' | as $BY_SECRET --client-secret -
as $BY_SECRET --client-secret hidden-word
as $BY_CERTIFICATE --certificate missing.pem
as $BY_CERTIFICATE --certificate ${FIXTURES}modern.pfx </dev/null
secret hidden-word | as $BY_CERTIFICATE --certificate ${FIXTURES}modern.pfx --certificate-password -
as $BY_CERTIFICATE --certificate ${FIXTURES}chain.pem
as $BY_FEDERATION --federated-token missing.jwt
secret hidden-word | as $BY_FEDERATION --federated-token -
export AZURE_POD_IDENTITY_AUTHORITY_HOST=$AZURE_AUTHORITY_HOST
"$ARM" login --identity 00000000-0000-0000-0000-000000000000; echo "exit $?"
AZURE_POD_IDENTITY_AUTHORITY_HOST=http://127.0.0.1:1 "$ARM" login --identity; echo "exit $?"
files
"#);
    let codes = [6, 6, 6, 2, 2, 2, 1, 2, 6, 6, 6, 6, 6, 6, 6, 6];
    let lines = codes.map(|code| format!("exit {code}\n")).concat();
    assert_eq!(outcome.text(), format!("{lines}0\n"));
    assert!(
        !outcome.stderr.contains("hidden-word"),
        "{}",
        outcome.stderr
    );
    outcome.says(&[
        "AADSTS7000215: ",
        "AADSTS7000222: ",
        "`arm login --service-principal --client-id '2e9b7d51-c408-4f63-a1e5-8d06f4c3b97a' --tenant \
         'contoso.example'`",
        "error: an application signs in to one tenant: `--tenant` is missing",
        "error: the application cannot sign in: there is no terminal to ask for the secret on",
        "error: standard input is empty",
        "it has more than one line",
        "error: a secret may not be given on the command line",
        "missing.pem`: No such file",
        "it is encrypted, and there is no password",
        "add `--certificate-password -`",
        "the password does not open it",
        "AADSTS700027: ",
        "missing.jwt`: No such file",
        "the federated token on standard input is not a JWT",
        "Identity not found",
    ]);
}

#[test]
fn a_certificate_that_has_changed_is_noticed() {
    let outcome = run(r"cp ${FIXTURES}encrypted.pem own.pem; chmod 600 own.pem
echo sandbox | as $BY_CERTIFICATE --certificate own.pem --certificate-password -
who
cd /; ARMCLI_NO_CACHE=1 show; cd - >/dev/null
cp ${FIXTURES}chain.pem own.pem; ARMCLI_NO_CACHE=1 show
rm own.pem; ARMCLI_NO_CACHE=1 show
");
    assert_eq!(
        outcome.text(),
        format!(
            "exit 0\nb7510e2c-96d3-48fa-8b74-3c1f5a0e9d86\nservice principal with a \
             certificate\n{CONTOSO}exit 6\nexit 6\n"
        )
    );
    outcome.says(&[
        "it holds another certificate than the one that signed in",
        "not XdxNRKCaZh9gIBph74dnruM00C9UDK7HPfvL5h9UPII",
        "hint: sign in with it: `arm login --service-principal",
        "hint: put the file back",
    ]);
}

/// Gets the token of a job as a pipeline would, by a request of the program itself.
const JOB: &str = r#"job() { "$ARM" GET "$AZURE_AUTHORITY_HOST/federation/actions?api-version=2.0&audience=api://AzureADTokenExchange" \
  --no-auth 'Authorization:Bearer sandbox-job-token' -q '$.value' -r; }
"#;

#[test]
fn a_federated_token_is_read_anew_or_spent() {
    let script = r#"job >token.jwt
as $BY_FEDERATION --federated-token token.jwt
ARMCLI_NO_CACHE=1 show
echo old >token.jwt; ARMCLI_NO_CACHE=1 show
job >token.jwt; ARMCLI_NO_CACHE=1 show
rm token.jwt; ARMCLI_NO_CACHE=1 show
"$ARM" logout
job | as $BY_FEDERATION --federated-token -
cat $kept/*.json | grep -c eyJ
show
"$ARM" GET /subscriptions --no-cache; echo "exit $?"
"#;
    let outcome = run(&format!("{JOB}{script}"));
    assert_eq!(
        outcome.text(),
        format!("exit 0\n{CONTOSO}exit 6\n{CONTOSO}exit 6\nexit 0\n0\n{CONTOSO}exit 6\n")
    );
    outcome.says(&[
        "it holds no JWT",
        "token.jwt`: No such file",
        "note: the federated token is not kept",
        "was on standard input and is not kept",
    ]);
}

#[test]
fn a_machine_is_an_account_too() {
    let outcome = run(
        r#"export AZURE_POD_IDENTITY_AUTHORITY_HOST=$AZURE_AUTHORITY_HOST
"$ARM" login --identity >/dev/null; echo "exit $?"
AZURE_CLIENT_ID=$DEPLOY who
show
"$ARM" login --identity $DEPLOY >/dev/null; echo "exit $?"
who
echo sandbox-secret | as $BY_SECRET --client-secret -
files
"$ARM" account list -o json | grep -o '"accountType": .*"' | sort | uniq -c | tr -s ' '
"$ARM" account use ae30d5c7-18f4-4b92-8d6a-e5b71c09f238
who
ARMCLI_ACCOUNT=$BY_SECRET who
# Another machine that sees the same files is another identity.
unset AZURE_POD_IDENTITY_AUTHORITY_HOST
MSI_ENDPOINT=$AZURE_AUTHORITY_HOST/oauth2/token "$ARM" whoami; echo "exit $?"
"$ARM" logout --all; files
"#,
    );
    assert_eq!(
        outcome.text(),
        "exit 0\nae30d5c7-18f4-4b92-8d6a-e5b71c09f238\nmanaged identity of the machine\nContoso \
         Production\nContoso Development\nexit 0\nexit 0\n5c1e9a70-d824-4f3b-96b5-0f7d3e8a2c64\nmanaged \
         identity given to the machine\nexit 0\n3\n 4 \"accountType\": \"managed-identity\"\n 2 \
         \"accountType\": \"service-principal\"\nae30d5c7-18f4-4b92-8d6a-e5b71c09f238\nmanaged identity of \
         the machine\nd84f0c36-1b9e-4a57-8c20-5e7b3f96a1d2\nservice principal with a secret\nexit 6\n0\n"
    );
    outcome.says(&[
        "{sub} is now Contoso Production",
        "it is of the identity e4b07a95-2c38-4f1d-a6e9-90d5b1c7f382.",
        "note: 3 accounts were signed out",
    ]);
}
