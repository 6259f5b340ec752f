//! From code to command: the hints as they are shown.

use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode};
use url::Url;

use super::service_hint::hints_of;
use super::{HintContext, Signature};
use crate::azure::ErrorDetail;
use crate::client::ServiceError;
use crate::shell::CommandLine;
use crate::transport::Request;

const GROUP: &str = "/subscriptions/s/resourceGroups/g";
const DISK: &str = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/disks/d";

fn error(request: &str, status: u16, body: &str) -> ServiceError {
    let (method, path) = request.split_once(' ').unwrap();
    let url = Url::parse("https://management.azure.com").unwrap();
    let request = Request {
        method: Method::from_bytes(method.as_bytes()).unwrap(),
        url: url.join(path).unwrap(),
        headers: HeaderMap::new(),
        body: Bytes::new(),
    };
    let detail = ErrorDetail::parse(body.as_bytes(), None);
    let status = StatusCode::from_u16(status).unwrap();
    ServiceError::example(&request, status, HeaderMap::new(), detail)
}

fn arm() -> HintContext {
    HintContext {
        is_resource_manager: true,
        ..HintContext::default()
    }
}

fn body(code: &str, message: &str) -> String {
    serde_json::json!({ "error": { "code": code, "message": message } }).to_string()
}

#[track_caller]
fn check(request: &str, status: u16, code: &str, message: &str, expected: &[&str]) {
    let error = error(request, status, &body(code, message));
    assert_eq!(hints_of(&error, &arm()), expected, "{code}");
}

#[test]
fn what_a_subscription_may_not_have() {
    let network = format!("{GROUP}/providers/Microsoft.Network/publicIPAddresses/p");
    let storage = format!("{GROUP}/providers/Microsoft.Storage/storageAccounts/a");
    let deployment = format!("{GROUP}/providers/Microsoft.Resources/deployments/d");
    let usages = |namespace: &str, version: &str| {
        format!(
            "compare usage and limits with `arm GET /subscriptions/s/providers/{namespace}/locations/LOCATION/usages \
             --api-version {version}`"
        )
    };
    for (path, code, message, expected) in [
        (
            &network,
            "PublicIPCountLimitReached",
            "Cannot create more than 10 public IP addresses.",
            usages("Microsoft.Network", "2024-05-01"),
        ),
        (
            &storage,
            "MaxStorageAccountsCountPerSubscriptionExceeded",
            "Subscription already contains 250 storage accounts.",
            usages("Microsoft.Storage", "2023-05-01"),
        ),
        (
            &storage,
            "RequestDisallowedByAzure",
            "Resource 'a' was disallowed by Azure.",
            "choose another location, `arm GET /subscriptions/s/locations -q '$.value[*].name'` lists them, or ask for \
             this one with a support request"
                .to_owned(),
        ),
        (
            &deployment,
            "DeploymentQuotaExceeded",
            "Creating the deployment 'd' would exceed the quota of '800'.",
            format!(
                "list the old deployments with `arm GET {GROUP}/providers/Microsoft.Resources/deployments -q \
                 '$.value[*].id'`, and DELETE those that are not needed"
            ),
        ),
    ] {
        check(&format!("PUT {path}"), 403, code, message, &[&expected]);
    }
    check(
        &format!("PUT {network}"),
        409,
        "OperationNotAllowed",
        "Stop it first.",
        &[],
    );
}

#[test]
fn what_is_not_there() {
    check(
        "GET /subscriptions/s/resourceGroups/g?api-version=2021-04-01",
        404,
        "ResourceGroupNotFound",
        "Resource group 'g' could not be found.",
        &["list the groups with `arm GET /subscriptions/s/resourceGroups -q '$.value[*].name'`"],
    );
    check(
        &format!("PUT {DISK}"),
        404,
        "resourcegroupnotfound",
        "Resource group 'g' could not be found.",
        &[&format!(
            "create the group with `arm PUT {GROUP} location=LOCATION`"
        )],
    );
    for request in [format!("GET {DISK}"), format!("POST {DISK}/beginGetAccess")] {
        check(
            &request,
            404,
            "ResourceNotFound",
            "The Resource was not found.",
            &[&format!(
                "list what is there with `arm GET {GROUP}/providers/Microsoft.Compute/disks -q '$.value[*].name'`"
            )],
        );
    }
    check(
        &format!("PUT {GROUP}/providers/Microsoft.Network/virtualNetworks/v/subnets/n"),
        404,
        "ParentResourceNotFound",
        "Failed to perform 'write'.",
        &[&format!(
            "what it belongs to must exist first: `arm GET {GROUP}/providers/Microsoft.Network/virtualNetworks/v`"
        )],
    );
    check(
        &format!("GET {GROUP}/providers/Microsoft.Resources/deployments/x"),
        404,
        "DeploymentNotFound",
        "Deployment 'x' could not be found.",
        &[&format!(
            "list what is there with `arm GET {GROUP}/providers/Microsoft.Resources/deployments -q '$.value[*].name'`"
        )],
    );
    check(
        "GET /subscriptions/s",
        404,
        "SubscriptionNotFound",
        "The subscription 's' could not be found.",
        &[
            "list those of this account with `arm GET /subscriptions`; those of another tenant with `--tenant`",
        ],
    );
}

#[test]
fn another_service_does_not_say_whom_to_give_a_role() {
    let message = "The client 'c' with object id '1c29' does not have authorization to perform action 'a/write' over scope '/subscriptions/s'";
    let error = error("GET /x", 403, &body("AuthorizationFailed", message));
    let hints = hints_of(&error, &HintContext::default());
    assert!(
        !hints.iter().any(|hint| hint.contains("az role")),
        "{hints:?}"
    );
}

#[test]
fn what_may_not_be_done() {
    check(
        &format!("GET {GROUP}"),
        403,
        "AuthorizationFailed",
        "The client 'c' with object id '1c29' does not have authorization to perform action 'Microsoft.Resources/subscriptions/resourcegroups/read' over scope '/subscriptions/s/resourcegroups/g' or the scope is invalid.",
        &[
            &format!(
                "the action `Microsoft.Resources/subscriptions/resourcegroups/read` is missing: `arm can GET {GROUP}` names the smallest roles that have it, and one that you could activate"
            ),
            "an administrator of the scope can assign a role: `az role assignment create --assignee 1c29 --role Reader --scope /subscriptions/s/resourcegroups/g`",
            "what does not exist is refused the same way: check the names in the URL",
        ],
    );
    check(
        &format!("PUT {DISK}"),
        403,
        "LinkedAuthorizationFailed",
        "The client 'c' with object id '1c29' has permission to perform action 'A/write' on scope '/x'; however, it does not have permission to perform action 'B/join/action' on the linked scope(s) '/subscriptions/s/$(id)' or the linked scope(s) are invalid.",
        &[
            "the action `B/join/action` is missing: `arm can B/join/action --scope '/subscriptions/s/$(id)'` names the smallest roles that have it, and one that you could activate",
            "an administrator of the scope can assign a role: `az role assignment create --assignee 1c29 --role Contributor --scope '/subscriptions/s/$(id)'`",
            "what does not exist is refused the same way: check the names in the URL",
        ],
    );
    check(
        &format!("GET {GROUP}"),
        403,
        "AuthorizationFailed",
        "no",
        &["the account lacks a role on this scope; `-v` shows which account it is"],
    );
    check(
        &format!("DELETE {DISK}"),
        409,
        "ScopeLocked",
        "The scope '/subscriptions/s' cannot perform delete operation because following scope(s) are locked: '/subscriptions/s/resourceGroups/g'. Please remove the lock and try again.",
        &[&format!(
            "find the lock with `arm GET {GROUP}/providers/Microsoft.Authorization/locks --api-version 2020-05-01 -q '$.value[*].id'`, and DELETE it if you may"
        )],
    );
    check(
        &format!("PUT {DISK}"),
        403,
        "RequestDisallowedByPolicy",
        "Resource 'd' was disallowed by policy. Reasons: MFA is required.",
        &["sign in again with multi-factor authentication: `arm login`"],
    );
    let policy = r#"{"error":{"code":"RequestDisallowedByPolicy","message":"m","additionalInfo":[{"type":"PolicyViolation",
        "info":{"policyAssignmentId":"/subscriptions/s/providers/Microsoft.Authorization/policyAssignments/a b"}}]}}"#;
    assert_eq!(
        hints_of(&error(&format!("PUT {DISK}"), 403, policy), &arm()),
        [
            "see what the policy asks for with `arm GET '/subscriptions/s/providers/Microsoft.Authorization/policyAssignments/a b' --api-version 2023-04-01`"
        ]
    );
}

#[test]
fn whose_token_it_is() {
    let expired = error(
        "GET /subscriptions",
        401,
        &body("ExpiredAuthenticationToken", "m"),
    );
    let hint = |signature, is_sandbox| {
        let run = HintContext {
            signature,
            is_sandbox,
            ..arm()
        };
        hints_of(&expired, &run).join("|")
    };
    assert!(hint(Signature::None, false).contains("leave `--no-auth` out"));
    assert!(hint(Signature::None, true).contains("leave `--no-auth` out"));
    assert!(hint(Signature::Header, false).contains("`Authorization` header was yours"));
    assert!(hint(Signature::Credential, false).contains("arm login"));
    assert!(!hint(Signature::Credential, true).contains("arm login"));
    let bare = error("GET /subscriptions", 401, "");
    assert_eq!(hints_of(&bare, &arm()).len(), 1);
    let tenant = "The access token is from the wrong issuer 'https://sts.windows.net/A/'. It must match the tenant 'https://sts.windows.net/B/' associated with this subscription. Please use the authority (URL) 'https://login.windows.net/33e01921-4d64' to get the token.";
    check(
        "GET /subscriptions/s",
        401,
        "InvalidAuthenticationTokenTenant",
        tenant,
        &["the subscription is of another tenant: add `--tenant 33e01921-4d64`"],
    );
    check(
        "GET /subscriptions/s",
        401,
        "InvalidAuthenticationTokenTenant",
        "must match the tenant 'https://x/$(id)/'",
        &["choose the subscription's tenant with `--tenant`"],
    );
}

#[test]
fn what_is_not_registered() {
    let message = "The subscription is not registered to use namespace 'Microsoft.Compute'. See";
    let code = "MissingSubscriptionRegistration";
    check(
        &format!("PUT {DISK}"),
        409,
        code,
        message,
        &["add `--register` to register it and repeat the request"],
    );
    let deployment = format!("PUT {GROUP}/providers/Microsoft.Resources/deployments/x");
    let register =
        "register it with `arm POST /subscriptions/s/providers/Microsoft.Compute/register`";
    check(&deployment, 409, code, message, &[register]);
    let run = HintContext {
        registers: true,
        ..arm()
    };
    let refused = error(&format!("PUT {DISK}"), 409, &body(code, message));
    assert_eq!(hints_of(&refused, &run), [register]);
}

#[test]
fn which_version_there_is() {
    check(
        "GET /subscriptions?api-version=1",
        400,
        "InvalidApiVersionParameter",
        "The api-version '1' is invalid. The supported versions are '2015-11-01,2020-01-01,2021-04-01-preview'.",
        &["the newest version that is supported is `--api-version 2020-01-01`"],
    );
    check(
        "PUT /subscriptions/s/providers/Microsoft.Web/serverFarms/p?api-version=2020-06-01",
        400,
        "NoRegisteredProviderFound",
        "No registered resource provider found for location 'x' and API version '2020-06-01' for type 'serverFarms'. The supported api-versions are '2020-06-01, 2019-08-01'. The supported locations are 'westus'.",
        &["this version is supported, but not in that location"],
    );
    let mut told = error("GET /a", 400, &body("UnsupportedApiVersion", "no"));
    told.supported_versions = Some("2023-05-01, 2024-03-01, 2024-10-02-preview".to_owned());
    assert_eq!(
        hints_of(&told, &HintContext::default()),
        ["the newest version that is supported is `--api-version 2024-03-01`"]
    );
    check(
        "GET /subscriptions/s/providers/Microsoft.Web/nope",
        404,
        "InvalidResourceType",
        "not found",
        &[
            "list the types with `arm GET /subscriptions/s/providers/Microsoft.Web -q '$.resourceTypes[*].resourceType'`",
        ],
    );
    check(
        "GET /subscriptions/s/providers/No.Such/nope",
        404,
        "InvalidResourceNamespace",
        "invalid",
        &[
            "list the namespaces with `arm GET /subscriptions/s/providers -q '$.value[*].namespace'`",
        ],
    );
}

#[test]
fn what_is_in_the_way() {
    for code in ["Conflict", "AnotherOperationInProgress"] {
        check(
            &format!("POST {DISK}/x"),
            409,
            code,
            "busy",
            &[&format!(
                "wait until it is settled, then try again: `arm wait {DISK}`"
            )],
        );
    }
    check(
        &format!("PUT {DISK}"),
        409,
        "ResourceGroupBeingDeleted",
        "The resource group 'g' is in deprovisioning state.",
        &[&format!(
            "try again when it is gone, and `arm HEAD {GROUP}` says 404"
        )],
    );
    check(
        &format!("PUT {DISK}"),
        409,
        "OperationNotAllowed",
        "Operation could not be completed as it results in exceeding approved Cores quota. Additional details - Deployment Model: Resource Manager, Location: westeurope, Current Limit: 10.",
        &["compare usage and limits with `arm GET \
             /subscriptions/s/providers/Microsoft.Compute/locations/westeurope/usages --api-version \
             2024-07-01`"],
    );
    check(
        &format!("PUT {DISK}"),
        409,
        "SkuNotAvailable",
        "The requested size is currently not available in location 'westeurope'.",
        &[
            "list what is available there with `arm GET /subscriptions/s/providers/Microsoft.Compute/skus --api-version 2021-07-01 --filter 'location eq '\\''westeurope'\\''' -q '$.value[?!@.restrictions[0]].name'`",
        ],
    );
    check(
        &format!("PUT {DISK}"),
        400,
        "LocationNotAvailableForResourceType",
        "no",
        &["list the locations with `arm GET /subscriptions/s/locations -q '$.value[*].name'`"],
    );
    check(
        &format!("PUT {DISK}"),
        429,
        "SubscriptionRequestsThrottled",
        "m",
        &[
            "wait a while, or allow more retries with `--retry` and longer pauses with `--retry-max-wait`",
        ],
    );
}

#[test]
fn conditions_that_were_not_met() {
    let mut refused = error(
        &format!("PUT {DISK}"),
        412,
        &body("PreconditionFailed", "m"),
    );
    assert_eq!(
        hints_of(&refused, &arm()),
        [format!(
            "the resource has changed: read it again for its current `etag`: `arm GET {DISK} -q '$.etag' -r`"
        )]
    );
    refused.attempts.may_be_executed = true;
    let [hint] = hints_of(&refused, &arm()).try_into().unwrap();
    assert!(hint.contains("a first try, whose outcome is not known, may have been executed"));
    for (condition, expected) in [
        (
            "If-None-Match",
            "it exists already: leave `If-None-Match` out to replace it",
        ),
        (
            "If-Match",
            "it does not exist: leave `If-Match` out to create it",
        ),
    ] {
        refused.request.conditions = vec![(condition, "*".to_owned())];
        assert_eq!(hints_of(&refused, &arm()), [expected]);
    }
}

#[test]
fn what_is_inside_an_announcement_comes_first() {
    let template = r#"{"error":{"code":"InvalidTemplateDeployment","message":"See inner errors.","details":[
        {"code":"Unheard","message":"x"},
        {"code":"MissingSubscriptionRegistration","message":"namespace 'Microsoft.Web'."}]}}"#;
    let deployment = format!("PUT {GROUP}/providers/Microsoft.Resources/deployments/x");
    assert_eq!(
        hints_of(&error(&deployment, 400, template), &arm()),
        ["register it with `arm POST /subscriptions/s/providers/Microsoft.Web/register`"]
    );
    let failed = r#"{"error":{"code":"DeploymentFailed","message":"m","details":[{"code":"Unheard","message":"x"}]}}"#;
    assert_eq!(
        hints_of(&error(&deployment, 409, failed), &arm()),
        [format!(
            "see what failed with `arm GET {GROUP}/providers/Microsoft.Resources/deployments/x/operations -q '$.value[?@.properties.provisioningState==\"Failed\"].properties'`"
        )]
    );
    check(&format!("PUT {DISK}"), 400, "Unheard", "m", &[]);
}

#[test]
fn commands_have_the_options_of_the_run_and_the_version_of_the_request() {
    let refused = error(
        "GET /subscriptions/s/providers/Microsoft.Odd/things/x?api-version=2020-01-01",
        404,
        &body("ResourceNotFound", "m"),
    );
    let run = HintContext {
        options: CommandLine::default()
            .option("--tenant", "t")
            .literal("--sandbox"),
        ..arm()
    };
    assert_eq!(
        hints_of(&refused, &run),
        [
            "list what is there with `arm GET /subscriptions/s/providers/Microsoft.Odd/things -q '$.value[*].name' --api-version 2020-01-01 --tenant 't' --sandbox`"
        ]
    );
    assert!(
        hints_of(&refused, &HintContext::default()).is_empty(),
        "of another service"
    );
}

#[test]
fn a_tenant_that_was_named_is_not_asked_for_again() {
    let error = error(
        "GET /subscriptions/s",
        401,
        &body(
            "InvalidAuthenticationTokenTenant",
            "It must match the tenant 'https://x/t-1/' of it.",
        ),
    );
    let hint = |run: &HintContext| hints_of(&error, run).concat();
    let named = |tenant_id| HintContext {
        options: CommandLine::default().option("--tenant", tenant_id),
        ..HintContext::default()
    };
    assert!(hint(&HintContext::default()).ends_with("add `--tenant t-1`"));
    assert!(hint(&named("t-2")).contains("than the one named: `--tenant t-1`"));
    assert!(hint(&named("t-1")).contains("arm login --tenant t-1"));
}
