//! `arm cache names`: how many names are remembered, of which subscriptions; and their end. Who keeps them:
//! `app/naming/memory`.

use std::path::Path;

use serde_json::{Value, json};

use crate::app::naming::memory::{KeptNames, NameMemory};
use crate::app::terminal::stdout::{print, shown_json};
use crate::app::terminal::style::head_style;
use crate::cli::TableFormat;
use crate::env::Env;
use crate::error::Error;
use crate::output::{Console, columns_below_head};

/// The heads of the columns.
const HEADS: [&str; 5] = ["ACCOUNT", "SUBSCRIPTION", "NAME", "GROUPS", "RESOURCES"];

/// Shows how much is remembered.
pub(super) fn show(output: TableFormat, env: &Env) -> Result<(), Error> {
    let Some(folder) = folder(env) else {
        return Ok(());
    };
    let kept = NameMemory::all_in(&folder);
    let text = match output {
        TableFormat::Json => shown_json(kept.iter().map(as_json).collect::<Value>(), env),
        TableFormat::Table if kept.is_empty() => String::new(),
        TableFormat::Table => {
            let rows = kept.iter().map(row);
            let rows: Vec<_> = std::iter::once(HEADS.map(str::to_owned))
                .chain(rows)
                .collect();
            columns_below_head(&rows, head_style(env))
        }
    };
    print(&text)?;
    if kept.is_empty() {
        Console::of(env).note(format!("no name is remembered in `{}`", folder.display()));
    }
    Ok(())
}

/// Deletes all that is remembered; says that there was nothing if that was asked for alone.
pub(super) fn clear(is_alone: bool, env: &Env) -> Result<(), Error> {
    let Some(folder) = folder(env) else {
        return Ok(());
    };
    let failed = |error: std::io::Error| Error::Folder {
        path: folder.clone(),
        message: error.to_string(),
    };
    let console = Console::of(env);
    match remove(&folder) {
        Ok(true) => console.note(format!("the names in `{}` were deleted", folder.display())),
        Ok(false) if is_alone => {
            console.note(format!("no name is remembered in `{}`", folder.display()));
        }
        Ok(false) => {}
        Err(error) => return Err(failed(error)),
    }
    Ok(())
}

/// Takes the folder away; a link goes, not what it leads to.
fn remove(folder: &Path) -> std::io::Result<bool> {
    match std::fs::symlink_metadata(folder) {
        Ok(found) if found.is_dir() => std::fs::remove_dir_all(folder).map(|()| true),
        Ok(_) => std::fs::remove_file(folder).map(|()| true),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

fn folder(env: &Env) -> Option<std::path::PathBuf> {
    let folder = NameMemory::kept_in(env);
    if folder.is_none() {
        Console::of(env).note("no names are kept: there is no home folder");
    }
    folder
}

fn row(kept: &KeptNames) -> [String; 5] {
    [
        kept.account.clone(),
        subscription_of(kept).unwrap_or_else(|| "-".to_owned()),
        kept.name.clone().unwrap_or_else(|| "-".to_owned()),
        kept.groups.to_string(),
        kept.resources.to_string(),
    ]
}

fn as_json(kept: &KeptNames) -> Value {
    json!({
        "account": kept.account,
        "subscriptionId": subscription_of(kept),
        "name": kept.name,
        "groups": kept.groups,
        "resources": kept.resources,
        "file": kept.file.display().to_string(),
    })
}

/// The id of the subscription; none of what is in the tenant.
fn subscription_of(kept: &KeptNames) -> Option<String> {
    Some(kept.subscription.clone()).filter(|id| !id.is_empty())
}
