//! Writes queries of Resource Graph: what a list of one resource type asks of it. Sends nothing, and reads no
//! query of anybody's.

/// A list of resources of one type, as Resource Graph is asked for it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ListingQuery<'a> {
    /// The whole type, such as `Microsoft.Compute/virtualMachines`.
    pub resource_type: &'a str,
    /// The resource group, if only one is meant.
    pub resource_group: Option<&'a str>,
}

/// The table of subscriptions and groups; everything else is in `Resources` (Microsoft Learn, "Azure Resource
/// Graph table and resource type reference").
const CONTAINERS: [(&str, &str); 3] = [
    (
        "microsoft.resources/subscriptions",
        "microsoft.resources/subscriptions",
    ),
    (
        "microsoft.resources/resourcegroups",
        "microsoft.resources/subscriptions/resourcegroups",
    ),
    (
        "microsoft.resources/subscriptions/resourcegroups",
        "microsoft.resources/subscriptions/resourcegroups",
    ),
];

impl ListingQuery<'_> {
    /// Returns the query. Its rows are whole, so that they can be shown as the items of a list are; they are
    /// ordered by `id`, without which no two pages need to belong together.
    pub fn text(&self) -> String {
        let wanted = self.resource_type.to_ascii_lowercase();
        let container = CONTAINERS.iter().find(|(name, _)| *name == wanted);
        let (table, resource_type) = match container {
            Some((_, name)) => ("ResourceContainers", *name),
            None => ("Resources", self.resource_type),
        };
        let mut query = format!("{table} | where type =~ {}", literal(resource_type));
        if let Some(group) = self.resource_group {
            query.push_str(&format!(" | where resourceGroup =~ {}", literal(group)));
        }
        query.push_str(" | order by id asc");
        query
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
        assert_eq!(listing.text(), expected);
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
    fn a_name_stays_a_string() {
        assert_eq!(literal("it's"), r"'it\'s'");
        assert_eq!(literal("\\' | take 1 //"), r"'\\\' | take 1 //'");
        assert_eq!(literal("a\r\n\tb"), r"'a\r\n\tb'");
        assert_eq!(literal("größe 😀"), "'größe 😀'");
    }
}
