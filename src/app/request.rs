//! One request, from its arguments to its answer. Loops over nothing: pages are `pages`' part.

use std::path::Path;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::Method;
use tokio::sync::OnceCell;

use super::pages::{self, Ended, Reach, WHOLE_PAGE};
use super::printer::Printer;
use super::{cloud, inputs, show};
use crate::azure::{Audience, Secret};
use crate::cli::{AuthSource, ColorChoice, OutputFormat, RequestArgs, ValueSource};
use crate::client::{Client, Clock, Deadline, Event, Observer, ServiceError, words_of};
use crate::credential::{self, Credential, Selection, Source};
use crate::env::Env;
use crate::error::Error;
use crate::json::Layout;
use crate::output::{Answer, End, Form, Format, Paint, Report, Scope, Sink, redact};
use crate::plan::{self, Defaults, Inputs, Rehearsal, RequestPlan};
use crate::query::Query;
use crate::sandbox;
use crate::transport::retry::Limits;
use crate::transport::{Beginning, Offline, Request, Response, Transport, Wire};

/// Runs a request.
pub(super) async fn run(args: RequestArgs, env: &Env) -> Result<(), Error> {
    let query = args.output.query.as_deref().map(Query::parse).transpose()?;
    let cloud = cloud::choose(
        &args.sign_in,
        args.network.dry_run || args.network.curl,
        env,
    )
    .await?;
    let read = |source: &ValueSource| inputs::read(source, env);
    let inputs = Inputs::resolve(&args.items, &args.header_options, read)?;
    let defaults = defaults(&args, env);
    let plan = plan::plan(args, inputs, &cloud, &defaults, env)?;
    let report = Report::of(plan.output.silent, plan.output.verbose);
    for note in &plan.notes {
        report.note(note);
    }
    match plan.rehearsal {
        Rehearsal::DryRun => return show::dry_run(&plan),
        Rehearsal::Curl => return show::curl(&plan),
        Rehearsal::None => {}
    }
    let client = client(&plan, env, report)?;
    let sink = sink(&plan)?;
    let request = first_request(&plan);
    if plan.output.output_file.is_some() {
        return interruptible(answer(&client, request, &plan, query, sink, report, env)).await;
    }
    answer(&client, request, &plan, query, sink, report, env).await
}

fn defaults(args: &RequestArgs, env: &Env) -> Defaults {
    let subscription_id = match args.sign_in.sandbox {
        true => Some(sandbox::default_subscription_id().to_owned()),
        false => credential::default_subscription(env),
    };
    Defaults {
        subscription_id,
        client_request_id: uuid::Uuid::new_v4().to_string(),
    }
}

/// Ends on Ctrl-C by itself, so that the temporary file of `-O` goes too. Without a file the
/// system's way is better: it also ends a write that waits for its reader.
async fn interruptible(run: impl Future<Output = Result<(), Error>>) -> Result<(), Error> {
    #[cfg(unix)]
    let _limit = {
        // SIGXFSZ would kill the process; with a handler, the write fails and says so.
        const SIGXFSZ: i32 = 25;
        tokio::signal::unix::signal(tokio::signal::unix::SignalKind::from_raw(SIGXFSZ)).ok()
    };
    tokio::select! {
        outcome = run => outcome,
        _ = tokio::signal::ctrl_c() => Err(Error::Interrupted),
    }
}

fn client(plan: &RequestPlan, env: &Env, report: Report) -> Result<Client, Error> {
    let transport = if plan.sandbox {
        let state_file = env.state_dir.as_deref().map(Offline::state_file_in);
        let base_url = plan
            .target
            .cloud
            .resource_manager
            .as_str()
            .trim_end_matches('/')
            .to_owned();
        Transport::Offline(Box::new(Offline::new(&base_url, state_file, env.now)))
    } else {
        Transport::Wire(Wire::for_url(&plan.target.url))
    };
    let credential = match &plan.target.audience {
        None => None,
        Some(_) => Some(credential(plan.sandbox, plan.auth, env, report)?),
    };
    Ok(Client {
        transport,
        credential,
        target: plan.target.clone(),
        tenant_id: plan.tenant_id.clone(),
        subscription_id: plan.subscription_id.clone(),
        limits: Limits {
            retries: plan.retries,
            longest_pause: plan.longest_pause,
        },
        deadline: plan.timeout.map(Deadline::after),
        clock: Clock::at(env.now),
        observer: observer(report, env.now),
        token: OnceCell::new(),
    })
}

/// Chooses the credential; under `--sandbox` every other one is ignored.
pub(super) fn credential(
    offline: bool,
    auth: Option<AuthSource>,
    env: &Env,
    report: Report,
) -> Result<Credential, Error> {
    if offline {
        return Ok(Credential::Sandbox(sandbox_token));
    }
    let selection = match auth {
        None => Selection::FirstSetUp,
        Some(AuthSource::AccessToken) => Selection::Only(Source::AccessToken),
        Some(AuthSource::CloudShell) => Selection::Only(Source::CloudShell),
        Some(AuthSource::AzureCli) => Selection::Only(Source::AzureCli),
    };
    let selected = credential::select(env, selection)?;
    for skipped in &selected.skipped {
        report.trace(
            Report::Verbose,
            &format!("auth: not {}: {}", skipped.source, skipped.reason),
        );
    }
    Ok(selected.credential)
}

fn sandbox_token(audience: &Audience, now: SystemTime) -> Secret {
    sandbox::issue(audience.as_str(), now).token
}

fn first_request(plan: &RequestPlan) -> Request {
    Request {
        method: plan.method.clone(),
        url: plan.target.url.clone(),
        headers: plan.headers.clone(),
        body: plan.body.clone(),
    }
}

fn sink(plan: &RequestPlan) -> Result<Sink, Error> {
    let nowhere = plan.output.silent || plan.output.format == OutputFormat::None;
    match plan.output.output_file.as_deref() {
        Some(path) if path != Path::new("-") => Ok(Sink::file(path)?),
        Some(_) | None if nowhere => Ok(Sink::nowhere()),
        Some(_) | None => Ok(Sink::stdout()),
    }
}

/// Sends the request and prints what comes back.
async fn answer(
    client: &Client,
    request: Request,
    plan: &RequestPlan,
    query: Option<Query>,
    mut sink: Sink,
    report: Report,
    env: &Env,
) -> Result<(), Error> {
    let mut response = client.exchange(request.clone()).await?;
    let expected = plan
        .expect
        .iter()
        .any(|pattern| pattern.matches(response.status));
    let not_modified = response.status == http::StatusCode::NOT_MODIFIED;
    if !response.status.is_success() && !expected && !not_modified {
        let error = ServiceError::read(&request.method, response).await;
        return Err(Error::Service(Box::new(error)));
    }
    if not_modified {
        report.note("HTTP 304: not modified since the version that was named");
    }
    if plan.output.include {
        sink.write(show::head(&response).as_bytes())?;
    }
    let beginning = client.within(response.body.begin(WHOLE_PAGE)).await??;
    let bytes = match &beginning {
        Beginning::Whole(bytes) | Beginning::Part(bytes) => bytes,
    };
    let empty = bytes.is_empty() || request.method == Method::HEAD;
    if empty && query.is_none() {
        return Ok(sink.finish()?);
    }
    if empty {
        sink.finish()?;
        return if plan.output.exit_status {
            Err(Error::NothingFound)
        } else {
            Ok(())
        };
    }
    match content(&response, bytes, plan, query.is_some()) {
        Content::Json => {
            let printer = printer(plan, query, sink, env);
            list(
                client,
                &request,
                (response, beginning),
                plan,
                printer,
                report,
            )
            .await
        }
        Content::Other if query.is_some() => {
            let content_type = response.header("content-type").map(str::to_owned);
            Err(Error::NotJson { content_type })
        }
        Content::Other => {
            if plan.output.format != OutputFormat::Raw {
                let kind = response
                    .header("content-type")
                    .unwrap_or("of no named type");
                report.note(&format!(
                    "the answer is {kind}, not JSON: printed as it came"
                ));
            }
            pass_through(client, response, beginning, sink).await
        }
    }
}

/// Prints the pages, and says how they ended.
async fn list(
    client: &Client,
    request: &Request,
    first: (Response, Beginning),
    plan: &RequestPlan,
    mut printer: Printer,
    report: Report,
) -> Result<(), Error> {
    let reach = match plan.most_pages {
        None => Reach::FirstPage,
        Some(most) => Reach::Pages(most),
    };
    let ended = pages::print(client, request, first, reach, &mut printer).await?;
    let (items, dropped) = (printer.items(), printer.dropped());
    let end = match &ended {
        Ended::Complete => End::Complete,
        Ended::Limited { link } => End::Limited(link.as_deref()),
        Ended::Failed { link, .. } => End::Failed(link.as_deref()),
    };
    let found = printer.finish(end)?;
    match ended {
        Ended::Failed { link, error } => Err(Error::Incomplete {
            items,
            link,
            cause: Box::new(error),
        }),
        Ended::Limited { link } => {
            report.note(&limited(items, dropped, link.is_some()));
            nothing_found(found, plan)
        }
        Ended::Complete => nothing_found(found, plan),
    }
}

fn nothing_found(found: u64, plan: &RequestPlan) -> Result<(), Error> {
    if found == 0 && plan.output.exit_status {
        Err(Error::NothingFound)
    } else {
        Ok(())
    }
}

fn limited(items: u64, dropped: u64, more_pages: bool) -> String {
    let rest = match (dropped, more_pages) {
        (0, _) => "there are more pages".to_owned(),
        (dropped, true) => format!("{dropped} more on this page, and there are more pages"),
        (dropped, false) => format!("{dropped} more"),
    };
    format!("stopped after {items} items: {rest}")
}

enum Content {
    Json,
    Other,
}

/// Tells JSON from what is passed through. A type that says nothing is judged by the first byte.
fn content(response: &Response, beginning: &Bytes, plan: &RequestPlan, has_query: bool) -> Content {
    if plan.output.format == OutputFormat::Raw {
        return Content::Other;
    }
    let kind = response.header("content-type").unwrap_or_default();
    let kind = kind
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    let named = kind.ends_with("/json") || kind.ends_with("+json");
    let text = beginning
        .strip_prefix(b"\xef\xbb\xbf")
        .unwrap_or(beginning)
        .trim_ascii_start();
    let looks = matches!(text.first(), Some(b'{' | b'['));
    let unnamed = kind.is_empty() || (has_query && kind != "text/html");
    if named || (unnamed && looks) {
        Content::Json
    } else {
        Content::Other
    }
}

fn printer(plan: &RequestPlan, query: Option<Query>, sink: Sink, env: &Env) -> Printer {
    let output = &plan.output;
    let layout = if output.format == OutputFormat::Compact {
        Layout::Compact
    } else {
        Layout::Pretty
    };
    let form = match (output.raw, output.format) {
        (true, _) => Form::Text,
        (false, OutputFormat::Ndjson) => Form::Lines,
        (false, _) => Form::Json(layout),
    };
    let scope = match (query, plan.each) {
        (None, false) => Scope::Everything,
        (None, true) => Scope::Items,
        (Some(query), false) => Scope::Query(query),
        (Some(query), true) => Scope::EachItem(query),
    };
    let to_terminal = output.output_file.is_none() && env.stdout_is_terminal;
    let by_terminal =
        to_terminal && env.get("NO_COLOR").is_none() && env.get("TERM") != Some("dumb");
    let forced = env.get("CLICOLOR_FORCE").is_some_and(|value| value != "0");
    let colored = match (output.color, output.format) {
        (ColorChoice::Never, _) => false,
        (ColorChoice::Always, _) | (ColorChoice::Auto, OutputFormat::Jsonc) => true,
        (ColorChoice::Auto, _) => by_terminal || forced,
    };
    let paint = match form {
        Form::Json(layout) if colored => Some(layout),
        Form::Json(_) | Form::Lines | Form::Text => None,
    };
    let answer = Answer::new(Format {
        form,
        scope,
        keep_links: plan.most_pages.is_none(),
        limit: plan.limit,
        max_memory: plan.max_memory,
    });
    Printer::new(answer, plan.limit, plan.max_memory, Paint::new(paint), sink)
}

async fn pass_through(
    client: &Client,
    mut response: Response,
    beginning: Beginning,
    mut sink: Sink,
) -> Result<(), Error> {
    match beginning {
        Beginning::Whole(bytes) => sink.write(&bytes)?,
        Beginning::Part(bytes) => {
            sink.write(&bytes)?;
            while let Some(chunk) = client.within(response.body.chunk()).await?? {
                sink.write(&chunk)?;
            }
        }
    }
    Ok(sink.finish()?)
}

/// Writes the trace of `-v`.
pub(super) fn observer(report: Report, now: SystemTime) -> Observer {
    Box::new(move |event| match event {
        Event::Token { source, token } => {
            report.trace(Report::Verbose, &show::token_line(source, token, now));
        }
        Event::Request(request) => {
            let url = redact::url(&request.url);
            report.trace(Report::Verbose, &format!("> {} {url}", request.method));
            for (name, value) in &request.headers {
                let value = redact::header(name, value);
                report.trace(Report::VeryVerbose, &format!("> {name}: {value}"));
            }
        }
        Event::Response(response) => {
            let status = response.status;
            report.trace(
                Report::Verbose,
                &format!("< {:?} {status}", response.version),
            );
            for (name, value) in &response.headers {
                let value = redact::header(name, value);
                report.trace(Report::VeryVerbose, &format!("< {name}: {value}"));
            }
        }
        Event::Retry { reason, pause } => {
            let pause = Duration::from_millis(u64::try_from(pause.as_millis()).unwrap_or(u64::MAX));
            report.trace(
                Report::Verbose,
                &format!("* {reason}; again in {}", words_of(pause)),
            );
        }
    })
}
