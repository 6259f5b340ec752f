//! Long-running operations: which writes take time and what becomes of them (`run`), what is remembered
//! of them (`record`), and how a client learns of their progress (`status`).

pub(super) mod record;
pub(super) mod run;
pub(super) mod status;
