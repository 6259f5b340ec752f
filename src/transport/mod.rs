//! One attempt to send a request, over the network (`wire`) or to the sandbox (`sandbox`), and the pure decisions about
//! the next one (`retry`, `redirect`). `client` acts on them and waits.

mod authorities;
mod body_tap;
pub mod budget;
mod connector;
mod content_coding;
mod error;
mod message;
mod proxy;
pub mod rate_limit_headers;
pub mod redirect;
pub mod retry;
mod sandbox;
mod settings;
mod system_bundle;
mod tls;
mod tunnel;
mod wire;
mod wire_body;

pub use body_tap::{BodyBeginning, BodyListener, BodyTap};
pub use error::{Error, ErrorKind, ProxyErrorKind};
pub use message::{Body, BodyPrefix, Request, Response, WholeBody};
pub use sandbox::SandboxTransport;
pub use settings::NetworkSettings;
pub use system_bundle::system_bundle;
pub use tls::TlsErrorKind;
pub use wire::Wire;

/// Where a request goes: the network, or the built-in offline ARM.
#[derive(Debug)]
pub enum Transport {
    /// The network.
    Wire(Wire),
    /// The sandbox, in this process.
    Sandbox(Box<SandboxTransport>),
}

impl Transport {
    /// Makes one attempt.
    pub async fn send(&self, request: &Request) -> Result<Response, Error> {
        match self {
            Self::Wire(wire) => wire.send(request).await,
            Self::Sandbox(sandbox) => sandbox.send(request),
        }
    }
}
