//! What `arm exec` prepares for programs that find no token only by variables: files in a folder of its own, which
//! holds no secret and is deleted at the end. What is in the files: `tools`.

mod azure_cli;
mod docker;
mod folder;
mod kubeconfig;
mod postgres;
mod prepare;
mod task;

pub(super) use postgres::PasswordGiver;
pub(super) use prepare::prepare;
pub(super) use task::Task;
