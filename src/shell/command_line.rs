//! Commands that are shown, word by word. How a word is quoted: `dialect`; who decides which command helps: `error` and
//! `app/exchange/resume_command`.

use std::fmt;

use super::dialect::Shell;
use crate::azure::Shown;

/// What is in a command for an address that holds a secret.
const ADDRESS: &str = "ADDRESS";

/// A command that is shown, word by word. What does not come from this program is quoted as it is added.
///
/// The default is a command without a program: words that are to follow another command.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CommandLine {
    text: Shown,
    shell: Shell,
}

impl CommandLine {
    /// Begins with words of this program, such as `az login`.
    pub fn new(words: &'static str) -> Self {
        Self {
            text: words.into(),
            shell: Shell::default(),
        }
    }

    /// Quotes what is added from now on for this shell.
    #[must_use]
    pub fn in_shell(self, shell: Shell) -> Self {
        Self { shell, ..self }
    }

    /// Begins with `arm` and a word of its own.
    pub fn arm(word: &'static str) -> Self {
        Self::new("arm").literal(word)
    }

    /// Adds words of this program as they are.
    #[must_use]
    pub fn literal(mut self, words: &'static str) -> Self {
        self.text.push(" ");
        self.text.push(words);
        self
    }

    /// Adds a word that is quoted if the shell needs that.
    #[must_use]
    pub fn word(mut self, text: &str) -> Self {
        self.text.push(" ");
        self.text.push(Shown::unmasked(self.shell.word(text)));
        self
    }

    /// Adds a word in quotes.
    #[must_use]
    pub fn quoted(self, text: Shown) -> Self {
        let shell = self.shell;
        self.changed(text, |text| shell.quoted(text))
    }

    fn changed(mut self, text: Shown, change: impl FnOnce(&str) -> String) -> Self {
        self.text.push(" ");
        self.text.push(text.map(change));
        self
    }

    /// Adds an address in quotes. One with a secret in it is not offered to be run: [`ADDRESS`] is in its place, and
    /// the command counts as masked.
    #[must_use]
    pub fn address(self, text: Shown) -> Self {
        if text.is_masked() {
            return self.changed(text, |_| ADDRESS.to_owned());
        }
        self.quoted(text)
    }

    /// Adds a word in quotes that is complete, secret or not: what the user or the service gave, where the command has
    /// to do the same.
    #[must_use]
    pub fn given(self, text: &str) -> Self {
        self.quoted(Shown::unmasked(text))
    }

    /// Adds an option with a value as [`Self::given`] has it.
    #[must_use]
    pub fn option(self, name: &'static str, value: &str) -> Self {
        self.literal(name).given(value)
    }

    /// Adds an option if there is a value.
    #[must_use]
    pub fn optional(self, name: &'static str, value: Option<&str>) -> Self {
        match value {
            Some(value) => self.option(name, value),
            None => self,
        }
    }

    /// Adds all words of another one.
    #[must_use]
    pub fn followed_by(mut self, others: &Self) -> Self {
        self.text.push(&others.text);
        self
    }

    /// Returns the text.
    pub fn as_str(&self) -> &str {
        self.text.as_str()
    }
}

impl fmt::Display for CommandLine {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.text.fmt(formatter)
    }
}

impl From<CommandLine> for Shown {
    fn from(command: CommandLine) -> Self {
        command.text
    }
}

#[cfg(test)]
mod tests {
    use super::CommandLine;
    use crate::azure::Shown;

    #[test]
    fn only_words_of_others_are_quoted() {
        let run = CommandLine::default()
            .option("--tenant", "it's")
            .literal("--no-auth");
        let command = CommandLine::arm("GET")
            .word("/x y")
            .optional("-q", None)
            .optional("-q", Some("$.a"))
            .followed_by(&run);
        assert_eq!(
            command.as_str(),
            "arm GET '/x y' -q '$.a' --tenant 'it'\\''s' --no-auth"
        );
        assert!(!Shown::from(command).is_masked());
        let masked = CommandLine::new("az login").quoted(Shown::redacted());
        assert_eq!(masked.as_str(), "az login '[redacted]'");
        assert!(Shown::from(masked).is_masked());
        let hidden = CommandLine::arm("GET").address(Shown::address("https://h/?sig=x"));
        assert_eq!(hidden.as_str(), "arm GET ADDRESS");
        assert!(Shown::from(hidden).is_masked());
        let whole = CommandLine::arm("GET").address(Shown::address("https://h/?a=x"));
        assert_eq!(whole.as_str(), "arm GET 'https://h/?a=x'");
    }
}
