//! `*` in the path for an account of several tenants: each is asked with its own token, and one token is obtained for each.

#![cfg(unix)]

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::every::path_of;
use crate::support::answer::Answer;
use crate::support::run::{AUDIENCE, Run};
use crate::support::server::{Received, Server};

const HOME: &str = "11111111-1111-1111-1111-111111111111";
const OTHER: &str = "22222222-2222-2222-2222-222222222222";
const STRICT: &str = "33333333-3333-3333-3333-333333333333";

fn token(tenant_id: &str) -> String {
    let claims = format!(
        "{{\"iss\":\"{}t/\",\"aud\":\"{AUDIENCE}\",\"exp\":4102444800,\"tid\":\"{tenant_id}\"}}",
        arm::parts::SANDBOX_ISSUER
    );
    format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(claims))
}

/// A signed-in `az` that counts its calls, and gets no token of the strict tenant.
fn with_az(run: Run, kind: &str) -> Run {
    let mut script = "for word; do case $word in\n".to_owned();
    for tenant_id in [HOME, OTHER] {
        let token = token(tenant_id);
        script.push_str(&format!(
            "--tenant={tenant_id}) echo {tenant_id} >> calls; echo '{{\"accessToken\":\"{token}\"}}'; exit 0;;\n"
        ));
    }
    let token = token(HOME);
    script.push_str(&format!(
        "--tenant={STRICT}) echo {STRICT} >> calls; echo 'ERROR: AADSTS50076: MFA' >&2; exit 1;;\nesac; done\n\
         echo none >> calls; echo '{{\"accessToken\":\"{token}\"}}'\n"
    ));
    let profile = format!(
        "{{\"subscriptions\":[{{\"id\":\"x\",\"isDefault\":true,\"tenantId\":\"{HOME}\",\"user\":{{\"name\":\"me\",\"type\":\"{kind}\"}}}}]}}"
    );
    run.program("az", &script)
        .file("home/.azure/azureProfile.json", profile)
}

/// Which subscriptions each tenant lists. `b` is the other tenant's, and managed by the first.
fn service(tenants: &'static [&'static str]) -> Server {
    let (home, other) = (token(HOME), token(OTHER));
    Server::with(move |request: &Received| {
        let bearer = request.header("authorization").unwrap_or_default();
        let of_home = bearer.strip_prefix("Bearer ") == Some(home.as_str());
        let of_other = bearer.strip_prefix("Bearer ") == Some(other.as_str());
        assert!(of_home || of_other);
        let listed = |id: &str, tenant: &str| {
            format!(
                "{{\"subscriptionId\":\"{id}\",\"tenantId\":\"{tenant}\",\"state\":\"Enabled\"}}"
            )
        };
        match path_of(request) {
            "/tenants" => {
                let all: Vec<String> = tenants
                    .iter()
                    .map(|id| format!("{{\"tenantId\":\"{id}\"}}"))
                    .collect();
                Answer::json(format!("{{\"value\":[{}]}}", all.join(",")))
            }
            "/subscriptions" if of_home => Answer::json(format!(
                "{{\"value\":[{},{}]}}",
                listed("a", HOME),
                listed("b", OTHER)
            )),
            "/subscriptions" => Answer::json(format!(
                "{{\"value\":[{},{}]}}",
                listed("b", OTHER),
                listed("c", OTHER)
            )),
            path => {
                let tenant = if of_home { "home" } else { "other" };
                Answer::json(format!("{{\"value\":[\"{path} {tenant}\"]}}"))
            }
        }
    })
}

fn run(service: &Server, kind: &str) -> (crate::support::run::Outcome, Vec<String>) {
    let run = Run::arm([
        "GET",
        "/subscriptions/*/resourcegroups",
        "--retry",
        "0",
        "-q",
        "$.value[*]",
        "-r",
    ])
    .env("ARMCLI_ENDPOINT", service.url(""));
    let (outcome, folder) = with_az(run, kind).run_and_keep();
    let calls = std::fs::read_to_string(folder.path().join("calls")).unwrap_or_default();
    (outcome, calls.lines().map(str::to_owned).collect())
}

#[test]
fn each_subscription_is_asked_with_the_token_of_its_tenant() {
    let service = service(&[HOME, OTHER]);
    let (outcome, calls) = run(&service, "user");
    assert_eq!(
        outcome.exits(0).text(),
        "/subscriptions/a/resourcegroups home\n/subscriptions/b/resourcegroups other\n/subscriptions/c/resourcegroups other\n"
    );
    assert_eq!(calls, [HOME, OTHER], "one token for each tenant");
}

#[test]
fn a_tenant_that_refuses_does_not_lose_the_others() {
    let service = service(&[HOME, STRICT, OTHER]);
    let (outcome, _) = run(&service, "user");
    let outcome = outcome.exits(9).says(&[
        &format!("note: the subscriptions of the tenant {STRICT} cannot be listed"),
        "error: the subscriptions of a tenant are missing\n",
    ]);
    assert_eq!(outcome.text().lines().count(), 3);
}

#[test]
fn an_application_has_one_tenant() {
    let service = service(&[HOME, OTHER]);
    let (outcome, calls) = run(&service, "servicePrincipal");
    assert_eq!(
        outcome.exits(0).text(),
        "/subscriptions/a/resourcegroups home\n/subscriptions/b/resourcegroups home\n"
    );
    assert_eq!(calls.len(), 1);
    assert!(!service.lines().iter().any(|line| line.contains("/tenants")));
}
