//! Base64 with the URL alphabet and without padding (RFC 4648 section 5), in one call.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// Returns the text of the bytes, without padding.
pub(crate) fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Returns the bytes of the text, or `None` if it is not unpadded base64url. Bits that a last
/// character carries beyond the last byte must be zero, so that each value has one spelling.
pub(crate) fn decode(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}

#[cfg(test)]
mod tests {
    use super::{decode, encode};

    #[track_caller]
    fn check(bytes: &[u8], text: &str) {
        assert_eq!(encode(bytes), text);
        assert_eq!(decode(text).as_deref(), Some(bytes));
    }

    #[test]
    fn round_trips() {
        check(b"", "");
        check(b"f", "Zg");
        check(b"fo", "Zm8");
        check(b"foo", "Zm9v");
        check(b"foob", "Zm9vYg");
        check(&[0xff, 0xef, 0xfe], "_-_-");
        check(&[0, 0, 0, 0], "AAAAAA");
    }

    #[test]
    fn refuses_what_is_not_base64url() {
        for text in ["Z", "Zg==", "Zm9v+", "Zm 9", "Zh", "Zm9vé", "ZZZZZ"] {
            assert_eq!(decode(text), None, "{text}");
        }
    }
}
