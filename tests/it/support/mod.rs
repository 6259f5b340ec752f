//! What several tests need.

pub(crate) mod compare;
pub(crate) mod json_text;
pub(crate) mod recording_count;
pub(crate) mod replay;
pub(crate) mod shared;
