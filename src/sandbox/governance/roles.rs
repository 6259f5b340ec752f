//! What role definitions and role assignments share: their types, how ids are written, and who holds which role.

use serde_json::Value;

use crate::sandbox::store::Store;

/// The type of role definitions.
pub(super) const DEFINITIONS: &str = "Microsoft.Authorization/roleDefinitions";

/// The type of role assignments.
pub(super) const ASSIGNMENTS: &str = "Microsoft.Authorization/roleAssignments";

/// The bodies of all assignments.
pub(super) fn assignments(store: &Store) -> impl Iterator<Item = Value> {
    let listed = store.list("/", |name| name == ASSIGNMENTS).into_iter();
    listed.map(|listed| listed.body())
}

/// A GUID without its hyphens, as the provider writes it in messages.
pub(super) fn plain(name: &str) -> String {
    name.replace('-', "").to_ascii_lowercase()
}
