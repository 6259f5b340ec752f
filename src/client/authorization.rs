//! Which token a request carries, and what a 401 changes about that. What a 401 says is read in `challenge`; where a
//! token may go is decided by the target; the tokens of a run are in `tokens`.

use http::{HeaderValue, StatusCode, header};
use url::Url;

use super::challenge::{ChallengeAction, ClaimsChallenge, action_for};
use super::error::{ClaimsNeeded, Error};
use super::exchange::Client;
use super::service_error::{RequestSummary, ServiceError};
use super::tokens::TokenKey;
use crate::azure::headers::X_MS_AUTHORIZATION_AUXILIARY;
use crate::azure::{
    Audience, ErrorDetail, HostKind, Origin, ResourceId, SANDBOX_ISSUER, host_kind,
};
use crate::credential::{
    self, AccessToken, Credential, Identity, Reuse, SHORTEST_LIFE, SourceErrorKind, TenantKey,
    TokenRequest,
};
use crate::transport::{Body, Request, Response};

/// The body of a 401 is a few KiB.
const MAX_CHALLENGE: usize = 256 * 1024;

/// How one request is authorised, and which challenges were followed for it: each kind once.
#[derive(Debug, Default)]
pub(super) struct Authorization {
    subscription_id: Option<String>,
    tenant_id: Option<String>,
    /// What stands for the place that is asked where tenants are remembered.
    scope: String,
    /// The tenant without the one that an earlier run has learnt, if that is used.
    without_remembered: Option<Option<String>>,
    claims: Option<ClaimsChallenge>,
    learnt_tenant: bool,
    got_fresh: bool,
    got_claims: bool,
    used: Option<AccessToken>,
}

/// A request that was refused for want of claims.
struct ClaimsRefusal {
    challenge: ClaimsChallenge,
    /// The response, as an error.
    error: ServiceError,
}

impl Client {
    /// How a request to this address is authorised, by what is known before it is sent.
    pub(super) fn authorization_for(&self, url: &Url) -> Authorization {
        let own = ResourceId::of(url).subscription_id().map(str::to_owned);
        let subscription_id = own.or_else(|| self.subscription_id.clone());
        let learnt = self.tokens.learnt();
        let of_subscription = || {
            let credential = self.shared.credential()?;
            credential.tenant_of(subscription_id.as_deref()?)
        };
        let certain = self
            .tenant_id
            .clone()
            .or_else(|| learnt.tenants.get(&subscription_id).cloned());
        let host = || Origin::of(url).to_string();
        let scope = subscription_id.clone().unwrap_or_else(host);
        let remembered = match certain {
            Some(_) => None,
            None => self.remembered_tenant(&scope),
        };
        Authorization {
            without_remembered: remembered.is_some().then(of_subscription),
            tenant_id: certain.or(remembered).or_else(of_subscription),
            scope,
            subscription_id,
            claims: learnt.claims.clone(),
            ..Authorization::default()
        }
    }

    /// Who asks where no tenant is chosen, and for tokens of which audience.
    fn identity_without_tenant(&self) -> Option<(Identity, &Audience)> {
        let audience = self.target.audience.as_ref()?;
        let request = TokenRequest::of(audience);
        let identity = self.shared.credential()?.identity(&request)?;
        Some((identity, audience))
    }

    /// The tenant that a service has named to an earlier run.
    fn remembered_tenant(&self, scope: &str) -> Option<String> {
        let (identity, audience) = self.identity_without_tenant()?;
        self.settings().tenants.get(TenantKey {
            identity: &identity,
            audience,
            scope,
        })
    }

    /// Remembers for later runs what tenant a service has named; forgets it if that is none.
    fn remember_tenant(&self, scope: &str, tenant_id: Option<&str>) {
        if let Some((identity, audience)) = self.identity_without_tenant() {
            let key = TenantKey {
                identity: &identity,
                audience,
                scope,
            };
            self.settings().tenants.set(key, tenant_id);
        }
    }

    /// Takes note of the tenant whose token reaches a subscription.
    pub fn learn_tenant(&self, subscription_id: &str, tenant_id: &str) {
        let subscription_id = Some(subscription_id.to_owned());
        let mut learnt = self.tokens.learnt();
        learnt.tenants.insert(subscription_id, tenant_id.to_owned());
    }

    /// The one place that attaches a token. It goes only if the target admits it.
    pub(super) async fn authorise(
        &self,
        request: &Request,
        authorization: &mut Authorization,
    ) -> Result<Request, Error> {
        self.target.admit(&request.url)?;
        let mut request = request.clone();
        if let Some(credential) = self.shared.credential() {
            let wanted = self.wanted(authorization);
            if let Some(wanted) = wanted {
                let token = match self.kept_token(credential, &wanted).await {
                    Err(Error::Credential(error)) => {
                        self.without_remembered(credential, authorization, error)
                            .await?
                    }
                    token => token?,
                };
                let bearer = self.bearer(&token, &request.url)?;
                request.headers.insert(header::AUTHORIZATION, bearer);
                authorization.used = Some(token);
            }
            self.add_auxiliary_tokens(credential, &mut request).await?;
        }
        Ok(request)
    }

    /// Gets a token again if the one of a remembered tenant cannot be had: it may be gone by now.
    async fn without_remembered(
        &self,
        credential: &Credential,
        authorization: &mut Authorization,
        error: credential::Error,
    ) -> Result<AccessToken, Error> {
        let Some(tenant_id) = authorization.without_remembered.take() else {
            return Err(error.into());
        };
        self.remember_tenant(&authorization.scope, None);
        authorization.tenant_id = tenant_id;
        match self.wanted(authorization) {
            Some(wanted) => self.kept_token(credential, &wanted).await,
            None => Err(error.into()),
        }
    }

    /// What a token is asked for; `None` if the target takes none.
    fn wanted(&self, authorization: &Authorization) -> Option<TokenRequest> {
        Some(TokenRequest {
            tenant_id: authorization.tenant_id.clone(),
            subscription_id: authorization.subscription_id.clone(),
            claims: authorization
                .claims
                .as_ref()
                .map(|claims| claims.json.clone()),
            minimum_left: self.settings().minimum_left,
            ..TokenRequest::of(self.target.audience.as_ref()?)
        })
    }

    /// The token as a header's value, if it may go to this address.
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
                return Err(SourceErrorKind::Unsupported {
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

    fn key(credential: &Credential, wanted: &TokenRequest) -> TokenKey {
        TokenKey {
            identity: credential.identity(wanted),
            tenant_id: wanted.tenant_id.clone(),
            claims: wanted.claims.clone(),
        }
    }

    /// Does what a 401 asks for, if that can be done: `true` if the request may be made again with another token. A
    /// request that was refused so was not executed (RFC 9110 15.5.2).
    ///
    /// # Errors
    /// [`Error::ClaimsNeeded`] if the credential cannot give what the service insists on.
    pub(super) async fn handle_challenge(
        &self,
        authorization: &mut Authorization,
        request: &Request,
        response: &mut Response,
    ) -> Result<bool, Error> {
        if response.status != StatusCode::UNAUTHORIZED {
            return Ok(false);
        }
        let (Some(credential), Some(used)) = (self.shared.credential(), authorization.used.clone())
        else {
            return Ok(false);
        };
        let body = self.within(response.body.excerpt(MAX_CHALLENGE)).await?;
        response.body = Body::of(body.clone());
        let action = action_for(&response.headers, &body, used.tenant_id());
        let reuse = match action {
            Some(ChallengeAction::Claims(challenge)) => {
                let detail = ErrorDetail::parse(&body, response.header("content-type"));
                let error = ServiceError::of(RequestSummary::of(request), response, body, detail);
                let refusal = ClaimsRefusal { challenge, error };
                return self
                    .handle_claims(credential, authorization, refusal, &used)
                    .await;
            }
            Some(ChallengeAction::Tenant(tenant_id))
                if self.tenant_id.is_none() && !authorization.learnt_tenant =>
            {
                authorization.learnt_tenant = true;
                authorization.tenant_id = Some(tenant_id);
                Reuse::Kept
            }
            Some(ChallengeAction::Fresh) if !authorization.got_fresh => {
                authorization.got_fresh = true;
                Reuse::AnyBut(used.token.clone())
            }
            Some(ChallengeAction::Tenant(_) | ChallengeAction::Fresh) | None => return Ok(false),
        };
        let Some(mut wanted) = self.wanted(authorization) else {
            return Ok(false);
        };
        wanted.reuse = reuse;
        if wanted.reuse != Reuse::Kept {
            let key = Self::key(credential, &wanted);
            self.tokens.forget(&key, &used);
        }
        let token = self.kept_token(credential, &wanted).await?;
        let is_another = token.token != used.token;
        if is_another && let Some(tenant_id) = &authorization.tenant_id {
            let subscription_id = authorization.subscription_id.clone();
            self.tokens
                .learnt()
                .tenants
                .insert(subscription_id, tenant_id.clone());
            if authorization.learnt_tenant {
                self.remember_tenant(&authorization.scope, Some(tenant_id));
            }
        }
        Ok(is_another)
    }

    async fn handle_claims(
        &self,
        credential: &Credential,
        authorization: &mut Authorization,
        refusal: ClaimsRefusal,
        used: &AccessToken,
    ) -> Result<bool, Error> {
        let Some(audience) = self.target.audience.clone() else {
            return Ok(false);
        };
        let ClaimsRefusal { challenge, error } = refusal;
        let tenant_id = authorization.tenant_id.clone();
        let tenant_id = tenant_id.or_else(|| used.tenant_id().map(str::to_owned));
        let needed = |cause: Option<credential::Error>| {
            Error::ClaimsNeeded(Box::new(ClaimsNeeded {
                source: credential.source(),
                audience,
                tenant_id,
                challenge: challenge.clone(),
                error,
                cause,
            }))
        };
        if authorization.got_claims {
            return Err(needed(None));
        }
        authorization.got_claims = true;
        authorization.claims = Some(challenge.clone());
        let Some(mut wanted) = self.wanted(authorization) else {
            return Ok(false);
        };
        wanted.reuse = Reuse::AnyBut(used.token.clone());
        match self.kept_token(credential, &wanted).await {
            Ok(token) if token.token == used.token => Err(needed(None)),
            Ok(_) => {
                self.tokens.learnt().claims = Some(challenge);
                Ok(true)
            }
            Err(Error::Credential(cause)) => Err(needed(Some(cause))),
            Err(error) => Err(error),
        }
    }
}
