//! The certificate of a server on this machine: from files, or issued for the run by an authority that exists only for
//! this run. Its private key never reaches a disk.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose};
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};

/// A server's certificate, ready for use.
#[derive(Debug)]
pub struct Certificate {
    /// The configuration of the server.
    pub config: Arc<ServerConfig>,
    /// The authority that clients must trust, in PEM; `None` if the files came from outside.
    pub authority: Option<String>,
}

/// Why there is no certificate.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file cannot be read.
    #[error("cannot read `{}`: {message}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        message: String,
    },
    /// The certificate and the key do not make a server.
    #[error("the certificate cannot be used: {message}")]
    Unusable {
        /// What is wrong.
        message: String,
    },
}

impl Certificate {
    /// Makes an authority and a certificate for `localhost`, `127.0.0.1` and `::1`.
    pub fn self_made() -> Result<Self, Error> {
        let (authority, chain, key) = issue().map_err(|error| unusable(&error))?;
        Ok(Self {
            config: server(chain, key)?,
            authority: Some(authority),
        })
    }

    /// Reads a chain and its key from PEM files.
    pub fn from_files(cert: &Path, key: &Path) -> Result<Self, Error> {
        let failed = |path: &Path, error: rustls::pki_types::pem::Error| Error::File {
            path: path.to_owned(),
            message: error.to_string(),
        };
        let chain = CertificateDer::pem_file_iter(cert)
            .and_then(Iterator::collect::<Result<Vec<_>, _>>)
            .map_err(|error| failed(cert, error))?;
        let key = PrivateKeyDer::from_pem_file(key).map_err(|error| failed(key, error))?;
        Ok(Self {
            config: server(chain, key)?,
            authority: None,
        })
    }
}

type Issued = (String, Vec<CertificateDer<'static>>, PrivateKeyDer<'static>);

fn issue() -> Result<Issued, rcgen::Error> {
    let mut authority = CertificateParams::new(Vec::new())?;
    authority.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    authority.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    authority
        .distinguished_name
        .push(DnType::CommonName, "arm sandbox CA");
    let authority_key = KeyPair::generate()?;
    let authority_certificate = authority.self_signed(&authority_key)?;
    let issuer = Issuer::new(authority, authority_key);

    let names = ["localhost", "127.0.0.1", "::1"]
        .map(str::to_owned)
        .to_vec();
    let mut params = CertificateParams::new(names)?;
    params
        .distinguished_name
        .push(DnType::CommonName, "arm sandbox");
    params.use_authority_key_identifier_extension = true;
    let key = KeyPair::generate()?;
    let certificate = params.signed_by(&key, &issuer)?;
    let private = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
    Ok((
        authority_certificate.pem(),
        vec![certificate.der().clone()],
        private,
    ))
}

fn server(
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
) -> Result<Arc<ServerConfig>, Error> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .and_then(|builder| builder.with_no_client_auth().with_single_cert(chain, key))
        .map_err(|error| unusable(&error))?;
    Ok(Arc::new(config))
}

fn unusable(error: &dyn std::fmt::Display) -> Error {
    Error::Unusable {
        message: error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::Certificate;

    #[test]
    fn is_made_on_the_spot() {
        let made = Certificate::self_made().unwrap();
        assert!(
            made.authority
                .unwrap()
                .starts_with("-----BEGIN CERTIFICATE-----")
        );
    }

    #[test]
    fn names_the_file_that_is_wrong() {
        let folder = tempfile::tempdir().unwrap();
        let (cert, key) = (folder.path().join("c.pem"), folder.path().join("k.pem"));
        std::fs::write(&cert, "nothing").unwrap();
        let error = Certificate::from_files(&cert, &key)
            .unwrap_err()
            .to_string();
        assert!(
            error.contains("k.pem") || error.contains("c.pem"),
            "{error}"
        );
    }
}
