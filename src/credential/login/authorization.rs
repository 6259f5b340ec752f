//! Signing in with a browser: a page of this machine that leads to the authority, the one answer that comes back, and
//! the code in it for tokens (OAuth 2.0 authorization code with PKCE, RFC 7636, for native apps, RFC 8252). The socket
//! is `serve`'s, and who may use it is decided in `app::command::login`.

use std::sync::OnceLock;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use http::{HeaderMap, Method, Request, header};
use ring::digest::{SHA256, digest};
use url::{Url, form_urlencoded};

use super::error::SignInError;
use super::sign_in::{self, Application, Nonce, SOURCE, SignedIn, random_text};
use crate::azure::Secret;
use crate::credential::EntraRefusal;
use crate::credential::entra::{self, Form};
use crate::credential::{Error, SourceErrorKind, Tools};

/// Where the start page of a sign-in is; its random name follows.
const START_PATH: &str = "/start/";
const FETCH_MODE: &str = "sec-fetch-mode";
const FETCH_DEST: &str = "sec-fetch-dest";

/// One sign-in with a browser.
#[derive(Debug)]
pub struct Attempt {
    application: Application,
    port: u16,
    verifier: Secret,
    state: String,
    nonce: String,
    /// What the address of the start page ends with.
    start: Secret,
    /// The browser that has asked for the start page.
    browser: OnceLock<FetchMetadata>,
}

/// Whether a browser says what a request is for (`Sec-Fetch-*`, W3C Fetch Metadata).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum FetchMetadata {
    Sent,
    Absent,
}

/// A request that came to the port of an attempt.
#[derive(Debug, PartialEq, Eq)]
pub enum Callback {
    /// It is not the answer: a stray page, a picture, a scanner.
    Stray,
    /// It is the answer to another sign-in, or pretends to be one.
    OtherSignIn,
    /// It asks for the start page, which leads to this address.
    Start(Url),
    /// It is the answer: a code, or why there is none.
    Answer(Result<Secret, Error>),
}

impl Attempt {
    /// A sign-in whose answer comes to a port of this machine.
    pub fn new(application: Application, port: u16) -> Result<Self, SignInError> {
        Ok(Self {
            application,
            port,
            verifier: Secret::new(random_text()?),
            state: random_text()?,
            nonce: random_text()?,
            start: Secret::new(random_text()?),
            browser: OnceLock::new(),
        })
    }

    /// Returns the address that the browser is started with. Every user of this machine can read a command line, and
    /// who knows `state` and the challenge can deliver a code of an account of their own: so it leads to
    /// [`Attempt::address`] only once.
    pub fn start_address(&self) -> String {
        format!("{}{}", self.redirect_uri(), self.start_path())
    }

    fn start_path(&self) -> String {
        format!("{START_PATH}{}", self.start.expose())
    }

    /// Returns the address at which the authority is asked. It holds no secret: the verifier stays
    /// here, and without it the code cannot be redeemed.
    pub fn address(&self) -> Url {
        let application = &self.application;
        let path = "oauth2/v2.0/authorize";
        let mut url = application.authority.endpoint(application.tenant(), path);
        let digest = digest(&SHA256, self.verifier.expose().as_bytes());
        url.query_pairs_mut()
            .append_pair("client_id", &application.client_id)
            .append_pair("response_type", "code")
            // In the query, as az does it: a code is used up at once and worth nothing without the
            // verifier, and some browsers warn of a form that https sends to http.
            .append_pair("response_mode", "query")
            .append_pair("redirect_uri", &self.redirect_uri())
            .append_pair("scope", &application.scope())
            .append_pair("state", &self.state)
            .append_pair("nonce", &self.nonce)
            .append_pair("code_challenge", &URL_SAFE_NO_PAD.encode(digest))
            .append_pair("code_challenge_method", "S256")
            .append_pair("prompt", "select_account")
            .append_pair("client_info", "1")
            .append_pair("claims", &entra::claims_of(application.claims.as_deref()));
        url
    }

    /// Reads a request. Only a page that a browser was sent to can be the answer: asked with GET for
    /// `/` by the name that the authority was given, with parameters of an answer. What a page of
    /// another origin fetches in the background is not one.
    pub fn read(&self, request: &Request<Bytes>) -> Callback {
        let is_navigation = request.method() == Method::GET
            && request.uri().authority().is_none()
            && self.is_host(request.headers())
            && is_page(request.headers());
        let metadata = metadata_of(request.headers());
        if is_navigation && request.uri() == self.start_path().as_str() {
            return match self.browser.set(metadata) {
                Ok(()) => Callback::Start(self.address()),
                Err(_) => Callback::Stray,
            };
        }
        // A browser that says what its requests are for says so of the answer too.
        let is_of_browser =
            metadata == FetchMetadata::Sent || self.browser.get() != Some(&FetchMetadata::Sent);
        let is_navigation = is_navigation && is_of_browser && request.uri().path() == "/";
        let query = request.uri().query().unwrap_or_default();
        let pairs: Vec<_> = form_urlencoded::parse(query.as_bytes()).collect();
        let value = |name: &str| {
            let mut values = pairs.iter().filter(|(key, _)| key == name);
            let value = values.next().map(|(_, value)| value.as_ref());
            value.filter(|_| values.next().is_none())
        };
        let is_answer = ["code", "error", "state"]
            .map(value)
            .iter()
            .any(Option::is_some);
        if !is_navigation || !is_answer {
            return Callback::Stray;
        }
        if value("state") != Some(&self.state) {
            return Callback::OtherSignIn;
        }
        Callback::Answer(match (value("code"), value("error")) {
            (Some(code), None) if !code.is_empty() => Ok(Secret::new(code)),
            (None, Some(error)) => Err(refused(error, value("error_description"))),
            (_, _) => Err(SignInError::Empty.into()),
        })
    }

    /// Gets tokens for a code, and reads from them who has signed in.
    pub async fn redeem(&self, code: &Secret, tools: &Tools<'_>) -> Result<SignedIn, Error> {
        let application = &self.application;
        let form = Form::default()
            .with("grant_type", "authorization_code")
            .with("client_id", application.client_id.as_str())
            .with("redirect_uri", self.redirect_uri())
            .with("scope", application.scope())
            .with("claims", entra::claims_of(application.claims.as_deref()))
            .with("client_info", "1")
            .with_secret("code", code.clone())
            .with_secret("code_verifier", self.verifier.clone());
        let (authority, tenant) = (&application.authority, application.tenant());
        let tokens = entra::ask(SOURCE, authority, tenant, form, tools).await?;
        sign_in::read(application, tokens, Nonce::Is(&self.nonce), tools.now)
    }

    /// The address of this machine as the authority knows it: any port of `localhost` is allowed
    /// where `http://localhost` is registered (RFC 8252 7.3).
    fn redirect_uri(&self) -> String {
        format!("http://localhost:{}", self.port)
    }

    fn is_host(&self, headers: &HeaderMap) -> bool {
        let own = format!("localhost:{}", self.port);
        let mut hosts = headers.get_all(header::HOST).iter();
        hosts.next().is_some_and(|host| *host == *own) && hosts.next().is_none()
    }
}

/// Tells whether a browser says what a request is for.
fn metadata_of(headers: &HeaderMap) -> FetchMetadata {
    if headers.contains_key(FETCH_MODE) && headers.contains_key(FETCH_DEST) {
        FetchMetadata::Sent
    } else {
        FetchMetadata::Absent
    }
}

/// Tells whether a browser shows the answer as a page (`Sec-Fetch-*`, W3C Fetch Metadata). One that
/// does not say so is believed.
fn is_page(headers: &HeaderMap) -> bool {
    let says = |name: &str, expected: &str| {
        let value = headers.get(name);
        value.is_none_or(|value| value.as_bytes() == expected.as_bytes())
    };
    says(FETCH_MODE, "navigate") && says(FETCH_DEST, "document")
}

/// An error of the authority that came through the browser.
fn refused(code: &str, description: Option<&str>) -> Error {
    let description = description.unwrap_or_default();
    let number = description.strip_prefix("AADSTS").map(|rest| {
        let end = rest.find(|letter: char| !letter.is_ascii_digit());
        rest.get(..end.unwrap_or(rest.len())).unwrap_or_default()
    });
    SourceErrorKind::Entra {
        refusal: Box::new(EntraRefusal {
            code: code.to_owned(),
            description: description.to_owned(),
            error_codes: number
                .and_then(|text| text.parse().ok())
                .into_iter()
                .collect(),
            ..EntraRefusal::default()
        }),
    }
    .of(SOURCE)
}

#[cfg(test)]
mod tests {
    use std::sync::OnceLock;

    use bytes::Bytes;
    use http::Request;

    use super::{Attempt, Callback};
    use crate::azure::Secret;
    use crate::credential::login::SignInError;
    use crate::credential::login::sign_in::tests::application;
    use crate::credential::{Error, SourceError, SourceErrorKind};

    fn attempt() -> Attempt {
        Attempt {
            application: application(),
            port: 4000,
            // RFC 7636 appendix B.
            verifier: Secret::new("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
            state: "s".to_owned(),
            nonce: "n".to_owned(),
            start: Secret::new("once"),
            browser: OnceLock::new(),
        }
    }

    #[test]
    fn asks_for_a_code_with_a_challenge() {
        let address = attempt().address();
        let origin = address.origin().ascii_serialization();
        assert_eq!(origin, "https://login.microsoftonline.com");
        assert_eq!(address.path(), "/organizations/oauth2/v2.0/authorize");
        let pairs: Vec<_> = address.query_pairs().collect();
        for (name, value) in [
            ("client_id", "app"),
            ("response_type", "code"),
            ("redirect_uri", "http://localhost:4000"),
            (
                "scope",
                "https://management.azure.com//.default offline_access openid profile",
            ),
            ("state", "s"),
            ("nonce", "n"),
            (
                "code_challenge",
                "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
            ),
            ("code_challenge_method", "S256"),
            ("prompt", "select_account"),
        ] {
            let found = pairs.iter().find(|(key, _)| key == name).unwrap();
            assert_eq!(found.1, value, "{name}");
        }
        assert!(!address.as_str().contains("dBjftJeZ4CVP"));
    }

    #[test]
    fn each_attempt_is_another() {
        let new = || Attempt::new(application(), 1).unwrap();
        let (one, two) = (new(), new());
        assert_ne!(one.verifier, two.verifier);
        assert_ne!(one.state, two.state);
        assert_ne!(one.nonce, two.nonce);
        assert_ne!(one.start_address(), two.start_address());
        for secret in [&one.state, &one.nonce] {
            assert!(!one.start_address().contains(secret.as_str()));
        }
        assert_eq!(one.verifier.expose().len(), 43);
    }

    fn request(method: &str, target: &str, headers: &[(&str, &str)]) -> Request<Bytes> {
        let mut request = Request::builder().method(method).uri(target);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.body(Bytes::new()).unwrap()
    }

    const HOST: (&str, &str) = ("host", "localhost:4000");

    #[test]
    fn only_a_page_of_the_browser_is_an_answer() {
        let good = "/?code=c&state=s";
        let navigates = [
            HOST,
            ("sec-fetch-mode", "navigate"),
            ("sec-fetch-dest", "document"),
        ];
        for headers in [&navigates[..], &[HOST]] {
            let found = attempt().read(&request("GET", good, headers));
            assert_eq!(found, Callback::Answer(Ok(Secret::new("c"))));
        }
        for (method, target, headers) in [
            ("POST", good, &[HOST][..]),
            ("HEAD", good, &[HOST]),
            ("OPTIONS", good, &[HOST]),
            ("GET", "/favicon.ico", &[HOST]),
            ("GET", "/callback?code=c&state=s", &[HOST]),
            ("GET", "/", &[HOST]),
            ("GET", "/?utm=1", &[HOST]),
            ("GET", good, &[]),
            ("GET", good, &[HOST, HOST]),
            ("GET", good, &[HOST, ("host", "evil.example")]),
            ("GET", "http://localhost:4000/?code=c&state=s", &[HOST]),
            ("GET", "http://evil.example/?code=c&state=s", &[HOST]),
            ("GET", "/start/", &[HOST]),
            ("GET", "/start/other", &[HOST]),
            ("GET", "/start/once?x", &[HOST]),
            ("POST", "/start/once", &[HOST]),
            ("GET", "/start/once", &[]),
            ("GET", "/start/once", &[HOST, ("sec-fetch-mode", "cors")]),
            ("GET", good, &[("host", "localhost")]),
            ("GET", good, &[("host", "localhost:4001")]),
            ("GET", good, &[("host", "evil.example:4000")]),
            ("GET", good, &[HOST, ("sec-fetch-mode", "no-cors")]),
            ("GET", good, &[HOST, ("sec-fetch-mode", "cors")]),
            ("GET", good, &[HOST, ("sec-fetch-dest", "iframe")]),
        ] {
            let found = attempt().read(&request(method, target, headers));
            assert_eq!(found, Callback::Stray, "{method} {target} {headers:?}");
        }
    }

    #[test]
    fn an_answer_is_that_of_this_sign_in() {
        for target in [
            "/?code=c&state=other",
            "/?code=c",
            "/?code=c&state=",
            "/?code=c&state=s&state=s",
            "/?error=access_denied",
        ] {
            let found = attempt().read(&request("GET", target, &[HOST]));
            assert_eq!(found, Callback::OtherSignIn, "{target}");
        }
        for target in [
            "/?state=s",
            "/?code=&state=s",
            "/?code=a&code=b&state=s",
            "/?code=a&error=b&state=s",
        ] {
            let found = attempt().read(&request("GET", target, &[HOST]));
            let empty = Callback::Answer(Err(Error::SignIn(SignInError::Empty)));
            assert_eq!(found, empty, "{target}");
        }
    }

    #[test]
    fn the_start_page_leads_to_the_authority_once() {
        let navigates = [
            HOST,
            ("sec-fetch-mode", "navigate"),
            ("sec-fetch-dest", "document"),
        ];
        let good = "/?code=c&state=s";
        let code = || Callback::Answer(Ok(Secret::new("c")));
        for (browser, bare_answer) in [(&navigates[..], Callback::Stray), (&[HOST], code())] {
            let attempt = attempt();
            assert_eq!(attempt.start_address(), "http://localhost:4000/start/once");
            let start = request("GET", "/start/once", browser);
            assert_eq!(attempt.read(&start), Callback::Start(attempt.address()));
            assert_eq!(attempt.read(&start), Callback::Stray);
            assert_eq!(attempt.read(&request("GET", good, &[HOST])), bare_answer);
            assert_eq!(attempt.read(&request("GET", good, &navigates)), code());
        }
    }

    #[test]
    fn an_error_comes_in_the_words_of_the_authority() {
        let target = "/?error=access_denied&error_description=AADSTS65004%3a+User+declined+to+consent.%0d%0aTrace+ID%3a+x&state=s";
        let found = attempt().read(&request("GET", target, &[HOST]));
        let Callback::Answer(Err(Error::Source(SourceError {
            kind: SourceErrorKind::Entra { refusal },
            ..
        }))) = found
        else {
            panic!("{found:?}")
        };
        assert_eq!(refusal.error_codes, [65004]);
        assert_eq!(refusal.summary(), "AADSTS65004: User declined to consent.");
        let found = attempt().read(&request("GET", "/?error=server_error&state=s", &[HOST]));
        let Callback::Answer(Err(error)) = found else {
            panic!("{found:?}")
        };
        assert_eq!(error.to_string(), "server_error");
    }
}
