//! Which subscription is meant if nothing on this machine says it: asks for those that the credential sees, once. What
//! is known here: `default_subscription`; who asks for those of every tenant: `fan_out/every/scopes`.

use crate::app::exchange::resume_command;
use crate::app::session::context::RunContext;
use crate::app::session::default_subscription::id_among;
use crate::app::session::subscriptions::{Collection, Listed, MAX_PAGE, is_gone};
use crate::azure::is_guid;
use crate::cli::RequestArgs;
use crate::client;
use crate::credential::{self, Credential, Source, Subscription};
use crate::error::{Error, Failure, Seen, SubscriptionError};
use crate::plan::names_subscription;

/// What stands for every subscription.
const EVERY: &str = "*";

/// Puts ids in place of names that are not known here, and a subscription in place of none where `url` needs one. Asks
/// for the list of subscriptions only if that is needed.
pub(crate) async fn settle(
    args: &mut RequestArgs,
    url: &str,
    context: &mut RunContext,
) -> Result<(), Failure> {
    let is_needed = names_subscription(url);
    let is_chosen = |context: &RunContext, args: &RequestArgs| {
        !args.options.target.subscriptions.is_empty()
            || context.default_subscription(args, true).is_some()
    };
    let unknown = first_unknown(&args.options.target.subscriptions).map(str::to_owned);
    if unknown.is_none() && (!is_needed || is_chosen(context, args)) {
        return Ok(());
    }
    if !may_ask(args, context) {
        let seen = Seen::default();
        return Err(match unknown {
            Some(name) => SubscriptionError::Unknown { name, seen },
            None => SubscriptionError::NotChosen { seen },
        }
        .into());
    }
    let (subscriptions, seen) = ask(args, context).await?;
    let given = &mut args.options.target.subscriptions;
    if given.is_empty() {
        let alive: Vec<&Subscription> = subscriptions.iter().filter(|one| !is_gone(one)).collect();
        match alive.as_slice() {
            [] => return Err(SubscriptionError::NoneSeen.into()),
            [only] => {
                let (name, id) = (&only.name, &only.id);
                let note = format!("the only subscription of this account: {name} ({id})");
                context.console.note(note);
                given.push(id.clone());
            }
            [_, _, ..] => return Err(SubscriptionError::NotChosen { seen }.into()),
        }
        return Ok(());
    }
    for one in given.iter_mut().filter(|one| is_unknown(one)) {
        let names = subscriptions.iter().map(|one| (&*one.id, &*one.name));
        let Some(id) = id_among(one, names)? else {
            let name = one.clone();
            return Err(SubscriptionError::Unknown { name, seen }.into());
        };
        *one = id;
    }
    Ok(())
}

/// The first of the subscriptions of which no id is known.
pub(crate) fn first_unknown(given: &[String]) -> Option<&str> {
    given.iter().map(String::as_str).find(|one| is_unknown(one))
}

fn is_unknown(given: &str) -> bool {
    given.trim() != EVERY && !is_guid(given)
}

/// Tells whether a list may be asked for: not if nothing is to be sent, or nothing that proves who asks, nor where the
/// request itself is for another service.
fn may_ask(args: &RequestArgs, context: &RunContext) -> bool {
    let options = &args.options;
    let is_shown_only = args.is_shown_only();
    let is_path = !args.url.contains("://") && !args.url.starts_with(':');
    let own = context.cloud.resource_manager.as_str();
    let is_own = is_path || args.url.starts_with(own);
    is_own && !is_shown_only && !options.target.no_auth
}

/// Asks for the subscriptions that the credential of a run sees.
async fn ask(
    args: &RequestArgs,
    context: &mut RunContext,
) -> Result<(Vec<Subscription>, Seen), Failure> {
    let session = context.own_list(args, "/subscriptions")?;
    let source = session.client.shared.credential().map(Credential::source);
    if source == Some(Source::AzureCli) && credential::sees_no_subscription(&context.env) {
        return Err(SubscriptionError::NoneOfAzureCli.into());
    }
    let listed = client::collect(&session.client, &session.request(), MAX_PAGE).await;
    let listed: Vec<Listed> = listed.map_err(|error| {
        Failure::from(Error::from(error)).in_run(resume_command::run_of(&session.plan))
    })?;
    let mut collection = Collection::default();
    for one in listed {
        collection.add(one, None);
    }
    let subscriptions = collection.subscriptions;
    let seen = Seen {
        subscriptions: subscriptions
            .iter()
            .map(|one| (one.name.clone(), one.id.clone()))
            .collect(),
        has_account: source == Some(Source::Login),
    };
    Ok((subscriptions, seen))
}
