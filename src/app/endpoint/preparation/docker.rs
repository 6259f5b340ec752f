//! The settings of docker in which this program has the logins of registries. All else in the user's folder stays in view:
//! contexts, builders, plugins. What docker says to the helper: `app/command/credential`.

use std::ffi::OsString;
use std::path::PathBuf;

use crate::app::endpoint::child::Surroundings;
use crate::app::endpoint::preparation::folder::{Folder, show};
use crate::app::endpoint::preparation::task::Task;
use crate::env::Env;
use crate::error::Error;
use crate::file;
use crate::shell::Shell;
use crate::tools::{DockerConfig, registries_in};

/// The name of this program as a store of logins: docker runs `docker-credential-arm`.
const STORE: &str = "arm";
/// The settings of docker have some KiB.
const MAX_SETTINGS: u64 = 4 << 20;
const SETTINGS: &str = "config.json";

pub(super) fn prepare(
    task: Task<'_>,
    folder: &Folder,
    surroundings: &mut Surroundings,
) -> Result<(), Error> {
    let users = users_folder(task.env);
    let settings = users.as_ref().map(|users| users.join(SETTINGS));
    let text = settings
        .as_ref()
        .and_then(|path| file::read(path, MAX_SETTINGS).ok());
    let own = text.map_or_else(
        || Some(DockerConfig::default()),
        |text| DockerConfig::read(&text.bytes),
    );
    let Some(own) = own else {
        let words =
            "the settings of docker are not JSON: docker says what is wrong, and gets no token";
        task.console.note(words);
        return Ok(());
    };
    let shell = if cfg!(windows) {
        Shell::Cmd
    } else {
        Shell::Posix
    };
    let line = task.helper.line("docker", shell);
    let settings_option = match &settings {
        None => Some(String::new()),
        Some(path) => path
            .to_str()
            .map(|path| format!(" --settings {}", shell.word(path))),
    };
    let Some((line, option)) = line.zip(settings_option) else {
        task.console.note("the path of this program or of the settings of docker is not text: docker uses no token");
        return Ok(());
    };
    let programs = folder.subfolder("bin")?;
    if cfg!(windows) {
        folder.write_program(
            "bin/docker-credential-arm.cmd",
            &format!("@{line}{option} %*\r\n"),
        )?;
    } else {
        folder.write_program(
            "bin/docker-credential-arm",
            &format!("#!/bin/sh\nexec {line}{option} \"$@\"\n"),
        )?;
    }
    let config = folder.subfolder("docker")?;
    let entries = users
        .iter()
        .filter_map(|users| std::fs::read_dir(users).ok());
    for entry in entries.flatten().flatten() {
        let name = entry.file_name();
        if let Some(users) = users.as_ref().filter(|_| name != SETTINGS) {
            show(users, &name, &config);
        }
    }
    let named = registries_in(task.arguments(), task.cloud);
    let text = own.with_store(STORE, task.cloud, &named).text();
    let written = folder.write("docker/config.json", &text)?;
    surroundings.set("DOCKER_CONFIG", config);
    // Podman, buildah and skopeo.
    surroundings.set("REGISTRY_AUTH_FILE", written);
    surroundings.set("PATH", with_folder(programs, task.env));
    Ok(())
}

/// Where the user's settings are (docs.docker.com, `DOCKER_CONFIG`).
fn users_folder(env: &Env) -> Option<PathBuf> {
    let named = env.path("DOCKER_CONFIG").map(PathBuf::from);
    named.or_else(|| Some(env.home_dir.as_ref()?.join(".docker")))
}

/// The search path with a folder before all others.
fn with_folder(folder: PathBuf, env: &Env) -> OsString {
    let before = env.path("PATH").map(PathBuf::from).unwrap_or_default();
    let folders = std::iter::once(folder.clone()).chain(std::env::split_paths(&before));
    std::env::join_paths(folders).unwrap_or_else(|_| folder.into_os_string())
}
