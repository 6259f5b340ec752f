//! `arm login` and what it keeps, over real sockets: a scripted authority that is Resource Manager
//! too, and a browser that is a script.

#![expect(
    clippy::unwrap_used,
    reason = "a sign-in that does not begin fails the test"
)]

#[cfg(unix)]
use std::io::{Read as _, Write as _};
#[cfg(unix)]
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use tempfile::TempDir;
#[cfg(unix)]
use url::Url;

use crate::support::answer::Answer;
use crate::support::home::{CACHE_FOLDER, STATE_FOLDER};
use crate::support::run::{Outcome, Run};
use crate::support::server::{Received, Server};

const HOME_TENANT: &str = "11111111-1111-4111-8111-111111111111";
const OTHER_TENANT: &str = "22222222-2222-4222-8222-222222222222";
const ONE: &str = "aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa";
const TWO: &str = "bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb";
const CLIENT: &str = "04b07795-8ddb-461a-bbee-02f9e1bf7b46";
const REFRESH_TOKEN: &str = "refresh-token-that-nobody-sees";

fn jwt(claims: &serde_json::Value) -> String {
    format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(claims.to_string()))
}

/// What the token endpoint gives, with the nonce of the sign-in.
fn tokens(nonce: &str) -> String {
    let access_token = jwt(&serde_json::json!({
        "iss": "https://sandbox.invalid/t/", "aud": "https://management.azure.com/",
        "exp": 4_102_444_800_u64, "tid": HOME_TENANT, "upn": "me@contoso.example",
    }));
    let id_token = jwt(&serde_json::json!({
        "aud": CLIENT, "tid": HOME_TENANT, "oid": "me", "nonce": nonce,
        "preferred_username": "me@contoso.example",
    }));
    serde_json::json!({
        "access_token": access_token, "refresh_token": REFRESH_TOKEN, "id_token": id_token,
        "expires_in": 3600, "token_type": "Bearer",
    })
    .to_string()
}

fn subscription(id: &str, name: &str) -> String {
    format!(r#"{{"subscriptionId":"{id}","displayName":"{name}","state":"Enabled"}}"#)
}

/// An authority whose second tenant demands more than was shown, and the two lists.
fn server(nonce: Arc<Mutex<String>>) -> Server {
    let pending = Mutex::new(vec![r#"{"error":"authorization_pending"}"#]);
    Server::with(move |request: &Received| {
        let form = String::from_utf8_lossy(&request.body).into_owned();
        let path = request.target.split('?').next().unwrap_or_default();
        match path {
            _ if path.ends_with("/devicecode") => Answer::json(
                r#"{"user_code":"ABCDE","device_code":"d","verification_uri":"https://device.example/","expires_in":900,"interval":0}"#,
            ),
            _ if path.ends_with("/token") => {
                if path.contains(OTHER_TENANT) {
                    return Answer::error(
                        400,
                        r#"{"error":"invalid_grant","error_description":"AADSTS50076: You must use multi-factor authentication.","error_codes":[50076]}"#,
                    );
                }
                if form.contains("device_code=")
                    && let Some(body) = pending.lock().unwrap().pop()
                {
                    return Answer::error(400, body);
                }
                Answer::json(tokens(&nonce.lock().unwrap()))
            }
            "/tenants" => Answer::json(format!(
                r#"{{"value":[{{"tenantId":"{HOME_TENANT}"}},{{"tenantId":"{OTHER_TENANT}","displayName":"Other"}}]}}"#
            )),
            "/subscriptions" => {
                let (one, two) = (subscription(ONE, "Production"), subscription(TWO, "Test"));
                Answer::json(format!(r#"{{"value":[{one},{two}]}}"#))
            }
            other => Answer::json(format!(r#"{{"path":"{other}"}}"#)),
        }
    })
}

/// A run in a home of its own, or in the home of an earlier one.
fn arm(server: &Server, arguments: &[&str], home: Option<&Path>) -> Run {
    let origin = server.url("");
    let run = Run::arm(arguments.iter().copied())
        .env("AZURE_AUTHORITY_HOST", &origin)
        .env("ARMCLI_ENDPOINT", &origin);
    match home {
        Some(home) => run
            .env(CACHE_FOLDER, home.join("cache"))
            .env(STATE_FOLDER, home.join("state")),
        None => run,
    }
}

/// Signs in with a code, and returns the home.
fn signed_in(server: &Server) -> TempDir {
    let home = tempfile::tempdir().unwrap();
    let outcome = arm(server, &["login", "--device-code"], Some(home.path())).run();
    let outcome = outcome.exits(0).says(&["https://device.example/", "ABCDE"]);
    assert_eq!(outcome.json_lines(), ["me@contoso.example", "Production"]);
    home
}

trait Lines {
    fn json_lines(&self) -> Vec<&str>;
}

impl Lines for Outcome {
    /// The account and the name of the subscription.
    fn json_lines(&self) -> Vec<&str> {
        let value = |name: &str| {
            let line = self.text().lines().find(|line| line.starts_with(name));
            line.and_then(|line| line.split_whitespace().nth(1))
                .unwrap_or("nothing")
        };
        vec![value("account"), value("subscription")]
    }
}

/// The files of accounts.
fn files(home: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(home.join("state/arm/login")).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    let is_account = |path: &PathBuf| {
        let stem = path.file_stem().unwrap();
        stem.len() == 32
    };
    paths.filter(is_account).collect()
}

#[test]
fn an_account_is_kept_used_and_forgotten() {
    let server = server(Arc::default());
    let home = signed_in(&server);
    let files = files(home.path());
    assert_eq!(files.len(), 1, "{files:?}");
    let kept = std::fs::read(&files[0]).unwrap();
    let is_readable = String::from_utf8_lossy(&kept).contains(REFRESH_TOKEN);
    assert_eq!(
        is_readable,
        cfg!(not(windows)),
        "on Windows it is encrypted"
    );

    let run = |arguments: &[&str]| arm(&server, arguments, Some(home.path())).run();
    let listed = run(&["account", "list"]).exits(0);
    assert!(listed.text().contains("*  Production"), "{}", listed.text());
    let path = |id: &str| serde_json::json!({ "path": format!("/subscriptions/{id}") });
    let get = |name: &str| {
        let url = "/subscriptions/{sub}?api-version=1";
        run(&["GET", url, "-S", name]).exits(0).json()
    };
    assert_eq!(get("TEST"), path(TWO));
    let by_default = run(&["GET", "/subscriptions/{sub}?api-version=1"]);
    assert_eq!(by_default.exits(0).json(), path(ONE));
    run(&["account", "use", "test"])
        .exits(0)
        .says(&["{sub} is now Test"]);
    let by_default = run(&["GET", "/subscriptions/{sub}?api-version=1", "-vv"]).exits(0);
    assert!(!by_default.stderr.contains(REFRESH_TOKEN));
    assert_eq!(by_default.json(), path(TWO));
    let who = run(&["whoami", "-o", "json"]).exits(0).json();
    assert_eq!(who["account"], "me@contoso.example");
    assert_eq!(who["subscription"]["id"], TWO);
    run(&["account", "use", "nothing"])
        .exits(2)
        .says(&["no subscription or account is named"]);
    run(&["GET", "/subscriptions/{sub}", "-S", "nothing"])
        .exits(2)
        .says(&[
            "no subscription is named `nothing`",
            "arm account use Production",
        ]);

    run(&["logout", "you@contoso.example"])
        .exits(2)
        .says(&["no account is named"]);
    run(&["logout"])
        .exits(0)
        .says(&["me@contoso.example was signed out"]);
    assert!(!files[0].exists());
    let cached = home.path().join("cache/arm/tokens");
    let kept = std::fs::read_dir(cached).map(|entries| {
        let names = entries.map(|entry| entry.unwrap().file_name());
        names
            .filter(|name| name.to_string_lossy().ends_with(".json"))
            .count()
    });
    assert_eq!(kept.unwrap_or(0), 0, "tokens of the account are left");
    run(&["logout"])
        .exits(6)
        .says(&["no one is signed in", "arm login"]);
    run(&["GET", "/subscriptions"])
        .exits(6)
        .says(&["no credential found", "sign in with `arm login`"]);
}

#[test]
fn a_tenant_that_refuses_is_noted_and_no_more() {
    let server = server(Arc::default());
    let home = tempfile::tempdir().unwrap();
    let outcome = arm(&server, &["login", "--device-code"], Some(home.path())).run();
    outcome.exits(0).says(&[
        &format!("the tenant {OTHER_TENANT} (Other) cannot be listed: AADSTS50076"),
        &format!("arm login --tenant {OTHER_TENANT}"),
    ]);
    let other = arm(
        &server,
        &["whoami", "--tenant", OTHER_TENANT],
        Some(home.path()),
    );
    other.run().exits(6).says(&["AADSTS50076", "arm login"]);
}

/// Puts something in place of the account's file, and returns what a request says to it.
fn with_file(change: impl FnOnce(&Path)) -> Outcome {
    let server = server(Arc::default());
    let home = signed_in(&server);
    change(&files(home.path())[0]);
    arm(&server, &["GET", "/subscriptions"], Some(home.path())).run()
}

#[test]
fn a_file_that_cannot_be_trusted_is_not_used() {
    let cut = with_file(|path| {
        let text = std::fs::read(path).unwrap();
        std::fs::write(path, &text[..40]).unwrap();
    });
    let fault = if cfg!(windows) {
        "or it is damaged (DPAPI)"
    } else {
        "it is truncated or altered"
    };
    cut.exits(6).says(&[fault, "arm login"]).prints_nothing();
    let newer = with_file(|path| std::fs::write(path, r#"{"v":7}"#).unwrap());
    newer
        .exits(6)
        .says(&["a newer version of `arm`", "update `arm`"])
        .prints_nothing();
}

#[cfg(unix)]
#[test]
fn a_file_that_is_not_ours_alone_is_not_used() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    let mode = |mode: u32| {
        move |path: &Path| {
            std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
        }
    };
    let readable = with_file(mode(0o644)).exits(0);
    readable.says(&["note: others on this machine could read the login of `me@contoso.example`"]);
    let writable = with_file(mode(0o666));
    writable.exits(6).says(&["other users can write to it"]);
    let link = with_file(|path| {
        let other = path.with_extension("moved");
        std::fs::rename(path, &other).unwrap();
        symlink(&other, path).unwrap();
    });
    link.exits(6).says(&["it is a symbolic link"]);
}

#[test]
fn nothing_begins_where_nothing_can_be_kept() {
    let server = Server::untouched();
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("state"), "a file").unwrap();
    let outcome = arm(&server, &["login", "--device-code"], Some(folder.path())).run();
    outcome.exits(1).says(&["cannot use", STATE_FOLDER]);
    Run::arm(["--sandbox", "login"])
        .run()
        .exits(2)
        .says(&["`--sandbox` needs no sign-in"]);
    let challenge = arm(&server, &["login", "--claims-challenge", "x"], None).run();
    challenge.exits(2).says(&["is not base64 of a JSON object"]);
}

#[test]
fn the_browser_may_never_come_back() {
    let server = Server::untouched();
    let outcome = arm(
        &server,
        &["login", "--no-browser", "--timeout", "50ms"],
        None,
    )
    .run();
    outcome.exits(8).says(&[
        "timed out after 50ms",
        "/organizations/oauth2/v2.0/authorize?",
    ]);
}

/// Runs `arm login` with a browser that sends the address here, and answers in its place. `answers`
/// makes the targets of the requests from the parameters of the authority's address. Returns the pages that came back.
#[cfg(unix)]
fn in_a_browser(answers: impl Fn(&dyn Fn(&str) -> String) -> Vec<String>) -> (Outcome, String) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let here = listener.local_addr().unwrap().port();
    let nonce = Arc::new(Mutex::new(String::new()));
    let server = server(Arc::clone(&nonce));
    let script = format!(
        "exec /bin/bash -c 'exec 3<>/dev/tcp/127.0.0.1/{here}; printf %s \"$1\" >&3' _ \"$1\""
    );
    let running = arm(&server, &["login"], None)
        .program("browser", &script)
        .env("BROWSER", "browser")
        .start();
    let mut address = String::new();
    listener
        .accept()
        .unwrap()
        .0
        .read_to_string(&mut address)
        .unwrap();
    // A command line can be read by every user of the machine: it must not contain anything secret
    // of the sign-in.
    let start = Url::parse(&address).unwrap();
    assert!(start.path().starts_with("/start/"), "{start}");
    assert_eq!(start.query(), None, "{start}");
    let port = start.port().unwrap();
    let led = page(port, start.path());
    let mut lines = led.lines();
    assert_eq!(lines.next(), Some("HTTP/1.1 302 Found"));
    let location = lines.find_map(|line| line.strip_prefix("location: "));
    assert!(page(port, start.path()).starts_with("HTTP/1.1 404"));
    let address = Url::parse(location.unwrap()).unwrap();
    let value = |name: &str| {
        let mut pairs = address.query_pairs();
        pairs.find(|(key, _)| key == name).unwrap().1.into_owned()
    };
    *nonce.lock().unwrap() = value("nonce");
    let back = Url::parse(&value("redirect_uri")).unwrap();
    assert_eq!(back.port(), Some(port));
    // What comes first and is not an answer does not end the sign-in.
    for stray in ["/favicon.ico", "/"] {
        assert!(page(port, stray).starts_with("HTTP/1.1 404"));
    }
    let pages: String = answers(&value)
        .iter()
        .map(|target| page(port, target))
        .collect();
    // An answer that is refused asks the authority nothing, and a server wants to be asked.
    let _unused = ask(server.port());
    (running.finish(), pages)
}

#[cfg(unix)]
fn page(port: u16, target: &str) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    let request = format!("GET {target} HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n");
    stream.write_all(request.as_bytes()).unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    text
}

/// Asks the scripted server for anything.
#[cfg(unix)]
fn ask(port: u16) -> [u8; 12] {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    stream
        .write_all(b"GET /x HTTP/1.1\r\nhost: x\r\n\r\n")
        .unwrap();
    let mut head = [0; 12];
    stream.read_exact(&mut head).unwrap();
    head
}

#[cfg(unix)]
#[test]
fn the_answer_of_the_browser_signs_in() {
    let (outcome, page) =
        in_a_browser(|value| vec![format!("/?code=c0de&state={}", value("state"))]);
    assert!(page.contains("Sign-in received"), "{page}");
    assert!(!page.contains("c0de"), "{page}");
    let outcome = outcome.exits(0);
    assert_eq!(outcome.json_lines(), ["me@contoso.example", "Production"]);
}

#[cfg(unix)]
#[test]
fn the_answer_of_another_sign_in_is_passed_over() {
    let (outcome, page) = in_a_browser(|value| {
        vec![
            "/?code=c0de&state=other".to_owned(),
            "/?error=access_denied".to_owned(),
            format!("/?code=c0de&state={}", value("state")),
        ]
    });
    assert_eq!(page.matches("its state differs").count(), 2, "{page}");
    assert!(page.contains("Sign-in received"), "{page}");
    outcome.exits(0);
}

#[cfg(unix)]
#[test]
fn a_sign_in_that_is_cancelled_says_so() {
    let (outcome, page) = in_a_browser(|value| {
        let state = value("state");
        vec![format!(
            "/?error=access_denied&error_description=AADSTS65004%3A+User+declined+%3Cb%3E&state={state}"
        )]
    });
    assert!(
        page.contains("AADSTS65004: User declined &lt;b&gt;"),
        "{page}"
    );
    outcome
        .exits(6)
        .says(&["AADSTS65004", "cancelled"])
        .prints_nothing();
}
