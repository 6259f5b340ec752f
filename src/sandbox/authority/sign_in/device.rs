//! The device flow (RFC 8628): a code for the device, a code for a person, and the page where the person
//! enters it. The tokens are written by `grants`.

use bytes::Bytes;
use http::{Method, Response, StatusCode};
use serde_json::{Value, json};

use crate::sandbox::authority::directory::{self, App};
use crate::sandbox::authority::error::AuthError;
use crate::sandbox::authority::grants::client_auth;
use crate::sandbox::authority::grants::sealed::{self, Grant, SignIn};
use crate::sandbox::authority::memory::{Device, DeviceState, Memory};
use crate::sandbox::authority::request::{AuthRequest, Form, Realm, Scopes};
use crate::sandbox::authority::sign_in::authorize;
use crate::sandbox::authority::sign_in::page::{self, HtmlPage};
use crate::sandbox::hash::hash;

/// How long a person has, in seconds.
const LIFETIME: u64 = 900;
/// Seconds between two questions of a device. Entra says 5; here it is the least, so that runs are
/// short.
const INTERVAL: u64 = 1;
/// The letters of user codes: no vowels, so that no word appears, and none that looks like another.
const LETTERS: &[u8] = b"BCDFGHJKLMNPQRSTVWXZ";

/// Answers the request of a device.
pub(crate) fn begin(
    memory: &mut Memory,
    request: &AuthRequest<'_>,
    tenant: &str,
) -> Result<Value, AuthError> {
    let form = request.form()?;
    let realm = Realm::named(tenant)?;
    let app = client_auth::named(&form, realm)?;
    let scope = form.require("scope")?;
    Scopes::parse(scope, realm.or(&directory::CONTOSO))?;
    let number = memory.number();
    let user_code = user_code(number, request.now());
    let expires_on = request.now() + LIFETIME;
    let device = Device {
        client_id: app.id.to_owned(),
        realm: tenant.to_owned(),
        scope: scope.to_owned(),
        expires_on,
        state: DeviceState::Waiting { last_asked: None },
    };
    memory.add_device(&user_code, device, request.now());
    let address = format!("{}/devicelogin", request.base_url);
    let device_code = sealed::seal(&Grant::Device {
        number,
        user_code: user_code.clone(),
        expires_on,
    });
    Ok(json!({
        "message": format!(
            "To sign in, use a web browser to open the page {address} and enter the code {user_code} to authenticate."
        ),
        "user_code": user_code,
        "device_code": device_code,
        "verification_uri": address,
        "expires_in": LIFETIME,
        "interval": INTERVAL,
    }))
}

fn user_code(number: u64, now: u64) -> String {
    let mut rest = hash(format!("{number} {now}").as_bytes());
    let letters = LETTERS.len() as u64;
    (0..9)
        .filter_map(|_| {
            let index = usize::try_from(rest % letters).ok()?;
            rest /= letters;
            LETTERS.get(index).map(|letter| char::from(*letter))
        })
        .collect()
}

/// Takes a device code: the sign-in that took place for it, once.
pub(crate) fn redeem(
    memory: &mut Memory,
    app: &App,
    device_code: &str,
    request: &AuthRequest<'_>,
) -> Result<SignIn, AuthError> {
    let Some(Grant::Device {
        user_code,
        expires_on,
        ..
    }) = sealed::open(device_code)
    else {
        return Err(AuthError::DeviceUnknown);
    };
    let now = request.now();
    if now >= expires_on {
        return Err(AuthError::DeviceExpired);
    }
    let device = memory.device(&user_code).ok_or(AuthError::DeviceUnknown)?;
    if device.client_id != app.id {
        return Err(AuthError::GrantOfOtherClient);
    }
    match &mut device.state {
        DeviceState::Waiting { last_asked } => {
            let is_early = last_asked.is_some_and(|last| now < last + INTERVAL);
            *last_asked = Some(now);
            Err(if is_early {
                AuthError::DeviceTooFast
            } else {
                AuthError::DevicePending
            })
        }
        DeviceState::Declined => {
            memory.remove_device(&user_code);
            Err(AuthError::DeviceDeclined)
        }
        DeviceState::SignedIn(session) => {
            let session = session.clone();
            memory.remove_device(&user_code);
            Ok(session)
        }
    }
}

/// The page where a person enters a code. It is done in one step too: `user_code`, `user` and
/// `decision` in one form.
pub(crate) fn page(memory: &mut Memory, request: &AuthRequest<'_>) -> Response<Bytes> {
    let form = match request.form() {
        Ok(form) => form,
        Err(refusal) => return page::refusal(request, &refusal),
    };
    if request.call.method != Method::POST {
        return entry(request, form.get("user_code").or(form.get("otc")), None);
    }
    let Some(user_code) = form.get("user_code").map(str::trim) else {
        return entry(request, None, None);
    };
    let now = request.now();
    let number = memory.number();
    let waiting = memory.device(user_code).filter(|device| {
        device.expires_on > now && matches!(device.state, DeviceState::Waiting { .. })
    });
    let Some(device) = waiting else {
        let words = "That code did not work. Check the code and try again.";
        return entry(request, Some(user_code), Some(words));
    };
    match decide(device, number, &form, request) {
        Ok(Some(words)) => HtmlPage::new("Sign in").paragraph(words).answer(request),
        Ok(None) => {
            let name = directory::app(&device.client_id).map_or("", |app| app.name);
            HtmlPage::new("Sign in")
                .paragraph(&format!("You are signing in to {name} on another device."))
                .begin_form("/devicelogin")
                .hidden("user_code", &user_code.to_ascii_uppercase())
                .accounts(None)
                .decisions()
                .answer(request)
        }
        Err(refusal) => page::refusal(request, &refusal),
    }
}

/// Takes a person's decision, if the form holds one, and returns the words about it.
fn decide(
    device: &mut Device,
    number: u64,
    form: &Form,
    request: &AuthRequest<'_>,
) -> Result<Option<&'static str>, AuthError> {
    let Some(decision) = authorize::decision(form)? else {
        return Ok(None);
    };
    let authorize::Decision::SignIn(user) = decision else {
        device.state = DeviceState::Declined;
        return Ok(Some(
            "The sign-in was cancelled. You may close this window.",
        ));
    };
    let realm = Realm::named(&device.realm)?;
    device.state = DeviceState::SignedIn(SignIn {
        number,
        client_id: device.client_id.clone(),
        tenant_id: realm.or(user.home).id.to_owned(),
        user_id: user.id.to_owned(),
        scope: device.scope.clone(),
        factors: authorize::factors(user, form.get("claims"))?,
        signed_in_on: request.now(),
    });
    Ok(Some(
        "You have signed in on your device. You may close this window.",
    ))
}

fn entry(
    request: &AuthRequest<'_>,
    user_code: Option<&str>,
    words: Option<&str>,
) -> Response<Bytes> {
    let mut page = HtmlPage::new("Enter code");
    if let Some(words) = words {
        page = page.with_status(StatusCode::BAD_REQUEST).paragraph(words);
    }
    page.paragraph("Enter the code that is shown on your device.")
        .begin_form("/devicelogin")
        .field("user_code", "Code", user_code.unwrap_or_default())
        .button("", "", "Next")
        .answer(request)
}
