//! What can be asked for: subscriptions, resource groups, resources of any type, providers and costs.
//! How requests are read and answers are framed is in `protocol`; what exists from the start is in `seed`.

pub(super) mod account_keys;
pub(super) mod cloud_metadata;
pub(super) mod context;
pub(super) mod cost_query;
pub(super) mod group;
pub(super) mod group_actions;
mod known_members;
pub(super) mod members;
pub(super) mod provider;
pub(super) mod region;
pub(super) mod resource;
pub(super) mod resource_body;
pub(super) mod subscription;
pub(super) mod types;
pub(super) mod versions;
pub(super) mod view;
