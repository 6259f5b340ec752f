//! Lays changes of resources out, for people with the signs and the order of the Azure CLI, or as JSON. Who compares two
//! documents: `json::difference`; how their differences look: `output`.

use serde_json::Value;
use serde_json::value::RawValue;

use crate::app::exchange::resource_document::written_part;
use crate::app::look::what_if_answer::{ChangeType, ResourceChange};
use crate::azure::{ResourceId, ResourceScope, decode};
use crate::json::{Change, ChangeKind, PathStep, difference, without_members};
use crate::output::{DifferenceStyle, difference_json, difference_lines, inline};

/// What stands for a resource that is not there.
const NOTHING: &str = "{}";

/// A change as it is shown.
pub(super) struct ShownChange {
    pub(super) id: String,
    pub(super) kind: ChangeType,
    /// Without what the service computes.
    before: String,
    after: String,
    /// What else is known of it.
    remark: Option<String>,
}

impl ShownChange {
    /// A change that the service foretells.
    pub(super) fn foretold(change: &ResourceChange) -> Self {
        let part = |value: &Option<Box<RawValue>>| match value.as_deref().map(RawValue::get) {
            Some(text) if text.starts_with('{') => without_version(&written_part(text)),
            Some(_) | None => NOTHING.to_owned(),
        };
        let (before, after) = (part(&change.before), part(&change.after));
        // What differs in only what the service computes does not change.
        let is_same =
            change.change_type == ChangeType::Modify && difference(&before, &after).is_empty();
        Self {
            id: change.resource_id.clone(),
            kind: if is_same {
                ChangeType::NoChange
            } else {
                change.change_type
            },
            before,
            after,
            remark: change.unsupported_reason.clone(),
        }
    }

    /// A change that follows from what is there and what is written.
    pub(super) fn compared(id: &str, before: Option<&str>, after: Option<&str>) -> Self {
        let part = |text: Option<&str>| text.map_or_else(|| NOTHING.to_owned(), written_part);
        let (old, new) = (part(before), part(after));
        let kind = match (before, after) {
            (None, _) => ChangeType::Create,
            (Some(_), None) => ChangeType::Delete,
            (Some(_), Some(_)) if difference(&old, &new).is_empty() => ChangeType::NoChange,
            (Some(_), Some(_)) => ChangeType::Modify,
        };
        Self {
            id: id.to_owned(),
            kind,
            before: old,
            after: new,
            remark: None,
        }
    }

    /// Tells whether members would go that the body does not have.
    pub(super) fn takes_away(&self) -> bool {
        let is_removal = |change: &Change<'_>| matches!(change.kind, ChangeKind::Removed(_));
        self.kind == ChangeType::Modify
            && difference(&self.before, &self.after).iter().any(is_removal)
    }

    /// What differs. What holds only what the service computes is empty now, and nothing that comes.
    fn changes(&self) -> Vec<Change<'_>> {
        let mut changes = difference(&self.before, &self.after);
        changes.retain(|change| !matches!(change.kind, ChangeKind::Added(NOTHING)));
        changes
    }

    fn lines(&self, style: DifferenceStyle) -> String {
        let sign = match style {
            DifferenceStyle::Plain => self.kind.sign().to_string(),
            DifferenceStyle::Colored => {
                format!("\x1b[{}m{}\x1b[0m", self.kind.color(), self.kind.sign())
            }
        };
        let mut text = format!("{sign} {}", inline(&label(&self.id)));
        if let Some(remark) = &self.remark {
            text.push_str(&format!(" ({})", inline(remark)));
        }
        text.push('\n');
        if self.kind.changes() {
            let changes = self.changes();
            for line in difference_lines(&changes, style).lines() {
                text.push_str(&format!("    {line}\n"));
            }
        }
        text
    }

    fn json(&self) -> Value {
        let changes = self.changes();
        let changes = serde_json::from_slice(&difference_json(&changes)).unwrap_or_default();
        serde_json::json!({
            "resourceId": self.id,
            "changeType": format!("{:?}", self.kind),
            "changes": if self.kind.changes() { changes } else { Value::Array(Vec::new()) },
        })
    }
}

/// A what-if says of each resource with which version it was looked at; no GET does.
fn without_version(text: &str) -> String {
    without_members(
        text,
        &|path| matches!(path, [PathStep::Member(name)] if name == "apiVersion"),
    )
}

/// What a resource is called in its line: its type and its name.
fn label(id: &str) -> String {
    let parsed = ResourceId::parse(id);
    if let Some(namespace) = parsed.namespace() {
        let types: Vec<&str> = parsed.types().collect();
        let names: Vec<&str> = parsed.names().collect();
        return decode(&format!(
            "{namespace}/{} {}",
            types.join("/"),
            names.join("/")
        ));
    }
    match parsed.as_scope() {
        ResourceScope::ResourceGroup { name, .. } => format!("resource group {}", decode(name)),
        ResourceScope::Tenant
        | ResourceScope::ManagementGroup { .. }
        | ResourceScope::Subscription { .. }
        | ResourceScope::Resource => decode(id),
    }
}

/// The text for people: each change in the order of its kind, then how many there are of each.
pub(super) fn text(changes: &[ShownChange], style: DifferenceStyle) -> String {
    let mut sorted: Vec<&ShownChange> = changes.iter().collect();
    sorted.sort_by_key(|change| change.kind);
    let mut text: String = sorted.iter().map(|change| change.lines(style)).collect();
    let mut counts: Vec<String> = Vec::new();
    for group in sorted.chunk_by(|one, other| one.kind == other.kind) {
        if let [first, ..] = group {
            let words = first.kind.words();
            counts.push(if first.kind == ChangeType::NoChange {
                words.to_owned()
            } else {
                format!("{} {words}", group.len())
            });
        }
    }
    let counts = if counts.is_empty() {
        "no change".to_owned()
    } else {
        counts.join(", ")
    };
    text.push_str(&format!("\nResource changes: {counts}.\n"));
    text
}

/// The same for programs.
pub(super) fn json(changes: &[ShownChange]) -> Value {
    changes.iter().map(ShownChange::json).collect()
}
