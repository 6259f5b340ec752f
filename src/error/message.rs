//! What is shown of each error: its line, the facts below it, and the commands that help. What needs a table of its own
//! is in the file named for it; the exit codes are in `exit_code_table`.

use http::Method;

use super::credential::{describe_claims, describe_credential};
use super::fan_out::{describe_ids, describe_lists};
use super::plan::{
    describe_cloud, describe_listing, describe_plan, hint_of_ids, hint_of_no_body,
    hint_of_no_member, hint_of_unknown_type,
};
use super::serve::ServeError;
use super::service::{
    describe_attempts, describe_page, describe_service, describe_source, describe_transport,
};
use super::sign_in::describe_name;
use super::{
    BodyWord, Error, FailedOperation, Failure, HintContext, InFlight, Incomplete, Operation,
    OperationState, Remainder, ResourceError, Resume, Unasked,
};
use crate::azure::{GuardError, GuardErrorKind, GuardSource, Shown, UrlError};
use crate::client::{self, BadEnd, MonitorError, NextLinkError, RedirectReason};
use crate::env::{HOME, STATE_FOLDER};
use crate::file::is_held_open;
use crate::output::{self, Fact, Message, WriteError};
use crate::shell::CommandLine;
use crate::{cli, json, plan, query};

/// Hints that are long.
const TENANT_OF_APPLICATION: &str =
    "add `--tenant` and the id or the domain of the tenant that knows the application";
const CLAIMS_AS_THEY_STAND: &str =
    "copy the value of `claims` from the service's `WWW-Authenticate`, exactly as it is there";
const ANOTHER_CLOUD: &str = "choose another for this run with `--cloud NAME`, or for both with `az cloud set --name AzureCloud`";
const LOOK_FOR_STATE: &str =
    "print it with `arm GET`, and look for its state: the operation may have failed";

impl Failure {
    /// Returns the failure as it is shown.
    pub fn message(&self) -> Message {
        let mut message = self.error.message_in(&self.context.hints);
        message.summary = self.to_string().into();
        message.report = self.report();
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
        if let Some(kept) = &context.kept_text {
            message.fact("your text is kept in", kept.path.display().to_string());
            let command = context.hints.complete(kept.command.clone());
            message.hint(format!("go on with the kept text: `{command}`"));
        }
        if let Some(excerpts) = &context.query_excerpts {
            message.facts.insert(0, Fact::new("", excerpts));
        }
    }
}

impl Error {
    /// Returns the error as it is shown if nothing is known of a run.
    pub fn message(&self) -> Message {
        self.message_in(&HintContext::default())
    }

    fn message_in(&self, run: &HintContext) -> Message {
        let mut message = Message {
            summary: self.to_string().into(),
            report: self.report_in(run),
            ..Message::default()
        };
        self.describe(run, &mut message);
        message
    }

    /// Tells whether the exit code says all: nothing was found, or the user has ended the run.
    pub(super) fn is_quiet(&self) -> bool {
        if let Self::Access(error) = self {
            return error.is_quiet();
        }
        if let Self::Helper(error) = self {
            return error.is_quiet();
        }
        matches!(
            self,
            Self::NothingFound
                | Self::Interrupted
                | Self::Resource(ResourceError::Differs)
                | Self::Serve(ServeError::CommandEnded { .. })
                | Self::Write(WriteError::ClosedPipe)
        )
    }

    fn describe(&self, run: &HintContext, message: &mut Message) {
        match self {
            Self::Usage(error) => describe_usage(error, message),
            Self::Guard(error) | Self::Plan(plan::Error::Guard(error)) => {
                describe_guard(error, message);
            }
            Self::Plan(error) => describe_plan(error, run, message),
            Self::Listing(error) => describe_listing(error, run, message),
            Self::Cloud(error) => describe_cloud(error, message),
            Self::Query(error) => describe_query(error, message),
            Self::Answer(error) => describe_answer(error, message),
            Self::Credential(error) => describe_credential(error, message),
            Self::Client(error) => describe_client(error, run, message),
            Self::Service(error) => describe_service(error, run, message),
            Self::Transport(error) => describe_transport(error, message),
            Self::Json(error) => describe_json(error, message),
            Self::NotJson { .. } => message.hint("leave `-q` out to print the answer as it is"),
            Self::WebPage(page) => describe_web_page(page, message),
            Self::Page(error) => describe_page(error, message),
            Self::Link(error) => describe_link(error, message),
            Self::Monitor(error) => describe_monitor(error, message),
            Self::Operation(failure) => describe_operation(failure, message),
            Self::Write(WriteError::TooLarge { .. }) => message.hint(
                "select less with `-q`, take fewer pages with `--max-pages`, or raise `--max-memory`",
            ),
            Self::Write(WriteError::TimedOut { .. }) => {
                message.hint("give it more time with `--timeout`");
            }
            Self::Write(WriteError::Refused { .. }) => {
                message.hint("`> FILE` in place of `-O FILE` writes into it");
            }
            Self::BinaryAnswer { .. } => {
                message.hint("write it to a file with `-O FILE`, or to another program with `|`");
            }
            Self::InputTooLarge { .. } | Self::TooManyIds { .. } => message.hint("raise `--max-memory`"),
            Self::Serve(error) => error.describe(message),
            Self::Helper(error) => error.describe(message),
            Self::Resource(error) => error.describe(message),
            Self::Access(error) => error.describe(message),
            Self::Preference(error) => error.describe(message),
            Self::UnknownType { nearest, .. } => message.hint(hint_of_unknown_type(nearest)),
            Self::Schema(_) => message.hint("the program is damaged: install it again"),
            Self::NoBody { nearest, .. } => message.hint(hint_of_no_body(nearest)),
            Self::NoMember { type_name, nearest, .. } => {
                message.hint(hint_of_no_member(type_name, nearest.as_deref()));
            }
            Self::Ids(error) => message.hint(hint_of_ids(error)),
            Self::UnfinishedIds(unfinished) => describe_ids(unfinished, message),
            Self::UnfinishedLists(unfinished) => describe_lists(unfinished, message),
            Self::Wildcard(error) => message.hint(error.hint()),
            Self::NotConfirmed
            | Self::CannotConfirm { .. }
            | Self::NotAsked(Unasked::Deletion) => {
                message.hint("`--yes` continues without asking; `-n` shows what would be sent");
            }
            Self::Subscription(error) => error.describe(message),
            Self::Name(error) => describe_name(error, message),
            Self::NoPort { .. } => message.hint("`arm login --device-code` needs no port"),
            Self::NotAsked(Unasked::SignIn) => message.hint(
                "an application signs in without a person: `arm login --service-principal`, or `arm login --identity`",
            ),
            Self::NoSecret { what, option } | Self::NotAsked(Unasked::Secret { what, option }) => message.hint(format!(
                "put {what} on standard input, and add `{option} -`"
            )),
            Self::TooLargeToJudge { .. } => message.hint(LOOK_FOR_STATE),
            Self::NoTenant => message.hint(TENANT_OF_APPLICATION),
            Self::SignedOut => message.hint("sign in with `arm login`"),
            Self::ClaimsChallenge => message.hint(CLAIMS_AS_THEY_STAND),
            Self::NoActiveAccount { accounts } => describe_accounts(accounts, message),
            Self::NoStateFolder => message.hint(format!("set `{HOME}` or `{STATE_FOLDER}`")),
            Self::NoSuchFile { literal, .. } => {
                message.hint(format!(
                    "if you mean the text itself, not a file, write `{literal}`"
                ));
            }
            Self::Unfinished { command } => describe_unfinished(command, message),
            Self::CloudOfAzureCli(_) => message.hint(ANOTHER_CLOUD),
            Self::Write(WriteError::Failed { error, .. }) if is_held_open(error) => {
                message.hint("another program may have it open: close it there, and run the command again");
            }
            Self::Input { .. }
            | Self::Audience { .. }
            | Self::Variable { .. }
            | Self::NotText
            | Self::NoState { .. }
            | Self::Stateless
            | Self::OpaqueToken
            | Self::EmptyStdin
            | Self::Refused(_)
            | Self::Write(WriteError::ClosedPipe | WriteError::Failed { .. })
            | Self::Certificate(_)
            | Self::Folder { .. }
            | Self::NothingFound
            | Self::Runtime { .. }
            | Self::Worker { .. }
            | Self::NoRandomness
            | Self::Interrupted => {}
        }
    }
}

fn describe_answer(error: &output::Error, message: &mut Message) {
    match error {
        output::Error::Query(error) => describe_query(error, message),
        output::Error::TableTooLarge { .. } => message
            .hint("`-o tsv` prints rows as they arrive, and keeps none in memory; or raise `--max-memory`"),
        output::Error::TooMuchToSort { .. } => {
            message.hint(
                "leave `--sort` out, filter with `--name` or `--tag`, or raise `--max-memory`",
            );
        }
        output::Error::TooLarge { .. } => {
            message.hint("use `--each` with a query on one item, or raise `--max-memory`");
        }
        output::Error::NoRoom { .. } => {
            message.hint("raise `--max-output`, or ask for less with `-q`");
        }
        output::Error::TrailerTooLarge => {}
    }
}

/// Says who has set the guard, and what is possible under it.
fn describe_guard(error: &GuardError, message: &mut Message) {
    message.fact(
        "read-only",
        match error.set_by {
            GuardSource::Option => "by `--read-only`",
            GuardSource::Variable => "by the variable `ARMCLI_READ_ONLY`",
            GuardSource::Settings => "by `config.toml`, in its defaults or the profile",
        },
    );
    match &error.kind {
        GuardErrorKind::Write(method) => {
            if *method == Method::POST {
                message.fact("", "an action that is not known to read counts as a write");
            }
            message.hint("`-n` shows the request, and sends nothing");
        }
        GuardErrorKind::Secret => message.hint("`--allow-secrets` asks for it"),
        GuardErrorKind::Token => message.hint("`arm whoami` shows who signs in, without a token"),
        GuardErrorKind::Edit => message.hint("`arm show` shows it, `arm diff` compares it"),
        GuardErrorKind::Lift => {
            message.hint("a person lifts it in an editor: `arm config edit`");
        }
        GuardErrorKind::AllowWrites => message.hint("without it, clients read and plan"),
    }
}

fn describe_web_page(page: &client::WebPage, message: &mut Message) {
    if let Some(title) = &page.title {
        message.fact("title", title);
    }
    message.hint(if page.is_sign_in {
        "the service did not take the token: `arm whoami` shows who signs in, and for whom"
    } else {
        "something between here and the service answers for it: a proxy, or a portal to sign in to"
    });
}

/// The accounts to choose from if none is active.
fn describe_accounts(accounts: &[String], message: &mut Message) {
    for account in accounts {
        message.fact("", account);
    }
    message.hint("choose one with `arm account use NAME`");
}

/// What is known of a request that has no answer.
fn describe_in_flight(in_flight: &InFlight, message: &mut Message) {
    match in_flight {
        InFlight::Sent { method, command } => {
            message.fact(
                "",
                format!("the {method} was sent, and may have been executed"),
            );
            message.hint(if command.is_masked() {
                Shown::from(
                    "see what became of it with `arm GET` and the same address, whose secret is \
                     not shown here",
                )
            } else {
                Shown::from("see what became of it: `")
                    .with(command)
                    .with("`")
            });
        }
        InFlight::Paused { reason } => {
            message.fact("last outcome", format!("{reason}; it waited to try again"));
        }
    }
}

/// How to go on with a write that was done in part.
fn describe_unfinished(command: &Shown, message: &mut Message) {
    message.hint(
        Shown::from("go on with `")
            .with(command)
            .with("`, until it no longer says so"),
    );
    if command.as_str().contains("'@BODY'") {
        message.hint("`BODY` is a file with the body that was sent");
    }
    if command.is_masked() {
        message.hint("`[redacted]` hides a secret: write it as it was");
    }
}

/// How to go on with an operation. If a provider was being registered, the request itself is still to be sent.
fn describe_watched(operation: &Operation, is_registration: bool, message: &mut Message) {
    let Operation { state, command } = operation;
    match state {
        OperationState::Running | OperationState::Unknown => {
            message.hints.clear();
            message.hint(Shown::from("go on waiting with `").with(command).with("`"));
            if command.is_masked() {
                message.hint("`ADDRESS` or `[redacted]` hides a secret: write it as it was");
            }
        }
        OperationState::Succeeded => {
            message.hint(if command.is_masked() {
                Shown::from("the result's address holds a secret that is not shown here: ")
                    .with("look at the resource instead")
            } else {
                Shown::from("ask for it again with `")
                    .with(command)
                    .with("`")
            });
        }
    }
    if is_registration && *state == OperationState::Running {
        message.hint("then run this command again: its request was refused so far");
    }
}

fn describe_usage(error: &cli::Error, message: &mut Message) {
    if let cli::Error::Usage { facts, hint, .. } = error {
        message
            .facts
            .extend(facts.iter().map(|text| Fact::new("", text)));
        message.hints.extend(hint.as_ref().map(Shown::from));
    }
}

fn describe_query(error: &query::Error, message: &mut Message) {
    match error {
        query::Error::Syntax {
            language,
            expression,
            ..
        } => {
            let caret = error.caret();
            if !caret.is_empty() {
                message.fact("", caret);
            }
            let known = hint_of_syntax(error).map(str::to_owned);
            message.hint(known.unwrap_or_else(|| match language {
                query::Language::JsonPath => match query::meant(expression) {
                    Some(meant) => format!("{meant}; see `arm help query`"),
                    None => "see `arm help query`".to_owned(),
                },
                query::Language::JmesPath => "see `arm help query`".to_owned(),
            }));
        }
        query::Error::Mismatch { message: found, .. } => {
            message.fact("", error.caret());
            message.hint(if found.ends_with("found null") {
                "ask only those that have it: `value[?tags].length(tags)`, or give what is missing a value: \
                 `length(tags || `{}`)`"
            } else {
                "see `arm help query`"
            });
        }
        query::Error::Member { .. } | query::Error::Several { .. } => {
            let caret = error.caret();
            if !caret.is_empty() {
                message.fact("", caret);
            }
            message.hint(
                "a column is `name`, `properties.vmSize`, `zones[0]`, `tags.\"cost.center\"`, or a \
                 JSONPath to one value; `size=properties.vmSize` gives it a name",
            );
        }
        query::Error::Malformed { .. } | query::Error::TooDeep { .. } => {}
    }
}

/// Tells an expression of another language by how it begins.
fn hint_of_syntax(error: &query::Error) -> Option<&'static str> {
    let query::Error::Syntax {
        language: query::Language::JmesPath,
        expression,
        ..
    } = error
    else {
        return None;
    };
    let expression = expression.trim_start();
    let is_jq = expression.starts_with('.')
        || ["| .", "|.", "select(", ".[]"]
            .iter()
            .any(|sign| expression.contains(sign));
    let is_jsonpath = ["$", "?@", "?(@", ".."]
        .iter()
        .any(|sign| expression.contains(sign));
    match (is_jq, is_jsonpath) {
        (_, true) => Some("a JSONPath begins with `$`: `$.value[?@.name==\"web\"].id`"),
        (true, false) => Some(
            "this is how jq writes it: `.value[].name` is `value[].name` here, and `select(.a == 1)` is `[?a == `1`]`",
        ),
        (false, false) => None,
    }
}

fn describe_client(error: &client::Error, run: &HintContext, message: &mut Message) {
    match error {
        client::Error::Guard(error) => describe_guard(error, message),
        client::Error::Credential(error) => describe_credential(error, message),
        client::Error::ClaimsNeeded(needed) => describe_claims(needed, message),
        client::Error::Transport { error, attempts } => {
            describe_transport(error, message);
            describe_attempts(*attempts, message);
        }
        client::Error::Redirect { to, reason, .. } => describe_redirect(to, reason, run, message),
        client::Error::TimedOut { .. } => message.hint("give it more time with `--timeout`"),
        client::Error::Refused(_)
        | client::Error::UnusableToken
        | client::Error::PartialContent
        | client::Error::TooManyRedirects { .. } => {}
    }
}

fn describe_redirect(to: &str, reason: &RedirectReason, run: &HintContext, message: &mut Message) {
    // A fragment is for who shows a page: it is not sent.
    let to = to.split('#').next().unwrap_or(to);
    let shown = Shown::address(to);
    let (rule, method) = match reason {
        RedirectReason::Origin => (
            "`arm` follows redirects only within the origin".to_owned(),
            "GET",
        ),
        RedirectReason::Method(method) => (
            format!("`arm` does not follow this kind of redirect with a {method}"),
            method.as_str(),
        ),
    };
    if shown.is_masked() {
        message.hint(Shown::from(rule).with("; the address holds a secret that is not shown here"));
        return;
    }
    let command = CommandLine::new("arm").word(method).quoted(shown);
    // What goes to another origin is for the user to say: neither the body nor the options are for it.
    let body = run
        .body
        .as_ref()
        .filter(|_| *reason != RedirectReason::Origin);
    let command = match (reason, body) {
        (RedirectReason::Origin, _) => command,
        (RedirectReason::Method(_), None) => run.complete(command),
        (RedirectReason::Method(_), Some(body)) => run.complete(command.given(&body.to_string())),
    };
    message.hint(
        Shown::from(rule)
            .with("; ask there yourself: `")
            .with(command)
            .with("`"),
    );
    if body == Some(&BodyWord::Unnamed) {
        message.hint("`BODY` is a file with the body that was sent");
    }
}

fn describe_json(error: &json::Error, message: &mut Message) {
    match error {
        json::Error::Malformed { .. } | json::Error::TooDeep { .. } => {
            message.hint("`-o raw` prints the bytes as they came");
        }
        json::Error::TooLarge { .. } => message.hint("raise `--max-memory`"),
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
            message.hint(
                Shown::from("go on from there with `")
                    .with(command)
                    .with("`"),
            );
            if *needs_body {
                message.hint("`BODY` is a file with the body that was sent");
            }
            if command.is_masked() {
                message.hint(
                    "`ADDRESS` or `[redacted]` hides a secret; the answer that `-o json` prints has the whole link",
                );
            }
        }
        Remainder::NothingPrinted => message.hint(
            "nothing was printed, because the query needs the whole list: run it again, or ask item by \
             item with `--each`",
        ),
        Remainder::NotWritten(path) => {
            let words = CommandLine::new("-o ndjson >").given(&path.display().to_string());
            message.hint(format!(
                "run it again; `{words}` keeps what came until a page fails"
            ));
        }
        Remainder::Lost => {}
    }
}

fn describe_link(error: &NextLinkError, message: &mut Message) {
    message.fact("link", Shown::address(error.link()));
    if let NextLinkError::Unsafe { error, .. } = error {
        let is_elsewhere = matches!(error, UrlError::CrossOrigin { .. });
        message.hint(if is_elsewhere {
            "nothing was sent there: the request is for another host"
        } else {
            "nothing was sent there"
        });
    }
}

fn describe_monitor(error: &MonitorError, message: &mut Message) {
    message.fact("link", Shown::address(error.link()));
    if let MonitorError::Unsafe { .. } = error {
        message.hint(
            "the operation may continue; nothing was sent there: the token is for another host",
        );
    }
}

fn describe_operation(failure: &FailedOperation, message: &mut Message) {
    let end = match failure.end {
        BadEnd::Failed => "failed",
        BadEnd::Canceled => "canceled",
    };
    message.fact("operation", end);
    describe_source(&failure.error, message);
}
