//! Servers on this machine: the accept loop, the limits of its clients, who they are, and the
//! certificate. Knows no protocol of Azure; what is answered comes in as a function.

mod answer;
mod certificate;
mod limits;
mod listen;
#[cfg(test)]
mod listen_tests;
mod patience;
mod places;
mod process;
#[cfg(target_os = "linux")]
mod socket_question;
#[cfg(target_os = "linux")]
mod socket_table;

pub use answer::Answer;
pub use certificate::{Certificate, Error as CertificateError};
pub use limits::Limits;
pub use listen::{
    Answering, Arrived, BodyFault, Handler, Peer, Pending, Reception, listen, listen_until,
    receive_until,
};
pub use process::{Holder, User, holder_of, program_of, user_of};
