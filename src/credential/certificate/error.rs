//! Why a certificate cannot be used to sign in. The words that help are in `error/`.

use std::time::SystemTime;

/// What is wrong with a certificate or with the key that belongs to it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CertificateError {
    /// There is no certificate in the file.
    #[error("it holds no certificate")]
    NoCertificate,
    /// There is no private key in the file.
    #[error("it holds no private key")]
    NoKey,
    /// The private key is another one's.
    #[error("its private key does not belong to its certificate")]
    ForeignKey,
    /// The key is of a kind that Entra takes no signature of.
    #[error("its key is of the kind {kind}; Microsoft Entra accepts RSA only")]
    Kind {
        /// The kind, as it is called.
        kind: &'static str,
    },
    /// The key is RSA, and cannot be used all the same.
    #[error("its private key cannot be used: {reason}")]
    Key {
        /// Why, in the words of the library.
        reason: String,
    },
    /// The file is encrypted, and no password was given.
    #[error("it is encrypted, and there is no password")]
    PasswordNeeded,
    /// The password is not the right one.
    #[error("the password does not open it")]
    WrongPassword,
    /// The file is encrypted in a way that cannot be undone here.
    #[error("it is encrypted by {algorithm}, which is not supported")]
    Encryption {
        /// The way.
        algorithm: String,
    },
    /// The file is in none of the known forms, or damaged.
    #[error("it is {what}")]
    Malformed {
        /// What is wrong, as it follows "it is".
        what: &'static str,
    },
    /// The file holds another certificate than it did when it signed in.
    #[error("it holds another certificate than the one that signed in ({found}, not {known})")]
    Another {
        /// The thumbprint that was kept.
        known: String,
        /// That of the certificate in the file.
        found: String,
    },
    /// The certificate has ended.
    #[error("the certificate expired on {}", httpdate::fmt_http_date(*since))]
    Expired {
        /// When it ended.
        since: SystemTime,
    },
    /// The certificate does not count yet.
    #[error("the certificate is not valid before {}", httpdate::fmt_http_date(*from))]
    NotYetValid {
        /// When it begins.
        from: SystemTime,
    },
}
