//! Why a URL is not asked, or not asked with a token: facts. What helps: `plan::target::error`.

use crate::azure::url::origin::Origin;

/// A URL that is refused before anything is sent.
///
/// No variant holds user information or a query: both may be secrets.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UrlError {
    /// The text is not a URL.
    #[error("malformed URL: {reason}")]
    Malformed {
        /// What is wrong.
        reason: &'static str,
    },
    /// A scheme other than https and http.
    #[error("refused the scheme `{scheme}`")]
    Scheme {
        /// The scheme, in lower case.
        scheme: String,
    },
    /// Plain http to a host that is not this machine.
    #[error("refused plain http to `{host}`")]
    Insecure {
        /// The host.
        host: String,
    },
    /// A user name or password in front of the host.
    #[error("refused user information in front of the host `{host}`")]
    UserInfo {
        /// The host that would be asked.
        host: String,
    },
    /// A host that ends in a dot.
    #[error("refused the host `{host}`: it ends in a dot")]
    TrailingDot {
        /// The host.
        host: String,
    },
    /// A host that is written otherwise than it is read.
    #[error("refused the host `{written}`: it would be read as `{read}`")]
    DisguisedHost {
        /// The host as it was written, escaped.
        written: String,
        /// The host that would be asked.
        read: String,
    },
    /// The next hop is outside of what the token is for.
    #[error("refused to follow a link from `{from}` to `{to}`")]
    CrossOrigin {
        /// Where the first request went.
        from: Box<Origin>,
        /// Where the link points to.
        to: Box<Origin>,
    },
}

/// How a refusal counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UrlErrorKind {
    /// The text is not a URL: a matter of usage.
    Malformed,
    /// The URL is well-formed and dangerous.
    Unsafe,
}

impl UrlError {
    /// Returns how the refusal counts.
    pub fn kind(&self) -> UrlErrorKind {
        match self {
            Self::Malformed { .. } => UrlErrorKind::Malformed,
            Self::Scheme { .. }
            | Self::Insecure { .. }
            | Self::UserInfo { .. }
            | Self::TrailingDot { .. }
            | Self::DisguisedHost { .. }
            | Self::CrossOrigin { .. } => UrlErrorKind::Unsafe,
        }
    }
}
