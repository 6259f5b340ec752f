//! The environment of a process: none of the caller's variables, and a folder and a home that are deleted afterwards.
//! Who runs the process: `run`.

#![expect(clippy::unwrap_used, reason = "a test that cannot begin has failed")]

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

/// The binary under test.
pub(crate) const BINARY: &str = env!("CARGO_BIN_EXE_arm");

/// The variable that names the folder of what must last: sign-ins, and what the sandbox holds.
pub(crate) const STATE_FOLDER: &str = if cfg!(windows) {
    "LOCALAPPDATA"
} else {
    "XDG_STATE_HOME"
};

/// The file of settings, in the folder of a command.
pub(crate) const SETTINGS_FILE: &str = if cfg!(windows) {
    "home/roaming/arm/config.toml"
} else {
    "home/.config/arm/config.toml"
};

/// The folder of what can be obtained again, in the folder of a command.
pub(crate) const CACHE: &str = if cfg!(windows) {
    "home/local/arm"
} else {
    "home/.cache/arm"
};

/// The variable that names the folder of what can be obtained again.
pub(crate) const CACHE_FOLDER: &str = if cfg!(windows) {
    "LOCALAPPDATA"
} else {
    "XDG_CACHE_HOME"
};

/// A folder to work in, with an empty home folder `home` in it.
#[derive(Debug)]
pub(crate) struct Home(TempDir);

impl Home {
    /// Makes one; it is deleted when it is dropped.
    pub(crate) fn new() -> Self {
        let home = Self(TempDir::with_prefix("arm-").unwrap());
        std::fs::create_dir_all(home.path().join("home/bin")).unwrap();
        home
    }

    /// Returns the folder that commands are run in.
    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    /// Returns the variables that commands see.
    pub(crate) fn variables(&self) -> Vec<(&'static str, String)> {
        let folder = |name: &str| self.path().join("home").join(name).display().to_string();
        let mut variables = vec![
            ("HOME", self.path().join("home").display().to_string()),
            (
                "USERPROFILE",
                self.path().join("home").display().to_string(),
            ),
            ("APPDATA", folder("roaming")),
            ("LOCALAPPDATA", folder("local")),
            ("XDG_CACHE_HOME", folder(".cache")),
            ("XDG_CONFIG_HOME", folder(".config")),
            ("XDG_DATA_HOME", folder(".local/share")),
            ("XDG_STATE_HOME", folder(".local/state")),
            // A machine that runs the tests may be one of Azure.
            ("ARMCLI_IMDS", "0".to_owned()),
            // Nothing is found there but what a test puts there.
            ("PATH", folder("bin")),
        ];
        if cfg!(windows) {
            // Without it no process of Windows can open a socket.
            variables.push(("SystemRoot", "C:\\Windows".to_owned()));
            // Every process there has it: the agent of Azure Arc keeps its keys below it.
            variables.push(("ProgramData", folder("ProgramData")));
            // Git Bash, whose quotes in hints are those of other systems.
            variables.push(("SHELL", "/usr/bin/bash".to_owned()));
        }
        variables
    }

    /// Makes a command for a program, by its path.
    pub(crate) fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command
            .env_clear()
            .envs(self.variables())
            .current_dir(self.path())
            .stdin(Stdio::null());
        command
    }
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
