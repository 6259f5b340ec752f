//! Which subscription is meant: the default one, or one by its name. It is read from what `arm
//! login` and az have stored; who asks services: `subscriptions`.

use std::collections::{HashMap, HashSet};

use crate::azure::{Cloud, CloudName, ResourceId, is_guid, subscription_guid};
use crate::cli::{RequestArgs, TargetOptions};
use crate::credential::{self, Account, Authority, Store};
use crate::env::Env;
use crate::error::{Error, NameError, SubscriptionError};
use crate::sandbox;

/// Returns the subscription that `{sub}` stands for if nothing names one: that of the account of `arm login` that is
/// active, else az's; under `--sandbox` its first.
pub(crate) fn default(cloud: &Cloud, env: &Env) -> Option<String> {
    if cloud.name == CloudName::Sandbox {
        return Some(sandbox::default_subscription_id().to_owned());
    }
    of_login(cloud, env).or_else(|| credential::default_subscription(env))
}

/// Returns the tenant of the one who asks: that of the account of `arm login` that is active; under `--sandbox` its first.
pub(crate) fn tenant(cloud: &Cloud, env: &Env) -> Option<String> {
    if cloud.name == CloudName::Sandbox {
        return Some(sandbox::default_tenant_id().to_owned());
    }
    of_active_account(cloud, env, |account| Some(account.tenant_id.clone()))
}

fn of_login(cloud: &Cloud, env: &Env) -> Option<String> {
    of_active_account(cloud, env, |account| {
        Some(account.default_subscription()?.id.clone())
    })
}

/// Asks the active account of `arm login`. A store that cannot be read is reported when a token of it is needed.
fn of_active_account<T>(
    cloud: &Cloud,
    env: &Env,
    ask: impl FnOnce(&Account) -> Option<T>,
) -> Option<T> {
    let listing = Store::of(env)?.list().ok()?;
    let account = if let Some(name) = env.get(credential::ACCOUNT_VARIABLE) {
        listing.accounts.iter().find(|one| one.is_named(name))
    } else {
        let authority = Authority::of(env, cloud).ok()?;
        listing.active_at(authority.as_str())
    };
    ask(account?)
}

/// Puts ids in place of the names of subscriptions that are known here. Who asks the service for the others:
/// `subscription_choice`.
pub(crate) fn resolve_in(args: &mut RequestArgs, env: &Env) -> Result<(), Error> {
    let is_sandbox = args.options.sign_in.sandbox;
    let names = ["ARMCLI_SUBSCRIPTION", "AZURE_SUBSCRIPTION_ID"];
    // The IDs on standard input may have placeholders, too.
    let is_needed = args.url.contains('{') || args.end_of_each().is_some();
    take_group_id(&mut args.options.target)?;
    let given = &mut args.options.target.subscriptions;
    if given.is_empty() && is_needed && !is_sandbox {
        let value = names.iter().find_map(|name| env.get(name));
        let values = value.into_iter().flat_map(|value| value.split(','));
        given.extend(values.map(str::trim).map(str::to_owned));
    }
    ids_where_known(given, is_sandbox, env)
}

/// Puts the name of a resource group in place of its ID, whose subscription is that of the request.
fn take_group_id(target: &mut TargetOptions) -> Result<(), SubscriptionError> {
    let group = target.resource_group.take();
    let id = group.as_deref().map(ResourceId::parse);
    let place = id.filter(|id| id.segments().len() == 4).and_then(|id| {
        let name = id.resource_group_name()?.to_owned();
        Some((subscription_guid(id.subscription_id()?)?.to_owned(), name))
    });
    let Some((subscription, name)) = place else {
        target.resource_group = group;
        return Ok(());
    };
    let is_other = |given: &&String| {
        let guid = subscription_guid(given);
        guid.is_none_or(|guid| !guid.eq_ignore_ascii_case(&subscription))
    };
    if let Some(given) = target.subscriptions.iter().find(is_other) {
        let given = given.clone();
        return Err(SubscriptionError::NotOfGroup {
            subscription,
            given,
        });
    }
    target.subscriptions = vec![subscription];
    target.resource_group = Some(name);
    Ok(())
}

/// Puts the id of each subscription that is known here in place of its name, and leaves out what is named twice.
pub(crate) fn ids_where_known(
    given: &mut Vec<String>,
    is_sandbox: bool,
    env: &Env,
) -> Result<(), Error> {
    for one in given.iter_mut().filter(|one| one.trim() != "*") {
        if let Some(guid) = subscription_guid(one) {
            *one = guid.to_owned();
            continue;
        }
        *one = if is_sandbox {
            in_sandbox(one)
        } else {
            known_id(one, env)?.unwrap_or_else(|| one.trim().to_owned())
        };
    }
    let mut seen = HashSet::new();
    given.retain(|one| seen.insert(one.to_ascii_lowercase()));
    Ok(())
}

/// The id of a subscription of the sandbox that was given by its name; it says itself what else is wrong.
fn in_sandbox(given: &str) -> String {
    sandbox::subscription_id_of(given)
        .unwrap_or(given)
        .to_owned()
}

/// The names of the subscriptions that are known here, by their ids in lower case.
pub(crate) fn names(cloud: &Cloud, env: &Env) -> HashMap<String, String> {
    if cloud.name == CloudName::Sandbox {
        let own = sandbox::subscriptions();
        return own
            .map(|(id, name)| (id.to_owned(), name.to_owned()))
            .collect();
    }
    // A store that cannot be read is reported when a token of it is needed.
    let known = known(env).unwrap_or_default().into_iter();
    known
        .map(|one| (one.id.to_ascii_lowercase(), one.name))
        .collect()
}

/// A subscription, as one of its names says it.
struct Known {
    id: String,
    name: String,
}

/// Returns the id of a subscription that is given by id or by a name that is known here, whatever the case of its
/// letters.
fn known_id(given: &str, env: &Env) -> Result<Option<String>, Error> {
    let given = given.trim();
    if is_guid(given) {
        return Ok(Some(given.to_owned()));
    }
    let known = known(env)?;
    id_among(given, known.iter().map(|one| (&*one.id, &*one.name)))
}

/// Returns the id of the one subscription that has a name, of those with these ids and names.
pub(crate) fn id_among<'a>(
    name: &str,
    subscriptions: impl Iterator<Item = (&'a str, &'a str)>,
) -> Result<Option<String>, Error> {
    let mut found: Vec<(&str, &str)> = Vec::new();
    for (id, own) in subscriptions {
        let is_meant = own.to_lowercase() == name.to_lowercase();
        if is_meant
            && !found
                .iter()
                .any(|(other, _)| other.eq_ignore_ascii_case(id))
        {
            found.push((id, own));
        }
    }
    match found.as_slice() {
        [] => Ok(None),
        [(id, _)] => Ok(Some((*id).to_owned())),
        several => Err(Error::Name(NameError::Ambiguous {
            what: "subscription",
            name: name.to_owned(),
            found: several
                .iter()
                .map(|(id, name)| format!("{name} ({id})"))
                .collect(),
        })),
    }
}

fn known(env: &Env) -> Result<Vec<Known>, Error> {
    let mut known = Vec::new();
    if let Some(store) = Store::of(env) {
        let listing = store.list().map_err(credential::Error::from)?;
        let accounts = listing.accounts.into_iter();
        known.extend(
            accounts
                .flat_map(|account| account.subscriptions)
                .map(|one| Known {
                    id: one.id,
                    name: one.name,
                }),
        );
    }
    let of_az = credential::subscription_names(env).into_iter();
    known.extend(of_az.map(|(id, name)| Known { id, name }));
    Ok(known)
}

#[cfg(test)]
mod tests {
    use super::{ids_where_known, take_group_id};
    use crate::cli::TargetOptions;
    use crate::env::Env;

    #[test]
    fn a_subscription_is_taken_as_it_is_printed() {
        const ID: &str = "11111111-2222-3333-4444-aaaaaaaaaaaa";
        let mut given = vec![
            format!("/subscriptions/{ID}"),
            format!("{ID}/"),
            format!("{{{ID}}}"),
        ];
        ids_where_known(&mut given, false, &Env::with_variables([])).unwrap();
        assert_eq!(given, [ID]);
    }

    #[test]
    fn the_id_of_a_group_names_its_subscription() {
        const ID: &str = "11111111-2222-3333-4444-aaaaaaaaaaaa";
        let of = |group: &str, subscriptions: &[&str]| {
            let mut target = TargetOptions {
                resource_group: Some(group.replace("{id}", ID)),
                subscriptions: subscriptions.iter().map(ToString::to_string).collect(),
                ..TargetOptions::default()
            };
            let taken = take_group_id(&mut target);
            taken.map(|()| {
                (
                    target.resource_group.unwrap(),
                    target.subscriptions.concat(),
                )
            })
        };
        let taken = Ok(("rg".to_owned(), ID.to_owned()));
        let group = "/subscriptions/{id}/resourceGroups/rg";
        assert_eq!(of(group, &[]), taken);
        assert_eq!(of(&format!("{group}/"), &[&ID.to_uppercase()]), taken);
        assert_eq!(of(group, &[&format!("/subscriptions/{ID}")]), taken);
        assert!(of(group, &["Contoso"]).is_err());
        assert!(of(group, &[ID, "*"]).is_err());
        for name in [
            "rg",
            "*",
            "/subscriptions/{id}",
            "/subscriptions/{id}/resourceGroups/rg/providers/A.B/c/d",
        ] {
            let kept = Ok((name.replace("{id}", ID), "Contoso".to_owned()));
            assert_eq!(of(name, &["Contoso"]), kept, "{name}");
        }
    }
}
