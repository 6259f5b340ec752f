//! What helps when a source of tokens cannot be used: its service, its files, its settings. Decides
//! no exit code; what Entra says is in `sign_in`.

use super::message::{fact, hint};
use crate::credential::{CertificateError, Source};
use crate::output::Message;

/// What helps when a source itself refuses.
pub(super) fn describe_refused(source: Source, message: &mut Message) {
    fact(message, "credential", source.to_string());
    if let Some(text) = remedy_of(source) {
        hint(message, text);
    }
}

/// What helps when a source is not there at the moment.
pub(super) fn describe_unavailable(message: &mut Message) {
    hint(
        message,
        "it may answer later: try again, or allow more repetitions with `--retry`",
    );
}

/// What helps when a variable cannot be used.
pub(super) fn describe_setting(setting: &str, message: &mut Message) {
    hint(
        message,
        &format!("set `{setting}` anew, or unset it; see `arm help environment`"),
    );
}

fn remedy_of(source: Source) -> Option<&'static str> {
    match source {
        Source::AzureCli => Some("sign in again with `az login`"),
        Source::GitHub => Some("the job needs `permissions: id-token: write`, and its own token"),
        Source::AzurePipelines => Some(
            "the step needs `env: SYSTEM_ACCESSTOKEN: $(System.AccessToken)`, and the pipeline the \
             right to use the service connection",
        ),
        Source::AccessToken
        | Source::Login
        | Source::ServicePrincipal
        | Source::WorkloadIdentity
        | Source::AppService
        | Source::AzureMl
        | Source::CloudShell
        | Source::Arc
        | Source::AzureDeveloperCli
        | Source::Imds
        | Source::PowerShell
        | Source::Sandbox => None,
    }
}

/// What helps with a certificate.
pub(super) fn describe_certificate(
    source: Source,
    error: &CertificateError,
    message: &mut Message,
) {
    fact(message, "credential", source.to_string());
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
        CertificateError::Key { .. } => "the key must be whole, and have 2048 to 4096 bits",
        CertificateError::PasswordNeeded => {
            "set `AZURE_CLIENT_CERTIFICATE_PASSWORD`; Terraform's name is \
             `ARM_CLIENT_CERTIFICATE_PASSWORD`"
        }
        CertificateError::WrongPassword => {
            "check the password; `openssl pkcs12 -info -noout -in FILE` asks for it too"
        }
        CertificateError::Encryption { .. } => {
            "encrypt the key anew: `openssl pkcs8 -topk8 -in key.pem`, or `openssl pkcs12 -export`"
        }
        CertificateError::Malformed { .. } => "the file must be PEM, or PKCS#12 (`.pfx`, `.p12`)",
        CertificateError::Expired { .. } => {
            "give the application another certificate: `az ad app credential reset --id APPLICATION \
             --cert @certificate.pem --append`"
        }
        CertificateError::NotYetValid { .. } => "check the clock of this machine",
    };
    hint(message, text);
}
