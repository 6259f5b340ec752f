//! Messages of JSON-RPC 2.0, one object per line (Model Context Protocol 2026-07-28, basic/transports: stdio). What
//! their methods mean: `session`.

use serde_json::{Map, Value, json};

pub(super) const PARSE_ERROR: i32 = -32700;
pub(super) const INVALID_REQUEST: i32 = -32600;
pub(super) const METHOD_NOT_FOUND: i32 = -32601;
pub(super) const INVALID_PARAMS: i32 = -32602;
pub(super) const UNSUPPORTED_VERSION: i32 = -32022;
/// The range of -32000 to -32099 is the server's own.
pub(super) const TOO_MANY: i32 = -32000;

/// What a client sent.
#[derive(Debug, PartialEq)]
pub(super) enum Message {
    /// A request, which wants an answer.
    Request {
        id: Value,
        method: String,
        params: Map<String, Value>,
    },
    /// A notification, which wants none.
    Notification {
        method: String,
        params: Map<String, Value>,
    },
    /// An answer to a request of ours. This server sends none.
    Response,
}

impl Message {
    /// Reads a line. The error is the answer that it gets.
    pub(super) fn parse(line: &str) -> Result<Self, Value> {
        let value: Value = serde_json::from_str(line)
            .map_err(|error| failure(&Value::Null, PARSE_ERROR, &format!("not JSON: {error}")))?;
        let Value::Object(mut members) = value else {
            // Batches are gone since 2025-06-18.
            let text = "a message is one JSON object; batches are not accepted";
            return Err(failure(&Value::Null, INVALID_REQUEST, text));
        };
        let id = members.remove("id");
        let known = id.clone().filter(is_id).unwrap_or(Value::Null);
        let invalid = |text: &str| Err(failure(&known, INVALID_REQUEST, text));
        if members.get("jsonrpc").and_then(Value::as_str) != Some("2.0") {
            return invalid("`jsonrpc` must be \"2.0\"");
        }
        let Some(Value::String(method)) = members.remove("method") else {
            let is_response = members.contains_key("result") || members.contains_key("error");
            return if is_response {
                Ok(Self::Response)
            } else {
                invalid("`method` must be a string")
            };
        };
        let params = match members.remove("params") {
            None => Map::new(),
            Some(Value::Object(params)) => params,
            Some(_) => return invalid("`params` must be an object"),
        };
        match id {
            None => Ok(Self::Notification { method, params }),
            Some(id) if is_id(&id) => Ok(Self::Request { id, method, params }),
            Some(_) => invalid("`id` must be a string or a whole number"),
        }
    }
}

fn is_id(id: &Value) -> bool {
    id.is_string() || id.is_i64() || id.is_u64()
}

/// The answer to a request that was understood.
pub(super) fn success(id: &Value, result: &Value) -> Value {
    json!({"jsonrpc": "2.0", "id": id, "result": result})
}

/// The answer to a request that was not.
pub(super) fn failure(id: &Value, code: i32, message: &str) -> Value {
    json!({"jsonrpc": "2.0", "id": id, "error": {"code": code, "message": message}})
}

/// The same, with what a program needs to do better.
pub(super) fn failure_with(id: &Value, code: i32, message: &str, data: &Value) -> Value {
    json!({"jsonrpc": "2.0", "id": id, "error": {"code": code, "message": message, "data": data}})
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{INVALID_REQUEST, Message, PARSE_ERROR};

    #[test]
    fn a_request_has_an_id_and_a_notification_has_none() {
        let line = r#"{"jsonrpc":"2.0","id":"a","method":"ping"}"#;
        let Ok(Message::Request { id, method, params }) = Message::parse(line) else {
            panic!("a request");
        };
        assert_eq!((id, method.as_str(), params.len()), (json!("a"), "ping", 0));
        let line = r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#;
        assert!(matches!(
            Message::parse(line),
            Ok(Message::Notification { .. })
        ));
        let line = r#"{"jsonrpc":"2.0","id":1,"result":{}}"#;
        assert_eq!(Message::parse(line), Ok(Message::Response));
    }

    #[test]
    fn what_is_no_message_gets_an_answer() {
        for (line, code, id) in [
            ("", PARSE_ERROR, Value::Null),
            ("{\"a\"", PARSE_ERROR, Value::Null),
            ("[]", INVALID_REQUEST, Value::Null),
            ("3", INVALID_REQUEST, Value::Null),
            (r#"{"id":1,"method":"ping"}"#, INVALID_REQUEST, json!(1)),
            (r#"{"jsonrpc":"2.0","id":1}"#, INVALID_REQUEST, json!(1)),
            (
                r#"{"jsonrpc":"2.0","id":null,"method":"ping"}"#,
                INVALID_REQUEST,
                Value::Null,
            ),
            (
                r#"{"jsonrpc":"2.0","id":1.5,"method":"ping"}"#,
                INVALID_REQUEST,
                Value::Null,
            ),
            (
                r#"{"jsonrpc":"2.0","id":{},"method":"ping"}"#,
                INVALID_REQUEST,
                Value::Null,
            ),
            (
                r#"{"jsonrpc":"2.0","id":7,"method":"ping","params":[]}"#,
                INVALID_REQUEST,
                json!(7),
            ),
        ] {
            let answer = Message::parse(line).unwrap_err();
            assert_eq!(answer.pointer("/error/code"), Some(&json!(code)), "{line}");
            assert_eq!(answer.get("id"), Some(&id), "{line}");
        }
    }
}
