//! What every way to sign in needs. What other commands have at hand: `session/command_context`.

use crate::app::session::command_context::CommandContext;
use crate::client::Clock;
use crate::credential::{Application, Tools};
use crate::transport::Transport;

/// What is signed in to, and with what.
pub(crate) struct LoginContext<'a> {
    /// What is signed in to.
    pub(crate) application: Application,
    pub(crate) transport: Transport,
    pub(crate) clock: Clock,
    pub(crate) context: CommandContext<'a>,
}

impl LoginContext<'_> {
    /// The tools for a request that is made now.
    pub(crate) fn tools(&self) -> Tools<'_> {
        Tools {
            transport: &self.transport,
            now: self.clock.now(),
            cache: None,
        }
    }
}
