//! Paths that Git Bash has rewritten: it puts its own folder before an argument that begins with a slash, and before what
//! follows the `=` of one (`scope=/subscriptions/…`). The URL is repaired in `target`; here is how, and the same for items.

use crate::azure::ResourceId;
use crate::cli::{FieldValue, Item, PathDisplay, ValueSource};
use crate::env::Env;

/// Who may have rewritten paths among the arguments.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum PathConversion {
    /// `MSYSTEM` is set.
    GitBash,
    /// Nothing rewrites them.
    #[default]
    None,
}

impl PathConversion {
    /// Tells it by the variables of the shell, and by those that keep it from rewriting.
    pub fn of(env: &Env) -> Self {
        let is_kept =
            env.get("MSYS_NO_PATHCONV").is_some() || env.get("MSYS2_ARG_CONV_EXCL") == Some("*");
        if env.get("MSYSTEM").is_some() && !is_kept {
            Self::GitBash
        } else {
            Self::None
        }
    }

    /// Puts the values of items right that the shell has rewritten, and tells what was done in `notes`.
    ///
    /// # Errors
    /// Where it cannot be told what was typed: a wrong value must not be sent.
    pub(super) fn repair_items(
        self,
        items: &[Item],
        notes: &mut Vec<String>,
    ) -> Result<Vec<Item>, RewrittenValueError> {
        let mut items = items.to_vec();
        if self == Self::None {
            return Ok(items);
        }
        for item in &mut items {
            let (name, source) = match item {
                Item::Query { name, value } => (name.clone(), value),
                Item::Field {
                    path,
                    value: FieldValue::Text(value),
                } => (PathDisplay(path).to_string(), value),
                Item::Field { .. } | Item::Header(_) | Item::Body(_) => continue,
            };
            let ValueSource::Literal(text) = source else {
                continue;
            };
            match Rewriting::of(text) {
                Rewriting::None => {}
                Rewriting::Of(path) => {
                    notes.push(format!(
                        "the shell had rewritten the value of `{name}`; it was read as `{path}`"
                    ));
                    *text = path;
                }
                Rewriting::Perhaps => {
                    return Err(RewrittenValueError {
                        name,
                        value: text.clone(),
                    });
                }
            }
        }
        Ok(items)
    }
}

/// A value that the shell may have rewritten, beyond repair.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the value of `{name}` is `{value}`, which the shell may have rewritten")]
pub struct RewrittenValueError {
    /// The field or the parameter.
    pub name: String,
    /// What arrived.
    pub value: String,
}

/// What the shell may have done to a value.
#[derive(Debug, PartialEq, Eq)]
enum Rewriting {
    /// Nothing.
    None,
    /// This path is what was typed.
    Of(String),
    /// The value is in the shell's own folder, or ends like a path of Resource Manager: who typed what cannot be told.
    Perhaps,
}

impl Rewriting {
    fn of(text: &str) -> Self {
        if !is_drive_path(text) {
            return Self::None;
        }
        let path = repair(text);
        let before = path.as_deref().and_then(|path| text.strip_suffix(path));
        match (path, before) {
            (Some(path), Some(folder)) if is_folder_of_shell(folder) => Self::Of(path),
            (Some(_), _) => Self::Perhaps,
            (None, _) if is_in_folder_of_shell(text) => Self::Perhaps,
            (None, _) => Self::None,
        }
    }
}

/// Tells whether a text is a path of Windows: `C:/…` or `C:\…`.
pub(super) fn is_drive_path(text: &str) -> bool {
    matches!(text.as_bytes(), [drive, b':', b'/' | b'\\', ..] if drive.is_ascii_alphabetic())
}

/// Finds the path that Git Bash put its own folder in front of (cli/cli#6415).
pub(super) fn repair(text: &str) -> Option<String> {
    text.match_indices('/')
        .filter_map(|(at, _)| text.get(at + 1..))
        .find(|rest| is_root(rest))
        .map(|rest| format!("/{rest}"))
}

/// Tells whether a path without its first slash starts with a root of Resource Manager.
pub(super) fn is_root(path: &str) -> bool {
    ResourceId::is_root(path.split(['/', '?']).next().unwrap_or_default())
}

/// Tells whether a folder is one that Git for Windows or MSYS2 is installed in.
fn is_folder_of_shell(folder: &str) -> bool {
    let name = folder.rsplit('/').next().unwrap_or_default();
    let name = name.to_ascii_lowercase();
    ["git", "portablegit", "msys64", "msys32", "msys2"].contains(&name.as_str())
        || name.starts_with("git-sdk-")
}

fn is_in_folder_of_shell(text: &str) -> bool {
    text.match_indices('/')
        .filter_map(|(at, _)| text.get(..at))
        .any(is_folder_of_shell)
}

#[cfg(test)]
mod tests {
    use super::{PathConversion, Rewriting};
    use crate::cli::{Command, Item, parse};
    use crate::env::Env;

    #[test]
    fn what_the_shell_may_have_done_to_a_value() {
        let path = |path: &str| Rewriting::Of(path.to_owned());
        for (text, expected) in [
            (
                "C:/Program Files/Git/subscriptions/s/x",
                path("/subscriptions/s/x"),
            ),
            ("D:/msys64/providers/x", path("/providers/x")),
            ("C:/Program Files/Git/batch", Rewriting::Perhaps),
            ("C:/data/providers/x", Rewriting::Perhaps),
            ("C:/data/x", Rewriting::None),
            ("/subscriptions/s", Rewriting::None),
            ("text", Rewriting::None),
        ] {
            assert_eq!(Rewriting::of(text), expected, "{text}");
        }
    }

    fn items(lines: &[&str]) -> Vec<Item> {
        match parse(["arm", "PUT", "/x"].iter().chain(lines).map(Into::into)) {
            Ok(Command::Request(args)) => args.items,
            other => panic!("{lines:?}: {other:?}"),
        }
    }

    #[test]
    fn items_are_put_right_under_git_bash_alone() {
        let typed = items(&[
            ".p.scope=C:/Program Files/Git/subscriptions/s",
            "q==C:/Program Files/Git/providers",
            "f=@C:/Program Files/Git/providers",
            "X-A:C:/data",
        ]);
        let meant = items(&[
            ".p.scope=/subscriptions/s",
            "q==/providers",
            "f=@C:/Program Files/Git/providers",
            "X-A:C:/data",
        ]);
        let mut notes = Vec::new();
        assert_eq!(
            PathConversion::GitBash.repair_items(&typed, &mut notes),
            Ok(meant)
        );
        assert_eq!(
            notes,
            [
                "the shell had rewritten the value of `p[scope]`; it was read as `/subscriptions/s`",
                "the shell had rewritten the value of `q`; it was read as `/providers`",
            ]
        );
        notes.clear();
        let kept = PathConversion::None.repair_items(&typed, &mut notes);
        assert_eq!(kept, Ok(typed));
        let unclear = items(&["b=C:/Program Files/Git/batch"]);
        let refused = PathConversion::GitBash.repair_items(&unclear, &mut notes);
        assert!(refused.is_err());
        assert!(notes.is_empty());
    }

    #[test]
    fn the_shell_says_whether_it_rewrites() {
        for (variables, expected) in [
            (&[][..], PathConversion::None),
            (&[("MSYSTEM", "")], PathConversion::None),
            (&[("MSYSTEM", "MINGW64")], PathConversion::GitBash),
            (
                &[("MSYSTEM", "MSYS"), ("MSYS_NO_PATHCONV", "1")],
                PathConversion::None,
            ),
            (
                &[("MSYSTEM", "MSYS"), ("MSYS2_ARG_CONV_EXCL", "*")],
                PathConversion::None,
            ),
        ] {
            let env = Env::with_variables(variables.iter().copied());
            assert_eq!(PathConversion::of(&env), expected, "{variables:?}");
        }
    }
}
