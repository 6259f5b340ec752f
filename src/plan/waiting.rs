//! What a run waits for after its first answer. Who waits: `app/exchange/polling`.

use crate::cli::{WaitCondition, Watch};

/// What is waited for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Waiting {
    /// Nothing: the first answer is the answer.
    No,
    /// `--wait`: the end of what the request starts.
    Operation,
    /// `arm wait`: what the address tells.
    Address {
        /// The condition; without one, the end.
        until: Option<WaitCondition>,
    },
}

/// Whether a provider that is not registered with the subscription is registered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Registering {
    /// It is not.
    Never,
    /// `--register`: it is, where Resource Manager asks for it.
    OnDemand,
}

impl Waiting {
    /// What `--wait` and `arm wait` ask for.
    pub(super) fn of(wait: bool, watch: Option<&Watch>) -> Self {
        match (watch, wait) {
            (Some(watch), _) => Self::Address {
                until: watch.until.clone(),
            },
            (None, true) => Self::Operation,
            (None, false) => Self::No,
        }
    }
}
