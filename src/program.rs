//! Finds programs on the search path as the system does, but never in the current folder, where anybody may have put a
//! file. Who runs them: `credential/process`, `app/command/login/browser`, `app/endpoint/child`.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use crate::env::Env;

/// The endings of programs where `PATHEXT` names none.
const USUAL_EXTENSIONS: &str = ".COM;.EXE;.BAT;.CMD";

/// Which files may be run by a name without an ending.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Endings {
    /// The file of that very name, as on Unix.
    None,
    /// Those with one of these endings, as on Windows: `az` is `az.cmd` there, and the file `az` next to it is a script
    /// for another system.
    OneOf(Vec<String>),
}

impl Endings {
    fn of(env: &Env) -> Self {
        if cfg!(windows) {
            Self::listed(env.get("PATHEXT").unwrap_or(USUAL_EXTENSIONS))
        } else {
            Self::None
        }
    }

    /// Those that `PATHEXT` lists, without the scripts that only another program can run.
    fn listed(list: &str) -> Self {
        let own: Vec<_> = USUAL_EXTENSIONS.split(';').collect();
        let listed = list.split(';').map(str::trim);
        let runs = |ending: &&str| own.iter().any(|known| known.eq_ignore_ascii_case(ending));
        Self::OneOf(listed.filter(runs).map(str::to_ascii_lowercase).collect())
    }

    /// The file that a path means.
    fn file(&self, path: &Path) -> Option<PathBuf> {
        let endings = match self {
            Self::None => return path.is_file().then(|| path.to_owned()),
            Self::OneOf(endings) => endings,
        };
        let own = path.extension().and_then(OsStr::to_str).unwrap_or_default();
        let is_whole = |ending: &String| ending.trim_start_matches('.').eq_ignore_ascii_case(own);
        if endings.iter().any(is_whole) && path.is_file() {
            return Some(path.to_owned());
        }
        endings.iter().find_map(|ending| {
            let mut name = path.file_name()?.to_owned();
            name.push(ending);
            let path = path.with_file_name(name);
            path.is_file().then_some(path)
        })
    }
}

/// Finds a program by its name in the absolute folders of the search path, or by its absolute path.
pub fn find(env: &Env, name: impl AsRef<Path>) -> Option<PathBuf> {
    find_with(env, name.as_ref(), &Endings::of(env))
}

fn find_with(env: &Env, name: &Path, endings: &Endings) -> Option<PathBuf> {
    if name.is_absolute() {
        return endings.file(name);
    }
    if name.components().count() != 1 || !name.parent()?.as_os_str().is_empty() {
        return None;
    }
    std::env::split_paths(env.path("PATH")?)
        .filter(|folder| folder.is_absolute())
        .find_map(|folder| endings.file(&folder.join(name)))
}

/// Finds the file that a relative path with a folder in it means, such as `tools/run` for `tools\run.cmd` on Windows.
pub fn at(env: &Env, path: &Path) -> Option<PathBuf> {
    Endings::of(env).file(path)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{Endings, find_with};
    use crate::env::Env;

    #[test]
    fn a_name_has_the_endings_of_its_system() {
        let folder = tempfile::tempdir().unwrap();
        let files = [
            "az",
            "az.cmd",
            "b.ps1",
            "c.exe",
            "c.cmd",
            "d.tool.exe",
            "e.bat",
        ];
        for name in files {
            std::fs::write(folder.path().join(name), "").unwrap();
        }
        let path = std::env::join_paths([Path::new("relative"), folder.path()]).unwrap();
        let env = Env::with_variables([("PATH", path.to_str().unwrap())]);
        let windows = Endings::listed(".COM;.EXE; .BAT;.CMD;.PS1;.JS");
        for (name, unix, on_windows) in [
            ("az", Some("az"), Some("az.cmd")),
            ("az.cmd", Some("az.cmd"), Some("az.cmd")),
            ("AZ.CMD", None, None),
            ("b", None, None),
            ("c", None, Some("c.exe")),
            ("d.tool", None, Some("d.tool.exe")),
            ("e", None, Some("e.bat")),
            ("absent", None, None),
            ("./az", None, None),
            ("../az", None, None),
            ("", None, None),
        ] {
            let found = |endings| {
                let path = find_with(&env, Path::new(name), endings)?;
                Some(path.file_name()?.to_str()?.to_owned())
            };
            // Names of files have no case on Windows itself.
            if !(cfg!(windows) && name == "AZ.CMD") {
                assert_eq!(found(&Endings::None).as_deref(), unix, "{name}");
                assert_eq!(found(&windows).as_deref(), on_windows, "{name}");
            }
        }
        let whole = folder.path().join("c");
        assert_eq!(find_with(&env, &whole, &Endings::None), None);
        assert_eq!(
            find_with(&env, &whole, &windows),
            Some(whole.with_extension("exe"))
        );
        assert_eq!(Endings::listed(""), Endings::OneOf(Vec::new()));
    }
}
