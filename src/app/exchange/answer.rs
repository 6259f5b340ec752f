//! From the first response to stdout: tells JSON from anything else, and says how a list ended. Who sends the request:
//! `attempt`; who prints page after page: `paging`.

use bytes::Bytes;
use http::Method;

use crate::app::exchange::answer_writer::AnswerWriter;
use crate::app::exchange::output_spec::OutputSpec;
use crate::app::exchange::polling::Watch;
use crate::app::exchange::{attempt, paging, preview, resume_command};
use crate::app::naming::seen::Seen;
use crate::app::session::run::Session;
use crate::azure::Shown;
use crate::cli::OutputFormat;
use crate::client::{
    Client, DataErrorScanner, Deadline, ListEnd, OpenedResponse, PageError, ResumePoint, WebPage,
    lone_error, names_next_page, unfinished_write,
};
use crate::error::{Error, Failure, Incomplete, Remainder, Resume};
use crate::output::{self, Console, End, Finished, LinkMember, Sink, Verbosity};
use crate::plan::{RequestPlan, Waiting};
use crate::query::{MissedName, QueryExpression};
use crate::transport::BodyPrefix;

/// The note next to a page that is not the whole list.
const FIRST_OF_MORE: &str = "this is the first page, and there are more";

/// Sends the session's request and prints what comes back.
pub(crate) async fn print(
    session: &Session,
    output: OutputSpec,
    sink: Sink,
) -> Result<(), Failure> {
    let Session { client, plan, .. } = session;
    let shown = &plan.options.output;
    // `-o none` is about the answer: `-i` next to it asks for the head alone.
    let head_alone = (shown.include && shown.format == OutputFormat::None && !shown.silent)
        .then(|| Sink::stdout(client.deadline().map(Deadline::instant)))
        .transpose()?;
    let mut watch = Watch::new(session)?;
    let opened = match plan.waiting {
        Waiting::Address { .. } => watch.address(&session.request()).await?,
        Waiting::No | Waiting::Operation => {
            let first = Box::pin(attempt::open(session)).await?;
            watch.started(first).await?
        }
    };
    check_is_answer(&opened, plan)?;
    let rest = unfinished_write(
        &opened.request.method,
        &opened.response.url,
        &opened.response.headers,
    );
    answered(session, opened, output, sink, head_alone).await?;
    match rest {
        Some(url) => Err(Error::Unfinished {
            command: resume_command::again(&url, plan),
        }
        .into()),
        None => Ok(()),
    }
}

/// Prints what an answer holds.
async fn answered(
    session: &Session,
    opened: OpenedResponse,
    output: OutputSpec,
    mut sink: Sink,
    head_alone: Option<Sink>,
) -> Result<(), Failure> {
    let Session {
        client,
        plan,
        console,
        env,
    } = session;
    let shown = &plan.options.output;
    let to_terminal = env.stdout_is_terminal && session.replaced_file().is_none();
    let head = if shown.include {
        preview::head(&opened.response, to_terminal)
    } else {
        String::new()
    };
    if let Some(mut stdout) = head_alone {
        stdout.write(head.as_bytes())?;
        stdout.finish()?;
    }
    let empty = opened.bytes().is_empty() || opened.request.method == Method::HEAD;
    if empty {
        sink.write(head.as_bytes())?;
        sink.finish()?;
        return if plan.options.exit.exit_status && output.query.is_some() {
            Err(Error::NothingFound.into())
        } else {
            Ok(())
        };
    }
    let has_query = output.query.is_some();
    match content(&opened, plan, has_query) {
        Content::Json => {
            let query = output.query.clone();
            if let Some(lists) = output.power_lists(plan) {
                lists.fetch(session, &plan.target.url).await?;
            }
            let writer = output.writer(plan, head, sink, env);
            let writer = writer.note_seen(Seen::of(session));
            Box::pin(list(session, opened, writer, query.as_ref())).await
        }
        Content::Other if has_query => {
            let content_type = opened.response.header("content-type").map(str::to_owned);
            Err(Error::NotJson { content_type }.into())
        }
        Content::Other if to_terminal && prints(plan) && is_binary(opened.bytes()) => {
            let content_type = opened.response.header("content-type").map(str::to_owned);
            Err(Error::BinaryAnswer { content_type }.into())
        }
        Content::Other => {
            let is_raw = plan.options.output.format == OutputFormat::Raw;
            if !is_raw && !opened.holds_json() {
                let kind = opened
                    .response
                    .header("content-type")
                    .unwrap_or("of no named type");
                console.note(format!(
                    "the answer is {kind}, not JSON: printed as it came"
                ));
            }
            let goes_on = is_raw && names_next_page(&opened, &paging::members(plan));
            let opened = if is_raw {
                opened
            } else {
                opened.without_mark_of_count()
            };
            let scanner = opened.is_json(has_query).then(DataErrorScanner::default);
            let most = plan.options.output.max_output.filter(|_| prints(plan));
            let most = most.map(|most| usize::try_from(most).unwrap_or(usize::MAX));
            pass_through(client, opened, sink, scanner, (head, most)).await?;
            if goes_on {
                console.note(FIRST_OF_MORE);
            }
            Ok(())
        }
    }
}

/// Refuses a success that is not the service's answer: a page for people, or only an error.
pub(crate) fn check_is_answer(opened: &OpenedResponse, plan: &RequestPlan) -> Result<(), Error> {
    if let Some(page) = WebPage::between(opened, &plan.target.cloud) {
        return Err(Error::WebPage(page));
    }
    lone_error(opened).map_or(Ok(()), |error| Err(error.into()))
}

/// Prints the pages, and says how they ended.
async fn list(
    session: &Session,
    first: OpenedResponse,
    mut writer: AnswerWriter,
    query: Option<&QueryExpression>,
) -> Result<(), Failure> {
    let Session { plan, console, .. } = session;
    let request = first.request.clone();
    let list_end = paging::print(session, first, &mut writer).await?;
    let (items, dropped) = (writer.items(), writer.dropped());
    let needs_whole = writer.needs_whole();
    let end = match &list_end {
        ListEnd::Complete | ListEnd::FirstOfMore => End::Complete,
        ListEnd::Limited { resume_point } => End::Limited(member_of(resume_point.as_ref())),
        ListEnd::Failed {
            resume_point: None,
            error: Error::Page(PageError::Partial(_) | PageError::Alone(_)),
        } => End::Partial,
        ListEnd::Failed { resume_point, .. } => End::Failed(member_of(resume_point.as_ref())),
    };
    let seen = writer.take_seen();
    let finished = writer.finish(end)?;
    if let Some(seen) = seen {
        seen.keep(session);
    }
    let found = finished.count;
    match missed(query).filter(|_| found == 0) {
        Some(note) => console.note(note),
        None => note_results(&finished, items, plan, *console),
    }
    match list_end {
        ListEnd::Failed {
            resume_point,
            error,
        } => {
            let not_kept = session.replaced_file();
            if let Some(path) = not_kept {
                console.note(format!("`{}` is not written", path.display()));
            }
            let go_on =
                |point: &ResumePoint| resume_command::go_on(&point.complete, items, &request, plan);
            let remainder = match (resume_point.as_ref(), not_kept) {
                (None, _) => Remainder::Lost,
                (Some(_), Some(path)) => Remainder::NotWritten(path.to_owned()),
                (Some(_), None) if needs_whole => Remainder::NothingPrinted,
                (Some(point), None) => Remainder::Resume(go_on(point)),
            };
            Err(Failure::from(error).with_incomplete(Incomplete { items, remainder }))
        }
        ListEnd::Limited { .. } if finished.without_room > 0 => Ok(nothing_found(found, plan)?),
        ListEnd::Limited { resume_point } => {
            console.note(match (dropped, resume_point.is_some()) {
                (1.., false) => format!("{dropped} more"),
                (_, _) => "there are more".to_owned(),
            });
            let has_link = !plan.options.output.format.has_columns();
            if let Some(point) = resume_point.filter(|point| point.place.is_none() || !has_link) {
                let Resume { command, .. } =
                    resume_command::go_on(&point.complete, 0, &request, plan);
                let text = Shown::from("the next page: `").with(command).with("`");
                console.trace(Verbosity::Verbose, text);
            }
            Ok(nothing_found(found, plan)?)
        }
        ListEnd::FirstOfMore => {
            console.note(FIRST_OF_MORE);
            Ok(nothing_found(found, plan)?)
        }
        ListEnd::Complete => Ok(nothing_found(found, plan)?),
    }
}

/// Says that a name of a query was never found, which is how a typing error looks.
fn missed(query: Option<&QueryExpression>) -> Option<String> {
    let Some(QueryExpression::JmesPath(query)) = query else {
        return None;
    };
    let MissedName {
        name,
        alike,
        is_quoted,
    } = query.missed_name()?;
    let missed = format!("nothing has the member `{name}` that the query names");
    Some(match (alike, is_quoted) {
        (_, true) => format!("{missed}; a text goes in single quotes: `'{name}'`"),
        (Some(alike), false) => format!("{missed}; did you mean `{alike}`?"),
        (None, false) => missed,
    })
}

/// The member that names the pages that are missing, if the service names them in one.
fn member_of(point: Option<&ResumePoint>) -> Option<LinkMember<'_>> {
    let ResumePoint {
        continuation,
        place,
        ..
    } = point?;
    Some(LinkMember {
        place: place.as_ref()?,
        text: continuation.text(),
    })
}

/// Says what is not to be seen in the answer: that it is empty, and which columns are.
pub(crate) fn note_results(finished: &Finished, items: u64, plan: &RequestPlan, console: Console) {
    let columns: Vec<String> = finished
        .empty_columns
        .iter()
        .map(|name| format!("`{name}`"))
        .collect();
    if !columns.is_empty() {
        console.note(format!("no item has {}", columns.join(", ")));
    }
    let missed = finished.missed_keys.iter();
    let missed = missed.filter(|name| !finished.empty_columns.contains(name));
    for name in missed {
        console.note(format!("nothing has `{name}`, by which to sort"));
    }
    if finished.left_out > 0 {
        console.note(format!("{} more", finished.left_out));
    }
    if finished.without_room > 0 {
        note_no_room(finished, plan, console);
    }
    if finished.count > 0 {
        return;
    }
    let query = plan.options.output.query.as_deref().unwrap_or_default();
    let is_elsewhere = !plan.options.paging.each && query != "$" && !query.starts_with("$.value");
    if items > 0 && is_elsewhere && !query.is_empty() {
        console.note("nothing found: the items are in `$.value`");
    } else {
        console.note("nothing found");
    }
}

/// Says what of the answer had no room, and how to go on.
fn note_no_room(finished: &Finished, plan: &RequestPlan, console: Console) {
    let (kept, missing) = (finished.kept, finished.without_room);
    let output = &plan.options.output;
    let size = output.max_output.unwrap_or_default();
    let words = Shown::from(format!(
        "`--max-output` has room for {kept}, not for the next {missing} nor for what may follow: "
    ));
    let is_plain = output.query.is_none()
        && output.sort.is_none()
        && output.names.is_empty()
        && output.tags.is_empty()
        && !output.format.has_columns()
        && plan.pattern.is_none();
    let run = resume_command::run_of(plan);
    console.note_command(
        if is_plain && plan.method == Method::GET && run.is_resource_manager {
            let command = resume_command::again(&plan.target.url, plan);
            let rest = format!(" -q 'value[{kept}:]' --max-output {size}`");
            words.with("go on with `").with(command).with(rest)
        } else {
            words.with("raise it, or ask for less with `-q`, `--columns`, `--name` or `--tag`")
        },
    );
}

fn nothing_found(found: u64, plan: &RequestPlan) -> Result<(), Error> {
    if found == 0 && plan.options.exit.exit_status {
        Err(Error::NothingFound)
    } else {
        Ok(())
    }
}

enum Content {
    Json,
    Other,
}

/// Tells JSON from what is passed through. A type that says nothing is judged by the first byte. JSON that is announced
/// as something else is a file, which stays as it is, unless it is a list or another format is wanted.
fn content(opened: &OpenedResponse, plan: &RequestPlan, has_query: bool) -> Content {
    let format = plan.options.output.format;
    let is_meant = || {
        if format == OutputFormat::Json {
            opened.holds_page()
        } else {
            opened.holds_json()
        }
    };
    if format != OutputFormat::Raw && (opened.is_json(has_query) || is_meant()) {
        Content::Json
    } else {
        Content::Other
    }
}

fn prints(plan: &RequestPlan) -> bool {
    let output = &plan.options.output;
    !output.silent && output.format != OutputFormat::None
}

/// Tells whether bytes, of which more may follow, are something else than text.
fn is_binary(bytes: &[u8]) -> bool {
    let is_text = match std::str::from_utf8(bytes) {
        Ok(_) => true,
        // A character that is cut at the end is text.
        Err(error) => error.error_len().is_none(),
    };
    !is_text || bytes.contains(&0)
}

async fn pass_through(
    client: &Client,
    opened: OpenedResponse,
    mut sink: Sink,
    mut scanner: Option<DataErrorScanner>,
    (head, most): (String, Option<usize>),
) -> Result<(), Error> {
    // With a limit nothing is written before it is known that all has room.
    let mut waiting = head.into_bytes();
    let most = most.map(|most| most.saturating_add(waiting.len()));
    let mut pass = |bytes: &Bytes| {
        if let Some(scanner) = &mut scanner {
            scanner.push(bytes);
        }
        waiting.extend_from_slice(bytes);
        if let Some(limit) = most {
            let is_over = waiting.len() > limit;
            return if is_over {
                Err(Error::Answer(output::Error::NoRoom { limit }))
            } else {
                Ok(())
            };
        }
        sink.write(&waiting)?;
        waiting.clear();
        Ok(())
    };
    let OpenedResponse {
        mut response,
        prefix,
        ..
    } = opened;
    match prefix {
        BodyPrefix::Whole(bytes) => pass(&bytes)?,
        BodyPrefix::Part(bytes) => {
            pass(&bytes)?;
            drop(bytes);
            while let Some(chunk) = client.within(response.body.chunk()).await?? {
                pass(&chunk)?;
            }
        }
    }
    sink.write(&waiting)?;
    if let Some(error) = scanner.and_then(DataErrorScanner::found) {
        sink.give_up()?;
        return Err(error.into());
    }
    Ok(sink.finish()?)
}

#[cfg(test)]
mod tests {
    use super::is_binary;

    #[test]
    fn text_may_be_cut_within_a_character() {
        for (bytes, expected) in [
            (&b"<html>\xc3\xa9"[..], false),
            (b"<html>\xc3", false),
            (b"", false),
            (b"\x89PNG\r\n", true),
            (b"a\0b", true),
            (b"\xe9t\xe9", true),
        ] {
            assert_eq!(is_binary(bytes), expected, "{bytes:?}");
        }
    }
}
