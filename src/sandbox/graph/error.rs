//! What is wrong with a query, in the words and the shape of the service: recorded in azure-cli-extensions
//! (`test_query_error`) and seen in public issues. Who finds it: `request` and `kql`.

use http::StatusCode;
use serde_json::{Value, json};

use crate::sandbox::hash::guid;
use crate::sandbox::protocol::reply::Reply;
use crate::sandbox::protocol::request::Call;

/// A place in a query. Lines count from 1; positions from 0, in the units of UTF-16.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct QueryPosition {
    pub(crate) line: u32,
    pub(crate) position: u32,
}

impl QueryPosition {
    /// The beginning of a query.
    pub(crate) const START: Self = Self {
        line: 1,
        position: 0,
    };

    /// Moves past a character.
    pub(crate) fn advance(&mut self, character: char) {
        if character == '\n' {
            self.line += 1;
            self.position = 0;
        } else {
            self.position += if character.len_utf16() == 2 { 2 } else { 1 };
        }
    }
}

/// Why a query cannot be answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum QueryError {
    /// The grammar has no place for a token.
    Parser {
        place: QueryPosition,
        token: String,
        expected: Option<String>,
    },
    /// Something that the service knows, perhaps, and the sandbox does not.
    Beyond {
        place: QueryPosition,
        token: String,
        message: String,
    },
    /// A table that is not there (Azure/azqr#847).
    Table { name: String },
    /// Columns that are not there (recorded for facets).
    Columns { names: Vec<String> },
    /// A dynamic value where only a scalar is allowed (microsoft/Kusto-Query-Language#61).
    Dynamic {
        operator: &'static str,
        name: String,
    },
}

impl QueryError {
    pub(crate) fn parser(place: QueryPosition, token: &str, expected: Option<&str>) -> Self {
        Self::Parser {
            place,
            token: token.to_owned(),
            expected: expected.map(str::to_owned),
        }
    }

    /// The entry of `details` that says it.
    pub(crate) fn detail(&self) -> Value {
        match self {
            Self::Parser {
                place,
                token,
                expected,
            } => {
                let mut detail = json!({
                    "code": "ParserFailure",
                    "message": "ParserFailure",
                    "line": place.line,
                    "characterPositionInLine": place.position,
                    "token": token,
                });
                if let (Some(expected), Some(members)) = (expected, detail.as_object_mut()) {
                    members.insert("expectedToken".to_owned(), expected.as_str().into());
                }
                detail
            }
            Self::Beyond {
                place,
                token,
                message,
            } => json!({
                "code": "InvalidQueryLanguage",
                "message": message,
                "line": place.line,
                "characterPositionInLine": place.position,
                "token": token,
            }),
            Self::Table { name } => json!({
                "code": "DisallowedLogicalTableName",
                "message": format!("Table {name} is invalid, unsupported or disallowed."),
            }),
            Self::Columns { names } => json!({
                "code": "InvalidColumnNames",
                "message": format!("Invalid column names: [{}].", names.join(", ")),
            }),
            Self::Dynamic { operator, name } => json!({
                "code": "InvalidQuery",
                "message": format!(
                    "The key '{name}' of '{operator}' is of a 'dynamic' type. Please use an explicit cast: tostring({name})."
                ),
            }),
        }
    }

    /// The answer that refuses the query.
    pub(crate) fn reply(&self, call: &Call<'_>) -> Reply {
        let detail = self.detail();
        let details = match self {
            Self::Table { .. } => vec![detail],
            Self::Parser { .. }
            | Self::Beyond { .. }
            | Self::Columns { .. }
            | Self::Dynamic { .. } => vec![
                json!({
                    "code": "InvalidQuery",
                    "message": "Query is invalid. Please refer to the documentation for the Azure Resource Graph service and fix the error before retrying.",
                }),
                detail,
            ],
        };
        refusal(call, StatusCode::BAD_REQUEST, "BadRequest", details)
    }
}

/// Why a request that may hold a good query cannot be answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum RequestError {
    /// The body is not what a query comes in.
    Body { reason: String },
    /// None of the subscriptions exists (Azure/aztfexport#475).
    NoSubscription,
    /// The caller may see none of what was named (Azure/azure-sdk-for-java#29924).
    Denied,
}

impl RequestError {
    /// The answer that refuses the request.
    pub(crate) fn reply(&self, call: &Call<'_>) -> Reply {
        let (status, code, detail) = match self {
            Self::Body { reason } => (
                StatusCode::BAD_REQUEST,
                "BadRequest",
                json!({ "code": "InvalidRequestBody", "message": reason }),
            ),
            Self::NoSubscription => (
                StatusCode::BAD_REQUEST,
                "BadRequest",
                json!({
                    "code": "NoValidSubscriptionsInQueryRequest",
                    "message": "There must be at least one subscription that is eligible to contain resources.",
                }),
            ),
            Self::Denied => (
                StatusCode::FORBIDDEN,
                "AccessDenied",
                json!({
                    "code": "AccessDenied",
                    "message": "Access is denied to the requested resource. The user might not have enough permission.",
                }),
            ),
        };
        refusal(call, status, code, vec![detail])
    }
}

/// The refusal of a caller who has asked too often (Azure/azure-cli-extensions#3325).
pub(crate) fn throttled(timestamp: &str) -> Reply {
    let detail = json!({
        "code": "RateLimiting",
        "message": "Client application has been throttled and should not attempt to repeat the request until an amount of time has elapsed. Please see https://aka.ms/resourcegraph-throttling for help.",
    });
    error(
        StatusCode::TOO_MANY_REQUESTS,
        ("RateLimiting", vec![detail]),
        timestamp,
        &guid(timestamp),
    )
}

fn refusal(call: &Call<'_>, status: StatusCode, code: &str, details: Vec<Value>) -> Reply {
    let timestamp = call.now.rfc3339();
    let own = || {
        guid(&format!(
            "{timestamp} {}",
            String::from_utf8_lossy(call.body)
        ))
    };
    let correlation = call.header("x-ms-correlation-request-id");
    let correlation = correlation.map_or_else(own, str::to_owned);
    error(status, (code, details), &timestamp, &correlation)
}

fn error(
    status: StatusCode,
    (code, details): (&str, Vec<Value>),
    timestamp: &str,
    correlation: &str,
) -> Reply {
    let message = format!(
        "Please provide below info when asking for support: timestamp = {timestamp}, correlationId = {correlation}."
    );
    let error = json!({ "code": code, "message": message, "details": details });
    Reply::json(status, json!({ "error": error }))
}
