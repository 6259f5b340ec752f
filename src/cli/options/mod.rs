//! The options that several commands share, in groups, and the values that they take. A group is declared once and
//! flattened into each command that has it; which commands these are is said in `arguments`.

pub(super) mod body_check;
pub(super) mod columns;
pub(super) mod common;
pub(super) mod duration;
pub(super) mod har;
pub(super) mod headers;
pub(super) mod many;
pub(super) mod member_names;
pub(super) mod network;
pub(super) mod output;
pub(super) mod paging;
pub(super) mod query;
pub(super) mod request;
pub(super) mod resource;
pub(super) mod run;
pub(super) mod safety;
pub(super) mod sign_in;
pub(super) mod sort;
pub(super) mod values;
pub(super) mod wait_condition;
