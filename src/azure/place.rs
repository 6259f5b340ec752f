//! The places around the one that was asked for: its subscription, its group, its siblings. Reads
//! paths only, and knows no types.

use url::Url;

/// The path of a request to Resource Manager, taken apart. Segments stay encoded.
#[derive(Debug, Clone)]
pub struct Place<'a> {
    segments: Vec<&'a str>,
    /// The number of segments up to the last namespace.
    scope: Option<usize>,
}

impl<'a> Place<'a> {
    /// The place of a URL.
    pub fn of(url: &'a Url) -> Self {
        Self::of_path(url.path())
    }

    /// The place of a path, without a query.
    pub fn of_path(path: &'a str) -> Self {
        let segments: Vec<&str> = path
            .split('/')
            .filter(|segment| !segment.is_empty())
            .collect();
        let provider = segments.windows(2).rposition(is_provider);
        Self {
            scope: provider.map(|index| index + 2),
            segments,
        }
    }

    /// `/subscriptions/{id}`.
    pub fn subscription(&self) -> Option<String> {
        let root = self.segments.first()?;
        let has_id = self.segments.len() >= 2;
        (has_id && root.eq_ignore_ascii_case("subscriptions")).then(|| self.first(2))
    }

    /// `/subscriptions/{id}/resourceGroups/{name}`.
    pub fn group(&self) -> Option<String> {
        self.subscription()?;
        let groups = self.segments.get(2)?;
        let has_name = self.segments.len() >= 4;
        (has_name && groups.eq_ignore_ascii_case("resourceGroups")).then(|| self.first(4))
    }

    /// The resource, without an action or a collection behind it.
    pub fn resource(&self) -> Option<String> {
        let end = self.end_of_resource()?;
        Some(self.first(end))
    }

    /// The collection that the resource is in.
    pub fn siblings(&self) -> Option<String> {
        let end = self.end_of_resource()?;
        Some(self.first(end - 1))
    }

    /// The resource that the resource is in.
    pub fn parent(&self) -> Option<String> {
        let (scope, end) = (self.scope?, self.end_of_resource()?);
        (end >= scope + 4).then(|| self.first(end - 2))
    }

    /// The last namespace.
    pub fn namespace(&self) -> Option<&'a str> {
        self.segments.get(self.scope?.checked_sub(1)?).copied()
    }

    /// The namespace of this name, as the path writes it.
    pub fn own_namespace(&self, name: &str) -> Option<&'a str> {
        let pairs = self.segments.windows(2).filter(|pair| is_provider(pair));
        let mut names = pairs.filter_map(|pair| pair.last().copied());
        names.find(|own| same(own, name))
    }

    /// The segment behind one of this name, such as the location behind `locations`.
    pub fn behind(&self, name: &str) -> Option<&'a str> {
        let mut pairs = self.segments.windows(2);
        pairs.find_map(|pair| match pair {
            [first, second] if same(first, name) => Some(*second),
            _ => None,
        })
    }

    /// The number of segments up to the last name: types and names come in pairs.
    fn end_of_resource(&self) -> Option<usize> {
        let scope = self.scope?;
        let pairs = (self.segments.len() - scope) / 2;
        (pairs > 0).then_some(scope + 2 * pairs)
    }

    fn first(&self, count: usize) -> String {
        let segments = self.segments.get(..count).unwrap_or_default();
        format!("/{}", segments.join("/"))
    }
}

fn is_provider(pair: &[&str]) -> bool {
    matches!(pair, [first, second] if same(first, "providers") && second.contains('.'))
}

fn same(one: &str, other: &str) -> bool {
    one.eq_ignore_ascii_case(other)
}

#[cfg(test)]
mod tests {
    use super::Place;

    /// Checks subscription, group, resource, siblings and parent.
    #[track_caller]
    fn check(path: &str, expected: [Option<&str>; 5]) {
        let place = Place::of_path(path);
        let found = [
            place.subscription(),
            place.group(),
            place.resource(),
            place.siblings(),
            place.parent(),
        ];
        assert_eq!(found.each_ref().map(Option::as_deref), expected, "{path}");
    }

    #[test]
    fn finds_what_is_around() {
        let group = "/subscriptions/s/resourceGroups/g";
        let vm = format!("{group}/providers/Microsoft.Compute/virtualMachines/vm");
        let machines = format!("{group}/providers/Microsoft.Compute/virtualMachines");
        let extensions = format!("{vm}/extensions");
        let extension = format!("{vm}/extensions/e");
        let (sub, group) = (Some("/subscriptions/s"), Some(group));
        check(&vm, [sub, group, Some(&vm), Some(&machines), None]);
        check(
            &format!("{vm}/start"),
            [sub, group, Some(&vm), Some(&machines), None],
        );
        check(
            &extension,
            [sub, group, Some(&extension), Some(&extensions), Some(&vm)],
        );
        check(&machines, [sub, group, None, None, None]);
        check("/subscriptions/s", [sub, None, None, None, None]);
        check("/subscriptions", [None; 5]);
        check("/providers/Microsoft.Compute", [None; 5]);
        check("/tenants/t/x/y", [None; 5]);
        check("", [None; 5]);
    }

    #[test]
    fn knows_all_namespaces() {
        let place = Place::of_path(
            "/subscriptions/s/providers/Microsoft.Compute/locations/westus/x/y/PROVIDERS/Microsoft.Insights/a/b",
        );
        assert_eq!(place.namespace(), Some("Microsoft.Insights"));
        assert_eq!(
            place.own_namespace("microsoft.compute"),
            Some("Microsoft.Compute")
        );
        assert_eq!(place.own_namespace("Microsoft.Web"), None);
        assert_eq!(place.behind("LOCATIONS"), Some("westus"));
        assert_eq!(Place::of_path("/a/providers").namespace(), None);
    }
}
