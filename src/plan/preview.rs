//! Whether a request is sent or only shown. Who shows it: `app/exchange/preview`.

use crate::cli::{NetworkOptions, Tool};

/// Whether a request is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Preview {
    /// It is sent.
    None,
    /// `--dry-run`: it is shown.
    DryRun,
    /// `--curl`, `--as`: it is shown as a command of this tool.
    Command(Tool),
}

impl Preview {
    pub(super) fn of(network: &NetworkOptions) -> Self {
        match (network.tool(), network.dry_run) {
            (Some(tool), _) => Self::Command(tool),
            (None, true) => Self::DryRun,
            (None, false) => Self::None,
        }
    }
}
