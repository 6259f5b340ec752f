//! Undoes the encryption of keys and certificates by a password: PBES2 (RFC 8018), and the older
//! ways of PKCS#12 (RFC 7292 appendix C). What is encrypted so: `pkcs12` and `contents`.

use std::num::NonZeroU32;

use aes::{Aes128, Aes192, Aes256};
use cbc::Decryptor;
use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockCipherDecrypt, BlockModeDecrypt as _, InnerIvInit as _, KeyInit};
use des::TdesEde3;
use rc2::Rc2;
use ring::digest::{Algorithm, Context, SHA1_FOR_LEGACY_USE_ONLY};
use ring::pbkdf2;

use super::CertificateError;
use super::der::{Element, Reader, tag};
use crate::azure::Secret;

/// 1.2.840.113549.1.5.13, and its key derivation, 1.2.840.113549.1.5.12.
const PBES2: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x05, 0x0d];
const PBKDF2: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x05, 0x0c];
/// 1.2.840.113549.2: the pseudo-random functions, by their last number.
const RSADSI_DIGESTS: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x02];
/// 2.16.840.1.101.3.4.1: AES, by the last number.
const AES: &[u8] = &[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x01];
/// 1.2.840.113549.3.7, `des-EDE3-CBC`.
const DES_EDE3_CBC: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x03, 0x07];
/// 1.2.840.113549.1.12.1: the ways of PKCS#12, by the last number.
const PKCS12_WAYS: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x0c, 0x01];

/// More repetitions than any tool writes; they would take minutes.
const MOST_ITERATIONS: u32 = 2_000_000;

/// A password in the two spellings that files use.
#[derive(Clone, Copy)]
pub(super) struct Password<'a> {
    text: &'a str,
    /// What PKCS#12 makes of no password: nothing, or an empty text.
    is_absent: bool,
}

impl<'a> Password<'a> {
    /// A password that was given.
    pub(super) fn of(secret: &'a Secret) -> Self {
        Self {
            text: secret.expose(),
            is_absent: false,
        }
    }

    /// The passwords to be tried: an absent one has two spellings.
    pub(super) fn spellings(password: Option<&'a Secret>) -> Vec<Self> {
        match password {
            Some(secret) => vec![Self::of(secret)],
            None => [false, true]
                .map(|is_absent| Self {
                    text: "",
                    is_absent,
                })
                .to_vec(),
        }
    }

    /// UTF-16, big end first, with a final zero (RFC 7292 B.1).
    fn as_bmp_string(self) -> Vec<u8> {
        if self.is_absent {
            return Vec::new();
        }
        let units = self.text.encode_utf16().chain([0]);
        units.flat_map(u16::to_be_bytes).collect()
    }
}

/// Decrypts what `algorithm`, an `AlgorithmIdentifier`, says. A password that is wrong shows by the
/// padding, and not always.
pub(super) fn decrypt(
    algorithm: Element<'_>,
    encrypted: &[u8],
    password: Password<'_>,
) -> Result<Vec<u8>, CertificateError> {
    let scheme = Scheme::parse(algorithm)?;
    scheme
        .decrypt(encrypted, password)
        .ok_or(CertificateError::WrongPassword)
}

/// A cipher, always in CBC mode.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cipher {
    Aes128,
    Aes192,
    Aes256,
    TripleDes,
    /// With this many bytes of key.
    Rc2(usize),
}

/// How the key comes from the password.
enum Derivation {
    Pbkdf2(pbkdf2::Algorithm),
    Pkcs12,
}

struct Scheme<'a> {
    derivation: Derivation,
    cipher: Cipher,
    salt: &'a [u8],
    iterations: NonZeroU32,
    /// `None` if it comes from the password too.
    initial: Option<&'a [u8]>,
}

impl<'a> Scheme<'a> {
    fn parse(algorithm: Element<'a>) -> Result<Self, CertificateError> {
        let mut fields = algorithm.inside();
        let oid = fields
            .take(tag::OBJECT_IDENTIFIER)
            .ok_or(MALFORMED)?
            .content;
        let mut parameters = fields.enter(tag::SEQUENCE).ok_or(MALFORMED)?;
        if oid == PBES2 {
            return Self::parse_pbes2(parameters);
        }
        let cipher = match oid.strip_prefix(PKCS12_WAYS) {
            Some([3]) => Cipher::TripleDes,
            Some([5]) => Cipher::Rc2(16),
            Some([6]) => Cipher::Rc2(5),
            Some(_) | None => return Err(unsupported(oid)),
        };
        let salt = parameters.take(tag::OCTET_STRING).ok_or(MALFORMED)?.content;
        Ok(Self {
            derivation: Derivation::Pkcs12,
            cipher,
            salt,
            iterations: iterations(&mut parameters)?,
            initial: None,
        })
    }

    fn parse_pbes2(mut parameters: Reader<'a>) -> Result<Self, CertificateError> {
        let mut derivation = parameters.enter(tag::SEQUENCE).ok_or(MALFORMED)?;
        let oid = derivation.take(tag::OBJECT_IDENTIFIER).ok_or(MALFORMED)?;
        if oid.content != PBKDF2 {
            return Err(unsupported(oid.content));
        }
        let mut derivation = derivation.enter(tag::SEQUENCE).ok_or(MALFORMED)?;
        let salt = derivation.take(tag::OCTET_STRING).ok_or(MALFORMED)?.content;
        let iterations = iterations(&mut derivation)?;
        let _length_of_key = derivation.take(tag::INTEGER);
        let function = match derivation.enter(tag::SEQUENCE) {
            None => pbkdf2::PBKDF2_HMAC_SHA1,
            Some(mut function) => {
                let oid = function.take(tag::OBJECT_IDENTIFIER).ok_or(MALFORMED)?;
                match oid.content.strip_prefix(RSADSI_DIGESTS) {
                    Some([7]) => pbkdf2::PBKDF2_HMAC_SHA1,
                    Some([9]) => pbkdf2::PBKDF2_HMAC_SHA256,
                    Some([10]) => pbkdf2::PBKDF2_HMAC_SHA384,
                    Some([11]) => pbkdf2::PBKDF2_HMAC_SHA512,
                    Some(_) | None => return Err(unsupported(oid.content)),
                }
            }
        };
        let mut cipher = parameters.enter(tag::SEQUENCE).ok_or(MALFORMED)?;
        let oid = cipher
            .take(tag::OBJECT_IDENTIFIER)
            .ok_or(MALFORMED)?
            .content;
        let kind = match oid.strip_prefix(AES) {
            Some([2]) => Cipher::Aes128,
            Some([22]) => Cipher::Aes192,
            Some([42]) => Cipher::Aes256,
            Some(_) | None if oid == DES_EDE3_CBC => Cipher::TripleDes,
            Some(_) | None => return Err(unsupported(oid)),
        };
        let initial = cipher.take(tag::OCTET_STRING).ok_or(MALFORMED)?.content;
        Ok(Self {
            derivation: Derivation::Pbkdf2(function),
            cipher: kind,
            salt,
            iterations,
            initial: Some(initial),
        })
    }

    fn decrypt(&self, encrypted: &[u8], password: Password<'_>) -> Option<Vec<u8>> {
        let (key_length, block_length) = match self.cipher {
            Cipher::Aes128 => (16, 16),
            Cipher::Aes192 => (24, 16),
            Cipher::Aes256 => (32, 16),
            Cipher::TripleDes => (24, 8),
            Cipher::Rc2(length) => (length, 8),
        };
        let rounds = self.iterations;
        let key = match self.derivation {
            Derivation::Pbkdf2(function) => {
                let mut key = vec![0; key_length];
                pbkdf2::derive(
                    function,
                    rounds,
                    self.salt,
                    password.text.as_bytes(),
                    &mut key,
                );
                key
            }
            Derivation::Pkcs12 => {
                let of = Purpose::Key(key_length);
                derive(&SHA1_FOR_LEGACY_USE_ONLY, of, password, self.salt, rounds)
            }
        };
        let initial = if let Some(initial) = self.initial {
            initial.to_vec()
        } else {
            let of = Purpose::Initial(block_length);
            derive(&SHA1_FOR_LEGACY_USE_ONLY, of, password, self.salt, rounds)
        };
        match self.cipher {
            Cipher::Aes128 => undo::<Aes128>(&key, &initial, encrypted),
            Cipher::Aes192 => undo::<Aes192>(&key, &initial, encrypted),
            Cipher::Aes256 => undo::<Aes256>(&key, &initial, encrypted),
            Cipher::TripleDes => undo::<TdesEde3>(&key, &initial, encrypted),
            Cipher::Rc2(_) => undo::<Rc2>(&key, &initial, encrypted),
        }
    }
}

const MALFORMED: CertificateError = CertificateError::Malformed {
    what: "damaged: how it is encrypted cannot be read",
};

fn iterations(reader: &mut Reader<'_>) -> Result<NonZeroU32, CertificateError> {
    let number = reader.take(tag::INTEGER).and_then(Element::unsigned);
    let sane = number.filter(|number| *number <= MOST_ITERATIONS);
    sane.and_then(NonZeroU32::new).ok_or(MALFORMED)
}

/// Names an algorithm that is not known here by its numbers.
pub(super) fn unsupported(oid: &[u8]) -> CertificateError {
    CertificateError::Encryption {
        algorithm: format!("the algorithm {}", dotted(oid)),
    }
}

/// Writes an object identifier with dots (X.690 8.19).
fn dotted(oid: &[u8]) -> String {
    let mut arcs = Vec::new();
    let mut arc: u64 = 0;
    for byte in oid {
        arc = (arc << 7) | u64::from(byte & 0x7f);
        if byte & 0x80 == 0 {
            arcs.push(arc);
            arc = 0;
        }
    }
    let first = arcs.first().copied().unwrap_or_default();
    let root = (first / 40).min(2);
    let mut text = format!("{root}.{}", first - root * 40);
    for arc in arcs.iter().skip(1) {
        text.push_str(&format!(".{arc}"));
    }
    text
}

fn undo<C: BlockCipherDecrypt + KeyInit>(
    key: &[u8],
    initial: &[u8],
    encrypted: &[u8],
) -> Option<Vec<u8>> {
    let cipher = C::new_from_slice(key).ok()?;
    let decryptor = Decryptor::inner_iv_slice_init(cipher, initial).ok()?;
    let mut buffer = encrypted.to_vec();
    let plain = decryptor.decrypt_padded::<Pkcs7>(&mut buffer).ok()?;
    Some(plain.to_vec())
}

/// What is derived, and how many bytes of it (RFC 7292 B.3).
#[derive(Clone, Copy)]
pub(super) enum Purpose {
    Key(usize),
    Initial(usize),
    Mac(usize),
}

/// Makes bytes of a password as PKCS#12 does (RFC 7292 B.2).
pub(super) fn derive(
    algorithm: &'static Algorithm,
    purpose: Purpose,
    password: Password<'_>,
    salt: &[u8],
    iterations: NonZeroU32,
) -> Vec<u8> {
    let (id, length) = match purpose {
        Purpose::Key(length) => (1_u8, length),
        Purpose::Initial(length) => (2, length),
        Purpose::Mac(length) => (3, length),
    };
    let block = algorithm.block_len();
    let filled = |bytes: &[u8]| -> Vec<u8> {
        let whole = bytes.len().div_ceil(block) * block;
        bytes.iter().copied().cycle().take(whole).collect()
    };
    let mut input = filled(salt);
    input.extend(filled(&password.as_bmp_string()));
    let mut derived = Vec::new();
    while derived.len() < length {
        let mut context = Context::new(algorithm);
        context.update(&vec![id; block]);
        context.update(&input);
        let mut hash = context.finish();
        for _ in 1..iterations.get() {
            hash = ring::digest::digest(algorithm, hash.as_ref());
        }
        derived.extend_from_slice(hash.as_ref());
        let addend: Vec<u8> = hash.as_ref().iter().copied().cycle().take(block).collect();
        for chunk in input.chunks_mut(block) {
            add_with_one(chunk, &addend);
        }
    }
    derived.truncate(length);
    derived
}

/// Adds a number and one to a number of the same length, both with the big end first.
fn add_with_one(number: &mut [u8], addend: &[u8]) {
    let mut carry = 1_u16;
    for (digit, other) in number.iter_mut().zip(addend).rev() {
        let sum = u16::from(*digit) + u16::from(*other) + carry;
        *digit = sum.to_be_bytes()[1];
        carry = sum >> 8;
    }
}

#[cfg(test)]
mod tests {
    use super::{Reader, add_with_one, dotted, iterations};

    #[test]
    fn adds_with_carry() {
        let mut number = [0x00, 0xff, 0xff];
        add_with_one(&mut number, &[0x00, 0x00, 0x01]);
        assert_eq!(number, [0x01, 0x00, 0x01]);
        let mut number = [0xff, 0xff];
        add_with_one(&mut number, &[0xff, 0xff]);
        assert_eq!(number, [0xff, 0xff]);
    }

    #[test]
    fn repeats_as_often_as_tools_do() {
        for (bytes, good) in [
            ([0x02, 0x03, 0x09, 0x27, 0xc0], true),
            ([0x02, 0x03, 0x1e, 0x84, 0x80], true),
            ([0x02, 0x03, 0x1e, 0x84, 0x81], false),
        ] {
            let found = iterations(&mut Reader::new(&bytes));
            assert_eq!(found.is_ok(), good, "{bytes:?}");
        }
    }

    #[test]
    fn writes_identifiers() {
        assert_eq!(dotted(super::PBES2), "1.2.840.113549.1.5.13");
        assert_eq!(dotted(super::AES), "2.16.840.1.101.3.4.1");
        assert_eq!(dotted(&[]), "0.0");
    }
}
