//! Role definitions, as the service lists them, and which of them is the smallest that has an action. The roles come
//! from the service: no list of them is built in, because it would be old.

use serde::Deserialize;

use crate::azure::access::needed_action::Plane;
use crate::azure::access::permission::Permission;
use crate::azure::glob::is_like;
use crate::azure::resource::catalogue;

/// A role definition.
#[derive(Debug, Clone, Deserialize)]
pub struct Role {
    /// Its ID, which ends with its GUID.
    pub id: String,
    properties: Properties,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Properties {
    #[serde(default)]
    role_name: String,
    #[serde(default)]
    permissions: Vec<Permission>,
}

impl Role {
    /// Returns its name, such as `Reader`.
    pub fn name(&self) -> &str {
        &self.properties.role_name
    }

    /// Returns the GUID at the end of its ID.
    pub fn guid(&self) -> &str {
        guid_of(&self.id)
    }

    /// Tells whether it grants an action without a condition.
    pub fn grants(&self, action: &str, plane: Plane) -> bool {
        let mut entries = self.properties.permissions.iter();
        entries.any(|entry| entry.condition.is_none() && entry.grants(action, plane).is_some())
    }

    fn patterns(&self, plane: Plane) -> impl Iterator<Item = &str> {
        let entries = self.properties.permissions.iter();
        entries.flat_map(move |entry| entry.granted(plane).iter().map(String::as_str))
    }
}

/// Returns the last segment of the ID of a role: the same role has another ID at each scope.
pub fn guid_of(role_id: &str) -> &str {
    role_id.rsplit('/').next().unwrap_or_default()
}

/// Returns the roles that have an action, the smallest first.
pub fn smallest<'r>(roles: &'r [Role], action: &str, plane: Plane) -> Vec<&'r Role> {
    let operations = operations();
    let mut found: Vec<(Extent, &Role)> = roles
        .iter()
        .filter(|role| role.grants(action, plane) && !is_unfinished(role.name()))
        .map(|role| (Extent::of(role, plane, &operations), role))
        .collect();
    found.sort_by(|(one, first), (other, second)| {
        one.cmp(other).then_with(|| first.name().cmp(second.name()))
    });
    found.into_iter().map(|(_, role)| role).collect()
}

/// Tells whether a role is not meant for everyone yet.
fn is_unfinished(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["preview", "internal"]
        .iter()
        .any(|word| name.contains(word))
}

/// How much a role grants: less is smaller.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Extent {
    /// Patterns that are about every namespace.
    of_all: usize,
    /// Known operations that it has.
    operations: usize,
    /// All its patterns, those of the other plane included.
    patterns: usize,
}

impl Extent {
    fn of(role: &Role, plane: Plane, operations: &[String]) -> Self {
        let is_of_all = |pattern: &&str| pattern.starts_with('*');
        let control = role.patterns(Plane::Control).map(str::to_ascii_lowercase);
        let both = role
            .patterns(Plane::Control)
            .chain(role.patterns(Plane::Data));
        Self {
            of_all: role.patterns(plane).filter(is_of_all).count(),
            operations: control.map(|pattern| count(&pattern, operations)).sum(),
            patterns: both.count(),
        }
    }
}

/// Counts the operations that a pattern has. They are sorted: only those are compared that begin as it does.
fn count(pattern: &str, operations: &[String]) -> usize {
    let start = pattern.split('*').next().unwrap_or_default();
    let first = operations.partition_point(|one| one.as_str() < start);
    let candidates = operations.iter().skip(first);
    let alike = candidates.take_while(|one| one.starts_with(start));
    alike.filter(|one| is_like(one, pattern)).count()
}

/// The operations of all types of the catalogue, in lower case, sorted.
fn operations() -> Vec<String> {
    let mut operations = Vec::new();
    for known in catalogue::all() {
        let name = known.name.to_ascii_lowercase();
        operations.extend(["read", "write", "delete"].map(|verb| format!("{name}/{verb}")));
        let actions = known.actions();
        operations.extend(actions.map(|action| {
            let action = action.name.to_ascii_lowercase();
            format!("{name}/{action}/action")
        }));
    }
    operations.sort_unstable();
    operations
}

#[cfg(test)]
mod tests {
    use super::{Role, smallest};
    use crate::azure::access::needed_action::Plane;

    fn role(name: &str, permission: &str) -> Role {
        let text = format!(
            r#"{{"id":"/providers/Microsoft.Authorization/roleDefinitions/{name}","properties":{{"roleName":"{name}","permissions":[{permission}]}}}}"#
        );
        serde_json::from_str(&text).unwrap()
    }

    #[test]
    fn the_smallest_comes_first() {
        let roles = [
            role("Owner", r#"{"actions":["*"]}"#),
            role(
                "Everything of VMs",
                r#"{"actions":["Microsoft.Compute/*"]}"#,
            ),
            role(
                "Starter",
                r#"{"actions":["Microsoft.Compute/virtualMachines/start/action"]}"#,
            ),
            role(
                "Machines",
                r#"{"actions":["Microsoft.Compute/virtualMachines/*"]}"#,
            ),
            role(
                "Machines (Preview)",
                r#"{"actions":["Microsoft.Compute/virtualMachines/start/action"]}"#,
            ),
            role("Reader", r#"{"actions":["*/read"]}"#),
            role(
                "Sometimes",
                r#"{"actions":["Microsoft.Compute/virtualMachines/start/action"],"condition":"x"}"#,
            ),
            role(
                "Contributor",
                r#"{"actions":["*"],"notActions":["*/start/*"]}"#,
            ),
        ];
        let action = "Microsoft.Compute/virtualMachines/start/action";
        let names = |plane| {
            let found = smallest(&roles, action, plane);
            found
                .iter()
                .map(|role| role.name().to_owned())
                .collect::<Vec<_>>()
        };
        assert_eq!(
            names(Plane::Control),
            ["Starter", "Machines", "Everything of VMs", "Owner"]
        );
        assert!(names(Plane::Data).is_empty());
        assert_eq!(roles[0].guid(), "Owner");
    }
}
