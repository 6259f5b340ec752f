//! Which value of a setting applies: the selected profile, a variable, `[defaults]`. An option wins over all of them,
//! and is not a matter of this file. The ways to set each: `setting`.

use crate::config::guards::Guards;
use crate::config::reader::{CONFIRM, Config, Profile, READ_ONLY};
use crate::config::setting::{SETTINGS, Setting, SettingKind, switch};

/// The variable that selects a profile.
pub const PROFILE_VARIABLE: &str = "ARMCLI_PROFILE";
/// The variables of the guards.
pub(super) const READ_ONLY_VARIABLE: &str = "ARMCLI_READ_ONLY";
pub(super) const CONFIRM_VARIABLE: &str = "ARMCLI_CONFIRM";

/// Who has said a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// A profile, on a line of `config.toml`.
    Profile {
        /// Its name.
        name: String,
        /// The line.
        line: usize,
    },
    /// A variable.
    Variable(&'static str),
    /// `[defaults]`, on a line of `config.toml`.
    Defaults {
        /// The line.
        line: usize,
    },
}

/// A setting that something has said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chosen {
    /// Which setting.
    pub setting: &'static Setting,
    /// Its value.
    pub value: String,
    /// Who said it.
    pub origin: Origin,
}

/// A source that sets guards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GuardSource {
    /// What it is called, such as `profile prod`.
    pub name: String,
    /// What it sets.
    pub guards: Guards,
}

/// What holds for a run, in addition to its options.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settings {
    /// What is in the file.
    pub config: Config,
    /// The settings that something has said.
    pub chosen: Vec<Chosen>,
    /// The profile whose settings hold.
    pub profile: Option<Profile>,
    /// The guards of all sources together.
    pub guards: Guards,
    /// The sources that set any.
    pub guard_sources: Vec<GuardSource>,
}

/// Why settings cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// A profile that is not there.
    #[error("there is no profile `{name}`")]
    NoProfile {
        /// Its name.
        name: String,
        /// Who named it: `--profile`, or the variable.
        by: &'static str,
        /// Those that are there.
        known: Vec<String>,
    },
    /// A variable that its option would not take.
    #[error("`{name}` cannot be used: {message}")]
    Variable {
        /// The variable.
        name: &'static str,
        /// What is wrong with it.
        message: String,
    },
}

impl Settings {
    /// Decides what holds: what the profile of `--profile` says, then variables, then the profile of the variable, then
    /// `[defaults]`. Guards add up instead. `check` says what is wrong with a value, by its key.
    ///
    /// # Errors
    ///
    /// A profile that is not there, or a variable with a value that cannot be.
    pub fn resolve<'v>(
        config: Config,
        profile: Option<&str>,
        variable: impl Fn(&str) -> Option<&'v str>,
        check: fn(&str, &str) -> Result<(), String>,
    ) -> Result<Self, SettingsError> {
        let find = |name: &str, by| {
            let mut profiles = config.profiles.iter();
            let found = profiles.find(|profile| profile.name == name);
            found.ok_or_else(|| SettingsError::NoProfile {
                name: name.to_owned(),
                by,
                known: config.profiles.iter().map(|one| one.name.clone()).collect(),
            })
        };
        let by_option = profile.map(|name| find(name, "--profile")).transpose()?;
        let by_variable = variable(PROFILE_VARIABLE)
            .map(|name| find(name, PROFILE_VARIABLE))
            .transpose()?;
        let mut chosen = Vec::new();
        for setting in &SETTINGS {
            let text = variable(setting.variable);
            let text = text.map(|text| checked(setting, text, check)).transpose()?;
            let equal = setting
                .equal_variable
                .filter(|name| variable(name).is_some());
            let of_profile = |profile: Option<&Profile>| {
                let profile = profile?;
                let found = profile.section.find(setting)?;
                let origin = Origin::Profile {
                    name: profile.name.clone(),
                    line: found.line,
                };
                Some((found.value.clone(), origin))
            };
            let of_variable = || Some((text?, Origin::Variable(setting.variable)));
            let of_file = || {
                let found = config.defaults.find(setting)?;
                let line = found.line;
                Some((found.value.clone(), Origin::Defaults { line }))
            };
            let found = of_profile(by_option)
                .or_else(of_variable)
                // Another variable says it; what it says is its reader's matter.
                .or_else(|| {
                    let below =
                        || of_profile(by_variable.filter(|_| by_option.is_none())).or_else(of_file);
                    equal.is_none().then(below).flatten()
                });
            chosen.extend(found.map(|(value, origin)| Chosen {
                setting,
                value,
                origin,
            }));
        }
        let guard_sources = guard_sources(&config, by_option, by_variable, &variable)?;
        let guards = guard_sources.iter().map(|source| source.guards);
        Ok(Self {
            guards: guards.fold(Guards::default(), Guards::and),
            guard_sources,
            chosen,
            profile: by_option.or(by_variable).cloned(),
            config,
        })
    }

    /// The values that hold as if their variable said them, by the names of the variables.
    pub fn variables(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let of_file = self.chosen.iter().filter(|chosen| match chosen.origin {
            Origin::Profile { .. } | Origin::Defaults { .. } => true,
            Origin::Variable(_) => false,
        });
        of_file.map(|chosen| (chosen.setting.variable, chosen.value.as_str()))
    }

    /// The values that are defaults of options, by the names of their arguments.
    pub fn defaults(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let chosen = self.chosen.iter();
        chosen.filter_map(|chosen| Some((chosen.setting.argument?, chosen.value.as_str())))
    }
}

/// The value of a variable, if its option would take it.
fn checked(
    setting: &Setting,
    text: &str,
    check: fn(&str, &str) -> Result<(), String>,
) -> Result<String, SettingsError> {
    if setting.kind == SettingKind::Switch {
        return Ok(switch_of(setting.variable, text)?.to_string());
    }
    check(setting.key, text).map_err(|message| SettingsError::Variable {
        name: setting.variable,
        message,
    })?;
    Ok(text.to_owned())
}

fn switch_of(name: &'static str, text: &str) -> Result<bool, SettingsError> {
    switch(text).ok_or_else(|| SettingsError::Variable {
        name,
        message: format!("`{text}` is neither true nor false"),
    })
}

/// Everything that sets a guard. Each selected profile counts, also one whose settings another one replaces.
fn guard_sources<'v>(
    config: &Config,
    by_option: Option<&Profile>,
    by_variable: Option<&Profile>,
    variable: &impl Fn(&str) -> Option<&'v str>,
) -> Result<Vec<GuardSource>, SettingsError> {
    let switch = |name| {
        let text = variable(name);
        text.map_or(Ok(false), |text| switch_of(name, text))
    };
    let mut sources = vec![
        GuardSource {
            name: READ_ONLY_VARIABLE.to_owned(),
            guards: Guards {
                read_only: switch(READ_ONLY_VARIABLE)?,
                confirm: false,
            },
        },
        GuardSource {
            name: CONFIRM_VARIABLE.to_owned(),
            guards: Guards {
                read_only: false,
                confirm: switch(CONFIRM_VARIABLE)?,
            },
        },
        GuardSource {
            name: "[defaults]".to_owned(),
            guards: config.defaults.guards,
        },
    ];
    let profiles = by_option.into_iter().chain(by_variable);
    sources.extend(profiles.map(|profile| GuardSource {
        name: format!("profile {}", profile.name),
        guards: profile.section.guards,
    }));
    sources.retain(|source| source.guards != Guards::default());
    sources.dedup();
    Ok(sources)
}

impl Guards {
    /// The names of those that are set.
    pub fn names(self) -> Vec<&'static str> {
        let all = [(self.read_only, READ_ONLY), (self.confirm, CONFIRM)];
        let set = all.into_iter().filter(|(is_set, _)| *is_set);
        set.map(|(_, name)| name).collect()
    }
}

#[cfg(test)]
#[path = "settings_tests.rs"]
mod tests;
