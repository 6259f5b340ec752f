//! Faults on demand: which requests fail (`script`), and what the client gets instead (`delivery`).

pub(super) mod delivery;
pub(super) mod script;
