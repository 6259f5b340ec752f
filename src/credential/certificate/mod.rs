//! A certificate as the proof of an application: read from PEM or PKCS#12, and used to sign
//! assertions (learn.microsoft.com/entra/identity-platform/certificate-credentials).

mod contents;
mod der;
mod encryption;
mod error;
mod pkcs12;
#[cfg(test)]
mod reading_tests;
mod signing;
mod x509;

use std::path::Path;
use std::time::SystemTime;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::signature::RsaKeyPair;

use super::key_file;
use super::{Error, Source, SourceErrorKind};
use crate::azure::Secret;

pub use error::CertificateError;

/// A certificate with its private key.
#[derive(Debug)]
pub(super) struct Certificate {
    key: RsaKeyPair,
    /// The certificate, and its issuers as far as the file holds them.
    chain: Vec<x509::Certificate>,
    header: CertificateHeader,
    remark: Option<String>,
}

/// How the header of an assertion names the certificate that signed it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CertificateHeader {
    /// By its thumbprint (`x5t#S256`): the authority knows the certificate.
    Thumbprint,
    /// By the whole chain too (`x5c`): the authority knows the issuer and the name
    /// (`AZURE_CLIENT_SEND_CERTIFICATE_CHAIN` of the Azure SDKs).
    Chain,
}

impl Certificate {
    /// Reads a file, at a time at which the certificate must count.
    ///
    /// # Errors
    /// `SourceErrorKind::File` if the file cannot be read, `SourceErrorKind::Certificate` if it holds nothing of use.
    pub(super) fn load(
        source: Source,
        path: &Path,
        password: Option<&Secret>,
        header: CertificateHeader,
        now: SystemTime,
    ) -> Result<Self, Error> {
        let file = key_file::read(path).map_err(|message| {
            SourceErrorKind::File {
                path: path.display().to_string(),
                message,
            }
            .of(source)
        })?;
        let read = Self::read(&file.bytes, password, header, now);
        let mut certificate = read.map_err(|error| {
            SourceErrorKind::Certificate {
                path: path.display().to_string(),
                error,
            }
            .of(source)
        })?;
        certificate.remark = file.remark;
        Ok(certificate)
    }

    /// Reads what is in a file.
    fn read(
        bytes: &[u8],
        password: Option<&Secret>,
        header: CertificateHeader,
        now: SystemTime,
    ) -> Result<Self, CertificateError> {
        let contents = match contents::read_pem(bytes, password) {
            Some(contents) => contents?,
            None => pkcs12::read(bytes, password)?,
        };
        let (key, chain) = contents.pair()?;
        if let Some(leaf) = chain.first() {
            if leaf.not_after <= now {
                return Err(CertificateError::Expired {
                    since: leaf.not_after,
                });
            }
            if leaf.not_before > now {
                return Err(CertificateError::NotYetValid {
                    from: leaf.not_before,
                });
            }
        }
        Ok(Self {
            key,
            chain,
            header,
            remark: None,
        })
    }

    /// Returns a warning about the file that is not an error.
    pub(super) fn remark(&self) -> Option<&str> {
        self.remark.as_deref()
    }

    /// Returns the SHA-256 of the certificate in base64url, as Entra shows it.
    pub(super) fn thumbprint(&self) -> String {
        let leaf = self.chain.first().map(x509::Certificate::thumbprint);
        URL_SAFE_NO_PAD.encode(leaf.unwrap_or_default())
    }
}
