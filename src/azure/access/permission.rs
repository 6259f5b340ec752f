//! What permissions allow, as `Microsoft.Authorization/permissions` and role definitions tell them. Which action a request
//! needs: `needed_action`; which role has it: `role`.
//!
//! An action is allowed if one entry has it and does not take it away itself: `notActions` subtract from their own role, and
//! deny nothing that another one grants (learn.microsoft.com, "Understand Azure role definitions").

use serde::Deserialize;

use crate::azure::access::needed_action::Plane;
use crate::azure::glob::is_like;

/// One entry: what a role grants.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Permission {
    actions: Option<Vec<String>>,
    not_actions: Option<Vec<String>>,
    data_actions: Option<Vec<String>>,
    not_data_actions: Option<Vec<String>>,
    /// A condition under which it is granted.
    pub condition: Option<String>,
}

impl Permission {
    /// Returns the pattern that grants an action, if one does and none takes it away.
    pub fn grants(&self, action: &str, plane: Plane) -> Option<&str> {
        let action = action.to_ascii_lowercase();
        let has = |pattern: &&String| is_like(&action, &pattern.to_ascii_lowercase());
        let (granted, taken) = (self.granted(plane), self.taken(plane));
        if taken.iter().any(|pattern| has(&pattern)) {
            return None;
        }
        // The narrowest says most.
        let fitting = granted.iter().filter(has);
        fitting
            .max_by_key(|pattern| pattern.len())
            .map(String::as_str)
    }

    /// The patterns that it grants.
    pub(super) fn granted(&self, plane: Plane) -> &[String] {
        let list = match plane {
            Plane::Control => &self.actions,
            Plane::Data => &self.data_actions,
        };
        list.as_deref().unwrap_or_default()
    }

    fn taken(&self, plane: Plane) -> &[String] {
        let list = match plane {
            Plane::Control => &self.not_actions,
            Plane::Data => &self.not_data_actions,
        };
        list.as_deref().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::Permission;
    use crate::azure::access::needed_action::Plane;

    #[track_caller]
    fn check(permission: &str, action: &str, plane: Plane, expected: Option<&str>) {
        let permission: Permission = serde_json::from_str(permission).unwrap();
        assert_eq!(permission.grants(action, plane), expected, "{action}");
    }

    #[test]
    fn wildcards_and_what_is_taken_away_count() {
        let contributor = r#"{"actions":["*"],"notActions":["Microsoft.Authorization/*/Write"],"dataActions":null}"#;
        let control = Plane::Control;
        check(contributor, "Microsoft.Web/sites/write", control, Some("*"));
        let assign = "microsoft.authorization/roleAssignments/write";
        check(contributor, assign, control, None);
        check(contributor, "Microsoft.Web/sites/write", Plane::Data, None);
        let narrow = r#"{"actions":["*/read","Microsoft.Web/*"]}"#;
        check(
            narrow,
            "microsoft.web/SITES/read",
            control,
            Some("Microsoft.Web/*"),
        );
        check(
            narrow,
            "Microsoft.Compute/disks/read",
            control,
            Some("*/read"),
        );
        check(narrow, "Microsoft.Compute/disks/write", control, None);
        check(narrow, "Microsoft.Webx/sites/write", control, None);
        check("{}", "Microsoft.Web/sites/read", control, None);
        let data =
            r#"{"dataActions":["Microsoft.KeyVault/vaults/*"],"notDataActions":["*/delete"]}"#;
        let get = "Microsoft.KeyVault/vaults/secrets/getSecret/action";
        check(data, get, Plane::Data, Some("Microsoft.KeyVault/vaults/*"));
        check(
            data,
            "Microsoft.KeyVault/vaults/secrets/delete",
            Plane::Data,
            None,
        );
        check(data, get, control, None);
    }
}
