//! The tests that need more than one module, data from outside, or the process border.

mod jsonpath_suite;
mod support;
mod wait;
mod wait_replay;
