//! `*` in the path: a request for every subscription or resource group that it stands for. A GET becomes one document,
//! in the shape of one page; other requests are made as for many IDs.

pub(crate) mod context;
pub(crate) mod document;
pub(crate) mod list_task;
pub(crate) mod merge;
#[cfg(test)]
mod merge_tests;
mod run;
pub(crate) mod scopes;

pub(crate) use run::run;
