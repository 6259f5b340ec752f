//! What a file of keys holds, and the PEM form of it (RFC 7468): certificates and keys in any
//! order. Says which key belongs to which certificate.

use ring::signature::{KeyPair as _, RsaKeyPair};

use super::der::{Reader, tag};
use super::encryption::{Password, decrypt};
use super::{CertificateError, x509};
use crate::azure::Secret;

/// 1.2.840.10045.2.1, `id-ecPublicKey`, and 1.3.101: Ed25519 and its kin, by the last number.
const ELLIPTIC_CURVE: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01];
const EDWARDS: &[u8] = &[0x2b, 0x65];

/// What was found in a file.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Contents {
    pub(super) certificates: Vec<x509::Certificate>,
    pub(super) keys: Vec<Key>,
}

/// A private key, by its form. It prints as its form alone.
#[derive(PartialEq, Eq)]
pub(super) enum Key {
    /// RSA in PKCS#8.
    Pkcs8(Vec<u8>),
    /// RSA in PKCS#1.
    Pkcs1(Vec<u8>),
    /// Another kind.
    Other(&'static str),
}

impl std::fmt::Debug for Key {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            Self::Pkcs8(_) => "Pkcs8",
            Self::Pkcs1(_) => "Pkcs1",
            Self::Other(kind) => kind,
        })
    }
}

/// Tells the kind of a key in PKCS#8; `None` if the bytes are not a key.
pub(super) fn pkcs8_of(bytes: &[u8]) -> Option<Key> {
    let mut fields = Reader::new(bytes).enter(tag::SEQUENCE)?;
    let _version = fields.take(tag::INTEGER)?;
    let mut algorithm = fields.enter(tag::SEQUENCE)?;
    let oid = algorithm.take(tag::OBJECT_IDENTIFIER)?.content;
    let _key = fields.take(tag::OCTET_STRING)?;
    Some(match oid {
        x509::RSA => Key::Pkcs8(bytes.to_vec()),
        ELLIPTIC_CURVE => Key::Other("EC"),
        oid if oid.starts_with(EDWARDS) => Key::Other("Ed25519"),
        _ => Key::Other("unknown"),
    })
}

/// Reads PEM; `None` if the text holds none.
pub(super) fn read_pem(
    bytes: &[u8],
    password: Option<&Secret>,
) -> Option<Result<Contents, CertificateError>> {
    let text = std::str::from_utf8(bytes).ok()?;
    text.contains("-----BEGIN ").then(|| {
        let parts = pem::parse_many(text).map_err(|_| CertificateError::Malformed {
            what: "PEM, and damaged: a part has no end, or is not base64",
        })?;
        let mut contents = Contents::default();
        for part in &parts {
            collect(part, password, &mut contents)?;
        }
        Ok(contents)
    })
}

fn collect(
    part: &pem::Pem,
    password: Option<&Secret>,
    contents: &mut Contents,
) -> Result<(), CertificateError> {
    let damaged = || CertificateError::Malformed {
        what: "PEM, and damaged: a key or certificate cannot be read",
    };
    let bytes = part.contents();
    match part.tag() {
        "CERTIFICATE" | "X509 CERTIFICATE" => {
            let certificate = x509::Certificate::parse(bytes).ok_or_else(damaged)?;
            contents.certificates.push(certificate);
        }
        "PRIVATE KEY" => contents.keys.push(pkcs8_of(bytes).ok_or_else(damaged)?),
        "ENCRYPTED PRIVATE KEY" => contents.keys.push(decrypted(bytes, password)?),
        // The older way of OpenSSL: a head in the part, and a key made by MD5.
        "RSA PRIVATE KEY" if part.headers().get("DEK-Info").is_some() => {
            return Err(CertificateError::Encryption {
                algorithm: "OpenSSL's older way".to_owned(),
            });
        }
        "RSA PRIVATE KEY" => contents.keys.push(Key::Pkcs1(bytes.to_vec())),
        "EC PRIVATE KEY" => contents.keys.push(Key::Other("EC")),
        "DSA PRIVATE KEY" => contents.keys.push(Key::Other("DSA")),
        _ => {}
    }
    Ok(())
}

/// Decrypts `EncryptedPrivateKeyInfo` (RFC 5208 6).
fn decrypted(bytes: &[u8], password: Option<&Secret>) -> Result<Key, CertificateError> {
    let damaged = || CertificateError::Malformed {
        what: "PEM, and damaged: the encrypted key cannot be read",
    };
    let password = password.ok_or(CertificateError::PasswordNeeded)?;
    let mut fields = Reader::new(bytes)
        .enter(tag::SEQUENCE)
        .ok_or_else(damaged)?;
    let algorithm = fields.take(tag::SEQUENCE).ok_or_else(damaged)?;
    let encrypted = fields.take(tag::OCTET_STRING).ok_or_else(damaged)?;
    let key = decrypt(algorithm, encrypted.content, Password::of(password))?;
    pkcs8_of(&key).ok_or(CertificateError::WrongPassword)
}

impl Contents {
    /// Finds the certificate whose key is here too, and its issuers.
    pub(super) fn pair(self) -> Result<(RsaKeyPair, Vec<x509::Certificate>), CertificateError> {
        let Self { certificates, keys } = self;
        let mut other_kind = None;
        let mut found_key = false;
        for key in &keys {
            let pair = match key {
                Key::Pkcs8(bytes) => RsaKeyPair::from_pkcs8(bytes),
                Key::Pkcs1(bytes) => RsaKeyPair::from_der(bytes),
                Key::Other(kind) => {
                    other_kind = other_kind.or(Some(*kind));
                    continue;
                }
            };
            let pair = pair.map_err(|rejected| CertificateError::Key {
                reason: rejected.to_string(),
            })?;
            found_key = true;
            let public_key = pair.public_key().as_ref();
            let mut others = certificates.clone();
            let leaf = others.iter().position(|one| one.public_key == public_key);
            if let Some(leaf) = leaf.map(|at| others.swap_remove(at)) {
                return Ok((pair, x509::chain(leaf, others)));
            }
        }
        Err(match (found_key, other_kind) {
            (false, Some(kind)) => CertificateError::Kind { kind },
            (false, None) if certificates.is_empty() => CertificateError::Malformed {
                what: "a file without a certificate and without a private key",
            },
            (false, None) => CertificateError::NoKey,
            (true, _) if certificates.is_empty() => CertificateError::NoCertificate,
            (true, _) => CertificateError::ForeignKey,
        })
    }
}
