//! `--confirm`: asks on the terminal before the first token of each audience, and remembers the
//! answer. Who puts the question: `terminal/confirm`; the protocols: `endpoint`.

use std::collections::HashMap;
use std::sync::Arc;

use tokio::sync::{Mutex, watch};

use crate::app::terminal::{confirm, input};
use crate::cli::arguments::HandingOptions;
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
    console: Console,
}

impl Confirm {
    /// Asks if that is wanted, and refuses unless a person can be asked on the terminal.
    pub(super) fn if_wanted(
        handing: &HandingOptions,
        env: &Env,
    ) -> Result<Option<Arc<Self>>, ServeError> {
        if !handing.confirm {
            return Ok(None);
        }
        if !env.can_ask() {
            return Err(ServeError::NoTerminal);
        }
        Ok(Some(Arc::new(Self {
            answers: Mutex::default(),
            ended: watch::Sender::new(false),
            console: Console::of(env),
        })))
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
        let question = format!(
            "{} asks for a token for `{}`: hand it out?",
            inline(&asker),
            inline(audience)
        );
        let console = self.console;
        let typed = tokio::task::spawn_blocking(move || {
            confirm::agrees(&question, input::stdin(None), console)
        });
        let answer = tokio::select! {
            typed = typed => matches!(typed, Ok(Ok(true))),
            _ = ended.changed() => false,
        };
        answers.insert(audience.to_owned(), answer);
        answer
    }

    /// Asks no more, and takes a missing answer for a no.
    pub(super) fn end(&self) {
        self.ended.send_replace(true);
    }
}
