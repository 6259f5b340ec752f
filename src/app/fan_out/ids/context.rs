//! What the requests for many IDs share: arguments, settings, connections, tokens. Plans each of them, and makes its
//! session; who sends them: `requests`.

use std::cell::Cell;
use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use http::StatusCode;

use crate::app::exchange::output_spec::OutputSpec;
use crate::app::fan_out::concurrency::within_open_files;
use crate::app::session::context::RunContext;
use crate::app::session::run::Session;
use crate::azure::{HostKind, Target, host_kind, normal_form};
use crate::cli::{OutputFormat, RequestArgs};
use crate::client::{Deadline, Event, Shared};
use crate::env::{Colors, Env};
use crate::error::{Error, Failure, WildcardError};
use crate::output::Console;
use crate::plan::ids::{Id, IdSyntax};
use crate::plan::{self, RequestPlan};

/// The requests for many IDs, before the first one goes out.
pub(crate) struct Batch {
    pub(crate) args: RequestArgs,
    pub(crate) output: OutputSpec,
    pub(crate) context: RunContext,
    pub(crate) ids: Vec<Id>,
    end: String,
    default_subscription: Option<String>,
    /// For each ID, the number of the one that it repeats.
    originals: Vec<Option<usize>>,
    /// The numbers of those that come again.
    repeated: HashSet<usize>,
}

/// What two addresses have in common that name the same: Resource Manager does not tell letters by their case.
fn identity(target: &Target) -> String {
    let form = normal_form(&target.url);
    match host_kind(&target.cloud, &target.url) {
        HostKind::ResourceManager => form.to_ascii_lowercase(),
        HostKind::Storage | HostKind::Other => form,
    }
}

impl Batch {
    pub(crate) fn new(
        mut args: RequestArgs,
        output: OutputSpec,
        context: RunContext,
        ids: Vec<Id>,
    ) -> Self {
        let has_placeholder = args.url.contains('{')
            || ids
                .iter()
                .any(|id| id.syntax == IdSyntax::Url && id.text.contains('{'));
        // They are read: the context holds them.
        args.items.clear();
        Self {
            end: args.end_of_each().unwrap_or_default().to_owned(),
            default_subscription: context.default_subscription(&args, has_placeholder),
            args,
            output,
            context,
            originals: vec![None; ids.len()],
            repeated: HashSet::new(),
            ids,
        }
    }

    /// Plans the requests for all IDs, and hands each that will be sent to `planned`. Of writes, each is sent once.
    ///
    /// # Errors
    /// What is wrong with an ID; then nothing is sent.
    pub(crate) fn plan_all(
        &mut self,
        mut planned: impl FnMut(&Id, RequestPlan),
    ) -> Result<(), Failure> {
        let mut first = None;
        let mut written = HashMap::new();
        let mut originals = Vec::with_capacity(self.ids.len());
        for (number, id) in self.ids.iter().enumerate() {
            let plan = self.plan(id)?;
            if plan.carries_secrets() {
                let first = first.get_or_insert_with(|| plan.target.clone());
                let admitted = first.admit_listed(&plan.target);
                admitted.map_err(|refusal| {
                    Failure::from(Error::from(plan::Error::from(refusal))).at(id.place)
                })?;
            }
            let original = if plan.method.is_safe() {
                None
            } else {
                match written.entry(identity(&plan.target)) {
                    Entry::Occupied(original) => Some(*original.get()),
                    Entry::Vacant(entry) => {
                        entry.insert(number);
                        None
                    }
                }
            };
            originals.push(original);
            if original.is_none() {
                planned(id, plan);
            }
        }
        self.repeated = originals.iter().flatten().copied().collect();
        self.originals = originals;
        Ok(())
    }

    /// The IDs whose requests are sent: those that repeat none before them.
    pub(crate) fn sent(&self) -> impl Iterator<Item = &Id> {
        let ids = self.ids.iter().zip(&self.originals);
        ids.filter_map(|(id, original)| original.is_none().then_some(id))
    }

    /// Plans the request for an ID, as if its address were the URL of a run of its own.
    pub(crate) fn plan(&self, id: &Id) -> Result<RequestPlan, Failure> {
        let mut args = self.args.clone();
        args.url = id.address(&self.end);
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
        let mut env_of_part = Env::clone(&self.context.env);
        env_of_part.colors = Colors::Never;
        let env_of_part = Rc::new(env_of_part);
        let session = Session::new(first, &shared, self.context.console, &env_of_part);
        session.client.sign_in().await?;
        Ok(SignedInBatch {
            batch: self,
            shared,
            env_of_part,
        })
    }
}

/// The requests while they are under way.
pub(crate) struct SignedInBatch {
    batch: Batch,
    shared: Rc<Shared>,
    /// An answer is a part of a line, which has no colours.
    env_of_part: Rc<Env>,
}

impl SignedInBatch {
    pub(crate) fn ids(&self) -> &[Id] {
        &self.batch.ids
    }

    /// The number of the ID that an ID repeats.
    pub(crate) fn original(&self, number: usize) -> Option<usize> {
        self.batch.originals.get(number).copied().flatten()
    }

    /// Tells whether an ID comes again.
    pub(crate) fn is_repeated(&self, number: usize) -> bool {
        self.batch.repeated.contains(&number)
    }

    /// How many requests there are, and how many of them are for IDs from `number` on.
    pub(crate) fn count_from(&self, number: usize) -> usize {
        let originals = self.batch.originals.iter().skip(number);
        originals.filter(|original| original.is_none()).count()
    }

    pub(crate) fn args(&self) -> &RequestArgs {
        &self.batch.args
    }

    pub(crate) fn deadline(&self) -> Option<Deadline> {
        self.batch.context.deadline
    }

    pub(crate) fn console(&self) -> Console {
        self.batch.context.console
    }

    /// How many requests may be under way at a time.
    pub(crate) fn parallel(&self) -> usize {
        let wanted = self.batch.args.many.parallel();
        within_open_files(wanted, self.batch.context.env.most_open_files)
    }

    pub(crate) fn env(&self) -> &Env {
        &self.batch.context.env
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
        let mut session = Session::new(plan, &self.shared, self.console(), &self.env_of_part);
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
}
