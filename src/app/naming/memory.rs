//! What an account has seen: IDs of resources, names of subscriptions, and how the members of types are called. It is
//! for reads by name, and for TAB. There is a folder for each cloud, tenant and account, and a file in it for each
//! subscription. No value, no body and no secret is kept. Who asks services: `lookup`; who notes what answers show:
//! `seen`.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use crate::app::session::type_cache::plain;
use crate::azure::{Cloud, CloudName, Origin, ResourceId, is_visible};
use crate::config::switch;
use crate::credential::private_file::{Durability, lock, prepare_folder, read, replace};
use crate::credential::{Credential, Identity, PrivateFileError, SourceKind, TokenRequest};
use crate::env::Env;
use crate::plan::named::NamedResource;

/// The folder below that of the cache.
const FOLDER: &str = "seen";
/// The folder of the sandbox, which has one account.
const SANDBOX: &str = "sandbox";
/// The first word of a file, and the version of what follows.
const HEAD: &str = "arm-seen";
const VERSION: &str = "1";
/// A larger file is not one of ours.
const MAX_FILE: u64 = 4 << 20;
/// The most IDs of a subscription that are kept; those that were added last stay.
const MOST_IDS: usize = 10_000;
/// The most names of subscriptions, and the most types whose members are known.
const MOST_SUBSCRIPTIONS: usize = 5_000;
const MOST_TYPES: usize = 100;
/// The most files of subscriptions in a folder.
const MOST_FILES: usize = 500;
/// The files next to those of subscriptions.
const SUBSCRIPTIONS: &str = "subscriptions";
const MEMBERS: &str = "members";
/// What a file of IDs ends with.
const IDS: &str = "ids";
/// The variable that says whether anything is kept.
const VARIABLE: &str = "ARMCLI_REMEMBER_NAMES";

/// What an account has seen.
#[derive(Debug, Clone)]
pub(crate) struct NameMemory {
    folder: Option<PathBuf>,
    owner: Owner,
}

/// Whose memory it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Owner {
    /// An account that is known.
    Known,
    /// Whoever an endpoint of this machine gives tokens of: it may be somebody else the next time. So it is for TAB alone.
    Machine,
}

/// How much is kept of a subscription.
#[derive(Debug)]
pub(crate) struct KeptNames {
    /// The folder of the cloud and the account.
    pub(crate) account: String,
    /// Its id.
    pub(crate) subscription: String,
    /// Its name, if it was seen.
    pub(crate) name: Option<String>,
    /// How many groups.
    pub(crate) groups: usize,
    /// How many other resources.
    pub(crate) resources: usize,
    /// The file.
    pub(crate) file: PathBuf,
}

/// What a file holds.
#[derive(Debug, Default, PartialEq, Eq)]
struct Lines {
    /// What it is about, as it was written first: a subscription.
    subject: String,
    lines: Vec<String>,
}

impl NameMemory {
    /// The folder of all memories, if something may be kept.
    pub(crate) fn folder_of_all(env: &Env) -> Option<PathBuf> {
        let is_refused = env.get(VARIABLE).and_then(switch) == Some(false);
        let folder = env.cache_dir.as_ref().filter(|_| !is_refused)?;
        Some(folder.join(FOLDER))
    }

    /// The folder that holds what was kept so far, whether more may be kept or not.
    pub(crate) fn kept_in(env: &Env) -> Option<PathBuf> {
        env.cache_dir.as_ref().map(|folder| folder.join(FOLDER))
    }

    /// A memory that keeps nothing.
    pub(crate) fn none() -> Self {
        Self {
            folder: None,
            owner: Owner::Known,
        }
    }

    /// The memory of who signs in. There is none if that cannot be told before a token is there.
    pub(crate) fn of(cloud: &Cloud, credential: Option<&Credential>, env: &Env) -> Self {
        let of_account = || {
            let folder = Self::folder_of_all(env)?;
            if cloud.name == CloudName::Sandbox {
                return Some((folder.join(SANDBOX), Owner::Known));
            }
            let request = TokenRequest::of(&cloud.audience);
            let credential = credential?;
            let (identity, owner) = match credential.identity(&request) {
                Some(identity) => (identity, Owner::Known),
                None => (of_machine(credential, env)?, Owner::Machine),
            };
            let name = format!(
                "{}_{}",
                plain(&Origin::of(&cloud.resource_manager).to_string()),
                Identity::digest(&identity)
            );
            Some((folder.join(name), owner))
        };
        match of_account() {
            Some((folder, owner)) => Self {
                folder: Some(folder),
                owner,
            },
            None => Self::none(),
        }
    }

    /// How much is kept of each subscription, for all accounts.
    pub(crate) fn all_in(folder: &Path) -> Vec<KeptNames> {
        let entries = |folder: &Path| {
            let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
            let mut paths: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
            paths.sort();
            paths
        };
        let mut all = Vec::new();
        for account in entries(folder).into_iter().filter(|path| path.is_dir()) {
            let memory = Self {
                folder: Some(account.clone()),
                owner: Owner::Known,
            };
            let names = memory.subscriptions();
            let name_of = |path: &Path| {
                path.file_name()
                    .map(|name| name.to_string_lossy().into_owned())
            };
            for file in entries(&account) {
                let Some(own) = name_of(&file).filter(|name| name.ends_with(IDS)) else {
                    continue;
                };
                let subscription = memory.lines(&own).unwrap_or_default().subject;
                let ids = memory.newest_ids(&subscription, |_| true, usize::MAX);
                let groups = ids.iter().filter(|id| is_group(id)).count();
                let name = names
                    .iter()
                    .find(|(id, _)| id.eq_ignore_ascii_case(&subscription));
                all.push(KeptNames {
                    account: name_of(&account).unwrap_or_default(),
                    name: name.map(|(_, name)| name.clone()),
                    groups,
                    resources: ids.len() - groups,
                    subscription,
                    file,
                });
            }
        }
        all
    }

    /// Tells whether there is nowhere to keep anything.
    pub(crate) fn is_none(&self) -> bool {
        self.folder.is_none()
    }

    /// The IDs in a subscription that are kept, the oldest first; none if the file cannot be used.
    #[cfg(test)]
    pub(crate) fn ids(&self, subscription: &str) -> Vec<String> {
        let mut ids = self.newest_ids(subscription, |_| true, usize::MAX);
        ids.reverse();
        ids
    }

    /// The IDs in a subscription that are wanted, by what follows the subscription, the newest first; this many at
    /// most. What is not wanted costs a glance: TAB must not be felt. What is in the tenant is in the subscription
    /// without an id.
    pub(crate) fn newest_ids(
        &self,
        subscription: &str,
        mut is_wanted: impl FnMut(&str) -> bool,
        most: usize,
    ) -> Vec<String> {
        let Some(text) = self.text(&file_of(subscription)) else {
            return Vec::new();
        };
        let (head, lines) = text.split_once('\n').unwrap_or((&text, ""));
        let Some(subject) = subject_of(head) else {
            return Vec::new();
        };
        if !subject.eq_ignore_ascii_case(subscription) {
            return Vec::new();
        }
        let wanted = lines.lines().rev().filter(|line| is_wanted(line));
        let before = prefix_of(subject);
        let ids = wanted.map(|line| format!("{before}{line}"));
        ids.filter(|id| is_id(id)).take(most).collect()
    }

    /// The names of subscriptions, after their ids.
    pub(crate) fn subscriptions(&self) -> Vec<(String, String)> {
        let lines = self.lines(SUBSCRIPTIONS).unwrap_or_default().lines;
        let pairs = lines.iter().filter_map(|line| line.split_once('\t'));
        let pairs = pairs.filter(|(id, name)| is_one_line(id) && is_one_line(name));
        pairs
            .map(|(id, name)| (id.to_owned(), name.to_owned()))
            .collect()
    }

    /// How the members of a type are called, in the order in which they came.
    pub(crate) fn members(&self, type_name: &str) -> Vec<String> {
        let lines = self.lines(MEMBERS).unwrap_or_default().lines;
        let own = lines
            .iter()
            .filter_map(|line| line.split_once('\t'))
            .find(|(name, _)| name.eq_ignore_ascii_case(type_name));
        let names = own.into_iter().flat_map(|(_, names)| names.split(' '));
        names.map(str::to_owned).collect()
    }

    /// The one ID of a resource in these subscriptions, if there is one.
    pub(crate) fn find(&self, named: &NamedResource, subscriptions: &[String]) -> Option<String> {
        if self.owner == Owner::Machine {
            return None;
        }
        let mut asked = HashSet::new();
        let is_named = |line: &str| {
            let last = line.rsplit('/').next().unwrap_or_default();
            last.contains('%') || last.eq_ignore_ascii_case(&named.name)
        };
        let ids = subscriptions
            .iter()
            .filter(|one| asked.insert(one.to_ascii_lowercase()))
            .flat_map(|one| self.newest_ids(one, is_named, usize::MAX));
        let mut found = ids.filter(|id| named.is_of(id));
        let first = found.next();
        first.filter(|_| found.next().is_none())
    }

    /// Keeps IDs that were seen.
    pub(crate) fn add(&self, seen: &[String]) -> Result<(), PrivateFileError> {
        let mut of_subscriptions: HashMap<String, Vec<String>> = HashMap::new();
        for id in seen.iter().filter(|id| is_id(id)) {
            let parsed = ResourceId::parse(id);
            let subscription = parsed.subscription_id().unwrap_or_default();
            let is_resource = parsed.names().next().is_some();
            let rest = id.get(prefix_of(subscription).len()..);
            if let Some(rest) = rest.filter(|_| is_resource || is_group(id)) {
                let rests = of_subscriptions.entry(subscription.to_owned()).or_default();
                rests.push(rest.to_owned());
            }
        }
        for (subscription, rests) in of_subscriptions {
            let file = file_of(&subscription);
            let news = |kept: &Lines| {
                let is_same = kept.subject.eq_ignore_ascii_case(&subscription);
                let lines = if is_same { &*kept.lines } else { &[] };
                let lines = with_last(lines, &rests, MOST_IDS, str::to_ascii_lowercase)?;
                let subject = if is_same {
                    kept.subject.clone()
                } else {
                    subscription.clone()
                };
                Some(Lines { subject, lines })
            };
            self.change(&file, news)?;
        }
        Ok(())
    }

    /// Keeps the names of subscriptions, which come after their ids.
    pub(crate) fn add_subscriptions(
        &self,
        seen: &[(String, String)],
    ) -> Result<(), PrivateFileError> {
        let seen = seen
            .iter()
            .filter(|(id, name)| is_one_line(id) && is_one_line(name))
            .map(|(id, name)| format!("{id}\t{name}"));
        self.add_pairs(SUBSCRIPTIONS, &seen.collect::<Vec<_>>(), MOST_SUBSCRIPTIONS)
    }

    /// Keeps how the members of a type are called.
    pub(crate) fn add_members(
        &self,
        type_name: &str,
        members: &[String],
    ) -> Result<(), PrivateFileError> {
        if members.is_empty() || !is_one_line(type_name) {
            return Ok(());
        }
        let line = format!("{type_name}\t{}", members.join(" "));
        self.add_pairs(MEMBERS, &[line], MOST_TYPES)
    }

    fn add_pairs(&self, file: &str, pairs: &[String], most: usize) -> Result<(), PrivateFileError> {
        let key = |line: &str| {
            let (key, _) = line.split_once('\t').unwrap_or((line, ""));
            key.to_ascii_lowercase()
        };
        self.change(file, |kept| {
            if pairs.iter().all(|pair| kept.lines.contains(pair)) {
                return None;
            }
            Some(Lines {
                subject: String::new(),
                lines: replaced_last(&kept.lines, pairs, most, key),
            })
        })
    }

    /// Forgets an ID that leads nowhere, and what was in it.
    pub(crate) fn forget(&self, id: &str) -> Result<(), PrivateFileError> {
        let parsed = ResourceId::parse(id);
        let subscription = parsed.subscription_id().unwrap_or_default();
        let gone = id.get(prefix_of(subscription).len()..);
        let gone = gone.unwrap_or_default().to_ascii_lowercase();
        let is_gone = |line: &str| {
            let line = line.to_ascii_lowercase();
            let rest = line.strip_prefix(&*gone);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        self.change(&file_of(subscription), |kept| {
            let lines: Vec<String> = kept
                .lines
                .iter()
                .filter(|line| !is_gone(line))
                .cloned()
                .collect();
            (lines.len() < kept.lines.len()).then(|| Lines {
                subject: kept.subject.clone(),
                lines,
            })
        })
    }

    /// Forgets all that this account has seen. What cannot be deleted leads nowhere, which is found out when it is used.
    pub(crate) fn forget_all(&self) {
        let Some(folder) = &self.folder else { return };
        if std::fs::symlink_metadata(folder).is_ok_and(|found| found.is_dir()) {
            let _gone = std::fs::remove_dir_all(folder);
        }
    }

    /// The text of a file; none if there is no file, or it cannot be used.
    fn text(&self, file: &str) -> Option<String> {
        let path = self.folder.as_ref()?.join(file);
        let content = read(&path, MAX_FILE).ok().flatten()?;
        String::from_utf8(content.bytes).ok()
    }

    /// What a file holds: nothing in it if it cannot be used; `None` if a newer version of this program wrote it.
    fn lines(&self, file: &str) -> Option<Lines> {
        let text = self.text(file).unwrap_or_default();
        let (head, lines) = text.split_once('\n').unwrap_or((&text, ""));
        match subject_of(head) {
            Some(subject) => Some(Lines {
                subject: subject.to_owned(),
                lines: lines.lines().map(str::to_owned).collect(),
            }),
            None if head.split('\t').next() == Some(HEAD) => None,
            None => Some(Lines::default()),
        }
    }

    /// Changes a file while no other run does, if there is something to change.
    fn change(
        &self,
        file: &str,
        change: impl Fn(&Lines) -> Option<Lines>,
    ) -> Result<(), PrivateFileError> {
        let Some(folder) = &self.folder else {
            return Ok(());
        };
        if self.lines(file).is_none_or(|kept| change(&kept).is_none()) {
            return Ok(());
        }
        if let Some(parent) = folder.parent() {
            prepare_folder(parent)?;
        }
        prepare_folder(folder)?;
        if !has_room(folder, file) {
            return Ok(());
        }
        let _locked = lock(&folder.join("lock"))?;
        let Some(Lines { subject, lines }) = self.lines(file).and_then(|kept| change(&kept)) else {
            return Ok(());
        };
        let mut text = format!("{HEAD}\t{VERSION}\t{subject}\n");
        for line in lines {
            text.push_str(&line);
            text.push('\n');
        }
        // What is lost is seen again.
        replace(&folder.join(file), text.as_bytes(), Durability::Quick)
    }
}

/// What tells an endpoint of this machine that gives tokens from others.
fn of_machine(credential: &Credential, env: &Env) -> Option<Identity> {
    let source = credential.source();
    let variable = |name: &str| env.get(name).unwrap_or_default().to_owned();
    let endpoints = ["MSI_ENDPOINT", "IDENTITY_ENDPOINT", "IMDS_ENDPOINT"].map(variable);
    (source.kind() == SourceKind::ManagedIdentity).then(|| Identity {
        source,
        authority: endpoints.join(" "),
        tenant_id: String::new(),
        client_id: variable("AZURE_CLIENT_ID"),
        principal: String::new(),
    })
}

/// Tells whether a file is there, or may be.
fn has_room(folder: &Path, file: &str) -> bool {
    let count = || std::fs::read_dir(folder).map_or(0, Iterator::count);
    folder.join(file).exists() || count() < MOST_FILES
}

/// The lines with these as the last ones, the oldest left out if they are too many; nothing if all are known.
fn with_last(
    lines: &[String],
    fresh: &[String],
    most: usize,
    key: impl Fn(&str) -> String,
) -> Option<Vec<String>> {
    let known: HashSet<String> = lines.iter().map(|line| key(line)).collect();
    let is_known = |line: &String| known.contains(&key(line));
    (!fresh.iter().all(is_known)).then(|| replaced_last(lines, fresh, most, key))
}

/// The lines with these as the last ones, in place of others with the same key.
fn replaced_last(
    lines: &[String],
    fresh: &[String],
    most: usize,
    key: impl Fn(&str) -> String,
) -> Vec<String> {
    let mut keys = HashSet::new();
    let all = fresh.iter().rev().chain(lines.iter().rev());
    let mut last: Vec<String> = all
        .filter(|line| keys.insert(key(line)))
        .take(most)
        .cloned()
        .collect();
    last.reverse();
    last
}

/// What a file is about, by its first line; nothing if this version did not write it.
fn subject_of(head: &str) -> Option<&str> {
    let mut fields = head.split('\t');
    let is_ours = fields.next() == Some(HEAD) && fields.next() == Some(VERSION);
    is_ours.then(|| fields.next().unwrap_or_default())
}

/// What the lines of a file leave out.
fn prefix_of(subscription: &str) -> String {
    if subscription.is_empty() {
        String::new()
    } else {
        format!("/subscriptions/{subscription}")
    }
}

/// The file of a subscription.
fn file_of(subscription: &str) -> String {
    format!("{}.{IDS}", plain(subscription))
}

/// Tells whether an ID is that of a resource group.
pub(crate) fn is_group(id: &str) -> bool {
    let id = ResourceId::parse(id);
    id.resource_group_name().is_some() && id.segments().len() == 4
}

/// Tells whether a text is the ID of a resource, and can be on a line.
fn is_id(text: &str) -> bool {
    let is_rooted = text.starts_with("/subscriptions/") || text.starts_with("/providers/");
    is_rooted
        && text.len() < 2048
        && is_one_line(text)
        && !text.contains(['?', '#', '\\', '{', '}', '*'])
}

/// Tells whether a text can be on a line and be shown on a terminal as what it is.
fn is_one_line(text: &str) -> bool {
    !text.is_empty() && text.chars().all(is_visible)
}

#[cfg(test)]
mod tests {
    use super::{NameMemory, Owner};
    use crate::plan::named::NamedResource;

    fn id(subscription: &str, group: &str, name: &str) -> String {
        format!(
            "/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.Compute/virtualMachines/{name}"
        )
    }

    fn memory(folder: &std::path::Path) -> NameMemory {
        NameMemory {
            folder: Some(folder.join("seen").join("one")),
            owner: Owner::Known,
        }
    }

    fn pair(id: &str, name: &str) -> (String, String) {
        (id.to_owned(), name.to_owned())
    }

    #[test]
    fn an_id_is_found_where_it_is_the_only_one() {
        let home = tempfile::tempdir().unwrap();
        let memory = memory(home.path());
        let named = NamedResource::parse("vm/web", |_| None).unwrap();
        let find = |subscriptions: &[&str]| {
            let subscriptions: Vec<String> =
                subscriptions.iter().map(|one| (*one).to_owned()).collect();
            memory.find(&named, &subscriptions)
        };
        assert_eq!(find(&["s"]), None);
        let (one, other) = (id("s", "g", "web"), id("t", "g", "WEB"));
        memory
            .add(&[
                one.clone(),
                other.clone(),
                "/x\ny".to_owned(),
                id("s", "g", "\u{202e}x"),
                id("s", "g", "\u{200b}x"),
                "/subscriptions/s".to_owned(),
                "/subscriptions/s/x?sig=1".to_owned(),
                one.clone(),
            ])
            .unwrap();
        assert_eq!(memory.ids("S"), std::slice::from_ref(&one));
        assert_eq!(memory.ids("t"), std::slice::from_ref(&other));
        assert_eq!(find(&["S", "s"]), Some(one.clone()));
        assert_eq!(find(&["t"]), Some(other.clone()));
        assert_eq!(find(&["s", "t"]), None);
        assert_eq!(find(&["u"]), None);
        let of_machine = NameMemory {
            owner: Owner::Machine,
            ..memory.clone()
        };
        assert_eq!(of_machine.find(&named, &["s".to_owned()]), None);
        memory
            .forget(&one.to_uppercase().replace("/SUB", "/sub"))
            .unwrap();
        assert_eq!(find(&["s", "t"]), Some(other));
    }

    #[test]
    fn what_lies_in_the_tenant_has_a_file_of_its_own() {
        let home = tempfile::tempdir().unwrap();
        let memory = memory(home.path());
        let ids = ["root", "child"]
            .map(|name| format!("/providers/Microsoft.Management/managementGroups/{name}"));
        memory.add(&ids).unwrap();
        assert_eq!(memory.ids(""), ids);
        memory.forget(&ids[0]).unwrap();
        assert_eq!(memory.ids(""), ids[1..]);
        assert!(memory.ids("s").is_empty());
    }

    #[test]
    fn what_lay_in_a_group_goes_with_it() {
        let home = tempfile::tempdir().unwrap();
        let memory = memory(home.path());
        memory
            .add(&[id("s", "g", "a"), id("s", "g2", "b"), id("s", "g", "c")])
            .unwrap();
        memory.forget("/subscriptions/s/resourcegroups/G").unwrap();
        assert_eq!(memory.ids("s"), [id("s", "g2", "b")]);
    }

    #[test]
    fn the_oldest_go_where_there_are_too_many() {
        let lines = |names: &[&str]| -> Vec<String> {
            names.iter().map(|name| (*name).to_owned()).collect()
        };
        let key = |line: &str| line.to_ascii_lowercase();
        let kept = super::with_last(&lines(&["a", "b", "c"]), &lines(&["B", "d"]), 3, key);
        assert_eq!(kept, Some(lines(&["c", "B", "d"])));
        assert_eq!(
            super::with_last(&lines(&["a", "b"]), &lines(&["B"]), 3, key),
            None
        );
    }

    #[test]
    fn names_of_subscriptions_and_members_are_the_last_ones_seen() {
        let home = tempfile::tempdir().unwrap();
        let memory = memory(home.path());
        memory
            .add_subscriptions(&[pair("s", "One"), pair("t", "T\u{1b}[2J"), pair("u", "Two")])
            .unwrap();
        memory.add_subscriptions(&[pair("S", "New")]).unwrap();
        assert_eq!(memory.subscriptions(), [pair("u", "Two"), pair("S", "New")]);
        let names = |names: &[&str]| -> Vec<String> {
            names.iter().map(|name| (*name).to_owned()).collect()
        };
        memory.add_members("A.b/c", &names(&["x", "y"])).unwrap();
        memory.add_members("a.B/C", &names(&["z"])).unwrap();
        assert_eq!(memory.members("A.B/c"), names(&["z"]));
        assert!(memory.members("A.b/d").is_empty());
    }

    #[test]
    fn a_file_that_is_broken_or_too_new_is_passed_over() {
        let home = tempfile::tempdir().unwrap();
        let memory = memory(home.path());
        memory.add(&[id("s", "g", "web")]).unwrap();
        let path = memory.folder.clone().unwrap().join("s.ids");
        for broken in [
            &b"\xff"[..],
            b"",
            b"x\ty",
            b"arm-seen",
            b"arm-seen\t1\tt\n/x",
        ] {
            std::fs::write(&path, broken).unwrap();
            assert!(memory.ids("s").is_empty(), "{broken:?}");
            if broken != b"arm-seen" {
                memory.add(&[id("s", "g", "web")]).unwrap();
                assert_eq!(memory.ids("s").len(), 1, "{broken:?}");
            }
        }
        let newer = "arm-seen\t2\ts\n/resourceGroups/g";
        std::fs::write(&path, newer).unwrap();
        assert!(memory.ids("s").is_empty());
        memory.add(&[id("s", "g", "web")]).unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), newer);
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_others_can_write_is_not_read() {
        use std::os::unix::fs::PermissionsExt as _;

        let home = tempfile::tempdir().unwrap();
        let memory = memory(home.path());
        memory.add(&[id("s", "g", "web")]).unwrap();
        let folder = memory.folder.clone().unwrap();
        let path = folder.join("s.ids");
        let mode =
            |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&path), mode(&folder)), (0o600, 0o700));
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o666)).unwrap();
        assert!(memory.ids("s").is_empty());
    }
}
