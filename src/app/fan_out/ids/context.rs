//! What the requests for many IDs share: arguments, settings, connections, tokens. Plans each of them, and makes its
//! session; who sends them: `requests`.

use std::cell::Cell;
use std::rc::Rc;

use http::StatusCode;

use crate::app::exchange::output_spec::OutputSpec;
use crate::app::fan_out::concurrency::within_open_files;
use crate::app::session::context::RunContext;
use crate::app::session::run::Session;
use crate::cli::{ColorChoice, OutputFormat, RequestArgs};
use crate::client::{Event, Shared};
use crate::error::{Error, Failure, WildcardError};
use crate::output::Console;
use crate::plan::RequestPlan;
use crate::plan::ids::{self, Id};

/// The requests for many IDs, before the first one goes out.
pub(crate) struct Batch {
    pub(crate) args: RequestArgs,
    pub(crate) output: OutputSpec,
    pub(crate) context: RunContext,
    pub(crate) ids: Vec<Id>,
    end: String,
    default_subscription: Option<String>,
}

impl Batch {
    pub(crate) fn new(
        mut args: RequestArgs,
        output: OutputSpec,
        context: RunContext,
        ids: Vec<Id>,
    ) -> Self {
        let has_placeholder = args.url.contains('{') || ids.iter().any(|id| id.text.contains('{'));
        // They are read: the context holds them.
        args.items.clear();
        Self {
            end: args.end_of_each().unwrap_or_default().to_owned(),
            default_subscription: context.default_subscription(&args, has_placeholder),
            args,
            output,
            context,
            ids,
        }
    }

    /// Plans the request for an ID, as if its address were the URL of a run of its own.
    pub(crate) fn plan(&self, id: &Id) -> Result<RequestPlan, Failure> {
        let mut args = self.args.clone();
        args.url = ids::address(&id.text, &self.end);
        let plan = self.context.plan(&args, self.default_subscription.clone());
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
        mut self,
        first: RequestPlan,
        begun: Option<Rc<Shared>>,
    ) -> Result<SignedInBatch, Error> {
        let shared = match begun {
            Some(shared) => shared,
            None => self.context.shared(&first)?,
        };
        let batch = SignedInBatch {
            batch: self,
            shared,
        };
        batch.session_of(first).client.sign_in().await?;
        Ok(batch)
    }
}

/// The requests while they are under way.
pub(crate) struct SignedInBatch {
    batch: Batch,
    shared: Rc<Shared>,
}

impl SignedInBatch {
    pub(crate) fn ids(&self) -> &[Id] {
        &self.batch.ids
    }

    pub(crate) fn args(&self) -> &RequestArgs {
        &self.batch.args
    }

    pub(crate) fn console(&self) -> Console {
        self.batch.context.console
    }

    /// How many requests may be under way at a time.
    pub(crate) fn parallel(&self) -> usize {
        let wanted = self.batch.args.many.parallel();
        within_open_files(wanted, self.batch.context.env.most_open_files)
    }

    pub(crate) fn output(&self) -> OutputSpec {
        self.batch.output.clone()
    }

    /// The session of the request for an ID, whose answer becomes a part of a line. The status of its last answer is
    /// kept in `status`.
    pub(crate) fn session(
        &self,
        id: &Id,
        status: &Rc<Cell<Option<StatusCode>>>,
    ) -> Result<Session, Failure> {
        let mut plan = self.batch.plan(id)?;
        plan.options.output.format = OutputFormat::Compact;
        plan.options.output.color = ColorChoice::Never;
        let mut session = self.session_of(plan);
        let status = Rc::clone(status);
        session.also_tell(move |event| {
            if let Event::Response(response) = event {
                status.set(Some(response.status));
            }
        });
        // A note for each of them would drown what matters.
        session.console = session.console.without_notes();
        Ok(session)
    }

    fn session_of(&self, plan: RequestPlan) -> Session {
        Session::new(plan, &self.shared, self.console(), &self.batch.context.env)
    }
}
