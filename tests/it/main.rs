//! The tests that need more than one module, data from outside, or the process border.

mod jsonpath_suite;
mod recordings;
mod support;
