//! What TAB offers of Azure: names that this machine has seen. It reads files of this user, and asks no service. Who keeps
//! what was seen: `memory`.

use std::collections::HashMap;

use crate::app::naming::memory::NameMemory;
use crate::app::naming::sandbox_groups;
use crate::app::session::client::{self, RequestedSource};
use crate::app::session::cloud::{self, NetworkUse};
use crate::app::session::type_cache::LiveCache;
use crate::app::session::{default_subscription, settings};
use crate::azure::catalogue::{self, TypeScope};
use crate::azure::{Cloud, ResourceId};
use crate::cli::{Asker, Candidate, MOST_OFFERED, Within};
use crate::config::switch;
use crate::env::Env;
use crate::output::{Console, Verbosity};
use crate::sandbox;

/// The most lines with another group than the line before.
const MOST_LINES: usize = 2_000;
/// What stands for every subscription.
const EVERY: &str = "*";

/// The names that one account has seen in one cloud.
pub(crate) struct OfferedNames {
    env: Env,
    asker: Asker,
    is_sandbox: bool,
    /// `None` if it cannot be told which one is meant.
    cloud: Option<Cloud>,
    memory: NameMemory,
}

impl OfferedNames {
    /// Finds out who would ask, as the command itself does, except for the network.
    pub(crate) async fn of(asker: &Asker, env: &Env) -> Self {
        let env = with_profile(asker.sign_in.profile.as_deref(), env);
        let mut asker = asker.clone();
        let by_default = env.get("ARMCLI_SANDBOX").and_then(switch) == Some(true);
        asker.sign_in.sandbox |= by_default && !asker.sign_in.no_sandbox;
        let is_sandbox = asker.sign_in.sandbox;
        let cloud = cloud::choose(&asker.sign_in, NetworkUse::None, &env).await;
        let cloud = cloud.ok();
        let memory = cloud.as_ref().and_then(|cloud| {
            let is_signed = !asker.sign_in.token_on_stdin() && !asker.target.no_auth;
            let requested = RequestedSource::of(&asker.sign_in);
            let silent = Console::new(Verbosity::Silent, &env);
            let credential = client::credential(cloud, requested, &env, silent);
            let credential = is_signed.then_some(credential)?.ok()?;
            Some(NameMemory::of(cloud, Some(&credential), &env))
        });
        Self {
            env,
            asker,
            is_sandbox,
            cloud,
            memory: memory.unwrap_or_else(NameMemory::none),
        }
    }

    /// None.
    pub(crate) fn none(env: &Env) -> Self {
        Self {
            env: env.clone(),
            asker: Asker::default(),
            is_sandbox: false,
            cloud: None,
            memory: NameMemory::none(),
        }
    }

    /// Subscriptions, as ids and names.
    fn pairs(&self) -> Vec<(String, String)> {
        if self.is_sandbox {
            let own = sandbox::subscriptions();
            return own
                .map(|(id, name)| (id.to_owned(), name.to_owned()))
                .collect();
        }
        let mut known: HashMap<String, String> = self.memory.subscriptions().into_iter().collect();
        if let Some(cloud) = &self.cloud {
            known.extend(default_subscription::names(cloud, &self.env));
        }
        let mut pairs: Vec<(String, String)> = known.into_iter().collect();
        pairs.sort_by_cached_key(|(id, name)| (name.to_lowercase(), id.clone()));
        pairs.dedup_by(|one, other| one.0.eq_ignore_ascii_case(&other.0));
        pairs
    }

    /// The names of subscriptions.
    pub(crate) fn subscriptions(&self) -> Vec<Candidate> {
        let pairs = self.pairs().into_iter();
        pairs
            .map(|(id, name)| Candidate::new(name, id.clone()).known_as(id))
            .collect()
    }

    /// The ids of subscriptions, found by their names too.
    pub(crate) fn subscription_ids(&self) -> Vec<Candidate> {
        let pairs = self.pairs().into_iter();
        pairs
            .map(|(id, name)| Candidate::segment(id, name.clone()).known_as(name))
            .collect()
    }

    /// The names of the resource groups of a subscription.
    pub(crate) fn groups(&self, subscription: Option<&str>) -> Vec<Candidate> {
        let subscriptions = self.meant(subscription);
        let mut found: HashMap<String, Candidate> = HashMap::new();
        for one in &subscriptions {
            let mut last = String::new();
            let is_new = |line: &str| {
                let name = group_of(line).filter(|name| *name != last);
                name.map(|name| name.clone_into(&mut last)).is_some()
            };
            for id in self.memory.newest_ids(one, is_new, MOST_LINES) {
                if let Some(name) = ResourceId::parse(&id).resource_group_name() {
                    let entry = found.entry(name.to_ascii_lowercase());
                    entry.or_insert_with(|| Candidate::new(name, ""));
                }
            }
        }
        if self.is_sandbox {
            let own = subscriptions.iter();
            for one in own.flat_map(|one| sandbox_groups::of(one, &self.env)) {
                found.insert(one.word.to_ascii_lowercase(), one);
            }
        }
        sorted(found)
    }

    /// The names of the resources of a type, each with the group that it is in.
    pub(crate) fn resources(
        &self,
        (type_name, parents): (&str, &[String]),
        within: &Within,
        begun: &str,
    ) -> Vec<Candidate> {
        let path = match within {
            Within::Path(path) => Some(self.filled_in(path)),
            Within::Options => None,
        };
        let subscription = path.as_deref().map(ResourceId::parse);
        let subscription = subscription.as_ref().and_then(ResourceId::subscription_id);
        let group = self.asker.target.resource_group.as_deref();
        let group = group.filter(|group| path.is_none() && *group != EVERY);
        let same = |one: &str, other: &str| one.eq_ignore_ascii_case(other);
        let mut found: HashMap<String, Candidate> = HashMap::new();
        let mut meant = self.meant(subscription);
        let in_tenant = catalogue::find(type_name)
            .is_some_and(|found| found.item_scopes().any(|own| own == TypeScope::Tenant));
        if in_tenant && group.is_none() && subscription.is_none() {
            meant.push(String::new());
        }
        // What every line begins with that may be meant.
        let scope = match (&path, group) {
            (Some(path), _) => {
                let before = subscription.map(|id| format!("/subscriptions/{id}"));
                let before = before.unwrap_or_default().len();
                format!("{}/providers/", path.get(before..).unwrap_or_default())
            }
            (None, Some(group)) => format!("/resourceGroups/{group}/"),
            (None, None) => String::new(),
        };
        let kind = type_name.rsplit('/').next().unwrap_or_default();
        let may_be = |line: &str| {
            let mut segments = line.rsplit('/');
            let (name, own) = (segments.next(), segments.next());
            own.is_some_and(|own| same(own, kind))
                && name.is_some_and(|name| begins(name, begun))
                && begins(line, &scope)
        };
        let ids = meant
            .iter()
            .flat_map(|one| self.memory.newest_ids(one, may_be, MOST_OFFERED));
        for id in ids {
            let parsed = ResourceId::parse(&id);
            let names: Vec<&str> = parsed.names().collect();
            let Some((name, outer)) = names.split_last() else {
                continue;
            };
            let is_meant = outer.len() == parents.len()
                && outer
                    .iter()
                    .zip(parents)
                    .all(|(one, other)| same(one, other))
                && parsed.type_name().is_some_and(|own| same(&own, type_name))
                && path
                    .as_deref()
                    .is_none_or(|path| same(&parsed.scope().to_string(), path));
            if is_meant {
                let about = parsed.resource_group_name().unwrap_or_default();
                let entry = found.entry(name.to_ascii_lowercase());
                entry
                    .and_modify(|one| "in several groups".clone_into(&mut one.about))
                    .or_insert_with(|| Candidate::segment(*name, about));
            }
        }
        sorted(found)
    }

    /// How the members of a type are called.
    pub(crate) fn members(&self, type_name: &str) -> Vec<Candidate> {
        let names = self.memory.members(type_name).into_iter();
        names.map(|name| Candidate::new(name, "seen")).collect()
    }

    /// The api-versions of a type, the newest first: those that the service has said, else those that are built in.
    pub(crate) fn versions(&self, type_name: &str) -> Vec<Candidate> {
        let silent = Console::new(Verbosity::Silent, &self.env);
        let tenant = self.env.tenant(self.asker.sign_in.tenant.as_deref());
        let live = self
            .cloud
            .as_ref()
            .map(|cloud| LiveCache::of(cloud, tenant, &self.env).load(&self.env, silent));
        let live = live.as_ref().and_then(|live| live.versions(type_name));
        let built_in = catalogue::find(type_name);
        let built_in = || {
            let preview = built_in.and_then(|found| found.preview());
            let stable = built_in.and_then(|found| found.stable());
            preview.into_iter().chain(stable).collect()
        };
        let mut versions: Vec<&str> = live.unwrap_or_else(built_in);
        versions.sort_unstable_by(|one, other| other.cmp(one));
        let candidates = versions.into_iter().map(|version| {
            let about = if version.ends_with("-preview") {
                "preview"
            } else {
                "stable"
            };
            Candidate::new(version, about)
        });
        candidates.collect()
    }

    /// The ids of the subscriptions that are meant: the one of a path, else those of the options, else the default one.
    fn meant(&self, subscription: Option<&str>) -> Vec<String> {
        let of_path = subscription.filter(|one| !one.starts_with('{'));
        let mut given: Vec<String> = match of_path {
            Some(one) => vec![one.to_owned()],
            None => self.asker.target.subscriptions.clone(),
        };
        if given.is_empty() && !self.is_sandbox {
            let names = ["ARMCLI_SUBSCRIPTION", "AZURE_SUBSCRIPTION_ID"];
            let value = names.iter().find_map(|name| self.env.get(name));
            let values = value.into_iter().flat_map(|value| value.split(','));
            given.extend(values.map(|one| one.trim().to_owned()));
        }
        if given.is_empty() {
            let default = self.cloud.as_ref();
            let default = default.and_then(|cloud| default_subscription::default(cloud, &self.env));
            return default.into_iter().collect();
        }
        let pairs = self.pairs();
        if given.iter().any(|one| one.trim() == EVERY) {
            return pairs.into_iter().map(|(id, _)| id).collect();
        }
        for one in &mut given {
            let named = pairs
                .iter()
                .find(|(_, name)| name.eq_ignore_ascii_case(one));
            if let Some((id, _)) = named {
                one.clone_from(id);
            }
        }
        given
    }

    /// A path without placeholders, if it is known what they stand for.
    fn filled_in(&self, path: &str) -> String {
        let subscription = self.meant(None).into_iter().next().unwrap_or_default();
        let group = self.asker.target.resource_group.as_deref();
        let group = self.env.resource_group(group).unwrap_or_default();
        [
            ("{sub}", &*subscription),
            ("{subscriptionId}", &subscription),
            ("{rg}", group),
            ("{resourceGroup}", group),
        ]
        .iter()
        .fold(path.to_owned(), |path, (name, value)| {
            path.replace(name, value)
        })
    }
}

/// The environment with the settings of a profile, if the line names one.
fn with_profile(profile: Option<&str>, env: &Env) -> Env {
    let Some(profile) = profile else {
        return env.clone();
    };
    let argv = ["arm", "whoami", "--profile", profile].map(Into::into);
    let prepared = settings::prepare(argv.into(), env.clone());
    prepared.map_or_else(|_| env.clone(), |prepared| prepared.env)
}

/// The resource group in a line of the memory.
fn group_of(line: &str) -> Option<&str> {
    let mut segments = line.split('/').skip(1);
    let is_group = segments
        .next()
        .is_some_and(|first| first.eq_ignore_ascii_case("resourceGroups"));
    segments.next().filter(|_| is_group)
}

fn begins(name: &str, begun: &str) -> bool {
    let start = name.get(..begun.len());
    start.is_some_and(|start| start.eq_ignore_ascii_case(begun))
}

fn sorted(found: HashMap<String, Candidate>) -> Vec<Candidate> {
    let mut found: Vec<(String, Candidate)> = found.into_iter().collect();
    found.sort_by(|one, other| one.0.cmp(&other.0));
    found.into_iter().map(|(_, candidate)| candidate).collect()
}
