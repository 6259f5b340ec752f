//! What `--errors json` writes on stderr: each message as one object on a line. The members are described by
//! `docs/errors.schema.json`. What an error tells: `report`; who finds it out:
//! `error/report`.

use serde_json::{Map, Value, json};

use crate::azure::Shown;
use crate::output::message::{Fact, Message, steers};
use crate::shell::{Shell, first_command_in};

/// The line of an error, whose hints a person may read in this shell.
pub(super) fn error(message: &Message, shell: Shell) -> String {
    let report = &message.report;
    let summary = message.summary.as_str();
    let code = report.code.as_str();
    let without_code = summary
        .strip_prefix(code)
        .and_then(|rest| rest.strip_prefix(": "));
    let details = report.details.iter().map(|detail| {
        json!({
            "code": text(detail.code.as_ref()),
            "message": text(detail.message.as_ref()),
            "target": text(detail.target.as_ref()),
        })
    });
    let facts = message
        .facts
        .iter()
        .map(|Fact { name, value }| json!({"name": name.trim(), "value": value.as_str()}));
    let hints: Vec<&str> = message.hints.iter().map(Shown::as_str).collect();
    let hint = shell.translated(&hints.join("\n"));
    line(&json!({
        "type": "error",
        "exit": report.exit,
        "code": code,
        "message": without_code.unwrap_or(summary),
        "status": report.status,
        "target": text(report.target.as_ref()),
        "details": details.collect::<Vec<Value>>(),
        "failed_by": text(report.failed_by.as_ref()),
        "request_id": text(report.request_id.as_ref()),
        "correlation_id": text(report.correlation_id.as_ref()),
        "retryable": report.retryable,
        "accepted": report.accepted,
        "hint": (!hints.is_empty()).then_some(hint),
        "command": hints.iter().find_map(|hint| first_command_in(hint)),
        "facts": facts.collect::<Vec<Value>>(),
    }))
}

fn text(text: Option<&Shown>) -> Option<&str> {
    text.map(Shown::as_str)
}

/// What a line says that is not an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Something worth knowing.
    Note,
    /// How far something is.
    Progress,
    /// Something that waits for an answer.
    Question,
    /// A line of `-v`.
    Trace,
}

/// The line of anything else.
pub(super) fn other(kind: Kind, text: &str, shell: Shell) -> String {
    let mut object = Map::new();
    let name = match kind {
        Kind::Note => "note",
        Kind::Progress => "progress",
        Kind::Question => "question",
        Kind::Trace => "trace",
    };
    object.insert("type".to_owned(), name.into());
    object.insert("message".to_owned(), shell.translated(text).into());
    if kind == Kind::Note {
        object.insert("command".to_owned(), json!(first_command_in(text)));
    }
    line(&Value::Object(object))
}

/// One line. What could steer a terminal or a pipeline is escaped as JSON has it, so that the text stays the same.
fn line(value: &Value) -> String {
    let text = value.to_string().replace("##", "#\\u0023");
    let mut line = String::with_capacity(text.len() + 1);
    for character in text.chars() {
        if steers(character) {
            let mut units = [0; 2];
            for unit in character.encode_utf16(&mut units) {
                line.push_str(&format!("\\u{unit:04x}"));
            }
        } else {
            line.push(character);
        }
    }
    line.push('\n');
    line
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{Kind, Shell, error, other};
    use crate::output::{Message, Report};

    #[test]
    fn an_error_is_one_object_on_one_line() {
        let mut message = Message {
            summary: "Gone: the resource\nwas \u{1b}[31m##[add-path]/x \u{202e}".into(),
            report: Report {
                exit: 4,
                code: "Gone".into(),
                status: Some(410),
                ..Report::default()
            },
            ..Message::default()
        };
        message.fact("attempts", "2");
        message.hint("look with `arm GET '/it'\\''s' -o json`");
        let line = error(&message, Shell::Posix);
        assert_eq!(line.matches('\n').count(), 1, "{line}");
        assert!(!line.contains("##") && !line.contains('\u{202e}') && !line.contains('\u{1b}'));
        let read: Value = serde_json::from_str(&line).unwrap();
        assert_eq!(
            read["message"],
            json!("the resource\nwas \u{1b}[31m##[add-path]/x \u{202e}")
        );
        assert_eq!(
            read["command"],
            json!(["arm", "GET", "/it's", "-o", "json"])
        );
        assert_eq!(read["target"], Value::Null);
        assert_eq!(read["facts"], json!([{"name": "attempts", "value": "2"}]));
        let read: Value = serde_json::from_str(&error(&message, Shell::Cmd)).unwrap();
        assert_eq!(read["hint"], "look with `arm GET \"/it's\" -o json`");
        assert_eq!(
            read["command"],
            json!(["arm", "GET", "/it's", "-o", "json"])
        );
    }

    #[test]
    fn a_note_is_an_object_too() {
        let line = other(Kind::Note, "more with `arm GET /x`", Shell::Posix);
        let read: Value = serde_json::from_str(&line).unwrap();
        assert_eq!(
            read,
            json!({"type": "note", "message": "more with `arm GET /x`", "command": ["arm", "GET", "/x"]})
        );
        assert_eq!(
            other(Kind::Trace, "a", Shell::Posix),
            "{\"type\":\"trace\",\"message\":\"a\"}\n"
        );
    }
}
