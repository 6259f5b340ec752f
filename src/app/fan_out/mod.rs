//! One command line, many requests: `every` for `*` in a path, `ids` for a list of IDs. `scheduler` runs both in
//! parallel, `summary` counts what failed.

pub(crate) mod concurrency;
pub(crate) mod every;
pub(crate) mod ids;
pub(crate) mod progress;
pub(crate) mod scheduler;
pub(crate) mod summary;
