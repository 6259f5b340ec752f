//! To be filled.

pub mod target;
