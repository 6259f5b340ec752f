//! Which source is used: the one asked for, else the first that is set up. A source that is set up
//! and fails stops the run: a silent change of identity is worse than an error.

use std::fmt;

use super::{AzureCli, CloudShell, Credential, Error, GivenToken};
use crate::env::Env;

/// A source, by the name that `--auth` takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// `ARMCLI_ACCESS_TOKEN`.
    AccessToken,
    /// Cloud Shell's token endpoint.
    CloudShell,
    /// Azure CLI.
    AzureCli,
    /// The sandbox in this process.
    Sandbox,
}

impl Source {
    /// Returns the source as it stands in a sentence.
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::AccessToken => "`ARMCLI_ACCESS_TOKEN`",
            Self::CloudShell => "the endpoint of Cloud Shell",
            Self::AzureCli => "the Azure CLI",
            Self::Sandbox => "the sandbox",
        }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::AccessToken => "token",
            Self::CloudShell => "cloud-shell",
            Self::AzureCli => "azure-cli",
            Self::Sandbox => "sandbox",
        })
    }
}

/// A source that was passed over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skipped {
    /// The source.
    pub source: Source,
    /// Why.
    pub reason: String,
}

/// Which source to use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Selection {
    /// The first that is set up.
    FirstSetUp,
    /// This one, or none.
    Only(Source),
}

/// The source that was chosen.
#[derive(Debug)]
pub struct Selected {
    /// The credential.
    pub credential: Credential,
    /// What was passed over on the way.
    pub skipped: Vec<Skipped>,
}

/// Chooses a credential. Looks at variables and files, asks nobody for a token.
pub fn select(env: &Env, selection: Selection) -> Result<Selected, Error> {
    let order = match selection {
        Selection::FirstSetUp => {
            vec![Source::AccessToken, Source::CloudShell, Source::AzureCli]
        }
        Selection::Only(source) => vec![source],
    };
    let mut skipped = Vec::new();
    for source in order {
        match set_up(env, source, selection)? {
            Ok(credential) => {
                return Ok(Selected {
                    credential,
                    skipped,
                });
            }
            Err(reason) => skipped.push(Skipped { source, reason }),
        }
    }
    match (selection, skipped.pop()) {
        (Selection::Only(source_name), Some(Skipped { reason, .. })) => Err(Error::NotSetUp {
            source_name,
            reason,
        }),
        (Selection::FirstSetUp | Selection::Only(_), last) => {
            skipped.extend(last);
            Err(Error::None { skipped })
        }
    }
}

/// The credential of a source, or what it lacks.
fn set_up(
    env: &Env,
    source: Source,
    selection: Selection,
) -> Result<Result<Credential, String>, Error> {
    Ok(match source {
        Source::AccessToken => env
            .get("ARMCLI_ACCESS_TOKEN")
            .map(|token| Credential::AccessToken(GivenToken::new(token)))
            .ok_or_else(|| "`ARMCLI_ACCESS_TOKEN` is not set".to_owned()),
        Source::CloudShell => {
            let found = match selection {
                Selection::Only(_) => Some(CloudShell::at_default(env)?),
                Selection::FirstSetUp => CloudShell::from_env(env)?,
            };
            found.map(Credential::CloudShell).ok_or_else(|| {
                "neither `MSI_ENDPOINT` nor a variable of Cloud Shell is set".to_owned()
            })
        }
        Source::AzureCli => AzureCli::find(env).map(Credential::AzureCli),
        Source::Sandbox => Err("it is chosen by `--sandbox`".to_owned()),
    })
}

#[cfg(test)]
mod tests {
    use super::{Selection, Source, select};
    use crate::credential::Error;
    use crate::env::Env;

    #[track_caller]
    fn check(variables: &[(&str, &str)], selection: Selection, expected: Result<Source, &str>) {
        let found = select(&Env::with_variables(variables.iter().copied()), selection);
        let found = found
            .map(|found| found.credential.source())
            .map_err(|error| error.to_string());
        assert_eq!(found, expected.map_err(str::to_owned));
    }

    #[test]
    fn takes_the_first_that_is_set_up() {
        let token = ("ARMCLI_ACCESS_TOKEN", "t");
        let endpoint = ("MSI_ENDPOINT", "http://localhost:1/t");
        check(
            &[token, endpoint],
            Selection::FirstSetUp,
            Ok(Source::AccessToken),
        );
        check(&[endpoint], Selection::FirstSetUp, Ok(Source::CloudShell));
        check(
            &[token, endpoint],
            Selection::Only(Source::CloudShell),
            Ok(Source::CloudShell),
        );
        check(
            &[token],
            Selection::Only(Source::CloudShell),
            Ok(Source::CloudShell),
        );
        check(&[], Selection::FirstSetUp, Err("no credential found"));
        check(
            &[endpoint],
            Selection::Only(Source::AccessToken),
            Err("the credential `token` is not set up: `ARMCLI_ACCESS_TOKEN` is not set"),
        );
    }

    #[test]
    fn an_unsafe_endpoint_stops_the_chain() {
        let env = Env::with_variables([("MSI_ENDPOINT", "http://10.1.1.1/t")]);
        let error = select(&env, Selection::FirstSetUp).err();
        assert!(matches!(error, Some(Error::UnsafeEndpoint { .. })));
    }

    #[test]
    fn names_every_source_that_was_passed_over() {
        let Err(Error::None { skipped }) = select(&Env::with_variables([]), Selection::FirstSetUp)
        else {
            panic!("found a credential")
        };
        assert_eq!(skipped.len(), 3);
    }
}
