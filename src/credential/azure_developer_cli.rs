//! The login of the Azure Developer CLI: `azd auth token`, its arguments and its answer.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::identity::{Identity, fingerprint};
use super::process::{Finished, Program, is_plain};
use super::provider::{TokenFuture, TokenProvider, Tools};
use super::{
    Absence, AccessToken, Error, Source, SourceErrorKind, TokenRequest, key_file, program_output,
    timestamp,
};
use crate::env::Env;

/// The command, and what tells who is signed in.
#[derive(Debug, Clone)]
pub struct AzureDeveloperCli {
    program: Program,
    folder: PathBuf,
    /// What azd keeps about its account, and its settings, which can choose another one; neither
    /// holds a secret. Nothing where another program signs in for azd.
    account: Option<[String; 2]>,
}

impl AzureDeveloperCli {
    /// Looks for azd and its login; `Err` says what is missing.
    pub(super) fn find(env: &Env) -> Result<Self, Absence> {
        let folder = match (env.path("AZD_CONFIG_DIR"), &env.home_dir) {
            (Some(folder), _) => PathBuf::from(folder),
            (None, Some(home)) => home.join(".azd"),
            (None, None) => return Err(Absence::not_there("there is no home folder")),
        };
        let login = folder.join("auth").join("auth.json");
        let program = Program::find(env, Source::AzureDeveloperCli, "azd");
        let (program, account) = match (program, text_of(&login)) {
            (Some(program), Some(account)) => (program, account),
            (Some(_), None) => {
                let reason = format!("`azd` is not signed in: no `{}`", login.display());
                return Err(Absence::NotThere(reason));
            }
            (None, Some(_)) => {
                return Err(Absence::incomplete(
                    "it is signed in, but `azd` is not on the PATH",
                ));
            }
            (None, None) => return Err(Absence::not_there("`azd` is not on the PATH")),
        };
        let settings = text_of(&folder.join("config.json")).unwrap_or_default();
        // Who answers there is not known here (Azure/azure-dev, external authentication).
        let is_own = env.get("AZD_AUTH_ENDPOINT").is_none();
        let account = is_own.then_some([account, settings]);
        Ok(Self {
            program,
            folder,
            account,
        })
    }

    async fn fetch(&self, request: &TokenRequest) -> Result<AccessToken, Error> {
        let unsupported =
            |what| SourceErrorKind::Unsupported { what }.of(Source::AzureDeveloperCli);
        if request.claims.is_some() {
            return Err(unsupported("answer a claims challenge"));
        }
        let arguments = arguments(request)
            .ok_or_else(|| unsupported("be asked for a scope or tenant with such characters"))?;
        let finished = self.program.run(&arguments, &[]).await?;
        self.read(&finished)
    }

    fn read(&self, finished: &Finished) -> Result<AccessToken, Error> {
        if !finished.status.success() {
            let reason = reason_of(finished).unwrap_or_else(|| finished.end());
            return Err(self.program.refused(reason));
        }
        let answer: Answer = match self.program.answer(finished, "token") {
            Ok(answer) => answer,
            // azd has been seen to end with 0 and an error.
            Err(error) => {
                let reason = program_output::messages(finished);
                let reason = reason.iter().find_map(|line| line.strip_prefix("ERROR: "));
                return Err(reason.map_or(error, |reason| self.program.refused(reason.to_owned())));
            }
        };
        let expires_on = answer.expires_on.as_deref().and_then(timestamp::parse);
        Ok(AccessToken::new(&answer.token, expires_on))
    }
}

impl TokenProvider for AzureDeveloperCli {
    fn source(&self) -> Source {
        Source::AzureDeveloperCli
    }

    fn token<'a>(&'a self, request: &'a TokenRequest, _tools: &'a Tools<'a>) -> TokenFuture<'a> {
        Box::pin(self.fetch(request))
    }

    /// Tells whose token it is: another one as soon as another account signs in.
    fn identity(&self, request: &TokenRequest) -> Option<Identity> {
        let [account, settings] = self.account.as_ref()?;
        Some(Identity {
            source: Source::AzureDeveloperCli,
            authority: String::new(),
            tenant_id: request.tenant_id.clone().unwrap_or_default(),
            client_id: String::new(),
            principal: fingerprint(&[account, settings, &self.folder.to_string_lossy()]),
        })
    }
}

/// The text of a file of azd; nothing if it is not a regular file, or too large.
fn text_of(path: &Path) -> Option<String> {
    String::from_utf8(key_file::read(path).ok()?.bytes).ok()
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    token: String,
    expires_on: Option<String>,
}

/// The arguments; nothing if one of them holds what azd must not see.
fn arguments(request: &TokenRequest) -> Option<Vec<String>> {
    let mut arguments: Vec<String> = ["auth", "token", "--output", "json", "--no-prompt"]
        .map(str::to_owned)
        .to_vec();
    let scope = request.scope();
    let tenant_id = request.tenant_id.as_deref();
    let values = [
        Some(("--scope", scope.as_str())),
        tenant_id.map(|id| ("--tenant-id", id)),
    ];
    for (name, value) in values.into_iter().flatten() {
        arguments.push(is_plain(value).then(|| format!("{name}={value}"))?);
    }
    Some(arguments)
}

/// Finds the reason in what azd wrote: the line of its error, else the last one.
fn reason_of(finished: &Finished) -> Option<String> {
    let lines = program_output::messages(finished);
    let error = lines.iter().find_map(|line| line.strip_prefix("ERROR: "));
    error.map(str::to_owned).or_else(|| lines.last().cloned())
}

#[cfg(test)]
mod tests {
    use super::arguments;
    use crate::azure::Audience;
    use crate::credential::TokenRequest;

    #[cfg(unix)]
    #[test]
    fn an_account_is_told_from_another_one() {
        use super::AzureDeveloperCli;
        use crate::credential::provider::TokenProvider as _;
        use crate::env::Env;

        let folder = tempfile::tempdir().unwrap();
        let path = folder.path();
        std::fs::create_dir(path.join("auth")).unwrap();
        std::fs::write(path.join("azd"), "").unwrap();
        let text = path.to_string_lossy();
        let variables = [("PATH", &*text), ("AZD_CONFIG_DIR", &*text)];
        let identity = |more: Option<(&str, &str)>| {
            let env = Env::with_variables(variables.into_iter().chain(more));
            let request = TokenRequest::of(&Audience::parse("api://x").unwrap());
            AzureDeveloperCli::find(&env).map(|found| found.identity(&request))
        };
        assert!(identity(None).is_err());
        std::fs::write(path.join("auth/auth.json"), "{}").unwrap();
        let before = identity(None).unwrap();
        assert!(before.is_some());
        std::fs::write(
            path.join("config.json"),
            "{\"auth\":{\"useAzCliAuth\":\"true\"}}",
        )
        .unwrap();
        let after = identity(None).unwrap();
        assert!(after.is_some() && after != before);
        let external = Some(("AZD_AUTH_ENDPOINT", "http://127.0.0.1:1"));
        assert_eq!(identity(external), Ok(None));
        std::fs::remove_file(path.join("auth/auth.json")).unwrap();
        std::os::unix::fs::symlink("/dev/zero", path.join("auth/auth.json")).unwrap();
        assert!(identity(None).is_err());
    }

    #[test]
    fn names_what_is_wanted() {
        let audience = Audience::parse("https://storage.azure.com/").unwrap();
        let mut request = TokenRequest::of(&audience);
        let tail = |request: &TokenRequest| arguments(request).map(|words| words[5..].join(" "));
        let scope = "--scope=https://storage.azure.com//.default";
        assert_eq!(tail(&request).as_deref(), Some(scope));
        request.tenant_id = Some("contoso.com".to_owned());
        assert_eq!(
            tail(&request),
            Some(format!("{scope} --tenant-id=contoso.com"))
        );
        request.tenant_id = Some("x y".to_owned());
        assert_eq!(tail(&request), None);
    }
}
