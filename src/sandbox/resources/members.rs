//! Members that a body may have: others are refused with Resource Manager's words, and with their place.

use serde_json::{Map, Value};

use crate::sandbox::protocol::error::ArmError;
use crate::sandbox::protocol::request::Call;

/// The members of a resource, as Resource Manager itself knows them, and a few that single types have besides.
const RESOURCE: &[&str] = &[
    "id",
    "name",
    "type",
    "location",
    "tags",
    "properties",
    "sku",
    "kind",
    "plan",
    "identity",
    "managedBy",
    "managedByExtended",
    "zones",
    "etag",
    "extendedLocation",
    "placement",
    "scale",
    "systemData",
];

/// The members of a resource group.
const GROUP: &[&str] = &[
    "id",
    "name",
    "type",
    "location",
    "tags",
    "properties",
    "managedBy",
];

/// Refuses a member that resources do not have. What is inside  `properties` is the provider's business.
pub(crate) fn check_resource(call: &Call<'_>) -> Result<(), ArmError> {
    check(call, &call.object()?, RESOURCE, ("", "ResourceDefinition"))
}

/// Refuses a member that groups do not have.
pub(crate) fn check_group(call: &Call<'_>) -> Result<(), ArmError> {
    check(
        call,
        &call.object()?,
        GROUP,
        ("", "ResourceGroupDefinition"),
    )
}

/// Refuses a member that is not known. `path` is where the object is, `kind` is what the service calls it.
pub(crate) fn check(
    call: &Call<'_>,
    object: &Map<String, Value>,
    known: &[&str],
    (path, kind): (&str, &str),
) -> Result<(), ArmError> {
    let is_known = |name: &str| known.iter().any(|own| own.eq_ignore_ascii_case(name));
    match object.keys().find(|name| !is_known(name)) {
        None => Ok(()),
        Some(name) => Err(unknown(call, name, (path, kind))),
    }
}

/// The refusal of a member (MicrosoftDocs/azure-docs#80389).
pub(crate) fn unknown(call: &Call<'_>, name: &str, (path, kind): (&str, &str)) -> ArmError {
    let whole = if path.is_empty() {
        name.to_owned()
    } else {
        format!("{path}.{name}")
    };
    let (line, position) = place(call.body, name);
    ArmError::ContentInvalid {
        reason: format!(
            "Could not find member '{name}' on object of type '{kind}'. Path '{whole}', line {line}, position {position}."
        ),
    }
}

/// The line of a member, and the position behind its colon, as the service counts them.
fn place(body: &[u8], name: &str) -> (usize, usize) {
    let text = String::from_utf8_lossy(body);
    let quoted = format!("\"{name}\"");
    let at = text.find(&quoted).unwrap_or_default();
    let colon = text
        .get(at + quoted.len()..)
        .and_then(|rest| rest.find(':'));
    let end = at + quoted.len() + colon.map_or(0, |colon| colon + 1);
    let before = text.get(..end).unwrap_or_default();
    let line = before.matches('\n').count() + 1;
    (
        line,
        before
            .rsplit('\n')
            .next()
            .unwrap_or_default()
            .chars()
            .count(),
    )
}

#[cfg(test)]
mod tests {
    use super::place;

    #[test]
    fn a_member_has_a_place() {
        assert_eq!(place(br#"{"template":1}"#, "template"), (1, 12));
        assert_eq!(place(b"{\n  \"a\" : 1\n}", "a"), (2, 7));
        assert_eq!(place(b"{}", "none"), (1, 0));
    }
}
