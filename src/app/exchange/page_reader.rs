//! Reads one page of a list: finds its items and what it says of the next page, or prints it as it
//! arrives where it is too large to be looked through first. Asks for no page.

use bytes::Bytes;
use http::Method;
use url::Url;

use crate::app::exchange::printer::Printer;
use crate::azure::{ErrorDetail, KnownList, known_list};
use crate::client::{Client, Continuation, OpenedResponse};
use crate::error::Error;
use crate::json::{
    DataError, Expected, LinkPlace, MemberPath, PageIndex, Part, Shape, Splitter, kind_of,
    string_of,
};
use crate::plan::RequestPlan;
use crate::transport::{BodyPrefix, Request, Response};

/// Resource Graph's token of the next page.
const SKIP_TOKEN: &str = "$skipToken";

/// A page that was read.
pub(crate) struct Page {
    /// The page, where it is still to be printed.
    pub(crate) unprinted: Option<(Bytes, PageIndex)>,
    /// Where the list goes on.
    pub(crate) next: Option<Next>,
    /// Whether it names a next page, but not which of its members goes on there.
    pub(crate) is_unclear: bool,
    /// The service's own word that this is not all, as it stands beside the data.
    pub(crate) error: Option<String>,
    /// Whether it says that rows are missing which no further page has.
    pub(crate) is_truncated: bool,
    /// The address that answered.
    pub(crate) url: Url,
}

/// Where a list goes on.
#[derive(Debug, Clone)]
pub(crate) struct Next {
    /// How.
    pub(crate) continuation: Continuation,
    /// Where the document says so; nowhere if the head of the answer does.
    pub(crate) place: Option<LinkPlace>,
}

impl Page {
    /// The service's own word that this is not all.
    pub(crate) fn error_beside_data(&self) -> Option<Error> {
        self.error.as_deref().map(partial)
    }
}

/// The error that stands beside data.
pub(crate) fn partial(error: &str) -> Error {
    let detail = ErrorDetail::parse(error.as_bytes(), None).unwrap_or_default();
    Error::Partial(Box::new(detail))
}

/// What is known of a list: before its first page what the address and the user say, then its shape.
#[derive(Debug)]
pub(crate) struct Reader {
    method: Method,
    known: Option<KnownList>,
    expected: Expected,
    /// The user's `--items`.
    named_items: Option<MemberPath>,
    /// The user's `--next-link`.
    named_link: Option<MemberPath>,
    /// The shape of the first page.
    shape: Option<Shape>,
    /// Whether the first page is an array.
    is_array: bool,
}

impl Reader {
    pub(crate) fn new(plan: &RequestPlan, request: &Request) -> Self {
        let is_post = request.method == Method::POST;
        let known = known_list(is_post, &request.url);
        let named_items = plan.items.as_ref().map(MemberPath::of);
        let named_link = plan.next_link.as_ref().map(MemberPath::of);
        let (items, link) = match known {
            Some(KnownList::CostQuery) => (vec![["properties", "rows"].as_slice()], LINK),
            Some(KnownList::PriceSheet) => (vec![["properties", "pricesheets"].as_slice()], LINK),
            Some(KnownList::ResourceGraph) => {
                let items = vec![["data"].as_slice(), ["data", "rows"].as_slice()];
                (items, [SKIP_TOKEN].as_slice())
            }
            None => (Vec::new(), [].as_slice()),
        };
        let mut expected = Expected {
            items: items.into_iter().map(path).collect(),
            links: (known.is_some()).then(|| path(link)).into_iter().collect(),
            link_is_certain: known.is_some() || named_link.is_some(),
            takes_token: is_post,
            is_linked: false,
        };
        if let Some(items) = &named_items {
            expected.items = vec![items.clone()];
        }
        if let Some(link) = &named_link {
            expected.links = vec![link.clone()];
        }
        Self {
            method: request.method.clone(),
            known,
            expected,
            named_items,
            named_link,
            shape: None,
            is_array: false,
        }
    }

    /// Tells whether the user has named the link, and the page holds none.
    pub(crate) fn misses_link(&self, page: &Page) -> Option<&MemberPath> {
        let (bytes, index) = page.unprinted.as_ref()?;
        self.named_link
            .as_ref()
            .filter(|_| index.link(bytes).is_none())
    }

    /// Reads a page.
    pub(crate) async fn read(
        &mut self,
        client: &Client,
        opened: OpenedResponse,
        printer: &mut Printer,
    ) -> Result<Page, Error> {
        let OpenedResponse {
            response, prefix, ..
        } = opened;
        let bytes = match prefix {
            BodyPrefix::Whole(bytes) => return self.read_whole(&response, bytes),
            BodyPrefix::Part(bytes) => bytes,
        };
        let url = response.url.clone();
        let head = Continuation::of_head(&self.method, &url, &response.headers);
        let found = self.stream(client, response, bytes, printer).await?;
        let is_unclear = !found.is_list && found.link.as_ref().is_some_and(is_named);
        let next = self.next(found.link, head.filter(|_| found.is_list));
        Ok(Page {
            unprinted: None,
            is_truncated: found.error.is_truncated() && self.ends_short(next.as_ref()),
            next,
            is_unclear,
            error: found.error.found(),
            url,
        })
    }

    /// Reads a page that is in memory. It is still to be printed.
    pub(crate) fn read_whole(&mut self, response: &Response, bytes: Bytes) -> Result<Page, Error> {
        let url = response.url.clone();
        let head = Continuation::of_head(&self.method, &url, &response.headers);
        let index = self.index(&bytes, head.is_some())?;
        let link = index.link(&bytes).filter(|_| index.is_list());
        let link = link.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let next = self.next(link, head.filter(|_| index.is_list()));
        Ok(Page {
            is_truncated: index.is_truncated(&bytes) && self.ends_short(next.as_ref()),
            next,
            is_unclear: index.is_unclear_list(&bytes),
            error: index.error_beside_data(&bytes),
            unprinted: Some((bytes, index)),
            url,
        })
    }

    /// Tells whether an answer that calls itself cut is so: where there is a token there are the rows, whatever else is
    /// said (recorded).
    fn ends_short(&self, next: Option<&Next>) -> bool {
        next.is_none() && self.known == Some(KnownList::ResourceGraph)
    }

    /// Tells whether a page that has begun so is a list.
    pub(crate) fn finds_list(&self, beginning: &[u8]) -> bool {
        let shape = self
            .shape
            .clone()
            .unwrap_or_else(|| self.expected.assumed());
        let mut is_list = false;
        let mut splitter = Splitter::new(shape, usize::MAX);
        let mut take = |part: Part<'_>| -> Result<(), crate::json::Error> {
            is_list |= matches!(part, Part::Items { .. });
            Ok(())
        };
        splitter.push(beginning, &mut take).is_ok() && is_list
    }

    /// Says how a list goes on: by the link in the document, else by the head of the answer.
    fn next(&self, link: Option<(String, String)>, head: Option<Continuation>) -> Option<Next> {
        match link.filter(is_named) {
            Some((name, value)) => self.goes_on(&name, &value),
            None => head.map(|continuation| Next {
                continuation,
                place: None,
            }),
        }
    }

    /// Says how a list goes on whose page holds this link.
    fn goes_on(&self, name: &str, value: &str) -> Option<Next> {
        let shape = self.shape.as_ref()?;
        let text = string_of(value)?;
        let is_post = self.method == Method::POST;
        let is_rows = shape.items == [path(&["properties", "rows"])];
        let continuation = if is_post && string_of(name).as_deref() == Some(SKIP_TOKEN) {
            Continuation::SkipToken(text)
        } else if self.known == Some(KnownList::CostQuery)
            || (is_post && is_rows && shape.links.contains(&path(LINK)))
        {
            Continuation::PostedLink(text)
        } else {
            Continuation::Link(text)
        };
        Some(Next {
            continuation,
            place: Some(shape.place_of(Some(name))),
        })
    }

    fn index(&mut self, bytes: &Bytes, is_linked: bool) -> Result<PageIndex, Error> {
        let index = if let Some(shape) = &self.shape {
            later_page(bytes, shape, self.is_array)?
        } else {
            self.expected.is_linked = is_linked;
            let (index, shape) = self.expected.read(bytes)?;
            self.check_first(bytes, &index, &shape)?;
            self.is_array = index.is_list() && !index.is_object();
            self.shape = Some(shape);
            index
        };
        if let Some((_, value)) = index.link(bytes) {
            self.check_link(value)?;
        }
        Ok(index)
    }

    /// Refuses a first page that is not what the user has said of it.
    fn check_first(&self, bytes: &Bytes, index: &PageIndex, shape: &Shape) -> Result<(), Error> {
        if let (Some(link), false) = (&self.named_link, index.is_object()) {
            return Err(Error::NoMembers {
                option: "--next-link",
                path: link.to_string(),
                kind: kind_of(bytes),
            });
        }
        if let Some(link) = &self.named_link
            && index.is_list()
            && shape.items.contains(link)
        {
            return Err(Error::NoLink {
                path: link.to_string(),
                kind: "an array",
            });
        }
        let Some(items) = &self.named_items else {
            return Ok(());
        };
        if !index.is_object() {
            return Err(Error::NoMembers {
                option: "--items",
                path: items.to_string(),
                kind: kind_of(bytes),
            });
        }
        if index.is_list() || index.has_null(bytes, &shape.items) {
            return Ok(());
        }
        let arrays = index.arrays(bytes);
        Err(Error::NoItems {
            path: items.to_string(),
            arrays: arrays.iter().map(MemberPath::to_string).collect(),
        })
    }

    /// Refuses a link that is neither text nor null, where it is certain to be the link.
    fn check_link(&self, value: &str) -> Result<(), Error> {
        if !self.expected.link_is_certain || value.starts_with('"') || value == "null" {
            return Ok(());
        }
        let mut paths = self.expected.links.iter().map(MemberPath::to_string);
        Err(Error::NoLink {
            path: paths.next().unwrap_or_default(),
            kind: kind_of(value.as_bytes()),
        })
    }

    /// Prints a page while it arrives.
    async fn stream(
        &mut self,
        client: &Client,
        mut response: Response,
        beginning: Bytes,
        printer: &mut Printer,
    ) -> Result<Found, Error> {
        let is_first = self.shape.is_none();
        let shape = self.shape.clone();
        let shape = shape.unwrap_or_else(|| self.expected.assumed());
        let is_guess = self.guesses();
        let mut found = Found::default();
        let mut splitter = Splitter::new(shape.clone(), printer.max_memory());
        let mut chunk = Some(beginning);
        while let Some(bytes) = chunk {
            splitter.push(&bytes, &mut |part| self.take(part, &mut found, printer))?;
            printer.flush()?;
            chunk = client.within(response.body.chunk()).await??;
        }
        splitter.finish(&mut |part| self.take(part, &mut found, printer))?;
        printer.flush()?;
        if is_first {
            self.is_array = found.is_array;
            self.shape = Some(if is_guess { Expected::plain() } else { shape });
            if let (Some(items), false) = (&self.named_items, found.is_list) {
                return Err(Error::NoItems {
                    path: items.to_string(),
                    arrays: Vec::new(),
                });
            }
        } else if !found.is_list {
            return Err(Error::NoPage);
        }
        if found.is_list && found.is_elsewhere {
            found.link = None;
        }
        Ok(found)
    }

    /// Tells whether nothing is known of the page: what stands where no list was looked for may be a
    /// link, or anything.
    fn guesses(&self) -> bool {
        self.shape.is_none() && self.expected.is_unknown()
    }

    fn take(&self, part: Part<'_>, found: &mut Found, printer: &mut Printer) -> Result<(), Error> {
        found.error.take(part);
        if let Part::Open { .. } = part {
            found.depth += 1;
        } else if part == Part::Close {
            found.depth = found.depth.saturating_sub(1);
        } else if let Part::Items { name } = part {
            found.is_list = true;
            found.is_array = name.is_none();
        }
        let Some((name, value)) = part.as_link() else {
            return printer.part(part);
        };
        self.check_link(value)?;
        let is_elsewhere = self.guesses() && (found.depth > 0 || name.contains('$'));
        if found.link.is_none() || (found.is_elsewhere && !is_elsewhere) {
            found.link = Some((name.to_owned(), value.to_owned()));
            found.is_elsewhere = is_elsewhere;
        }
        if is_elsewhere {
            return printer.part(Part::Member { name, value });
        }
        printer.part(part)
    }
}

/// What was seen of a page that is not kept.
#[derive(Debug, Default)]
struct Found {
    /// The raw name and value of the link.
    link: Option<(String, String)>,
    is_list: bool,
    is_array: bool,
    depth: usize,
    /// Whether the link stands where the link of a `value` does not.
    is_elsewhere: bool,
    error: DataError,
}

/// Where Cost Management and price sheets have their link.
const LINK: &[&str] = &["properties", "nextLink"];

fn path(names: &[&str]) -> MemberPath {
    MemberPath::of(names.iter().copied())
}

/// Tells whether a link is a text that is not blank.
fn is_named((_, value): &(String, String)) -> bool {
    string_of(value).is_some_and(|text| !text.trim().is_empty())
}

/// Indexes a later page. One that is no list, such as an error under a 200, would be lost among
/// the others.
fn later_page(bytes: &Bytes, shape: &Shape, is_array: bool) -> Result<PageIndex, Error> {
    let index = PageIndex::with_shape(bytes, shape.clone())?;
    let is_list = index.is_list() || index.has_null(bytes, &shape.items);
    if is_list && index.is_object() != is_array {
        Ok(index)
    } else {
        Err(Error::NoPage)
    }
}
