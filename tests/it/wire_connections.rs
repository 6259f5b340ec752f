//! Connections: which requests they carry again, what ends them, and what is said of an answer that is not HTTP. Which
//! statuses are repeated: `wire_retries`.

use std::io::{self, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::support::answer::Answer;
#[cfg(unix)]
use crate::support::answer::Then;
use crate::support::run::{Outcome, Run};
use crate::support::server::Server;
use crate::support::tls_server::{Shown, TlsServer, TlsStream, answer_http1, http2};

const BOTH: &[&str] = &["h2", "http/1.1"];

/// Asks a server that speaks TLS, and trusts its authority.
fn ask(server: &TlsServer, method: &str, arguments: &[&str]) -> Outcome {
    let run = Run::arm([
        method,
        &server.url("/x"),
        "--no-auth",
        "--retry-max-wait",
        "0",
    ]);
    let file = run.folder().join("ca.pem");
    let run = run.file("ca.pem", server.authority());
    run.args(arguments).env("SSL_CERT_FILE", file).run()
}

/// Asks by POST where the first request is ended so, and the others are answered; returns how many there were.
fn posts(first: impl Fn(&mut TlsStream, u32) + Send + Sync + 'static) -> (Outcome, usize) {
    let requests = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&requests);
    let server = TlsServer::start(Shown::Own, BOTH, move |stream, _, protocol| {
        assert_eq!(protocol, "h2");
        let mut next = http2::request(stream);
        while let Some(id) = next {
            if counter.fetch_add(1, Ordering::SeqCst) == 0 {
                first(stream, id);
            } else {
                http2::answer(stream, id, "{\"done\":true}");
            }
            next = http2::next_request(stream);
        }
    });
    let outcome = ask(&server, "POST", &["a=b"]);
    let requests = requests.load(Ordering::SeqCst);
    (outcome, requests)
}

#[test]
fn what_http2_did_not_process_is_sent_again() {
    let (outcome, requests) = posts(|stream, _| http2::go_away(stream, 0, http2::NO_ERROR));
    outcome.exits(0).says(&[]);
    assert_eq!(requests, 2);
    let (outcome, requests) = posts(|stream, id| http2::reset(stream, id, http2::REFUSED_STREAM));
    outcome.exits(0);
    assert_eq!(requests, 2);
    // The last stream that the server took is this one: it may have been executed.
    let (outcome, requests) = posts(|stream, id| {
        http2::go_away(stream, id, http2::NO_ERROR);
        stream.sock.shutdown(std::net::Shutdown::Both).unwrap();
    });
    outcome.exits(7).says(&["may have been executed"]);
    assert_eq!(requests, 1);
    // 2 is INTERNAL_ERROR.
    let (outcome, requests) = posts(|stream, id| http2::reset(stream, id, 2));
    outcome.exits(7).says(&["may have been executed"]);
    assert_eq!(requests, 1);
}

/// A server that must not send more before it is told to loses a round trip each time.
#[test]
fn a_page_of_http2_fits_the_window() {
    let page = format!("{{\"value\":[\"{}\"]}}", "x".repeat(3 << 20));
    let length = page.len();
    let server = TlsServer::start(Shown::Own, BOTH, move |stream, _, _| {
        if let Some(id) = http2::request(stream) {
            http2::answer(stream, id, &page);
            http2::next_request(stream);
        }
    });
    let outcome = ask(&server, "GET", &["-o", "ndjson"]).exits(0);
    assert_eq!(server.protocols(), ["h2"]);
    assert!(outcome.stdout.len() >= length - 16);
}

#[test]
fn http_1_1_is_spoken_where_it_is_required() {
    for is_reset in [false, true] {
        let server = TlsServer::start(Shown::Own, BOTH, move |stream, _, protocol| {
            if protocol != "h2" {
                let answer = "HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n{\"a\":1}";
                return answer_http1(stream, answer);
            }
            if let Some(id) = http2::request(stream) {
                if is_reset {
                    http2::reset(stream, id, http2::HTTP_1_1_REQUIRED);
                } else {
                    http2::go_away(stream, 0, http2::HTTP_1_1_REQUIRED);
                }
                http2::next_request(stream);
            }
        });
        ask(&server, "DELETE", &["--yes"]).exits(0);
        assert_eq!(server.protocols(), ["h2", "http/1.1"]);
    }
}

#[test]
fn a_misdirected_request_is_sent_once_more() {
    for verb in ["GET", "POST"] {
        let server = Server::answering([Answer::status(421), Answer::json("{}")]);
        let run = Run::arm([verb, &server.url("/"), "--no-auth", "--retry-max-wait", "0"]);
        run.run().exits(0);
        assert_eq!(server.requests().len(), 2);
        let server = Server::with(|_| Answer::status(421));
        let run = Run::arm([verb, &server.url("/"), "--no-auth", "--retry-max-wait", "0"]);
        run.run().exits(4);
        assert_eq!(server.requests().len(), 2, "{verb}");
    }
}

#[test]
fn an_answer_that_is_not_http_is_named_and_not_asked_for_again() {
    for answer in [
        "HTTP/1.1 200 OK\r\nWarning without a colon\r\nContent-Length: 2\r\n\r\n{}",
        "HTTP/1.1 200 OK\r\ncaf\u{e9}: 1\r\nContent-Length: 2\r\n\r\n{}",
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
        "nonsense\r\n\r\n",
    ] {
        for (verb, says) in [
            ("GET", "is not valid HTTP"),
            ("PUT", "may have been executed"),
        ] {
            let server = Server::answering([Answer::raw(answer)]);
            let run = Run::arm([verb, &server.url("/"), "--no-auth"]);
            let outcome = run.run().exits(7).prints_nothing().says(&[says]);
            assert!(!outcome.stderr.contains("was lost"), "{}", outcome.stderr);
            let is_blamed = outcome.stderr.contains("may have been executed");
            assert_eq!(is_blamed, verb == "PUT", "{}", outcome.stderr);
        }
    }
}

#[test]
fn many_headers_and_headers_in_utf_8_are_read() {
    let mut answer = Answer::json("{\"a\":1}").header("x-ms-meta-city", "Z\u{fc}rich");
    for number in 0..1_000 {
        answer = answer.header(&format!("x-ms-meta-{number}"), "v");
    }
    let server = Server::answering([answer]);
    Run::plain(&server, "GET", "/").run().exits(0);
    let server = Server::answering([
        Answer::redirect(302, "/caf\u{e9}?q=\u{fc}"),
        Answer::json("{}"),
    ]);
    Run::plain(&server, "GET", "/").run().exits(0);
    assert_eq!(server.lines()[1], "GET /caf%C3%A9?q=%C3%BC");
    let latin = b"HTTP/1.1 302 Found\r\nLocation: /caf\xe9\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    let server = Server::answering([Answer::raw(latin), Answer::json("{}")]);
    Run::plain(&server, "GET", "/").run().exits(0);
    assert_eq!(server.lines()[1], "GET /caf%E9");
}

/// Answers the first request of a connection, and closes it when the next one comes.
fn answer_once(mut stream: TcpStream) -> io::Result<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte)?;
        head.extend(byte);
    }
    stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")?;
    let _next = stream.read(&mut [0]);
    Ok(())
}

/// A server that answers one request a connection, and closes it when the next one comes. Returns its address.
fn server_of_one_request_a_connection() -> io::Result<SocketAddr> {
    let listener = TcpListener::bind(("127.0.0.1", 0))?;
    let address = listener.local_addr()?;
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            std::thread::spawn(move || answer_once(stream?));
        }
    });
    Ok(address)
}

#[test]
fn a_write_that_cannot_be_repeated_has_a_connection_of_its_own() {
    for verb in ["POST", "PATCH"] {
        let address = server_of_one_request_a_connection().unwrap();
        let ids: Vec<String> = (0..20)
            .map(|id| format!("http://{address}/{id}\n"))
            .collect();
        Run::arm([verb, "-", "--no-auth", "--yes", "--parallel", "1", "a=b"])
            .stdin(ids.concat())
            .run()
            .exits(0);
    }
}

#[cfg(unix)]
#[test]
fn few_files_make_few_requests_at_a_time() {
    let server = Server::with(|_| Answer::json("{}").then(Then::Close));
    let script = "ulimit -n 32; for i in {1..120}; do echo \"$URL/$i\"; done | \
                  \"$ARM\" GET - --no-auth --parallel 50";
    Run::bash(script).env("URL", server.url("")).run().exits(0);
    assert_eq!(server.requests().len(), 120);
}

#[test]
fn what_is_wrong_with_tls_is_said_once_with_what_helps() {
    let handshakes = |shown, says: &[&str]| {
        let server = TlsServer::start(shown, &["http/1.1"], |_, _, _| {});
        ask(&server, "GET", &[])
            .exits(7)
            .prints_nothing()
            .says(says);
        assert_eq!(server.protocols().len(), 1, "{shown:?}");
    };
    handshakes(
        Shown::OtherName,
        &[
            "certificate is for `other.example`, not for `127.0.0.1`",
            "hint: check the host name",
        ],
    );
    handshakes(
        Shown::Authority,
        &[
            "certificate of an authority as its own",
            "hint: the server needs a certificate of its own",
        ],
    );
    let server = TlsServer::start(Shown::Own, &["http/1.1"], |_, _, _| {});
    Run::arm(["GET", &server.url("/"), "--no-auth"])
        .run()
        .exits(7)
        .says(&["authority that is not trusted", "SSL_CERT_FILE=ca.pem"]);
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let address = listener.local_addr().unwrap();
    let answering = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let _read = stream.read(&mut [0; 1000]).unwrap();
        stream
            .write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n")
            .unwrap();
    });
    let outcome = Run::arm(["GET", &format!("https://{address}/"), "--no-auth"]).run();
    answering.join().unwrap();
    let outcome = outcome
        .exits(7)
        .says(&["does not speak TLS", "hint: check the port"]);
    assert!(
        !outcome.stderr.contains("SSL_CERT_FILE"),
        "{}",
        outcome.stderr
    );
}

#[cfg(not(any(windows, target_vendor = "apple")))]
#[test]
fn certificates_to_trust_are_read_or_named() {
    let server = TlsServer::start(Shown::Own, &["http/1.1"], |stream, _, _| {
        answer_http1(stream, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}");
    });
    let authority = server.authority();
    let der = pem::parse(authority).unwrap();
    let trusted = pem::encode(&pem::Pem::new(
        "TRUSTED CERTIFICATE",
        [der.contents(), &[0x30, 0]].concat(),
    ));
    let run = || Run::arm(["GET", &server.url("/"), "--no-auth"]);
    for (bytes, code) in [
        (authority.as_bytes(), 0),
        (trusted.as_bytes(), 0),
        (der.contents(), 0),
        (format!("\u{feff}{authority}").as_bytes(), 0),
        (b"nothing", 7),
        (b"", 7),
    ] {
        let run = run().file("ca", bytes);
        let file = run.folder().join("ca");
        let outcome = run.env("SSL_CERT_FILE", file).run().exits(code);
        if code == 7 {
            outcome.says(&["/ca` of `SSL_CERT_FILE` holds no certificate"]);
        }
    }
    run()
        .env("SSL_CERT_FILE", "/nonexistent/ca.pem")
        .run()
        .exits(7)
        .says(&["cannot read `SSL_CERT_FILE`"]);
    let run = run().file("certs/ca.pem", authority);
    let folder = run.folder().join("certs");
    run.env("SSL_CERT_FILE", "")
        .env("SSL_CERT_DIR", folder)
        .run()
        .exits(0);
}

#[cfg(unix)]
#[test]
fn few_open_files_are_no_crash() {
    for most in 5..=9 {
        let script = format!("ulimit -n {most}; \"$ARM\" GET :1/x --no-auth");
        let outcome = Run::bash(&script).run();
        let words = &outcome.stderr;
        assert!(!words.contains("internal error"), "{most}: {words}");
    }
    Run::bash("ulimit -n 6; \"$ARM\" GET :1/x --no-auth")
        .run()
        .exits(1)
        .says(&["cannot start: only 6 files may be open at a time"]);
}

#[test]
fn a_server_for_known_clients_is_asked_once() {
    for protocols in [BOTH, &["http/1.1"][..]] {
        for (method, arguments) in [("GET", &[][..]), ("POST", &["a=b"][..])] {
            let server = TlsServer::start(Shown::ToKnownClients, protocols, |_, _, _| {});
            let outcome = ask(&server, method, arguments)
                .exits(7)
                .says(&["it requires a client certificate"]);
            let words = &outcome.stderr;
            assert!(
                !words.contains("executed") && !words.contains("lost"),
                "{words}"
            );
            assert_eq!(server.protocols().len(), 1, "{words}");
        }
    }
}

/// A field that goes on in the next line (RFC 9112 5.2).
#[test]
fn a_folded_header_is_read() {
    let answer = "HTTP/1.1 200 OK\r\nX-Note: one\r\n two\r\nContent-Length: 7\r\n\r\n{\"a\":1}";
    let server = Server::answering([Answer::raw(answer)]);
    Run::arm(["GET", &server.url("/"), "--no-auth", "-i"])
        .run()
        .exits(0);
    let server = Server::answering([Answer::raw(answer)]);
    Run::arm(["GET", &server.url("/"), "--no-auth", "-H", "Accept:"])
        .run()
        .exits(0);
}

#[test]
fn a_proxy_that_cannot_be_used_matters_only_where_it_would_be() {
    let socks = ("ALL_PROXY", "socks5://me:hidden@127.0.0.1:1");
    let server = Server::answering([Answer::json("{}")]);
    Run::arm(["GET", &server.url("/"), "--no-auth"])
        .env(socks.0, socks.1)
        .run()
        .exits(0);
    for (name, value, code, words) in [
        ("NO_PROXY", "127.0.0.1", 7, "connection refused"),
        (
            "HTTPS_PROXY",
            "http://127.0.0.1:1",
            7,
            "the proxy refuses connections",
        ),
        (
            "LANG",
            "C",
            2,
            "`ALL_PROXY` cannot be used: only proxies of http and https are known",
        ),
    ] {
        let outcome = Run::arm(["GET", "https://127.0.0.1:1/x", "--no-auth", "--retry", "0"])
            .env(socks.0, socks.1)
            .env(name, value)
            .run()
            .exits(code)
            .says(&[words]);
        assert!(!outcome.stderr.contains("hidden"), "{}", outcome.stderr);
    }
}

#[test]
fn a_proxy_is_used_as_it_is_checked() {
    let through = |name: &str, value: &dyn Fn(&str) -> String, no_proxy: &str| {
        let proxy = Server::with(|_| Answer::status(502));
        let run = Run::arm([
            "GET",
            "https://api.test:8443/x",
            "--no-auth",
            "--retry",
            "0",
        ]);
        let outcome = run
            .env(name, value(&proxy.authority()))
            .env("NO_PROXY", no_proxy)
            .env("REQUEST_METHOD", "GET")
            .run()
            .exits(7)
            .says(&["the proxy did not connect", "it answered 502"]);
        drop(outcome);
        proxy.request()
    };
    let request = through(
        "HTTPS_PROXY",
        &|host| format!("http://{host} \n"),
        "*.other",
    );
    assert_eq!(request.target, "api.test:8443");
    assert_eq!(request.header("proxy-authorization"), None);
    let request = through(
        "all_proxy",
        &|host| format!("me:p@s%40s@{host}/"),
        "api.test:443",
    );
    assert_eq!(
        request.header("proxy-authorization"),
        Some("Basic bWU6cEBzQHM=")
    );
    let proxy = Server::with(|_| Answer::status(407));
    Run::arm(["GET", "https://api.test/x", "--no-auth"])
        .env("HTTPS_PROXY", proxy.url(""))
        .run()
        .exits(7)
        .says(&[
            "it answered 407",
            "hint: name user and password in `HTTPS_PROXY`",
        ]);
    assert_eq!(proxy.requests().len(), 1);
    for no_proxy in ["*", "127.0.0.1:1", "127.0.0.0/8", "other 127.0.0.1"] {
        let proxy = Server::untouched();
        Run::arm(["GET", "https://127.0.0.1:1/x", "--no-auth"])
            .env("HTTPS_PROXY", proxy.url(""))
            .env("NO_PROXY", no_proxy)
            .run()
            .exits(7)
            .says(&["connection refused"]);
    }
}
