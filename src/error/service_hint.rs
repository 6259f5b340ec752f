//! What helps with the most common codes of Resource Manager: one table, from code to command. A code that is not here
//! has no hint, unless its status has one. The facts next to the hints are in `service`.

use http::{Method, StatusCode};

use super::{HintContext, Signature, body_hint};
use crate::azure::{
    ErrorDetail, ResourceId, Versions, WantedVersion, api_version_for, explicit_api_version,
    newest, quoted_after, supported_versions, versions_in,
};
use crate::client::{MissingPolicyToken, ServiceError};
use crate::shell::CommandLine;

const CONTENT: &str = "add `-n` to see the body as it would be sent";
const MEDIA_TYPE: &str = "YAML is sent as JSON only if it comes from a file (`@FILE.yaml`); `-n` shows the body as it would be sent";
const ADVANCED_QUERY: &str = "add `'$count==true'` and `ConsistencyLevel:eventual` after the URL: Graph answers such queries only then";
const LOCATION_REQUIRED: &str = "add `location=LOCATION` after the URL";
const THROTTLED: &str = "wait a while, or allow more retries with `--retry` and longer pauses \
                         with `--retry-max-wait`";
/// The api-versions of what hints ask for, if it is not worked out.
const LOCKS: &str = "2020-05-01";
const USAGES: [(&str, &str); 4] = [
    ("Microsoft.Compute", "2024-07-01"),
    ("Microsoft.Network", "2024-05-01"),
    ("Microsoft.Storage", "2023-05-01"),
    ("Microsoft.CognitiveServices", "2023-05-01"),
];
const SKUS: &str = "2021-07-01";
const POLICY_ASSIGNMENTS: &str = "2023-04-01";

/// An error, and what is known of the run in which it came.
struct ServiceFailure<'a> {
    error: &'a ServiceError,
    run: &'a HintContext,
    /// What the request was about.
    id: ResourceId<'a>,
    /// The message of the code that is looked up.
    message: &'a str,
}

/// Returns what helps against an error, the likeliest first.
pub(super) fn hints_of(error: &ServiceError, run: &HintContext) -> Vec<String> {
    let failure = |message| ServiceFailure {
        error,
        run,
        id: ResourceId::of(&error.request.url),
        message,
    };
    let mut hints = Vec::new();
    if let Some(detail) = &error.detail {
        in_order(detail, &mut |code, message| {
            if hints.is_empty() {
                hints = of_code(code, &failure(message));
            }
        });
    }
    if hints.is_empty() {
        hints = of_status(error.status, &failure(""));
    }
    hints
}

/// Calls `visit` with each code and its message: a code that only announces others after those.
fn in_order<'a>(detail: &'a ErrorDetail, visit: &mut dyn FnMut(&'a str, &'a str)) {
    let code = detail.code.as_deref().unwrap_or_default();
    let message = detail.message.as_deref().unwrap_or_default();
    let announces = [
        "InvalidTemplateDeployment",
        "DeploymentFailed",
        "MultipleErrorsOccurred",
    ];
    let announces = announces
        .iter()
        .any(|known| known.eq_ignore_ascii_case(code));
    if !announces {
        visit(code, message);
    }
    for inner in &detail.details {
        in_order(inner, visit);
    }
    if announces {
        visit(code, message);
    }
}

/// The table. Codes are compared without case.
fn of_code(code: &str, failure: &ServiceFailure<'_>) -> Vec<String> {
    let hint = match code.to_ascii_lowercase().as_str() {
        "authorizationfailed" | "linkedauthorizationfailed" | "linkedaccesscheckfailed" => {
            return of_missing_role(failure);
        }
        "expiredauthenticationtoken"
        | "invalidauthenticationtoken"
        | "invalidauthenticationtokenaudience"
        | "authenticationfailed"
        | "authenticationfailedmissingtoken"
        | "authenticationfailedinvalidheader" => Some(of_token(failure)),
        "invalidauthenticationtokentenant" => Some(of_tenant(failure)),
        "missingsubscriptionregistration"
        | "subscriptionnotregistered"
        | "missingregistrationforlocation"
        | "missingregistrationforresourceprovider" => of_registration(failure),
        "subscriptionnotfound" | "invalidsubscriptionid" => of_unknown_subscription(failure),
        "requestdisallowedbypolicy" => of_policy(failure),
        "scopelocked" => failure.of_lock(),
        "resourcegroupnotfound" => failure.of_group(),
        "resourcenotfound" | "deploymentnotfound" => failure.of_resource(),
        "parentresourcenotfound" => failure.of_parent(),
        "deploymentfailed" | "invalidtemplatedeployment" => failure.of_deployment(),
        "anotheroperationinprogress" | "conflict" | "operationpreempted" => failure.of_conflict(),
        "resourcegroupbeingdeleted" => failure.of_group_being_deleted(),
        "invalidapiversionparameter"
        | "noregisteredproviderfound"
        | "unsupportedapiversionvalue"
        | "unsupportedapiversion"
        | "missingorincorrectversionparameter"
        | "missingapiversionparameter" => Some(failure.of_version()),
        "invalidresourcetype" if !supported_versions(failure.message).is_empty() => {
            Some(failure.of_version())
        }
        "invalidresourcetype" => failure.of_type(),
        "invalidresourcenamespace" => failure.of_namespace(),
        "requestdisallowedbyazure" => failure.of_region(),
        "deploymentquotaexceeded" => failure.of_deployment_quota(),
        // Compute says of cores that they are not allowed.
        "operationnotallowed" if !failure.message.to_ascii_lowercase().contains("quota") => None,
        code if is_of_quota(code) => failure.of_quota(),
        "skunotavailable" | "notavailableforsubscription" => failure.of_sku(),
        "invalidrequestcontent" | "unsupportedmediatype" => {
            let is_type = code.eq_ignore_ascii_case("unsupportedmediatype");
            let content = Some(if is_type { MEDIA_TYPE } else { CONTENT }.to_owned());
            return content.into_iter().chain(failure.of_member()).collect();
        }
        "linkedinvalidpropertyid" | "invalidparameter" => failure.of_member(),
        "request_badrequest" | "request_unsupportedquery"
            if needs_advanced_query(failure.message) =>
        {
            Some(ADVANCED_QUERY.to_owned())
        }
        "locationrequired" => Some(LOCATION_REQUIRED.to_owned()),
        "invalidlocation" | "locationnotavailableforresourcetype" => failure.of_location(),
        _ => return Vec::new(),
    };
    hint.into_iter().collect()
}

/// Tells whether a code in lower case says that a subscription has no more left of something.
fn is_of_quota(code: &str) -> bool {
    let codes = [
        "insufficientquota",
        "maxstorageaccountscountpersubscriptionexceeded",
        "operationnotallowed",
        "quotaexceeded",
        "resourcequotaexceeded",
        "subscriptionquotaexceeded",
    ];
    // `PublicIPCountLimitReached`, `NetworkSecurityGroupCountLimitReached`, …
    codes.contains(&code) || code.ends_with("countlimitreached")
}

/// Tells whether Microsoft Graph refuses what it answers if the request says that it need not be up to date.
fn needs_advanced_query(message: &str) -> bool {
    let texts = [
        "ConsistencyLevel",
        "$count is not currently supported",
        "Sorting not supported for current query",
        "Unsupported property filter clause operator",
        "Complex query on property",
        "Unsupported Query.",
    ];
    texts.iter().any(|text| message.contains(text))
}

fn of_status(status: StatusCode, failure: &ServiceFailure<'_>) -> Vec<String> {
    let hint = match status.as_u16() {
        401 => Some(of_token(failure)),
        405 => failure.of_method(),
        412 => Some(failure.of_condition()),
        429 => Some(THROTTLED.to_owned()),
        _ => None,
    };
    hint.into_iter().collect()
}

impl ServiceFailure<'_> {
    /// A command about a path of Resource Manager, if the request was for it, and the words that follow the path. A
    /// type whose api-version is not known takes that of the request.
    fn command(&self, verb: &'static str, path: &str, words: &CommandLine) -> Option<CommandLine> {
        let is_known =
            || api_version_for(path, &WantedVersion::Usual, &Versions::default()).is_ok();
        let given = explicit_api_version(&self.error.request.url);
        let version = given.filter(|_| !is_known());
        let words = words.clone();
        let words = match version {
            Some(version) => words.literal("--api-version").word(&version),
            None => words,
        };
        self.command_as(verb, path, &words)
    }

    /// The same, with an api-version among the words.
    fn command_as(
        &self,
        verb: &'static str,
        path: &str,
        words: &CommandLine,
    ) -> Option<CommandLine> {
        let command = CommandLine::arm(verb).word(path).followed_by(words);
        let is_resource_manager = self.run.is_resource_manager;
        is_resource_manager.then(|| self.run.complete(command))
    }

    /// Returns what is in quotation marks after an announcement in the message.
    fn quoted_after(&self, announcement: &str) -> Option<&str> {
        quoted_after(self.message, announcement)
    }

    /// What is known of the member that the service refuses.
    fn of_member(&self) -> Option<String> {
        let is_known = self.run.is_resource_manager && self.is_write();
        let target = self
            .error
            .detail
            .as_ref()
            .and_then(ErrorDetail::innermost_target);
        body_hint::of_member(&self.id, self.message, target).filter(|_| is_known)
    }

    fn is_write(&self) -> bool {
        matches!(self.error.request.method, Method::PUT | Method::PATCH)
    }

    fn of_resource(&self) -> Option<String> {
        let list = self.command(
            "GET",
            &self.id.collection()?.to_string(),
            &query("$.value[*].name"),
        )?;
        Some(format!("list what is there with `{list}`"))
    }

    fn of_group(&self) -> Option<String> {
        if let (true, Some(group)) = (self.is_write(), self.id.resource_group()) {
            let create = self.command(
                "PUT",
                &group.to_string(),
                &CommandLine::default().literal("location=LOCATION"),
            )?;
            return Some(format!("create the group with `{create}`"));
        }
        let groups = format!("{}/resourceGroups", self.id.subscription()?);
        let list = self.command("GET", &groups, &query("$.value[*].name"))?;
        Some(format!("list the groups with `{list}`"))
    }

    fn of_parent(&self) -> Option<String> {
        let parent = self.id.parent()?;
        let show = self.command("GET", &parent.to_string(), &CommandLine::default())?;
        Some(format!("what it belongs to must exist first: `{show}`"))
    }

    fn of_deployment(&self) -> Option<String> {
        let type_name = self.id.type_name()?;
        if !type_name.eq_ignore_ascii_case("Microsoft.Resources/deployments") {
            return None;
        }
        let deployment = self.id.resource()?;
        let query = query("$.value[?@.properties.provisioningState==\"Failed\"].properties");
        let list = self.command("GET", &format!("{deployment}/operations"), &query)?;
        let is_there = self.error.status != StatusCode::BAD_REQUEST;
        is_there.then(|| format!("see what failed with `{list}`"))
    }

    fn of_conflict(&self) -> Option<String> {
        let wait = self.command(
            "wait",
            &self.id.resource()?.to_string(),
            &CommandLine::default(),
        )?;
        Some(format!(
            "wait until it is settled, then try again: `{wait}`"
        ))
    }

    fn of_group_being_deleted(&self) -> Option<String> {
        let head = self.command(
            "HEAD",
            &self.id.resource_group()?.to_string(),
            &CommandLine::default(),
        )?;
        Some(format!("try again when it is gone, and `{head}` says 404"))
    }

    fn of_lock(&self) -> Option<String> {
        let locked = self.quoted_after("locked: ").map(str::to_owned);
        let own = || self.id.resource().or_else(|| self.id.resource_group());
        let scope = locked.or_else(|| own().map(|own| own.to_string()))?;
        let scope = scope.split(',').next().unwrap_or_default().trim();
        let locks = format!("{scope}/providers/Microsoft.Authorization/locks");
        let list = self.command_as("GET", &locks, &version(LOCKS).option("-q", "$.value[*].id"))?;
        Some(format!(
            "find the lock with `{list}`, and DELETE it if you may"
        ))
    }

    fn of_version(&self) -> String {
        let mut versions = supported_versions(self.message);
        if let (true, Some(list)) = (versions.is_empty(), &self.error.supported_versions) {
            versions = versions_in(list);
        }
        let asked = self.quoted_after("API version ");
        if asked.is_some_and(|asked| versions.contains(&asked)) {
            return "this version is supported, but not in that location".to_owned();
        }
        match newest(&versions) {
            Some(newest) => {
                let text =
                    format!("the newest version that is supported is `--api-version {newest}`");
                match &self.run.write {
                    Some(write) => {
                        let write = write.clone().literal("--api-version").word(newest);
                        let needs_body = write.as_str().contains(" '@BODY'");
                        let write = self.run.complete(write);
                        let text = format!("{text}; to send it with that: `{write}`");
                        let body = ", with the same body in the file `BODY`";
                        text + if needs_body { body } else { "" }
                    }
                    None => text,
                }
            }
            None => "say which version with `--api-version VERSION`".to_owned(),
        }
    }

    fn of_type(&self) -> Option<String> {
        let namespace = self.id.namespace()?;
        let scope = self.id.subscription().unwrap_or_default();
        let provider = format!("{scope}/providers/{namespace}");
        let list = self.command("GET", &provider, &query("$.resourceTypes[*].resourceType"))?;
        Some(format!("list the types with `{list}`"))
    }

    fn of_namespace(&self) -> Option<String> {
        let scope = self.id.subscription().unwrap_or_default();
        let providers = format!("{scope}/providers");
        let list = self.command("GET", &providers, &query("$.value[*].namespace"))?;
        Some(format!("list the namespaces with `{list}`"))
    }

    fn of_quota(&self) -> Option<String> {
        // Compute's sentence: `…, Location: westeurope, Current Limit: 10, …`.
        let location = self.message.split_once("Location: ").map(|(_, rest)| rest);
        let location = location.and_then(|rest| rest.split([',', ' ']).next());
        let location = location.or_else(|| self.id.segment_after("locations"));
        let location = location.unwrap_or("LOCATION");
        let own = self.id.namespace().unwrap_or_default();
        let known = USAGES
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case(own));
        let (namespace, api_version) = known.unwrap_or(&USAGES[0]);
        let usages = format!(
            "{}/providers/{namespace}/locations/{location}/usages",
            self.id.subscription()?
        );
        let list = self.command_as("GET", &usages, &version(api_version))?;
        Some(format!("compare usage and limits with `{list}`"))
    }

    /// A subscription may not use every region.
    fn of_region(&self) -> Option<String> {
        let locations = format!("{}/locations", self.id.subscription()?);
        let list = self.command("GET", &locations, &query("$.value[*].name"))?;
        Some(format!(
            "choose another location, `{list}` lists them, or ask for this one with a support request"
        ))
    }

    /// The history of a scope is full.
    fn of_deployment_quota(&self) -> Option<String> {
        let scope = self
            .id
            .resource_group()
            .or_else(|| self.id.subscription())?;
        let deployments = format!("{scope}/providers/Microsoft.Resources/deployments");
        let list = self.command("GET", &deployments, &query("$.value[*].id"))?;
        Some(format!(
            "list the old deployments with `{list}`, and DELETE those that are not needed"
        ))
    }

    fn of_sku(&self) -> Option<String> {
        let skus = format!(
            "{}/providers/Microsoft.Compute/skus",
            self.id.subscription()?
        );
        let location = self.quoted_after("in location ").unwrap_or("LOCATION");
        let words = version(SKUS)
            .option("--filter", &format!("location eq '{location}'"))
            .option("-q", "$.value[?!@.restrictions[0]].name");
        let list = self.command_as("GET", &skus, &words)?;
        Some(format!("list what is available there with `{list}`"))
    }

    fn of_location(&self) -> Option<String> {
        let locations = format!("{}/locations", self.id.subscription()?);
        let list = self.command("GET", &locations, &query("$.value[*].name"))?;
        Some(format!("list the locations with `{list}`"))
    }

    fn of_method(&self) -> Option<String> {
        let is_action = self.error.request.method == Method::GET;
        is_action.then(|| "an action is run with POST".to_owned())
    }

    fn of_condition(&self) -> String {
        let has = |condition| {
            let mut conditions = self.error.request.conditions.iter();
            conditions.any(|(name, value)| *name == condition && value == "*")
        };
        if has("If-None-Match") {
            return "it exists already: leave `If-None-Match` out to replace it".to_owned();
        }
        if has("If-Match") {
            return "it does not exist: leave `If-Match` out to create it".to_owned();
        }
        let text = if self.error.attempts.may_be_executed {
            "a first try, whose outcome is not known, may have been executed and have changed the `etag`: look at the \
             resource before you repeat the request"
        } else {
            "the resource has changed: read it again for its current `etag`"
        };
        let resource = self.id.resource();
        let show = resource
            .and_then(|id| self.command("GET", &id.to_string(), &query("$.etag").literal("-r")));
        match show {
            Some(show) => format!("{text}: `{show}`"),
            None => text.to_owned(),
        }
    }
}

/// The words that ask for a part of the answer.
fn query(expression: &str) -> CommandLine {
    CommandLine::default().option("-q", expression)
}

/// The words that name an api-version.
fn version(version: &'static str) -> CommandLine {
    CommandLine::default()
        .literal("--api-version")
        .literal(version)
}

/// `AuthorizationFailed` and its kin: who may assign what, and where.
fn of_missing_role(failure: &ServiceFailure<'_>) -> Vec<String> {
    let linked = failure.quoted_after("linked scope(s) ");
    let scope = linked.or_else(|| failure.quoted_after("over scope "));
    let scope = scope.and_then(|scope| scope.split(',').next());
    let object_id = failure.quoted_after("object id ");
    // Any other host could name an object and a scope of its choice.
    let is_trusted = failure.run.is_resource_manager;
    let (true, Some(scope), Some(object_id)) = (is_trusted, scope, object_id) else {
        let text = "the account lacks a role on this scope; `-v` shows which account it is";
        return vec![text.to_owned()];
    };
    let denied = failure
        .quoted_after("does not have permission to perform action(s) ")
        .or_else(|| failure.quoted_after("does not have permission to perform action "))
        .or_else(|| failure.quoted_after("to perform action "));
    let can = match (denied, linked.is_some()) {
        (Some(action), true) => CommandLine::arm("can")
            .word(action)
            .literal("--scope")
            .word(scope),
        _ => CommandLine::arm("can")
            .word(failure.error.request.method.as_str())
            .word(&failure.id.to_string()),
    };
    let can = failure.run.complete(can);
    let action = match denied {
        Some(action) => format!("the action `{action}` is missing"),
        None => "a role is missing".to_owned(),
    };
    let can = format!(
        "{action}: `{can}` names the smallest roles that have it, and one that you could activate"
    );
    let missing = "what does not exist is refused the same way: check the names in the URL";
    if failure.run.is_sandbox {
        return vec![can, missing.to_owned()];
    }
    let reads = denied.is_some_and(|action| action.ends_with("/read"));
    let role = if reads { "Reader" } else { "Contributor" };
    let assign = CommandLine::new("az role assignment create --assignee")
        .word(object_id)
        .literal("--role")
        .literal(role)
        .literal("--scope")
        .word(scope);
    vec![
        can,
        format!("an administrator of the scope can assign a role: `{assign}`"),
        missing.to_owned(),
    ]
}

/// A 401.
fn of_token(failure: &ServiceFailure<'_>) -> String {
    let text = match (failure.run.signature, failure.run.is_sandbox) {
        (Signature::None, _) => "the request went out without a token: leave `--no-auth` out",
        (Signature::Header, _) => {
            "the `Authorization` header was yours: leave it out to have a token fetched"
        }
        (Signature::Credential, true) => "leave `Authorization` and `x-sandbox-fault` out",
        (Signature::Credential, false) => {
            "sign in again, for example with `arm login`, or set a fresh token in \
             `ARMCLI_ACCESS_TOKEN`; `-v` shows whose token was sent"
        }
    };
    text.to_owned()
}

/// The token is of another tenant than the subscription (Azure/BatchExplorer#2052).
fn of_tenant(failure: &ServiceFailure<'_>) -> String {
    let authority = failure
        .quoted_after("authority (URL) ")
        .or_else(|| failure.quoted_after("must match the tenant "));
    let tenant = authority.and_then(|url| {
        let (_, path) = url.split_once("://")?;
        let tenant = path.split('/').nth(1)?;
        let is_id = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'.';
        (!tenant.is_empty() && tenant.bytes().all(is_id)).then_some(tenant)
    });
    let named = failure.run.options.as_str().contains(" --tenant ");
    match tenant {
        // To add it again would change nothing.
        Some(tenant) if named && failure.run.options.as_str().contains(tenant) => format!(
            "this credential gives no token of the tenant {tenant}: sign in there with `arm login \
             --tenant {tenant}`, or choose another source with `--auth`"
        ),
        Some(tenant) if named => {
            format!("the subscription is of another tenant than the one named: `--tenant {tenant}`")
        }
        Some(tenant) => format!("the subscription is of another tenant: add `--tenant {tenant}`"),
        None => "choose the subscription's tenant with `--tenant`".to_owned(),
    }
}

/// A provider that the subscription does not use yet.
fn of_registration(failure: &ServiceFailure<'_>) -> Option<String> {
    let namespace = failure.quoted_after("namespace ");
    let namespace = namespace.or_else(|| failure.id.namespace())?;
    if failure.id.namespace_named(namespace).is_some() && !failure.run.registers {
        return Some("add `--register` to register it and repeat the request".to_owned());
    }
    let subscription = failure.id.subscription()?;
    let path = format!("{subscription}/providers/{namespace}/register");
    let register = failure.command("POST", &path, &CommandLine::default())?;
    Some(format!("register it with `{register}`"))
}

/// A subscription that does not exist, or not for this account.
fn of_unknown_subscription(failure: &ServiceFailure<'_>) -> Option<String> {
    let list = failure.command("GET", "/subscriptions", &CommandLine::default())?;
    let text = format!("list those of this account with `{list}`");
    Some(if failure.run.is_sandbox {
        text
    } else {
        format!("{text}; those of another tenant with `--tenant`")
    })
}

/// A policy of the organisation.
fn of_policy(failure: &ServiceFailure<'_>) -> Option<String> {
    if let Some(missing) = MissingPolicyToken::of(failure.error) {
        return Some(if missing.needs_change_reference {
            "name the change that the policy asks for with `--change-reference ID`".to_owned()
        } else {
            "the policy token was not accepted: it may have expired; run the command again"
                .to_owned()
        });
    }
    if failure.message.contains("MFA") {
        return Some("sign in again with multi-factor authentication: `arm login`".to_owned());
    }
    let detail = failure.error.detail.as_ref();
    let id = detail.and_then(ErrorDetail::policy_assignment_id)?;
    let id = id.starts_with('/').then_some(id)?;
    let show = failure.command_as("GET", id, &version(POLICY_ASSIGNMENTS))?;
    Some(format!("see what the policy asks for with `{show}`"))
}
