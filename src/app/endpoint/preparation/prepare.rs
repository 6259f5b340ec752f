//! Prepares what a command needs, one need after the other. The needs: `tools::needs_of`.

use crate::app::endpoint::child::Surroundings;
use crate::app::endpoint::preparation::folder::Folder;
use crate::app::endpoint::preparation::postgres::PasswordGiver;
use crate::app::endpoint::preparation::task::Task;
use crate::app::endpoint::preparation::{azure_cli, docker, kubeconfig};
use crate::error::Error;
use crate::tools::Need;

/// Prepares what is needed, and says so in the surroundings. The folder must outlive the command.
pub(in crate::app::endpoint) async fn prepare(
    needs: &[Need],
    task: Task<'_>,
    giver: PasswordGiver<'_>,
    surroundings: &mut Surroundings,
) -> Result<Option<Folder>, Error> {
    if needs.is_empty() {
        return Ok(None);
    }
    let folder = Folder::new()?;
    for need in needs {
        match need {
            Need::AzureCliFolder => azure_cli::prepare(task, &folder, surroundings)?,
            Need::DockerConfig => docker::prepare(task, &folder, surroundings)?,
            Need::Kubeconfig => kubeconfig::prepare(task, &folder, surroundings)?,
            Need::PostgresPassword => giver.prepare(task, surroundings).await?,
        }
    }
    Ok(Some(folder))
}
