//! When a write gets a policy token. Who gets it: `app/exchange/policy_token`.

use crate::cli::SafetyOptions;

/// When a write gets a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyTokens {
    /// Whether it does before the first try, or only if the service asks for one.
    pub moment: PolicyTokenMoment,
    /// The change that is named.
    pub change_reference: Option<String>,
}

/// When it is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PolicyTokenMoment {
    /// Never: the request is not for Resource Manager.
    Never,
    /// Where the service refuses the write for want of one.
    OnDemand,
    /// Before the first try.
    First,
}

impl PolicyTokens {
    /// What the options ask for.
    pub(super) fn of(safety: &SafetyOptions, is_resource_manager: bool) -> Self {
        let is_first = safety.acquire_policy_token || safety.change_reference.is_some();
        Self {
            moment: match (is_resource_manager, is_first) {
                (false, _) => PolicyTokenMoment::Never,
                (true, true) => PolicyTokenMoment::First,
                (true, false) => PolicyTokenMoment::OnDemand,
            },
            change_reference: safety.change_reference.clone(),
        }
    }
}
