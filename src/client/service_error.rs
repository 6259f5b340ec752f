//! An answer that is an error: its status, its words, and whom to ask about it.
//! Decides no exit code and gives no advice.

use bytes::Bytes;
use http::{Method, StatusCode};

use crate::azure::ErrorDetail;
use crate::azure::headers::{X_MS_CORRELATION_REQUEST_ID, X_MS_FAILURE_CAUSE, X_MS_REQUEST_ID};
use crate::transport::Response;

/// Error bodies are small; more is not read.
const MAX_ERROR_BODY: usize = 1 << 20;

/// A service's error answer.
#[derive(Debug, Clone)]
pub struct ServiceError {
    /// The verb of the request.
    pub method: Method,
    /// The status.
    pub status: StatusCode,
    /// What the body says, in whichever of ARM's shapes.
    pub detail: Option<ErrorDetail>,
    /// The type of the body.
    pub content_type: Option<String>,
    /// The body, at most 1 MiB of it.
    pub body: Bytes,
    /// `x-ms-request-id`.
    pub request_id: Option<String>,
    /// `x-ms-correlation-request-id`.
    pub correlation_request_id: Option<String>,
    /// `x-ms-failure-cause`: `gateway` is ARM itself, `service` the resource provider.
    pub failure_cause: Option<String>,
    /// `WWW-Authenticate`.
    pub challenge: Option<String>,
}

impl ServiceError {
    /// Reads the error out of an answer.
    pub async fn read(method: &Method, mut response: Response) -> Self {
        let header = |name: &str| response.header(name).map(str::to_owned);
        let content_type = header("content-type");
        let request_id = header(X_MS_REQUEST_ID);
        let correlation_request_id = header(X_MS_CORRELATION_REQUEST_ID);
        let failure_cause = header(X_MS_FAILURE_CAUSE);
        let challenge = header("www-authenticate");
        let body = response.body.excerpt(MAX_ERROR_BODY).await;
        Self {
            method: method.clone(),
            status: response.status,
            detail: ErrorDetail::parse(&body, content_type.as_deref()),
            content_type,
            body,
            request_id,
            correlation_request_id,
            failure_cause,
            challenge,
        }
    }
}
