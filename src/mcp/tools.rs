//! The tools: what a client is told of each (`tools.json`), and the arguments of a call, checked. Which command line a call
//! becomes: `call`.

use serde::Deserialize;
use serde_json::{Map, Value};

const TOOLS: &str = include_str!("tools.json");
const APPLY: &str = "arm_apply";

/// Which tools there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tools {
    /// Those that change nothing.
    ReadOnly,
    /// With the one that carries a plan out.
    WithWrites,
}

/// A call, with its arguments.
#[derive(Debug, Clone, PartialEq)]
pub enum ToolCall {
    /// `arm_read`.
    Read(Box<ReadArguments>),
    /// `arm_types`.
    Types(TypesArguments),
    /// `arm_plan`.
    Plan(PlanArguments),
    /// `arm_apply`: the identifier of a plan.
    Apply(String),
}

impl ToolCall {
    /// Tells whether it changes something.
    pub fn writes(&self) -> bool {
        matches!(self, Self::Apply(_))
    }
}

/// The arguments of `arm_read`.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReadArguments {
    /// A path or a URL.
    pub url: Option<String>,
    /// A word for a type, or a type.
    pub list: Option<String>,
    /// A query in KQL.
    pub graph: Option<String>,
    /// GET without one.
    pub method: Option<ReadMethod>,
    /// The body of a POST.
    pub body: Option<Value>,
    /// JSONPath or JMESPath.
    pub query: Option<String>,
    /// Ids or names.
    #[serde(default)]
    pub subscriptions: Vec<String>,
    /// The group to look in.
    pub resource_group: Option<String>,
    /// The most items.
    pub limit: Option<u64>,
    /// The most bytes.
    pub max_bytes: Option<u64>,
}

/// A method that reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum ReadMethod {
    /// Reads a resource or a list.
    Get,
    /// Asks whether there is one.
    Head,
    /// An action that reads.
    Post,
}

/// The arguments of `arm_types`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TypesArguments {
    /// A type, a word or a pattern.
    #[serde(rename = "type")]
    pub name: String,
    /// What to show.
    #[serde(default)]
    pub show: Shown,
    /// A branch of the schema.
    pub path: Option<String>,
    /// The levels of the schema.
    pub depth: Option<u8>,
    /// The most bytes.
    pub max_bytes: Option<u64>,
}

/// What `arm_types` shows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Shown {
    /// Types and their api-versions.
    #[default]
    Versions,
    /// A JSON Schema of the body.
    Schema,
    /// A body to start from.
    Skeleton,
}

/// The arguments of `arm_plan`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanArguments {
    /// How the resource is changed.
    pub method: WriteMethod,
    /// A path or a URL.
    pub url: String,
    /// The body.
    pub body: Option<Value>,
    /// Fills in `{sub}`.
    pub subscription: Option<String>,
    /// Fills in `{rg}`.
    pub resource_group: Option<String>,
}

/// A method that writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum WriteMethod {
    /// Makes or replaces a resource.
    Put,
    /// Changes a part of it.
    Patch,
    /// Runs an action.
    Post,
    /// Deletes it.
    Delete,
}

impl WriteMethod {
    /// Returns it as HTTP spells it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Post => "POST",
            Self::Delete => "DELETE",
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ApplyArguments {
    plan: String,
}

impl Tools {
    /// Returns what a client is told of them, in an order that stays.
    pub fn list(self) -> Vec<Value> {
        let all: Map<String, Value> = serde_json::from_str(TOOLS).unwrap_or_default();
        let is_there = |name: &String| self == Self::WithWrites || name != APPLY;
        let all = all.into_iter().filter(|(name, _)| is_there(name));
        all.map(|(name, mut tool)| {
            if let Some(members) = tool.as_object_mut() {
                members.insert("name".to_owned(), name.into());
            }
            tool
        })
        .collect()
    }

    /// Reads a call. The error says what is wrong with it.
    pub fn call(self, name: &str, arguments: Map<String, Value>) -> Result<ToolCall, String> {
        if arguments.values().any(has_nul) {
            return Err(format!("`{name}`: a text has a NUL character"));
        }
        let arguments = Value::Object(arguments);
        let wrong = |error: serde_json::Error| format!("`{name}`: {error}");
        match name {
            "arm_read" => {
                let read: ReadArguments = serde_json::from_value(arguments).map_err(wrong)?;
                read.check().map_err(|text| format!("`{name}`: {text}"))?;
                Ok(ToolCall::Read(Box::new(read)))
            }
            "arm_types" => Ok(ToolCall::Types(serde_json::from_value(arguments).map_err(wrong)?)),
            "arm_plan" => {
                let plan: PlanArguments = serde_json::from_value(arguments).map_err(wrong)?;
                check_url(&plan.url).map_err(|text| format!("`{name}`: {text}"))?;
                Ok(ToolCall::Plan(plan))
            }
            APPLY if self == Self::ReadOnly => Err(
                "`arm_apply` is not available: this server changes nothing (its owner starts it with \
                 --allow-writes)".to_owned(),
            ),
            APPLY => {
                let apply: ApplyArguments = serde_json::from_value(arguments).map_err(wrong)?;
                Ok(ToolCall::Apply(apply.plan))
            }
            _ => Err(format!("there is no tool `{}`", name.escape_debug())),
        }
    }
}

impl ReadArguments {
    fn check(&self) -> Result<(), String> {
        let subjects = [&self.url, &self.list, &self.graph];
        if subjects.iter().filter(|subject| subject.is_some()).count() != 1 {
            return Err("give exactly one of `url`, `list` and `graph`".to_owned());
        }
        if let Some(url) = &self.url {
            check_url(url)?;
        } else if self.method.is_some() || self.body.is_some() {
            return Err("`method` and `body` belong to a `url`".to_owned());
        }
        if self.body.is_some() && self.method != Some(ReadMethod::Post) {
            return Err("a `body` needs the `method` POST".to_owned());
        }
        match &self.list {
            Some(word) if word.is_empty() || word.starts_with(['-', '@']) => {
                Err(format!("`{word}` is not a type"))
            }
            Some(_) | None => Ok(()),
        }
    }
}

/// Arguments of a program cannot have it. In a body it is written as an escape.
fn has_nul(argument: &Value) -> bool {
    match argument {
        Value::String(text) => text.contains('\0'),
        Value::Array(items) => items.iter().any(has_nul),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => false,
    }
}

/// A URL is one request: no option, no list of ids on standard input, no file.
fn check_url(url: &str) -> Result<(), String> {
    let is_path = url.starts_with('/')
        || url.contains("://")
        || url.starts_with(|first: char| first.is_ascii_alphanumeric());
    if is_path && !url.contains(char::is_control) {
        Ok(())
    } else {
        Err("`url` must be a path that begins with /, or an https URL".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{ToolCall, Tools};

    fn call(name: &str, arguments: &Value) -> Result<ToolCall, String> {
        Tools::WithWrites.call(name, arguments.as_object().unwrap().clone())
    }

    #[test]
    fn every_tool_is_described_and_can_be_called() {
        let tools = Tools::WithWrites.list();
        let names: Vec<&str> = tools
            .iter()
            .map(|tool| tool["name"].as_str().unwrap())
            .collect();
        assert_eq!(names, ["arm_read", "arm_types", "arm_plan", "arm_apply"]);
        for tool in &tools {
            assert_eq!(tool["inputSchema"]["additionalProperties"], json!(false));
            let required = tool["inputSchema"]["required"]
                .as_array()
                .cloned()
                .unwrap_or_default();
            let properties = tool["inputSchema"]["properties"].as_object().unwrap();
            assert!(
                required
                    .iter()
                    .all(|name| properties.contains_key(name.as_str().unwrap()))
            );
        }
        assert_eq!(Tools::ReadOnly.list().len(), 3);
        assert!(call("arm_read", &json!({"url": "/subscriptions"})).is_ok());
        assert!(
            call(
                "arm_types",
                &json!({"type": "vm", "show": "schema", "depth": 2})
            )
            .is_ok()
        );
        assert!(call("arm_plan", &json!({"method": "DELETE", "url": "/x"})).is_ok());
        assert_eq!(
            call("arm_apply", &json!({"plan": "a"})),
            Ok(ToolCall::Apply("a".to_owned()))
        );
        assert!(
            Tools::ReadOnly
                .call("arm_apply", serde_json::Map::new())
                .is_err()
        );
    }

    #[test]
    fn what_a_call_must_not_say_is_refused() {
        for (name, arguments) in [
            ("arm_read", json!({})),
            ("arm_read", json!({"url": "/a", "list": "vm"})),
            ("arm_read", json!({"url": "--allow-secrets"})),
            ("arm_read", json!({"url": "-"})),
            ("arm_read", json!({"url": "@/etc/passwd"})),
            ("arm_read", json!({"url": "/a\nGET /b"})),
            ("arm_read", json!({"url": ""})),
            ("arm_read", json!({"list": "vm\0"})),
            ("arm_read", json!({"list": "--help"})),
            ("arm_read", json!({"url": "/a", "method": "DELETE"})),
            ("arm_read", json!({"url": "/a", "body": {}})),
            ("arm_read", json!({"url": "/a", "headers": {}})),
            ("arm_read", json!({"url": "/a", "limit": -1})),
            ("arm_read", json!({"url": ["/a"]})),
            ("arm_read", json!({"list": "vm", "method": "GET"})),
            ("arm_plan", json!({"method": "GET", "url": "/a"})),
            ("arm_plan", json!({"method": "PUT"})),
            ("arm_apply", json!({"plan": "a", "body": {}})),
            ("arm_delete", json!({})),
        ] {
            assert!(call(name, &arguments).is_err(), "{name} {arguments}");
        }
    }
}
