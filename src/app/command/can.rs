//! `arm can`: what a request needs, and whether the roles of the caller allow it. Which action that is, and what permissions
//! and roles grant, is worked out by `azure/access`; the request itself is never sent.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::app::command::named;
use crate::app::exchange::resume_command;
use crate::app::session::context::RunContext;
use crate::app::session::{default_subscription, subscription_choice};
use crate::app::terminal::stdout::{print, shown_json};
use crate::azure::{
    NeededAction, Permission, Plane, ResourceId, Role, decode, host_kind, needed_action,
    role_guid_of, smallest_roles,
};
use crate::cli::arguments::CanArgs;
use crate::cli::{RequestArgs, TableFormat};
use crate::client::{self, Event};
use crate::env::Env;
use crate::error::{AccessError, Error, Failure, HintContext};
use crate::output::columns;
use crate::shell::CommandLine;

/// The most bytes of a page: all roles of a tenant are some MB.
const MAX_PAGE: usize = 32 << 20;
/// So many of the roles that have an action are named.
const MOST_ROLES: usize = 3;
/// What can refuse a request that a role allows.
const NOT_SEEN: &str = "deny assignments, locks, policies";
/// What is in a command for why a role is activated.
const REASON: &str = "REASON";

/// Says what a request needs, and whether it is allowed.
pub(crate) async fn run(args: CanArgs, request: RequestArgs, env: &Env) -> Result<(), Failure> {
    let mut request = request;
    Box::pin(named::resolve(&mut request, env)).await?;
    default_subscription::resolve_in(&mut request, env)?;
    let mut context = RunContext::of(&request, env).await?;
    let url = request.url.clone();
    subscription_choice::settle(&mut request, &url, &mut context).await?;
    // It is never sent.
    request.options.network.dry_run = true;
    let default = context.default_subscription(&request, request.url.contains('{'));
    let plan = context.plan(&request, default)?;
    for note in &plan.notes {
        context.console.note(note);
    }
    let target = &plan.target;
    let of_request = || {
        let host = host_kind(&target.cloud, &target.url);
        needed_action(&plan.method, &target.url, host).ok_or_else(|| AccessError::UnknownAction {
            method: plan.method.to_string(),
            host: target.url.host_str().unwrap_or_default().to_owned(),
        })
    };
    let needed = match &args.action {
        Some(name) => NeededAction::named(name),
        None => of_request()?,
    };
    let scope = args.scope.clone().or_else(|| needed.scope.clone());
    let mut verdict = Verdict::of(needed, scope);
    if args.dry_run {
        return Ok(verdict.print(args.output.chosen, env)?);
    }
    let Some(scope) = verdict.scope.clone() else {
        return Err(AccessError::NoScope.into());
    };
    let run = resume_command::run_of(&plan);
    let mut asking = Asking {
        context,
        request,
        caller: Rc::default(),
    };
    let (scope, permissions) = match asking.permissions(&scope).await {
        Ok(found) => found,
        Err(error) => {
            let action = &verdict.needed.name;
            let text = format!("the request needs `{action}`; whether you may cannot be seen");
            asking.context.console.note(text);
            return Err(Failure::from(error).in_run(run));
        }
    };
    verdict.judge(&permissions);
    if args.who || !verdict.is_allowed() {
        asking.explain(&mut verdict, &scope, args.who, &run).await;
    }
    verdict.print(args.output.chosen, env)?;
    if verdict.is_allowed() {
        Ok(())
    } else {
        Err(AccessError::NotAllowed.into())
    }
}

/// Asks the service about permissions and roles, as the request itself would be asked.
struct Asking {
    context: RunContext,
    request: RequestArgs,
    /// The object id of the caller, once a token was obtained.
    caller: Rc<RefCell<Option<String>>>,
}

impl Asking {
    /// What the caller may do at a scope.
    async fn permissions(&mut self, scope: &str) -> Result<(String, Vec<Permission>), Error> {
        let (at, found) = self.list_above(scope, "permissions").await?;
        if at != scope {
            let text = format!("nothing is there yet: judged at `{}`", decode(&at));
            self.context.console.note(text);
        }
        Ok((at, found))
    }

    /// A list at a scope: if nothing is there yet, at what it will be in.
    async fn list_above<T: DeserializeOwned>(
        &mut self,
        scope: &str,
        what: &str,
    ) -> Result<(String, Vec<T>), Error> {
        let mut scope = scope.to_owned();
        loop {
            let error = match self.list(&scope, what).await {
                Ok(found) => return Ok((scope, found)),
                Err(error) => error,
            };
            match above(&scope).filter(|_| is_nothing_there(&error)) {
                Some(above) => scope = above,
                None => return Err(error),
            }
        }
    }

    async fn list<T: DeserializeOwned>(
        &mut self,
        scope: &str,
        what: &str,
    ) -> Result<Vec<T>, Error> {
        let path = format!("{scope}/providers/Microsoft.Authorization/{what}");
        let mut session = self.context.own_list(&self.request, &path)?;
        let caller = Rc::clone(&self.caller);
        session.also_tell(move |event| {
            if let Event::Token { token, .. } = event {
                *caller.borrow_mut() = token.claims.as_ref().and_then(|claims| claims.oid.clone());
            }
        });
        Ok(client::collect(&session.client, &session.request(), MAX_PAGE).await?)
    }

    /// Adds which roles have the action, and who has those, or could have them. What cannot be listed is noted.
    async fn explain(
        &mut self,
        verdict: &mut Verdict,
        scope: &str,
        with_holders: bool,
        run: &HintContext,
    ) {
        let roles: Vec<Role> = self.noted(scope, "roleDefinitions", "roles").await;
        let (action, plane) = (verdict.needed.name.clone(), verdict.needed.plane);
        let having = smallest_roles(&roles, &action, plane);
        let by_guid: HashMap<String, &Role> = having
            .iter()
            .map(|role| (role.guid().to_ascii_lowercase(), *role))
            .collect();
        if !verdict.is_allowed() {
            let what = "roleEligibilityScheduleInstances?$filter=asTarget()";
            let eligible: Vec<Eligible> = self.noted(scope, what, "roles to activate").await;
            let caller = self.caller.borrow().clone();
            for one in eligible.iter().filter(|one| one.holds_at(scope)) {
                if let Some(role) = one.role(&by_guid) {
                    verdict
                        .eligible
                        .push(one.activation(role, caller.as_deref(), run));
                }
            }
        }
        if with_holders {
            let what = "roleAssignments?$filter=atScope()";
            let assigned: Vec<Assignment> = self.noted(scope, what, "role assignments").await;
            verdict.holders = Some(
                assigned
                    .iter()
                    .filter_map(|one| one.holder(&by_guid))
                    .collect(),
            );
        }
        let most = if with_holders {
            having.len()
        } else {
            MOST_ROLES
        };
        let named = having.iter().take(most);
        verdict.roles = named
            .map(|role| (role.name().to_owned(), role.guid().to_owned()))
            .collect();
        if verdict.roles.is_empty() && !roles.is_empty() {
            let console = self.context.console;
            console.note("none of the roles that the service lists has this action");
        }
    }

    /// A list, empty if it cannot be seen.
    async fn noted<T: DeserializeOwned>(&mut self, scope: &str, what: &str, words: &str) -> Vec<T> {
        match self.list_above(scope, what).await {
            Ok((_, found)) => found,
            Err(error) => {
                self.context
                    .console
                    .note(format!("the {words} cannot be seen: {error}"));
                Vec::new()
            }
        }
    }
}

/// What a scope is in.
fn above(scope: &str) -> Option<String> {
    let id = ResourceId::parse(scope);
    let above = match (id.parent(), id.namespace()) {
        (Some(parent), _) => parent,
        (None, Some(_)) => id.scope(),
        (None, None) => id.resource_group().and_then(|_| id.subscription())?,
    };
    let above = above.to_string();
    (above.len() < scope.len()).then_some(above)
}

/// Tells whether the service says that there is no such scope.
fn is_nothing_there(error: &Error) -> bool {
    matches!(error, Error::Service(error) if [400, 404].contains(&error.status.as_u16()))
}

/// A role that could be activated, as the service lists it.
#[derive(Debug, Deserialize)]
struct Eligible {
    properties: EligibleProperties,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct EligibleProperties {
    scope: String,
    role_definition_id: String,
    principal_id: String,
    role_eligibility_schedule_id: Option<String>,
}

impl Eligible {
    /// Tells whether it would count at a scope: those of management groups do, or they would not be listed.
    fn holds_at(&self, scope: &str) -> bool {
        let own = self
            .properties
            .scope
            .trim_end_matches('/')
            .to_ascii_lowercase();
        let rest = scope.to_ascii_lowercase();
        let is_above = rest
            .strip_prefix(&own)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        is_above || own.starts_with("/providers/microsoft.management/")
    }

    fn role<'r>(&self, roles: &HashMap<String, &'r Role>) -> Option<&'r Role> {
        let guid = role_guid_of(&self.properties.role_definition_id);
        roles.get(&guid.to_ascii_lowercase()).copied()
    }

    /// The command that activates it for an hour. If a group is eligible, its member asks for itself.
    fn activation(&self, role: &Role, caller: Option<&str>, run: &HintContext) -> Activation {
        let own = &self.properties;
        let scope = own.scope.trim_end_matches('/');
        let request = uuid::Uuid::new_v4();
        let path = format!(
            "{scope}/providers/Microsoft.Authorization/roleAssignmentScheduleRequests/{request}"
        );
        let field = |name: &str, value: &str| format!("properties[{name}]={value}");
        let principal = caller.unwrap_or(&own.principal_id);
        let schedule = own.role_eligibility_schedule_id.as_deref();
        let command = CommandLine::arm("PUT")
            .word(&path)
            .word(&field("requestType", "SelfActivate"))
            .word(&field("principalId", principal))
            .word(&field("roleDefinitionId", &own.role_definition_id));
        let command = match schedule {
            Some(id) => command.word(&field("linkedRoleEligibilityScheduleId", id)),
            None => command,
        };
        let command = command
            .word(&field("scheduleInfo][expiration][type", "AfterDuration"))
            .word(&field("scheduleInfo][expiration][duration", "PT1H"))
            .word(&field("justification", REASON));
        Activation {
            role: role.name().to_owned(),
            scope: own.scope.clone(),
            command: run.complete(command).to_string(),
        }
    }
}

/// A role assignment, as the service lists it.
#[derive(Debug, Deserialize)]
struct Assignment {
    properties: AssignmentProperties,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct AssignmentProperties {
    scope: String,
    role_definition_id: String,
    principal_id: String,
    principal_type: Option<String>,
}

impl Assignment {
    fn holder(&self, roles: &HashMap<String, &Role>) -> Option<Holder> {
        let own = &self.properties;
        let guid = role_guid_of(&own.role_definition_id).to_ascii_lowercase();
        Some(Holder {
            role: roles.get(&guid)?.name().to_owned(),
            principal: own.principal_id.clone(),
            kind: own.principal_type.clone().unwrap_or_default(),
            scope: own.scope.clone(),
        })
    }
}

/// Who holds a role that has the action.
struct Holder {
    role: String,
    principal: String,
    kind: String,
    scope: String,
}

/// A role that could be activated, and how.
struct Activation {
    role: String,
    scope: String,
    command: String,
}

/// What is known of a request.
struct Verdict {
    needed: NeededAction,
    scope: Option<String>,
    /// Whether it is allowed, and by which pattern, with the condition of the role; nothing before it was asked.
    allowed: Option<Option<(String, Option<String>)>>,
    /// Roles that have the action: name and GUID.
    roles: Vec<(String, String)>,
    eligible: Vec<Activation>,
    holders: Option<Vec<Holder>>,
}

impl Verdict {
    fn of(needed: NeededAction, scope: Option<String>) -> Self {
        Self {
            needed,
            scope,
            allowed: None,
            roles: Vec::new(),
            eligible: Vec::new(),
            holders: None,
        }
    }

    fn is_allowed(&self) -> bool {
        matches!(self.allowed, Some(Some(_)))
    }

    /// Looks for an entry that allows it, without a condition if there is one.
    fn judge(&mut self, permissions: &[Permission]) {
        let (action, plane) = (&self.needed.name, self.needed.plane);
        let granting = permissions.iter().filter_map(|one| {
            let pattern = one.grants(action, plane)?.to_owned();
            Some((pattern, one.condition.clone()))
        });
        self.allowed = Some(granting.min_by_key(|(_, condition)| condition.is_some()));
    }

    fn scope_words(&self) -> String {
        match self.scope.as_deref() {
            None => "the URL does not say".to_owned(),
            Some("") => "/ (the tenant)".to_owned(),
            Some(scope) => decode(scope),
        }
    }

    fn print(&self, format: TableFormat, env: &Env) -> Result<(), Error> {
        print(&match format {
            TableFormat::Table => self.table(),
            TableFormat::Json => shown_json(self.json(), env),
        })
    }

    fn table(&self) -> String {
        let mut rows = vec![
            [
                self.needed.plane.word().to_owned(),
                self.needed.name.clone(),
            ],
            ["scope".to_owned(), self.scope_words()],
        ];
        let mut add = |name: &str, value: String| rows.push([name.to_owned(), value]);
        match &self.allowed {
            None => {}
            Some(None) => add("allowed", "no".to_owned()),
            Some(Some((pattern, condition))) => {
                add("allowed", format!("yes, by `{pattern}`"));
                if let Some(condition) = condition {
                    add("if", condition.clone());
                }
                add("not seen", NOT_SEEN.to_owned());
            }
        }
        if let Some(remark) = self.needed.remark {
            add("also", remark.to_owned());
        }
        for (name, guid) in &self.roles {
            add("role", format!("{name} ({guid})"));
        }
        for one in &self.eligible {
            add("eligible", format!("{} at {}", one.role, one.scope));
            add("activate", one.command.clone());
        }
        let mut text = columns(&rows);
        if let Some(holders) = &self.holders {
            let head = ["ROLE", "KIND", "PRINCIPAL", "SCOPE"].map(str::to_owned);
            let rows = holders.iter().map(|one| {
                [&one.role, &one.kind, &one.principal, &one.scope].map(String::to_owned)
            });
            let rows: Vec<[String; 4]> = std::iter::once(head).chain(rows).collect();
            text.push('\n');
            text.push_str(&columns(&rows));
        }
        text
    }

    fn json(&self) -> Value {
        let mut value = json!({
            "action": self.needed.name,
            "isDataAction": self.needed.plane == Plane::Data,
            "scope": self.scope.as_deref().map(|scope| if scope.is_empty() { "/" } else { scope }),
        });
        let Some(members) = value.as_object_mut() else {
            return value;
        };
        let mut add = |name: &str, value: Value| members.insert(name.to_owned(), value);
        if let Some(allowed) = &self.allowed {
            add("allowed", allowed.is_some().into());
            let found = allowed.as_ref();
            add("pattern", found.map(|(pattern, _)| pattern.as_str()).into());
            add(
                "condition",
                found.and_then(|(_, condition)| condition.as_deref()).into(),
            );
            add("notSeen", json!(NOT_SEEN.split(", ").collect::<Vec<_>>()));
        }
        add("remark", self.needed.remark.into());
        let roles = self.roles.iter();
        let roles = roles.map(|(name, guid)| json!({ "name": name, "id": guid }));
        add("roles", roles.collect());
        let eligible = self
            .eligible
            .iter()
            .map(|one| json!({ "role": one.role, "scope": one.scope, "activate": one.command }));
        add("eligible", eligible.collect());
        if let Some(holders) = &self.holders {
            let holders = holders.iter().map(|one| {
                json!({
                    "role": one.role,
                    "principalType": one.kind,
                    "principalId": one.principal,
                    "scope": one.scope,
                })
            });
            add("holders", holders.collect());
        }
        value
    }
}

#[cfg(test)]
mod tests {
    use super::above;

    #[test]
    fn what_is_not_there_is_judged_above() {
        let group = "/subscriptions/s/resourceGroups/g";
        let vm = format!("{group}/providers/Microsoft.Compute/virtualMachines/v");
        for (scope, expected) in [
            (format!("{vm}/extensions/e"), Some(vm.as_str())),
            (vm.clone(), Some(group)),
            (
                format!("{vm}/providers/Microsoft.Authorization/locks/l"),
                Some(&vm),
            ),
            (group.to_owned(), Some("/subscriptions/s")),
            ("/subscriptions/s".to_owned(), None),
            (String::new(), None),
        ] {
            assert_eq!(above(&scope).as_deref(), expected, "{scope}");
        }
    }
}
