//! A body as a JSON Schema (2020-12), for editors, validators and agents. For people: `tree`.
//!
//! What JSON Schema has no word for begins with `x-`: `x-required-on-create`, `x-create-only`, `x-update-only`. An
//! object that is deeper than is asked for has only the number of its members, as `x-members`.

use std::collections::{HashMap, VecDeque};

use serde_json::{Map, Value, json};

use crate::azure::schema::{Body, Kind, Member, Place, Shape};

const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";

/// The shapes that are described, and how deep each is at first.
type Depths<'a> = HashMap<&'a str, usize>;

/// Returns the schema of what is at a place; `depth` says how many levels of members it has, if not all.
pub(crate) fn of(body: &Body, place: &Place<'_>, depth: Option<usize>) -> Value {
    let mut schema = Map::new();
    schema.insert("$schema".to_owned(), json!(DIALECT));
    schema.insert("title".to_owned(), json!(body.full_name()));
    schema.insert("x-api-version".to_owned(), json!(body.version()));
    if !place.path.is_empty() {
        schema.insert("x-path".to_owned(), json!(place.path));
    }
    let most = depth.unwrap_or(usize::MAX);
    let (shapes, depths) = reachable(&place.kind, most);
    let root = of_kind(&place.kind, &depths);
    schema.extend(root.as_object().cloned().unwrap_or_default());
    if !shapes.is_empty() {
        let defs = shapes.into_iter().map(|shape| {
            let own = of_shape(shape, &depths);
            (shape.name().to_owned(), own)
        });
        schema.insert("$defs".to_owned(), Value::Object(defs.collect()));
    }
    Value::Object(schema)
}

/// The shapes down to a depth, level by level: each once, for shapes may hold themselves.
fn reachable<'a>(kind: &Kind<'a>, most: usize) -> (Vec<Shape<'a>>, Depths<'a>) {
    let mut depths = Depths::new();
    let mut shapes = Vec::new();
    let mut waiting = VecDeque::new();
    waiting.extend(kind.shape().map(|shape| (shape, 1)));
    while let Some((shape, depth)) = waiting.pop_front() {
        if depth > most || depths.contains_key(shape.name()) {
            continue;
        }
        depths.insert(shape.name(), depth);
        shapes.push(shape);
        let inner = shape.members().filter_map(|member| member.kind().shape());
        let branches = shape.branches().map(|branch| branch.shape);
        waiting.extend(inner.chain(branches).map(|shape| (shape, depth + 1)));
    }
    (shapes, depths)
}

fn of_shape(shape: Shape<'_>, depths: &Depths<'_>) -> Value {
    let mut properties = Map::new();
    let mut required = Vec::new();
    for member in shape.members() {
        if member.is_required() {
            required.push(member.name);
        }
        properties.insert(member.name.to_owned(), of_member(shape, member, depths));
    }
    let mut schema = Map::new();
    schema.insert("type".to_owned(), json!("object"));
    schema.insert("properties".to_owned(), Value::Object(properties));
    if !required.is_empty() {
        schema.insert("required".to_owned(), json!(required));
    }
    let cases = cases(shape, depths);
    if !cases.is_empty() {
        schema.insert("allOf".to_owned(), Value::Array(cases));
    } else if !shape.is_open() && shape.discriminator().is_none() {
        schema.insert("unevaluatedProperties".to_owned(), json!(false));
    }
    Value::Object(schema)
}

/// For each value of the discriminator the shape that there is then.
fn cases(shape: Shape<'_>, depths: &Depths<'_>) -> Vec<Value> {
    let Some(discriminator) = shape.discriminator() else {
        return Vec::new();
    };
    let known = shape
        .branches()
        .filter(|branch| depths.contains_key(branch.shape.name()));
    let cases = known.filter(|branch| branch.shape != shape).map(|branch| {
        json!({
            "if": {
                "properties": { discriminator: { "const": branch.value } },
                "required": [discriminator]
            },
            "then": reference(branch.shape)
        })
    });
    cases.collect()
}

fn of_member(shape: Shape<'_>, member: Member<'_>, depths: &Depths<'_>) -> Value {
    let kind = member.kind();
    let is_discriminator = shape.discriminator() == Some(member.name);
    let values: Vec<&str> = shape.branches().map(|branch| branch.value).collect();
    let mut schema = if is_discriminator && !values.is_empty() && kind == Kind::Text {
        json!({ "type": "string", "enum": values })
    } else {
        of_kind(&kind, depths)
    };
    let marks = [
        (member.is_read_only(), "readOnly"),
        (member.is_never_answered(), "writeOnly"),
        (member.is_required(), "x-required-on-create"),
        (member.is_create_only(), "x-create-only"),
        (member.is_update_only(), "x-update-only"),
    ];
    if let Value::Object(schema) = &mut schema {
        let set = marks.into_iter().filter(|(is_so, _)| *is_so);
        schema.extend(set.map(|(_, word)| (word.to_owned(), json!(true))));
    }
    schema
}

fn of_kind(kind: &Kind<'_>, depths: &Depths<'_>) -> Value {
    let text = |format: &str| json!({ "type": "string", "format": format });
    match kind {
        Kind::Text => json!({ "type": "string" }),
        Kind::Integer => json!({ "type": "integer" }),
        Kind::Number => json!({ "type": "number" }),
        Kind::Boolean => json!({ "type": "boolean" }),
        Kind::Time => text("date-time"),
        Kind::Date => text("date"),
        Kind::Duration => text("duration"),
        Kind::Clock => text("time"),
        Kind::Bytes => json!({ "type": "string", "contentEncoding": "base64" }),
        Kind::Enum(values) => json!({ "type": "string", "enum": values }),
        Kind::Object(shape) if depths.contains_key(shape.name()) => reference(*shape),
        Kind::Object(shape) => {
            json!({ "type": "object", "x-members": shape.all_members().len() })
        }
        Kind::List(inner) => json!({ "type": "array", "items": of_kind(inner, depths) }),
        Kind::Map(inner) => {
            json!({ "type": "object", "additionalProperties": of_kind(inner, depths) })
        }
        Kind::AnyObject => json!({ "type": "object" }),
        Kind::Any => json!({}),
    }
}

fn reference(shape: Shape<'_>) -> Value {
    json!({ "$ref": format!("#/$defs/{}", shape.name()) })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::of;
    use crate::azure::schema::{all, find};

    fn schema(types: &str, path: &str, depth: Option<usize>) -> Value {
        let body = find(types).unwrap().unwrap();
        let place = body.at(path).unwrap();
        of(&body, &place, depth)
    }

    #[test]
    fn marks_and_values_are_said() {
        let schema = schema("Microsoft.Storage/storageAccounts", "", None);
        assert_eq!(schema["x-api-version"].as_str().map(str::len), Some(10));
        let root = schema["$ref"].as_str().unwrap();
        let account = schema.pointer(root.strip_prefix('#').unwrap()).unwrap();
        let required = account["required"].as_array().unwrap();
        for name in ["sku", "kind", "location"] {
            assert!(required.contains(&json!(name)), "{name}");
        }
        assert_eq!(account["properties"]["id"]["readOnly"], json!(true));
        let kind = &account["properties"]["kind"];
        assert_eq!(kind["x-required-on-create"], json!(true));
        assert!(
            kind["enum"]
                .as_array()
                .unwrap()
                .contains(&json!("StorageV2"))
        );
        assert_eq!(account["unevaluatedProperties"], json!(false));
    }

    #[test]
    fn a_discriminator_chooses_and_open_objects_are_left_open() {
        let path = "properties";
        let schema = schema("Microsoft.DataFactory/factories/linkedservices", path, None);
        let root = schema["$ref"].as_str().unwrap();
        let service = schema.pointer(root.strip_prefix('#').unwrap()).unwrap();
        let cases = service["allOf"].as_array().unwrap();
        let sql = cases
            .iter()
            .find(|case| case["if"]["properties"]["type"]["const"] == json!("AzureSqlDatabase"));
        let then = sql.unwrap()["then"]["$ref"].as_str().unwrap();
        assert!(schema.pointer(then.strip_prefix('#').unwrap()).is_some());
        assert_eq!(service.get("unevaluatedProperties"), None);
    }

    #[test]
    fn a_depth_leaves_out_what_lies_deeper() {
        let of_depth = |depth| schema("Microsoft.Compute/virtualMachines", "", depth).to_string();
        assert!(of_depth(Some(2)).len() * 3 < of_depth(None).len());
        let shallow = schema("Microsoft.Compute/virtualMachines", "", Some(1));
        assert_eq!(shallow["$defs"].as_object().unwrap().len(), 1);
    }

    #[test]
    fn every_reference_of_every_body_is_there() {
        fn references(value: &Value, found: &mut Vec<String>) {
            match value {
                Value::Object(members) => {
                    let own = members.get("$ref").and_then(Value::as_str);
                    found.extend(own.map(str::to_owned));
                    members.values().for_each(|value| references(value, found));
                }
                Value::Array(items) => items.iter().for_each(|value| references(value, found)),
                Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
            }
        }
        for body in all().unwrap().iter().step_by(17) {
            let schema = of(body, &body.at("").unwrap(), Some(4));
            let mut found = Vec::new();
            references(&schema, &mut found);
            for reference in found {
                let pointer = reference.strip_prefix('#').unwrap();
                let is_there = schema.pointer(pointer).is_some();
                assert!(is_there, "{}: {reference}", body.full_name());
                let is_plain =
                    |letter: char| letter.is_ascii_alphanumeric() || "#/$&.-_".contains(letter);
                assert!(reference.chars().all(is_plain), "{reference}");
            }
        }
    }
}
