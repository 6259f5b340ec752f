//! Asks one of many: page after page, each printed or kept as its turn has it. Knows nothing of the others but whether
//! they are ahead.

use std::cell::RefCell;
use std::rc::Rc;

use http::header;
use url::Url;

use crate::app::exchange::{attempt, paging, request, resume_command};
use crate::app::fan_out::concurrency::AdaptiveConcurrency;
use crate::app::fan_out::every::context::Source;
use crate::app::fan_out::every::merge::{BufferedPages, ReorderBuffer};
use crate::app::fan_out::every::scopes::Scope;
use crate::azure::{query_values, set_query};
use crate::client::{Client, Event, FetchedPage, LargePage, List, Page, PageError, ResumePoint};
use crate::error::{Error, Failure, Incomplete, Remainder, WildcardError};
use crate::plan::Registering;
use crate::transport::Request;

/// The parameter that says which version of a type is meant.
const API_VERSION: &str = "api-version";

/// What all that are asked have in common while they are.
pub(crate) struct Run {
    pub(crate) source: Rc<Source>,
    pub(crate) scopes: Vec<Scope>,
    pub(crate) desk: ReorderBuffer,
    pub(crate) width: Rc<RefCell<AdaptiveConcurrency>>,
    /// The version that helped where the planned one was refused.
    pub(crate) version: RefCell<Option<String>>,
    /// The number of the one that starts next.
    pub(crate) next: Rc<std::cell::Cell<usize>>,
}

impl Run {
    /// Takes note of a version that was taken instead of one that the service refused: the others need not be refused.
    fn learn_version(&self, asked: &Url, answered: &Url) {
        let version = |url| query_values(url, API_VERSION).into_iter().next();
        let (before, after) = (version(asked), version(answered));
        if before == after || *self.version.borrow() == after {
            return;
        }
        let words = |version: &Option<String>| version.clone().unwrap_or_default();
        self.source.console.note(&format!(
            "api-version `{}` was refused: asking with `{}`",
            words(&before),
            words(&after)
        ));
        self.version.replace(after);
    }
}

/// How the list of one ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ending {
    /// With its last page.
    Complete,
    /// With the last page that the user wants of each; there are more.
    MorePages,
    /// With the page that filled the document; there are more.
    Full,
}

/// What came of one.
#[derive(Debug)]
pub(crate) struct Answered {
    pub(crate) number: usize,
    /// The pages that are still to be printed.
    pub(crate) hand: BufferedPages,
    /// How it ended.
    pub(crate) result: Result<Ending, Failure>,
}

/// Asks one of them.
pub(crate) async fn ask(run: Rc<Run>, number: usize) -> Answered {
    let mut hand = BufferedPages::default();
    let result = match run.scopes.get(number) {
        Some(scope) => {
            let mut asking = Asking::new(&run, number, scope);
            Box::pin(asking.pages(&mut hand)).await
        }
        None => Ok(Ending::Complete),
    };
    if result.is_ok() {
        run.width.borrow_mut().came_through();
    }
    if !run.desk.is_at_turn(number) {
        run.desk.put_by(&mut hand);
    }
    Answered {
        number,
        hand,
        result,
    }
}

/// One that is asked.
struct Asking<'a> {
    run: &'a Run,
    number: usize,
    client: Client,
    request: Request,
}

impl<'a> Asking<'a> {
    fn new(run: &'a Run, number: usize, scope: &Scope) -> Self {
        let source = &run.source;
        let told = source.quiet_observer();
        let (width, next) = (Rc::clone(&run.width), Rc::clone(&run.next));
        let mut client = source.client(
            None,
            Box::new(move |event| {
                let is_refused = match event {
                    Event::Response(response) => {
                        response.status == http::StatusCode::TOO_MANY_REQUESTS
                    }
                    Event::NearlyEmpty(_) => true,
                    Event::Token { .. }
                    | Event::Cache(_)
                    | Event::Request(_)
                    | Event::Retry { .. }
                    | Event::Waited
                    | Event::Slowed(_) => false,
                };
                if is_refused {
                    width.borrow_mut().narrow(number, next.get());
                }
                told(event);
            }),
        );
        client.subscription_id = Some(scope.subscription.to_string());
        let mut request = request::first_request(&source.plan);
        request.url = source
            .pattern
            .url_for(Some(&scope.subscription), scope.group.as_deref());
        if let Some(version) = &*run.version.borrow() {
            set_query(&mut request.url, API_VERSION, version);
        }
        // A client request id names one request.
        let id = crate::azure::headers::X_MS_CLIENT_REQUEST_ID;
        let is_ours = !source
            .plan
            .given_headers
            .iter()
            .any(|(name, _)| name.as_str() == id);
        if is_ours && let Ok(fresh) = uuid::Uuid::new_v4().to_string().parse() {
            request
                .headers
                .insert(header::HeaderName::from_static(id), fresh);
        }
        Self {
            run,
            number,
            client,
            request,
        }
    }

    async fn pages(&mut self, hand: &mut BufferedPages) -> Result<Ending, Failure> {
        let Source {
            plan, console, env, ..
        } = &*self.run.source;
        // What is said of each when providers are registered is about that one; all else would be said of all.
        let told = match plan.registering {
            Registering::OnDemand => *console,
            Registering::Never => self.run.source.quiet_report(),
        };
        let asked = self.request.url.clone();
        let answered = attempt::answered(&self.client, &mut self.request, plan, told, env);
        let response = answered.await?;
        self.run.learn_version(&asked, &self.request.url);
        if !response.status.is_success() {
            // The user has expected it: it holds no items.
            return Ok(Ending::Complete);
        }
        let members = paging::members(plan);
        let mut list = List::of_response(&self.client, self.request.clone(), response, &members);
        let most = plan.options.paging.most_pages().unwrap_or(1);
        let mut items = 0;
        // Where the page begins that was read last.
        let mut begun_at = None;
        loop {
            let begins_at = list.resume_point().cloned();
            let page = match self.page(&mut list, hand, &mut items).await {
                Ok(Some(page)) => page,
                Ok(None) => return Ok(Ending::Complete),
                Err(error @ Error::Link(_)) => return Err(self.incomplete(error, items, begun_at)),
                Err(error) => return Err(self.incomplete(error, items, begins_at)),
            };
            let fault = page.error_beside_data();
            let fault = fault.or(page.is_unclear.then_some(PageError::NoList));
            if let Some(fault) = fault {
                return Err(self.incomplete(fault.into(), items, begins_at));
            }
            if list.goes_on() {
                if self.run.desk.is_full() {
                    return Ok(Ending::Full);
                }
                if list.pages() >= most {
                    return Ok(Ending::MorePages);
                }
            }
            begun_at = begins_at;
        }
    }

    /// Fetches a page when there is room for it, and puts it on the desk.
    async fn page(
        &self,
        list: &mut List<'_>,
        hand: &mut BufferedPages,
        items: &mut u64,
    ) -> Result<Option<Page>, Error> {
        let desk = &self.run.desk;
        if list.pages() > 0 && list.goes_on() {
            let room = desk.room_for_more(self.number);
            self.client.within(room).await?;
        }
        let Some(response) = list.request().await? else {
            return Ok(None);
        };
        let room = desk.room_for(self.number, response);
        let room = self.client.within(room).await?;
        let fetched = list.next().await?;
        drop(room);
        let mut page = match fetched {
            None => return Ok(None),
            Some(FetchedPage::Whole(page)) => page,
            Some(FetchedPage::Large(page)) => self.stream(list, page, hand, items).await?,
        };
        if let Some(content) = page.content.take() {
            *items += content.index.count();
            desk.take(self.number, content, hand).await?;
        }
        Ok(Some(page))
    }

    /// Prints a page while it arrives, when this list is at turn.
    async fn stream(
        &self,
        list: &mut List<'_>,
        page: LargePage,
        hand: &mut BufferedPages,
        items: &mut u64,
    ) -> Result<Page, Error> {
        if !list.finds_items(&page) {
            return Err(WildcardError::LargeItem.into());
        }
        let desk = &self.run.desk;
        self.client.within(desk.turn_of(self.number)).await?;
        desk.lay_down(hand).await?;
        let mut printer = desk.lend().await;
        let before = printer.items();
        let page = list.stream(page, &mut *printer).await;
        let found = printer.items() - before;
        desk.give_back(&printer);
        drop(printer);
        *items += found;
        desk.progress.add(found);
        page
    }

    /// A failure behind the first page leaves this list incomplete; of this machine, all of them.
    fn incomplete(&self, error: Error, items: u64, from: Option<ResumePoint>) -> Failure {
        let Some(from) = from.filter(|_| !error.is_of_this_machine()) else {
            return error.into();
        };
        let go_on =
            resume_command::go_on(&from.complete, items, &self.request, &self.run.source.plan);
        Failure::from(error).with_incomplete(Incomplete {
            items,
            remainder: Remainder::Resume(go_on),
        })
    }
}
