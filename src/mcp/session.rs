//! One client's conversation: each line that it sends becomes a step. Both eras of the protocol are spoken, because a client
//! may try the newer one first: since 2026-07-28 each request says its version, before a handshake did.

use serde_json::{Map, Value, json};

use super::message::{
    INVALID_PARAMS, INVALID_REQUEST, METHOD_NOT_FOUND, Message, TOO_MANY, UNSUPPORTED_VERSION,
    failure, failure_with, success,
};
use super::tools::{ToolCall, Tools};

/// The version without a handshake.
const MODERN: &str = "2026-07-28";
/// Those with one, the newest first.
const LEGACY: [&str; 4] = ["2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"];
const VERSION_MEMBER: &str = "io.modelcontextprotocol/protocolVersion";
const CAPABILITIES_MEMBER: &str = "io.modelcontextprotocol/clientCapabilities";
/// How long a client may keep the list of tools, in milliseconds: it stays while the process lives.
const TTL_MS: u64 = 3_600_000;
/// The most calls that may wait or run at a time.
const MOST_CALLS: usize = 32;
const INSTRUCTIONS: &str = "arm speaks to Azure Resource Manager with its owner's account. Read with arm_read: lists are \
    complete, api-versions are chosen. Look a type up with arm_types before you write a body. Changes are made \
    only by arm_plan and then arm_apply.";

/// How a request speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Era {
    /// Each request says its version.
    Modern,
    /// After a handshake.
    Legacy,
}

/// A call that is to be run.
#[derive(Debug, Clone, PartialEq)]
pub struct PendingCall {
    /// The identifier of its request.
    pub id: Value,
    /// How its request speaks.
    pub era: Era,
    /// What it wants.
    pub call: ToolCall,
    /// The token for reports of its progress, if the client wants them.
    pub progress_token: Option<Value>,
}

/// What a line leads to.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    /// The client gets this.
    Answer(Value),
    /// This is run, and answered later.
    Call(Box<PendingCall>),
    /// What was asked for with this identifier is not wanted any more.
    Cancel(Value),
    /// Nothing.
    Nothing,
}

/// A conversation.
#[derive(Debug)]
pub struct Session {
    tools: Tools,
    has_handshake: bool,
    /// The identifiers of calls that are not answered yet.
    pending: Vec<Value>,
}

impl Session {
    /// Begins one.
    pub fn new(tools: Tools) -> Self {
        Self {
            tools,
            has_handshake: false,
            pending: Vec::new(),
        }
    }

    /// Takes a line. White space between messages is skipped.
    pub fn receive(&mut self, line: &str) -> Step {
        if line.trim().is_empty() {
            return Step::Nothing;
        }
        match Message::parse(line) {
            Err(answer) => Step::Answer(answer),
            Ok(Message::Response) => Step::Nothing,
            Ok(Message::Notification { method, mut params }) => {
                let cancelled = params
                    .remove("requestId")
                    .filter(|id| self.pending.contains(id));
                match cancelled {
                    Some(id) if method == "notifications/cancelled" => {
                        self.end(&id);
                        Step::Cancel(id)
                    }
                    Some(_) | None => Step::Nothing,
                }
            }
            Ok(Message::Request { id, method, params }) => self
                .request(&id, &method, params)
                .unwrap_or_else(Step::Answer),
        }
    }

    /// Says that a line was too long to be read.
    pub fn too_long(most: usize) -> Value {
        let text = format!("a message may take {most} bytes");
        failure(&Value::Null, INVALID_REQUEST, &text)
    }

    /// Notes that a call was answered; tells whether the answer is still wanted.
    pub fn end(&mut self, id: &Value) -> bool {
        let before = self.pending.len();
        self.pending.retain(|pending| pending != id);
        self.pending.len() < before
    }

    fn request(
        &mut self,
        id: &Value,
        method: &str,
        params: Map<String, Value>,
    ) -> Result<Step, Value> {
        let result = match method {
            "initialize" => self.initialize(&params),
            "ping" => json!({}),
            "server/discover" => {
                self.era(id, &params)?;
                self.discover()
            }
            "tools/list" => {
                let list = json!({"tools": self.tools.list()});
                complete(self.era(id, &params)?, list, Kept::AsLongAsTheServer)
            }
            "tools/call" => return self.call(id, params),
            _ => {
                let text = format!("there is no method `{}`", method.escape_debug());
                return Err(failure(id, METHOD_NOT_FOUND, &text));
            }
        };
        Ok(Step::Answer(success(id, &result)))
    }

    /// A client that speaks none of our versions is answered with our newest, and leaves (2025-11-25, basic/lifecycle).
    fn initialize(&mut self, params: &Map<String, Value>) -> Value {
        self.has_handshake = true;
        let asked = params.get("protocolVersion").and_then(Value::as_str);
        let version = asked
            .filter(|asked| LEGACY.contains(asked))
            .unwrap_or(LEGACY[0]);
        json!({
            "protocolVersion": version,
            "capabilities": {"tools": {}},
            "serverInfo": server_info(),
            "instructions": INSTRUCTIONS,
        })
    }

    fn discover(&self) -> Value {
        let versions: Vec<&str> = std::iter::once(MODERN).chain(LEGACY).collect();
        let result = json!({
            "supportedVersions": versions,
            "capabilities": {"tools": {}},
            "_meta": {"io.modelcontextprotocol/serverInfo": server_info()},
            "instructions": INSTRUCTIONS,
        });
        complete(Era::Modern, result, Kept::AsLongAsTheServer)
    }

    /// Tells how a request speaks, or refuses one that says neither.
    fn era(&self, id: &Value, params: &Map<String, Value>) -> Result<Era, Value> {
        let meta = params.get("_meta").and_then(Value::as_object);
        let version = meta.and_then(|meta| meta.get(VERSION_MEMBER));
        let Some(version) = version else {
            if self.has_handshake {
                return Ok(Era::Legacy);
            }
            let text =
                format!("`_meta` must have `{VERSION_MEMBER}`, unless `initialize` came before");
            return Err(failure(id, INVALID_PARAMS, &text));
        };
        if version != MODERN {
            let data = json!({"supported": [MODERN], "requested": version});
            return Err(failure_with(
                id,
                UNSUPPORTED_VERSION,
                "Unsupported protocol version",
                &data,
            ));
        }
        if !meta.is_some_and(|meta| meta.get(CAPABILITIES_MEMBER).is_some_and(Value::is_object)) {
            let text = format!("`_meta` must have `{CAPABILITIES_MEMBER}`");
            return Err(failure(id, INVALID_PARAMS, &text));
        }
        Ok(Era::Modern)
    }

    fn call(&mut self, id: &Value, mut params: Map<String, Value>) -> Result<Step, Value> {
        let era = self.era(id, &params)?;
        let invalid = |text: &str| Err(failure(id, INVALID_PARAMS, text));
        let arguments = match params.remove("arguments") {
            None => Map::new(),
            Some(Value::Object(arguments)) => arguments,
            Some(_) => return invalid("`arguments` must be an object"),
        };
        let Some(Value::String(name)) = params.remove("name") else {
            return invalid("`name` must be the name of a tool");
        };
        let call = match self.tools.call(&name, arguments) {
            Ok(call) => call,
            Err(text) => return invalid(&text),
        };
        if self.pending.contains(id) {
            return Err(failure(id, INVALID_REQUEST, "this `id` is in use"));
        }
        if self.pending.len() >= MOST_CALLS {
            let text = format!("{MOST_CALLS} calls are under way: wait for one of them");
            return Err(failure(id, TOO_MANY, &text));
        }
        self.pending.push(id.clone());
        let meta = params.get("_meta").and_then(Value::as_object);
        let token = meta.and_then(|meta| meta.get("progressToken")).cloned();
        Ok(Step::Call(Box::new(PendingCall {
            id: id.clone(),
            era,
            call,
            progress_token: token.filter(|token| token.is_string() || token.is_number()),
        })))
    }
}

/// How long a client may keep a result.
#[derive(Debug, Clone, Copy)]
pub(super) enum Kept {
    /// It stays the same.
    AsLongAsTheServer,
    /// It may be another one next time.
    Not,
}

/// Adds what the newer era wants in each result.
pub(super) fn complete(era: Era, mut result: Value, kept: Kept) -> Value {
    if let (Era::Modern, Some(members)) = (era, result.as_object_mut()) {
        members.insert("resultType".to_owned(), "complete".into());
        if let Kept::AsLongAsTheServer = kept {
            members.insert("ttlMs".to_owned(), TTL_MS.into());
            members.insert("cacheScope".to_owned(), "public".into());
        }
    }
    result
}

fn server_info() -> Value {
    json!({"name": "arm", "version": env!("CARGO_PKG_VERSION")})
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{Era, MODERN, MOST_CALLS, Session, Step};
    use crate::mcp::tools::Tools;

    fn send(session: &mut Session, message: &Value) -> Step {
        session.receive(&message.to_string())
    }

    fn answer(session: &mut Session, message: &Value) -> Value {
        match send(session, message) {
            Step::Answer(answer) => answer,
            step @ (Step::Call(_) | Step::Cancel(_) | Step::Nothing) => panic!("{step:?}"),
        }
    }

    fn request(id: u32, method: &str, params: &Value) -> Value {
        json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params})
    }

    fn meta() -> Value {
        json!({
            "io.modelcontextprotocol/protocolVersion": MODERN,
            "io.modelcontextprotocol/clientCapabilities": {},
        })
    }

    #[test]
    fn the_older_era_begins_with_a_handshake() {
        let mut session = Session::new(Tools::ReadOnly);
        let early = answer(&mut session, &request(1, "tools/list", &json!({})));
        assert_eq!(early["error"]["code"], json!(-32602));
        for (asked, given) in [("2025-06-18", "2025-06-18"), ("1999-01-01", "2025-11-25")] {
            let params = json!({"protocolVersion": asked, "capabilities": {}});
            let hello = answer(&mut session, &request(2, "initialize", &params));
            assert_eq!(hello["result"]["protocolVersion"], json!(given));
        }
        let list = answer(&mut session, &request(3, "tools/list", &json!({})));
        assert_eq!(list["result"]["tools"].as_array().map(Vec::len), Some(3));
        assert!(list["result"].get("resultType").is_none());
    }

    #[test]
    fn the_newer_era_says_its_version_each_time() {
        let mut session = Session::new(Tools::WithWrites);
        let found = answer(
            &mut session,
            &request(1, "server/discover", &json!({"_meta": meta()})),
        );
        assert_eq!(found["result"]["resultType"], json!("complete"));
        assert_eq!(found["result"]["supportedVersions"][0], json!(MODERN));
        let list = answer(
            &mut session,
            &request(2, "tools/list", &json!({"_meta": meta()})),
        );
        assert_eq!(list["result"]["tools"].as_array().map(Vec::len), Some(4));
        assert_eq!(list["result"]["cacheScope"], json!("public"));
        let mut other = meta();
        other["io.modelcontextprotocol/protocolVersion"] = json!("2030-01-01");
        let refused = answer(
            &mut session,
            &request(3, "tools/list", &json!({"_meta": other})),
        );
        assert_eq!(refused["error"]["code"], json!(-32022));
        assert_eq!(refused["error"]["data"]["requested"], json!("2030-01-01"));
        let mut poor = meta();
        poor.as_object_mut()
            .unwrap()
            .remove("io.modelcontextprotocol/clientCapabilities");
        let refused = answer(
            &mut session,
            &request(4, "tools/list", &json!({"_meta": poor})),
        );
        assert_eq!(refused["error"]["code"], json!(-32602));
    }

    #[test]
    fn a_call_is_answered_once_or_cancelled() {
        let mut session = Session::new(Tools::ReadOnly);
        let params =
            json!({"_meta": meta(), "name": "arm_read", "arguments": {"url": "/subscriptions"}});
        let Step::Call(call) = send(&mut session, &request(7, "tools/call", &params)) else {
            panic!("a call");
        };
        assert_eq!(
            (call.era, &call.id, &call.progress_token),
            (Era::Modern, &json!(7), &None)
        );
        let again = answer(&mut session, &request(7, "tools/call", &params));
        assert_eq!(again["error"]["code"], json!(-32600));
        let cancel = json!({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": 7}});
        assert_eq!(send(&mut session, &cancel), Step::Cancel(json!(7)));
        assert!(!session.end(&json!(7)));
        assert_eq!(send(&mut session, &cancel), Step::Nothing);
    }

    #[test]
    fn a_flood_is_refused_and_does_no_harm() {
        let mut session = Session::new(Tools::ReadOnly);
        let params = json!({"_meta": meta(), "name": "arm_read", "arguments": {"list": "vm"}});
        for id in 0..MOST_CALLS {
            let id = u32::try_from(id).unwrap();
            assert!(matches!(
                send(&mut session, &request(id, "tools/call", &params)),
                Step::Call(_)
            ));
        }
        let refused = answer(&mut session, &request(1000, "tools/call", &params));
        assert_eq!(refused["error"]["code"], json!(-32000));
        assert!(session.end(&json!(0)));
        assert!(matches!(
            send(&mut session, &request(1000, "tools/call", &params)),
            Step::Call(_)
        ));
    }

    #[test]
    fn what_is_wrong_with_a_call_is_said() {
        let mut session = Session::new(Tools::ReadOnly);
        for params in [
            json!({"name": "arm_delete"}),
            json!({"name": 3}),
            json!({"name": "arm_read", "arguments": []}),
            json!({"name": "arm_read", "arguments": {"url": "-"}}),
            json!({"name": "arm_apply", "arguments": {"plan": "x"}}),
        ] {
            let mut params = params;
            params["_meta"] = meta();
            let refused = answer(&mut session, &request(1, "tools/call", &params));
            assert_eq!(refused["error"]["code"], json!(-32602), "{params}");
        }
        let unknown = answer(&mut session, &request(1, "resources/list", &json!({})));
        assert_eq!(unknown["error"]["code"], json!(-32601));
        assert_eq!(session.receive("  \r"), Step::Nothing);
    }
}
