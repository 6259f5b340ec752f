//! Completion scripts and the manual page, made from the tree that parses. Writes no file.

use clap_complete::{Shell as Generator, generate};

use super::commands;
use super::options::values::Shell;

/// Returns the completion script for a shell.
pub fn script(shell: Shell) -> String {
    let generator = match shell {
        Shell::Bash => Generator::Bash,
        Shell::Zsh => Generator::Zsh,
        Shell::Fish => Generator::Fish,
        Shell::PowerShell => Generator::PowerShell,
    };
    let mut text = Vec::new();
    generate(generator, &mut commands::whole(), "arm", &mut text);
    String::from_utf8_lossy(&text).into_owned()
}

/// Returns the manual page in roff.
///
/// # Errors
/// None in practice: it is written to memory.
pub fn man_page() -> std::io::Result<String> {
    let mut text = Vec::new();
    clap_mangen::Man::new(commands::whole()).render(&mut text)?;
    Ok(String::from_utf8_lossy(&text).into_owned())
}

#[cfg(test)]
mod tests {
    use super::{Shell, man_page, script};

    #[track_caller]
    fn check(shell: Shell, name: &str, checked_in: &str, path: &str) {
        assert!(
            script(shell) == checked_in,
            "{path} is out of date: `arm completions {name} > {path}`"
        );
    }

    #[test]
    fn the_checked_in_scripts_are_those_of_the_code() {
        check(
            Shell::Bash,
            "bash",
            include_str!("../../completions/arm.bash"),
            "completions/arm.bash",
        );
        check(
            Shell::Zsh,
            "zsh",
            include_str!("../../completions/_arm"),
            "completions/_arm",
        );
        check(
            Shell::Fish,
            "fish",
            include_str!("../../completions/arm.fish"),
            "completions/arm.fish",
        );
        check(
            Shell::PowerShell,
            "powershell",
            include_str!("../../completions/_arm.ps1"),
            "completions/_arm.ps1",
        );
    }

    #[test]
    fn the_manual_page_names_every_option() {
        let page = man_page().unwrap().replace('\\', "");
        for option in crate::cli::commands::whole()
            .get_opts()
            .filter(|option| !option.is_hide_set())
        {
            let long = option.get_long().unwrap();
            assert!(page.contains(&format!("--{long}")), "{long}");
        }
    }
}
