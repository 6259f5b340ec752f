//! What a completion is made of, and how the shells' scripts read it. Who finds it: `offer`.

use super::asker::Asker;
use crate::azure::is_visible;

/// The most words that are offered: a menu of more is of no use, and slow in every shell.
pub const MOST_OFFERED: usize = 1_000;

/// What follows a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// Nothing: the shell adds a space.
    Whole,
    /// More of the same word.
    Part,
    /// Nothing, or a slash and what is in it.
    Segment,
}

/// A word that the shell may put in place of the one that is being typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// The whole word.
    pub word: String,
    /// What it means, on one line.
    pub about: String,
    /// What follows it.
    pub ending: Ending,
    /// Another word that leads to it: a name in place of an id.
    pub also: Option<String>,
}

impl Candidate {
    /// A whole word.
    pub fn new(word: impl Into<String>, about: impl Into<String>) -> Self {
        Self {
            word: word.into(),
            about: about.into(),
            ending: Ending::Whole,
            also: None,
        }
    }

    /// The beginning of a word.
    pub(super) fn part(word: impl Into<String>, about: impl Into<String>) -> Self {
        Self {
            ending: Ending::Part,
            ..Self::new(word, about)
        }
    }

    /// A path that may end here.
    pub fn segment(word: impl Into<String>, about: impl Into<String>) -> Self {
        Self {
            ending: Ending::Segment,
            ..Self::new(word, about)
        }
    }

    /// The same candidate, which another word leads to as well.
    #[must_use]
    pub fn known_as(self, name: impl Into<String>) -> Self {
        Self {
            also: Some(name.into()),
            ..self
        }
    }

    /// Puts a text before the word.
    pub(super) fn after(mut self, before: &str) -> Self {
        self.word.insert_str(0, before);
        if let Some(also) = &mut self.also {
            also.insert_str(0, before);
        }
        self
    }
}

/// Where resources are whose names are wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Within {
    /// Directly below this path, which may have placeholders: a resource group, a subscription.
    Path(String),
    /// In the subscription and the resource group that options name, or in the default ones.
    Options,
}

/// Names that are in files of the user, or in the sandbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Known {
    /// Names of accounts that have signed in.
    Accounts,
    /// Names of subscriptions.
    Subscriptions,
    /// Both, for `arm account use`.
    AccountsAndSubscriptions,
    /// Ids of subscriptions, as segments of a path.
    SubscriptionIds,
    /// Names of resource groups of a subscription; if none is named, of that of the options.
    Groups(Option<String>),
    /// The same, as segments of a path.
    GroupSegments(Option<String>),
    /// Names of resources of a type, as segments of a path.
    Resources {
        /// The full name of the type.
        type_name: String,
        /// The names of the resources that they are in, from the outside.
        parents: Vec<String>,
        /// Where.
        within: Within,
    },
    /// How the members of a type are called, after this beginning of a path.
    Members(String),
    /// The api-versions of a type.
    Versions(String),
    /// Commands of the user's own.
    Commands,
    /// Names of profiles.
    Profiles,
    /// Names of settings.
    Settings,
}

impl Known {
    /// Tells whether the names are those of an account in Azure.
    pub fn is_of_azure(&self) -> bool {
        match self {
            Self::Subscriptions
            | Self::SubscriptionIds
            | Self::Groups(_)
            | Self::GroupSegments(_)
            | Self::Resources { .. }
            | Self::Members(_)
            | Self::Versions(_) => true,
            Self::Accounts
            | Self::AccountsAndSubscriptions
            | Self::Commands
            | Self::Profiles
            | Self::Settings => false,
        }
    }
}

/// Everything that may follow.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Completion {
    /// Words that are known here.
    pub candidates: Vec<Candidate>,
    /// Names that the caller looks up, and what comes before each in the word.
    pub known: Vec<(Known, String)>,
    /// File names are meant, after this beginning of the word, such as `@`.
    pub files: Option<String>,
    /// Who would ask, by the options that were typed.
    pub asker: Asker,
    /// What has been typed of the word.
    pub typed: String,
}

impl Completion {
    /// Only words that are known here.
    pub(super) fn of(candidates: Vec<Candidate>) -> Self {
        Self {
            candidates,
            ..Self::default()
        }
    }

    /// Only names that the caller looks up.
    pub(super) fn of_known(known: Known, before: impl Into<String>) -> Self {
        Self {
            known: vec![(known, before.into())],
            ..Self::default()
        }
    }

    /// Tells whether nothing is offered.
    pub(super) fn is_nothing(&self) -> bool {
        self.candidates.is_empty() && self.known.is_empty() && self.files.is_none()
    }

    /// Adds what another one offers.
    pub(super) fn and(mut self, other: Self) -> Self {
        self.candidates.extend(other.candidates);
        self.known.extend(other.known);
        self.files = self.files.or(other.files);
        self
    }

    /// Puts a text before all words.
    pub(super) fn after(mut self, before: &str) -> Self {
        self.candidates = self
            .candidates
            .into_iter()
            .map(|one| one.after(before))
            .collect();
        for (_, own) in &mut self.known {
            own.insert_str(0, before);
        }
        self
    }

    /// Puts a text before all words, in place of another one.
    pub(super) fn in_place_of(mut self, old: &str, new: &str) -> Self {
        let replaced = |word: &mut String| {
            let rest = word.strip_prefix(old).map(str::to_owned);
            if let Some(rest) = rest {
                *word = format!("{new}{rest}");
            }
        };
        for one in &mut self.candidates {
            replaced(&mut one.word);
        }
        for (_, before) in &mut self.known {
            replaced(before);
        }
        self
    }

    /// Puts in what the caller has found for [`Completion::known`]: names for each of them, which begin like what is typed
    /// of them, in whatever case; others do no harm.
    pub fn add_known(&mut self, find: impl Fn(&Known, &str) -> Vec<Candidate>) {
        for (known, before) in std::mem::take(&mut self.known) {
            let begun = self.typed.get(before.len()..).unwrap_or_default();
            let names = find(&known, begun).into_iter();
            self.candidates.extend(names.map(|one| one.after(&before)));
        }
    }

    /// Lays it out for the scripts: a line for each, `KIND TAB WORD TAB MEANING`. KIND is `word`, `part` if no space
    /// follows, `name` where the word does not begin like the one that is typed and takes its place, or `file`, with
    /// the beginning of the word that is not part of the file's name.
    pub fn render(mut self) -> String {
        self.keep_what_fits();
        let mut text = String::new();
        let shown = |one: &&Candidate| can_be_typed(&one.word);
        for one in self.candidates.iter().filter(shown).take(MOST_OFFERED) {
            let kind = match (one.ending, &one.also) {
                (_, Some(_)) => "name",
                (Ending::Whole, None) => "word",
                (Ending::Part | Ending::Segment, None) => "part",
            };
            let about = one.about.replace(|letter| !is_visible(letter), " ");
            text += &format!("{kind}\t{}\t{about}\n", one.word);
        }
        if let Some(before) = &self.files {
            text += &format!("file\t{before}\t\n");
        }
        text
    }

    /// Keeps the words that begin like the one that is typed; if none does, those that do in another case. Those that are
    /// found by their other word come after them.
    fn keep_what_fits(&mut self) {
        let typed = std::mem::take(&mut self.typed);
        let fits = |one: &Candidate| one.word.starts_with(&typed);
        let begins = |word: &str| {
            let start = word.get(..typed.len());
            start.is_some_and(|start| start.eq_ignore_ascii_case(&typed))
        };
        let is_exact = self.candidates.iter().any(fits);
        let by_word = |one: &Candidate| {
            if is_exact {
                fits(one)
            } else {
                begins(&one.word)
            }
        };
        let (own, others): (Vec<_>, Vec<_>) = std::mem::take(&mut self.candidates)
            .into_iter()
            .partition(by_word);
        let own = own.into_iter().map(|one| Candidate { also: None, ..one });
        let others = others.into_iter().filter(|one| {
            let also = one.also.as_deref();
            also.is_some_and(|also| also.to_lowercase().starts_with(&typed.to_lowercase()))
        });
        self.candidates = own.chain(others).collect();
        self.go_deeper(&typed);
    }

    /// If the one word that is left is there already and something may be in it, a slash follows.
    fn go_deeper(&mut self, typed: &str) {
        if let [only] = &mut *self.candidates
            && only.ending == Ending::Segment
            && only.also.is_none()
            && only.word == typed
        {
            only.word.push('/');
        }
    }
}

/// Tells whether a word can be on a line of a shell: a name of somebody else's choosing must not become two, nor write
/// anything else on the terminal than itself.
fn can_be_typed(word: &str) -> bool {
    word.chars().all(is_visible)
}

#[cfg(test)]
mod tests {
    use super::{Candidate, Completion, Known};

    fn of(typed: &str, candidates: Vec<Candidate>) -> String {
        let completion = Completion {
            candidates,
            typed: typed.to_owned(),
            ..Completion::default()
        };
        completion.render()
    }

    #[test]
    fn words_that_begin_so_in_this_case_else_in_any() {
        let of = |typed: &str| {
            let words = ["GET", "get-x", "GEM"];
            of(typed, words.map(|word| Candidate::new(word, "")).into())
        };
        assert_eq!(of("GE"), "word\tGET\t\nword\tGEM\t\n");
        assert_eq!(of("get"), "word\tget-x\t\n");
        assert_eq!(of("gem"), "word\tGEM\t\n");
        assert_eq!(of("é"), "");
    }

    #[test]
    fn a_name_is_put_after_what_stands_before_it() {
        let before = "--resource-group=".to_owned();
        let mut completion = Completion {
            known: vec![(Known::Groups(None), before)],
            files: Some("@".to_owned()),
            ..Completion::default()
        };
        completion.add_known(|_, _| {
            vec![
                Candidate::new("rg-a", "one\ttwo\u{1b}[2J\u{202e}"),
                Candidate::new("rg\nb", ""),
                Candidate::new("rg\u{9b}2J", ""),
                Candidate::new("rg\u{202e}c", ""),
                Candidate::new("rg\u{200b}-a", ""),
            ]
        });
        assert_eq!(
            completion.render(),
            "word\t--resource-group=rg-a\tone two [2J \nfile\t@\t\n"
        );
    }

    #[test]
    fn an_id_is_found_by_its_name_too() {
        let ids = || {
            vec![
                Candidate::segment("/s/c1", "Contoso").known_as("/s/Contoso"),
                Candidate::segment("/s/d2", "Other").known_as("/s/Other"),
            ]
        };
        assert_eq!(of("/s/con", ids()), "name\t/s/c1\tContoso\n");
        assert_eq!(
            of("/s/", ids()),
            "part\t/s/c1\tContoso\npart\t/s/d2\tOther\n"
        );
        // Both by an id and by a name.
        assert_eq!(of("/s/c", ids()), "part\t/s/c1\tContoso\n");
        assert_eq!(of("/s/o", ids()), "name\t/s/d2\tOther\n");
    }

    #[test]
    fn a_slash_follows_what_is_whole() {
        let names = |names: &[&str]| -> Vec<Candidate> {
            names
                .iter()
                .map(|name| Candidate::segment(*name, ""))
                .collect()
        };
        assert_eq!(of("/a/vm", names(&["/a/vm"])), "part\t/a/vm/\t\n");
        assert_eq!(
            of("/a/vm", names(&["/a/vm", "/a/vm2"])),
            "part\t/a/vm\t\npart\t/a/vm2\t\n"
        );
    }
}
