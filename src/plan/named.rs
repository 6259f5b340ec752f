//! A resource that is given by its type and its name where a URL is: `vm/vm-web-01/restart`. Pure; who asks where it
//! is: `app/naming`.

use crate::azure::catalogue::{self, ResourceType, TypeScope};
use crate::azure::{ResourceId, TypeAlias, decode};

/// What stands for every name elsewhere, and for none here.
const EVERY: char = '*';
/// Types whose names are in a path of their own.
const SUBSCRIPTIONS: &str = "Microsoft.Resources/subscriptions";
const GROUPS: &str = "Microsoft.Resources/resourceGroups";
const PROVIDERS: &str = "Microsoft.Resources/providers";
/// Types of which nothing can be told by a name.
const WITHOUT_ID: [&str; 3] = [
    "Microsoft.Resources/resources",
    "Microsoft.Resources/tenants",
    "Microsoft.Resources/subscriptions/locations",
];

/// A resource by its type and name, and what follows in the path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedResource {
    /// The word or the type, and the name, as they were written: `vm/vm-web-01`.
    pub text: String,
    /// What stood for the type.
    pub word: String,
    /// The full name of the type.
    pub type_name: String,
    /// The name.
    pub name: String,
    /// The name as it is in a path.
    segment: String,
    /// What follows: a child, an action, a query.
    rest: String,
}

/// Where a resource is, as far as its type says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// At this address, which may have placeholders.
    At(String),
    /// At this address, whose `{sub}` is the subscription of this name.
    InSubscription {
        /// The address.
        address: String,
        /// The name of the subscription, or its id.
        name: String,
    },
    /// In a resource group that is not known.
    Unknown,
}

/// Why a name leads to no resource.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The type is nested: the name of its parent is missing.
    #[error("`{text}` does not say in which {parent} it is")]
    NeedsParent {
        /// What was written.
        text: String,
        /// The word for the parent's type.
        parent: String,
        /// The last segment of the type.
        last: String,
        /// The name.
        name: String,
    },
    /// Nothing of this type is found by a name.
    #[error("`{word}` has no names that lead to a single resource")]
    WithoutId {
        /// What stood for the type.
        word: String,
    },
    /// A `*` stands for subscriptions and resource groups only.
    #[error("`{text}` is not the name of one resource")]
    Every {
        /// What was written.
        text: String,
        /// What stood for the type.
        word: String,
    },
    /// There is none.
    #[error("no {word} is named `{name}`{}", among(*count))]
    NotFound {
        /// What stood for the type.
        word: String,
        /// The name.
        name: String,
        /// Names that are spelled like it.
        near: Vec<String>,
        /// How many others there are.
        count: usize,
        /// Whether every subscription was asked.
        everywhere: bool,
    },
    /// There is none, and PUT needs a place for it.
    #[error("no {word} is named `{name}`, and PUT cannot tell where to make one")]
    NoPlace {
        /// What stood for the type.
        word: String,
        /// The name.
        name: String,
    },
    /// There are several.
    #[error("{} resources are `{text}`", ids.len())]
    Several {
        /// What was written.
        text: String,
        /// Their IDs.
        ids: Vec<String>,
    },
}

fn among(count: usize) -> String {
    match count {
        0 => String::new(),
        1 => ", and there is one other".to_owned(),
        count => format!(", among {count}"),
    }
}

impl NamedResource {
    /// Tells whether a text may be one, without looking at its type: a URL never is.
    pub fn may_be(text: &str) -> bool {
        let head = text.split(['/', '?', '#']).next().unwrap_or_default();
        !head.is_empty() && head.len() < text.len() && !head.contains(':') && !is_root(head)
    }

    /// Reads what is in place of a URL; nothing if it is not a name. `own` is the type that the user's own settings
    /// give a word.
    pub fn parse(text: &str, own: impl Fn(&str) -> Option<String>) -> Option<Self> {
        let text = text.trim();
        if !Self::may_be(text) {
            return None;
        }
        let end = text.find(['?', '#']).unwrap_or(text.len());
        let (path, query) = text.split_at(end);
        let mut segments = path.splitn(3, '/');
        let (first, second) = (segments.next()?, segments.next()?);
        let after = segments.next();
        let (word, type_name, segment, rest) = if first.contains('.') {
            let word = format!("{first}/{second}");
            let type_name =
                own(&word).or_else(|| catalogue::find(&word).map(|found| found.name.to_owned()))?;
            let after = after?;
            let (segment, rest) = after.split_at(after.find('/').unwrap_or(after.len()));
            (word, type_name, segment, rest.to_owned())
        } else {
            let known = || TypeAlias::of_word(first).map(|alias| alias.name.to_owned());
            let type_name = own(first).or_else(known)?;
            let rest = after.map(|after| format!("/{after}"));
            (
                first.to_owned(),
                type_name,
                second,
                rest.unwrap_or_default(),
            )
        };
        let name = decode(segment);
        let is_name = !name.is_empty()
            && name != "."
            && name != ".."
            && !name.contains(|letter: char| letter.is_control() || "/\\{}".contains(letter));
        is_name.then(|| Self {
            text: format!("{word}/{segment}"),
            word,
            type_name,
            name,
            segment: segment.to_owned(),
            rest: format!("{rest}{query}"),
        })
    }

    /// Says where the resource is; `in_group` tells whether a resource group was named.
    ///
    /// # Errors
    /// Refuses types that are in others, and those of which no name leads to a resource.
    pub fn place(&self, in_group: bool) -> Result<Place, Error> {
        let Self {
            text,
            word,
            type_name,
            segment,
            rest,
            ..
        } = self;
        if segment.contains(EVERY) {
            return Err(Error::Every {
                text: text.clone(),
                word: word.clone(),
            });
        }
        let is = |name: &str| type_name.eq_ignore_ascii_case(name);
        if WITHOUT_ID.into_iter().any(is) {
            return Err(Error::WithoutId { word: word.clone() });
        }
        if is(SUBSCRIPTIONS) {
            return Ok(Place::InSubscription {
                address: format!("/subscriptions/{{sub}}{rest}"),
                name: self.name.clone(),
            });
        }
        let found = catalogue::find(type_name);
        if let Some(found) = found.filter(|found| found.depth() > 0) {
            return Err(self.needs_parent(&found));
        }
        let of_root = |kind: &str| format!("/subscriptions/{{sub}}/{kind}/{segment}{rest}");
        if is(GROUPS) {
            return Ok(Place::At(of_root("resourceGroups")));
        }
        if is(PROVIDERS) {
            return Ok(Place::At(of_root("providers")));
        }
        let below = |scope: &str| {
            let address = format!("{scope}/providers/{type_name}/{segment}{rest}");
            Place::At(address)
        };
        let in_scope =
            |scope| found.is_some_and(|found| found.item_scopes().any(|own| own == scope));
        let may_be_in_group =
            found.is_none() || in_scope(TypeScope::ResourceGroup) || in_scope(TypeScope::Any);
        Ok(match () {
            () if in_group && may_be_in_group => below("/subscriptions/{sub}/resourceGroups/{rg}"),
            () if in_scope(TypeScope::Subscription) || in_scope(TypeScope::Any) => {
                below("/subscriptions/{sub}")
            }
            () if may_be_in_group => Place::Unknown,
            () if in_scope(TypeScope::Tenant) => below(""),
            () => return Err(Error::WithoutId { word: word.clone() }),
        })
    }

    fn needs_parent(&self, found: &ResourceType) -> Error {
        let (parent, last) = found.name.rsplit_once('/').unwrap_or(("", found.name));
        let word = TypeAlias::of_name(parent).and_then(|alias| alias.words().next());
        Error::NeedsParent {
            text: self.text.clone(),
            parent: word.unwrap_or(parent).to_owned(),
            last: last.to_owned(),
            name: self.segment.clone(),
        }
    }

    /// The full name of the type of what the whole text names, children too: `vnet/v/subnets/s` is a subnet.
    pub fn type_at_end(&self) -> String {
        let rest = self.rest.split(['?', '#']).next().unwrap_or_default();
        let types = rest.split('/').filter(|segment| !segment.is_empty());
        let types: Vec<&str> = types.step_by(2).collect();
        std::iter::once(self.type_name.as_str())
            .chain(types)
            .collect::<Vec<_>>()
            .join("/")
    }

    /// The list of the resources with this type and name in a subscription.
    pub fn list_of_name(&self, subscription: &str) -> String {
        let name = self.name.replace('\'', "''");
        self.list(subscription, &format!(" and name eq '{name}'"))
    }

    /// The list of all resources of this type in a subscription.
    pub fn list_of_type(&self, subscription: &str) -> String {
        self.list(subscription, "")
    }

    fn list(&self, subscription: &str, more: &str) -> String {
        let filter = format!("resourceType eq '{}'{more}", self.type_name);
        let filter: String = url::form_urlencoded::byte_serialize(filter.as_bytes()).collect();
        let filter = filter.replace('+', "%20");
        format!("/subscriptions/{subscription}/resources?$filter={filter}")
    }

    /// The address of the resource with this ID, and of what follows it.
    pub fn address(&self, id: &str) -> String {
        format!("{id}{}", self.rest)
    }

    /// Tells whether an ID is that of a resource with this type and name.
    pub fn is_of(&self, id: &str) -> bool {
        let id = ResourceId::parse(id);
        let is_type = id
            .type_name()
            .is_some_and(|name| name.eq_ignore_ascii_case(&self.type_name));
        let own = id.segments().last();
        is_type && own.is_some_and(|own| decode(own).eq_ignore_ascii_case(&self.name))
    }
}

/// Tells whether a path of Resource Manager begins with this word.
fn is_root(word: &str) -> bool {
    ResourceId::is_root(word)
}

#[cfg(test)]
mod tests {
    use super::{Error, NamedResource, Place};

    fn read(text: &str) -> Option<NamedResource> {
        NamedResource::parse(text, |word| {
            (word == "box").then(|| "Contoso.Own/boxes".to_owned())
        })
    }

    #[track_caller]
    fn place(text: &str, in_group: bool) -> Result<Place, Error> {
        read(text).unwrap().place(in_group)
    }

    #[test]
    fn urls_are_no_names() {
        for text in [
            "/subscriptions/s",
            "subscriptions/s",
            "Subscriptions/s",
            "providers/Microsoft.Web/sites",
            "tenants/x",
            "metadata/endpoints",
            "https://vm/x",
            ":8080/vm/x",
            "C:/vm/x",
            "-/start",
            "vm",
            "vm/",
            "vm//start",
            "vm/..",
            "vm/{name}",
            "vm/a%2Fb",
            "vm/a\\b",
            "nothing/x",
            "management.azure.com/subscriptions/s",
            "Microsoft.Web/sites",
            "Microsoft.Nowhere/sites/x",
            "{sub}/x",
            "?a/b",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn a_word_and_a_name_are_a_resource() {
        let at = |address: &str| Ok(Place::At(address.to_owned()));
        for (text, in_group, expected) in [
            ("vm/vm-1", false, Ok(Place::Unknown)),
            (
                "VMs/vm-1/restart?a=b",
                true,
                at(
                    "/subscriptions/{sub}/resourceGroups/{rg}/providers/Microsoft.Compute/virtualMachines/vm-1/restart?a=b",
                ),
            ),
            (
                "Microsoft.Web/sites/shop/config/web",
                true,
                at(
                    "/subscriptions/{sub}/resourceGroups/{rg}/providers/Microsoft.Web/sites/shop/config/web",
                ),
            ),
            ("box/b", false, Ok(Place::Unknown)),
            (
                "group/rg-1/resources",
                false,
                at("/subscriptions/{sub}/resourceGroups/rg-1/resources"),
            ),
            (
                "provider/Microsoft.Web",
                false,
                at("/subscriptions/{sub}/providers/Microsoft.Web"),
            ),
            (
                "mg/root",
                false,
                at("/providers/Microsoft.Management/managementGroups/root"),
            ),
            (
                "lock/l",
                false,
                at("/subscriptions/{sub}/providers/Microsoft.Authorization/locks/l"),
            ),
            (
                "sub/Contoso/resourceGroups",
                false,
                Ok(Place::InSubscription {
                    address: "/subscriptions/{sub}/resourceGroups".to_owned(),
                    name: "Contoso".to_owned(),
                }),
            ),
        ] {
            assert_eq!(place(text, in_group), expected, "{text}");
        }
        assert!(matches!(
            place("subnet/s", true),
            Err(Error::NeedsParent { .. })
        ));
        assert!(matches!(
            place("tenant/t", true),
            Err(Error::WithoutId { .. })
        ));
        assert!(matches!(place("vm/web-*", true), Err(Error::Every { .. })));
    }

    #[test]
    fn a_list_finds_the_name() {
        let named = read("kv/it's%20mine/secrets").unwrap();
        assert_eq!(
            named.list_of_name("s"),
            "/subscriptions/s/resources?$filter=resourceType%20eq%20%27Microsoft.KeyVault%2Fvaults%27%20and%20name%20eq%20%27it%27%27s%20mine%27"
        );
        let id = "/subscriptions/s/resourceGroups/g/providers/microsoft.keyvault/vaults/It's mine";
        assert!(named.is_of(id) && !named.is_of("/subscriptions/s"));
        assert_eq!(named.address("/x"), "/x/secrets");
    }
}
