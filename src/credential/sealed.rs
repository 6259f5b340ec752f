//! Secrets as they are in files: on Windows encrypted by the system (DPAPI), so that only this user of this machine can
//! open them, whoever copies the file; elsewhere as they are, in files that only their owner can read. Who reads and
//! writes the files: `login/store`, `cache/store`; who may read them: `private_file`.

use super::private_file::PrivateFileError;

/// Seals what is written.
#[cfg(windows)]
pub(super) fn seal(bytes: Vec<u8>) -> Result<Vec<u8>, PrivateFileError> {
    windows_dpapi::encrypt_data(&bytes, windows_dpapi::Scope::User, None)
        .map_err(|_| PrivateFileError::Unsealable)
}

/// How everything begins that DPAPI has sealed: its version.
#[cfg(windows)]
const SEAL: [u8; 4] = [1, 0, 0, 0];

/// Opens what was read. What has no seal is what an earlier version wrote, or damaged.
#[cfg(windows)]
pub(super) fn open(bytes: Vec<u8>) -> Result<Vec<u8>, PrivateFileError> {
    if !bytes.starts_with(&SEAL) {
        return Ok(bytes);
    }
    windows_dpapi::decrypt_data(&bytes, windows_dpapi::Scope::User, None)
        .map_err(|_| PrivateFileError::Sealed)
}

#[cfg(not(windows))]
#[expect(
    clippy::unnecessary_wraps,
    reason = "it has the shape of the other one"
)]
pub(super) fn seal(bytes: Vec<u8>) -> Result<Vec<u8>, PrivateFileError> {
    Ok(bytes)
}

#[cfg(not(windows))]
#[expect(
    clippy::unnecessary_wraps,
    reason = "it has the shape of the other one"
)]
pub(super) fn open(bytes: Vec<u8>) -> Result<Vec<u8>, PrivateFileError> {
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::{open, seal};

    #[test]
    fn what_was_sealed_is_opened() {
        let text = br#"{"v":1,"refresh_token":"s3cret"}"#;
        let sealed = seal(text.to_vec()).unwrap();
        let holds_it = sealed.windows(6).any(|part| part == b"s3cret");
        assert_eq!(holds_it, cfg!(not(windows)));
        assert_eq!(open(sealed).unwrap(), text);
        assert_eq!(open(text.to_vec()).unwrap(), text, "without a seal");
        assert_eq!(open(Vec::new()).unwrap(), b"");
    }

    #[cfg(windows)]
    #[test]
    fn what_another_has_sealed_is_not_opened() {
        use crate::credential::private_file::PrivateFileError;

        let foreign = b"\x01\0\0\0foreign".to_vec();
        assert_eq!(open(foreign), Err(PrivateFileError::Sealed));
    }
}
