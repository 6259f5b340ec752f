//! `--curl`: the request as a command for the shell that is there. `--dry-run`: `preview`; how shells read words:
//! `shell`.

use http::{HeaderName, Method, header};

use crate::app::exchange::preview::auxiliary_tenants;
use crate::app::terminal::stdout::print_until;
use crate::azure::headers::X_MS_AUTHORIZATION_AUXILIARY;
use crate::azure::{Audience, CloudName, Shown};
use crate::client::Deadline;
use crate::error::Error;
use crate::output::Console;
use crate::plan::{RequestPlan, YamlBody};
use crate::shell::{CommandLine, Shell};

/// The longest body that is written as an argument, in bytes: Linux takes none of 128 KiB (`MAX_ARG_STRLEN`).
const LONGEST_ARGUMENT: usize = 100_000;
/// The longest command of Windows has 32,767 characters, of cmd 8,191.
const LONGEST_ARGUMENT_OF_WINDOWS: usize = 6_000;

/// The names of the tokens in a loop of cmd; none of them could be a digit of an escaped byte of the address.
const LOOP_VARIABLES: [&str; 7] = ["%t", "%u", "%v", "%w", "%x", "%y", "%z"];

/// Prints the request as a curl command. A token stands in it as the command that gets one.
pub(crate) fn print(
    plan: &RequestPlan,
    shell: Shell,
    deadline: Option<Deadline>,
    console: Console,
) -> Result<(), Error> {
    if let Some(pattern) = &plan.pattern {
        for url in pattern.lists() {
            let mut list = plan.clone();
            (list.pattern, list.method, list.target.url) = (None, Method::GET, url);
            list.body = bytes::Bytes::new();
            list.headers.remove(header::CONTENT_TYPE);
            print(&list, shell, deadline, console.silent())?;
            print_until(deadline, b"\n")?;
        }
        console.note(format!(
            "`*` stands for {}: put each that the command before lists into its place",
            pattern.words()
        ));
    }
    let words = command(plan, shell, console);
    if words.is_masked() {
        console.note("secrets are shown as `[redacted]`: write them in before the command is run");
    }
    if plan.options.sign_in.sandbox {
        console.note("this address is the sandbox's: for curl, start `arm sandbox serve`");
    }
    print_until(deadline, format!("{words}\n").as_bytes())
}

fn command(plan: &RequestPlan, shell: Shell, console: Console) -> Shown {
    let target = &plan.target;
    let mut tokens = Tokens {
        shell,
        loops: String::new(),
        count: 0,
    };
    let mut arguments = vec![Shown::from("--globoff")];
    match plan.method.as_str() {
        "GET" if plan.body.is_empty() => {}
        "HEAD" => arguments.push("--head".into()),
        method => arguments.push(format!("--request {method}").into()),
    }
    arguments.push(Shown::url(&target.url).map(|url| shell.quoted(url)));
    if let Some(audience) = &target.audience {
        let mut bearer = |tenant_id| {
            let token = token_command(plan, audience, tenant_id, shell);
            format!("Bearer {}", tokens.place(&token))
        };
        let own = bearer(plan.tenant_id.as_deref());
        let field = format!("--header \"Authorization: {own}\"");
        arguments.push(Shown::unmasked(field));
        let others = auxiliary_tenants(plan).iter();
        let others: Vec<String> = others.map(|tenant_id| bearer(Some(tenant_id))).collect();
        if !others.is_empty() {
            let others = others.join(", ");
            let field = format!("--header \"{X_MS_AUTHORIZATION_AUXILIARY}: {others}\"");
            arguments.push(Shown::unmasked(field));
        }
    }
    for (name, value) in &plan.headers {
        // curl takes a name with a colon and nothing after it for "do not send this one".
        let field = if value.is_empty() {
            Shown::from(format!("{name};"))
        } else {
            Shown::from(format!("{name}: ")).with(Shown::header(name, value))
        };
        arguments.push(Shown::from("--header ").with(field.map(|field| shell.quoted(field))));
    }
    let has_content = [Method::POST, Method::PUT, Method::PATCH].contains(&plan.method);
    if has_content && plan.body.is_empty() {
        // `transport::wire` sends the length of an empty body where servers ask for one.
        let field = shell.quoted("content-length: 0");
        arguments.push(format!("--header {field}").into());
    }
    for name in unsent_headers(plan) {
        let field = shell.quoted(&format!("{name}:"));
        arguments.push(format!("--header {field}").into());
    }
    if plan.headers.contains_key(header::ACCEPT_ENCODING) {
        // The header stays as it is, and the answer is unpacked.
        arguments.push("--compressed".into());
    }
    arguments.extend(body_option(plan, shell, console).map(Shown::unmasked));

    let mut words = Shown::unmasked(tokens.loops);
    words.push(match shell {
        Shell::Posix | Shell::Cmd => "curl",
        // There `curl` is another command's name.
        Shell::PowerShell | Shell::WindowsPowerShell => "curl.exe",
    });
    for argument in arguments {
        words.push(shell.continuation());
        words.push("\n  ");
        words.push(argument);
    }
    words
}

/// How the commands that get tokens stand in the command.
struct Tokens {
    shell: Shell,
    /// What stands before the command, which it is the body of.
    loops: String,
    count: usize,
}

impl Tokens {
    /// Returns what stands for a token between double quotes.
    fn place(&mut self, command: &CommandLine) -> String {
        if self.shell != Shell::Cmd {
            return format!("$({command})");
        }
        let variable = LOOP_VARIABLES.get(self.count).copied().unwrap_or("TOKEN");
        self.count += 1;
        let start = format!("for /f \"delims=\" {variable} in ('{command}') do @");
        self.loops.push_str(&start);
        variable.to_owned()
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
fn body_option(plan: &RequestPlan, shell: Shell, console: Console) -> Option<String> {
    if plan.body.is_empty() {
        return None;
    }
    let longest = match shell {
        Shell::Posix => LONGEST_ARGUMENT,
        Shell::PowerShell | Shell::WindowsPowerShell | Shell::Cmd => LONGEST_ARGUMENT_OF_WINDOWS,
    };
    let text = std::str::from_utf8(&plan.body).ok();
    let reason = match text {
        None => "is not UTF-8 text",
        Some(text) if text.len() > longest || text.contains('\0') => "is too long for an argument",
        Some(text) if shell == Shell::Cmd && text.contains(['\r', '\n', '%']) => {
            "holds what cmd does not keep"
        }
        Some(text) => {
            // Not `--data-binary`: a body that begins with `@` would name a file.
            // What the user wrote is the user's: it is not masked.
            return Some(format!("--data-raw {}", shell.quoted(text)));
        }
    };
    let is_converted = plan.yaml_body == Some(YamlBody::AsJson);
    if let Some(path) = plan.body_file.as_ref().filter(|_| !is_converted) {
        let file = match (path.strip_prefix("~/"), shell) {
            (None, _) => shell.word(&format!("@{path}")),
            (Some(below), Shell::Posix) => format!("@\"$HOME\"/{}", shell.word(below)),
            (Some(below), Shell::PowerShell | Shell::WindowsPowerShell) => {
                format!("('@' + $HOME + {})", shell.quoted(&format!("/{below}")))
            }
            (Some(below), Shell::Cmd) => format!("\"@%USERPROFILE%\\{below}\""),
        };
        return Some(format!("--data-binary {file}"));
    }
    let length = plan.body.len();
    console.note(format!(
        "the body {reason}: put its {length} bytes into the file `BODY`"
    ));
    Some(format!("--data-binary {}", shell.word("@BODY")))
}

/// The command that gets a token of a tenant for the request, from the same source.
fn token_command(
    plan: &RequestPlan,
    audience: &Audience,
    tenant_id: Option<&str>,
    shell: Shell,
) -> CommandLine {
    let command = CommandLine::arm("token")
        .in_shell(shell)
        .option("--audience", audience.as_str());
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
