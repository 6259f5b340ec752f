//! Writes one JSON document whose list of items comes from several pages: the first page's members, the items of all
//! pages in order, then the members after the list. Items are written as they come.

use crate::json::{JsonStyle, PageEvent};

/// What a member costs in memory in addition to its text.
const MEMBER_COST: usize = 64;

/// The writer of the merged document.
#[derive(Debug, Clone)]
pub(super) struct Document {
    layout: JsonStyle,
    state: State,
    /// The members after the items of the first page.
    trailer: Vec<Held>,
    trailer_bytes: usize,
    first_page: bool,
    /// How many members each open object has so far, the document's own first.
    members: Vec<usize>,
    items: u64,
    /// Whether items may be left out at the end.
    counts_ends: bool,
    /// Where the items end, before them where the first begins.
    ends: Vec<usize>,
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

/// A part that waits for the end of the items. Names and values are raw.
#[derive(Debug, Clone)]
enum Held {
    Member(String, String),
    Open(String),
    Close,
}

/// The link to go on, as the document is to hold it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Link<'a> {
    /// The raw name token.
    pub(super) name: &'a str,
    /// The raw value.
    pub(super) value: &'a str,
    /// How many objects of the document surround it.
    pub(super) depth: usize,
}

impl Document {
    /// A document, of which items may be left out at the end if there is a limit of its size.
    pub(super) fn new(layout: JsonStyle, is_limited: bool) -> Self {
        Self {
            layout,
            state: State::Start,
            trailer: Vec::new(),
            trailer_bytes: 0,
            first_page: true,
            members: Vec::new(),
            items: 0,
            counts_ends: is_limited,
            ends: Vec::new(),
        }
    }

    /// Where the items end, before them where the first begins; nothing if there is no item.
    pub(super) fn ends(&self) -> &[usize] {
        &self.ends
    }

    /// The same document as if only this many of its items had come.
    pub(super) fn with_items(&self, items: usize) -> Self {
        Self {
            items: items as u64,
            ends: Vec::new(),
            ..self.clone()
        }
    }

    /// Says that the parts that follow are those of a later page.
    pub(super) fn next_page(&mut self) {
        self.first_page = false;
    }

    /// Takes a part of the current page. Of later pages only the items are used.
    pub(super) fn part(&mut self, part: PageEvent<'_>, out: &mut Vec<u8>) {
        match part {
            PageEvent::Item(item) => self.item(item, None, out),
            PageEvent::Indented { item, level } => self.item(item, Some(level), out),
            PageEvent::Object if self.first_page => {
                self.state = State::Object;
                self.members.push(0);
                out.push(b'{');
            }
            PageEvent::Open { name } if self.first_page => {
                self.take(Held::Open(name.to_owned()), out);
            }
            PageEvent::Close if self.first_page => self.take(Held::Close, out),
            PageEvent::Link { name, value } | PageEvent::Member { name, value }
                if self.first_page =>
            {
                self.member(name, value, out);
            }
            PageEvent::Items { name: None } if self.first_page => {
                self.state = State::RootItems;
                out.push(b'[');
            }
            PageEvent::Items { name: Some(name) } if self.first_page => {
                self.begin_member(name, out);
                out.push(b'[');
                self.state = State::Items;
            }
            PageEvent::Scalar(value) if self.first_page => {
                self.layout.append(value, 0, out);
                self.state = State::Done;
            }
            PageEvent::Object
            | PageEvent::Open { .. }
            | PageEvent::Close
            | PageEvent::Link { .. }
            | PageEvent::Member { .. }
            | PageEvent::Items { .. }
            | PageEvent::ItemsEnd
            | PageEvent::Scalar(_) => {}
        }
    }

    /// Tells whether it is written with indentation.
    pub(super) fn indents(&self) -> bool {
        self.layout == JsonStyle::Pretty
    }

    /// How many bytes are held until the last page has ended.
    pub(super) fn held(&self) -> usize {
        self.trailer_bytes
    }

    /// Ends the document, with the link to go on if it is not all.
    pub(super) fn finish(&mut self, link: Option<Link<'_>>, out: &mut Vec<u8>) {
        if matches!(self.state, State::Items | State::RootItems) {
            if self.items > 0 {
                self.layout.append_break(self.item_level() - 1, out);
            }
            out.push(b']');
        }
        if matches!(self.state, State::Items | State::Object) {
            self.state = State::Object;
            let mut link = link;
            self.link_if_here(&mut link, out);
            for held in std::mem::take(&mut self.trailer) {
                self.take(held, out);
                self.link_if_here(&mut link, out);
            }
            while !self.members.is_empty() {
                // A first page that was cut leaves objects open.
                self.close(out);
                self.link_if_here(&mut link, out);
            }
        }
        self.state = State::Done;
    }

    /// Writes the link when its object is the innermost one that is open.
    fn link_if_here(&mut self, link: &mut Option<Link<'_>>, out: &mut Vec<u8>) {
        if let Some(here) = link.take_if(|link| self.members.len() == link.depth + 1) {
            self.member(here.name, here.value, out);
        }
    }

    fn take(&mut self, part: Held, out: &mut Vec<u8>) {
        if self.state == State::Items {
            let length = match &part {
                Held::Member(name, value) => name.len() + value.len(),
                Held::Open(name) => name.len(),
                Held::Close => 0,
            };
            self.trailer_bytes += length + MEMBER_COST;
            self.trailer.push(part);
            return;
        }
        match part {
            Held::Member(name, value) => self.member(&name, &value, out),
            Held::Open(name) => {
                self.begin_member(&name, out);
                out.push(b'{');
                self.members.push(0);
            }
            Held::Close => self.close(out),
        }
    }

    fn close(&mut self, out: &mut Vec<u8>) {
        if self.members.pop().is_some_and(|members| members > 0) {
            self.layout.append_break(self.members.len(), out);
        }
        out.push(b'}');
    }

    fn member(&mut self, name: &str, value: &str, out: &mut Vec<u8>) {
        if self.state == State::Items {
            return self.take(Held::Member(name.to_owned(), value.to_owned()), out);
        }
        self.begin_member(name, out);
        self.layout.append(value, self.members.len(), out);
    }

    fn begin_member(&mut self, name: &str, out: &mut Vec<u8>) {
        if let Some(members) = self.members.last_mut() {
            if *members > 0 {
                out.push(b',');
            }
            *members += 1;
        }
        self.layout.append_break(self.members.len(), out);
        out.extend_from_slice(name.as_bytes());
        self.layout.append_colon(out);
    }

    /// Writes an item, which may be laid out for a level already.
    fn item(&mut self, item: &str, indented: Option<usize>, out: &mut Vec<u8>) {
        if self.counts_ends && self.ends.is_empty() {
            self.ends.push(out.len());
        }
        if self.items > 0 {
            out.push(b',');
        }
        self.items += 1;
        let level = self.item_level();
        self.layout.append_break(level, out);
        if self.indents() && indented == Some(level) {
            out.extend_from_slice(item.as_bytes());
        } else {
            self.layout.append(item, level, out);
        }
        if self.counts_ends {
            self.ends.push(out.len());
        }
    }

    /// The level of an item: one more than that of its list.
    fn item_level(&self) -> usize {
        self.members.len() + 1
    }
}

#[cfg(test)]
mod tests {
    use super::{Document, Link};
    use crate::json::{Expected, JsonStyle, PageEvent};

    #[track_caller]
    fn check(pages: &[&str], link: Option<Link<'_>>, compact: &str) {
        let expected = Expected {
            takes_token: true,
            ..Expected::default()
        };
        for layout in [JsonStyle::Compact, JsonStyle::Pretty] {
            let mut out = Vec::new();
            let mut document = Document::new(layout, false);
            for (number, page) in pages.iter().enumerate() {
                if number > 0 {
                    document.next_page();
                }
                let (index, _) = expected.read(page.as_bytes()).unwrap();
                for part in index.parts(page.as_bytes()) {
                    if !matches!(part, PageEvent::Link { .. }) {
                        document.part(part, &mut out);
                    }
                }
            }
            document.finish(link, &mut out);
            let text = String::from_utf8(out).unwrap();
            if layout == JsonStyle::Compact {
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
            Some(link("\"nextLink\"", 0)),
            "{\"value\":[1],\"nextLink\":\"l\",\"count\":9}",
        );
    }

    fn link(name: &str, depth: usize) -> Link<'_> {
        Link {
            name,
            value: "\"l\"",
            depth,
        }
    }

    #[test]
    fn an_item_stands_at_its_level_whatever_level_it_was_laid_out_for() {
        for (list, level) in [
            ("[]", 1),
            ("[]", 2),
            ("{\"value\":[]}", 2),
            ("{\"value\":[]}", 1),
        ] {
            let (index, _) = Expected::default().read(list.as_bytes()).unwrap();
            let mut item = Vec::new();
            crate::json::append_pretty("{\"a\":[1]}", level, &mut item);
            let item = std::str::from_utf8(&item).unwrap();
            let (mut document, mut out) = (Document::new(JsonStyle::Pretty, false), Vec::new());
            for part in index.parts(list.as_bytes()) {
                document.part(part, &mut out);
                if let PageEvent::Items { .. } = part {
                    document.part(PageEvent::Indented { item, level }, &mut out);
                }
            }
            document.finish(None, &mut out);
            let mut expected = Vec::new();
            let whole = list.replace("[]", "[{\"a\":[1]}]");
            crate::json::append_pretty(&whole, 0, &mut expected);
            assert_eq!(out, expected, "{list} {level}");
        }
    }

    #[test]
    fn lists_may_stand_in_objects() {
        let first = r#"{"p":{"nextLink":"x","columns":[{}],"rows":[[1]],"after":1},"id":2,"q":{}}"#;
        let second = r#"{"p":{"rows":[[2]]}}"#.replace('p', "properties");
        let first = first.replace("\"p\"", "\"properties\"");
        let linked = second.replace("[[2]]", "[[2]],\"nextLink\":\"y\"");
        let pages = [first.as_str(), linked.as_str()];
        let merged = r#"{"properties":{"columns":[{}],"rows":[[1],[2]],"after":1},"id":2,"q":{}}"#;
        check(&pages, None, merged);
        check(
            &pages,
            Some(link("\"nextLink\"", 1)),
            &merged.replace(",\"after\"", ",\"nextLink\":\"l\",\"after\""),
        );
        let table = r#"{"$skipToken":"t","data":{"rows":[1]},"facets":[]}"#;
        check(
            &[table],
            Some(link("\"$skipToken\"", 0)),
            r#"{"data":{"rows":[1]},"$skipToken":"l","facets":[]}"#,
        );
        check(&["{\"properties\":{}}"], None, "{\"properties\":{}}");
    }
}
