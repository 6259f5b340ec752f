//! `--curl` and `--as`: the request as a command for the shell that is there; other tools than curl: `tool_command`. `--dry-run`: `preview`; how shells read words:
//! `shell`.

use http::{HeaderName, Method, header};

use crate::app::exchange::command_body::{BodyArgument, body_argument};
use crate::app::exchange::preview::auxiliary_tenants;
use crate::app::exchange::token_command::token_command;
use crate::app::exchange::tool_command;
use crate::app::terminal::stdout::print_until;
use crate::azure::Shown;
use crate::azure::headers::X_MS_AUTHORIZATION_AUXILIARY;
use crate::cli::Tool;
use crate::client::Deadline;
use crate::error::Error;
use crate::output::Console;
use crate::plan::RequestPlan;
use crate::shell::{CommandLine, Shell};

/// The names of the tokens in a loop of cmd; none of them could be a digit of an escaped byte of the address.
const LOOP_VARIABLES: [&str; 7] = ["%t", "%u", "%v", "%w", "%x", "%y", "%z"];

/// Prints the request as a curl command. A token is in it as the command that gets one.
pub(crate) fn print(
    plan: &RequestPlan,
    tool: Tool,
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
            print(&list, tool, shell, deadline, console.silent())?;
            print_until(deadline, b"\n")?;
        }
        console.note(format!(
            "`*` stands for {}: put each one that the command above lists in its place",
            pattern.words()
        ));
    }
    let words = match tool {
        Tool::Curl => command(plan, shell, console),
        Tool::Az => on_lines(tool_command::az(plan, shell, console), shell),
        Tool::Httpie => on_lines(tool_command::httpie(plan, shell, console), shell),
        Tool::PowerShell => {
            let shell = Shell::PowerShell;
            on_lines(tool_command::powershell(plan, shell, console), shell)
        }
    };
    if words.is_masked() {
        console.note("secrets are shown as `[redacted]`: write them in before the command is run");
    }
    if plan.options.sign_in.sandbox {
        let tools = match tool {
            Tool::Curl => "curl",
            Tool::Az | Tool::Httpie | Tool::PowerShell => "other tools",
        };
        console.note(format!(
            "this address is the sandbox's: for {tools}, start `arm sandbox serve`"
        ));
    }
    print_until(deadline, format!("{words}\n").as_bytes())
}

/// A command with each option on a line of its own.
fn on_lines(words: Vec<Shown>, shell: Shell) -> Shown {
    let mut text = Shown::from("");
    for (number, word) in words.into_iter().enumerate() {
        if number > 0 {
            text.push(shell.continuation());
            text.push("\n  ");
        }
        text.push(word);
    }
    text
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
    let body = body_argument(plan, shell, console);
    arguments.extend(body.map(|body| match body {
        // Not `--data-binary`: a body that begins with `@` would name a file.
        BodyArgument::Text(text) => Shown::unmasked(format!("--data-raw {}", shell.quoted(text))),
        BodyArgument::File { word, .. } => Shown::unmasked(format!("--data-binary {word}")),
    }));

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

/// How the commands that get tokens are in the command.
struct Tokens {
    shell: Shell,
    /// What comes before the command, which it is the body of.
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
