//! The table of the catalogue: finds a type, a namespace or the types below one in its text. What a line holds:
//! `resource_type`.

use std::time::{Duration, SystemTime};

use super::resource_type::ResourceType;
use super::sorted_lines;
use crate::azure::calendar::day_of;

/// The date of the facts, then a line for each namespace and each type; `tools/catalogue.py` says what is in it.
const TABLE: &str = include_str!("types.tsv");

/// How long the facts count as fresh.
const FRESH: Duration = Duration::from_secs(365 * 86_400);

/// Returns a type by its full name, such as `Microsoft.Compute/virtualMachines`, whatever its case.
pub fn find(name: &str) -> Option<ResourceType> {
    ResourceType::of_line(sorted_lines::find(lines(), name)?)
}

/// Returns all types, sorted by name without case.
pub fn all() -> impl Iterator<Item = ResourceType> {
    lines().lines().filter_map(ResourceType::of_line)
}

/// Returns the types directly below one, such as `…/virtualMachines/extensions`.
pub fn children(name: &str) -> impl Iterator<Item = ResourceType> {
    let is_below = move |line: &&str| {
        let own = line.split('\t').next().and_then(|own| own.rsplit_once('/'));
        own.is_some_and(|(parent, _)| parent.eq_ignore_ascii_case(name))
    };
    lines()
        .lines()
        .filter(is_below)
        .filter_map(ResourceType::of_line)
}

/// Returns the api-version that most types of a namespace have: the newest stable one of each, or
/// its newest preview.
pub fn commonest_version(namespace: &str) -> Option<&'static str> {
    if namespace.contains('/') {
        return None;
    }
    let (_, version) = sorted_lines::find(lines(), namespace)?.split_once('\t')?;
    Some(version)
}

/// Returns the name of a namespace as its provider spells it, whatever its case.
pub fn namespace(name: &str) -> Option<&'static str> {
    if name.contains('/') {
        return None;
    }
    let line = sorted_lines::find(lines(), name)?;
    line.split('\t').next()
}

/// Returns all namespaces, sorted by name without case.
pub fn namespaces() -> impl Iterator<Item = &'static str> {
    let names = lines().lines().filter_map(|line| line.split('\t').next());
    names.filter(|name| !name.contains('/'))
}

/// Returns all types of a namespace, which is spelled as its provider does.
pub fn types_of(namespace: &str) -> impl Iterator<Item = ResourceType> {
    all().filter(move |known| {
        let own = known.name.split('/').next();
        own == Some(namespace)
    })
}

/// Returns the day of the facts, such as `2026-11-22`.
pub fn date() -> &'static str {
    TABLE.lines().next().unwrap_or_default()
}

/// Tells whether the facts are older than a year.
pub fn is_old(now: SystemTime) -> bool {
    let age = day_of(date()).and_then(|day| now.duration_since(day).ok());
    age.is_some_and(|age| age > FRESH)
}

fn lines() -> &'static str {
    TABLE.split_once('\n').map_or("", |(_, lines)| lines)
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use super::{
        all, children, commonest_version, date, day_of, find, is_old, lines, namespace, namespaces,
        types_of,
    };

    #[test]
    fn every_line_is_found() {
        assert!(lines().is_ascii());
        let names: Vec<String> = lines()
            .lines()
            .map(|line| {
                let name = line.split('\t').next().unwrap_or_default();
                name.to_ascii_lowercase()
            })
            .collect();
        assert!(names.is_sorted_by(|one, other| one < other));
        assert!(all().count() > 2_200);
        for found in all() {
            assert_eq!(find(&found.name.to_uppercase()), Some(found));
            let namespace = found.name.split('/').next().unwrap();
            assert!(commonest_version(namespace).is_some(), "{namespace}");
        }
    }

    #[test]
    fn every_version_has_the_shape_of_one() {
        for found in all() {
            let versions = [found.stable(), found.preview()];
            assert!(versions.iter().any(Option::is_some), "{}", found.name);
            if let Some(stable) = found.stable() {
                assert!(day_of(stable).is_some(), "{} {stable}", found.name);
            }
            if let Some(preview) = found.preview() {
                let (day, suffix) = preview.split_at(10);
                assert!(day_of(day).is_some() && suffix.len() > 2, "{preview}");
                assert!(Some(preview) > found.stable());
            }
        }
    }

    #[test]
    fn what_is_not_there_is_not_found() {
        for name in [
            "",
            "Microsoft.Compute",
            "Microsoft.Compute/",
            "Microsoft.Compute/virtualMachine",
            "virtualMachines",
            "2026-11-22",
        ] {
            assert_eq!(find(name), None, "{name}");
        }
        assert_eq!(commonest_version("microsoft.COMPUTE"), Some("2026-04-01"));
        assert_eq!(commonest_version("Microsoft.Compute/disks"), None);
        assert_eq!(commonest_version("Contoso.Nowhere"), None);
    }

    #[test]
    fn children_are_one_level_below() {
        let names: Vec<&str> = children("microsoft.compute/VIRTUALMACHINES")
            .map(|child| child.name)
            .collect();
        assert!(names.contains(&"Microsoft.Compute/virtualMachines/extensions"));
        assert!(names.iter().all(|name| name.matches('/').count() == 2));
    }

    #[test]
    fn namespaces_are_spelled_as_their_providers_do() {
        assert_eq!(namespace("microsoft.COMPUTE"), Some("Microsoft.Compute"));
        assert_eq!(namespace("Microsoft.Compute/disks"), None);
        assert_eq!(namespace("Contoso.Nowhere"), None);
        let counted: usize = namespaces().map(|name| types_of(name).count()).sum();
        assert_eq!(counted, all().count());
    }

    #[test]
    fn facts_age() {
        let day = day_of(date()).unwrap();
        let days = |days: u64| day + Duration::from_secs(days * 86_400);
        assert!(!is_old(days(365)));
        assert!(is_old(days(366)));
        assert!(!is_old(SystemTime::UNIX_EPOCH));
    }
}
