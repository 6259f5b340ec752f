//! The answers to those who ask how an operation is doing: the status that `Azure-AsyncOperation` names,
//! and the result that `Location` names. What an operation does is for `long_running`.

use http::StatusCode;
use serde_json::{Value, json};

use crate::sandbox::long_running::record::{
    self, CompletionEffect, Operation, OperationUrl, Outcome,
};
use crate::sandbox::long_running::run::{self, POLLS};
use crate::sandbox::protocol::error::ArmError;
use crate::sandbox::protocol::reply::{FAILURE_CAUSE, Reply};
use crate::sandbox::protocol::request::Call;
use crate::sandbox::resources::view;
use crate::sandbox::store::Store;
use crate::sandbox::timestamp::Timestamp;

/// Answers a request for the status or the result of an operation, which advances it.
pub(crate) fn answer(
    store: &mut Store,
    call: &Call<'_>,
    name: &str,
    base_url: &str,
) -> Result<Reply, ArmError> {
    call.only_get()?;
    let found = store.operations().find(name);
    let asked = found.and_then(|operation| Some((operation.clone(), operation.page(call)?)));
    let Some((operation, page)) = asked else {
        return Err(ArmError::OperationNotFound {
            operation: name.to_owned(),
        });
    };
    let operation = run::poll(store, operation, call.now);
    Ok(match page {
        OperationUrl::Status => status(&operation, base_url),
        OperationUrl::Result => result(store, &operation, base_url),
    })
}

fn status(operation: &Operation, base_url: &str) -> Reply {
    let mut body = json!({
        "id": operation.path(OperationUrl::Status),
        "name": operation.name,
        "startTime": Timestamp::from_seconds(operation.started).rfc3339(),
    });
    let Some(members) = body.as_object_mut() else {
        return Reply::json(StatusCode::OK, body);
    };
    let Some(end) = operation.end else {
        let percent = u16::from(operation.polls) * 100 / u16::from(POLLS);
        members.insert("status".to_owned(), "InProgress".into());
        members.insert("percentComplete".to_owned(), percent.into());
        let mut reply = Reply::json(StatusCode::OK, body);
        // Only how long to wait is repeated: the addresses are those of the first answer.
        if let Some(wait) = run::headers(operation, base_url).remove("retry-after") {
            reply.headers.insert("retry-after", wait);
        }
        return reply;
    };
    let ended = Timestamp::from_seconds(end.at).rfc3339();
    members.insert("endTime".to_owned(), ended.into());
    members.insert("status".to_owned(), end.outcome.word().into());
    match error(operation, end.outcome) {
        None => members.insert("percentComplete".to_owned(), 100.into()),
        Some(error) => members.insert("error".to_owned(), error),
    };
    Reply::json(StatusCode::OK, body)
}

fn result(store: &Store, operation: &Operation, base_url: &str) -> Reply {
    let Some(end) = operation.end else {
        let mut reply = Reply::empty(StatusCode::ACCEPTED);
        reply.headers = run::headers(operation, base_url);
        return reply;
    };
    if let Some(error) = error(operation, end.outcome) {
        // The deletion of a group fails in a spelling of its own (recorded in Azure SDK tests).
        let member = match record::namespace(&operation.target) {
            Some(_) => "error",
            None => "Error",
        };
        return Reply::json(StatusCode::CONFLICT, json!({ member: error }))
            .with(FAILURE_CAUSE, "service");
    }
    match &operation.work {
        CompletionEffect::Remove | CompletionEffect::Power(_) => Reply::empty(StatusCode::OK),
        CompletionEffect::Move { .. } => Reply::empty(StatusCode::NO_CONTENT),
        CompletionEffect::Answer(answer) if answer.is_null() => {
            Reply::empty(StatusCode::NO_CONTENT)
        }
        CompletionEffect::Answer(answer) => Reply::json(StatusCode::OK, answer.as_ref().clone()),
        CompletionEffect::Write | CompletionEffect::Become(_) => {
            match view::read(store, &operation.target) {
                Some(view) => Reply::json(StatusCode::OK, view::without_instance_view(view.body)),
                // Deleted since.
                None => Reply::empty(StatusCode::NO_CONTENT),
            }
        }
    }
}

/// The error of an operation that did not succeed.
fn error(operation: &Operation, outcome: Outcome) -> Option<Value> {
    if let (CompletionEffect::Become(body), Outcome::Failed) = (&operation.work, outcome) {
        return body.pointer("/properties/error").cloned();
    }
    let error = match (outcome, record::namespace(&operation.target)) {
        (Outcome::Succeeded, _) => return None,
        (Outcome::Canceled, _) => json!({
            "code": "OperationPreempted",
            "message": "Operation execution has been preempted by a more recent operation.",
        }),
        (Outcome::Failed, None) => {
            let group = operation.target.rsplit('/').next().unwrap_or_default();
            json!({
                "Code": "ResourceGroupDeletionBlocked",
                "Message": format!("Deletion of resource group '{group}' failed as resources in it could not be deleted. The provisioning state of the resource group will be rolled back. Please check audit logs for more details."),
                "Target": null,
                "Details": [],
            })
        }
        (Outcome::Failed, Some("Microsoft.Compute")) => json!({
            "code": "AllocationFailed",
            "message": "Allocation failed. We do not have sufficient capacity for the requested VM size in this region. Read more about improving likelihood of allocation success at https://aka.ms/allocation-guidance",
        }),
        (Outcome::Failed, Some(_)) => json!({
            "code": "InternalServerError",
            "message": "An error occurred.",
            "details": [],
        }),
    };
    Some(error)
}
