//! An assertion from outside, in a variable or in a file that is renewed. The authority verifies
//! it; assertions signed here: `certificate/signing`.

use std::path::PathBuf;

use super::{Error, Source, SourceErrorKind, key_file};
use crate::azure::Secret;

/// Where an assertion is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Assertion {
    /// In a variable.
    Given {
        /// The variable.
        setting: &'static str,
        /// Its value.
        token: Secret,
    },
    /// In a file. Kubernetes renews it every hour, so that it is read for each token.
    File {
        /// The file.
        path: PathBuf,
    },
}

impl Assertion {
    /// Reads the assertion.
    ///
    /// # Errors
    /// [`SourceErrorKind::File`] or [`Error::Setting`] if there is no JWT.
    pub(super) fn read(&self, source: Source) -> Result<Secret, Error> {
        match self {
            Self::Given { setting, token } => {
                jwt_of(token.expose()).ok_or_else(|| Error::Setting {
                    setting,
                    message: "it is not a JWT".to_owned(),
                })
            }
            Self::File { path } => {
                let failed = |message: String| {
                    SourceErrorKind::File {
                        path: path.display().to_string(),
                        message,
                    }
                    .of(source)
                };
                let file = key_file::read(path).map_err(failed)?;
                let text = std::str::from_utf8(&file.bytes).ok();
                let token = text.and_then(jwt_of);
                token.ok_or_else(|| failed("it holds no JWT".to_owned()))
            }
        }
    }
}

/// Returns a text without the white space around it, if it has the three parts of a JWT.
pub(super) fn jwt_of(text: &str) -> Option<Secret> {
    let text = text.trim();
    let is_encoded = |part: &str| {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_=".contains(&byte);
        !part.is_empty() && part.bytes().all(plain)
    };
    (text.split('.').count() == 3 && text.split('.').all(is_encoded)).then(|| Secret::new(text))
}

#[cfg(test)]
mod tests {
    use super::{Assertion, jwt_of};
    use crate::credential::{Source, SourceErrorKind};

    #[test]
    fn tells_a_token_from_other_text() {
        for (text, good) in [
            ("eyJ.e30.c2ln", true),
            ("\n eyJ.e30.c2ln= \r\n", true),
            ("eyJ.e30.", false),
            ("eyJ.e30", false),
            ("a.b.c.d", false),
            ("a b.c.d", false),
            ("a.b\u{0}.c", false),
            ("", false),
        ] {
            assert_eq!(jwt_of(text).is_some(), good, "{text:?}");
        }
    }

    #[test]
    fn a_file_is_read_each_time() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("token");
        let assertion = Assertion::File { path: path.clone() };
        let read = || assertion.read(Source::WorkloadIdentity);
        assert!(
            matches!(read(), Err(error) if matches!(error.source_kind(), Some(SourceErrorKind::File { .. })))
        );
        for text in ["a.b.c", "d.e.f\n"] {
            std::fs::write(&path, text).unwrap();
            assert_eq!(read().unwrap().expose(), text.trim());
        }
        let too_large = vec![b'a'; (1 << 20) + 1];
        for bytes in [&b""[..], b"no token", &[0xff; 8], &too_large] {
            std::fs::write(&path, bytes).unwrap();
            assert!(
                matches!(read(), Err(error) if matches!(error.source_kind(), Some(SourceErrorKind::File { .. })))
            );
        }
        std::fs::remove_file(&path).unwrap();
        std::fs::create_dir(&path).unwrap();
        assert!(read().unwrap_err().to_string().contains("it is a folder"));
    }
}
