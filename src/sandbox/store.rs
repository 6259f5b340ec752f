//! What exists: the seed, overlaid by what was written, and the operations that are under way. Keeps only the
//! difference. What verbs do to it: `resources`.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::sandbox::authority::memory::Memory;
use crate::sandbox::long_running::record::{Operation, Operations};
use crate::sandbox::seed::{self, Entry};
use crate::sandbox::timestamp::Timestamp;

/// The seed and its overlay. Keys are ids in lower case.
#[derive(Debug, Default)]
pub(crate) struct Store {
    overrides: BTreeMap<String, Option<Value>>,
    operations: Operations,
    authority: Memory,
    changed: bool,
}

/// A state that cannot be taken back.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Not JSON.
    #[error("the sandbox's state is not JSON")]
    NotJson(#[from] serde_json::Error),
    /// JSON, but not a state of this version.
    #[error("the sandbox's state is not in the format of version {version}: {reason}")]
    NotAState {
        /// The version that this program reads.
        version: u64,
        /// What is wrong.
        reason: String,
    },
}

const VERSION: u64 = 1;

/// Where something is in lists: the seed in its order, then what was added, by id.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Position {
    pub(crate) ordinal: u32,
    pub(crate) key: String,
}

/// One existing thing; the body of a seed entry is made when it is asked for.
#[derive(Debug)]
pub(crate) struct Listed<'s> {
    pub(crate) position: Position,
    /// The id in lower case.
    pub(crate) key: String,
    source: BodySource<'s>,
}

#[derive(Debug)]
enum BodySource<'s> {
    Seed(Entry),
    Written(&'s Value),
}

impl Listed<'_> {
    /// The body as stored.
    pub(crate) fn body(&self) -> Value {
        match &self.source {
            BodySource::Seed(entry) => entry.body(),
            BodySource::Written(body) => (*body).clone(),
        }
    }

    /// The type, such as `Microsoft.Compute/disks`.
    pub(crate) fn resource_type(&self) -> &str {
        match &self.source {
            BodySource::Seed(entry) => entry.resource_type(),
            BodySource::Written(body) => text(body, "type"),
        }
    }
}

impl Store {
    /// Returns the body of an id, whatever its case.
    pub(crate) fn get(&self, id: &str) -> Option<Value> {
        let key = id.to_ascii_lowercase();
        match self.overrides.get(&key) {
            Some(written) => written.clone(),
            None => find(&key).map(|entry| entry.body()),
        }
    }

    /// Tells whether an id exists.
    pub(crate) fn contains(&self, id: &str) -> bool {
        let key = id.to_ascii_lowercase();
        self.overrides
            .get(&key)
            .map_or_else(|| find(&key).is_some(), Option::is_some)
    }

    /// Writes a body under the id that it carries.
    pub(crate) fn put(&mut self, body: Value) {
        self.changed = true;
        self.overrides
            .insert(text(&body, "id").to_ascii_lowercase(), Some(body));
    }

    /// The operations that run or are remembered.
    pub(crate) fn operations(&self) -> &Operations {
        &self.operations
    }

    /// What the authority remembers.
    pub(crate) fn authority(&mut self) -> &mut Memory {
        &mut self.authority
    }

    /// Adds an operation or replaces it.
    pub(crate) fn record(&mut self, operation: Operation) {
        self.changed = true;
        self.operations.record(operation);
    }

    /// Ends what runs on an id as canceled.
    pub(crate) fn cancel(&mut self, id: &str, now: Timestamp) {
        self.changed = true;
        self.operations
            .cancel(&id.to_ascii_lowercase(), now.seconds());
    }

    /// A copy to try something on. What the authority remembers is not a part of it.
    pub(crate) fn copy(&self) -> Self {
        Self {
            overrides: self.overrides.clone(),
            operations: self.operations.clone(),
            authority: Memory::default(),
            changed: false,
        }
    }

    /// Moves a resource and all that is below it into another group.
    pub(crate) fn move_to(&mut self, id: &str, group: &str, now: Timestamp) {
        let Some((source, _)) = id.split_once("/providers/") else {
            return;
        };
        let (id, length) = (id.to_ascii_lowercase(), source.len());
        let below = format!("{id}/");
        let mut moved: Vec<Value> = self.get(&id).into_iter().collect();
        moved.extend(self.list(&below, |_| true).iter().map(Listed::body));
        self.remove_tree(&id, now);
        for mut body in moved {
            let own = text(&body, "id");
            let place = format!("{group}{}", own.get(length..).unwrap_or_default());
            if let Some(members) = body.as_object_mut() {
                members.insert("id".to_owned(), place.into());
            }
            self.put(body);
        }
    }

    /// Removes an id and all that is below it; operations that run there end as canceled.
    pub(crate) fn remove_tree(&mut self, id: &str, now: Timestamp) {
        let key = id.to_ascii_lowercase();
        let below = format!("{key}/");
        let covers = |candidate: &str| candidate == key || candidate.starts_with(&below);
        self.changed = true;
        self.operations.cancel_below(&key, now.seconds());
        self.overrides.retain(|candidate, _| !covers(candidate));
        for entry in seed::entries().filter(|entry| entry.may_lie_at(&key)) {
            let candidate = entry.id().to_ascii_lowercase();
            if covers(&candidate) {
                self.overrides.insert(candidate, None);
            }
        }
    }

    /// Returns what exists below an id (`below` ends with a slash) and has a wanted type, in the
    /// order of lists.
    pub(crate) fn list(&self, below: &str, wanted: impl Fn(&str) -> bool) -> Vec<Listed<'_>> {
        let below = below.to_ascii_lowercase();
        let mut listed = Vec::new();
        let mut seeded = std::collections::BTreeSet::new();
        for (ordinal, entry) in (0_u32..).zip(seed::entries()) {
            if !wanted(entry.resource_type()) {
                continue;
            }
            let key = entry.id().to_ascii_lowercase();
            if !key.starts_with(&below) {
                continue;
            }
            let source = match self.overrides.get_key_value(&key) {
                None => BodySource::Seed(entry),
                Some((written_key, written)) => {
                    seeded.insert(written_key.as_str());
                    match written {
                        None => continue,
                        Some(body) => BodySource::Written(body),
                    }
                }
            };
            listed.push(Listed {
                position: Position {
                    ordinal,
                    key: String::new(),
                },
                key,
                source,
            });
        }
        for (key, body) in &self.overrides {
            if let Some(body) = body
                && key.starts_with(&below)
                && !seeded.contains(key.as_str())
                && wanted(text(body, "type"))
            {
                let position = Position {
                    ordinal: u32::MAX,
                    key: key.clone(),
                };
                listed.push(Listed {
                    position,
                    key: key.clone(),
                    source: BodySource::Written(body),
                });
            }
        }
        listed
    }

    /// Tells whether anything was written since the store was made or restored.
    #[cfg(test)]
    pub(crate) fn is_modified(&self) -> bool {
        self.changed
    }

    /// Returns what differs from the seed, the operations, and what the authority remembers, as JSON;
    /// `None` if there is nothing of it.
    pub(crate) fn state(&self) -> Option<Vec<u8>> {
        let operations = self.operations.state();
        if self.overrides.is_empty() && operations.is_none() && self.authority.is_empty() {
            return None;
        }
        let overrides: Map<String, Value> = self
            .overrides
            .iter()
            .map(|(key, body)| (key.clone(), body.clone().unwrap_or(Value::Null)))
            .collect();
        let mut state = json!({ "version": VERSION, "overrides": overrides });
        if let Some(members) = state.as_object_mut() {
            if let Some(operations) = operations {
                members.insert("operations".to_owned(), operations);
            }
            if !self.authority.is_empty() {
                let authority = serde_json::to_value(&self.authority).unwrap_or_default();
                members.insert("authority".to_owned(), authority);
            }
        }
        Some(state.to_string().into_bytes())
    }

    /// Takes a state back; on an error nothing has changed.
    pub(crate) fn restore(&mut self, state: &[u8]) -> Result<(), Error> {
        let not_a_state = |reason: &str| Error::NotAState {
            version: VERSION,
            reason: reason.to_owned(),
        };
        let Value::Object(mut state) = serde_json::from_slice(state)? else {
            return Err(not_a_state("an object was expected"));
        };
        if state.get("version").and_then(Value::as_u64) != Some(VERSION) {
            return Err(not_a_state("`version` is missing or another"));
        }
        let Some(Value::Object(overrides)) = state.remove("overrides") else {
            return Err(not_a_state("`overrides` is missing or not an object"));
        };
        let mut restored = BTreeMap::new();
        for (key, body) in overrides {
            let fits = match &body {
                Value::Null => true,
                Value::Object(_) => text(&body, "id").to_ascii_lowercase() == key,
                Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => false,
            };
            let is_id = ["/subscriptions/", "/providers/"]
                .iter()
                .any(|root| key.starts_with(root));
            if !fits || !is_id || key != key.to_ascii_lowercase() {
                return Err(not_a_state(&format!(
                    "the entry `{key}` does not fit its id"
                )));
            }
            restored.insert(key, if body.is_null() { None } else { Some(body) });
        }
        let operations = Operations::restored(state.remove("operations"))
            .map_err(|reason| not_a_state(&reason))?;
        let authority = match state.remove("authority") {
            None => Memory::default(),
            Some(memory) => serde_json::from_value(memory)
                .map_err(|error| not_a_state(&format!("`authority`: {error}")))?,
        };
        self.authority = authority;
        self.overrides = restored;
        self.operations = operations;
        self.changed = false;
        Ok(())
    }
}

/// Returns a string member, or nothing in its place.
pub(crate) fn text<'b>(body: &'b Value, member: &str) -> &'b str {
    body.get(member).and_then(Value::as_str).unwrap_or_default()
}

/// Finds the seed entry of an id in lower case.
fn find(key: &str) -> Option<Entry> {
    seed::entries()
        .filter(|entry| entry.may_lie_at(key))
        .find(|entry| entry.id().eq_ignore_ascii_case(key))
}
