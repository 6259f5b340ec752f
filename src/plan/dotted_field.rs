//! `tags.env=dev`: a field whose dot was meant as a step, on Resource Manager, whose resources have no such names. Who
//! reads fields: `cli/items`.

use crate::azure::{REDACTED, is_secret_name};
use crate::cli::{FieldStep, FieldValue, Item, ValueSource};

/// A field with a dot in its name, below a member that holds others.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{name}` is one field with a dot in its name")]
pub struct DottedFieldError {
    /// The name.
    pub name: String,
    /// The item that is a field of the member.
    pub nested: String,
    /// The item that is a field with this name.
    pub quoted: String,
}

/// Finds the first such field.
pub(super) fn find(items: &[Item]) -> Option<DottedFieldError> {
    items.iter().find_map(|item| match item {
        Item::Field { path, value } => of_field(path, value),
        Item::Header(_) | Item::Query { .. } | Item::Body(_) => None,
    })
}

fn of_field(path: &[FieldStep], value: &FieldValue) -> Option<DottedFieldError> {
    let (FieldStep::DottedKey(name), rest) = path.split_first()? else {
        return None;
    };
    if name.ends_with('.') {
        return None;
    }
    let rest: String = rest.iter().map(step_words).collect();
    let value = value_words(name, value);
    Some(DottedFieldError {
        name: name.clone(),
        nested: format!(".{name}{rest}{value}"),
        quoted: format!(".\"{name}\"{rest}{value}"),
    })
}

fn step_words(step: &FieldStep) -> String {
    match step {
        FieldStep::Key(name) | FieldStep::DottedKey(name) => format!("[{name}]"),
        FieldStep::Index(index) => format!("[{index}]"),
        FieldStep::Append => "[]".to_owned(),
    }
}

/// The separator and the value, as they are written.
fn value_words(name: &str, value: &FieldValue) -> String {
    let (separator, source) = match value {
        FieldValue::Text(source) => ("=", source),
        FieldValue::Json(source) => (":=", source),
    };
    let last = name.rsplit('.').next().unwrap_or(name);
    match source {
        ValueSource::Literal(_) if is_secret_name(last) => format!("{separator}{REDACTED}"),
        ValueSource::Literal(text) if text.starts_with('@') => format!("{separator}\\{text}"),
        ValueSource::Literal(text) => format!("{separator}{text}"),
        ValueSource::File(path) => format!("{separator}@{}", path.display()),
        ValueSource::FileInHome(path) => format!("{separator}@~/{}", path.display()),
        ValueSource::Stdin => format!("{separator}@-"),
    }
}

#[cfg(test)]
mod tests {
    use super::find;
    use crate::cli::{Command, parse};

    fn found(item: &str) -> Option<(String, String)> {
        let words = ["arm", "PATCH", "/x", item];
        let Ok(Command::Request(args)) = parse(words.map(Into::into)) else {
            panic!("{item}");
        };
        find(&args.items).map(|field| (field.nested, field.quoted))
    }

    #[test]
    fn a_dot_below_a_member_of_every_resource_is_found() {
        for (item, nested, quoted) in [
            ("tags.env=dev", ".tags.env=dev", ".\"tags.env\"=dev"),
            (
                "properties.a.b:=[1]",
                ".properties.a.b:=[1]",
                ".\"properties.a.b\":=[1]",
            ),
            ("sku.name=a b", ".sku.name=a b", ".\"sku.name\"=a b"),
            ("plan.a[b]=@f", ".plan.a[b]=@f", ".\"plan.a\"[b]=@f"),
            (
                "properties.password=x",
                ".properties.password=[redacted]",
                ".\"properties.password\"=[redacted]",
            ),
        ] {
            let expected = (nested.to_owned(), quoted.to_owned());
            assert_eq!(found(item), Some(expected), "{item}");
        }
    }

    #[test]
    fn what_was_written_as_a_name_or_as_steps_is_not() {
        for item in [
            ".tags.env=dev",
            ".\"tags.env\"=dev",
            "tags\\.env=dev",
            "tags[a.b]=c",
            "tags=x",
            "tags.=x",
            "odata.type=x",
            "location.x=y",
            "tags.env==dev",
        ] {
            assert_eq!(found(item), None, "{item}");
        }
    }
}
