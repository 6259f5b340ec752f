//! What can go wrong with `arm serve`, `arm exec` and `arm sandbox serve`: facts, words, hints and exit
//! codes in one place.

use std::net::IpAddr;

use super::ExitCode;
use crate::output::{Fact, Message};
use crate::serve::PortOwner;

const OTHER_PORT: &str = "choose another port with `--port`, or leave it out for a free one";

/// Why nothing is served, or how the command ended that it was for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ServeError {
    /// A port that cannot be listened on.
    #[error("cannot listen on port {port}: {message}")]
    Listen {
        /// The port.
        port: u16,
        /// What the system said.
        message: String,
    },
    /// An address that is not one of this machine.
    #[error("cannot listen on `{address}`: it is not an address of this machine")]
    NoAddress {
        /// The address.
        address: IpAddr,
    },
    /// A port that another program listens on.
    #[error("port {port} is taken")]
    PortTaken {
        /// The port.
        port: u16,
        /// By whom, if that may be seen.
        holder: Option<PortOwner>,
    },
    /// Other machines would reach the token endpoint.
    #[error("refused to hand out tokens on `{address}`, which other machines may reach")]
    OpenBind {
        /// The address.
        address: IpAddr,
    },
    /// `--confirm`, and there is no terminal to ask on.
    #[error("`--confirm` needs a terminal to ask on")]
    NoTerminal,
    /// The command of `arm exec` does not start.
    #[error("cannot run `{program}`: {message}")]
    Command {
        /// The command.
        program: String,
        /// What the system said.
        message: String,
        /// The exit code that says so.
        code: u32,
    },
    /// The command of `arm exec` has ended, and not well.
    #[error("the command ended with {code}")]
    CommandEnded {
        /// Its exit code.
        code: u32,
    },
}

impl ServeError {
    pub(super) fn exit_code(&self) -> ExitCode {
        match self {
            Self::Listen { .. } | Self::NoAddress { .. } | Self::PortTaken { .. } => {
                ExitCode::Local
            }
            Self::OpenBind { .. } => ExitCode::Refused,
            Self::NoTerminal => ExitCode::Usage,
            Self::Command { code, .. } | Self::CommandEnded { code } => ExitCode::Command(*code),
        }
    }

    /// Adds what helps.
    pub(super) fn describe(&self, message: &mut Message) {
        match self {
            Self::Listen { .. } => message.hint(OTHER_PORT),
            Self::PortTaken { holder, .. } => {
                let holder = holder.iter().map(|it| Fact::new("held by", it.to_string()));
                message.facts.extend(holder);
                message.hint(OTHER_PORT);
            }
            Self::OpenBind { .. } => message.hint(
                "if that is meant, add `--allow-network`: anyone who has the secret gets tokens, and \
                 nothing on the way is encrypted",
            ),
            Self::NoTerminal => {
                message.hint("leave it out, and name the audiences with `--audience`");
            }
            Self::NoAddress { .. } => {
                message.hint("leave `--bind` out to listen on 127.0.0.1 and `[::1]`");
            }
            Self::Command { .. } | Self::CommandEnded { .. } => {}
        }
    }
}
