//! What every command has at hand, whether it plans a request or not. What is known before a request is planned:
//! `context`.

use crate::client::Deadline;
use crate::env::Env;
use crate::output::Console;

/// The time, the environment and the console of a command.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CommandContext<'a> {
    /// When the run has to be over.
    pub(crate) deadline: Option<Deadline>,
    /// What the process was given.
    pub(crate) env: &'a Env,
    /// Where notes go.
    pub(crate) console: Console,
}
