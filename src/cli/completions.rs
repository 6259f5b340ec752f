//! Completion scripts and the manual page, made from the tree that parses, and what the generator leaves out for a shell.

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
    let mut tree = match shell {
        // The generator looks for the command after the positional arguments (clap-rs/clap#1147).
        Shell::Zsh => commands::without_positionals(&commands::whole()),
        Shell::Bash | Shell::Fish | Shell::PowerShell => commands::whole(),
    };
    let mut text = Vec::new();
    generate(generator, &mut tree, "arm", &mut text);
    let text = String::from_utf8_lossy(&text).into_owned();
    match shell {
        Shell::Bash => with_values_after_equals(&text),
        Shell::Zsh => with_requests_without_method(&text),
        Shell::Fish | Shell::PowerShell => text,
    }
}

/// Bash makes three words of `--output=table`, and the generator expects the option before the value
/// (clap-rs/clap#6364).
fn with_values_after_equals(script: &str) -> String {
    const PREVIOUS: &str = "    prev=\"$3\"\n";
    const ADDED: &str = "\
    if [[ \"${COMP_WORDS[COMP_CWORD]}\" == \"=\" ]]; then
        cur=\"\"
        prev=\"${COMP_WORDS[COMP_CWORD - 1]}\"
    elif [[ ${COMP_CWORD} -ge 2 && \"${COMP_WORDS[COMP_CWORD - 1]}\" == \"=\" ]]; then
        prev=\"${COMP_WORDS[COMP_CWORD - 2]}\"
    fi
";
    script.replacen(PREVIOUS, &format!("{PREVIOUS}{ADDED}"), 1)
}

/// Zsh completes a request without METHOD, or with a METHOD in lower case, like one with `GET`.
fn with_requests_without_method(script: &str) -> String {
    const END_OF_COMMANDS: &str = "\n        esac\n    ;;\nesac\n}";
    let case = script
        .split_once("(GET)\n")
        .and_then(|(_, from)| from.split_once("\n;;\n"));
    match case {
        Some((request, _)) => script.replacen(
            END_OF_COMMANDS,
            &format!("\n(*)\n{request}\n;;{END_OF_COMMANDS}"),
            1,
        ),
        None => script.to_owned(),
    }
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
