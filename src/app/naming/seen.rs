//! Notes what the lists of Resource Manager show while they are printed: IDs, names of subscriptions, how members are called.
//! Nothing is written before the answer is out. Who keeps it: `memory`.

use http::Method;
use http::header::AUTHORIZATION;

use crate::app::naming::memory::NameMemory;
use crate::app::session::run::Session;
use crate::azure::{HostKind, ResourceId, host_kind};
use crate::credential::{PrivateFileError, Source};
use crate::json::{first_member, member_names, string_of};
use crate::output::Verbosity;

/// The most that is noted of one answer.
const MOST_IDS: usize = 5_000;
const MOST_MEMBERS: usize = 80;
/// What the rows of Resource Graph are kept under, because their members are not those of a type.
pub(crate) const ROWS: &str = "graph";
/// The path of Resource Graph.
const GRAPH: &str = "/providers/microsoft.resourcegraph/resources";

/// What the items of an answer have shown.
#[derive(Debug)]
pub(crate) struct Seen {
    /// What the items are: the full name of a type.
    type_name: String,
    /// The subscription that was asked; what an answer says of others is not believed.
    subscription: Option<String>,
    ids: Vec<String>,
    subscriptions: Vec<(String, String)>,
    members: Vec<String>,
}

impl Seen {
    /// Begins to note what the answer to a request shows, if that may be kept: a list of Resource Manager, asked by one
    /// who is known before the token is there.
    pub(crate) fn of(session: &Session) -> Option<Self> {
        let plan = &session.plan;
        is_of_account(session).then_some(())?;
        let path = plan.target.url.path();
        let type_name = match plan.method {
            Method::GET => ResourceId::parse(path)
                .type_name()
                .unwrap_or_default()
                .into_owned(),
            Method::POST if path.eq_ignore_ascii_case(GRAPH) => ROWS.to_owned(),
            _ => return None,
        };
        Some(Self {
            type_name,
            subscription: subscription_of(path),
            ids: Vec::new(),
            subscriptions: Vec::new(),
            members: Vec::new(),
        })
    }

    /// Notes an item.
    pub(crate) fn item(&mut self, item: &str) {
        if self.ids.len() + self.subscriptions.len() >= MOST_IDS {
            return;
        }
        let text = |name: &str| first_member(item, name).and_then(string_of);
        let Some(id) = text("id") else {
            return;
        };
        let is_foreign = |asked: &String| {
            let own = ResourceId::parse(&id);
            let own = own.subscription_id();
            own.is_none_or(|own| !own.eq_ignore_ascii_case(asked))
        };
        if self.subscription.as_ref().is_some_and(is_foreign) {
            return;
        }
        if self.members.is_empty() {
            self.members = names_in(item);
        }
        let is_subscription = self.type_name.ends_with("/subscriptions");
        match is_subscription.then(|| text("displayName")).flatten() {
            Some(name) => {
                let own = ResourceId::parse(&id);
                let own = own.subscription_id().map(str::to_owned);
                self.subscriptions.extend(own.map(|id| (id, name)));
            }
            None => self.ids.push(id),
        }
    }

    /// Keeps what was noted. What cannot be kept is seen again.
    pub(crate) fn keep(self, session: &Session) {
        if self.ids.is_empty() && self.subscriptions.is_empty() {
            return;
        }
        // Not asked before there is something: a table is read for it, and most answers are not lists.
        if session.plan.method == Method::GET && session.plan.gives_secret() {
            return;
        }
        let memory = memory_of(session);
        let outcome = memory
            .add(&self.ids)
            .and_then(|()| memory.add_subscriptions(&self.subscriptions))
            .and_then(|()| memory.add_members(&self.type_name, &self.members));
        trace(outcome, session);
    }
}

/// The subscription of a path, if it is one: `*` stands for many.
fn subscription_of(path: &str) -> Option<String> {
    let id = ResourceId::parse(path);
    let subscription = id.subscription_id()?;
    (!subscription.contains('*')).then(|| subscription.to_owned())
}

/// Keeps what a write has made, and forgets what a DELETE has taken away.
pub(crate) fn written(session: &Session) {
    let plan = &session.plan;
    let is_change = [Method::PUT, Method::DELETE].contains(&plan.method);
    if !is_change || !is_of_account(session) {
        return;
    }
    let path = plan.target.url.path();
    let id = ResourceId::parse(path);
    if id.segments().len() % 2 == 1 {
        return;
    }
    let memory = memory_of(session);
    let id = id.to_string();
    trace(
        if plan.method == Method::DELETE {
            memory.forget(&id)
        } else {
            memory.add(&[id])
        },
        session,
    );
}

/// Tells whether a request goes to Resource Manager, signed by an account that is known. A token that was given says too
/// little about its owner.
fn is_of_account(session: &Session) -> bool {
    let credential = session.client.shared.credential();
    let is_known = credential.is_some_and(|one| one.source() != Source::AccessToken);
    let plan = &session.plan;
    is_known
        && !plan
            .given_headers
            .iter()
            .any(|(name, _)| *name == AUTHORIZATION)
        && host_kind(&plan.target.cloud, &plan.target.url) == HostKind::ResourceManager
}

fn memory_of(session: &Session) -> NameMemory {
    let credential = session.client.shared.credential();
    NameMemory::of(&session.plan.target.cloud, credential, &session.env)
}

fn trace(outcome: Result<(), PrivateFileError>, session: &Session) {
    if let Err(error) = outcome {
        let text = format!("names: not remembered: {error}");
        session.console.trace(Verbosity::Verbose, text);
    }
}

/// How the members of an item are called: its own, and those of `properties`. What a person has named is left out: tags, and
/// what does not look like a member.
fn names_in(item: &str) -> Vec<String> {
    let is_plain = |name: &str| {
        let mut letters = name.chars();
        letters
            .next()
            .is_some_and(|first| first.is_ascii_alphabetic())
            && letters.all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
            && name.len() <= 64
    };
    let own = member_names(item);
    let properties = first_member(item, "properties").map(member_names);
    let deeper = properties.unwrap_or_default().into_iter();
    let deeper = deeper
        .filter(|name| is_plain(name))
        .map(|name| format!("properties.{name}"));
    let own = own
        .into_iter()
        .filter(|name| is_plain(name))
        .map(std::borrow::Cow::into_owned);
    own.chain(deeper).take(MOST_MEMBERS).collect()
}

#[cfg(test)]
mod tests {
    use super::{MOST_IDS, Seen, names_in, subscription_of};

    fn seen(type_name: &str) -> Seen {
        Seen {
            type_name: type_name.to_owned(),
            subscription: None,
            ids: Vec::new(),
            subscriptions: Vec::new(),
            members: Vec::new(),
        }
    }

    #[test]
    fn names_of_members_and_nothing_that_they_hold() {
        let item = r#"{"id":"/x","tags":{"password":"p"},"a b":1,"properties":{"size":{"k":"v"},"we-ird":2,"\u001b":3}}"#;
        assert_eq!(
            names_in(item),
            ["id", "tags", "properties", "properties.size"]
        );
    }

    #[test]
    fn no_answer_is_noted_without_end() {
        let mut seen = seen("A.b/c");
        for at in 0..MOST_IDS + 5 {
            seen.item(&format!(r#"{{"name":"n","id":"/subscriptions/s/x/{at}"}}"#));
        }
        seen.item("3");
        assert_eq!(seen.ids.len(), MOST_IDS);
    }

    #[test]
    fn an_answer_about_one_subscription_says_nothing_of_others() {
        for (path, kept) in [
            ("/subscriptions/S/resources", &["/subscriptions/s/x"][..]),
            (
                "/subscriptions/*/resources",
                &["/subscriptions/s/x", "/subscriptions/t/x", "/x"],
            ),
            (
                "/providers/A.b/c",
                &["/subscriptions/s/x", "/subscriptions/t/x", "/x"],
            ),
        ] {
            let mut seen = Seen {
                subscription: subscription_of(path),
                ..seen("A.b/c")
            };
            for id in ["/subscriptions/s/x", "/subscriptions/t/x", "/x"] {
                seen.item(&format!(r#"{{"id":"{id}"}}"#));
            }
            assert_eq!(seen.ids, kept, "{path}");
        }
    }

    #[test]
    fn a_subscription_is_its_id_and_its_name() {
        let mut seen = seen("Microsoft.Resources/subscriptions");
        seen.item(r#"{"id":"/subscriptions/s","displayName":"One"}"#);
        assert_eq!(seen.subscriptions, [("s".to_owned(), "One".to_owned())]);
        assert!(seen.ids.is_empty());
    }
}
