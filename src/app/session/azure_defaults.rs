//! What az uses if nothing is said, and what applies here if our own settings say nothing either: its variables, then
//! `~/.azure/config`. The file is read only if such a value is needed. Our own settings: `settings`.

use std::borrow::Cow;
use std::path::Path;

use crate::azure::az_setting;
use crate::config::Setting;
use crate::credential;
use crate::env::Env;
use crate::file;

/// What is there is less than 1 KiB.
const MAX_BYTES: u64 = 1 << 20;
/// The settings that stand for placeholders, and the names of those.
const PLACEHOLDERS: [(&str, &[&str]); 2] = [
    ("group", &["{rg}", "{resourcegroup}"]),
    ("location", &["{location}"]),
];

/// A value, and where it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AzureDefault {
    pub(crate) value: String,
    pub(crate) origin: String,
}

/// What az's variables and its file say of a setting.
pub(crate) fn find(setting: &Setting, env: &Env) -> Option<AzureDefault> {
    let mut variables = setting.azure_variables.iter();
    let by_variable = variables.find_map(|name| {
        Some(AzureDefault {
            value: env.get(name)?.to_owned(),
            origin: (*name).to_owned(),
        })
    });
    by_variable.or_else(|| {
        let (section, key) = setting.azure_key?;
        let path = credential::configuration_file(env, "config")?;
        let value = az_setting(&text_of(&path)?, section, key)?;
        let origin = format!("[{section}] of {}", path.display());
        Some(AzureDefault { value, origin })
    })
}

/// A file that cannot be read says nothing: it is az's.
fn text_of(path: &Path) -> Option<String> {
    let bytes = file::read(path, MAX_BYTES).ok()?.bytes;
    String::from_utf8(bytes).ok()
}

/// The environment with az's values for the placeholders that an address has and nothing fills.
pub(crate) fn filled<'e>(url: &str, env: &'e Env) -> Cow<'e, Env> {
    let mut filled = Cow::Borrowed(env);
    if !url.contains('{') {
        return filled;
    }
    let url = url.to_ascii_lowercase();
    for (key, names) in PLACEHOLDERS {
        let is_needed = names.iter().any(|name| url.contains(name));
        let Some(setting) = Setting::of_key(key).filter(|_| is_needed) else {
            continue;
        };
        if env.get(setting.variable).is_none()
            && let Some(default) = find(setting, env)
        {
            filled.to_mut().assume(setting.variable, default.value);
        }
    }
    filled
}

#[cfg(test)]
mod tests {
    use super::filled;
    use crate::env::Env;

    #[track_caller]
    fn check(url: &str, variables: &[(&str, &str)], name: &str, expected: Option<&str>) {
        let folder = tempfile::tempdir().unwrap();
        let text = "[defaults]\ngroup = rg-file\nlocation = westeurope\n";
        std::fs::write(folder.path().join("config"), text).unwrap();
        let own = [("AZURE_CONFIG_DIR", folder.path().to_str().unwrap())];
        let env = Env::with_variables(variables.iter().copied().chain(own));
        assert_eq!(filled(url, &env).get(name), expected, "{url} {variables:?}");
    }

    #[test]
    fn azs_defaults_come_after_ours() {
        let group = "ARMCLI_RESOURCE_GROUP";
        let of_az = [("AZURE_DEFAULTS_GROUP", "rg-az")];
        check("/x/{rg}", &[], group, Some("rg-file"));
        check("/x/{ResourceGroup}", &of_az, group, Some("rg-az"));
        check(
            "/x/{rg}",
            &[(group, "rg-own"), of_az[0]],
            group,
            Some("rg-own"),
        );
        check("/x/{sub}", &of_az, group, None);
        check("/x", &of_az, group, None);
        check("/x/{location}", &[], "ARMCLI_LOCATION", Some("westeurope"));
        check("/x/{location}", &[], group, None);
    }
}
