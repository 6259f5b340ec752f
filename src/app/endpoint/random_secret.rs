//! The secret of an endpoint. Who compares it: `endpoint`.

use ring::rand::{SecureRandom as _, SystemRandom};

use crate::azure::Secret;
use crate::error::Error;

/// Makes a secret: 256 random bits, in hexadecimal digits.
pub(crate) fn random_secret() -> Result<Secret, Error> {
    let mut bytes = [0_u8; 32];
    let filled = SystemRandom::new().fill(&mut bytes);
    filled.map_err(|_| Error::NoRandomness)?;
    let digits = bytes.iter().map(|byte| format!("{byte:02x}"));
    Ok(Secret::new(digits.collect::<String>()))
}
