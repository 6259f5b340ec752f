//! The binary in surroundings of its own: none of the caller's variables, a home that is deleted
//! afterwards, no colour. Judges nothing.

#![expect(clippy::unwrap_used, reason = "a test that cannot begin has failed")]

use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use super::secrets;

/// The binary under test.
pub(crate) const BINARY: &str = env!("CARGO_BIN_EXE_arm");

/// A home folder with nothing in it, and a folder to work in.
#[derive(Debug)]
pub(crate) struct Home(TempDir);

impl Home {
    /// Makes one; it is deleted when it is dropped.
    pub(crate) fn new() -> Self {
        let home = Self(TempDir::with_prefix("arm-").unwrap());
        std::fs::create_dir_all(home.work()).unwrap();
        home
    }

    /// Returns the home folder.
    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    /// Returns the folder that commands are run in.
    pub(crate) fn work(&self) -> PathBuf {
        self.path().join("work")
    }

    /// Returns the variables that commands see.
    pub(crate) fn variables(&self) -> Vec<(&'static str, String)> {
        let folder = |name: &str| self.path().join(name).display().to_string();
        let mut variables = vec![
            ("HOME", folder("")),
            ("USERPROFILE", folder("")),
            ("APPDATA", folder("roaming")),
            ("LOCALAPPDATA", folder("local")),
            ("XDG_CACHE_HOME", folder("cache")),
            ("XDG_CONFIG_HOME", folder("config")),
            ("XDG_DATA_HOME", folder("data")),
            ("XDG_STATE_HOME", folder("state")),
            ("NO_COLOR", "1".to_owned()),
            // A machine that runs the tests may be one of Azure.
            ("ARMCLI_IMDS", "0".to_owned()),
            // Nothing is found there: no `az`, no helper.
            ("PATH", folder("bin")),
        ];
        // Without it no process of Windows can open a socket.
        variables.extend(Some(("SystemRoot", "C:\\Windows".to_owned())).filter(|_| cfg!(windows)));
        variables
    }

    /// Makes a command for a program, by its path.
    pub(crate) fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        command
            .env_clear()
            .envs(self.variables())
            .current_dir(self.work())
            .stdin(std::process::Stdio::null());
        command
    }

    /// Makes a command for the binary.
    pub(crate) fn arm<'a>(&self, arguments: impl IntoIterator<Item = &'a str>) -> Command {
        let mut command = self.command(BINARY);
        command.args(arguments);
        command
    }
}

/// Runs a command and returns its stdout; a failure of the command fails the test.
#[track_caller]
pub(crate) fn stdout_of(command: &mut Command) -> String {
    let stdout = stdout_with_token_of(command);
    secrets::check("stdout", &stdout);
    stdout
}

/// The same for a command that is meant to print a token.
#[track_caller]
pub(crate) fn stdout_with_token_of(command: &mut Command) -> String {
    let output = command.output().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "{command:?} ended with {}\n{stderr}",
        output.status
    );
    secrets::check("stderr", &stderr);
    String::from_utf8(output.stdout).unwrap()
}

/// Finds a program on the caller's PATH, such as a shell.
#[expect(clippy::disallowed_methods, reason = "tests have no Env")]
pub(crate) fn find_program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|folder| {
            folder
                .join(name)
                .with_extension(std::env::consts::EXE_EXTENSION)
        })
        .find(|file| file.is_file())
}
