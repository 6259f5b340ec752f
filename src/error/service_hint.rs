//! What helps against the commonest codes of Resource Manager: one table, from code to command.
//! Prints nothing; a code that is not here has no hint, unless its status has one.

use http::{Method, StatusCode};

use super::access_hint;
use super::context::HintContext;
use crate::azure::{
    ErrorDetail, ResourceId, Versions, Wanted, api_version_for, explicit_api_version, newest,
    quoted_after, supported_versions, versions_in,
};
use crate::client::ServiceError;
use crate::output::shell::{quoted, word};

const CONTENT: &str = "add `-n` to see the body as it would be sent";
const LOCATION_REQUIRED: &str = "add `location=LOCATION` behind the URL";
const THROTTLED: &str = "wait a while, or allow more repetitions with `--retry` and longer pauses \
                         with `--retry-max-wait`";
/// The api-versions of what hints ask for, where it is not worked out.
const LOCKS: &str = " --api-version 2020-05-01";
const USAGES: &str = " --api-version 2024-07-01";
const SKUS: &str = " --api-version 2021-07-01";

/// An error, and what is known of the run in which it came.
pub(super) struct Failure<'a> {
    pub(super) error: &'a ServiceError,
    pub(super) run: &'a HintContext,
    /// What the request was about.
    pub(super) id: ResourceId<'a>,
    /// The message of the code that is looked up.
    pub(super) message: &'a str,
}

/// Returns what helps against an error, the likeliest first.
pub(super) fn hints_of(error: &ServiceError, run: &HintContext) -> Vec<String> {
    let failure = |message| Failure {
        error,
        run,
        id: ResourceId::of(&error.asked.url),
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
fn of_code(code: &str, failure: &Failure<'_>) -> Vec<String> {
    let hint = match code.to_ascii_lowercase().as_str() {
        "authorizationfailed" | "linkedauthorizationfailed" | "linkedaccesscheckfailed" => {
            return access_hint::of_missing_role(failure);
        }
        "expiredauthenticationtoken"
        | "invalidauthenticationtoken"
        | "invalidauthenticationtokenaudience"
        | "authenticationfailed"
        | "authenticationfailedmissingtoken"
        | "authenticationfailedinvalidheader" => Some(access_hint::of_token(failure)),
        "invalidauthenticationtokentenant" => Some(access_hint::of_tenant(failure)),
        "missingsubscriptionregistration"
        | "subscriptionnotregistered"
        | "missingregistrationforlocation"
        | "missingregistrationforresourceprovider" => access_hint::of_registration(failure),
        "subscriptionnotfound" | "invalidsubscriptionid" => {
            access_hint::of_unknown_subscription(failure)
        }
        "requestdisallowedbypolicy" => access_hint::of_policy(failure),
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
        "invalidresourcetype" => failure.of_type(),
        "invalidresourcenamespace" => failure.of_namespace(),
        "quotaexceeded" | "resourcequotaexceeded" => failure.of_quota(),
        // Compute says of cores that they are not allowed.
        "operationnotallowed" if failure.message.contains("quota") => failure.of_quota(),
        "skunotavailable" | "notavailableforsubscription" => failure.of_sku(),
        "invalidrequestcontent" | "unsupportedmediatype" => Some(CONTENT.to_owned()),
        "locationrequired" => Some(LOCATION_REQUIRED.to_owned()),
        "invalidlocation" | "locationnotavailableforresourcetype" => failure.of_location(),
        _ => return Vec::new(),
    };
    hint.into_iter().collect()
}

fn of_status(status: StatusCode, failure: &Failure<'_>) -> Vec<String> {
    let hint = match status.as_u16() {
        401 => Some(access_hint::of_token(failure)),
        405 => failure.of_method(),
        412 => Some(failure.of_condition()),
        429 => Some(THROTTLED.to_owned()),
        _ => None,
    };
    hint.into_iter().collect()
}

impl Failure<'_> {
    /// A command about a path of Resource Manager, where the request was for it. A type whose
    /// api-version is not known takes that of the request.
    pub(super) fn command(&self, verb: &str, path: &str, rest: &str) -> Option<String> {
        if !self.run.is_resource_manager {
            return None;
        }
        let given = || explicit_api_version(&self.error.asked.url);
        let is_known = || api_version_for(path, &Wanted::Usual, &Versions::default()).is_ok();
        let is_said = rest.contains("--api-version") || is_known();
        let version = if is_said { None } else { given() };
        let version = version.map(|version| format!(" --api-version {}", word(&version)));
        let version = version.unwrap_or_default();
        let path = word(path);
        Some(self.run.command(&format!("{verb} {path}{rest}{version}")))
    }

    /// What stands in quotation marks behind an announcement in the message.
    pub(super) fn quoted_after(&self, announcement: &str) -> Option<&str> {
        quoted_after(self.message, announcement)
    }

    fn is_write(&self) -> bool {
        matches!(self.error.asked.method, Method::PUT | Method::PATCH)
    }

    fn of_resource(&self) -> Option<String> {
        let list = self.command(
            "GET",
            &self.id.collection()?.to_string(),
            " -q '$.value[*].name'",
        )?;
        Some(format!("list what is there with `{list}`"))
    }

    fn of_group(&self) -> Option<String> {
        if let (true, Some(group)) = (self.is_write(), self.id.resource_group()) {
            let create = self.command("PUT", &group.to_string(), " location=LOCATION")?;
            return Some(format!("create the group with `{create}`"));
        }
        let groups = format!("{}/resourceGroups", self.id.subscription()?);
        let list = self.command("GET", &groups, " -q '$.value[*].name'")?;
        Some(format!("list the groups with `{list}`"))
    }

    fn of_parent(&self) -> Option<String> {
        let parent = self.id.parent()?;
        let show = self.command("GET", &parent.to_string(), "")?;
        Some(format!("what it belongs to must be there first: `{show}`"))
    }

    fn of_deployment(&self) -> Option<String> {
        let deployment = self.id.resource()?;
        let query = " -q '$.value[?@.properties.provisioningState==\"Failed\"].properties'";
        let list = self.command("GET", &format!("{deployment}/operations"), query)?;
        let is_there = self.error.status != StatusCode::BAD_REQUEST;
        is_there.then(|| format!("see what failed with `{list}`"))
    }

    fn of_conflict(&self) -> Option<String> {
        let wait = self.command("wait", &self.id.resource()?.to_string(), "")?;
        Some(format!(
            "wait until it is settled, then try again: `{wait}`"
        ))
    }

    fn of_group_being_deleted(&self) -> Option<String> {
        let head = self.command("HEAD", &self.id.resource_group()?.to_string(), "")?;
        Some(format!("try again when it is gone, and `{head}` says 404"))
    }

    fn of_lock(&self) -> Option<String> {
        let locked = self.quoted_after("locked: ").map(str::to_owned);
        let own = || self.id.resource().or_else(|| self.id.resource_group());
        let scope = locked.or_else(|| own().map(|own| own.to_string()))?;
        let scope = scope.split(',').next().unwrap_or_default().trim();
        let locks = format!("{scope}/providers/Microsoft.Authorization/locks");
        let list = self.command("GET", &locks, &format!("{LOCKS} -q '$.value[*].id'"))?;
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
                        let write = format!("{write} --api-version {newest}");
                        let text = format!("{text}; to send it so: `{}`", self.run.command(&write));
                        let body = ", with the same body in the file `BODY`";
                        let needs_body = write.contains(" '@BODY'");
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
        let list = self.command("GET", &provider, " -q '$.resourceTypes[*].resourceType'")?;
        Some(format!("list the types with `{list}`"))
    }

    fn of_namespace(&self) -> Option<String> {
        let scope = self.id.subscription().unwrap_or_default();
        let providers = format!("{scope}/providers");
        let list = self.command("GET", &providers, " -q '$.value[*].namespace'")?;
        Some(format!("list the namespaces with `{list}`"))
    }

    fn of_quota(&self) -> Option<String> {
        // Compute's sentence: `…, Location: westeurope, Current Limit: 10, …`.
        let location = self.message.split_once("Location: ").map(|(_, rest)| rest);
        let location = location.and_then(|rest| rest.split([',', ' ']).next());
        let location = location.or_else(|| self.id.segment_after("locations"))?;
        let usages = format!(
            "{}/providers/Microsoft.Compute/locations/{location}/usages",
            self.id.subscription()?
        );
        let list = self.command("GET", &usages, USAGES)?;
        Some(format!("compare use and limits with `{list}`"))
    }

    fn of_sku(&self) -> Option<String> {
        let skus = format!(
            "{}/providers/Microsoft.Compute/skus",
            self.id.subscription()?
        );
        let location = self.quoted_after("in location ").unwrap_or("LOCATION");
        let filter = quoted(&format!("location eq '{location}'"));
        let query = "-q '$.value[?!@.restrictions[0]].name'";
        let list = self.command("GET", &skus, &format!("{SKUS} --filter {filter} {query}"))?;
        Some(format!("list what is available there with `{list}`"))
    }

    fn of_location(&self) -> Option<String> {
        let locations = format!("{}/locations", self.id.subscription()?);
        let list = self.command("GET", &locations, " -q '$.value[*].name'")?;
        Some(format!("list the locations with `{list}`"))
    }

    fn of_method(&self) -> Option<String> {
        let is_action = self.error.asked.method == Method::GET;
        is_action.then(|| "an action is run with POST".to_owned())
    }

    fn of_condition(&self) -> String {
        let has = |condition| {
            let mut conditions = self.error.asked.conditions.iter();
            conditions.any(|(name, value)| *name == condition && value == "*")
        };
        if has("If-None-Match") {
            return "it is there already: leave `If-None-Match` out to replace it".to_owned();
        }
        if has("If-Match") {
            return "it is not there: leave `If-Match` out to create it".to_owned();
        }
        let text = "the resource has changed: read it again for its present `etag`";
        let resource = self.id.resource();
        let show = resource.and_then(|id| self.command("GET", &id.to_string(), " -q '$.etag' -r"));
        match show {
            Some(show) => format!("{text}: `{show}`"),
            None => text.to_owned(),
        }
    }
}
