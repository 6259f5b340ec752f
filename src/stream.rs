//! Pipes, terminals and devices: reads and writes that end at a given time, and that also work if a descriptor is
//! non-blocking. Who reads regular files of others: `file`.

use std::fs::File;
#[cfg(any(not(unix), test))]
use std::io::Cursor;
use std::io::{self, Read, Write};
use std::path::Path;
#[cfg(any(not(unix), test))]
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
#[cfg(unix)]
use std::time::Duration;
use std::time::Instant;

#[cfg(unix)]
use crate::startup::StandardStream;

/// A write of this many bytes to a pipe that can be written does not block (pipe(7), `PIPE_BUF`).
#[cfg(unix)]
const ATOMIC: usize = if cfg!(target_os = "linux") { 4096 } else { 512 };
/// How often the other end of a pipe is looked for.
#[cfg(unix)]
const RETRY: Duration = Duration::from_millis(20);

/// An open descriptor, read or written as it is.
#[derive(Debug)]
pub struct Stream {
    file: File,
    #[cfg(unix)]
    until: Option<Instant>,
    /// The most bytes of one write.
    portion: usize,
}

impl Stream {
    /// A descriptor that this process was given: it shares its place in a file with those who have it too.
    ///
    /// # Errors
    /// The system cannot share it.
    #[cfg(unix)]
    pub fn of_descriptor(
        descriptor: impl std::os::fd::AsFd,
        until: Option<Instant>,
    ) -> io::Result<Self> {
        let file = File::from(descriptor.as_fd().try_clone_to_owned()?);
        let portion = match until {
            Some(_) if !file.metadata()?.is_file() => ATOMIC,
            Some(_) | None => usize::MAX,
        };
        Ok(Self {
            file,
            until,
            portion,
        })
    }

    /// A standard stream, unless it was closed when this process was started.
    #[cfg(unix)]
    pub fn standard(stream: StandardStream, until: Option<Instant>) -> io::Result<Self> {
        use rustix::stdio::{stderr, stdin, stdout};

        if stream.was_closed() {
            return Err(io::Error::other(
                "it was closed when the program was started",
            ));
        }
        let descriptor = match stream {
            StandardStream::Input => stdin(),
            StandardStream::Output => stdout(),
            StandardStream::Error => stderr(),
        };
        Self::of_descriptor(descriptor, until)
    }

    /// Opens a pipe or a device for reading. Without a deadline a pipe waits for its other end.
    pub fn reader(path: &Path, until: Option<Instant>) -> io::Result<Self> {
        Self::open(File::options().read(true), path, until)
    }

    /// Opens a pipe or a device for writing, and waits for the other end of a pipe.
    pub fn writer(path: &Path, until: Option<Instant>) -> io::Result<Self> {
        #[cfg(unix)]
        loop {
            match Self::open(File::options().write(true), path, until) {
                Err(error) if is_without_reader(&error, path) => match left(until) {
                    Some(Duration::ZERO) => return Err(io::ErrorKind::TimedOut.into()),
                    left => std::thread::sleep(left.map_or(RETRY, |left| left.min(RETRY))),
                },
                opened => return opened,
            }
        }
        #[cfg(not(unix))]
        Self::open(File::options().write(true), path, until)
    }

    /// Opens a regular file that others write to as well, and adds to its end.
    #[cfg(unix)]
    pub fn appender(path: &Path, until: Option<Instant>) -> io::Result<Self> {
        Self::open(File::options().append(true), path, until)
    }

    fn open(
        options: &mut std::fs::OpenOptions,
        path: &Path,
        until: Option<Instant>,
    ) -> io::Result<Self> {
        #[cfg(unix)]
        if until.is_some() {
            use std::os::unix::fs::OpenOptionsExt as _;

            let flags = i32::try_from(rustix::fs::OFlags::NONBLOCK.bits());
            options.custom_flags(flags.unwrap_or_default());
        }
        #[cfg(not(unix))]
        let _ends_never = until;
        Ok(Self {
            file: options.open(path)?,
            #[cfg(unix)]
            until,
            portion: usize::MAX,
        })
    }

    /// Waits until bytes can be read or written. What can be done at once is done after the deadline too: the end of a
    /// document that was begun.
    #[cfg(unix)]
    fn wait(&self, events: rustix::event::PollFlags) -> io::Result<()> {
        use rustix::event::{PollFd, Timespec, poll};

        loop {
            let left = left(self.until);
            let limit = left.map(|left| Timespec {
                tv_sec: left.as_secs().try_into().unwrap_or(i64::MAX),
                tv_nsec: left.subsec_nanos().into(),
            });
            match poll(&mut [PollFd::new(&self.file, events)], limit.as_ref()) {
                Ok(0) if left == Some(Duration::ZERO) => {
                    return Err(io::ErrorKind::TimedOut.into());
                }
                Ok(0) | Err(rustix::io::Errno::INTR) => {}
                Ok(_) => return Ok(()),
                Err(error) => return Err(error.into()),
            }
        }
    }
}

#[cfg(unix)]
impl Read for Stream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        use rustix::event::PollFlags;

        match left(self.until) {
            // A pipe that always has more would never end.
            Some(Duration::ZERO) => return Err(io::ErrorKind::TimedOut.into()),
            Some(_) => self.wait(PollFlags::IN)?,
            None => {}
        }
        loop {
            match self.file.read(buffer) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    self.wait(PollFlags::IN)?;
                }
                read => return read,
            }
        }
    }
}

#[cfg(unix)]
impl Write for Stream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        use rustix::event::PollFlags;

        let portion = bytes.get(..self.portion).unwrap_or(bytes);
        if self.until.is_some() {
            self.wait(PollFlags::OUT)?;
        }
        loop {
            match self.file.write(portion) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    self.wait(PollFlags::OUT)?;
                }
                written => return written,
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What is read where the system cannot wait for a stream until a given time: on a thread of its own, which stays where
/// it is when the time is up.
#[cfg(any(not(unix), test))]
#[derive(Debug)]
pub struct TimedReader {
    arriving: Receiver<io::Result<Vec<u8>>>,
    /// What has arrived, and was not asked for yet.
    rest: Cursor<Vec<u8>>,
    until: Instant,
}

#[cfg(any(not(unix), test))]
impl TimedReader {
    /// Reads a stream until a given time.
    pub fn new(mut source: impl Read + Send + 'static, until: Instant) -> Self {
        // One portion ahead: who reads no more holds no memory.
        let (sender, arriving) = sync_channel(1);
        std::thread::spawn(move || {
            loop {
                let mut portion = vec![0; 1 << 16];
                let read = source.read(&mut portion).map(|count| {
                    portion.truncate(count);
                    portion
                });
                let is_end = read.as_ref().is_ok_and(Vec::is_empty) || read.is_err();
                if sender.send(read).is_err() || is_end {
                    return;
                }
            }
        });
        Self {
            arriving,
            rest: Cursor::default(),
            until,
        }
    }
}

#[cfg(any(not(unix), test))]
impl Read for TimedReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.rest.read(buffer)?;
        if count > 0 || buffer.is_empty() {
            return Ok(count);
        }
        let left = self.until.saturating_duration_since(Instant::now());
        match self.arriving.recv_timeout(left) {
            Ok(portion) => {
                self.rest = Cursor::new(portion?);
                self.rest.read(buffer)
            }
            Err(RecvTimeoutError::Timeout) => Err(io::ErrorKind::TimedOut.into()),
            // The end has been read.
            Err(RecvTimeoutError::Disconnected) => Ok(0),
        }
    }
}

#[cfg(not(unix))]
impl Read for Stream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.file.read(buffer)
    }
}

#[cfg(not(unix))]
impl Write for Stream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes.get(..self.portion).unwrap_or(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// The time that is left until a deadline.
#[cfg(unix)]
fn left(until: Option<Instant>) -> Option<Duration> {
    until.map(|until| until.saturating_duration_since(Instant::now()))
}

/// Tells whether a pipe was opened for writing that has no reader (open(2), `ENXIO`). A socket, and a terminal that is
/// not there, answer the same, and never get one.
#[cfg(unix)]
fn is_without_reader(error: &io::Error, path: &Path) -> bool {
    use std::os::unix::fs::FileTypeExt as _;

    error.raw_os_error() == Some(rustix::io::Errno::NXIO.raw_os_error())
        && path
            .metadata()
            .is_ok_and(|metadata| metadata.file_type().is_fifo())
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::fs::File;
    use std::io::{ErrorKind, Read as _, Write as _};
    use std::os::fd::AsFd;
    use std::time::{Duration, Instant};

    use super::{Stream, TimedReader};

    fn soon() -> Instant {
        Instant::now() + Duration::from_millis(20)
    }

    fn stream(descriptor: impl AsFd, until: Option<Instant>) -> Stream {
        Stream::of_descriptor(descriptor, until).unwrap()
    }

    #[test]
    fn ends_at_its_deadline() {
        let (reader, writer) = std::io::pipe().unwrap();
        let read = stream(&reader, Some(soon())).read(&mut [0; 8]);
        assert_eq!(read.unwrap_err().kind(), ErrorKind::TimedOut);
        let written = stream(&writer, Some(soon())).write_all(&vec![0; 1 << 20]);
        assert_eq!(written.unwrap_err().kind(), ErrorKind::TimedOut);
    }

    #[test]
    fn a_thread_reads_until_the_deadline() {
        let (source, mut writer) = std::io::pipe().unwrap();
        writer.write_all(b"all").unwrap();
        let mut reader = TimedReader::new(source, Instant::now() + Duration::from_secs(600));
        let mut found = [0; 2];
        reader.read_exact(&mut found).unwrap();
        assert_eq!(&found, b"al");
        reader.until = Instant::now();
        assert_eq!(reader.read(&mut found).unwrap(), 1, "it has arrived");
        let read = reader.read(&mut found);
        assert_eq!(read.unwrap_err().kind(), ErrorKind::TimedOut);
        reader.until = soon() + Duration::from_secs(600);
        drop(writer);
        assert_eq!(reader.read(&mut found).unwrap(), 0);
        assert_eq!(reader.read(&mut found).unwrap(), 0, "it stays at the end");
    }

    #[test]
    fn a_pipe_with_a_name_waits_for_its_other_end() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("pipe");
        // A call of the library makes none on macOS.
        let made = std::process::Command::new("mkfifo").arg(&path).status();
        assert!(made.unwrap().success());
        let mut reader = Stream::reader(&path, Some(soon())).unwrap();
        let read = reader.read(&mut [0; 8]);
        assert_eq!(read.unwrap_err().kind(), ErrorKind::TimedOut);
        drop(reader);
        let opened = Stream::writer(&path, Some(soon())).map(drop);
        assert_eq!(opened.unwrap_err().kind(), ErrorKind::TimedOut);
    }

    #[test]
    fn a_socket_is_not_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("socket");
        let _bound = std::os::unix::net::UnixListener::bind(&path).unwrap();
        let opened = Stream::writer(&path, Some(soon())).map(drop);
        assert_ne!(opened.unwrap_err().kind(), ErrorKind::TimedOut);
    }

    #[test]
    fn nothing_is_lost_where_a_descriptor_does_not_block() {
        let (mut reader, writer) = std::io::pipe().unwrap();
        rustix::io::ioctl_fionbio(&writer, true).unwrap();
        let bytes: Vec<u8> = (0..1 << 20).map(|at: u32| at.to_le_bytes()[0]).collect();
        let expected = bytes.clone();
        let sent = std::thread::spawn(move || {
            let mut stream = stream(&writer, None);
            stream.write_all(&bytes)
        });
        let mut read = Vec::new();
        reader.read_to_end(&mut read).unwrap();
        sent.join().unwrap().unwrap();
        assert!(read == expected);
    }

    #[test]
    fn shares_its_place_in_a_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        let past = Some(Instant::now());
        let mut file = File::create(&path).unwrap();
        file.write_all(b"first ").unwrap();
        stream(&file, past).write_all(b"second ").unwrap();
        file.write_all(b"third").unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"first second third");
    }
}
