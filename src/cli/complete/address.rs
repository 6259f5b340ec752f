//! What is in place of a URL: a path, an address with its host, a word and a name. What may follow in a path: `walk`.

use super::candidate::{Candidate, Completion, Known};
use super::purpose::Purpose;
use super::resource_type;
use super::walk::Walk;
use crate::azure::TypeAlias;
use crate::azure::catalogue;

/// Resource Manager's host; nothing is known of others.
const HOST: &str = "https://management.azure.com";
/// The parameter whose values are known.
const API_VERSION: &str = "api-version=";
/// Types of which no name leads to one resource.
const WITHOUT_NAMES: [&str; 3] = [
    "Microsoft.Resources/resources",
    "Microsoft.Resources/tenants",
    "Microsoft.Resources/subscriptions/locations",
];

/// Tells whether the first word is an address already, or a word with a slash after it.
pub(super) fn is_begun(typed: &str) -> bool {
    typed.contains('/') || typed.starts_with("https:")
}

/// Returns what may be there.
pub(super) fn of(typed: &str, purpose: Purpose) -> Completion {
    if typed.len() > 4 && HOST.starts_with(typed) {
        return Completion::of(vec![Candidate::part(
            format!("{HOST}/"),
            "Resource Manager",
        )]);
    }
    if let Some(path) = typed
        .strip_prefix(HOST)
        .filter(|path| path.starts_with('/'))
    {
        return of_path(path, purpose).after(HOST);
    }
    // A name may have a colon.
    if typed.contains("://") || typed.starts_with(':') || typed.contains('#') {
        return Completion::default();
    }
    if typed.starts_with('/') || begins_with_root(typed) {
        return of_path(typed, purpose);
    }
    if typed.is_empty() {
        return of_path("/", purpose);
    }
    of_word(typed, purpose)
}

/// The full name of the type that an address is about.
pub(super) fn type_of(address: &str) -> Option<String> {
    let path = address.split(['?', '#']).next()?;
    let path = path.strip_prefix(HOST).unwrap_or(path);
    let walk = if path.starts_with('/') || begins_with_root(path) {
        walked(Walk::of_root(Purpose::Read), path)
    } else {
        let (type_name, rest) = type_and_rest(path)?;
        walked(Walk::of_type(&type_name, Purpose::Read), rest)
    };
    walk.type_name().map(str::to_owned)
}

fn begins_with_root(typed: &str) -> bool {
    ["subscriptions/", "providers/"].iter().any(|root| {
        typed
            .get(..root.len())
            .is_some_and(|own| own.eq_ignore_ascii_case(root))
    })
}

fn walked(walk: Walk, path: &str) -> Walk {
    let segments = path.split('/').filter(|segment| !segment.is_empty());
    segments.fold(walk, Walk::step)
}

fn of_path(typed: &str, purpose: Purpose) -> Completion {
    if let Some((path, query)) = typed.split_once('?') {
        let walk = walked(Walk::of_root(purpose), path);
        return of_query(walk.type_name(), query, typed);
    }
    let (before, _) = typed.rsplit_once('/').unwrap_or(("", typed));
    let walk = walked(Walk::of_root(purpose), before);
    walk.next().after(&format!("{before}/"))
}

/// The parameters of a query, and the versions of a type.
fn of_query(type_name: Option<&str>, query: &str, typed: &str) -> Completion {
    let last = query.rsplit('&').next().unwrap_or_default();
    let before = typed.strip_suffix(last).unwrap_or_default();
    match last.strip_prefix(API_VERSION) {
        Some(_) => {
            let before = format!("{before}{API_VERSION}");
            let versions = type_name.map(|name| Known::Versions(name.to_owned()));
            let versions = versions.map(|known| Completion::of_known(known, before));
            versions.unwrap_or_default()
        }
        None if query.contains(API_VERSION) => Completion::default(),
        None => Completion::of(vec![Candidate::part(
            format!("{before}{API_VERSION}"),
            "The version of the API",
        )]),
    }
}

/// A word for a type and a name: `vm/vm-web-01/restart`.
fn of_word(typed: &str, purpose: Purpose) -> Completion {
    if let Some((type_name, rest)) = type_and_rest(typed) {
        let (head, query) = match rest.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (rest, None),
        };
        if WITHOUT_NAMES.contains(&&*type_name) {
            return Completion::default();
        }
        let start = Walk::of_type(&type_name, purpose);
        if let Some(query) = query {
            return of_query(walked(start, head).type_name(), query, typed);
        }
        let (before, _) = rest
            .rsplit_once('/')
            .map_or(("", rest), |(own, last)| (own, last));
        let walk = walked(start, before);
        let last = rest.rsplit('/').next().unwrap_or_default();
        let before = typed.strip_suffix(last).unwrap_or_default();
        return walk.next().after(before);
    }
    if typed.contains('.') {
        let mut names = resource_type::names(typed);
        let is_of_namespace = typed.contains('/');
        for one in names.iter_mut().filter(|_| is_of_namespace) {
            *one = Candidate::part(format!("{}/", one.word), std::mem::take(&mut one.about));
        }
        return Completion::of(names);
    }
    if typed.contains('/') {
        return Completion::default();
    }
    let words = TypeAlias::all()
        .filter(|alias| !WITHOUT_NAMES.contains(&alias.name))
        .filter(|alias| catalogue::find(alias.name).is_none_or(|found| found.depth() == 0))
        .flat_map(|alias| {
            let words = alias.words();
            words.map(move |word| Candidate::part(format!("{word}/"), alias.name))
        });
    Completion::of(words.collect())
}

/// The type that a word stands for, and what follows the slash after it.
fn type_and_rest(typed: &str) -> Option<(String, &str)> {
    let (first, rest) = typed.split_once('/')?;
    if first.contains('.') {
        let (second, rest) = rest.split_once('/')?;
        let found = catalogue::find(&format!("{first}/{second}"))?;
        return Some((found.name.to_owned(), rest));
    }
    let alias = TypeAlias::of_word(first)?;
    Some((alias.name.to_owned(), rest))
}

#[cfg(test)]
mod tests {
    use super::type_of;
    use crate::cli::complete::candidate::{Known, Within};
    use crate::cli::complete::offer;
    use crate::cli::complete::offer::tests::words;

    #[track_caller]
    fn check(line: &str, expected: &[&str]) {
        let before = line.rsplit_once('/').map_or("", |(before, _)| before);
        let before = before.rsplit(' ').next().unwrap();
        let found = words(line);
        let found: Vec<&str> = found
            .iter()
            .map(|word| {
                let rest = word.strip_prefix(before).unwrap_or(word);
                rest.strip_prefix('/').unwrap_or(rest)
            })
            .collect();
        assert_eq!(found, expected, "{line}");
    }

    #[track_caller]
    fn check_among(line: &str, wanted: &[&str], unwanted: &[&str]) {
        let found = words(line);
        let has = |word: &&&str| found.iter().any(|one| one.ends_with(&format!("/{word}")));
        assert_eq!(
            wanted.iter().find(|word| !has(word)),
            None,
            "{line}: {found:?}"
        );
        assert_eq!(unwanted.iter().find(has), None, "{line}: {found:?}");
    }

    const GROUP: &str = "/subscriptions/{sub}/resourceGroups/rg/providers";

    #[test]
    fn the_path_part_by_part() {
        check("GET /", &["subscriptions/", "providers/", "tenants"]);
        check("GET /sub", &["subscriptions/"]);
        check("get /SUB", &["subscriptions/"]);
        check("GET /subscriptions/", &["{sub}"]);
        check("GET /subscriptions/{sub}", &["{sub}/"]);
        check(
            "GET /subscriptions/s/",
            &["resourceGroups/", "providers/", "resources", "locations"],
        );
        check("PUT /subscriptions/s/", &["resourceGroups/", "providers/"]);
        check("GET subscriptions/s/resourceg", &["resourceGroups/"]);
        check("GET /subscriptions/s/resourceGroups/", &["{rg}"]);
        check(
            "GET /subscriptions/s/resourceGroups/rg/",
            &["providers/", "resources"],
        );
        check(
            "GET /subscriptions/s/providers/microsoft.comp",
            &[
                "Microsoft.Compute/",
                "Microsoft.ComputeBulkActions/",
                "Microsoft.ComputeLimit/",
            ],
        );
        check("https://man", &["management.azure.com/"]);
        check("GET https://management.azure.com/sub", &["subscriptions/"]);
        check("GET https://a.example/", &[]);
        check("GET /nowhere/x/", &[]);
    }

    #[test]
    fn types_are_those_of_the_scope_and_the_verb() {
        let compute = |verb: &str, scope: &str| format!("{verb} {scope}/Microsoft.Compute/");
        let subscription = "/subscriptions/s/providers";
        check_among(
            &compute("GET", GROUP),
            &["virtualMachines", "disks", "virtualMachineScaleSets"],
            &["locations/"],
        );
        check_among(
            &compute("GET", subscription),
            &["virtualMachines", "locations/"],
            &["virtualMachines/"],
        );
        check_among(
            &compute("PUT", GROUP),
            &["virtualMachines/"],
            &["virtualMachines"],
        );
        check_among(&compute("PUT", subscription), &[], &["virtualMachines/"]);
        check(
            &format!("GET {GROUP}/Microsoft.Compute/virtualmachines"),
            &["virtualMachines", "virtualMachineScaleSets"],
        );
        check_among(
            "GET /providers/Microsoft.Management/",
            &["managementGroups"],
            &[],
        );
    }

    #[test]
    fn children_and_actions_of_a_resource() {
        let vm = format!("{GROUP}/Microsoft.Compute/virtualMachines/v");
        check_among(
            &format!("GET {vm}/"),
            &["extensions", "providers/"],
            &["start", "runCommands/"],
        );
        check_among(
            &format!("POST {vm}/"),
            &["start", "deallocate"],
            &["extensions", "extensions/"],
        );
        check(&format!("POST {vm}/deal"), &["deallocate"]);
        check(&format!("PUT {vm}/ext"), &["extensions/"]);
        check_among(
            &format!("GET {vm}/providers/Microsoft.Authorization/"),
            &["locks", "roleAssignments"],
            &[],
        );
        check("POST vm/v/deal", &["deallocate"]);
        check("POST VMs/v/deal", &["deallocate"]);
        check(
            "POST Microsoft.Compute/virtualMachines/v/deal",
            &["deallocate"],
        );
        check("GET vnet/v/sub", &["subnets"]);
        check_among("GET Microsoft.Web/site", &["sites/"], &[]);
    }

    #[test]
    fn words_for_types_begin_a_name() {
        check("GET vm", &["vm/", "vmss/"]);
        check("edit kv", &["kv/"]);
        check("GET locat", &[]);
        check("GET nowhere/", &[]);
        check("GET tenant/", &[]);
    }

    #[test]
    fn a_query_has_the_version() {
        let vms = format!("{GROUP}/Microsoft.Compute/virtualMachines");
        assert_eq!(
            words(&format!("GET {vms}?")),
            [format!("{vms}?api-version=")]
        );
        assert_eq!(
            words(&format!("GET {vms}?api-version=1&")),
            Vec::<String>::new()
        );
        for line in [
            format!("GET {vms}?a=b&api-version=20"),
            "GET vm/v?api-version=".to_owned(),
        ] {
            let completion = offer(&line.split(' ').map(str::to_owned).collect::<Vec<_>>());
            let versions = Known::Versions("Microsoft.Compute/virtualMachines".to_owned());
            let before = line.rsplit_once('=').unwrap().0;
            let before = format!("{}=", before.rsplit(' ').next().unwrap());
            assert_eq!(completion.known, [(versions, before)], "{line}");
        }
    }

    #[test]
    fn names_are_looked_up_where_they_may_lie() {
        let known = |line: &str| {
            let words: Vec<String> = line.split(' ').map(str::to_owned).collect();
            offer(&words).known
        };
        let vms = |parents: &[&str], within, child: &str| Known::Resources {
            type_name: format!("Microsoft.Compute/virtualMachines{child}"),
            parents: parents.iter().map(|name| (*name).to_owned()).collect(),
            within,
        };
        let group = "/subscriptions/{sub}/resourceGroups/rg";
        let path = format!("{GROUP}/microsoft.compute/virtualMachines/");
        let within = || Within::Path(group.to_owned());
        assert_eq!(
            known(&format!("GET {path}w")),
            [(vms(&[], within(), ""), path.clone())]
        );
        let child = format!("{path}v/extensions/");
        assert_eq!(
            known(&format!("GET {child}")),
            [(vms(&["v"], within(), "/extensions"), child)]
        );
        assert_eq!(
            known("DELETE vm/w"),
            [(vms(&[], Within::Options, ""), "vm/".to_owned())]
        );
        // A machine has no path of its own in a subscription.
        assert_eq!(
            known("GET /subscriptions/s/providers/Microsoft.Compute/virtualMachines/"),
            []
        );
        assert_eq!(
            known("GET group/r"),
            [(Known::GroupSegments(None), "group/".to_owned())]
        );
        assert_eq!(
            known("GET /subscriptions/s/resourceGroups/r"),
            [(
                Known::GroupSegments(Some("s".to_owned())),
                "/subscriptions/s/resourceGroups/".to_owned()
            )]
        );
    }

    #[test]
    fn the_type_that_an_address_is_about() {
        for (address, expected) in [
            ("vm/v", Some("Microsoft.Compute/virtualMachines")),
            (
                "vnet/v/subnets",
                Some("Microsoft.Network/virtualNetworks/subnets"),
            ),
            (
                "/subscriptions/s",
                Some("Microsoft.Resources/subscriptions"),
            ),
            (
                "/subscriptions/s/resourceGroups?x",
                Some("Microsoft.Resources/resourceGroups"),
            ),
            (
                "https://management.azure.com/providers/A.b/c",
                Some("A.b/c"),
            ),
            ("/providers/A.b", None),
            ("nothing", None),
        ] {
            assert_eq!(type_of(address).as_deref(), expected, "{address}");
        }
    }
}
