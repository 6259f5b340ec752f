//! Azure CLI, asked as a process: `az account get-access-token`, by its arguments, never through a
//! shell. Does not read az's token cache.

use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};
use std::time::Duration;

use serde::Deserialize;
use tokio::io::AsyncReadExt as _;
use tokio::process::Command;

use super::identity::fingerprint;
use super::token::from_epoch;
use super::{AccessToken, Error, Identity, Source, TokenRequest};
use crate::env::Env;

/// Where az keeps its accounts.
const PROFILE: &str = "azureProfile.json";
/// A token is a few KiB; what says more is not az.
const MAX_OUTPUT: u64 = 1 << 20;
/// A cold start of az takes 5 s; a minute is a hang.
const TIMEOUT: Duration = Duration::from_secs(60);

/// The command and what az's profile says.
#[derive(Debug, Clone)]
pub struct AzureCli {
    command: PathBuf,
    folder: PathBuf,
    profile: Vec<Subscription>,
}

/// A subscription of az's profile.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Subscription {
    /// Its id.
    pub(super) id: String,
    #[serde(default)]
    is_default: bool,
    #[serde(default)]
    tenant_id: String,
    #[serde(default)]
    environment_name: String,
    #[serde(default)]
    user: User,
}

/// Whose a subscription is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
struct User {
    name: String,
    #[serde(rename = "type")]
    kind: String,
}

#[derive(Deserialize)]
struct Profile {
    #[serde(default)]
    subscriptions: Vec<Subscription>,
}

impl AzureCli {
    /// Looks for az and its profile; `Err` says what is missing.
    pub fn find(env: &Env) -> Result<Self, String> {
        let command = find_command(env).ok_or("`az` is not on the PATH")?;
        let profile = configuration_file(env, PROFILE).ok_or("there is no home folder")?;
        let profile = read_profile(&profile).ok_or_else(|| {
            format!(
                "`az` is not signed in: no account in `{}`",
                profile.display()
            )
        })?;
        let folder = configuration_file(env, "").unwrap_or_default();
        Ok(Self {
            command,
            folder,
            profile,
        })
    }

    /// Tells whose token az gives: that of the account that its profile names for the subscription.
    /// Several configurations of az can have the same account, and different logins.
    pub(super) fn identity(&self, request: &TokenRequest) -> Identity {
        let is_default = |subscription: &&Subscription| subscription.is_default;
        let subscription = self
            .known(request)
            .or_else(|| self.profile.iter().find(is_default));
        let (account, tenant_id) = match subscription {
            Some(subscription) => (
                [
                    subscription.user.name.as_str(),
                    &subscription.user.kind,
                    &subscription.environment_name,
                    &subscription.tenant_id,
                ],
                subscription.tenant_id.as_str(),
            ),
            None => Default::default(),
        };
        let folder = std::fs::canonicalize(&self.folder).unwrap_or_else(|_| self.folder.clone());
        let folder = folder.to_string_lossy();
        let mut parts = account.to_vec();
        parts.push(&folder);
        Identity {
            source: Source::AzureCli,
            // az asks the authority of the cloud that it is set to.
            authority: String::new(),
            tenant_id: request.tenant_id.as_deref().unwrap_or(tenant_id).to_owned(),
            client_id: String::new(),
            principal: fingerprint(&parts),
        }
    }

    /// The subscription of the request, if az knows it.
    fn known(&self, request: &TokenRequest) -> Option<&Subscription> {
        let id = request.subscription_id.as_ref()?;
        self.profile
            .iter()
            .find(|subscription| subscription.id.eq_ignore_ascii_case(id))
    }

    pub(super) async fn token(&self, request: &TokenRequest) -> Result<AccessToken, Error> {
        let mut command = Command::new(&self.command);
        command
            .args(self.arguments(request))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        let refused = |message: String| Error::Refused {
            source_name: Source::AzureCli,
            code: "az".to_owned(),
            message,
        };
        match tokio::time::timeout(TIMEOUT, output_of(&mut command)).await {
            Ok(Ok(output)) => read_output(&output),
            Ok(Err(error)) => Err(refused(format!("`az` does not start: {error}"))),
            Err(_) => Err(refused(format!(
                "no answer within {} seconds",
                TIMEOUT.as_secs()
            ))),
        }
    }

    /// A subscription that az knows selects the account and the tenant; else az's default does.
    fn arguments(&self, request: &TokenRequest) -> Vec<String> {
        let mut arguments: Vec<String> = ["account", "get-access-token", "--output", "json"]
            .map(str::to_owned)
            .to_vec();
        // Joined, so that a value that begins with a dash is no option of az.
        arguments.push(format!("--resource={}", request.audience));
        let known = self.known(request).and(request.subscription_id.as_ref());
        if let Some(tenant_id) = &request.tenant_id {
            arguments.push(format!("--tenant={tenant_id}"));
        } else if let Some(subscription_id) = known {
            arguments.push(format!("--subscription={subscription_id}"));
        }
        arguments
    }
}

/// Returns the id of az's default subscription.
pub fn default_subscription(env: &Env) -> Option<String> {
    let profile = read_profile(&configuration_file(env, PROFILE)?)?;
    profile
        .into_iter()
        .find(|subscription| subscription.is_default)
        .map(|found| found.id)
}

/// Runs a command to its end, and keeps at most [`MAX_OUTPUT`] bytes of each of its outputs.
async fn output_of(command: &mut Command) -> std::io::Result<Output> {
    let mut child = command.spawn()?;
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let streams = (child.stdout.take(), child.stderr.take());
    let (Some(out), Some(err)) = streams else {
        return Err(std::io::ErrorKind::BrokenPipe.into());
    };
    let (mut out, mut err) = (out.take(MAX_OUTPUT), err.take(MAX_OUTPUT));
    let read = tokio::try_join!(out.read_to_end(&mut stdout), err.read_to_end(&mut stderr));
    read?;
    if out.limit() == 0 || err.limit() == 0 {
        child.kill().await?;
    }
    Ok(Output {
        status: child.wait().await?,
        stdout,
        stderr,
    })
}

/// Finds az by the absolute folders of the PATH, so that no file of the current folder is run.
fn find_command(env: &Env) -> Option<PathBuf> {
    let names: &[&str] = if cfg!(windows) {
        &["az.cmd", "az.exe"]
    } else {
        &["az"]
    };
    std::env::split_paths(env.get("PATH")?)
        .filter(|folder| folder.is_absolute())
        .flat_map(|folder| names.iter().map(move |name| folder.join(name)))
        .find(|path| path.is_file())
}

/// Names a file of az's configuration folder; `None` where there is no home.
pub fn configuration_file(env: &Env, name: &str) -> Option<PathBuf> {
    let folder = match env.get("AZURE_CONFIG_DIR") {
        Some(folder) => PathBuf::from(folder),
        None => env.home_dir.as_ref()?.join(".azure"),
    };
    Some(folder.join(name))
}

/// Reads az's profile, which begins with a byte order mark; `None` without an account.
fn read_profile(path: &Path) -> Option<Vec<Subscription>> {
    let bytes = std::fs::read(path).ok()?;
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    let profile: Profile = serde_json::from_slice(text).ok()?;
    Some(profile.subscriptions).filter(|subscriptions| !subscriptions.is_empty())
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    access_token: String,
    #[serde(rename = "expires_on")]
    expires_on: Option<u64>,
}

fn read_output(output: &Output) -> Result<AccessToken, Error> {
    if !output.status.success() {
        return Err(Error::Refused {
            source_name: Source::AzureCli,
            code: "az".to_owned(),
            message: reason_of(&String::from_utf8_lossy(&output.stderr)),
        });
    }
    let answer: Answer = serde_json::from_slice(&output.stdout).map_err(|_| Error::Malformed {
        source_name: Source::AzureCli,
        detail: "no JSON object with `accessToken`".to_owned(),
    })?;
    Ok(AccessToken::new(
        &answer.access_token,
        answer.expires_on.and_then(from_epoch),
    ))
}

/// Finds the reason in what az wrote: the line of its error, else the last one. Behind the error
/// az writes commands that help, before it warnings.
fn reason_of(words: &str) -> String {
    let mut lines = words.lines().map(str::trim).filter(|line| !line.is_empty());
    let error = lines.clone().find_map(|line| line.strip_prefix("ERROR: "));
    let line = error.or_else(|| lines.next_back());
    line.unwrap_or("it gave no reason").to_owned()
}

#[cfg(test)]
mod tests {
    use super::{AzureCli, Subscription, reason_of};
    use crate::azure::Audience;
    use crate::credential::TokenRequest;

    fn subscription(id: &str, user: &str) -> Subscription {
        Subscription {
            id: id.to_owned(),
            is_default: id == "S-1",
            tenant_id: "t".to_owned(),
            environment_name: "AzureCloud".to_owned(),
            user: super::User {
                name: user.to_owned(),
                kind: "user".to_owned(),
            },
        }
    }

    fn cli(profile: &[Subscription]) -> AzureCli {
        AzureCli {
            command: "/usr/bin/az".into(),
            folder: "/absent/.azure".into(),
            profile: profile.to_vec(),
        }
    }

    fn request(tenant_id: Option<&str>, subscription_id: Option<&str>) -> TokenRequest {
        TokenRequest {
            tenant_id: tenant_id.map(str::to_owned),
            subscription_id: subscription_id.map(str::to_owned),
            ..TokenRequest::of(&Audience::parse("https://vault.azure.net").unwrap())
        }
    }

    #[test]
    fn accounts_are_told_apart() {
        let both = cli(&[subscription("S-1", "me"), subscription("S-2", "you")]);
        let mine = both.identity(&request(None, None));
        assert_eq!(both.identity(&request(None, Some("s-1"))), mine);
        assert_eq!(both.identity(&request(None, Some("unknown"))), mine);
        assert_ne!(both.identity(&request(None, Some("S-2"))), mine);
        assert_ne!(both.identity(&request(Some("other"), None)), mine);
        assert!(!mine.principal.contains("me"));
        let elsewhere = AzureCli {
            folder: "/absent/other".into(),
            ..both
        };
        assert_ne!(elsewhere.identity(&request(None, None)), mine);
    }

    #[track_caller]
    fn check(tenant_id: Option<&str>, subscription_id: Option<&str>, tail: &[&str]) {
        let cli = cli(&[subscription("S-1", "me")]);
        let arguments = cli.arguments(&request(tenant_id, subscription_id));
        assert_eq!(arguments[4], "--resource=https://vault.azure.net");
        assert_eq!(arguments[5..], *tail);
    }

    #[test]
    fn asks_for_the_account_of_the_subscription() {
        check(None, None, &[]);
        check(None, Some("s-1"), &["--subscription=s-1"]);
        check(None, Some("unknown"), &[]);
        check(Some("t"), Some("s-1"), &["--tenant=t"]);
    }

    #[test]
    fn finds_the_line_that_says_why() {
        for (words, reason) in [
            (
                "ERROR: AADSTS50173: expired.\nPlease run:\naz login\n",
                "AADSTS50173: expired.",
            ),
            ("WARNING: old\nERROR: no account\n", "no account"),
            ("Traceback\nValueError: x\n\n", "ValueError: x"),
            ("\n", "it gave no reason"),
        ] {
            assert_eq!(reason_of(words), reason);
        }
    }
}
