//! Which subscription is meant if nothing on this machine says it: the list is asked for once, with the credential of
//! the run.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::every::path_of;
use crate::support::answer::Answer;
use crate::support::run::{AUDIENCE, Outcome, Run};
use crate::support::server::{Received, Server};

const ONE: &str = "11111111-1111-1111-1111-111111111111";
const OTHER: &str = "22222222-2222-2222-2222-222222222222";
const GONE: &str = "33333333-3333-3333-3333-333333333333";

/// A token that goes to an endpoint on this machine.
fn token() -> String {
    let issuer = arm::parts::SANDBOX_ISSUER;
    let claims = format!("{{\"iss\":\"{issuer}t/\",\"aud\":\"{AUDIENCE}\",\"exp\":4102444800}}");
    format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(claims))
}

/// A service that lists these subscriptions, and below each a machine named for its path.
fn service(subscriptions: &'static [(&'static str, &'static str, &'static str)]) -> Server {
    Server::with(move |request: &Received| {
        let path = path_of(request);
        if path == "/subscriptions" {
            let listed: Vec<String> = subscriptions
                .iter()
                .map(|(id, name, state)| {
                    format!(
                        "{{\"subscriptionId\":\"{id}\",\"displayName\":\"{name}\",\"state\":\"{state}\"}}"
                    )
                })
                .collect();
            return Answer::json(format!("{{\"value\":[{}]}}", listed.join(",")));
        }
        Answer::json(format!(
            "{{\"value\":[{{\"id\":\"{path}/v\",\"name\":\"v\"}}]}}"
        ))
    })
}

fn list(service: &Server, arguments: &[&str]) -> Outcome {
    Run::arm(["list", "vm", "-q", "$.value[*].id", "-r"])
        .args(arguments)
        .env("ARMCLI_ENDPOINT", service.url(""))
        .env("ARMCLI_ACCESS_TOKEN", token())
        .run()
}

fn machine(id: &str) -> String {
    format!("/subscriptions/{id}/providers/Microsoft.Compute/virtualMachines/v\n")
}

/// How often the list was asked for.
fn lists(service: &Server) -> usize {
    let all = service.requests();
    all.iter()
        .filter(|one| path_of(one) == "/subscriptions")
        .count()
}

#[test]
fn the_only_one_is_taken_and_said() {
    let service = service(&[(ONE, "My One", "Enabled"), (GONE, "Old", "Disabled")]);
    let outcome = list(&service, &[]).exits(0).says(&[&format!(
        "note: the only subscription of this account: My One ({ONE})"
    )]);
    assert_eq!(outcome.text(), machine(ONE));
    assert_eq!(lists(&service), 1);
}

#[test]
fn of_several_none_is_guessed() {
    let service = service(&[(ONE, "My One", "Enabled"), (OTHER, "Other", "Enabled")]);
    list(&service, &[]).exits(2).prints_nothing().says(&[
        "error: no subscription is chosen, and the account sees 2\n",
        &format!("  My One ({ONE})\n  Other ({OTHER})\n"),
        &format!("`-S 'My One'`, or for all with `export ARMCLI_SUBSCRIPTION={ONE}`"),
    ]);
    assert_eq!(service.requests().len(), 1);
}

#[test]
fn names_are_known_with_every_credential() {
    let service = service(&[(ONE, "My One", "Enabled"), (OTHER, "Other", "Enabled")]);
    let outcome = list(&service, &["-S", "my one,Other", "-S", "OTHER"]).exits(0);
    assert_eq!(outcome.text(), machine(ONE) + &machine(OTHER));
    assert_eq!(lists(&service), 1);
    list(&service, &["-S", "Nope"])
        .exits(2)
        .says(&["error: no subscription is named `Nope`, and the account sees 2"]);
}

#[test]
fn ids_need_no_list_and_a_rehearsal_asks_nothing() {
    let service = service(&[]);
    let outcome = list(&service, &["-S", &format!("{ONE},{OTHER}")]).exits(0);
    assert_eq!(outcome.text(), machine(ONE) + &machine(OTHER));
    assert_eq!(lists(&service), 0);
    let untouched = Server::untouched();
    list(&untouched, &["-n"])
        .exits(2)
        .says(&["error: no subscription is chosen\n"]);
}

/// az keeps an account that sees no subscription by the ID of its tenant.
#[cfg(unix)]
#[test]
fn an_account_of_az_that_sees_none_is_not_asked_for_them() {
    let untouched = Server::untouched();
    let profile = format!(
        "{{\"subscriptions\":[{{\"id\":\"{ONE}\",\"tenantId\":\"{ONE}\",\"isDefault\":true,\
         \"user\":{{\"name\":\"me@contoso.com\",\"type\":\"user\"}}}}]}}"
    );
    Run::arm(["list", "vm"])
        .env("ARMCLI_ENDPOINT", untouched.url(""))
        .program("az", &format!("echo '{{\"accessToken\":\"{}\"}}'", token()))
        .file("home/.azure/azureProfile.json", &profile)
        .run()
        .exits(2)
        .says(&["error: no subscription is chosen, and az's account was signed in without one\n"]);
}
