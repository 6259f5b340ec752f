//! `arm exec -- docker`: logins of registries of Azure by docker's own protocol, and those of the user for all other servers.
//! The other tools: `exec_tools`.

#![expect(
    clippy::unwrap_used,
    reason = "an answer of another form fails the test"
)]

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE;

use crate::exec_git::audience_of;
use crate::support::answer::Answer;
use crate::support::home::find_program;
use crate::support::run::Run;
use crate::support::server::{Received, Server};
use crate::support::tls_proxy::TlsProxy;

/// What the registry gives for a token.
const PASSWORD: &str = "refresh-token-of-the-registry";
const CONFIG: &str = r#"{"auths": {"ghcr.io": {"auth": "bWU6cHc="}}, "credHelpers": {"gcr.io": "gcloud"}, "currentContext": "default"}"#;

/// Registries of Azure, one of which sends its callers to another host.
fn registries() -> TlsProxy {
    TlsProxy::start(&["*.azurecr.io", "evil.example"], |host, request| {
        let elsewhere = "https://evil.example/oauth2/exchange";
        match (host, request.target.split('?').next().unwrap()) {
            ("moved.azurecr.io", _) => Answer::redirect(307, elsewhere),
            ("closed.azurecr.io", _) => Answer::error(
                401,
                r#"{"errors":[{"code":"UNAUTHORIZED","message":"authentication required"}]}"#,
            ),
            (_, "/oauth2/exchange") => {
                Answer::json(format!("{{\"refresh_token\":\"{PASSWORD}\"}}"))
            }
            (_, "/oauth2/token") => Answer::json(r#"{"access_token":"a","token":"a"}"#),
            (_, "/v2/") if request.header("authorization") == Some("Bearer a") => {
                Answer::json("{}")
            }
            (host, _) => Answer::status(401).header(
                "WWW-Authenticate",
                &format!("Bearer realm=\"https://{host}/oauth2/token\",service=\"{host}\""),
            ),
        }
    })
}

/// A run of `arm exec -- docker`, where docker is a script.
fn with_docker(proxy: &TlsProxy, script: &str) -> Run {
    let run = Run::bash("\"$ARM\" --sandbox exec -- docker pull contoso.azurecr.io/app:1");
    let path = format!("{}/home/bin:/usr/bin:/bin", run.folder().display());
    run.program("docker", script)
        .file("home/.docker/config.json", CONFIG)
        .file("home/.docker/contexts/meta", "kept")
        .file("authority.pem", proxy.authority())
        .env("SSL_CERT_FILE", "authority.pem")
        .env("HTTPS_PROXY", proxy.url())
        .env("PATH", path)
}

fn field(request: &Received, name: &str) -> Option<String> {
    let mut pairs = url::form_urlencoded::parse(&request.body);
    pairs
        .find(|(own, _)| own == name)
        .map(|(_, value)| value.into_owned())
}

#[test]
fn a_registry_gets_a_token_and_gives_a_login() {
    let proxy = registries();
    let script = r#"
        helper=$(command -v docker-credential-arm)
        stat -c %a "$(dirname "$(dirname "$helper")")"
        cat "$DOCKER_CONFIG/config.json"; cat "$DOCKER_CONFIG/contexts/meta"; echo
        cmp "$DOCKER_CONFIG/config.json" "$REGISTRY_AUTH_FILE"
        for server in contoso.azurecr.io https://contoso.azurecr.io ghcr.io quay.io contoso.azurecr.io.evil.example \
            http://contoso.azurecr.io; do
            echo "$server" | docker-credential-arm get; echo " $?"
        done
        echo '{"ServerURL":"contoso.azurecr.io","Username":"u","Secret":"s"}' | docker-credential-arm store; echo $?
        echo contoso.azurecr.io | docker-credential-arm erase; echo $?
        echo '{"ServerURL":"ghcr.io","Username":"u","Secret":"s"}' | docker-credential-arm store >/dev/null 2>&1; echo $?
        docker-credential-arm list; docker-credential-arm version | cut -d' ' -f1
        echo "$helper" > helper"#;
    let (outcome, folder) = with_docker(&proxy, script).run_and_keep();
    let login = |server: &str| {
        format!(
            "{{\"ServerURL\":\"{server}\",\"Username\":\"00000000-0000-0000-0000-000000000000\",\"Secret\":\"{PASSWORD}\"}}\n 0\n"
        )
    };
    let none = "credentials not found in native keychain\n 1\n";
    let expected = [
        "700\n{\n  \"currentContext\": \"default\",\n  \"credHelpers\": {\n    \"gcr.io\": \"gcloud\",\n    \
         \"contoso.azurecr.io\": \"arm\"\n  },\n  \"credsStore\": \"arm\"\n}\nkept\n",
        &login("contoso.azurecr.io"),
        &login("https://contoso.azurecr.io"),
        "{\"ServerURL\":\"ghcr.io\",\"Username\":\"me\",\"Secret\":\"pw\"}\n 0\n",
        none,
        none,
        none,
        "0\n0\n1\n{\"ghcr.io\":\"me\"}\ndocker-credential-arm\n",
    ];
    let outcome = outcome.exits(0);
    assert_eq!(outcome.text(), expected.concat(), "{}", outcome.stderr);
    for (host, request) in proxy.requests() {
        assert_eq!(host, "contoso.azurecr.io");
        let token = field(&request, "access_token").unwrap();
        let audience = audience_of(Some(&format!("Bearer {token}")));
        assert_eq!(audience, "https://containerregistry.azure.net");
        assert_eq!(
            field(&request, "service").as_deref(),
            Some("contoso.azurecr.io")
        );
        assert_eq!(
            field(&request, "tenant").as_deref(),
            Some("7c9e2f4a-1d53-4b8e-9a06-3f5d2c8b7e10")
        );
    }
    assert_eq!(proxy.requests().len(), 2);
    let helper = std::fs::read_to_string(folder.path().join("helper")).unwrap();
    assert!(
        !std::path::Path::new(helper.trim()).exists(),
        "{helper} is left"
    );
}

#[test]
fn a_registry_that_sends_its_callers_elsewhere_gets_no_further() {
    let proxy = registries();
    let script = r"for name in moved closed; do
            echo $name.azurecr.io | docker-credential-arm get; echo $?
        done";
    let outcome = with_docker(&proxy, script).run().exits(0);
    assert_eq!(
        outcome.text(),
        "`moved.azurecr.io` gave no login: it gave no reason\n3\n\
         `closed.azurecr.io` gave no login: UNAUTHORIZED: authentication required\n6\n"
    );
    outcome.says(&["hint: your account needs the role AcrPull or AcrPush there"]);
    assert!(
        proxy
            .requests()
            .iter()
            .all(|(host, _)| host != "evil.example")
    );
}

#[test]
fn the_users_store_is_asked_about_other_servers() {
    let proxy = registries();
    let script = r#"echo quay.io | docker-credential-arm get; echo $?
        echo '{"ServerURL":"quay.io"}' | docker-credential-arm store; docker-credential-arm list
        echo fails.example | docker-credential-arm get; echo $?"#;
    let store = r#"read -r said; [ "$said" = fails.example ] && { echo broken; exit 9; }; echo "{\"$1\":\"$said\"}""#;
    let outcome = with_docker(&proxy, script)
        .file("home/.docker/config.json", r#"{"credsStore": "pass"}"#)
        .program("docker-credential-pass", store)
        .run()
        .exits(0);
    assert_eq!(
        outcome.text(),
        "{\"get\":\"quay.io\"}\n0\n{\"store\":\"{\"ServerURL\":\"quay.io\"}\"}\n{\"list\":\"\"}\nbroken\n9\n"
    );
    assert!(proxy.requests().is_empty());
}

#[test]
#[expect(clippy::print_stderr, reason = "a skipped test must say so")]
fn the_real_docker_hands_the_login_to_its_daemon() {
    let Some(docker) = find_program("docker") else {
        eprintln!("skipped: there is no docker");
        return;
    };
    let proxy = registries();
    let daemon = Server::with(|request| {
        if request.target.ends_with("/_ping") {
            Answer::status(200).header("Api-Version", "1.40")
        } else {
            Answer::json(r#"{"status":"pulled"}"#)
        }
    });
    let script = r#"for image in contoso.azurecr.io/app:1 docker.io/library/app:1 contoso.azurecr.io.evil.example/app:1; do
            "$ARM" --sandbox exec -- docker pull $image >/dev/null || echo "$image failed"
        done"#;
    let run = Run::bash(script);
    let path = format!("{}:/usr/bin:/bin", docker.parent().unwrap().display());
    let authority = run.folder().join("authority.pem");
    let outcome = run
        .file("authority.pem", proxy.authority())
        .env("SSL_CERT_FILE", authority)
        .env("HTTPS_PROXY", proxy.url())
        .env("DOCKER_HOST", format!("tcp://{}", daemon.authority()))
        .env("PATH", path)
        .run();
    assert_eq!(outcome.text(), "", "{}", outcome.stderr);
    let logins: Vec<String> = daemon
        .requests()
        .iter()
        .filter_map(|request| request.header("x-registry-auth"))
        .map(|login| String::from_utf8(URL_SAFE.decode(login).unwrap()).unwrap())
        .collect();
    let [own, hub, other] = logins.as_slice() else {
        panic!("{logins:?}");
    };
    assert!(
        own.contains(PASSWORD) && own.contains("00000000-0000-0000-0000-000000000000"),
        "{own}"
    );
    assert!(
        !hub.contains("assword") && !other.contains("assword"),
        "{hub} {other}"
    );
}

#[test]
fn docker_is_told_what_is_wrong() {
    for (action, input, code, words) in [
        ("steal", "", 2, "docker asks for `steal`"),
        ("get", "", 2, "it names no server"),
        ("store", "junk", 2, "it is not JSON with `ServerURL`"),
        (
            "get",
            "contoso.azurecr.io",
            1,
            "the sandbox has no registries",
        ),
        ("get", "ghcr.io", 1, ""),
    ] {
        let run = Run::arm(["credential", "docker", "--sandbox", action])
            .stdin(input)
            .run();
        let run = run.exits(code).says(&[words]);
        // Docker shows standard output.
        assert!(
            run.text().contains(words) && !run.text().is_empty(),
            "{}",
            run.text()
        );
    }
}
