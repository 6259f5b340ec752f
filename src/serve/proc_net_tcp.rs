//! Linux's tables of TCP sockets, `/proc/net/tcp` and `/proc/net/tcp6`, as values (proc(5), and
//! `Documentation/networking/proc_net_tcp.rst` of the kernel). `process` reads the files.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// The state of a socket that waits for connections.
const LISTEN: u8 = 0x0a;

/// A socket of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Socket {
    local: SocketAddr,
    remote: SocketAddr,
    state: u8,
    /// Whose it is.
    pub(super) uid: u32,
    /// Its number among the open files of a process, `socket:[NUMBER]`.
    pub(super) inode: u64,
}

impl Socket {
    /// Tells whether this is the end of a connection that is at `local`. If no process holds it any more it has no
    /// inode, and 0 stands for its user, which would be the superuser.
    pub(super) fn connects(&self, local: SocketAddr, remote: SocketAddr) -> bool {
        let ends = (canonical(local), canonical(remote));
        self.inode != 0 && self.state != LISTEN && (self.local, self.remote) == ends
    }

    /// Tells whether it waits for connections to this port.
    pub(super) fn listens(&self, port: u16) -> bool {
        self.state == LISTEN && self.local.port() == port
    }
}

/// Reads a table; lines of another form are skipped.
pub(super) fn sockets(table: &str) -> impl Iterator<Item = Socket> {
    table.lines().filter_map(socket)
}

fn socket(line: &str) -> Option<Socket> {
    let mut fields = line.split_ascii_whitespace().skip(1);
    let (local, remote) = (address(fields.next()?)?, address(fields.next()?)?);
    let state = u8::from_str_radix(fields.next()?, 16).ok()?;
    // The queues, the timer and the retransmissions are between.
    let mut fields = fields.skip(3);
    let uid = fields.next()?.parse().ok()?;
    let inode = fields.nth(1)?.parse().ok()?;
    Some(Socket {
        local,
        remote,
        state,
        uid,
        inode,
    })
}

/// Reads `0100007F:C4A6`: words of 32 bits as this machine keeps them in memory, and the port.
fn address(text: &str) -> Option<SocketAddr> {
    let (digits, port) = text.split_once(':')?;
    let port = u16::from_str_radix(port, 16).ok()?;
    let mut bytes = [0; 16];
    let words = digits.len() / 8;
    if digits.len() % 8 != 0 || !digits.is_ascii() {
        return None;
    }
    for (index, target) in bytes.chunks_exact_mut(4).take(words).enumerate() {
        let word = u32::from_str_radix(digits.get(index * 8..index * 8 + 8)?, 16).ok()?;
        target.copy_from_slice(&word.to_ne_bytes());
    }
    let ip: IpAddr = match words {
        1 => Ipv4Addr::new(bytes[0], bytes[1], bytes[2], bytes[3]).into(),
        4 => Ipv6Addr::from(bytes).into(),
        _ => return None,
    };
    Some(canonical(SocketAddr::new(ip, port)))
}

/// An IPv4 address in the clothes of IPv6 is what it is.
fn canonical(address: SocketAddr) -> SocketAddr {
    SocketAddr::new(address.ip().to_canonical(), address.port())
}

#[cfg(target_endian = "little")]
#[cfg(test)]
mod tests {
    use super::{Socket, sockets};

    const TABLE: &str = "\
  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:C4A6 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 2168616 1 000000002a1415de 100 0 0 10 0
   1: 0100007F:D431 0100007F:C4A6 01 00000000:00000000 00:00000000 00000000  1001        0 77 1 0000 20 4 30 10 -1
   2: 0100007F:D432 0100007F:C4A6 06 00000000:00000000 03:000000C8 00000000     0        0 0 3 0000
   3: 0000000000000000FFFF00000100007F:D433 0000000000000000FFFF00000100007F:C4A6 01 00000000:00000000 00:00000000 00000000     5        0 78 1 0
   4: 00000000000000000000000001000000:D434 00000000000000000000000001000000:C4A6 05 00000000:00000000 00:00000000 00000000     6        0 79 1 0
   5: 0100007F D432 junk
   6: XX00007F:D431 0100007F:C4A6 01 0:0 0:0 0 1001 0 77
";

    #[track_caller]
    fn check(client: &str, server: &str, uid: Option<u32>) {
        let (client, server) = (client.parse().unwrap(), server.parse().unwrap());
        let found = sockets(TABLE).find(|socket: &Socket| socket.connects(client, server));
        assert_eq!(found.map(|socket| socket.uid), uid, "{client}");
    }

    #[test]
    fn finds_the_other_end() {
        assert_eq!(sockets(TABLE).count(), 5);
        check("127.0.0.1:54321", "127.0.0.1:50342", Some(1001));
        check("127.0.0.1:54322", "127.0.0.1:50342", None);
        check("127.0.0.1:54323", "127.0.0.1:50342", Some(5));
        check("[::ffff:127.0.0.1]:54321", "127.0.0.1:50342", Some(1001));
        check("[::1]:54324", "[::1]:50342", Some(6));
        check("127.0.0.1:50342", "127.0.0.1:54321", None);
    }

    #[test]
    fn finds_who_listens() {
        let found = sockets(TABLE).find(|socket| socket.listens(50342)).unwrap();
        assert_eq!((found.uid, found.inode), (1000, 2_168_616));
        assert!(!sockets(TABLE).any(|socket| socket.listens(54321)));
    }
}
