//! The one rule of `--read-only`: which requests may leave. What a request does: `request_class`.

use http::Method;

use super::class::RequestClass;
use super::request_class::OutgoingRequest;

/// What a run may send.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Guard {
    /// Everything.
    #[default]
    Open,
    /// What reads.
    ReadOnly {
        /// Whether it may read secrets.
        secrets: SecretReads,
        /// Who said so.
        source: GuardSource,
    },
}

/// Whether a run that may only read may read secrets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecretReads {
    /// With `--allow-secrets`.
    Allowed,
    /// Without.
    Refused,
}

/// Who said that a run may only read: the first of those that did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GuardSource {
    /// `--read-only`.
    Option,
    /// `ARMCLI_READ_ONLY`.
    Variable,
    /// `config.toml`: its defaults, or a profile.
    Settings,
}

/// Why something is not done.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{kind}: this run may only read")]
pub struct GuardError {
    /// What it is.
    pub kind: GuardErrorKind,
    /// Who said that the run may only read.
    pub set_by: GuardSource,
}

/// What a run that may only read does not do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GuardErrorKind {
    /// It writes, or may.
    #[error("refused to send a {0}")]
    Write(Method),
    /// It gives a secret.
    #[error("refused a request that gives a secret away")]
    Secret,
    /// The command hands out tokens, with which anything can be sent.
    #[error("refused to hand out a token")]
    Token,
    /// The command ends with a write.
    #[error("refused to edit")]
    Edit,
    /// The setting that keeps runs from writing would be lifted.
    #[error("refused to lift `read-only`")]
    Lift,
    /// A client would be let write.
    #[error("refused `--allow-writes`")]
    AllowWrites,
}

impl Guard {
    /// Decides whether a request may leave. Whatever a run sends passes here.
    ///
    /// # Errors
    /// It does more than the run may.
    pub fn check(self, request: OutgoingRequest<'_>) -> Result<(), GuardError> {
        let Self::ReadOnly { secrets, source } = self else {
            return Ok(());
        };
        let kind = match (request.class(), secrets) {
            (RequestClass::Read, _) | (RequestClass::SecretRead, SecretReads::Allowed) => {
                return Ok(());
            }
            (RequestClass::SecretRead, SecretReads::Refused) => GuardErrorKind::Secret,
            (RequestClass::SecretWrite | RequestClass::Write, _) => {
                GuardErrorKind::Write(request.method.clone())
            }
        };
        Err(GuardError {
            kind,
            set_by: source,
        })
    }

    /// Decides whether a token may be handed to a person or a program, who could send anything with it.
    ///
    /// # Errors
    /// The run may only read.
    pub fn check_handing_out_tokens(self) -> Result<(), GuardError> {
        self.check_open(GuardErrorKind::Token)
    }

    /// Decides whether somebody may begin to edit what could not be sent.
    ///
    /// # Errors
    /// The run may only read.
    pub fn check_editing(self) -> Result<(), GuardError> {
        self.check_open(GuardErrorKind::Edit)
    }

    /// Decides whether the settings may say that later runs write.
    ///
    /// # Errors
    /// The run may only read.
    pub fn check_lifting(self) -> Result<(), GuardError> {
        self.check_open(GuardErrorKind::Lift)
    }

    /// Decides whether a client may be let write.
    ///
    /// # Errors
    /// The run may only read.
    pub fn check_allowing_writes(self) -> Result<(), GuardError> {
        self.check_open(GuardErrorKind::AllowWrites)
    }

    fn check_open(self, kind: GuardErrorKind) -> Result<(), GuardError> {
        match self {
            Self::Open => Ok(()),
            Self::ReadOnly { source, .. } => Err(GuardError {
                kind,
                set_by: source,
            }),
        }
    }
}
