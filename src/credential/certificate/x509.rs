//! What is read of an X.509 certificate (RFC 5280 4.1): who, by whom, from when to when, and the
//! public key. The authority verifies the certificate.

use std::time::SystemTime;

use ring::digest::{SHA256, digest};

use super::der::{Element, Reader, tag};
use crate::azure::read_utc;

/// 1.2.840.113549.1.1.1, `rsaEncryption`.
pub(super) const RSA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];

/// A certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Certificate {
    /// Its bytes.
    pub(super) der: Vec<u8>,
    issuer: Vec<u8>,
    subject: Vec<u8>,
    /// When it begins.
    pub(super) not_before: SystemTime,
    /// When it ends.
    pub(super) not_after: SystemTime,
    /// The public key, in the form that its algorithm has for it.
    pub(super) public_key: Vec<u8>,
}

impl Certificate {
    /// Reads a certificate; `None` if the bytes are not one.
    pub(super) fn parse(der: &[u8]) -> Option<Self> {
        let whole = Reader::new(der).take(tag::SEQUENCE)?;
        let mut fields = whole.inside().enter(tag::SEQUENCE)?;
        // The version is left out in the first one.
        let _version = fields.take(tag::CONTEXT_0);
        let _serial_number = fields.take(tag::INTEGER)?;
        let _signature = fields.take(tag::SEQUENCE)?;
        let issuer = fields.take(tag::SEQUENCE)?.whole.to_vec();
        let mut validity = fields.enter(tag::SEQUENCE)?;
        let not_before = time_of(validity.next()?)?;
        let not_after = time_of(validity.next()?)?;
        let subject = fields.take(tag::SEQUENCE)?.whole.to_vec();
        let mut key = fields.enter(tag::SEQUENCE)?;
        let _algorithm = key.take(tag::SEQUENCE)?;
        // The first byte counts the bits that are unused in the last one: none.
        let public_key = key.take(tag::BIT_STRING)?.content.get(1..)?.to_vec();
        Some(Self {
            der: whole.whole.to_vec(),
            issuer,
            subject,
            not_before,
            not_after,
            public_key,
        })
    }

    /// Returns the SHA-256 of the certificate, its thumbprint.
    pub(super) fn thumbprint(&self) -> Vec<u8> {
        digest(&SHA256, &self.der).as_ref().to_vec()
    }

    /// Tells whether it is signed by itself.
    fn is_root(&self) -> bool {
        self.issuer == self.subject
    }
}

/// Returns the certificates from `leaf` upwards, as far as their issuers are among `others`.
pub(super) fn chain(leaf: Certificate, mut others: Vec<Certificate>) -> Vec<Certificate> {
    let mut chain = vec![leaf];
    while let Some(last) = chain.last().filter(|last| !last.is_root()) {
        let issuer = others.iter().position(|one| one.subject == last.issuer);
        match issuer {
            Some(at) => chain.push(others.swap_remove(at)),
            None => break,
        }
    }
    chain
}

/// Reads `UTCTime` or `GeneralizedTime` in the form that certificates have (RFC 5280 4.1.2.5).
fn time_of(element: Element<'_>) -> Option<SystemTime> {
    let text = std::str::from_utf8(element.content).ok()?;
    let digits = text.strip_suffix('Z')?;
    if !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let century = match (element.tag, digits.len()) {
        (tag::UTC_TIME, 12) if digits < "50" => "20",
        (tag::UTC_TIME, 12) => "19",
        (tag::GENERALIZED_TIME, 14) => "",
        (_, _) => return None,
    };
    let time = read_utc(&format!("{century}{digits}"), "%Y%m%d%H%M%S")?;
    // No key of the years before 1970 is in use: they are all the same here.
    Some(time.max(SystemTime::UNIX_EPOCH))
}

#[cfg(test)]
mod tests {
    use super::super::der::Reader;
    use super::time_of;

    #[test]
    fn reads_times() {
        for (tag, text, expected) in [
            (0x17, "700101000000Z", Some("Thu, 01 Jan 1970 00:00:00 GMT")),
            (0x17, "240229235959Z", Some("Thu, 29 Feb 2024 23:59:59 GMT")),
            (0x17, "500301000000Z", Some("Thu, 01 Jan 1970 00:00:00 GMT")),
            (0x18, "99991231235960Z", None),
            (0x17, "490301000000Z", Some("Mon, 01 Mar 2049 00:00:00 GMT")),
            (
                0x18,
                "20261122104500Z",
                Some("Sun, 22 Nov 2026 10:45:00 GMT"),
            ),
            (
                0x18,
                "99991231235959Z",
                Some("Fri, 31 Dec 9999 23:59:59 GMT"),
            ),
            (0x17, "20261122104500Z", None),
            (0x18, "20261322104500Z", None),
            (0x17, "24022923595é", None),
            (0x17, "2402292359+1Z", None),
            (0x17, "", None),
        ] {
            let mut bytes = vec![tag, u8::try_from(text.len()).unwrap()];
            bytes.extend(text.bytes());
            let found = time_of(Reader::new(&bytes).next().unwrap());
            assert_eq!(
                found.map(httpdate::fmt_http_date).as_deref(),
                expected,
                "{text}"
            );
        }
    }
}
