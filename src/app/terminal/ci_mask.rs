//! What a pipeline is told before a token is printed, so that its log does not show it. If a pipeline cannot be told, a
//! note says that the log shows it.

use crate::env::{Env, Pipeline};
use crate::output::Console;

/// Tells GitHub Actions or Azure Pipelines to mask a token in the log of the job: both read such commands from stderr
/// too, and stdout is for the token. If there is no such command, a note says what the log will show.
pub(crate) fn mask(token: &str, env: &Env, console: Console) {
    match command(token, env) {
        Some(command) => console.pipeline_command(&command),
        None if env.get("CI").is_some() && stdout_is_stderr() => console.note(
            "the token is in the log of this job now: use it directly, as in \
             `TOKEN=$(arm token)`",
        ),
        None => {}
    }
}

/// The command of the pipeline that masks a text (docs.github.com, "Workflow commands"; learn.
/// microsoft.com/azure/devops/pipelines/scripts/logging-commands). The token has been checked: it
/// holds no line break and no percent sign that would have to be escaped.
fn command(token: &str, env: &Env) -> Option<String> {
    env.pipeline().map(|pipeline| match pipeline {
        Pipeline::GitHub => format!("::add-mask::{token}"),
        Pipeline::Azure => format!("##vso[task.setsecret]{token}"),
    })
}

/// Tells whether both streams lead to the same place: then stdout has not been captured, and goes
/// into the log.
fn stdout_is_stderr() -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;

        let place = |name: &str| {
            let metadata = std::fs::metadata(name).ok()?;
            Some((metadata.dev(), metadata.ino()))
        };
        let stdout = place("/dev/stdout");
        stdout.is_some() && stdout == place("/dev/stderr")
    }
    #[cfg(not(unix))]
    false
}

#[cfg(test)]
mod tests {
    use super::command;
    use crate::env::Env;

    #[test]
    fn each_pipeline_has_its_command() {
        for (variables, expected) in [
            (&[("GITHUB_ACTIONS", "true")][..], Some("::add-mask::t")),
            (&[("TF_BUILD", "True")], Some("##vso[task.setsecret]t")),
            (&[("GITHUB_ACTIONS", "false")], None),
            (&[("CI", "true")], None),
            (&[], None),
        ] {
            let env = Env::with_variables(variables.iter().copied());
            assert_eq!(command("t", &env).as_deref(), expected, "{variables:?}");
        }
    }
}
