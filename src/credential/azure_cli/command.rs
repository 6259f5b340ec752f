//! `az account get-access-token`: its arguments, and its answer. Which account is asked for: the module above.

use serde::Deserialize;
use serde_json::Value;

use super::profile::Subscription;
use crate::credential::process::{Finished, Program, is_plain};
use crate::credential::{
    AccessToken, Error, Source, SourceErrorKind, TokenRequest, program_output, timestamp,
};
use crate::env::Env;

/// Settings of az that keep its answer plain: without colours, and without hints and warnings around it
/// (Azure/azure-sdk-for-python#37841).
const PLAIN_OUTPUT: [(&str, &str); 2] = [
    ("AZURE_CORE_NO_COLOR", "true"),
    ("AZURE_CORE_ONLY_SHOW_ERRORS", "true"),
];

/// The account that az is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct AccountChoice<'a> {
    /// The account, by a subscription that it sees.
    pub(super) account: Option<&'a Subscription>,
    /// The tenant.
    pub(super) tenant_id: Option<&'a str>,
    /// What tells az so.
    pub(super) argument: Option<(&'static str, &'a str)>,
}

/// Finds az.
pub(super) fn find(env: &Env) -> Option<Program> {
    Program::find(env, Source::AzureCli, "az")
}

/// Runs az for a token.
pub(super) async fn ask(
    program: &Program,
    choice: &AccountChoice<'_>,
    request: &TokenRequest,
) -> Result<AccessToken, Error> {
    let arguments = arguments(choice, request).ok_or(
        SourceErrorKind::Unsupported {
            what: "be asked for a scope, tenant or subscription with such characters",
        }
        .of(Source::AzureCli),
    )?;
    let finished = program.run(&arguments, &PLAIN_OUTPUT).await?;
    read(program, &finished)
}

/// The arguments; nothing if one of them holds what az must not see.
fn arguments(choice: &AccountChoice<'_>, request: &TokenRequest) -> Option<Vec<String>> {
    let mut arguments: Vec<String> = ["account", "get-access-token", "--output", "json"]
        .map(str::to_owned)
        .to_vec();
    let what = match &request.scope {
        Some(scope) if *scope != request.audience.scope() => ("--scope", scope.as_str()),
        Some(_) | None => ("--resource", request.audience.as_str()),
    };
    for (name, value) in [Some(what), choice.argument].into_iter().flatten() {
        // Joined, so that a value that begins with a dash is not an option of az.
        arguments.push(is_plain(value).then(|| format!("{name}={value}"))?);
    }
    Some(arguments)
}

#[derive(Deserialize)]
struct Answer {
    #[serde(rename = "accessToken")]
    access_token: String,
    /// Seconds since 1970; az before 2.54 has only the local time, in `expiresOn`.
    expires_on: Option<Value>,
}

fn read(program: &Program, finished: &Finished) -> Result<AccessToken, Error> {
    if !finished.status.success() {
        let words = program_output::text_of(&finished.stderr);
        return Err(program.refused(reason_of(&words).unwrap_or_else(|| finished.end())));
    }
    let answer: Answer = program.answer(finished, "accessToken")?;
    let expires_on = match &answer.expires_on {
        Some(Value::Number(number)) => timestamp::parse(&number.to_string()),
        Some(Value::String(text)) => timestamp::parse(text),
        Some(_) | None => None,
    };
    Ok(AccessToken::new(&answer.access_token, expires_on))
}

/// Finds the reason in what az wrote: the line of its error, else the last one. az writes warnings
/// before the error, and commands that help after it.
fn reason_of(words: &str) -> Option<String> {
    let mut lines = words.lines().map(str::trim).filter(|line| !line.is_empty());
    let error = lines.clone().find_map(|line| line.strip_prefix("ERROR: "));
    error.or_else(|| lines.next_back()).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::{AccountChoice, arguments, reason_of};
    use crate::azure::Audience;
    use crate::credential::TokenRequest;

    fn choice(argument: Option<(&'static str, &'static str)>) -> AccountChoice<'static> {
        AccountChoice {
            account: None,
            tenant_id: None,
            argument,
        }
    }

    #[track_caller]
    fn check(
        scope: Option<&str>,
        argument: Option<(&'static str, &'static str)>,
        expected: Option<&str>,
    ) {
        let audience = Audience::parse("https://vault.azure.net").unwrap();
        let request = TokenRequest {
            scope: scope.map(str::to_owned),
            ..TokenRequest::of(&audience)
        };
        let found = arguments(&choice(argument), &request);
        assert_eq!(found.map(|words| words[4..].join(" ")).as_deref(), expected);
    }

    #[test]
    fn names_what_is_wanted() {
        let resource = "--resource=https://vault.azure.net";
        check(None, None, Some(resource));
        check(
            Some("https://vault.azure.net/.default"),
            None,
            Some(resource),
        );
        check(
            Some("https://vault.azure.net/x"),
            None,
            Some("--scope=https://vault.azure.net/x"),
        );
        check(
            None,
            Some(("--tenant", "t")),
            Some(&format!("{resource} --tenant=t")),
        );
        check(None, Some(("--tenant", "t&calc")), None);
        check(Some("a b"), None, None);
        check(Some(""), None, None);
    }

    #[test]
    fn finds_the_line_that_says_why() {
        for (words, reason) in [
            (
                "ERROR: AADSTS50173: expired.\nPlease run:\naz login\n",
                Some("AADSTS50173: expired."),
            ),
            ("WARNING: old\nERROR: no account\n", Some("no account")),
            ("Traceback\nValueError: x\n\n", Some("ValueError: x")),
            ("\n", None),
        ] {
            assert_eq!(reason_of(words).as_deref(), reason);
        }
    }
}
