//! `arm list`: from a word for a type to the path of its list. Only types of the catalogue can be
//! listed: `azure/resource/catalogue`.

use crate::azure::{TypeAlias, distance};

pub use error::Error;

/// The placeholder of a resource group.
const GROUP: &str = "{rg}";
/// The most short words that are proposed.
const MOST_WORDS: usize = 3;
/// The most other types of the same name that a well-known one comes before; what more of them have is a common word,
/// such as `accounts`.
const MOST_OTHERS: usize = 3;

mod error;
#[cfg(test)]
mod tests;

use crate::azure::catalogue::{self, ResourceType, TypeScope};

/// A list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing {
    /// The full name of the type.
    pub type_name: String,
    /// The path, with `{sub}` and `{rg}`.
    pub path: String,
}

/// What the user said about where to look.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ListScope {
    /// Whether a subscription was named.
    pub in_subscription: bool,
    /// Whether a resource group was named.
    pub in_group: bool,
    /// Whether there is one for lists that need it: it was named, or there is a default one.
    pub has_group: bool,
}

/// Finds the list that a word means: one of the short words, a full name, or the end of one.
/// `own` is the full name that the user's own settings give the word.
pub fn find(word: &str, own: Option<&str>, place: ListScope) -> Result<Listing, Error> {
    let name = type_name(word, own)?;
    let listing = match catalogue::find(name) {
        Some(found) => listing(&found, place)?,
        // It is newer than the catalogue.
        None => by_rule(name, place),
    };
    if listing.path.contains(GROUP) && !place.has_group {
        let word = word.to_owned();
        return Err(Error::NeedsGroup { word });
    }
    Ok(listing)
}

/// Finds the full name of the type that a word means, wherever it is listed.
pub fn type_name<'a>(word: &str, own: Option<&'a str>) -> Result<&'a str, Error> {
    match (own, TypeAlias::of_word(word)) {
        (Some(own), _) => Ok(own),
        (None, Some(known)) => Ok(known.name),
        (None, None) => by_name(word),
    }
}

/// The address of the list of a type in a resource, whose own address and type are given.
pub fn below(name: &str, address: &str, parent: Option<&str>) -> Result<String, Error> {
    let address = address.trim_end_matches('/');
    let refused = || Error::NotBelow {
        name: name.to_owned(),
        parent: parent.map(str::to_owned),
    };
    let own = parent
        .filter(|_| !address.contains(['?', '#']))
        .ok_or_else(refused)?;
    if let Some((of, last)) = name.rsplit_once('/')
        && of.eq_ignore_ascii_case(own)
    {
        return Ok(format!("{address}/{last}"));
    }
    let extends = catalogue::find(name)
        .is_some_and(|found| found.list_scopes().any(|scope| scope == TypeScope::Any));
    if extends {
        return Ok(format!("{address}/providers/{name}"));
    }
    Err(refused())
}

/// Finds the one type with this full name, or that ends with it. Of several with this name behind their namespaces, a
/// well-known one may be meant.
fn by_name(word: &str) -> Result<&'static str, Error> {
    let wanted = word.trim_matches('/');
    if let Some(found) = catalogue::find(wanted) {
        return Ok(found.name);
    }
    let ending = |all_types: bool| {
        let names = catalogue::all().map(|one| one.name).filter(move |name| {
            let types = name.split_once('/').map_or("", |(_, types)| types);
            let last = types.rsplit('/').next().unwrap_or_default();
            let part = if all_types { types } else { last };
            part.eq_ignore_ascii_case(wanted)
        });
        names.collect::<Vec<_>>()
    };
    let mut names = ending(true);
    let is_whole = !names.is_empty();
    if !is_whole {
        names = ending(false);
    }
    // The ones that are listed most come first, and the only one of them is what is meant.
    names.sort_by_key(|name| TypeAlias::of_name(name).is_none());
    match names.as_slice() {
        [] => Err(Error::Unknown {
            word: word.to_owned(),
            near: near(wanted),
        }),
        [only] => Ok(*only),
        [well_known, others @ ..] if is_whole && is_meant(well_known, others) => Ok(*well_known),
        _ => Err(Error::Several {
            word: word.to_owned(),
            names,
        }),
    }
}

/// Tells whether a type is meant rather than others of the same name: it has short words, and the services of the few
/// others have none for any of their types. So `virtualMachines` are those of `Microsoft.Compute`, and `servers` may be
/// those of any database.
fn is_meant(name: &str, others: &[&str]) -> bool {
    let is_well_known = |other: &&str| {
        let namespace = other.split('/').next().unwrap_or_default();
        TypeAlias::all().any(|alias| alias.name.split('/').next() == Some(namespace))
    };
    TypeAlias::of_name(name).is_some()
        && others.len() <= MOST_OTHERS
        && !others.iter().any(is_well_known)
}

/// The short words and the types that a word may have meant.
fn near(word: &str) -> Vec<String> {
    let words = TypeAlias::all().flat_map(TypeAlias::words);
    let words = words.filter_map(|known| Some((distance_of_word(word, known)?, known)));
    let mut words: Vec<(usize, &str)> = words.collect();
    words.sort_unstable();
    let words = words.into_iter().take(MOST_WORDS).map(|(_, known)| known);
    let types = catalogue::nearest(word);
    words.chain(types).map(str::to_owned).collect()
}

/// How far a short word is from one that was given, if it may be meant: a third of its letters may
/// be wrong, or missing at its end.
fn distance_of_word(given: &str, known: &str) -> Option<usize> {
    let given = given.to_ascii_lowercase();
    let most = (given.len() / 3).max(1);
    if given.len() >= 3 && known.starts_with(&given) {
        return Some(1);
    }
    distance(&given, known, most)
}

/// Where a type that is not known is listed, if it is like nearly all.
fn by_rule(name: &str, place: ListScope) -> Listing {
    let group = if place.in_group {
        "/resourceGroups/{rg}"
    } else {
        ""
    };
    Listing {
        type_name: name.to_owned(),
        path: format!("/subscriptions/{{sub}}{group}/providers/{name}"),
    }
}

fn listing(found: &ResourceType, place: ListScope) -> Result<Listing, Error> {
    if !found.is_listed() {
        return Err(Error::NoList {
            name: found.name,
            operations: operations(found),
        });
    }
    let path = path(found, place)?;
    let mut filled = path.clone();
    let names = names_in(&path);
    if names.is_empty() {
        return Ok(Listing {
            type_name: found.name.to_owned(),
            path,
        });
    }
    let parent = found.name.rsplit_once('/').map(|(parent, _)| parent);
    let parent = parent
        .and_then(catalogue::find)
        .filter(ResourceType::is_listed);
    for name in &names {
        filled = filled.replace(&format!("{{{name}}}"), "NAME");
    }
    if !place.has_group {
        filled = filled.replace(GROUP, "GROUP");
    }
    let word = |parent: ResourceType| {
        let word = TypeAlias::of_name(parent.name).and_then(|alias| alias.words().next());
        word.unwrap_or(parent.name)
    };
    Err(Error::NeedsNames {
        name: found.name,
        count: names.len(),
        path: filled,
        parent: parent.map(word),
    })
}

/// Chooses the scope: the resource group that was named, else the subscription, else where it is.
fn path(found: &ResourceType, place: ListScope) -> Result<String, Error> {
    let elsewhere = |place, not, option| Error::Elsewhere {
        name: found.name,
        place,
        not,
        option,
    };
    let at = |scope: TypeScope| {
        let path = found.list_path(scope)?;
        // A subscription and a resource group are resources like any other.
        let prefix = if place.in_group {
            "/subscriptions/{sub}/resourceGroups/{rg}"
        } else {
            "/subscriptions/{sub}"
        };
        Some(path.replace("/{scope}", prefix))
    };
    let (group, any) = (at(TypeScope::ResourceGroup), at(TypeScope::Any));
    let subscription = at(TypeScope::Subscription);
    let (tenant, above) = (at(TypeScope::Tenant), at(TypeScope::ManagementGroup));
    if place.in_group {
        // The one list of a resource group that is not below `/providers/`.
        let of_group = (found.name == "Microsoft.Resources/resources")
            .then(|| "/subscriptions/{sub}/resourceGroups/{rg}/resources".to_owned());
        let place = match (&subscription, &tenant) {
            (Some(_), _) => "a subscription",
            (None, Some(_)) => "the tenant",
            (None, None) => "a management group",
        };
        let path = group.or(of_group).or(any);
        return path.ok_or_else(|| elsewhere(place, "a resource group", "-g"));
    }
    if let Some(path) = subscription.or(any) {
        return Ok(path);
    }
    if place.in_subscription && group.is_none() && tenant.is_some() {
        return Err(elsewhere("the tenant", "a subscription", "-S"));
    }
    let (first, second) = if place.in_subscription {
        (group, tenant)
    } else {
        (tenant, group)
    };
    Ok(first.or(second).or(above).unwrap_or_default())
}

/// The names that are left to fill in.
fn names_in(path: &str) -> Vec<String> {
    let pieces = path.split('{').skip(1);
    let names = pieces.filter_map(|piece| piece.split_once('}'));
    names
        .map(|(name, _)| name.to_owned())
        .filter(|name| !["sub", "rg"].contains(&name.as_str()))
        .collect()
}

/// What can be done with a type that has no list.
fn operations(found: &ResourceType) -> Vec<String> {
    let paths = found.item_paths();
    let path = paths.first().map(String::as_str).unwrap_or_default();
    let methods = found
        .item_methods()
        .map(|method| format!("{method} {path}"));
    let mut operations: Vec<String> = methods.take(1).collect();
    let actions = found.actions().map(|action| action.name);
    operations.extend(actions.take(3).map(|name| format!("POST …/{name}")));
    operations
}
