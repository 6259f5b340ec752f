//! One socket of Linux by its two ends (`sock_diag(7)`): a question of fixed cost, where reading
//! the whole table takes tens of milliseconds on a busy machine.

use std::net::{IpAddr, SocketAddr};

use rustix::net::{
    AddressFamily, RecvFlags, SendFlags, SocketFlags, SocketType, netlink, recv, send, socket_with,
};

/// `SOCK_DIAG_BY_FAMILY`, the type of the question and of its answer.
const BY_FAMILY: u16 = 20;
/// `NLM_F_REQUEST`.
const REQUEST: u16 = 1;
const IPPROTO_TCP: u8 = 6;
/// `AF_INET` and `AF_INET6`.
const INET: u8 = 2;
const INET6: u8 = 10;
/// `TCP_LISTEN`: no end of a connection.
const LISTEN: u8 = 10;
/// The question has 72 bytes: `nlmsghdr` and `inet_diag_req_v2`.
const QUESTION: usize = 72;
/// Where the state, the user and the inode are in `nlmsghdr` and `inet_diag_msg`.
const STATE: usize = 17;
const USER: usize = 80;
const INODE: usize = 84;

/// The end of a connection, as a process holds it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct End {
    /// Whose it is.
    pub(super) uid: u32,
    /// Its number among the open files of a process, `socket:[NUMBER]`.
    pub(super) inode: u64,
}

/// Returns the end of a connection at `local`; `None` if there is none, or Linux does not answer.
pub(super) fn end_at(local: SocketAddr, remote: SocketAddr) -> Option<End> {
    let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
    let kind = (AddressFamily::NETLINK, SocketType::DGRAM);
    let socket = socket_with(kind.0, kind.1, flags, Some(netlink::SOCK_DIAG)).ok()?;
    send(&socket, &question(local, remote)?, SendFlags::empty()).ok()?;
    let mut answer = [0_u8; 512];
    // The kernel has answered before `send` returns.
    let (_, length) = recv(&socket, &mut answer[..], RecvFlags::empty()).ok()?;
    end_in(answer.get(..length)?)
}

fn question(local: SocketAddr, remote: SocketAddr) -> Option<[u8; QUESTION]> {
    let (local, remote) = (canonical(local), canonical(remote));
    let mut bytes = Vec::with_capacity(QUESTION);
    bytes.extend(72_u32.to_ne_bytes());
    bytes.extend(BY_FAMILY.to_ne_bytes());
    bytes.extend(REQUEST.to_ne_bytes());
    // The number of the question, and of who asks.
    bytes.extend([0; 8]);
    let family = if local.is_ipv4() { INET } else { INET6 };
    bytes.extend([family, IPPROTO_TCP, 0, 0]);
    // Every state.
    bytes.extend(u32::MAX.to_ne_bytes());
    bytes.extend(local.port().to_be_bytes());
    bytes.extend(remote.port().to_be_bytes());
    bytes.extend(words(local.ip()));
    bytes.extend(words(remote.ip()));
    // Any interface, and no cookie.
    bytes.extend([0; 4]);
    bytes.extend([0xff; 8]);
    bytes.try_into().ok()
}

/// An address in the four words that both families have.
fn words(ip: IpAddr) -> [u8; 16] {
    match ip {
        IpAddr::V6(ip) => ip.octets(),
        IpAddr::V4(ip) => {
            let [a, b, c, d] = ip.octets();
            [a, b, c, d, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
        }
    }
}

fn canonical(address: SocketAddr) -> SocketAddr {
    SocketAddr::new(address.ip().to_canonical(), address.port())
}

/// Reads the answer; an error has another type. An end that no process holds any more has no inode,
/// and Linux says 0 for its user, which would be the superuser.
fn end_in(answer: &[u8]) -> Option<End> {
    let number = |at: usize| Some(u32::from_ne_bytes(answer.get(at..at + 4)?.try_into().ok()?));
    let kind = u16::from_ne_bytes(answer.get(4..6)?.try_into().ok()?);
    let (uid, inode) = (number(USER)?, number(INODE)?.into());
    let is_held = inode != 0 && *answer.get(STATE)? != LISTEN;
    (kind == BY_FAMILY && is_held).then_some(End { uid, inode })
}

#[cfg(test)]
mod tests {
    use super::{End, INODE, QUESTION, STATE, USER, end_in, question};

    #[test]
    fn an_error_is_not_an_answer() {
        let mut answer = [0_u8; 88];
        answer[4..6].copy_from_slice(&20_u16.to_ne_bytes());
        answer[STATE] = 1;
        answer[USER..USER + 4].copy_from_slice(&1000_u32.to_ne_bytes());
        assert_eq!(end_in(&answer), None, "no process holds it");
        answer[INODE..INODE + 4].copy_from_slice(&7_u32.to_ne_bytes());
        let held = End {
            uid: 1000,
            inode: 7,
        };
        assert_eq!(end_in(&answer), Some(held));
        assert_eq!(end_in(&answer[..80]), None);
        answer[STATE] = 10;
        assert_eq!(end_in(&answer), None);
        answer[STATE] = 1;
        answer[4..6].copy_from_slice(&2_u16.to_ne_bytes());
        assert_eq!(end_in(&answer), None);
    }

    #[test]
    fn an_address_is_what_it_is_in_either_family() {
        let ask = |local: &str| question(local.parse().unwrap(), "127.0.0.1:80".parse().unwrap());
        let plain = ask("127.0.0.1:50342").unwrap();
        assert_eq!(plain.len(), QUESTION);
        assert_eq!(ask("[::ffff:127.0.0.1]:50342").unwrap(), plain);
        assert_eq!(plain[24..32], [0xc4, 0xa6, 0, 80, 127, 0, 0, 1]);
    }
}
