//! Servers on this machine: the accept loop and the certificate. Knows no protocol of Azure; what
//! is answered comes in as a function.

mod certificate;
mod listen;

pub use certificate::{Certificate, Error as CertificateError};
pub use listen::{Handler, listen};
