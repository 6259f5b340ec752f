//! Reads one page of a list: finds its items and what it says of the next page, or passes its parts on as they arrive
//! if it is too large to be looked through first. Who requests the pages: `list`.

use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode};
use url::Url;

use super::continuation::Continuation;
use super::exchange::Client;
use super::list_error::{ListError, PageError};
use super::opened::OpenedResponse;
use super::unfollowed::UnfollowedPages;
use crate::azure::{self, ListShape, list_shape};
use crate::json::{
    self, DataError, Expected, FoundError, LinkPlace, MemberPath, PageEvent, PageIndex, PageLayout,
    PageParser, kind_of, string_of,
};
use crate::transport::{BodyPrefix, Request, Response};

/// Resource Graph's token of the next page.
const SKIP_TOKEN: &str = "$skipToken";
/// Where Cost Management and price sheets have their link.
const LINK: &[&str] = &["properties", "nextLink"];

/// The members that hold the items of a list and its link, if the user has named them.
#[derive(Debug, Clone, Default)]
pub struct ListMembers {
    /// `--items`.
    pub items: Option<MemberPath>,
    /// `--next-link`.
    pub link: Option<MemberPath>,
}

impl ListMembers {
    /// Those of a list of Resource Manager.
    pub fn of_resource_manager() -> Self {
        Self {
            items: Some(path(&["value"])),
            link: Some(path(&["nextLink"])),
        }
    }
}

/// A page that is in memory, and has been checked to be one JSON document.
#[derive(Debug)]
pub struct IndexedPage {
    /// Its text.
    pub bytes: Bytes,
    /// Where its parts are.
    pub index: PageIndex,
}

impl IndexedPage {
    /// Returns the parts in the order of the text.
    pub fn parts(&self) -> impl Iterator<Item = PageEvent<'_>> {
        self.index.parts(&self.bytes)
    }
}

/// A page that was read.
#[derive(Debug)]
pub struct Page {
    /// The page, if it is in memory: not if its parts were passed on.
    pub content: Option<IndexedPage>,
    /// Where the list continues.
    pub next: Option<NextPage>,
    /// Whether it names a next page, but not which of its members leads there.
    pub is_unclear: bool,
    /// The service's own word that this is not all, as it is next to the data.
    pub(super) error: Option<FoundError>,
    /// Whether it says that rows are missing which no further page has.
    pub(super) is_truncated: bool,
    /// The pages after it that are not followed, if it names no others.
    pub unfollowed: Option<UnfollowedPages>,
    /// The address that responded.
    pub url: Url,
}

/// A page as its response was begun.
#[derive(Debug)]
pub enum FetchedPage {
    /// It is in memory.
    Whole(Page),
    /// It is too large for that, see `List::stream`.
    Large(LargePage),
}

/// A page of which the beginning is here.
#[derive(Debug)]
pub struct LargePage {
    response: Response,
    beginning: Bytes,
}

/// Where a list continues.
#[derive(Debug, Clone)]
pub struct NextPage {
    /// How.
    pub continuation: Continuation,
    /// Where the document says so; nowhere if the head of the response does.
    pub place: Option<LinkPlace>,
}

/// What takes the parts of a page while they arrive.
pub trait PageConsumer {
    /// Why it takes no more.
    type Error: From<ListError> + From<json::Error>;

    /// The most bytes that one value may take.
    fn max_memory(&self) -> usize;

    /// Tells whether it writes items with indentation.
    fn indents_items(&self) -> bool;

    /// Takes one part.
    fn part(&mut self, part: PageEvent<'_>) -> Result<(), Self::Error>;
}

impl Page {
    /// The service's own word that this is not all, or not an answer.
    pub fn found_error(&self) -> Option<PageError> {
        self.error.as_ref().map(PageError::found)
    }

    /// Tells whether the page is in memory and a list; one of nothing may be `null`.
    pub(super) fn is_list(&self) -> bool {
        let content = self.content.as_ref();
        content.is_some_and(|IndexedPage { bytes, index }| {
            index.is_list() || index.has_null(bytes, &[path(&["value"])])
        })
    }

    /// Counts the items of a page that is in memory.
    pub fn count(&self) -> u64 {
        let content = self.content.as_ref();
        content.map_or(0, |content| content.index.count())
    }

    /// Returns the items of a page that is in memory.
    pub fn items(&self) -> impl Iterator<Item = &str> {
        let parts = self.content.iter().flat_map(IndexedPage::parts);
        parts.filter_map(|part| {
            if let PageEvent::Item(item) = part {
                Some(item)
            } else {
                None
            }
        })
    }

    /// Returns the text of the items of a page that is in memory; an empty one if there are no items.
    pub(super) fn items_text(&self) -> Option<&[u8]> {
        let content = self.content.as_ref()?;
        let text = content.index.items_text(&content.bytes);
        Some(text.unwrap_or_default())
    }
}

/// What is known of a list: before its first page what the address and the user say, then its shape.
#[derive(Debug)]
pub(super) struct PageReader {
    method: Method,
    known: Option<ListShape>,
    expected: Expected,
    members: ListMembers,
    /// The shape of the first page.
    shape: Option<PageLayout>,
    /// Whether the first page is an array.
    is_array: bool,
}

impl PageReader {
    pub(super) fn new(members: &ListMembers, request: &Request) -> Self {
        let is_post = request.method == Method::POST;
        let known = list_shape(is_post, &request.url);
        let (items, link) = match known {
            Some(ListShape::CostQuery) => (vec![["properties", "rows"].as_slice()], LINK),
            Some(ListShape::PriceSheet) => (vec![["properties", "pricesheets"].as_slice()], LINK),
            Some(ListShape::ResourceGraph) => {
                let items = vec![["data"].as_slice(), ["data", "rows"].as_slice()];
                (items, [SKIP_TOKEN].as_slice())
            }
            None => (Vec::new(), [].as_slice()),
        };
        let mut expected = Expected {
            items: items.into_iter().map(path).collect(),
            links: (known.is_some()).then(|| path(link)).into_iter().collect(),
            link_is_certain: known.is_some() || members.link.is_some(),
            takes_token: is_post,
            is_linked: false,
        };
        if let Some(items) = &members.items {
            expected.items = vec![items.clone()];
        }
        if let Some(link) = &members.link {
            expected.links = vec![link.clone()];
        }
        Self {
            method: request.method.clone(),
            known,
            expected,
            members: members.clone(),
            shape: None,
            is_array: false,
        }
    }

    /// Tells whether the user has named the link, and the page holds none.
    pub(super) fn misses_link(&self, page: &Page) -> Option<&MemberPath> {
        let content = page.content.as_ref()?;
        let link = self.members.link.as_ref();
        link.filter(|_| content.index.link(&content.bytes).is_none())
    }

    /// Reads a page that is in memory.
    pub(super) fn read(&mut self, opened: OpenedResponse) -> Result<FetchedPage, ListError> {
        let OpenedResponse {
            response, prefix, ..
        } = opened;
        let bytes = match prefix {
            BodyPrefix::Whole(bytes) => bytes,
            BodyPrefix::Part(beginning) => {
                return Ok(FetchedPage::Large(LargePage {
                    response,
                    beginning,
                }));
            }
        };
        let (url, status) = (response.url, response.status);
        let head = Continuation::of_head(&self.method, &url, &response.headers);
        let mut index = self.index(&bytes, head.is_some())?;
        let link = index.link(&bytes).filter(|_| index.is_list());
        let link = link.map(|(name, value)| (name.to_owned(), value.to_owned()));
        leave_out_links(&mut index, &bytes, head.as_ref(), &url);
        let body = self.next_body(&mut index, &bytes);
        let next = match body {
            Some(body) => Some(body),
            None => self.next(link, head.filter(|_| index.is_list())),
        };
        let unfollowed = (next.is_none() && has_items(&index, &bytes))
            .then(|| unfollowed(&index, &bytes).or_else(|| self.unfollowed_head(&response.headers)))
            .flatten();
        Ok(FetchedPage::Whole(Page {
            is_truncated: index.is_truncated(&bytes) && self.ends_short(next.as_ref()),
            next,
            unfollowed,
            is_unclear: index.is_unclear_list(&bytes),
            error: index
                .found_error(&bytes)
                .filter(|error| is_fault(error, status)),
            content: Some(IndexedPage { bytes, index }),
            url,
        }))
    }

    /// The next page of a list that asks for it with a body of its own, which is then left out of the list: the link
    /// next to it is to be posted to as well.
    fn next_body(&self, index: &mut PageIndex, bytes: &[u8]) -> Option<NextPage> {
        if self.method != Method::POST || self.members.link.is_some() || !index.is_list() {
            return None;
        }
        let is_body = |name: &str, value: &str| name == NEXT_BODY && value.starts_with('{');
        let body = index.parts(bytes).find_map(|part| {
            let (_, value) = part
                .as_member()
                .filter(|&(name, value)| is_body(name, value))?;
            Some(value.to_owned())
        })?;
        index.take_for_links(bytes, is_body);
        Some(NextPage {
            continuation: Continuation::NextBody(body),
            place: None,
        })
    }

    /// The pages that the head of an answer names and that are not followed: of a list, not of an action.
    fn unfollowed_head(&self, headers: &HeaderMap) -> Option<UnfollowedPages> {
        (self.method == Method::GET)
            .then(|| UnfollowedPages::of_head(headers))
            .flatten()
    }

    /// Tells whether a response that calls itself cut is so: where there is a token there are the rows, whatever else is
    /// said (recorded).
    fn ends_short(&self, next: Option<&NextPage>) -> bool {
        next.is_none() && self.known == Some(ListShape::ResourceGraph)
    }

    /// Tells whether a page that has begun so is a list.
    pub(super) fn finds_items(&self, page: &LargePage) -> bool {
        let shape = self
            .shape
            .clone()
            .unwrap_or_else(|| self.expected.assumed());
        let mut is_list = false;
        let mut parser = PageParser::new(shape, usize::MAX);
        let mut take = |part: PageEvent<'_>| -> Result<(), json::Error> {
            is_list |= matches!(part, PageEvent::Items { .. });
            Ok(())
        };
        parser.push(&page.beginning, &mut take).is_ok() && is_list
    }

    /// Says how a list continues: by the link in the document, else by the head of the response.
    fn next(&self, link: Option<(String, String)>, head: Option<Continuation>) -> Option<NextPage> {
        match link.filter(is_named) {
            Some((name, value)) => self.goes_on(&name, &value),
            None => head.map(|continuation| NextPage {
                continuation,
                place: None,
            }),
        }
    }

    /// Says how a list continues whose page holds this link.
    fn goes_on(&self, name: &str, value: &str) -> Option<NextPage> {
        let shape = self.shape.as_ref()?;
        let text = string_of(value)?;
        let is_post = self.method == Method::POST;
        let is_rows = shape.items == [path(&["properties", "rows"])];
        let continuation = if is_post && string_of(name).as_deref() == Some(SKIP_TOKEN) {
            Continuation::SkipToken(text)
        } else if self.known == Some(ListShape::CostQuery)
            || (is_post && is_rows && shape.links.contains(&path(LINK)))
        {
            Continuation::PostedLink(text)
        } else {
            Continuation::Link(text)
        };
        Some(NextPage {
            continuation,
            place: Some(shape.place_of(Some(name))),
        })
    }

    fn index(&mut self, bytes: &Bytes, is_linked: bool) -> Result<PageIndex, ListError> {
        let index = if let Some(shape) = &self.shape {
            later_page(bytes, shape, self.is_array)?
        } else {
            self.expected.is_linked = is_linked;
            let (mut index, shape) = self.expected.read(bytes)?;
            take_null_for_empty(&mut index, bytes, &shape, is_linked);
            self.check_first(bytes, &index, &shape)?;
            self.is_array = index.is_list() && !index.is_object();
            self.shape = Some(shape);
            index
        };
        if let Some((_, value)) = index.link(bytes) {
            self.check_link(value)?;
        }
        if let Some(shape) = &self.shape
            && let Some((name, value)) = index.malformed_link(bytes, &shape.links)
            && index.may_be_list(bytes, shape)
        {
            return Err(no_link(name, value).into());
        }
        Ok(index)
    }

    /// Refuses a first page that is not what the user has said of it.
    fn check_first(
        &self,
        bytes: &Bytes,
        index: &PageIndex,
        shape: &PageLayout,
    ) -> Result<(), PageError> {
        if let (Some(link), false) = (&self.members.link, index.is_object()) {
            return Err(PageError::NoMembers {
                option: "--next-link",
                path: link.to_string(),
                kind: kind_of(bytes),
            });
        }
        if let Some(link) = &self.members.link
            && index.is_list()
            && shape.items.contains(link)
        {
            return Err(PageError::NoLink {
                path: link.to_string(),
                kind: "an array",
            });
        }
        let Some(items) = &self.members.items else {
            return Ok(());
        };
        if !index.is_object() {
            return Err(PageError::NoMembers {
                option: "--items",
                path: items.to_string(),
                kind: kind_of(bytes),
            });
        }
        if index.is_list() || index.has_null(bytes, &shape.items) {
            return Ok(());
        }
        let arrays = index.arrays(bytes);
        Err(PageError::NoItems {
            path: items.to_string(),
            arrays: arrays.iter().map(MemberPath::to_string).collect(),
        })
    }

    /// Refuses a link that is neither text nor null, if the user or the service has said that it is the link.
    fn check_link(&self, value: &str) -> Result<(), PageError> {
        if !self.expected.link_is_certain || value.starts_with('"') || value == "null" {
            return Ok(());
        }
        let mut paths = self.expected.links.iter().map(MemberPath::to_string);
        Err(PageError::NoLink {
            path: paths.next().unwrap_or_default(),
            kind: kind_of(value.as_bytes()),
        })
    }

    /// Hands the parts of a page on while they arrive.
    pub(super) async fn stream<C: PageConsumer>(
        &mut self,
        client: &Client,
        page: LargePage,
        consumer: &mut C,
    ) -> Result<Page, C::Error> {
        let (url, status) = (page.response.url.clone(), page.response.status);
        let head = Continuation::of_head(&self.method, &url, &page.response.headers);
        let seen = self.parts(client, page, consumer).await?;
        let is_unclear = !seen.is_list && seen.link.as_ref().is_some_and(is_named);
        let next = self.next(seen.link, head.filter(|_| seen.is_list));
        let unfollowed = next.is_none().then_some(seen.unfollowed).flatten();
        Ok(Page {
            unfollowed,
            content: None,
            is_truncated: seen.error.is_truncated() && self.ends_short(next.as_ref()),
            next,
            is_unclear,
            error: seen.error.found().filter(|error| is_fault(error, status)),
            url,
        })
    }

    async fn parts<C: PageConsumer>(
        &mut self,
        client: &Client,
        page: LargePage,
        consumer: &mut C,
    ) -> Result<SeenPage, C::Error> {
        let LargePage {
            mut response,
            beginning,
        } = page;
        let is_first = self.shape.is_none();
        let shape = self.shape.clone();
        let shape = shape.unwrap_or_else(|| self.expected.assumed());
        let is_guess = self.guesses();
        let mut seen = SeenPage::default();
        let mut parser = PageParser::new(shape.clone(), consumer.max_memory());
        if consumer.indents_items() {
            parser = parser.with_indented_items();
        }
        let mut chunk = Some(beginning);
        while let Some(bytes) = chunk {
            parser.push(&bytes, &mut |part| self.take(part, &mut seen, consumer))?;
            // The connection reads into the same memory again once nothing holds it.
            drop(bytes);
            let next = client.within(response.body.chunk()).await;
            chunk = next.map_err(ListError::from)?.map_err(ListError::from)?;
        }
        parser.finish(&mut |part| self.take(part, &mut seen, consumer))?;
        self.check_streamed(&seen, is_first)?;
        if is_first {
            self.is_array = seen.is_array;
            self.shape = Some(if is_guess { Expected::plain() } else { shape });
        }
        if seen.is_list && seen.is_elsewhere {
            seen.link = None;
        }
        Ok(seen)
    }

    fn check_streamed(&self, seen: &SeenPage, is_first: bool) -> Result<(), ListError> {
        match (&self.members.items, is_first) {
            _ if seen.is_list => seen
                .malformed_link
                .clone()
                .map_or(Ok(()), |error| Err(error.into())),
            (Some(items), true) => Err(PageError::NoItems {
                path: items.to_string(),
                arrays: Vec::new(),
            }
            .into()),
            (None, true) => Ok(()),
            (_, false) => Err(PageError::NoPage.into()),
        }
    }

    /// Tells whether a member of the document is where the link does, and is neither a text nor `null`.
    fn is_malformed_link(&self, name: &str, value: &str) -> bool {
        let known = self.shape.clone();
        let shape = known.unwrap_or_else(|| self.expected.assumed());
        let names = shape.links.iter().filter(|link| link.parent().is_empty());
        let mut names = names.filter_map(MemberPath::name);
        !value.starts_with('"')
            && value != "null"
            && string_of(name).is_some_and(|name| names.any(|link| link == name))
    }

    /// Tells whether nothing is known of the page: what is where no list was looked for may be a link, or anything.
    fn guesses(&self) -> bool {
        self.shape.is_none() && self.expected.is_unknown()
    }

    fn take<C: PageConsumer>(
        &self,
        part: PageEvent<'_>,
        seen: &mut SeenPage,
        consumer: &mut C,
    ) -> Result<(), C::Error> {
        seen.error.take(part);
        if let PageEvent::Open { .. } = part {
            seen.depth += 1;
        } else if part == PageEvent::Close {
            seen.depth = seen.depth.saturating_sub(1);
        } else if let PageEvent::Items { name } = part {
            seen.is_list = true;
            seen.is_array = name.is_none();
        }
        let Some((name, value)) = part.as_link() else {
            if let Some((name, value)) = part.as_member().filter(|_| seen.depth == 0)
                && seen.malformed_link.is_none()
                && self.is_malformed_link(name, value)
            {
                seen.malformed_link = Some(no_link(name, value));
            }
            if let Some((name, value)) = part.as_member().filter(|_| seen.depth == 0)
                && seen.unfollowed.is_none()
            {
                seen.unfollowed = UnfollowedPages::of_member(name, value);
            }
            return consumer.part(part);
        };
        self.check_link(value).map_err(ListError::from)?;
        let is_elsewhere = self.guesses() && (seen.depth > 0 || name.contains('$'));
        if seen.link.is_none() || (seen.is_elsewhere && !is_elsewhere) {
            seen.link = Some((name.to_owned(), value.to_owned()));
            seen.is_elsewhere = is_elsewhere;
        }
        if is_elsewhere {
            return consumer.part(PageEvent::Member { name, value });
        }
        consumer.part(part)
    }
}

/// What was seen of a page that is not kept.
#[derive(Debug, Default)]
struct SeenPage {
    /// The raw name and value of the link.
    link: Option<(String, String)>,
    is_list: bool,
    is_array: bool,
    depth: usize,
    /// Whether the link is where the link of a `value` does not.
    is_elsewhere: bool,
    /// What is in place of the link and is not one.
    malformed_link: Option<PageError>,
    /// What names pages in a way that is not followed.
    unfollowed: Option<UnfollowedPages>,
    error: DataError,
}

fn path(names: &[&str]) -> MemberPath {
    MemberPath::of(names.iter().copied())
}

/// Fabric's link, and the token next to it that says the same.
const CONTINUATION_URI: &str = "\"continuationUri\"";
const CONTINUATION_TOKEN: &str = "\"continuationToken\"";

/// The body that asks AI Search for the next page.
const NEXT_BODY: &str = "\"@search.nextPageParameters\"";

fn no_link(name: &str, value: &str) -> PageError {
    PageError::NoLink {
        path: string_of(name).unwrap_or_default(),
        kind: kind_of(value.as_bytes()),
    }
}

/// Takes `null` for a list of nothing on a page that names a next one.
fn take_null_for_empty(index: &mut PageIndex, bytes: &[u8], shape: &PageLayout, is_linked: bool) {
    let link = index.link(bytes);
    let link = link.map(|(name, value)| (name.to_owned(), value.to_owned()));
    if !index.is_list() && (is_linked || link.as_ref().is_some_and(is_named)) {
        index.take_null_for_empty(bytes, &shape.items);
    }
}

/// Leaves out of a list what names the next page next to its link: the token that says the same (Fabric), and the
/// member that repeats the head (App Configuration).
fn leave_out_links(index: &mut PageIndex, bytes: &[u8], head: Option<&Continuation>, url: &Url) {
    if !index.is_list() {
        return;
    }
    let linked = index.link(bytes);
    let has_uri = linked.is_some_and(|(name, _)| name == CONTINUATION_URI);
    index.take_for_links(bytes, |name, value| {
        (has_uri && name == CONTINUATION_TOKEN)
            || head.is_some_and(|head| is_same_page(value, head.text(), url))
    });
}

/// Tells whether a page holds items: it is a list, or has an array that may be one.
fn has_items(index: &PageIndex, bytes: &[u8]) -> bool {
    let mut arrays = index.arrays(bytes).into_iter();
    index.is_list() || arrays.any(|array| array.parent().is_empty())
}

/// The pages after a page that its members name in a way that is not followed.
fn unfollowed(index: &PageIndex, bytes: &[u8]) -> Option<UnfollowedPages> {
    let mut depth = 0_usize;
    index.parts(bytes).find_map(|part| {
        if let PageEvent::Open { .. } = part {
            depth += 1;
        } else if part == PageEvent::Close {
            depth = depth.saturating_sub(1);
        }
        let (name, value) = part.as_member().filter(|_| depth == 0)?;
        UnfollowedPages::of_member(name, value)
    })
}

/// An error that is all of a document is one if the status says that all went well; else it is what was expected.
fn is_fault(error: &FoundError, status: StatusCode) -> bool {
    status.is_success() || matches!(error, FoundError::BesideData(_))
}

/// Tells whether a member of a page at `url` names the same page as its head does.
fn is_same_page(value: &str, link: &str, url: &Url) -> bool {
    let Some(text) = string_of(value) else {
        return false;
    };
    let resolved = |text: &str| azure::resolve(text, url, None).ok().flatten();
    text.contains(['/', '?']) && resolved(&text).is_some_and(|named| resolved(link) == Some(named))
}

/// Tells whether a body that is in memory is a page of a list, and another page follows it.
pub fn names_next_page(opened: &OpenedResponse, members: &ListMembers) -> bool {
    let BodyPrefix::Whole(bytes) = &opened.prefix else {
        return false;
    };
    let response = &opened.response;
    let method = &opened.request.method;
    let head = Continuation::of_head(method, &response.url, &response.headers);
    let mut reader = PageReader::new(members, &opened.request);
    let Ok(index) = reader.index(bytes, head.is_some()) else {
        return false;
    };
    let link = index.link(bytes);
    let link = link.map(|(name, value)| (name.to_owned(), value.to_owned()));
    index.is_list() && reader.next(link, head).is_some()
}

/// Tells whether a link is a text that is not blank.
fn is_named((_, value): &(String, String)) -> bool {
    string_of(value).is_some_and(|text| !text.trim().is_empty())
}

/// Indexes a later page. One that is not a list, such as an error under a 200, would be lost among the others.
fn later_page(bytes: &Bytes, shape: &PageLayout, is_array: bool) -> Result<PageIndex, ListError> {
    let mut index = PageIndex::with_shape(bytes, shape.clone())?;
    index.take_null_for_empty(bytes, &shape.items);
    let is_list = index.is_list() || index.has_null(bytes, &shape.items);
    if is_list && index.is_object() != is_array {
        Ok(index)
    } else {
        let error = index.found_error(bytes);
        let error = error.as_ref().map_or(PageError::NoPage, PageError::found);
        Err(error.into())
    }
}
