//! What helps when a source of tokens cannot be used: its service, its files, its settings. Decides
//! no exit code; what Entra says is in `sign_in`.

use super::message::{fact, hint};
use crate::credential::{CertificateError, Source};
use crate::output::Message;

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
