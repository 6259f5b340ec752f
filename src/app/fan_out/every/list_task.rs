//! Fetches one of many lists, page by page: each page is printed if it is the list's turn, else kept. Who keeps it and
//! knows whose turn it is: `merge`; who begins the lists: `scheduler`.

use std::cell::RefCell;
use std::rc::Rc;

use url::Url;

use crate::app::exchange::power_states::PowerLists;
use crate::app::exchange::{attempt, paging, resume_command};
use crate::app::fan_out::concurrency::AdaptiveConcurrency;
use crate::app::fan_out::every::context::FanOut;
use crate::app::fan_out::every::merge::{BufferedPages, ReorderBuffer};
use crate::app::fan_out::every::scopes::Scope;
use crate::app::session::run::Session;
use crate::azure::{query_values, set_query};
use crate::client::{Event, FetchedPage, LargePage, List, Page, PageError, ResumePoint};
use crate::error::{Error, Failure, Incomplete, Remainder, WildcardError};
use crate::plan::Registering;
use crate::transport::Request;

/// The parameter that says which version of a type is meant.
const API_VERSION: &str = "api-version";

/// What all lists share while they are fetched.
pub(crate) struct ListRun {
    pub(crate) fan_out: Rc<FanOut>,
    pub(crate) scopes: Vec<Scope>,
    pub(crate) buffer: ReorderBuffer,
    pub(crate) concurrency: Rc<RefCell<AdaptiveConcurrency>>,
    /// Whether the user has said how many are asked at a time.
    pub(crate) is_parallel_given: bool,
    /// The version that helped if the planned one was refused.
    pub(crate) api_version: RefCell<Option<String>>,
    /// The power states of the machines that are listed, if they are wanted.
    pub(crate) power: Option<PowerLists>,
}

impl ListRun {
    /// Takes note of a version that was taken instead of one that the service refused: the others need not be refused.
    fn learn_version(&self, planned: &Url, requested: &Url) {
        let version = |url| query_values(url, API_VERSION).into_iter().next();
        let (before, after) = (version(planned), version(requested));
        if before == after || *self.api_version.borrow() == after {
            return;
        }
        let words = |version: &Option<String>| version.clone().unwrap_or_default();
        self.fan_out.session.console.note(format!(
            "api-version `{}` was refused: asking with `{}`",
            words(&before),
            words(&after)
        ));
        self.api_version.replace(after);
    }
}

/// How one list ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ListEnding {
    /// With its last page.
    Complete,
    /// With the last page that the user wants of each; there are more.
    MorePages,
    /// With the page that filled the document; there are more.
    Full,
}

/// What came of one list.
#[derive(Debug)]
pub(crate) struct FetchedList {
    /// The pages that are still to be printed.
    pub(crate) pages: BufferedPages,
    /// How it ended.
    pub(crate) result: Result<ListEnding, Failure>,
}

/// Fetches one list.
pub(crate) async fn fetch(run: Rc<ListRun>, number: usize) -> FetchedList {
    let mut buffered = BufferedPages::default();
    let result = match run.scopes.get(number) {
        Some(scope) => {
            let mut task = ListTask::new(&run, number, scope);
            Box::pin(task.pages(&mut buffered)).await
        }
        None => Ok(ListEnding::Complete),
    };
    if result.is_ok() {
        run.concurrency.borrow_mut().came_through();
    }
    if !run.buffer.is_at_turn(number) {
        run.buffer.hold(&mut buffered);
    }
    FetchedList {
        pages: buffered,
        result,
    }
}

/// A list that is being fetched.
struct ListTask<'a> {
    run: &'a ListRun,
    number: usize,
    session: Session,
    request: Request,
}

impl<'a> ListTask<'a> {
    fn new(run: &'a ListRun, number: usize, scope: &Scope) -> Self {
        let fan_out = &run.fan_out;
        let tell = fan_out.quiet_observer();
        let concurrency = Rc::clone(&run.concurrency);
        let observer = move |event: Event<'_>| {
            let is_refused = match event {
                Event::Response(response) => response.status == http::StatusCode::TOO_MANY_REQUESTS,
                Event::NearlyEmpty(_) => true,
                Event::Token { .. }
                | Event::Cache(_)
                | Event::Request(_)
                | Event::Retry { .. }
                | Event::Waited
                | Event::Slowed(_) => false,
            };
            if is_refused {
                concurrency.borrow_mut().lower(number);
            }
            tell(event);
        };
        // What is said of each when providers are registered is about that one; all else would be said of all.
        let console = match fan_out.session.plan.registering {
            Registering::OnDemand => fan_out.session.console,
            Registering::Never => fan_out.quiet_console(),
        };
        let mut session = fan_out.fork(None, console, Box::new(observer));
        session.client.subscription_id = Some(scope.subscription.to_string());
        let mut request = session.request();
        request.url.clone_from(&scope.url);
        if let Some(version) = &*run.api_version.borrow() {
            set_query(&mut request.url, API_VERSION, version);
        }
        Self {
            run,
            number,
            session,
            request,
        }
    }

    /// Fetches the pages, and keeps in `buffered` what cannot be printed yet.
    async fn pages(&mut self, buffered: &mut BufferedPages) -> Result<ListEnding, Failure> {
        let plan = Rc::clone(&self.session.plan);
        let planned = self.request.url.clone();
        let response = attempt::send(&self.session, &mut self.request).await?;
        self.run.learn_version(&planned, &self.request.url);
        if !response.status.is_success() {
            // The user has expected it: it holds no items.
            return Ok(ListEnding::Complete);
        }
        if let Some(lists) = &self.run.power {
            lists.fetch(&self.session, &self.request.url).await?;
        }
        let members = paging::members(&plan);
        let client = &self.session.client;
        let mut list = List::of_response(client, &self.request, response, &members);
        let most = plan.options.paging.most_pages().unwrap_or(1);
        let mut items = 0;
        // Where the page begins that was read last.
        let mut begun_at = None;
        loop {
            let begins_at = list.resume_point().cloned();
            let page = match self.page(&mut list, buffered, &mut items).await {
                Ok(Some(page)) => page,
                Ok(None) => return Ok(ListEnding::Complete),
                Err(error @ Error::Link(_)) => return Err(self.incomplete(error, items, begun_at)),
                Err(error) => return Err(self.incomplete(error, items, begins_at)),
            };
            let error = page.found_error();
            let error = error.or(page.is_unclear.then_some(PageError::NoList));
            if let Some(error) = error {
                return Err(self.incomplete(error.into(), items, begins_at));
            }
            if list.goes_on() {
                if self.run.buffer.is_full() {
                    return Ok(ListEnding::Full);
                }
                if list.pages() >= most {
                    return Ok(ListEnding::MorePages);
                }
            }
            begun_at = begins_at;
        }
    }

    /// Fetches a page when there is room for it, and puts it into the buffer.
    async fn page(
        &self,
        list: &mut List<'_>,
        buffered: &mut BufferedPages,
        items: &mut u64,
    ) -> Result<Option<Page>, Error> {
        let buffer = &self.run.buffer;
        if list.pages() > 0 && list.goes_on() {
            let room = buffer.wait_for_room(self.number);
            self.session.client.within(room).await?;
        }
        let Some(response) = list.request().await? else {
            return Ok(None);
        };
        let room = buffer.reserve(self.number, response);
        let room = self.session.client.within(room).await?;
        let fetched = list.next().await?;
        drop(room);
        let mut page = match fetched {
            None => return Ok(None),
            Some(FetchedPage::Whole(page)) => page,
            Some(FetchedPage::Large(page)) => self.stream(list, page, buffered, items).await?,
        };
        if let Some(content) = page.content.take() {
            *items += content.index.count();
            buffer.take(self.number, content, buffered).await?;
        }
        Ok(Some(page))
    }

    /// Prints a page while it arrives, when it is this list's turn.
    async fn stream(
        &self,
        list: &mut List<'_>,
        page: LargePage,
        buffered: &mut BufferedPages,
        items: &mut u64,
    ) -> Result<Page, Error> {
        if !list.finds_items(&page) {
            return Err(WildcardError::LargeItem.into());
        }
        let buffer = &self.run.buffer;
        self.session
            .client
            .within(buffer.wait_for_turn(self.number))
            .await?;
        buffer.flush(buffered).await?;
        let mut writer = buffer.lock_writer().await;
        let before = writer.items();
        let page = list.stream(page, &mut *writer).await;
        let found = writer.items() - before;
        buffer.sync_counters(&writer);
        writer.end_page()?;
        drop(writer);
        *items += found;
        buffer.progress.add(found);
        page
    }

    /// A failure after the first page leaves this list incomplete; of this machine, all of them.
    fn incomplete(&self, error: Error, items: u64, from: Option<ResumePoint>) -> Failure {
        let Some(from) = from.filter(|_| !error.is_of_this_machine()) else {
            return error.into();
        };
        let go_on = resume_command::go_on(&from.complete, items, &self.request, &self.session.plan);
        Failure::from(error).with_incomplete(Incomplete {
            items,
            remainder: Remainder::Resume(go_on),
        })
    }
}
