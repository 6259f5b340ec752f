//! Why a sign-in is not accepted, and why a file of the login store cannot be used. The words that help are in
//! `error/sign_in.rs`.

use std::path::PathBuf;

use crate::credential::private_file::PrivateFileError;

/// The version of the store's files that this program writes.
pub(super) const VERSION: u64 = 1;

/// Why a sign-in is not accepted, by this program's own judgement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SignInError {
    /// The token belongs to another sign-in.
    #[error("the tokens that came are not those of this sign-in (their `nonce` differs)")]
    Nonce,
    /// The answer holds neither a code nor an error.
    #[error("the answer that came to this machine has neither a code nor an error")]
    Empty,
    /// There is no refresh token, or no word about who signed in.
    #[error("the authority does not say who has signed in, or gives no refresh token")]
    Incomplete,
    /// The token says that it is for another application.
    #[error("the tokens that came are for another application")]
    ForeignClient,
    /// The token says that another authority has issued it.
    #[error("the tokens that came were issued by another authority than the one that was asked")]
    ForeignIssuer,
    /// The token is of another tenant than the named one.
    #[error("the tokens that came are of another tenant than the one that was named")]
    ForeignTenant,
    /// The token has ended by the clock of this machine.
    #[error("the tokens that came have expired by the clock of this machine")]
    Ended,
    /// The code for the device ran out before anybody used it.
    #[error("the code was not used in time")]
    CodeExpired,
    /// The system has no random numbers.
    #[error("the system gives no random numbers")]
    NoRandomness,
}

/// Why a file of the store cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("cannot use `{}`: {kind}", path.display())]
pub struct StoreError {
    /// The file or folder.
    pub path: PathBuf,
    /// What is wrong with it.
    pub kind: StoreErrorKind,
}

/// What is wrong with a file of the store.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreErrorKind {
    /// The file itself.
    #[error(transparent)]
    File(#[from] PrivateFileError),
    /// What is in it.
    #[error("it is truncated or altered: it holds no account")]
    Malformed,
    /// Another program has written it.
    #[error("a newer version of `arm` has written it (format {version}; this one knows {VERSION})")]
    Newer {
        /// The version that it names.
        version: u64,
    },
}
