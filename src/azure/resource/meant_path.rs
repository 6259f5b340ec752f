//! The path that was probably meant if the fixed parts of one are not known: `/subscription`, `/resourceGroups/x`.
//! Types whose names are near: `catalogue`.

use super::alias::TypeAlias;
use super::catalogue;
use crate::azure::spelling::distance;

/// What a path without a namespace may begin with.
const ROOTS: [&str; 3] = ["subscriptions", "providers", "tenants"];
/// What may follow a subscription.
const OF_SUBSCRIPTION: [&str; 5] = [
    "resourceGroups",
    "providers",
    "resources",
    "locations",
    "tagNames",
];
/// What may follow a resource group.
const OF_GROUP: [&str; 2] = ["providers", "resources"];

/// Returns the path that a path was probably meant to be, if it is another one. A subscription that is missing is
/// `{sub}`.
pub fn meant_path(path: &str) -> Option<String> {
    let mut segments: Vec<String> = path
        .split('/')
        .filter(|segment| !segment.is_empty())
        .map(str::to_owned)
        .collect();
    let first = segments.first()?.clone();
    if let Some(group) = near(&first, &["resourceGroups"]) {
        segments.splice(..1, ["subscriptions", "{sub}", group].map(str::to_owned));
    } else if let Some(root) = near(&first, &ROOTS) {
        put(&mut segments, 0, root);
    } else if first.contains('.') {
        segments.insert(0, "providers".to_owned());
    } else {
        let own = full_type(&first)?;
        let own = format!("subscriptions/{{sub}}/providers/{own}");
        segments.splice(..1, own.split('/').map(str::to_owned));
    }
    if segments.first().map(String::as_str) == Some("subscriptions") {
        settle(&mut segments, 2, &OF_SUBSCRIPTION);
        if segments.get(2).map(String::as_str) == Some("resourceGroups") {
            settle(&mut segments, 4, &OF_GROUP);
        }
    }
    let meant = format!("/{}", segments.join("/"));
    let is_other = !meant.eq_ignore_ascii_case(path.trim_end_matches('/'));
    is_other.then_some(meant)
}

/// Puts the known word that a segment is near to in its place, or the full name of the type that it names.
fn settle(segments: &mut Vec<String>, at: usize, known: &[&'static str]) {
    let Some(segment) = segments.get(at).cloned() else {
        return;
    };
    if let Some(word) = near(&segment, known) {
        put(segments, at, word);
    } else if segment.contains('.') {
        segments.insert(at, "providers".to_owned());
    } else if let Some(own) = full_type(&segment) {
        let own = format!("providers/{own}");
        segments.splice(at..=at, own.split('/').map(str::to_owned));
    }
}

fn put(segments: &mut [String], at: usize, word: &str) {
    if let Some(segment) = segments.get_mut(at) {
        word.clone_into(segment);
    }
}

/// The word that a segment is, or is a slip away from.
fn near(segment: &str, known: &[&'static str]) -> Option<&'static str> {
    let segment = segment.to_ascii_lowercase();
    let mut rated: Vec<(usize, &'static str)> = known
        .iter()
        .filter_map(|word| {
            let most = word.len() / 4;
            let far = distance(&segment, &word.to_ascii_lowercase(), most)?;
            Some((far, *word))
        })
        .collect();
    rated.sort_unstable();
    rated.first().map(|(_, word)| *word)
}

/// The full name of the type that a word or a last segment names; of several, one with words of its own.
fn full_type(segment: &str) -> Option<&'static str> {
    let mut named = catalogue::all().map(|one| one.name).filter(|name| {
        let types = name.split_once('/').map(|(_, types)| types);
        types.is_some_and(|types| types.eq_ignore_ascii_case(segment))
    });
    named.find(|name| TypeAlias::of_name(name).is_some())
}

#[cfg(test)]
mod tests {
    use super::meant_path;

    #[test]
    fn finds_what_was_meant() {
        for (path, meant) in [
            ("/subscription", "/subscriptions"),
            (
                "/subscriptons/s/resourceGroups",
                "/subscriptions/s/resourceGroups",
            ),
            (
                "/subscriptions/s/resourceGroup/rg-web-prod",
                "/subscriptions/s/resourceGroups/rg-web-prod",
            ),
            (
                "/subscriptions/s/resourcegroup/g/provider/Microsoft.Web/sites",
                "/subscriptions/s/resourceGroups/g/providers/Microsoft.Web/sites",
            ),
            ("/resourceGroups/g", "/subscriptions/{sub}/resourceGroups/g"),
            ("/resourceGroup/g", "/subscriptions/{sub}/resourceGroups/g"),
            (
                "/subscriptions/s/virtualMachines",
                "/subscriptions/s/providers/Microsoft.Compute/virtualMachines",
            ),
            (
                "/subscriptions/s/resourceGroups/g/virtualMachines/v",
                "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/v",
            ),
            (
                "/virtualMachines",
                "/subscriptions/{sub}/providers/Microsoft.Compute/virtualMachines",
            ),
            (
                "/subscriptions/s/Microsoft.Compute/disks",
                "/subscriptions/s/providers/Microsoft.Compute/disks",
            ),
            (
                "/provider/Microsoft.Compute",
                "/providers/Microsoft.Compute",
            ),
            ("/tenant", "/tenants"),
        ] {
            assert_eq!(meant_path(path).as_deref(), Some(meant), "{path}");
        }
    }

    #[test]
    fn proposes_nothing_for_what_is_like_nothing() {
        for path in ["/", "", "/x", "/metadata/endpoints", "/subscriptions/s/x/y"] {
            assert_eq!(meant_path(path), None, "{path}");
        }
    }
}
