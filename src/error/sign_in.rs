//! What helps with a sign-in: when Microsoft Entra refuses it, by its codes
//! (learn.microsoft.com/entra/identity-platform/reference-error-codes), and when `arm login` or `arm account` cannot
//! continue. Exit codes do not depend on Entra's codes, which are meant for people and may change.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::azure::Shown;
use crate::client::words_of;
use crate::credential::{
    AssertionFacts, ClockDifference, EntraRefusal, PrincipalKind, SecretSpelling, SignInError,
    Source, SourceKind,
};
use crate::output::Message;
use crate::shell::CommandLine;
/// Adds what was asked, and what helps.
pub(super) fn describe_entra(source: Source, refusal: &EntraRefusal, message: &mut Message) {
    let codes = codes_of(refusal);
    let topic = codes.iter().find_map(|code| topic_of(*code));
    message.fact("credential", source.to_string());
    let facts = &refusal.facts;
    if !facts.tenant_id.is_empty() {
        message.fact("tenant", &facts.tenant_id);
    }
    if let Some(client_id) = &facts.client_id {
        message.fact("application", plain(client_id));
    }
    if let (Some(assertion), Some(Topic::Federation | Topic::AssertionTime)) =
        (&facts.assertion, topic)
    {
        describe_assertion(assertion, message);
    }
    if let Some(clock) = facts.clock {
        message.fact(
            "this machine's clock",
            clock_words(clock, "the authority's"),
        );
    }
    for (name, value) in [
        ("trace id", &refusal.trace_id),
        ("correlation id", &refusal.correlation_id),
        ("timestamp", &refusal.timestamp),
    ] {
        if let Some(value) = value {
            message.fact(name, plain(value));
        }
    }
    let is_quoted = facts.secret == Some(SecretSpelling::Quoted);
    if is_quoted && topic == Some(Topic::Secret) {
        message.hint("the client secret is in quotes: give it without them");
    } else if let Some(topic) = topic {
        let client_id = facts.client_id.as_deref().unwrap_or("APPLICATION");
        for text in topic.hints(is_application(source, facts.principal)) {
            let text = text.replace("{client}", client_id);
            message.hint(text.replace("{login}", source.facts().sign_in));
        }
    }
    if source == Source::Login {
        describe_login(refusal, message);
    }
    if facts.clock.is_some() {
        message.hint("set the clock of this machine: Entra tolerates 5 minutes");
    }
}

/// What helps if the clock of this machine is wrong.
pub(super) const SET_CLOCK: &str = "set the clock of this machine: with a wrong one, tokens seem to have expired or not to be valid yet";

/// Says how the clock of this machine differs from another one.
pub(super) fn clock_words(clock: ClockDifference, other: &str) -> String {
    match clock {
        ClockDifference::Fast(by) => format!("{} ahead of {other}", words_of(by)),
        ClockDifference::Slow(by) => format!("{} behind {other}", words_of(by)),
    }
}

/// Makes one line, without secrets, of words that came from elsewhere.
fn plain(value: &str) -> Shown {
    Shown::prose(value).map(|value| value.replace(['\r', '\n'], " "))
}

fn describe_assertion(assertion: &AssertionFacts, message: &mut Message) {
    for (name, value) in [
        ("issuer", &assertion.issuer),
        ("subject", &assertion.subject),
        ("audience", &assertion.audience),
    ] {
        if let Some(value) = value {
            message.fact(name, plain(value));
        }
    }
    if let Some(end) = assertion.expired_on {
        message.fact("assertion ended", httpdate::fmt_http_date(end));
    }
}

/// Returns the numbers of an error, those of the field first, else the one in the words.
fn codes_of(refusal: &EntraRefusal) -> Vec<u64> {
    if !refusal.error_codes.is_empty() {
        return refusal.error_codes.clone();
    }
    let words = refusal.description.split("AADSTS").nth(1);
    let digits = words.and_then(|words| {
        let end = words.find(|letter: char| !letter.is_ascii_digit());
        words.get(..end.unwrap_or(words.len()))
    });
    digits
        .and_then(|digits| digits.parse().ok())
        .into_iter()
        .collect()
}

/// What an error is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Topic {
    Secret,
    SecretExpired,
    Application,
    ApplicationDisabled,
    PublicClient,
    Tenant,
    Audience,
    Consent,
    Interaction,
    ConditionalAccess,
    CertificateUnknown,
    AssertionTime,
    Federation,
    SignInEnded,
    Password,
    Account,
    AccountDisabled,
}

fn topic_of(code: u64) -> Option<Topic> {
    Some(match code {
        7_000_215 => Topic::Secret,
        7_000_222 => Topic::SecretExpired,
        700_016 => Topic::Application,
        7_000_112 => Topic::ApplicationDisabled,
        7_000_218 => Topic::PublicClient,
        90_002 | 900_023 | 50_059 | 50_194 => Topic::Tenant,
        500_011 | 50_001 | 70_011 | 1_002_012 => Topic::Audience,
        65_001 | 65_004 | 90_094 => Topic::Consent,
        50_058 | 50_072 | 50_074 | 50_076 | 50_079 | 50_158 => Topic::Interaction,
        53_000 | 53_001 | 53_002 | 53_003 | 53_004 | 50_097 | 50_131 | 530_032 | 530_034 => {
            Topic::ConditionalAccess
        }
        700_027 => Topic::CertificateUnknown,
        700_024 | 500_133 => Topic::AssertionTime,
        70_021 | 700_211 | 700_212 | 700_213 | 7_002_121 | 7_002_131 => Topic::Federation,
        50_078 | 50_089 | 50_132 | 50_133 | 50_173 | 70_008 | 70_043 | 700_081 | 700_082
        | 700_084 => Topic::SignInEnded,
        50_126 | 50_055 => Topic::Password,
        50_020 | 50_034 | 90_072 => Topic::Account,
        50_053 | 50_057 => Topic::AccountDisabled,
        _ => return None,
    })
}

impl Topic {
    /// The commands that help; `{client}` is the application, `{login}` signs in again.
    fn hints(self, is_application: bool) -> &'static [&'static str] {
        match self {
            Self::Secret => &[
                "the secret's value is needed, not its id; make another secret with `az ad app \
                 credential reset --id {client} --append`",
            ],
            Self::SecretExpired => &[
                "make another secret with `az ad app credential reset --id {client} --append`, or in \
                 the portal below \"Certificates & secrets\"",
            ],
            Self::Application => &[
                "check the ids of the application and the tenant; `--tenant` asks another tenant",
                "an application of another tenant is let in with `az ad sp create --id {client}`",
            ],
            Self::ApplicationDisabled => &[
                "an administrator enables it with `az ad sp update --id {client} --set \
                 accountEnabled=true`",
            ],
            Self::PublicClient => &[
                "the application must allow public client flows: `az ad app update --id {client} \
                 --is-fallback-public-client true`",
            ],
            Self::Tenant => &[
                "check the tenant: a GUID or a domain, of the cloud that is asked; `--cloud` chooses \
                 the cloud",
            ],
            Self::Audience => &[
                "check the audience: the tenant has no such service; `--audience` names another one, \
                 `--cloud` another cloud",
            ],
            Self::Consent if is_application => &[
                "an administrator consents with `az ad app permission admin-consent --id {client}`",
            ],
            Self::Consent => {
                &["sign in with `{login}` and consent; if you may not, an administrator can"]
            }
            Self::Interaction => &["sign in again, with what the tenant asks for: `{login}`"],
            Self::ConditionalAccess => &[
                "a policy of the tenant forbids it; an administrator finds which one in the sign-in \
                 logs, by the correlation id",
            ],
            Self::CertificateUnknown => &[
                "the application does not know the certificate; add its public part with `az ad app \
                 credential reset --id {client} --cert @certificate.pem --append`",
                "if the issuer and the name are registered instead, set \
                 `AZURE_CLIENT_SEND_CERTIFICATE_CHAIN=true`",
            ],
            Self::AssertionTime if is_application => {
                &["check the clock of this machine, and that the assertion is fresh"]
            }
            Self::AssertionTime | Self::SignInEnded => &["sign in again with `{login}`"],
            Self::Federation => &[
                "issuer, subject and audience must be those of a federated credential, letter by \
                 letter: `az ad app federated-credential list --id {client}`",
            ],
            Self::Password => &["sign in with `{login}`"],
            Self::Account => &["choose a tenant that knows the account: `{login} --tenant TENANT`"],
            Self::AccountDisabled => &["an administrator unlocks the account"],
        }
    }
}

/// Tells whether an application signs in, and not a person.
fn is_application(source: Source, principal: PrincipalKind) -> bool {
    principal == PrincipalKind::Application || source.kind() == SourceKind::Application
}

/// A name of a subscription or an account.
pub(super) fn describe_name(fault: &NameError, message: &mut Message) {
    let (found, text): (&[String], _) = match fault {
        NameError::Ambiguous { found, .. } => (found, "write the id instead of the name"),
        NameError::Shared { accounts, .. } => (
            accounts,
            "choose the account first: `arm account use ACCOUNT`",
        ),
        NameError::Unknown { .. } => (
            &[],
            "`arm account list` shows those of `arm login`; a subscription that is not listed can be given by its id",
        ),
        NameError::NotRemembered => (&[], "`ARMCLI_REMEMBER_NAMES=true` allows it for a run"),
        NameError::NoFolder => (&[], "set `HOME`, or `XDG_CACHE_HOME`"),
        NameError::NoAccount => (&[], "sign in with `arm login`, then run `arm cache warm`"),
    };
    for one in found {
        message.fact("", one);
    }
    message.hint(text);
}

/// A sign-in that this program did not accept.
pub(super) fn describe_sign_in(fault: SignInError, message: &mut Message) {
    match fault {
        SignInError::ForeignTenant => {
            message.fact("", "no one was signed in, and nothing was kept");
            message.hint("name the tenant to sign in to with `arm login --tenant`");
        }
        SignInError::Ended => {
            message.fact("", "no one was signed in, and nothing was kept");
            message.hint("set the clock of this machine");
        }
        SignInError::Nonce | SignInError::ForeignClient | SignInError::ForeignIssuer => {
            message.fact("", "no one was signed in, and nothing was kept");
            message.hint("close the pages of earlier sign-ins, and start again with `arm login`");
        }
        SignInError::Empty | SignInError::CodeExpired => {
            message.hint("start again with `arm login`");
        }
        SignInError::Incomplete | SignInError::NoRandomness => {}
    }
}

/// What helps with `arm login`, in addition to what helps with every source.
fn describe_login(refusal: &EntraRefusal, message: &mut Message) {
    if refusal.facts.principal == PrincipalKind::Application {
        let client_id = refusal.facts.client_id.as_deref().unwrap_or("ID");
        let command = CommandLine::arm("login --service-principal")
            .option("--client-id", client_id)
            .option("--tenant", &refusal.facts.tenant_id);
        message.hint(format!("sign in with the right values: `{command}`"));
        return;
    }
    if let Some(claims) = &refusal.claims {
        let tenant_id = Some(refusal.facts.tenant_id.as_str()).filter(|id| !id.is_empty());
        let command = CommandLine::arm("login")
            .optional("--tenant", tenant_id)
            .option("--claims-challenge", &STANDARD.encode(claims));
        message.hints.clear();
        // The challenge looks like a token and is not one.
        message.hint(Shown::unmasked(format!(
            "sign in as it demands: `{command}`"
        )));
        return;
    }
    let is_cancelled = matches!(
        refusal.code.as_str(),
        "access_denied" | "authorization_declined"
    );
    if is_cancelled {
        message.hints.clear();
        message.hint("the sign-in was cancelled; `arm login` starts again");
    } else if message.hints.is_empty() {
        message.hint(
            "sign in again with `arm login`, with `--tenant TENANT` if the request named one",
        );
    }
}

/// Why a name is not that of one thing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// Nothing has it.
    #[error("no {what} is named `{name}`")]
    Unknown {
        /// What was looked for.
        what: &'static str,
        /// The name.
        name: String,
    },
    /// Several have it.
    #[error("more than one {what} is named `{name}`")]
    Ambiguous {
        /// What was looked for.
        what: &'static str,
        /// The name.
        name: String,
        /// All that have it.
        found: Vec<String>,
    },
    /// It is that of one subscription, which several accounts see.
    #[error("more than one account sees the subscription `{name}`")]
    Shared {
        /// The name.
        name: String,
        /// The accounts.
        accounts: Vec<String>,
    },
    /// The user does not want names to be kept.
    #[error("names are not remembered: `remember-names` is false")]
    NotRemembered,
    /// There is no folder for them.
    #[error("names are not remembered: there is no home folder")]
    NoFolder,
    /// A token does not say whose names these are.
    #[error(
        "names are remembered for an account, and a token given directly does not say whose it is"
    )]
    NoAccount,
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use super::{PrincipalKind, Source, Topic, codes_of, describe_entra, describe_login, topic_of};
    use crate::azure::Shown;
    use crate::credential::{AssertionFacts, ClockDifference, EntraRefusal, SignInFacts};
    use crate::output::Message;

    fn describe(source: Source, refusal: &EntraRefusal) -> Message {
        let mut message = Message::default();
        describe_entra(source, refusal, &mut message);
        message
    }

    fn refusal(code: u64) -> EntraRefusal {
        EntraRefusal {
            error_codes: vec![code],
            facts: SignInFacts {
                tenant_id: "t".to_owned(),
                client_id: Some("c-1".to_owned()),
                ..SignInFacts::default()
            },
            ..EntraRefusal::default()
        }
    }

    #[test]
    fn finds_the_code_in_the_words_too() {
        for (description, codes) in [
            ("AADSTS700016: Application", vec![700_016]),
            ("AADSTS700016", vec![700_016]),
            ("AADSTSx", vec![]),
            ("AADSTS99999999999999999999999: x", vec![]),
            ("", vec![]),
        ] {
            let refusal = EntraRefusal {
                description: description.to_owned(),
                ..EntraRefusal::default()
            };
            assert_eq!(codes_of(&refusal), codes, "{description}");
        }
    }

    #[test]
    fn each_code_has_its_hint() {
        for (source, code, words) in [
            (Source::ServicePrincipal, 7_000_215, "value is needed"),
            (
                Source::ServicePrincipal,
                7_000_222,
                "credential reset --id c-1",
            ),
            (
                Source::ServicePrincipal,
                700_016,
                "az ad sp create --id c-1",
            ),
            (Source::ServicePrincipal, 90_002, "check the tenant"),
            (Source::ServicePrincipal, 900_023, "check the tenant"),
            (Source::ServicePrincipal, 500_011, "--audience"),
            (Source::ServicePrincipal, 65_001, "admin-consent --id c-1"),
            (Source::Login, 65_001, "arm login"),
            (Source::Login, 50_076, "arm login"),
            (Source::AzureCli, 50_079, "az login"),
            (Source::ServicePrincipal, 53_003, "sign-in logs"),
            (Source::Login, 530_032, "sign-in logs"),
            (Source::ServicePrincipal, 700_027, "--cert @certificate.pem"),
            (Source::ServicePrincipal, 700_024, "clock"),
            (
                Source::GitHub,
                700_213,
                "federated-credential list --id c-1",
            ),
            (
                Source::WorkloadIdentity,
                70_021,
                "federated-credential list",
            ),
            (Source::Login, 50_173, "arm login"),
            (Source::AzureDeveloperCli, 70_043, "azd auth login"),
            (Source::Login, 700_082, "arm login"),
            (Source::Login, 50_126, "arm login"),
        ] {
            let hints = describe(source, &refusal(code)).hints;
            assert!(
                hints.iter().any(|hint| hint.as_str().contains(words)),
                "{code}: {hints:?}"
            );
            assert!(
                hints.iter().all(|hint| !hint.as_str().contains('{')),
                "{hints:?}"
            );
        }
        assert_eq!(topic_of(1), None);
        assert_eq!(topic_of(53_000), Some(Topic::ConditionalAccess));
    }

    #[test]
    fn shows_the_assertion_and_the_clock_where_they_matter() {
        let mut refusal = refusal(700_213);
        refusal.facts.assertion = Some(AssertionFacts {
            issuer: Some("https://token.actions.githubusercontent.com".to_owned()),
            subject: Some("repo:o/r:ref:refs/heads/main".to_owned()),
            audience: Some("api://AzureADTokenExchange".to_owned()),
            expired_on: Some(SystemTime::UNIX_EPOCH),
        });
        refusal.facts.clock = Some(ClockDifference::Slow(Duration::from_secs(7 * 60)));
        refusal.trace_id = Some("trace".to_owned());
        let names = |message: &Message| -> Vec<String> {
            let names = message.facts.iter().map(|fact| fact.name.clone());
            names.collect()
        };
        let message = describe(Source::GitHub, &refusal);
        assert_eq!(
            names(&message),
            [
                "credential",
                "tenant",
                "application",
                "issuer",
                "subject",
                "audience",
                "assertion ended",
                "this machine's clock",
                "trace id",
            ]
        );
        assert!(
            message
                .hints
                .iter()
                .any(|hint| hint.as_str().contains("set the clock"))
        );
        refusal.error_codes = vec![53_003];
        assert!(!names(&describe(Source::GitHub, &refusal)).contains(&"issuer".to_owned()));
    }

    #[track_caller]
    fn check_login(code: &str, claims: Option<&str>, before: &'static str, expected: &str) {
        let refusal = EntraRefusal {
            code: code.to_owned(),
            claims: claims.map(str::to_owned),
            ..EntraRefusal::default()
        };
        let mut message = Message::default();
        message.hints.extend(
            Some(before)
                .filter(|hint| !hint.is_empty())
                .map(Shown::from),
        );
        describe_login(&refusal, &mut message);
        assert_eq!(message.hints.len(), 1, "{:?}", message.hints);
        assert!(
            message.hints[0].as_str().contains(expected),
            "{:?}",
            message.hints
        );
    }

    #[test]
    fn says_what_helps() {
        check_login("invalid_grant", None, "", "sign in again with `arm login`");
        check_login("invalid_grant", None, "known", "known");
        check_login("access_denied", None, "known", "cancelled");
        let claims = Some(r#"{"access_token":{}}"#);
        let challenge = "--claims-challenge 'eyJhY2Nlc3NfdG9rZW4iOnt9fQ=='";
        check_login("interaction_required", claims, "known", challenge);
    }

    #[test]
    fn an_application_is_told_how_it_signs_in() {
        let refusal = EntraRefusal {
            facts: SignInFacts {
                principal: PrincipalKind::Application,
                tenant_id: "contoso.example".to_owned(),
                client_id: Some("app-1".to_owned()),
                ..SignInFacts::default()
            },
            ..EntraRefusal::default()
        };
        let mut message = Message::default();
        describe_login(&refusal, &mut message);
        let words = "arm login --service-principal --client-id 'app-1' --tenant 'contoso.example'";
        assert!(
            message.hints[0].as_str().contains(words),
            "{:?}",
            message.hints
        );
    }
}
