//! A kubeconfig before those of the user, in which this program has the tokens of clusters. What is in it:
//! `tools::kubeconfig`; what kubectl says to the plugin: `app/command/credential`.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::app::endpoint::child::Surroundings;
use crate::app::endpoint::preparation::folder::Folder;
use crate::app::endpoint::preparation::task::Task;
use crate::env::Env;
use crate::error::Error;
use crate::file;
use crate::plan;
use crate::tools::{kubeconfig_overlay, reads_only};

/// A kubeconfig has some KiB for each cluster.
const MAX_CONFIG: u64 = 16 << 20;

pub(super) fn prepare(
    task: Task<'_>,
    folder: &Folder,
    surroundings: &mut Surroundings,
) -> Result<(), Error> {
    if let Some(file) = reads_only(task.arguments()) {
        task.console.note(format!(
            "`--kubeconfig {0}` is read alone, and signs in by itself: set `KUBECONFIG={0}` instead",
            file.to_string_lossy()
        ));
        return Ok(());
    }
    let paths = users_files(task.env);
    let configs: Vec<Value> = paths.iter().filter_map(|path| read(path)).collect();
    let Some(program) = task.helper.program() else {
        task.console
            .note("the path of this program is not text: kubectl gets no token");
        return Ok(());
    };
    let arguments = task.helper.arguments("kubernetes");
    let Some(overlay) = kubeconfig_overlay(&configs, program, &arguments) else {
        return Ok(());
    };
    let written = folder.write("kubeconfig", &overlay)?;
    let all = std::iter::once(written.clone()).chain(paths);
    let joined = std::env::join_paths(all).unwrap_or_else(|_| written.into_os_string());
    surroundings.set("KUBECONFIG", joined);
    Ok(())
}

/// The files of the user: those of `KUBECONFIG`, else the usual one (kubernetes.io, "Organizing Cluster Access").
fn users_files(env: &Env) -> Vec<PathBuf> {
    if let Some(named) = env.path("KUBECONFIG") {
        let files = std::env::split_paths(named);
        return files.filter(|file| !file.as_os_str().is_empty()).collect();
    }
    let usual = env.home_dir.as_ref().map(|home| home.join(".kube/config"));
    usual.into_iter().collect()
}

/// Reads a file; about one that cannot be read, kubectl says what is wrong.
fn read(path: &Path) -> Option<Value> {
    let text = String::from_utf8(file::read(path, MAX_CONFIG).ok()?.bytes).ok()?;
    let json = plan::json_of_yaml_text(&text).ok()?;
    serde_json::from_str(&json).ok()
}
