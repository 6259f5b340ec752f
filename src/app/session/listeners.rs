//! The sockets of a server: one port on both addresses of this machine, since `localhost` may mean
//! either, or on one address. Who accepts connections: `serve/listen`.

use std::io::ErrorKind;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use tokio::net::TcpListener;

use crate::error::{Error, ServeError};
use crate::serve::port_owner;

/// How often a free port is looked for that is free on both addresses.
const MOST_TRIES: usize = 16;

/// Sockets, and their port.
pub(crate) struct Ports {
    pub(crate) listeners: Vec<TcpListener>,
    pub(crate) port: u16,
}

impl Ports {
    /// Listens on `port` of 127.0.0.1 and `[::1]`; 0 is any free one.
    pub(crate) async fn of_this_machine(port: u16) -> Result<Self, Error> {
        let mut tries = 0;
        loop {
            tries += 1;
            let mut ports = Self::at(Ipv4Addr::LOCALHOST.into(), port).await?;
            // A program that listened on the other address would get those clients that try it
            // first.
            let address = SocketAddr::from((Ipv6Addr::LOCALHOST, ports.port));
            match TcpListener::bind(address).await {
                Ok(second) => ports.listeners.push(second),
                Err(error) if error.kind() == ErrorKind::AddrInUse => {
                    if port == 0 && tries < MOST_TRIES {
                        continue;
                    }
                    return Err(failed(address, &error));
                }
                // There is no IPv6 here.
                Err(_) => {}
            }
            return Ok(ports);
        }
    }

    /// Listens on a port of one address; 0 is any free one.
    pub(crate) async fn at(address: IpAddr, port: u16) -> Result<Self, Error> {
        let address = SocketAddr::new(address, port);
        let bound = TcpListener::bind(address).await;
        let listener = bound.map_err(|error| failed(address, &error))?;
        let local = listener
            .local_addr()
            .map_err(|error| failed(address, &error))?;
        Ok(Self {
            listeners: vec![listener],
            port: local.port(),
        })
    }
}

fn failed(address: SocketAddr, error: &std::io::Error) -> Error {
    let port = address.port();
    let fault = if error.kind() == ErrorKind::AddrInUse {
        let holder = port_owner(port);
        ServeError::PortTaken { port, holder }
    } else if error.kind() == ErrorKind::AddrNotAvailable {
        let address = address.ip();
        ServeError::NoAddress { address }
    } else {
        ServeError::Listen {
            port,
            message: error.to_string(),
        }
    };
    fault.into()
}
