//! Locks: what they forbid at their scope and below it. How one is written: `resources::resource`.

use http::Method;
use serde_json::Value;

use crate::sandbox::governance::scopes::contains;
use crate::sandbox::protocol::access_error::AccessError;
use crate::sandbox::protocol::error::ArmError;
use crate::sandbox::protocol::request::Call;
use crate::sandbox::store::{Store, text};

/// The type of locks.
pub(crate) const TYPE: &str = "Microsoft.Authorization/locks";

/// The levels that a lock can have.
const LEVELS: &[&str] = &["NotSpecified", "CanNotDelete", "ReadOnly"];

/// Refuses the body of a lock whose level is not one.
pub(crate) fn check_body(call: &Call<'_>) -> Result<(), ArmError> {
    let sent = call.object()?;
    let level = sent.get("properties").and_then(|inner| inner.get("level"));
    let reason = match level {
        None | Some(Value::Null) => {
            "Required property 'level' not found in JSON. Path 'properties'".to_owned()
        }
        Some(Value::String(level)) if LEVELS.iter().any(|own| own.eq_ignore_ascii_case(level)) => {
            return Ok(());
        }
        Some(other) => {
            format!("Error converting value {other} to type 'LockLevel'. Path 'properties.level'")
        }
    };
    Err(ArmError::ContentInvalid { reason })
}

/// Refuses what a lock at a scope, above it or, for a deletion, below it forbids.
pub(crate) fn check(store: &Store, scope: &str, method: &Method) -> Result<(), ArmError> {
    let deletes = match *method {
        Method::GET | Method::HEAD => return Ok(()),
        Method::DELETE => true,
        _ => false,
    };
    // Whoever may manage locks may take them away.
    let place = format!("/providers/{TYPE}/").to_ascii_lowercase();
    if scope.to_ascii_lowercase().contains(&place) {
        return Ok(());
    }
    let locks = store.list("/", |name| name == TYPE);
    let mut locked = Vec::new();
    for lock in locks {
        let Some(at) = lock.key.find(&place) else {
            continue;
        };
        let covers = lock.key.get(..at).is_some_and(|key| contains(key, scope));
        let is_below = deletes && contains(scope, &lock.key);
        if !covers && !is_below {
            continue;
        }
        let body = lock.body();
        let level = body.pointer("/properties/level").and_then(Value::as_str);
        let is_read_only = level.is_some_and(|level| level.eq_ignore_ascii_case("ReadOnly"));
        let is_set = level.is_some_and(|level| !level.eq_ignore_ascii_case("NotSpecified"));
        if is_read_only || (deletes && is_set) {
            let id = text(&body, "id");
            let own = id.get(..at).unwrap_or_default().to_owned();
            if !locked.contains(&own) {
                locked.push(own);
            }
        }
    }
    if locked.is_empty() {
        return Ok(());
    }
    let fault = AccessError::Locked {
        scope: scope.to_owned(),
        act: if deletes { "delete" } else { "write" },
        locked: locked.join(","),
    };
    Err(fault.into())
}
