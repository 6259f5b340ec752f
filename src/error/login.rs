//! The words of what goes wrong with `arm login` and its files, and what helps. Decides no exit
//! code.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::message::{fact, hint};
use super::{Error, NameFault};
use crate::azure::Shown;
use crate::credential::{
    EntraRefusal, FileFault, PrincipalKind, SignInFault, StoreError, StoreFault,
};
use crate::output::Message;
use crate::output::shell::quoted;

/// A file of the login store.
pub(super) fn describe_store(error: &StoreError, message: &mut Message) {
    let text = match &error.fault {
        StoreFault::Newer { .. } => "update `arm`, or name another folder with `XDG_STATE_HOME`",
        StoreFault::Malformed => "delete the file, and sign in again with `arm login`",
        StoreFault::File(FileFault::Link | FileFault::OtherKind) => {
            "take it away, and sign in again with `arm login`"
        }
        StoreFault::File(FileFault::ForeignOwner) => {
            "name a folder of your own with `XDG_STATE_HOME`"
        }
        StoreFault::File(
            FileFault::WritableByOthers | FileFault::SecondName | FileFault::TooLarge,
        ) => "what stands in it may not be yours: delete it, and sign in again with `arm login`",
        StoreFault::File(FileFault::System(_)) => {
            "name a folder that can be written with `XDG_STATE_HOME`"
        }
    };
    hint(message, text);
}

/// What `arm login` and `arm account` cannot do.
pub(super) fn describe_accounts(error: &Error, message: &mut Message) {
    if let Error::Name(fault) = error {
        describe_name(fault, message);
    } else if let Error::NoPort { .. } = error {
        hint(message, "`arm login --device-code` needs no port");
    } else if let Error::NoSecret { what, option } = error {
        hint(
            message,
            &format!("put {what} on standard input, and add `{option} -`"),
        );
    } else if let Error::NoTenant = error {
        hint(
            message,
            "add `--tenant` and the id or the domain of the tenant that knows the application",
        );
    } else if let Error::SignedOut = error {
        hint(message, "sign in with `arm login`");
    } else if let Error::ClaimsChallenge = error {
        hint(
            message,
            "copy the value of `claims` from the service's `WWW-Authenticate`, as it stands there",
        );
    } else if let Error::NoActiveAccount { accounts } = error {
        for account in accounts {
            fact(message, "", account);
        }
        hint(message, "choose one with `arm account use NAME`");
    }
}

/// A name of a subscription or an account.
fn describe_name(fault: &NameFault, message: &mut Message) {
    let (found, text): (&[String], _) = match fault {
        NameFault::Ambiguous { found, .. } => (found, "write the id instead of the name"),
        NameFault::Shared { accounts, .. } => (
            accounts,
            "choose the account first: `arm account use ACCOUNT`",
        ),
        NameFault::Unknown { .. } => (
            &[],
            "`arm account list` shows those of `arm login`; a subscription that is in no list can \
             be given by its id",
        ),
    };
    for one in found {
        fact(message, "", one);
    }
    hint(message, text);
}

/// A sign-in that this program did not accept.
pub(super) fn describe_fault(fault: SignInFault, message: &mut Message) {
    match fault {
        SignInFault::State | SignInFault::Nonce | SignInFault::ForeignClient => {
            fact(message, "", "nobody was signed in, and nothing was kept");
            hint(
                message,
                "close the pages of earlier sign-ins, and start again with `arm login`",
            );
        }
        SignInFault::Empty | SignInFault::CodeExpired => {
            hint(message, "start again with `arm login`");
        }
        SignInFault::Incomplete | SignInFault::NoRandomness => {}
    }
}

/// What helps somebody who signs in, or has signed in, beside what helps everybody.
pub(super) fn describe_login(refusal: &EntraRefusal, message: &mut Message) {
    if refusal.facts.principal == PrincipalKind::Application {
        let client_id = refusal.facts.client_id.as_deref().unwrap_or("ID");
        let (client_id, tenant_id) = (quoted(client_id), quoted(&refusal.facts.tenant_id));
        hint(
            message,
            &format!(
                "sign in with what is right: `arm login --service-principal --client-id {client_id} \
                 --tenant {tenant_id}`"
            ),
        );
        return;
    }
    if let Some(claims) = &refusal.claims {
        let tenant = Some(&refusal.facts.tenant_id).filter(|tenant| !tenant.is_empty());
        let tenant = tenant.map_or_else(String::new, |id| format!(" --tenant {}", quoted(id)));
        let challenge = quoted(&STANDARD.encode(claims));
        message.hints.clear();
        hint(
            message,
            // The challenge looks like a token, and is none.
            Shown::unmasked(format!(
                "sign in as it demands: `arm login{tenant} --claims-challenge {challenge}`"
            )),
        );
        return;
    }
    let is_cancelled = matches!(
        refusal.code.as_str(),
        "access_denied" | "authorization_declined"
    );
    if is_cancelled {
        message.hints.clear();
        hint(
            message,
            "the sign-in was cancelled; `arm login` starts again",
        );
    } else if message.hints.is_empty() {
        hint(
            message,
            "sign in again with `arm login`, with `--tenant TENANT` if the request named one",
        );
    }
}

#[cfg(test)]
mod tests {
    use super::describe_login;
    use crate::azure::Shown;
    use crate::credential::{EntraRefusal, PrincipalKind, SignInFacts};
    use crate::output::Message;

    #[track_caller]
    fn check(code: &str, claims: Option<&str>, before: &'static str, expected: &str) {
        let refusal = EntraRefusal {
            code: code.to_owned(),
            claims: claims.map(str::to_owned),
            ..EntraRefusal::default()
        };
        let mut message = Message::default();
        message.hints.extend(
            Some(before)
                .filter(|hint| !hint.is_empty())
                .map(Shown::from),
        );
        describe_login(&refusal, &mut message);
        assert_eq!(message.hints.len(), 1, "{:?}", message.hints);
        assert!(
            message.hints[0].as_str().contains(expected),
            "{:?}",
            message.hints
        );
    }

    #[test]
    fn says_what_helps() {
        check("invalid_grant", None, "", "sign in again with `arm login`");
        check("invalid_grant", None, "known", "known");
        check("access_denied", None, "known", "cancelled");
        let claims = Some(r#"{"access_token":{}}"#);
        let challenge = "--claims-challenge 'eyJhY2Nlc3NfdG9rZW4iOnt9fQ=='";
        check("interaction_required", claims, "known", challenge);
    }

    #[test]
    fn an_application_is_told_how_it_signs_in() {
        let refusal = EntraRefusal {
            facts: SignInFacts {
                principal: PrincipalKind::Application,
                tenant_id: "contoso.example".to_owned(),
                client_id: Some("app-1".to_owned()),
                ..SignInFacts::default()
            },
            ..EntraRefusal::default()
        };
        let mut message = Message::default();
        describe_login(&refusal, &mut message);
        let words = "arm login --service-principal --client-id 'app-1' --tenant 'contoso.example'";
        assert!(
            message.hints[0].as_str().contains(words),
            "{:?}",
            message.hints
        );
    }
}
