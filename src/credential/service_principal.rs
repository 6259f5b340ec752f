//! A service principal that variables describe: by a secret, a certificate or an assertion. The
//! variables are those of the Azure SDKs, else those of Terraform's provider.

use super::application::{self, Application, ClientAuthentication, Ids, Names};
use super::assertion::Assertion;
use super::certificate::{Certificate, CertificateHeader};
use super::discovery::DiscoveryContext;
use super::identity::{fingerprint, fingerprint_of, mark_of};
use super::provider::{TokenFuture, TokenProvider, Tools};
use super::{Absence, AccessToken, Error, Identity, Source, TokenRequest};
use crate::azure::Secret;
use crate::env::Env;

/// The application and how it proves who it is.
#[derive(Debug)]
pub struct ServicePrincipal {
    application: Application,
    means: Means,
    /// The variable of the secret, if it has white space around its value.
    padded: Option<&'static str>,
}

#[derive(Debug)]
enum Means {
    Secret(Secret),
    Certificate(Box<Certificate>),
    Assertion(Assertion),
}

/// The names of a set of variables.
struct Set {
    ids: Names,
    secret: &'static str,
    certificate: &'static str,
    password: &'static str,
    assertion: &'static str,
    assertion_file: &'static str,
    /// What must be true before the assertion counts.
    condition: Option<&'static str>,
}

const AZURE: Set = Set {
    ids: application::AZURE,
    secret: "AZURE_CLIENT_SECRET",
    certificate: "AZURE_CLIENT_CERTIFICATE_PATH",
    password: "AZURE_CLIENT_CERTIFICATE_PASSWORD",
    assertion: "ARMCLI_CLIENT_ASSERTION",
    assertion_file: "ARMCLI_CLIENT_ASSERTION_FILE",
    condition: None,
};

const TERRAFORM: Set = Set {
    ids: application::TERRAFORM,
    secret: "ARM_CLIENT_SECRET",
    certificate: "ARM_CLIENT_CERTIFICATE_PATH",
    password: "ARM_CLIENT_CERTIFICATE_PASSWORD",
    assertion: "ARM_OIDC_TOKEN",
    assertion_file: "ARM_OIDC_TOKEN_FILE_PATH",
    condition: Some(application::USE_OIDC),
};

impl ServicePrincipal {
    /// Reads the variables, and the certificate if one is named; `Ok(Err(…))` says which variables are missing. A
    /// certificate that cannot be used is an error.
    pub(super) fn find(context: DiscoveryContext<'_>) -> Result<Result<Self, Absence>, Error> {
        let mut reasons = Vec::new();
        for set in [AZURE, TERRAFORM] {
            if !set.is_begun(context.env) {
                continue;
            }
            match set.read(context)? {
                Ok(found) => return Ok(Ok(found)),
                Err(reason) => reasons.push(reason),
            }
        }
        if reasons.is_empty() {
            return Ok(Err(Absence::not_there("`AZURE_CLIENT_ID` is not set")));
        }
        Ok(Err(Absence::Incomplete(reasons.join("; "))))
    }

    async fn fetch(&self, request: &TokenRequest, tools: &Tools<'_>) -> Result<AccessToken, Error> {
        let proof = match &self.means {
            Means::Secret(secret) => ClientAuthentication::Secret(secret.clone()),
            Means::Assertion(assertion) => {
                ClientAuthentication::Assertion(assertion.read(self.source())?)
            }
            Means::Certificate(certificate) => ClientAuthentication::Certificate(certificate),
        };
        self.application.token(proof, request, tools).await
    }
}

impl TokenProvider for ServicePrincipal {
    fn source(&self) -> Source {
        self.application.source
    }

    fn token<'a>(&'a self, request: &'a TokenRequest, tools: &'a Tools<'a>) -> TokenFuture<'a> {
        Box::pin(self.fetch(request, tools))
    }

    /// Tells who it is: another secret is another identity. `None` if that cannot be known.
    fn identity(&self, request: &TokenRequest) -> Option<Identity> {
        let principal = match &self.means {
            Means::Secret(secret) => mark_of("secret", secret),
            Means::Certificate(certificate) => {
                fingerprint(&["certificate", &certificate.thumbprint()])
            }
            Means::Assertion(assertion) => {
                let assertion = assertion.read(self.source()).ok()?;
                fingerprint_of(&["assertion"], &assertion)
            }
        };
        Some(self.application.identity(request, principal))
    }

    /// Returns a warning about it that is not an error.
    fn remark(&self) -> Option<&str> {
        match &self.means {
            Means::Certificate(certificate) => certificate.remark(),
            Means::Secret(_) | Means::Assertion(_) => None,
        }
    }

    /// Other programs do not take the white space off a secret.
    fn notes(&self) -> Vec<String> {
        let name = self.padded.into_iter();
        name.map(|name| format!("`{name}` is used without the line break or white space around it"))
            .collect()
    }
}

impl Set {
    /// Tells whether any variable is about an application. A tenant alone does not: others read it too.
    fn is_begun(&self, env: &Env) -> bool {
        [
            self.ids.client_id,
            self.secret,
            self.certificate,
            self.assertion,
            self.assertion_file,
        ]
        .iter()
        .any(|name| env.path(name).is_some())
    }

    /// Reads the set, or says what it lacks.
    fn read(
        &self,
        context: DiscoveryContext<'_>,
    ) -> Result<Result<ServicePrincipal, String>, Error> {
        let env = context.env;
        let mut lacking: Vec<String> = Vec::new();
        let ids = self.ids.read(env)?;
        if let Ids::Lacking(names) = &ids {
            lacking.extend(names.iter().map(|name| format!("`{name}` is not set")));
        }
        let waits_for = self.condition.filter(|condition| !env.is_true(condition));
        let has_assertion =
            env.get(self.assertion).is_some() || env.path(self.assertion_file).is_some();
        let has_proof = env.get(self.secret).is_some()
            || env.path(self.certificate).is_some()
            || has_assertion && waits_for.is_none();
        match waits_for {
            _ if has_proof => {}
            Some(condition) if has_assertion => lacking.push(format!("`{condition}` is not true")),
            Some(_) | None => lacking.push(format!(
                "neither `{}` nor `{}` is set",
                self.secret, self.certificate
            )),
        }
        let Ids::Whole {
            tenant_id,
            client_id,
        } = ids
        else {
            return Ok(Err(lacking.join(", ")));
        };
        if !lacking.is_empty() {
            return Ok(Err(lacking.join(", ")));
        }
        let application = Application {
            source: Source::ServicePrincipal,
            authority: context.authority.clone(),
            tenant_id,
            client_id,
        };
        let means = self.means(env)?;
        let padded = Some(self.secret)
            .filter(|name| matches!(means, Means::Secret(_)) && env.is_padded(name));
        Ok(Ok(ServicePrincipal {
            application,
            means,
            padded,
        }))
    }

    /// The first proof that there is, in the order of the SDKs.
    fn means(&self, env: &Env) -> Result<Means, Error> {
        if let Some(secret) = env.get(self.secret) {
            if secret.contains(char::is_control) {
                return Err(Error::Setting {
                    setting: self.secret,
                    message: "it holds a line break or another control character".to_owned(),
                });
            }
            return Ok(Means::Secret(Secret::new(secret)));
        }
        if let Some(path) = env.path(self.certificate) {
            let password = env.get(self.password).map(Secret::new);
            let header = if env.is_true("AZURE_CLIENT_SEND_CERTIFICATE_CHAIN") {
                CertificateHeader::Chain
            } else {
                CertificateHeader::Thumbprint
            };
            let certificate = Certificate::load(
                Source::ServicePrincipal,
                path,
                password.as_ref(),
                header,
                env.now,
            )?;
            return Ok(Means::Certificate(Box::new(certificate)));
        }
        Ok(Means::Assertion(match env.get(self.assertion) {
            Some(token) => Assertion::Given {
                setting: self.assertion,
                token: Secret::new(token),
            },
            None => Assertion::File {
                path: env
                    .path(self.assertion_file)
                    .unwrap_or(std::path::Path::new(""))
                    .to_owned(),
            },
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::{Means, ServicePrincipal};
    use crate::azure::{Audience, Cloud, Secret};
    use crate::credential::discovery::{DiscoveryContext, SourceChoice};
    use crate::credential::provider::TokenProvider as _;
    use crate::credential::{Absence, Authority, Error, SourceErrorKind, TokenRequest};
    use crate::env::Env;

    fn find(variables: &[(&str, &str)]) -> Result<Result<ServicePrincipal, Absence>, Error> {
        let env = Env::with_variables(variables.iter().copied());
        let cloud = Cloud::public();
        ServicePrincipal::find(DiscoveryContext {
            env: &env,
            cloud: &cloud,
            authority: &Authority::of(&env, &cloud)?,
            choice: SourceChoice::Implied,
            identity: None,
        })
    }

    const IDS: [(&str, &str); 2] = [("AZURE_TENANT_ID", "t"), ("AZURE_CLIENT_ID", "c")];
    const TERRAFORM_IDS: [(&str, &str); 2] = [("ARM_TENANT_ID", "tt"), ("ARM_CLIENT_ID", "tc")];

    #[track_caller]
    fn lacks(variables: &[(&str, &str)], reason: &str) {
        assert_eq!(find(variables).unwrap().unwrap_err().reason(), reason);
    }

    #[test]
    fn says_what_a_set_lacks() {
        let proof = "neither `AZURE_CLIENT_SECRET` nor `AZURE_CLIENT_CERTIFICATE_PATH` is set";
        lacks(&[], "`AZURE_CLIENT_ID` is not set");
        lacks(&[("AZURE_TENANT_ID", "t")], "`AZURE_CLIENT_ID` is not set");
        lacks(&IDS, proof);
        lacks(
            &[("AZURE_CLIENT_SECRET", "s")],
            "`AZURE_TENANT_ID` is not set, `AZURE_CLIENT_ID` is not set",
        );
        let token = ("ARM_OIDC_TOKEN", "a.b.c");
        lacks(
            &[TERRAFORM_IDS[0], TERRAFORM_IDS[1], token],
            "`ARM_USE_OIDC` is not true",
        );
        // A secret of the one does not join the ids of the other.
        lacks(
            &[IDS[0], IDS[1], ("ARM_CLIENT_SECRET", "s")],
            &format!("{proof}; `ARM_TENANT_ID` is not set, `ARM_CLIENT_ID` is not set"),
        );
    }

    #[test]
    fn takes_the_first_whole_set() {
        let [tenant, client] = IDS;
        let [other_tenant, other_client] = TERRAFORM_IDS;
        let secret = ("AZURE_CLIENT_SECRET", "s");
        let other_secret = ("ARM_CLIENT_SECRET", "s");
        let file = ("ARMCLI_CLIENT_ASSERTION_FILE", "/f");
        let other_file = ("ARM_OIDC_TOKEN_FILE_PATH", "/f");
        let condition = ("ARM_USE_OIDC", "True");
        for (variables, client_id) in [
            (vec![tenant, client, secret], "c"),
            (
                vec![
                    tenant,
                    client,
                    secret,
                    other_tenant,
                    other_client,
                    other_secret,
                ],
                "c",
            ),
            (
                vec![tenant, client, other_tenant, other_client, other_secret],
                "tc",
            ),
            (vec![tenant, client, file], "c"),
            (
                vec![other_tenant, other_client, other_file, condition],
                "tc",
            ),
        ] {
            let found = find(&variables).unwrap().unwrap();
            assert_eq!(found.application.client_id, client_id, "{variables:?}");
            let is_file = variables.contains(&file) || variables.contains(&other_file);
            assert_eq!(matches!(found.means, Means::Assertion(_)), is_file);
        }
    }

    #[test]
    fn a_secret_is_one_line_without_white_space_around_it() {
        let [tenant, client] = IDS;
        for (secret, is_noted) in [("s", false), ("s\n", true), (" s", true)] {
            let found = find(&[tenant, client, ("AZURE_CLIENT_SECRET", secret)]);
            let found = found.unwrap().unwrap();
            assert_eq!(!found.notes().is_empty(), is_noted, "{secret:?}");
            assert!(matches!(&found.means, Means::Secret(it) if *it == Secret::new("s")));
        }
        let two = find(&[tenant, client, ("AZURE_CLIENT_SECRET", "s\nt\n")]);
        let message = two.unwrap_err().to_string();
        assert!(message.contains("it holds a line break"), "{message}");
    }

    #[test]
    fn a_certificate_that_is_missing_is_an_error() {
        let path = ("AZURE_CLIENT_CERTIFICATE_PATH", "/nonexistent/c.pem");
        let found = find(&[IDS[0], IDS[1], path]);
        assert!(
            matches!(found, Err(error) if matches!(error.source_kind(), Some(SourceErrorKind::File { .. })))
        );
    }

    #[test]
    fn another_secret_is_another_identity() {
        let identity = |secret, tenant_id: Option<&str>| {
            let found = find(&[IDS[0], IDS[1], ("AZURE_CLIENT_SECRET", secret)]);
            let audience = Audience::parse("https://vault.azure.net").unwrap();
            let request = TokenRequest {
                tenant_id: tenant_id.map(str::to_owned),
                ..TokenRequest::of(&audience)
            };
            found.unwrap().unwrap().identity(&request).unwrap()
        };
        assert_eq!(identity("a", None), identity("a", None));
        assert_ne!(identity("a", None), identity("b", None));
        assert_eq!(identity("a", None).tenant_id, "t");
        assert_eq!(identity("a", Some("other")).tenant_id, "other");
        assert!(!format!("{:?}", identity("s3cr3t", None)).contains("s3cr3t"));
    }
}
