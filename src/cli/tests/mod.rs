//! Tests of whole command lines: what they mean, and what they are refused for.

mod commands;
mod conflicts;
mod requests;
