//! Writes the resources of a template, one after the other, as if each had been sent by itself. What a template holds:
//! `template`; how a run is reported: `mod.rs`.

use bytes::Bytes;
use http::{Method, Request, StatusCode, header};
use serde_json::{Value, json};

use crate::sandbox::deployments::template::{Mode, Resource, Template};
use crate::sandbox::dispatch;
use crate::sandbox::long_running::record::Outcome;
use crate::sandbox::long_running::run as operations;
use crate::sandbox::protocol::error::ArmError;
use crate::sandbox::protocol::reply::Reply;
use crate::sandbox::protocol::request::Call;
use crate::sandbox::protocol::{api_version, route};
use crate::sandbox::resources::context::Context;
use crate::sandbox::resources::types;
use crate::sandbox::store::{Store, text};

/// What became of one resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Step {
    pub(super) act: Act,
    pub(super) id: String,
    pub(super) resource_type: String,
    pub(super) name: String,
    pub(super) status: StatusCode,
    /// The error object, if it failed.
    pub(super) error: Option<Value>,
}

/// What a step does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Act {
    Create,
    Delete,
}

/// Writes all resources. What depends on one that failed is left out.
pub(super) fn run(
    store: &mut Store,
    call: &Call<'_>,
    template: &Template,
    context: &Context<'_>,
) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    for resource in &template.resources {
        let has_failed = |id: &String| {
            !steps
                .iter()
                .any(|step| step.id == *id && step.error.is_none())
        };
        if resource.depends_on.iter().any(has_failed) {
            continue;
        }
        let body = Value::Object(resource.body.clone()).to_string();
        let uri = uri(&resource.id, &resource.api_version);
        let (status, error) = send(store, call, (Method::PUT, uri, body), context);
        steps.push(step(Act::Create, resource, status, error));
    }
    if template.mode == Mode::Complete && steps.iter().all(|step| step.error.is_none()) {
        for (id, resource_type) in surplus(store, template) {
            let name = id.rsplit('/').next().unwrap_or_default().to_owned();
            let version = types::resource_type(&resource_type);
            let version = version.and_then(|known| known.versions().iter().next());
            let uri = uri(&id, version.unwrap_or_default());
            let (status, error) = send(store, call, (Method::DELETE, uri, String::new()), context);
            steps.push(Step {
                act: Act::Delete,
                id,
                resource_type,
                name,
                status,
                error,
            });
        }
    }
    steps
}

pub(super) fn uri(id: &str, version: &str) -> String {
    let path: Vec<String> = id
        .split('/')
        .map(|segment| {
            percent_encoding::utf8_percent_encode(segment, percent_encoding::NON_ALPHANUMERIC)
                .to_string()
        })
        .collect();
    format!("{}?api-version={version}", path.join("/"))
}

fn step(act: Act, resource: &Resource, status: StatusCode, error: Option<Value>) -> Step {
    Step {
        act,
        id: resource.id.clone(),
        resource_type: resource.resource_type.clone(),
        name: resource.name.clone(),
        status,
        error,
    }
}

/// The resources of a group that the template does not have: id and type.
pub(super) fn surplus(store: &Store, template: &Template) -> Vec<(String, String)> {
    let scope = &template.environment.scope;
    let has = |id: &str| {
        template
            .resources
            .iter()
            .any(|own| own.id.eq_ignore_ascii_case(id))
    };
    let listed = store.list(&format!("{scope}/"), |name| {
        let known = types::resource_type(name);
        known.is_some_and(|known| known.is_tracked() && !known.is_nested())
    });
    let ids = listed.iter().map(|listed| {
        let body = listed.body();
        (text(&body, "id").to_owned(), text(&body, "type").to_owned())
    });
    ids.filter(|(id, _)| !has(id)).collect()
}

/// Sends one request to the sandbox itself, and waits for its operation.
pub(super) fn send(
    store: &mut Store,
    call: &Call<'_>,
    (method, uri, body): (Method, String, String),
    context: &Context<'_>,
) -> (StatusCode, Option<Value>) {
    let request = Request::builder()
        .method(method)
        .uri(&uri)
        .header(header::CONTENT_TYPE, "application/json")
        .body(Bytes::from(body));
    let Ok(request) = request else {
        let fault = ArmError::PathNotFound { path: uri };
        return failed(Reply::from(fault));
    };
    let mut answer = || -> Result<(Reply, String), ArmError> {
        let inner = Call::parse(&request, call.now)?;
        let version = api_version::requested(&inner)?;
        let route = route::resolve(&inner, &version)?;
        dispatch::check_version(store, &version, &route)?;
        let id = format!("/{}", inner.segments.join("/"));
        Ok((dispatch::answer(store, &inner, &route, context)?, id))
    };
    match answer() {
        Err(fault) => failed(Reply::from(fault)),
        Ok((reply, _)) if reply.status.as_u16() >= 400 => failed(reply),
        Ok((reply, id)) => match operations::complete(store, &id, call.now) {
            Some(Outcome::Failed | Outcome::Canceled) => (
                StatusCode::CONFLICT,
                Some(json!({
                    "code": "ResourceDeploymentFailure",
                    "target": id,
                    "message": "The resource write operation failed to complete successfully, because it reached terminal provisioning state 'Failed'.",
                })),
            ),
            Some(Outcome::Succeeded) | None => (reply.status, None),
        },
    }
}

fn failed(reply: Reply) -> (StatusCode, Option<Value>) {
    let error = reply
        .body
        .and_then(|mut body| body.get_mut("error").map(Value::take));
    (
        reply.status,
        error.or_else(|| {
            Some(json!({ "code": "InternalServerError", "message": "An error occurred." }))
        }),
    )
}
