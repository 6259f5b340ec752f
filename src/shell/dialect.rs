//! How shells read a word, and how it is quoted so that a program gets it as it is. What each shell changes:
//! `docs/windows.md` and `docs/quoting.md`.

use crate::env::Env;

/// The shell that a command is written for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Shell {
    /// sh, bash, zsh, and Git Bash on Windows.
    #[default]
    Posix,
    /// PowerShell 7.3 and later.
    PowerShell,
    /// The PowerShell that Windows comes with. It loses double quotes on the way to a program.
    WindowsPowerShell,
    /// cmd.
    Cmd,
}

impl Shell {
    /// Tells which shell started this process, as far as variables tell: on Unix all are written for the same way.
    pub fn of(env: &Env) -> Self {
        if cfg!(windows) {
            Self::on_windows(|name| env.get(name))
        } else {
            Self::Posix
        }
    }

    /// On Windows each PowerShell puts folders of its own before those of the machine in `PSModulePath`; Git Bash names
    /// itself. A cmd that was started by a PowerShell looks like it.
    fn on_windows<'a>(get: impl Fn(&str) -> Option<&'a str>) -> Self {
        if get("MSYSTEM").is_some() || get("SHELL").is_some() {
            return Self::Posix;
        }
        let folders = get("PSModulePath").unwrap_or_default().to_lowercase();
        let ends = |ending: &str, machine: &str| {
            folders.split(';').any(|folder| {
                let folder = folder.trim_end_matches('\\');
                folder.ends_with(ending) && (machine.is_empty() || !folder.contains(machine))
            })
        };
        if ends(r"\powershell\modules", "") {
            Self::PowerShell
        } else if ends(r"\windowspowershell\modules", r"\program files") {
            Self::WindowsPowerShell
        } else {
            Self::Cmd
        }
    }

    /// Quotes a word: nothing in it means anything to the shell. cmd has no way to keep `%NAME%`, or a line break.
    pub fn quoted(self, word: &str) -> String {
        match self {
            Self::Posix => quoted(word),
            Self::PowerShell => quoted_for_powershell(word),
            Self::WindowsPowerShell => {
                let mut escaped = escaped(word);
                // If there is white space, it puts double quotes around the whole.
                if word.contains(char::is_whitespace) {
                    escaped.push_str(final_backslashes(word));
                }
                quoted_for_powershell(&escaped)
            }
            Self::Cmd => quoted_for_cmd(word),
        }
    }

    /// Quotes a word only if that is needed.
    pub fn word(self, word: &str) -> String {
        let plain = match self {
            Self::Posix => "/-_.:,=@%+",
            Self::PowerShell | Self::WindowsPowerShell => "/-_:=+",
            Self::Cmd => "/-_.:@+",
        };
        let is_plain = |letter: char| letter.is_ascii_alphanumeric() || plain.contains(letter);
        if !word.is_empty() && word.chars().all(is_plain) {
            word.to_owned()
        } else {
            self.quoted(word)
        }
    }

    /// The command that sets a variable for the programs that follow.
    pub fn assignment(self, name: &str, value: &str) -> String {
        match self {
            Self::Posix => format!("export {name}={}", self.word(value)),
            Self::PowerShell | Self::WindowsPowerShell => {
                format!("$env:{name} = {}", quoted_for_powershell(value))
            }
            Self::Cmd => format!("set \"{name}={value}\""),
        }
    }

    /// What ends a line that goes on in the next one.
    pub fn continuation(self) -> &'static str {
        match self {
            Self::Posix => " \\",
            Self::PowerShell | Self::WindowsPowerShell => " `",
            Self::Cmd => " ^",
        }
    }
}

/// Quotes a word for a POSIX shell: nothing in it means anything to it.
fn quoted(word: &str) -> String {
    format!("'{}'", word.replace('\'', "'\\''"))
}

/// Quotes a word for a POSIX shell only if that is needed.
pub fn word(word: &str) -> String {
    Shell::Posix.word(word)
}

/// Typographic quotes end a text as well as straight ones (`about_Quoting_Rules`).
fn quoted_for_powershell(word: &str) -> String {
    let mut text = String::from("'");
    for letter in word.chars() {
        if matches!(letter, '\'' | '\u{2018}'..='\u{201b}') {
            text.push(letter);
        }
        text.push(letter);
    }
    text.push('\'');
    text
}

/// Puts backslashes before double quotes, as programs take their command line apart (`CommandLineToArgvW`).
fn escaped(word: &str) -> String {
    let mut text = String::new();
    let mut backslashes = 0;
    for letter in word.chars() {
        if letter == '"' {
            text.extend(std::iter::repeat_n('\\', backslashes + 1));
        }
        backslashes = if letter == '\\' { backslashes + 1 } else { 0 };
        text.push(letter);
    }
    text
}

/// Those that come before the double quote that ends a word: each counts half there.
fn final_backslashes(word: &str) -> &str {
    let rest = word.trim_end_matches('\\');
    word.get(rest.len()..).unwrap_or_default()
}

/// cmd counts each double quote, those with a backslash too, and outside of a pair its own characters need a caret.
fn quoted_for_cmd(word: &str) -> String {
    let mut text = String::from("\"");
    let mut is_inside = true;
    let escaped = escaped(word) + final_backslashes(word);
    for letter in escaped.chars() {
        match letter {
            '"' => is_inside = !is_inside,
            '&' | '|' | '<' | '>' | '^' | '(' | ')' if !is_inside => text.push('^'),
            _ => {}
        }
        text.push(letter);
    }
    text.push_str(if is_inside { "\"" } else { "^\"" });
    text
}

#[cfg(test)]
mod tests {
    use super::{Shell, quoted, word};

    #[test]
    fn quotes_where_it_is_needed() {
        for (text, expected) in [
            ("/subscriptions/s/x.y_z-1", "/subscriptions/s/x.y_z-1"),
            ("a b", "'a b'"),
            ("", "''"),
            ("~", "'~'"),
            ("{sub}", "'{sub}'"),
            ("$x", "'$x'"),
            ("a?b&c", "'a?b&c'"),
            ("ä", "'ä'"),
        ] {
            assert_eq!(word(text), expected);
        }
    }

    #[test]
    fn each_shell_of_windows_has_its_quotes() {
        for (word, powershell, windows_powershell, cmd) in [
            ("a b", "'a b'", "'a b'", r#""a b""#),
            ("it's", "'it''s'", "'it''s'", r#""it's""#),
            (
                "it\u{2019}s",
                "'it\u{2019}\u{2019}s'",
                "'it\u{2019}\u{2019}s'",
                "\"it\u{2019}s\"",
            ),
            ("$x{y}`", "'$x{y}`'", "'$x{y}`'", r#""$x{y}`""#),
            (
                r#"{"a":"b&c"}"#,
                r#"'{"a":"b&c"}'"#,
                r#"'{\"a\":\"b&c\"}'"#,
                r#""{\"a\":\"b^&c\"}""#,
            ),
            (r#"a"b&c"#, r#"'a"b&c'"#, r#"'a\"b&c'"#, r#""a\"b^&c^""#),
            (r#"\\"x"#, r#"'\\"x'"#, r#"'\\\\\"x'"#, r#""\\\\\"x^""#),
            (r"a b\", r"'a b\'", r"'a b\\'", r#""a b\\""#),
            ("/x?a=b&c", "'/x?a=b&c'", "'/x?a=b&c'", r#""/x?a=b&c""#),
        ] {
            assert_eq!(Shell::PowerShell.quoted(word), powershell);
            assert_eq!(Shell::WindowsPowerShell.quoted(word), windows_powershell);
            assert_eq!(Shell::Cmd.quoted(word), cmd);
        }
        assert_eq!(Shell::Cmd.word("/x.y"), "/x.y");
        assert_eq!(Shell::PowerShell.word(".tags"), "'.tags'");
    }

    #[test]
    fn the_shell_of_windows_is_told_by_variables() {
        const MACHINE: &str = r"C:\Program Files\WindowsPowerShell\Modules;C:\Windows\system32\WindowsPowerShell\v1.0\Modules";
        let of_7 = format!(r"C:\Users\me\Documents\PowerShell\Modules;{MACHINE}");
        let of_5 = format!(r"C:\Users\me\Documents\WindowsPowerShell\Modules;{MACHINE}");
        let of_store = format!(
            r"D:\x;c:\program files\powershell\7\Modules;c:\program files\PowerShell\modules\;{MACHINE}"
        );
        for (variables, expected) in [
            (&[("PSModulePath", MACHINE)][..], Shell::Cmd),
            (&[], Shell::Cmd),
            (&[("PSModulePath", &of_7)], Shell::PowerShell),
            (&[("PSModulePath", &of_store)], Shell::PowerShell),
            (&[("PSModulePath", &of_5)], Shell::WindowsPowerShell),
            (
                &[("PSModulePath", &of_7), ("MSYSTEM", "MINGW64")],
                Shell::Posix,
            ),
            (&[("SHELL", "/bin/bash")], Shell::Posix),
        ] {
            let get = |name: &str| {
                let found = variables.iter().find(|(own, _)| *own == name);
                found.map(|(_, value)| *value)
            };
            assert_eq!(Shell::on_windows(get), expected, "{variables:?}");
        }
    }

    #[test]
    fn leaves_no_way_out() {
        for (word, expected) in [
            ("a b", "'a b'"),
            ("$(x)`y`", "'$(x)`y`'"),
            ("it's", "'it'\\''s'"),
            ("", "''"),
        ] {
            assert_eq!(quoted(word), expected);
        }
    }
}
