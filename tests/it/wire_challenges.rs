//! What a 401 leads to: a token of another tenant, with more claims, or a fresh one, each once; and what is said if no
//! token answers it. Real sockets, and an `az` that is a script.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::support::answer::Answer;
use crate::support::run::{AUDIENCE, Outcome, Run};
use crate::support::server::{Received, Server};

const HOME: &str = "11111111-1111-1111-1111-111111111111";
const OTHER: &str = "22222222-2222-2222-2222-222222222222";
const PROFILE: &str = "{\"subscriptions\":[{\"id\":\"sub-1\",\"isDefault\":true}]}";

/// A token of the sandbox's issuer for a tenant; `mark` tells it from others.
fn token(tenant_id: &str, mark: &str) -> String {
    let claims = format!(
        "{{\"iss\":\"{}t/\",\"aud\":\"{AUDIENCE}\",\"exp\":4102444800,\"tid\":\"{tenant_id}\",\"jti\":\"{mark}\"}}",
        arm::parts::SANDBOX_ISSUER
    );
    format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(claims))
}

/// A signed-in `az`: each call is counted in the file `calls`; `tokens` are what it gives, the last one forever. A call
/// with `--tenant` gets a token of that tenant.
fn with_az(run: Run, tokens: &[String]) -> Run {
    let mut script =
        "echo x >> calls; count=0; while read -r _; do count=$((count+1)); done < calls\n\
                      for word; do case $word in\n"
            .to_owned();
    for tenant_id in [HOME, OTHER] {
        let token = token(tenant_id, "by-tenant");
        script.push_str(&format!(
            "--tenant={tenant_id}) echo '{{\"accessToken\":\"{token}\"}}'; exit 0;;\n"
        ));
    }
    script.push_str("esac; done\ncase $count in\n");
    for (index, token) in tokens.iter().enumerate() {
        let pattern = if index + 1 == tokens.len() {
            "*".to_owned()
        } else {
            (index + 1).to_string()
        };
        script.push_str(&format!(
            "{pattern}) echo '{{\"accessToken\":\"{token}\"}}';;\n"
        ));
    }
    script.push_str("esac\n");
    run.program("az", &script)
        .file("home/.azure/azureProfile.json", PROFILE)
}

fn get(service: &Server) -> Run {
    Run::arm(["GET", "/subscriptions/sub-1/resourcegroups", "--retry", "0"])
        .env("ARMCLI_ENDPOINT", service.url(""))
}

/// Answers 401 with this challenge, unless `accepts` likes the token.
fn challenging(challenge: &str, accepts: impl Fn(&str) -> bool + Send + Sync + 'static) -> Server {
    let challenge = challenge.to_owned();
    Server::with(move |request: &Received| {
        let bearer = request.header("authorization").unwrap_or_default();
        if accepts(bearer.trim_start_matches("Bearer ")) {
            return Answer::json("{\"value\":[]}");
        }
        Answer::error(
            401,
            "{\"error\":{\"code\":\"AuthenticationFailed\",\"message\":\"no\"}}",
        )
        .header("WWW-Authenticate", &challenge)
    })
}

fn calls(folder: &std::path::Path) -> usize {
    let text = std::fs::read_to_string(folder.join("calls")).unwrap_or_default();
    text.lines().count()
}

#[test]
fn the_tenant_is_learnt_once_and_kept() {
    let wanted = token(OTHER, "by-tenant");
    let pages = Server::with(move |request: &Received| {
        if request.header("authorization") != Some(&format!("Bearer {wanted}")) {
            let challenge = format!(
                "Bearer authorization_uri=\"https://login.windows.net/{OTHER}\", error=\"invalid_token\""
            );
            return Answer::error(401, "{}").header("WWW-Authenticate", &challenge);
        }
        if request.target.contains("page=2") {
            return Answer::json("{\"value\":[2]}");
        }
        let next = format!(
            "http://{}/subscriptions/sub-1/resourcegroups?page=2&api-version=1",
            request.header("host").unwrap()
        );
        Answer::json(format!("{{\"value\":[1],\"nextLink\":\"{next}\"}}"))
    });
    let run = with_az(get(&pages), &[token(HOME, "first")]);
    let (outcome, folder) = run.args(["-o", "compact"]).run_and_keep();
    let outcome = outcome.exits(0);
    assert_eq!(outcome.text(), "{\"value\":[1,2]}\n");
    assert_eq!(pages.requests().len(), 3, "401, page 1, page 2");
    assert_eq!(calls(folder.path()), 2);
}

#[test]
fn a_tenant_that_the_user_named_is_not_changed() {
    let challenge = format!("Bearer authorization_uri=\"https://login.windows.net/{OTHER}\"");
    let service = challenging(&challenge, |_| false);
    let run = with_az(get(&service), &[token(HOME, "first")]);
    run.args(["--tenant", HOME]).run().exits(4).prints_nothing();
    assert_eq!(service.requests().len(), 1);
}

#[test]
fn a_host_in_a_challenge_is_never_asked() {
    let evil = Server::untouched();
    let challenge = format!(
        "Bearer authorization_uri=\"{}\", error=\"invalid_token\"",
        evil.url(&format!("/{OTHER}"))
    );
    let service = challenging(&challenge, |_| false);
    with_az(get(&service), &[token(HOME, "first")])
        .run()
        .exits(4);
    assert_eq!(service.requests().len(), 2, "once with each tenant's token");
}

#[test]
fn a_stale_token_is_replaced_once() {
    let challenge = "Bearer authorization_uri=\"https://login.windows.net/\", error=\"invalid_token\", error_description=\"The access token has expired.\"";
    let fresh = token(HOME, "second");
    let service = challenging(challenge, move |token| token == fresh);
    let tokens = [token(HOME, "first"), token(HOME, "second")];
    with_az(get(&service), &tokens).run().exits(0);
    assert_eq!(service.requests().len(), 2);

    let service = challenging(challenge, |_| false);
    with_az(get(&service), &tokens).run().exits(4);
    assert_eq!(service.requests().len(), 2, "not again and again");

    let service = challenging(challenge, |_| false);
    with_az(get(&service), &[token(HOME, "same")])
        .run()
        .exits(4);
    assert_eq!(
        service.requests().len(),
        1,
        "the same token is not sent twice"
    );
}

/// Refuses a write for want of claims, whatever token comes.
#[track_caller]
fn refused_for_claims(claims: &str, prepare: impl FnOnce(Run) -> Run) -> (Outcome, usize) {
    let encoded = URL_SAFE_NO_PAD.encode(claims);
    let challenge =
        format!("Bearer realm=\"\", error=\"insufficient_claims\", claims=\"{encoded}\"");
    let service = challenging(&challenge, |_| false);
    let run = Run::arm([
        "DELETE",
        "/subscriptions/sub-1/resourcegroups/g",
        "--retry",
        "0",
    ])
    .env("ARMCLI_ENDPOINT", service.url(""));
    let outcome = prepare(run).run().exits(6).prints_nothing();
    let sent = service.requests().len();
    (outcome.says(&[&encoded]), sent)
}

#[test]
fn claims_that_cannot_be_given_name_the_command() {
    let claims = "{\"access_token\":{\"acrs\":{\"essential\":true,\"values\":[\"p1\"]}}}";
    let (outcome, sent) = refused_for_claims(claims, |run| with_az(run, &[token(HOME, "first")]));
    outcome.says(&[
        "error: the service asks for another sign-in: a second factor is needed",
        &format!("az login --tenant '{HOME}' --scope"),
        "--claims-challenge",
    ]);
    assert_eq!(sent, 1, "the write is not sent again with the same token");
    let given = |run: Run| run.env("ARMCLI_ACCESS_TOKEN", token(HOME, "given"));
    let (outcome, sent) = refused_for_claims(
        "{\"access_token\":{\"nbf\":{\"essential\":true,\"value\":\"1\"}}}",
        given,
    );
    outcome.says(&["the last one was revoked", "arm login"]);
    assert_eq!(sent, 1);
}

#[test]
fn auxiliary_tenants_go_to_the_resource_manager_only() {
    let service = Server::answering([Answer::json("{}")]);
    with_az(get(&service), &[token(HOME, "first")])
        .args(["--aux-tenant", OTHER])
        .run()
        .exits(0);
    let request = service.request();
    let auxiliary = request.header("x-ms-authorization-auxiliary");
    assert_eq!(
        auxiliary,
        Some(format!("Bearer {}", token(OTHER, "by-tenant")).as_str())
    );

    let elsewhere = Server::answering([Answer::json("{}")]);
    let run = Run::arm([
        "GET",
        &elsewhere.url("/"),
        "--audience",
        AUDIENCE,
        "--aux-tenant",
        OTHER,
    ])
    .args(["--allow-host", &elsewhere.authority()]);
    with_az(run, &[token(HOME, "first")]).run().exits(0);
    assert!(
        elsewhere
            .request()
            .header("x-ms-authorization-auxiliary")
            .is_none()
    );
}

#[test]
fn an_auxiliary_token_of_another_tenant_is_not_sent() {
    let service = Server::untouched();
    get(&service)
        .env("ARMCLI_ACCESS_TOKEN", token(HOME, "given"))
        .args(["--aux-tenant", OTHER])
        .run()
        .exits(6)
        .says(&["cannot get a token of another tenant"]);
    let many = ["a", "b", "c", "d"].map(|name| ["--aux-tenant", name]);
    get(&service)
        .args(many.concat())
        .run()
        .exits(2)
        .says(&["--aux-tenant"]);
}
