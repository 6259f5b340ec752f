//! Servers on this machine: the accept loop, the limits of its clients, who they are, and the
//! certificate. What is answered comes in as a function.

mod certificate;
mod connection_limit;
mod limits;
mod listen;
#[cfg(test)]
mod listen_tests;
#[cfg(target_os = "linux")]
mod proc_net_tcp;
mod process;
mod reply;
#[cfg(target_os = "linux")]
mod sock_diag;
mod strict_lines;
mod write_timeout;

pub use certificate::{Certificate, Error as CertificateError};
pub use limits::Limits;
pub use listen::{
    Arrived, BodyError, ConnectionHandler, Handler, Peer, Responder, listen, receive_until,
};
pub use process::{PortOwner, TELLS_USERS_APART, User, port_owner, program_of, user_of};
pub use reply::Reply;
