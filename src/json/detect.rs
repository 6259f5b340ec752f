//! Finds out from the first page of a list where its items and the link to the next page are. The place itself is a
//! `PageLayout`; links are followed by `client`.

use super::event::{Error, PageEvent};
use super::page::PageIndex;
use super::page_layout::{MemberPath, PageLayout};

/// The members that name the next page, most common first (97 % of ARM's paged operations use the
/// first; Microsoft Graph and policy insights the second; AAD Graph the third; App Configuration, Retail Prices,
/// the Marketplace catalogue and Fabric the others).
const ROOT_LINKS: [&str; 7] = [
    "nextLink",
    "@odata.nextLink",
    "odata.nextLink",
    "@nextLink",
    "NextPageLink",
    "nextPageLink",
    "continuationUri",
];
/// The name that ARM gives to the items.
const VALUE: &str = "value";
/// The object of Cost Management and of price sheets that holds items and link.
const PROPERTIES: &str = "properties";
/// The rows in it (Azure/azure-rest-api-specs#23405).
const ROWS: &str = "rows";
/// Resource Graph's items, or the table that holds them.
const DATA: &str = "data";
/// Resource Graph's token of the next page.
const SKIP_TOKEN: &str = "$skipToken";

/// What is known of a list before its first page is read.
#[derive(Debug, Clone, Default)]
pub struct Expected {
    /// Where its items are; empty if that is to be found out.
    pub items: Vec<MemberPath>,
    /// Where its link is; empty if that is to be found out.
    pub links: Vec<MemberPath>,
    /// Whether the user has named the link: whatever is there is one.
    pub link_is_certain: bool,
    /// Whether a `$skipToken` may name the next page: so it is in answers to a POST.
    pub takes_token: bool,
    /// Whether the head of the answer names a next page.
    pub is_linked: bool,
}

impl Expected {
    /// Tells whether items and link are to be found out.
    pub fn is_unknown(&self) -> bool {
        self.items.is_empty() && self.links.is_empty()
    }

    /// Returns the shape that is assumed of a page too large to be looked through first.
    pub fn assumed(&self) -> PageLayout {
        PageLayout {
            items: if self.items.is_empty() {
                vec![MemberPath::of([VALUE])]
            } else {
                self.items.clone()
            },
            links: if self.links.is_empty() {
                self.usual_links()
            } else {
                self.links.clone()
            },
            link_is_certain: self.link_is_certain,
        }
    }

    /// Returns the shape of a list whose items were found at `value`.
    pub fn plain() -> PageLayout {
        shape([VALUE], root_links())
    }

    /// Checks and indexes the first page, and says where its items and its link are.
    ///
    /// The items are the member `value` if it is an array; else, on a page that names a next one, the only array next
    /// to the link.
    pub fn read(&self, body: &[u8]) -> Result<(PageIndex, PageLayout), Error> {
        let assumed = self.assumed();
        let index = PageIndex::with_shape(body, assumed.clone())?;
        let Some(shape) = self.found(&index, body) else {
            return Ok((index, assumed));
        };
        let index = if fits(&index, body, &shape) {
            index
        } else {
            PageIndex::with_shape(body, shape.clone())?
        };
        Ok((index, shape))
    }

    fn usual_links(&self) -> Vec<MemberPath> {
        let mut links = root_links();
        match self.items.first() {
            None => links.push(MemberPath::of([PROPERTIES, "nextLink"])),
            Some(items) if items.parent().is_empty() => {}
            Some(items) => {
                let beside = items
                    .parent()
                    .iter()
                    .cloned()
                    .chain(["nextLink".to_owned()]);
                links.push(MemberPath::of(beside));
            }
        }
        if self.takes_token {
            links.push(MemberPath::of([SKIP_TOKEN]));
        }
        links
    }

    /// Returns the shape of the page if it is another than the assumed one.
    fn found(&self, index: &PageIndex, body: &[u8]) -> Option<PageLayout> {
        if !self.items.is_empty() {
            return None;
        }
        let of_user = |items| PageLayout {
            items: vec![items],
            ..self.assumed()
        };
        if !self.links.is_empty() {
            let beside: Vec<String> = self.links.first()?.parent().to_vec();
            let is_linked = self.is_linked || !linked(index, body).is_empty();
            let array =
                || only_array(index, body, &beside).or_else(|| only_array(index, body, &[]));
            return array()
                .filter(|_| is_linked && !index.is_list())
                .map(of_user);
        }
        if index.is_list() {
            return Some(Self::plain());
        }
        let links = linked(index, body);
        let is_at_root = |link: &MemberPath| root_links().contains(link);
        if (self.is_linked || links.iter().any(is_at_root))
            && let Some(items) = only_array(index, body, &[])
        {
            return Some(PageLayout {
                items: vec![items],
                links: root_links(),
                link_is_certain: false,
            });
        }
        let token = MemberPath::of([SKIP_TOKEN]);
        if links.contains(&token) {
            return Some(PageLayout {
                items: vec![MemberPath::of([DATA]), MemberPath::of([DATA, ROWS])],
                links: vec![token],
                link_is_certain: false,
            });
        }
        let link = MemberPath::of([PROPERTIES, "nextLink"]);
        let rows = MemberPath::of([PROPERTIES, ROWS]);
        let items = if index.arrays(body).contains(&rows) {
            Some(rows)
        } else {
            only_array(index, body, link.parent())
        };
        items
            .filter(|_| links.contains(&link))
            .map(|items| PageLayout {
                items: vec![items],
                links: vec![link],
                link_is_certain: false,
            })
    }
}

fn root_links() -> Vec<MemberPath> {
    ROOT_LINKS.map(|name| MemberPath::of([name])).to_vec()
}

fn shape<const N: usize>(items: [&str; N], links: Vec<MemberPath>) -> PageLayout {
    PageLayout {
        items: vec![MemberPath::of(items)],
        links,
        link_is_certain: false,
    }
}

/// Returns the paths of the links that are texts.
fn linked(index: &PageIndex, body: &[u8]) -> Vec<MemberPath> {
    let mut links = Vec::new();
    index.each(body, &mut |open, part| {
        if let PageEvent::Link { name, value } = part
            && value.starts_with('"')
            && let Some(name) = super::string_of(name)
        {
            links.push(MemberPath::of(open.iter().cloned().chain([name])));
        }
    });
    links
}

/// Returns the only array of the object at `open`.
fn only_array(index: &PageIndex, body: &[u8], open: &[String]) -> Option<MemberPath> {
    let mut arrays = index.arrays(body);
    arrays.retain(|array| array.parent() == open);
    match <[MemberPath; 1]>::try_from(arrays) {
        Ok([only]) => Some(only),
        Err(_) => None,
    }
}

/// Tells whether an index has its items and its links where `shape` says.
fn fits(index: &PageIndex, body: &[u8], shape: &PageLayout) -> bool {
    let mut fits = true;
    index.each(body, &mut |open, part| {
        if let PageEvent::Items { name: Some(name) } = part {
            fits &= shape.holds_items(open, name);
        } else if let Some((name, value)) = part.as_link() {
            fits &= shape.names_link(open, name, value);
        } else if let Some((name, value)) = part.as_member()
            && value.starts_with(['[', '{'])
        {
            fits &= !shape.holds_items(open, name) && !shape.leads_through(open, name);
        }
    });
    fits
}

#[cfg(test)]
mod tests {
    use super::{Expected, MemberPath, PageEvent};

    #[track_caller]
    fn check_with(expected: &Expected, text: &str, items: Option<&[&str]>, link: Option<&str>) {
        let (index, _) = expected.read(text.as_bytes()).unwrap();
        let found: Vec<_> = index
            .parts(text.as_bytes())
            .filter_map(|part| {
                if let PageEvent::Item(item) = part {
                    Some(item.to_owned())
                } else {
                    None
                }
            })
            .collect();
        assert_eq!(
            index.is_list().then_some(found),
            items.map(|items| items.iter().map(|&item| item.to_owned()).collect()),
            "{text}"
        );
        let value = index.link(text.as_bytes()).filter(|_| index.is_list());
        let value = value.and_then(|(_, value)| crate::json::string_of(value));
        assert_eq!(value.as_deref(), link, "{text}");
    }

    #[track_caller]
    fn check(text: &str, items: Option<&[&str]>, link: Option<&str>) {
        check_with(&Expected::default(), text, items, link);
    }

    #[test]
    fn finds_items_and_link() {
        check(
            r#"{"value":[1,"a"],"nextLink":"l"}"#,
            Some(&["1", "\"a\""]),
            Some("l"),
        );
        check(r#"{"nextLink":null,"value":[]}"#, Some(&[]), None);
        check(
            r#"{"@odata.nextLink":"o","value":[{}]}"#,
            Some(&["{}"]),
            Some("o"),
        );
        check(
            r#"{"odata.nextLink":"d","value":[{}]}"#,
            Some(&["{}"]),
            Some("d"),
        );
        check("[1,2]", Some(&["1", "2"]), None);
        check("7", None, None);
        check(r#"{"zones":["1"],"name":"n"}"#, None, None);
        check(r#"{"inputs":[5],"nextLink":"l"}"#, Some(&["5"]), Some("l"));
        check(r#"{"a":[5],"b":[6],"nextLink":"l"}"#, None, None);
        check(r#"{"id":"/x","nextLink":"l"}"#, None, None);
        check(r#"{"value":{"x":[1]}}"#, None, None);
        check(
            r#"{"value":[1],"nextLink":{"href":"l"}}"#,
            Some(&["1"]),
            None,
        );
        check(
            r#"{"value":[1],"members@odata.nextLink":"n"}"#,
            Some(&["1"]),
            None,
        );
    }
    #[test]
    fn finds_the_list_below_properties() {
        let rows = r#"{"id":"q","properties":{"nextLink":"l","columns":[{}],"rows":[[1],[2]]}}"#;
        check(rows, Some(&["[1]", "[2]"]), Some("l"));
        let sheets = r#"{"properties":{"pricesheets":[{}],"nextLink":"l"}}"#;
        check(sheets, Some(&["{}"]), Some("l"));
        // A resource, and a list that has none of these members to do with its pages.
        check(r#"{"properties":{"zones":["1"]}}"#, None, None);
        check(
            r#"{"properties":{"a":[1],"b":[2],"nextLink":"l"}}"#,
            None,
            None,
        );
        check(
            r#"{"value":[1],"properties":{"nextLink":"l"}}"#,
            Some(&["1"]),
            None,
        );
        check(r#"{"$skipToken":"t","data":[1]}"#, None, None);
    }

    #[test]
    fn finds_the_lists_of_resource_graph() {
        let posted = Expected {
            takes_token: true,
            ..Expected::default()
        };
        let objects = r#"{"count":1,"data":[1],"facets":[],"$skipToken":"t"}"#;
        check_with(&posted, objects, Some(&["1"]), Some("t"));
        let table = r#"{"$skipToken":"t","data":{"columns":[],"rows":[[1]]}}"#;
        check_with(&posted, table, Some(&["[1]"]), Some("t"));
        check_with(&posted, r#"{"data":[1],"facets":[]}"#, None, None);
        check_with(
            &posted,
            r#"{"$skipToken":"t","value":[1]}"#,
            Some(&["1"]),
            None,
        );
    }

    #[test]
    fn takes_the_users_word() {
        let named = |items: &[&str], links: &[&str]| Expected {
            items: items
                .iter()
                .map(|path| MemberPath::of(path.split('.')))
                .collect(),
            links: links
                .iter()
                .map(|path| MemberPath::of(path.split('.')))
                .collect(),
            link_is_certain: !links.is_empty(),
            ..Expected::default()
        };
        let text = r#"{"a":{"things":[1],"next":"l"},"value":[2],"nextLink":"m"}"#;
        check_with(&named(&["a.things"], &[]), text, Some(&["1"]), Some("m"));
        check_with(
            &named(&["a.things"], &["a.next"]),
            text,
            Some(&["1"]),
            Some("l"),
        );
        check_with(&named(&[], &["a.next"]), text, Some(&["2"]), Some("l"));
        check_with(&named(&["b"], &[]), text, None, None);
        let other = r#"{"a":{"things":[1],"next":"l"}}"#;
        check_with(&named(&[], &["a.next"]), other, Some(&["1"]), Some("l"));
        let linked = Expected {
            is_linked: true,
            ..Expected::default()
        };
        check_with(&linked, r#"{"repositories":["r"]}"#, Some(&["\"r\""]), None);
    }
}
