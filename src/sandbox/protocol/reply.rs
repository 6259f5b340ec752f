//! Answers: a status, an optional JSON body and headers of their own. Those of every answer are added by
//! `response`.

use http::header::{self, HeaderName, HeaderValue};
use http::{HeaderMap, StatusCode};
use serde_json::{Value, json};

use crate::sandbox::authority::directory;
use crate::sandbox::protocol::error::ArmError;

/// An answer before the common headers are added.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) body: Option<Value>,
    pub(crate) headers: HeaderMap,
}

impl Reply {
    /// An answer with a JSON body.
    pub(crate) fn json(status: StatusCode, body: Value) -> Self {
        Self {
            status,
            body: Some(body),
            headers: HeaderMap::new(),
        }
    }

    /// An answer without a body.
    pub(crate) fn empty(status: StatusCode) -> Self {
        Self {
            status,
            body: None,
            headers: HeaderMap::new(),
        }
    }

    /// Adds a header; a value that a header cannot hold is left out.
    pub(crate) fn with(mut self, name: HeaderName, value: &str) -> Self {
        set(&mut self.headers, name, value);
        self
    }
}

impl From<ArmError> for Reply {
    fn from(fault: ArmError) -> Self {
        Self::refusal(&fault, directory::CONTOSO.id)
    }
}

impl Reply {
    /// Refuses; a refused token is told the tenant whose token is needed.
    pub(crate) fn refusal(fault: &ArmError, tenant_id: &str) -> Self {
        let (status, code) = fault.status_and_code();
        let body = json!({ "error": { "code": code, "message": fault.to_string() } });
        let mut reply = Self::json(status, body).with(FAILURE_CAUSE, "gateway");
        if let Some(description) = fault.challenge() {
            let challenge = format!(
                "Bearer authorization_uri=\"https://login.windows.net/{tenant_id}\", error=\"invalid_token\", error_description=\"{description}\""
            );
            reply = reply.with(header::WWW_AUTHENTICATE, &challenge);
        }
        if let ArmError::MethodNotAllowed { allow, .. } = fault {
            reply = reply.with(header::ALLOW, allow);
        }
        reply
    }
}

pub(crate) const FAILURE_CAUSE: HeaderName = HeaderName::from_static("x-ms-failure-cause");

/// Sets a header; a value that a header cannot hold is left out.
pub(super) fn set(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}
