//! The subscriptions that an account sees, tenant by tenant. Who keeps them: `command/login`; who
//! lists resources in them: `fan_out/every/scopes`.

use std::collections::HashMap;
use std::rc::Rc;
use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue, Method};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::app::session::command_context::CommandContext;
use crate::app::session::{environment, trace};
use crate::azure::headers::{RESOURCE_MANAGER_VERSION, X_MS_VERSION};
use crate::azure::{Cloud, Target};
use crate::client::{self, Client, Clock, Observer, Settings, Shared};
use crate::credential::{Credential, LONGER_LIFE, Login, Subscription, TokenCache};
use crate::error::Error;
use crate::plan::headers_of_every_request;
use crate::shell::CommandLine;
use crate::transport::retry::Limits;
use crate::transport::{Request, Transport, Wire};

/// The version of both lists, which have the same shape.
const API_VERSION: &str = "2022-12-01";
/// The most bytes of a page of such a list.
pub(crate) const MAX_PAGE: usize = 16 << 20;
/// How often and how long a request that failed is repeated.
const LIMITS: Limits = Limits {
    retries: 3,
    longest_pause: Duration::from_secs(30),
};

/// States of a subscription of which nothing can be read (learn.microsoft.com, "Azure subscription states").
const GONE: [&str; 3] = ["Disabled", "Deleted", "Expired"];

/// Tells whether nothing can be read of a subscription.
pub(crate) fn is_gone(subscription: &Subscription) -> bool {
    GONE.iter()
        .any(|state| subscription.state.eq_ignore_ascii_case(state))
}

/// What was found.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// The subscriptions, each once.
    pub(crate) subscriptions: Vec<Subscription>,
    /// The tenants that answered.
    pub(crate) asked: Vec<String>,
    /// Why others did not.
    pub(crate) refusals: Vec<String>,
}

/// A tenant, as the service lists it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Tenant {
    /// Its id.
    #[serde(rename = "tenantId")]
    pub(crate) id: String,
    display_name: Option<String>,
    default_domain: Option<String>,
}

/// A subscription, as the service lists it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Listed {
    subscription_id: String,
    display_name: Option<String>,
    state: Option<String>,
    tenant_id: Option<String>,
}

/// Asks for the subscriptions of an account: those of the tenant that was named, else of every tenant. One that refuses
/// is noted, because the others are of use without it.
pub(crate) async fn find(
    login: &Login,
    named: bool,
    cloud: &Cloud,
    context: CommandContext<'_>,
) -> Result<Found, Error> {
    let CommandContext {
        deadline,
        env,
        console,
    } = context;
    let home = login.account().tenant_id.clone();
    let transport = Transport::Wire(Wire::new(
        environment::network(env)?,
        Some(&cloud.resource_manager),
    ));
    let asking = Asking {
        cloud,
        shared: Shared::new(Settings {
            credential: Some(Credential::Login(Box::new(login.clone()))),
            cache: TokenCache::unless_refused(false, env),
            deadline,
            minimum_left: LONGER_LIFE,
            recorder: env.recorder.clone(),
            ..Settings::new(transport, Clock::at(env.now), LIMITS, env.guard)
        }),
        observe: &|| trace::observer(console, env),
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
    let mut collection = Collection::default();
    for tenant in tenants {
        match asking.list::<Listed>("/subscriptions", &tenant.id).await {
            Ok(listed) => {
                for one in listed {
                    collection.add(one, Some(&tenant.id));
                }
                found.asked.push(tenant.id);
            }
            Err(error) => found.refusals.push(refusal(&tenant, &error)),
        }
    }
    found.subscriptions = collection.subscriptions;
    Ok(found)
}

/// Subscriptions, each once, in the order in which they were listed.
#[derive(Debug, Default)]
pub(crate) struct Collection {
    /// The subscriptions.
    pub(crate) subscriptions: Vec<Subscription>,
    /// Whether each is under the tenant to which it belongs.
    own: Vec<bool>,
    /// Where each is, by its id in lower case.
    places: HashMap<String, usize>,
}

impl Collection {
    /// Adds a subscription under the tenant whose token lists it; under the one that it names, if that is not known. If
    /// several tenants list it (Azure Lighthouse), it is that to which the subscription belongs.
    pub(crate) fn add(&mut self, listed: Listed, tenant_id: Option<&str>) {
        let is_own = match (listed.tenant_id.as_deref(), tenant_id) {
            (Some(own), Some(asked)) => own.eq_ignore_ascii_case(asked),
            (None, _) | (_, None) => true,
        };
        let subscription = Subscription {
            name: listed
                .display_name
                .unwrap_or_else(|| listed.subscription_id.clone()),
            state: listed.state.unwrap_or_else(|| "Unknown".to_owned()),
            tenant_id: tenant_id
                .map(str::to_owned)
                .or(listed.tenant_id)
                .unwrap_or_default(),
            id: listed.subscription_id,
        };
        let place = self.places.entry(subscription.id.to_ascii_lowercase());
        let place = *place.or_insert(self.subscriptions.len());
        let known = self.subscriptions.get_mut(place);
        let Some((known, was_own)) = known.zip(self.own.get_mut(place)) else {
            self.subscriptions.push(subscription);
            self.own.push(is_own);
            return;
        };
        if is_own && !*was_own {
            *known = subscription;
            *was_own = true;
        }
    }
}

/// Says that a tenant does not list its subscriptions, and what helps.
pub(crate) fn refusal(tenant: &Tenant, error: &Error) -> String {
    let name = tenant
        .display_name
        .as_ref()
        .or(tenant.default_domain.as_ref());
    let name = name.map_or_else(String::new, |name| format!(" ({name})"));
    let id = &tenant.id;
    let sign_in = CommandLine::arm("login --tenant").word(id);
    format!(
        "the subscriptions of the tenant {id}{name} cannot be listed: {error}; sign in there with `{sign_in}`"
    )
}

/// The client of a login, for a list of Resource Manager.
struct Asking<'a> {
    cloud: &'a Cloud,
    shared: Rc<Shared>,
    observe: &'a dyn Fn() -> Observer,
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
        let target = Target {
            cloud: self.cloud.clone(),
            url: url.clone(),
            audience: Some(self.cloud.audience.clone()),
            allowed: Vec::new(),
        };
        let mut client = Client::for_target(&self.shared, target, (self.observe)());
        client.tenant_id = Some(tenant_id.to_owned());
        let request = Request {
            method: Method::GET,
            url,
            headers: headers(),
            body: bytes::Bytes::new(),
        };
        Ok(client::collect(&client, &request, MAX_PAGE).await?)
    }
}

fn headers() -> HeaderMap {
    let mut headers = headers_of_every_request();
    headers.insert(
        HeaderName::from_static(X_MS_VERSION),
        HeaderValue::from_static(RESOURCE_MANAGER_VERSION),
    );
    headers
}

#[cfg(test)]
mod tests {
    use super::{Collection, Listed};

    #[test]
    fn a_subscription_belongs_to_its_own_tenant() {
        let listed = |id: &str, tenant_id: &str| Listed {
            subscription_id: id.to_owned(),
            display_name: Some(id.to_owned()),
            state: Some("Enabled".to_owned()),
            tenant_id: Some(tenant_id.to_owned()),
        };
        let mut found = Collection::default();
        found.add(listed("a", "customer"), Some("partner"));
        found.add(listed("b", "customer"), Some("partner"));
        found.add(listed("A", "customer"), Some("customer"));
        found.add(listed("a", "customer"), Some("partner"));
        found.add(listed("c", "customer"), None);
        let tenants: Vec<_> = found
            .subscriptions
            .iter()
            .map(|one| one.tenant_id.as_str())
            .collect();
        assert_eq!(tenants, ["customer", "partner", "customer"]);
    }
}
