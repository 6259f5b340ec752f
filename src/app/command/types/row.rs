//! What is known of each type: the catalogue joined with what a service has said. Who prints it:
//! the module above it.

use std::cmp::Ordering;
use std::iter;

use crate::azure::catalogue::{self, ResourceType, TypeScope};
use crate::azure::{Versions, WantedVersion, api_version_for, newest_wanted};

/// A type.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    /// Its full name.
    pub(crate) name: String,
    /// What the catalogue has of it.
    pub(crate) known: Option<ResourceType>,
    /// The version that a request would have.
    pub(crate) version: String,
    /// The newest preview, if it is newer.
    pub(crate) preview: Option<String>,
}

/// Returns the type of a full name, whatever its case.
pub(crate) fn of(name: &str, versions: &Versions) -> Option<Row> {
    let known = catalogue::find(name);
    let live = || versions.live.find(name).map(|live| live.name);
    let name = known.map(|known| known.name).or_else(live)?;
    row(name, known, versions)
}

/// Returns the types whose names are meant, by name.
pub(crate) fn all(versions: &Versions, is_meant: impl Fn(&str) -> bool) -> Vec<Row> {
    let names = names(versions).filter(|(name, _)| is_meant(name));
    let row = |(name, known)| row(name, known, versions);
    names.filter_map(row).collect()
}

/// The names of the catalogue and of the service. Both are sorted without case, so that one walk
/// merges them.
fn names(versions: &Versions) -> impl Iterator<Item = (&str, Option<ResourceType>)> {
    let mut live = versions.live.names().peekable();
    let mut catalogue = catalogue::all().peekable();
    iter::from_fn(move || {
        let order = match (live.peek(), catalogue.peek()) {
            (Some(live), Some(known)) => compare(live, known.name),
            (Some(_), None) => Ordering::Less,
            (None, _) => Ordering::Greater,
        };
        match order {
            Ordering::Less => return live.next().map(|name| (name, None)),
            Ordering::Equal => _ = live.next(),
            Ordering::Greater => {}
        }
        catalogue.next().map(|known| (known.name, Some(known)))
    })
}

fn compare(one: &str, other: &str) -> Ordering {
    let one = one.bytes().map(|byte| byte.to_ascii_lowercase());
    one.cmp(other.bytes().map(|byte| byte.to_ascii_lowercase()))
}

fn row(name: &str, known: Option<ResourceType>, versions: &Versions) -> Option<Row> {
    let newest = newest(name, known, versions);
    let version = usual(name, versions).or_else(|| newest.clone())?;
    let is_newer = |preview: &String| {
        let is_preview = newest_wanted(&[preview], &WantedVersion::Stable).is_none();
        is_preview && preview.as_str() > version.as_str()
    };
    Some(Row {
        name: name.to_owned(),
        known,
        preview: newest.filter(is_newer),
        version,
    })
}

/// What a request would have; nothing where only a stable version is wanted and there is none.
fn usual(name: &str, versions: &Versions) -> Option<String> {
    let (namespace, types) = name.split_once('/')?;
    let path = format!("/providers/{namespace}/{}", types.replace('/', "/-/"));
    let found = api_version_for(&path, &WantedVersion::Usual, versions).ok()?;
    Some(found.value)
}

/// The newest version of all: what the service says counts before what the catalogue has.
fn newest(name: &str, known: Option<ResourceType>, versions: &Versions) -> Option<String> {
    let of_catalogue = || {
        let versions = known.map(|known| [known.stable(), known.preview()]);
        versions.into_iter().flatten().flatten().collect()
    };
    let live = versions.live.versions(name);
    let there: Vec<&str> = live
        .filter(|live| !live.is_empty())
        .unwrap_or_else(of_catalogue);
    newest_wanted(&there, &WantedVersion::Preview).map(str::to_owned)
}

impl Row {
    /// The words of the table.
    pub(crate) fn cells(&self) -> [String; 4] {
        [
            self.name.clone(),
            self.version.clone(),
            self.preview.clone().unwrap_or_default(),
            self.scopes().join(", "),
        ]
    }

    /// Where resources of the type are, or are listed.
    pub(crate) fn scopes(&self) -> Vec<&'static str> {
        let has = |scope: TypeScope| {
            let known = self.known.as_ref();
            known.is_some_and(|known| {
                let mut scopes = known.list_scopes().chain(known.item_scopes());
                scopes.any(|one| one == scope)
            })
        };
        let scopes = TypeScope::ALL.into_iter().filter(|scope| has(*scope));
        scopes.map(TypeScope::word).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use super::{all, of};
    use crate::azure::{ProviderMetadata, Versions, WantedVersion, catalogue};

    #[test]
    fn joins_what_is_known() {
        let mut versions = Versions {
            live: ProviderMetadata::default()
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
        let pin = WantedVersion::Exactly("2024-07-01".to_owned());
        versions.pins.add("Microsoft.Compute/virtualMachines", pin);
        versions.pins.add(
            "Microsoft.Insights/diagnosticSettings",
            WantedVersion::Stable,
        );
        let rows = all(&versions, |_| true);
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
            "Microsoft.Insights/diagnosticSettings|2016-09-01|2021-05-01-preview|management group, subscription, any resource",
        ] {
            let name = expected.split('|').next().unwrap();
            assert_eq!(cells(name), expected);
            let alone = of(&name.to_uppercase(), &versions).unwrap();
            assert_eq!(alone.cells().join("|"), expected);
        }
        // What both know is there once.
        let count = |name| rows.iter().filter(|row| row.name == name).count();
        assert_eq!(count("Microsoft.Web/sites"), 1);
        assert_eq!(rows.len(), catalogue::all().count() + 1);
        let meant = all(&versions, |name| name.starts_with("Contoso.Own/"));
        assert_eq!(meant.len(), 1);
        for none in ["", "Contoso.Own", "Contoso.Own/thing", "Microsoft.Web"] {
            assert!(of(none, &versions).is_none(), "{none}");
        }
    }
}
