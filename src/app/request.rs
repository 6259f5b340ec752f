//! One request, from its arguments to its answer. Loops over nothing: pages are `pages`' part.

use std::cell::Cell;
use std::path::Path;
use std::rc::Rc;
use std::time::{Duration, SystemTime};

use http::Method;

use super::flight::Flight;
use super::live_cache::LiveCache;
use super::wanted::Wanted;
use super::{
    answer, cloud, command, confirm, every, inputs, last_resort, many, settings, show,
    subscription, trace,
};
use crate::azure::{Audience, Cloud, CloudName, IdentityId, Secret, Versions};
use crate::cli::{AuthSource, OutputFormat, RequestArgs, SignInOptions, ValueSource};
use crate::client::{Client, Clock, Deadline};
use crate::credential::{
    self, Credential, GivenToken, LONGER_LIFE, SHORTEST_LIFE, Selection, Source, TokenCache,
};
use crate::env::Env;
use crate::error::Error;
use crate::output::{Console, Sink};
use crate::plan::{self, Defaults, Inputs, Preview, RequestPlan, Waiting};
use crate::sandbox;
use crate::transport::budget::Budget;
use crate::transport::retry::Limits;
use crate::transport::{Offline, Request, Transport, Wire};

/// What is known before a URL is looked at.
pub(super) struct Known {
    pub(super) wanted: Wanted,
    pub(super) deadline: Option<Deadline>,
    pub(super) cloud: Cloud,
    pub(super) inputs: Inputs,
    /// What is known of the versions of types.
    pub(super) versions: Rc<Versions>,
    /// The token of `--token -`.
    pub(super) given: Option<Credential>,
}

/// Runs a request, or one for each ID on standard input.
pub(super) async fn run(mut args: RequestArgs, env: &Env) -> Result<(), Error> {
    subscription::resolve_in(&mut args, env)?;
    let known = known(&args, env).await?;
    if args.end_of_each().is_some() {
        return Box::pin(many::run(args, known, env)).await;
    }
    Box::pin(one(args, known, env)).await
}

pub(super) async fn known(args: &RequestArgs, env: &Env) -> Result<Known, Error> {
    let wanted = Wanted::of(&args.output)?;
    let deadline = args.network.timeout.map(Deadline::after);
    let is_shown_only = args.network.dry_run || args.network.curl;
    let chosen = cloud::choose(&args.sign_in, is_shown_only, env);
    let cloud = Deadline::within(deadline, chosen).await??;
    let read = |source: &ValueSource| inputs::read(source, env);
    let given = if is_shown_only {
        None
    } else {
        given_token(&args.sign_in)?
    };
    let inputs = Inputs::resolve(&args.items, &args.header_options, read)?;
    let tenant = args.sign_in.tenant.as_deref();
    let tenant = tenant.or_else(|| env.get("ARMCLI_TENANT"));
    let console = Console::of(args.output.silent, args.output.verbose);
    let versions = Rc::new(Versions {
        pins: settings::config(env)?.pins,
        live: LiveCache::of(&cloud, tenant, env).load(env, console),
    });
    Ok(Known {
        wanted,
        deadline,
        cloud,
        inputs,
        versions,
        given,
    })
}

async fn one(args: RequestArgs, mut known: Known, env: &Env) -> Result<(), Error> {
    // What stands for many is planned again for each of them.
    let may_be_many = args.url.contains(['*', '{']);
    let kept = may_be_many.then(|| (args.clone(), known.inputs.clone()));
    let defaults = Defaults {
        versions: Rc::clone(&known.versions),
        subscription_id: default_subscription(&args, args.url.contains('{'), &known.cloud, env),
        client_request_id: uuid::Uuid::new_v4().to_string(),
    };
    let inputs = std::mem::take(&mut known.inputs);
    let mut plan = plan::plan(args, inputs, &known.cloud, &defaults, env)?;
    let Known {
        wanted,
        deadline,
        cloud,
        versions,
        given,
        ..
    } = known;
    let console = Console::of(plan.output.silent, plan.output.verbose);
    for note in &plan.notes {
        console.note(note);
    }
    if plan.body.is_empty() && is_write(&plan.method) && inputs::stdin_is_pipe() {
        console.note("standard input is a pipe, and was not read: add `-` to send it as the body");
    }
    match plan.rehearsal {
        Preview::DryRun => return show::dry_run(&plan),
        Preview::Curl => return show::curl(&plan, console),
        Preview::None => {}
    }
    if let (Some(pattern), Some((args, inputs))) = (plan.pattern.take(), kept) {
        let known = Known {
            wanted,
            deadline,
            cloud,
            inputs,
            versions,
            given,
        };
        return Box::pin(every::run(args, known, plan, pattern, env)).await;
    }
    confirm::one(&plan, env)?;
    let outcome = execute(&plan, wanted, given, deadline, console, env).await;
    outcome.map_err(|error| error.in_run(command::run_of(&plan)))
}

/// Sends the request of a plan, and prints what comes back.
async fn execute(
    plan: &RequestPlan,
    wanted: Wanted,
    given: Option<Credential>,
    deadline: Option<Deadline>,
    console: Console,
    env: &Env,
) -> Result<(), Error> {
    let mut client = client(plan, given, deadline, env, console)?;
    let flight = Flight::of(&mut client);
    let sink = sink(plan)?;
    let request = first_request(plan);
    let printed = answer::print(&client, request, plan, wanted, sink, console, env);
    // Who waits hears Ctrl-C from the start: the system's way is gone once it was listened to. Who
    // writes must hear what became of it.
    let listens = plan.output.output_file.is_some() || plan.waiting != Waiting::No;
    let outcome = if listens || !plan.method.is_safe() {
        last_resort::stand_by();
        interruptible(Box::pin(printed)).await
    } else {
        Box::pin(printed).await
    };
    outcome.map_err(|error| flight.explain(error, plan))
}

/// Tells whether a request of this verb nearly always has a body.
fn is_write(method: &Method) -> bool {
    matches!(*method, Method::PUT | Method::PATCH)
}

/// The subscription where nothing names one.
pub(super) fn default_subscription(
    args: &RequestArgs,
    has_placeholder: bool,
    cloud: &Cloud,
    env: &Env,
) -> Option<String> {
    // With nothing to fill in, no file need be read.
    let is_needed = has_placeholder && args.target.subscription.is_none();
    is_needed
        .then(|| subscription::default(cloud, env))
        .flatten()
}

/// Ends on Ctrl-C by itself, so that the temporary file of `-O` goes too. Without a file the
/// system's way is better: it also ends a write that waits for its reader.
pub(super) async fn interruptible(
    run: impl Future<Output = Result<(), Error>>,
) -> Result<(), Error> {
    #[cfg(unix)]
    let _limit = {
        // SIGXFSZ would kill the process; with a handler, the write fails and says so.
        const SIGXFSZ: i32 = 25;
        tokio::signal::unix::signal(tokio::signal::unix::SignalKind::from_raw(SIGXFSZ)).ok()
    };
    tokio::select! {
        // What runs may have more to say about the end than that it was interrupted.
        biased;
        outcome = run => outcome,
        () = interrupted() => Err(Error::Interrupted),
    }
}

/// Comes to its end when the run is to end: Ctrl-C, or the system asks for it.
pub(super) async fn interrupted() {
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        () = ended_from_outside() => {}
    }
}

/// Comes to its end when the system asks the process to end.
#[cfg(unix)]
async fn ended_from_outside() {
    use tokio::signal::unix::{SignalKind, signal};

    let streams = (
        signal(SignalKind::terminate()),
        signal(SignalKind::hangup()),
    );
    let (Ok(mut terminate), Ok(mut hangup)) = streams else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = hangup.recv() => {}
    }
}

#[cfg(not(unix))]
async fn ended_from_outside() {
    std::future::pending().await
}

pub(super) fn client(
    plan: &RequestPlan,
    given: Option<Credential>,
    deadline: Option<Deadline>,
    env: &Env,
    console: Console,
) -> Result<Client, Error> {
    let transport = if plan.sandbox {
        let state_file = env.state_dir.as_deref().map(Offline::state_file_in);
        let base_url = plan
            .target
            .cloud
            .resource_manager
            .as_str()
            .trim_end_matches('/')
            .to_owned();
        Transport::Offline(Box::new(Offline::new(&base_url, state_file, env.now)))
    } else {
        Transport::Wire(Wire::for_url(&plan.target.url))
    };
    let auth = (plan.auth, plan.identity.as_ref());
    let credential = match (&plan.target.audience, given) {
        (None, _) => None,
        (Some(_), Some(given)) => Some(given),
        (Some(_), None) => Some(credential(&plan.target.cloud, auth, env, console)?),
    };
    let cache = plan.use_cache.then(|| TokenCache::of(env));
    Ok(Client {
        transport: Rc::new(transport),
        credential: credential.map(Rc::new),
        cache: cache.map(Rc::new),
        target: plan.target.clone(),
        tenant_id: plan.tenant_id.clone(),
        subscription_id: plan.subscription_id.clone(),
        limits: Limits {
            retries: plan.retries,
            longest_pause: plan.longest_pause,
        },
        deadline,
        clock: Clock::at(env.now),
        observer: trace::observer(console, env),
        minimum_left: minimum_left(plan),
        auxiliary_tenants: plan.auxiliary_tenants.clone(),
        tokens: Rc::default(),
        budget: Rc::new(Cell::new(Budget::of(plan.retries))),
        throttle: Rc::default(),
    })
}

/// How long a kept token must live: a list may have many pages, and an operation takes its time.
fn minimum_left(plan: &RequestPlan) -> Duration {
    let is_read = [Method::GET, Method::POST].contains(&plan.method);
    let has_pages = is_read && plan.most_pages.is_some_and(|most| most > 1);
    if has_pages || plan.waiting != Waiting::No {
        LONGER_LIFE
    } else {
        SHORTEST_LIFE
    }
}

/// The token of `--token -`.
pub(super) fn given_token(sign_in: &SignInOptions) -> Result<Option<Credential>, Error> {
    if !sign_in.token_on_stdin() {
        return Ok(None);
    }
    let bytes = inputs::read_token()?;
    let token = GivenToken::new(&String::from_utf8_lossy(&bytes));
    Ok(Some(Credential::AccessToken(token)))
}

/// Chooses the credential; under `--sandbox` every other one is ignored.
pub(super) fn credential(
    cloud: &Cloud,
    (auth, identity): (Option<AuthSource>, Option<&IdentityId>),
    env: &Env,
    console: Console,
) -> Result<Credential, Error> {
    if cloud.name == CloudName::Sandbox {
        return Ok(Credential::Sandbox(sandbox_token));
    }
    // Whoever names an identity means a managed one, and would not have another account instead.
    let implied = identity.map(|_| AuthSource::ManagedIdentity);
    let selection = auth.or(implied).map_or(Selection::FirstSetUp, selection_of);
    let selected = credential::select(env, cloud, &selection, identity)?;
    for skipped in &selected.skipped {
        console.trace(
            Console::Verbose,
            &format!("auth: not {}: {}", skipped.source, skipped.reason),
        );
    }
    if let Some(remark) = selected.credential.remark() {
        console.trace(Console::Verbose, &format!("auth: {remark}"));
    }
    if let Credential::Login(login) = &selected.credential {
        for note in login.notes() {
            console.note(note);
        }
    }
    Ok(selected.credential)
}

/// The sources that `--auth` names.
fn selection_of(auth: AuthSource) -> Selection {
    Selection::Only(match auth {
        AuthSource::ManagedIdentity => {
            return Selection::Among(Source::MANAGED_IDENTITY.to_vec());
        }
        AuthSource::AccessToken => Source::AccessToken,
        AuthSource::Login => Source::Login,
        AuthSource::ServicePrincipal => Source::ServicePrincipal,
        AuthSource::WorkloadIdentity => Source::WorkloadIdentity,
        AuthSource::GitHub => Source::GitHub,
        AuthSource::AzurePipelines => Source::AzurePipelines,
        AuthSource::AppService => Source::AppService,
        AuthSource::AzureMl => Source::AzureMl,
        AuthSource::CloudShell => Source::CloudShell,
        AuthSource::Arc => Source::Arc,
        AuthSource::AzureCli => Source::AzureCli,
        AuthSource::AzureDeveloperCli => Source::AzureDeveloperCli,
        AuthSource::Imds => Source::Imds,
        AuthSource::PowerShell => Source::PowerShell,
    })
}

fn sandbox_token(audience: &Audience, tenant: Option<&str>, now: SystemTime) -> Option<Secret> {
    sandbox::issue_for(audience.as_str(), tenant, now).map(|issued| issued.token)
}

pub(super) fn first_request(plan: &RequestPlan) -> Request {
    Request {
        method: plan.method.clone(),
        url: plan.target.url.clone(),
        headers: plan.headers.clone(),
        body: plan.body.clone(),
    }
}

/// The file that the answer is to replace.
pub(super) fn replaced_file(plan: &RequestPlan) -> Option<&Path> {
    let path = plan.output.output_file.as_deref();
    path.filter(|path| *path != Path::new("-"))
}

pub(super) fn sink(plan: &RequestPlan) -> Result<Sink, Error> {
    let nowhere = plan.output.silent || plan.output.format == OutputFormat::None;
    match plan.output.output_file.as_deref() {
        Some(path) if path != Path::new("-") => Ok(Sink::file(path)?),
        Some(_) | None if nowhere => Ok(Sink::nowhere()),
        Some(_) | None => Ok(Sink::stdout()),
    }
}
