//! What a body says about a long-running operation: its state, its progress, its error, its result.
//! Pure, and forgiving: members in any case, any of them absent. Who decides what to request next: `poller`.

use std::collections::HashMap;

use serde_json::value::RawValue;

use crate::azure::ErrorDetail;
use crate::transport::WholeBody;

/// The meaning of a state. ARM fixes three words, in any case; whatever else a provider says
/// (`Dequeued`, `Running, Progress = 5.00 %`) means that the operation is still running.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StateMeaning {
    /// It is still running.
    Running,
    /// It has done what was asked.
    Succeeded,
    /// It has ended badly.
    Ended(BadEnd),
}

/// How an operation ends without success.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BadEnd {
    /// It could not do what was asked.
    Failed,
    /// It was cancelled before its end.
    Canceled,
}

/// Words by which a `Location` may say that it is a status monitor whose operation is still running.
const RUNNING: [&str; 14] = [
    "accepted",
    "creating",
    "deleting",
    "dequeued",
    "enqueued",
    "inprogress",
    "notstarted",
    "pending",
    "processing",
    "queued",
    "running",
    "started",
    "updating",
    "validating",
];

/// The members of a status monitor (Azure/azure-resource-manager-rpc, asynchronous operations), and
/// those that providers add.
const MONITOR_MEMBERS: [&str; 11] = [
    "createddatetime",
    "endtime",
    "error",
    "id",
    "name",
    "percentcomplete",
    "percentagecomplete",
    "properties",
    "resourceid",
    "starttime",
    "status",
];

impl StateMeaning {
    /// Reads a state.
    pub fn of(state: &str) -> Self {
        let is = |word: &str| state.trim().eq_ignore_ascii_case(word);
        if is("succeeded") || is("completed") {
            Self::Succeeded
        } else if is("failed") {
            Self::Ended(BadEnd::Failed)
        } else if is("canceled") || is("cancelled") {
            Self::Ended(BadEnd::Canceled)
        } else {
            Self::Running
        }
    }
}

/// Tells whether a state is a word that is known to mean that an operation is still running.
fn is_running(state: &str) -> bool {
    RUNNING.contains(&state.trim().to_ascii_lowercase().as_str())
}

/// The members of a body that is an object.
#[derive(Debug, Clone, Default)]
pub struct OperationBody<'a> {
    members: HashMap<String, &'a RawValue>,
}

/// A body that is not JSON: nothing follows from what it does not say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotJson;

impl<'a> OperationBody<'a> {
    /// Reads a body. One that is empty, or JSON but not an object, has no members.
    pub fn read(body: &'a WholeBody) -> Result<Self, NotJson> {
        let body: &[u8] = body.bytes();
        let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
        let body = body.trim_ascii();
        let members = if body.is_empty() {
            HashMap::new()
        } else if body.starts_with(b"{") {
            serde_json::from_slice(body).map_err(|_| NotJson)?
        } else {
            serde_json::from_slice::<serde::de::IgnoredAny>(body).map_err(|_| NotJson)?;
            HashMap::new()
        };
        Ok(Self { members })
    }

    /// Tells whether the object has no member but an error that says something: what was asked for has failed,
    /// whatever the status is.
    pub fn is_error_alone(&self) -> bool {
        self.members.len() == 1 && self.names_error()
    }

    /// Tells whether there is an error with a code or a message.
    pub fn names_error(&self) -> bool {
        let says = |detail: ErrorDetail| detail.code.is_some() || detail.message.is_some();
        self.member("error").is_some() && self.error().is_some_and(says)
    }

    /// Returns `status`, if it is a text that says something (Azure/azure-sdk-for-js#24965: `null`).
    pub fn status(&self) -> Option<String> {
        self.text("status")
    }

    /// Returns `properties.provisioningState`, or the same next to `properties`.
    pub fn provisioning_state(&self) -> Option<String> {
        self.inner("properties")
            .and_then(|properties| properties.text("provisioningState"))
            .or_else(|| self.text("provisioningState"))
    }

    /// Returns what a state means next to the rest of the body: a word that nobody knows is one of failure where an
    /// error is next to it.
    pub fn meaning_of(&self, state: &str) -> StateMeaning {
        let meaning = StateMeaning::of(state);
        if meaning == StateMeaning::Running && !is_running(state) && self.names_error() {
            return StateMeaning::Ended(BadEnd::Failed);
        }
        meaning
    }

    /// Returns the state, whichever member has it, for people.
    pub fn state(&self) -> Option<String> {
        self.provisioning_state()
            .or_else(|| self.status())
            .or_else(|| self.text("registrationState"))
    }

    /// Returns how far the operation is, in percent, as the service writes it.
    pub fn percent(&self) -> Option<String> {
        let value = self
            .member("percentComplete")
            .or_else(|| self.member("percentageComplete"))?;
        let text = value.get().trim_matches('"');
        text.parse::<f64>().ok().map(|_| text.to_owned())
    }

    /// Returns the address of what was made (data-plane guidelines: `resourceLocation`).
    pub fn resource_location(&self) -> Option<String> {
        self.text("resourceLocation")
    }

    /// Returns the result that a status monitor carries, as a slice of the body.
    pub fn result(&self) -> Option<&'a str> {
        let given = |name| {
            self.member(name)
                .map(RawValue::get)
                .filter(|text| *text != "null")
        };
        given("properties").or_else(|| given("result"))
    }

    /// Returns the error of an operation that ended badly.
    pub fn error(&self) -> Option<ErrorDetail> {
        let properties = self.inner("properties");
        let error = self
            .member("error")
            .or_else(|| properties.as_ref()?.member("error"));
        let envelope = format!("{{\"error\":{}}}", error?.get());
        ErrorDetail::parse(envelope.as_bytes(), None)
    }

    /// Tells whether this is only the state of an operation, as some `Location` addresses answer with 200
    /// (Azure/msrestazure-for-python#157). A resource may have a `status` of its own, such as `Online`: it has a type
    /// or properties too.
    pub fn is_bare_operation(&self) -> bool {
        let known = self.status().is_some_and(|status| {
            self.meaning_of(&status) != StateMeaning::Running || is_running(&status)
        });
        let of_operation = ["error", "startTime", "name"]
            .iter()
            .any(|name| self.member(name).is_some());
        known
            && of_operation
            && self.member("properties").is_none()
            && self.member("type").is_none()
    }

    /// Tells whether this is a status monitor, of an address about which nothing else is known.
    pub fn is_monitor(&self) -> bool {
        let Some(status) = self.status() else {
            return false;
        };
        if self.member("type").is_some() || self.provisioning_state().is_some() {
            return false;
        }
        let word = status.to_ascii_lowercase();
        let only_known = self
            .members
            .keys()
            .all(|name| MONITOR_MEMBERS.contains(&name.to_ascii_lowercase().as_str()));
        only_known
            || StateMeaning::of(&status) != StateMeaning::Running
            || RUNNING.contains(&word.as_str())
    }

    /// Returns a member by its name, whatever its case: the exact one first.
    fn member(&self, name: &str) -> Option<&'a RawValue> {
        self.members.get(name).copied().or_else(|| {
            self.members
                .iter()
                .find(|(key, _)| key.eq_ignore_ascii_case(name))
                .map(|(_, value)| *value)
        })
    }

    fn inner(&self, name: &str) -> Option<Self> {
        let members = serde_json::from_str(self.member(name)?.get()).ok()?;
        Some(Self { members })
    }

    fn text(&self, name: &str) -> Option<String> {
        let text: String = serde_json::from_str(self.member(name)?.get()).ok()?;
        Some(text.trim().to_owned()).filter(|text| !text.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::{BadEnd, NotJson, OperationBody, StateMeaning};
    use crate::transport::WholeBody;

    #[test]
    fn three_words_end_an_operation_in_any_case() {
        for (state, word) in [
            ("Succeeded", StateMeaning::Succeeded),
            ("succeeded", StateMeaning::Succeeded),
            ("SUCCEEDED ", StateMeaning::Succeeded),
            ("Failed", StateMeaning::Ended(BadEnd::Failed)),
            ("failed", StateMeaning::Ended(BadEnd::Failed)),
            ("Canceled", StateMeaning::Ended(BadEnd::Canceled)),
            ("cancelled", StateMeaning::Ended(BadEnd::Canceled)),
            ("Dequeued", StateMeaning::Running),
            ("Enqueued", StateMeaning::Running),
            ("Running, Progress = 5.00 %", StateMeaning::Running),
            ("NotStarted", StateMeaning::Running),
            ("InProgress", StateMeaning::Running),
            ("Canceling", StateMeaning::Running),
            ("", StateMeaning::Running),
        ] {
            assert_eq!(StateMeaning::of(state), word, "{state}");
        }
    }

    #[track_caller]
    fn check(body: &str, status: Option<&str>, state: Option<&str>, percent: Option<&str>) {
        let whole = WholeBody::written(body);
        let read = OperationBody::read(&whole).unwrap();
        assert_eq!(read.status().as_deref(), status, "{body}");
        assert_eq!(read.provisioning_state().as_deref(), state, "{body}");
        assert_eq!(read.percent().as_deref(), percent, "{body}");
    }

    #[test]
    fn reads_members_in_any_case_and_place() {
        check(
            "{\"status\":\"InProgress\",\"percentComplete\":35}",
            Some("InProgress"),
            None,
            Some("35"),
        );
        check(
            "\u{feff}{\"Status\":\"x\",\"percentComplete\":\"5.00\"}",
            Some("x"),
            None,
            Some("5.00"),
        );
        check(
            "{\"properties\":{\"ProvisioningState\":\"Activating\"}}",
            None,
            Some("Activating"),
            None,
        );
        check(
            "{\"provisioningState\":\"Creating\"}",
            None,
            Some("Creating"),
            None,
        );
        check("{\"status\":null,\"properties\":null}", None, None, None);
        check(
            "{\"status\":7,\"percentComplete\":\"soon\"}",
            None,
            None,
            None,
        );
        for nothing in ["", "\r\n", "[]", "null", "\"Succeeded\""] {
            check(nothing, None, None, None);
        }
        for garbled in [
            "{",
            "<html>",
            "{\"status\":\"Failed\"",
            "{\"\\ud800\":1}",
            "[1",
        ] {
            let whole = WholeBody::written(garbled);
            assert_eq!(
                OperationBody::read(&whole).err(),
                Some(NotJson),
                "{garbled}"
            );
        }
    }

    #[test]
    fn tells_a_monitor_from_a_resource_that_has_a_status() {
        for (body, bare, monitor) in [
            ("{\"status\":\"Failed\",\"error\":{}}", true, true),
            (
                "{\"status\":\"InProgress\",\"startTime\":\"x\"}",
                true,
                true,
            ),
            ("{\"status\":\"Succeeded\",\"name\":\"x\"}", true, true),
            ("{\"status\":\"Dequeued\"}", false, true),
            (
                "{\"status\":\"Odd\",\"name\":\"x\",\"id\":\"y\"}",
                false,
                true,
            ),
            (
                "{\"status\":\"Succeeded\",\"name\":\"x\",\"properties\":{}}",
                false,
                true,
            ),
            (
                "{\"status\":\"Running\",\"kind\":\"job\",\"jobId\":1}",
                false,
                true,
            ),
            (
                "{\"status\":\"Online\",\"name\":\"x\",\"sku\":{}}",
                false,
                false,
            ),
            (
                "{\"status\":\"Ready\",\"name\":\"x\",\"type\":\"a/b\"}",
                false,
                false,
            ),
            (
                "{\"status\":\"Paused\",\"properties\":{\"provisioningState\":\"Succeeded\"}}",
                false,
                false,
            ),
            ("{\"name\":\"x\"}", false, false),
        ] {
            let whole = WholeBody::written(body);
            let read = OperationBody::read(&whole).unwrap();
            assert_eq!(
                (read.is_bare_operation(), read.is_monitor()),
                (bare, monitor),
                "{body}"
            );
        }
    }

    #[test]
    fn finds_the_error_and_the_result() {
        let code = |body: &str| {
            let whole = WholeBody::written(body);
            let detail = OperationBody::read(&whole).unwrap().error();
            detail.and_then(|detail| detail.code)
        };
        assert_eq!(code("{\"error\":{\"code\":\"A\"}}").as_deref(), Some("A"));
        assert_eq!(code("{\"Error\":{\"Code\":\"B\"}}").as_deref(), Some("B"));
        assert_eq!(
            code("{\"properties\":{\"error\":{\"code\":\"C\"}}}").as_deref(),
            Some("C")
        );
        assert_eq!(code("{\"error\":null}"), None);
        assert_eq!(code("{\"code\":\"a resource's own\"}"), None);
        for (body, expected) in [
            (
                "{\"properties\":{\"output\":1.10},\"result\":2}",
                Some("{\"output\":1.10}"),
            ),
            ("{\"properties\":null,\"result\":[1]}", Some("[1]")),
            ("{\"status\":\"Succeeded\"}", None),
        ] {
            let whole = WholeBody::written(body);
            let read = OperationBody::read(&whole).unwrap();
            assert_eq!(read.result(), expected);
        }
    }

    #[test]
    fn tells_an_error_that_stands_alone() {
        for (body, expected) in [
            ("{\"error\":{\"code\":\"C\"}}", true),
            ("{\"Error\":{\"Message\":\"m\"}}", true),
            ("{\"error\":\"text\"}", true),
            ("{\"error\":{\"code\":\"C\"},\"id\":\"x\"}", false),
            ("{\"error\":{}}", false),
            ("{\"error\":null}", false),
            ("{\"properties\":{\"error\":{\"code\":\"C\"}}}", false),
            ("{}", false),
        ] {
            let whole = WholeBody::written(body);
            let read = OperationBody::read(&whole).unwrap();
            assert_eq!(read.is_error_alone(), expected, "{body}");
        }
    }
}
