//! Hosts that get no token: refused before anything is sent. Every https request of these runs
//! would have to pass a proxy that records it.

use crate::support::answer::Answer;
use crate::support::run::{Outcome, Run, TOKEN};
use crate::support::server::Server;

/// A request with a token at hand, through the proxy.
fn ask(proxy: &Server, url: &str, arguments: &[&str]) -> Outcome {
    Run::arm(["GET", url, "--retry", "0"])
        .args(arguments)
        .env("ARMCLI_ACCESS_TOKEN", TOKEN)
        .env("HTTPS_PROXY", proxy.url(""))
        .env("HTTP_PROXY", proxy.url(""))
        .env("ALL_PROXY", proxy.url(""))
        .run()
        .prints_nothing()
}

#[test]
fn the_proxy_would_see_a_request() {
    let proxy = Server::answering([Answer::status(403)]);
    ask(&proxy, "https://management.azure.com/subscriptions", &[]).exits(7);
    let request = proxy.request();
    assert_eq!(request.method, "CONNECT");
    assert_eq!(request.target, "management.azure.com:443");
    assert_eq!(request.header("authorization"), None);
}

#[test]
fn unknown_and_disguised_hosts_are_refused() {
    let proxy = Server::untouched();
    for (url, code) in [
        ("https://example.com/", 12),
        ("https://management.azure.com.evil/", 12),
        (
            "https://management.azure.com.evil.example/subscriptions",
            12,
        ),
        ("https://evilmanagement.azure.com/", 12),
        ("https://management-azure.com/", 12),
        ("https://management.azure.com@evil.example/", 12),
        ("https://management.azure.com:443@evil.example/", 12),
        ("https://user:secret@management.azure.com/", 12),
        ("https://@management.azure.com/", 12),
        ("https://management.azure.com:444/", 12),
        ("https://management.azure.com./", 12),
        ("https://MANAGEMENT.azure.com./", 12),
        ("https://evilvault.azure.net/", 12),
        ("https://vault.azure.net.evil.example/", 12),
        ("https://management%2eazure.com/", 12),
        ("https://management.azure.com%2eevil.example/", 12),
        ("https://management。azure。com/", 12),
        ("https://mаnagement.azure.com/", 12),
        ("https://127.0.0.1/", 12),
        ("https://0x7f.1/", 12),
        ("https://[::1]/", 12),
        ("http://management.azure.com/", 12),
        ("HTTP://management.azure.com/", 12),
        ("http://169.254.169.254/metadata", 12),
        ("http://localhost:1/", 12),
        ("ftp://management.azure.com/", 12),
        ("file:///etc/passwd", 12),
        ("https://management.azure.com\\@evil.example/", 2),
        ("https://management.azure.com\\.evil.example/", 2),
        ("https:\\\\management.azure.com/", 2),
        ("https:management.azure.com/", 2),
        ("https:///management.azure.com/", 2),
        ("https://management.azure.com\t.evil.example/", 2),
        ("https://man\nagement.azure.com/", 2),
        ("https://", 2),
        ("https://management.azure.com:99999/", 2),
        ("//evil.example/x", 2),
        ("///subscriptions", 2),
        ("/\\evil.example/x", 2),
        ("evil.example/subscriptions", 2),
        ("/subscriptions/../../x", 2),
        (":0/x", 2),
        (":99999/x", 2),
    ] {
        let outcome = ask(&proxy, url, &[]);
        assert_eq!(outcome.code, Some(code), "{url}: {}", outcome.stderr);
        assert!(
            outcome.stderr.starts_with("error: "),
            "{url}: {}",
            outcome.stderr
        );
        assert!(
            !outcome.stderr.contains("secret"),
            "{url}: {}",
            outcome.stderr
        );
    }
}

#[test]
fn two_slashes_before_a_root_are_a_path() {
    let proxy = Server::answering([Answer::status(403)]);
    ask(&proxy, "//subscriptions/x", &[]).exits(7);
    assert_eq!(proxy.request().target, "management.azure.com:443");
}

#[test]
fn an_allowed_host_is_allowed_exactly() {
    let server = Server::untouched();
    let url = server.url("/");
    let audience = ["--audience", "https://management.azure.com/"];
    for allowed in [
        "127.0.0.1".to_owned(),
        format!("localhost:{}", server.port()),
        format!("127.0.0.1:{}", server.port() ^ 1),
        format!("127.0.0.1.evil:{}", server.port()),
    ] {
        let run = Run::arm(["GET", &url])
            .args(audience)
            .args(["--allow-host", &allowed]);
        let outcome = run.env("ARMCLI_ACCESS_TOKEN", TOKEN).run();
        assert_eq!(outcome.code, Some(12), "{allowed}: {}", outcome.stderr);
    }
    // One without the other is not enough.
    for arguments in [&audience[..], &["--allow-host", &server.authority()]] {
        let run = Run::arm(["GET", &url]).args(arguments);
        run.env("ARMCLI_ACCESS_TOKEN", TOKEN)
            .run()
            .exits(12)
            .prints_nothing();
    }
}

#[test]
fn a_known_host_gets_no_token_of_another_service() {
    let proxy = Server::untouched();
    for (url, audience) in [
        (
            "https://management.azure.com/subscriptions",
            "https://vault.azure.net",
        ),
        (
            "https://x.vault.azure.net/secrets",
            "https://management.azure.com/",
        ),
    ] {
        let outcome = ask(&proxy, url, &["--audience", audience]);
        assert_eq!(outcome.code, Some(12), "{url}: {}", outcome.stderr);
    }
}

#[test]
fn plain_http_on_this_machine_passes_no_proxy() {
    let proxy = Server::untouched();
    let server = Server::answering([Answer::status(204)]);
    ask(&proxy, &server.url("/"), &["--no-auth"]).exits(0);
}

#[test]
fn headers_that_name_the_receiver_are_refused() {
    let server = Server::untouched();
    for item in [
        "Host:management.azure.com",
        "Connection:close",
        "Content-Length:7",
        "Transfer-Encoding:chunked",
    ] {
        Run::plain(&server, "GET", "/")
            .args([item])
            .run()
            .exits(2)
            .prints_nothing();
    }
    for item in ["x-a:b\r\nx-c: d", "x-a:b\nc"] {
        Run::plain(&server, "GET", "/")
            .args([item])
            .run()
            .exits(2)
            .prints_nothing();
    }
}
