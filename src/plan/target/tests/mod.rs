//! What the tests of typed URLs share: a request without options, and checks of what becomes of it.

use crate::azure::{AllowedHost, Audience, Cloud, Versions, WantedVersion};
use crate::plan::PathConversion;
use crate::plan::target::{
    Authentication, Error, ErrorKind, Placeholders, Resolved, Typed, resolve,
};

mod api_version;
mod forms;
mod hosts;

/// The options of a request, owned, each as empty as can be.
pub(super) struct Options {
    cloud: Cloud,
    query: Vec<(String, String)>,
    api_version: Option<&'static str>,
    versions: Versions,
    audience: Option<Audience>,
    allowed: Vec<AllowedHost>,
    authentication: Authentication,
    shell: PathConversion,
}

impl Options {
    pub(super) fn new() -> Self {
        Self {
            cloud: Cloud::public(),
            query: Vec::new(),
            api_version: None,
            versions: Versions::default(),
            audience: None,
            allowed: Vec::new(),
            authentication: Authentication::Token,
            shell: PathConversion::None,
        }
    }

    pub(super) fn cloud(mut self, cloud: Cloud) -> Self {
        self.cloud = cloud;
        self
    }

    pub(super) fn query(mut self, name: &str, value: &str) -> Self {
        self.query.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(super) fn api_version(mut self, version: &'static str) -> Self {
        self.api_version = Some(version);
        self
    }

    pub(super) fn pin(mut self, type_name: &str, wanted: WantedVersion) -> Self {
        self.versions.pins.add(type_name, wanted);
        self
    }

    pub(super) fn audience(mut self, audience: &str) -> Self {
        self.audience = Some(Audience::parse(audience).unwrap());
        self
    }

    pub(super) fn allow(mut self, host: &str) -> Self {
        self.allowed.push(AllowedHost::parse(host).unwrap());
        self
    }

    pub(super) fn no_auth(mut self) -> Self {
        self.authentication = Authentication::None;
        self
    }

    pub(super) fn git_bash(mut self) -> Self {
        self.shell = PathConversion::GitBash;
        self
    }

    pub(super) fn resolve(&self, url: &str) -> Result<Resolved, Error> {
        resolve(&Typed {
            method: &http::Method::GET,
            url,
            cloud: &self.cloud,
            placeholders: Placeholders {
                subscription: Some("s-1"),
                resource_group: Some("my rg"),
                tenant: None,
                location: None,
            },
            query: &self.query,
            api_version: self.api_version,
            versions: &self.versions,
            audience: self.audience.as_ref(),
            allowed: &self.allowed,
            authentication: self.authentication,
            shell: self.shell,
        })
    }

    #[track_caller]
    pub(super) fn check(&self, url: &str, expected: &str) -> Resolved {
        let resolved = self.resolve(url).unwrap();
        assert_eq!(resolved.target.url.as_str(), expected, "{url}");
        resolved
    }

    #[track_caller]
    pub(super) fn check_audience(&self, url: &str, expected: &str) {
        let resolved = self.resolve(url).unwrap();
        let audience = resolved.target.audience;
        assert_eq!(
            audience.as_ref().map_or("none", Audience::as_str),
            expected,
            "{url}"
        );
    }

    #[track_caller]
    pub(super) fn check_error(&self, url: &str, kind: ErrorKind, expected: &str) {
        let error = self
            .resolve(url)
            .map(|resolved| resolved.target.url)
            .unwrap_err();
        assert_eq!(
            (error.to_string().as_str(), error.kind()),
            (expected, kind),
            "{url}"
        );
    }

    #[track_caller]
    pub(super) fn check_kind(&self, url: &str, kind: ErrorKind) {
        let error = self
            .resolve(url)
            .map(|resolved| resolved.target.url)
            .map_err(|error| error.kind());
        assert_eq!(error, Err(kind), "{url:?}");
    }
}
