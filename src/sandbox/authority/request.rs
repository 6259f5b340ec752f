//! What a client asks the authority for: the form, the tenant in the path, the scopes, the claims.
//! Checks spelling only; who has a right to it: `grants`.

use http::{Method, header};
use serde_json::Value;
use url::form_urlencoded;

use crate::sandbox::authority::directory::{self, Tenant};
use crate::sandbox::authority::error::AuthError;
use crate::sandbox::authority::tokens::claims::RequestedClaims;
use crate::sandbox::protocol::request::Call;

/// The largest form that is read.
const LARGEST_FORM: usize = 64 * 1024;
/// Microsoft Graph, which permissions without a resource belong to.
const GRAPH: &str = "00000003-0000-0000-c000-000000000000";

/// One request to the authority.
#[derive(Debug)]
pub(crate) struct AuthRequest<'v> {
    pub(crate) call: &'v Call<'v>,
    /// Where clients reach the authority, without a slash at the end.
    pub(crate) base_url: &'v str,
    /// The id of this request.
    pub(crate) trace_id: String,
    /// The client's id of it, else the same.
    pub(crate) correlation_id: String,
}

impl AuthRequest<'_> {
    /// The time of the request in seconds since 1970.
    pub(crate) fn now(&self) -> u64 {
        self.call.now.seconds()
    }

    /// Reads the parameters: those of the body for POST, else those of the query.
    pub(crate) fn form(&self) -> Result<Form, AuthError> {
        if self.call.method != Method::POST {
            return Form::new(self.call.query.clone());
        }
        if self.call.body.len() > LARGEST_FORM {
            return Err(AuthError::Malformed);
        }
        let media_type = self.call.header(header::CONTENT_TYPE).unwrap_or_default();
        let essence = media_type.split(';').next().unwrap_or_default().trim();
        // A body of another type is read as one without parameters.
        if !essence.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
            return Form::new(Vec::new());
        }
        Form::new(
            form_urlencoded::parse(self.call.body)
                .into_owned()
                .collect(),
        )
    }
}

/// The parameters of a request, each given once.
#[derive(Debug)]
pub(crate) struct Form(Vec<(String, String)>);

impl Form {
    /// Takes parameters; one that is given twice is refused (RFC 6749 3.1).
    fn new(pairs: Vec<(String, String)>) -> Result<Self, AuthError> {
        let names = pairs.iter().map(|(name, _)| name);
        let distinct: std::collections::BTreeSet<&String> = names.collect();
        if distinct.len() == pairs.len() {
            Ok(Self(pairs))
        } else {
            Err(AuthError::Malformed)
        }
    }

    /// Returns a parameter; an empty one is as good as none.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(own, _)| own == name);
        found
            .map(|(_, value)| value.as_str())
            .filter(|value| !value.is_empty())
    }

    /// Returns a parameter that must be there.
    pub(crate) fn require(&self, name: &'static str) -> Result<&str, AuthError> {
        self.get(name).ok_or(AuthError::ParameterMissing { name })
    }

    /// Every parameter, in order.
    pub(crate) fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

/// The first part of a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Realm {
    Tenant(&'static Tenant),
    /// `common` or `organizations`: the tenant of the person who signs in.
    Any,
}

impl Realm {
    /// Reads a tenant's id, its domain, or a word for all of them.
    pub(crate) fn named(name: &str) -> Result<Self, AuthError> {
        if ["common", "organizations"].contains(&name.to_ascii_lowercase().as_str()) {
            return Ok(Self::Any);
        }
        directory::tenant(name)
            .map(Self::Tenant)
            .ok_or_else(|| AuthError::TenantUnknown {
                tenant: name.to_owned(),
            })
    }

    /// The tenant, or this one if the path names none.
    pub(crate) fn or(self, home: &'static Tenant) -> &'static Tenant {
        match self {
            Self::Tenant(tenant) => tenant,
            Self::Any => home,
        }
    }
}

/// What a token is to be good for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Scopes {
    /// The one service, byte for byte.
    pub(crate) audience: String,
    pub(crate) permissions: Vec<String>,
    /// An id token is wanted.
    pub(crate) open_id: bool,
    /// A refresh token is wanted.
    pub(crate) offline_access: bool,
}

impl Scopes {
    /// Reads scopes, separated by spaces: `https://management.azure.com/.default offline_access`. All
    /// but those of `OpenID` Connect are of one service, which is known.
    pub(crate) fn parse(text: &str, tenant: &'static Tenant) -> Result<Self, AuthError> {
        let mut scopes = Self::default();
        for word in text.split_ascii_whitespace() {
            match word {
                "openid" => scopes.open_id = true,
                "offline_access" => scopes.offline_access = true,
                "profile" | "email" => {}
                _ => {
                    let (audience, permission) = split(word)?;
                    if !directory::is_service(audience) {
                        return Err(AuthError::ResourceUnknown {
                            resource: audience.to_owned(),
                            tenant: tenant.id,
                        });
                    }
                    if !scopes.audience.is_empty() && scopes.audience != audience {
                        return Err(AuthError::ScopeOfSeveral {
                            scope: text.to_owned(),
                        });
                    }
                    audience.clone_into(&mut scopes.audience);
                    scopes.permissions.push(permission.to_owned());
                }
            }
        }
        if scopes.audience.is_empty() {
            GRAPH.clone_into(&mut scopes.audience);
        }
        Ok(scopes)
    }

    /// The scopes that were granted to a person, as the answer names them.
    pub(crate) fn granted(&self) -> String {
        let audience = &self.audience;
        match audience.as_str() {
            GRAPH => "openid profile email".to_owned(),
            _ => format!("{audience}/user_impersonation {audience}/.default"),
        }
    }
}

/// Splits a scope into service and permission. The last slash parts them: the audience may end with
/// one of its own, as in `https://management.core.windows.net//.default`.
fn split(scope: &str) -> Result<(&str, &str), AuthError> {
    let invalid = || AuthError::ScopeInvalid {
        scope: scope.to_owned(),
    };
    match scope.rsplit_once('/') {
        Some((audience, permission)) if !audience.is_empty() && !permission.is_empty() => {
            Ok((audience, permission))
        }
        None if scope.contains('.') => Ok((GRAPH, scope)),
        Some(_) | None => Err(invalid()),
    }
}

/// Reads the parameter `claims` (`OpenID` Connect 5.5), a JSON object; what the sandbox does not know in
/// it has no effect.
pub(crate) fn requested_claims(claims: Option<&str>) -> Result<RequestedClaims, AuthError> {
    let Some(claims) = claims else {
        return Ok(RequestedClaims::default());
    };
    let Ok(Value::Object(claims)) = serde_json::from_str(claims) else {
        return Err(AuthError::Malformed);
    };
    let of = |name: &str| claims.get("access_token").and_then(|token| token.get(name));
    let capabilities = of("xms_cc").map(texts).unwrap_or_default();
    let not_before = of("nbf").map(texts).unwrap_or_default();
    Ok(RequestedClaims {
        answers_challenges: capabilities
            .iter()
            .any(|capability| capability.eq_ignore_ascii_case("cp1")),
        contexts: of("acrs").map(texts).unwrap_or_default(),
        not_before: not_before.first().and_then(|moment| moment.parse().ok()),
    })
}

/// The `value` or `values` of a wished claim, as texts.
fn texts(wish: &Value) -> Vec<String> {
    let text = |value: &Value| match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    };
    let several = wish.get("values").and_then(Value::as_array);
    let one = wish.get("value");
    several
        .into_iter()
        .flatten()
        .chain(one)
        .filter_map(text)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{Realm, Scopes, requested_claims};
    use crate::sandbox::authority::directory::CONTOSO;
    use crate::sandbox::authority::tokens::claims::RequestedClaims;

    #[track_caller]
    fn check_audience(scope: &str, expected: Result<&str, u32>) {
        let audience = Scopes::parse(scope, &CONTOSO)
            .map(|scopes| scopes.audience)
            .map_err(|refusal| refusal.code_and_error().0);
        assert_eq!(audience, expected.map(str::to_owned), "{scope}");
    }

    #[test]
    fn the_audience_is_what_stands_before_the_last_slash() {
        let arm = "https://management.azure.com";
        check_audience("https://management.azure.com/.default", Ok(arm));
        check_audience(
            "openid https://management.azure.com/user_impersonation offline_access",
            Ok(arm),
        );
        check_audience(
            "https://management.core.windows.net//.default",
            Ok("https://management.core.windows.net/"),
        );
        check_audience(
            "499b84ac-1321-427f-aa17-267ca6975798/.default",
            Ok("499b84ac-1321-427f-aa17-267ca6975798"),
        );
        check_audience("User.Read", Ok("00000003-0000-0000-c000-000000000000"));
        check_audience("openid profile", Ok("00000003-0000-0000-c000-000000000000"));
        check_audience("https://nowhere.example/.default", Err(500_011));
        check_audience("https://management.azure.com.evil/.default", Err(500_011));
        check_audience("https://management.azure.com/", Err(70_011));
        check_audience("nonsense", Err(70_011));
        check_audience(
            "https://management.azure.com/.default https://vault.azure.net/.default",
            Err(28_000),
        );
    }

    #[test]
    fn tenants_have_two_names_each() {
        assert_eq!(Realm::named("Contoso.example"), Ok(Realm::Tenant(&CONTOSO)));
        assert_eq!(Realm::named(CONTOSO.id), Ok(Realm::Tenant(&CONTOSO)));
        assert_eq!(Realm::named("organizations"), Ok(Realm::Any));
        assert!(Realm::named("contoso.com").is_err());
    }

    #[track_caller]
    fn check_wishes(claims: &str, expected: Option<&RequestedClaims>) {
        assert_eq!(
            requested_claims(Some(claims)).ok().as_ref(),
            expected,
            "{claims}"
        );
    }

    #[test]
    fn reads_what_is_wished() {
        check_wishes("{}", Some(&RequestedClaims::default()));
        check_wishes(
            r#"{"access_token":{"xms_cc":{"values":["CP1"]},"acrs":{"essential":true,"values":["p1"]},"nbf":{"essential":true,"value":"1726077595"}}}"#,
            Some(&RequestedClaims {
                answers_challenges: true,
                contexts: vec!["p1".to_owned()],
                not_before: Some(1_726_077_595),
            }),
        );
        check_wishes(
            r#"{"access_token":{"acrs":{"value":"c1"},"nbf":{"value":7},"xms_cc":null}}"#,
            Some(&RequestedClaims {
                contexts: vec!["c1".to_owned()],
                not_before: Some(7),
                ..RequestedClaims::default()
            }),
        );
        for claims in ["[]", "{", "1", "null"] {
            check_wishes(claims, None);
        }
    }
}
