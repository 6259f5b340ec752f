//! The log of calls: one JSON object per line, for those who want to know what an agent did. Bodies and answers are not
//! in it.

use std::fs::File;
use std::io::{self, Write as _};
use std::path::Path;
use std::time::{Duration, Instant, SystemTime};

use serde_json::{Value, json};

use crate::azure::{Shown, rfc3339};
use crate::error::Error;
use crate::mcp::ToolCall;
use crate::output::WriteError;

/// A log. Without a file it is nowhere.
#[derive(Debug)]
pub(super) struct Audit {
    file: Option<File>,
    /// The clock of the run.
    now: SystemTime,
    began: Instant,
}

impl Audit {
    /// Opens the file, which only its owner can read when it is made here.
    pub(super) fn open(path: Option<&Path>, now: SystemTime) -> Result<Self, Error> {
        let file = path
            .map(append)
            .transpose()
            .map_err(|error| WriteError::Failed {
                destination: path.unwrap_or(Path::new("")).display().to_string(),
                error,
            })?;
        let began = Instant::now();
        Ok(Self { file, now, began })
    }

    /// Notes a call. A log that cannot be written ends the server: what is not noted must not happen.
    pub(super) fn note(&mut self, call: &ToolCall, state: &CallState) -> Result<(), Error> {
        let Some(file) = &mut self.file else {
            return Ok(());
        };
        let mut line = json!({
            "time": rfc3339(self.now + self.began.elapsed()),
            "outcome": state.name(),
        });
        if let Some(members) = line.as_object_mut() {
            if let CallState::Answered { took, .. } = state {
                let took = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
                members.insert("ms".to_owned(), took.into());
            }
            members.extend(subject(call));
            // The line of the plan says what the line of its execution is about.
            if let CallState::Answered { result, .. } = state
                && let Some(plan) = result.pointer("/structuredContent/plan")
            {
                members.insert("plan".to_owned(), plan.clone());
            }
        }
        let written = file.write_all(format!("{line}\n").as_bytes());
        Ok(written.map_err(|error| WriteError::Failed {
            destination: "the log of calls".to_owned(),
            error,
        })?)
    }
}

/// What has become of a call.
#[derive(Debug)]
pub(super) enum CallState {
    /// It writes, and is about to begin.
    Begun,
    /// It has an answer.
    Answered { result: Value, took: Duration },
    /// The client does not want it any more, or has gone.
    Cancelled,
}

impl CallState {
    fn name(&self) -> &'static str {
        match self {
            Self::Begun => "begun",
            Self::Answered { result, .. } if result.get("isError") == Some(&Value::Bool(true)) => {
                "error"
            }
            Self::Answered { .. } => "done",
            Self::Cancelled => "cancelled",
        }
    }
}

/// What a call is about.
fn subject(call: &ToolCall) -> serde_json::Map<String, Value> {
    let address = |url: &str| Shown::address(url).into_string();
    let members = match call {
        ToolCall::Read(read) => json!({
            "tool": "arm_read",
            "method": read.method.map(|method| format!("{method:?}").to_uppercase()),
            "url": read.url.as_deref().map(address),
            "list": read.list,
            "graph": read.graph,
        }),
        ToolCall::Types(types) => json!({"tool": "arm_types", "type": types.name}),
        ToolCall::Plan(plan) => json!({
            "tool": "arm_plan",
            "method": plan.method.as_str(),
            "url": address(&plan.url),
        }),
        ToolCall::Apply(plan) => json!({"tool": "arm_apply", "plan": plan}),
    };
    let Value::Object(mut members) = members else {
        return serde_json::Map::new();
    };
    members.retain(|_, value| !value.is_null());
    members
}

fn append(path: &Path) -> io::Result<File> {
    let mut options = File::options();
    options.append(true).create(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;

        options.mode(0o600);
    }
    options.open(path)
}
