//! What helps where access is refused: no role, no token, the wrong tenant, a policy, a provider or
//! a subscription that is not there. One function for each row of the table in `service_hint`.

use super::context::Signature;
use super::service_hint::Failure;
use crate::azure::ErrorDetail;
use crate::output::shell::word;

/// `AuthorizationFailed` and its kin: who may assign what, and where.
pub(super) fn of_missing_role(failure: &Failure<'_>) -> Vec<String> {
    if failure.run.is_sandbox {
        return vec!["the sandbox keeps this from its user; nobody can change that".to_owned()];
    }
    let linked = failure.quoted_after("linked scope(s) ");
    let scope = linked.or_else(|| failure.quoted_after("over scope "));
    let scope = scope.and_then(|scope| scope.split(',').next());
    let object_id = failure.quoted_after("object id ");
    let (Some(scope), Some(object_id)) = (scope, object_id) else {
        let text = "the account lacks a role on this scope; `-v` shows which account it is";
        return vec![text.to_owned()];
    };
    let denied = failure
        .quoted_after("does not have permission to perform action(s) ")
        .or_else(|| failure.quoted_after("does not have permission to perform action "))
        .or_else(|| failure.quoted_after("to perform action "));
    let reads = denied.is_some_and(|action| action.ends_with("/read"));
    let role = if reads { "Reader" } else { "Contributor" };
    let assign = format!(
        "az role assignment create --assignee {} --role {role} --scope {}",
        word(object_id),
        word(scope)
    );
    vec![
        format!("whoever manages access to the scope can give a role: `{assign}`"),
        "what does not exist is refused the same way: check the names in the URL".to_owned(),
    ]
}

/// A 401.
pub(super) fn of_token(failure: &Failure<'_>) -> String {
    let text = match (failure.run.signature, failure.run.is_sandbox) {
        (Signature::None, _) => "the request went out without a token: leave `--no-auth` out",
        (Signature::Header, _) => {
            "the `Authorization` header was yours: leave it out to have a token fetched"
        }
        (Signature::Credential, true) => "leave `Authorization` and `x-sandbox-fault` out",
        (Signature::Credential, false) => {
            "sign in again, for example with `az login`, or set a fresh token in \
             `ARMCLI_ACCESS_TOKEN`; `-v` shows whose token was sent"
        }
    };
    text.to_owned()
}

/// The token is of another tenant than the subscription (Azure/BatchExplorer#2052).
pub(super) fn of_tenant(failure: &Failure<'_>) -> String {
    let authority = failure
        .quoted_after("authority (URL) ")
        .or_else(|| failure.quoted_after("must match the tenant "));
    let tenant = authority.and_then(|url| {
        let (_, path) = url.split_once("://")?;
        let tenant = path.split('/').nth(1)?;
        let is_id = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'.';
        (!tenant.is_empty() && tenant.bytes().all(is_id)).then_some(tenant)
    });
    let named = failure.run.options.contains(" --tenant ");
    match tenant {
        // To add it again would change nothing.
        Some(tenant) if named && failure.run.options.contains(tenant) => format!(
            "this credential gives no token of the tenant {tenant}: sign in there with `arm login \
             --tenant {tenant}`, or choose another source with `--auth`"
        ),
        Some(tenant) if named => {
            format!("the subscription is of another tenant than the named one: `--tenant {tenant}`")
        }
        Some(tenant) => format!("the subscription is of another tenant: add `--tenant {tenant}`"),
        None => "choose the subscription's tenant with `--tenant`".to_owned(),
    }
}

/// A provider that the subscription does not use yet.
pub(super) fn of_registration(failure: &Failure<'_>) -> Option<String> {
    let namespace = failure.quoted_after("namespace ");
    let namespace = namespace.or_else(|| failure.id.namespace())?;
    if failure.id.namespace_named(namespace).is_some() && !failure.run.registers {
        return Some("add `--register` to register it and repeat the request".to_owned());
    }
    let subscription = failure.id.subscription()?;
    let path = format!("{subscription}/providers/{namespace}/register");
    let register = failure.command("POST", &path, "")?;
    Some(format!("register it with `{register}`"))
}

/// A subscription that does not exist, or not for this account.
pub(super) fn of_unknown_subscription(failure: &Failure<'_>) -> Option<String> {
    let list = failure.command("GET", "/subscriptions", "")?;
    let text = format!("list those of this account with `{list}`");
    Some(if failure.run.is_sandbox {
        text
    } else {
        format!("{text}; those of another tenant with `--tenant`")
    })
}

/// A policy of the organisation.
pub(super) fn of_policy(failure: &Failure<'_>) -> Option<String> {
    if failure.message.contains("MFA") {
        return Some("sign in again with multi-factor authentication: `az login`".to_owned());
    }
    let detail = failure.error.detail.as_ref();
    let id = detail.and_then(ErrorDetail::policy_assignment_id)?;
    let id = id.starts_with('/').then_some(id)?;
    let show = failure.command("GET", id, " --api-version 2023-04-01")?;
    Some(format!("see what the policy asks for with `{show}`"))
}

#[cfg(test)]
mod tests {
    use http::Method;
    use url::Url;

    use crate::azure::ErrorDetail;
    use crate::client::{Asked, ServiceError};
    use crate::error::HintContext;
    use crate::error::service_hint::hints_of;

    fn hint(run: &HintContext) -> String {
        let body = br#"{"error":{"code":"InvalidAuthenticationTokenTenant","message":"It must match the tenant 'https://x/t-1/' of it."}}"#;
        let error = ServiceError {
            asked: Asked {
                method: Method::GET,
                url: Url::parse("https://management.azure.com/subscriptions/s").unwrap(),
                conditions: Vec::new(),
            },
            status: http::StatusCode::UNAUTHORIZED,
            detail: ErrorDetail::parse(body, None),
            content_type: None,
            body: bytes::Bytes::new(),
            request_id: None,
            correlation_request_id: None,
            failure_cause: None,
            challenge: None,
            allow: None,
            retry_after: None,
            supported_versions: None,
            attempts: crate::transport::retry::Attempts::default(),
        };
        hints_of(&error, run).concat()
    }

    #[test]
    fn a_tenant_that_was_named_is_not_asked_for_again() {
        let run = HintContext::default();
        assert!(hint(&run).ends_with("add `--tenant t-1`"));
        let other = run.clone().with_value("--tenant", "t-2");
        assert!(hint(&other).contains("than the named one: `--tenant t-1`"));
        let same = run.with_value("--tenant", "t-1");
        assert!(hint(&same).contains("arm login --tenant t-1"));
    }
}
