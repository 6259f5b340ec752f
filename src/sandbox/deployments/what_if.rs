//! What a deployment would change: what is there, in addition to what a run on a copy of it leaves. Who runs it: `run`.

use serde_json::{Map, Value, json};

use crate::sandbox::deployments::run::{Step, surplus};
use crate::sandbox::deployments::template::{Mode, Template};
use crate::sandbox::resources::view;
use crate::sandbox::store::Store;

/// How changes are reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ResultFormat {
    FullResourcePayloads,
    ResourceIdOnly,
}

/// Members that only the service writes.
const COMPUTED: &[&str] = &["etag", "systemData"];

/// The changes, in the order of the template, then what it does not have.
pub(super) fn changes(
    before: &Store,
    after: &Store,
    (template, steps): (&Template, &[Step]),
    format: ResultFormat,
) -> Value {
    let mut changes = Vec::new();
    for resource in &template.resources {
        let id = resource.id.as_str();
        if !steps
            .iter()
            .any(|step| step.id == id && step.error.is_none())
        {
            continue;
        }
        if format == ResultFormat::ResourceIdOnly {
            changes.push(json!({ "resourceId": id, "changeType": "Deploy" }));
            continue;
        }
        let shown = |store: &Store| {
            view::read(store, id).map(|view| shown(view.body, &resource.api_version))
        };
        if UNSUPPORTED.contains(&resource.resource_type.as_str()) {
            changes.push(json!({
                "resourceId": id,
                "changeType": "Unsupported",
                "unsupportedReason": "The resource type does not support What-If.",
            }));
            continue;
        }
        changes.push(match (shown(before), shown(after)) {
            (None, after) => json!({ "resourceId": id, "changeType": "Create", "after": after }),
            (Some(before), Some(after)) => {
                let delta = delta(&before, &after, "");
                let kind = if delta.is_empty() {
                    "NoChange"
                } else {
                    "Modify"
                };
                let (before, delta) = noisy(before, delta);
                json!({
                    "resourceId": id,
                    "changeType": kind,
                    "before": before,
                    "after": after,
                    "delta": delta,
                })
            }
            (Some(before), None) => {
                json!({ "resourceId": id, "changeType": "Delete", "before": before })
            }
        });
    }
    if template.environment.scope.matches('/').count() > 2 {
        let kind = match template.mode {
            Mode::Complete => "Delete",
            Mode::Incremental => "Ignore",
        };
        for (id, _) in surplus(before, template) {
            let shown = view::read(before, &id).map(|view| shown(view.body, ""));
            changes.push(match format {
                ResultFormat::ResourceIdOnly => json!({ "resourceId": id, "changeType": kind }),
                ResultFormat::FullResourcePayloads => {
                    json!({ "resourceId": id, "changeType": kind, "before": shown })
                }
            });
        }
    }
    Value::Array(changes)
}

/// Types that are not predicted.
const UNSUPPORTED: &[&str] = &["Microsoft.Insights/diagnosticSettings"];

/// The noise of a real what-if, in addition to what really changes: members that only the service writes seem to go
/// (Azure/arm-template-whatif#363), or are said to have no effect.
fn noisy(mut before: Value, mut delta: Vec<Value>) -> (Value, Vec<Value>) {
    if delta.is_empty() {
        return (before, delta);
    }
    if let Some(members) = before.as_object_mut() {
        let tag = "W/\"0\"";
        members.insert("etag".to_owned(), tag.into());
        delta.push(json!({
            "path": "etag", "propertyChangeType": "Delete", "before": tag, "after": null,
        }));
        delta.push(json!({
            "path": "properties.provisioningState", "propertyChangeType": "NoEffect",
            "before": null, "after": "Succeeded",
        }));
    }
    (before, delta)
}

/// A body as a what-if shows it: without what is computed.
fn shown(mut body: Value, api_version: &str) -> Value {
    let Some(members) = body.as_object_mut() else {
        return body;
    };
    for member in COMPUTED {
        members.shift_remove(*member);
    }
    if let Some(inner) = members.get_mut("properties").and_then(Value::as_object_mut) {
        inner.shift_remove("provisioningState");
        inner.shift_remove("instanceView");
    }
    let mut shown = Map::new();
    if !api_version.is_empty() {
        shown.insert("apiVersion".to_owned(), api_version.into());
    }
    shown.append(members);
    Value::Object(shown)
}

/// The differences of two values, as a list of changed properties.
fn delta(before: &Value, after: &Value, path: &str) -> Vec<Value> {
    let below = |name: &str| {
        if path.is_empty() {
            name.to_owned()
        } else {
            format!("{path}.{name}")
        }
    };
    match (before, after) {
        (Value::Object(old), Value::Object(new)) => {
            let mut changes = Vec::new();
            for (name, was) in old {
                match new.get(name) {
                    Some(is) => changes.extend(delta(was, is, &below(name))),
                    None => changes.push(json!({
                        "path": below(name),
                        "propertyChangeType": "Delete",
                        "before": was,
                        "after": null,
                    })),
                }
            }
            for (name, is) in new.iter().filter(|(name, _)| !old.contains_key(*name)) {
                changes.push(json!({
                    "path": below(name),
                    "propertyChangeType": "Create",
                    "before": null,
                    "after": is,
                }));
            }
            changes
        }
        (Value::Array(old), Value::Array(new)) if old != new => {
            let mut children = Vec::new();
            for index in 0..old.len().max(new.len()) {
                match (old.get(index), new.get(index)) {
                    (Some(was), Some(is)) if was == is => {}
                    (Some(was), Some(is)) => children.push(json!({
                        "path": index.to_string(),
                        "propertyChangeType": "Modify",
                        "before": was,
                        "after": is,
                        "children": delta(was, is, ""),
                    })),
                    (Some(was), None) => children.push(json!({
                        "path": index.to_string(),
                        "propertyChangeType": "Delete",
                        "before": was,
                        "after": null,
                    })),
                    (None, is) => children.push(json!({
                        "path": index.to_string(),
                        "propertyChangeType": "Create",
                        "before": null,
                        "after": is,
                    })),
                }
            }
            vec![
                json!({ "path": path, "propertyChangeType": "Array", "before": before, "after": after, "children": children }),
            ]
        }
        _ if before == after => Vec::new(),
        _ => vec![json!({
            "path": path,
            "propertyChangeType": "Modify",
            "before": before,
            "after": after,
        })],
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::delta;

    #[track_caller]
    fn check(before: &Value, after: &Value, expected: &[&str]) {
        let delta = delta(before, after, "");
        let found: Vec<String> = delta
            .iter()
            .map(|one| {
                let text = |member: &str| one[member].as_str().unwrap();
                format!("{} {}", text("propertyChangeType"), text("path"))
            })
            .collect();
        assert_eq!(found, expected, "{before} {after}");
    }

    #[test]
    fn differences_have_a_path_and_a_kind() {
        check(&json!({ "a": 1 }), &json!({ "a": 1 }), &[]);
        check(
            &json!({ "tags": { "a": "b", "c": "d" }, "list": [1, 2] }),
            &json!({ "tags": { "a": "x", "n": "m" }, "list": [1, 3, 4] }),
            &[
                "Modify tags.a",
                "Delete tags.c",
                "Create tags.n",
                "Array list",
            ],
        );
    }
}
