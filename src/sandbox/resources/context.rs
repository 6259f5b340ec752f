//! What every handler needs to know about a request besides the request itself: who sent it, and where its sender
//! reaches the sandbox.

use serde_json::{Value, json};

use crate::sandbox::authority::arm_token::Caller;
use crate::sandbox::authority::directory;
use crate::sandbox::timestamp::Timestamp;

/// The sender of a request, and the address of the sandbox.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Context<'c> {
    pub(crate) caller: &'c Caller,
    /// Links in answers begin with it.
    pub(crate) base_url: &'c str,
}

impl Context<'_> {
    /// What `systemData` says of a write; `existing` is what it said before.
    pub(crate) fn system_data(&self, existing: Option<&Value>, now: Timestamp) -> Value {
        let kind = match directory::user(&self.caller.object_id) {
            Some(_) => "User",
            None => "Application",
        };
        let now = now.rfc3339();
        let created = |member: &str, fresh: &str| {
            let kept = existing.and_then(|data| data.get(member)).cloned();
            kept.unwrap_or_else(|| fresh.into())
        };
        json!({
            "createdBy": created("createdBy", &self.caller.name),
            "createdByType": created("createdByType", kind),
            "createdAt": created("createdAt", &now),
            "lastModifiedBy": self.caller.name,
            "lastModifiedByType": kind,
            "lastModifiedAt": now,
        })
    }
}
