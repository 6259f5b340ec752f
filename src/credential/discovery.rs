//! What a source gets to know when it is looked for: the process, the cloud, and how it came to be
//! looked for. Which source is used is decided in `chain`.

use super::authority::Authority;
use crate::azure::{Cloud, IdentityId};
use crate::env::Env;

/// How a source came to be looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SourceChoice {
    /// It is part of the chain: it must announce itself.
    Implied,
    /// The user named its kind: it must announce itself where others of the kind could be meant.
    Kind,
    /// The user named it: where it has a usual place, that is taken.
    Named,
}

/// What a source needs to know to set itself up.
#[derive(Debug, Clone, Copy)]
pub(super) struct DiscoveryContext<'a> {
    /// The process.
    pub(super) env: &'a Env,
    /// The cloud that is asked.
    pub(super) cloud: &'a Cloud,
    /// Who issues tokens.
    pub(super) authority: &'a Authority,
    /// How the source came to be looked for.
    pub(super) choice: SourceChoice,
    /// The managed identity that was asked for, if there are several.
    pub(super) identity: Option<&'a IdentityId>,
}

impl DiscoveryContext<'_> {
    /// The identity that is asked for: the user's, else that of `AZURE_CLIENT_ID`, which names one in
    /// every Azure SDK; `None` is the identity of the machine itself.
    pub(super) fn managed_identity(&self) -> Option<IdentityId> {
        let variable = || self.env.get("AZURE_CLIENT_ID");
        self.identity
            .cloned()
            .or_else(|| variable().map(|id| IdentityId::Client(id.to_owned())))
    }

    /// Tells whether the user asked for this identity, or for one of its kind.
    pub(super) fn is_asked_for(&self) -> bool {
        match self.choice {
            SourceChoice::Implied => false,
            SourceChoice::Kind | SourceChoice::Named => true,
        }
    }
}
