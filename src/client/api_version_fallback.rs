//! A refused api-version: whether the request is made again with another one, and which one the service says that it
//! has. Who makes it: `app::exchange::attempt`.

use http::Method;

use super::service_error::ServiceError;
use crate::azure::{
    ErrorDetail, WantedVersion, newest_wanted, quoted_after, set_query, supported_versions,
    versions_in,
};
use crate::transport::Request;

/// The namespace whose versions the list of `InvalidApiVersionParameter` is about, whatever was asked
/// (Azure/azure-cli#28038).
const RESOURCES: &str = "Microsoft.Resources";

/// What a refusal says of a type's versions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiVersionFallback {
    /// The version to make the request with.
    pub version: String,
    /// All that the service has.
    pub versions: Vec<String>,
    /// The full names of the types that have them.
    pub type_names: Vec<String>,
}

impl ApiVersionFallback {
    /// Returns what an error says, if it refuses the version `sent` for a type and lists others of that type. Writes
    /// are not made again: another version may give their body another meaning.
    pub fn of(
        error: &ServiceError,
        type_name: &str,
        sent: &str,
        wanted: &WantedVersion,
    ) -> Option<Self> {
        if !matches!(error.request.method, Method::GET | Method::HEAD) {
            return None;
        }
        let detail = error.detail.as_ref()?;
        let (versions, type_names) = listed(detail, error, type_name)?;
        // Supported, but not there: another version would not help.
        if versions
            .iter()
            .any(|version| version.eq_ignore_ascii_case(sent))
        {
            return None;
        }
        let version = newest_wanted(&versions, wanted)?.to_owned();
        let versions = versions.into_iter().map(str::to_owned).collect();
        Some(Self {
            version,
            versions,
            type_names,
        })
    }

    /// Returns the request to make instead of the one that was refused.
    pub fn request(&self, refused: &Request) -> Request {
        let mut request = refused.clone();
        set_query(&mut request.url, "api-version", &self.version);
        request
    }
}

/// Finds the list in an error or in its details, and the types that it is about.
fn listed<'a>(
    detail: &'a ErrorDetail,
    error: &'a ServiceError,
    type_name: &str,
) -> Option<(Vec<&'a str>, Vec<String>)> {
    let own = || vec![type_name.to_owned()];
    let message = detail.message.as_deref().unwrap_or_default();
    let code = detail.code.as_deref().unwrap_or_default();
    let found = match code.to_ascii_lowercase().as_str() {
        "noregisteredproviderfound" => {
            let names = names_of(quoted_after(message, "for type ")?, type_name)?;
            Some((supported_versions(message), names))
        }
        "invalidresourcetype" => {
            let names = names_of(quoted_after(message, "resource type ")?, type_name)?;
            Some((supported_versions(message), names))
        }
        "invalidapiversionparameter" => {
            let namespace = type_name.split('/').next().unwrap_or_default();
            let is_its_own = namespace.eq_ignore_ascii_case(RESOURCES);
            is_its_own.then(|| (supported_versions(message), own()))
        }
        "unsupportedapiversionvalue"
        | "unsupportedapiversion"
        | "missingorincorrectversionparameter" => {
            let mut versions = supported_versions(message);
            if let (true, Some(list)) = (versions.is_empty(), &error.supported_versions) {
                versions = versions_in(list);
            }
            Some((versions, own()))
        }
        _ => None,
    };
    found.or_else(|| {
        let mut inner = detail.details.iter();
        inner.find_map(|inner| listed(inner, error, type_name))
    })
}

/// The types that a list for `named` (`virtualMachines`, without a namespace) is about: that one, and the one that was
/// requested, if it is the same or is in it.
fn names_of(named: &str, type_name: &str) -> Option<Vec<String>> {
    let (namespace, types) = type_name.split_once('/')?;
    if types.eq_ignore_ascii_case(named) {
        return Some(vec![type_name.to_owned()]);
    }
    let (head, rest) = types.split_at_checked(named.len())?;
    let lies_in = head.eq_ignore_ascii_case(named) && rest.starts_with('/');
    lies_in.then(|| vec![type_name.to_owned(), format!("{namespace}/{named}")])
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::{HeaderMap, Method, StatusCode};
    use url::Url;

    use super::ApiVersionFallback;
    use crate::azure::{ErrorDetail, WantedVersion};
    use crate::client::ServiceError;
    use crate::transport::Request;

    fn error(code: &str, message: &str, header: Option<&'static str>) -> ServiceError {
        let request = Request {
            method: Method::GET,
            url: Url::parse("https://management.azure.com/x").unwrap(),
            headers: HeaderMap::new(),
            body: Bytes::new(),
        };
        let mut headers = HeaderMap::new();
        if let Some(header) = header {
            headers.insert("api-supported-versions", header.parse().unwrap());
        }
        let detail = ErrorDetail {
            code: Some(code.to_owned()),
            message: Some(message.to_owned()),
            ..ErrorDetail::default()
        };
        ServiceError::example(&request, StatusCode::BAD_REQUEST, headers, Some(detail))
    }

    const LIST: &str = "No registered resource provider found for location 'northeurope' and API version '2026-09-01' for type 'serverFarms'. The supported api-versions are '2020-06-01, 2019-08-01, 2021-01-01-preview'. The supported locations are ''.";

    #[track_caller]
    fn check(error: &ServiceError, type_name: &str, expected: Option<(&str, &[&str])>) {
        let fallback =
            ApiVersionFallback::of(error, type_name, "2026-09-01", &WantedVersion::Usual);
        let found = fallback.map(|fallback| (fallback.version, fallback.type_names));
        let expected = expected.map(|(version, names)| {
            let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
            (version.to_owned(), names)
        });
        assert_eq!(found, expected);
    }

    #[test]
    fn a_list_of_the_type_itself_helps() {
        let refusal = error("NoRegisteredProviderFound", LIST, None);
        let name = "Microsoft.Web/serverfarms";
        check(&refusal, name, Some(("2020-06-01", &[name])));
        let child = "Microsoft.Web/serverfarms/workers";
        let names = [child, "Microsoft.Web/serverFarms"];
        check(&refusal, child, Some(("2020-06-01", &names)));
        let preview = ApiVersionFallback::of(&refusal, name, "2026-09-01", &WantedVersion::Preview);
        assert_eq!(preview.unwrap().version, "2021-01-01-preview");
        let by_header = error(
            "UnsupportedApiVersionValue",
            "no",
            Some("2024-03-01, 2023-05-01"),
        );
        check(
            &by_header,
            "Microsoft.App/jobs",
            Some(("2024-03-01", &["Microsoft.App/jobs"])),
        );
        let of_type = error(
            "InvalidResourceType",
            "The resource type 'serverFarms' could not be found in the namespace 'Microsoft.Web' for api version '2026-09-01'. The supported api-versions are '2020-06-01,2019-08-01'.",
            None,
        );
        check(&of_type, name, Some(("2020-06-01", &[name])));
        let mut outer = error("BadRequest", "see below", None);
        if let (Some(outer), Some(inner)) = (&mut outer.detail, refusal.detail) {
            outer.details.push(inner);
        }
        check(&outer, name, Some(("2020-06-01", &[name])));
    }

    #[test]
    fn a_list_of_something_else_does_not() {
        let refusal = error("NoRegisteredProviderFound", LIST, None);
        for other in [
            "Microsoft.Web/sites",
            "Microsoft.Web/serverfarmsX",
            "/subscriptions",
        ] {
            check(&refusal, other, None);
        }
        let of_resources = error(
            "InvalidApiVersionParameter",
            "The api-version '2026-09-01' is invalid. The supported versions are '2022-12-01,2014-04'.",
            None,
        );
        check(&of_resources, "Microsoft.Web/sites", None);
        let groups = "Microsoft.Resources/resourceGroups";
        check(&of_resources, groups, Some(("2022-12-01", &[groups])));
        check(
            &error("UnsupportedApiVersion", "no list", None),
            "A.b/c",
            None,
        );
        check(
            &error("ResourceNotFound", LIST, None),
            "Microsoft.Web/serverfarms",
            None,
        );
        // The version is there, but not in that place.
        let elsewhere = LIST.replace("2019-08-01", "2026-09-01");
        let elsewhere = error("NoRegisteredProviderFound", &elsewhere, None);
        check(&elsewhere, "Microsoft.Web/serverfarms", None);
    }
}
