//! `--as`: the request as a command of another tool: `az rest`, HTTPie, PowerShell. As a curl command: `curl_command`.

use http::{Method, header};

use crate::app::exchange::command_body::{BodyArgument, body_argument};
use crate::app::exchange::preview::auxiliary_tenants;
use crate::app::exchange::token_command::token_command;
use crate::azure::headers::X_MS_AUTHORIZATION_AUXILIARY;
use crate::azure::{HostKind, Shown, host_kind};
use crate::output::Console;
use crate::plan::RequestPlan;
use crate::shell::Shell;

/// The methods that `Invoke-RestMethod` knows by name.
const OF_POWERSHELL: [&str; 7] = ["GET", "HEAD", "PUT", "POST", "PATCH", "DELETE", "OPTIONS"];

/// `az rest`, which gets the token itself.
pub(super) fn az(plan: &RequestPlan, shell: Shell, console: Console) -> Vec<Shown> {
    let target = &plan.target;
    let method = plan.method.as_str().to_ascii_lowercase();
    let mut words = vec![Shown::from("az rest"), format!("--method {method}").into()];
    words.push(quoted("--url ", Shown::url(&target.url), shell));
    let given = plan.headers.iter().filter(|(name, value)| {
        let is_given = plan.given_headers.iter().any(|(own, _)| own == *name);
        let is_other_type = **name == header::CONTENT_TYPE && *value != "application/json";
        is_given || is_other_type
    });
    let fields: Vec<Shown> = given
        .map(|(name, value)| {
            let field = Shown::from(format!("{name}=")).with(Shown::header(name, value));
            quoted("", field, shell)
        })
        .collect();
    if !fields.is_empty() {
        let mut option = Shown::from("--headers");
        for field in fields {
            option.push(" ");
            option.push(field);
        }
        words.push(option);
    }
    words.extend(body_argument(plan, shell, console).map(|body| match body {
        BodyArgument::Text(text) => Shown::unmasked(format!("--body {}", shell.quoted(text))),
        BodyArgument::File { word, .. } => Shown::unmasked(format!("--body {word}")),
    }));
    let is_resource_manager = host_kind(&target.cloud, &target.url) == HostKind::ResourceManager;
    match &target.audience {
        None => words.push("--skip-authorization-header".into()),
        Some(audience) if !is_resource_manager => {
            let audience = shell.quoted(audience.as_str());
            words.push(Shown::unmasked(format!("--resource {audience}")));
        }
        Some(_) => {}
    }
    if !auxiliary_tenants(plan).is_empty() {
        console.note("`az rest` sends no tokens of other tenants: `--aux-tenant` is left out");
    }
    words
}

/// HTTPie.
pub(super) fn httpie(plan: &RequestPlan, shell: Shell, console: Console) -> Vec<Shown> {
    // Without the option it waits for standard input in a script.
    let mut words = vec![Shown::from("http --ignore-stdin")];
    words.push(plan.method.as_str().to_owned().into());
    words.push(quoted("", Shown::url(&plan.target.url), shell));
    for (name, tokens) in tokens(plan, shell) {
        words.push(Shown::unmasked(format!("\"{name}:{tokens}\"")));
    }
    for (name, value) in &plan.headers {
        let field = if value.is_empty() {
            Shown::from(format!("{name};"))
        } else {
            Shown::from(format!("{name}:")).with(Shown::header(name, value))
        };
        words.push(quoted("", field, shell));
    }
    words.extend(body_argument(plan, shell, console).map(|body| match body {
        BodyArgument::Text(text) => Shown::unmasked(format!("--raw {}", shell.quoted(text))),
        BodyArgument::File { word, .. } => Shown::unmasked(word),
    }));
    words
}

/// `Invoke-RestMethod`, with a token of this program: `Invoke-AzRestMethod` sends no headers.
pub(super) fn powershell(plan: &RequestPlan, shell: Shell, console: Console) -> Vec<Shown> {
    let method = plan.method.as_str();
    let option = if OF_POWERSHELL.contains(&method) {
        "-Method"
    } else {
        "-CustomMethod"
    };
    let mut words = vec![Shown::from(format!("Invoke-RestMethod {option} {method}"))];
    words.push(quoted("-Uri ", Shown::url(&plan.target.url), shell));
    let mut fields: Vec<Shown> = tokens(plan, shell)
        .into_iter()
        .map(|(name, tokens)| Shown::unmasked(format!("'{name}' = \"{tokens}\"")))
        .collect();
    let mut options = Vec::new();
    for (name, value) in &plan.headers {
        let shown = Shown::header(name, value);
        if *name == header::CONTENT_TYPE {
            let is_ascii = plan.body.is_ascii() || value.as_bytes().contains(&b';');
            let charset = if is_ascii { "" } else { "; charset=utf-8" };
            options.push(quoted("-ContentType ", shown.with(charset), shell));
        } else if *name == header::USER_AGENT {
            options.push(quoted("-UserAgent ", shown, shell));
        } else if !value.is_empty() {
            let name = shell.quoted(name.as_str());
            fields.push(quoted(&format!("{name} = "), shown, shell));
        }
    }
    if !fields.is_empty() {
        let mut table = Shown::from("-Headers @{ ");
        for (number, field) in fields.into_iter().enumerate() {
            table.push(if number > 0 { "; " } else { "" });
            table.push(field);
        }
        table.push(" }");
        words.push(table);
    }
    words.extend(options);
    words.extend(body_argument(plan, shell, console).map(|body| match body {
        BodyArgument::Text(text) => Shown::unmasked(format!("-Body {}", shell.quoted(text))),
        BodyArgument::File { path, .. } => {
            Shown::unmasked(format!("-InFile {}", shell.quoted(&path)))
        }
    }));
    if plan.method == Method::GET && !plan.body.is_empty() {
        console.note("PowerShell sends no body with GET");
    }
    words
}

/// The headers that hold tokens, each as the command that gets it.
fn tokens(plan: &RequestPlan, shell: Shell) -> Vec<(&'static str, String)> {
    let Some(audience) = &plan.target.audience else {
        return Vec::new();
    };
    let bearer = |tenant_id: Option<&str>| {
        let token = token_command(plan, audience, tenant_id, shell);
        format!("Bearer $({token})")
    };
    let mut tokens = vec![("Authorization", bearer(plan.tenant_id.as_deref()))];
    let others = auxiliary_tenants(plan).iter();
    let others: Vec<String> = others.map(|tenant_id| bearer(Some(tenant_id))).collect();
    if !others.is_empty() {
        tokens.push((X_MS_AUTHORIZATION_AUXILIARY, others.join(", ")));
    }
    tokens
}

fn quoted(before: &str, text: Shown, shell: Shell) -> Shown {
    let before = before.to_owned();
    text.map(|text| format!("{before}{}", shell.quoted(text)))
}
