//! The settings that have a default, and every way to set each: its key in `config.toml`, its variable, its option, and
//! what of az means the same. The page docs/settings.md shows this table. Which value applies: `settings`.

/// What a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SettingKind {
    /// A text, in quotation marks.
    Text,
    /// A text, or a number without quotation marks.
    Number,
    /// `true` or `false`.
    Switch,
}

/// A setting that has a default.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Setting {
    /// Its name in `config.toml`.
    pub key: &'static str,
    /// What its value is.
    pub kind: SettingKind,
    /// The variable of this program.
    pub variable: &'static str,
    /// Another variable that says the same with the same rank.
    pub equal_variable: Option<&'static str>,
    /// How the option is shown, if there is one.
    pub option: &'static str,
    /// The name of the option whose default it is, among those of a command.
    pub argument: Option<&'static str>,
    /// Variables of others that count after `config.toml`.
    pub azure_variables: &'static [&'static str],
    /// The section and key of `~/.azure/config` that count after those.
    pub azure_key: Option<(&'static str, &'static str)>,
    /// What holds if nothing says it.
    pub default: &'static str,
}

/// A row of the table that has neither an option nor anything of Azure's.
const PLAIN: Setting = Setting {
    key: "",
    kind: SettingKind::Text,
    variable: "",
    equal_variable: None,
    option: "",
    argument: None,
    azure_variables: &[],
    azure_key: None,
    default: "",
};

/// All of them, in the order in which they are shown.
pub const SETTINGS: [Setting; 17] = [
    Setting {
        key: "output",
        variable: "ARMCLI_OUTPUT",
        option: "-o, --output",
        argument: Some("output"),
        default: "json; table for lists",
        ..PLAIN
    },
    Setting {
        key: "subscription",
        variable: "ARMCLI_SUBSCRIPTION",
        option: "-S, --subscription",
        azure_variables: &["AZURE_SUBSCRIPTION_ID"],
        default: "that of the account, else az's",
        ..PLAIN
    },
    Setting {
        key: "group",
        variable: "ARMCLI_RESOURCE_GROUP",
        option: "-g, --resource-group",
        azure_variables: &["AZURE_DEFAULTS_GROUP"],
        azure_key: Some(("defaults", "group")),
        default: "none",
        ..PLAIN
    },
    Setting {
        key: "location",
        variable: "ARMCLI_LOCATION",
        azure_variables: &["AZURE_DEFAULTS_LOCATION"],
        azure_key: Some(("defaults", "location")),
        default: "none",
        ..PLAIN
    },
    Setting {
        key: "account",
        variable: "ARMCLI_ACCOUNT",
        default: "the active one",
        ..PLAIN
    },
    Setting {
        key: "tenant",
        variable: "ARMCLI_TENANT",
        option: "--tenant",
        default: "that of the account",
        ..PLAIN
    },
    Setting {
        key: "cloud",
        variable: "ARMCLI_CLOUD",
        equal_variable: Some("ARMCLI_ENDPOINT"),
        option: "--cloud",
        azure_variables: &["ACC_CLOUD", "AZURE_CLOUD_NAME"],
        azure_key: Some(("cloud", "name")),
        default: "AzureCloud",
        ..PLAIN
    },
    Setting {
        key: "sandbox",
        kind: SettingKind::Switch,
        variable: "ARMCLI_SANDBOX",
        option: "--sandbox, --no-sandbox",
        argument: Some("sandbox"),
        default: "false",
        ..PLAIN
    },
    Setting {
        key: "color",
        variable: "ARMCLI_COLOR",
        option: "--color",
        argument: Some("color"),
        default: "auto",
        ..PLAIN
    },
    Setting {
        key: "check",
        variable: "ARMCLI_CHECK",
        option: "--check, --no-check",
        argument: Some("check"),
        default: "warn",
        ..PLAIN
    },
    Setting {
        key: "pager",
        variable: "ARMCLI_PAGER",
        option: "--no-pager",
        azure_variables: &["PAGER"],
        default: "none",
        ..PLAIN
    },
    Setting {
        key: "timeout",
        kind: SettingKind::Number,
        variable: "ARMCLI_TIMEOUT",
        option: "--timeout",
        argument: Some("timeout"),
        default: "none",
        ..PLAIN
    },
    Setting {
        key: "retry",
        kind: SettingKind::Number,
        variable: "ARMCLI_RETRY",
        option: "--retry",
        argument: Some("retry"),
        default: "3",
        ..PLAIN
    },
    Setting {
        key: "retry-max-wait",
        kind: SettingKind::Number,
        variable: "ARMCLI_RETRY_MAX_WAIT",
        option: "--retry-max-wait",
        argument: Some("retry_max_wait"),
        default: "5m",
        ..PLAIN
    },
    Setting {
        key: "parallel",
        kind: SettingKind::Number,
        variable: "ARMCLI_PARALLEL",
        option: "--parallel",
        argument: Some("parallel"),
        default: "8; 50 if the path has a `*`",
        ..PLAIN
    },
    Setting {
        key: "max-memory",
        kind: SettingKind::Number,
        variable: "ARMCLI_MAX_MEMORY",
        option: "--max-memory",
        argument: Some("max_memory"),
        default: "1GiB",
        ..PLAIN
    },
    Setting {
        key: "remember-names",
        kind: SettingKind::Switch,
        variable: "ARMCLI_REMEMBER_NAMES",
        default: "true",
        ..PLAIN
    },
];

impl Setting {
    /// Finds a setting by its key.
    pub fn of_key(key: &str) -> Option<&'static Self> {
        SETTINGS.iter().find(|setting| setting.key == key)
    }
}

/// Reads a switch, in the words that people write.
pub fn switch(text: &str) -> Option<bool> {
    let is_one_of = |words: &[&str]| words.iter().any(|word| word.eq_ignore_ascii_case(text));
    if is_one_of(&["1", "true", "t", "yes", "y", "on"]) {
        return Some(true);
    }
    is_one_of(&["0", "false", "f", "no", "n", "off"]).then_some(false)
}

#[cfg(test)]
mod tests {
    use super::{SETTINGS, switch};

    #[test]
    fn each_setting_has_a_name_of_its_own() {
        for (at, setting) in SETTINGS.iter().enumerate() {
            let others = SETTINGS.get(at + 1..).unwrap();
            let is_same = others
                .iter()
                .any(|other| other.key == setting.key || other.variable == setting.variable);
            assert!(!is_same && !setting.key.is_empty(), "{}", setting.key);
            assert!(setting.variable.starts_with("ARMCLI"), "{}", setting.key);
        }
    }

    #[test]
    fn the_page_of_settings_has_this_table() {
        let page = include_str!("../../docs/settings.md");
        let ticked = |names: &[&str]| {
            let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
            names.join(", ")
        };
        for setting in &SETTINGS {
            let own: Vec<&str> = [setting.variable]
                .into_iter()
                .chain(setting.equal_variable)
                .collect();
            let mut others = ticked(setting.azure_variables);
            if let Some((section, key)) = setting.azure_key {
                others = format!("{others}, az's `[{section}]` `{key}`");
            }
            let option = Some(setting.option).filter(|option| !option.is_empty());
            let cells = [
                ticked(&[setting.key]),
                option.map(|option| ticked(&[option])).unwrap_or_default(),
                ticked(&own),
                others,
                setting.default.to_owned(),
            ];
            let cells = cells.map(|cell| {
                if cell.is_empty() {
                    " ".to_owned()
                } else {
                    format!(" {cell} ")
                }
            });
            let row = format!("|{}|", cells.join("|"));
            assert!(
                page.lines().any(|line| line == row),
                "docs/settings.md lacks {row}"
            );
        }
        let rows = page.lines().filter(|line| line.starts_with("| `"));
        assert_eq!(rows.count(), SETTINGS.len());
    }

    #[test]
    fn a_switch_has_many_words_and_no_guess() {
        for (text, expected) in [
            ("1", Some(true)),
            ("TRUE", Some(true)),
            ("yes", Some(true)),
            ("on", Some(true)),
            ("0", Some(false)),
            ("False", Some(false)),
            ("off", Some(false)),
            ("ja", None),
            ("", None),
            ("2", None),
        ] {
            assert_eq!(switch(text), expected, "{text}");
        }
    }
}
