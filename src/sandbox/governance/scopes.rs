//! Which scopes contain which: what applies at a scope applies to all that is in it.

use crate::sandbox::store::{Store, text};

/// The type that puts a subscription into a management group.
pub(super) const GROUP_SUBSCRIPTION: &str = "Microsoft.Management/managementGroups/subscriptions";

/// The place of all management groups.
pub(super) const MANAGEMENT_GROUPS: &str = "/providers/Microsoft.Management/managementGroups/";

/// Tells whether one id is another one or is below it, whatever the case.
pub(super) fn contains(scope: &str, id: &str) -> bool {
    let (scope, id) = (scope.to_ascii_lowercase(), id.to_ascii_lowercase());
    let scope = scope.trim_end_matches('/');
    id == scope
        || id
            .strip_prefix(scope)
            .is_some_and(|rest| rest.starts_with('/'))
}

/// Returns a scope and all that contain it, up to the tenant, which is `/`.
pub(super) fn chain(store: &Store, scope: &str) -> Vec<String> {
    let mut chain = Vec::new();
    let mut current = scope.trim_end_matches('/').to_owned();
    while !current.is_empty() {
        let above = above(store, &current);
        // A group that is its own ancestor would have no end.
        if chain.contains(&current) {
            break;
        }
        chain.push(current);
        current = above;
    }
    chain.push("/".to_owned());
    chain
}

/// The scope that directly contains another one; nothing for what is in the tenant.
fn above(store: &Store, scope: &str) -> String {
    let in_group = scope.to_ascii_lowercase();
    if let Some(name) = in_group.strip_prefix(&MANAGEMENT_GROUPS.to_ascii_lowercase())
        && !name.contains('/')
    {
        let parent = store.get(scope).and_then(|body| parent_of(&body));
        return parent.unwrap_or_default();
    }
    let (rest, _) = split_two(scope);
    if rest.is_empty() {
        return management_group_of(store, scope).unwrap_or_default();
    }
    match split_two(rest) {
        (holder, Some("providers")) => holder.to_owned(),
        _ => rest.to_owned(),
    }
}

/// The id of the management group above one.
pub(super) fn parent_of(body: &serde_json::Value) -> Option<String> {
    let parent = body.pointer("/properties/details/parent/id")?;
    parent.as_str().map(str::to_owned)
}

/// The management group that a subscription is in.
pub(super) fn management_group_of(store: &Store, subscription: &str) -> Option<String> {
    let name = subscription.rsplit('/').next()?.to_ascii_lowercase();
    let members = store.list(MANAGEMENT_GROUPS, |one| one == GROUP_SUBSCRIPTION);
    let member = members
        .iter()
        .find(|member| member.key.rsplit('/').next() == Some(name.as_str()))?;
    let body = member.body();
    let (group, _) = split_two(text(&body, "id"));
    Some(group.to_owned())
}

/// Takes the last two segments off; the first of them is returned, too.
fn split_two(id: &str) -> (&str, Option<&str>) {
    let Some((rest, _)) = id.rsplit_once('/') else {
        return ("", None);
    };
    match rest.rsplit_once('/') {
        Some((rest, segment)) => (rest, Some(segment)),
        None => ("", None),
    }
}

#[cfg(test)]
mod tests {
    use super::{chain, contains};
    use crate::sandbox::seed::data::subscriptions;
    use crate::sandbox::store::Store;

    #[test]
    fn a_scope_lies_in_all_above_it() {
        let subscription = format!("/subscriptions/{}", subscriptions()[0].id);
        let group = format!("{subscription}/resourceGroups/rg-web-prod");
        let network = format!("{group}/providers/Microsoft.Network/virtualNetworks/v");
        let subnet = format!("{network}/subnets/s");
        let chain = chain(&Store::default(), &subnet);
        let root =
            "/providers/Microsoft.Management/managementGroups/7c9e2f4a-1d53-4b8e-9a06-3f5d2c8b7e10";
        assert_eq!(chain, [&subnet, &network, &group, &subscription, root, "/"]);
    }

    #[test]
    fn a_scope_contains_itself_and_what_lies_below_it() {
        for (scope, id, expected) in [
            ("/subscriptions/a", "/Subscriptions/A", true),
            (
                "/subscriptions/a",
                "/subscriptions/a/resourceGroups/g",
                true,
            ),
            ("/subscriptions/a", "/subscriptions/ab", false),
            ("/", "/subscriptions/a", true),
            (
                "/subscriptions/a/resourceGroups/g",
                "/subscriptions/a",
                false,
            ),
        ] {
            assert_eq!(contains(scope, id), expected, "{scope} {id}");
        }
    }
}
