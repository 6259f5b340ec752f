//! One command line, many requests: `every` for `*` in a path, `ids` for a list of IDs.

pub(crate) mod concurrency;
pub(crate) mod every;
pub(crate) mod ids;
pub(crate) mod progress;
