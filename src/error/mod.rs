//! What can go wrong, summed. The exit code of each is in `exit_code`, its words are in `message`.
//! Prints nothing.

mod access_hint;
mod claims;
mod context;
mod every;
mod exit_code;
mod failure;
mod known;
mod login;
mod many;
mod message;
mod name;
mod no_token;
mod serve;
mod service;
mod service_hint;
#[cfg(test)]
mod service_hint_tests;
mod sign_in;
mod source;

use std::path::PathBuf;

use crate::azure::{CloudError, InvalidAudience, Refusal};
use crate::client::{
    self, BadEnd, LinkRefusal, ListError, MonitorRefusal, PageError, RequestError, ServiceError,
};
use crate::output::{self, WriteError};
use crate::serve::CertificateError;
use crate::{cli, credential, json, plan, query, transport};

pub use context::{
    Context, HintContext, InFlight, Incomplete, Operation, OperationState, Remainder, Resume,
    Signature,
};
pub use every::{EveryFailure, EveryFault};
pub use exit_code::ExitCode;
pub use failure::Failure;
pub use known::KnownFault;
pub use many::{ManyFailure, Stop};
pub use name::NameFault;
pub use serve::ServeFault;

/// Anything that ends a run.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The command line.
    #[error(transparent)]
    Usage(#[from] cli::Error),
    /// The request cannot be planned.
    #[error(transparent)]
    Plan(#[from] plan::Error),
    /// There is no such list.
    #[error(transparent)]
    Listing(#[from] plan::listing::Error),
    /// There is no such cloud.
    #[error(transparent)]
    Cloud(#[from] CloudError),
    /// The query.
    #[error(transparent)]
    Query(#[from] query::Error),
    /// What was given for an audience is none.
    #[error("`{text}` is no audience: {error}")]
    Audience {
        /// What was given.
        text: String,
        /// Why.
        error: InvalidAudience,
    },
    /// An address of a setting must not be asked.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// A file that an argument names cannot be read.
    #[error("cannot read {name}: {message}")]
    Input {
        /// The file, or stdin.
        name: String,
        /// What the system said.
        message: String,
    },
    /// `-` was given, and there was nothing to read.
    #[error("standard input is empty")]
    EmptyStdin,
    /// A variable holds a value that cannot be used.
    #[error("the variable `{name}` cannot be used: {message}")]
    Variable {
        /// The variable.
        name: String,
        /// What is wrong.
        message: String,
    },
    /// A token whose claims cannot be read.
    #[error("the token is no JWT: it has no claims to show")]
    OpaqueToken,
    /// No token.
    #[error(transparent)]
    Credential(#[from] credential::Error),
    /// No answer.
    #[error(transparent)]
    Client(#[from] client::Error),
    /// An answer that is an error.
    #[error("{}", service::summary_of(_0))]
    Service(Box<ServiceError>),
    /// Below HTTP.
    #[error(transparent)]
    Transport(#[from] transport::Error),
    /// The body is not JSON.
    #[error(transparent)]
    Json(#[from] json::Error),
    /// A query was to run on something else than JSON.
    #[error("the answer is {}, not JSON: the query cannot run on it", content_type.as_deref().unwrap_or("of no known type"))]
    NotJson {
        /// The type that the service names.
        content_type: Option<String>,
    },
    /// A page that is not what it should be.
    #[error(transparent)]
    Page(#[from] PageError),
    /// A link that is not followed.
    #[error(transparent)]
    Link(LinkRefusal),
    /// A status monitor answered with something else than a state.
    #[error("the answer about the operation is no JSON that can be read ({})", content_type.as_deref().unwrap_or("of no known type"))]
    NoState {
        /// The type that the service names.
        content_type: Option<String>,
    },
    /// An operation whose address is not asked.
    #[error(transparent)]
    Monitor(MonitorRefusal),
    /// An operation that ended without success.
    #[error("{}", words_of_operation(_0))]
    Operation(Box<OperationFailure>),
    /// The answer cannot be made.
    #[error(transparent)]
    Answer(#[from] output::Error),
    /// The answer cannot be written.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// A certificate.
    #[error(transparent)]
    Certificate(#[from] CertificateError),
    /// A server, or the command that it is for.
    #[error(transparent)]
    Serve(#[from] ServeFault),
    /// The user's settings, or the types that are known.
    #[error(transparent)]
    Known(#[from] KnownFault),
    /// A folder or file of this program.
    #[error("cannot use `{}`: {message}", path.display())]
    Folder {
        /// The path.
        path: PathBuf,
        /// What the system said.
        message: String,
    },
    /// There is no home folder, and something must be kept.
    #[error("there is no folder to keep anything in")]
    NoStateFolder,
    /// No port can be opened for the answer to a sign-in.
    #[error("cannot open a port on this machine for the answer to the sign-in: {message}")]
    NoPort {
        /// What the system said.
        message: String,
    },
    /// What was given for a challenge is none.
    #[error("`--claims-challenge` is no base64 of a JSON object")]
    ClaimsChallenge,
    /// An application signs in, and nothing proves that it may.
    #[error("nothing proves the application: there is no terminal to ask for {what} on")]
    NoSecret {
        /// What is missing.
        what: &'static str,
        /// The option that reads it from standard input.
        option: &'static str,
    },
    /// An application signs in to a tenant of its own, which only the user knows.
    #[error("an application signs in to one tenant: `--tenant` is missing")]
    NoTenant,
    /// A command needs an account, and nobody has signed in.
    #[error("nobody is signed in with `arm login`")]
    SignedOut,
    /// A command needs an account, and which one is not said.
    #[error("no account is active")]
    NoActiveAccount {
        /// Those that are signed in.
        accounts: Vec<String>,
    },
    /// A name that means nothing, or too much.
    #[error(transparent)]
    Name(NameFault),
    /// `--exit-status` and nothing was found.
    #[error("the query found nothing")]
    NothingFound,
    /// The machine did not give what a process needs.
    #[error("cannot start: {message}")]
    Start {
        /// What the system said.
        message: String,
    },
    /// An answer that is no text, where it would stand in a line of JSON.
    #[error("the answer is no text: ask for it alone, with `-O FILE`")]
    NotText,
    /// The IDs on standard input.
    #[error(transparent)]
    Ids(#[from] plan::ids::Error),
    /// More IDs than may be kept.
    #[error("standard input holds more than {limit} bytes")]
    TooManyIds {
        /// The limit, in bytes.
        limit: u64,
    },
    /// Many requests, not all of which were done.
    #[error("{}", many::words_of(_0))]
    Many(Box<ManyFailure>),
    /// Many of a pattern, not all of which have answered.
    #[error("{}", every::words_of(_0))]
    Every(Box<EveryFailure>),
    /// What a `*` makes impossible.
    #[error(transparent)]
    EveryFault(#[from] EveryFault),
    /// The user did not say yes, or could not be asked.
    #[error("{}", if *was_asked { "not confirmed: nothing was sent" } else { "refused to delete many resources without a confirmation" })]
    NotConfirmed {
        /// Whether the user was asked.
        was_asked: bool,
    },
    /// Ctrl-C.
    #[error("interrupted")]
    Interrupted,
}

impl Error {
    /// Tells whether the answer cannot be made or written on this machine.
    pub fn is_of_this_machine(&self) -> bool {
        matches!(self, Self::Write(_) | Self::Answer(_))
    }
}

impl From<ListError> for Error {
    fn from(error: ListError) -> Self {
        match error {
            ListError::Request(error) => error.into(),
            ListError::Json(error) => Self::Json(error),
            ListError::Link(refusal) => Self::Link(refusal),
            ListError::Page(error) => Self::Page(error),
        }
    }
}

impl From<RequestError> for Error {
    fn from(error: RequestError) -> Self {
        match error {
            RequestError::Client(error) => Self::Client(error),
            RequestError::Service(error) => Self::Service(error),
        }
    }
}

/// An operation that ended without success.
#[derive(Debug, Clone)]
pub struct OperationFailure {
    /// How it ended.
    pub end: BadEnd,
    /// The answer that said so, read as an error.
    pub error: ServiceError,
}

fn words_of_operation(failure: &OperationFailure) -> String {
    if failure.error.detail.is_some() {
        return service::summary_of(&failure.error);
    }
    match failure.end {
        BadEnd::Failed => "the operation failed, and nothing says why".to_owned(),
        BadEnd::Canceled => "the operation was canceled".to_owned(),
    }
}
