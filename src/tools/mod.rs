//! Other programs that look for tokens: which of them need what, the files that they read, and what they say to a
//! credential helper. Pure: files, processes and tokens are `app/endpoint`'s and `app/command/credential`'s; the
//! endpoint that SDKs ask: `endpoint`.

mod azure_cli;
mod docker;
mod docker_config;
mod git;
mod input;
mod kubeconfig;
mod kubernetes;
mod needs;
mod postgres;
mod registry;
mod variables;

pub use azure_cli::{AzureCliAccount, SHARED_ENTRIES};
pub use docker::{DockerAction, DockerLogin, NOT_FOUND as DOCKER_NOT_FOUND};
pub use docker_config::{DockerConfig, StoredLogin, registries_in};
pub use git::{GitRequest, refusal as git_refusal};
pub use input::{HelperInputError, MOST_INPUT};
pub use kubeconfig::{overlay as kubeconfig_overlay, reads_only};
pub use kubernetes::ExecRequest;
pub use needs::{Need, needs_of};
pub use postgres::{PostgresServer, postgres_server};
pub use registry::{RegistryAnswer, read as read_registry_answer, token_exchange};
pub use variables::{Identity, git_settings, of_tools, removed_for_tools};
