//! `--confirm`: asks on the terminal before the first token of each audience, and remembers the
//! answer. Knows no protocol.

use std::collections::HashMap;
use std::io::BufRead as _;

use tokio::sync::Mutex;

use crate::env::Env;
use crate::error::ServeFault;
use crate::output::Report;

/// What the user was asked.
#[derive(Debug, Default)]
pub(super) struct Confirm {
    /// One question at a time.
    answers: Mutex<HashMap<String, bool>>,
}

impl Confirm {
    /// Refuses where there is nobody to ask.
    pub(super) fn on_terminal(env: &Env) -> Result<Self, ServeFault> {
        if env.stdin_is_terminal && env.stderr_is_terminal {
            return Ok(Self::default());
        }
        Err(ServeFault::NoTerminal)
    }

    /// Tells whether the user agrees.
    pub(super) async fn agrees(&self, audience: &str) -> bool {
        let mut answers = self.answers.lock().await;
        if let Some(answer) = answers.get(audience) {
            return *answer;
        }
        Report::Normal.progress(&format!(
            "a program asks for a token for `{audience}`: hand it out? [y/N] "
        ));
        let asked = tokio::task::spawn_blocking(|| {
            let mut line = String::new();
            std::io::stdin().lock().read_line(&mut line).map(|_| line)
        });
        let answer = matches!(asked.await, Ok(Ok(line)) if is_yes(&line));
        answers.insert(audience.to_owned(), answer);
        answer
    }
}

fn is_yes(line: &str) -> bool {
    matches!(line.trim().to_ascii_lowercase().as_str(), "y" | "yes")
}

#[cfg(test)]
mod tests {
    use super::is_yes;

    #[test]
    fn only_yes_is_yes() {
        for (line, expected) in [
            ("y\n", true),
            (" Yes \r\n", true),
            ("\n", false),
            ("no", false),
        ] {
            assert_eq!(is_yes(line), expected, "{line:?}");
        }
    }
}
