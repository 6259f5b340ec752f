//! The kept bodies, one YAML document for each of the most used types, each of which creates a resource. What is in
//! braces in them: `places`.

/// A document for each type; the head of the file says what is in them.
const BODIES: &str = include_str!("bodies.yaml");

/// What begins a document: the type and the name of its resource follow.
const TITLE: &str = "\n--- # ";

/// A body that is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Skeleton {
    /// The full name of the type.
    pub type_name: &'static str,
    /// The names of the resource that it makes and of those that it is in, such as `my-vnet/my-subnet`: other bodies refer
    /// to it by them.
    pub names: &'static str,
    /// The YAML, with places.
    pub text: &'static str,
}

impl Skeleton {
    /// Returns all of them.
    pub fn all() -> impl Iterator<Item = Self> {
        BODIES.split(TITLE).skip(1).filter_map(|document| {
            let (title, text) = document.split_once('\n')?;
            let (type_name, names) = title.split_once(' ')?;
            Some(Self {
                type_name,
                names,
                text,
            })
        })
    }

    /// Finds that of a type, whatever the case of its name.
    pub fn of_type(name: &str) -> Option<Self> {
        Self::all().find(|kept| kept.type_name.eq_ignore_ascii_case(name))
    }
}

#[cfg(test)]
mod tests {
    use super::Skeleton;
    use crate::azure::resource::alias::TypeAlias;
    use crate::azure::resource::catalogue;

    /// Types with words of their own that nobody creates.
    const NOT_MADE: [&str; 5] = [
        "Microsoft.Resources/subscriptions",
        "Microsoft.Resources/resources",
        "Microsoft.Resources/subscriptions/locations",
        "Microsoft.Resources/providers",
        "Microsoft.Resources/tenants",
    ];

    #[test]
    fn every_type_with_a_word_that_can_be_made_has_one() {
        let aliases = TypeAlias::all().filter(|alias| !NOT_MADE.contains(&alias.name));
        let wanted: Vec<&str> = aliases.map(|alias| alias.name).collect();
        let kept: Vec<&str> = Skeleton::all().map(|kept| kept.type_name).collect();
        assert_eq!(kept, wanted);
        assert!(kept.len() >= 40);
    }

    #[test]
    fn every_body_is_of_a_type_that_is_put() {
        for kept in Skeleton::all() {
            let known = catalogue::find(kept.type_name);
            let known = known.unwrap_or_else(|| panic!("{}", kept.type_name));
            assert!(
                known.item_methods().any(|method| method == "PUT"),
                "{}",
                kept.type_name
            );
            let levels = kept.type_name.matches('/').count();
            assert_eq!(kept.names.split('/').count(), levels, "{}", kept.type_name);
            assert_eq!(
                Skeleton::of_type(&kept.type_name.to_uppercase()),
                Some(kept)
            );
        }
        assert_eq!(Skeleton::of_type("Microsoft.Compute"), None);
    }
}
