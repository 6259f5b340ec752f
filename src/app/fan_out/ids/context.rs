//! What the requests for many IDs share: arguments, connections, tokens. Makes the plan and the client of each, and
//! signs in before the first. Who makes the requests: `requests`.

use std::cell::Cell;
use std::rc::Rc;

use http::StatusCode;

use crate::app::exchange::output_spec::OutputSpec;
use crate::app::session::context::{self, RunContext};
use crate::app::session::{client as client_of, trace};
use crate::cli::{ColorChoice, OutputFormat, RequestArgs};
use crate::client::{self, Client, Event};
use crate::env::Env;
use crate::error::{Error, Failure, WildcardError};
use crate::output::Console;
use crate::plan::ids::{self, Id};
use crate::plan::{self, Defaults, RequestPlan};

/// The requests before the first one goes out.
pub(crate) struct Batch {
    args: RequestArgs,
    known: RunContext,
    ids: Vec<Id>,
    end: String,
    subscription_id: Option<String>,
    console: Console,
    env: Env,
}

impl Batch {
    pub(crate) fn new(
        args: RequestArgs,
        known: RunContext,
        ids: Vec<Id>,
        console: Console,
        env: &Env,
    ) -> Self {
        let mut args = args;
        let has_placeholder = args.url.contains('{') || ids.iter().any(|id| id.text.contains('{'));
        // They are read: `known` holds them.
        args.items.clear();
        Self {
            end: args.end_of_each().unwrap_or_default().to_owned(),
            subscription_id: context::default_subscription(
                &args,
                has_placeholder,
                &known.cloud,
                env,
            ),
            args,
            known,
            ids,
            console,
            env: env.clone(),
        }
    }

    pub(crate) fn ids(&self) -> &[Id] {
        &self.ids
    }

    pub(crate) fn console(&self) -> Console {
        self.console
    }

    /// Plans the request for an ID, as if its address were the URL of a run of its own.
    pub(crate) fn plan(&self, id: &Id) -> Result<RequestPlan, Failure> {
        let mut args = self.args.clone();
        args.url = ids::address(&id.text, &self.end);
        let defaults = Defaults {
            versions: Rc::clone(&self.known.versions),
            subscription_id: self.subscription_id.clone(),
            client_request_id: uuid::Uuid::new_v4().to_string(),
        };
        let RunContext { cloud, inputs, .. } = &self.known;
        let plan = plan::plan(args, inputs.clone(), cloud, &defaults, &self.env);
        let plan = plan
            .map_err(Error::from)
            .and_then(|plan| match &plan.pattern {
                None => Ok(plan),
                Some(pattern) => Err(Error::Wildcard(WildcardError::AmongIds {
                    words: pattern.every.words(),
                })),
            });
        plan.map_err(|error| Failure::from(error).at(id.place))
    }

    /// Signs in for the first request: if that fails, nothing is sent. A run that has begun lends its connections and
    /// its tokens.
    pub(crate) async fn signed_in(
        self,
        first: &RequestPlan,
        begun: Option<Rc<client::Shared>>,
    ) -> Result<SignedInBatch, Error> {
        let of_run = match begun {
            Some(shared) => shared,
            None => client_of::shared(first, None, self.known.deadline, &self.env, self.console)?,
        };
        let batch = SignedInBatch {
            batch: self,
            of_run,
        };
        batch.client(first, &Rc::default()).sign_in().await?;
        Ok(batch)
    }
}

/// The requests, and what they share while they are under way.
pub(crate) struct SignedInBatch {
    batch: Batch,
    of_run: Rc<client::Shared>,
}

impl SignedInBatch {
    pub(crate) fn ids(&self) -> &[Id] {
        &self.batch.ids
    }

    pub(crate) fn args(&self) -> &RequestArgs {
        &self.batch.args
    }

    pub(crate) fn env(&self) -> &Env {
        &self.batch.env
    }

    pub(crate) fn console(&self) -> Console {
        self.batch.console
    }

    pub(crate) fn wanted(&self) -> OutputSpec {
        self.batch.known.wanted.clone()
    }

    /// Plans the request for an ID. Its response becomes a part of a line.
    pub(crate) fn plan(&self, id: &Id) -> Result<RequestPlan, Failure> {
        let mut plan = self.batch.plan(id)?;
        plan.options.output.format = OutputFormat::Compact;
        plan.options.output.color = ColorChoice::Never;
        Ok(plan)
    }

    /// The client of a request: connections and tokens are shared. The status of its last response is kept in `status`.
    pub(crate) fn client(
        &self,
        plan: &RequestPlan,
        status: &Rc<Cell<Option<StatusCode>>>,
    ) -> Client {
        let tell = trace::observer(self.batch.console, &self.batch.env);
        let status = Rc::clone(status);
        let observer = Box::new(move |event: Event<'_>| {
            if let Event::Response(response) = event {
                status.set(Some(response.status));
            }
            tell(event);
        });
        client_of::client(plan, &self.of_run, observer)
    }
}
