//! The names by which clients call an endpoint: rebound DNS leads a web page here under a name of its own, and that
//! name is in `Host`. The tests are with `guard`.

use std::net::IpAddr;

use super::config::Endpoint;

/// The names of this machine.
const THIS_MACHINE: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];

/// What a client calls the endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Named {
    /// This machine.
    Here,
    /// Something else that the user allows, with the secret.
    Other,
}

/// Tells by which name the endpoint is called; `None` if it has no such name.
pub(super) fn named(endpoint: &Endpoint, host: &str) -> Option<Named> {
    let (name, port) = match host.rsplit_once(':') {
        Some((name, digits)) if !digits.contains(']') => (name, digits),
        Some(_) | None => (host, "80"),
    };
    if port != endpoint.port.to_string() {
        return None;
    }
    let is = |other: &str| name.eq_ignore_ascii_case(other);
    let bare = name.strip_prefix('[').and_then(|it| it.strip_suffix(']'));
    let address: Option<IpAddr> = bare.unwrap_or(name).parse().ok();
    let is_bound = address.is_some() && address == endpoint.bound;
    if THIS_MACHINE.into_iter().any(is) || (is_bound && !endpoint.is_open()) {
        return Some(Named::Here);
    }
    // DNS that is rebound leads to an address by a name, and the name is in `Host`.
    let is_other = endpoint.other_hosts.iter().any(|other| is(other));
    (is_other || (endpoint.is_open() && address.is_some())).then_some(Named::Other)
}

/// Tells whether a `Host` is this machine, with any port: a tunnel may have its own.
pub(super) fn is_this_machine(host: &str) -> bool {
    THIS_MACHINE.iter().any(|own| is_name(host, own))
}

fn is_name(host: &str, name: &str) -> bool {
    let port = host
        .get(..name.len())
        .filter(|start| start.eq_ignore_ascii_case(name))
        .and_then(|_| host.get(name.len()..));
    let is_port = |text: &str| {
        let digits = text.strip_prefix(':');
        digits.is_some_and(|digits| digits.parse::<u16>().is_ok() && !digits.starts_with('+'))
    };
    port.is_some_and(|port| port.is_empty() || is_port(port))
}
