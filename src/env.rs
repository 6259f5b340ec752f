//! What the process was given: variables, clock, folders, terminals. Captured once, passed down.
//! What Azure's variables mean: `credential` and `app/session`.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ffi::{OsStr, OsString};
use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;
use std::time::SystemTime;

use etcetera::BaseStrategy as _;

use crate::azure::{Guard, KnownSecrets, Secret, secret_variables};
use crate::config::Settings;
use crate::har::Recorder;

/// Whether a run may ask a person.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Questions {
    /// Where there is a terminal.
    #[default]
    OnTerminal,
    /// Never: `--no-input`.
    Refused,
}

/// How errors, notes and progress are written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum MessageFormat {
    /// For people.
    #[default]
    Text,
    /// As JSON, one object a line.
    Json,
}

/// Whether what is written has colours.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Colors {
    /// On a terminal that takes them.
    #[default]
    OnTerminal,
    /// In pipes and files too: `--color always`.
    Always,
    /// Nowhere: `--color never`.
    Never,
}

/// A pipeline that takes lines of its log for commands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pipeline {
    /// GitHub Actions.
    GitHub,
    /// Azure Pipelines.
    Azure,
}

/// The variable that names the home folder.
pub const HOME: &str = if cfg!(windows) { "USERPROFILE" } else { "HOME" };
/// The variable that names the folder of [`Env::state_dir`].
pub const STATE_FOLDER: &str = if cfg!(windows) {
    "LOCALAPPDATA"
} else {
    "XDG_STATE_HOME"
};

/// What a terminal understands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TerminalKind {
    /// Escape codes: colours, and lines that are written again.
    EscapeCodes,
    /// Text alone.
    Plain,
}

/// The environment of one run, as values.
#[derive(Debug, Clone)]
pub struct Env {
    /// Shared: each part of a run has an environment of its own, and they hardly differ.
    variables: Rc<HashMap<String, String>>,
    /// Those that are not UTF-8 text.
    bytes: Rc<HashMap<String, OsString>>,
    /// What the run knows to be secret: of the variables, and what its requests send.
    pub secrets: KnownSecrets,
    /// What the run may send; everything, until its command line is read.
    pub guard: Guard,
    /// Whether the run may ask questions.
    pub questions: Questions,
    /// How the run writes what is not an answer.
    pub messages: MessageFormat,
    /// Whether what the run writes has colours.
    pub colors: Colors,
    /// Who writes down what the run sends and gets, if that was asked for.
    pub recorder: Option<Arc<Recorder>>,
    /// What `config.toml` and its variables say.
    pub settings: Rc<Settings>,
    /// The time at which the run began.
    pub now: SystemTime,
    /// Where the settings are, such as `~/.config/arm`.
    pub config_dir: Option<PathBuf>,
    /// Where state that must last is, such as `~/.local/state/arm`. On Windows it is a folder of this machine alone: what
    /// is in a roaming one is copied to every machine of a domain.
    pub state_dir: Option<PathBuf>,
    /// Where earlier versions kept state, if it was elsewhere.
    pub earlier_state_dir: Option<PathBuf>,
    /// Where what can be obtained again is kept, such as `~/.cache/arm`.
    pub cache_dir: Option<PathBuf>,
    /// The home folder.
    pub home_dir: Option<PathBuf>,
    /// Whether stdout is a terminal.
    pub stdout_is_terminal: bool,
    /// How many columns the terminal has.
    pub terminal_width: Option<usize>,
    /// Whether stderr is a terminal.
    pub stderr_is_terminal: bool,
    /// Whether stdin is a terminal.
    pub stdin_is_terminal: bool,
    /// What a terminal can do.
    pub terminal_kind: TerminalKind,
    /// How many files and connections the process may have open, if the system has a limit.
    pub most_open_files: Option<u64>,
}

impl Env {
    /// Captures the process.
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one place that reads the environment and the clock"
    )]
    pub fn of_process() -> Self {
        let mut variables = HashMap::new();
        let mut bytes = HashMap::new();
        for (name, value) in std::env::vars_os() {
            match (name.into_string(), value.into_string()) {
                (Ok(name), Ok(value)) => drop(variables.insert(key(&name).into_owned(), value)),
                (Ok(name), Err(value)) => drop(bytes.insert(key(&name).into_owned(), value)),
                (Err(_), _) => {}
            }
        }
        let folders = etcetera::choose_base_strategy().ok();
        let folder = |path: PathBuf| path.join("arm");
        Self {
            terminal_kind: terminal_kind(&variables),
            secrets: secrets_of(&variables),
            variables: Rc::new(variables),
            bytes: Rc::new(bytes),
            guard: Guard::default(),
            questions: Questions::default(),
            messages: MessageFormat::default(),
            colors: Colors::default(),
            recorder: None,
            settings: Rc::default(),
            now: SystemTime::now(),
            config_dir: folders.as_ref().map(|folders| folder(folders.config_dir())),
            state_dir: folders
                .as_ref()
                .map(|folders| folder(folders.state_dir().unwrap_or_else(|| folders.cache_dir()))),
            earlier_state_dir: folders
                .as_ref()
                .filter(|folders| folders.state_dir().is_none())
                .map(|folders| folder(folders.data_dir())),
            cache_dir: folders.as_ref().map(|folders| folder(folders.cache_dir())),
            home_dir: folders
                .as_ref()
                .map(|folders| folders.home_dir().to_owned()),
            stdout_is_terminal: std::io::stdout().is_terminal(),
            terminal_width: terminal_width(),
            stderr_is_terminal: std::io::stderr().is_terminal(),
            stdin_is_terminal: std::io::stdin().is_terminal(),
            most_open_files: most_open_files(),
        }
    }

    /// Surroundings with only these variables: no folders, no terminal.
    pub fn with_variables<'a>(variables: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let variables: HashMap<_, _> = variables
            .into_iter()
            .map(|(name, value)| (key(name).into_owned(), value.to_owned()))
            .collect();
        Self {
            secrets: secrets_of(&variables),
            variables: Rc::new(variables),
            bytes: Rc::default(),
            guard: Guard::default(),
            questions: Questions::default(),
            messages: MessageFormat::default(),
            colors: Colors::default(),
            recorder: None,
            settings: Rc::default(),
            now: SystemTime::UNIX_EPOCH,
            config_dir: None,
            state_dir: None,
            earlier_state_dir: None,
            cache_dir: None,
            home_dir: None,
            stdout_is_terminal: false,
            terminal_width: None,
            stderr_is_terminal: false,
            stdin_is_terminal: false,
            terminal_kind: TerminalKind::EscapeCodes,
            most_open_files: None,
        }
    }

    /// Returns the same environment for a run that writes its messages so.
    #[must_use]
    pub fn writing(&self, messages: MessageFormat) -> Self {
        Self {
            messages,
            ..self.clone()
        }
    }

    /// Tells whether a person can be asked on the terminal, and may be.
    pub fn can_ask(&self) -> bool {
        self.questions == Questions::OnTerminal && self.stdin_is_terminal && self.stderr_is_terminal
    }

    /// Returns the pipeline that reads the log of this run.
    pub fn pipeline(&self) -> Option<Pipeline> {
        let is_set = |name: &str| {
            self.get(name)
                .is_some_and(|value| value.eq_ignore_ascii_case("true"))
        };
        if is_set("GITHUB_ACTIONS") {
            Some(Pipeline::GitHub)
        } else if is_set("TF_BUILD") {
            Some(Pipeline::Azure)
        } else {
            None
        }
    }

    /// Returns the same environment for a run that is recorded.
    #[must_use]
    pub fn recorded_by(self, recorder: Arc<Recorder>) -> Self {
        Self {
            recorder: Some(recorder),
            ..self
        }
    }

    /// Tells whether what is written has colours, on a terminal or elsewhere. Without `--color` it is the variables that
    /// say so (bixense.com/clicolors, no-color.org).
    pub fn has_colors(&self, is_terminal: bool) -> bool {
        match self.colors {
            Colors::Always => true,
            Colors::Never => false,
            Colors::OnTerminal => {
                let is_forced = self.get("CLICOLOR_FORCE").is_some_and(|value| value != "0");
                let may_be = self.terminal_kind == TerminalKind::EscapeCodes
                    && self.get("NO_COLOR").is_none()
                    && self.get("TERM") != Some("dumb");
                is_forced || (is_terminal && may_be)
            }
        }
    }

    /// Tells whether stderr shows how far something is, in a line that is written again.
    pub fn shows_progress(&self) -> bool {
        self.stderr_is_terminal && self.terminal_kind == TerminalKind::EscapeCodes
    }

    /// Tells whether a variable is true, in the spellings of the Azure SDKs and of Terraform.
    pub fn is_true(&self, name: &str) -> bool {
        let value = self.get(name).unwrap_or_default().trim();
        ["1", "t", "true"]
            .iter()
            .any(|word| word.eq_ignore_ascii_case(value))
    }

    /// Returns the tenant that the user named: by an option, else by `ARMCLI_TENANT`.
    pub fn tenant<'a>(&'a self, option: Option<&'a str>) -> Option<&'a str> {
        option.or_else(|| self.get("ARMCLI_TENANT"))
    }

    /// Returns the resource group that the user named: by an option, else by `ARMCLI_RESOURCE_GROUP`.
    pub fn resource_group<'a>(&'a self, option: Option<&'a str>) -> Option<&'a str> {
        option.or_else(|| self.get("ARMCLI_RESOURCE_GROUP"))
    }

    /// Takes the settings of the run. What the file says, its variables say from now on.
    pub fn take_settings(&mut self, settings: Settings) {
        for (name, value) in settings.variables() {
            let name = key(name).into_owned();
            Rc::make_mut(&mut self.variables).insert(name, value.to_owned());
        }
        self.settings = Rc::new(settings);
    }

    /// Takes a value for a variable that is not set.
    pub fn assume(&mut self, name: &str, value: String) {
        Rc::make_mut(&mut self.variables)
            .entry(key(name).into_owned())
            .or_insert(value);
    }

    /// Returns the region that the user named for what is made: by `ARMCLI_LOCATION`, else by az's variable.
    pub fn location(&self) -> Option<&str> {
        let names = ["ARMCLI_LOCATION", "AZURE_DEFAULTS_LOCATION"];
        let mut values = names.iter().filter_map(|name| self.get(name));
        values.find(|value| !value.trim().is_empty())
    }

    /// Returns the same environment without a variable.
    #[must_use]
    pub fn without(&self, name: &str) -> Self {
        let mut env = self.clone();
        Rc::make_mut(&mut env.variables).remove(key(name).as_ref());
        Rc::make_mut(&mut env.bytes).remove(key(name).as_ref());
        env
    }

    /// Returns a variable of this program or of a credential that is set, but not to text: to pass
    /// it over would be to run with another setting than the user's. The path of a file may be any bytes.
    pub fn unreadable(&self) -> Option<&str> {
        let mut names = self.bytes.keys().map(String::as_str);
        names.find(|name| is_of_sign_in(name) && !PATHS.contains(name))
    }

    /// Returns the names of the variables, in no order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let names = self.variables.keys().chain(self.bytes.keys());
        names.map(String::as_str)
    }

    /// Returns the path that a variable holds, whether it is text or not; an empty one counts as unset.
    pub fn path(&self, name: &str) -> Option<&Path> {
        let text = self.get(name).map(OsStr::new);
        let bytes = || self.bytes.get(key(name).as_ref()).map(OsString::as_os_str);
        text.or_else(bytes).map(Path::new)
    }

    /// Tells whether a setting has white space around it that [`Env::get`] takes away.
    pub fn is_padded(&self, name: &str) -> bool {
        let whole = self.variables.get(key(name).as_ref()).map(String::len);
        whole.is_some_and(|whole| self.get(name).is_some_and(|value| value.len() < whole))
    }

    /// Returns a variable; an empty one counts as unset, as in every Azure SDK. A setting of this program or
    /// of a credential comes without the white space around it.
    pub fn get(&self, name: &str) -> Option<&str> {
        let value = self.variables.get(key(name).as_ref())?.as_str();
        let value = if is_of_sign_in(name) {
            trimmed(name, value)
        } else {
            value
        };
        Some(value).filter(|value| !value.is_empty())
    }
}

/// Whether two spellings of a name that differ in the case of letters name the same variable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum NameCase {
    Matters,
    Ignored,
}

/// The rule of this system: on Windows the search path is `Path` in one shell and `PATH` in another.
const NAME_CASE: NameCase = if cfg!(windows) {
    NameCase::Ignored
} else {
    NameCase::Matters
};

/// The name under which a variable is kept.
fn key(name: &str) -> Cow<'_, str> {
    kept_name(name, NAME_CASE)
}

fn kept_name(name: &str, case: NameCase) -> Cow<'_, str> {
    match case {
        NameCase::Matters => Cow::Borrowed(name),
        NameCase::Ignored => Cow::Owned(name.to_uppercase()),
    }
}

/// The secrets among the variables.
fn secrets_of(variables: &HashMap<String, String>) -> KnownSecrets {
    let secrets = KnownSecrets::default();
    let values = secret_variables().filter_map(|name| variables.get(key(name).as_ref()));
    for value in values {
        secrets.learn(&Secret::new(value));
    }
    secrets
}

/// Variables of credentials that hold the path of a file or a folder.
const PATHS: [&str; 8] = [
    "ARMCLI_CACHE_DIR",
    "ARMCLI_CLIENT_ASSERTION_FILE",
    "ARM_CLIENT_CERTIFICATE_PATH",
    "ARM_OIDC_TOKEN_FILE_PATH",
    "AZD_CONFIG_DIR",
    "AZURE_CLIENT_CERTIFICATE_PATH",
    "AZURE_CONFIG_DIR",
    "AZURE_FEDERATED_TOKEN_FILE",
];

/// How the settings of this program and of credentials begin.
const SIGN_IN_PREFIXES: [&str; 13] = [
    "ARMCLI",
    "AZURE",
    "MSI",
    "ACC",
    "IDENTITY",
    "IMDS",
    "AZD",
    "ARM_CLIENT",
    "ARM_TENANT",
    "ARM_OIDC",
    "ACTIONS_ID_TOKEN",
    "SYSTEM_OIDC",
    "SYSTEM_ACCESS",
];

fn is_of_sign_in(name: &str) -> bool {
    let mut prefixes = SIGN_IN_PREFIXES.iter();
    prefixes.any(|prefix| name.starts_with(prefix))
}

/// Takes the line break away that `echo secret | base64` leaves at the end of a value, and blanks: no ID, URL or
/// secret of Entra begins or ends with them (spinnaker/spinnaker#6871). A password was chosen by a person: its
/// blanks stay.
fn trimmed<'a>(name: &str, value: &'a str) -> &'a str {
    if name.ends_with("PASSWORD") {
        return value.trim_end_matches(['\r', '\n']);
    }
    value.trim()
}

#[cfg(unix)]
fn terminal_width() -> Option<usize> {
    // Before a pager only stderr is the terminal.
    let size = rustix::termios::tcgetwinsize(std::io::stdout());
    let size = size.or_else(|_| rustix::termios::tcgetwinsize(std::io::stderr()));
    Some(usize::from(size.ok()?.ws_col)).filter(|width| *width > 0)
}

#[cfg(not(unix))]
fn terminal_width() -> Option<usize> {
    let (width, _) = terminal_size::terminal_size()?;
    Some(usize::from(width.0)).filter(|width| *width > 0)
}

#[cfg(unix)]
fn terminal_kind(_variables: &HashMap<String, String>) -> TerminalKind {
    TerminalKind::EscapeCodes
}

/// A console of Windows is asked to understand them, which it stays able to. Where stdout is not a console it cannot be
/// asked, and terminals of other kinds (mintty, Windows Terminal, `ConEmu`) say by a variable what they are.
#[cfg(not(unix))]
fn terminal_kind(variables: &HashMap<String, String>) -> TerminalKind {
    let is_known = || {
        ["TERM", "WT_SESSION", "ConEmuANSI"]
            .iter()
            .any(|name| variables.contains_key(key(name).as_ref()))
    };
    if anstyle_query::windows::enable_ansi_colors() == Some(true) || is_known() {
        TerminalKind::EscapeCodes
    } else {
        TerminalKind::Plain
    }
}

#[cfg(unix)]
fn most_open_files() -> Option<u64> {
    rustix::process::getrlimit(rustix::process::Resource::Nofile).current
}

#[cfg(not(unix))]
fn most_open_files() -> Option<u64> {
    None
}

#[cfg(test)]
mod tests {
    use super::{Colors, Env, NameCase, TerminalKind, kept_name};

    #[test]
    fn the_case_of_a_name_is_ignored_where_the_system_does() {
        for (case, expected) in [
            (NameCase::Matters, ["Path", "PATH", "http_proxy"]),
            (NameCase::Ignored, ["PATH", "PATH", "HTTP_PROXY"]),
        ] {
            let kept =
                ["Path", "PATH", "http_proxy"].map(|name| kept_name(name, case).into_owned());
            assert_eq!(kept, expected);
        }
    }

    #[test]
    fn colours_are_for_a_terminal_unless_something_says_otherwise() {
        use Colors::{Always, Never, OnTerminal};

        for (colors, variable, kind, on_terminal, elsewhere) in [
            (
                OnTerminal,
                ("A", "1"),
                TerminalKind::EscapeCodes,
                true,
                false,
            ),
            (OnTerminal, ("A", "1"), TerminalKind::Plain, false, false),
            (
                OnTerminal,
                ("NO_COLOR", "1"),
                TerminalKind::EscapeCodes,
                false,
                false,
            ),
            (
                OnTerminal,
                ("TERM", "dumb"),
                TerminalKind::EscapeCodes,
                false,
                false,
            ),
            (
                OnTerminal,
                ("CLICOLOR_FORCE", "1"),
                TerminalKind::EscapeCodes,
                true,
                true,
            ),
            (
                OnTerminal,
                ("CLICOLOR_FORCE", "0"),
                TerminalKind::EscapeCodes,
                true,
                false,
            ),
            (Always, ("NO_COLOR", "1"), TerminalKind::Plain, true, true),
            (
                Never,
                ("CLICOLOR_FORCE", "1"),
                TerminalKind::EscapeCodes,
                false,
                false,
            ),
        ] {
            let mut env = Env::with_variables([variable]);
            (env.colors, env.terminal_kind) = (colors, kind);
            let found = (env.has_colors(true), env.has_colors(false));
            assert_eq!(
                found,
                (on_terminal, elsewhere),
                "{colors:?} {variable:?} {kind:?}"
            );
        }
    }

    #[test]
    fn treats_empty_as_unset() {
        let env = Env::with_variables([("A", "1"), ("B", "")]);
        assert_eq!(
            (env.get("A"), env.get("B"), env.get("C")),
            (Some("1"), None, None)
        );
    }

    #[test]
    fn a_setting_comes_without_the_white_space_around_it() {
        for (name, value, expected) in [
            ("AZURE_CLIENT_SECRET", "a b\r\n", Some("a b")),
            ("ARM_CLIENT_SECRET", "s\n", Some("s")),
            ("ARMCLI_TENANT", " t\t", Some("t")),
            (
                "MSI_ENDPOINT",
                "http://localhost:1/\n",
                Some("http://localhost:1/"),
            ),
            ("IDENTITY_HEADER", "h \n", Some("h")),
            ("AZURE_TENANT_ID", " \n", None),
            ("AZURE_CLIENT_CERTIFICATE_PASSWORD", " p \n", Some(" p ")),
            ("BROWSER", "lynx \n", Some("lynx \n")),
        ] {
            let env = Env::with_variables([(name, value)]);
            assert_eq!(env.get(name), expected, "{name}");
            let is_padded = expected.is_some_and(|expected| expected != value);
            assert_eq!(env.is_padded(name), is_padded, "{name}");
        }
    }
}
