//! Tokens: what is in them (`claims`), how they are written and taken apart (`jwt`), and the keys that sign them
//! (`keys`).

pub(crate) mod claims;
pub(crate) mod jwt;
pub(crate) mod keys;
