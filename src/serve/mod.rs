//! Servers on this machine: the accept loop and the certificate. Knows no protocol of Azure; what
//! is answered comes in as a function.

mod answer;
mod certificate;
mod listen;
#[cfg(test)]
mod listen_tests;

pub use answer::Answer;
pub use certificate::{Certificate, Error as CertificateError};
pub use listen::{Handler, listen, listen_until};
