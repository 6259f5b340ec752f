//! The words of a service's own error: its details, whom to ask about it, and what it took; and what helps if a service
//! did not answer. What helps with its codes is in `service_hint`.

use http::StatusCode;

use super::sign_in::{SET_CLOCK, clock_words};
use super::{HintContext, service_hint};
use crate::azure::{ErrorDetail, Position, Shown};
use crate::client::{PageError, ServiceError, words_of as words_of_duration};
use crate::env::STATE_FOLDER;
use crate::output::{self, Message};
use crate::transport::retry::Attempts;
use crate::transport::{self, ErrorKind, ProxyErrorKind, TlsErrorKind};

/// The most lines of details: templates can have hundreds.
const MOST_DETAILS: usize = 20;
/// The most places in a query that are shown: one mistake can lead to many.
const MOST_PLACES: usize = 3;
/// What Resource Graph calls the end of a query.
const END_OF_QUERY: &str = "<EOF>";
/// The most characters of a detail.
const LONGEST_DETAIL: usize = 1_000;

/// The line of a service's error: code and message, or what is in their place.
pub(super) fn summary_of(error: &ServiceError) -> String {
    let status = error.status;
    let words = format!(
        "HTTP {} {}",
        status.as_u16(),
        status.canonical_reason().unwrap_or("")
    );
    let Some(detail) = &error.detail else {
        return match error.content_type.as_deref() {
            Some(kind) if !error.body.is_empty() => format!("{} ({kind})", words.trim_end()),
            Some(_) | None => words.trim_end().to_owned(),
        };
    };
    let detail = detail.headline();
    match (&detail.code, &detail.message) {
        (Some(code), Some(message)) if code == message => {
            let place = detail.position.as_ref().map(words_of_position);
            format!("{code}: {}", place.as_deref().unwrap_or(words.trim_end()))
        }
        (Some(code), Some(message)) => format!("{code}: {message}"),
        (Some(code), None) => format!("{code}: {}", words.trim_end()),
        (None, Some(message)) => format!("{}: {message}", words.trim_end()),
        (None, None) => words.trim_end().to_owned(),
    }
}

/// What helps if a page is not what it should be.
pub(super) fn describe_page(error: &PageError, message: &mut Message) {
    match error {
        PageError::NoItems { arrays, .. } => {
            if !arrays.is_empty() {
                message.fact("arrays", arrays.join(", "));
            }
            message.hint("`--no-paginate` prints the answer as it came");
        }
        PageError::NoMembers { option, .. } => message.hint(format!("leave `{option}` out")),
        PageError::NoList => message.hint(
            "say with `--items` which member holds the items, or print the page alone with \
             `--no-paginate`",
        ),
        PageError::Partial(detail) | PageError::Alone(detail) => describe_details(detail, message),
        PageError::Truncated => message.hint(
            "leave `take` and `limit` out of the query, and let `| project id, … | order by id asc` \
             choose columns and order: then it has pages",
        ),
        PageError::TooLarge { .. } => message.hint(
            "a list of this kind is far smaller: look at the answer with `-vv`, and at the endpoint that gives it",
        ),
        PageError::NoPage | PageError::NoBody | PageError::NoLink { .. } => {}
    }
}

pub(super) fn describe_service(error: &ServiceError, run: &HintContext, message: &mut Message) {
    let status = error.status;
    let reason = status.canonical_reason().unwrap_or_default();
    message.fact("status", format!("{} {reason}", status.as_u16()));
    describe_source(error, message);
    if let Some(clock) = error.clock {
        message.fact("this machine's clock", clock_words(clock, "the service's"));
        message.hint(SET_CLOCK);
    }
    let hints = service_hint::hints_of(error, run);
    message.hints.extend(hints.into_iter().map(Shown::from));
}

/// What failed in particular, whom to ask about it, and what it took.
pub(super) fn describe_source(error: &ServiceError, message: &mut Message) {
    if let Some(detail) = &error.detail {
        if let Some(target) = &detail.target {
            message.fact("target", target);
        }
        if let Some(position) = &detail.position {
            message.fact("at", words_of_position(position));
        }
        describe_details(detail, message);
        for name in detail.policy_names() {
            message.fact("policy", name);
        }
    }
    if let Some(excerpt) = error.excerpt() {
        message.fact("body", excerpt);
    }
    let is_condition = matches!(
        error.status,
        StatusCode::CONFLICT | StatusCode::PRECONDITION_FAILED
    );
    for (name, value) in error.request.conditions.iter().filter(|_| is_condition) {
        message.fact("the request had", format!("{name}: {value}"));
    }
    let failed_by = error.failure_cause.as_deref().map(|cause| match cause {
        "gateway" => "Azure Resource Manager (gateway)",
        "service" => "the resource provider (service)",
        other => other,
    });
    let allow = error.allow.as_deref();
    let facts = [
        (
            "allowed",
            allow.filter(|_| error.status == StatusCode::METHOD_NOT_ALLOWED),
        ),
        ("retry after", error.retry_after.as_deref()),
        ("failed by", failed_by),
        ("request id", error.request_id.as_deref()),
        ("correlation id", error.correlation_request_id.as_deref()),
    ];
    for (name, value) in facts {
        if let Some(value) = value {
            message.fact(name, Shown::prose(value));
        }
    }
    describe_attempts(error.attempts, message);
}

/// How often it was tried, if that was more than once or less than it should have been.
pub(super) fn describe_attempts(attempts: Attempts, message: &mut Message) {
    let number = attempts.repetitions.saturating_add(1);
    // Below a second there was no pause, and the digits would only differ from run to run.
    let seconds = std::time::Duration::from_secs(attempts.duration.as_secs());
    let words = match (number, seconds.is_zero()) {
        (1, _) => "1".to_owned(),
        (_, true) => format!("{number}, within a second"),
        (_, false) => format!("{number} in {}", words_of_duration(seconds)),
    };
    if attempts.is_budget_spent {
        message.fact(
            "attempts",
            format!("{words}; this run has used up all its retries"),
        );
    } else if number > 1 {
        message.fact("attempts", words);
    }
}

/// The causes below an error: a tree, each said once, and not too many.
fn describe_details(detail: &ErrorDetail, message: &mut Message) {
    let mut said = vec![detail.words()];
    let headline = detail.headline();
    let is_announced = !std::ptr::eq(headline, detail);
    if is_announced {
        said.push(line_of(headline));
    }
    let mut tree = Tree {
        said,
        left_out: 0,
        message,
    };
    for inner in &detail.details {
        tree.grow(inner, 0);
    }
    let left_out = tree.left_out;
    if left_out > 0 {
        message.fact("detail", format!("… and {left_out} more"));
    }
    if is_announced {
        message.fact("support", detail.words());
    }
}

struct Tree<'a> {
    said: Vec<String>,
    left_out: usize,
    message: &'a mut Message,
}

impl Tree<'_> {
    fn grow(&mut self, detail: &ErrorDetail, depth: usize) {
        let line = line_of(detail);
        let is_new = !line.is_empty() && !self.said.contains(&line);
        if is_new && self.said.len() > MOST_DETAILS {
            self.left_out += 1;
        } else if is_new {
            let name = format!("{}detail", "  ".repeat(depth));
            self.message.fact(&name, excerpt(&line));
            self.said.push(line);
        }
        for inner in &detail.details {
            self.grow(inner, depth + usize::from(is_new));
        }
    }
}

/// A cause in a line: its words, what it is about, and where.
fn line_of(detail: &ErrorDetail) -> String {
    let mut line = detail.words();
    if let Some(target) = &detail.target
        && !line.contains(target.as_str())
    {
        line.push_str(&format!(" (target: {target})"));
    }
    if let Some(position) = &detail.position {
        line.push_str(&format!(" at {}", words_of_position(position)));
    }
    line.trim().to_owned()
}

fn words_of_position(position: &Position) -> String {
    let Position {
        line,
        column,
        token,
    } = position;
    match token.as_deref() {
        None => format!("line {line}, column {column}"),
        Some(END_OF_QUERY) => format!("line {line}, column {column}: the end of the query"),
        Some(token) => format!("line {line}, column {column}: `{token}`"),
    }
}

fn excerpt(line: &str) -> String {
    match line.char_indices().nth(LONGEST_DETAIL) {
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or_default()),
        None => line.to_owned(),
    }
}

/// Returns the lines of a query of Resource Graph that the service cannot read, with marks below the places that it
/// names.
pub(super) fn query_excerpts(detail: &ErrorDetail, query: &str) -> String {
    let mut places = Vec::new();
    collect_positions(detail, &mut places);
    let excerpts = places.into_iter().take(MOST_PLACES).filter_map(|place| {
        let token = place.token.as_deref();
        let token = token.filter(|token| *token != END_OF_QUERY);
        let length = token.map_or(1, |token| token.encode_utf16().count());
        output::excerpt(query, place.line, place.column, length)
    });
    excerpts.collect::<Vec<_>>().join("\n")
}

fn collect_positions<'d>(detail: &'d ErrorDetail, places: &mut Vec<&'d Position>) {
    if let Some(place) = &detail.position {
        let is_new = !places
            .iter()
            .any(|known| (known.line, known.column) == (place.line, place.column));
        if is_new {
            places.push(place);
        }
    }
    for inner in &detail.details {
        collect_positions(inner, places);
    }
}

/// Adds what helps if no answer came.
pub(super) fn describe_transport(error: &transport::Error, message: &mut Message) {
    match error.kind {
        ErrorKind::Dns => message.hint("check the host name, the network and `HTTPS_PROXY`"),
        ErrorKind::Refused => message.hint("check the port, and that the server runs"),
        ErrorKind::Tls(fault) => {
            if let Some(hint) = hint_of_tls(fault) {
                message.hint(hint);
            }
        }
        ErrorKind::Proxy(ProxyErrorKind::Status(407)) => message.hint(
            "name user and password in `HTTPS_PROXY`: `http://USER:PASSWORD@HOST:PORT`",
        ),
        ErrorKind::Proxy(_) | ErrorKind::ProxySetting(_) => {
            message.hint("check `HTTPS_PROXY`; `NO_PROXY` names hosts without one");
        }
        ErrorKind::OpenFiles => message.hint(
            "allow more open files with `ulimit -n 4096`, or make fewer requests at a time with `--parallel 4`",
        ),
        ErrorKind::Coding => message.hint(
            "take the body as it is with `-H 'Accept-Encoding:' -o raw`",
        ),
        ErrorKind::State => message.hint(format!(
            "start again with `arm sandbox reset`, or name a writable folder with `{STATE_FOLDER}`"
        )),
        ErrorKind::Connect
        | ErrorKind::ConnectTimeout
        | ErrorKind::NotProcessed
        | ErrorKind::Http1Required
        | ErrorKind::ReadTimeout
        | ErrorKind::Lost
        | ErrorKind::Malformed
        | ErrorKind::Body => {}
    }
}

fn hint_of_tls(fault: TlsErrorKind) -> Option<&'static str> {
    match fault {
        TlsErrorKind::UnknownAuthority => Some(
            "a proxy's or a private authority's certificate is trusted with `SSL_CERT_FILE=ca.pem`",
        ),
        TlsErrorKind::TrustStore => Some(
            "name a file of certificates in PEM form with `SSL_CERT_FILE=ca.pem`, or install the system's package \
             `ca-certificates`",
        ),
        TlsErrorKind::AuthorityAsServer => Some(
            "the server needs a certificate of its own, signed by that authority: `SSL_CERT_FILE` does not help here",
        ),
        TlsErrorKind::WrongName => {
            Some("check the host name; a proxy may answer in place of the server")
        }
        TlsErrorKind::OutOfDate => Some("check the clock of this machine with `date -u`"),
        TlsErrorKind::NotTls => Some("check the port; a server on this machine may want `http://`"),
        TlsErrorKind::OldVersion | TlsErrorKind::ClientCertificate | TlsErrorKind::Other => None,
    }
}
