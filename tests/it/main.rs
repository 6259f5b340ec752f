//! The tests that need more than one module, data from outside, or the process border.

mod architecture;
mod commands;
mod completions;
mod documents;
mod jsonpath_suite;
mod support;
