//! Which source is used: the one asked for, else the first that is set up. A source that is set up
//! and fails stops the run: a silent change of identity is worse than an error.

use super::discovery::{DiscoveryContext, SourceChoice};
use super::{
    Absence, Authority, AzureCli, AzureDeveloperCli, Credential, Error, Federated, GivenToken,
    Login, ManagedIdentity, PowerShell, ServicePrincipal, Skipped, Source, SourceErrorKind,
    is_cloud_shell,
};
use crate::azure::{Cloud, IdentityId, SourceKind};
use crate::env::Env;

/// The variable by which every Azure SDK narrows its chain.
const TOKEN_CREDENTIALS: &str = "AZURE_TOKEN_CREDENTIALS";

/// Which source to use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Selection {
    /// The first that is set up.
    FirstSetUp,
    /// This one, or none.
    Only(Source),
    /// The first of these that is set up.
    Among(Vec<Source>),
}

/// The source that was chosen.
#[derive(Debug)]
pub struct Selected {
    /// The credential.
    pub credential: Credential,
    /// The sources that were skipped.
    pub skipped: Vec<Skipped>,
}

/// A source, and its credential or why it is skipped.
pub type Surveyed = (Source, Result<Credential, Absence>);

/// Chooses a credential by variables and files, without asking for a token.
pub fn select(
    env: &Env,
    cloud: &Cloud,
    selection: &Selection,
    identity: Option<&IdentityId>,
) -> Result<Selected, Error> {
    let authority = Authority::of(env, cloud)?;
    let (order, choice) = match selection {
        Selection::FirstSetUp => match env.get(TOKEN_CREDENTIALS) {
            None => (Source::chain().collect(), SourceChoice::Implied),
            Some(word) => narrowed(word)?,
        },
        Selection::Only(source) => (vec![*source], SourceChoice::Named),
        Selection::Among(sources) => (sources.clone(), SourceChoice::Kind),
    };
    let has_no_identity = |source: Source| {
        let is_identity = source.kind() == SourceKind::ManagedIdentity;
        is_identity && source != Source::CloudShell && is_cloud_shell(env)
    };
    if *selection == Selection::Only(Source::Imds) && has_no_identity(Source::Imds) {
        return Err(SourceErrorKind::InCloudShell.of(Source::Imds));
    }
    let mut skipped = Vec::new();
    for source in order {
        let context = DiscoveryContext {
            env,
            cloud,
            authority: &authority,
            choice,
            identity,
        };
        match set_up(source, context)? {
            Ok(credential) => {
                return Ok(Selected {
                    credential,
                    skipped,
                });
            }
            Err(absence) => skipped.push(Skipped { source, absence }),
        }
    }
    match (selection, skipped.pop()) {
        (Selection::Only(source), Some(_)) if has_no_identity(*source) => {
            Err(SourceErrorKind::InCloudShell.of(*source))
        }
        (Selection::Only(source), Some(Skipped { absence, .. })) => {
            Err(SourceErrorKind::NotSetUp {
                reason: absence.into_reason(),
            }
            .of(*source))
        }
        (_, last) => {
            skipped.extend(last);
            Err(Error::None { skipped })
        }
    }
}

/// Looks for every source of the chain, and says of each what `select` would: the credential, or why it is skipped.
pub fn survey(env: &Env, cloud: &Cloud) -> Result<Vec<Surveyed>, Error> {
    let authority = Authority::of(env, cloud)?;
    let context = DiscoveryContext {
        env,
        cloud,
        authority: &authority,
        choice: SourceChoice::Implied,
        identity: None,
    };
    Ok(Source::chain()
        .map(|source| {
            let found = set_up(source, context)
                .unwrap_or_else(|error| Err(Absence::Incomplete(error.to_string())));
            (source, found)
        })
        .collect())
}

/// The part of the chain that `AZURE_TOKEN_CREDENTIALS` leaves
/// (learn.microsoft.com/python/api/overview/azure/identity-readme, "Exclude a credential type
/// category"). A token that was given and `arm login` stay: they were meant for this program.
fn narrowed(word: &str) -> Result<(Vec<Source>, SourceChoice), Error> {
    let trimmed = word.trim();
    let (kept, choice): (Vec<Source>, _) = match trimmed.to_ascii_lowercase().as_str() {
        "dev" => (
            of_kinds(&[SourceKind::DeveloperTool]),
            SourceChoice::Implied,
        ),
        "prod" => (
            of_kinds(&[SourceKind::Application, SourceKind::ManagedIdentity]),
            SourceChoice::Implied,
        ),
        _ => {
            let named = |source: &Source| {
                let name = source.facts().sdk_name;
                name.is_some_and(|name| name.eq_ignore_ascii_case(trimmed))
            };
            let sources: Vec<Source> = Source::ALL.into_iter().filter(named).collect();
            let choice = match sources.as_slice() {
                [] => return Err(not_a_credential(word)),
                [_] => SourceChoice::Implied,
                _ => SourceChoice::Kind,
            };
            (sources, choice)
        }
    };
    let own = of_kinds(&[SourceKind::Own]);
    Ok((own.into_iter().chain(kept).collect(), choice))
}

fn of_kinds(kinds: &[SourceKind]) -> Vec<Source> {
    Source::chain()
        .filter(|source| kinds.contains(&source.kind()))
        .collect()
}

fn not_a_credential(word: &str) -> Error {
    let mut words = vec!["dev", "prod"];
    for name in Source::ALL
        .into_iter()
        .filter_map(|source| source.facts().sdk_name)
    {
        if !words.contains(&name) {
            words.push(name);
        }
    }
    Error::Setting {
        setting: TOKEN_CREDENTIALS,
        message: format!("`{word}` is not one of {}", words.join(", ")),
    }
}

/// The credential of a source, or what it lacks.
fn set_up(
    source: Source,
    context: DiscoveryContext<'_>,
) -> Result<Result<Credential, Absence>, Error> {
    let env = context.env;
    Ok(match source {
        Source::AccessToken => GivenToken::find(env).map(Credential::AccessToken),
        Source::Login => Login::find(context)?.map(|login| Credential::Login(Box::new(login))),
        Source::ServicePrincipal => ServicePrincipal::find(context)?
            .map(|found| Credential::ServicePrincipal(Box::new(found))),
        Source::WorkloadIdentity => federated(Federated::find_workload_identity(context)?),
        Source::GitHub => federated(Federated::find_github(context)?),
        Source::AzurePipelines => federated(Federated::find_azure_pipelines(context)?),
        Source::AppService | Source::AzureMl | Source::CloudShell | Source::Arc | Source::Imds => {
            ManagedIdentity::find(source, &context)?.map(Credential::ManagedIdentity)
        }
        Source::AzureCli => AzureCli::find(&context).map(Credential::AzureCli),
        Source::AzureDeveloperCli => {
            AzureDeveloperCli::find(env).map(Credential::AzureDeveloperCli)
        }
        Source::PowerShell => PowerShell::find(env).map(Credential::PowerShell),
        Source::Sandbox => Err(Absence::not_there("it is chosen by `--sandbox`")),
    })
}

fn federated(found: Result<Federated, Absence>) -> Result<Credential, Absence> {
    found.map(|found| Credential::Federated(Box::new(found)))
}

#[cfg(test)]
mod tests {
    use super::{Selection, Source, select, survey};
    use crate::azure::Cloud;
    use crate::credential::Error;
    use crate::env::Env;

    fn choose(variables: &[(&str, &str)], selection: &Selection) -> Result<Source, Error> {
        let env = Env::with_variables(variables.iter().copied());
        select(&env, &Cloud::public(), selection, None).map(|found| found.credential.source())
    }

    #[track_caller]
    fn check(variables: &[(&str, &str)], selection: &Selection, expected: Result<Source, &str>) {
        let found = choose(variables, selection).map_err(|error| error.to_string());
        assert_eq!(found, expected.map_err(str::to_owned));
    }

    #[test]
    fn takes_the_first_that_is_set_up() {
        let token = ("ARMCLI_ACCESS_TOKEN", "t");
        let endpoint = ("MSI_ENDPOINT", "http://localhost:1/t");
        let first = &Selection::FirstSetUp;
        let cloud_shell = &Selection::Only(Source::CloudShell);
        check(&[token, endpoint], first, Ok(Source::AccessToken));
        check(&[endpoint], first, Ok(Source::CloudShell));
        check(&[token, endpoint], cloud_shell, Ok(Source::CloudShell));
        check(&[token], cloud_shell, Ok(Source::CloudShell));
        check(&[], first, Err("no credential found"));
        check(
            &[endpoint],
            &Selection::Only(Source::AccessToken),
            Err("the credential `token` is not set up: `ARMCLI_ACCESS_TOKEN` is not set"),
        );
    }

    #[test]
    fn cloud_shell_has_no_managed_identities() {
        let shell = ("ACC_CLOUD", "PROD");
        for source in [
            Source::Imds,
            Source::Arc,
            Source::AppService,
            Source::AzureMl,
        ] {
            let words = format!(
                "the credential `{source}` is not available: Cloud Shell has no managed identities"
            );
            check(&[shell], &Selection::Only(source), Err(&words));
        }
        let own = Selection::Only(Source::CloudShell);
        check(&[shell], &own, Ok(Source::CloudShell));
        check(&[], &Selection::Only(Source::Imds), Ok(Source::Imds));
    }

    #[test]
    fn a_variable_narrows_the_chain() {
        let endpoint = ("MSI_ENDPOINT", "http://localhost:1/t");
        let first = &Selection::FirstSetUp;
        for (word, expected) in [
            ("prod", Ok(Source::CloudShell)),
            ("ManagedIdentityCredential", Ok(Source::CloudShell)),
            ("dev", Err("no credential found")),
            ("azureclicredential", Err("no credential found")),
        ] {
            check(
                &[endpoint, ("AZURE_TOKEN_CREDENTIALS", word)],
                first,
                expected,
            );
        }
        let found = choose(&[("AZURE_TOKEN_CREDENTIALS", "all")], first);
        assert!(matches!(found, Err(Error::Setting { .. })));
        let named = &Selection::Only(Source::CloudShell);
        check(
            &[("AZURE_TOKEN_CREDENTIALS", "dev")],
            named,
            Ok(Source::CloudShell),
        );
    }

    #[test]
    fn an_unsafe_endpoint_stops_the_chain() {
        for name in ["MSI_ENDPOINT", "AZURE_AUTHORITY_HOST"] {
            let found = choose(&[(name, "http://10.1.1.1/t")], &Selection::FirstSetUp);
            assert!(matches!(found, Err(Error::UnsafeEndpoint { .. })), "{name}");
        }
    }

    #[test]
    fn names_every_source_that_was_passed_over() {
        let found = choose(&[], &Selection::FirstSetUp);
        let Err(Error::None { skipped }) = found else {
            panic!("found a credential")
        };
        assert_eq!(skipped.len(), Source::chain().count());
        let all = survey(&Env::with_variables([]), &Cloud::public()).unwrap();
        assert_eq!(all.len(), skipped.len());
    }
}
