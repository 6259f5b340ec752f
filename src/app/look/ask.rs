//! Puts a question about a write to the service, and reads what the write is about. Who makes the questions: `plan/look`.

use http::header::{CONTENT_TYPE, HeaderValue, IF_MATCH, IF_NONE_MATCH};
use http::{Method, StatusCode};
use serde_json::{Map, Value};

use crate::app::exchange::attempt;
use crate::app::exchange::polling::Watch;
use crate::app::exchange::resource_document::{self, ResourceDocument};
use crate::app::session::run::Session;
use crate::azure::{HostKind, ResourceId, append_query, explicit_api_version, host_kind};
use crate::error::{Error, Failure, LookError};
use crate::plan::look::{Question, WrittenResource, merged};
use crate::plan::{
    Confirmation, Look, PolicyTokenMoment, Preview, Registering, RequestPlan, Waiting,
};

/// An answer that is larger is not read.
const LARGEST: usize = 64 << 20;

/// The write of a session, as the service wants it: of a PATCH the resource that it would make.
pub(super) async fn written(session: &Session) -> Result<WrittenResource, Failure> {
    let plan = &session.plan;
    check_host(plan)?;
    let body = if plan.body.is_empty() {
        Value::Object(Map::new())
    } else {
        serde_json::from_slice(&plan.body).map_err(|_| LookError::NoObject)?
    };
    let body = if plan.method == Method::PATCH {
        let resource = read(session).await?;
        let resource = serde_json::from_str(&resource.text).unwrap_or_default();
        merged(&resource, &body)
    } else {
        body
    };
    let Value::Object(body) = body else {
        return Err(LookError::NoObject.into());
    };
    let id = ResourceId::of(&plan.target.url);
    let version = explicit_api_version(&plan.target.url).unwrap_or_default();
    let written = WrittenResource::of(&id, &version, body);
    Ok(written.ok_or(LookError::NoResource)?)
}

/// Refuses hosts that have no such questions.
pub(super) fn check_host(plan: &RequestPlan) -> Result<(), LookError> {
    let target = &plan.target;
    if host_kind(&target.cloud, &target.url) == HostKind::ResourceManager {
        Ok(())
    } else {
        Err(LookError::OtherHost)
    }
}

/// What is there now.
pub(super) async fn read(session: &Session) -> Result<ResourceDocument, Failure> {
    let mut plan = without_write(&session.plan);
    plan.method = Method::GET;
    let session = session_of(session, plan);
    Box::pin(resource_document::get(&session)).await
}

/// The same; nothing if nothing is.
pub(super) async fn read_if_there(session: &Session) -> Result<Option<ResourceDocument>, Failure> {
    match read(session).await {
        Ok(found) => Ok(Some(found)),
        Err(failure) if is_not_found(&failure) => Ok(None),
        Err(failure) => Err(failure),
    }
}

fn is_not_found(failure: &Failure) -> bool {
    matches!(&failure.error, Error::Service(error) if error.status == StatusCode::NOT_FOUND)
}

/// Asks, waits if the answer takes time, and returns all of it.
pub(super) async fn ask(session: &Session, question: &Question) -> Result<Vec<u8>, Failure> {
    let mut plan = without_write(&session.plan);
    plan.method = Method::POST;
    plan.target.url.set_path(&question.path);
    plan.target.url.set_query(None);
    append_query(&mut plan.target.url, "api-version", question.api_version);
    plan.body = question.body.clone();
    let json = HeaderValue::from_static("application/json");
    plan.headers.insert(CONTENT_TYPE, json);
    plan.waiting = Waiting::Operation;
    let session = session_of(session, plan);
    let first = Box::pin(attempt::open(&session)).await?;
    let mut opened = Box::pin(Watch::new(&session)?.started(first)).await?;
    session.client.read_on(&mut opened, LARGEST).await?;
    Ok(opened.bytes().to_vec())
}

/// A plan that writes nothing, for the same place.
fn without_write(plan: &RequestPlan) -> RequestPlan {
    let mut plan = plan.clone();
    plan.body = bytes::Bytes::new();
    plan.body_file = None;
    plan.yaml_body = None;
    for name in [CONTENT_TYPE, IF_MATCH, IF_NONE_MATCH] {
        plan.headers.remove(&name);
        plan.given_headers.retain(|(own, _)| *own != name);
    }
    plan.api_version = None;
    plan.preview = Preview::None;
    plan.waiting = Waiting::No;
    plan.registering = Registering::Never;
    plan.confirmation = Confirmation::NotNeeded;
    plan.policy_tokens.moment = PolicyTokenMoment::Never;
    plan.look = Look::NONE;
    plan.options.exit.expect.clear();
    plan.options.output.include = false;
    plan
}

fn session_of(session: &Session, plan: RequestPlan) -> Session {
    let console = session.console.without_notes();
    Session::new(plan, &session.client.shared, console, &session.env)
}
