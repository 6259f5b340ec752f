//! The types that people list most: finds them by a short word, a name or a path, and says which columns are worth
//! seeing. All other types, and where any of them is listed: `catalogue`.

use crate::azure::resource::id::ResourceId;
use crate::azure::rows::{fields, rows};

/// A row for each type; the file says what its columns mean.
const ALIASES: &str = include_str!("aliases.tsv");

/// What `+` stands for in the columns of a type.
const USUAL_COLUMNS: &str = "name,group=resourceGroup,location";

/// A type with words of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TypeAlias {
    /// The full name.
    pub name: &'static str,
    words: &'static str,
    columns: &'static str,
}

impl TypeAlias {
    /// Returns all of them, by subject.
    pub fn all() -> impl Iterator<Item = Self> {
        rows(ALIASES).filter_map(|row| {
            let [words, name, columns] = fields(row)?;
            Some(Self {
                name,
                words,
                columns,
            })
        })
    }

    /// Finds a type by one of its words, in the singular or with an `s`, whatever its case.
    pub fn of_word(word: &str) -> Option<Self> {
        // A URL, which most callers ask about, is recognised by its first byte.
        if !word
            .bytes()
            .all(|byte| byte.is_ascii_alphabetic() || byte == b'-')
        {
            return None;
        }
        let word = word.to_ascii_lowercase();
        let find = |word: &str| Self::all().find(|alias| alias.words().any(|own| own == word));
        find(&word).or_else(|| find(word.strip_suffix('s')?))
    }

    /// Finds a type by its full name.
    pub fn of_name(name: &str) -> Option<Self> {
        Self::all().find(|alias| alias.name.eq_ignore_ascii_case(name))
    }

    /// Finds the type that a path is about.
    pub fn of_path(path: &str) -> Option<Self> {
        Self::of_name(&ResourceId::parse(path).type_name()?)
    }

    /// Returns the words for the type, the most common first.
    pub fn words(self) -> impl Iterator<Item = &'static str> {
        self.words.split(',')
    }

    /// Returns what is worth seeing of a resource, as `--columns` takes it.
    pub fn columns(self) -> String {
        match self.columns.strip_prefix('+') {
            Some(more) => format!("{USUAL_COLUMNS}{more}"),
            None => self.columns.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{ALIASES, TypeAlias};
    use crate::azure::resource::catalogue;
    use crate::azure::rows::rows;

    #[test]
    fn every_type_is_one_that_the_catalogue_lists() {
        assert_eq!(TypeAlias::all().count(), rows(ALIASES).count());
        for known in TypeAlias::all() {
            let found = catalogue::find(known.name);
            let found = found.unwrap_or_else(|| panic!("{} is not a type", known.name));
            assert!(
                found.is_listed() && found.name == known.name,
                "{}",
                known.name
            );
        }
        assert!(TypeAlias::all().count() >= 50);
    }

    #[test]
    fn every_word_means_one_type() {
        let mut words: Vec<&str> = TypeAlias::all().flat_map(TypeAlias::words).collect();
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
        let name = |word: &str| TypeAlias::of_word(word).map(|known| known.name);
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
                TypeAlias::of_path(path).map(|known| known.name),
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
            assert_eq!(TypeAlias::of_path(path), None, "{path}");
        }
    }
}
