//! Shows requests and responses as text: `--dry-run`, `--curl`, `-i`, the line of a token. Who masks secrets:
//! `azure::redact`.

use std::time::{Duration, SystemTime};

use http::{Method, header};

use crate::app::terminal::stdout::print;
use crate::azure::{Audience, CloudName, REDACTED, Shown};
use crate::credential::{AccessToken, CacheNote, Provenance, Source};
use crate::error::Error;
use crate::output::shell::quoted;
use crate::output::{Console, Sink, Verbosity};
use crate::plan::{RequestPlan, Waiting};
use crate::transport::Response;

/// Prints what would be sent. Asks for no token.
pub(crate) fn dry_run(plan: &RequestPlan) -> Result<(), Error> {
    let target = &plan.target;
    let mut text = format!("cloud: {}\n", target.cloud.name);
    match &target.audience {
        Some(audience) => text.push_str(&format!("audience: {audience}\n")),
        None => text.push_str("audience: none, no token is sent\n"),
    }
    if let Some(version) = &plan.api_version {
        let origin = version.origin.words();
        text.push_str(&format!("api-version: {} ({origin})\n", version.value));
    }
    if let Some(pattern) = &plan.pattern {
        text.push_str(&format!("*: {}\n", pattern.every.words()));
        for url in pattern.lists() {
            text.push_str(&format!("listed by: GET {}\n", Shown::url(&url)));
        }
    }
    match &plan.waiting {
        Waiting::No => {}
        Waiting::Operation => text.push_str("wait: until the operation has ended\n"),
        Waiting::Address { until: None } => text.push_str("wait: until it has ended\n"),
        Waiting::Address { until: Some(_) } => text.push_str("wait: until the condition holds\n"),
    }
    text.push_str(&format!("\n{} {}\n", plan.method, Shown::url(&target.url)));
    for (name, value) in &plan.headers {
        text.push_str(&format!("{name}: {}\n", Shown::header(name, value)));
    }
    if target.audience.is_some() {
        text.push_str(&format!("{}: Bearer {REDACTED}\n", header::AUTHORIZATION));
    }
    let mut sink = Sink::stdout();
    sink.write(text.as_bytes())?;
    if !plan.body.is_empty() {
        sink.write(b"\n")?;
        sink.write(&plan.body)?;
        sink.write(b"\n")?;
    }
    Ok(sink.finish()?)
}

/// Prints the request as a curl command for a POSIX shell. A token stands in it as the command
/// that gets one.
pub(crate) fn curl(plan: &RequestPlan, console: Console) -> Result<(), Error> {
    if let Some(pattern) = &plan.pattern {
        for url in pattern.lists() {
            let mut list = plan.clone();
            (list.pattern, list.method, list.target.url) = (None, Method::GET, url);
            list.body = bytes::Bytes::new();
            list.headers.remove(header::CONTENT_TYPE);
            curl(&list, Console::new(Verbosity::Silent))?;
            print("\n")?;
        }
        console.note(format!(
            "`*` stands for {}: put each that the command before lists into its place",
            pattern.every.words()
        ));
    }
    let target = &plan.target;
    let mut words = Shown::from("curl");
    let mut add = |word: Shown| {
        words.push(" \\\n  ");
        words.push(word);
    };
    add("--globoff".into());
    match plan.method.as_str() {
        "GET" if plan.body.is_empty() => {}
        "HEAD" => add("--head".into()),
        method => add(format!("--request {method}").into()),
    }
    add(Shown::url(&target.url).map(quoted));
    if let Some(audience) = &target.audience {
        let token = token_command(plan, audience);
        add(Shown::unmasked(format!(
            "--header \"Authorization: Bearer $({token})\""
        )));
    }
    for (name, value) in &plan.headers {
        let field = Shown::from(format!("{name}: ")).with(Shown::header(name, value));
        add(Shown::from("--header ").with(field.map(quoted)));
    }
    if !plan.body.is_empty() {
        if let Ok(text) = std::str::from_utf8(&plan.body) {
            // Not `--data-binary`: a body that begins with `@` would name a file.
            // What the user wrote is the user's: it is not masked.
            add(Shown::unmasked(format!("--data-raw {}", quoted(text))));
        } else {
            add("--data-binary @BODY".into());
            let length = plan.body.len();
            console.note(format!(
                "the body is not UTF-8 text: put its {length} bytes into the file `BODY`"
            ));
        }
    }
    if words.is_masked() {
        console.note("secrets are shown as `[redacted]`: write them in before the command is run");
    }
    if plan.options.sign_in.sandbox {
        console.note("this address is the sandbox's: for curl, start `arm sandbox serve`");
    }
    print(&format!("{words}\n"))
}

/// The command that gets the request's token, from the same source.
fn token_command(plan: &RequestPlan, audience: &Audience) -> String {
    let mut command = format!("arm token --audience {}", quoted(audience.as_str()));
    if plan.options.sign_in.sandbox {
        command.push_str(" --sandbox");
        return command;
    }
    if let Some(auth) = plan.options.sign_in.source() {
        command.push_str(&format!(" --auth {}", auth.name()));
    }
    if let Some(identity) = &plan.options.sign_in.identity {
        command.push_str(&format!(" --identity {}", quoted(&identity.to_string())));
    }
    if let Some(tenant_id) = &plan.tenant_id {
        command.push_str(&format!(" --tenant {}", quoted(tenant_id)));
    }
    let cloud = &plan.target.cloud.name;
    if !matches!(cloud, CloudName::Public | CloudName::Custom(_)) {
        command.push_str(&format!(" --cloud {}", quoted(&cloud.to_string())));
    }
    command
}

/// The head of a response, as `-i` prints it.
pub(crate) fn head(response: &Response) -> String {
    let mut text = format!("{:?} {}\n", response.version, response.status);
    for (name, value) in &response.headers {
        text.push_str(&format!(
            "{name}: {}\n",
            String::from_utf8_lossy(value.as_bytes())
        ));
    }
    text.push('\n');
    text
}

/// One line about a token: where it came from, whose it is, how long it lasts.
pub(crate) fn token_line(source: Source, token: &AccessToken, now: SystemTime) -> String {
    let claims = token.claims.as_ref();
    let account = claims
        .and_then(|claims| claims.account.as_deref())
        .unwrap_or("unknown account");
    let tenant = claims
        .and_then(|claims| claims.tid.as_deref())
        .unwrap_or("unknown");
    let end = match token.expires_on {
        None => "no known end".to_owned(),
        Some(end) => match end.duration_since(now) {
            Ok(left) => format!(
                "expires in {}",
                crate::client::words_of(whole_seconds(left))
            ),
            Err(_) => "expired".to_owned(),
        },
    };
    let from = match token.provenance {
        Provenance::Source => "",
        Provenance::Cache => " cache",
    };
    format!("auth: {source}{from} ({account}, tenant {tenant}, {end})")
}

/// Says what went wrong with the cache of tokens.
pub(crate) fn cache_note(note: &CacheNote, console: Console) {
    match note {
        CacheNote::Warning(text) => console.note(text),
        CacheNote::Trouble(text) => console.trace(Verbosity::Verbose, format!("auth: {text}")),
    }
}

fn whole_seconds(duration: Duration) -> Duration {
    Duration::from_secs(duration.as_secs())
}
