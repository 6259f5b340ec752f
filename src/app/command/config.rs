//! `arm config`: shows settings with their origins, and changes the file. Which value applies, and how a text is
//! changed: `config`; who reads the file: `session/config_file`.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::app::session::azure_defaults::{self, AzureDefault};
use crate::app::session::config_file;
use crate::app::terminal::editor::Editor;
use crate::app::terminal::stdout::{print, shown_json};
use crate::cli::TableFormat;
use crate::cli::arguments::{ConfigCommand, ConfigShowArgs};
use crate::config::{self, GUARDS, KeyPath, Origin, PROFILE_VARIABLE, SETTINGS, Setting};
use crate::env::Env;
use crate::error::{Error, PreferenceError};
use crate::output::{Console, columns};

/// What is in a file that is begun.
const BEGUN: &str = "\
# Settings of arm; `arm help config` says what can be set here.
# [defaults]
# output = \"yaml\"
";

/// Runs a command of `arm config`.
pub(crate) async fn run(command: ConfigCommand, env: &Env) -> Result<(), Error> {
    match command {
        ConfigCommand::Show(args) => show(&args, env),
        ConfigCommand::Get { key, .. } => get(&key, env),
        ConfigCommand::Set { key, value } => {
            let path = KeyPath::parse(&key).map_err(PreferenceError::from)?;
            if path.is_read_only() && config::switch(&value) != Some(true) {
                env.guard.check_lifting()?;
            }
            let file = file(env)?;
            let _lock = config_file::lock(env)?;
            let text = config_file::text(&file)?.unwrap_or_default();
            let changed = config::set(&text, &path, &value).map_err(PreferenceError::from)?;
            write(&file, &changed)
        }
        ConfigCommand::Unset { key } => {
            let path = KeyPath::parse(&key).map_err(PreferenceError::from)?;
            if path.is_read_only() {
                env.guard.check_lifting()?;
            }
            let file = file(env)?;
            let _lock = config_file::lock(env)?;
            let text = config_file::text(&file)?.unwrap_or_default();
            let changed = config::unset(&text, &path).map_err(PreferenceError::from)?;
            if let Some(text) = changed {
                return write(&file, &text);
            }
            Console::of(env).note(format!("`{path}` is not in the file: nothing was changed"));
            Ok(())
        }
        ConfigCommand::Edit => edit(env).await,
        ConfigCommand::Path => print(&format!("{}\n", file(env)?.display())),
    }
}

fn file(env: &Env) -> Result<PathBuf, Error> {
    config_file::path(env).ok_or(Error::NoStateFolder)
}

/// Writes a text that is right.
fn write(file: &Path, text: &str) -> Result<(), Error> {
    let _checked = config_file::check(text, file)?;
    config_file::replace(file, text)
}

/// A value, and who has said it.
struct Row {
    key: String,
    value: Option<String>,
    origin: String,
}

fn show(args: &ConfigShowArgs, env: &Env) -> Result<(), Error> {
    let rows = rows(env);
    if args.format.chosen == TableFormat::Json {
        let items = rows
            .iter()
            .map(|row| json!({ "key": row.key, "value": row.value, "origin": row.origin }));
        return print(&shown_json(Value::from(items.collect::<Vec<_>>()), env));
    }
    let value = |row: &Row| row.value.clone().unwrap_or_default();
    let text = if args.origin {
        let head = ["SETTING", "VALUE", "ORIGIN"].map(str::to_owned);
        let rows = rows
            .iter()
            .map(|row| [row.key.clone(), value(row), row.origin.clone()]);
        columns(&std::iter::once(head).chain(rows).collect::<Vec<_>>())
    } else {
        let head = ["SETTING", "VALUE"].map(str::to_owned);
        let rows = rows.iter().map(|row| [row.key.clone(), value(row)]);
        columns(&std::iter::once(head).chain(rows).collect::<Vec<_>>())
    };
    print(&text)
}

/// Everything that holds: the profile, the settings, the guards, and the commands of the user's own.
fn rows(env: &Env) -> Vec<Row> {
    let settings = &env.settings;
    let mut rows = Vec::new();
    if let Some(profile) = &settings.profile {
        let is_of_variable = env.get(PROFILE_VARIABLE) == Some(&profile.name);
        let by = if is_of_variable {
            PROFILE_VARIABLE
        } else {
            "--profile"
        };
        rows.push(Row {
            key: "profile".to_owned(),
            value: Some(profile.name.clone()),
            origin: by.to_owned(),
        });
    }
    rows.extend(SETTINGS.iter().map(|setting| row_of(setting, env)));
    for source in &settings.guard_sources {
        rows.extend(source.guards.names().into_iter().map(|name| Row {
            key: name.to_owned(),
            value: Some("true".to_owned()),
            origin: source.name.clone(),
        }));
    }
    for name in GUARDS {
        if !rows.iter().any(|row| row.key == name) {
            rows.push(Row {
                key: name.to_owned(),
                value: None,
                origin: "default: false".to_owned(),
            });
        }
    }
    rows.extend(settings.config.commands.iter().map(|command| Row {
        key: format!("commands.{}", command.name),
        value: Some(command.text.clone()),
        origin: "config.toml".to_owned(),
    }));
    rows
}

fn row_of(setting: &'static Setting, env: &Env) -> Row {
    let mut chosen = env.settings.chosen.iter();
    let (value, origin) = match chosen.find(|chosen| chosen.setting.key == setting.key) {
        Some(chosen) => {
            let origin = match &chosen.origin {
                Origin::Profile { name, line } => format!("profile {name}, config.toml:{line}"),
                Origin::Variable(name) => (*name).to_owned(),
                Origin::Defaults { line } => format!("[defaults], config.toml:{line}"),
            };
            (Some(chosen.value.clone()), origin)
        }
        None => match azure_defaults::find(setting, env) {
            Some(AzureDefault { value, origin }) => (Some(value), origin),
            None => (None, format!("default: {}", setting.default)),
        },
    };
    Row {
        key: setting.key.to_owned(),
        value,
        origin,
    }
}

/// Prints the value that holds, bare; of a name with a dot, what the file says there.
fn get(key: &str, env: &Env) -> Result<(), Error> {
    let path = KeyPath::parse(key).map_err(PreferenceError::from)?;
    let value = if key.contains('.') {
        let text = config_file::text(&file(env)?)?.unwrap_or_default();
        config::find(&text, &path)
    } else if let Some(setting) = path.default() {
        row_of(setting, env).value
    } else {
        let is_set = env.settings.guards.names().contains(&key);
        Some(is_set.to_string())
    };
    if let Some(value) = value {
        return print(&format!("{value}\n"));
    }
    Console::of(env).note(format!("`{key}` is not set"));
    Ok(())
}

/// Opens a copy of the file in the user's editor, and takes it if it is right.
async fn edit(env: &Env) -> Result<(), Error> {
    let file = file(env)?;
    let editor = Editor::of(env)?;
    let before = config_file::text(&file)?;
    let copy = config_file::copy(env, before.as_deref().unwrap_or(BEGUN))?;
    let kept = |message: String| PreferenceError::Kept {
        message,
        copy: copy.clone(),
    };
    match editor.open(&copy, env).await {
        Ok(()) => {}
        Err(error @ Error::Interrupted) => return Err(error),
        Err(error) => return Err(kept(error.to_string()).into()),
    }
    let text = config_file::text(&copy)?.unwrap_or_default();
    if text == before.as_deref().unwrap_or(BEGUN) {
        Console::of(env).note("nothing was changed");
        return config_file::remove(&copy);
    }
    let _checked = config_file::check(&text, &copy)?;
    let _lock = config_file::lock(env)?;
    if config_file::text(&file)? != before {
        return Err(kept(format!("`{}` was changed meanwhile", file.display())).into());
    }
    config_file::replace(&file, &text)?;
    config_file::remove(&copy)
}
