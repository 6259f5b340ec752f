//! `arm __complete`: what TAB offers, with the names that files know. It asks no service, and says nothing where a file
//! cannot be read. Which words may follow: `cli/complete`.

use bytes::Bytes;
use serde_json::Value;

use crate::app::session::config_file;
use crate::app::terminal::stdout::print;
use crate::cli::{Candidate, Known, offer};
use crate::config::SETTINGS;
use crate::credential::{Account, Store};
use crate::env::Env;
use crate::error::Error;
use crate::sandbox::{default_subscription_id, issue_for};
use crate::transport::SandboxTransport;

/// Where the sandbox answers.
const ORIGIN: &str = "https://management.azure.com";

/// Prints what may stand in place of the last word.
pub(crate) fn run(words: &[String], env: &Env) -> Result<(), Error> {
    let mut completion = offer(words);
    let is_sandbox = completion.is_sandbox;
    if let Some((known, _)) = &completion.known {
        let names = match known {
            Known::Accounts => names_of_accounts(&stored_accounts(env)),
            Known::Subscriptions if is_sandbox => sandbox_names("/subscriptions", env),
            Known::Subscriptions => names_of_subscriptions(&stored_accounts(env)),
            Known::AccountsAndSubscriptions => {
                let accounts = stored_accounts(env);
                [
                    names_of_subscriptions(&accounts),
                    names_of_accounts(&accounts),
                ]
                .concat()
            }
            Known::Groups if is_sandbox => {
                let groups = format!(
                    "/subscriptions/{}/resourceGroups",
                    default_subscription_id()
                );
                sandbox_names(&groups, env)
            }
            Known::Groups => Vec::new(),
            Known::Commands => names_of_commands(env),
            Known::Profiles => names_of_profiles(env),
            Known::Settings => names_of_settings(),
        };
        completion.add_known(names);
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

fn names_of_settings() -> Vec<Candidate> {
    let settings = SETTINGS.iter();
    let candidates =
        settings.map(|one| Candidate::new(one.key, format!("default: {}", one.default)));
    candidates.collect()
}

/// The names of a list of the sandbox.
fn sandbox_names(path: &str, env: &Env) -> Vec<Candidate> {
    let file = env
        .state_dir
        .as_deref()
        .map(SandboxTransport::state_file_in);
    let sandbox = SandboxTransport::new(ORIGIN, file, env.now);
    sandbox_items(&sandbox, path, env).unwrap_or_default()
}

fn sandbox_items(sandbox: &SandboxTransport, path: &str, env: &Env) -> Option<Vec<Candidate>> {
    let token = issue_for(ORIGIN, None, env.now)?.token;
    let request = http::Request::get(format!("{ORIGIN}{path}?api-version=2022-12-01"))
        .header(
            http::header::AUTHORIZATION,
            format!("Bearer {}", token.expose()),
        )
        .body(Bytes::new())
        .ok()?;
    let answer = sandbox.answer(&request, env.now).ok()?;
    let body: Value = serde_json::from_slice(answer.body()).ok()?;
    let items = body.get("value")?.as_array()?.iter();
    let text = |item: &Value, member: &str| Some(item.get(member)?.as_str()?.to_owned());
    let candidate = |item: &Value| {
        let subscription = text(item, "displayName").zip(text(item, "subscriptionId"));
        let group = text(item, "name").zip(text(item, "location"));
        let (name, about) = subscription.or(group)?;
        Some(Candidate::new(name, about))
    };
    Some(items.filter_map(candidate).collect())
}
