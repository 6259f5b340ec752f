//! Reads `clouds.config`, in which az keeps the clouds that a user has registered: an INI file with
//! one section per cloud. What its fields mean: `definition`; where the file is: `app::session::cloud`.

use crate::azure::cloud::Cloud;
use crate::azure::cloud::definition::{Definition, Field, Plaintext};
use crate::azure::cloud::error::CloudError;

impl Cloud {
    /// Reads a cloud of that name, whatever its case, out of the text of `clouds.config`.
    ///
    /// A section named after a known cloud changes that cloud; any other has to define `endpoint_resource_manager`,
    /// `endpoint_active_directory` and `endpoint_active_directory_resource_id`. Keys that this program has no use for
    /// are skipped, as are those of az itself such as `profile` and `subscription`.
    pub fn from_clouds_config(text: &str, name: &str) -> Result<Self, CloudError> {
        let sections = parse(text)?;
        let is_meant = |section: &&Section| section.name.eq_ignore_ascii_case(name.trim());
        let Some(section) = sections.iter().find(is_meant) else {
            if let Some(cloud) = Self::named(name) {
                return Ok(cloud);
            }
            let mut known = Self::known_names();
            known.extend(sections.into_iter().map(|section| section.name));
            return Err(Self::unknown(name, known));
        };
        let definition = section.definition();
        match Self::named(&section.name) {
            Some(cloud) => definition.over(cloud, Plaintext::OnLoopback),
            None => definition.build(&section.name, Plaintext::OnLoopback),
        }
    }
}

/// Reads which cloud az uses out of the text of its `config`; nothing if it names none, or cannot be read.
pub fn current_cloud(text: &str) -> Option<String> {
    az_setting(text, "cloud", "name")
}

/// Reads a value out of the text of az's `config`; nothing if it is empty, not there, or cannot be read.
pub fn az_setting(text: &str, section: &str, key: &'static str) -> Option<String> {
    let sections = parse(text).ok()?;
    let mut own = sections.iter().rev().filter(|one| one.name == section);
    let value = own.find_map(|section| section.field(key).value)?;
    (!value.is_empty()).then_some(value)
}

/// A section: its name and its keys, in lower case, with their values.
struct Section {
    name: String,
    entries: Vec<(String, String)>,
}

impl Section {
    /// Returns the last value of a key; like Python's parser, which az uses, a later one wins.
    fn field(&self, name: &'static str) -> Field {
        let value = self.entries.iter().rev().find(|(key, _)| key == name);
        Field {
            name,
            value: value.map(|(_, value)| value.clone()),
        }
    }

    /// Picks the keys that make a cloud.
    fn definition(&self) -> Definition {
        Definition {
            resource_manager: self.field("endpoint_resource_manager"),
            authority_host: self.field("endpoint_active_directory"),
            audience: self.field("endpoint_active_directory_resource_id"),
            portal: self.field("endpoint_portal"),
            services: vec![
                self.field("endpoint_microsoft_graph_resource_id"),
                self.field("endpoint_log_analytics_resource_id"),
                self.field("endpoint_app_insights_resource_id"),
            ],
            own_suffixes: vec![
                self.field("suffix_keyvault_dns"),
                self.field("suffix_mhsm_dns"),
                self.field("suffix_synapse_analytics_endpoint"),
            ],
            storage: self.field("suffix_storage_endpoint"),
        }
    }
}

/// Splits the text into sections. Values of keys without use may span lines: those are indented.
fn parse(text: &str) -> Result<Vec<Section>, CloudError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut sections: Vec<Section> = Vec::new();
    for (line, raw) in (1..).zip(text.lines()) {
        let trimmed = raw.trim();
        if trimmed.is_empty() || trimmed.starts_with(['#', ';']) {
            continue;
        }
        let fail = |reason| CloudError::Syntax { line, reason };
        if raw.starts_with([' ', '\t']) {
            let last = sections
                .last_mut()
                .and_then(|section| section.entries.last_mut());
            let (_, value) = last.ok_or(fail("an indented line continues nothing"))?;
            value.push('\n');
            value.push_str(trimmed);
        } else if let Some(rest) = trimmed.strip_prefix('[') {
            let name = rest
                .strip_suffix(']')
                .ok_or(fail("a section without `]`"))?
                .trim();
            if name.is_empty() {
                return Err(fail("a section without a name"));
            }
            sections.push(Section {
                name: name.to_owned(),
                entries: Vec::new(),
            });
        } else {
            let (key, value) = trimmed
                .split_once(['=', ':'])
                .ok_or(fail("neither `key = value` nor `[name]`"))?;
            let section = sections
                .last_mut()
                .ok_or(fail("a key in front of the first section"))?;
            section
                .entries
                .push((key.trim().to_ascii_lowercase(), value.trim().to_owned()));
        }
    }
    Ok(sections)
}

#[cfg(test)]
mod tests {
    use url::Url;

    use super::current_cloud;
    use crate::azure::audience::Audience;
    use crate::azure::audience::host_table::HostKind;
    use crate::azure::cloud::error::CloudError;
    use crate::azure::cloud::hosts::{audience_of, host_kind};
    use crate::azure::cloud::{Cloud, CloudName};

    #[test]
    fn az_names_the_cloud_that_it_uses() {
        for (text, expected) in [
            (
                "[cloud]\nname = AzureUSGovernment\n",
                Some("AzureUSGovernment"),
            ),
            (
                "[core]\noutput=table\n[cloud]\nNAME=AzureChinaCloud",
                Some("AzureChinaCloud"),
            ),
            ("[core]\nname = a\n", None),
            ("[cloud]\nname =\n", None),
            ("[cloud\nname = a", None),
            ("", None),
        ] {
            assert_eq!(current_cloud(text).as_deref(), expected, "{text}");
        }
    }

    const STACK: &str = "\
# written by `az cloud register`
[Stack]
endpoint_resource_manager = https://management.local.azurestack.external/
endpoint_active_directory = https://login.example/
endpoint_active_directory_resource_id: https://management.contoso.onmicrosoft.com/guid
endpoint_microsoft_graph_resource_id = https://graph.stack.example/
suffix_storage_endpoint = local.azurestack.external
Suffix_KeyVault_DNS = .vault.local.azurestack.external
profile = 2019-03-01-hybrid
note = one
  and two

[AzureCloud]
subscription = 00000000-0000-0000-0000-000000000000

[azurechinacloud]
endpoint_resource_manager = https://arm.china.example
; a comment
[Local]
endpoint_resource_manager = http://127.0.0.1:8080
endpoint_active_directory = http://127.0.0.1:8081
endpoint_active_directory_resource_id = https://management.azure.com/
";

    #[test]
    fn reads_a_cloud() {
        let cloud = Cloud::from_clouds_config(STACK, "stack").unwrap();
        assert_eq!(cloud.name, CloudName::Custom("Stack".to_owned()));
        assert_eq!(
            cloud.resource_manager.as_str(),
            "https://management.local.azurestack.external/"
        );
        assert_eq!(cloud.authority_host.as_str(), "https://login.example/");
        assert_eq!(
            cloud.audience.as_str(),
            "https://management.contoso.onmicrosoft.com/guid"
        );
        let check = |url: &str, expected: Option<&str>, kind: HostKind| {
            let url = Url::parse(url).unwrap();
            let audience = audience_of(&cloud, &url);
            assert_eq!(audience.as_ref().map(Audience::as_str), expected, "{url}");
            assert_eq!(host_kind(&cloud, &url), kind, "{url}");
        };
        check(
            "https://management.local.azurestack.external/subscriptions",
            // Anyone's tenant could be there: it takes `--audience`.
            None,
            HostKind::ResourceManager,
        );
        check(
            "https://kv.vault.local.azurestack.external/",
            Some("https://vault.local.azurestack.external"),
            HostKind::Other,
        );
        check(
            "https://a.blob.local.azurestack.external/",
            None,
            HostKind::Storage,
        );
        check(
            "https://graph.stack.example/v1.0",
            Some("https://graph.stack.example/"),
            HostKind::Other,
        );
        check("https://management.azure.com/", None, HostKind::Other);
        check("https://kv.vault.azure.net/", None, HostKind::Other);
    }

    #[test]
    fn changes_known_clouds() {
        let public = Cloud::from_clouds_config(STACK, "azurecloud").unwrap();
        assert_eq!(public.name, CloudName::Public);
        assert_eq!(
            public.resource_manager.as_str(),
            "https://management.azure.com/"
        );
        let china = Cloud::from_clouds_config(STACK, "AzureChinaCloud").unwrap();
        assert_eq!(china.name, CloudName::China);
        assert_eq!(
            china.resource_manager.as_str(),
            "https://arm.china.example/"
        );
        let government = Cloud::from_clouds_config(STACK, "usgov").unwrap();
        assert_eq!(government.name, CloudName::UsGovernment);
        let local = Cloud::from_clouds_config(STACK, "Local").unwrap();
        assert_eq!(local.resource_manager.as_str(), "http://127.0.0.1:8080/");
    }

    #[test]
    fn says_what_is_wrong() {
        #[track_caller]
        fn check(text: &str, expected: &str) {
            let error = Cloud::from_clouds_config(text, "x").unwrap_err();
            assert_eq!(error.to_string(), expected);
        }
        let rest = "endpoint_active_directory=https://l.example\n\
                    endpoint_active_directory_resource_id=https://a.example\n";
        let with = |line: &str| format!("[x]\n{rest}{line}\n");
        check("[x]\n", "cloud `x` has no `endpoint_resource_manager`");
        check(
            &with("endpoint_resource_manager="),
            "cloud `x` has no `endpoint_resource_manager`",
        );
        check(
            "[x]\nwhat\n",
            "line 2 of the cloud configuration: neither `key = value` nor `[name]`",
        );
        check(
            "\n[x\n",
            "line 2 of the cloud configuration: a section without `]`",
        );
        check(
            "[ ]",
            "line 1 of the cloud configuration: a section without a name",
        );
        check(
            "a=b",
            "line 1 of the cloud configuration: a key in front of the first section",
        );
        check(
            "[x]\n  a=b",
            "line 2 of the cloud configuration: an indented line continues nothing",
        );
        check(
            &with("endpoint_resource_manager=http://arm.example"),
            "`endpoint_resource_manager` of cloud `x`: refused plain http to `arm.example`",
        );
        check(
            &with("endpoint_resource_manager=https://arm.example\nsuffix_storage_endpoint=com"),
            "`suffix_storage_endpoint` of cloud `x` is not a host suffix: `com`",
        );
        check(
            &with("endpoint_resource_manager=https://arm.example\nsuffix_keyvault_dns=a.b/c"),
            "`suffix_keyvault_dns` of cloud `x` is not a host suffix: `a.b/c`",
        );
    }

    #[test]
    fn suggests_registered_clouds() {
        let error = Cloud::from_clouds_config(STACK, "Stak").unwrap_err();
        let CloudError::Unknown {
            known, suggestion, ..
        } = error
        else {
            panic!("{error}")
        };
        assert!(known.contains(&"Stack".to_owned()));
        assert_eq!(suggestion.as_deref(), Some("Stack"));
    }
}
