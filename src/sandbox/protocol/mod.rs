//! What every request to ARM and every answer of it have in common, whatever they are about: paths and
//! addresses, api-versions, tokens, conditions, filters, pages and errors. What a path leads to is in
//! `resources`.

pub(super) mod access_error;
pub(super) mod address;
pub(super) mod api_version;
pub(super) mod auth;
pub(super) mod conditions;
pub(super) mod error;
pub(super) mod filter;
pub(super) mod paging;
pub(super) mod reply;
pub(super) mod request;
pub(super) mod response;
pub(super) mod route;
pub(super) mod template_error;
