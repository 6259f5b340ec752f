//! A request whose URL may be a name, `vm/vm-web-01/restart`: finds the address that it stands for, and sends the
//! request there. What is a name: `plan::named`; who asks where a resource is: `app/naming`.

use http::{Method, StatusCode};

use crate::app::command::request;
use crate::app::exchange::resume_command::run_of_options;
use crate::app::naming::lookup::{Lookup, named_error};
use crate::app::session::context::RunContext;
use crate::cli::{RequestArgs, TypedName, WaitCondition};
use crate::env::Env;
use crate::error::{Error, Failure};
use crate::output::{Console, Verbosity};
use crate::plan::named::{self, NamedResource, Place};
use crate::plan::{self};

/// Runs a request.
pub(crate) async fn run(mut args: RequestArgs, env: &Env) -> Result<(), Failure> {
    let Some(named) = named_by(&args, env) else {
        return Box::pin(request::run(args, env)).await;
    };
    match placed(&mut args, &named)? {
        Placed::There => Box::pin(request::run(args, env)).await,
        Placed::Unknown => Box::pin(found(args, &named, env)).await,
    }
}

/// Puts an address in place of a name, for a command that is about one resource. It is looked up each time: such a
/// command may change what it finds.
pub(crate) async fn resolve(args: &mut RequestArgs, env: &Env) -> Result<(), Failure> {
    let Some(named) = named_by(args, env) else {
        return Ok(());
    };
    let placed = placed(args, &named)?;
    if let Some(name) = &mut args.named {
        // Nothing else that such a command prints says it.
        name.is_always_told = true;
    }
    if let Placed::There = placed {
        return Ok(());
    }
    let mut lookup = Lookup::of(args);
    let mut context = Box::pin(lookup.context(env)).await?;
    let id = Box::pin(lookup.find(&named, true, &mut context)).await?;
    settle(args, &named, &id);
    Ok(())
}

/// The name that is where a URL does.
fn named_by(args: &RequestArgs, env: &Env) -> Option<NamedResource> {
    if args.end_of_each().is_some() || !NamedResource::may_be(&args.url) {
        return None;
    }
    let config = &env.settings.config;
    let own = |word: &str| config.alias(word).map(|alias| alias.type_name.clone());
    NamedResource::parse(&args.url, own)
}

/// Whether it is known where a resource is.
enum Placed {
    There,
    Unknown,
}

/// Puts the address in its place if nobody has to be asked for it.
fn placed(args: &mut RequestArgs, named: &NamedResource) -> Result<Placed, Failure> {
    args.named = Some(TypedName {
        text: named.text.clone(),
        is_always_told: false,
    });
    let in_group = args.options.target.resource_group.is_some();
    let run = run_of_options(&args.options);
    let refused = |error| named_error(error).in_run(run);
    match named.place(in_group).map_err(refused)? {
        Place::At(address) => args.url = address,
        Place::InSubscription { address, name } => {
            args.url = address;
            args.options.target.subscriptions = vec![name];
        }
        Place::Unknown => return Ok(Placed::Unknown),
    }
    Ok(Placed::There)
}

/// Puts the address of what was found in place of its name.
fn settle(args: &mut RequestArgs, named: &NamedResource, id: &str) {
    args.url = named.address(id);
    // They said where to look.
    args.options.target.subscriptions.clear();
}

/// Runs a request for a resource that has to be found.
async fn found(args: RequestArgs, named: &NamedResource, env: &Env) -> Result<(), Failure> {
    let mut lookup = Lookup::of(&args);
    let mut context = Box::pin(lookup.context(env)).await?;
    let memory = lookup.memory(&mut context)?;
    let is_read = [Method::GET, Method::HEAD].contains(&args.method);
    if is_read {
        let subscriptions = Box::pin(lookup.subscriptions(&mut context)).await?;
        if let Some(id) = memory.find(named, &subscriptions) {
            let console = context.console;
            console.trace(Verbosity::Verbose, format!("name: `{id}` is remembered"));
            let outcome = Box::pin(go_on(args.clone(), named, &id, context, env)).await;
            let Err(failure) = outcome else { return Ok(()) };
            if !is_gone(&failure) {
                return Err(failure);
            }
            // It was moved, or is another one now.
            note_unkept(memory.forget(&id), console);
            context = Box::pin(lookup.context(env)).await?;
        }
    }
    let is_gone_wanted = waits_until_deleted(&args);
    let must_be_sure = !is_read || is_gone_wanted;
    let id = Box::pin(lookup.find(named, must_be_sure, &mut context)).await;
    if let Err(failure) = &id
        && is_gone_wanted
        && is_not_found(failure)
        && !Box::pin(lookup.subscriptions(&mut context))
            .await?
            .is_empty()
    {
        // A misspelt name is not there either: it is said what was looked for.
        context.console.note(failure.error.to_string());
        return Ok(());
    }
    let id = id.map_err(|failure| {
        let Error::Plan(plan::Error::Named(named::Error::NotFound { word, name, .. })) =
            &failure.error
        else {
            return failure;
        };
        if args.method != Method::PUT {
            return failure;
        }
        let (word, name) = (word.clone(), name.clone());
        named_error(named::Error::NoPlace { word, name }).in_run(run_of_options(&args.options))
    })?;
    let network = &args.options.network;
    if network.dry_run || network.curl {
        let console = context.console;
        console.note("one list was read to find it; the request itself is not sent");
    }
    note_unkept(memory.add(std::slice::from_ref(&id)), context.console);
    Box::pin(go_on(args, named, &id, context, env)).await
}

/// Sends the request to the resource with an ID.
async fn go_on(
    mut args: RequestArgs,
    named: &NamedResource,
    id: &str,
    context: RunContext,
    env: &Env,
) -> Result<(), Failure> {
    settle(&mut args, named, id);
    request::go_on(args, Some(context), env).await
}

fn waits_until_deleted(args: &RequestArgs) -> bool {
    let network = &args.options.network;
    let until = args.watch.as_ref().and_then(|watch| watch.until.as_ref());
    until == Some(&WaitCondition::Deleted) && !network.dry_run && !network.curl
}

/// Tells whether no resource has the name, in subscriptions that all answered.
fn is_not_found(failure: &Failure) -> bool {
    matches!(
        &failure.error,
        Error::Plan(plan::Error::Named(named::Error::NotFound { .. }))
    )
}

fn is_gone(failure: &Failure) -> bool {
    matches!(&failure.error, Error::Service(error) if error.status == StatusCode::NOT_FOUND)
}

/// A name that is not kept is looked up again: that is not a failure.
fn note_unkept(outcome: Result<(), crate::credential::PrivateFileError>, console: Console) {
    if let Err(error) = outcome {
        console.trace(Verbosity::Verbose, format!("name: not remembered: {error}"));
    }
}
