//! The loop over the pages of an answer: fetch, find the link, ask for the next page, print this
//! one meanwhile. Decides no exit code; says how far it came.

use bytes::Bytes;
use url::Url;

use super::printer::Printer;
use crate::azure::ErrorDetail;
use crate::client::{Client, LinkRefusal, Pager, ServiceError};
use crate::error::Error;
use crate::json::{ItemsMember, PageIndex, PagePart, Part, Splitter};
use crate::transport::{Beginning, Request, Response};

/// A page of at most this many bytes is checked before its first byte is printed.
pub(super) const WHOLE_PAGE: usize = 1 << 20;

/// How many pages are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// All, up to a number.
    Pages(u64),
    /// The first, as it was received.
    FirstPage,
}

/// How the list ended.
#[derive(Debug)]
pub(super) enum Ended {
    /// With the last page.
    Complete,
    /// With the first page, as it was received; there are more.
    FirstOfMore,
    /// By a limit of the user's; the link to go on, where there is one.
    Limited { link: Option<String> },
    /// By a failure after the first page.
    Failed { link: Option<String>, error: Error },
}

/// A page that was read.
struct Page {
    /// The page, where it is still to be printed.
    unprinted: Option<(Bytes, PageIndex)>,
    link: Option<String>,
    /// Whether it names a next page, but not which of its members goes on there.
    is_unclear: bool,
    url: Url,
}

impl Page {
    /// The service's own word that this is not all.
    fn error_beside_data(&self) -> Option<Error> {
        let (bytes, index) = self.unprinted.as_ref()?;
        let error = index.error_beside_data(bytes)?;
        let detail = ErrorDetail::parse(error.as_bytes(), None).unwrap_or_default();
        Some(Error::Partial(Box::new(detail)))
    }
}

/// What comes after a page.
enum Next {
    Page(Box<Request>),
    Nothing(Ended),
}

/// Prints an answer of JSON, page by page. An `Err` is a failure of the first page.
pub(super) async fn print(
    client: &Client,
    request: &Request,
    first: (Response, Beginning),
    reach: Reach,
    printer: &mut Printer,
) -> Result<Ended, Error> {
    let mut pager = Pager::new(request);
    let (mut response, mut beginning) = first;
    let mut number = 1;
    let mut items = None;
    let mut link_here = None;
    loop {
        let read = read_page(client, response, beginning, &mut items, printer).await;
        let page = match read {
            Ok(page) => page,
            Err(error) => return failed(printer, link_here, error),
        };
        let request = match after(&page, number, reach, &mut pager, client, printer) {
            Next::Page(request) => request,
            Next::Nothing(ended) => {
                printer.page(page.unprinted.as_ref())?;
                return Ok(ended);
            }
        };
        // The link as it is asked: complete, so that it can be asked again by hand.
        link_here = Some(request.url.to_string());
        // The next page is on its way while this one is printed.
        let (next_page, outcome) = tokio::join!(
            fetch(client, &mut pager, *request),
            print_meanwhile(page, printer)
        );
        outcome?;
        number += 1;
        (response, beginning) = match next_page {
            Ok(next_page) => next_page,
            Err(error) => return failed(printer, link_here, error),
        };
        printer.next_page();
    }
}

async fn print_meanwhile(page: Page, printer: &mut Printer) -> Result<(), Error> {
    // Lets the connection's task put the request on the wire first.
    tokio::task::yield_now().await;
    printer.page(page.unprinted.as_ref())
}

async fn fetch(
    client: &Client,
    pager: &mut Pager,
    request: Request,
) -> Result<(Response, Beginning), Error> {
    let mut request = request;
    let mut response = client.exchange(request.clone()).await?;
    if let Some(again) = pager.posted_again(&request, response.status) {
        request = again;
        response = client.exchange(request.clone()).await?;
    }
    if !response.status.is_success() {
        let error = ServiceError::read(&request, response);
        let error = client.within(error).await?;
        return Err(Error::Service(Box::new(error)));
    }
    Ok(client.begin(&request, response, WHOLE_PAGE).await?)
}

/// A failure before anything was printed is the run's, and so is one of this machine; any other
/// leaves the list incomplete.
fn failed(printer: &Printer, link: Option<String>, error: Error) -> Result<Ended, Error> {
    let of_this_machine = matches!(error, Error::Write(_) | Error::Answer(_));
    if of_this_machine || !printer.has_begun() {
        return Err(error);
    }
    Ok(Ended::Failed { link, error })
}

/// Reads a page: indexes a whole one, prints a large one as it arrives. `items` is the member that
/// holds the items, which the first page decides.
async fn read_page(
    client: &Client,
    response: Response,
    beginning: Beginning,
    items: &mut Option<ItemsMember>,
    printer: &mut Printer,
) -> Result<Page, Error> {
    let url = response.url.clone();
    match beginning {
        Beginning::Whole(bytes) => {
            let index = if let Some(items) = items {
                later_page(&bytes, items)?
            } else {
                let index = PageIndex::of(&bytes)?;
                *items = Some(index.items_member());
                index
            };
            Ok(Page {
                link: index.link(&bytes),
                is_unclear: index.is_unclear_list(&bytes),
                unprinted: Some((bytes, index)),
                url,
            })
        }
        Beginning::Part(bytes) => {
            let is_first = items.is_none();
            let items = items.get_or_insert_with(ItemsMember::value).clone();
            let (link, is_list) = stream(client, response, bytes, items, printer).await?;
            if !is_first && !is_list {
                return Err(Error::NoPage);
            }
            Ok(Page {
                unprinted: None,
                is_unclear: !is_list && link.is_some(),
                link,
                url,
            })
        }
    }
}

/// Indexes a later page. One that is no list, such as an error under a 200, would be lost among
/// the others.
fn later_page(bytes: &Bytes, items: &ItemsMember) -> Result<PageIndex, Error> {
    let index = PageIndex::of_later(bytes, items)?;
    let is_list = index.is_list() || index.has_null_for_items(bytes, items);
    if index.is_object() && is_list {
        Ok(index)
    } else {
        Err(Error::NoPage)
    }
}

/// Prints a page while it arrives. Returns its link, and whether it has a list.
async fn stream(
    client: &Client,
    mut response: Response,
    beginning: Bytes,
    items: ItemsMember,
    printer: &mut Printer,
) -> Result<(Option<String>, bool), Error> {
    let mut found = Found::default();
    let mut splitter = Splitter::new(items, printer.max_memory());
    let mut chunk = Some(beginning);
    while let Some(bytes) = chunk {
        splitter.push(&bytes, &mut |part| take(part, &mut found, printer))?;
        printer.flush()?;
        chunk = client.within(response.body.chunk()).await??;
    }
    splitter.finish(&mut |part| take(part, &mut found, printer))?;
    printer.flush()?;
    Ok((found.link, found.is_list))
}

/// What was seen of a page that is not kept.
#[derive(Debug, Default)]
struct Found {
    link: Option<String>,
    is_list: bool,
}

fn take(part: Part<'_>, found: &mut Found, printer: &mut Printer) -> Result<(), Error> {
    found.is_list |= matches!(part, Part::Items { .. });
    let part = PagePart::of(part);
    if let PagePart::Link { value, .. } = part
        && found.link.is_none()
    {
        found.link = crate::json::string_of(value);
    }
    printer.part(part)
}

/// Decides what comes after a page.
fn after(
    page: &Page,
    number: u64,
    reach: Reach,
    pager: &mut Pager,
    client: &Client,
    printer: &Printer,
) -> Next {
    let link = page.link.clone().filter(|link| !link.trim().is_empty());
    if page.is_unclear && reach != Reach::FirstPage {
        return Next::Nothing(Ended::Failed {
            link,
            error: Error::NoList,
        });
    }
    if let Some(error) = page.error_beside_data() {
        return Next::Nothing(Ended::Failed { link, error });
    }
    let waiting = page
        .unprinted
        .as_ref()
        .map_or(0, |(_, index)| index.count());
    let over = printer.excess(waiting);
    if over > 0 || (link.is_some() && printer.is_full(waiting)) {
        return Next::Nothing(Ended::Limited { link });
    }
    let Some(link) = link else {
        return Next::Nothing(Ended::Complete);
    };
    match reach {
        Reach::FirstPage => return Next::Nothing(Ended::FirstOfMore),
        Reach::Pages(most) if number >= most => {
            return Next::Nothing(Ended::Limited { link: Some(link) });
        }
        Reach::Pages(_) => {}
    }
    let items = page
        .unprinted
        .as_ref()
        .and_then(|(bytes, index)| index.items_text(bytes));
    match pager.next(Some(&link), &page.url, &client.target, items) {
        Ok(Some(request)) => Next::Page(Box::new(request)),
        Ok(None) => Next::Nothing(Ended::Complete),
        Err(refusal) => Next::Nothing(refused(refusal)),
    }
}

fn refused(refusal: LinkRefusal) -> Ended {
    Ended::Failed {
        link: Some(refusal.link().to_owned()),
        error: Error::Link(refusal),
    }
}
