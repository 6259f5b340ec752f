//! What the command line answers when there is nothing to run. All other errors: `crate::error`.

use crate::azure::Shown;

/// Why the command line gives nothing to run.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Help or version was asked for: exit 0.
    #[error("{text}")]
    Display {
        /// The whole text, with its last line break.
        text: String,
    },
    /// The arguments cannot be understood: exit 2.
    #[error("{message}")]
    Usage {
        /// One line, lower case, no final period.
        message: String,
        /// Further lines: what was received, how it was read.
        facts: Vec<String>,
        /// What to write instead.
        hint: Option<String>,
    },
}

impl Error {
    /// Builds a usage error without facts or a hint.
    pub(super) fn usage(message: impl Into<String>) -> Self {
        Self::Usage {
            message: message.into(),
            facts: Vec::new(),
            hint: None,
        }
    }

    /// Adds one fact, shown on its own line below the message.
    #[must_use]
    pub(super) fn with_fact(mut self, fact: impl Into<String>) -> Self {
        if let Self::Usage { facts, .. } = &mut self {
            facts.push(fact.into());
        }
        self
    }

    /// Sets the hint: the spelling that helps.
    #[must_use]
    pub(super) fn with_hint(mut self, text: impl Into<String>) -> Self {
        if let Self::Usage { hint, .. } = &mut self {
            *hint = Some(text.into());
        }
        self
    }

    /// Takes the secrets out of what is repeated from the command line.
    pub(super) fn masked(self) -> Self {
        match self {
            Self::Display { .. } => self,
            Self::Usage {
                message,
                facts,
                hint,
            } => Self::Usage {
                message: masked(&message),
                facts: facts.iter().map(|fact| masked(fact)).collect(),
                hint: hint.as_deref().map(masked),
            },
        }
    }

    /// Builds the answer to `--help`, `--version` and `arm help`.
    pub(super) fn display(text: impl Into<String>) -> Self {
        Self::Display { text: text.into() }
    }

    /// Returns the exit code: 0 for help and version, 2 for a usage error.
    #[cfg(test)]
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Display { .. } => 0,
            Self::Usage { .. } => 2,
        }
    }

    /// Returns the lines between the message and the hint.
    #[cfg(test)]
    pub fn facts(&self) -> &[String] {
        match self {
            Self::Display { .. } => &[],
            Self::Usage { facts, .. } => facts,
        }
    }

    /// Returns the hint.
    #[cfg(test)]
    pub fn hint(&self) -> Option<&str> {
        match self {
            Self::Display { .. } => None,
            Self::Usage { hint, .. } => hint.as_deref(),
        }
    }
}

/// Text as it may be repeated from the command line.
fn masked(text: &str) -> String {
    Shown::typed(text).into_string()
}

#[cfg(test)]
mod tests {
    use crate::cli::parse;

    use super::Error;

    #[test]
    fn a_usage_error_carries_message_facts_and_hint() {
        let error = Error::usage("wrong")
            .with_fact("received `x`")
            .with_hint("write `y`");
        assert_eq!(error.to_string(), "wrong");
        assert_eq!(error.facts(), ["received `x`"]);
        assert_eq!(error.hint(), Some("write `y`"));
        assert_eq!(error.exit_code(), 2);
    }

    #[test]
    fn help_is_an_answer() {
        let error = Error::display("text\n").with_fact("lost").with_hint("lost");
        assert_eq!(
            (error.exit_code(), error.facts().len(), error.hint()),
            (0, 0, None)
        );
    }

    #[test]
    fn no_error_repeats_a_secret() {
        let token = "eyJhbGciOiJSUzI1NiJ9.e30.hunter2";
        for arguments in [
            &["--auth", token, "/x"][..],
            &[token],
            &["token", token],
            &["/x", token],
            &["/x", "-H", "Authorization Bearer hunter2"],
            &["/x", "-H", "Authorization=Bearer hunter2"],
            &["/x", "Authorization:Bearer hunter2\nx"],
            &["PUT", "/x", "adminPassword:=hunter2"],
            &["PUT", "/x", "{adminPassword:hunter2}"],
            &["PUT", "/x", "{\"password\":\"hunter2\""],
            &["PUT", "/x", "p:={secret:hunter2}"],
            &["/x?sig=hunter2&=1"],
            &["/x", "password=hunter2"],
            &["PUT", "/x", "adminPassword:=ab,cd(ef)hunter2"],
            &["PUT", "/x", "adminPassword:=correct horse hunter2"],
            &["PUT", "/x", "{\"password\":\"ab{hunter2\""],
        ] {
            let error = parse(["arm"].iter().chain(arguments).map(Into::into)).unwrap_err();
            let shown = format!("{error} {:?} {:?}", error.facts(), error.hint());
            assert!(!shown.contains("hunter2"), "{arguments:?}: {shown}");
        }
    }
}
