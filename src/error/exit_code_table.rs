//! The table of exit codes: one `match` that a new error must be added to.

use http::StatusCode;

use super::{Error, ExitCode, SubscriptionError, Unasked, WildcardError};
use crate::azure::{CloudError, UrlError, UrlErrorKind};
use crate::credential::{
    PrivateFileError, SignInError, SourceError, SourceErrorKind, StoreErrorKind,
};
use crate::output::{self, WriteError};
use crate::transport::ErrorKind;
use crate::{cli, client, credential, plan, query, transport};

impl Error {
    /// Returns the exit code.
    pub fn exit_code(&self) -> ExitCode {
        match self {
            Self::Usage(cli::Error::Display { .. }) => ExitCode::Done,
            Self::Write(error) => of_write(error),
            Self::Usage(cli::Error::Usage { .. })
            | Self::Audience { .. }
            | Self::EmptyStdin
            | Self::NoSecret { .. }
            | Self::NoTenant
            | Self::Ids(_)
            | Self::Listing(_)
            | Self::ClaimsChallenge
            | Self::Wildcard(WildcardError::AmongIds { .. })
            | Self::Name(_)
            | Self::Variable { .. } => ExitCode::Usage,
            Self::Plan(error) => of_plan(error),
            Self::Credential(error) => of_credential(error),
            Self::Client(error) => of_client(error),
            Self::Service(error) => of_status(error.status),
            Self::Transport(error) => of_transport(error),
            Self::Json(_)
            | Self::NotJson { .. }
            | Self::NotText
            | Self::WebPage(client::WebPage {
                is_sign_in: false, ..
            })
            | Self::NoState { .. }
            | Self::Stateless
            | Self::Unfinished { .. }
            | Self::TooLargeToJudge { .. }
            | Self::Page(_)
            | Self::Link(_)
            | Self::Monitor(_)
            | Self::Wildcard(
                WildcardError::NotAllListed { .. }
                | WildcardError::UnusableName { .. }
                | WildcardError::LargeItem,
            ) => ExitCode::Incomplete,
            Self::Operation(_) => ExitCode::OperationFailed,
            Self::UnfinishedIds(unfinished) => unfinished.worst,
            Self::UnfinishedLists(unfinished) => unfinished.code,
            Self::Cloud(error) | Self::CloudOfAzureCli(error) => of_cloud(error),
            Self::Serve(fault) => fault.exit_code(),
            Self::Helper(error) => error.exit_code(),
            Self::Resource(error) => error.exit_code(),
            Self::Access(error) => error.exit_code(),
            Self::Preference(error) => error.exit_code(),
            Self::Subscription(error) => of_subscription(error),
            Self::NotConfirmed
            | Self::CannotConfirm { .. }
            | Self::Guard(_)
            | Self::NotAsked(Unasked::Deletion) => ExitCode::Refused,
            Self::Refused(refusal) => of_refusal(refusal),
            Self::Query(error) | Self::Answer(output::Error::Query(error)) => of_query(error),
            Self::Answer(
                output::Error::TooLarge { .. }
                | output::Error::TableTooLarge { .. }
                | output::Error::TooMuchToSort { .. }
                | output::Error::NoRoom { .. }
                | output::Error::TrailerTooLarge,
            )
            | Self::Input { .. }
            | Self::NoSuchFile { .. }
            | Self::InputTooLarge { .. }
            | Self::BinaryAnswer { .. }
            | Self::Certificate(_)
            | Self::Folder { .. }
            | Self::Schema(_)
            | Self::NoStateFolder
            | Self::TooManyIds { .. }
            | Self::OpaqueToken
            | Self::NoPort { .. }
            | Self::Runtime { .. }
            | Self::Worker { .. }
            | Self::NoRandomness => ExitCode::Local,
            Self::WebPage(client::WebPage {
                is_sign_in: true, ..
            })
            | Self::SignedOut
            | Self::NotAsked(Unasked::SignIn | Unasked::Secret { .. })
            | Self::NoActiveAccount { .. } => ExitCode::SignIn,
            Self::NothingFound
            | Self::UnknownType { .. }
            | Self::NoBody { .. }
            | Self::NoMember { .. } => ExitCode::NothingFound,
            Self::Interrupted => ExitCode::Interrupted,
        }
    }
}

fn of_subscription(error: &SubscriptionError) -> ExitCode {
    match error {
        SubscriptionError::NotChosen { .. }
        | SubscriptionError::NotOfGroup { .. }
        | SubscriptionError::NoneOfAzureCli
        | SubscriptionError::Unknown { .. } => ExitCode::Usage,
        SubscriptionError::NoneSeen => ExitCode::SignIn,
    }
}

fn of_write(error: &WriteError) -> ExitCode {
    match error {
        WriteError::ClosedPipe => ExitCode::Done,
        WriteError::TimedOut {
            has_begun: true, ..
        } => ExitCode::Incomplete,
        WriteError::TimedOut {
            has_begun: false, ..
        } => ExitCode::TimedOut,
        WriteError::Failed { .. } | WriteError::Refused { .. } | WriteError::TooLarge { .. } => {
            ExitCode::Local
        }
    }
}

fn of_plan(error: &plan::Error) -> ExitCode {
    if matches!(
        error,
        plan::Error::Named(plan::named::Error::NotFound { .. })
    ) {
        // It is what the service would have said of the ID.
        return ExitCode::Client;
    }
    match error.kind() {
        plan::ErrorKind::Usage => ExitCode::Usage,
        plan::ErrorKind::Unsafe => ExitCode::Refused,
    }
}

fn of_query(error: &query::Error) -> ExitCode {
    match error {
        query::Error::Syntax { .. }
        | query::Error::Member { .. }
        | query::Error::Several { .. } => ExitCode::Usage,
        query::Error::Mismatch { .. }
        | query::Error::Malformed { .. }
        | query::Error::TooDeep { .. } => ExitCode::Incomplete,
    }
}

fn of_client(error: &client::Error) -> ExitCode {
    match error {
        client::Error::Refused(refusal) => of_refusal(refusal),
        client::Error::Guard(_) => ExitCode::Refused,
        client::Error::Credential(error) => of_credential(error),
        client::Error::ClaimsNeeded(_) | client::Error::UnusableToken => ExitCode::SignIn,
        client::Error::Transport { error, .. } => of_transport(error),
        client::Error::Redirect { .. } | client::Error::TooManyRedirects { .. } => {
            ExitCode::Redirect
        }
        client::Error::TimedOut { .. } => ExitCode::TimedOut,
        client::Error::PartialContent => ExitCode::Incomplete,
    }
}

fn of_refusal(refusal: &UrlError) -> ExitCode {
    match refusal.kind() {
        UrlErrorKind::Malformed => ExitCode::Usage,
        UrlErrorKind::Unsafe => ExitCode::Refused,
    }
}

fn of_cloud(error: &CloudError) -> ExitCode {
    match error {
        CloudError::ForeignAuthority { .. } | CloudError::ForeignAudience { .. } => {
            ExitCode::Refused
        }
        CloudError::Unknown { .. }
        | CloudError::Syntax { .. }
        | CloudError::Metadata { .. }
        | CloudError::Missing { .. }
        | CloudError::Endpoint { .. }
        | CloudError::NotHttps { .. }
        | CloudError::Suffix { .. } => ExitCode::Usage,
    }
}

fn of_credential(error: &credential::Error) -> ExitCode {
    match error {
        credential::Error::UnsafeEndpoint { .. } | credential::Error::ForeignToken => {
            ExitCode::Refused
        }
        credential::Error::Setting { .. } => ExitCode::Usage,
        credential::Error::Store(error) => of_store(&error.kind),
        credential::Error::SignIn(fault) => match fault {
            SignInError::CodeExpired => ExitCode::TimedOut,
            SignInError::NoRandomness => ExitCode::Local,
            SignInError::Nonce
            | SignInError::ForeignIssuer
            | SignInError::ForeignTenant
            | SignInError::Ended
            | SignInError::Empty
            | SignInError::Incomplete
            | SignInError::ForeignClient => ExitCode::SignIn,
        },
        credential::Error::Source(SourceError {
            kind: SourceErrorKind::Unreachable { error },
            ..
        }) if matches!(error.kind, ErrorKind::ProxySetting(_)) => ExitCode::Usage,
        credential::Error::None { .. } | credential::Error::Source(_) => ExitCode::SignIn,
    }
}

fn of_store(fault: &StoreErrorKind) -> ExitCode {
    match fault {
        StoreErrorKind::File(PrivateFileError::System(_)) => ExitCode::Local,
        StoreErrorKind::File(_) | StoreErrorKind::Malformed | StoreErrorKind::Newer { .. } => {
            ExitCode::SignIn
        }
    }
}

fn of_transport(error: &transport::Error) -> ExitCode {
    match error.kind {
        ErrorKind::Body | ErrorKind::Coding => ExitCode::Incomplete,
        ErrorKind::State => ExitCode::Local,
        ErrorKind::ProxySetting(_) => ExitCode::Usage,
        ErrorKind::ReadTimeout => ExitCode::TimedOut,
        ErrorKind::Dns
        | ErrorKind::Refused
        | ErrorKind::Connect
        | ErrorKind::ConnectTimeout
        | ErrorKind::OpenFiles
        | ErrorKind::Proxy(_)
        | ErrorKind::Tls(_)
        | ErrorKind::NotProcessed
        | ErrorKind::Http1Required
        | ErrorKind::Lost
        | ErrorKind::Malformed => ExitCode::Network,
    }
}

/// A status of no class, or one that is not the last, is the server's fault (RFC 9110 15).
fn of_status(status: StatusCode) -> ExitCode {
    match status.as_u16() {
        300..=399 => ExitCode::Redirect,
        ..=199 | 500.. => ExitCode::Server,
        _ => ExitCode::Client,
    }
}
