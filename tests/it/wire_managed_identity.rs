//! Managed identities: each endpoint is asked in its own words, and what it answers badly ends in
//! one clear error. Nothing is sent to the service before the token is there.

use serde_json::json;

use crate::support::answer::Answer;
#[cfg(target_os = "linux")]
use crate::support::run::AUDIENCE;
use crate::support::run::Run;
use crate::support::server::{Received, Server};
use crate::wire_credentials::{EXP, jwt, refused, sandbox_token, unsigned};

const ID: &str = "11111111-2222-3333-4444-555555555555";
const RESOURCE_ID: &str = "/subscriptions/s/resourceGroups/g/providers/Microsoft.ManagedIdentity/userAssignedIdentities/n";
const RESOURCE: &str = "resource=https%3A%2F%2Fmanagement.azure.com%2F";

fn granted() -> Answer {
    let token = sandbox_token();
    Answer::json(json!({"access_token": token, "expires_on": EXP.to_string()}).to_string())
}

/// Makes a request whose token comes from an endpoint, and returns what the endpoint was asked.
#[track_caller]
fn asked(prepare: impl FnOnce(Run, &Server) -> Run) -> Received {
    let endpoint = Server::answering([granted()]);
    let service = Server::answering([Answer::json("{}")]);
    let outcome = prepare(unsigned(&service).args(["-vv"]), &endpoint).run();
    let outcome = outcome.exits(0);
    assert!(!outcome.stderr.contains("s3cret"), "{}", outcome.stderr);
    let sent = service.request().header("authorization").map(str::to_owned);
    assert_eq!(sent, Some(format!("Bearer {}", sandbox_token())));
    endpoint.request()
}

#[track_caller]
fn check(asked: &Received, target: &str, header: (&str, Option<&str>)) {
    assert_eq!(format!("{} {}", asked.method, asked.target), target);
    assert_eq!(asked.header(header.0), header.1);
    assert_eq!(asked.header("authorization"), None);
    assert!(asked.body.is_empty());
}

fn app_service(run: Run, endpoint: &Server) -> Run {
    run.env("IDENTITY_ENDPOINT", endpoint.url("/msi/token"))
        .env("IDENTITY_HEADER", "s3cret")
}

fn azure_ml(run: Run, endpoint: &Server) -> Run {
    run.env("MSI_ENDPOINT", endpoint.url("/msi/token?x=1"))
        .env("MSI_SECRET", "s3cret")
}

fn imds(run: Run, endpoint: &Server) -> Run {
    run.env("AZURE_POD_IDENTITY_AUTHORITY_HOST", endpoint.url("/"))
}

#[test]
fn app_service_is_asked_in_its_words() {
    let secret = ("x-identity-header", Some("s3cret"));
    let base = format!("GET /msi/token?api-version=2019-08-01&{RESOURCE}");
    check(&asked(app_service), &base, secret);
    for (identity, parameter) in [
        (ID.to_owned(), format!("client_id={ID}")),
        (format!("object:{ID}"), format!("object_id={ID}")),
        (
            RESOURCE_ID.to_owned(),
            format!("mi_res_id={}", RESOURCE_ID.replace('/', "%2F")),
        ),
    ] {
        let with_identity = |run: Run, endpoint: &Server| {
            app_service(run, endpoint)
                .args(["--identity", &identity])
                .env("AZURE_CLIENT_ID", "another")
        };
        check(
            &asked(with_identity),
            &format!("{base}&{parameter}"),
            secret,
        );
    }
    let by_variable =
        |run: Run, endpoint: &Server| app_service(run, endpoint).env("AZURE_CLIENT_ID", "a&b");
    check(
        &asked(by_variable),
        &format!("{base}&client_id=a%26b"),
        secret,
    );
}

#[test]
fn azure_ml_is_asked_in_its_words() {
    let secret = ("secret", Some("s3cret"));
    let base = format!("GET /msi/token?x=1&api-version=2017-09-01&{RESOURCE}");
    check(&asked(azure_ml), &base, secret);
    let default = |run: Run, endpoint: &Server| {
        azure_ml(run, endpoint).env("DEFAULT_IDENTITY_CLIENT_ID", "own")
    };
    check(&asked(default), &format!("{base}&clientid=own"), secret);
    let chosen = |run: Run, endpoint: &Server| default(run, endpoint).args(["--identity", ID]);
    check(&asked(chosen), &format!("{base}&clientid={ID}"), secret);
}

#[test]
fn the_metadata_service_is_asked_in_its_words() {
    let metadata = ("metadata", Some("true"));
    let base = format!("GET /metadata/identity/oauth2/token?api-version=2018-02-01&{RESOURCE}");
    check(&asked(imds), &base, metadata);
    let chosen =
        |run: Run, endpoint: &Server| imds(run, endpoint).args(["--identity", RESOURCE_ID]);
    let parameter = format!("msi_res_id={}", RESOURCE_ID.replace('/', "%2F"));
    check(&asked(chosen), &format!("{base}&{parameter}"), metadata);
    for word in ["imds", "managed-identity"] {
        let named = |run: Run, endpoint: &Server| imds(run, endpoint).args(["--auth", word]);
        check(&asked(named), &base, metadata);
    }
}

#[test]
fn the_first_that_is_announced_is_asked() {
    let all = |run: Run, endpoint: &Server| {
        app_service(run, endpoint)
            .env("MSI_ENDPOINT", "http://127.0.0.1:1/")
            .env("IMDS_ENDPOINT", "http://127.0.0.1:1/")
    };
    assert!(asked(all).target.starts_with("/msi/token?api-version=2019"));
    // Container Apps tells a thumbprint, and has nothing to do with Service Fabric.
    let container_apps = |run: Run, endpoint: &Server| {
        app_service(run, endpoint).env("IDENTITY_SERVER_THUMBPRINT", "ab")
    };
    asked(container_apps);
}

#[test]
fn dates_are_read_in_every_form() {
    for (expires_on, is_alive) in [
        ("\"4102444800\"", true),
        ("4102444800", true),
        ("\"12/31/2099 11:59:59 PM +00:00\"", true),
        ("\"06/20/2099 02:57:58 +00:00\"", true),
        ("\"soon\"", true),
        ("\"06/20/2019 02:57:58 +00:00\"", false),
        ("\"1/16/2020 5:24:12 AM +00:00\"", false),
        ("1560999478", false),
    ] {
        let answer = format!("{{\"access_token\":\"opaque\",\"expires_on\":{expires_on}}}");
        let endpoint = Server::answering([Answer::json(answer)]);
        if is_alive {
            let service = Server::answering([Answer::json("{}")]);
            azure_ml(unsigned(&service), &endpoint).run().exits(0);
        } else {
            refused(|run| azure_ml(run, &endpoint), 6).says(&["expired"]);
        }
    }
}

#[test]
fn an_endpoint_that_answers_badly_is_shown() {
    let foreign = jwt("{\"aud\":\"https://graph.microsoft.com/\"}");
    let foreign = json!({"access_token": foreign}).to_string();
    for (prepare, answer, words) in [
        (
            app_service as fn(Run, &Server) -> Run,
            Answer::error(500, r#"{"statusCode":500,"message":"No MSI found","correlationId":"c"}"#),
            "HTTP 500: No MSI found",
        ),
        (
            app_service,
            Answer::error(400, r#"{"statusCode":400,"message":"Unable to load"}"#),
            "hint: assign an identity",
        ),
        (app_service, Answer::json("<html>"), "is not a token"),
        (app_service, Answer::json(&foreign), "https://graph.microsoft.com/"),
        (app_service, Answer::status(503), "answers HTTP 503"),
        (app_service, Answer::redirect(302, "http://127.0.0.1:1/"), "HTTP 302"),
        (
            azure_ml,
            Answer::json(r#"{"ExceptionMessage":"no identity here"}"#),
            "HTTP 200: no identity here",
        ),
        (azure_ml, Answer::json("[]"), "is not a token"),
        (
            imds,
            Answer::error(400, r#"{"error":"invalid_request","error_description":"Identity not found"}"#),
            "invalid_request: Identity not found",
        ),
        (
            imds,
            Answer::status(403).body("text/plain", "connecting to 169.254.169.254:80: a socket operation was attempted to an unreachable network"),
            "`imds` is not set up: a proxy answers",
        ),
        (imds, Answer::error(403, r#"{"error":"access_denied"}"#), "access_denied"),
        (imds, Answer::status(404), "answers HTTP 404"),
        (imds, Answer::status(410), "answers HTTP 410"),
        (imds, Answer::error(429, "{\"error\":\"x\"}"), "answers HTTP 429"),
        (imds, Answer::error(500, "{\"error\":\"unknown\"}"), "answers HTTP 500"),
        (imds, Answer::json(&foreign), "https://graph.microsoft.com/"),
        (imds, Answer::json("<html>sign in to the wifi</html>"), "is not a token"),
        (imds, Answer::nothing(), "cannot be reached"),
    ] {
        // However often it is asked, it answers so.
        let answers = std::sync::Mutex::new(Some(answer));
        let endpoint = Server::with(move |_| {
            let answer = answers.lock().ok().and_then(|mut answer| answer.take());
            answer.unwrap_or_else(|| Answer::status(400))
        });
        refused(|run| prepare(run, &endpoint), 6).says(&[words]);
    }
}

#[test]
fn what_cannot_be_done_is_said() {
    let nowhere = "http://127.0.0.1:1/";
    refused(
        |run| {
            run.env("IDENTITY_ENDPOINT", "https://localhost:2377/metadata")
                .env("IDENTITY_HEADER", "s3cret")
                .env("IDENTITY_SERVER_THUMBPRINT", "ab")
        },
        6,
    )
    .says(&["Service Fabric", "not supported"]);
    refused(
        |run| run.env("MSI_ENDPOINT", nowhere).args(["--identity", ID]),
        6,
    )
    .says(&["`cloud-shell` cannot choose an identity"]);
    let object = format!("object:{ID}");
    refused(
        |run| {
            run.env("MSI_ENDPOINT", nowhere)
                .env("MSI_SECRET", "s")
                .args(["--identity", &object])
        },
        6,
    )
    .says(&["by anything but its client id"]);
    for identity in ["name", "", "/subscriptions/s"] {
        refused(|run| run.args(["--identity", identity]), 2);
    }
    refused(|run| run.args(["--identity", ID, "--auth", "azure-cli"]), 2)
        .says(&["`--identity` cannot be used with `--auth azure-cli`"]);
}

#[test]
fn an_endpoint_elsewhere_is_not_asked() {
    for (name, secret, endpoint) in [
        (
            "IDENTITY_ENDPOINT",
            "IDENTITY_HEADER",
            "http://identity.example/",
        ),
        ("IDENTITY_ENDPOINT", "IDENTITY_HEADER", "http://8.8.8.8/"),
        ("IDENTITY_ENDPOINT", "IMDS_ENDPOINT", "http://10.0.0.1/"),
        ("MSI_ENDPOINT", "MSI_SECRET", "http://8.8.8.8/"),
        ("AZURE_POD_IDENTITY_AUTHORITY_HOST", "X", "http://10.0.0.1/"),
        ("AZURE_POD_IDENTITY_AUTHORITY_HOST", "X", "metadata"),
    ] {
        refused(|run| run.env(name, endpoint).env(secret, "s"), 12).says(&[name]);
    }
}

#[test]
fn a_secret_that_no_header_can_carry_is_refused() {
    let nowhere = "http://127.0.0.1:1/";
    let outcome = refused(
        |run| {
            run.env("IDENTITY_ENDPOINT", nowhere)
                .env("IDENTITY_HEADER", "s3cret\nx: y")
        },
        2,
    );
    assert!(!outcome.stderr.contains("s3cret"), "{}", outcome.stderr);
}

/// The agent of Azure Arc keeps its keys in one folder of the system: here it is another one.
#[cfg(target_os = "linux")]
#[expect(
    clippy::unwrap_used,
    reason = "what is prepared must be there, or the test has failed"
)]
mod arc {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    use std::path::Path;
    use std::time::SystemTime;

    use arm::parts::{
        AccessToken, Arc, Audience, Credential, Error, IdentityId, ManagedIdentity,
        SourceErrorKind, TokenRequest, Tools, Transport, Wire,
    };

    use super::{AUDIENCE, Answer, ID, RESOURCE, Server, granted, refused, sandbox_token};

    fn challenge(path: &Path) -> Answer {
        let realm = format!("Basic realm={}", path.display());
        Answer::status(401).header("WWW-Authenticate", &realm)
    }

    /// Asks an agent whose keys are in a folder.
    fn ask(
        agent: &Server,
        folder: &Path,
        identity: Option<IdentityId>,
    ) -> Result<AccessToken, Error> {
        let endpoint = agent
            .url("/metadata/identity/oauth2/token")
            .parse()
            .unwrap();
        let credential = Credential::ManagedIdentity(ManagedIdentity::Arc(Arc::at(
            endpoint,
            folder.to_owned(),
            identity,
        )));
        let request = TokenRequest::of(&Audience::parse(AUDIENCE).unwrap());
        let transport = Transport::Wire(Wire::default());
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(async {
            let tools = Tools {
                transport: &transport,
                now: SystemTime::UNIX_EPOCH,
                cache: None,
            };
            credential.token(&request, &tools).await
        })
    }

    fn key(folder: &Path, content: &str) -> std::path::PathBuf {
        let path = folder.join("a.key");
        std::fs::write(&path, content).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o440)).unwrap();
        path
    }

    #[test]
    fn proves_that_it_can_read_the_key() {
        let folder = tempfile::tempdir().unwrap();
        let path = key(folder.path(), "s3cret\n");
        let agent = Server::answering([challenge(&path), granted()]);
        let token = ask(&agent, folder.path(), None).unwrap();
        assert_eq!(token.token.expose(), sandbox_token());
        let requests = agent.requests();
        let target = format!("/metadata/identity/oauth2/token?api-version=2020-06-01&{RESOURCE}");
        for request in &requests {
            assert_eq!((request.method.as_str(), &request.target), ("GET", &target));
            assert_eq!(request.header("metadata"), Some("true"));
        }
        assert_eq!(requests[0].header("authorization"), None);
        assert_eq!(requests[1].header("authorization"), Some("Basic s3cret"));
    }

    #[test]
    fn the_agent_must_name_the_identity_that_was_asked_for() {
        let folder = tempfile::tempdir().unwrap();
        let path = key(folder.path(), "k");
        for (told, good) in [
            (format!(",\"client_id\":\"{}\"", ID.to_uppercase()), true),
            (",\"client_id\":\"another\"".to_owned(), false),
            (String::new(), false),
        ] {
            let answer = format!("{{\"access_token\":\"t\"{told}}}");
            let agent = Server::answering([challenge(&path), Answer::json(answer)]);
            let found = ask(&agent, folder.path(), Some(ID.parse().unwrap()));
            assert_eq!(found.is_ok(), good, "{told}");
            assert!(
                agent.requests()[0]
                    .target
                    .ends_with(&format!("&client_id={ID}"))
            );
        }
    }

    #[test]
    fn shows_no_other_file() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("tokens");
        std::fs::create_dir(&folder).unwrap();
        let good = key(&folder, "s3cret");
        let outside = key(home.path(), "s3cret");
        let linked = folder.join("linked.key");
        symlink(&good, &linked).unwrap();
        let large = folder.join("large.key");
        std::fs::write(&large, "k".repeat(5000)).unwrap();
        let open = folder.join("open.key");
        std::fs::write(&open, "k").unwrap();
        std::fs::set_permissions(&open, std::fs::Permissions::from_mode(0o644)).unwrap();
        for path in [
            outside,
            linked,
            large,
            open,
            folder.join("../a.key"),
            folder.join("absent.key"),
            "/etc/passwd".into(),
        ] {
            // A second request would be one too many.
            let agent = Server::answering([challenge(&path)]);
            let error = ask(&agent, &folder, None).unwrap_err();
            assert!(
                matches!(error.source_kind(), Some(SourceErrorKind::File { .. })),
                "{path:?}: {error}"
            );
            assert!(!error.to_string().contains("s3cret"), "{error}");
        }
    }

    #[test]
    fn refuses_an_agent_that_asks_for_no_proof() {
        let folder = tempfile::tempdir().unwrap();
        for (answer, words) in [
            (granted(), "without a challenge"),
            (Answer::status(401), "names no file"),
            (
                Answer::status(401).header("WWW-Authenticate", "Bearer x=y"),
                "names no file",
            ),
            (
                Answer::error(400, r#"{"error":"e","error_description":"d"}"#),
                "e: d",
            ),
            (Answer::status(503), "HTTP 503"),
        ] {
            let agent = Server::answering([answer]);
            let error = ask(&agent, folder.path(), None).unwrap_err().to_string();
            assert!(error.contains(words), "{error}");
        }
    }

    #[test]
    fn is_announced_by_two_variables() {
        let folder = std::env::temp_dir().join("elsewhere.key");
        let agent = Server::answering([challenge(&folder)]);
        let announced = |run: super::Run| {
            run.env("IDENTITY_ENDPOINT", agent.url("/token"))
                .env("IMDS_ENDPOINT", agent.url("/"))
        };
        refused(announced, 6).says(&["directly in `/var/opt/azcmagent/tokens`"]);
    }
}
