//! What is known when a command is prepared for. Who prepares: `prepare`.

use std::ffi::OsString;

use crate::app::endpoint::helper_command::HelperCommand;
use crate::azure::Cloud;
use crate::env::Env;
use crate::output::Console;
use crate::tools::Identity;

/// What is known when a command is prepared for.
#[derive(Debug, Clone, Copy)]
pub(in crate::app::endpoint) struct Task<'a> {
    /// The command.
    pub(in crate::app::endpoint) command: &'a [OsString],
    /// The cloud.
    pub(in crate::app::endpoint) cloud: &'a Cloud,
    /// The account.
    pub(in crate::app::endpoint) identity: &'a Identity,
    /// How programs ask this one.
    pub(in crate::app::endpoint) helper: &'a HelperCommand,
    /// What the process was given.
    pub(in crate::app::endpoint) env: &'a Env,
    /// Where notes go.
    pub(in crate::app::endpoint) console: Console,
}

impl Task<'_> {
    /// The arguments of the command.
    pub(super) fn arguments(&self) -> &[OsString] {
        self.command.get(1..).unwrap_or_default()
    }
}
