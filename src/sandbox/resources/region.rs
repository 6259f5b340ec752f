//! The regions that accept resources (`regions.tsv`), and the two spellings of their names.

use std::sync::LazyLock;

/// The regions; its first line says what is in it.
const TABLE: &str = include_str!("regions.tsv");

/// The regions, in the order in which ARM lists them.
pub(crate) static REGIONS: LazyLock<Vec<Region>> = LazyLock::new(|| {
    let lines = TABLE.lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(Region::read).collect()
});

/// A region.
#[derive(Debug)]
pub(crate) struct Region {
    pub(crate) name: &'static str,
    pub(crate) display_name: &'static str,
    pub(crate) geography: &'static str,
    pub(crate) place: &'static str,
    /// The region that stands in for it.
    pub(crate) pair: &'static str,
}

impl Region {
    fn read(line: &'static str) -> Option<Self> {
        let columns: Vec<&str> = line.split('\t').collect();
        let [name, display_name, geography, place, pair] = columns.try_into().ok()?;
        Some(Self {
            name,
            display_name,
            geography,
            place,
            pair,
        })
    }
}

/// Returns the region of either spelling, `West Europe` or `westeurope`.
pub(crate) fn find_region(location: &str) -> Option<&'static Region> {
    let plain = location.replace(' ', "");
    REGIONS
        .iter()
        .find(|region| region.name.eq_ignore_ascii_case(&plain))
}

#[cfg(test)]
mod tests {
    use super::{REGIONS, find_region};

    #[test]
    fn regions_are_found_in_both_spellings() {
        for spelling in ["westeurope", "West Europe", "WESTEUROPE"] {
            assert_eq!(
                find_region(spelling).map(|region| region.name),
                Some("westeurope")
            );
        }
        assert!(find_region("").is_none());
        assert!(find_region("atlantis").is_none());
    }

    #[test]
    fn every_pair_is_a_pair() {
        assert_eq!(REGIONS.len(), 10);
        for region in REGIONS.iter() {
            assert_eq!(
                find_region(region.pair).map(|pair| pair.pair),
                Some(region.name)
            );
        }
    }
}
