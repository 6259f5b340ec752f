//! The words for a sign-in that does not suffice: what the service asks for, and the command that
//! gives it. Asks nobody for a token.

use super::message::{fact, hint};
use super::service::describe_source;
use crate::azure::Shown;
use crate::client::ClaimsNeeded;
use crate::credential::Source;
use crate::output::Message;
use crate::output::shell::quoted;

pub(super) fn describe_claims(needed: &ClaimsNeeded, message: &mut Message) {
    fact(message, "credential", needed.source.to_string());
    if let Some(cause) = &needed.cause {
        fact(message, "its answer", cause.to_string());
    }
    let status = needed.answer.status;
    fact(message, "status", status.to_string());
    if let Some(detail) = &needed.answer.detail {
        fact(message, "the service", detail.words());
    }
    describe_source(&needed.answer, message);
    fact(message, "claims", &needed.challenge.json);
    hint(message, sign_in_command(needed));
}

/// The command that signs in with the claims. The Azure CLI takes a challenge
/// since Azure/azure-cli#31778.
fn sign_in_command(needed: &ClaimsNeeded) -> Shown {
    let claims = quoted(&needed.challenge.encoded);
    let tenant = needed
        .tenant_id
        .as_deref()
        .map(|tenant_id| format!(" --tenant {}", quoted(tenant_id)))
        .unwrap_or_default();
    let words = if needed.source == Source::AzureCli {
        format!(
            "sign in again with `az login{tenant} --scope {} --claims-challenge {claims}`",
            quoted(&needed.audience.scope())
        )
    } else if needed.source == Source::Login {
        format!("sign in again with `arm login{tenant} --claims-challenge {claims}`")
    } else {
        format!(
            "this credential cannot answer; sign in as a user with `arm login{tenant} \
             --claims-challenge {claims}`, and add `--auth login`"
        )
    };
    // The challenge looks like a token, and is none.
    Shown::unmasked(words)
}
