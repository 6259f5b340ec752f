//! To be filled.

pub mod body;
