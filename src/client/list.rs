//! The loop over the pages of a list: requests each page, reads it, and finds the request of the next one. Who reads a
//! page: `page_reader`; who decides where a link may lead: `pager`; what is done with the pages is the caller's.

use serde::de::DeserializeOwned;
use url::Url;

use super::continuation::Continuation;
use super::exchange::Client;
use super::list_error::{ListError, PageError};
use super::opened::OpenedResponse;
use super::page_reader::{
    FetchedPage, LargePage, ListMembers, NextPage, Page, PageConsumer, PageReader,
};
use super::pager::{NextLinkError, Pager};
use crate::azure;
use crate::json::{self, LinkPlace};
use crate::transport::{BodyPrefix, Request, Response};

/// The most bytes of a list that is kept whole: the types of a cloud, and the subscriptions of a tenant, are some MB.
const MOST_WHOLE: usize = 256 << 20;
/// What a page costs in memory in addition to its bytes.
const PAGE_COST: usize = 4096;

/// A list that is fetched page by page.
pub struct List<'a> {
    client: &'a Client,
    pager: Pager,
    reader: PageReader,
    /// A page up to this size is read to its end before it is returned.
    whole_page: usize,
    /// What the pages of a list cost that is kept whole.
    whole_bytes: usize,
    state: State,
    /// How many pages were returned.
    pages: u64,
    resume_point: Option<ResumePoint>,
}

/// How far the list is.
#[derive(Debug)]
enum State {
    /// The next page is to be requested.
    Due(Box<Request>),
    /// Its head is here.
    Responded(Box<Request>, Box<Response>),
    /// Its body was begun.
    Opened(Box<OpenedResponse>),
    /// The link to it must not be followed.
    Refused(NextLinkError),
    /// There is none.
    Ended,
}

/// Where a list continues that was not fetched to its end.
#[derive(Debug, Clone)]
pub struct ResumePoint {
    /// As the document is to say it. An address is complete where it was requested.
    pub continuation: Continuation,
    /// As a command needs it: an address is complete.
    pub complete: Continuation,
    /// The place in the document that says so; none if no member did.
    pub place: Option<LinkPlace>,
}

/// How a list ended.
#[derive(Debug)]
pub enum ListEnd<E> {
    /// With its last page.
    Complete,
    /// With the first page, as it was received; there are more.
    FirstOfMore,
    /// By a limit of the user's; where to go on, if there is more.
    Limited {
        /// Where the pages begin that were not requested.
        resume_point: Option<ResumePoint>,
    },
    /// By a failure after the first page.
    Failed {
        /// Where the pages begin that are missing.
        resume_point: Option<ResumePoint>,
        /// Why.
        error: E,
    },
}

/// How a number of items compares to the most that are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ItemLimit {
    /// More are wanted.
    Open,
    /// There are as many as are wanted.
    Reached,
    /// There are more than are wanted.
    Exceeded,
}

impl<'a> List<'a> {
    /// The list that a request begins.
    pub fn new(client: &'a Client, first: &Request, members: &ListMembers) -> Self {
        let state = State::Due(Box::new(first.clone()));
        Self::in_state(client, first, members, state)
    }

    /// The list whose first page is in a response to `first`.
    pub fn of_response(
        client: &'a Client,
        first: &Request,
        response: Response,
        members: &ListMembers,
    ) -> Self {
        let state = State::Responded(Box::new(first.clone()), Box::new(response));
        Self::in_state(client, first, members, state)
    }

    /// The list whose first page was begun.
    pub fn of_opened(client: &'a Client, first: OpenedResponse, members: &ListMembers) -> Self {
        let request = first.request.clone();
        Self::in_state(client, &request, members, State::Opened(Box::new(first)))
    }

    fn in_state(client: &'a Client, first: &Request, members: &ListMembers, state: State) -> Self {
        Self {
            client,
            pager: Pager::new(first),
            reader: PageReader::new(members, first),
            whole_page: BodyPrefix::WHOLE,
            whole_bytes: 0,
            state,
            pages: 0,
            resume_point: None,
        }
    }

    /// The same list, with pages up to this size read to their end.
    #[must_use]
    pub fn with_whole_pages(mut self, most: usize) -> Self {
        self.whole_page = most;
        self
    }

    /// Where the pages begin that were not returned; `None` before the first one.
    pub fn resume_point(&self) -> Option<&ResumePoint> {
        self.resume_point.as_ref()
    }

    /// How many pages were returned.
    pub fn pages(&self) -> u64 {
        self.pages
    }

    /// Tells whether another page follows, or would if its link could be followed.
    pub fn goes_on(&self) -> bool {
        !matches!(self.state, State::Ended)
    }

    /// Tells whether the page is the only one because it has no member that the user has named as its link.
    pub fn misses_link(&self, page: &Page) -> Option<&json::MemberPath> {
        self.reader.misses_link(page)
    }

    /// Requests the next page, if that was not done, and returns its head. What is called meanwhile can deal with the
    /// page before.
    pub async fn request(&mut self) -> Result<Option<&Response>, ListError> {
        if let State::Due(request) = &self.state {
            let (request, response) = self.fetch((**request).clone()).await?;
            self.state = State::Responded(Box::new(request), Box::new(response));
        }
        match &self.state {
            State::Responded(_, response) => Ok(Some(response)),
            State::Opened(opened) => Ok(Some(&opened.response)),
            State::Refused(refusal) => Err(refusal.clone().into()),
            State::Due(_) | State::Ended => Ok(None),
        }
    }

    async fn fetch(&mut self, request: Request) -> Result<(Request, Response), ListError> {
        let mut request = request;
        let mut response = self.client.exchange(request.clone()).await?;
        if let Some(again) = self.pager.posted_again(&request, response.status) {
            request = again;
            if let Some(point) = &mut self.resume_point {
                point.continuation = Continuation::PostedLink(request.url.to_string());
                point.complete = point.continuation.clone();
            }
            response = self.client.exchange(request.clone()).await?;
        }
        let response = self.client.check(&request, response).await?;
        Ok((request, response))
    }

    /// Fetches and reads the next page, if there is one. A first page without a body does not count.
    pub async fn next(&mut self) -> Result<Option<FetchedPage>, ListError> {
        self.request().await?;
        let opened = match std::mem::replace(&mut self.state, State::Ended) {
            State::Responded(request, response) => {
                self.client
                    .open(*request, *response, self.whole_page)
                    .await?
            }
            State::Opened(opened) => *opened,
            State::Due(_) | State::Refused(_) | State::Ended => return Ok(None),
        };
        if opened.bytes().is_empty() {
            return if self.pages == 0 {
                Ok(None)
            } else {
                Err(PageError::NoBody.into())
            };
        }
        let read = self.reader.read(opened)?;
        self.pages += 1;
        if let FetchedPage::Whole(page) = &read {
            self.follow(page);
        }
        Ok(Some(read))
    }

    /// Fetches the next page of a list that is of use in memory only.
    ///
    /// # Errors
    /// What the service or the network says; [`PageError::NoPage`] if the page is not a list, or larger than a whole
    /// page may be.
    pub async fn next_whole(&mut self) -> Result<Option<Page>, ListError> {
        match self.next().await {
            Ok(None) if self.pages > 0 => Ok(None),
            Ok(Some(FetchedPage::Whole(page))) if page.is_list() => {
                let bytes = page
                    .content
                    .as_ref()
                    .map_or(0, |content| content.bytes.len());
                self.whole_bytes = with_page(self.whole_bytes, bytes)?;
                Ok(Some(page))
            }
            Ok(_) | Err(ListError::Json(_) | ListError::Page(_)) => Err(PageError::NoPage.into()),
            Err(error) => Err(error),
        }
    }

    /// Tells whether a large page is one of a list, as far as its beginning shows that.
    pub fn finds_items(&self, page: &LargePage) -> bool {
        self.reader.finds_items(page)
    }

    /// Hands the parts of a large page to its consumer while they arrive.
    pub async fn stream<C: PageConsumer>(
        &mut self,
        page: LargePage,
        consumer: &mut C,
    ) -> Result<Page, C::Error> {
        let page = self.reader.stream(self.client, page, consumer).await?;
        self.follow(&page);
        Ok(page)
    }

    /// Finds the request of the page after this one.
    fn follow(&mut self, page: &Page) {
        let Some(next) = &page.next else {
            return;
        };
        let items = page.items_text();
        let target = &self.client.target;
        let request = self
            .pager
            .next(Some(&next.continuation), &page.url, target, items);
        match request {
            Ok(Some(request)) => {
                self.resume_point = Some(ResumePoint::requested(next, &request));
                self.state = State::Due(Box::new(request));
            }
            Ok(None) => {}
            Err(refusal) => {
                self.resume_point = page.resume_point();
                self.state = State::Refused(refusal);
            }
        }
    }
}

impl ResumePoint {
    /// The page that a page at this address names. A link in the document stays as it is.
    fn named(next: &NextPage, page: &Url) -> Self {
        let mut complete = next.continuation.clone();
        if let Continuation::Link(link) = &mut complete
            && let Ok(Some(url)) = azure::resolve(link, page, None)
        {
            *link = url.into();
        }
        Self {
            continuation: next.continuation.clone(),
            complete,
            place: next.place.clone(),
        }
    }

    /// The same with the address as it is requested.
    fn requested(next: &NextPage, request: &Request) -> Self {
        let mut complete = next.continuation.clone();
        if let Continuation::Link(link) | Continuation::PostedLink(link) = &mut complete {
            *link = request.url.to_string();
        }
        Self {
            continuation: complete.clone(),
            complete,
            place: next.place.clone(),
        }
    }
}

impl Page {
    /// Where the pages after this one begin, where it names one.
    pub fn resume_point(&self) -> Option<ResumePoint> {
        let next = self.next.as_ref()?;
        Some(ResumePoint::named(next, &self.url))
    }

    /// Tells whether the list ends with this page, its `number`th, and how. `most_pages` is how many are wanted;
    /// without it, the first as it was received.
    pub fn end<E: From<PageError>>(
        &self,
        number: u64,
        most_pages: Option<u64>,
        limit: ItemLimit,
    ) -> Option<ListEnd<E>> {
        let failed = |error: PageError| ListEnd::Failed {
            resume_point: self.resume_point(),
            error: error.into(),
        };
        if self.is_unclear && most_pages.is_some() {
            return Some(failed(PageError::NoList));
        }
        if let Some(error) = self.found_error() {
            return Some(failed(error));
        }
        let goes_on = self.next.is_some() || self.is_truncated;
        if limit == ItemLimit::Exceeded || (goes_on && limit == ItemLimit::Reached) {
            return Some(ListEnd::Limited {
                resume_point: self.resume_point(),
            });
        }
        if self.next.is_none() {
            return Some(if self.is_truncated {
                ListEnd::Failed {
                    resume_point: None,
                    error: PageError::Truncated.into(),
                }
            } else {
                ListEnd::Complete
            });
        }
        match most_pages {
            None => Some(ListEnd::FirstOfMore),
            Some(most) if number >= most => Some(ListEnd::Limited {
                resume_point: self.resume_point(),
            }),
            Some(_) => None,
        }
    }
}

/// Fetches all items of a list at `value`, with pages of at most `most_bytes`, into memory.
///
/// # Errors
/// What the service or the network says; [`PageError::NoPage`] if a page is not a list of such items.
pub async fn collect<T: DeserializeOwned>(
    client: &Client,
    first: &Request,
    most_bytes: usize,
) -> Result<Vec<T>, ListError> {
    let members = ListMembers::of_resource_manager();
    let mut list = List::new(client, first, &members).with_whole_pages(most_bytes);
    let mut items = Vec::new();
    while let Some(page) = list.next_whole().await? {
        for item in page.items() {
            items.push(serde_json::from_str(item).map_err(|_| PageError::NoPage)?);
        }
    }
    Ok(items)
}

/// Counts one more whole page: a list without an end, be its pages empty, must not fill the memory.
fn with_page(before: usize, page: usize) -> Result<usize, PageError> {
    let total = before.saturating_add(page).saturating_add(PAGE_COST);
    if total > MOST_WHOLE {
        return Err(PageError::TooLarge { limit: MOST_WHOLE });
    }
    Ok(total)
}

#[cfg(test)]
mod tests {
    use url::Url;

    use super::{ItemLimit, ListEnd, MOST_WHOLE, PageError, with_page};
    use crate::client::{Continuation, NextPage, Page};
    use crate::json::FoundError;

    #[test]
    fn a_list_that_is_kept_in_memory_has_a_limit() {
        for (page, most_pages) in [(1 << 20, 256), (MOST_WHOLE, 0), (0, MOST_WHOLE)] {
            let mut kept = Ok(0);
            let mut count = 0;
            while let Ok(before) = kept
                && count <= most_pages
            {
                kept = with_page(before, page);
                count += 1;
            }
            assert!(kept.is_err(), "{count} pages of {page} bytes are kept");
        }
    }

    /// A page that is not kept, with or without a link to the next one.
    fn page(link: Option<&str>) -> Page {
        let next = link.map(|link| NextPage {
            continuation: Continuation::Link(link.to_owned()),
            place: None,
        });
        Page {
            content: None,
            next,
            is_unclear: false,
            error: None,
            is_truncated: false,
            unfollowed: None,
            url: Url::parse("https://management.azure.com/subscriptions?a=b").unwrap(),
        }
    }

    fn words(end: Option<ListEnd<PageError>>) -> String {
        let (name, point) = match end {
            None => return "goes on".to_owned(),
            Some(ListEnd::Complete) => return "complete".to_owned(),
            Some(ListEnd::FirstOfMore) => return "first of more".to_owned(),
            Some(ListEnd::Limited { resume_point }) => ("limited".to_owned(), resume_point),
            Some(ListEnd::Failed {
                resume_point,
                error,
            }) => (format!("{error:?}"), resume_point),
        };
        let link = point.map(|point| point.complete.text().to_owned());
        format!("{name}, {}", link.as_deref().unwrap_or("nowhere"))
    }

    #[track_caller]
    fn check(page: &Page, number: u64, most: Option<u64>, limit: ItemLimit, expected: &str) {
        assert_eq!(words(page.end(number, most, limit)), expected);
    }

    #[test]
    fn a_list_ends_with_its_last_page_or_a_limit() {
        let (last, other) = (page(None), page(Some("/next")));
        let rest = "limited, https://management.azure.com/next";
        for (limit, of_last, of_other) in [
            (ItemLimit::Open, "complete", "goes on"),
            (ItemLimit::Reached, "complete", rest),
            (ItemLimit::Exceeded, "limited, nowhere", rest),
        ] {
            check(&last, 1, Some(9), limit, of_last);
            check(&other, 1, Some(9), limit, of_other);
        }
        check(&other, 9, Some(9), ItemLimit::Open, rest);
        check(&other, 1, None, ItemLimit::Open, "first of more");
        check(&last, 1, None, ItemLimit::Open, "complete");
    }

    #[test]
    fn a_page_that_is_not_whole_ends_the_list() {
        let rest = "https://management.azure.com/next";
        let unclear = Page {
            is_unclear: true,
            ..page(Some("/next"))
        };
        check(
            &unclear,
            1,
            Some(9),
            ItemLimit::Open,
            &format!("NoList, {rest}"),
        );
        check(&unclear, 1, None, ItemLimit::Open, "first of more");
        let truncated = Page {
            is_truncated: true,
            ..page(None)
        };
        check(
            &truncated,
            1,
            Some(9),
            ItemLimit::Open,
            "Truncated, nowhere",
        );
        check(
            &truncated,
            1,
            Some(9),
            ItemLimit::Reached,
            "limited, nowhere",
        );
        let partial = Page {
            error: Some(FoundError::BesideData("{\"code\":\"C\"}".to_owned())),
            ..page(Some("/next"))
        };
        let end = words(partial.end(1, Some(9), ItemLimit::Exceeded));
        assert!(end.starts_with("Partial") && end.ends_with(rest), "{end}");
    }
}
