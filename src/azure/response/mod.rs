//! What answers of Azure's services look like: error bodies, shapes of lists, `Link` headers. The answers themselves
//! are read by `client` and `app`.

pub(super) mod error_detail;
#[cfg(test)]
mod error_detail_tests;
pub(super) mod json_service;
pub(super) mod link_header;
pub(super) mod list_shape;
