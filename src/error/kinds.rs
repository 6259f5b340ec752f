//! Every kind of error that ends a run, and its line. The number of each is in `exit_code_table`, what helps in
//! `message`.

use std::fmt;
use std::path::PathBuf;

use crate::azure::schema::SchemaError;
use crate::azure::{AudienceError, CloudError, GuardError, Shown, UrlError};
use crate::client::{
    self, BadEnd, ListError, MonitorError, NextLinkError, PageError, RequestError, ServiceError,
    WebPage,
};
use crate::output::{self, WriteError};
use crate::serve::CertificateError;
use crate::{cli, json, query, transport};

use super::PreferenceError;
use super::{
    AccessError, EditError, HelperError, LookError, NameError, PolicyTokenError, ResourceError,
    ServeError, SubscriptionError, UnfinishedIds, UnfinishedLists, WildcardError, fan_out, service,
};

/// Anything that ends a run.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The command line.
    #[error(transparent)]
    Usage(#[from] cli::Error),
    /// The request cannot be planned.
    #[error(transparent)]
    Plan(#[from] crate::plan::Error),
    /// There is no such list.
    #[error(transparent)]
    Listing(#[from] crate::plan::listing::Error),
    /// There is no such cloud.
    #[error(transparent)]
    Cloud(#[from] CloudError),
    /// What the run must not do.
    #[error(transparent)]
    Guard(#[from] GuardError),
    /// The query.
    #[error(transparent)]
    Query(#[from] query::Error),
    /// What was given for an audience is not one.
    #[error("`{text}` is not a valid audience: {error}")]
    Audience {
        /// What was given.
        text: String,
        /// Why.
        error: AudienceError,
    },
    /// An address of a setting must not be asked.
    #[error(transparent)]
    Refused(#[from] UrlError),
    /// A file that an argument names cannot be read.
    #[error("cannot read {name}: {message}")]
    Input {
        /// The file, or stdin.
        name: String,
        /// What the system said.
        message: String,
    },
    /// The file of an item does not exist: its name may be meant as text.
    #[error("cannot read {name}: {message}")]
    NoSuchFile {
        /// The file.
        name: String,
        /// What the system said.
        message: String,
        /// How the item is written whose value is the text.
        literal: String,
    },
    /// An answer that a terminal cannot show.
    #[error("the answer is {} and binary: it is not written to a terminal", content_type.as_deref().unwrap_or("of no named type"))]
    BinaryAnswer {
        /// The type that the service names.
        content_type: Option<String>,
    },
    /// What an argument names is larger than may be kept.
    #[error("cannot read {name}: it has more than {limit} bytes")]
    InputTooLarge {
        /// The file, or stdin.
        name: String,
        /// The limit, in bytes.
        limit: u64,
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
    #[error("the token is not a JWT: it has no claims to show")]
    OpaqueToken,
    /// No token.
    #[error(transparent)]
    Credential(#[from] crate::credential::Error),
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
    /// A page for people where a service answers with JSON.
    #[error("HTTP {}: {} came instead of the service's answer", _0.status.as_u16(), if _0.is_sign_in { "a sign-in page" } else { "a web page" })]
    WebPage(WebPage),
    /// A page that is not what it should be.
    #[error(transparent)]
    Page(#[from] PageError),
    /// A link that is not followed.
    #[error(transparent)]
    Link(NextLinkError),
    /// A status monitor answered with something else than a state.
    #[error("the answer about the operation cannot be read as JSON ({})", content_type.as_deref().unwrap_or("of no known type"))]
    NoState {
        /// The type that the service names.
        content_type: Option<String>,
    },
    /// A status monitor that answers, but not with a state.
    #[error("the answers about the operation have no state")]
    Stateless,
    /// A write that succeeded, and that the service has executed in part.
    #[error("the service has done a part of it, and waits for the request that continues")]
    Unfinished {
        /// The command that does.
        command: Shown,
    },
    /// The cloud that is set for the Azure CLI.
    #[error("the cloud that is set for the Azure CLI cannot be used: {0}")]
    CloudOfAzureCli(CloudError),
    /// A response that decides how a wait ends, and is too large for that.
    #[error("the answer is larger than {limit} bytes: its state cannot be judged")]
    TooLargeToJudge {
        /// The most bytes that are read for that.
        limit: usize,
    },
    /// An operation whose address is not asked.
    #[error(transparent)]
    Monitor(MonitorError),
    /// An operation that ended without success.
    #[error("{}", summary_of_operation(_0))]
    Operation(Box<FailedOperation>),
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
    Serve(#[from] ServeError),
    /// A credential helper.
    #[error(transparent)]
    Helper(#[from] HelperError),
    /// The user's settings.
    #[error(transparent)]
    Preference(#[from] PreferenceError),
    /// No resource type is like a pattern.
    #[error("no resource type matches `{pattern}`")]
    UnknownType {
        /// The pattern.
        pattern: String,
        /// Names of types that are near.
        nearest: Vec<&'static str>,
    },
    /// The built-in bodies cannot be read.
    #[error(transparent)]
    Schema(#[from] SchemaError),
    /// What the body of a type looks like is not known.
    #[error("no body is known for `{type_name}`")]
    NoBody {
        /// The type.
        type_name: String,
        /// Names of types that are near or belong to it, with bodies.
        nearest: Vec<String>,
    },
    /// A body has no such member.
    #[error("`{type_name}` has no member `{path}`")]
    NoMember {
        /// The type.
        type_name: String,
        /// The path up to what is not there.
        path: String,
        /// The path to a member that is near.
        nearest: Option<String>,
    },
    /// A folder or file of this program.
    #[error("cannot use `{}`: {message}", path.display())]
    Folder {
        /// The path.
        path: PathBuf,
        /// What the system said.
        message: String,
    },
    /// There is no home folder, and something must be kept.
    #[error("there is no folder to keep state in")]
    NoStateFolder,
    /// No port can be opened for the answer to a sign-in.
    #[error("cannot open a port on this machine for the answer to the sign-in: {message}")]
    NoPort {
        /// What the system said.
        message: String,
    },
    /// What was given for a challenge is not one.
    #[error("`--claims-challenge` is not base64 of a JSON object")]
    ClaimsChallenge,
    /// An application signs in, and nothing proves that it may.
    #[error("the application cannot sign in: there is no terminal to ask for {what} on")]
    NoSecret {
        /// What is missing.
        what: &'static str,
        /// The option that reads it from standard input.
        option: &'static str,
    },
    /// An application signs in to a tenant of its own, which only the user knows.
    #[error("an application signs in to one tenant: `--tenant` is missing")]
    NoTenant,
    /// A command needs an account, and no one has signed in.
    #[error("no one is signed in with `arm login`")]
    SignedOut,
    /// A command needs an account, and which one is not said.
    #[error("no account is active")]
    NoActiveAccount {
        /// Those that are signed in.
        accounts: Vec<String>,
    },
    /// It is not known which subscription is meant.
    #[error(transparent)]
    Subscription(#[from] SubscriptionError),
    /// A resource that cannot be compared or edited.
    #[error(transparent)]
    Resource(#[from] ResourceError),
    /// A name that means nothing, or too much.
    #[error(transparent)]
    Name(#[from] NameError),
    /// `--exit-status` and nothing was found.
    #[error("the query found nothing")]
    NothingFound,
    /// Something that may not be done.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// The machine did not give what a process needs.
    #[error("cannot start: {message}")]
    Runtime {
        /// What the system said.
        message: String,
    },
    /// A task of this program has ended without a result.
    #[error("a task of `arm` ended without a result: {message}")]
    Worker {
        /// How it ended.
        message: String,
    },
    /// The system gives no random bytes for a secret.
    #[error("the system gives no random bytes for a secret")]
    NoRandomness,
    /// An answer that is not text, if it would be in a line of JSON.
    #[error("the answer is not text: ask for it alone, with `-O FILE`")]
    NotText,
    /// The IDs on standard input.
    #[error(transparent)]
    Ids(#[from] crate::plan::ids::Error),
    /// More IDs than may be kept.
    #[error("standard input holds more than {limit} bytes")]
    TooManyIds {
        /// The limit, in bytes.
        limit: u64,
    },
    /// Many requests, not all of which were done.
    #[error("{}", fan_out::summary_of_ids(_0))]
    UnfinishedIds(Box<UnfinishedIds>),
    /// Many of a pattern, not all of which have answered.
    #[error("{}", fan_out::summary_of_lists(_0))]
    UnfinishedLists(Box<UnfinishedLists>),
    /// What a `*` makes impossible.
    #[error(transparent)]
    Wildcard(#[from] WildcardError),
    /// The user did not say yes.
    #[error("not confirmed: nothing was sent")]
    NotConfirmed,
    /// The user could not be asked.
    #[error("refused to {} without a confirmation", if *count == 1 { "send it" } else { "delete or change many resources" })]
    CannotConfirm {
        /// How many requests there are.
        count: usize,
    },
    /// A person would have to answer, and must not be asked.
    #[error("{0}, and `--no-input` lets no one be asked")]
    NotAsked(Unasked),
    /// Ctrl-C.
    #[error("interrupted")]
    Interrupted,
}

/// What only a person could have said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unasked {
    /// That something is deleted.
    Deletion,
    /// Who they are, in a browser.
    SignIn,
    /// A secret of an application.
    Secret {
        /// Which.
        what: &'static str,
        /// The option that reads it from standard input.
        option: &'static str,
    },
}

impl fmt::Display for Unasked {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Deletion => formatter.write_str("a deletion has to be confirmed"),
            Self::SignIn => formatter.write_str("a person has to sign in"),
            Self::Secret { what, .. } => write!(formatter, "{what} is missing"),
        }
    }
}

impl Error {
    /// Tells whether the answer cannot be made or written on this machine.
    pub fn is_of_this_machine(&self) -> bool {
        matches!(self, Self::Write(_) | Self::Answer(_))
    }
}

impl From<LookError> for Error {
    fn from(error: LookError) -> Self {
        Self::Access(error.into())
    }
}

impl From<PolicyTokenError> for Error {
    fn from(error: PolicyTokenError) -> Self {
        Self::Access(error.into())
    }
}

impl From<EditError> for Error {
    fn from(error: EditError) -> Self {
        Self::Resource(error.into())
    }
}

impl From<ListError> for Error {
    fn from(error: ListError) -> Self {
        match error {
            ListError::Request(error) => error.into(),
            ListError::Json(error) => Self::Json(error),
            ListError::Link(error) => Self::Link(error),
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
pub struct FailedOperation {
    /// How it ended.
    pub end: BadEnd,
    /// The answer that said so, read as an error.
    pub error: ServiceError,
}

fn summary_of_operation(failure: &FailedOperation) -> String {
    if failure.error.detail.is_some() {
        return service::summary_of(&failure.error);
    }
    match failure.end {
        BadEnd::Failed => "the operation failed, and nothing says why".to_owned(),
        BadEnd::Canceled => "the operation was canceled".to_owned(),
    }
}
