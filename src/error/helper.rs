//! What can go wrong with `arm credential`: facts, words, hints and exit codes in one place.

use super::ExitCode;
use crate::azure::Shown;
use crate::output::Message;
use crate::tools::HelperInputError;

/// Why a program is given no credential.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HelperError {
    /// What the program says is not understood.
    #[error(transparent)]
    Input(#[from] HelperInputError),
    /// The host is not one of the service.
    #[error("refused to give `{host}` a token of {service}: it is not one of its hosts in {cloud}")]
    ForeignHost {
        /// The host.
        host: String,
        /// The service, in words.
        service: &'static str,
        /// The cloud in use.
        cloud: String,
    },
    /// The certificate of a cluster is not checked.
    #[error(
        "refused to give `{host}` a token: its certificate is not checked, so anyone may answer"
    )]
    Unverified {
        /// The host.
        host: String,
    },
    /// The registry gives no login for a token.
    #[error("`{registry}` gave no login: {reason}")]
    Registry {
        /// The registry.
        registry: String,
        /// Its status.
        status: u16,
        /// What it said.
        reason: Shown,
    },
    /// A registry is on the network, and the sandbox is not.
    #[error("the sandbox has no registries: `{registry}` is not asked")]
    RegistryOfSandbox {
        /// The registry.
        registry: String,
    },
    /// Docker asks for what there is no way to do.
    #[error("docker asks for `{action}`, which is not one of get, store, erase, list, version")]
    UnknownAction {
        /// What it asks for.
        action: String,
    },
    /// There is no login for a server.
    #[error("there is no login for `{server}`")]
    NoLogin {
        /// The server.
        server: String,
    },
    /// A login of another server cannot be kept here.
    #[error("the login of `{server}` cannot be changed here: this helper keeps none")]
    KeepsNoLogin {
        /// The server.
        server: String,
    },
    /// The program that has the user's logins.
    #[error("cannot run `{program}`, which has the logins of other servers: {message}")]
    Store {
        /// The program.
        program: String,
        /// What the system said.
        message: String,
    },
    /// The program that has the user's logins has ended, and not well.
    #[error("`{program}` ended with {code}")]
    StoreEnded {
        /// The program.
        program: String,
        /// Its exit code.
        code: u32,
    },
}

impl HelperError {
    pub(super) fn exit_code(&self) -> ExitCode {
        match self {
            Self::Input(_) | Self::UnknownAction { .. } => ExitCode::Usage,
            Self::ForeignHost { .. } | Self::Unverified { .. } => ExitCode::Refused,
            Self::Registry { status, .. } => match status {
                500.. => ExitCode::Server,
                300..400 => ExitCode::Redirect,
                _ => ExitCode::SignIn,
            },
            Self::RegistryOfSandbox { .. }
            | Self::NoLogin { .. }
            | Self::KeepsNoLogin { .. }
            | Self::Store { .. } => ExitCode::Local,
            Self::StoreEnded { code, .. } => ExitCode::Command(*code),
        }
    }

    /// Tells whether another program has said already what is wrong.
    pub(super) fn is_quiet(&self) -> bool {
        matches!(self, Self::StoreEnded { .. } | Self::NoLogin { .. })
    }

    /// Adds what helps.
    pub(super) fn describe(&self, message: &mut Message) {
        match self {
            Self::Input(HelperInputError::NoCluster) => message.hint(
                "put `provideClusterInfo: true` next to `command: arm` in the kubeconfig: a token \
                 is given only for a cluster of Azure",
            ),
            Self::Input(HelperInputError::NoExecInfo) => message.hint(
                "`arm token --audience 6dae42f8-4368-4678-94ff-3960e28e3630` prints a token for clusters",
            ),
            Self::ForeignHost { host, service, .. } if service.contains("Kubernetes") => message.hint(
                format!("if it is a cluster of Azure behind another name, add `--allow-host {host}` to the arguments in the kubeconfig"),
            ),
            Self::Unverified { .. } => message.hint(
                "take `insecure-skip-tls-verify` out of the kubeconfig, and put `certificate-authority-data` there",
            ),
            Self::Registry { .. } => message.hint(
                "your account needs the role AcrPull or AcrPush there; `arm whoami` shows which account it is",
            ),
            Self::KeepsNoLogin { .. } => {
                message.hint("run `docker login` or `docker logout` outside of `arm exec`");
            }
            Self::Input(HelperInputError::Malformed { .. })
            | Self::ForeignHost { .. }
            | Self::RegistryOfSandbox { .. }
            | Self::UnknownAction { .. }
            | Self::NoLogin { .. }
            | Self::Store { .. }
            | Self::StoreEnded { .. } => {}
        }
    }
}
