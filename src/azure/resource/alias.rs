//! The types that people list most: finds them by word, name or path. The catalogue knows all the
//! others, and where any of them is listed.

use crate::azure::resource::alias_table::KNOWN;
use crate::azure::resource::id::ResourceId;

/// A type with words of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KnownType {
    /// The words, the commonest first.
    pub words: &'static [&'static str],
    /// The full name.
    pub name: &'static str,
    pub(in crate::azure) shown: Shown,
}

/// Columns, as `--columns` takes them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::azure) enum Shown {
    /// Name, group and location, then these.
    Resource(&'static str),
    /// These.
    Own(&'static str),
}

impl KnownType {
    /// Returns all of them.
    pub fn all() -> impl Iterator<Item = &'static Self> {
        KNOWN.iter()
    }

    /// Finds a type by one of its words, in the singular or with an `s`, whatever its case.
    pub fn of_word(word: &str) -> Option<&'static Self> {
        let word = word.to_ascii_lowercase();
        let find = |word: &str| Self::all().find(|known| known.words.contains(&word));
        find(&word).or_else(|| find(word.strip_suffix('s')?))
    }

    /// Finds a type by its full name.
    pub fn of_name(name: &str) -> Option<&'static Self> {
        Self::all().find(|known| known.name.eq_ignore_ascii_case(name))
    }

    /// Finds the type that a path is about.
    pub fn of_path(path: &str) -> Option<&'static Self> {
        Self::of_name(&ResourceId::parse(path).type_name()?)
    }

    /// Returns what is worth seeing of a resource, as `--columns` takes it.
    pub fn columns(&self) -> String {
        match self.shown {
            Shown::Own(columns) => columns.to_owned(),
            Shown::Resource(more) => format!("name,group=resourceGroup,location,{more}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{KNOWN, KnownType};
    use crate::azure::resource::catalogue;

    #[test]
    fn every_type_is_one_that_the_catalogue_lists() {
        for known in KNOWN {
            let found = catalogue::find(known.name);
            let found = found.unwrap_or_else(|| panic!("{} is no type", known.name));
            assert!(
                found.is_listed() && found.name == known.name,
                "{}",
                known.name
            );
        }
        assert!(KNOWN.len() >= 50);
    }

    #[test]
    fn every_word_means_one_type() {
        let mut words: Vec<&str> = KNOWN
            .iter()
            .flat_map(|known| known.words)
            .copied()
            .collect();
        for word in &words {
            assert!(
                word.bytes()
                    .all(|byte| byte.is_ascii_lowercase() || byte == b'-'),
                "{word}"
            );
        }
        let count = words.len();
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), count);
    }

    #[test]
    fn words_may_be_plural() {
        let name = |word: &str| KnownType::of_word(word).map(|known| known.name);
        assert_eq!(name("VM"), Some("Microsoft.Compute/virtualMachines"));
        assert_eq!(name("vms"), name("vm"));
        assert_eq!(
            name("vmss"),
            Some("Microsoft.Compute/virtualMachineScaleSets")
        );
        assert_eq!(name("groups"), Some("Microsoft.Resources/resourceGroups"));
        assert_eq!(name("ak"), None);
        assert_eq!(name("s"), None);
    }

    #[test]
    fn paths_have_a_type() {
        for (path, name) in [
            ("/subscriptions", "Microsoft.Resources/subscriptions"),
            ("/subscriptions/s", "Microsoft.Resources/subscriptions"),
            (
                "/subscriptions/*/resourcegroups/g",
                "Microsoft.Resources/resourceGroups",
            ),
            (
                "/subscriptions/s/resourceGroups/g/resources",
                "Microsoft.Resources/resources",
            ),
            (
                "/subscriptions/s/providers/microsoft.compute/virtualmachines",
                "Microsoft.Compute/virtualMachines",
            ),
            (
                "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/disks/d",
                "Microsoft.Compute/disks",
            ),
        ] {
            assert_eq!(
                KnownType::of_path(path).map(|known| known.name),
                Some(name),
                "{path}"
            );
        }
        for path in [
            "/",
            "/subscriptions/s/tagNames",
            "/subscriptions/s/providers/Microsoft.Compute/virtualMachines/v/start",
            "/subscriptions/s/providers/Contoso.Nowhere/things",
        ] {
            assert_eq!(KnownType::of_path(path), None, "{path}");
        }
    }
}
