//! Who is at the other end of a connection, and who owns a port, as far as Linux tells: `sock_diag` and `proc_net_tcp`
//! read its words. On other systems it is unknown.

use std::fmt;

use super::Peer;

/// Whose process is at the other end.
#[cfg_attr(
    not(target_os = "linux"),
    expect(dead_code, reason = "only Linux tells")
)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum User {
    /// The user of this process, or the superuser, who may do all that the user may.
    Own,
    /// Another user, by number.
    Other(u32),
    /// No process of this machine, or none any more.
    Gone,
    /// The system does not say.
    Unknown,
}

/// The process that owns a port, or the other end of a connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PortOwner {
    /// Its id.
    pub id: u32,
    /// The file of its program, if that may be seen.
    pub program: Option<String>,
    /// Its command line, as far as a line goes, without what looks like a secret.
    pub command: String,
}

impl fmt::Display for PortOwner {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "process {} (`{}`)", self.id, self.command)
    }
}

impl PortOwner {
    /// Names the process with the file of its program: a command line is what a process says of itself.
    pub fn with_program(&self) -> String {
        match &self.program {
            Some(program) => format!("`{program}`, {self},"),
            None => self.to_string(),
        }
    }
}

#[cfg(target_os = "linux")]
mod linux {
    use std::os::unix::fs::MetadataExt as _;

    use super::super::Peer;
    use super::super::proc_net_tcp::{Socket, sockets};
    use super::super::sock_diag::end_at;
    use super::{PortOwner, User};
    use crate::azure::Shown;

    /// A command line is shown as far as a line goes.
    const MOST_SHOWN: usize = 80;

    fn tables() -> impl Iterator<Item = String> {
        ["/proc/self/net/tcp", "/proc/self/net/tcp6"]
            .into_iter()
            .filter_map(|path| std::fs::read_to_string(path).ok())
    }

    pub(super) fn user_of(peer: Peer) -> User {
        let Ok(own) = std::fs::metadata("/proc/self").map(|metadata| metadata.uid()) else {
            return User::Unknown;
        };
        let judge = |uid: u32| {
            if uid == own || uid == 0 {
                User::Own
            } else {
                User::Other(uid)
            }
        };
        if let Some(end) = end_at(peer.remote, peer.local) {
            return judge(end.uid);
        }
        if end_at(peer.local, peer.remote).is_some() {
            return User::Gone;
        }
        let mut knows_server = false;
        for table in tables() {
            for socket in sockets(&table) {
                if socket.connects(peer.remote, peer.local) {
                    return judge(socket.uid);
                }
                knows_server |= socket.connects(peer.local, peer.remote);
            }
        }
        // A table that lacks even our end of the connection tells nothing.
        if knows_server {
            User::Gone
        } else {
            User::Unknown
        }
    }

    pub(super) fn port_owner(port: u16) -> Option<PortOwner> {
        let inodes: Vec<u64> = tables()
            .flat_map(|table| {
                let listening = sockets(&table).filter(|socket: &Socket| socket.listens(port));
                listening.map(|socket| socket.inode).collect::<Vec<_>>()
            })
            .collect();
        process_with(&inodes)
    }

    pub(super) fn program_of(peer: Peer) -> Option<PortOwner> {
        let inode = end_at(peer.remote, peer.local).map(|end| end.inode);
        let in_table = || {
            tables().find_map(|table| {
                let found = sockets(&table).find(|it| it.connects(peer.remote, peer.local));
                found.map(|socket| socket.inode)
            })
        };
        process_with(&[inode.or_else(in_table)?])
    }

    /// Finds a process that has one of these sockets open, where its files may be seen.
    fn process_with(inodes: &[u64]) -> Option<PortOwner> {
        let links: Vec<String> = inodes
            .iter()
            .map(|inode| format!("socket:[{inode}]"))
            .collect();
        std::fs::read_dir("/proc").ok()?.find_map(|entry| {
            let entry = entry.ok()?;
            let id: u32 = entry.file_name().to_str()?.parse().ok()?;
            let mut files = std::fs::read_dir(entry.path().join("fd")).ok()?;
            let holds = files.any(|file| {
                let target = file
                    .ok()
                    .and_then(|file| std::fs::read_link(file.path()).ok());
                target.is_some_and(|target| links.iter().any(|link| target.as_os_str() == &**link))
            });
            let bytes = holds.then(|| std::fs::read(entry.path().join("cmdline")))?;
            // What the process runs is the system's word; its command line is what it says of itself.
            let program = std::fs::read_link(entry.path().join("exe")).ok();
            Some(PortOwner {
                id,
                program: program.map(|path| path.to_string_lossy().into_owned()),
                command: command_line(&bytes.ok()?),
            })
        })
    }

    fn command_line(bytes: &[u8]) -> String {
        let text = String::from_utf8_lossy(bytes).replace('\0', " ");
        let masked = Shown::typed(text.trim_end());
        masked.as_str().chars().take(MOST_SHOWN).collect()
    }
}

/// Whether the system says whose process is at the other end of a connection.
pub const TELLS_USERS_APART: bool = cfg!(target_os = "linux");

/// Tells whose process is at the other end of a connection.
pub fn user_of(peer: Peer) -> User {
    #[cfg(target_os = "linux")]
    {
        linux::user_of(peer)
    }
    #[cfg(not(target_os = "linux"))]
    {
        let _unknown = peer;
        User::Unknown
    }
}

/// Finds the program at the other end of a connection, if it may be seen.
pub fn program_of(peer: Peer) -> Option<PortOwner> {
    #[cfg(target_os = "linux")]
    {
        linux::program_of(peer)
    }
    #[cfg(not(target_os = "linux"))]
    {
        let _unknown = peer;
        None
    }
}

/// Finds the process that listens on a port, if it may be seen.
pub fn port_owner(port: u16) -> Option<PortOwner> {
    #[cfg(target_os = "linux")]
    {
        linux::port_owner(port)
    }
    #[cfg(not(target_os = "linux"))]
    {
        let _unknown = port;
        None
    }
}

#[cfg(target_os = "linux")]
#[cfg(test)]
mod tests {
    use std::net::{TcpListener, TcpStream};

    use super::{User, port_owner, program_of, user_of};
    use crate::serve::Peer;

    #[test]
    fn knows_this_very_process() {
        for host in ["127.0.0.1", "::1", "::"] {
            let Ok(listener) = TcpListener::bind((host, 0)) else {
                continue;
            };
            let local = listener.local_addr().unwrap();
            let target = if host == "::" { "127.0.0.1" } else { host };
            let client = TcpStream::connect((target, local.port())).unwrap();
            let local = client.peer_addr().unwrap();
            let remote = client.local_addr().unwrap();
            assert_eq!(user_of(Peer { remote, local }), User::Own, "{host}");
            let id = std::process::id();
            let program = program_of(Peer { remote, local }).unwrap();
            assert_eq!(program.id, id, "{host}");
            let (server, _) = listener.accept().unwrap();
            drop((client, server));
            assert_ne!(user_of(Peer { remote, local }), User::Own, "it has gone");
            let holder = port_owner(local.port()).unwrap();
            assert_eq!(holder.id, id);
        }
    }
}
