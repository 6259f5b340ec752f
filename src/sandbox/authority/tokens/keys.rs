//! The keys of the sandbox's authority: signing, checking, and the public half as the world may read it. The private
//! key is public on purpose: it proves only that a token came from a sandbox. What is signed: `claims`.

use ring::rand::SystemRandom;
use ring::signature::{
    RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, RSA_PSS_2048_8192_SHA256, RsaKeyPair,
    UnparsedPublicKey,
};
use ring::{digest, hmac};

/// An RSA key of 2048 bits in the form of PKCS#1 (RFC 8017 A.1.2), and its public half (A.1.1).
const PRIVATE: &[u8] = include_bytes!("signing-key.der");
const PUBLIC: &[u8] = include_bytes!("signing-key.public.der");
/// The public key of the certificate of the application `deploy-certificate`.
pub(crate) const CLIENT_CERTIFICATE: &[u8] = include_bytes!("client-certificate.public.der");

/// The name of the key in the head of a token and in the list of keys.
pub(crate) const KEY_ID: &str = "sandbox-signing-key-1";
/// The key of codes and refresh tokens, which only the authority reads.
const SEAL: &[u8] = b"the seal of the sandbox is public on purpose";

/// How a client signed its assertion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Algorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256 (RFC 7518 3.3).
    Rs256,
    /// RSASSA-PSS with SHA-256 (RFC 7518 3.5).
    Ps256,
}

impl Algorithm {
    /// Reads the name in the head of a JWT; all others, `none` among them, are refused.
    pub(crate) fn named(name: &str) -> Option<Self> {
        match name {
            "RS256" => Some(Self::Rs256),
            "PS256" => Some(Self::Ps256),
            _ => None,
        }
    }
}

/// Signs by RS256. The key is read when it is first needed: a run that asks for no token does no
/// work. The same text has the same signature.
pub(crate) fn sign(text: &str) -> Vec<u8> {
    let signed = RsaKeyPair::from_der(PRIVATE).ok().and_then(|key| {
        let mut signature = vec![0; key.public().modulus_len()];
        // The padding of PKCS#1 v1.5 takes nothing from the source of randomness.
        let random = SystemRandom::new();
        key.sign(&RSA_PKCS1_SHA256, &random, text.as_bytes(), &mut signature)
            .ok()
            .map(|()| signature)
    });
    // The key is a part of the program: it is whole, as a test says. No signature fits no text.
    signed.unwrap_or_default()
}

/// Tells whether the authority signed a text.
pub(crate) fn is_ours(text: &str, signature: &[u8]) -> bool {
    is_signed_by(PUBLIC, Algorithm::Rs256, text, signature)
}

/// Tells whether the owner of a public key (PKCS#1) signed a text.
pub(crate) fn is_signed_by(key: &[u8], algorithm: Algorithm, text: &str, signature: &[u8]) -> bool {
    let verified = match algorithm {
        Algorithm::Rs256 => UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, key)
            .verify(text.as_bytes(), signature),
        Algorithm::Ps256 => UnparsedPublicKey::new(&RSA_PSS_2048_8192_SHA256, key)
            .verify(text.as_bytes(), signature),
    };
    verified.is_ok()
}

/// Returns modulus and exponent of the authority's key, as a JWK holds them (RFC 7518 6.3.1).
pub(crate) fn modulus_and_exponent() -> (&'static [u8], &'static [u8]) {
    // SEQUENCE { INTEGER of 257 bytes, the first of them 0, INTEGER of 3 bytes } in DER.
    (
        PUBLIC.get(9..265).unwrap_or_default(),
        PUBLIC.get(267..270).unwrap_or_default(),
    )
}

/// Returns the seal of a text, which cannot be made without the key.
pub(crate) fn seal(text: &str) -> Vec<u8> {
    let key = hmac::Key::new(hmac::HMAC_SHA256, SEAL);
    hmac::sign(&key, text.as_bytes()).as_ref().to_vec()
}

/// Tells whether a mark fits its text.
pub(crate) fn is_sealed(text: &str, mark: &[u8]) -> bool {
    let key = hmac::Key::new(hmac::HMAC_SHA256, SEAL);
    hmac::verify(&key, text.as_bytes(), mark).is_ok()
}

/// Returns the SHA-256 of a text.
pub(crate) fn sha256(text: &str) -> Vec<u8> {
    digest::digest(&digest::SHA256, text.as_bytes())
        .as_ref()
        .to_vec()
}

#[cfg(test)]
mod tests {
    use ring::rsa::PublicKeyComponents;
    use ring::signature::{RSA_PKCS1_2048_8192_SHA256, RsaKeyPair};

    use super::{PRIVATE, is_ours, is_sealed, modulus_and_exponent, seal, sign};

    #[test]
    fn a_signature_fits_its_text_only_and_is_the_same_each_time() {
        let signature = sign("a");
        assert_eq!(signature.len(), 256);
        assert_eq!(signature, sign("a"));
        assert!(is_ours("a", &signature));
        assert!(!is_ours("b", &signature));
        assert!(!is_ours("a", &[]));
    }

    #[test]
    fn the_public_half_is_that_of_the_key() {
        let (n, e) = modulus_and_exponent();
        assert!(RsaKeyPair::from_der(PRIVATE).is_ok());
        assert_eq!((n.len(), e), (256, &[1, 0, 1][..]));
        let key = PublicKeyComponents { n, e };
        let verified = key.verify(&RSA_PKCS1_2048_8192_SHA256, b"a", &sign("a"));
        assert!(verified.is_ok());
    }

    #[test]
    fn a_seal_fits_its_text_only() {
        assert!(is_sealed("a", &seal("a")));
        assert!(!is_sealed("b", &seal("a")));
        assert!(!is_sealed("a", &[]));
    }
}
