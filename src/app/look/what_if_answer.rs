//! The answer to a what-if: the changes, and what the service has to say about them. Who shows them: `what_if`.

use serde::Deserialize;
use serde_json::value::RawValue;

/// The answer.
#[derive(Debug, Deserialize)]
pub(super) struct WhatIfAnswer {
    /// `Succeeded`, or `Failed`: that comes with HTTP 200 as well.
    #[serde(default)]
    status: String,
    #[serde(default)]
    properties: Option<Properties>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Properties {
    changes: Option<Vec<ResourceChange>>,
    potential_changes: Option<Vec<ResourceChange>>,
    diagnostics: Option<Vec<Diagnostic>>,
}

/// What the service has to say.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Diagnostic {
    pub(super) level: String,
    pub(super) code: String,
    pub(super) message: String,
}

/// What would become of one resource.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ResourceChange {
    #[serde(default)]
    pub(super) resource_id: String,
    pub(super) change_type: ChangeType,
    #[serde(default)]
    pub(super) unsupported_reason: Option<String>,
    #[serde(default)]
    pub(super) before: Option<Box<RawValue>>,
    #[serde(default)]
    pub(super) after: Option<Box<RawValue>>,
}

/// How a resource would change, in the order in which the Azure CLI shows them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
pub(super) enum ChangeType {
    Delete,
    Create,
    /// It may or may not change.
    Deploy,
    Modify,
    NoChange,
    Unsupported,
    Ignore,
    /// One that this program does not know.
    #[serde(other)]
    Other,
}

impl ChangeType {
    /// The sign, as the Azure CLI has it.
    pub(super) fn sign(self) -> char {
        match self {
            Self::Delete => '-',
            Self::Create => '+',
            Self::Deploy => '!',
            Self::Modify => '~',
            Self::NoChange => '=',
            Self::Unsupported | Self::Other => 'x',
            Self::Ignore => '*',
        }
    }

    /// The colour of the sign, as the Azure CLI has it.
    pub(super) fn color(self) -> &'static str {
        match self {
            Self::Delete => "38;5;208",
            Self::Create => "38;5;77",
            Self::Deploy => "38;5;39",
            Self::Modify => "38;5;141",
            Self::NoChange => "0",
            Self::Unsupported | Self::Ignore | Self::Other => "38;5;246",
        }
    }

    /// What is to be done, as the last line counts it.
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Delete => "to delete",
            Self::Create => "to create",
            Self::Deploy => "to deploy",
            Self::Modify => "to modify",
            Self::NoChange => "no change",
            Self::Unsupported | Self::Other => "unsupported",
            Self::Ignore => "to ignore",
        }
    }

    /// Tells whether something would change, as far as that is known.
    pub(super) fn changes(self) -> bool {
        matches!(
            self,
            Self::Delete | Self::Create | Self::Deploy | Self::Modify
        )
    }
}

impl WhatIfAnswer {
    /// Reads an answer; `None` if it is not one.
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        let answer: Self = serde_json::from_slice(bytes).ok()?;
        (answer.properties.is_some() || answer.is_failed()).then_some(answer)
    }

    /// Tells whether the service refuses what would be written.
    pub(super) fn is_failed(&self) -> bool {
        ["Failed", "Canceled"]
            .iter()
            .any(|state| self.status.eq_ignore_ascii_case(state))
    }

    /// The changes, those that may or may not come last.
    pub(super) fn into_parts(self) -> (Vec<ResourceChange>, Vec<ResourceChange>, Vec<Diagnostic>) {
        let found = self.properties.unwrap_or_default();
        (
            found.changes.unwrap_or_default(),
            found.potential_changes.unwrap_or_default(),
            found.diagnostics.unwrap_or_default(),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::{ChangeType, WhatIfAnswer};

    #[test]
    fn answers_are_read_whatever_is_missing() {
        let read = |text: &str| WhatIfAnswer::read(text.as_bytes());
        assert!(read("{}").is_none() && read("[]").is_none() && read("").is_none());
        assert!(
            read(r#"{"status":"Failed","error":{}}"#)
                .unwrap()
                .is_failed()
        );
        let answer = read(
            r#"{"status":"Succeeded","properties":{"changes":[{"resourceId":"/a","changeType":"Later"},
                {"resourceId":"/b","changeType":"Modify","before":{"n":1.10},"delta":[]}],"potentialChanges":null}}"#,
        );
        let (changes, potential, diagnostics) = answer.unwrap().into_parts();
        let kinds: Vec<ChangeType> = changes.iter().map(|one| one.change_type).collect();
        assert_eq!(kinds, [ChangeType::Other, ChangeType::Modify]);
        assert_eq!(changes[1].before.as_ref().unwrap().get(), r#"{"n":1.10}"#);
        assert!(potential.is_empty() && diagnostics.is_empty());
    }
}
