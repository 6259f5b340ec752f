//! Names of the HTTP headers that Azure defines, in lower case. When they are sent: `plan::headers`, `client`.

use http::HeaderMap;

/// The protocol version header: ARM ignores it, Storage needs it for a bearer token.
pub const X_MS_VERSION: &str = "x-ms-version";
/// The value that ARM hosts and the sandbox get.
pub const RESOURCE_MANAGER_VERSION: &str = "2019-02-02";
/// The value that Storage hosts get; bearer tokens need at least `2017-11-09`.
pub const STORAGE_VERSION: &str = "2021-12-02";

/// The id that the service gives to a request.
pub const X_MS_REQUEST_ID: &str = "x-ms-request-id";
/// The id that ties the requests of one operation together.
pub const X_MS_CORRELATION_REQUEST_ID: &str = "x-ms-correlation-request-id";
/// The id that the client gives to a request: a GUID.
pub const X_MS_CLIENT_REQUEST_ID: &str = "x-ms-client-request-id";
/// The code of an error, as Storage says it next to the body.
pub const X_MS_ERROR_CODE: &str = "x-ms-error-code";
/// Which side failed: `gateway` (ARM itself) or `service` (the resource provider).
pub const X_MS_FAILURE_CAUSE: &str = "x-ms-failure-cause";
/// Further tokens for a request across tenants: `Bearer a, Bearer b`.
pub const X_MS_AUTHORIZATION_AUXILIARY: &str = "x-ms-authorization-auxiliary";
/// The time to wait before the next try, in milliseconds.
pub const X_MS_RETRY_AFTER_MS: &str = "x-ms-retry-after-ms";
/// The time to wait before the next try, in milliseconds, without the prefix.
pub const RETRY_AFTER_MS: &str = "retry-after-ms";
/// What is said about a limit; a name that ends with `-retry-after` has the seconds until it lets requests through.
pub const RATE_LIMIT: &str = "x-ms-ratelimit-";
/// How many requests are left, in a counter that the rest of the name says
/// (Microsoft Learn, `request-limits-and-throttling`).
pub const RATE_LIMIT_REMAINING: &str = "x-ms-ratelimit-remaining-";
/// How many queries of Resource Graph are left (Microsoft Learn, `guidance-for-throttled-requests`).
pub const USER_QUOTA_REMAINING: &str = "x-ms-user-quota-remaining";
/// When they are as many again as there were, as `hh:mm:ss` from now.
pub const USER_QUOTA_RESETS_AFTER: &str = "x-ms-user-quota-resets-after";
/// How long Resource Graph took, and what its answer is as old as.
pub const RESOURCE_GRAPH_REQUEST_DURATION: &str = "x-ms-resource-graph-request-duration";
/// The time of what an answer of Resource Graph shows.
pub const ARG_SNAPSHOT_TIMESTAMP: &str = "x-ms-arg-snapshot-timestamp";
/// Whether a tenant has more subscriptions than a query of Resource Graph looks at (Microsoft Learn,
/// `azure-resource-graph`, query scope).
pub const TENANT_SUBSCRIPTION_LIMIT_HIT: &str = "x-ms-tenant-subscription-limit-hit";
/// The api-versions that a resource type has.
pub const API_SUPPORTED_VERSIONS: &str = "api-supported-versions";
/// The status monitor of a long-running operation.
pub const AZURE_ASYNC_OPERATION: &str = "azure-asyncoperation";
/// The status monitor of a long-running operation on the data plane.
pub const OPERATION_LOCATION: &str = "operation-location";
/// How current Microsoft Graph's answer must be: `eventual` admits counts and searches.
pub const CONSISTENCY_LEVEL: &str = "consistencylevel";
/// The token of a change system that lets a write through: a secret.
pub const X_MS_POLICY_EXTERNAL_EVALUATIONS: &str = "x-ms-policy-external-evaluations";
/// Asks for an answer, and not for an operation.
pub const X_MS_FORCE_SYNC: &str = "x-ms-force-sync";
/// Cosmos DB's token of the next page, in an answer and in the request for that page.
pub const X_MS_CONTINUATION: &str = "x-ms-continuation";

/// Tells whether the head of a response of Resource Graph says that the tenant has more subscriptions than were looked
/// at.
pub fn is_subscription_limit_hit(headers: &HeaderMap) -> bool {
    let value = headers.get(TENANT_SUBSCRIPTION_LIMIT_HIT);
    let value = value.and_then(|value| value.to_str().ok());
    value.is_some_and(|value| value.trim().eq_ignore_ascii_case("true"))
}

/// Tells whether Resource Graph answered a read that asked for that (learn.microsoft.com, "Azure Resource Graph GET/LIST
/// API").
pub fn is_answer_of_resource_graph(headers: &HeaderMap) -> bool {
    let names = [
        USER_QUOTA_REMAINING,
        USER_QUOTA_RESETS_AFTER,
        RESOURCE_GRAPH_REQUEST_DURATION,
        ARG_SNAPSHOT_TIMESTAMP,
    ];
    names.iter().any(|name| headers.contains_key(*name))
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderName, HeaderValue};

    #[test]
    fn names_are_lower_case() {
        // `from_static` panics on a name that is not.
        for name in [
            super::X_MS_VERSION,
            super::X_MS_REQUEST_ID,
            super::X_MS_CORRELATION_REQUEST_ID,
            super::X_MS_CLIENT_REQUEST_ID,
            super::X_MS_FAILURE_CAUSE,
            super::X_MS_AUTHORIZATION_AUXILIARY,
            super::X_MS_RETRY_AFTER_MS,
            super::RETRY_AFTER_MS,
            super::AZURE_ASYNC_OPERATION,
            super::OPERATION_LOCATION,
            super::X_MS_CONTINUATION,
            super::CONSISTENCY_LEVEL,
            super::RATE_LIMIT_REMAINING,
            super::USER_QUOTA_REMAINING,
            super::USER_QUOTA_RESETS_AFTER,
            super::TENANT_SUBSCRIPTION_LIMIT_HIT,
            super::API_SUPPORTED_VERSIONS,
        ] {
            assert_eq!(HeaderName::from_static(name).as_str(), name);
        }
    }

    #[test]
    fn a_scope_that_is_too_large_is_seen() {
        for (value, expected) in [
            ("true", true),
            ("True", true),
            ("false", false),
            ("", false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(
                super::TENANT_SUBSCRIPTION_LIMIT_HIT,
                HeaderValue::from_static(value),
            );
            assert_eq!(super::is_subscription_limit_hit(&headers), expected);
        }
        assert!(!super::is_subscription_limit_hit(&HeaderMap::new()));
    }
}
