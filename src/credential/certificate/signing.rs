//! The assertion that a certificate signs: a JWT by which an application says who it is (RFC 7523
//! 3). Its names and times come in as arguments.

use std::time::{Duration, SystemTime};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ring::rand::SystemRandom;
use ring::signature::RSA_PSS_SHA256;
use serde_json::json;

use super::{Certificate, CertificateHeader};
use crate::azure::Secret;

/// How long an assertion counts. It is used at once.
const LIFETIME: Duration = Duration::from_secs(10 * 60);

impl Certificate {
    /// Signs an assertion of `client_id` for `audience`, the address of the token endpoint. Its signature is PS256, and
    /// the thumbprint in its head SHA-256, as Entra asks for since SHA-1 is no longer good. `None` if this machine has
    /// no random numbers.
    pub(in super::super) fn sign(
        &self,
        client_id: &str,
        audience: &str,
        id: &str,
        now: SystemTime,
    ) -> Option<Secret> {
        let mut head = json!({
            "alg": "PS256",
            "typ": "JWT",
            "x5t#S256": self.thumbprint(),
        });
        if self.header == CertificateHeader::Chain {
            let chain = self.chain.iter().map(|one| STANDARD.encode(&one.der));
            head["x5c"] = chain.collect();
        }
        let claims = json!({
            "aud": audience,
            "iss": client_id,
            "sub": client_id,
            "jti": id,
            "nbf": seconds(now),
            "iat": seconds(now),
            "exp": seconds(now + LIFETIME),
        });
        let signed = format!(
            "{}.{}",
            base64url(head.to_string().as_bytes()),
            base64url(claims.to_string().as_bytes())
        );
        let mut signature = vec![0; self.key.public().modulus_len()];
        let random = SystemRandom::new();
        let outcome = self
            .key
            .sign(&RSA_PSS_SHA256, &random, signed.as_bytes(), &mut signature);
        outcome.ok()?;
        Some(Secret::new(format!("{signed}.{}", base64url(&signature))))
    }
}

fn base64url(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn seconds(moment: SystemTime) -> u64 {
    moment
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default()
        .as_secs()
}
