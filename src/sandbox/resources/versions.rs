//! Which api-versions a type has: the newest ones, which the catalogue of `azure` has, and those before them,
//! which `versions.tsv` has. Who refuses the others: `protocol::api_version`.

use crate::azure::catalogue;

/// The older versions; its first lines say what is in it.
const OLDER: &str = include_str!("versions.tsv");

/// The api-versions of a type, newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Versions {
    listed: Vec<&'static str>,
    older: Older,
}

/// What is known of the versions before the newest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Older {
    /// All that there are are in the list.
    Listed,
    /// There are some that nobody has listed, so that any earlier date may be one of them.
    Unlisted,
}

/// The year of the first api-versions.
const FIRST: &str = "2014";

impl Versions {
    /// The versions of a type, such as `Microsoft.Compute/disks`.
    pub(crate) fn of_type(name: &str) -> Self {
        let namespace = name.split('/').next().unwrap_or_default();
        let known = catalogue::find(name);
        // A type whose newest version is that of most types of its namespace has the older ones of it, too.
        let is_usual = known.is_none_or(|known| {
            known.stable().or(known.preview()) == catalogue::commonest_version(namespace)
        });
        let own = line_of(name);
        let (older, line) = match own.or_else(|| line_of(namespace)) {
            Some(line) if own.is_some() || is_usual => (Older::Listed, Some(line)),
            line => (Older::Unlisted, line.filter(|_| is_usual)),
        };
        let mut versions: Vec<&str> = line.into_iter().flat_map(str::split_whitespace).collect();
        let newest = known.map(|known| [known.stable(), known.preview()]);
        for version in newest.into_iter().flatten().flatten() {
            if !versions.contains(&version) {
                let place = versions.iter().position(|older| *older < version);
                versions.insert(place.unwrap_or(versions.len()), version);
            }
        }
        Self {
            listed: versions,
            older,
        }
    }

    /// The versions of subscriptions, groups, providers, tenants and locations. The list ends with a version
    /// without a day, as ARM's own does (Azure/azure-sdk-for-go#246).
    pub(crate) fn of_roots() -> Self {
        Self::of_type("Microsoft.Resources")
    }

    /// The versions of `/metadata/endpoints`.
    pub(crate) fn of_cloud_metadata() -> Self {
        Self::of_type("metadata/endpoints")
    }

    /// The versions, newest first.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &'static str> + '_ {
        self.listed.iter().copied()
    }

    /// Tells whether a version is among them, whatever the case of its suffix.
    pub(crate) fn contains(&self, version: &str) -> bool {
        let is_listed = self.iter().any(|known| known.eq_ignore_ascii_case(version));
        let is_between = |newest: &str| version < newest && version >= FIRST;
        is_listed
            || (self.older == Older::Unlisted
                && self.listed.first().is_some_and(|newest| is_between(newest)))
    }

    /// The versions with a separator between them.
    pub(crate) fn joined(&self, separator: &str) -> String {
        self.listed.join(separator)
    }

    /// As providers list them in refusals: not by date (pulumi/pulumi-azure-nextgen#170).
    pub(crate) fn joined_as_providers_do(&self, separator: &str) -> String {
        let (mut previews, stable): (Vec<&str>, Vec<&str>) =
            self.iter().partition(|version| version.len() > 10);
        previews.reverse();
        [stable, previews].concat().join(separator)
    }
}

fn line_of(name: &str) -> Option<&'static str> {
    OLDER.lines().find_map(|line| {
        let (names, versions) = line.split_once('\t')?;
        names.split(',').any(|own| own == name).then_some(versions)
    })
}

#[cfg(test)]
mod tests {
    use super::Versions;

    #[track_caller]
    fn check(name: &str, expected: &str) {
        assert_eq!(Versions::of_type(name).joined(" "), expected, "{name}");
    }

    #[test]
    fn the_newest_versions_are_those_of_the_catalogue() {
        check(
            "Microsoft.ServiceBus/namespaces",
            "2026-01-01 2024-01-01 2021-11-01",
        );
        check(
            "Microsoft.Insights/components",
            "2020-02-02-preview 2020-02-02 2015-05-01",
        );
        check(
            "Microsoft.Insights/diagnosticSettings",
            "2021-05-01-preview 2017-05-01-preview 2016-09-01",
        );
        check("Microsoft.Nothing/things", "");
        let disks = Versions::of_type("Microsoft.Compute/disks");
        assert_eq!(disks, Versions::of_type("Microsoft.Compute/snapshots"));
        assert_ne!(disks, Versions::of_type("Microsoft.Compute/images"));
    }

    #[track_caller]
    fn check_accepted(name: &str, version: &str, expected: bool) {
        let versions = Versions::of_type(name);
        assert_eq!(versions.contains(version), expected, "{name} {version}");
    }

    #[test]
    fn versions_that_nobody_listed_lie_before_the_newest() {
        check_accepted("Microsoft.Cache/redis", "2020-06-01", true);
        check_accepted("Microsoft.Cache/redis", "2000-01-01", false);
        check_accepted("Microsoft.Cache/redis", "2099-01-01", false);
        check_accepted(
            "Microsoft.Authorization/policyAssignments",
            "2022-06-01",
            true,
        );
        check_accepted("Microsoft.Authorization/locks", "2018-06-01", false);
        check_accepted("Microsoft.Compute/virtualMachines", "2020-01-01", false);
        check_accepted("Microsoft.Compute/galleries", "2022-03-03", true);
    }

    #[test]
    fn the_roots_and_the_metadata_have_versions_of_their_own() {
        assert_eq!(Versions::of_roots().iter().last(), Some("2014-04"));
        assert!(Versions::of_cloud_metadata().contains("2018-05-01"));
        assert!(!Versions::of_cloud_metadata().contains("2014-04"));
    }
}
