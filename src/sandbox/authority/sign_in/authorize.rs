//! The authorization endpoint (RFC 6749 4.1): a page where a person chooses who they are, and the way
//! back to the program on their machine. A code leads to loopback only.

use bytes::Bytes;
use http::{Method, Response};
use url::{Host, Url};

use crate::sandbox::authority::directory::{self, App, SignInPolicy, User};
use crate::sandbox::authority::error::AuthError;
use crate::sandbox::authority::grants::client_auth;
use crate::sandbox::authority::grants::sealed::{self, Factors, Grant, SignIn};
use crate::sandbox::authority::memory::Memory;
use crate::sandbox::authority::request::{AuthRequest, Form, Realm, Scopes, requested_claims};
use crate::sandbox::authority::response;
use crate::sandbox::authority::sign_in::page::{self, HtmlPage};
use crate::sandbox::authority::tokens::claims::client_info;
use crate::sandbox::hash::guid;

/// How long a code can be redeemed, in seconds.
const LIFETIME: u64 = 600;

/// What a person decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Decision {
    SignIn(&'static User),
    Cancel,
}

/// Reads a decision; there is none if the form was not sent yet.
pub(crate) fn decision(form: &Form) -> Result<Option<Decision>, AuthError> {
    match form.get("decision") {
        None => Ok(None),
        Some("sign-in") => {
            let name = form.require("user")?;
            let user = directory::user(name).ok_or_else(|| AuthError::UserUnknown {
                user: name.to_owned(),
                tenant: "sandbox".to_owned(),
            })?;
            Ok(Some(Decision::SignIn(user)))
        }
        Some("cancel") => Ok(Some(Decision::Cancel)),
        Some(_) => Err(AuthError::Malformed),
    }
}

/// What a person shows at a sign-in: two factors, except for those who are only asked for the second one when the
/// client asks for an authentication context.
pub(crate) fn factors(user: &User, claims: Option<&str>) -> Result<Factors, AuthError> {
    let is_asked = !requested_claims(claims)?.contexts.is_empty();
    Ok(match user.demand {
        SignInPolicy::SecondFactor if !is_asked => Factors::One,
        SignInPolicy::SecondFactor
        | SignInPolicy::Nothing
        | SignInPolicy::Consent
        | SignInPolicy::ManagedDevice
        | SignInPolicy::FrequentSignIn => Factors::Two,
    })
}

/// Shows the page, or takes the decision that was made on it.
pub(crate) fn authorize(
    memory: &mut Memory,
    request: &AuthRequest<'_>,
    tenant: &str,
) -> Response<Bytes> {
    let form = match request.form() {
        Ok(form) => form,
        Err(refusal) => return page::refusal(request, &refusal),
    };
    let back = match RedirectTarget::of(&form, tenant) {
        Ok(back) => back,
        // Nothing is known of where this would lead.
        Err(refusal) => return page::refusal(request, &refusal),
    };
    match outcome(memory, request, &form, &back) {
        Ok(Some(values)) => back.answer(request, &values),
        Ok(None) => sign_in_page(request, &form, &back),
        Err(refusal) => {
            let (_, error) = refusal.code_and_error();
            let mut values = vec![
                ("error", error.to_owned()),
                (
                    "error_description",
                    response::description(request, &refusal),
                ),
            ];
            if refusal == AuthError::Declined {
                values.push(("error_subcode", "cancel".to_owned()));
            }
            back.answer(request, &values)
        }
    }
}

/// Returns the values that go back to the program; nothing if the person has not decided.
fn outcome(
    memory: &mut Memory,
    request: &AuthRequest<'_>,
    form: &Form,
    back: &RedirectTarget,
) -> Result<Option<Vec<(&'static str, String)>>, AuthError> {
    let response_type = form.require("response_type")?;
    if response_type != "code" {
        return Err(AuthError::ResponseTypeUnsupported {
            response_type: response_type.to_owned(),
        });
    }
    let scope = form.require("scope")?;
    Scopes::parse(scope, back.realm.or(&directory::CONTOSO))?;
    let challenge = form.get("code_challenge");
    // `plain` protects nothing, and is what a missing method means (RFC 7636 4.3).
    if challenge.is_some() && form.get("code_challenge_method") != Some("S256") {
        return Err(AuthError::Malformed);
    }
    if form.get("prompt") == Some("none") {
        return Err(AuthError::SilentSignIn);
    }
    let decision = match *request.call.method {
        Method::POST => decision(form)?,
        _ => None,
    };
    let user = match decision {
        None => return Ok(None),
        Some(Decision::Cancel) => return Err(AuthError::Declined),
        Some(Decision::SignIn(user)) => user,
    };
    let number = memory.number();
    let code = Grant::Code {
        number,
        session: SignIn {
            number,
            client_id: back.app.id.to_owned(),
            tenant_id: back.realm.or(user.home).id.to_owned(),
            user_id: user.id.to_owned(),
            scope: scope.to_owned(),
            factors: factors(user, form.get("claims"))?,
            signed_in_on: request.now(),
        },
        redirect_uri: back.given.clone(),
        challenge: challenge.map(str::to_owned),
        nonce: form.get("nonce").map(str::to_owned),
        expires_on: request.now() + LIFETIME,
    };
    let mut values = vec![("code", sealed::seal(&code))];
    if form.get("client_info") == Some("1") {
        values.push(("client_info", client_info(user)));
    }
    values.push(("session_state", guid(&format!("{number} {}", user.id))));
    Ok(Some(values))
}

fn sign_in_page(request: &AuthRequest<'_>, form: &Form, back: &RedirectTarget) -> Response<Bytes> {
    let mut page = HtmlPage::new("Sign in")
        .leading_to(&back.address.origin().ascii_serialization())
        .paragraph(&format!("{} wants to know who you are.", back.app.name))
        .begin_form(request.call.path);
    for (name, value) in form.pairs() {
        if !["user", "decision"].contains(&name) {
            page = page.hidden(name, value);
        }
    }
    page.accounts(form.get("login_hint"))
        .decisions()
        .answer(request)
}

/// The way back to the program.
#[derive(Debug)]
struct RedirectTarget {
    app: &'static App,
    realm: Realm,
    /// The address as it was given.
    given: String,
    address: Url,
    mode: ResponseMode,
    state: Option<String>,
}

/// How values go back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ResponseMode {
    Query,
    FormPost,
}

impl RedirectTarget {
    fn of(form: &Form, tenant: &str) -> Result<Self, AuthError> {
        let realm = Realm::named(tenant)?;
        let app = client_auth::named(form, realm)?;
        let given = form.require("redirect_uri")?.to_owned();
        let address = Url::parse(&given)
            .ok()
            .filter(is_on_loopback)
            .ok_or_else(|| AuthError::RedirectUnknown {
                redirect_uri: given.clone(),
                client_id: app.id,
            })?;
        let mode = match form.get("response_mode") {
            None | Some("query") => ResponseMode::Query,
            Some("form_post") => ResponseMode::FormPost,
            Some(_) => return Err(AuthError::Malformed),
        };
        Ok(Self {
            app,
            realm,
            given,
            address,
            mode,
            state: form.get("state").map(str::to_owned),
        })
    }

    fn answer(
        &self,
        request: &AuthRequest<'_>,
        values: &[(&'static str, String)],
    ) -> Response<Bytes> {
        let state = self.state.iter().map(|state| ("state", state));
        let values = values.iter().map(|(name, value)| (*name, value));
        let values = values.chain(state);
        match self.mode {
            ResponseMode::Query => {
                let mut address = self.address.clone();
                for (name, value) in values {
                    address.query_pairs_mut().append_pair(name, value);
                }
                response::redirect(request, address.as_str())
            }
            ResponseMode::FormPost => {
                let mut page = HtmlPage::new("Signed in")
                    .leading_to(&self.address.origin().ascii_serialization())
                    .paragraph("The program that asked waits for the answer.")
                    .begin_form(self.address.as_str());
                for (name, value) in values {
                    page = page.hidden(name, value);
                }
                page.button("", "", "Continue").answer(request)
            }
        }
    }
}

/// Tells whether an address is on this machine: any port of `localhost` or `127.0.0.1`, over http
/// (RFC 8252 7.3).
fn is_on_loopback(address: &Url) -> bool {
    let is_here = match address.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(number)) => number.octets() == [127, 0, 0, 1],
        Some(Host::Ipv6(_)) | None => false,
    };
    let is_plain = address.username().is_empty() && address.password().is_none();
    address.scheme() == "http" && is_here && is_plain && address.fragment().is_none()
}
