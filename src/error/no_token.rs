//! The words for a source that gives no token. What Entra says is in `sign_in`, what helps with each
//! source in `source`. Decides no exit code.

use super::login::{describe_fault, describe_store};
use super::message::{describe_transport, fact, hint};
use super::sign_in::describe_entra;
use super::source::{describe_certificate, describe_setting, describe_unavailable};
use crate::credential::{self, EndpointFault, Source, SourceError, SourceFault};
use crate::output::Message;
use crate::transport::ErrorKind;

pub(super) fn describe_credential(error: &credential::Error, message: &mut Message) {
    match error {
        credential::Error::None { skipped } => {
            for skipped in skipped {
                fact(message, &skipped.source.to_string(), &skipped.reason);
            }
            hint(
                message,
                "sign in with `arm login` or `az login`, or set `ARMCLI_ACCESS_TOKEN`",
            );
            hint(message, "try it without an account: add `--sandbox`");
        }
        credential::Error::Source(error) => describe_source_error(error, message),
        credential::Error::Setting { setting, .. } => describe_setting(setting, message),
        credential::Error::ForeignToken => {
            hint(
                message,
                "unset `ARMCLI_ACCESS_TOKEN`, and set `MSI_ENDPOINT` as `arm sandbox serve` prints it",
            );
        }
        credential::Error::UnsafeEndpoint { setting, fault, .. } => {
            hint(message, &words_of_endpoint(setting, *fault));
        }
        credential::Error::Store(error) => describe_store(error, message),
        credential::Error::SignIn(fault) => describe_fault(*fault, message),
    }
}

fn describe_source_error(error: &SourceError, message: &mut Message) {
    let source = error.source;
    match &error.fault {
        SourceFault::AudienceNotSupported { audience, .. } => {
            fact(message, "credential", source.to_string());
            fact(message, "audience", audience.to_string());
            hint(
                message,
                "this endpoint serves a fixed list of audiences; sign in with `az login` and add \
                 `--auth azure-cli`",
            );
        }
        SourceFault::Entra { refusal } => describe_entra(source, refusal, message),
        SourceFault::Unavailable { .. } => describe_unavailable(message),
        SourceFault::Certificate { error, .. } => describe_certificate(source, error, message),
        SourceFault::Unsupported { .. } => hint(message, "choose another source with `--auth`"),
        SourceFault::File { .. } if source == Source::Login => {
            fact(message, "credential", source.to_string());
            hint(
                message,
                "put the file back, sign in anew with `arm login --service-principal …`, or choose \
                 another account with `arm account use NAME`",
            );
        }
        SourceFault::Refused { .. } | SourceFault::File { .. } => {
            fact(message, "credential", source.to_string());
            describe_help(source.facts().help_when_refused, message);
        }
        SourceFault::Unreachable { error } if error.kind == ErrorKind::Tls => {
            describe_transport(error, message);
        }
        SourceFault::WrongAudience { wanted, .. } => {
            hint(
                message,
                &format!("get a token for `{wanted}`, or choose another source with `--auth`"),
            );
        }
        SourceFault::Expired => {
            hint(
                message,
                "get a fresh token, for example with `az account get-access-token`",
            );
        }
        SourceFault::NotSetUp { .. } if source == Source::Login => {
            hint(message, "sign in with `arm login`");
        }
        SourceFault::Unreachable { .. } | SourceFault::NotSetUp { .. } => {
            describe_help(source.facts().help_when_absent, message);
        }
        SourceFault::Malformed { .. } => {}
    }
}

fn describe_help(help: Option<&'static str>, message: &mut Message) {
    if let Some(help) = help {
        hint(message, help);
    }
}

/// What helps with an endpoint that is refused.
fn words_of_endpoint(setting: &str, fault: EndpointFault) -> String {
    let wanted = match fault {
        EndpointFault::Exposed => "an https address or one of this machine",
        EndpointFault::Elsewhere => "an address of this machine",
    };
    format!("unset `{setting}`, or set it to {wanted}")
}
