//! What `*` stands for: the subscriptions that the account sees, tenant by tenant, and their resource groups. Asks for
//! lists only. Who requests what was asked for in each: `list_task` and `ids`.

use std::collections::HashSet;
use std::rc::Rc;

use http::{HeaderValue, Method, header};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use url::Url;

use crate::app::fan_out::every::context::FanOut;
use crate::app::fan_out::scheduler;
use crate::app::session::subscriptions;
use crate::app::session::subscriptions::{Collection, Listed, Tenant, is_gone};
use crate::azure::{HostKind, ResourceId, host_kind};
use crate::client::{self, is_for_first_page};
use crate::credential::{Subscription, Tenancy};
use crate::error::{Error, WildcardError};
use crate::plan::{Pattern, Wildcard};
use crate::transport::Request;

/// Lists of resource groups that are requested at a time.
const LISTS_AT_A_TIME: usize = 50;

/// A subscription or resource group that `*` stands for, or whose resource groups it stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Scope {
    /// The address that is requested for it: the one of the pattern, or the list of its resource groups.
    pub(crate) url: Url,
    /// The id of the subscription.
    pub(crate) subscription: Rc<str>,
    /// Its name; empty if it was not listed.
    pub(crate) name: Rc<str>,
    /// The resource group.
    pub(crate) group: Option<Box<str>>,
}

impl Scope {
    /// Returns the name and the id of the subscription, as far as they are known.
    pub(crate) fn subscription_words(&self) -> String {
        let Self {
            subscription, name, ..
        } = self;
        if name.is_empty() {
            subscription.to_string()
        } else {
            format!("{name} ({subscription})")
        }
    }
}

/// What was found.
#[derive(Debug, Default)]
pub(crate) struct FoundScopes {
    /// All of them, in the order of the lists.
    pub(crate) scopes: Vec<Scope>,
    /// Subscriptions that are left out, because they are disabled.
    pub(crate) gone: usize,
    /// Why tenants do not list theirs.
    pub(crate) refusals: Vec<String>,
    /// Subscriptions whose resource groups could not be listed, and those whose names cannot be in a path.
    pub(crate) failures: Vec<(Scope, Error)>,
}

#[derive(Debug, Deserialize)]
struct Group {
    name: Box<str>,
}

/// Lists what the pattern stands for.
///
/// # Errors
/// What ended the list, if nothing could be listed.
pub(crate) async fn find(fan_out: &Rc<FanOut>) -> Result<FoundScopes, Error> {
    let mut found = FoundScopes::default();
    let pattern = &fan_out.pattern;
    if pattern.every == Wildcard::Group {
        let url = pattern.groups_url();
        let groups: Vec<Group> = list(fan_out, url.clone(), None).await?;
        let id = ResourceId::of(&url).subscription_id().unwrap_or_default();
        let scope = Scope {
            subscription: id.into(),
            name: "".into(),
            group: None,
            url: url.clone(),
        };
        found.add_groups(&scope, groups, pattern);
        return Ok(found);
    }
    let subscriptions = if pattern.named.is_empty() {
        Box::pin(subscriptions(fan_out, &mut found)).await?
    } else {
        pattern
            .named
            .iter()
            .map(String::as_str)
            .map(named)
            .collect()
    };
    for one in subscriptions {
        if is_gone(&one) {
            found.gone += 1;
            continue;
        }
        let url = match pattern.every {
            Wildcard::Subscription => pattern.url_for(Some(&one.id), None),
            Wildcard::Group | Wildcard::GroupOfEverySubscription => pattern.groups_url_of(&one.id),
        };
        let scope = |url| Scope {
            subscription: one.id.as_str().into(),
            name: one.name.as_str().into(),
            group: None,
            url,
        };
        match url {
            Some(url) => found.scopes.push(scope(url)),
            None => found.refuse(scope(pattern.subscriptions_url()), &one.id, "subscription"),
        }
    }
    if pattern.every == Wildcard::GroupOfEverySubscription {
        groups_of_all(fan_out, &mut found).await?;
    }
    Ok(found)
}

/// A subscription of which only the id is known.
fn named(id: &str) -> Subscription {
    Subscription {
        id: id.to_owned(),
        name: String::new(),
        state: String::new(),
        tenant_id: String::new(),
    }
}

impl FoundScopes {
    /// Adds the resource groups of a subscription, each once: pages of a list may overlap, and the case of letters
    /// does not tell groups apart.
    fn add_groups(&mut self, subscription: &Scope, groups: Vec<Group>, pattern: &Pattern) {
        let mut known = HashSet::new();
        for Group { name } in groups {
            if !known.insert(name.to_ascii_lowercase()) {
                continue;
            }
            let scope = |url| Scope {
                group: Some(name.clone()),
                url,
                ..subscription.clone()
            };
            match pattern.url_for(Some(&subscription.subscription), Some(&name)) {
                Some(url) => self.scopes.push(scope(url)),
                None => self.refuse(scope(subscription.url.clone()), &name, "resource group"),
            }
        }
    }

    /// Takes note of a name that would leave its segment.
    fn refuse(&mut self, scope: Scope, name: &str, noun: &'static str) {
        let name = name.to_owned();
        let error = WildcardError::UnusableName { noun, name };
        self.failures.push((scope, error.into()));
    }
}

/// The subscriptions: of the tenant that was named, or of the only one that the credential knows; else of every tenant,
/// each with its own token. The token of each is remembered for what is requested in it.
async fn subscriptions(
    fan_out: &Rc<FanOut>,
    found: &mut FoundScopes,
) -> Result<Vec<Subscription>, Error> {
    let mut collection = Collection::default();
    let url = fan_out.pattern.subscriptions_url();
    let Tenancy::Several { home } = tenancy(fan_out) else {
        let listed: Vec<Listed> = list(fan_out, url, None).await?;
        for one in listed {
            collection.add(one, None);
        }
        return Ok(collection.subscriptions);
    };
    // The tenants and the subscriptions of the first one are requested at once; the others when they are known.
    let (tenants, first) = tokio::join!(
        list::<Tenant>(fan_out, fan_out.pattern.tenants_url(), home.as_deref()),
        list::<Listed>(fan_out, url.clone(), home.as_deref()),
    );
    let tenants = match tenants {
        Ok(tenants) => tenants,
        Err(error) if first.is_err() => return Err(first.err().unwrap_or(error)),
        Err(error) => {
            found
                .refusals
                .push(format!("the tenants cannot be listed: {error}"));
            Vec::new()
        }
    };
    let is_home = |tenant: &Tenant| {
        home.as_deref()
            .is_some_and(|home| tenant.id.eq_ignore_ascii_case(home))
    };
    let mut answered = 0;
    let mut failure = None;
    match first {
        Ok(listed) => {
            answered += 1;
            for one in listed {
                collection.add(one, home.as_deref());
            }
        }
        Err(error) => match tenants.iter().find(|tenant| is_home(tenant)) {
            Some(tenant) => {
                found.refusals.push(subscriptions::refusal(tenant, &error));
                failure = Some(error);
            }
            None => failure = Some(error),
        },
    }
    let others: Vec<Tenant> = tenants
        .into_iter()
        .filter(|tenant| !is_home(tenant))
        .collect();
    let lists = others.iter().map(|tenant| {
        let (fan_out, url, id) = (Rc::clone(fan_out), url.clone(), tenant.id.clone());
        async move { list::<Listed>(&fan_out, url, Some(&id)).await }
    });
    for (tenant, listed) in others
        .iter()
        .zip(scheduler::collect(lists, LISTS_AT_A_TIME).await?)
    {
        match listed {
            Ok(listed) => {
                answered += 1;
                for one in listed {
                    collection.add(one, Some(&tenant.id));
                }
            }
            Err(error @ Error::Client(client::Error::TimedOut { .. })) => return Err(error),
            Err(error) => {
                found.refusals.push(subscriptions::refusal(tenant, &error));
                failure.get_or_insert(error);
            }
        }
    }
    if let (0, Some(failure)) = (answered, failure) {
        return Err(failure);
    }
    for one in &collection.subscriptions {
        if !one.tenant_id.is_empty() {
            fan_out.session.client.learn_tenant(&one.id, &one.tenant_id);
        }
    }
    Ok(collection.subscriptions)
}

/// Tells whether several tenants are to be asked, and which one's token is obtained if none is named: only Resource
/// Manager has a list of tenants.
fn tenancy(fan_out: &FanOut) -> Tenancy {
    let target = &fan_out.session.plan.target;
    let may_be_several = fan_out.session.plan.tenant_id.is_none()
        && target.audience.is_some()
        && host_kind(&target.cloud, &target.url) == HostKind::ResourceManager;
    let tenancy = fan_out.tenancy().filter(|_| may_be_several);
    tenancy.unwrap_or(Tenancy::One)
}

/// Puts the resource groups of each subscription into its place.
async fn groups_of_all(fan_out: &Rc<FanOut>, found: &mut FoundScopes) -> Result<(), Error> {
    let subscriptions = std::mem::take(&mut found.scopes);
    let lists = subscriptions.iter().map(|scope| {
        let (fan_out, url) = (Rc::clone(fan_out), scope.url.clone());
        async move { list::<Group>(&fan_out, url, None).await }
    });
    for (scope, listed) in subscriptions
        .iter()
        .zip(scheduler::collect(lists, LISTS_AT_A_TIME).await?)
    {
        match listed {
            Ok(groups) => found.add_groups(scope, groups, &fan_out.pattern),
            Err(error) => found.failures.push((scope.clone(), error)),
        }
    }
    Ok(())
}

/// Fetches a list at the origin of the pattern, with the token of a tenant, if one is named.
async fn list<T: DeserializeOwned>(
    fan_out: &FanOut,
    url: Url,
    tenant: Option<&str>,
) -> Result<Vec<T>, Error> {
    let mut headers = fan_out.session.plan.headers.clone();
    let first_only: Vec<_> = headers
        .keys()
        .filter(|name| is_for_first_page(name))
        .cloned()
        .collect();
    for name in first_only {
        headers.remove(name);
    }
    headers.insert(header::ACCEPT, HeaderValue::from_static("application/json"));
    let observer = Box::new(fan_out.quiet_observer());
    let session = fan_out.fork(tenant, fan_out.quiet_console(), observer);
    let request = Request {
        method: Method::GET,
        url,
        headers,
        body: bytes::Bytes::new(),
    };
    let items = client::collect(&session.client, &request, subscriptions::MAX_PAGE);
    Ok(items.await?)
}
