//! What a hint must know of the run, so that the command that it names works. Reads no flag: the
//! room that made the run says what it was.

use crate::output::shell::quoted;

/// The options of a run that a command needs to do the same.
#[derive(Debug, Clone, Default)]
pub struct HintContext {
    /// The options, as they are written behind a command.
    pub options: String,
    /// How requests were signed.
    pub signature: Signature,
    /// Whether the offline ARM answered.
    pub is_sandbox: bool,
    /// Whether the request was for Resource Manager, whose paths and codes are known.
    pub is_resource_manager: bool,
    /// The words that send a write again whose api-version was chosen by this program: verb, address and
    /// body.
    pub write: Option<String>,
    /// Whether providers were registered where the service asked for it.
    pub registers: bool,
}

/// How the requests of a run were signed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Signature {
    /// With a token of a credential.
    #[default]
    Credential,
    /// With a header that the user gave.
    Header,
    /// Not at all.
    None,
}

impl HintContext {
    /// Adds an option without a value.
    #[must_use]
    pub fn with(mut self, option: &str) -> Self {
        self.options.push(' ');
        self.options.push_str(option);
        self
    }

    /// Adds an option with a value.
    #[must_use]
    pub fn with_value(self, option: &str, value: &str) -> Self {
        self.with(&format!("{option} {}", quoted(value)))
    }

    /// Returns a command of this program, with the options of the run.
    pub fn command(&self, words: &str) -> String {
        format!("arm {words}{}", self.options)
    }
}

#[cfg(test)]
mod tests {
    use super::HintContext;

    #[test]
    fn commands_have_the_options_of_the_run() {
        let run = HintContext::default()
            .with_value("--tenant", "it's")
            .with("--no-auth");
        assert_eq!(
            run.command("GET /x"),
            "arm GET /x --tenant 'it'\\''s' --no-auth"
        );
        assert_eq!(HintContext::default().command("wait /x"), "arm wait /x");
    }
}
