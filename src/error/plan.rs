//! What helps before a request is sent: with its URL, its body and its list, and with the cloud.
//! What the command line itself cannot read says so in `cli`.

use super::HintContext;
use super::named::describe_named;
use crate::azure::{CloudError, Shown, UrlError};
use crate::output::Message;
use crate::plan::{self, graph_query, ids, listing, pattern, target};
use crate::shell::{CommandLine, word};

/// Adds what helps with a request that cannot be planned.
pub(super) fn describe_plan(error: &plan::Error, run: &HintContext, message: &mut Message) {
    if let plan::Error::Named(error) = error {
        describe_named(error, run, message);
    }
    message.hints.extend(hint_of_plan(error).map(Shown::from));
}

fn hint_of_plan(error: &plan::Error) -> Option<String> {
    match error {
        plan::Error::Target(error) => hint_of_target(error),
        plan::Error::ListedHost(_) => Some(
            "leave it out of the list; ask an address that you trust alone, in place of the `-`"
                .to_owned(),
        ),
        plan::Error::Pattern(error) => Some(hint_of_pattern(error)),
        plan::Error::GraphQuery(error) => hint_of_graph_query(error),
        plan::Error::DottedField(field) => Some(format!(
            "for a member within `{}` write `{}`; for a name with a dot, `{}`",
            field.name.split('.').next().unwrap_or_default(),
            word(&field.nested),
            word(&field.quoted)
        )),
        plan::Error::Body(_) => Some("see `arm help items`; `-n` shows the request".to_owned()),
        plan::Error::Audience { .. } => {
            Some("an audience looks like `https://vault.azure.net`".to_owned())
        }
        plan::Error::AllowedHost { .. } => Some("write `--allow-host HOST[:PORT]`".to_owned()),
        plan::Error::ReservedHeader { .. } => Some("leave it out".to_owned()),
        plan::Error::RewrittenValue(_) => {
            Some("set `MSYS_NO_PATHCONV=1`: then it is sent as it is typed".to_owned())
        }
        // What helps with a name is in `named`.
        plan::Error::Named(_)
        | plan::Error::Guard(_)
        | plan::Error::HeaderValue { .. }
        | plan::Error::QueryValue { .. } => None,
    }
}

/// Returns what helps with a URL.
fn hint_of_target(error: &target::Error) -> Option<String> {
    Some(match error {
        target::Error::Refused(error) => return hint_of_refusal(error),
        target::Error::Empty | target::Error::PortalWithoutResource => {
            "give a path such as `/subscriptions`, or `https://…`".to_owned()
        }
        target::Error::Unrecognised { url } => hint_of_unrecognised(url),
        target::Error::FilePath { .. } => {
            "write it without the first slash, `subscriptions/…`, or set `MSYS_NO_PATHCONV=1`"
                .to_owned()
        }
        target::Error::DotSegment { .. } => {
            "write the path out; is a variable of your script empty or wrong?".to_owned()
        }
        target::Error::ControlCharacter { .. } => {
            "a line break or a tab from a file or a variable is the usual cause; a blank is written `%20`".to_owned()
        }
        target::Error::StrayCharacter { .. } => {
            "it was copied along from a page, or is the byte order mark of a file: type that end again".to_owned()
        }
        target::Error::Fragment => "write `%23` for a `#` that belongs to a name".to_owned(),
        target::Error::ExpandedByShell { .. } => {
            "use `--filter`, `--select`, `--expand`, `--orderby`, `--top` or `--skip`, or put \
             the argument into single quotes"
                .to_owned()
        }
        target::Error::UnknownPlaceholder { .. } => {
            "known are `{sub}` or `{subscriptionId}`, `{rg}` or `{resourceGroup}`, `{tenant}`; \
             write anything else out"
                .to_owned()
        }
        target::Error::UnpairedBrace { .. } => {
            "a placeholder is written `{sub}`; `%7B` and `%7D` are braces of a name".to_owned()
        }
        target::Error::PlaceholderInHost { .. } => "write the host out".to_owned(),
        target::Error::MissingValue { flag, .. } => format!("give it with `{flag}`"),
        target::Error::InvalidValue { flag, .. } => {
            format!("`{flag}` takes a name alone, without `/`, `?`, `#` and `\\`")
        }
        target::Error::PortalOfOtherCloud { other, .. } => format!("use `--cloud {other}`"),
        target::Error::ApiVersionConflict { .. } => "leave one of them out".to_owned(),
        target::Error::EmptySegment { .. } => {
            "a variable is probably not set; write the path out, without the last `/`".to_owned()
        }
        target::Error::UnknownPath { meant, .. } => format!("did you mean `{meant}`?"),
        target::Error::UnknownType { nearest, .. } if !nearest.is_empty() => {
            let names: Vec<String> = nearest.iter().map(|name| format!("`{name}`")).collect();
            let names = names.join(" or ");
            format!("did you mean {names}? Else give it with `--api-version YYYY-MM-DD`")
        }
        target::Error::NoStableVersion { preview, .. } => {
            format!("the newest preview is `--api-version {preview}`")
        }
        target::Error::ApiVersionOfOtherHost { .. } => {
            "give the version that the service's documents name".to_owned()
        }
        target::Error::ApiVersionEmpty | target::Error::UnknownType { .. } => {
            "give it with `--api-version YYYY-MM-DD`".to_owned()
        }
        target::Error::UnknownHost {
            owner: Some(cloud), ..
        } => format!("it is a host of {cloud}: use `--cloud {cloud}`"),
        target::Error::UnknownHost {
            host, owner: None, ..
        } => format!(
            "use `--no-auth` to ask without a token, or name whom it is for: \
             `--audience AUDIENCE --allow-host {host}`"
        ),
        target::Error::ForeignAudience { host, .. } => {
            format!(
                "leave out `--audience` (`--resource` in `arm rest`), or confirm the host: `--allow-host {host}`"
            )
        }
    })
}

/// Returns what helps against a refused URL.
fn hint_of_refusal(error: &UrlError) -> Option<String> {
    Some(match error {
        UrlError::Insecure { .. } => "use `https://`".to_owned(),
        UrlError::Scheme { .. } => {
            "write `https://…`, or `:PORT/…` for a server on this machine".to_owned()
        }
        UrlError::TrailingDot { .. } => "leave out the last dot".to_owned(),
        UrlError::DisguisedHost { read, .. } => {
            format!("if `{read}` is the host you mean, write it that way")
        }
        UrlError::UserInfo { .. } => "leave out what is in front of the `@`".to_owned(),
        UrlError::Malformed { .. } | UrlError::CrossOrigin { .. } => return None,
    })
}

/// Returns how a text that is not a URL of ours would be written.
fn hint_of_unrecognised(url: &str) -> String {
    let host = url
        .trim_start_matches('/')
        .split('/')
        .next()
        .unwrap_or_default();
    if host.contains('.') {
        format!(
            "write `https://{}` if it is a host",
            url.trim_start_matches('/')
        )
    } else {
        "a path starts with `/`; without it, with `subscriptions`, `providers`, `tenants` or \
         `metadata`"
            .to_owned()
    }
}

/// Returns what helps with a `*` in a path.
fn hint_of_pattern(error: &pattern::Error) -> String {
    match error {
        pattern::Error::PartOfName { .. } => {
            "write `*` alone and select with `-q`; `%2A` is a `*` that is sent as it is".to_owned()
        }
        pattern::Error::Write { .. } => {
            "`--yes` sends it to each; the same path with GET shows what is there, and `-n` what \
             would be listed"
                .to_owned()
        }
        pattern::Error::WideWrite { method } => format!(
            "name the subscription, or give the IDs on standard input: `arm {method} - --yes`"
        ),
        pattern::Error::SeveralElsewhere => "name one subscription with `-S NAME`".to_owned(),
        pattern::Error::Option { instead, .. } => (*instead).to_owned(),
    }
}

/// Returns what helps with a query of Resource Graph.
fn hint_of_graph_query(error: &graph_query::Error) -> Option<String> {
    match error {
        graph_query::Error::Empty => Some(
            "a variable is probably not set, or the file is empty; try `arm graph 'Resources | count'`"
                .to_owned(),
        ),
        graph_query::Error::NotText | graph_query::Error::TooLong { .. } => None,
    }
}

/// Returns what helps with IDs on standard input.
pub(super) fn hint_of_ids(error: &ids::Error) -> &'static str {
    match error {
        ids::Error::NotText { .. } | ids::Error::NotJson { .. } | ids::Error::NoId { .. } => {
            "give one resource ID or URL per line, an array of them, or a list whose items have an `id`"
        }
    }
}

/// Adds what is known of a list that there is not, and what helps. `options` are those of the run, as they are written
/// after a command.
pub(super) fn describe_listing(error: &listing::Error, run: &HintContext, message: &mut Message) {
    for (name, value) in facts_of_listing(error) {
        message.fact(name, value);
    }
    let hints = hints_of_listing(error, run);
    message.hints.extend(hints.into_iter().map(Shown::from));
}

/// Returns what is known in addition to the message: names, and facts.
fn facts_of_listing(error: &listing::Error) -> Vec<(&'static str, String)> {
    match error {
        listing::Error::Unknown { near, .. } if near.is_empty() => Vec::new(),
        listing::Error::Unknown { near, .. } => vec![("near", near.join(", "))],
        listing::Error::Several { names, .. } => vec![("types", names.join(", "))],
        listing::Error::NoList { operations, .. } if operations.is_empty() => Vec::new(),
        listing::Error::NoList { operations, .. } => vec![("there is", operations.join(", "))],
        listing::Error::NotBelow { .. }
        | listing::Error::NeedsNames { .. }
        | listing::Error::NeedsGroup { .. }
        | listing::Error::NotInGraph { .. }
        | listing::Error::Elsewhere { .. } => Vec::new(),
    }
}

/// Returns what helps with a list.
fn hints_of_listing(error: &listing::Error, run: &HintContext) -> Vec<String> {
    let list = |name: &str| run.complete(CommandLine::arm("list").word(name));
    match error {
        listing::Error::Unknown { word, near } => {
            let search = search(word);
            match near.first() {
                Some(name) => vec![format!("did you mean `{}`? {search}", list(name))],
                None => vec![search],
            }
        }
        listing::Error::Several { names, .. } => names
            .first()
            .map(|name| format!("say which, as in `{}`", list(name)))
            .into_iter()
            .collect(),
        listing::Error::NoList { name, .. } => {
            let explain = CommandLine::arm("types").word(name);
            vec![format!("`{explain}` explains the type")]
        }
        listing::Error::NeedsNames { path, parent, .. } => {
            let ask = run.complete(CommandLine::arm("GET").given(path).literal("-o table"));
            let ask = format!("`{ask}`, with the name for `NAME`");
            let names = parent.map(|parent| format!("`{}` shows the names", list(parent)));
            names.into_iter().chain(std::iter::once(ask)).collect()
        }
        listing::Error::NeedsGroup { word } => {
            let every = CommandLine::arm("list").word(word).option("-g", "*");
            let one = CommandLine::arm("list").word(word).literal("-g GROUP");
            let (every, one) = (run.complete(every), run.complete(one));
            vec![
                format!("`{every}` asks every group"),
                format!("`{one}` asks one; `{}` shows them", list("group")),
            ]
        }
        listing::Error::NotInGraph {
            name,
            is_listed: true,
        } => {
            vec![format!("ask the service itself: `{}`", list(name))]
        }
        listing::Error::NotInGraph { name, .. } | listing::Error::NotBelow { name, .. } => {
            let explain = CommandLine::arm("types").word(name);
            vec![format!("`{explain}` says where the service lists them")]
        }
        listing::Error::Elsewhere { option, .. } => vec![format!("leave `{option}` out")],
    }
}

fn search(word: &str) -> String {
    let word = word.rsplit('/').next().unwrap_or(word);
    let is_plain = word
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'.');
    if is_plain && !word.is_empty() {
        let search = CommandLine::arm("types").word(word);
        format!("`{search}` searches all types")
    } else {
        "`arm types` lists all types".to_owned()
    }
}

/// Adds what helps with a cloud.
pub(super) fn describe_cloud(error: &CloudError, message: &mut Message) {
    match error {
        CloudError::Unknown {
            suggestion: Some(name),
            ..
        } => message.hint(format!("did you mean `--cloud {name}`?")),
        CloudError::ForeignAuthority { authority, .. } => message.hint(format!(
            "set `AZURE_AUTHORITY_HOST={authority}` if your secrets may go there"
        )),
        CloudError::ForeignAudience { .. } => {
            message.hint("name whom the token is for: `--audience AUDIENCE`");
        }
        CloudError::Unknown { .. }
        | CloudError::Syntax { .. }
        | CloudError::Metadata { .. }
        | CloudError::Missing { .. }
        | CloudError::Endpoint { .. }
        | CloudError::NotHttps { .. }
        | CloudError::Suffix { .. } => {}
    }
}

/// Returns what helps if no resource type is like a pattern.
pub(super) fn hint_of_unknown_type(nearest: &[&str]) -> String {
    if nearest.is_empty() {
        return "`arm types` lists all that are known, `arm types --refresh` asks for all there are"
            .to_owned();
    }
    let names: Vec<String> = nearest.iter().map(|name| format!("`{name}`")).collect();
    format!("did you mean {}?", names.join(" or "))
}

/// Returns what helps if no body of a type is known.
pub(super) fn hint_of_no_body(nearest: &[String]) -> String {
    if nearest.is_empty() {
        return "a GET of such a resource shows its members; `arm types --schema-age` shows what is known"
            .to_owned();
    }
    let names: Vec<String> = nearest.iter().map(|name| format!("`{name}`")).collect();
    format!("did you mean {}?", names.join(" or "))
}

/// Returns what helps if a body has no such member.
pub(super) fn hint_of_no_member(type_name: &str, nearest: Option<&str>) -> String {
    if let Some(path) = nearest {
        return format!("did you mean `{path}`?");
    }
    let show = CommandLine::arm("types").word(type_name).word("--schema");
    format!("`{show}` shows the members that are known")
}

#[cfg(test)]
mod tests {
    use super::hint_of_target;
    use crate::azure::{Cloud, UrlError, Versions};
    use crate::plan::target::{Authentication, Error, Placeholders, Typed, resolve};

    #[track_caller]
    fn check(url: &str, expected: &str) {
        let typed = Typed {
            url,
            method: &http::Method::GET,
            cloud: &Cloud::public(),
            placeholders: Placeholders {
                subscription: Some("s-1"),
                resource_group: Some("my rg"),
                tenant: None,
                location: None,
            },
            query: &[],
            api_version: None,
            versions: &Versions::default(),
            audience: None,
            allowed: &[],
            authentication: Authentication::Token,
            shell: crate::plan::PathConversion::None,
        };
        let error = resolve(&typed).map(|resolved| resolved.target.url);
        let hint = hint_of_target(&error.unwrap_err()).unwrap_or_default();
        assert!(hint.contains(expected), "{url}: {hint}");
    }

    #[test]
    fn each_url_has_its_hint() {
        check(
            "management.azure.com/x",
            "write `https://management.azure.com/x`",
        );
        check("subscription/x", "`subscriptions`");
        check("http://a.example/", "use `https://`");
        check("localhost:8080/x", "`:PORT/…`");
        check("C:/x/subscriptions", "MSYS_NO_PATHCONV=1");
        check("/x#y", "`%23`");
        check("/a/../b", "variable");
        check("https://a.example./", "last dot");
        check("https://a%2eexample/", "`a.example`");
        check("https://u@a.example/", "`@`");
        check("", "`/subscriptions`");
        check("https://portal.azure.cn/#x", "`--cloud AzureChinaCloud`");
        check("/{tenant}", "give it with `--tenant`");
        for (host, cloud) in [
            ("management.usgovcloudapi.net", "AzureUSGovernment"),
            ("v.vault.usgovcloudapi.net", "AzureUSGovernment"),
            ("management.chinacloudapi.cn", "AzureChinaCloud"),
        ] {
            check(&format!("https://{host}/x"), &format!("`--cloud {cloud}`"));
        }
        check("/subscriptions?=5", "`--filter`");
        check("/providers/Microsoft.Unknown/things", "`--api-version");
        check(
            "https://evil.example:8443/x",
            "--allow-host evil.example:8443",
        );
        let refused = Error::from(UrlError::Malformed { reason: "x" });
        assert_eq!(hint_of_target(&refused), None);
    }
}
