//! The loop over the pages of an answer: fetch, find the link, ask for the next page, print this
//! one meanwhile. Decides no exit code; says how far it came.

use url::Url;

use crate::app::command::graph;
use crate::app::exchange::page_reader::{Next, Page, Reader};
use crate::app::exchange::printer::Printer;
use crate::azure;
use crate::client::{Client, Continuation, LinkRefusal, OpenedResponse, Pager};
use crate::error::Error;
use crate::json::LinkPlace;
use crate::output::Console;
use crate::plan::RequestPlan;
use crate::transport::{BodyPrefix, Request};

/// How the list ended.
#[derive(Debug)]
pub(crate) enum Ended {
    /// With the last page.
    Complete,
    /// With the first page, as it was received; there are more.
    FirstOfMore,
    /// By a limit of the user's; where to go on, where there is more.
    Limited { rest: Option<Rest> },
    /// By a failure after the first page.
    Failed { rest: Option<Rest>, error: Error },
}

/// The pages that are missing.
#[derive(Debug, Clone)]
pub(crate) struct Rest {
    /// Where they begin, as the document is to say it. An address is complete where it was asked.
    pub(crate) continuation: Continuation,
    /// Where they begin, for a command: an address is complete.
    pub(crate) complete: Continuation,
    /// The place in the document that says so; none if no member did.
    pub(crate) place: Option<LinkPlace>,
}

impl Rest {
    /// The pages that a page at this address names. A link in the document stays as it is.
    fn of(next: Next, page: &Url) -> Self {
        let mut complete = next.continuation.clone();
        if let Continuation::Link(link) = &mut complete
            && let Ok(Some(url)) = azure::resolve(link, page, None)
        {
            *link = url.into();
        }
        Self {
            continuation: next.continuation,
            complete,
            place: next.place,
        }
    }

    /// The same with the address as it is asked.
    pub(crate) fn asked(next: Next, request: &Request) -> Self {
        let mut complete = next.continuation;
        if let Continuation::Link(link) | Continuation::PostedLink(link) = &mut complete {
            *link = request.url.to_string();
        }
        Self {
            continuation: complete.clone(),
            complete,
            place: next.place,
        }
    }
}

/// What comes after a page.
enum Then {
    Page(Box<Request>, Rest),
    Nothing(Ended),
}

/// Prints an answer of JSON, page by page. An `Err` is a failure of the first page.
pub(crate) async fn print(
    client: &Client,
    first: OpenedResponse,
    plan: &RequestPlan,
    printer: &mut Printer,
    console: Console,
) -> Result<Ended, Error> {
    let mut pager = Pager::new(&first.request);
    let mut reader = Reader::new(plan, &first.request);
    let mut opened = first;
    let mut number = 1;
    let mut rest_here = None;
    if let Some(note) = graph::note_of_scope(&opened.response.headers) {
        console.note(note);
    }
    loop {
        let page = match reader.read(client, opened, printer).await {
            Ok(page) => page,
            Err(error) => return failed(printer, rest_here, error),
        };
        if let (1, Some(link)) = (number, reader.misses_link(&page)) {
            console.note(&format!("the answer has no `{link}`: it is the only page"));
        }
        let request = match after(&page, number, plan.most_pages, &mut pager, client, printer) {
            Then::Page(request, rest) => {
                rest_here = Some(rest);
                request
            }
            Then::Nothing(ended) => {
                printer.page(page.unprinted.as_ref())?;
                return Ok(ended);
            }
        };
        // The next page is on its way while this one is printed.
        let (next_page, outcome) = tokio::join!(
            fetch(client, &mut pager, *request, &mut rest_here),
            print_meanwhile(page, printer)
        );
        outcome?;
        number += 1;
        opened = match next_page {
            Ok(next_page) => next_page,
            Err(error) => return failed(printer, rest_here, error),
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
    rest: &mut Option<Rest>,
) -> Result<OpenedResponse, Error> {
    let mut request = request;
    let mut response = client.exchange(request.clone()).await?;
    if let Some(again) = pager.posted_again(&request, response.status) {
        request = again;
        if let Some(rest) = rest {
            rest.continuation = Continuation::PostedLink(request.url.to_string());
            rest.complete = rest.continuation.clone();
        }
        response = client.exchange(request.clone()).await?;
    }
    let response = client.check(&request, response).await?;
    Ok(client.open(request, response, BodyPrefix::WHOLE).await?)
}

/// A failure before anything was printed is the run's, and so is one of this machine; any other
/// leaves the list incomplete.
fn failed(printer: &Printer, rest: Option<Rest>, error: Error) -> Result<Ended, Error> {
    let of_this_machine = matches!(error, Error::Write(_) | Error::Answer(_));
    if of_this_machine || !printer.has_begun() {
        return Err(error);
    }
    Ok(Ended::Failed { rest, error })
}

/// Decides what comes after a page. `most` is how many pages are asked for; without it, the first as
/// it was received.
fn after(
    page: &Page,
    number: u64,
    most: Option<u64>,
    pager: &mut Pager,
    client: &Client,
    printer: &Printer,
) -> Then {
    let rest = || page.next.clone().map(|next| Rest::of(next, &page.url));
    if page.is_unclear && most.is_some() {
        return Then::Nothing(Ended::Failed {
            rest: rest(),
            error: Error::NoList,
        });
    }
    if let Some(error) = page.error_beside_data() {
        return Then::Nothing(Ended::Failed {
            rest: rest(),
            error,
        });
    }
    let waiting = page
        .unprinted
        .as_ref()
        .map_or(0, |(_, index)| index.count());
    let over = printer.excess(waiting);
    let goes_on = page.next.is_some() || page.is_truncated;
    if over > 0 || (goes_on && printer.is_full(waiting)) {
        return Then::Nothing(Ended::Limited { rest: rest() });
    }
    let Some(next) = page.next.clone() else {
        return Then::Nothing(if page.is_truncated {
            Ended::Failed {
                rest: None,
                error: Error::Truncated,
            }
        } else {
            Ended::Complete
        });
    };
    match most {
        None => return Then::Nothing(Ended::FirstOfMore),
        Some(most) if number >= most => return Then::Nothing(Ended::Limited { rest: rest() }),
        Some(_) => {}
    }
    let items = page
        .unprinted
        .as_ref()
        .and_then(|(bytes, index)| index.items_text(bytes));
    match pager.next(Some(&next.continuation), &page.url, &client.target, items) {
        Ok(Some(request)) => {
            let rest = Rest::asked(next, &request);
            Then::Page(Box::new(request), rest)
        }
        Ok(None) => Then::Nothing(Ended::Complete),
        Err(refusal) => Then::Nothing(refused(next, &page.url, refusal)),
    }
}

fn refused(next: Next, page: &Url, refusal: LinkRefusal) -> Ended {
    Ended::Failed {
        rest: Some(Rest::of(next, page)),
        error: Error::Link(refusal),
    }
}
