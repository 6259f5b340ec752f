//! What helps when a certificate cannot be used. Decides no exit code.

use super::message::hint;
use crate::credential::CertificateError;
use crate::output::Message;

/// What helps with a certificate.
pub(super) fn describe_certificate(error: &CertificateError, message: &mut Message) {
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
