//! The words of a service's own error: its details, whom to ask about it, and what helps.
//! Decides no exit code.

use super::message::{fact, hint};
use crate::azure::ErrorDetail;
use crate::client::ServiceError;
use crate::output::Message;

pub(super) fn describe_service(error: &ServiceError, message: &mut Message) {
    let status = error.status;
    let reason = status.canonical_reason().unwrap_or_default();
    fact(
        message,
        "status",
        format!("{} {reason}", status.as_u16()).trim_end(),
    );
    describe_source(error, message);
    hints_of_service(error, message);
}

/// What failed in particular, and whom to ask about it.
pub(super) fn describe_source(error: &ServiceError, message: &mut Message) {
    if let Some(detail) = &error.detail {
        if let Some(target) = &detail.target {
            fact(message, "target", target.as_str());
        }
        for inner in &detail.details {
            describe_detail(inner, message);
        }
        for name in detail.policy_names() {
            fact(message, "policy", name);
        }
    }
    let failed_by = error.failure_cause.as_deref().map(|cause| match cause {
        "gateway" => "Azure Resource Manager (gateway)",
        "service" => "the resource provider (service)",
        other => other,
    });
    let facts = [
        ("failed by", failed_by),
        ("request id", error.request_id.as_deref()),
        ("correlation id", error.correlation_request_id.as_deref()),
    ];
    for (name, value) in facts {
        if let Some(value) = value {
            fact(message, name, value);
        }
    }
}

/// Code and message, as far as there are any.
pub(super) fn words_of(detail: &ErrorDetail) -> String {
    let words = [detail.code.as_deref(), detail.message.as_deref()];
    words.into_iter().flatten().collect::<Vec<_>>().join(": ")
}

pub(super) fn describe_detail(detail: &ErrorDetail, message: &mut Message) {
    let words = words_of(detail);
    if !words.is_empty() {
        fact(message, "detail", words);
    }
    for inner in &detail.details {
        describe_detail(inner, message);
    }
}

fn hints_of_service(error: &ServiceError, message: &mut Message) {
    let code = error
        .detail
        .as_ref()
        .and_then(|detail| detail.code.as_deref())
        .unwrap_or_default();
    let text = match (code, error.status.as_u16()) {
        ("ExpiredAuthenticationToken" | "InvalidAuthenticationToken", _) => {
            "sign in again, or set a fresh token in `ARMCLI_ACCESS_TOKEN`"
        }
        ("AuthenticationFailed", _) => "add `-v` to see whose token was sent, if any",
        ("InvalidAuthenticationTokenTenant", _) => "choose the tenant with `--tenant`",
        ("AuthorizationFailed", _) => {
            "the account lacks a role on this scope; `-v` shows which account it is"
        }
        ("SubscriptionNotFound", _) => "list those of this account with `arm GET /subscriptions`",
        ("ResourceGroupNotFound", _) => {
            "list the groups with `arm GET /subscriptions/{sub}/resourceGroups`"
        }
        ("NoRegisteredProviderFound" | "InvalidApiVersionParameter" | "InvalidResourceType", _) => {
            "choose one of the supported versions with `--api-version`"
        }
        ("MissingApiVersionParameter", _) => "add `--api-version VERSION`",
        (_, 412) => "the resource has changed: read it again for its present `etag`",
        (_, 429) => "wait a while, or allow more repetitions with `--retry`",
        _ => return,
    };
    hint(message, text);
}
