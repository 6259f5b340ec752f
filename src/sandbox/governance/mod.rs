//! Who may do what, and where: roles, locks, tags, policies and the groups above subscriptions. What resources are, and
//! how one of any type is written, is in `resources`.

pub(super) mod eligible_roles;
pub(super) mod locks;
pub(super) mod management_groups;
pub(super) mod permissions;
pub(super) mod policies;
pub(super) mod policy_tokens;
pub(super) mod role_assignments;
pub(super) mod role_definitions;
mod roles;
mod scopes;
pub(super) mod tags;
