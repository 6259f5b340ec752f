//! Opens an address in the user's browser, or says why it is only printed. Who serves the page that
//! the browser comes back to: the module above it.

use std::path::PathBuf;
use std::process::Stdio;

use tokio::process::Command;

use crate::azure::secret_variables;
use crate::env::Env;
use crate::program;

/// How an address gets to the user.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Opening {
    /// A program shows it.
    Program {
        /// The program, by its absolute path.
        program: PathBuf,
        /// What it is told, the address among it.
        arguments: Vec<String>,
    },
    /// It is printed, and the user opens it somewhere.
    Printed {
        /// Why.
        reason: String,
    },
}

/// Decides how an address gets to the user: by `BROWSER`, else the system's way where there is a
/// screen.
pub(crate) fn opening(env: &Env, address: &str) -> Opening {
    if let Some(browsers) = env.get("BROWSER") {
        let found = split_list(browsers).find_map(|browser| of_variable(env, browser, address));
        return found.unwrap_or_else(|| Opening::Printed {
            reason: "no program of `BROWSER` is on the PATH".to_owned(),
        });
    }
    if env.get("ACC_CLOUD").is_some() || env.get("AZUREPS_HOST_ENVIRONMENT").is_some() {
        return printed("this is Cloud Shell");
    }
    if env.get("SSH_CONNECTION").is_some() || env.get("SSH_TTY").is_some() {
        return printed("this is a session of SSH");
    }
    let (program, arguments): (_, &[&str]) = if cfg!(windows) {
        // Not through `cmd`: an address holds characters that mean something there.
        ("rundll32.exe", &["url.dll,FileProtocolHandler"])
    } else if cfg!(target_vendor = "apple") {
        ("open", &[])
    } else {
        if env.get("DISPLAY").is_none() && env.get("WAYLAND_DISPLAY").is_none() {
            return printed("there is no display");
        }
        ("xdg-open", &[])
    };
    match program::find(env, program) {
        Some(program) => Opening::Program {
            program,
            arguments: arguments
                .iter()
                .copied()
                .chain([address])
                .map(str::to_owned)
                .collect(),
        },
        None => Opening::Printed {
            reason: format!("`{program}` is not on the PATH"),
        },
    }
}

fn printed(reason: &str) -> Opening {
    Opening::Printed {
        reason: reason.to_owned(),
    }
}

/// A list of commands, which Unix separates by colons; elsewhere a colon is part of a path.
fn split_list(browsers: &str) -> impl Iterator<Item = &str> {
    let separator = if cfg!(unix) { ':' } else { ';' };
    browsers.split(separator)
}

/// A command of `BROWSER`: words separated by spaces, `%s` for the address, which comes last if there is no `%s`. No
/// shell reads it.
fn of_variable(env: &Env, browser: &str, address: &str) -> Option<Opening> {
    let mut words = browser.split_whitespace();
    let program = program::find(env, words.next()?)?;
    let mut arguments: Vec<String> = words.map(|word| word.replace("%s", address)).collect();
    if !browser.contains("%s") {
        arguments.push(address.to_owned());
    }
    Some(Opening::Program { program, arguments })
}

/// Starts the program without the secrets of this one, and does not wait for it.
pub(crate) fn open(program: &PathBuf, arguments: &[String]) -> std::io::Result<()> {
    let mut command = Command::new(program);
    for name in secret_variables() {
        command.env_remove(name);
    }
    let child = command
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    drop(child);
    Ok(())
}

#[cfg(test)]
#[cfg(all(unix, not(target_vendor = "apple")))]
mod tests {
    use super::{Opening, opening};
    use crate::env::Env;

    const ADDRESS: &str = "https://login.example/?a=b&c=d";

    fn folder() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for name in ["xdg-open", "lynx"] {
            std::fs::write(folder.path().join(name), "").unwrap();
        }
        folder
    }

    #[track_caller]
    fn check(variables: &[(&str, &str)], expected: &str) {
        let folder = folder();
        let path = format!(".:relative:{}", folder.path().display());
        let variables = variables.iter().copied().chain([("PATH", path.as_str())]);
        let found = match opening(&Env::with_variables(variables), ADDRESS) {
            Opening::Program { program, arguments } => {
                let name = program.file_name().unwrap().to_string_lossy();
                format!("{name} {}", arguments.join(" "))
            }
            Opening::Printed { reason } => reason,
        };
        assert_eq!(found.replace(ADDRESS, "URL"), expected);
    }

    #[test]
    fn opens_only_where_a_person_sees_it() {
        let display = ("DISPLAY", ":0");
        check(&[], "there is no display");
        check(&[display], "xdg-open URL");
        check(&[("WAYLAND_DISPLAY", "w")], "xdg-open URL");
        check(
            &[display, ("SSH_TTY", "/dev/pts/1")],
            "this is a session of SSH",
        );
        check(&[display, ("ACC_CLOUD", "PROD")], "this is Cloud Shell");
    }

    #[test]
    fn the_browser_of_the_user_goes_first() {
        check(&[("BROWSER", "lynx")], "lynx URL");
        check(&[("BROWSER", "absent:lynx -x %s")], "lynx -x URL");
        let none = "no program of `BROWSER` is on the PATH";
        check(&[("BROWSER", "absent")], none);
        check(&[("BROWSER", "./lynx"), ("DISPLAY", ":0")], none);
    }
}
