//! `--confirm`: asks on the terminal before the first token of each audience, and remembers the
//! answer. The protocols: `endpoint`.

use std::collections::HashMap;
use std::io::BufRead as _;

use tokio::sync::{Mutex, watch};

use crate::env::Env;
use crate::error::ServeError;
use crate::output::{Console, inline};
use crate::serve::PortOwner;

/// What the user was asked.
#[derive(Debug)]
pub(super) struct Confirm {
    /// One question at a time.
    answers: Mutex<HashMap<String, bool>>,
    ended: watch::Sender<bool>,
}

impl Confirm {
    /// Refuses unless a person can be asked on the terminal.
    pub(super) fn on_terminal(env: &Env) -> Result<Self, ServeError> {
        if env.stdin_is_terminal && env.stderr_is_terminal {
            return Ok(Self {
                answers: Mutex::default(),
                ended: watch::Sender::new(false),
            });
        }
        Err(ServeError::NoTerminal)
    }

    /// Tells whether the user agrees. A final slash makes no other audience.
    pub(super) async fn agrees(&self, audience: &str, program: Option<&PortOwner>) -> bool {
        let audience = audience.strip_suffix('/').unwrap_or(audience);
        let mut answers = self.answers.lock().await;
        if let Some(answer) = answers.get(audience) {
            return *answer;
        }
        let mut ended = self.ended.subscribe();
        if *ended.borrow() {
            return false;
        }
        let asker = program.map_or_else(|| "a program".to_owned(), PortOwner::with_program);
        Console::ask(format!(
            "{} asks for a token for `{}`: hand it out? [y/N] ",
            inline(&asker),
            inline(audience)
        ));
        let typed = tokio::task::spawn_blocking(|| {
            let mut line = String::new();
            std::io::stdin().lock().read_line(&mut line).map(|_| line)
        });
        let answer = tokio::select! {
            typed = typed => matches!(typed, Ok(Ok(line)) if is_yes(&line)),
            _ = ended.changed() => false,
        };
        answers.insert(audience.to_owned(), answer);
        answer
    }

    /// Asks no more, and takes what is not answered for a no.
    pub(super) fn end(&self) {
        self.ended.send_replace(true);
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
