//! Facts and words of Azure: clouds, audiences, api-versions, error shapes. Pure: no I/O, no async.

mod secret;

pub use secret::Secret;
