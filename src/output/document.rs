//! Writes one JSON document whose list of items comes from several pages: the first page's
//! members, the items of all pages in order, then what stood behind the list. Holds no items.

use crate::json::{Layout, Part};

/// What a member costs in memory beside its text.
const MEMBER_COST: usize = 64;

/// The writer of the merged document.
#[derive(Debug)]
pub(super) struct Document {
    layout: Layout,
    state: State,
    /// Members of the first page that stand behind its items, as raw name and value.
    trailer: Vec<(String, String)>,
    trailer_bytes: usize,
    first_page: bool,
    members: usize,
    items: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Start,
    Object,
    /// In the items of an object, until the last page has ended.
    Items,
    /// In a root array.
    RootItems,
    Done,
}

impl Document {
    pub(super) fn new(layout: Layout) -> Self {
        Self {
            layout,
            state: State::Start,
            trailer: Vec::new(),
            trailer_bytes: 0,
            first_page: true,
            members: 0,
            items: 0,
        }
    }

    /// Says that the parts that follow are those of a later page.
    pub(super) fn next_page(&mut self) {
        self.first_page = false;
    }

    /// Takes a part of the current page. Of later pages only the items are used.
    pub(super) fn part(&mut self, part: Part<'_>, out: &mut Vec<u8>) {
        match part {
            Part::Item(item) => self.item(item, out),
            Part::Object if self.first_page => {
                self.state = State::Object;
                out.push(b'{');
            }
            Part::Member { name, value } if self.first_page => self.member(name, value, out),
            Part::Items { name: None } if self.first_page => {
                self.state = State::RootItems;
                out.push(b'[');
            }
            Part::Items { name: Some(name) } if self.first_page => {
                self.begin_member(name, out);
                out.push(b'[');
                self.state = State::Items;
            }
            Part::Scalar(value) if self.first_page => {
                self.layout.append(value, 0, out);
                self.state = State::Done;
            }
            Part::Object
            | Part::Member { .. }
            | Part::Items { .. }
            | Part::ItemsEnd
            | Part::Scalar(_) => {}
        }
    }

    /// How many bytes are held until the last page has ended.
    pub(super) fn held(&self) -> usize {
        self.trailer_bytes
    }

    /// Ends the document, with the link to go on where it is not all.
    pub(super) fn finish(&mut self, link: Option<(&str, &str)>, out: &mut Vec<u8>) {
        let in_items = matches!(self.state, State::Items | State::RootItems);
        if in_items {
            if self.items > 0 {
                self.layout.append_break(self.item_level() - 1, out);
            }
            out.push(b']');
        }
        if matches!(self.state, State::Items | State::Object) {
            self.state = State::Object;
            if let Some((name, value)) = link {
                self.member(name, value, out);
            }
            for (name, value) in std::mem::take(&mut self.trailer) {
                self.member(&name, &value, out);
            }
            if self.members > 0 {
                self.layout.append_break(0, out);
            }
            out.push(b'}');
        }
        self.state = State::Done;
    }

    fn member(&mut self, name: &str, value: &str, out: &mut Vec<u8>) {
        if self.state == State::Items {
            self.trailer_bytes += name.len() + value.len() + MEMBER_COST;
            self.trailer.push((name.to_owned(), value.to_owned()));
            return;
        }
        self.begin_member(name, out);
        self.layout.append(value, 1, out);
    }

    fn begin_member(&mut self, name: &str, out: &mut Vec<u8>) {
        if self.members > 0 {
            out.push(b',');
        }
        self.members += 1;
        self.layout.append_break(1, out);
        out.extend_from_slice(name.as_bytes());
        self.layout.append_colon(out);
    }

    fn item(&mut self, item: &str, out: &mut Vec<u8>) {
        if self.items > 0 {
            out.push(b',');
        }
        self.items += 1;
        let level = self.item_level();
        self.layout.append_break(level, out);
        self.layout.append(item, level, out);
    }

    fn item_level(&self) -> usize {
        if self.state == State::RootItems { 1 } else { 2 }
    }
}

#[cfg(test)]
mod tests {
    use super::Document;
    use crate::json::{Layout, PageIndex, PagePart};

    #[track_caller]
    fn check(pages: &[&str], link: Option<(&str, &str)>, compact: &str) {
        for layout in [Layout::Compact, Layout::Pretty] {
            let mut out = Vec::new();
            let mut document = Document::new(layout);
            for (number, page) in pages.iter().enumerate() {
                if number > 0 {
                    document.next_page();
                }
                let index = PageIndex::of(page.as_bytes()).unwrap();
                for part in index.parts(page.as_bytes()) {
                    if let PagePart::Content(part) = part {
                        document.part(part, &mut out);
                    }
                }
            }
            document.finish(link, &mut out);
            let text = String::from_utf8(out).unwrap();
            if layout == Layout::Compact {
                assert_eq!(text, compact);
            } else {
                let mut expected = Vec::new();
                crate::json::append_pretty(compact, 0, &mut expected);
                assert_eq!(text, String::from_utf8(expected).unwrap());
            }
        }
    }

    #[test]
    fn has_the_shape_of_one_page() {
        check(&["{}"], None, "{}");
        check(&["[]"], None, "[]");
        check(&["[1, {\"a\":[]}]"], None, "[1,{\"a\":[]}]");
        check(&["\"x\""], None, "\"x\"");
        check(&["{\"a\":1,\"b\":{}}"], None, "{\"a\":1,\"b\":{}}");
        check(&["{\"value\":[]}"], None, "{\"value\":[]}");
        check(
            &[
                "{\"@c\":1,\"value\":[1,2],\"nextLink\":\"x\",\"count\":9}",
                "{\"@c\":2,\"value\":[],\"nextLink\":\"y\"}",
                "{\"value\":[{\"a\":3}]}",
            ],
            None,
            "{\"@c\":1,\"value\":[1,2,{\"a\":3}],\"count\":9}",
        );
        check(
            &["{\"value\":[1],\"count\":9}"],
            Some(("\"nextLink\"", "\"l\"")),
            "{\"value\":[1],\"nextLink\":\"l\",\"count\":9}",
        );
    }
}
