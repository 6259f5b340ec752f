//! Runs the program, or a shell that runs it, in the environment of `home`, and returns its outcome.

#![expect(
    clippy::unwrap_used,
    reason = "a program that does not start fails the test"
)]

use std::ffi::OsStr;
use std::io::{Read, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use super::home::{BINARY, Home};
use super::secrets;
use super::server::Server;

/// A run takes seconds at most; beyond this it hangs.
const LIMIT: Duration = Duration::from_secs(60);

/// A token that is not a JWT: it is sent as it is.
pub(crate) const TOKEN: &str = "test-token";

/// The audience of Resource Manager.
pub(crate) const AUDIENCE: &str = "https://management.azure.com/";

/// What came of a run.
#[derive(Debug)]
pub(crate) struct Outcome {
    /// The exit code; `None` if a signal ended it.
    pub(crate) code: Option<i32>,
    /// The answer.
    pub(crate) stdout: Vec<u8>,
    /// What people read.
    pub(crate) stderr: String,
}

impl Outcome {
    /// Returns stdout as text.
    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.stdout).unwrap()
    }

    /// Returns stdout as one JSON document.
    #[track_caller]
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:#?}"))
    }

    /// Fails unless the exit code is this one.
    #[track_caller]
    pub(crate) fn exits(self, code: i32) -> Self {
        assert_eq!(
            self.code,
            Some(code),
            "{}\n{}",
            self.stderr,
            String::from_utf8_lossy(&self.stdout)
        );
        self
    }

    /// Fails unless stderr holds each of these texts.
    #[track_caller]
    pub(crate) fn says(self, texts: &[&str]) -> Self {
        for text in texts {
            assert!(
                self.stderr.contains(text),
                "`{text}` is not in\n{}",
                self.stderr
            );
        }
        self
    }

    /// Fails unless nothing was printed.
    #[track_caller]
    pub(crate) fn prints_nothing(self) -> Self {
        assert_eq!(String::from_utf8_lossy(&self.stdout), "", "{}", self.stderr);
        self
    }
}

/// A run that is being prepared.
pub(crate) struct Run {
    command: Command,
    home: Home,
    stdin: Vec<u8>,
    stdout_is: Meant,
}

/// What stdout is meant to hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Meant {
    /// An answer.
    Answer,
    /// A token.
    Token,
}

impl Run {
    /// The program with these arguments.
    pub(crate) fn arm<I: AsRef<OsStr>>(arguments: impl IntoIterator<Item = I>) -> Self {
        let mut run = Self::program_at(BINARY);
        run.command.args(arguments);
        run
    }

    /// A request to a scripted server, without a token and without repetition.
    pub(crate) fn plain(server: &Server, method: &str, path: &str) -> Self {
        Self::arm([method, &server.url(path), "--no-auth", "--retry", "0"])
    }

    /// A request to a scripted server that may receive [`TOKEN`], without repetition.
    pub(crate) fn signed(server: &Server, method: &str, path: &str) -> Self {
        Self::arm([method, &server.url(path), "--retry", "0"])
            .args(["--audience", AUDIENCE, "--allow-host", &server.authority()])
            .env("ARMCLI_ACCESS_TOKEN", TOKEN)
    }

    /// A script of bash, in which `$ARM` is the program.
    pub(crate) fn bash(script: &str) -> Self {
        let mut run = Self::program_at("/bin/bash");
        run.command
            .args(["-c", script])
            .env("ARM", BINARY)
            .env("PATH", "/usr/bin:/bin");
        run
    }

    /// A program, by its path.
    pub(crate) fn program_at(program: impl AsRef<OsStr>) -> Self {
        let home = Home::new();
        let mut command = home.command(program);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        Self {
            command,
            home,
            stdin: Vec::new(),
            stdout_is: Meant::Answer,
        }
    }

    /// Says that a token is meant to be printed: a test fails over any other.
    pub(crate) fn prints_a_token(mut self) -> Self {
        self.stdout_is = Meant::Token;
        self
    }

    /// Adds arguments.
    pub(crate) fn args<I: AsRef<OsStr>>(mut self, arguments: impl IntoIterator<Item = I>) -> Self {
        self.command.args(arguments);
        self
    }

    /// Sets a variable.
    pub(crate) fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// Removes a variable.
    pub(crate) fn without(mut self, name: &str) -> Self {
        self.command.env_remove(name);
        self
    }

    /// Says what is on stdin.
    pub(crate) fn stdin(mut self, bytes: impl AsRef<[u8]>) -> Self {
        self.stdin = bytes.as_ref().to_vec();
        self.command.stdin(Stdio::piped());
        self
    }

    /// Returns the current folder of the run.
    pub(crate) fn folder(&self) -> &Path {
        self.home.path()
    }

    /// Writes a file below the current folder.
    pub(crate) fn file(self, name: &str, content: impl AsRef<[u8]>) -> Self {
        let path = self.folder().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
        self
    }

    /// Puts a program into the `PATH`: a script of sh. It goes to the folder of the run, and has
    /// where it was started in `started_in`.
    #[cfg(unix)]
    pub(crate) fn program(self, name: &str, script: &str) -> Self {
        use std::os::unix::fs::PermissionsExt as _;

        let name = format!("home/bin/{name}");
        let run = self.file(
            &name,
            format!("#!/bin/sh\nstarted_in=$PWD\ncd \"$HOME/..\" || exit 1\n{script}\n"),
        );
        let mode = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(run.folder().join(name), mode).unwrap();
        run
    }

    /// Runs it to its end.
    #[track_caller]
    pub(crate) fn run(self) -> Outcome {
        self.start().finish()
    }

    /// Runs it to its end and keeps its folder.
    #[track_caller]
    pub(crate) fn run_and_keep(self) -> (Outcome, Home) {
        let mut running = self.start();
        let folder = running.keep_folder();
        (running.finish(), folder)
    }

    /// Starts it.
    pub(crate) fn start(mut self) -> Running {
        let mut child = self.command.spawn().unwrap();
        if let Some(mut stdin) = child.stdin.take() {
            let bytes = self.stdin;
            // A program that does not read its stdin closes it, which is not an error.
            std::thread::spawn(move || stdin.write_all(&bytes));
        }
        Running {
            stdout: reader(child.stdout.take().unwrap()),
            stderr: reader(child.stderr.take().unwrap()),
            child,
            home: Some(self.home),
            stdout_is: self.stdout_is,
        }
    }
}

/// A process that runs.
pub(crate) struct Running {
    child: Child,
    stdout: Receiver<Vec<u8>>,
    stderr: Receiver<Vec<u8>>,
    home: Option<Home>,
    stdout_is: Meant,
}

impl Running {
    /// Returns the id of the process.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Returns the current folder.
    pub(crate) fn folder(&self) -> PathBuf {
        self.home.as_ref().unwrap().path().to_owned()
    }

    /// Takes the folder over: it outlives the run.
    pub(crate) fn keep_folder(&mut self) -> Home {
        self.home.take().unwrap()
    }

    /// Waits for the end.
    #[track_caller]
    pub(crate) fn finish(mut self) -> Outcome {
        let outputs = (
            self.stdout.recv_timeout(LIMIT),
            self.stderr.recv_timeout(LIMIT),
        );
        let (Ok(stdout), Ok(stderr)) = outputs else {
            let _ended = self.child.kill();
            panic!("the program did not end");
        };
        let code = self.child.wait().unwrap().code();
        let stderr = String::from_utf8(stderr).unwrap();
        secrets::check("stderr", &stderr);
        if self.stdout_is == Meant::Answer {
            secrets::check("stdout", &String::from_utf8_lossy(&stdout));
        }
        Outcome {
            code,
            stdout,
            stderr,
        }
    }
}

/// Reads a pipe to its end on a thread.
fn reader(mut pipe: impl Read + Send + 'static) -> Receiver<Vec<u8>> {
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        let _read = pipe.read_to_end(&mut bytes);
        sender.send(bytes)
    });
    receiver
}
