//! `arm exec -- git`: the real git gets tokens for Azure DevOps, and for nobody else. The other tools: `exec_tools`.

#![expect(
    clippy::unwrap_used,
    reason = "an answer of another form fails the test"
)]

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::support::answer::Answer;
use crate::support::home::find_program;
use crate::support::run::Run;
use crate::support::server::Received;
use crate::support::tls_proxy::TlsProxy;

/// The folder of git, if there is one; a notice if there is none.
#[expect(clippy::print_stderr, reason = "a skipped test must say so")]
fn folder_of_git() -> Option<PathBuf> {
    let found = find_program("git");
    if found.is_none() {
        eprintln!("skipped: there is no git");
    }
    Some(found?.parent()?.to_owned())
}

/// The audience of a token, or of none.
pub(crate) fn audience_of(authorization: Option<&str>) -> String {
    let token = authorization.and_then(|value| value.split(' ').nth(1));
    let claims = token.and_then(|token| token.split('.').nth(1));
    let claims = claims.map(|claims| URL_SAFE_NO_PAD.decode(claims).unwrap());
    let claims = claims.map(|claims| serde_json::from_slice::<serde_json::Value>(&claims).unwrap());
    claims.map_or("none".to_owned(), |claims| {
        claims["aud"].as_str().unwrap().to_owned()
    })
}

/// Asks git what it would send to a host.
fn fill(git: &Path, question: &str) -> String {
    let script = format!(
        "printf '{question}' | GIT_TERMINAL_PROMPT=0 \"$ARM\" --sandbox exec -- git credential fill 2>said \
         | sed -E 's/=eyJ.*/=TOKEN/; s/(expiry_utc)=[0-9]+/\\1=TIME/' | sort; \
         grep -o 'terminal prompts disabled' said"
    );
    let path = format!("{}:/usr/bin:/bin", git.display());
    let run = Run::bash(&script).env("PATH", path).run();
    run.text().lines().collect::<Vec<_>>().join(" ")
}

#[test]
fn git_is_given_tokens_for_azure_devops_alone() {
    let Some(git) = folder_of_git() else {
        return;
    };
    let basic = |host: &str, user: &str| {
        format!(
            "host={host} password=TOKEN password_expiry_utc=TIME protocol=https username={user}"
        )
    };
    for (question, expected) in [
        (
            "protocol=https\\nhost=dev.azure.com\\n",
            basic("dev.azure.com", "token"),
        ),
        (
            "protocol=https\\nhost=dev.azure.com\\nusername=contoso\\n",
            basic("dev.azure.com", "contoso"),
        ),
        (
            "protocol=https\\nhost=contoso.visualstudio.com\\n",
            basic("contoso.visualstudio.com", "token"),
        ),
        (
            "protocol=https\\nhost=github.com\\n",
            "terminal prompts disabled".to_owned(),
        ),
        (
            "protocol=http\\nhost=dev.azure.com\\n",
            "terminal prompts disabled".to_owned(),
        ),
        (
            "protocol=https\\nhost=dev.azure.com.evil.example\\n",
            "terminal prompts disabled".to_owned(),
        ),
        (
            "protocol=https\\nhost=dev.azure.com:8443\\n",
            "terminal prompts disabled".to_owned(),
        ),
    ] {
        assert_eq!(fill(&git, question), expected, "{question}");
    }
}

/// The server of git itself, as a web server would run it (git-http-backend).
fn backend(git: &Path, root: &Path, request: &Received) -> Answer {
    let (path, query) = request
        .target
        .split_once('?')
        .unwrap_or((&request.target, ""));
    let mut child = Command::new(git)
        .arg("http-backend")
        .env("GIT_PROJECT_ROOT", root)
        .env("GIT_HTTP_EXPORT_ALL", "1")
        .env("REQUEST_METHOD", &request.method)
        .env("PATH_INFO", path)
        .env("QUERY_STRING", query)
        .env(
            "CONTENT_TYPE",
            request.header("content-type").unwrap_or_default(),
        )
        .env(
            "HTTP_CONTENT_ENCODING",
            request.header("content-encoding").unwrap_or_default(),
        )
        .env(
            "GIT_PROTOCOL",
            request.header("git-protocol").unwrap_or_default(),
        )
        .env("GIT_CONFIG_COUNT", "1")
        .env("GIT_CONFIG_KEY_0", "safe.directory")
        .env("GIT_CONFIG_VALUE_0", "*")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(&request.body)
        .unwrap();
    let output = child.wait_with_output().unwrap().stdout;
    let end = output
        .windows(4)
        .position(|bytes| bytes == b"\r\n\r\n")
        .unwrap();
    let head = String::from_utf8_lossy(&output[..end]).into_owned();
    let content_type = head
        .lines()
        .find_map(|line| line.strip_prefix("Content-Type: "));
    Answer::status(200).body(content_type.unwrap(), &output[end + 4..])
}

#[test]
fn git_clones_from_azure_devops() {
    let Some(git) = folder_of_git() else {
        return;
    };
    let repository = tempfile::tempdir().unwrap();
    let root = repository.path().to_owned();
    let program = git.join("git");
    let proxy = TlsProxy::start(&["dev.azure.com", "evil.example"], move |host, request| {
        if !request
            .header("authorization")
            .unwrap_or_default()
            .contains("eyJ")
        {
            let challenge = Answer::status(401)
                .header("WWW-Authenticate", "Bearer authorization_uri=https://login");
            return challenge.header("WWW-Authenticate", "Basic realm=\"https://tfs\"");
        }
        assert_eq!(host, "dev.azure.com");
        backend(&program, &root, request)
    });
    // The helpers of the user are not asked: they would be, and their words would go to the server.
    let script = r#"
        export GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a GIT_TERMINAL_PROMPT=0
        git config --global credential.helper '!echo username=old; echo password=old; echo asked >> asked; :'
        git init -q work && cd work && echo hello > file && git add . && git commit -qm first && cd ..
        git clone -q --bare work "$REPOSITORY/contoso/shop/_git/web"
        settings="-c http.proxy=$PROXY -c http.sslCAInfo=authority.pem"
        "$ARM" --sandbox exec -- git $settings clone -q https://dev.azure.com/contoso/shop/_git/web cloned
        cat cloned/file
        "$ARM" --sandbox exec -- git $settings ls-remote https://evil.example/contoso/shop/_git/web 2>/dev/null
        echo $?; sort -u asked"#;
    let outcome = Run::bash(script)
        .file("authority.pem", proxy.authority())
        .env("REPOSITORY", repository.path())
        .env("PROXY", proxy.url())
        .env("PATH", format!("{}:/usr/bin:/bin", git.display()))
        .run();
    // The user's own helper is asked about the other host, and only about that.
    assert_eq!(outcome.text(), "hello\n128\nasked\n", "{}", outcome.stderr);
    let requests = proxy.requests();
    let audiences = |wanted: &str| {
        let of_host = requests.iter().filter(|(host, _)| host == wanted);
        let audiences = of_host.map(|(_, request)| request.header("authorization"));
        let bearers = audiences.filter(|value| value.is_none_or(|value| value.contains("eyJ")));
        let mut audiences: Vec<String> = bearers.map(audience_of).collect();
        audiences.sort_unstable();
        audiences.dedup();
        audiences
    };
    assert_eq!(
        audiences("dev.azure.com"),
        ["499b84ac-1321-427f-aa17-267ca6975798", "none"]
    );
    assert_eq!(audiences("evil.example"), ["none"]);
}

#[test]
fn a_link_to_this_program_is_a_helper() {
    let Some(git) = folder_of_git() else {
        return;
    };
    let script = "ln -s \"$ARM\" home/bin/git-credential-arm
        printf 'protocol=https\\nhost=dev.azure.com\\n' |
            git -c credential.helper= -c credential.helper='arm --sandbox' credential fill | grep -c ^password=eyJ
        printf 'protocol=https\\nhost=dev.azure.com\\n' | git-credential-arm store --sandbox
        printf 'protocol=https\\nhost=dev.azure.com\\n' | git-credential-arm erase --sandbox
        printf 'future=1\\n' | git-credential-arm future --sandbox; echo $?
        printf 'protocol=https\\nhost=dev.azure.com\\n' | git-credential-arm get; echo $?";
    let run = Run::bash(script);
    let path = format!(
        "{}/home/bin:{}:/usr/bin:/bin",
        run.folder().display(),
        git.display()
    );
    let outcome = run.env("PATH", path).run();
    // Without an account git is told to ask nobody else.
    assert_eq!(outcome.text(), "1\n0\nquit=1\n6\n", "{}", outcome.stderr);
    outcome.says(&["error: no credential found"]);
}
