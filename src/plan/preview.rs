//! Whether a request is sent or only shown. Who shows it: `app/exchange/preview`.

use crate::cli::NetworkOptions;

/// Whether a request is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Preview {
    /// It is sent.
    None,
    /// `--dry-run`: it is shown.
    DryRun,
    /// `--curl`: it is shown as a command.
    Curl,
}

impl Preview {
    pub(super) fn of(network: &NetworkOptions) -> Self {
        match (network.dry_run, network.curl) {
            (_, true) => Self::Curl,
            (true, false) => Self::DryRun,
            (false, false) => Self::None,
        }
    }
}
