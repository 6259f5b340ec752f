//! What helps if there is no token: the sources, their settings and files, the store of `arm login`, and claims that a
//! service asks for. What Entra says, and what helps a person who signs in, is in `sign_in`.

use super::service::{describe_source, describe_transport};
use super::sign_in::{SET_CLOCK, clock_words, describe_entra, describe_sign_in};
use crate::azure::{Shown, rfc3339};
use crate::client::ClaimsNeeded;
use crate::credential::{
    self, Absence, CertificateError, EndpointErrorKind, PrivateFileError, Source, SourceError,
    SourceErrorKind, StoreError, StoreErrorKind,
};
use crate::env::STATE_FOLDER;
use crate::output::Message;
use crate::shell::CommandLine;
use crate::transport::ErrorKind;

pub(super) fn describe_credential(error: &credential::Error, message: &mut Message) {
    match error {
        // `-v` says of each source why it was skipped. Here is what was meant to work and does not.
        credential::Error::None { skipped } => {
            for skipped in skipped {
                if let Absence::Incomplete(reason) = &skipped.absence {
                    message.fact(skipped.source.name(), reason);
                }
            }
            message.hint("sign in with `arm login`");
        }
        credential::Error::Source(error) => describe_source_error(error, message),
        credential::Error::Setting { setting, .. } => describe_setting(setting, message),
        credential::Error::ForeignToken => {
            message.hint("unset `ARMCLI_ACCESS_TOKEN`, and set `MSI_ENDPOINT` as `arm sandbox serve` prints it",
            );
        }
        credential::Error::UnsafeEndpoint { setting, kind, .. } => {
            message.hint(words_of_endpoint(setting, *kind));
        }
        credential::Error::Store(error) => describe_store(error, message),
        credential::Error::SignIn(error) => describe_sign_in(*error, message),
    }
}

fn describe_source_error(error: &SourceError, message: &mut Message) {
    let source = error.source;
    match &error.kind {
        SourceErrorKind::AudienceNotSupported { audience, .. } => {
            message.fact("credential", source.to_string());
            message.fact("audience", audience.to_string());
            if source == Source::CloudShell {
                message.fact("", "the list of audiences is that of Cloud Shell, not of this program");
                message.hint("`arm login` signs in without such a list, and is used from then on");
                message.hint(
                    "ask for the audience to be added: https://github.com/Azure/CloudShell/issues",
                );
            } else {
                message.hint(
                    "this endpoint serves a fixed list of audiences; sign in with `arm login`, and \
                     add `--auth login`",
                );
            }
        }
        SourceErrorKind::InCloudShell => message.hint(
            "leave `--auth` out: Cloud Shell's own endpoint has tokens of the user, and `arm login` \
             signs in as anyone",
        ),
        SourceErrorKind::Entra { refusal } => describe_entra(source, refusal, message),
        SourceErrorKind::Unavailable { .. } => describe_unavailable(message),
        SourceErrorKind::Certificate { error, .. } => describe_certificate(source, error, message),
        SourceErrorKind::Unsupported { .. } => message.hint("choose another source with `--auth`"),
        SourceErrorKind::File { .. } if source == Source::Login => {
            message.fact("credential", source.to_string());
            message.hint(
                "put the file back, sign in again with `arm login --service-principal …`, or choose \
                 another account with `arm account use NAME`",
            );
        }
        SourceErrorKind::Refused { .. } | SourceErrorKind::File { .. } => {
            message.fact("credential", source.to_string());
            message
                .hints
                .extend(source.facts().help_when_refused.map(Shown::from));
        }
        SourceErrorKind::Unreachable { error }
            if matches!(error.kind, ErrorKind::Tls(_) | ErrorKind::ProxySetting(_)) =>
        {
            describe_transport(error, message);
        }
        SourceErrorKind::WrongAudience { wanted, .. } => {
            message.hint(format!(
                "get a token for `{wanted}`, or choose another source with `--auth`"
            ));
        }
        SourceErrorKind::Expired {
            expired_on,
            now,
            clock,
        } => {
            message.fact("expired on", rfc3339(*expired_on));
            let shows = rfc3339(*now);
            if let Some(clock) = clock {
                let words = clock_words(*clock, "the issuer's");
                message.fact("this machine's clock", format!("{shows}, {words}"));
                message.hint(SET_CLOCK);
            } else {
                message.fact("this machine's clock", shows);
                message.hint(if source == Source::AccessToken {
                    "get a fresh token, for example with `az account get-access-token`"
                } else {
                    "if that clock is right, sign in again; if not, set it"
                });
            }
        }
        SourceErrorKind::NotSetUp { .. } if source == Source::Login => {
            message.hint("sign in with `arm login`");
        }
        SourceErrorKind::Unreachable { .. } | SourceErrorKind::NotSetUp { .. } => {
            message
                .hints
                .extend(source.facts().help_when_absent.map(Shown::from));
        }
        SourceErrorKind::Malformed { .. } if source == Source::AccessToken => {
            message.hint(
                "give the token alone: `az account get-access-token --query accessToken -o tsv`",
            );
        }
        SourceErrorKind::Malformed { .. } => {}
    }
}

/// What helps with an endpoint that is refused.
fn words_of_endpoint(setting: &str, kind: EndpointErrorKind) -> String {
    let wanted = match kind {
        EndpointErrorKind::Exposed => "an https address or one of this machine",
        EndpointErrorKind::Elsewhere => "an address of this machine",
    };
    format!("unset `{setting}`, or set it to {wanted}")
}

/// A file of the login store.
fn describe_store(error: &StoreError, message: &mut Message) {
    let text = match &error.kind {
        StoreErrorKind::Newer { .. } => {
            format!("update `arm`, or name another folder with `{STATE_FOLDER}`")
        }
        StoreErrorKind::Malformed | StoreErrorKind::File(PrivateFileError::Sealed) => {
            "delete the file, and sign in again with `arm login`".to_owned()
        }
        StoreErrorKind::File(PrivateFileError::Link | PrivateFileError::OtherKind) => {
            "remove it, and sign in again with `arm login`".to_owned()
        }
        StoreErrorKind::File(PrivateFileError::ForeignOwner) => {
            format!("name a folder of your own with `{STATE_FOLDER}`")
        }
        StoreErrorKind::File(
            PrivateFileError::WritableByOthers
            | PrivateFileError::SecondName
            | PrivateFileError::TooLarge,
        ) => {
            "its content may not be yours: delete it, and sign in again with `arm login`".to_owned()
        }
        StoreErrorKind::File(PrivateFileError::Unsealable) => {
            "load the profile of this user; or give a token with `ARMCLI_ACCESS_TOKEN`".to_owned()
        }
        StoreErrorKind::File(PrivateFileError::System(_)) => {
            format!("name a writable folder with `{STATE_FOLDER}`")
        }
    };
    message.hint(text);
}

/// What helps when a source is temporarily missing.
fn describe_unavailable(message: &mut Message) {
    message.hint("it may answer later: try again, or allow more retries with `--retry`");
}

/// What helps when a variable cannot be used.
fn describe_setting(setting: &str, message: &mut Message) {
    message.hint(format!(
        "set `{setting}` again, or unset it; see `arm help environment`"
    ));
}

/// What helps with a certificate.
fn describe_certificate(source: Source, error: &CertificateError, message: &mut Message) {
    message.fact("credential", source.to_string());
    let text = match error {
        CertificateError::NoCertificate
        | CertificateError::NoKey
        | CertificateError::ForeignKey => {
            "one file holds the certificate and its key: `cat certificate.pem key.pem > both.pem`"
        }
        CertificateError::Kind { .. } => {
            "make one with an RSA key: `openssl req -x509 -newkey rsa:3072 -nodes -subj /CN=arm \
             -keyout key.pem -out certificate.pem`"
        }
        CertificateError::Key { .. } => "the key must be complete, and have 2048 to 4096 bits",
        CertificateError::PasswordNeeded if source == Source::Login => {
            "put the password on standard input, and add `--certificate-password -`"
        }
        CertificateError::Another { .. } => {
            "sign in with it: `arm login --service-principal … --certificate FILE`"
        }
        CertificateError::PasswordNeeded => {
            "set `AZURE_CLIENT_CERTIFICATE_PASSWORD`; Terraform's name is \
             `ARM_CLIENT_CERTIFICATE_PASSWORD`"
        }
        CertificateError::WrongPassword => {
            "check the password; `openssl pkcs12 -info -noout -in FILE` asks for it too"
        }
        CertificateError::Encryption { .. } => {
            "encrypt the key again: `openssl pkcs8 -topk8 -in key.pem`, or `openssl pkcs12 -export`"
        }
        CertificateError::Malformed { .. } => "the file must be PEM, or PKCS#12 (`.pfx`, `.p12`)",
        CertificateError::Expired { .. } => {
            "give the application another certificate: `az ad app credential reset --id APPLICATION \
             --cert @certificate.pem --append`"
        }
        CertificateError::NotYetValid { .. } => "check the clock of this machine",
    };
    message.hint(text);
}

pub(super) fn describe_claims(needed: &ClaimsNeeded, message: &mut Message) {
    message.fact("credential", needed.source.to_string());
    if let Some(cause) = &needed.cause {
        message.fact("its answer", cause.to_string());
    }
    let status = needed.error.status;
    message.fact("status", status.to_string());
    if let Some(detail) = &needed.error.detail {
        message.fact("the service", detail.words());
    }
    describe_source(&needed.error, message);
    message.fact("claims", &needed.challenge.json);
    message.hint(sign_in_command(needed));
}

/// The command that signs in with the claims. The Azure CLI takes a challenge
/// since Azure/azure-cli#31778.
fn sign_in_command(needed: &ClaimsNeeded) -> Shown {
    let begin = |words| CommandLine::new(words).optional("--tenant", needed.tenant_id.as_deref());
    let end =
        |command: CommandLine| command.option("--claims-challenge", &needed.challenge.encoded);
    let words = if needed.source == Source::AzureCli {
        let command = begin("az login").option("--scope", &needed.audience.scope());
        format!("sign in again with `{}`", end(command))
    } else if needed.source == Source::Login {
        format!("sign in again with `{}`", end(begin("arm login")))
    } else {
        format!(
            "this credential cannot answer; sign in as a user with `{}`, and add `--auth login`",
            end(begin("arm login"))
        )
    };
    // The challenge looks like a token and is not one.
    Shown::unmasked(words)
}
