//! The completion scripts of the shells: the files that are checked in. They ask `complete` what may follow.

use super::options::values::Shell;

/// Returns the completion script for a shell.
pub fn script(shell: Shell) -> &'static str {
    match shell {
        Shell::Bash => include_str!("../../completions/arm.bash"),
        Shell::Zsh => include_str!("../../completions/_arm"),
        Shell::Fish => include_str!("../../completions/arm.fish"),
        Shell::PowerShell => include_str!("../../completions/_arm.ps1"),
    }
}
