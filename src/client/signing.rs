//! The tokens of a run: which one a request carries, and what a 401 changes about that. What a 401
//! says is read in `challenge`; where a token may go is decided by the target.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use http::{HeaderValue, StatusCode, header};
use tokio::sync::OnceCell;
use url::Url;

use super::challenge::{ClaimsChallenge, Demand, demand};
use super::error::ClaimsNeeded;
use super::{Asked, Client, Error, ServiceError};
use crate::azure::headers::X_MS_AUTHORIZATION_AUXILIARY;
use crate::azure::{ErrorDetail, HostKind, ResourceId, SANDBOX_ISSUER, host_kind};
use crate::credential::{
    self, AccessToken, Credential, Identity, Reuse, SHORTEST_LIFE, SourceFault, TokenRequest,
};
use crate::transport::{Body, Request, Response};

/// The error behind a 401 is a few KiB.
const MAX_CHALLENGE: usize = 256 * 1024;

/// The tokens that a run has, and what services taught it.
#[derive(Debug, Default)]
pub struct Tokens {
    kept: Mutex<HashMap<Key, Arc<OnceCell<AccessToken>>>>,
    learnt: Mutex<Learnt>,
}

/// What tells the tokens of a run apart.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Key {
    identity: Option<Identity>,
    tenant_id: Option<String>,
    claims: Option<String>,
}

/// What holds for all further requests.
#[derive(Debug, Default)]
struct Learnt {
    claims: Option<ClaimsChallenge>,
    /// By subscription, as it stands in the address.
    tenants: HashMap<Option<String>, String>,
}

/// How one request is signed, and which challenges it has answered: each kind once.
#[derive(Debug, Default)]
pub(super) struct Signing {
    subscription_id: Option<String>,
    tenant_id: Option<String>,
    claims: Option<ClaimsChallenge>,
    learnt_tenant: bool,
    got_fresh: bool,
    got_claims: bool,
    used: Option<AccessToken>,
}

impl Tokens {
    fn cell(&self, key: &Key) -> Arc<OnceCell<AccessToken>> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(kept.entry(key.clone()).or_default())
    }

    /// Forgets a token, unless another one has taken its place.
    fn forget(&self, key: &Key, old: &AccessToken) {
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

impl Client {
    /// How a request to this address is signed, by what is known before it is sent.
    pub(super) fn signing_for(&self, url: &Url) -> Signing {
        let own = ResourceId::of(url).subscription_id().map(str::to_owned);
        let subscription_id = own.or_else(|| self.subscription_id.clone());
        let learnt = self.learnt();
        let of_subscription = || {
            let credential = self.shared.credential()?;
            credential.tenant_of(subscription_id.as_deref()?)
        };
        let tenant_id = self
            .tenant_id
            .clone()
            .or_else(|| learnt.tenants.get(&subscription_id).cloned())
            .or_else(of_subscription);
        Signing {
            tenant_id,
            subscription_id,
            claims: learnt.claims.clone(),
            ..Signing::default()
        }
    }

    /// Takes note of the tenant whose token reaches a subscription.
    pub fn learn_tenant(&self, subscription_id: &str, tenant_id: &str) {
        let subscription_id = Some(subscription_id.to_owned());
        let mut learnt = self.learnt();
        learnt.tenants.insert(subscription_id, tenant_id.to_owned());
    }

    fn learnt(&self) -> std::sync::MutexGuard<'_, Learnt> {
        let learnt = self.tokens.learnt.lock();
        learnt.unwrap_or_else(PoisonError::into_inner)
    }

    /// The one place that attaches a token. It goes only where the target admits it.
    pub(super) async fn authorise(
        &self,
        request: &Request,
        signing: &mut Signing,
    ) -> Result<Request, Error> {
        self.target.admit(&request.url)?;
        let mut request = request.clone();
        if let Some(credential) = self.shared.credential() {
            let wanted = self.wanted(signing);
            if let Some(wanted) = wanted {
                let token = self.kept_token(credential, &wanted).await?;
                let bearer = self.bearer(&token, &request.url)?;
                request.headers.insert(header::AUTHORIZATION, bearer);
                signing.used = Some(token);
            }
            self.add_auxiliary_tokens(credential, &mut request).await?;
        }
        Ok(request)
    }

    /// What a token is asked for; `None` where the target takes none.
    fn wanted(&self, signing: &Signing) -> Option<TokenRequest> {
        Some(TokenRequest {
            tenant_id: signing.tenant_id.clone(),
            subscription_id: signing.subscription_id.clone(),
            claims: signing.claims.as_ref().map(|claims| claims.json.clone()),
            minimum_left: self.settings().minimum_left,
            ..TokenRequest::of(self.target.audience.as_ref()?)
        })
    }

    /// The token as a header's value, where it may go to this address.
    fn bearer(&self, token: &AccessToken, url: &Url) -> Result<HeaderValue, Error> {
        let of_sandbox = token
            .issuer()
            .is_some_and(|iss| iss.starts_with(SANDBOX_ISSUER));
        if self.target.takes_sandbox_tokens_only(url) && !of_sandbox {
            return Err(credential::Error::ForeignToken.into());
        }
        let bearer = format!("Bearer {}", token.token.expose());
        let mut value = HeaderValue::try_from(bearer).map_err(|_| Error::UnusableToken)?;
        value.set_sensitive(true);
        Ok(value)
    }

    /// Adds the tokens of `--aux-tenant`, by which one request reaches resources of several tenants
    /// (learn.microsoft.com/azure/azure-resource-manager/management/authenticate-multi-tenant).
    async fn add_auxiliary_tokens(
        &self,
        credential: &Credential,
        request: &mut Request,
    ) -> Result<(), Error> {
        let Some(audience) = &self.target.audience else {
            return Ok(());
        };
        if self.auxiliary_tenants.is_empty()
            || host_kind(&self.target.cloud, &request.url) != HostKind::ResourceManager
        {
            return Ok(());
        }
        let mut bearers: Vec<u8> = Vec::new();
        for tenant_id in &self.auxiliary_tenants {
            let wanted = TokenRequest {
                tenant_id: Some(tenant_id.clone()),
                ..TokenRequest::of(audience)
            };
            let token = self.kept_token(credential, &wanted).await?;
            let tenant = token.tenant_id();
            let is_guid = uuid::Uuid::try_parse(tenant_id).is_ok();
            if is_guid && tenant.is_some_and(|own| !own.eq_ignore_ascii_case(tenant_id)) {
                return Err(SourceFault::Unsupported {
                    what: "get a token of another tenant",
                }
                .of(credential.source())
                .into());
            }
            if !bearers.is_empty() {
                bearers.extend(b", ");
            }
            bearers.extend(self.bearer(&token, &request.url)?.as_bytes());
        }
        let mut value = HeaderValue::from_bytes(&bearers).map_err(|_| Error::UnusableToken)?;
        value.set_sensitive(true);
        request.headers.insert(X_MS_AUTHORIZATION_AUXILIARY, value);
        Ok(())
    }

    /// A token of this run, got once however many requests want it.
    async fn kept_token(
        &self,
        credential: &Credential,
        wanted: &TokenRequest,
    ) -> Result<AccessToken, Error> {
        let key = Self::key(credential, wanted);
        let soon = self.settings().clock.now() + SHORTEST_LIFE;
        if let Some(token) = self.tokens.cell(&key).get()
            && token.expires_on.is_some_and(|end| end < soon)
        {
            let old = token.clone();
            self.tokens.forget(&key, &old);
        }
        let cell = self.tokens.cell(&key);
        let token = cell
            .get_or_try_init(|| self.token(credential, wanted))
            .await?;
        Ok(token.clone())
    }

    fn key(credential: &Credential, wanted: &TokenRequest) -> Key {
        Key {
            identity: credential.identity(wanted),
            tenant_id: wanted.tenant_id.clone(),
            claims: wanted.claims.clone(),
        }
    }

    /// Does what a 401 asks for, where that can be done: `true` if the request may be made again
    /// with another token. A request that was refused so was not executed (RFC 9110 15.5.2).
    ///
    /// # Errors
    /// [`Error::ClaimsNeeded`] where the credential cannot give what the service insists on.
    pub(super) async fn answer_challenge(
        &self,
        signing: &mut Signing,
        request: &Request,
        response: &mut Response,
    ) -> Result<bool, Error> {
        if response.status != StatusCode::UNAUTHORIZED {
            return Ok(false);
        }
        let (Some(credential), Some(used)) = (self.shared.credential(), signing.used.clone())
        else {
            return Ok(false);
        };
        let body = self.within(response.body.excerpt(MAX_CHALLENGE)).await?;
        response.body = Body::of(body.clone());
        let asked = demand(&response.headers, &body, used.tenant_id());
        let reuse = match asked {
            Some(Demand::Claims(challenge)) => {
                let detail = ErrorDetail::parse(&body, response.header("content-type"));
                let answer = ServiceError::of(Asked::of(request), response, body, detail);
                return self
                    .answer_claims(credential, signing, (challenge, answer), &used)
                    .await;
            }
            Some(Demand::Tenant(tenant_id))
                if self.tenant_id.is_none() && !signing.learnt_tenant =>
            {
                signing.learnt_tenant = true;
                signing.tenant_id = Some(tenant_id);
                Reuse::Kept
            }
            Some(Demand::Fresh) if !signing.got_fresh => {
                signing.got_fresh = true;
                Reuse::AnyBut(used.token.clone())
            }
            Some(Demand::Tenant(_) | Demand::Fresh) | None => return Ok(false),
        };
        let Some(mut wanted) = self.wanted(signing) else {
            return Ok(false);
        };
        wanted.reuse = reuse;
        if wanted.reuse != Reuse::Kept {
            let key = Self::key(credential, &wanted);
            self.tokens.forget(&key, &used);
        }
        let token = self.kept_token(credential, &wanted).await?;
        let is_another = token.token != used.token;
        if is_another && let Some(tenant_id) = &signing.tenant_id {
            let subscription_id = signing.subscription_id.clone();
            self.learnt()
                .tenants
                .insert(subscription_id, tenant_id.clone());
        }
        Ok(is_another)
    }

    async fn answer_claims(
        &self,
        credential: &Credential,
        signing: &mut Signing,
        (challenge, answer): (ClaimsChallenge, ServiceError),
        used: &AccessToken,
    ) -> Result<bool, Error> {
        let Some(audience) = self.target.audience.clone() else {
            return Ok(false);
        };
        let tenant_id = signing.tenant_id.clone();
        let tenant_id = tenant_id.or_else(|| used.tenant_id().map(str::to_owned));
        let needed = |cause: Option<credential::Error>| {
            Error::ClaimsNeeded(Box::new(ClaimsNeeded {
                source: credential.source(),
                audience,
                tenant_id,
                challenge: challenge.clone(),
                answer,
                cause,
            }))
        };
        if signing.got_claims {
            return Err(needed(None));
        }
        signing.got_claims = true;
        signing.claims = Some(challenge.clone());
        let Some(mut wanted) = self.wanted(signing) else {
            return Ok(false);
        };
        wanted.reuse = Reuse::AnyBut(used.token.clone());
        match self.kept_token(credential, &wanted).await {
            Ok(token) if token.token == used.token => Err(needed(None)),
            Ok(_) => {
                self.learnt().claims = Some(challenge);
                Ok(true)
            }
            Err(Error::Credential(cause)) => Err(needed(Some(cause))),
            Err(error) => Err(error),
        }
    }
}
