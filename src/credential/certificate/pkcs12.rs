//! Reads PKCS#12, files that end with `.pfx` or `.p12` (RFC 7292): what certificates and which keys
//! are in it. Which key belongs to which certificate: `contents`.

use std::num::NonZeroU32;

use ring::{digest, hmac};

use super::contents::{Contents, pkcs8_of};
use super::der::{Element, Reader, tag};
use super::encryption::{Password, Purpose, decrypt, derive};
use super::{CertificateError, x509};
use crate::azure::Secret;

/// 1.2.840.113549.1.7.1 and .6: plain and encrypted data.
const DATA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x01];
const ENCRYPTED_DATA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x06];
/// 1.2.840.113549.1.12.10.1: the bags, by the last number.
const BAGS: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x0c, 0x0a, 0x01];
const KEY: u8 = 1;
const SHROUDED_KEY: u8 = 2;
const CERTIFICATE: u8 = 3;
/// 1.3.14.3.2.26, SHA-1; 2.16.840.1.101.3.4.2: SHA-2, by the last number.
const SHA1: &[u8] = &[0x2b, 0x0e, 0x03, 0x02, 0x1a];
const SHA2: &[u8] = &[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02];

const MALFORMED: CertificateError = CertificateError::Malformed {
    what: "neither PEM nor PKCS#12, or damaged",
};

/// Reads a file, decrypted by the password.
pub(super) fn read(bytes: &[u8], password: Option<&Secret>) -> Result<Contents, CertificateError> {
    let mut fields = Reader::new(bytes).enter(tag::SEQUENCE).ok_or(MALFORMED)?;
    let _version = fields.take(tag::INTEGER).ok_or(MALFORMED)?;
    let safe = data_of(fields.take(tag::SEQUENCE).ok_or(MALFORMED)?)?;
    let safe = safe.octets().ok_or(MALFORMED)?;
    let wrong = || match password {
        Some(_) => CertificateError::WrongPassword,
        None => CertificateError::PasswordNeeded,
    };
    let mut spellings = Password::spellings(password);
    if let Some(mac) = fields.take(tag::SEQUENCE)
        && let Some(mac) = Mac::parse(mac)?
    {
        spellings.retain(|spelling| mac.confirms(&safe, *spelling));
    }
    let mut outcome = Err(wrong());
    for spelling in spellings {
        outcome = contents(&safe, spelling);
        if outcome != Err(CertificateError::WrongPassword) {
            break;
        }
    }
    if outcome == Err(CertificateError::WrongPassword) {
        return Err(wrong());
    }
    outcome
}

/// Returns the string that is in a `ContentInfo` of plain data.
fn data_of(info: Element<'_>) -> Result<Element<'_>, CertificateError> {
    let mut fields = info.inside();
    let oid = fields.take(tag::OBJECT_IDENTIFIER).ok_or(MALFORMED)?;
    if oid.content != DATA {
        return Err(CertificateError::Encryption {
            algorithm: "a public key".to_owned(),
        });
    }
    let mut content = fields.enter(tag::CONTEXT_0).ok_or(MALFORMED)?;
    content.next().ok_or(MALFORMED)
}

fn contents(safe: &[u8], password: Password<'_>) -> Result<Contents, CertificateError> {
    let mut found = Contents::default();
    let mut infos = Reader::new(safe).enter(tag::SEQUENCE).ok_or(MALFORMED)?;
    while !infos.is_empty() {
        let info = infos.take(tag::SEQUENCE).ok_or(MALFORMED)?;
        let oid = info.inside().take(tag::OBJECT_IDENTIFIER);
        if oid.is_some_and(|oid| oid.content == ENCRYPTED_DATA) {
            let bags = decrypted(info, password)?;
            collect(&bags, password, &mut found)?;
        } else {
            let bags = data_of(info)?.octets().ok_or(MALFORMED)?;
            collect(&bags, password, &mut found)?;
        }
    }
    Ok(found)
}

fn decrypted(info: Element<'_>, password: Password<'_>) -> Result<Vec<u8>, CertificateError> {
    let mut fields = info.inside();
    let _oid = fields.take(tag::OBJECT_IDENTIFIER);
    let mut content = fields.enter(tag::CONTEXT_0).ok_or(MALFORMED)?;
    let mut data = content.enter(tag::SEQUENCE).ok_or(MALFORMED)?;
    let _version = data.take(tag::INTEGER).ok_or(MALFORMED)?;
    let mut encrypted = data.enter(tag::SEQUENCE).ok_or(MALFORMED)?;
    let _type = encrypted.take(tag::OBJECT_IDENTIFIER).ok_or(MALFORMED)?;
    let algorithm = encrypted.take(tag::SEQUENCE).ok_or(MALFORMED)?;
    let content = encrypted.next().ok_or(MALFORMED)?;
    decrypt(algorithm, &content.octets().ok_or(MALFORMED)?, password)
}

/// Takes the keys and certificates out of their bags.
fn collect(
    bags: &[u8],
    password: Password<'_>,
    found: &mut Contents,
) -> Result<(), CertificateError> {
    let mut bags = Reader::new(bags).enter(tag::SEQUENCE).ok_or(MALFORMED)?;
    while !bags.is_empty() {
        let mut bag = bags.enter(tag::SEQUENCE).ok_or(MALFORMED)?;
        let oid = bag.take(tag::OBJECT_IDENTIFIER).ok_or(MALFORMED)?.content;
        let mut value = bag.enter(tag::CONTEXT_0).ok_or(MALFORMED)?;
        match oid.strip_prefix(BAGS) {
            Some([KEY]) => {
                let key = value.take(tag::SEQUENCE).ok_or(MALFORMED)?;
                found.keys.push(pkcs8_of(key.whole).ok_or(MALFORMED)?);
            }
            Some([SHROUDED_KEY]) => {
                let mut shrouded = value.enter(tag::SEQUENCE).ok_or(MALFORMED)?;
                let algorithm = shrouded.take(tag::SEQUENCE).ok_or(MALFORMED)?;
                let encrypted = shrouded.next().ok_or(MALFORMED)?;
                let encrypted = encrypted.octets().ok_or(MALFORMED)?;
                let key = decrypt(algorithm, &encrypted, password)?;
                // Padding that fits by chance: the password is wrong all the same.
                let key = pkcs8_of(&key).ok_or(CertificateError::WrongPassword)?;
                found.keys.push(key);
            }
            Some([CERTIFICATE]) => {
                let mut certificate = value.enter(tag::SEQUENCE).ok_or(MALFORMED)?;
                let _kind = certificate.take(tag::OBJECT_IDENTIFIER);
                let mut certificate = certificate.enter(tag::CONTEXT_0).ok_or(MALFORMED)?;
                let der = certificate.next().and_then(Element::octets);
                let parsed = x509::Certificate::parse(&der.ok_or(MALFORMED)?);
                found.certificates.push(parsed.ok_or(MALFORMED)?);
            }
            Some(_) | None => {}
        }
    }
    Ok(())
}

/// The proof that nothing was changed, and that the password is right.
struct Mac<'a> {
    digest: &'static digest::Algorithm,
    algorithm: hmac::Algorithm,
    expected: &'a [u8],
    salt: &'a [u8],
    iterations: NonZeroU32,
}

impl<'a> Mac<'a> {
    /// Reads `MacData`; `None` if its algorithm is not known, such as PBMAC1 (RFC 9579): the padding then shows whether
    /// the password is right.
    fn parse(element: Element<'a>) -> Result<Option<Self>, CertificateError> {
        let mut fields = element.inside();
        let mut info = fields.enter(tag::SEQUENCE).ok_or(MALFORMED)?;
        let mut algorithm = info.enter(tag::SEQUENCE).ok_or(MALFORMED)?;
        let oid = algorithm.take(tag::OBJECT_IDENTIFIER).ok_or(MALFORMED)?;
        let (digest, algorithm) = match (oid.content, oid.content.strip_prefix(SHA2)) {
            (SHA1, _) => (
                &digest::SHA1_FOR_LEGACY_USE_ONLY,
                hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY,
            ),
            (_, Some([1])) => (&digest::SHA256, hmac::HMAC_SHA256),
            (_, Some([2])) => (&digest::SHA384, hmac::HMAC_SHA384),
            (_, Some([3])) => (&digest::SHA512, hmac::HMAC_SHA512),
            (_, _) => return Ok(None),
        };
        let expected = info.take(tag::OCTET_STRING).ok_or(MALFORMED)?.content;
        let salt = fields.take(tag::OCTET_STRING).ok_or(MALFORMED)?.content;
        let iterations = match fields.take(tag::INTEGER) {
            None => 1,
            Some(number) => number.unsigned().ok_or(MALFORMED)?,
        };
        Ok(Some(Self {
            digest,
            algorithm,
            expected,
            salt,
            iterations: NonZeroU32::new(iterations).ok_or(MALFORMED)?,
        }))
    }

    fn confirms(&self, safe: &[u8], password: Password<'_>) -> bool {
        let length = self.digest.output_len();
        let key = derive(
            self.digest,
            Purpose::Mac(length),
            password,
            self.salt,
            self.iterations,
        );
        let key = hmac::Key::new(self.algorithm, &key);
        hmac::verify(&key, safe, self.expected).is_ok()
    }
}
