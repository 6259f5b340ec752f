//! Where the items of a page and the link to the next one are. Found out by `detect`, used by `page_parser`.

/// The names that lead from the root of a document to a member, unescaped; no name at all is the
/// document itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberPath(Vec<String>);

impl MemberPath {
    /// A path of names.
    pub fn of<N: Into<String>>(names: impl IntoIterator<Item = N>) -> Self {
        Self(names.into_iter().map(Into::into).collect())
    }

    /// The names of the objects that hold the member.
    pub fn parent(&self) -> &[String] {
        self.0.split_last().map_or(&[], |(_, parent)| parent)
    }

    /// The member's own name; none for the document itself.
    pub fn name(&self) -> Option<&str> {
        self.0.last().map(String::as_str)
    }

    /// Tells whether this is the member of the object at `open` whose raw name token is `token`.
    pub(super) fn is(&self, open: &[String], token: &str) -> bool {
        self.parent() == open && self.name().is_some_and(|name| is_named(token, name))
    }

    /// Tells whether the member of that object is on the way to this one.
    fn passes(&self, open: &[String], token: &str) -> bool {
        let parent = self.parent();
        parent.starts_with(open)
            && parent
                .get(open.len())
                .is_some_and(|name| is_named(token, name))
    }
}

/// As on the command line: `properties.nextLink`.
impl std::fmt::Display for MemberPath {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (index, name) in self.0.iter().enumerate() {
            if index > 0 {
                formatter.write_str(".")?;
            }
            if name.contains(['.', '"']) {
                write!(formatter, "\"{name}\"")?;
            } else {
                formatter.write_str(name)?;
            }
        }
        Ok(())
    }
}

/// Compares a raw name token with a name.
fn is_named(token: &str, name: &str) -> bool {
    token.get(1..token.len() - 1) == Some(name)
        || (token.contains('\\') && super::string_of(token).as_deref() == Some(name))
}

/// Where items and link are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PageLayout {
    /// The members that may hold the items: the first in the text that is an array does.
    pub items: Vec<MemberPath>,
    /// The members that may name the next page.
    pub links: Vec<MemberPath>,
    /// Whether such a member is one whatever its value is; else only a string or `null` is.
    pub link_is_certain: bool,
}

/// Where a link is in the merged document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkPlace {
    /// The raw name token.
    pub name: String,
    /// How many objects of the document surround it.
    pub depth: usize,
}

impl PageLayout {
    /// The place of the link that a page holds under this raw name token, or would hold.
    ///
    /// It is where the service has it if that object is still open after the items; else it is `nextLink` in the
    /// document itself.
    pub fn place_of(&self, token: Option<&str>) -> LinkPlace {
        let mut links = self.links.iter();
        let link = links.find(|link| match (token, link.name()) {
            (Some(token), Some(name)) => is_named(token, name),
            _ => false,
        });
        let stays_open = |link: &&MemberPath| {
            let around = |items: &MemberPath| items.parent().starts_with(link.parent());
            self.items.iter().all(around)
        };
        match (link.filter(stays_open), token) {
            (Some(link), Some(token)) => LinkPlace {
                name: token.to_owned(),
                depth: link.parent().len(),
            },
            _ => LinkPlace {
                name: "\"nextLink\"".to_owned(),
                depth: 0,
            },
        }
    }

    /// Tells whether a member may hold the items.
    pub(super) fn holds_items(&self, open: &[String], token: &str) -> bool {
        self.items.iter().any(|items| items.is(open, token))
    }

    /// Tells whether an object must be opened to find the items or a link.
    pub(super) fn leads_through(&self, open: &[String], token: &str) -> bool {
        let mut paths = self.items.iter().chain(&self.links);
        paths.any(|path| path.passes(open, token))
    }

    /// Tells whether a member names the next page.
    pub(super) fn names_link(&self, open: &[String], token: &str, value: &str) -> bool {
        let is_link = self.link_is_certain || value.starts_with('"') || value == "null";
        is_link && self.links.iter().any(|link| link.is(open, token))
    }
}

#[cfg(test)]
mod tests {
    use super::{MemberPath, PageLayout};

    fn shape(items: &[&str], links: &[&str]) -> PageLayout {
        let paths = |texts: &[&str]| {
            let of = |text: &&str| MemberPath::of(text.split('.'));
            texts.iter().map(of).collect()
        };
        PageLayout {
            items: paths(items),
            links: paths(links),
            link_is_certain: false,
        }
    }

    #[test]
    fn a_link_stands_where_the_service_has_it_if_that_is_possible() {
        for (items, link, token, expected) in [
            ("value", "nextLink", "\"nextLink\"", ("\"nextLink\"", 0)),
            ("p.rows", "p.nextLink", "\"nextLink\"", ("\"nextLink\"", 1)),
            ("p.rows", "next", "\"n\\u0065xt\"", ("\"n\\u0065xt\"", 0)),
            ("value", "paging.next", "\"next\"", ("\"nextLink\"", 0)),
            ("a.items", "b.next", "\"next\"", ("\"nextLink\"", 0)),
        ] {
            let place = shape(&[items], &[link]).place_of(Some(token));
            assert_eq!(
                (place.name.as_str(), place.depth),
                expected,
                "{items} {link}"
            );
        }
    }

    #[test]
    fn objects_are_opened_only_on_the_way() {
        let shape = shape(&["data", "data.rows"], &["a.b.c"]);
        let open = |names: &[&str]| {
            names
                .iter()
                .map(|&name| name.to_owned())
                .collect::<Vec<_>>()
        };
        assert!(shape.leads_through(&[], "\"data\"") && shape.leads_through(&[], "\"a\""));
        assert!(shape.leads_through(&open(&["a"]), "\"b\""));
        assert!(!shape.leads_through(&open(&["a"]), "\"c\""));
        assert!(!shape.leads_through(&open(&["x"]), "\"b\"") && !shape.leads_through(&[], "\"b\""));
        assert!(
            shape.holds_items(&open(&["data"]), "\"rows\"") && shape.holds_items(&[], "\"data\"")
        );
        assert!(shape.names_link(&open(&["a", "b"]), "\"c\"", "null"));
        assert!(!shape.names_link(&open(&["a", "b"]), "\"c\"", "7"));
    }
}
