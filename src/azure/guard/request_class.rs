//! Which class a request is of, by its verb, its address and what else could change its meaning. What a run may do:
//! `rule`.

use http::{HeaderMap, Method};
use serde::Deserialize;
use serde_json::value::RawValue;
use url::Url;

use super::actions::Precision;
use super::class::RequestClass;
use super::{actions, data_planes};
use crate::azure::audience::host_table::HostKind;

/// A request as it would leave.
#[derive(Debug, Clone, Copy)]
pub struct OutgoingRequest<'a> {
    /// The verb.
    pub method: &'a Method,
    /// Where it goes.
    pub url: &'a Url,
    /// What kind of service answers there.
    pub host: HostKind,
    /// Its header fields.
    pub headers: &'a HeaderMap,
    /// Its body.
    pub body: &'a [u8],
}

/// Header fields by which a service takes another verb than the request's (`OData`, Google's and Microsoft's servers).
const OVERRIDES: [&str; 3] = [
    "x-http-method",
    "x-http-method-override",
    "x-method-override",
];

impl OutgoingRequest<'_> {
    /// Says what the request does.
    pub fn class(&self) -> RequestClass {
        if self.overrides_method() {
            return RequestClass::Write;
        }
        match *self.method {
            Method::GET => secret_of("GET", self.url).unwrap_or(RequestClass::Read),
            Method::HEAD | Method::OPTIONS => RequestClass::Read,
            Method::POST => self.class_of_action(),
            _ => RequestClass::Write,
        }
    }

    /// Tells whether the request writes. What is read is not looked up for it: whether it is a secret makes no difference.
    pub fn writes(&self) -> bool {
        let only_reads = [Method::GET, Method::HEAD, Method::OPTIONS].contains(self.method);
        if only_reads && !self.overrides_method() {
            return false;
        }
        self.class().writes()
    }

    fn overrides_method(&self) -> bool {
        let mut overrides = OVERRIDES.iter();
        overrides.any(|name| self.headers.contains_key(*name))
    }

    fn class_of_action(&self) -> RequestClass {
        let found = match self.host {
            HostKind::ResourceManager if is_batch(self.url) => self.class_of_batch(),
            HostKind::ResourceManager => actions::find("POST", self.url, Precision::Exact),
            HostKind::Storage | HostKind::Other => {
                data_planes::find("POST", self.url, Precision::Exact)
            }
        };
        found.unwrap_or(RequestClass::Write)
    }

    /// The class of a batch is that of its strictest request; nothing if one cannot be read.
    fn class_of_batch(&self) -> Option<RequestClass> {
        let batch: Batch<'_> = serde_json::from_slice(self.body).ok()?;
        let mut strictest = RequestClass::Read;
        for inner in &batch.requests {
            let url = self.url.join(inner.url.or(inner.relative_url)?).ok()?;
            if url.origin() != self.url.origin()
                || inner.url.is_some() == inner.relative_url.is_some()
            {
                return None;
            }
            let method = Method::from_bytes(inner.method.as_bytes()).ok()?;
            let request = OutgoingRequest {
                method: &method,
                url: &url,
                host: self.host,
                headers: &HeaderMap::new(),
                body: inner.content.map_or("", RawValue::get).as_bytes(),
            };
            strictest = strictest.max(request.class());
        }
        Some(strictest)
    }
}

fn is_batch(url: &Url) -> bool {
    url.path() == "/batch"
}

/// The body of `POST /batch`. A member that is not known, or that is there twice, makes it another one: who reads it
/// otherwise than this program could find another request in it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Batch<'a> {
    #[serde(borrow)]
    requests: Vec<BatchRequest<'a>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BatchRequest<'a> {
    #[serde(rename = "httpMethod")]
    method: &'a str,
    #[serde(rename = "relativeUrl")]
    relative_url: Option<&'a str>,
    url: Option<&'a str>,
    #[serde(borrow)]
    content: Option<&'a RawValue>,
    #[serde(rename = "name")]
    _name: Option<&'a str>,
    #[serde(rename = "requestHeaderDetails", borrow)]
    _details: Option<&'a RawValue>,
}

/// Tells whether an address answers with a secret, whichever verb asks: keys, credentials, signed addresses.
pub fn gives_secrets(url: &Url) -> bool {
    ["GET", "POST"]
        .into_iter()
        .any(|method| secret_of(method, url).is_some())
}

/// The class of an address that answers with a secret.
fn secret_of(method: &str, url: &Url) -> Option<RequestClass> {
    let of_resource_manager = actions::find(method, url, Precision::Lenient);
    let found = of_resource_manager.or_else(|| data_planes::find(method, url, Precision::Lenient));
    found.filter(|class| matches!(class, RequestClass::SecretRead | RequestClass::SecretWrite))
}
