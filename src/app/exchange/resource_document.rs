//! One resource as a document that is compared or edited: asked for, read whole, checked. Who prints answers: `answer`.

use crate::app::exchange::{answer, attempt, resume_command};
use crate::app::session::run::Session;
use crate::azure::is_computed;
use crate::error::{Failure, ResourceError};
use crate::json::{PathStep, string_of, value_of_member, without_members};

/// A resource that is larger is not compared.
const LARGEST: usize = 64 << 20;

/// A resource as its service shows it.
#[derive(Debug, Clone)]
pub(crate) struct ResourceDocument {
    /// A JSON object.
    pub(crate) text: String,
    /// Its path.
    pub(crate) path: String,
}

/// Asks for the resource of a session.
pub(crate) async fn get(session: &Session) -> Result<ResourceDocument, Failure> {
    let asked = Box::pin(ask(session)).await;
    asked.map_err(|failure| failure.in_run(resume_command::run_of(&session.plan)))
}

async fn ask(session: &Session) -> Result<ResourceDocument, Failure> {
    let plan = &session.plan;
    if plan.pattern.is_some() {
        return Err(ResourceError::Several.into());
    }
    let mut opened = Box::pin(attempt::open(session)).await?;
    answer::check_is_answer(&opened, plan)?;
    session.client.read_on(&mut opened, LARGEST).await?;
    let no_document = |reason: &str| ResourceError::NoDocument {
        reason: reason.to_owned(),
    };
    let Some(body) = opened.whole() else {
        return Err(no_document("it holds more than 64 MiB").into());
    };
    let bytes: &[u8] = body.bytes();
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let text = std::str::from_utf8(bytes).map_err(|_| no_document("it is not UTF-8 text"))?;
    serde_json::from_str::<serde::de::IgnoredAny>(text)
        .map_err(|error| no_document(&error.to_string()))?;
    let text = text.trim_ascii();
    if !text.starts_with('{') {
        return Err(no_document("it is not an object").into());
    }
    let goes_on = value_of_member(text, "nextLink").and_then(string_of);
    if goes_on.is_some_and(|link| !link.is_empty()) {
        return Err(no_document("it is the first page of a list").into());
    }
    Ok(ResourceDocument {
        path: opened.request.url.path().to_owned(),
        text: text.to_owned(),
    })
}

/// Returns a document without what the service computes.
pub(crate) fn written_part(text: &str) -> String {
    without_members(text, &|path| {
        let names: Vec<Option<&str>> = path
            .iter()
            .map(|step| match step {
                PathStep::Member(name) => Some(name.as_ref()),
                PathStep::Element { .. } => None,
            })
            .collect();
        is_computed(&names)
    })
}
