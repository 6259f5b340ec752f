//! What is known of each type: the catalogue joined with what a service has said. Prints nothing.

use std::collections::BTreeMap;

use crate::azure::catalogue::{self, ResourceType, Scope};
use crate::azure::{Versions, Wanted, api_version_for, newest_wanted};

/// A type.
#[derive(Debug, Clone)]
pub(super) struct Row {
    /// Its full name.
    pub(super) name: String,
    /// What the catalogue has of it.
    pub(super) known: Option<ResourceType>,
    /// The version that a request would have.
    pub(super) version: String,
    /// The newest preview, if it is newer.
    pub(super) preview: Option<String>,
}

/// Returns every type, by name.
pub(super) fn all(versions: &Versions) -> Vec<Row> {
    let mut names: BTreeMap<String, (&str, Option<ResourceType>)> = BTreeMap::new();
    for one in versions.live.all() {
        names.insert(one.name.to_ascii_lowercase(), (one.name, None));
    }
    for known in catalogue::all() {
        names.insert(known.name.to_ascii_lowercase(), (known.name, Some(known)));
    }
    let row = |(name, known)| row(name, known, versions);
    names.into_values().filter_map(row).collect()
}

fn row(name: &str, known: Option<ResourceType>, versions: &Versions) -> Option<Row> {
    let (namespace, types) = name.split_once('/')?;
    let path = format!("/providers/{namespace}/{}", types.replace('/', "/-/"));
    let find = |wanted| api_version_for(&path, &wanted, versions).ok();
    let version = find(Wanted::Usual).or_else(|| find(Wanted::Preview))?.value;
    let preview = find(Wanted::Preview).map(|found| found.value);
    let is_newer = |preview: &String| {
        let is_preview = newest_wanted(&[preview], &Wanted::Stable).is_none();
        is_preview && preview.as_str() > version.as_str()
    };
    Some(Row {
        name: name.to_owned(),
        known,
        preview: preview.filter(is_newer),
        version,
    })
}

impl Row {
    /// The words of the table.
    pub(super) fn cells(&self) -> [String; 4] {
        [
            self.name.clone(),
            self.version.clone(),
            self.preview.clone().unwrap_or_default(),
            self.scopes().join(", "),
        ]
    }

    /// Where resources of the type are, or are listed.
    pub(super) fn scopes(&self) -> Vec<&'static str> {
        let has = |scope: Scope| {
            let known = self.known.as_ref();
            known.is_some_and(|known| {
                let mut scopes = known.list_scopes().chain(known.item_scopes());
                scopes.any(|one| one == scope)
            })
        };
        let scopes = Scope::ALL.into_iter().filter(|scope| has(*scope));
        scopes.map(Scope::word).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use super::all;
    use crate::azure::{LiveTypes, Versions, Wanted};

    #[test]
    fn joins_what_is_known() {
        let mut versions = Versions {
            live: LiveTypes::default()
                .with(
                    "Contoso.Own/things",
                    &["2030-01-01-preview"],
                    SystemTime::UNIX_EPOCH,
                )
                .with(
                    "Microsoft.Web/sites",
                    &["2024-04-01", "2024-11-01-preview"],
                    SystemTime::UNIX_EPOCH,
                ),
            ..Versions::default()
        };
        let pin = Wanted::Exactly("2024-07-01".to_owned());
        versions.pins.add("Microsoft.Compute/virtualMachines", pin);
        versions
            .pins
            .add("Microsoft.Insights/diagnosticSettings", Wanted::Stable);
        let rows = all(&versions);
        assert!(rows.is_sorted_by_key(|row| row.name.to_ascii_lowercase()));
        let cells = |name: &str| {
            let row = rows.iter().find(|row| row.name == name).unwrap();
            row.cells().join("|")
        };
        for expected in [
            "Contoso.Own/things|2030-01-01-preview||",
            "Microsoft.Compute/disks|2026-03-02||subscription, resource group",
            "Microsoft.Compute/virtualMachines|2024-07-01||subscription, resource group",
            "Microsoft.Network/dnsZones|2018-05-01|2023-07-01-preview|subscription, resource group",
            "Microsoft.Sql/servers/databases|2025-01-01||resource group",
            "Microsoft.Web/sites|2024-04-01|2024-11-01-preview|subscription, resource group",
            "Microsoft.Insights/diagnosticSettings|2021-05-01-preview||subscription, any resource",
        ] {
            let name = expected.split('|').next().unwrap();
            assert_eq!(cells(name), expected);
        }
    }
}
