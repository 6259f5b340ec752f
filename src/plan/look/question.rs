//! A question about a write: a POST that changes nothing.

use bytes::Bytes;
use serde_json::Value;

/// What is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// The path of Resource Manager.
    pub path: String,
    /// The version of the question, which is not that of the resource.
    pub api_version: &'static str,
    /// The body.
    pub body: Bytes,
}

impl Question {
    /// A question with a body of JSON.
    pub(super) fn new(path: String, api_version: &'static str, body: &Value) -> Self {
        Self {
            path,
            api_version,
            body: Bytes::from(body.to_string()),
        }
    }
}
