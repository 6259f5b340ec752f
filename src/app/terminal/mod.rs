//! The person and the process around a run: input, questions, signals.

pub(crate) mod ci_mask;
pub(crate) mod confirm;
pub(crate) mod editor;
pub(crate) mod input;
pub(crate) mod pager;
pub(crate) mod password;
pub(crate) mod signals;
pub(crate) mod stdout;
pub(crate) mod style;
