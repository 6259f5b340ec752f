//! The subscriptions that an account sees, tenant by tenant. Keeps nothing, prints nothing.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::trace;
use crate::azure::headers::{RESOURCE_MANAGER_VERSION, X_MS_VERSION};
use crate::azure::{Cloud, Target};
use crate::cli::SignInOptions;
use crate::client::{Client, Clock, Continuation, Deadline, Pager, ServiceError};
use crate::credential::{Credential, LONGER_LIFE, Login, Subscription, TokenCache};
use crate::env::Env;
use crate::error::Error;
use crate::output::Report;
use crate::transport::budget::Budget;
use crate::transport::retry::Limits;
use crate::transport::{Beginning, Request, Transport, Wire};

/// The version of both lists.
const API_VERSION: &str = "2022-12-01";
/// A page of a list; what is larger is none.
const MAX_PAGE: usize = 16 << 20;
/// Repetitions of a request that failed.
const RETRIES: u32 = 3;
/// The longest pause before one.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// What was found.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// The subscriptions, each once.
    pub(super) subscriptions: Vec<Subscription>,
    /// The tenants that answered.
    pub(super) asked: Vec<String>,
    /// Why others did not.
    pub(super) refusals: Vec<String>,
}

#[derive(Deserialize)]
struct Page<T> {
    value: Vec<T>,
    #[serde(rename = "nextLink")]
    next_link: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Tenant {
    #[serde(rename = "tenantId")]
    id: String,
    display_name: Option<String>,
    default_domain: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Listed {
    subscription_id: String,
    display_name: Option<String>,
    state: Option<String>,
    tenant_id: Option<String>,
}

/// Asks for the subscriptions of an account: those of the tenant that was named, else of every
/// tenant. One that refuses is noted, for the others are of use without it.
pub(super) async fn find(
    login: &Login,
    named: bool,
    cloud: &Cloud,
    deadline: Option<Deadline>,
    env: &Env,
    report: Report,
) -> Found {
    let home = login.account().tenant_id.clone();
    let asking = Asking {
        login,
        cloud,
        deadline,
        env,
        report,
    };
    let mut found = Found::default();
    let mut tenants = vec![Tenant {
        id: home.clone(),
        display_name: None,
        default_domain: None,
    }];
    if !named {
        match asking.list::<Tenant>("/tenants", &home).await {
            Ok(listed) => {
                let others = listed.into_iter().filter(|one| one.id != home);
                tenants.extend(others);
            }
            Err(error) => found
                .refusals
                .push(format!("the tenants cannot be listed: {error}")),
        }
    }
    let mut own = Vec::new();
    for tenant in tenants {
        match asking.list::<Listed>("/subscriptions", &tenant.id).await {
            Ok(listed) => {
                for one in listed {
                    add(&mut found.subscriptions, &mut own, one, &tenant.id);
                }
                found.asked.push(tenant.id);
            }
            Err(error) => found.refusals.push(refusal(&tenant, &error)),
        }
    }
    found
}

/// Adds a subscription under the tenant whose token lists it. Where several do (Azure Lighthouse),
/// it is that to which the subscription belongs.
fn add(
    subscriptions: &mut Vec<Subscription>,
    own: &mut Vec<bool>,
    listed: Listed,
    tenant_id: &str,
) {
    let belongs = listed
        .tenant_id
        .is_none_or(|id| id.eq_ignore_ascii_case(tenant_id));
    let subscription = Subscription {
        name: listed
            .display_name
            .unwrap_or_else(|| listed.subscription_id.clone()),
        id: listed.subscription_id,
        state: listed.state.unwrap_or_else(|| "Unknown".to_owned()),
        tenant_id: tenant_id.to_owned(),
    };
    let known = subscriptions
        .iter_mut()
        .zip(own.iter_mut())
        .find(|(known, _)| known.id.eq_ignore_ascii_case(&subscription.id));
    match known {
        None => {
            subscriptions.push(subscription);
            own.push(belongs);
        }
        Some((known, is_own)) if belongs && !*is_own => {
            *known = subscription;
            *is_own = true;
        }
        Some(_) => {}
    }
}

fn refusal(tenant: &Tenant, error: &Error) -> String {
    let name = tenant
        .display_name
        .as_ref()
        .or(tenant.default_domain.as_ref());
    let name = name.map_or_else(String::new, |name| format!(" ({name})"));
    let id = &tenant.id;
    format!(
        "the subscriptions of the tenant {id}{name} cannot be listed: {error}; sign in there with \
         `arm login --tenant {id}`"
    )
}

struct Asking<'a> {
    login: &'a Login,
    cloud: &'a Cloud,
    deadline: Option<Deadline>,
    env: &'a Env,
    report: Report,
}

impl Asking<'_> {
    async fn list<T: DeserializeOwned>(
        &self,
        path: &str,
        tenant_id: &str,
    ) -> Result<Vec<T>, Error> {
        let mut url = self.cloud.resource_manager.clone();
        url.set_path(path);
        url.set_query(Some(&format!("api-version={API_VERSION}")));
        let client = self.client(&url, tenant_id);
        let mut request = Request {
            method: Method::GET,
            url,
            headers: headers(),
            body: bytes::Bytes::new(),
        };
        let mut pager = Pager::new(&request);
        let mut items = Vec::new();
        loop {
            let response = client.exchange(request.clone()).await?;
            if !response.status.is_success() {
                let error = client.within(ServiceError::read(&request, response));
                return Err(Error::Service(Box::new(error.await?)));
            }
            let bytes = match client.begin(&request, response, MAX_PAGE).await? {
                (_, Beginning::Whole(bytes) | Beginning::Part(bytes)) => bytes,
            };
            let page: Page<T> = serde_json::from_slice(&bytes).map_err(|_| Error::NoPage)?;
            items.extend(page.value);
            let link = page.next_link.filter(|link| !link.trim().is_empty());
            let link = link.map(Continuation::Link);
            let next = pager.next(link.as_ref(), &request.url, &client.target, None);
            match next.map_err(Error::Link)? {
                None => return Ok(items),
                Some(next) => request = next,
            }
        }
    }

    fn client(&self, url: &url::Url, tenant_id: &str) -> Client {
        let use_cache = SignInOptions::default().use_cache(self.env.get("ARMCLI_NO_CACHE"));
        Client {
            transport: Rc::new(Transport::Wire(Wire::for_url(url))),
            credential: Some(Rc::new(Credential::Login(Box::new(self.login.clone())))),
            cache: use_cache.then(|| Rc::new(TokenCache::of(self.env))),
            target: Target {
                cloud: self.cloud.clone(),
                url: url.clone(),
                audience: Some(self.cloud.audience.clone()),
                allowed: Vec::new(),
            },
            tenant_id: Some(tenant_id.to_owned()),
            subscription_id: None,
            limits: Limits {
                retries: RETRIES,
                longest_pause: LONGEST_PAUSE,
            },
            budget: Rc::new(Cell::new(Budget::of(RETRIES))),
            throttle: Rc::default(),
            deadline: self.deadline,
            clock: Clock::at(self.env.now),
            observer: trace::observer(self.report, self.env),
            minimum_left: LONGER_LIFE,
            auxiliary_tenants: Vec::new(),
            tokens: Rc::default(),
        }
    }
}

fn headers() -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(header::ACCEPT, HeaderValue::from_static("application/json"));
    headers.insert(
        header::USER_AGENT,
        HeaderValue::from_static(concat!("arm/", env!("CARGO_PKG_VERSION"))),
    );
    headers.insert(
        HeaderName::from_static(X_MS_VERSION),
        HeaderValue::from_static(RESOURCE_MANAGER_VERSION),
    );
    headers
}

#[cfg(test)]
mod tests {
    use super::{Listed, add};

    #[test]
    fn a_subscription_belongs_to_its_own_tenant() {
        let listed = |id: &str, tenant_id: &str| Listed {
            subscription_id: id.to_owned(),
            display_name: Some(id.to_owned()),
            state: Some("Enabled".to_owned()),
            tenant_id: Some(tenant_id.to_owned()),
        };
        let (mut found, mut own) = (Vec::new(), Vec::new());
        add(&mut found, &mut own, listed("a", "customer"), "partner");
        add(&mut found, &mut own, listed("b", "customer"), "partner");
        add(&mut found, &mut own, listed("A", "customer"), "customer");
        add(&mut found, &mut own, listed("a", "customer"), "partner");
        let tenants: Vec<_> = found.iter().map(|one| one.tenant_id.as_str()).collect();
        assert_eq!(tenants, ["customer", "partner"]);
    }
}
