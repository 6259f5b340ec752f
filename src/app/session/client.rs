//! Begins what the clients of a run share: where requests go, who signs them, how they are repeated. Who chooses among
//! the sources of tokens: `credential`.

use std::rc::Rc;
use std::time::SystemTime;

use http::StatusCode;

use crate::app::session::environment;
use crate::app::terminal::input;
use crate::azure::{Audience, AuthChoice, Cloud, CloudName, IdentityId, Secret};
use crate::cli::{SignInOptions, StatusPattern};
use crate::client::{Clock, Deadline, Settings, Shared, Usage};
use crate::credential::{
    self, Credential, GivenToken, LONGER_LIFE, SHORTEST_LIFE, Selection, Skipped, TenantCache,
    TokenCache,
};
use crate::env::Env;
use crate::error::Error;
use crate::output::{Console, Verbosity};
use crate::plan::RequestPlan;
use crate::sandbox;
use crate::transport::retry::Limits;
use crate::transport::{SandboxTransport, Transport, Wire};

/// Begins what the clients of a run share, by the plan of its first request.
pub(crate) fn shared(
    plan: &RequestPlan,
    given: Option<Credential>,
    deadline: Option<Deadline>,
    usage: &Rc<Usage>,
    (env, console): (&Env, Console),
) -> Result<Rc<Shared>, Error> {
    let transport = if plan.options.sign_in.sandbox {
        let state_file = env
            .state_dir
            .as_deref()
            .map(SandboxTransport::state_file_in);
        let base_url = plan
            .target
            .cloud
            .resource_manager
            .as_str()
            .trim_end_matches('/')
            .to_owned();
        Transport::Sandbox(Box::new(SandboxTransport::new(
            &base_url, state_file, env.now,
        )))
    } else {
        Transport::Wire(Wire::new(
            environment::network(env)?.patient(plan.patience()),
            Some(&plan.target.url),
        ))
    };
    let requested = RequestedSource::of(&plan.options.sign_in);
    let credential = match (&plan.target.audience, given) {
        (None, _) => None,
        (Some(_), Some(given)) => Some(given),
        (Some(_), None) => Some(credential(&plan.target.cloud, requested, env, console)?),
    };
    let limits = Limits {
        retries: plan.options.network.retry,
        longest_pause: plan.options.network.retry_max_wait,
    };
    Ok(Shared::new(Settings {
        credential,
        cache: TokenCache::unless_refused(plan.options.sign_in.no_cache, env),
        tenants: TenantCache::of(env),
        deadline,
        minimum_left: if plan.takes_long() {
            LONGER_LIFE
        } else {
            SHORTEST_LIFE
        },
        usage: Rc::clone(usage),
        expected: expected(plan),
        recorder: env.recorder.clone(),
        ..Settings::new(transport, Clock::at(env.now), limits, env.guard)
    }))
}

/// The statuses that `--expect` names. A class of successes adds none to these: a part of an answer is taken for the
/// answer only by its own number.
fn expected(plan: &RequestPlan) -> Vec<StatusCode> {
    let of_class = |class: u16| (class * 100..(class + 1) * 100).map(StatusCode::from_u16);
    let patterns = plan.options.exit.expect.iter();
    let statuses = patterns.flat_map(|pattern| match *pattern {
        StatusPattern::Exact(status) => vec![status],
        StatusPattern::Class(2) => Vec::new(),
        StatusPattern::Class(class) => of_class(class).filter_map(Result::ok).collect(),
    });
    statuses.collect()
}

/// The token of `--token -`.
pub(crate) fn given_token(
    sign_in: &SignInOptions,
    deadline: Option<Deadline>,
) -> Result<Option<Credential>, Error> {
    if !sign_in.token_on_stdin() {
        return Ok(None);
    }
    let bytes = input::read_token(deadline)?;
    let token = GivenToken::new(&String::from_utf8_lossy(&bytes));
    Ok(Some(Credential::AccessToken(token)))
}

/// Which source of tokens the user has asked for; nothing leaves the choice to the chain.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RequestedSource<'a> {
    pub(crate) auth: Option<AuthChoice>,
    /// Which managed identity, if there are several.
    pub(crate) identity: Option<&'a IdentityId>,
}

impl<'a> RequestedSource<'a> {
    pub(crate) fn of(sign_in: &'a SignInOptions) -> Self {
        Self {
            auth: sign_in.source(),
            identity: sign_in.identity.as_ref(),
        }
    }
}

/// Chooses the credential; under `--sandbox` every other one is ignored.
pub(crate) fn credential(
    cloud: &Cloud,
    requested: RequestedSource<'_>,
    env: &Env,
    console: Console,
) -> Result<Credential, Error> {
    if cloud.name == CloudName::Sandbox {
        return Ok(Credential::Sandbox(sandbox_token));
    }
    let RequestedSource { auth, identity } = requested;
    // An identity that is named is a managed one: another account must not take its place.
    let implied = identity.map(|_| AuthChoice::ManagedIdentity);
    let selection = auth.or(implied).map_or(Selection::FirstSetUp, selection_of);
    let selected = credential::select(env, cloud, &selection, identity);
    let skipped: &[Skipped] = match &selected {
        Ok(selected) => &selected.skipped,
        Err(credential::Error::None { skipped }) => skipped,
        Err(_) => &[],
    };
    // If one was found, why others were not is seldom of interest.
    let level = if selected.is_ok() {
        Verbosity::VeryVerbose
    } else {
        Verbosity::Verbose
    };
    for skipped in skipped {
        console.trace(
            level,
            format!("auth: not {}: {}", skipped.source, skipped.absence.reason()),
        );
    }
    let selected = selected?;
    if let Some(remark) = selected.credential.remark() {
        console.trace(Verbosity::Verbose, format!("auth: {remark}"));
    }
    for note in selected.credential.notes() {
        console.note(note);
    }
    Ok(selected.credential)
}

/// The sources that `--auth` names.
fn selection_of(auth: AuthChoice) -> Selection {
    match auth {
        AuthChoice::Only(source) => Selection::Only(source),
        AuthChoice::ManagedIdentity => Selection::Among(auth.sources()),
    }
}

fn sandbox_token(audience: &Audience, tenant: Option<&str>, now: SystemTime) -> Option<Secret> {
    sandbox::issue_for(audience.as_str(), tenant, now).map(|issued| issued.token)
}
