//! Turns the parts of pages into the answer: the merged document, a line for each item, or what a query finds. It decides
//! what must be kept in memory. Its bytes go through `color` into `sink`.

use super::collected::Collected;
use super::document::{self, Document};
use super::error::{Error, MAX_TRAILER};
use super::item_filter::ItemFilter;
use super::results::{Cardinality, Layout, LineFormat, Results};
use super::room::Room;
use super::sort::{Sorter, Sorting};
use crate::json::{self, LinkPlace, PageEvent};
use crate::query::{ItemQuery, JmesPath, JmesPathItems, Query, QueryExpression};

/// What of the document is printed.
#[derive(Debug)]
pub enum Selection {
    /// All of it.
    Everything,
    /// What a query finds in it.
    Query(QueryExpression),
    /// Every item, by itself.
    Items,
    /// What a query finds in every item, by itself.
    EachItem(QueryExpression),
}

/// The request as far as the answer depends on it.
#[derive(Debug)]
pub struct RenderOptions {
    /// How it is laid out.
    pub layout: Layout,
    /// The part that is asked for.
    pub selection: Selection,
    /// Whether members that name the next page stay where they are: a page as it was received.
    pub keep_links: bool,
    /// Which items are wanted.
    pub filter: ItemFilter,
    /// The most items.
    pub limit: Option<u64>,
    /// What the items are sorted by, or what the query finds; rows are sorted by their own options.
    pub sorting: Sorting,
    /// The most bytes of a document that a query needs whole, and of a table.
    pub max_memory: usize,
    /// The room for the answer, if it is limited: then all of it is made before any is printed.
    pub room: Option<Room>,
}

/// How the pages ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End<'a> {
    /// With the last one.
    Complete,
    /// With the last one; the service says in it that this is not all.
    Partial,
    /// Before: by a limit, with the link to go on.
    Limited(Option<LinkMember<'a>>),
    /// Before: by a failure, with the link to go on.
    Failed(Option<LinkMember<'a>>),
}

/// The member of the document that says where to go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LinkMember<'a> {
    /// Where it is.
    pub place: &'a LinkPlace,
    /// The link, or the token in its place.
    pub text: &'a str,
}

/// The answer while it is made.
#[derive(Debug)]
pub struct Renderer {
    mode: Mode,
    keep_links: bool,
    filter: ItemFilter,
    /// Whether the document is a list, even if nothing is in it.
    has_list: bool,
    limit: Option<u64>,
    /// The items that wait to be sorted.
    sorter: Sorter,
    max_memory: usize,
    room: Option<Room>,
    /// Whether no further item has room.
    is_out_of_room: bool,
    items: u64,
    dropped: u64,
    /// The names of the objects that are open inside the document.
    open: Vec<String>,
    /// How many of the first items decide what is printed, if not all do.
    needed: Option<u64>,
}

#[derive(Debug)]
enum Mode {
    /// The document, written as it comes.
    Document(Document),
    /// A result for each item, written as it comes.
    Items {
        select: Select,
        results: Results,
        whole: Option<Collected>,
    },
    /// A query that needs the document.
    Whole {
        query: Option<QueryExpression>,
        results: Results,
        whole: Collected,
    },
}

#[derive(Debug)]
enum Select {
    All,
    Each(QueryExpression),
    /// A query below `$.value[*]`, and the same one for a document where that is not a list.
    Below {
        item: ItemQuery,
        document: Query,
    },
    /// A projection over a list, and the same one for a document that does not have it.
    Projected {
        items: JmesPathItems,
        document: JmesPath,
    },
}

impl Renderer {
    /// Starts an answer.
    pub fn new(options: RenderOptions) -> Self {
        let RenderOptions {
            layout,
            selection,
            keep_links,
            filter,
            limit,
            sorting,
            max_memory,
            room,
        } = options;
        let is_of_items = matches!(&selection, Selection::Everything | Selection::Items);
        let (of_items, of_results) = match layout {
            Layout::Rows(..) | Layout::Summary => Default::default(),
            Layout::Json(_) | Layout::Lines(_) if is_of_items => (sorting, Sorting::default()),
            Layout::Json(_) | Layout::Lines(_) => (Sorting::default(), sorting),
        };
        let items = |select, layout| Mode::Items {
            select,
            results: Results::new(layout, Cardinality::Many, of_results.clone()).within(room),
            whole: Some(Collected::new(max_memory)),
        };
        let whole = |query, layout, cardinality| Mode::Whole {
            query,
            results: Results::new(layout, cardinality, of_results.clone()).within(room),
            whole: Collected::new(max_memory),
        };
        let mode = match (selection, layout) {
            (Selection::Everything, Layout::Json(style)) => {
                Mode::Document(Document::new(style, room.is_some()))
            }
            (Selection::Everything, layout @ Layout::Lines(LineFormat::Text)) => {
                whole(None, layout, Cardinality::One)
            }
            (Selection::Everything | Selection::Items, layout) => items(Select::All, layout),
            (Selection::EachItem(query), layout) => items(Select::Each(query), layout),
            (Selection::Query(QueryExpression::JmesPath(query)), layout) => {
                if let Some(items_of) = query.per_item() {
                    let projected = Select::Projected {
                        items: items_of,
                        document: query,
                    };
                    items(projected, layout)
                } else {
                    let query = QueryExpression::JmesPath(query);
                    whole(Some(query), layout, Cardinality::One)
                }
            }
            (Selection::Query(QueryExpression::JsonPath(query)), layout) => {
                if let Some(item) = query.per_item() {
                    let below = Select::Below {
                        item,
                        document: query,
                    };
                    items(below, layout)
                } else {
                    let cardinality = if query.is_singular() {
                        Cardinality::One
                    } else {
                        Cardinality::Many
                    };
                    let query = QueryExpression::JsonPath(query);
                    whole(Some(query), layout, cardinality)
                }
            }
        };
        // Nearly all lists are at `value`; what is so is found out with the first page.
        let needed = match &mode {
            Mode::Whole {
                query: Some(query), ..
            } => query.items_needed(&["value".to_owned()]),
            Mode::Document(_) | Mode::Items { .. } | Mode::Whole { .. } => None,
        };
        Self {
            mode,
            keep_links,
            filter,
            has_list: false,
            limit,
            sorter: Sorter::new(of_items),
            max_memory,
            room,
            is_out_of_room: false,
            items: 0,
            dropped: 0,
            open: Vec::new(),
            needed,
        }
    }

    /// Says that the parts that follow are those of a later page.
    pub fn next_page(&mut self) {
        match &mut self.mode {
            Mode::Document(document) => document.next_page(),
            Mode::Items { whole, .. } => {
                if let Some(whole) = whole {
                    whole.next_page();
                }
            }
            Mode::Whole { whole, .. } => whole.next_page(),
        }
    }

    /// Takes a part of the current page and appends what can be printed.
    pub fn part(&mut self, part: PageEvent<'_>, out: &mut Vec<u8>) -> Result<(), Error> {
        if part.as_link().is_some() && !self.keep_links {
            return Ok(());
        }
        if let PageEvent::Open { name } = part {
            self.open
                .push(json::string_of(name).unwrap_or_else(|| name.to_owned()));
        } else if part == PageEvent::Close {
            self.open.pop();
        } else if let PageEvent::Items { name } = part {
            self.begin_items(name);
        }
        if let PageEvent::Item(item) | PageEvent::Indented { item, .. } = part {
            if !self.filter.admits(item) {
                return Ok(());
            }
            if self.is_full() {
                self.dropped += 1;
                return Ok(());
            }
            self.items += 1;
            if self.sorter.sorts() {
                self.sorter.add(item);
                return match self.max_memory {
                    limit if self.sorter.held() > limit => Err(Error::TooMuchToSort { limit }),
                    _ => Ok(()),
                };
            }
        }
        self.take(part, out)?;
        let held = match &self.mode {
            Mode::Items { results, .. } if results.sorter().sorts() => return Ok(()),
            Mode::Items { results, .. } => results.held(),
            Mode::Document(_) | Mode::Whole { .. } => 0,
        };
        let room = self.room;
        self.is_out_of_room = room.is_some_and(|room| room.is_surely_exceeded_by(out.len() + held));
        Ok(())
    }

    /// Tells whether no further item has room.
    pub fn is_out_of_room(&self) -> bool {
        self.is_out_of_room
    }

    /// Takes a part that is wanted, at its place in the answer.
    fn take(&mut self, part: PageEvent<'_>, out: &mut Vec<u8>) -> Result<(), Error> {
        match &mut self.mode {
            Mode::Document(document) => {
                document.part(part, out);
                if document.held() > MAX_TRAILER {
                    return Err(Error::TrailerTooLarge);
                }
            }
            Mode::Whole { whole, .. } => whole.part(part)?,
            Mode::Items {
                select,
                results,
                whole,
            } => {
                if let (Select::All, Some(("\"columns\"", columns))) = (&*select, part.as_member())
                {
                    results.name_cells(columns);
                }
                item_part((select, self.open.len()), results, whole, part, out)?;
                check_held(results, self.max_memory)?;
            }
        }
        Ok(())
    }

    /// Appends what waits for the next page, because it may take a while until that comes.
    pub fn flow(&mut self, out: &mut Vec<u8>) {
        if let Mode::Items { results, .. } = &mut self.mode {
            results.flow(out);
        }
    }

    /// Tells whether the limit of items is reached.
    pub fn is_full(&self) -> bool {
        self.is_out_of_room || self.limit.is_some_and(|limit| self.items >= limit)
    }

    /// Finds out how many items of a list decide what a query finds.
    fn begin_items(&mut self, name: Option<&str>) {
        self.has_list |= self.open.is_empty() && name.is_none_or(|name| name == "\"value\"");
        if let Mode::Whole {
            query: Some(query), ..
        } = &self.mode
        {
            let name = name.and_then(json::string_of);
            let names: Vec<_> = self.open.iter().cloned().chain(name).collect();
            self.needed = query.items_needed(&names);
        }
    }

    /// How many of the first items decide what is printed, if not all do.
    pub fn items_needed(&self) -> Option<u64> {
        self.needed
    }

    /// Tells whether no item that is still to come changes what is printed.
    pub fn is_answered(&self) -> bool {
        self.needed.is_some_and(|needed| self.items >= needed)
    }

    /// How many items of the current pages were left out because of the limit.
    pub fn dropped(&self) -> u64 {
        self.dropped
    }

    /// Tells whether items are written with indentation, as they come.
    pub fn indents_items(&self) -> bool {
        !self.sorter.sorts() && matches!(&self.mode, Mode::Document(document) if document.indents())
    }

    /// Tells whether nothing is printed of a document that is incomplete.
    pub fn needs_whole(&self) -> bool {
        matches!(self.mode, Mode::Whole { .. })
    }

    /// How many items were taken.
    pub fn items(&self) -> u64 {
        self.items
    }

    /// How many of these parts are items that are wanted.
    pub fn count<'p>(&self, parts: impl Iterator<Item = PageEvent<'p>>) -> u64 {
        let wanted = parts.filter(|part| {
            matches!(part, PageEvent::Item(item) | PageEvent::Indented { item, .. } if self.filter.admits(item))
        });
        wanted.count() as u64
    }

    /// Tells whether every item is wanted.
    pub fn takes_all(&self) -> bool {
        self.filter.is_open()
    }

    /// Ends the answer.
    pub fn finish(mut self, end: End<'_>, out: &mut Vec<u8>) -> Result<Finished, Error> {
        for item in self.sorter.take() {
            self.take(PageEvent::Item(&item), out)?;
        }
        let member = match end {
            // A link that was kept is in the page already.
            _ if self.keep_links => None,
            End::Complete | End::Partial => None,
            End::Limited(link) | End::Failed(link) => link,
        };
        // What did not have room would be missing behind the link.
        let member = member.filter(|_| !self.is_out_of_room);
        let dropped = if self.is_out_of_room { self.dropped } else { 0 };
        let value = member.map(|member| json_string(member.text));
        let link = member.zip(value.as_deref());
        let link = link.map(|(member, value)| document::Link {
            name: &member.place.name,
            value,
            depth: member.place.depth,
        });
        match self.mode {
            Mode::Document(mut document) => {
                let left_out = match self.room {
                    None => {
                        document.finish(link, out);
                        out.push(b'\n');
                        0
                    }
                    Some(room) => finish_within(room, &document, link, out)?,
                };
                let is_empty = self.has_list && self.items == 0;
                Ok(Finished {
                    count: u64::from(!is_empty),
                    without_room: left_out + dropped,
                    kept: self.items - left_out,
                    ..Finished::default()
                }
                .sorted_by(&self.sorter))
            }
            Mode::Whole {
                query,
                mut results,
                whole,
            } => {
                if matches!(end, End::Failed(_)) {
                    return Ok(Finished::of(&results, 0, 0).sorted_by(&self.sorter));
                }
                let document = whole.finish(link);
                match query {
                    Some(QueryExpression::JsonPath(query)) => {
                        query.select(&document, &mut |found| results.add(found, out))?;
                    }
                    Some(QueryExpression::JmesPath(query)) => {
                        results.add_only(&query.find(&document)?, out);
                    }
                    None => results.add(&document, out),
                }
                check_held(&results, self.max_memory)?;
                let left_out = results.finish(out)?;
                Ok(Finished::of(&results, left_out, 0).sorted_by(&self.sorter))
            }
            Mode::Items {
                select,
                mut results,
                whole,
            } => {
                // A document without a list is its own only item, if it is complete.
                if let (Some(whole), End::Complete | End::Partial | End::Limited(_)) = (whole, end)
                {
                    let document = whole.finish(link);
                    match &select {
                        Select::All | Select::Each(_) if json::is_null_list(&document) => {}
                        Select::All => results.add(&document, out),
                        Select::Each(query) => add_each(query, &document, &mut results, out)?,
                        Select::Below {
                            document: query, ..
                        } => {
                            query.select(&document, &mut |found| results.add(found, out))?;
                        }
                        Select::Projected {
                            document: query, ..
                        } => results.add_only(&query.find(&document)?, out),
                    }
                }
                let left_out = results.finish(out)?;
                Ok(Finished::of(&results, left_out, dropped).sorted_by(&self.sorter))
            }
        }
    }
}

/// What was printed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Finished {
    /// How many results a query found; a document is one.
    pub count: u64,
    /// The columns that were asked for and had no value in any row.
    pub empty_columns: Vec<String>,
    /// What was to be sorted by, and had no value anywhere.
    pub missed_keys: Vec<String>,
    /// How many were left out after they had been sorted.
    pub left_out: u64,
    /// How many of those that came had no room.
    pub without_room: u64,
    /// How many items or results are printed, if some had no room.
    pub kept: u64,
}

impl Finished {
    fn of(results: &Results, left_out: u64, dropped: u64) -> Self {
        Self {
            without_room: left_out + dropped,
            kept: results.count().saturating_sub(left_out),
            count: results.count(),
            empty_columns: results.empty_columns(),
            ..Self::default()
        }
        .sorted_by(results.sorter())
    }

    /// Adds what was not to be seen before all was sorted.
    fn sorted_by(mut self, sorter: &Sorter) -> Self {
        self.left_out += sorter.left_out();
        self.missed_keys.extend_from_slice(sorter.missed());
        self
    }
}

/// Ends a document with as many of its items as have room, and returns how many were left out. The link to the next
/// page is in it only if they all did.
fn finish_within(
    room: Room,
    document: &Document,
    link: Option<document::Link<'_>>,
    out: &mut Vec<u8>,
) -> Result<u64, Error> {
    let parts = document.ends().len().saturating_sub(1);
    let (kept, text) = room
        .most(parts, |items| {
            let end = document.ends().get(items).copied();
            let begun = end.and_then(|end| out.get(..end)).unwrap_or(out);
            let mut text = begun.to_vec();
            let link = link.filter(|_| items == parts);
            document.with_items(items).finish(link, &mut text);
            text.push(b'\n');
            text
        })
        .ok_or(Error::NoRoom { limit: room.bytes })?;
    *out = text;
    Ok((parts - kept) as u64)
}

/// Refuses a table that is larger than may be kept, and more to sort than that.
fn check_held(results: &Results, limit: usize) -> Result<(), Error> {
    if results.held() <= limit {
        return Ok(());
    }
    Err(if results.sorter().sorts() {
        Error::TooMuchToSort { limit }
    } else {
        Error::TableTooLarge { limit }
    })
}

fn json_string(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// Takes a part while items are printed one by one. Until the list begins, the document is kept:
/// it may turn out to have none.
fn item_part(
    (select, depth): (&Select, usize),
    results: &mut Results,
    whole: &mut Option<Collected>,
    part: PageEvent<'_>,
    out: &mut Vec<u8>,
) -> Result<(), Error> {
    if let Some(collected) = whole {
        let begins = match (part, select) {
            (PageEvent::Items { name }, Select::Below { .. }) => is_list(depth, name, "value"),
            (PageEvent::Items { name }, Select::Projected { items, .. }) => {
                is_list(depth, name, items.member())
            }
            (PageEvent::Items { .. }, Select::All | Select::Each(_)) => true,
            _ => false,
        };
        if !begins {
            return collected.part(part);
        }
        *whole = None;
    }
    let (PageEvent::Item(item) | PageEvent::Indented { item, .. }) = part else {
        return Ok(());
    };
    match select {
        Select::All => results.add(item, out),
        Select::Each(query) => add_each(query, item, results, out)?,
        Select::Below { item: query, .. } => {
            query.select(item, &mut |found| results.add(found, out))?;
        }
        Select::Projected { items, .. } => {
            items.select(item, &mut |found| results.add(found, out))?;
        }
    }
    Ok(())
}

/// Tells whether the items that begin are those of this member of the document.
fn is_list(depth: usize, name: Option<&str>, member: &str) -> bool {
    depth == 0 && name.and_then(json::string_of).as_deref() == Some(member)
}

/// Adds what a query finds in one item: its value if it is one, else an array.
fn add_each(
    query: &QueryExpression,
    item: &str,
    results: &mut Results,
    out: &mut Vec<u8>,
) -> Result<(), Error> {
    let query = match query {
        QueryExpression::JsonPath(query) => query,
        QueryExpression::JmesPath(query) => {
            results.add_value(&query.find(item)?, out);
            return Ok(());
        }
    };
    if query.is_singular() {
        query.select(item, &mut |found| results.add(found, out))?;
        return Ok(());
    }
    let mut array = String::from("[");
    query.select(item, &mut |found| {
        if array.len() > 1 {
            array.push(',');
        }
        array.push_str(found);
    })?;
    array.push(']');
    results.add_list(&array, out);
    Ok(())
}
