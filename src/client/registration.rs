//! `--register`: which provider is registered if a service asks for it. Who sends the requests:
//! `app::exchange::provider_registration`.

use bytes::Bytes;
use http::{Method, header};
use url::Url;

use super::service_error::ServiceError;
use crate::azure::{
    ResourceId, Versions, WantedVersion, api_version_for, append_query, quoted_after,
};
use crate::transport::Request;

/// The code that asks for a registration.
const CODE: &str = "MissingSubscriptionRegistration";

/// A provider that is to be registered with a subscription.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registration {
    /// The namespace, as the user wrote it.
    pub namespace: String,
    /// The provider in the subscription, without a query.
    provider: Url,
}

impl Registration {
    /// Returns the registration that an error asks for: of a namespace that is in the URL of the request, with the
    /// subscription of that URL. Whatever else an error names stays as it is.
    pub fn requested_by(error: &ServiceError) -> Option<Self> {
        let detail = error.detail.as_ref()?;
        if !detail.code.as_ref()?.eq_ignore_ascii_case(CODE) {
            return None;
        }
        let named = quoted_after(detail.message.as_deref()?, "namespace ")?;
        let url = &error.request.url;
        let id = ResourceId::of(url);
        let namespace = id.namespace_named(named)?;
        let subscription = id.subscription()?;
        let mut provider = url.clone();
        provider.set_query(None);
        provider.set_fragment(None);
        provider.set_path(&format!("{subscription}/providers/{namespace}"));
        Some(Self {
            namespace: namespace.to_owned(),
            provider,
        })
    }

    /// Returns the request that registers the provider.
    pub fn start(&self, model: &Request) -> Request {
        self.request(Method::POST, "/register", model)
    }

    /// Returns the request that asks how far the registration is.
    pub fn watch(&self, model: &Request) -> Request {
        self.request(Method::GET, "", model)
    }

    /// A request with the headers of `model`, except for those that are about its body or the state of its resource.
    fn request(&self, method: Method, action: &str, model: &Request) -> Request {
        let mut url = self.provider.clone();
        url.set_path(&format!("{}{action}", self.provider.path()));
        let known = Versions::default();
        if let Ok(version) = api_version_for(url.path(), &WantedVersion::Usual, &known) {
            append_query(&mut url, "api-version", &version.value);
        }
        let mut headers = model.headers.clone();
        for name in [
            header::CONTENT_TYPE,
            header::IF_MATCH,
            header::IF_NONE_MATCH,
        ] {
            headers.remove(name);
        }
        Request {
            method,
            url,
            headers,
            body: Bytes::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::{HeaderMap, HeaderValue, Method, StatusCode};
    use url::Url;

    use super::Registration;
    use crate::azure::ErrorDetail;
    use crate::client::ServiceError;
    use crate::transport::Request;

    fn request(path: &str) -> Request {
        let mut headers = HeaderMap::new();
        for name in ["if-match", "content-type", "accept"] {
            headers.insert(name, HeaderValue::from_static("*"));
        }
        Request {
            method: Method::PUT,
            url: Url::parse(&format!("https://management.azure.com{path}")).unwrap(),
            headers,
            body: Bytes::from_static(b"{}"),
        }
    }

    fn error(path: &str, code: &str, message: &str) -> ServiceError {
        let request = request(path);
        let detail = ErrorDetail {
            code: Some(code.to_owned()),
            message: Some(message.to_owned()),
            ..ErrorDetail::default()
        };
        ServiceError::example(
            &request,
            StatusCode::CONFLICT,
            HeaderMap::new(),
            Some(detail),
        )
    }

    const PATH: &str = "/subscriptions/s/resourceGroups/g/providers/microsoft.web/sites/x?api-version=2024-04-01&a=b";
    const CODE: &str = "MissingSubscriptionRegistration";
    const MESSAGE: &str =
        "The subscription is not registered to use namespace 'Microsoft.Web'. See";

    #[test]
    fn registers_what_the_error_and_the_url_name() {
        let registration = Registration::requested_by(&error(PATH, CODE, MESSAGE)).unwrap();
        assert_eq!(registration.namespace, "microsoft.web");
        let start = registration.start(&request(PATH));
        assert_eq!(
            (start.method.as_str(), start.url.as_str()),
            (
                "POST",
                "https://management.azure.com/subscriptions/s/providers/microsoft.web/register?api-version=2025-04-01"
            )
        );
        assert!(start.body.is_empty());
        assert_eq!(start.headers.keys().collect::<Vec<_>>(), ["accept"]);
        let watch = registration.watch(&request(PATH));
        assert_eq!(
            (watch.method.as_str(), watch.url.path()),
            ("GET", "/subscriptions/s/providers/microsoft.web")
        );
    }

    #[test]
    fn registers_nothing_else() {
        for (path, code, message) in [
            (PATH, "Conflict", MESSAGE),
            (PATH, CODE, "no namespace"),
            (PATH, CODE, "namespace 'Microsoft.Compute'."),
            (PATH, CODE, "namespace 'Microsoft.Web/../x'."),
            (PATH, CODE, "namespace ''."),
            (
                "/subscriptions/s/resourceGroups/Microsoft.Web",
                CODE,
                MESSAGE,
            ),
            ("/providers/Microsoft.Web/sites/x", CODE, MESSAGE),
            ("/tenants/t/providers/Microsoft.Web/sites/x", CODE, MESSAGE),
        ] {
            let found = Registration::requested_by(&error(path, code, message));
            assert_eq!(found, None, "{path} {code} {message}");
        }
    }
}
