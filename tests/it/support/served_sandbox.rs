//! A sandbox that serves on a free port for a test. Who asks it: the runs that it prepares.

#![expect(
    clippy::unwrap_used,
    reason = "a sandbox that does not start fails the test"
)]

use std::io::{BufRead as _, BufReader};
use std::process::{Child, ChildStdout, Stdio};

use super::home::{BINARY, Home};
use super::run::Run;

/// The first subscription of the sandbox.
pub(crate) const SUBSCRIPTION: &str = "3f2b8c1e-6a4d-4e97-b5c0-8d1f7a2e9b46";

/// `arm sandbox serve`, until it is dropped.
pub(crate) struct ServedSandbox {
    child: Child,
    _stdout: BufReader<ChildStdout>,
    _home: Home,
    variables: Vec<(String, String)>,
}

impl ServedSandbox {
    /// Starts it, and waits until it serves.
    pub(crate) fn start() -> Self {
        Self::with(&[])
    }

    /// Starts it with further arguments.
    pub(crate) fn with(arguments: &[&str]) -> Self {
        let home = Home::new();
        let mut command = home.command(BINARY);
        command
            .args(["sandbox", "serve"])
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut variables = Vec::new();
        let is_there = |variables: &[(String, String)], name: &str| {
            variables
                .iter()
                .any(|(own, _): &(String, String)| own == name)
        };
        while !is_there(&variables, "ARMCLI_ENDPOINT") || !is_there(&variables, "MSI_ENDPOINT") {
            let mut line = String::new();
            assert!(
                stdout.read_line(&mut line).unwrap() > 0,
                "the sandbox ended"
            );
            // Of cmd the quotes are around the pair, of other shells around the value.
            let words = line.split_whitespace().map(|word| word.trim_matches('"'));
            let pairs = words.filter_map(|word| word.split_once('='));
            variables.extend(
                pairs.map(|(name, value)| (name.to_owned(), value.trim_matches('\'').to_owned())),
            );
        }
        Self {
            child,
            _stdout: stdout,
            _home: home,
            variables,
        }
    }

    /// Where it serves.
    pub(crate) fn endpoint(&self) -> String {
        let mut variables = self.variables.iter();
        let found = variables.find(|(name, _)| name == "ARMCLI_ENDPOINT");
        found.unwrap().1.clone()
    }

    /// A run that asks it, in its first subscription.
    pub(crate) fn arm(&self, arguments: &[&str]) -> Run {
        self.prepared(Run::arm(arguments))
    }

    /// A script whose runs of `"$ARM"` ask it so, in one home.
    pub(crate) fn bash(&self, script: &str) -> Run {
        self.prepared(Run::bash(script))
    }

    fn prepared(&self, run: Run) -> Run {
        let run = run.env("ARMCLI_SUBSCRIPTION", SUBSCRIPTION);
        let variables = self.variables.iter();
        variables.fold(run, |run, (name, value)| run.env(name, value))
    }
}

impl Drop for ServedSandbox {
    fn drop(&mut self) {
        let _ended = self.child.kill();
        let _waited = self.child.wait();
    }
}
