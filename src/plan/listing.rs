//! `arm list`: from a word for a type to the path of its list. Asks nobody; what the catalogue does
//! not know is not listed.

use crate::azure::KnownType;
use crate::azure::catalogue::{self, ResourceType, Scope};

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
pub struct Where {
    /// Whether a subscription was named.
    pub in_subscription: bool,
    /// Whether a resource group was named.
    pub in_group: bool,
}

/// Why there is no such list.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// No type has this name.
    #[error("`{word}` is no resource type that is known here")]
    Unknown {
        /// What was given.
        word: String,
        /// What may have been meant, the nearest first.
        near: Vec<String>,
    },
    /// Several types end with this name.
    #[error("`{word}` may be one of {} resource types", names.len())]
    Several {
        /// What was given.
        word: String,
        /// Their full names.
        names: Vec<&'static str>,
    },
    /// The type has no list.
    #[error("`{name}` cannot be listed")]
    NoList {
        /// The full name.
        name: &'static str,
        /// What can be done.
        operations: Vec<String>,
    },
    /// The list lies below other resources.
    #[error("the list of `{name}` needs more names: {}", names.join(", "))]
    NeedsNames {
        /// The full name.
        name: &'static str,
        /// The placeholders that are left.
        names: Vec<String>,
        /// The path with them.
        path: String,
        /// The type that it lies in, if that can be listed by itself.
        parent: Option<&'static str>,
    },
    /// The type is listed elsewhere.
    #[error("`{name}` is listed in {place}, not in {not}")]
    Elsewhere {
        /// The full name.
        name: &'static str,
        /// Where it is.
        place: &'static str,
        /// What was named.
        not: &'static str,
        /// The option to leave out.
        option: &'static str,
    },
}

impl Error {
    /// What is known beside the message: names, and facts.
    pub fn facts(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Unknown { near, .. } if near.is_empty() => Vec::new(),
            Self::Unknown { near, .. } => vec![("near", near.join(", "))],
            Self::Several { names, .. } => vec![("types", names.join(", "))],
            Self::NoList { operations, .. } if operations.is_empty() => Vec::new(),
            Self::NoList { operations, .. } => vec![("there is", operations.join(", "))],
            Self::NeedsNames { path, .. } => vec![("path", path.clone())],
            Self::Elsewhere { .. } => Vec::new(),
        }
    }

    /// What helps. `options` are those of the run, as they stand behind a command.
    pub fn hints(&self, options: &str) -> Vec<String> {
        match self {
            Self::Unknown { word, near } => {
                let search = search(word);
                match near.first() {
                    Some(name) => {
                        vec![format!("did you mean `arm list {name}{options}`? {search}")]
                    }
                    None => vec![search],
                }
            }
            Self::Several { names, .. } => names
                .first()
                .map(|name| format!("say which, as in `arm list {name}{options}`"))
                .into_iter()
                .collect(),
            Self::NoList { name, .. } => vec![format!("`arm types {name}` explains the type")],
            Self::NeedsNames { path, parent, .. } => {
                let group = if path.contains("{rg}") {
                    " -g GROUP"
                } else {
                    ""
                };
                let ask = format!("put them in: `arm GET '{path}'{group} -o table{options}`");
                let list =
                    parent.map(|parent| format!("`arm list {parent}{options}` shows those names"));
                std::iter::once(ask).chain(list).collect()
            }
            Self::Elsewhere { option, .. } => vec![format!("leave `{option}` out")],
        }
    }
}

fn search(word: &str) -> String {
    let word = word.rsplit('/').next().unwrap_or(word);
    let is_plain = word
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'.');
    if is_plain && !word.is_empty() {
        format!("`arm types {word}` searches all types")
    } else {
        "`arm types` lists all types".to_owned()
    }
}

/// Finds the list that a word means: one of the short words, a full name, or the end of one.
/// `own` is the full name that the user's own settings give the word.
pub fn find(word: &str, own: Option<&str>, place: Where) -> Result<Listing, Error> {
    if let Some(own) = own {
        return match catalogue::find(own) {
            Some(found) => listing(&found, place),
            // The user knows of a type that is newer than the catalogue.
            None => Ok(by_rule(own, place)),
        };
    }
    let name = match KnownType::of_word(word) {
        Some(known) => known.name,
        None => by_name(word)?,
    };
    match catalogue::find(name) {
        Some(found) => listing(&found, place),
        None => Ok(by_rule(name, place)),
    }
}

/// Finds the one type with this full name, or that ends with it.
fn by_name(word: &str) -> Result<&'static str, Error> {
    let wanted = word.trim_matches('/');
    if let Some(found) = catalogue::find(wanted) {
        return Ok(found.name);
    }
    let named = |all_types: bool| {
        let names = catalogue::all().map(|one| one.name).filter(move |name| {
            let types = name.split_once('/').map_or("", |(_, types)| types);
            let last = types.rsplit('/').next().unwrap_or_default();
            let part = if all_types { types } else { last };
            part.eq_ignore_ascii_case(wanted)
        });
        names.collect::<Vec<_>>()
    };
    let mut names = named(true);
    if names.is_empty() {
        names = named(false);
    }
    // The ones that are listed most stand first.
    names.sort_by_key(|name| KnownType::of_name(name).is_none());
    match names.as_slice() {
        [] => Err(Error::Unknown {
            word: word.to_owned(),
            near: near(wanted),
        }),
        [only] => Ok(*only),
        _ => Err(Error::Several {
            word: word.to_owned(),
            names,
        }),
    }
}

/// The short words and the types that a word may have meant.
fn near(word: &str) -> Vec<String> {
    let lower = word.to_ascii_lowercase();
    let words = KnownType::all().flat_map(|known| known.words).copied();
    let words = words
        .filter(|known| is_near(&lower, known))
        .map(str::to_owned);
    let types = catalogue::nearest(word).into_iter().map(str::to_owned);
    words.take(3).chain(types).collect()
}

/// Tells whether two short words differ by one letter, or one begins with the other.
fn is_near(one: &str, other: &str) -> bool {
    if one.len() >= 3 && (other.starts_with(one) || one.starts_with(other) && other.len() >= 3) {
        return true;
    }
    let (short, long) = if one.len() <= other.len() {
        (one, other)
    } else {
        (other, one)
    };
    let start = short
        .bytes()
        .zip(long.bytes())
        .take_while(|(one, other)| one == other)
        .count();
    let rest = |text: &str, skipped: usize| text.get(start + skipped..).map(str::to_owned);
    match long.len() - short.len() {
        0 => start + 1 < short.len() && rest(short, 1) == rest(long, 1),
        1 => short.len() > 1 && rest(short, 0) == rest(long, 1),
        _ => false,
    }
}

/// Where a type that is not known is listed, if it is like nearly all.
fn by_rule(name: &str, place: Where) -> Listing {
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

fn listing(found: &ResourceType, place: Where) -> Result<Listing, Error> {
    if !found.is_listed() {
        return Err(Error::NoList {
            name: found.name,
            operations: operations(found),
        });
    }
    let path = path(found, place)?;
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
    Err(Error::NeedsNames {
        name: found.name,
        names,
        path,
        parent: parent.map(|parent| parent.name),
    })
}

/// Chooses the scope: the resource group that was named, else the subscription, else where it is.
fn path(found: &ResourceType, place: Where) -> Result<String, Error> {
    let elsewhere = |place, not, option| Error::Elsewhere {
        name: found.name,
        place,
        not,
        option,
    };
    let at = |scope: Scope| {
        let path = found.list_path(scope)?;
        // A subscription and a resource group are resources like any other.
        let prefix = if place.in_group {
            "/subscriptions/{sub}/resourceGroups/{rg}"
        } else {
            "/subscriptions/{sub}"
        };
        Some(path.replace("/{scope}", prefix))
    };
    let (group, any) = (at(Scope::ResourceGroup), at(Scope::Any));
    let subscription = at(Scope::Subscription);
    let (tenant, above) = (at(Scope::Tenant), at(Scope::ManagementGroup));
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

#[cfg(test)]
mod tests {
    use super::{Error, Where, find};

    const ANYWHERE: Where = Where {
        in_subscription: false,
        in_group: false,
    };
    const IN_GROUP: Where = Where {
        in_subscription: false,
        in_group: true,
    };
    const IN_SUBSCRIPTION: Where = Where {
        in_subscription: true,
        in_group: false,
    };

    #[track_caller]
    fn leads(word: &str, place: Where, path: &str) {
        assert_eq!(
            find(word, None, place).map(|listing| listing.path),
            Ok(path.to_owned()),
            "{word}"
        );
    }

    #[test]
    fn words_lead_to_lists() {
        const VM: &str = "/subscriptions/{sub}/providers/Microsoft.Compute/virtualMachines";
        for word in [
            "vm",
            "VMs",
            "virtualMachines",
            "microsoft.compute/VIRTUALMACHINES",
        ] {
            leads(word, ANYWHERE, VM);
        }
        leads("vm", IN_SUBSCRIPTION, VM);
        leads(
            "vm",
            IN_GROUP,
            "/subscriptions/{sub}/resourceGroups/{rg}/providers/Microsoft.Compute/virtualMachines",
        );
        leads("group", ANYWHERE, "/subscriptions/{sub}/resourceGroups");
        leads("subscription", ANYWHERE, "/subscriptions");
        leads(
            "resource",
            IN_SUBSCRIPTION,
            "/subscriptions/{sub}/resources",
        );
        leads(
            "resource",
            IN_GROUP,
            "/subscriptions/{sub}/resourceGroups/{rg}/resources",
        );
        leads(
            "mg",
            ANYWHERE,
            "/providers/Microsoft.Management/managementGroups",
        );
        leads(
            "role-definition",
            ANYWHERE,
            "/subscriptions/{sub}/providers/Microsoft.Authorization/roleDefinitions",
        );
        leads(
            "role-definition",
            IN_GROUP,
            "/subscriptions/{sub}/resourceGroups/{rg}/providers/Microsoft.Authorization/roleDefinitions",
        );
        // This one has no list in a subscription: `{rg}` has a value, or is asked for.
        leads(
            "vpn-gateway",
            ANYWHERE,
            "/subscriptions/{sub}/resourceGroups/{rg}/providers/Microsoft.Network/virtualNetworkGateways",
        );
    }

    #[test]
    fn words_of_the_user_come_first() {
        let own = |name| find("vm", Some(name), IN_GROUP).map(|listing| listing.path);
        let group = "/subscriptions/{sub}/resourceGroups/{rg}/providers";
        assert_eq!(
            own("microsoft.compute/DISKS"),
            Ok(format!("{group}/Microsoft.Compute/disks"))
        );
        assert_eq!(
            own("Contoso.Nowhere/things"),
            Ok(format!("{group}/Contoso.Nowhere/things"))
        );
    }

    #[track_caller]
    fn refused(word: &str, place: Where, words: &str) {
        let error = find(word, None, place).expect_err(word);
        let facts: Vec<String> = error.facts().into_iter().map(|(_, value)| value).collect();
        let text = format!(
            "{error} | {} | {}",
            facts.join(" "),
            error.hints(" -x").join(" ")
        );
        assert!(text.contains(words), "{word}: {text}");
    }

    #[test]
    fn what_cannot_be_listed_says_why() {
        refused(
            "vmm",
            ANYWHERE,
            "did you mean `arm list vm -x`? `arm types vmm` searches",
        );
        refused("stroage", ANYWHERE, "`arm types stroage`");
        refused("storag", ANYWHERE, "did you mean `arm list storage -x`?");
        refused(
            "Microsoft.Compute/virtualMachine",
            ANYWHERE,
            "`arm list Microsoft.Compute/virtualMachines -x`",
        );
        refused("no such thing", ANYWHERE, "`arm types` lists all types");
        refused(
            "servers",
            ANYWHERE,
            "may be one of 4 resource types | Microsoft.Sql/servers, ",
        );
        refused(
            "servers",
            ANYWHERE,
            "say which, as in `arm list Microsoft.Sql/servers -x`",
        );
        refused(
            "subnet",
            ANYWHERE,
            "needs more names: virtualNetwork | /subscriptions/{sub}/resourceGroups/{rg}",
        );
        refused(
            "subnet",
            ANYWHERE,
            "virtualNetworks/{virtualNetwork}/subnets' -g GROUP -o table -x`",
        );
        refused(
            "subnet",
            ANYWHERE,
            "`arm list Microsoft.Network/virtualNetworks -x` shows those names",
        );
        refused(
            "group",
            IN_GROUP,
            "listed in a subscription, not in a resource group |  | leave `-g` out",
        );
        refused(
            "tenant",
            IN_GROUP,
            "listed in the tenant, not in a resource group",
        );
        refused(
            "tenant",
            IN_SUBSCRIPTION,
            "listed in the tenant, not in a subscription |  | leave `-S` out",
        );
        refused(
            "Microsoft.RecoveryServices/vaults/backupFabrics/protectionContainers",
            ANYWHERE,
            "POST …/inquire | `arm types Microsoft.RecoveryServices",
        );
    }

    #[test]
    fn every_type_has_a_list_or_a_reason() {
        for found in crate::azure::catalogue::all() {
            for place in [ANYWHERE, IN_GROUP, IN_SUBSCRIPTION] {
                match find(found.name, None, place) {
                    Ok(listing) => {
                        let path = listing.path.replace("{sub}", "s").replace("{rg}", "g");
                        assert!(
                            path.starts_with('/') && !path.contains(['{', '}']),
                            "{path}"
                        );
                        assert!(!path.contains("//"), "{path}");
                    }
                    Err(
                        Error::NoList { .. } | Error::NeedsNames { .. } | Error::Elsewhere { .. },
                    ) => {}
                    Err(error) => panic!("{}: {error}", found.name),
                }
            }
        }
    }
}
