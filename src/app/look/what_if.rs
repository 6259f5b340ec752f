//! `--what-if` and `--confirm`: shows what a write would change. For a PUT or PATCH the service predicts it, and if it
//! cannot, the body is compared with what is there; for a DELETE it shows what would be deleted. Nothing is written.

use http::Method;
use serde::Deserialize;

use crate::app::look::ask;
use crate::app::look::document::{self, ShownChange};
use crate::app::look::what_if_answer::{ChangeType, Diagnostic, ResourceChange, WhatIfAnswer};
use crate::app::session::run::Session;
use crate::app::terminal::stdout::{print_until, shown_json};
use crate::app::terminal::style::difference_style;
use crate::azure::{ErrorDetail, ResourceId, ResourceScope, decode};
use crate::cli::OutputFormat;
use crate::client::{self, ServiceError};
use crate::error::{Error, Failure, LookError};
use crate::plan::look::{self, WrittenResource};
use crate::plan::{LookFormat, WhatIf};
use crate::transport::Request;

/// The most bytes of a page of what a group holds.
const MAX_PAGE: usize = 32 << 20;
/// The statuses with which a service says that it does not predict, or not to this caller.
const NOT_FORETOLD: [u16; 5] = [401, 403, 404, 405, 501];

/// Shows what the write of a session would change, and tells whether it would change anything.
pub(crate) async fn show(session: &Session) -> Result<bool, Failure> {
    let plan = &session.plan;
    ask::check_host(plan)?;
    let changes = if plan.method == Method::DELETE {
        deletion(session).await?
    } else {
        write(session).await?
    };
    let output = &plan.options.output;
    let is_hidden = output.silent || output.format == OutputFormat::None;
    if plan.look.what_if == WhatIf::Confirmed {
        // Stdout is for the answer of the write.
        let style = difference_style(&session.env, session.env.stderr_is_terminal);
        let text = document::text(&changes, style);
        session.console.ask(text);
    } else if !is_hidden {
        let text = if plan.look.format == LookFormat::Json {
            shown_json(document::json(&changes), &session.env)
        } else {
            let style = difference_style(&session.env, session.env.stdout_is_terminal);
            document::text(&changes, style)
        };
        print_until(session.client.deadline(), text.as_bytes())?;
    }
    if changes.iter().any(ShownChange::takes_away) {
        session.console.note(
            "what `-` shows within a resource is not in the body: the service removes, keeps or resets it",
        );
    }
    Ok(changes.iter().any(|change| change.kind.changes()))
}

/// What a DELETE would take away: the resource; of a group, what is in it.
async fn deletion(session: &Session) -> Result<Vec<ShownChange>, Failure> {
    let url = &session.plan.target.url;
    let id = decode(url.path());
    let Some(found) = ask::read_if_there(session).await? else {
        session.console.note("nothing is there");
        return Ok(Vec::new());
    };
    let mut changes = vec![ShownChange::compared(&id, Some(&found.text), None)];
    let parsed = ResourceId::of(url);
    if let ResourceScope::ResourceGroup { .. } = parsed.as_scope() {
        let listed = contents(session, &parsed).await?;
        changes.extend(
            listed
                .iter()
                .map(|one| ShownChange::compared(&one.id, Some("{}"), None)),
        );
    }
    Ok(changes)
}

#[derive(Deserialize)]
struct Listed {
    id: String,
}

/// What a group holds.
async fn contents(session: &Session, group: &ResourceId<'_>) -> Result<Vec<Listed>, Failure> {
    let write = session.request();
    let mut url = write.url.clone();
    url.set_path(&format!("{group}/resources"));
    let request = Request {
        method: Method::GET,
        url,
        headers: write.headers,
        body: bytes::Bytes::new(),
    };
    let listed = client::collect(&session.client, &request, MAX_PAGE).await;
    Ok(listed.map_err(Error::from)?)
}

/// What a PUT or a PATCH would change.
async fn write(session: &Session) -> Result<Vec<ShownChange>, Failure> {
    let written = ask::written(session).await?;
    let name = uuid::Uuid::new_v4().simple().to_string();
    let name = format!("arm-what-if-{}", name.get(..8).unwrap_or_default());
    let Some(question) = look::what_if(&written, &name) else {
        return compared(session, &written).await;
    };
    let answer = match ask::ask(session, &question).await {
        Ok(answer) => answer,
        Err(failure) if !written.is_deployment() && is_not_foretold(&failure) => {
            note_not_foretold(session, &failure);
            return compared(session, &written).await;
        }
        // The operation failed because the write would be refused.
        Err(Failure {
            error: Error::Operation(failed),
            ..
        }) => return Err(Error::Service(Box::new(failed.error)).into()),
        Err(failure) => return Err(failure),
    };
    let read = WhatIfAnswer::read(&answer).ok_or(LookError::Unreadable)?;
    if read.is_failed() {
        let failure = Failure::from(refused(session, &answer));
        if written.is_deployment() || !is_not_foretold(&failure) {
            return Err(failure);
        }
        note_not_foretold(session, &failure);
        return compared(session, &written).await;
    }
    let (changes, potential, diagnostics) = read.into_parts();
    tell(session, &diagnostics, potential.len());
    if written.is_deployment() {
        let all = changes.iter().chain(&potential);
        return Ok(all.map(ShownChange::foretold).collect());
    }
    let id = decode(session.plan.target.url.path());
    match changes.iter().find(|change| is_of(change, &id)) {
        Some(change)
            if !matches!(
                change.change_type,
                ChangeType::Unsupported | ChangeType::Ignore | ChangeType::Other
            ) =>
        {
            Ok(vec![ShownChange::foretold(change)])
        }
        found => {
            let reason = found.and_then(|change| change.unsupported_reason.as_deref());
            let reason = reason.map_or_else(String::new, |reason| format!(" ({reason})"));
            session.console.note(format!(
                "the service does not predict this type: compared with what is there{reason}"
            ));
            compared(session, &written).await
        }
    }
}

fn is_of(change: &ResourceChange, id: &str) -> bool {
    let own = change.resource_id.trim_end_matches('/');
    own.eq_ignore_ascii_case(id.trim_end_matches('/'))
}

fn note_not_foretold(session: &Session, failure: &Failure) {
    session.console.note(format!(
        "the service does not predict it: compared with what is there ({failure})"
    ));
}

/// Tells whether the service does not predict, or not to this caller. It may want permissions for that which only the
/// write needs (Azure/arm-template-whatif#432).
fn is_not_foretold(failure: &Failure) -> bool {
    let Error::Service(error) = &failure.error else {
        return false;
    };
    let wants_permission = error.detail.as_ref().is_some_and(names_permission);
    NOT_FORETOLD.contains(&error.status.as_u16()) || wants_permission
}

fn names_permission(detail: &ErrorDetail) -> bool {
    let is_it = |code: &str| code.to_ascii_lowercase().contains("authorizationfailed");
    detail.code.as_deref().is_some_and(is_it) || detail.details.iter().any(names_permission)
}

/// The body next to what is there. What the body does not have, a PUT takes away.
async fn compared(
    session: &Session,
    written: &WrittenResource,
) -> Result<Vec<ShownChange>, Failure> {
    let id = decode(session.plan.target.url.path());
    let before = ask::read_if_there(session).await?;
    let after = serde_json::Value::Object(written.body.clone()).to_string();
    let before = before.map(|found| found.text);
    Ok(vec![ShownChange::compared(
        &id,
        before.as_deref(),
        Some(&after),
    )])
}

/// Says what the service has to say.
fn tell(session: &Session, diagnostics: &[Diagnostic], potential: usize) {
    for one in diagnostics {
        let level = one.level.to_lowercase();
        let text = format!("{level} {}: {}", one.code, one.message);
        session.console.note(text.trim().to_owned());
    }
    if potential > 0 {
        session.console.note(format!(
            "{potential} of the resources may or may not be deployed: that is decided when it runs"
        ));
    }
}

/// The refusal that a successful answer holds.
fn refused(session: &Session, answer: &[u8]) -> Error {
    let request = session.request();
    let detail = ErrorDetail::parse(answer, Some("application/json"));
    Error::Service(Box::new(ServiceError::foretold(&request, answer, detail)))
}
