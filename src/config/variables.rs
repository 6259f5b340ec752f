//! The variables of this program by their names, and which of them a name that is none of them was meant to be. What their
//! values may be: `setting` and `app/session/run_options`.

use crate::azure::{distance, most_alike};
use crate::config::setting::SETTINGS;
use crate::config::settings::{CONFIRM_VARIABLE, PROFILE_VARIABLE, READ_ONLY_VARIABLE};

/// How they all begin.
const PREFIX: &str = "ARMCLI";
/// Those that keep a run from doing harm.
const GUARDS: [&str; 3] = [READ_ONLY_VARIABLE, CONFIRM_VARIABLE, "ARMCLI_SANDBOX"];
/// Options that keep a run from doing harm, and have no variable.
const OPTIONS: [(&str, &str); 2] = [("DRY_RUN", "--dry-run"), ("WHAT_IF", "--what-if")];
/// Those that are neither guards nor settings with a default.
const OTHERS: [&str; 11] = [
    PROFILE_VARIABLE,
    "ARMCLI_ACCESS_TOKEN",
    "ARMCLI_AZ_CACHE",
    "ARMCLI_CACHE_DIR",
    "ARMCLI_CLIENT_ASSERTION",
    "ARMCLI_CLIENT_ASSERTION_FILE",
    "ARMCLI_CLIENT_ID",
    "ARMCLI_ERRORS",
    "ARMCLI_IMDS",
    "ARMCLI_NO_CACHE",
    "ARMCLI_NO_INPUT",
];
/// How many letters of a name may be wrong for it to be that of a guard.
const MOST_SLIPS: usize = 2;
/// A name with fewer letters is like many.
const SHORTEST: usize = 4;

/// What a name that begins like those of this program, and is none of them, was meant to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MeantVariable {
    /// A guard: passed over, it would be lifted.
    Guard(&'static str),
    /// An option that does what a guard does, and has no variable.
    Option(&'static str),
    /// Another variable.
    Other(&'static str),
}

impl MeantVariable {
    /// Finds it; `None` for a name that is known, of another program, or like none that is known.
    pub fn of(name: &str) -> Option<Self> {
        let rest = without_prefix(name)?;
        if known().any(|known| known == name) {
            return None;
        }
        if rest.len() < SHORTEST {
            return None;
        }
        let is_near = |known: &str| distance(&letters(rest), &letters(known), MOST_SLIPS).is_some();
        if let Some((_, option)) = OPTIONS.iter().find(|(words, _)| is_near(words)) {
            return Some(Self::Option(option));
        }
        let parts = || known().filter_map(|known| Some((known, without_prefix(known)?)));
        let is_guard = |(known, words): &(&str, &str)| GUARDS.contains(known) && is_near(words);
        if let Some((guard, _)) = parts().find(is_guard) {
            return Some(Self::Guard(guard));
        }
        let alike = most_alike(rest, parts().map(|(_, words)| words))?;
        let (other, _) = parts().find(|(_, words)| *words == alike)?;
        Some(Self::Other(other))
    }
}

/// The variables of this program.
fn known() -> impl Iterator<Item = &'static str> {
    let settings = SETTINGS.iter();
    let settings = settings.flat_map(|setting| {
        let equal = setting.equal_variable.into_iter();
        equal.chain(std::iter::once(setting.variable))
    });
    settings.chain(GUARDS).chain(OTHERS)
}

fn without_prefix(name: &str) -> Option<&str> {
    name.strip_prefix(PREFIX)?.strip_prefix('_')
}

/// A name without what joins its words.
fn letters(name: &str) -> String {
    name.chars().filter(|letter| *letter != '_').collect()
}

#[cfg(test)]
mod tests {
    use super::{MeantVariable, PREFIX, known};

    #[test]
    fn finds_what_was_meant() {
        use MeantVariable::{Guard, Option, Other};

        for (name, expected) in [
            ("READ_ONLY", None),
            ("ENDPOINT", None),
            ("READONLY", Some(Guard("ARMCLI_READ_ONLY"))),
            ("READ_ONYL", Some(Guard("ARMCLI_READ_ONLY"))),
            ("CONFRIM", Some(Guard("ARMCLI_CONFIRM"))),
            ("SANBOX", Some(Guard("ARMCLI_SANDBOX"))),
            ("DRYRUN", Some(Option("--dry-run"))),
            ("DRY_RUN", Some(Option("--dry-run"))),
            ("TIME_OUT", Some(Other("ARMCLI_TIMEOUT"))),
            ("RETRIES", Some(Other("ARMCLI_RETRY"))),
            ("X", None),
            ("HOMEPAGE_QUIZ", None),
            ("", None),
        ] {
            let whole = format!("{PREFIX}_{name}");
            assert_eq!(MeantVariable::of(&whole), expected, "{name}");
            assert_eq!(MeantVariable::of(name), None, "{name}");
        }
    }

    #[test]
    fn every_variable_of_the_help_is_known() {
        let help = include_str!("../cli/help/topics/environment.txt");
        let is_letter = |letter: char| letter.is_ascii_uppercase() || letter == '_';
        let names = help.split(|letter| !is_letter(letter));
        let names: Vec<_> = names.filter(|name| name.starts_with(PREFIX)).collect();
        assert!(names.len() > 20);
        for name in names {
            assert!(known().any(|known| known == name), "{name}");
        }
    }
}
