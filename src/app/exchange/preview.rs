//! Shows requests and responses as text: `--dry-run`, `-i`, the line of a token. `--curl`: `curl_command`; who masks
//! secrets: `azure::redact`.

use std::time::{Duration, SystemTime};

use http::header;

use crate::app::terminal::stdout::print_until;
use crate::azure::headers::X_MS_AUTHORIZATION_AUXILIARY;
use crate::azure::{HostKind, REDACTED, Shown, host_kind};
use crate::cli::WaitCondition;
use crate::client::Deadline;
use crate::credential::{AccessToken, CacheNote, Provenance, Source};
use crate::error::Error;
use crate::output::{Console, Verbosity, inline};
use crate::plan::{RequestPlan, Waiting};
use crate::transport::Response;

/// Prints what would be sent. Asks for no token.
pub(crate) fn dry_run(plan: &RequestPlan, deadline: Option<Deadline>) -> Result<(), Error> {
    let target = &plan.target;
    let mut text = format!("cloud: {}\n", target.cloud.name);
    match &target.audience {
        Some(audience) => text.push_str(&format!("audience: {audience}\n")),
        None => text.push_str("audience: none, no token is sent\n"),
    }
    if let Some(version) = &plan.api_version {
        let origin = version.origin.words();
        text.push_str(&format!("api-version: {} ({origin})\n", version.value));
    }
    if let Some(pattern) = &plan.pattern {
        text.push_str(&format!("*: {}\n", pattern.words()));
        for url in pattern.lists() {
            text.push_str(&format!("listed by: GET {}\n", Shown::url(&url)));
        }
    }
    match &plan.waiting {
        Waiting::No => {}
        Waiting::Operation => text.push_str("wait: until the operation has ended\n"),
        Waiting::Address { until: None } => text.push_str("wait: until it has ended\n"),
        Waiting::Address {
            until: Some(WaitCondition::Deleted),
        } => text.push_str("wait: until it is gone\n"),
        Waiting::Address { until: Some(_) } => text.push_str("wait: until the condition is met\n"),
    }
    text.push_str(&format!("\n{} {}\n", plan.method, Shown::url(&target.url)));
    for (name, value) in &plan.headers {
        text.push_str(&format!("{name}: {}\n", Shown::header(name, value)));
    }
    if target.audience.is_some() {
        text.push_str(&format!("{}: Bearer {REDACTED}\n", header::AUTHORIZATION));
    }
    let auxiliary = auxiliary_tenants(plan);
    if !auxiliary.is_empty() {
        let tokens = vec![format!("Bearer {REDACTED}"); auxiliary.len()].join(", ");
        text.push_str(&format!("{X_MS_AUTHORIZATION_AUXILIARY}: {tokens}\n"));
    }
    let mut bytes = text.into_bytes();
    if !plan.body.is_empty() {
        bytes.push(b'\n');
        bytes.extend_from_slice(&plan.body);
        bytes.push(b'\n');
    }
    print_until(deadline, &bytes)
}

/// The tenants whose tokens are sent too: only Resource Manager takes them.
pub(super) fn auxiliary_tenants(plan: &RequestPlan) -> &[String] {
    let target = &plan.target;
    let takes_them = target.audience.is_some()
        && host_kind(&target.cloud, &target.url) == HostKind::ResourceManager;
    if takes_them {
        &plan.options.target.aux_tenant
    } else {
        &[]
    }
}

/// The head of a response, as `-i` prints it. On a terminal nothing in it steers that.
pub(crate) fn head(response: &Response, to_terminal: bool) -> String {
    let mut text = format!("{:?} {}\n", response.version, response.status);
    for (name, value) in &response.headers {
        let value = String::from_utf8_lossy(value.as_bytes());
        if to_terminal {
            text.push_str(&format!("{name}: {}\n", inline(&value)));
        } else {
            text.push_str(&format!("{name}: {value}\n"));
        }
    }
    text.push('\n');
    text
}

/// The head of an answer that is an error, in lines: stdout holds only answers, so it goes to stderr, masked.
pub(crate) fn error_head(response: &Response) -> Vec<Shown> {
    let status = format!("{:?} {}", response.version, response.status);
    let fields = response.headers.iter();
    let fields = fields
        .map(|(name, value)| Shown::from(format!("{name}: ")).with(Shown::header(name, value)));
    std::iter::once(Shown::from(status)).chain(fields).collect()
}

/// One line about a token: where it came from, whose it is, how long it lasts.
pub(crate) fn token_line(source: Source, token: &AccessToken, now: SystemTime) -> String {
    let claims = token.claims.as_ref();
    let account = claims
        .and_then(|claims| claims.account.as_deref())
        .unwrap_or("unknown account");
    let tenant = claims
        .and_then(|claims| claims.tid.as_deref())
        .unwrap_or("unknown");
    let end = match token.expires_on {
        None => "no known end".to_owned(),
        Some(end) => match end.duration_since(now) {
            Ok(left) => format!(
                "expires in {}",
                crate::client::words_of(whole_seconds(left))
            ),
            Err(_) => "expired".to_owned(),
        },
    };
    let from = match token.provenance {
        Provenance::Source => "",
        Provenance::Cache => " cache",
    };
    format!("auth: {source}{from} ({account}, tenant {tenant}, {end})")
}

/// Says what went wrong with the cache of tokens.
pub(crate) fn cache_note(note: &CacheNote, console: Console) {
    match note {
        CacheNote::Warning(text) => console.note(text),
        CacheNote::Trouble(text) => console.trace(Verbosity::Verbose, format!("auth: {text}")),
    }
}

fn whole_seconds(duration: Duration) -> Duration {
    Duration::from_secs(duration.as_secs())
}
