//! Which subscription is meant: the default one, or one by its name. It is read from what `arm
//! login` and az have stored; who asks services: `subscriptions`.

use crate::azure::{Cloud, CloudName};
use crate::cli::RequestArgs;
use crate::credential::{self, Authority, Store};
use crate::env::Env;
use crate::error::{Error, NameError};
use crate::sandbox;

/// Returns the subscription that `{sub}` stands for where nothing names one: that of the account of
/// `arm login` that is active, else az's; under `--sandbox` its first.
pub(crate) fn default(cloud: &Cloud, env: &Env) -> Option<String> {
    if cloud.name == CloudName::Sandbox {
        return Some(sandbox::default_subscription_id().to_owned());
    }
    of_login(cloud, env).or_else(|| credential::default_subscription(env))
}

/// A store that cannot be read is reported when a token of it is needed.
fn of_login(cloud: &Cloud, env: &Env) -> Option<String> {
    let listing = Store::of(env)?.list().ok()?;
    let account = if let Some(name) = env.get(credential::ACCOUNT_VARIABLE) {
        listing.accounts.iter().find(|one| one.is_named(name))
    } else {
        let authority = Authority::of(env, cloud).ok()?;
        listing.active_at(authority.as_str())
    };
    Some(account?.default_subscription()?.id.clone())
}

/// Puts the id of a subscription in the place of its name.
pub(crate) fn resolve_in(args: &mut RequestArgs, env: &Env) -> Result<(), Error> {
    if args.options.sign_in.sandbox {
        let given = args.options.target.subscription.take();
        args.options.target.subscription = given.map(|given| in_sandbox(&given));
        return Ok(());
    }
    let names = ["ARMCLI_SUBSCRIPTION", "AZURE_SUBSCRIPTION_ID"];
    // The IDs on standard input may have placeholders, too.
    let is_needed = args.url.contains('{') || args.end_of_each().is_some();
    let of_variable = || {
        let mut values = names.iter().filter_map(|name| env.get(name));
        values.next().filter(|_| is_needed)
    };
    let given = args
        .options
        .target
        .subscription
        .as_deref()
        .or_else(of_variable);
    if let Some(given) = given.filter(|given| given.trim() != "*") {
        args.options.target.subscription = Some(id_of(given, env)?);
    }
    Ok(())
}

/// The id of a subscription of the sandbox that was given by its name; it says itself what else is wrong.
pub(crate) fn in_sandbox(given: &str) -> String {
    sandbox::subscription_id_of(given)
        .unwrap_or(given)
        .to_owned()
}

/// A subscription, as one of its names says it.
struct Known {
    id: String,
    name: String,
}

/// Returns the id of a subscription that is given by id or by name, whatever the case of its
/// letters.
pub(crate) fn id_of(given: &str, env: &Env) -> Result<String, Error> {
    let given = given.trim();
    if is_id(given) {
        return Ok(given.to_owned());
    }
    let known = known(env)?;
    let mut found: Vec<&Known> = Vec::new();
    for one in &known {
        let is_meant = one.name.to_lowercase() == given.to_lowercase();
        let is_new = !found
            .iter()
            .any(|other| other.id.eq_ignore_ascii_case(&one.id));
        if is_meant && is_new {
            found.push(one);
        }
    }
    let line = |one: &&Known| format!("{} ({})", one.name, one.id);
    match found.as_slice() {
        [one] => Ok(one.id.clone()),
        [] => Err(Error::Name(NameError::Unknown {
            what: "subscription",
            name: given.to_owned(),
        })),
        several => Err(Error::Name(NameError::Ambiguous {
            what: "subscription",
            name: given.to_owned(),
            found: several.iter().map(line).collect(),
        })),
    }
}

/// Tells whether a text is an id and not a name: `8-4-4-4-12` hexadecimal digits.
fn is_id(text: &str) -> bool {
    text.len() == 36 && uuid::Uuid::try_parse(text).is_ok()
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
