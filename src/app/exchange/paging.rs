//! Prints the pages of a response, each while the next one is requested. Who fetches them and finds the links:
//! `client::List`; who says how the list ended: `answer`.

use crate::app::exchange::answer_writer::AnswerWriter;
use crate::app::exchange::list_wait::ListWait;
use crate::app::session::run::Session;
use crate::azure::headers::is_subscription_limit_hit;
use crate::client::{
    FetchedPage, List, ListEnd, ListMembers, OpenedResponse, Page, ResumePoint, UnfollowedPages,
};
use crate::error::Error;
use crate::json::MemberPath;
use crate::plan::RequestPlan;
use crate::shell::word;

/// The members that the user has named.
pub(crate) fn members(plan: &RequestPlan) -> ListMembers {
    ListMembers {
        items: plan.options.paging.list_items.as_ref().map(MemberPath::of),
        link: plan.options.paging.next_link.as_ref().map(MemberPath::of),
    }
}

/// Prints a response of JSON, page by page. An `Err` is a failure of the first page.
pub(crate) async fn print(
    session: &Session,
    first: OpenedResponse,
    writer: &mut AnswerWriter,
) -> Result<ListEnd<Error>, Error> {
    let Session {
        client,
        plan,
        console,
        ..
    } = session;
    if is_subscription_limit_hit(&first.response.headers) {
        console.note(
            "the tenant has more subscriptions than the service looks at: some are missing from the answer",
        );
    }
    let mut list = List::of_opened(client, first, &members(plan));
    let mut wait = ListWait::new(session);
    loop {
        let page = match wait.for_page(next(&mut list, writer)).await {
            Ok(Some(page)) => page,
            Ok(None) => return Ok(ListEnd::Complete),
            Err(error) => return failed(writer, list.resume_point(), error),
        };
        if let (1, Some(link)) = (list.pages(), list.misses_link(&page)) {
            console.note(format!("the answer has no `{link}`: it is the only page"));
        }
        if writer.is_out_of_room() {
            return Ok(ListEnd::Limited { resume_point: None });
        }
        let count = writer.count_of(&page);
        let limit = writer.limit_after(count);
        if let Some(end) = page.end(list.pages(), plan.options.paging.most_pages(), limit) {
            if let (ListEnd::Complete, Some(pages)) = (&end, &page.unfollowed) {
                console.note(unfollowed(pages));
            }
            writer.page(page.content.as_ref())?;
            return Ok(end);
        }
        let may_be_answered = list.pages() == 1 || writer.items_needed().is_some();
        if writer.needs_whole() && may_be_answered {
            // The query may have its answer now: nothing more need be asked.
            writer.page(page.content.as_ref())?;
            if writer.is_answered() {
                return Ok(ListEnd::Complete);
            }
            wait.count(list.pages(), writer.items());
            let request = async { Ok::<_, Error>(list.request().await.map(|_| ())?) };
            if let Err(error) = wait.for_request(request).await {
                return failed(writer, list.resume_point(), error);
            }
            writer.next_page();
            continue;
        }
        // The next page is on its way while this one is printed.
        wait.count(list.pages(), writer.items() + count);
        let both = async {
            let (requested, outcome) = tokio::join!(list.request(), print_meanwhile(page, writer));
            outcome?;
            Ok::<_, Error>(requested.map(|_| ()))
        };
        match wait.for_request(both).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => return failed(writer, list.resume_point(), error.into()),
            Err(error) => return failed(writer, list.resume_point(), error),
        }
        writer.next_page();
    }
}

/// Says that there is more than what was fetched, and how one gets at it.
fn unfollowed(pages: &UnfollowedPages) -> String {
    match pages {
        UnfollowedPages::Link(path) => format!(
            "`{path}` names a next page, which was not fetched: follow it with `--next-link {}`",
            word(&path.to_string())
        ),
        UnfollowedPages::Token(path) => format!(
            "`{path}` names a next page, which was not fetched: `--next-link` could not follow it; send it \
             back as the service's documents say, as a parameter (`NAME==VALUE`) or a header (`NAME:VALUE`)"
        ),
        UnfollowedPages::Flag(path) => format!(
            "`{path}` says that there is more, which was not fetched: no member that `--next-link` could follow names it; \
             ask for it as the service's documents say"
        ),
        UnfollowedPages::Header(name) => format!(
            "the header `{name}` names a next page, which was not fetched: `-i` shows it; send it back as the service's \
             documents say, as a parameter (`NAME==VALUE`) or a header (`NAME:VALUE`)"
        ),
    }
}

async fn next(list: &mut List<'_>, writer: &mut AnswerWriter) -> Result<Option<Page>, Error> {
    match list.next().await? {
        None => Ok(None),
        Some(FetchedPage::Whole(page)) => Ok(Some(page)),
        Some(FetchedPage::Large(page)) => {
            let page = list.stream(page, writer).await?;
            writer.end_page()?;
            Ok(Some(page))
        }
    }
}

async fn print_meanwhile(page: Page, writer: &mut AnswerWriter) -> Result<(), Error> {
    // Lets the connection's task put the request on the wire first.
    tokio::task::yield_now().await;
    writer.page(page.content.as_ref())?;
    writer.flow()
}

/// A failure before anything was printed is the run's, and so is one of this machine; any other leaves the list
/// incomplete.
fn failed(
    writer: &AnswerWriter,
    resume_point: Option<&ResumePoint>,
    error: Error,
) -> Result<ListEnd<Error>, Error> {
    if error.is_of_this_machine() || !writer.has_begun() {
        return Err(error);
    }
    Ok(ListEnd::Failed {
        resume_point: resume_point.cloned(),
        error,
    })
}
