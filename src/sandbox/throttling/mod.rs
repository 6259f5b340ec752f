//! The limits of ARM's gateway: which bucket a request takes from (`bucket`), and how much is left in it
//! (`quotas`). The limit of Resource Graph is in `graph::quota`.

pub(super) mod bucket;
pub(super) mod quotas;
