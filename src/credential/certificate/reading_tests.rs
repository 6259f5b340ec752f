//! Certificates in the forms in which they come. How the files were made is in `tests/fixtures/certificates/README.md`.

use std::time::{Duration, SystemTime};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ring::signature::{RSA_PSS_2048_8192_SHA256, UnparsedPublicKey};
use serde_json::Value;

use super::{Certificate, CertificateError, CertificateHeader, pkcs12};
use crate::azure::Secret;

/// 2026-11-22.
fn now() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_795_305_600)
}

fn bytes(name: &str) -> Vec<u8> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/certificates/");
    std::fs::read(format!("{folder}{name}")).unwrap()
}

fn read(name: &str, password: Option<&str>) -> Result<Certificate, CertificateError> {
    let password = password.map(Secret::new);
    Certificate::read(
        &bytes(name),
        password.as_ref(),
        CertificateHeader::Thumbprint,
        now(),
    )
}

#[track_caller]
fn fails(name: &str, password: Option<&str>, words: &str) {
    let error = read(name, password).unwrap_err().to_string();
    assert_eq!(error, words, "{name}");
}

const PASSWORD: Option<&str> = Some("sandbox");

#[test]
fn reads_every_form_of_the_same_pair() {
    let thumbprint = read("pkcs8.pem", None).unwrap().thumbprint();
    for (name, password) in [
        ("pkcs1.pem", None),
        ("pkcs8.pem", PASSWORD),
        ("encrypted.pem", PASSWORD),
        ("encrypted-des3.pem", PASSWORD),
        ("modern.pfx", PASSWORD),
        ("aes128-sha512.pfx", PASSWORD),
        ("legacy.pfx", PASSWORD),
        ("no-password.pfx", None),
        ("plain.pfx", None),
    ] {
        let found = read(name, password).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(found.thumbprint(), thumbprint, "{name}");
    }
}

#[test]
fn says_what_is_wrong() {
    let encrypted = "it is encrypted, and there is no password";
    let wrong = "the password does not open it";
    for name in [
        "encrypted.pem",
        "modern.pfx",
        "legacy.pfx",
        "aes128-sha512.pfx",
    ] {
        fails(name, None, encrypted);
        fails(name, Some("wrong"), wrong);
        fails(name, Some("sandbox "), wrong);
    }
    fails("encrypted-des3.pem", Some("wrong"), wrong);
    fails(
        "openssl-older.pem",
        PASSWORD,
        "it is encrypted by OpenSSL's older way, which is not supported",
    );
    fails("certificate-only.pem", None, "it holds no private key");
    fails("key-only.pem", None, "it holds no certificate");
    fails(
        "foreign.pem",
        None,
        "its private key does not belong to its certificate",
    );
    fails(
        "elliptic-curve.pem",
        None,
        "its key is of the kind EC; Microsoft Entra accepts RSA only",
    );
    fails(
        "small.pem",
        None,
        "its private key cannot be used: TooSmall",
    );
    fails(
        "expired.pem",
        None,
        "the certificate expired on Fri, 01 Jan 2021 00:00:00 GMT",
    );
    let early = Certificate::read(
        &bytes("pkcs8.pem"),
        None,
        CertificateHeader::Thumbprint,
        SystemTime::UNIX_EPOCH,
    );
    assert_eq!(
        early.unwrap_err().to_string(),
        "the certificate is not valid before Wed, 01 Jan 2020 00:00:00 GMT"
    );
}

#[test]
fn other_files_are_not_certificates() {
    let pem = bytes("pkcs8.pem");
    let cut = &pem[..pem.len() - 30];
    let pfx = bytes("modern.pfx");
    for bytes in [
        &b"-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"[..],
        b"-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----\n",
        b"-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----\n",
        b"-----BEGIN CERTIFICATE-----\n%%%\n-----END CERTIFICATE-----\n",
        b"hello",
        b"\x30\x80",
        &[0xff; 300],
        cut,
        &pfx[..pfx.len() - 1],
    ] {
        let found = Certificate::read(
            bytes,
            Some(&Secret::new("sandbox")),
            CertificateHeader::Thumbprint,
            now(),
        );
        let error = found.unwrap_err();
        assert!(
            matches!(
                error,
                CertificateError::Malformed { .. } | CertificateError::NoCertificate
            ),
            "{error:?}"
        );
    }
}

#[test]
fn no_damage_makes_it_panic() {
    for name in ["plain.pfx", "legacy.pfx"] {
        let whole = bytes(name);
        for at in (0..whole.len()).step_by(3) {
            let mut damaged = whole.clone();
            damaged[at] ^= 0xff;
            // The number of repetitions may have become large: keep them out of the way.
            if name == "plain.pfx" || at < 30 {
                let _outcome = pkcs12::read(&damaged, None);
            }
            let _outcome = pkcs12::read(&whole[..at], None);
        }
    }
}

fn part(jwt: &str, index: usize) -> Value {
    let part = jwt.split('.').nth(index).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

#[test]
fn signs_as_entra_asks() {
    let certificate = read("modern.pfx", PASSWORD).unwrap();
    let endpoint = "https://login.microsoftonline.com/t/oauth2/v2.0/token";
    let signed = certificate.sign("c-1", endpoint, "id-1", now()).unwrap();
    let jwt = signed.expose();
    let head = part(jwt, 0);
    assert_eq!(head["alg"], "PS256");
    assert_eq!(head["typ"], "JWT");
    assert_eq!(head["x5t#S256"], certificate.thumbprint());
    assert_eq!(head.get("x5c"), None);
    let claims = part(jwt, 1);
    assert_eq!(
        claims,
        serde_json::json!({
            "aud": endpoint, "iss": "c-1", "sub": "c-1", "jti": "id-1",
            "nbf": 1_795_305_600_u64, "iat": 1_795_305_600_u64, "exp": 1_795_306_200_u64,
        })
    );
    let (text, signature) = jwt.rsplit_once('.').unwrap();
    let key = &certificate.chain[0].public_key;
    UnparsedPublicKey::new(&RSA_PSS_2048_8192_SHA256, key)
        .verify(text.as_bytes(), &URL_SAFE_NO_PAD.decode(signature).unwrap())
        .unwrap();
    assert!(!format!("{certificate:?}").contains("PRIVATE"));
}

#[test]
fn sends_the_chain_from_the_certificate_upwards() {
    let found =
        Certificate::read(&bytes("chain.pem"), None, CertificateHeader::Chain, now()).unwrap();
    let signed = found.sign("c", "a", "i", now()).unwrap();
    let sent = part(signed.expose(), 0)["x5c"].as_array().cloned().unwrap();
    assert_eq!(sent.len(), 2);
    for (sent, own) in sent.iter().zip(&found.chain) {
        assert_eq!(STANDARD.decode(sent.as_str().unwrap()).unwrap(), own.der);
    }
    assert_ne!(found.chain[0].public_key, found.chain[1].public_key);
}
