//! The command line by which a program that `arm exec` runs asks this one: `arm credential`, with the endpoint of the run as
//! the only source of tokens. What it does: `app/command/credential`.

use std::path::PathBuf;

use crate::azure::{Cloud, CloudName};
use crate::error::Error;
use crate::shell::Shell;

/// This program, as a helper of the programs that it runs.
#[derive(Debug, Clone)]
pub(super) struct HelperCommand {
    program: PathBuf,
    options: Vec<String>,
}

impl HelperCommand {
    /// Finds this program. The sandbox stands in for the public cloud.
    pub(super) fn of(cloud: &Cloud) -> Result<Self, Error> {
        let program = std::env::current_exe().map_err(|error| Error::Runtime {
            message: format!("cannot find this program: {error}"),
        })?;
        let cloud = match cloud.name {
            CloudName::Sandbox => Some(CloudName::Public.to_string()),
            CloudName::Custom(_) => None,
            CloudName::Public | CloudName::China | CloudName::UsGovernment | CloudName::Bleu => {
                Some(cloud.name.to_string())
            }
        };
        let mut options: Vec<String> = ["--auth", "app-service", "--no-cache", "--no-sandbox"]
            .map(str::to_owned)
            .into();
        if let Some(cloud) = cloud {
            options.extend(["--cloud".to_owned(), cloud]);
        }
        Ok(Self { program, options })
    }

    /// The path of this program, if it is text.
    pub(super) fn program(&self) -> Option<&str> {
        self.program.to_str()
    }

    /// The arguments for a kind of helper.
    pub(super) fn arguments(&self, kind: &str) -> Vec<String> {
        let words = ["credential", kind].map(str::to_owned).into_iter();
        words.chain(self.options.iter().cloned()).collect()
    }

    /// The whole line for a shell; nothing if the path of this program is not text.
    pub(super) fn line(&self, kind: &str, shell: Shell) -> Option<String> {
        let program = shell.word(self.program()?);
        let words = self.arguments(kind);
        let words = words.iter().map(|word| shell.word(word));
        let all: Vec<String> = std::iter::once(program).chain(words).collect();
        Some(all.join(" "))
    }
}
