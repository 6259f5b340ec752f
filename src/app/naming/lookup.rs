//! Asks where a resource is: one list by its name, in each of the subscriptions that are meant.

use std::rc::Rc;

use serde::Deserialize;
use tokio::task::LocalSet;

use crate::app::exchange::resume_command::{self, run_of_options};
use crate::app::fan_out::scheduler;
use crate::app::naming::memory::NameMemory;
use crate::app::session::context::RunContext;
use crate::app::session::run::Session;
use crate::app::session::subscriptions::{Collection, Listed, MAX_PAGE, is_gone};
use crate::app::session::{default_subscription, subscription_choice};
use crate::azure::distance;
use crate::cli::RequestArgs;
use crate::client;
use crate::credential::Subscription;
use crate::env::Env;
use crate::error::{Error, Failure};
use crate::plan::named::{self, NamedResource};
use crate::plan::{self, RequestPlan};

/// What stands for every subscription.
const EVERY: &str = "*";
/// The most subscriptions that are asked at a time.
const AT_A_TIME: usize = 50;
/// The most names that are proposed.
const MOST_NEAR: usize = 3;

/// A resource, as the list of all resources shows it.
#[derive(Debug, Deserialize)]
struct Item {
    id: String,
    #[serde(default)]
    name: String,
}

/// Who asks, and where: the arguments of a request, without what it sends.
pub(crate) struct Lookup {
    args: RequestArgs,
    /// The subscriptions; known once they were needed.
    subscriptions: Option<Vec<String>>,
}

impl Lookup {
    /// A lookup for a request: as the same person, in the same cloud. A list is a read, so it is asked for where the
    /// request itself is only shown, too.
    pub(crate) fn of(args: &RequestArgs) -> Self {
        let mut own = args.for_own_list("/subscriptions/{sub}/resources");
        own.options.headers = args.options.headers.clone();
        own.options
            .target
            .subscriptions
            .clone_from(&args.options.target.subscriptions);
        own.options.network.dry_run = false;
        own.options.network.curl = false;
        Self {
            args: own,
            subscriptions: None,
        }
    }

    /// Takes the subscriptions that variables name, and the ids of those that are known here.
    pub(crate) fn prepare(&mut self, env: &Env) -> Result<(), Error> {
        default_subscription::resolve_in(&mut self.args, env)
    }

    /// Begins the run that asks.
    pub(crate) async fn context(&mut self, env: &Env) -> Result<RunContext, Failure> {
        self.prepare(env)?;
        Ok(RunContext::of(&self.args, env).await?)
    }

    /// The subscriptions that are meant: those that were named, all of them, or the chosen one.
    pub(crate) async fn subscriptions(
        &mut self,
        context: &mut RunContext,
    ) -> Result<Vec<String>, Failure> {
        if let Some(known) = &self.subscriptions {
            return Ok(known.clone());
        }
        let url = self.args.url.clone();
        subscription_choice::settle(&mut self.args, &url, context).await?;
        let named = self.args.options.target.subscriptions.clone();
        let found = if self.is_everywhere() {
            self.all(context).await?
        } else if named.is_empty() {
            let default = context.default_subscription(&self.args, true);
            default.into_iter().collect()
        } else {
            named
        };
        self.subscriptions = Some(found.clone());
        Ok(found)
    }

    /// What was seen by the one who signs in.
    pub(crate) fn memory(&self, context: &mut RunContext) -> Result<NameMemory, Failure> {
        let session = self.idle_session(context)?;
        let credential = session.client.shared.credential();
        Ok(NameMemory::of(&context.cloud, credential, &context.env))
    }

    /// The subscriptions that are meant, with their names: all of them if none is named.
    pub(crate) async fn named_subscriptions(
        &mut self,
        context: &mut RunContext,
    ) -> Result<Vec<(String, String)>, Failure> {
        let is_named = !self.args.options.target.subscriptions.is_empty();
        let meant = if is_named {
            Some(self.subscriptions(context).await?)
        } else {
            None
        };
        let all = self.alive(context).await?.into_iter();
        let is_meant = |id: &String| match &meant {
            Some(meant) => meant.iter().any(|one| one.eq_ignore_ascii_case(id)),
            None => true,
        };
        let pairs = all.map(|one| (one.id, one.name));
        Ok(pairs.filter(|(id, _)| is_meant(id)).collect())
    }

    /// The IDs of the items of several lists, and what ended the first one that failed.
    pub(crate) async fn every_list(
        &self,
        paths: Vec<String>,
        context: &mut RunContext,
    ) -> Result<(Vec<String>, Option<Failure>), Failure> {
        let mut ids = Vec::new();
        let mut failure = None;
        for listed in self.listed(paths, context).await? {
            match listed {
                Ok(items) => ids.extend(items.into_iter().map(|item| item.id)),
                Err(one) => {
                    failure.get_or_insert(one);
                }
            }
        }
        Ok((ids, failure))
    }

    /// All subscriptions that the account sees.
    async fn all(&self, context: &mut RunContext) -> Result<Vec<String>, Failure> {
        let alive = self.alive(context).await?.into_iter();
        Ok(alive.map(|one| one.id).collect())
    }

    async fn alive(&self, context: &mut RunContext) -> Result<Vec<Subscription>, Failure> {
        let session = context.own_list(&self.args, "/subscriptions")?;
        let listed: Vec<Listed> = collect(&session).await?;
        let mut collection = Collection::default();
        for one in listed {
            collection.add(one, None);
        }
        let alive = collection.subscriptions.into_iter();
        Ok(alive.filter(|one| !is_gone(one)).collect())
    }

    /// Begins a request without sending it: it has the credential of the run.
    pub(crate) fn idle_session(&self, context: &mut RunContext) -> Result<Session, Error> {
        context.own_list(&self.args, "/subscriptions")
    }

    /// Finds the one resource that is meant.
    ///
    /// # Errors
    /// Refuses a name that none or several have; what ended a list.
    pub(crate) async fn find(
        &mut self,
        named: &NamedResource,
        must_be_sure: bool,
        context: &mut RunContext,
    ) -> Result<String, Failure> {
        let subscriptions = self.subscriptions(context).await?;
        let paths = subscriptions.iter().map(|one| named.list_of_name(one));
        let items = self.lists(paths.collect(), must_be_sure, context).await?;
        // A service that does not know the filter would list everything.
        let mut ids: Vec<String> = Vec::new();
        for item in items.into_iter().filter(|item| named.is_of(&item.id)) {
            if !ids.iter().any(|known| known.eq_ignore_ascii_case(&item.id)) {
                ids.push(item.id);
            }
        }
        match (ids.pop(), ids.is_empty()) {
            (Some(only), true) => Ok(only),
            (Some(last), false) => {
                ids.push(last);
                let text = named.text.clone();
                Err(self.failure(named::Error::Several { text, ids }))
            }
            (None, _) => Err(self.missing(named, &subscriptions, context).await),
        }
    }

    /// Says that there is none, and which names are near.
    async fn missing(
        &self,
        named: &NamedResource,
        subscriptions: &[String],
        context: &mut RunContext,
    ) -> Failure {
        let paths = subscriptions.iter().map(|one| named.list_of_type(one));
        let listed = self.lists(paths.collect(), false, context).await;
        let mut all: Vec<String> = listed
            .unwrap_or_default()
            .into_iter()
            .map(|item| item.name)
            .collect();
        all.sort_unstable();
        all.dedup();
        let wanted = named.name.to_lowercase();
        let rated = all.iter().filter_map(|name| {
            let own = name.to_lowercase();
            let far = distance(&wanted, &own, (wanted.len() / 3).max(2));
            let is_part = wanted.len() > 2 && own.contains(&wanted);
            Some((far.or(is_part.then_some(usize::MAX))?, name.clone()))
        });
        let mut rated: Vec<(usize, String)> = rated.collect();
        rated.sort_unstable();
        let near = rated.into_iter().take(MOST_NEAR).map(|(_, name)| name);
        self.failure(named::Error::NotFound {
            word: named.word.clone(),
            name: named.name.clone(),
            near: near.collect(),
            count: all.len(),
            everywhere: self.is_everywhere(),
        })
    }

    fn is_everywhere(&self) -> bool {
        let named = &self.args.options.target.subscriptions;
        named.iter().any(|one| one.trim() == EVERY)
    }

    fn failure(&self, error: named::Error) -> Failure {
        named_error(error).in_run(run_of_options(&self.args.options))
    }

    /// The items of several lists, each with what ended it.
    async fn listed(
        &self,
        paths: Vec<String>,
        context: &mut RunContext,
    ) -> Result<Vec<Result<Vec<Item>, Failure>>, Failure> {
        let sessions = paths
            .iter()
            .map(|path| context.own_list(&self.args, path).map(Rc::new));
        let sessions: Vec<Rc<Session>> = sessions.collect::<Result<_, _>>()?;
        let lists = sessions.iter().map(Rc::clone);
        let lists = lists.map(|session| async move { collect::<Item>(&session).await });
        let local = LocalSet::new();
        let lists = local.run_until(Box::pin(scheduler::collect(lists, AT_A_TIME)));
        Ok(lists.await?)
    }

    /// The items of several lists. A list that fails is the run's failure, unless others have been read and it is enough
    /// to say so.
    async fn lists(
        &self,
        paths: Vec<String>,
        must_be_sure: bool,
        context: &mut RunContext,
    ) -> Result<Vec<Item>, Failure> {
        let console = context.console;
        let mut items = Vec::new();
        let mut failure = None;
        for listed in self.listed(paths, context).await? {
            match listed {
                Ok(listed) => items.extend(listed),
                Err(one) if must_be_sure => return Err(one),
                Err(one) => {
                    failure.get_or_insert(one);
                }
            }
        }
        match failure {
            Some(failure) if items.is_empty() => Err(failure),
            Some(failure) => {
                console.note(format!(
                    "not all subscriptions were asked: {}",
                    failure.error
                ));
                Ok(items)
            }
            None => Ok(items),
        }
    }
}

/// The failure that a name is.
pub(crate) fn named_error(error: named::Error) -> Failure {
    Error::from(plan::Error::from(error)).into()
}

async fn collect<T: serde::de::DeserializeOwned>(session: &Session) -> Result<Vec<T>, Failure> {
    let listed = client::collect(&session.client, &session.request(), MAX_PAGE).await;
    let plan: &RequestPlan = &session.plan;
    listed.map_err(|error| Failure::from(Error::from(error)).in_run(resume_command::run_of(plan)))
}
