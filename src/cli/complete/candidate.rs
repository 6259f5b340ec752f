//! What a completion is made of, and how the shells' scripts read it. Who finds it: `offer`.

/// A word that the shell may put in place of the one that is being typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// The whole word.
    pub word: String,
    /// What it means, on one line.
    pub about: String,
    /// Whether more of the same word follows, so that the shell adds no space.
    pub goes_on: bool,
}

impl Candidate {
    /// A whole word.
    pub fn new(word: impl Into<String>, about: impl Into<String>) -> Self {
        Self {
            word: word.into(),
            about: about.into(),
            goes_on: false,
        }
    }

    /// The beginning of a word.
    pub(super) fn part(word: impl Into<String>, about: impl Into<String>) -> Self {
        Self {
            goes_on: true,
            ..Self::new(word, about)
        }
    }
}

/// Names that stand in files of the user, or in the sandbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Known {
    /// Names of accounts that have signed in.
    Accounts,
    /// Names of subscriptions.
    Subscriptions,
    /// Both, for `arm account use`.
    AccountsAndSubscriptions,
    /// Names of resource groups.
    Groups,
    /// Commands of the user's own.
    Commands,
    /// Names of profiles.
    Profiles,
    /// Names of settings.
    Settings,
}

/// Everything that may follow.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Completion {
    /// Words that are known here.
    pub candidates: Vec<Candidate>,
    /// Names that the caller looks up, and what stands before each in the word.
    pub known: Option<(Known, String)>,
    /// File names are meant, after this beginning of the word, such as `@`.
    pub files: Option<String>,
    /// Whether the sandbox is asked.
    pub is_sandbox: bool,
    /// What has been typed of the word.
    pub typed: String,
}

impl Completion {
    /// Puts in what the caller has found for [`Completion::known`].
    pub fn add_known(&mut self, names: impl IntoIterator<Item = Candidate>) {
        let Some((_, before)) = self.known.take() else {
            return;
        };
        let whole = names.into_iter().map(|mut name| {
            name.word.insert_str(0, &before);
            name
        });
        self.candidates.extend(whole);
    }

    /// Lays it out for the scripts: a line for each, `KIND TAB WORD TAB MEANING`. KIND is `word`, `part` where no space
    /// follows, or `file`, with the beginning of the word that is not part of the file's name.
    pub fn render(mut self) -> String {
        self.keep_what_fits();
        let mut text = String::new();
        for Candidate {
            word,
            about,
            goes_on,
        } in &self.candidates
        {
            let kind = if *goes_on { "part" } else { "word" };
            // A name of somebody else's choosing must not become two.
            if !word.contains(char::is_control) {
                let about = about.replace(char::is_control, " ");
                text += &format!("{kind}\t{word}\t{about}\n");
            }
        }
        if let Some(before) = &self.files {
            text += &format!("file\t{before}\t\n");
        }
        text
    }

    /// Keeps the words that begin like the one that is typed; if none does, those that do in another case.
    fn keep_what_fits(&mut self) {
        let typed = std::mem::take(&mut self.typed);
        let fits = |one: &Candidate| one.word.starts_with(&typed);
        if self.candidates.iter().any(fits) {
            self.candidates.retain(fits);
            return;
        }
        self.candidates.retain(|one| {
            let start = one.word.get(..typed.len());
            start.is_some_and(|start| start.eq_ignore_ascii_case(&typed))
        });
    }
}

#[cfg(test)]
mod tests {
    use super::{Candidate, Completion, Known};

    #[test]
    fn words_that_begin_so_in_this_case_else_in_any() {
        let of = |typed: &str| {
            let candidates = ["GET", "get-x", "GEM"].map(|word| Candidate::new(word, ""));
            let completion = Completion {
                candidates: candidates.into(),
                typed: typed.to_owned(),
                ..Completion::default()
            };
            completion.render()
        };
        assert_eq!(of("GE"), "word\tGET\t\nword\tGEM\t\n");
        assert_eq!(of("get"), "word\tget-x\t\n");
        assert_eq!(of("gem"), "word\tGEM\t\n");
        assert_eq!(of("é"), "");
    }

    #[test]
    fn a_name_is_put_after_what_stands_before_it() {
        let mut completion = Completion {
            known: Some((Known::Groups, "--resource-group=".to_owned())),
            files: Some("@".to_owned()),
            ..Completion::default()
        };
        completion.add_known([
            Candidate::new("rg-a", "one\ttwo"),
            Candidate::new("rg\nb", ""),
        ]);
        assert_eq!(
            completion.render(),
            "word\t--resource-group=rg-a\tone two\nfile\t@\t\n"
        );
    }
}
