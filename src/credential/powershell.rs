//! The login of Az PowerShell: `Get-AzAccessToken`, in a PowerShell that runs one fixed script. What is asked for comes
//! to the script by variables, never as a part of it. PowerShell takes seconds to start: it is used only if it is
//! named.

use serde::Deserialize;

use super::process::{Finished, Program, is_plain};
use super::provider::{TokenFuture, TokenProvider, Tools};
use super::token::from_epoch;
use super::{Absence, AccessToken, Error, Source, SourceErrorKind, TokenRequest, program_output};
use crate::env::Env;

/// Prints the token, or why there is none, as one JSON object. Az.Accounts gives a `SecureString` from 5.0 on, and
/// before that if it is asked to (from 2.17).
const SCRIPT: &str = r"
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
try {
    Import-Module Az.Accounts
    $wanted = @{ ResourceUrl = $env:WANTED_AUDIENCE; WarningAction = 'SilentlyContinue' }
    if ($env:WANTED_TENANT) { $wanted.TenantId = $env:WANTED_TENANT }
    if ((Get-Command Get-AzAccessToken).Parameters.ContainsKey('AsSecureString')) {
        $wanted.AsSecureString = $true
    }
    $found = Get-AzAccessToken @wanted
    $token = $found.Token
    if ($token -is [System.Security.SecureString]) {
        $token = [System.Net.NetworkCredential]::new('', $token).Password
    }
    $answer = @{ token = $token; expiresOn = $found.ExpiresOn.ToUnixTimeSeconds() }
} catch {
    $answer = @{ error = $_.Exception.Message }
}
[Console]::Out.Write((ConvertTo-Json -Compress $answer))
";

/// The command.
#[derive(Debug, Clone)]
pub struct PowerShell {
    program: Program,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    token: Option<String>,
    expires_on: Option<u64>,
    error: Option<String>,
}

impl PowerShell {
    /// Looks for PowerShell; whether its module is there, and signed in, only PowerShell can tell.
    pub(super) fn find(env: &Env) -> Result<Self, Absence> {
        // Windows comes with an older one, by another name.
        let names = ["pwsh", "powershell"];
        let program = names
            .into_iter()
            .take(if cfg!(windows) { 2 } else { 1 })
            .find_map(|name| Program::find(env, Source::PowerShell, name));
        let program = program.ok_or_else(|| Absence::not_there("`pwsh` is not on the PATH"))?;
        Ok(Self { program })
    }

    async fn fetch(&self, request: &TokenRequest) -> Result<AccessToken, Error> {
        let unsupported = |what| SourceErrorKind::Unsupported { what }.of(Source::PowerShell);
        if request.claims.is_some() {
            return Err(unsupported("answer a claims challenge"));
        }
        if request.scope() != request.audience.scope() {
            return Err(unsupported("ask for less than a whole audience"));
        }
        let audience = request.audience.as_str();
        let tenant_id = request.tenant_id.as_deref().unwrap_or_default();
        if !is_plain(audience) || !(tenant_id.is_empty() || is_plain(tenant_id)) {
            return Err(unsupported(
                "be asked for an audience or tenant with such characters",
            ));
        }
        let arguments = ["-NoProfile", "-NonInteractive", "-Command", SCRIPT];
        let variables = [
            ("WANTED_AUDIENCE", audience),
            ("WANTED_TENANT", tenant_id),
            ("NO_COLOR", "1"),
        ];
        let arguments = arguments.map(str::to_owned);
        let finished = self.program.run(&arguments, &variables).await?;
        self.read(&finished)
    }

    fn read(&self, finished: &Finished) -> Result<AccessToken, Error> {
        // A module may print before the answer: it is the last object.
        match program_output::objects(&finished.stdout).pop() {
            Some(Answer {
                token: Some(token),
                expires_on,
                error: None,
            }) => Ok(AccessToken::new(&token, expires_on.and_then(from_epoch))),
            Some(Answer {
                error: Some(error), ..
            }) => {
                let line = error.lines().map(str::trim).find(|line| !line.is_empty());
                Err(self
                    .program
                    .refused(line.unwrap_or("it gave no reason").to_owned()))
            }
            Some(Answer { .. }) | None if finished.status.success() => {
                Err(self.program.malformed("no JSON object with `token`"))
            }
            Some(Answer { .. }) | None => Err(self.program.refused(finished.end())),
        }
    }
}

impl TokenProvider for PowerShell {
    fn source(&self) -> Source {
        Source::PowerShell
    }

    fn token<'a>(&'a self, request: &'a TokenRequest, _tools: &'a Tools<'a>) -> TokenFuture<'a> {
        Box::pin(self.fetch(request))
    }
}
