//! The types that a mistyped name may have meant, for hints. How names are compared: `spelling`.

use super::table::all;
use crate::azure::resource::alias::TypeAlias;
use crate::azure::spelling::distance;

/// The most names that are proposed.
const MOST: usize = 3;

/// Returns the full names of the types nearest to a text, the nearest first, and of equally near ones those with short
/// words; none if all are far.
///
/// A text with a namespace is compared with full names, one without (`virtualMachine`) with what
/// follows the namespace.
pub fn nearest(text: &str) -> Vec<&'static str> {
    let wanted = text.trim_matches('/').to_ascii_lowercase();
    let has_namespace = wanted.contains('.');
    let name_of = |name: &'static str| match name.split_once('/') {
        Some((_, types)) if !has_namespace => types,
        _ => name,
    };
    // A slip of the finger, or a letter in five: with more, types are proposed that have little to do with the name.
    let most = (wanted.len() / 5).clamp(1, 4);
    let mut found: Vec<(usize, &str)> = all()
        .filter_map(|known| {
            let name = name_of(known.name).to_ascii_lowercase();
            Some((distance(&wanted, &name, most)?, known.name))
        })
        .collect();
    if found.is_empty() {
        found = all()
            .filter(|known| is_part(&wanted, known.name))
            .map(|known| (known.name.len(), known.name))
            .collect();
    }
    found.sort_by_cached_key(|&(far, name)| (far, TypeAlias::of_name(name).is_none(), name));
    found.into_iter().take(MOST).map(|(_, name)| name).collect()
}

/// Tells whether the last word of the text is in the last word of a name, if the namespaces agree or the text has none.
fn is_part(wanted: &str, name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let (head, word) = wanted.rsplit_once('/').unwrap_or(("", wanted));
    let (known_head, last) = name.rsplit_once('/').unwrap_or_default();
    let is_namespace = |namespace: &str| known_head.split('/').next() == Some(namespace);
    let namespace = head.split('/').next().unwrap_or_default();
    word.len() > 3 && last.contains(word) && (namespace.is_empty() || is_namespace(namespace))
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        assert_eq!(nearest(text), expected, "{text}");
    }

    #[test]
    fn proposes_what_is_near() {
        check(
            "Microsoft.Compute/virtualMachine",
            &["Microsoft.Compute/virtualMachines"],
        );
        check(
            "microsoft.compute/vitualmachines",
            &["Microsoft.Compute/virtualMachines"],
        );
        check(
            "Micorsoft.Storage/storageAccounts",
            &["Microsoft.Storage/storageAccounts"],
        );
        check(
            "virtualMachine",
            &[
                "Microsoft.Compute/virtualMachines",
                "Microsoft.NetworkCloud/virtualMachines",
            ],
        );
        check(
            "Microsoft.Storage/accounts",
            &[
                "Microsoft.Storage/storageAccounts",
                "Microsoft.Storage/deletedAccounts",
                "Microsoft.Storage/locations/deletedAccounts",
            ],
        );
        let of_network = nearest("virtualNetwork");
        assert_eq!(
            of_network.first(),
            Some(&"Microsoft.Network/virtualNetworks")
        );
        check("nothing-like-it", &[]);
        check("", &[]);
        check("/", &[]);
    }
}
