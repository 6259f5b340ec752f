//! One resource as a document that is compared or edited: asked for, read in full, checked. Who prints answers: `answer`.

use crate::app::exchange::{answer, attempt, resume_command};
use crate::app::session::run::Session;
use crate::azure::schema::{self, Body};
use crate::azure::{ResourceId, is_computed, query_values};
use crate::error::{Failure, ResourceError};
use crate::json::{PathStep, string_of, value_of_member, without_members};

/// A resource that is larger is not compared.
const LARGEST: usize = 64 << 20;

/// A resource as its service shows it.
#[derive(Debug, Clone)]
pub(crate) struct ResourceDocument {
    /// A JSON object.
    pub(crate) text: String,
    /// Its version, as `If-Match` takes it.
    pub(crate) etag: Option<String>,
    /// The api-version that it is of.
    pub(crate) api_version: Option<String>,
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
    let header = opened.response.header("etag").map(str::to_owned);
    let own = || value_of_member(text, "etag").and_then(string_of);
    let url = &opened.request.url;
    Ok(ResourceDocument {
        etag: header.or_else(own).filter(|etag| !etag.is_empty()),
        api_version: query_values(url, "api-version").into_iter().next(),
        path: url.path().to_owned(),
        text: text.to_owned(),
    })
}

/// Returns a document without what the service computes and what changes by itself in every type.
pub(crate) fn written_part(text: &str) -> String {
    without_members(text, &|path| {
        let names: Vec<Option<&str>> = path.iter().map(name_of).collect();
        is_computed(&names)
    })
}

/// The same, also without what is read-only in the type of the resource at a path.
pub(crate) fn written_part_of(text: &str, path: &str) -> String {
    let text = written_part(text);
    // What is nested too deeply for a tree stays as it is.
    let Ok(mut document) = serde_json::from_str(&text) else {
        return text;
    };
    schema::drop_computed(body_of(path).as_ref(), &mut document);
    document.to_string()
}

/// What is known of the body of a resource.
pub(crate) fn body_of(path: &str) -> Option<Body> {
    let id = ResourceId::parse(path);
    let name = id.segments().last().copied().unwrap_or_default();
    // What cannot be read of the tables in this program is as if it were not known.
    schema::find_named(&id.type_name()?, name).ok().flatten()
}

fn name_of<'a>(step: &'a PathStep<'_>) -> Option<&'a str> {
    match step {
        PathStep::Member(name) => Some(name.as_ref()),
        PathStep::Element { .. } => None,
    }
}
