//! Which requests are let in: by the bearer token, by its tenant, and by the group that is closed
//! to everyone.

use http::{Method, header};

use crate::sandbox::authority::arm_token::{Caller, Signature, read};
use crate::sandbox::authority::directory::{self, Tenant};
use crate::sandbox::authority::tokens::claims::issuer;
use crate::sandbox::protocol::error::ArmError;
use crate::sandbox::protocol::request::Call;
use crate::sandbox::protocol::route::Route;
use crate::sandbox::seed::data::{self, Access};
use crate::sandbox::timestamp::Timestamp;

/// The spellings of ARM's audience, without their slash.
const AUDIENCES: &[&str] = &[
    "https://management.azure.com",
    "https://management.core.windows.net",
];

/// Returns the tenant whose token a request needs: that of its subscription, else the sandbox's own.
pub(crate) fn tenant(call: &Call<'_>) -> &'static Tenant {
    subscription_tenant(call).unwrap_or(&directory::CONTOSO)
}

fn subscription_tenant(call: &Call<'_>) -> Option<&'static Tenant> {
    let [root, id, ..] = call.segments.as_slice() else {
        return None;
    };
    let subscription = data::subscription(id)?;
    root.eq_ignore_ascii_case("subscriptions")
        .then_some(subscription.tenant)
}

/// Refuses a request without a valid token for ARM, and one for a subscription of another tenant.
pub(crate) fn authenticate(call: &Call<'_>) -> Result<Caller, ArmError> {
    let Some(authorization) = call.headers.get(header::AUTHORIZATION) else {
        return Err(ArmError::AuthorizationMissing);
    };
    let scheme_and_token = authorization
        .to_str()
        .ok()
        .and_then(|text| text.trim().split_once(' '));
    let Some((scheme, token)) = scheme_and_token else {
        return Err(ArmError::AuthorizationMalformed);
    };
    if !scheme.eq_ignore_ascii_case("Bearer") {
        return Err(ArmError::AuthorizationMalformed);
    }
    let token = token.trim();
    let (claims, signature) = read(token).ok_or(ArmError::TokenInvalid)?;
    let is_known = directory::TENANTS
        .iter()
        .any(|tenant| issuer(tenant) == claims.issuer);
    if !is_known {
        return Err(wrong_issuer(claims.issuer, tenant(call)));
    }
    if signature == Signature::Broken {
        return Err(ArmError::TokenInvalid);
    }
    let audience = &claims.audience;
    if !AUDIENCES.contains(&audience.strip_suffix('/').unwrap_or(audience)) {
        return Err(ArmError::TokenAudience {
            audience: claims.audience,
        });
    }
    if call.now.seconds() >= claims.expires_on {
        return Err(ArmError::TokenExpired {
            expired: Timestamp::from_seconds(claims.expires_on).american(),
            now: call.now.american(),
        });
    }
    match subscription_tenant(call) {
        Some(tenant) if issuer(tenant) != claims.issuer => Err(wrong_issuer(claims.issuer, tenant)),
        Some(_) | None => Ok(claims.caller),
    }
}

fn wrong_issuer(found: String, tenant: &Tenant) -> ArmError {
    ArmError::TokenIssuer {
        issuer: found,
        expected: issuer(tenant),
        authority: format!("https://login.windows.net/{}", tenant.id),
    }
}

/// What everyone may ask about a group that is closed to them: what they may do there, and which roles there are.
const OPEN: [&str; 4] = [
    "Microsoft.Authorization/permissions",
    "Microsoft.Authorization/roleDefinitions",
    "Microsoft.Authorization/roleEligibilityScheduleInstances",
    "Microsoft.Authorization/roleAssignmentScheduleRequests",
];

/// Returns the id of what a request would write to.
pub(crate) fn written(route: &Route) -> Option<String> {
    match route {
        Route::Group(group) | Route::GroupAction(group, _) => Some(group.id()),
        Route::Item(address) | Route::Operation(address, _) => Some(address.id()),
        Route::Action(..)
        | Route::Collection(_)
        | Route::Resources(_)
        | Route::Tenants
        | Route::Subscriptions
        | Route::Subscription(_)
        | Route::Locations(_)
        | Route::TagNames(_)
        | Route::Groups(_)
        | Route::Providers(_)
        | Route::Provider(..)
        | Route::Registration(..)
        | Route::ValidateResources
        | Route::CostQuery(_)
        | Route::GraphQuery(..)
        | Route::Monitor(_) => None,
    }
}

/// Refuses everything in the group that is closed to everyone, but to those who have a role there.
pub(crate) fn authorize(
    call: &Call<'_>,
    route: &Route,
    caller: &Caller,
    has_role: impl Fn(&str) -> bool,
) -> Result<(), ArmError> {
    let group = match route {
        Route::Group(group) | Route::GroupAction(group, _) => Some(group),
        Route::Resources(scope) => scope.group(),
        Route::Collection(address) | Route::Item(address)
            if OPEN.contains(&address.full_type()) =>
        {
            None
        }
        Route::Collection(address)
        | Route::Item(address)
        | Route::Operation(address, _)
        | Route::Action(address, _) => address.scope.group(),
        Route::Tenants
        | Route::Subscriptions
        | Route::Subscription(_)
        | Route::Locations(_)
        | Route::TagNames(_)
        | Route::Groups(_)
        | Route::Providers(_)
        | Route::Provider(..)
        | Route::Registration(..)
        | Route::ValidateResources
        | Route::CostQuery(_)
        | Route::GraphQuery(..)
        | Route::Monitor(_) => None,
    };
    match group.filter(|group| group.access() == Access::Denied) {
        Some(group) if !has_role(&group.id()) => Err(denial(call, route, caller)),
        Some(_) | None => Ok(()),
    }
}

/// The refusal of a caller who may not do what a request asks for.
pub(crate) fn denial(call: &Call<'_>, route: &Route, caller: &Caller) -> ArmError {
    let of = |kind: &str| format!("Microsoft.Resources/{kind}");
    let below = |id: &str| format!("/subscriptions/{id}");
    let (scope, subject, operation) = match route {
        Route::Group(group) => (group.id(), of("subscriptions/resourcegroups"), None),
        Route::GroupAction(group, action) => (
            group.id(),
            of("subscriptions/resourcegroups"),
            Some(action.word()),
        ),
        Route::Groups(subscription) => (
            below(subscription.id),
            of("subscriptions/resourcegroups"),
            None,
        ),
        Route::Resources(scope) => (scope.id(), of("subscriptions/resources"), None),
        Route::Collection(address) => (address.scope.id(), address.full_type().to_owned(), None),
        Route::Item(address) => (address.id(), address.full_type().to_owned(), None),
        Route::Operation(address, operation) => (
            address.id(),
            address.full_type().to_owned(),
            Some(operation.name),
        ),
        Route::Action(address, action) => {
            (address.id(), address.full_type().to_owned(), Some(*action))
        }
        Route::Subscription(subscription) => (below(subscription.id), of("subscriptions"), None),
        Route::Locations(subscription) => {
            (below(subscription.id), of("subscriptions/locations"), None)
        }
        Route::TagNames(subscription) => {
            (below(subscription.id), of("subscriptions/tagNames"), None)
        }
        Route::Providers(Some(subscription)) | Route::Provider(Some(subscription), _) => {
            (below(subscription.id), of("subscriptions/providers"), None)
        }
        Route::Registration(subscription, namespace, _) => (
            below(subscription.id),
            namespace.name.to_owned(),
            Some("register"),
        ),
        Route::CostQuery(subscription) => (
            below(subscription.id),
            "Microsoft.CostManagement".to_owned(),
            Some("query"),
        ),
        Route::GraphQuery(_) => (
            "/".to_owned(),
            "Microsoft.ResourceGraph".to_owned(),
            Some("resources"),
        ),
        Route::ValidateResources => (
            "/".to_owned(),
            of("validateResources"),
            Some("validateResources"),
        ),
        Route::Providers(None) | Route::Provider(None, _) => {
            ("/".to_owned(), of("providers"), None)
        }
        Route::Tenants => ("/".to_owned(), of("tenants"), None),
        Route::Subscriptions => ("/".to_owned(), of("subscriptions"), None),
        Route::Monitor(_) => (
            call.path.to_owned(),
            of("subscriptions/operationresults"),
            None,
        ),
    };
    let action = match (operation, call.method) {
        (Some(operation), &Method::POST) => format!("{subject}/{operation}/action"),
        (_, &Method::GET | &Method::HEAD) => format!("{subject}/read"),
        (_, &Method::DELETE) => format!("{subject}/delete"),
        _ => format!("{subject}/write"),
    };
    ArmError::Forbidden {
        client: caller.name.clone(),
        object_id: caller.object_id.clone(),
        action,
        scope,
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use bytes::Bytes;
    use http::Request;

    use super::authenticate;
    use crate::sandbox::authority::arm_token::issue;
    use crate::sandbox::protocol::request::Call;
    use crate::sandbox::timestamp::Timestamp;

    const ISSUED: u64 = 1_795_325_208;

    fn token(audience: &str) -> String {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(ISSUED);
        format!("Bearer {}", issue(audience, now).token.expose())
    }

    #[track_caller]
    fn check(authorization: Option<&str>, now: u64, expected: Option<&str>) {
        let mut builder = Request::builder();
        if let Some(authorization) = authorization {
            builder = builder.header("authorization", authorization);
        }
        let request = builder.body(Bytes::new()).unwrap();
        let call = Call::parse(&request, Timestamp::from_seconds(now)).unwrap();
        let actual = authenticate(&call).map_err(|fault| fault.to_string());
        assert_eq!(actual.err().as_deref(), expected);
    }

    #[test]
    fn all_four_spellings_come_in() {
        for audience in [
            "https://management.azure.com",
            "https://management.azure.com/",
            "https://management.core.windows.net",
            "https://management.core.windows.net/",
        ] {
            check(Some(&token(audience)), ISSUED, None);
            check(
                Some(&token(audience).replacen("Bearer", "bearer", 1)),
                ISSUED + 3_599,
                None,
            );
        }
    }

    #[test]
    fn others_are_refused_with_the_reason() {
        check(
            None,
            ISSUED,
            Some("Authentication failed. The 'Authorization' header is missing."),
        );
        let malformed =
            "Authentication failed. The 'Authorization' header is provided in an invalid format.";
        check(Some("Bearer"), ISSUED, Some(malformed));
        check(Some("Basic dTpw"), ISSUED, Some(malformed));
        check(
            Some("Bearer abc"),
            ISSUED,
            Some("The access token is invalid."),
        );
        let mut altered = token("https://management.azure.com");
        altered.push('A');
        check(Some(&altered), ISSUED, Some("The access token is invalid."));
        check(
            Some(&token("https://graph.microsoft.com/")),
            ISSUED,
            Some(
                "The access token has been obtained for wrong audience or resource 'https://graph.microsoft.com/'. It should exactly match with one of the allowed audiences 'https://management.core.windows.net/','https://management.core.windows.net','https://management.azure.com/','https://management.azure.com'.",
            ),
        );
        check(
            Some(&token("https://management.azure.com")),
            ISSUED + 3_600,
            Some(
                "The access token expiry UTC time '11/22/2026 6:26:48 AM' is earlier than current UTC time '11/22/2026 6:26:48 AM'.",
            ),
        );
        let foreign = r#"{"iss":"https://sts.windows.net/x/","aud":"https://management.azure.com/","exp":9999999999}"#;
        check(
            Some(&format!(
                "Bearer e30.{}.c2ln",
                URL_SAFE_NO_PAD.encode(foreign.as_bytes())
            )),
            ISSUED,
            Some(
                "The access token is from the wrong issuer 'https://sts.windows.net/x/'. It must match the tenant 'https://sandbox.invalid/7c9e2f4a-1d53-4b8e-9a06-3f5d2c8b7e10/' associated with this subscription. Please use the authority (URL) 'https://login.windows.net/7c9e2f4a-1d53-4b8e-9a06-3f5d2c8b7e10' to get the token.",
            ),
        );
    }
}
