//! What a client is told of a run: its answer, or its error as data (`docs/errors.schema.json`), and the notes next to it.

use serde_json::{Value, json};

use super::session::{Era, Kept, complete};

/// A run that has ended.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Finished {
    /// Its exit code; nothing if a signal ended it.
    pub code: Option<i32>,
    /// What it printed.
    pub output: String,
    /// The lines of stderr: objects of `--errors json`.
    pub messages: Vec<Value>,
}

impl Finished {
    /// Tells whether it did what it was to do.
    pub fn is_done(&self) -> bool {
        self.code == Some(0)
    }

    /// The error that ended it, if it says one.
    pub fn error(&self) -> Option<&Value> {
        self.messages
            .iter()
            .rev()
            .find(|message| message.get("exit").is_some())
    }

    /// What it says in addition to its answer.
    pub fn notes(&self) -> impl Iterator<Item = &str> {
        let messages = self
            .messages
            .iter()
            .filter(|message| message.get("exit").is_none());
        messages.filter_map(|message| message.get("message")?.as_str())
    }
}

/// The result of a call that one run answers.
pub fn result_of(finished: &Finished, era: Era) -> Value {
    let notes: Vec<&str> = finished.notes().collect();
    if !finished.is_done() {
        return failed(finished, era);
    }
    let mut content = vec![text(&finished.output)];
    if !notes.is_empty() {
        content.push(text(&format!("notes: {}", notes.join("\n"))));
    }
    complete(
        era,
        json!({"content": content, "isError": false}),
        Kept::Not,
    )
}

/// The result of a call whose run failed: an agent reads `hint` and `command`, and does better.
fn failed(finished: &Finished, era: Era) -> Value {
    let error = finished.error().cloned().unwrap_or_else(
        || json!({"exit": finished.code, "message": "the run ended without saying why"}),
    );
    problem(&error, &finished.output, era)
}

/// The result of a call that failed.
pub fn problem(error: &Value, output: &str, era: Era) -> Value {
    let mut content = vec![text(&error.to_string())];
    if !output.trim().is_empty() {
        content.push(text(output));
    }
    let result =
        json!({"content": content, "structuredContent": {"error": error}, "isError": true});
    complete(era, result, Kept::Not)
}

/// The result of a call whose answer is data of this program.
pub fn data(value: &Value, era: Era) -> Value {
    let content = [text(&value.to_string())];
    let result = json!({"content": content, "structuredContent": value, "isError": false});
    complete(era, result, Kept::Not)
}

/// Tells a client how far a call is, from a line that its run says on stderr.
pub fn progress_of(token: &Value, count: u64, message: &Value) -> Option<Value> {
    if message.get("exit").is_some() {
        return None;
    }
    let text = message.get("message")?.as_str()?;
    let params = json!({"progressToken": token, "progress": count, "message": text});
    Some(json!({"jsonrpc": "2.0", "method": "notifications/progress", "params": params}))
}

fn text(text: &str) -> Value {
    json!({"type": "text", "text": text})
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Finished, progress_of, result_of};
    use crate::mcp::session::Era;

    #[test]
    fn an_answer_has_its_notes_beside_it() {
        let finished = Finished {
            code: Some(0),
            output: "{\"value\":[]}".to_owned(),
            messages: vec![json!({"level": "note", "message": "12 more items"})],
        };
        let result = result_of(&finished, Era::Legacy);
        assert_eq!(result["isError"], json!(false));
        assert_eq!(result["content"][0]["text"], json!("{\"value\":[]}"));
        assert_eq!(result["content"][1]["text"], json!("notes: 12 more items"));
        assert_eq!(
            result_of(&finished, Era::Modern)["resultType"],
            json!("complete")
        );
    }

    #[test]
    fn an_error_is_data_and_has_the_answer_of_the_service() {
        let error = json!({"exit": 4, "code": "NotFound", "message": "no such thing"});
        let finished = Finished {
            code: Some(4),
            output: "{\"error\":{}}\n".to_owned(),
            messages: vec![json!({"level": "note", "message": "x"}), error.clone()],
        };
        let result = result_of(&finished, Era::Legacy);
        assert_eq!(
            (&result["isError"], &result["structuredContent"]["error"]),
            (&json!(true), &error)
        );
        assert_eq!(result["content"][1]["text"], json!("{\"error\":{}}\n"));
        let silent = result_of(&Finished::default(), Era::Legacy);
        assert_eq!(silent["isError"], json!(true));
    }

    #[test]
    fn progress_is_what_a_run_says_before_its_end() {
        let note = json!({"level": "progress", "message": "3 of 5"});
        let told = progress_of(&json!("t"), 2, &note).unwrap();
        assert_eq!(
            told["params"],
            json!({"progressToken": "t", "progress": 2, "message": "3 of 5"})
        );
        assert_eq!(
            progress_of(&json!("t"), 3, &json!({"exit": 4, "message": "x"})),
            None
        );
    }
}
