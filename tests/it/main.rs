//! The tests that need more than one module, data from outside, or the process border.

mod jsonpath_suite;
mod support;
mod wire;
mod wire_bytes;
mod wire_links;
mod wire_pages;
mod wire_redirects;
