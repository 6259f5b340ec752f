//! Shows requests and responses as text: `--dry-run`, `--curl`, `-i`, the line of a token. Who masks secrets:
//! `azure::redact`.

use std::time::{Duration, SystemTime};

use http::{HeaderName, Method, header};

use crate::app::terminal::stdout::print_until;
use crate::azure::headers::X_MS_AUTHORIZATION_AUXILIARY;
use crate::azure::{Audience, CloudName, HostKind, REDACTED, Shown, host_kind};
use crate::client::Deadline;
use crate::credential::{AccessToken, CacheNote, Provenance, Source};
use crate::error::Error;
use crate::output::{Console, Verbosity, inline};
use crate::plan::{RequestPlan, Waiting, YamlBody};
use crate::shell::{CommandLine, quoted, word};
use crate::transport::Response;

/// The longest body that is written as an argument, in bytes: Linux takes none of 128 KiB (`MAX_ARG_STRLEN`).
const LONGEST_ARGUMENT: usize = 100_000;

/// Prints what would be sent. Asks for no token.
pub(crate) fn dry_run(plan: &RequestPlan, deadline: Option<Deadline>) -> Result<(), Error> {
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
        text.push_str(&format!("*: {}\n", pattern.words()));
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
    let auxiliary = auxiliary_tenants(plan);
    if !auxiliary.is_empty() {
        let tokens = vec![format!("Bearer {REDACTED}"); auxiliary.len()].join(", ");
        text.push_str(&format!("{X_MS_AUTHORIZATION_AUXILIARY}: {tokens}\n"));
    }
    let mut bytes = text.into_bytes();
    if !plan.body.is_empty() {
        bytes.push(b'\n');
        bytes.extend_from_slice(&plan.body);
        bytes.push(b'\n');
    }
    print_until(deadline, &bytes)
}

/// Prints the request as a curl command for a POSIX shell. A token stands in it as the command
/// that gets one.
pub(crate) fn curl(
    plan: &RequestPlan,
    deadline: Option<Deadline>,
    console: Console,
) -> Result<(), Error> {
    if let Some(pattern) = &plan.pattern {
        for url in pattern.lists() {
            let mut list = plan.clone();
            (list.pattern, list.method, list.target.url) = (None, Method::GET, url);
            list.body = bytes::Bytes::new();
            list.headers.remove(header::CONTENT_TYPE);
            curl(&list, deadline, console.silent())?;
            print_until(deadline, b"\n")?;
        }
        console.note(format!(
            "`*` stands for {}: put each that the command before lists into its place",
            pattern.words()
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
        let token = token_command(plan, audience, plan.tenant_id.as_deref());
        add(Shown::unmasked(format!(
            "--header \"Authorization: Bearer $({token})\""
        )));
        let auxiliary = auxiliary_tenants(plan).iter();
        let tokens = auxiliary.map(|tenant_id| {
            let token = token_command(plan, audience, Some(tenant_id));
            format!("Bearer $({token})")
        });
        let tokens = tokens.collect::<Vec<_>>().join(", ");
        if !tokens.is_empty() {
            add(Shown::unmasked(format!(
                "--header \"{X_MS_AUTHORIZATION_AUXILIARY}: {tokens}\""
            )));
        }
    }
    for (name, value) in &plan.headers {
        // curl takes a name with a colon and nothing after it for "do not send this one".
        let field = if value.is_empty() {
            Shown::from(format!("{name};"))
        } else {
            Shown::from(format!("{name}: ")).with(Shown::header(name, value))
        };
        add(Shown::from("--header ").with(field.map(quoted)));
    }
    let has_content = [Method::POST, Method::PUT, Method::PATCH].contains(&plan.method);
    if has_content && plan.body.is_empty() {
        // `transport::wire` sends the length of an empty body where servers ask for one.
        add("--header 'content-length: 0'".into());
    }
    for name in unsent_headers(plan) {
        add(format!("--header '{name}:'").into());
    }
    if plan.headers.contains_key(header::ACCEPT_ENCODING) {
        // The header stays as it is, and the answer is unpacked.
        add("--compressed".into());
    }
    if let Some(body) = body_option(plan, console) {
        add(Shown::unmasked(body));
    }
    if words.is_masked() {
        console.note("secrets are shown as `[redacted]`: write them in before the command is run");
    }
    if plan.options.sign_in.sandbox {
        console.note("this address is the sandbox's: for curl, start `arm sandbox serve`");
    }
    print_until(deadline, format!("{words}\n").as_bytes())
}

/// The tenants whose tokens are sent too: only Resource Manager takes them.
fn auxiliary_tenants(plan: &RequestPlan) -> &[String] {
    let target = &plan.target;
    let takes_them = target.audience.is_some()
        && host_kind(&target.cloud, &target.url) == HostKind::ResourceManager;
    if takes_them {
        &plan.options.target.aux_tenant
    } else {
        &[]
    }
}

/// The headers that curl would add of its own accord, and that the request does not have.
fn unsent_headers(plan: &RequestPlan) -> impl Iterator<Item = HeaderName> + '_ {
    let of_curl = [header::ACCEPT, header::USER_AGENT, header::CONTENT_TYPE];
    of_curl.into_iter().filter(|name| {
        let adds = *name != header::CONTENT_TYPE || !plan.body.is_empty();
        adds && !plan.headers.contains_key(name)
    })
}

/// The option that gives curl the body: as an argument where it is a text that fits into one, else by a file.
fn body_option(plan: &RequestPlan, console: Console) -> Option<String> {
    if plan.body.is_empty() {
        return None;
    }
    let text = std::str::from_utf8(&plan.body).ok();
    if let Some(text) = text.filter(|text| text.len() <= LONGEST_ARGUMENT && !text.contains('\0')) {
        // Not `--data-binary`: a body that begins with `@` would name a file.
        // What the user wrote is the user's: it is not masked.
        return Some(format!("--data-raw {}", quoted(text)));
    }
    let is_converted = plan.yaml_body == Some(YamlBody::AsJson);
    if let Some(path) = plan.body_file.as_ref().filter(|_| !is_converted) {
        let file = match path.strip_prefix("~/") {
            Some(below) => format!("@\"$HOME\"/{}", word(below)),
            None => word(&format!("@{path}")),
        };
        return Some(format!("--data-binary {file}"));
    }
    let reason = match text {
        Some(_) => "is too long for an argument",
        None => "is not UTF-8 text",
    };
    let length = plan.body.len();
    console.note(format!(
        "the body {reason}: put its {length} bytes into the file `BODY`"
    ));
    Some("--data-binary @BODY".to_owned())
}

/// The command that gets a token of a tenant for the request, from the same source.
fn token_command(plan: &RequestPlan, audience: &Audience, tenant_id: Option<&str>) -> CommandLine {
    let command = CommandLine::arm("token").option("--audience", audience.as_str());
    let sign_in = &plan.options.sign_in;
    if sign_in.sandbox {
        return command.literal("--sandbox");
    }
    let command = match sign_in.source() {
        Some(source) => command.literal("--auth").literal(source.name()),
        None => command,
    };
    let identity = sign_in.identity.as_ref().map(ToString::to_string);
    let cloud = &plan.target.cloud.name;
    let is_named = !matches!(cloud, CloudName::Public | CloudName::Custom(_));
    command
        .optional("--identity", identity.as_deref())
        .optional("--tenant", tenant_id)
        .optional("--cloud", is_named.then(|| cloud.to_string()).as_deref())
}

/// The head of a response, as `-i` prints it. On a terminal nothing in it steers that.
pub(crate) fn head(response: &Response, to_terminal: bool) -> String {
    let mut text = format!("{:?} {}\n", response.version, response.status);
    for (name, value) in &response.headers {
        let value = String::from_utf8_lossy(value.as_bytes());
        if to_terminal {
            text.push_str(&format!("{name}: {}\n", inline(&value)));
        } else {
            text.push_str(&format!("{name}: {value}\n"));
        }
    }
    text.push('\n');
    text
}

/// The head of an answer that is an error, in lines: stdout holds answers alone, so it goes to stderr, masked.
pub(crate) fn error_head(response: &Response) -> Vec<Shown> {
    let status = format!("{:?} {}", response.version, response.status);
    let fields = response.headers.iter();
    let fields = fields
        .map(|(name, value)| Shown::from(format!("{name}: ")).with(Shown::header(name, value)));
    std::iter::once(Shown::from(status)).chain(fields).collect()
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
