//! Writes the query of Resource Graph that lists the resources of one type. Queries of the user's: `plan::graph_query`.

/// A list of resources of one type, as Resource Graph is asked for it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ListingQuery<'a> {
    /// The whole type, such as `Microsoft.Compute/virtualMachines`.
    pub resource_type: &'a str,
    /// The resource group, if only one is meant.
    pub resource_group: Option<&'a str>,
}

/// Where types are that are not in `Resources` under their own name (Microsoft Learn, "Azure Resource Graph table
/// and resource type reference").
const TABLES: [(&str, &str, Option<&str>); 10] = [
    (
        "microsoft.authorization/policyassignments",
        "PolicyResources",
        None,
    ),
    (
        "microsoft.authorization/policydefinitions",
        "PolicyResources",
        None,
    ),
    (
        "microsoft.authorization/policysetdefinitions",
        "PolicyResources",
        None,
    ),
    (
        "microsoft.authorization/roleassignments",
        "AuthorizationResources",
        None,
    ),
    (
        "microsoft.authorization/roledefinitions",
        "AuthorizationResources",
        None,
    ),
    (
        "microsoft.management/managementgroups",
        "ResourceContainers",
        None,
    ),
    (
        "microsoft.resources/resourcegroups",
        "ResourceContainers",
        Some("microsoft.resources/subscriptions/resourcegroups"),
    ),
    ("microsoft.resources/resources", "Resources", Some("")),
    (
        "microsoft.resources/subscriptions",
        "ResourceContainers",
        None,
    ),
    (
        "microsoft.resources/subscriptions/resourcegroups",
        "ResourceContainers",
        None,
    ),
];

/// Namespaces whose other types are in no table: they say something about resources, and are not resources.
const NONE_OF: [&str; 3] = [
    "microsoft.authorization/",
    "microsoft.management/",
    "microsoft.resources/",
];

/// The nested types that the table `Resources` has; nearly all others are missing there.
const WITHIN: [&str; 6] = [
    "microsoft.automation/automationaccounts/runbooks",
    "microsoft.compute/galleries/images",
    "microsoft.compute/virtualmachines/extensions",
    "microsoft.network/privatednszones/virtualnetworklinks",
    "microsoft.sql/servers/databases",
    "microsoft.web/sites/slots",
];

/// The table of a type and the name that the type has there; none where Resource Graph has no such rows.
fn table_of(resource_type: &str) -> Option<(&'static str, String)> {
    let wanted = resource_type.to_ascii_lowercase();
    if let Some((_, table, name)) = TABLES.iter().find(|(known, ..)| *known == wanted) {
        return Some((*table, name.map_or(wanted, str::to_owned)));
    }
    let is_within = wanted.matches('/').count() > 1 && !WITHIN.contains(&wanted.as_str());
    let is_none = NONE_OF
        .iter()
        .any(|namespace| wanted.starts_with(namespace));
    (!is_within && !is_none).then(|| ("Resources", resource_type.to_owned()))
}

impl ListingQuery<'_> {
    /// Returns the query, or nothing where Resource Graph does not know the type. Its rows are whole, so that they
    /// can be shown as the items of a list are; they are ordered by `id`, without which no two pages need to
    /// belong together.
    pub fn text(&self) -> Option<String> {
        let (table, name) = table_of(self.resource_type)?;
        let mut query = table.to_owned();
        if !name.is_empty() {
            query.push_str(&format!(" | where type =~ {}", literal(&name)));
        }
        if let Some(group) = self.resource_group {
            query.push_str(&format!(" | where resourceGroup =~ {}", literal(group)));
        }
        query.push_str(" | order by id asc");
        Some(query)
    }
}

/// Writes a text as a string of the language. Whatever it holds, it stays one string: quotes, backslashes and
/// line breaks are escaped (Microsoft Learn, "The string data type").
fn literal(text: &str) -> String {
    let mut literal = String::from("'");
    for character in text.chars() {
        match character {
            '\\' | '\'' => literal.extend(['\\', character]),
            '\n' => literal.push_str("\\n"),
            '\r' => literal.push_str("\\r"),
            '\t' => literal.push_str("\\t"),
            _ => literal.push(character),
        }
    }
    literal.push('\'');
    literal
}

#[cfg(test)]
mod tests {
    use super::{ListingQuery, literal};

    #[track_caller]
    fn check(listing: &ListingQuery<'_>, expected: &str) {
        assert_eq!(listing.text().as_deref(), Some(expected));
    }

    #[test]
    fn a_type_becomes_a_query() {
        let machines = ListingQuery {
            resource_type: "Microsoft.Compute/virtualMachines",
            ..ListingQuery::default()
        };
        check(
            &machines,
            "Resources | where type =~ 'Microsoft.Compute/virtualMachines' | order by id asc",
        );
        check(
            &ListingQuery {
                resource_group: Some("rg-web"),
                ..machines
            },
            "Resources | where type =~ 'Microsoft.Compute/virtualMachines' | where resourceGroup =~ 'rg-web' | order by id asc",
        );
        for groups in [
            "Microsoft.Resources/resourceGroups",
            "Microsoft.Resources/subscriptions/resourceGroups",
        ] {
            check(
                &ListingQuery {
                    resource_type: groups,
                    ..ListingQuery::default()
                },
                "ResourceContainers | where type =~ 'microsoft.resources/subscriptions/resourcegroups' | order by id asc",
            );
        }
    }

    #[test]
    fn what_is_in_no_table_is_not_asked_for() {
        let text = |resource_type| {
            ListingQuery {
                resource_type,
                ..ListingQuery::default()
            }
            .text()
        };
        for unknown in [
            "Microsoft.Network/virtualNetworks/subnets",
            "Microsoft.Authorization/locks",
            "Microsoft.Resources/deployments",
            "Microsoft.Resources/tenants",
        ] {
            assert_eq!(text(unknown), None, "{unknown}");
        }
        let all = text("Microsoft.Resources/resources");
        assert_eq!(all.as_deref(), Some("Resources | order by id asc"));
        let roles = text("Microsoft.Authorization/roleAssignments").unwrap();
        assert!(
            roles.starts_with("AuthorizationResources | where type =~ "),
            "{roles}"
        );
        assert!(text("Microsoft.Sql/servers/databases").is_some());
    }

    #[test]
    fn a_name_stays_a_string() {
        assert_eq!(literal("it's"), r"'it\'s'");
        assert_eq!(literal("\\' | take 1 //"), r"'\\\' | take 1 //'");
        assert_eq!(literal("a\r\n\tb"), r"'a\r\n\tb'");
        assert_eq!(literal("größe 😀"), "'größe 😀'");
    }
}
