//! What the requests for many IDs share: arguments, connections, tokens. Makes the plan and the client of each; sends
//! nothing but what signing in needs.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use http::StatusCode;

use crate::app::exchange::output_spec::OutputSpec;
use crate::app::session::context::{self, RunContext};
use crate::app::session::{client, trace};
use crate::cli::{ColorChoice, OutputFormat, RequestArgs};
use crate::client::{Client, Event, Tokens};
use crate::env::Env;
use crate::error::{Error, EveryFault, Failure};
use crate::output::Console;
use crate::plan::ids::{self, Id};
use crate::plan::{self, Defaults, RequestPlan};

/// The requests before the first one goes out.
pub(crate) struct Work {
    args: RequestArgs,
    known: RunContext,
    ids: Vec<Id>,
    end: String,
    subscription_id: Option<String>,
    console: Console,
    env: Env,
}

impl Work {
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
                Some(pattern) => Err(Error::EveryFault(EveryFault::AmongIds {
                    words: pattern.every.words(),
                })),
            });
        plan.map_err(|error| Failure::from(error).at(id.place))
    }

    /// Signs in for the first request: if that fails, nothing is sent. A client that is there already lends its
    /// connections and its tokens.
    pub(crate) async fn signed_in(
        self,
        first: &RequestPlan,
        client: Option<Client>,
    ) -> Result<Shared, Error> {
        let client = match client {
            Some(client) => client,
            None => client::client(first, None, self.known.deadline, &self.env, self.console)?,
        };
        let tokens = HashMap::from([(audience_of(first), Rc::clone(&client.tokens))]);
        let shared = Shared {
            work: self,
            first: client,
            tokens: RefCell::new(tokens),
        };
        shared.client(first, &Rc::default()).sign_in().await?;
        Ok(shared)
    }
}

/// The requests, and what they share while they are under way.
pub(crate) struct Shared {
    work: Work,
    first: Client,
    tokens: RefCell<HashMap<String, Rc<Tokens>>>,
}

impl Shared {
    pub(crate) fn ids(&self) -> &[Id] {
        &self.work.ids
    }

    pub(crate) fn args(&self) -> &RequestArgs {
        &self.work.args
    }

    pub(crate) fn env(&self) -> &Env {
        &self.work.env
    }

    pub(crate) fn console(&self) -> Console {
        self.work.console
    }

    pub(crate) fn wanted(&self) -> OutputSpec {
        self.work.known.wanted.clone()
    }

    /// Plans the request for an ID. Its answer becomes a part of a line.
    pub(crate) fn plan(&self, id: &Id) -> Result<RequestPlan, Failure> {
        let mut plan = self.work.plan(id)?;
        plan.output.format = OutputFormat::Compact;
        plan.output.color = ColorChoice::Never;
        Ok(plan)
    }

    /// The client of a request: connections and tokens are shared. The status of its last answer is kept in `status`.
    pub(crate) fn client(
        &self,
        plan: &RequestPlan,
        status: &Rc<Cell<Option<StatusCode>>>,
    ) -> Client {
        let first = &self.first;
        let tell = trace::observer(self.work.console, &self.work.env);
        let status = Rc::clone(status);
        Client {
            transport: Rc::clone(&first.transport),
            credential: first.credential.clone(),
            cache: first.cache.clone(),
            target: plan.target.clone(),
            tenant_id: plan.tenant_id.clone(),
            subscription_id: plan.subscription_id.clone(),
            limits: first.limits,
            deadline: first.deadline,
            clock: first.clock,
            observer: Box::new(move |event| {
                if let Event::Response(response) = event {
                    status.set(Some(response.status));
                }
                tell(event);
            }),
            minimum_left: first.minimum_left,
            auxiliary_tenants: plan.auxiliary_tenants.clone(),
            tokens: self.tokens(plan),
            budget: Rc::clone(&first.budget),
            throttle: Rc::clone(&first.throttle),
        }
    }

    /// Tokens are kept for each audience: what tells those of one audience apart, the store knows itself.
    fn tokens(&self, plan: &RequestPlan) -> Rc<Tokens> {
        let mut kept = self.tokens.borrow_mut();
        Rc::clone(kept.entry(audience_of(plan)).or_default())
    }
}

fn audience_of(plan: &RequestPlan) -> String {
    let audience = plan.target.audience.as_ref();
    audience.map_or_else(String::new, ToString::to_string)
}
