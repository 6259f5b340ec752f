//! What a run knows before a URL is looked at, and the plan that it makes of it. Who carries the plan out: `run`.

use std::rc::Rc;

use http::HeaderValue;
use http::header::IF_MATCH;

use crate::app::session::run::Session;
use crate::app::session::type_cache::LiveCache;
use crate::app::session::{client, cloud, default_subscription as default_of};
use crate::app::terminal::input::{self, ReadLimits};
use crate::azure::{Cloud, Versions, refused_claim};
use crate::cli::{Item, RequestArgs, ValueSource};
use crate::client::{Deadline, Shared, Usage};
use crate::credential::Credential;
use crate::env::Env;
use crate::error::Error;
use crate::output::{Console, Verbosity};
use crate::plan::{self, Defaults, Inputs, PathConversion, RequestPlan};

/// What is known before a URL is looked at.
pub(crate) struct RunContext {
    pub(crate) env: Rc<Env>,
    pub(crate) console: Console,
    pub(crate) deadline: Option<Deadline>,
    pub(crate) cloud: Cloud,
    /// What the run uses.
    pub(crate) usage: Rc<Usage>,
    inputs: Inputs,
    /// The id that ties all requests of the run together.
    correlation_request_id: String,
    /// What is known of the versions of types.
    versions: Rc<Versions>,
    /// The token of `--token -`.
    given: Option<Credential>,
    /// What clients share, if one has begun before the request of the run.
    begun: Option<Rc<Shared>>,
}

impl RunContext {
    /// Chooses the cloud, and reads what the arguments name: files, standard input, settings.
    pub(crate) async fn of(args: &RequestArgs, env: &Env) -> Result<Self, Error> {
        let deadline = args.options.network.timeout.limit.map(Deadline::after);
        let is_shown_only = args.is_shown_only();
        let network = if is_shown_only {
            cloud::NetworkUse::Description
        } else {
            cloud::NetworkUse::Requests
        };
        let chosen = cloud::choose(&args.options.sign_in, network, env);
        let cloud = Deadline::within(deadline, chosen).await??;
        let given = if is_shown_only {
            None
        } else {
            client::given_token(&args.options.sign_in, deadline)?
        };
        let inputs = inputs_of(args, deadline, env)?;
        let tenant = env.tenant(args.options.sign_in.tenant.as_deref());
        let output = &args.options.output;
        let is_quiet = output.silent || output.without_notes;
        let console = Console::new(Verbosity::of(is_quiet, output.verbose.count), env);
        if let Some(audience) = refused_claim(&cloud) {
            console.trace(
                Verbosity::Verbose,
                format!(
                    "cloud: {} claims the audience `{audience}`, which is not of its own domain: it gets no \
                     token unless `--audience` names it",
                    cloud.name
                ),
            );
        }
        let versions = Rc::new(Versions {
            pins: env.settings.config.pins.clone(),
            live: LiveCache::of(&cloud, tenant, env).load(env, console),
        });
        Ok(Self {
            env: Rc::new(env.clone()),
            console,
            deadline,
            cloud,
            inputs,
            correlation_request_id: uuid::Uuid::new_v4().to_string(),
            versions,
            given,
            begun: None,
            usage: Rc::default(),
        })
    }

    /// The same run for other arguments: what was read of standard input and what was begun stay its own.
    pub(crate) fn going_on_with(self, args: &RequestArgs) -> Result<Self, Error> {
        let inputs = inputs_of(args, self.deadline, &self.env)?;
        Ok(Self { inputs, ..self })
    }

    /// Plans the request of the arguments. `default_subscription` is that of [`Self::default_subscription`].
    pub(crate) fn plan(
        &self,
        args: &RequestArgs,
        default_subscription: Option<String>,
    ) -> Result<RequestPlan, plan::Error> {
        self.plan_with(args, &self.inputs, default_subscription)
    }

    fn plan_with(
        &self,
        args: &RequestArgs,
        inputs: &Inputs,
        default_subscription: Option<String>,
    ) -> Result<RequestPlan, plan::Error> {
        let defaults = Defaults {
            subscription_id: default_subscription,
            client_request_id: uuid::Uuid::new_v4().to_string(),
            correlation_request_id: self.correlation_request_id.clone(),
            versions: Rc::clone(&self.versions),
        };
        plan::plan(args, inputs, &self.cloud, &defaults, &self.env)
    }

    /// The subscription if nothing names one. With nothing to fill in, no file need be read.
    pub(crate) fn default_subscription(
        &self,
        args: &RequestArgs,
        has_placeholder: bool,
    ) -> Option<String> {
        let is_needed = has_placeholder && args.options.target.subscriptions.is_empty();
        is_needed
            .then(|| default_of::default(&self.cloud, &self.env))
            .flatten()
    }

    /// Begins a planned request.
    pub(crate) fn session(&mut self, plan: RequestPlan) -> Result<Session, Error> {
        let shared = self.shared(&plan)?;
        Ok(Session::new(plan, &shared, self.console, &self.env))
    }

    /// Plans a write of the same resource, with a body of the run's own: only if the resource is still what `etag`
    /// says, if that is known and the user sets no condition.
    pub(crate) fn plan_write(
        &self,
        args: &RequestArgs,
        default_subscription: Option<String>,
        body: String,
        etag: Option<&str>,
    ) -> Result<RequestPlan, Error> {
        let mut inputs = self.inputs.clone();
        inputs.set_json_body(body);
        let is_given = inputs.headers.iter().any(|(name, _)| *name == IF_MATCH);
        if let Some(etag) = etag.filter(|_| !is_given)
            && let Ok(etag) = HeaderValue::from_str(etag)
        {
            inputs.headers.push((IF_MATCH, Some(etag)));
        }
        Ok(self.plan_with(args, &inputs, default_subscription)?)
    }

    /// Begins a planned request, and keeps its connection and its token for the next one.
    pub(crate) fn kept_session(&mut self, plan: RequestPlan) -> Result<Session, Error> {
        let session = self.session(plan)?;
        self.begun = Some(Rc::clone(&session.client.shared));
        Ok(session)
    }

    /// Begins a list of Resource Manager that the run itself needs, signed as its request will be. The request goes on
    /// with its connection and its token.
    pub(crate) fn own_list(&mut self, args: &RequestArgs, path: &str) -> Result<Session, Error> {
        let inputs = Inputs {
            headers: self.inputs.authorization(),
            ..Inputs::default()
        };
        let plan = self.plan_with(&args.for_own_list(path), &inputs, None)?;
        self.kept_session(plan)
    }

    /// Begins what the clients of the run share, by the plan of its first request.
    pub(crate) fn shared(&mut self, plan: &RequestPlan) -> Result<Rc<Shared>, Error> {
        if let Some(begun) = self.begun.take() {
            return Ok(begun);
        }
        client::shared(
            plan,
            self.given.take(),
            self.deadline,
            &self.usage,
            (&self.env, self.console),
        )
    }
}

/// Reads the values that items name.
fn inputs_of(args: &RequestArgs, deadline: Option<Deadline>, env: &Env) -> Result<Inputs, Error> {
    let limits = ReadLimits::of(&args.options, deadline);
    let read = |source: &ValueSource| {
        let literal = args
            .items
            .iter()
            .find(|item| item.source() == Some(source))
            .and_then(Item::as_literal);
        input::read(source, literal, limits, env)
    };
    let shell = PathConversion::of(env);
    Inputs::resolve(&args.items, &args.options.headers.edits, shell, read)
}
