//! `arm __complete`: what TAB offers, with the names that files know. It asks no service, and says nothing if a file
//! cannot be read. Which words may follow: `cli/complete`; what was seen of Azure: `app/naming/offered`.

use crate::app::naming::offered::OfferedNames;
use crate::app::session::config_file;
use crate::app::terminal::stdout::print;
use crate::cli::{Candidate, Known, offer};
use crate::config::{GUARDS, SETTINGS, keys_of_profile};
use crate::credential::{Account, Store};
use crate::env::Env;
use crate::error::Error;

/// Prints what may be in place of the last word.
pub(crate) async fn run(words: &[String], env: &Env) -> Result<(), Error> {
    let mut completion = offer(words);
    if !completion.known.is_empty() {
        let is_of_azure = completion
            .known
            .iter()
            .any(|(known, _)| known.is_of_azure());
        let names = if is_of_azure {
            OfferedNames::of(&completion.asker, env).await
        } else {
            OfferedNames::none(env)
        };
        completion.add_known(|known, begun| match known {
            Known::Accounts => names_of_accounts(&stored_accounts(env)),
            Known::AccountsAndSubscriptions => {
                let accounts = stored_accounts(env);
                [
                    names_of_subscriptions(&accounts),
                    names_of_accounts(&accounts),
                ]
                .concat()
            }
            Known::Commands => names_of_commands(env),
            Known::Profiles => names_of_profiles(env),
            Known::Settings => names_of_settings(env, begun),
            Known::Subscriptions => names.subscriptions(),
            Known::SubscriptionIds => names.subscription_ids(),
            Known::Groups(subscription) => names.groups(subscription.as_deref()),
            Known::GroupSegments(subscription) => {
                let groups = names.groups(subscription.as_deref()).into_iter();
                let segments = groups.map(|one| Candidate::segment(one.word, one.about));
                segments.collect()
            }
            Known::Resources {
                type_name,
                parents,
                within,
            } => names.resources((type_name.as_str(), parents.as_slice()), within, begun),
            Known::Members(type_name) => names.members(type_name),
            Known::Versions(type_name) => names.versions(type_name),
        });
    }
    print(&completion.render())
}

fn stored_accounts(env: &Env) -> Vec<Account> {
    let listing = Store::of(env).and_then(|store| store.list().ok());
    listing.unwrap_or_default().accounts
}

fn names_of_accounts(accounts: &[Account]) -> Vec<Candidate> {
    let candidates = accounts
        .iter()
        .map(|one| Candidate::new(one.username.clone(), one.tenant_id.clone()));
    candidates.collect()
}

fn names_of_subscriptions(accounts: &[Account]) -> Vec<Candidate> {
    let subscriptions = accounts.iter().flat_map(|account| &account.subscriptions);
    let candidates = subscriptions.map(|one| Candidate::new(one.name.clone(), one.id.clone()));
    candidates.collect()
}

/// A file that cannot be read has none.
fn names_of_commands(env: &Env) -> Vec<Candidate> {
    let config = config_file::config(env).unwrap_or_default();
    let commands = config.commands.into_iter();
    commands
        .map(|one| Candidate::new(one.name, one.text))
        .collect()
}

fn names_of_profiles(env: &Env) -> Vec<Candidate> {
    let config = config_file::config(env).unwrap_or_default();
    let profiles = config.profiles.into_iter();
    profiles.map(|one| Candidate::new(one.name, "")).collect()
}

fn names_of_settings(env: &Env, begun: &str) -> Vec<Candidate> {
    if begun.starts_with("profiles.") {
        let profiles = names_of_profiles(env).into_iter();
        let names = profiles.flat_map(|profile| {
            let keys = keys_of_profile().into_iter();
            keys.map(move |key| Candidate::new(format!("profiles.{}.{key}", profile.word), ""))
        });
        return names.collect();
    }
    let settings = SETTINGS
        .iter()
        .map(|one| Candidate::new(one.key, format!("default: {}", one.default)));
    let guards = GUARDS
        .into_iter()
        .map(|key| Candidate::new(key, "default: false"));
    settings.chain(guards).collect()
}
