//! The words of each error: facts below it, and the command that helps. Decides no exit code.

use super::claims::describe_claims;
use super::login::describe_accounts;
use super::no_token::describe_credential;
use super::serve::ServeFault;
use super::service::{describe_attempts, describe_page, describe_service, describe_source};
use super::{
    Error, Failure, HintContext, InFlight, Incomplete, Operation, OperationFailure, OperationState,
    Remainder, Resume,
};
use crate::azure::Shown;
use crate::client::{self, BadEnd, LinkRefusal, MonitorRefusal};
use crate::json;
use crate::output::shell::quoted;
use crate::output::{Fact, Message, WriteError};
use crate::query;
use crate::transport::{self, ErrorKind};
use crate::{azure, cli};

impl Failure {
    /// Returns the failure as it is shown.
    pub fn message(&self) -> Message {
        let mut message = self.error.message_in(&self.context.hints);
        message.summary = self.to_string().into();
        self.describe_context(&mut message);
        message
    }

    /// Adds what is known of the run, and how to go on.
    fn describe_context(&self, message: &mut Message) {
        let context = &self.context;
        if let Some(in_flight) = &context.in_flight {
            describe_in_flight(in_flight, message);
        }
        if let Some(operation) = &context.operation {
            describe_watched(operation, context.registering.is_some(), message);
        }
        if let Some(Incomplete { remainder, .. }) = &context.incomplete
            && !matches!(self.error, Error::Link(_))
        {
            describe_remainder(remainder, message);
        }
        if let Some(excerpts) = &context.query_excerpts {
            message.facts.insert(0, Fact::new("", excerpts));
        }
    }
}

impl Error {
    /// Returns the error as it is shown where nothing is known of a run.
    pub fn message(&self) -> Message {
        self.message_in(&HintContext::default())
    }

    fn message_in(&self, run: &HintContext) -> Message {
        let mut message = Message {
            summary: self.to_string().into(),
            ..Message::default()
        };
        self.describe(run, &mut message);
        message
    }

    /// Tells whether the exit code says all: nothing was found, or whoever ended the run knows.
    pub(super) fn is_quiet(&self) -> bool {
        matches!(
            self,
            Self::NothingFound
                | Self::Interrupted
                | Self::Serve(ServeFault::CommandEnded { .. })
                | Self::Write(WriteError::ClosedPipe)
        )
    }

    fn describe(&self, run: &HintContext, message: &mut Message) {
        match self {
            Self::Usage(error) => describe_usage(error, message),
            Self::Plan(error) => message.hints.extend(error.hint().map(Shown::from)),
            Self::Listing(error) => {
                for (name, value) in error.facts() {
                    fact(message, name, value);
                }
                message
                    .hints
                    .extend(error.hints(&run.options).into_iter().map(Shown::from));
            }
            Self::Cloud(error) => describe_cloud(error, message),
            Self::Query(error) | Self::Answer(crate::output::Error::Query(error)) => {
                describe_query(error, message);
            }
            Self::Credential(error) => describe_credential(error, message),
            Self::Client(error) => describe_client(error, message),
            Self::Service(error) => describe_service(error, run, message),
            Self::Transport(error) => describe_transport(error, message),
            Self::Json(error) => describe_json(error, message),
            Self::NotJson { .. } => hint(message, "leave `-q` out to print the answer as it is"),
            Self::Page(error) => describe_page(error, message),
            Self::Link(refusal) => describe_link(refusal, message),
            Self::Monitor(refusal) => describe_monitor(refusal, message),
            Self::Operation(failure) => describe_operation(failure, message),
            Self::Answer(
                crate::output::Error::TooLarge { .. } | crate::output::Error::TableTooLarge { .. },
            )
            | Self::TooManyIds { .. }
            | Self::Write(WriteError::TooLarge { .. }) => describe_size(self, message),
            Self::Serve(fault) => fault.describe(message),
            Self::Known(fault) => hint(message, &fault.hint()),
            Self::Ids(error) => message.hint(error.hint()),
            Self::Many(failure) => super::many::describe(failure, message),
            Self::Every(failure) => super::every::describe(failure, message),
            Self::EveryFault(fault) => hint(message, fault.hint()),
            Self::NotConfirmed { .. } => hint(
                message,
                "`--yes` deletes without asking; `-n` shows what would be sent",
            ),
            Self::Name(_)
            | Self::NoPort { .. }
            | Self::NoSecret { .. }
            | Self::NoTenant
            | Self::SignedOut
            | Self::NoActiveAccount { .. }
            | Self::ClaimsChallenge => describe_accounts(self, message),
            Self::NoStateFolder => hint(message, "set `HOME` or `XDG_STATE_HOME`"),
            Self::Input { .. }
            | Self::Audience { .. }
            | Self::Variable { .. }
            | Self::NotText
            | Self::NoState { .. }
            | Self::OpaqueToken
            | Self::EmptyStdin
            | Self::Refused(_)
            | Self::Answer(crate::output::Error::TrailerTooLarge)
            | Self::Write(WriteError::ClosedPipe | WriteError::Failed { .. })
            | Self::Certificate(_)
            | Self::Folder { .. }
            | Self::NothingFound
            | Self::Start { .. }
            | Self::Interrupted => {}
        }
    }
}

/// What is known of a request that has no answer.
fn describe_in_flight(in_flight: &InFlight, message: &mut Message) {
    match in_flight {
        InFlight::Sent { method, command } => {
            fact(
                message,
                "",
                format!("the {method} was sent, and may have been executed"),
            );
            hint(
                message,
                Shown::from("see what became of it: `")
                    .with(command)
                    .with("`"),
            );
        }
        InFlight::Paused { reason } => {
            fact(
                message,
                "last outcome",
                format!("{reason}; it waited to try again"),
            );
        }
    }
}

/// What helps where something takes more memory than it may.
fn describe_size(error: &Error, message: &mut Message) {
    let text = if let Error::Answer(crate::output::Error::TableTooLarge { .. }) = error {
        "`-o tsv` prints rows as they arrive, and holds none; or raise `--max-memory`"
    } else if let Error::Answer(_) = error {
        "use `--each` with a query on one item, or raise `--max-memory`"
    } else if let Error::Write(_) = error {
        "select less with `-q`, take fewer pages with `--max-pages`, or raise `--max-memory`"
    } else {
        "raise `--max-memory`"
    };
    hint(message, text);
}

/// How to go on with an operation. Where a provider was being registered, the request itself is still to be sent.
fn describe_watched(operation: &Operation, is_registration: bool, message: &mut Message) {
    let Operation { state, command } = operation;
    match state {
        OperationState::Running | OperationState::Unknown => {
            message.hints.clear();
            hint(
                message,
                Shown::from("go on waiting with `").with(command).with("`"),
            );
        }
        OperationState::Succeeded => {
            hint(
                message,
                Shown::from("ask for it again with `")
                    .with(command)
                    .with("`"),
            );
        }
    }
    if is_registration && *state == OperationState::Running {
        hint(
            message,
            "then run this command again: its request was refused so far",
        );
    }
}

pub(super) fn hint(message: &mut Message, text: impl Into<Shown>) {
    message.hint(text);
}

pub(super) fn fact(message: &mut Message, name: &str, value: impl Into<Shown>) {
    message.fact(name, value);
}

fn describe_usage(error: &cli::Error, message: &mut Message) {
    if let cli::Error::Usage { facts, hint, .. } = error {
        message
            .facts
            .extend(facts.iter().map(|text| Fact::new("", text)));
        message.hints.extend(hint.as_ref().map(Shown::from));
    }
}

fn describe_cloud(error: &azure::CloudError, message: &mut Message) {
    match error {
        azure::CloudError::Unknown {
            suggestion: Some(name),
            ..
        } => hint(message, &format!("did you mean `--cloud {name}`?")),
        azure::CloudError::ForeignAuthority { authority, .. } => hint(
            message,
            &format!("set `AZURE_AUTHORITY_HOST={authority}` if your secrets may go there"),
        ),
        azure::CloudError::ForeignAudience { .. } => {
            hint(message, "name whom the token is for: `--audience AUDIENCE`");
        }
        azure::CloudError::Unknown { .. }
        | azure::CloudError::Syntax { .. }
        | azure::CloudError::Metadata { .. }
        | azure::CloudError::Missing { .. }
        | azure::CloudError::Endpoint { .. }
        | azure::CloudError::NotHttps { .. }
        | azure::CloudError::Suffix { .. } => {}
    }
}

fn describe_query(error: &query::Error, message: &mut Message) {
    match error {
        query::Error::Syntax { .. } => {
            let caret = error.caret();
            if !caret.is_empty() {
                fact(message, "", caret);
            }
            hint(message, "see `arm help query`");
        }
        query::Error::Language { .. } => {
            hint(
                message,
                "write the same in JSONPath: `value[].name` is `$.value[*].name`",
            );
        }
        query::Error::Member { .. } | query::Error::Several { .. } => {
            let caret = error.caret();
            if !caret.is_empty() {
                fact(message, "", caret);
            }
            hint(
                message,
                "a column is `name`, `properties.vmSize`, `zones[0]`, `tags.\"cost.center\"`, or a JSONPath to one value; \
                 `size=properties.vmSize` gives it a name",
            );
        }
        query::Error::Malformed { .. } | query::Error::TooDeep { .. } => {}
    }
}

fn describe_client(error: &client::Error, message: &mut Message) {
    match error {
        client::Error::Credential(error) => describe_credential(error, message),
        client::Error::ClaimsNeeded(needed) => describe_claims(needed, message),
        client::Error::Transport { error, attempts } => {
            describe_transport(error, message);
            describe_attempts(*attempts, message);
        }
        client::Error::Redirect { to, .. } => {
            hint(
                message,
                Shown::from(
                    "`arm` follows redirects only within the origin; ask it yourself: `arm GET ",
                )
                .with(Shown::address(to).map(quoted))
                .with("`"),
            );
        }
        client::Error::TimedOut { .. } => hint(message, "give it more time with `--timeout`"),
        client::Error::Refused(_)
        | client::Error::UnusableToken
        | client::Error::TooManyRedirects { .. } => {}
    }
}

pub(super) fn describe_transport(error: &transport::Error, message: &mut Message) {
    match error.kind {
        ErrorKind::Dns => hint(
            message,
            "check the host name, the network and `HTTPS_PROXY`",
        ),
        ErrorKind::Refused => hint(message, "check the port, and that the server runs"),
        ErrorKind::Tls => hint(
            message,
            "a proxy's or a private authority's certificate is trusted with `SSL_CERT_FILE=ca.pem`",
        ),
        ErrorKind::Proxy => hint(
            message,
            "check `HTTPS_PROXY`; `NO_PROXY` names hosts without one",
        ),
        ErrorKind::State => hint(
            message,
            "start again with `arm sandbox reset`, or name a folder that can be written with \
             `XDG_STATE_HOME`",
        ),
        ErrorKind::Connect
        | ErrorKind::ConnectTimeout
        | ErrorKind::ReadTimeout
        | ErrorKind::Lost
        | ErrorKind::Body => {}
    }
}

fn describe_json(error: &json::Error, message: &mut Message) {
    match error {
        json::Error::Malformed { .. } | json::Error::TooDeep { .. } => {
            hint(message, "`-o raw` prints the bytes as they came");
        }
        json::Error::TooLarge { .. } => hint(message, "raise `--max-memory`"),
        json::Error::Cut { .. } => {}
    }
}

/// Says how to go on with a list.
fn describe_remainder(remainder: &Remainder, message: &mut Message) {
    match remainder {
        Remainder::Resume(Resume {
            command,
            needs_body,
        }) => {
            hint(
                message,
                Shown::from("go on from there with `")
                    .with(command)
                    .with("`"),
            );
            if *needs_body {
                hint(message, "`BODY` is a file with the body that was sent");
            }
            if command.is_masked() {
                hint(
                    message,
                    "`[redacted]` hides a secret; a link stands whole in the answer that `-o json` prints",
                );
            }
        }
        Remainder::NothingPrinted => hint(
            message,
            "nothing was printed, for the query needs the whole list: run it again, or ask item by \
             item with `--each`",
        ),
        Remainder::NotWritten(path) => {
            let path = quoted(&path.display().to_string());
            hint(
                message,
                &format!("run it again; `-o ndjson > {path}` keeps what came until a page fails"),
            );
        }
        Remainder::Lost => {}
    }
}

fn describe_link(refusal: &LinkRefusal, message: &mut Message) {
    fact(message, "link", Shown::address(refusal.link()));
    if let LinkRefusal::Unsafe { .. } = refusal {
        hint(
            message,
            "nothing was sent there: the request is for another host",
        );
    }
}

fn describe_monitor(refusal: &MonitorRefusal, message: &mut Message) {
    fact(message, "link", Shown::address(refusal.link()));
    if let MonitorRefusal::Unsafe { .. } = refusal {
        hint(
            message,
            "the operation may go on; nothing was sent there: the token is for another host",
        );
    }
}

fn describe_operation(failure: &OperationFailure, message: &mut Message) {
    let end = match failure.end {
        BadEnd::Failed => "failed",
        BadEnd::Canceled => "canceled",
    };
    fact(message, "operation", end);
    describe_source(&failure.error, message);
}
