//! Resources by their IDs and types: IDs taken apart, types with their short words, api-versions and locations.

pub(super) mod alias;
pub(super) mod api_version;
pub mod catalogue;
pub(super) mod computed_members;
pub(super) mod deletion_order;
pub(super) mod graph_query;
pub(super) mod id;
pub(super) mod identity_id;
pub(super) mod meant_path;
pub(super) mod power_state;
pub(super) mod provider_metadata;
