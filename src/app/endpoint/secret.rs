//! The secret of a token endpoint: 256 bits that nobody can guess. Shows it to nobody.

use ring::rand::{SecureRandom as _, SystemRandom};

use crate::azure::Secret;
use crate::error::Error;

/// Makes a secret, in hexadecimal digits.
pub(super) fn random() -> Result<Secret, Error> {
    let mut bytes = [0_u8; 32];
    let filled = SystemRandom::new().fill(&mut bytes);
    filled.map_err(|_| Error::NoRandomness)?;
    let digits = bytes.iter().map(|byte| format!("{byte:02x}"));
    Ok(Secret::new(digits.collect::<String>()))
}
