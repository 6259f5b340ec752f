//! What a token is asked for. What a source may use to get it is in `provider`.

use std::time::Duration;

use crate::azure::{Audience, Secret};

/// What a token is asked for.
#[derive(Debug, Clone)]
pub struct TokenRequest {
    /// The service.
    pub audience: Audience,
    /// A scope other than everything that the audience has (`AUDIENCE/.default`).
    pub scope: Option<String>,
    /// The tenant, if the user or the service named one.
    pub tenant_id: Option<String>,
    /// The subscription that the request is about: a credential may know its tenant.
    pub subscription_id: Option<String>,
    /// The claims of a challenge that the token has to answer, as JSON.
    pub claims: Option<String>,
    /// Whether a kept token can be used.
    pub reuse: Reuse,
    /// How long a kept token must live: `SHORTEST_LIFE` for one request, more for work that takes long.
    pub minimum_left: Duration,
}

/// What a token must have left for one request: time on the network, and the difference of the
/// service's clock.
pub const SHORTEST_LIFE: Duration = Duration::from_secs(60);

/// What a token must have left for work that takes time: the pages of a list, an operation that is
/// waited for. It begins with a token that will probably last.
pub const LONGER_LIFE: Duration = Duration::from_secs(300);

/// Whether a kept token can be used.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Reuse {
    /// Yes, as long as it lives.
    #[default]
    Kept,
    /// Any but this one, which the service has refused. Where many processes were refused with the
    /// same token, one gets another and the rest take that.
    AnyBut(Secret),
}

impl TokenRequest {
    /// Every permission at `audience`, by the identity of the credential.
    pub fn of(audience: &Audience) -> Self {
        Self {
            audience: audience.clone(),
            scope: None,
            tenant_id: None,
            subscription_id: None,
            claims: None,
            reuse: Reuse::Kept,
            minimum_left: SHORTEST_LIFE,
        }
    }

    /// Returns the scope in the form of Entra's second version. A final slash of the audience
    /// stays: `https://storage.azure.com//.default` asks for a token whose `aud` has one.
    pub fn scope(&self) -> String {
        match &self.scope {
            Some(scope) => scope.clone(),
            None => self.audience.scope(),
        }
    }
}
