//! What a service says about its resource types, their api-versions and locations, as text that can be kept in a file
//! and searched as it is. Which file: `app::session::type_cache`; which request: `app::command::types`.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::ops::Range;
use std::time::{Duration, SystemTime};

use serde::Deserialize;

use crate::azure::resource::api_version::version::is_version;
use crate::azure::resource::catalogue::find_line;

/// The first words of a kept text: what it is, and the version of its format.
const MARK: &str = "arm-types 1 ";
/// How old a text may be: types change, and so does what a subscription sees of them.
const LONGEST_USE: Duration = Duration::from_secs(7 * 86_400);
/// How far in the future a text may have been written: the clock may have been ahead then, and be right now.
const AHEAD: Duration = Duration::from_secs(86_400);

/// Resource types as a service has described them.
///
/// The text: a line with the time of writing, in seconds since 1970; a line for each type, sorted by its name in lower case (name,
/// versions, number of its list of locations); an empty line; the lists of locations.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProviderMetadata {
    text: String,
    types: Range<usize>,
}

/// A resource type, as a service has described it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TypeMetadata<'a> {
    /// The full name.
    pub name: &'a str,
    /// Its versions, in no order.
    pub versions: Vec<&'a str>,
    /// Where its resources may be, in words such as `West Europe`; empty if that is not known.
    pub locations: Vec<&'a str>,
}

/// Why a kept text is not used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MetadataError {
    /// It has another format, or its end is missing.
    #[error("it is broken")]
    Broken,
    /// It is more than seven days old.
    #[error("it is older than 7 days")]
    Stale,
}

#[derive(Deserialize)]
struct Provider {
    namespace: String,
    #[serde(default, rename = "resourceTypes")]
    types: Vec<ProviderType>,
}

#[derive(Deserialize)]
struct ProviderType {
    #[serde(rename = "resourceType")]
    name: String,
    #[serde(default, rename = "apiVersions")]
    versions: Vec<String>,
    #[serde(default)]
    locations: Vec<String>,
}

/// The parts of a line.
struct Row {
    name: String,
    versions: String,
    locations: Option<String>,
}

impl ProviderMetadata {
    /// Takes a kept text.
    ///
    /// # Errors
    ///
    /// It has another shape, or is too old.
    pub fn parse(text: String, now: SystemTime) -> Result<Self, MetadataError> {
        let first = text.lines().next().unwrap_or_default();
        let seconds = first.strip_prefix(MARK).ok_or(MetadataError::Broken)?;
        let seconds: u64 = seconds.parse().map_err(|_| MetadataError::Broken)?;
        let written = SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(seconds));
        let written = written.ok_or(MetadataError::Broken)?;
        let is_fresh = match now.duration_since(written) {
            Ok(age) => age <= LONGEST_USE,
            Err(ahead) => ahead.duration() <= AHEAD,
        };
        if !is_fresh {
            return Err(MetadataError::Stale);
        }
        let start = first.len() + 1;
        let types = text.get(start..).ok_or(MetadataError::Broken)?;
        // The empty line ends the types: a text that was cut off before it is incomplete.
        let end = if types.starts_with('\n') {
            start
        } else {
            start + types.find("\n\n").ok_or(MetadataError::Broken)? + 1
        };
        let types = start..end;
        Ok(Self { text, types })
    }

    /// Makes a text of the items of `/subscriptions/{id}/providers`. What does not look like a type or a version is
    /// left out.
    ///
    /// # Errors
    ///
    /// An item is not the JSON of a provider.
    pub fn of_providers<'a>(
        items: impl Iterator<Item = &'a [u8]>,
        now: SystemTime,
    ) -> Result<Self, serde_json::Error> {
        let mut rows = BTreeMap::new();
        for item in items {
            let provider: Provider = serde_json::from_slice(item)?;
            for one in provider.types {
                let name = format!("{}/{}", provider.namespace, one.name);
                let is_versioned = one.versions.iter().filter(|version| is_version(version));
                let versions: Vec<&str> = is_versioned.map(String::as_str).collect();
                if !is_plain(&name) || versions.is_empty() {
                    continue;
                }
                let places = one.locations.iter().filter(|place| is_place(place));
                let places: Vec<&str> = places.map(String::as_str).collect();
                let row = Row {
                    versions: versions.join(","),
                    locations: (!places.is_empty()).then(|| places.join(";")),
                    name,
                };
                rows.insert(row.name.to_ascii_lowercase(), row);
            }
        }
        Ok(Self::of_rows(&rows, now))
    }

    /// Returns the same with the versions of one type as a service has just listed them. The time of writing stays;
    /// without one it is `now`.
    #[must_use]
    pub fn with(&self, name: &str, versions: &[&str], now: SystemTime) -> Self {
        let mut rows: BTreeMap<String, Row> = self
            .all()
            .map(|one| {
                let locations = (!one.locations.is_empty()).then(|| one.locations.join(";"));
                let row = Row {
                    name: one.name.to_owned(),
                    versions: one.versions.join(","),
                    locations,
                };
                (one.name.to_ascii_lowercase(), row)
            })
            .collect();
        let versions: Vec<&str> = versions
            .iter()
            .copied()
            .filter(|one| is_version(one))
            .collect();
        if is_plain(name) && !versions.is_empty() {
            let row = rows
                .entry(name.to_ascii_lowercase())
                .or_insert_with(|| Row {
                    name: name.to_owned(),
                    versions: String::new(),
                    locations: None,
                });
            row.versions = versions.join(",");
        }
        Self::of_rows(&rows, self.written().unwrap_or(now))
    }

    fn of_rows(rows: &BTreeMap<String, Row>, written: SystemTime) -> Self {
        let seconds = written.duration_since(SystemTime::UNIX_EPOCH);
        let mut text = format!("{MARK}{}\n", seconds.unwrap_or_default().as_secs());
        let start = text.len();
        let mut lists: Vec<&str> = rows
            .values()
            .filter_map(|row| row.locations.as_deref())
            .collect();
        lists.sort_unstable();
        lists.dedup();
        for row in rows.values() {
            let list = row.locations.as_deref();
            let list = list.and_then(|list| lists.binary_search(&list).ok());
            let _ = write!(text, "{}\t{}", row.name, row.versions);
            if let Some(list) = list {
                let _ = write!(text, "\t{list}");
            }
            text.push('\n');
        }
        let types = start..text.len();
        text.push('\n');
        for list in lists {
            text.push_str(list);
            text.push('\n');
        }
        Self { text, types }
    }

    /// Returns the text to keep.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns when it was written.
    pub fn written(&self) -> Option<SystemTime> {
        let first = self.text.lines().next()?;
        let seconds = first.strip_prefix(MARK)?.parse().ok()?;
        SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(seconds))
    }

    /// Returns the versions of a type, whatever the case of its name.
    pub fn versions(&self, name: &str) -> Option<Vec<&str>> {
        let line = find_line(self.types(), name)?;
        Some(versions_of(line))
    }

    /// Returns a type, whatever the case of its name.
    pub fn find(&self, name: &str) -> Option<TypeMetadata<'_>> {
        self.read(find_line(self.types(), name)?)
    }

    /// Returns all types, by name.
    pub fn all(&self) -> impl Iterator<Item = TypeMetadata<'_>> {
        self.types().lines().filter_map(|line| self.read(line))
    }

    /// Returns the names of all types, sorted without case.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let names = self
            .types()
            .lines()
            .filter_map(|line| line.split('\t').next());
        names.filter(|name| is_plain(name))
    }

    /// Tells whether no type is known.
    #[cfg(test)]
    pub fn is_empty(&self) -> bool {
        self.types.is_empty()
    }

    fn types(&self) -> &str {
        self.text.get(self.types.clone()).unwrap_or_default()
    }

    fn read<'a>(&'a self, line: &'a str) -> Option<TypeMetadata<'a>> {
        let mut fields = line.split('\t');
        let name = fields.next().filter(|name| is_plain(name))?;
        let list = fields.nth(1).and_then(|number| number.parse().ok());
        let lists = self.text.get(self.types.end + 1..).unwrap_or_default();
        let list = list.and_then(|number| lists.lines().nth(number));
        Some(TypeMetadata {
            name,
            versions: versions_of(line),
            locations: list
                .map(|list| list.split(';').collect())
                .unwrap_or_default(),
        })
    }
}

/// The versions in a line. They become part of a URL, and the file may have been edited: anything else is left out.
fn versions_of(line: &str) -> Vec<&str> {
    let versions = line.split('\t').nth(1).unwrap_or_default().split(',');
    versions.filter(|version| is_version(version)).collect()
}

/// `Namespace/type`, of letters, digits and a few signs.
fn is_plain(name: &str) -> bool {
    let is_sign = |letter: char| letter.is_ascii_alphanumeric() || "./-_$".contains(letter);
    name.contains('/') && name.chars().all(is_sign)
}

fn is_place(place: &str) -> bool {
    !place.is_empty()
        && !place
            .chars()
            .any(|letter| letter.is_control() || letter == ';')
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use super::{MetadataError, ProviderMetadata};

    const NOW: SystemTime = SystemTime::UNIX_EPOCH;

    fn after(days: u64) -> SystemTime {
        NOW + Duration::from_secs(days * 86_400 + 1)
    }

    fn live() -> ProviderMetadata {
        let items: [&[u8]; 2] = [
            br#"{"namespace":"Microsoft.Web","resourceTypes":[
                {"resourceType":"sites","apiVersions":["2025-03-01","2024-04-01"],"locations":["West Europe","UK South"]},
                {"resourceType":"none","apiVersions":[]},
                {"resourceType":"odd\tone","apiVersions":["2025-03-01"]},
                {"resourceType":"sites/slots","apiVersions":["2025-03-01","x&y=z"],"locations":["West Europe","UK South"]}]}"#,
            br#"{"namespace":"Microsoft.App","resourceTypes":[
                {"resourceType":"jobs","apiVersions":["2025-01-01-preview"],"locations":[]}]}"#,
        ];
        ProviderMetadata::of_providers(items.into_iter(), NOW).unwrap()
    }

    #[test]
    fn keeps_what_the_service_says() {
        let live = live();
        assert_eq!(
            live.text(),
            "arm-types 1 0\n\
             Microsoft.App/jobs\t2025-01-01-preview\n\
             Microsoft.Web/sites\t2025-03-01,2024-04-01\t0\n\
             Microsoft.Web/sites/slots\t2025-03-01\t0\n\
             \n\
             West Europe;UK South\n"
        );
        let sites = live.find("microsoft.web/SITES").unwrap();
        assert_eq!(sites.locations, ["West Europe", "UK South"]);
        assert_eq!(sites.versions, ["2025-03-01", "2024-04-01"]);
        assert_eq!(live.versions("Microsoft.Web/none"), None);
        assert_eq!(live.all().count(), 3);
        let again = ProviderMetadata::parse(live.text().to_owned(), after(0)).unwrap();
        assert_eq!(again, live);
        let nothing = ProviderMetadata::of_providers(std::iter::empty(), NOW).unwrap();
        assert!(nothing.is_empty());
        assert_eq!(
            ProviderMetadata::parse(nothing.text().to_owned(), NOW),
            Ok(nothing)
        );
        let broken: [&[u8]; 1] = [b"[]"];
        assert!(ProviderMetadata::of_providers(broken.into_iter(), NOW).is_err());
    }

    #[test]
    fn one_type_is_added_or_replaced() {
        let live = live().with(
            "Microsoft.App/jobs",
            &["2026-01-01", "no version"],
            after(3),
        );
        assert_eq!(
            live.versions("Microsoft.App/jobs"),
            Some(vec!["2026-01-01"])
        );
        assert_eq!(live.written(), Some(NOW));
        assert_eq!(live.find("Microsoft.Web/sites").unwrap().locations.len(), 2);
        let alone = ProviderMetadata::default().with("A.b/c", &["2026-01-01"], after(3));
        assert_eq!(alone.text(), "arm-types 1 259201\nA.b/c\t2026-01-01\n\n");
        let odd = alone.with("A.b\nc", &["2026-01-01"], NOW);
        assert_eq!(odd, alone);
        assert_eq!(alone.with("A.b/d", &[], NOW), alone);
    }

    #[test]
    fn a_kept_text_ends_and_breaks() {
        let text = live().text().to_owned();
        let parse = |text: &str, now| ProviderMetadata::parse(text.to_owned(), now);
        assert!(parse(&text, after(6)).is_ok());
        assert_eq!(parse(&text, after(7)), Err(MetadataError::Stale));
        let ahead = text.replace("arm-types 1 0", "arm-types 1 864000");
        assert_eq!(parse(&ahead, NOW), Err(MetadataError::Stale));
        for broken in [
            "",
            "\n",
            "arm-types 2 0\n\n",
            "arm-types 1 x\n\n",
            "arm-types 1 0",
            "arm-types 1 99999999999999999999\n\n",
            "arm-types 1 0\nA.b/c\t2026-01-01\n",
        ] {
            assert_eq!(parse(broken, NOW), Err(MetadataError::Broken), "{broken:?}");
        }
        // Whatever is in the lines, no text but a version comes out.
        let odd = parse(
            "arm-types 1 0\nA.b/c\t2026-01-01&x=y,2025-01-01\t9\n\n",
            NOW,
        )
        .unwrap();
        assert_eq!(odd.find("a.b/c").unwrap().versions, ["2025-01-01"]);
        assert!(odd.find("a.b/c").unwrap().locations.is_empty());
    }
}
