//! The tokens that a run has for one audience, and what services taught it about them. Who gets a token: `token`; who
//! attaches it: `authorization`.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::OnceCell;

use super::challenge::ClaimsChallenge;
use crate::credential::{AccessToken, Identity};

/// The tokens that a run has, and what services taught it.
#[derive(Debug, Default)]
pub struct Tokens {
    kept: Mutex<HashMap<TokenKey, Arc<OnceCell<AccessToken>>>>,
    learnt: Mutex<Learnt>,
}

/// What tells the tokens of a run apart.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct TokenKey {
    pub(super) identity: Option<Identity>,
    pub(super) tenant_id: Option<String>,
    pub(super) claims: Option<String>,
}

/// What holds for all further requests.
#[derive(Debug, Default)]
pub(super) struct Learnt {
    pub(super) claims: Option<ClaimsChallenge>,
    /// By subscription, as it is in the address.
    pub(super) tenants: HashMap<Option<String>, String>,
}

impl Tokens {
    /// What services taught the run.
    pub(super) fn learnt(&self) -> MutexGuard<'_, Learnt> {
        self.learnt.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The place of a token.
    pub(super) fn cell(&self, key: &TokenKey) -> Arc<OnceCell<AccessToken>> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(kept.entry(key.clone()).or_default())
    }

    /// Forgets a token, unless another one has taken its place.
    pub(super) fn forget(&self, key: &TokenKey, old: &AccessToken) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let is_old = kept
            .get(key)
            .and_then(|cell| cell.get())
            .is_some_and(|token| token.token == old.token);
        if is_old {
            kept.remove(key);
        }
    }
}
