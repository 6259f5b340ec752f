//! In which order resources that belong together are deleted, and which refusals may be gone once others are deleted.
//! Who deletes: `app/fan_out/ids`.

use super::id::ResourceId;
use crate::azure::rows::rows;

/// The numbers of types; the file says what its columns mean.
const TABLE: &str = include_str!("deletion_order.tsv");

/// The number of what is not listed.
const USUAL: u16 = 50;

/// What the codes of refusals hold that say that something else is in the way.
const IN_THE_WAY: [&str; 7] = [
    "anotheroperation",
    "cannotbedeleted",
    "cannotdelete",
    "dependen",
    "inuse",
    "nestedresource",
    "stillattached",
];

/// What deletions are sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct DeletionRank {
    number: u16,
    /// What is in others goes before them.
    height: usize,
}

/// Returns the rank of a resource by its path.
pub fn deletion_rank(path: &str) -> DeletionRank {
    let id = ResourceId::parse(path);
    let type_name = id.type_name().unwrap_or_default();
    let mut name: &str = &type_name;
    let number = loop {
        let row = rows(TABLE).find(|row| {
            row.split('\t')
                .next()
                .is_some_and(|own| own.eq_ignore_ascii_case(name))
        });
        let number = row.and_then(|row| row.split('\t').nth(1)?.parse().ok());
        match (number, name.rsplit_once('/')) {
            (Some(number), _) => break number,
            (None, Some((parent, _))) => name = parent,
            (None, None) => break USUAL,
        }
    };
    let depth = id.segments().len();
    DeletionRank {
        number,
        height: usize::MAX - depth,
    }
}

/// Tells whether a refusal to delete something may be over once other resources are gone.
pub fn may_be_freed(status: u16, code: Option<&str>) -> bool {
    let code = code.unwrap_or_default().to_ascii_lowercase();
    status == 409 || IN_THE_WAY.iter().any(|part| code.contains(part))
}

#[cfg(test)]
mod tests {
    use super::{deletion_rank, may_be_freed};

    #[test]
    fn what_others_need_goes_last() {
        let group = "/subscriptions/s/resourceGroups/g";
        let network = format!("{group}/providers/Microsoft.Network");
        let order = [
            format!("{group}/providers/Microsoft.Compute/virtualMachines/v/extensions/e"),
            format!("{group}/providers/microsoft.compute/VIRTUALMACHINES/v"),
            format!("{network}/networkInterfaces/n"),
            format!("{network}/publicIPAddresses/p"),
            format!("{group}/providers/Contoso.Own/things/t"),
            format!("{network}/virtualNetworks/v/subnets/s"),
            format!("{network}/virtualNetworks/v"),
            format!("{network}/networkSecurityGroups/n"),
            group.to_owned(),
        ];
        let mut sorted = order.clone();
        sorted.reverse();
        sorted.sort_by_key(|path| deletion_rank(path));
        assert_eq!(sorted, order);
    }

    #[test]
    fn some_refusals_pass() {
        for (status, code, expected) in [
            (409, None, true),
            (409, Some("ScopeLocked"), true),
            (400, Some("NicInUse"), true),
            (400, Some("InUseSubnetCannotBeDeleted"), true),
            (400, Some("PublicIPAddressCannotBeDeleted"), true),
            (403, Some("AuthorizationFailed"), false),
            (404, None, false),
            (500, None, false),
        ] {
            assert_eq!(may_be_freed(status, code), expected, "{code:?}");
        }
    }
}
