//! A resource ID, or the path of a request to Resource Manager, taken apart: subscription, resource group, namespace,
//! types and names, what it is in. Which types exist: `catalogue`; which api-version serves one: `api_version`.
//!
//! Sources: "Resource ID" in Azure/azure-resource-manager-rpc (`v1.0/common-api-contracts.md`,
//! `v1.0/resource-api-reference.md`): segments are compared without case, a namespace follows each `/providers/`, types
//! and names follow in turn, and of several namespaces the last one is that of an extension resource.

use std::borrow::Cow;
use std::fmt;

use url::Url;

use crate::azure::rows::{fields, rows};

/// The segments that have a meaning of their own.
const SUBSCRIPTIONS: &str = "subscriptions";
const RESOURCE_GROUPS: &str = "resourceGroups";
const PROVIDERS: &str = "providers";
const MANAGEMENT: &str = "Microsoft.Management";
const MANAGEMENT_GROUPS: &str = "managementGroups";

/// The types of paths without a namespace; the file says what its columns mean.
const ROOT_TYPES: &str = include_str!("root_types.tsv");

/// The first segments of Resource Manager's paths.
const ROOTS: [&str; 4] = [SUBSCRIPTIONS, PROVIDERS, "tenants", "metadata"];

/// A resource ID or a path, taken apart.
///
/// Every text is one: what a path does not have is absent. Segments stay encoded, so that `%2F` in a name does not end
/// it. Empty segments do not count, for ARM itself writes `//subscriptions`.
#[derive(Debug, Clone, Default)]
pub struct ResourceId<'a> {
    segments: Vec<&'a str>,
    /// The number of segments up to the last namespace, itself included: types and names follow.
    types_at: Option<usize>,
}

/// What a resource can be deployed to or assigned at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResourceScope<'a> {
    /// The tenant, whose ID is empty.
    Tenant,
    /// `/providers/Microsoft.Management/managementGroups/{name}`.
    ManagementGroup {
        /// The last segment.
        name: &'a str,
    },
    /// `/subscriptions/{id}`.
    Subscription {
        /// The last segment.
        id: &'a str,
    },
    /// `/subscriptions/{id}/resourceGroups/{name}`.
    ResourceGroup {
        /// The subscription.
        subscription_id: &'a str,
        /// The last segment.
        name: &'a str,
    },
    /// Anything else: a resource, which extension resources are about.
    Resource,
}

impl<'a> ResourceId<'a> {
    /// Takes the path of a URL apart.
    pub fn of(url: &'a Url) -> Self {
        Self::parse(url.path())
    }

    /// Takes a path apart; a query or a fragment is cut off before.
    ///
    /// A namespace is recognised by its dot, because `…/providers` at the end is the collection of providers.
    pub fn parse(path: &'a str) -> Self {
        let segments = path.split('/').filter(|segment| !segment.is_empty());
        Self::of_segments(segments.collect())
    }

    fn of_segments(segments: Vec<&'a str>) -> Self {
        let provider = segments.windows(2).rposition(is_provider);
        Self {
            types_at: provider.map(|index| index + 2),
            segments,
        }
    }

    /// Tells whether a word is the first segment of a path of Resource Manager.
    pub fn is_root(word: &str) -> bool {
        ROOTS.iter().any(|root| root.eq_ignore_ascii_case(word))
    }

    /// Returns the segments as written.
    pub fn segments(&self) -> &[&'a str] {
        &self.segments
    }

    /// Returns the GUID of the subscription.
    pub fn subscription_id(&self) -> Option<&'a str> {
        match self.segments.as_slice() {
            [root, id, ..] if same(root, SUBSCRIPTIONS) => Some(id),
            _ => None,
        }
    }

    /// Returns the name of the resource group.
    pub fn resource_group_name(&self) -> Option<&'a str> {
        self.subscription_id()?;
        match self.segments.as_slice() {
            [_, _, groups, name, ..] if same(groups, RESOURCE_GROUPS) => Some(name),
            _ => None,
        }
    }

    /// Returns the ID of the subscription: `/subscriptions/{id}`.
    pub fn subscription(&self) -> Option<Self> {
        self.subscription_id().and_then(|_| self.first(2))
    }

    /// Returns the ID of the resource group: `/subscriptions/{id}/resourceGroups/{name}`.
    pub fn resource_group(&self) -> Option<Self> {
        self.resource_group_name().and_then(|_| self.first(4))
    }

    /// Returns the last namespace as written, such as `Microsoft.Compute`.
    pub fn namespace(&self) -> Option<&'a str> {
        self.segments.get(self.types_at?.checked_sub(1)?).copied()
    }

    /// Returns the namespace of this name as the path writes it, be it the last one or that of a resource in front.
    pub fn namespace_named(&self, name: &str) -> Option<&'a str> {
        let pairs = self.segments.windows(2).filter(|pair| is_provider(pair));
        let mut namespaces = pairs.filter_map(|pair| pair.last().copied());
        namespaces.find(|own| same(own, name))
    }

    /// Returns the type segments after the last namespace, as written.
    pub fn types(&self) -> impl Iterator<Item = &'a str> {
        self.types_and_names().iter().step_by(2).copied()
    }

    /// Returns the names after the last namespace, as written.
    pub fn names(&self) -> impl Iterator<Item = &'a str> {
        self.types_and_names().iter().skip(1).step_by(2).copied()
    }

    /// Returns the last segment, if it is where a type does: a collection or an action such as `start`.
    pub fn collection_or_action(&self) -> Option<&'a str> {
        let segments = self.types_and_names();
        (segments.len() % 2 == 1).then(|| segments.last().copied())?
    }

    /// Returns the segment after one of this name, such as the location after `locations`.
    pub fn segment_after(&self, name: &str) -> Option<&'a str> {
        let mut pairs = self.segments.windows(2);
        pairs.find_map(|pair| match pair {
            [first, second] if same(first, name) => Some(*second),
            _ => None,
        })
    }

    /// Returns the full name of the type that the path is about, such as `Microsoft.Compute/virtualMachines`.
    ///
    /// It is spelled as the path spells it, and as the catalogue does if the path has no namespace. After an action the
    /// name is that of a type that does not exist: see [`ResourceId::candidate_types`].
    pub fn type_name(&self) -> Option<Cow<'static, str>> {
        if self.types_at.is_some() {
            return self.candidate_types().into_iter().next();
        }
        let row = self.root_type()?;
        let is_whole = row.segments().count() == self.segments.len();
        (is_whole && row.extent != Extent::Version).then_some(Cow::Borrowed(row.name))
    }

    /// Returns the full names of the types that may serve the path, the likeliest first.
    ///
    /// `…/virtualMachines/vm1/start` may be a collection `Microsoft.Compute/virtualMachines/start`, or else an action
    /// of `Microsoft.Compute/virtualMachines`; so parents of nested types follow. A path without types has none.
    pub fn candidate_types(&self) -> Vec<Cow<'static, str>> {
        let Some(namespace) = self.namespace() else {
            let root = self.root_type().filter(|row| row.serves(self));
            return root
                .map(|row| Cow::Borrowed(row.name))
                .into_iter()
                .collect();
        };
        let types: Vec<&str> = self.types().collect();
        (1..=types.len())
            .rev()
            .filter_map(|count| types.get(..count))
            .map(|types| Cow::Owned(format!("{namespace}/{}", types.join("/"))))
            .collect()
    }

    /// Returns the ID of the resource, without an action or a collection after it.
    pub fn resource(&self) -> Option<Self> {
        self.first(self.end_of_resource()?)
    }

    /// Returns the path of the collection that the resource is in.
    pub fn collection(&self) -> Option<Self> {
        self.first(self.end_of_resource()? - 1)
    }

    /// Returns the ID of the resource that the resource is nested in.
    pub fn parent(&self) -> Option<Self> {
        let (types_at, end) = (self.types_at?, self.end_of_resource()?);
        (end >= types_at + 4).then(|| self.first(end - 2))?
    }

    /// Returns what is in front of the last `/providers/`: the ID of the scope, empty for the tenant. A path without a
    /// namespace is its own.
    #[must_use]
    pub fn scope(&self) -> Self {
        let end = self.types_at.map_or(self.segments.len(), |at| at - 2);
        self.first(end).unwrap_or_else(|| self.clone())
    }

    /// Tells what the whole ID is as a scope.
    pub fn as_scope(&self) -> ResourceScope<'a> {
        match self.segments.as_slice() {
            [] => ResourceScope::Tenant,
            [root, id] if same(root, SUBSCRIPTIONS) => ResourceScope::Subscription { id },
            [root, id, groups, name]
                if same(root, SUBSCRIPTIONS) && same(groups, RESOURCE_GROUPS) =>
            {
                ResourceScope::ResourceGroup {
                    subscription_id: id,
                    name,
                }
            }
            [root, namespace, groups, name]
                if same(root, PROVIDERS)
                    && same(namespace, MANAGEMENT)
                    && same(groups, MANAGEMENT_GROUPS) =>
            {
                ResourceScope::ManagementGroup { name }
            }
            _ => ResourceScope::Resource,
        }
    }

    /// Tells whether the path begins with these segments, where `*` stands for any one.
    pub(in crate::azure) fn begins_with(
        &self,
        mut pattern: impl Iterator<Item = &'static str>,
    ) -> bool {
        let mut segments = self.segments.iter();
        pattern.all(|known| {
            segments
                .next()
                .is_some_and(|segment| known == "*" || same(known, segment))
        })
    }

    /// The longest row that begins like the path.
    fn root_type(&self) -> Option<RootType> {
        let fitting = rows(ROOT_TYPES)
            .filter_map(RootType::of_row)
            .filter(|row| self.begins_with(row.segments()));
        fitting.max_by_key(|row| row.segments().count())
    }

    fn types_and_names(&self) -> &[&'a str] {
        let rest = self.types_at.and_then(|at| self.segments.get(at..));
        rest.unwrap_or_default()
    }

    /// The number of segments up to the last name: types and names come in pairs.
    fn end_of_resource(&self) -> Option<usize> {
        let pairs = self.types_and_names().len() / 2;
        (pairs > 0).then_some(self.types_at? + 2 * pairs)
    }

    fn first(&self, count: usize) -> Option<Self> {
        Some(Self::of_segments(self.segments.get(..count)?.to_vec()))
    }
}

/// Writes the ID with one slash in front of each segment.
impl fmt::Display for ResourceId<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.segments
            .iter()
            .try_for_each(|segment| write!(formatter, "/{segment}"))
    }
}

/// A row of the table of paths without a namespace.
#[derive(Debug, Clone, Copy)]
struct RootType {
    path: &'static str,
    name: &'static str,
    extent: Extent,
}

/// How far a row reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Extent {
    /// The path alone.
    Path,
    /// The path, and those below it.
    Below,
    /// The same, for the api-version only.
    Version,
}

impl RootType {
    fn of_row(row: &'static str) -> Option<Self> {
        let [path, name, extent] = fields(row)?;
        let extent = match extent {
            "path" => Extent::Path,
            "below" => Extent::Below,
            "version" => Extent::Version,
            _ => return None,
        };
        Some(Self { path, name, extent })
    }

    fn segments(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.path.split('/').skip(1)
    }

    /// Tells whether the type serves a path that begins like the row.
    fn serves(&self, id: &ResourceId<'_>) -> bool {
        self.extent != Extent::Path || self.segments().count() == id.segments.len()
    }
}

fn is_provider(pair: &[&str]) -> bool {
    matches!(pair, [first, second] if same(first, PROVIDERS) && second.contains('.'))
}

fn same(one: &str, other: &str) -> bool {
    one.eq_ignore_ascii_case(other)
}

#[cfg(test)]
mod tests {
    use super::{ROOT_TYPES, ROOTS, ResourceId, ResourceScope, RootType};
    use crate::azure::resource::catalogue;
    use crate::azure::rows::rows;

    const GROUP: &str = "/subscriptions/s/resourceGroups/g";

    fn texts<const COUNT: usize>(ids: [Option<ResourceId<'_>>; COUNT]) -> [Option<String>; COUNT] {
        ids.map(|id| id.map(|id| id.to_string()))
    }

    /// Checks subscription, group, resource, collection and parent.
    #[track_caller]
    fn check_around(path: &str, expected: [Option<&str>; 5]) {
        let id = ResourceId::parse(path);
        let found = texts([
            id.subscription(),
            id.resource_group(),
            id.resource(),
            id.collection(),
            id.parent(),
        ]);
        assert_eq!(found.each_ref().map(Option::as_deref), expected, "{path}");
    }

    #[test]
    fn finds_what_is_around() {
        let vm = format!("{GROUP}/providers/Microsoft.Compute/virtualMachines/vm");
        let machines = format!("{GROUP}/providers/Microsoft.Compute/virtualMachines");
        let extensions = format!("{vm}/extensions");
        let extension = format!("{vm}/extensions/e");
        let (sub, group) = (Some("/subscriptions/s"), Some(GROUP));
        check_around(&vm, [sub, group, Some(&vm), Some(&machines), None]);
        check_around(
            &format!("{vm}/start"),
            [sub, group, Some(&vm), Some(&machines), None],
        );
        check_around(
            &extension,
            [sub, group, Some(&extension), Some(&extensions), Some(&vm)],
        );
        check_around(&machines, [sub, group, None, None, None]);
        check_around("/subscriptions/s", [sub, None, None, None, None]);
        check_around("/subscriptions", [None; 5]);
        check_around("/providers/Microsoft.Compute", [None; 5]);
        check_around("/tenants/t/x/y", [None; 5]);
        check_around("", [None; 5]);
    }

    #[test]
    fn finds_the_subscription() {
        for (path, expected) in [
            ("/subscriptions/S/resourceGroups/g", Some("S")),
            ("/SUBSCRIPTIONS/S", Some("S")),
            ("//subscriptions//S/", Some("S")),
            ("/subscriptions", None),
            ("/providers/x", None),
        ] {
            assert_eq!(
                ResourceId::parse(path).subscription_id(),
                expected,
                "{path}"
            );
        }
        let group = ResourceId::parse("/subscriptions/S/RESOURCEGROUPS/g/x");
        assert_eq!(group.resource_group_name(), Some("g"));
        assert_eq!(
            ResourceId::parse("/x/S/resourceGroups/g").resource_group_name(),
            None
        );
    }

    #[test]
    fn knows_all_namespaces() {
        let id = ResourceId::parse(
            "/subscriptions/s/providers/Microsoft.Compute/locations/westus/x/y/PROVIDERS/Microsoft.Insights/a/b",
        );
        assert_eq!(id.namespace(), Some("Microsoft.Insights"));
        assert_eq!(
            id.namespace_named("microsoft.compute"),
            Some("Microsoft.Compute")
        );
        assert_eq!(id.namespace_named("Microsoft.Web"), None);
        assert_eq!(id.segment_after("LOCATIONS"), Some("westus"));
        assert_eq!(ResourceId::parse("/a/providers").namespace(), None);
    }

    #[test]
    fn tells_scopes() {
        use ResourceScope::{ManagementGroup, Resource, ResourceGroup, Subscription, Tenant};
        const MANAGEMENT_GROUP: &str = "/providers/Microsoft.Management/managementGroups/m";
        let vm = format!("{GROUP}/providers/Microsoft.Compute/virtualMachines/vm");
        let group = ResourceGroup {
            subscription_id: "s",
            name: "g",
        };
        for (scope, expected) in [
            ("", Tenant),
            (MANAGEMENT_GROUP, ManagementGroup { name: "m" }),
            ("/subscriptions/s", Subscription { id: "s" }),
            (GROUP, group),
            (&vm, Resource),
            ("/subscriptions/s/resourceGroups", Resource),
        ] {
            assert_eq!(ResourceId::parse(scope).as_scope(), expected, "{scope}");
            let extension = format!("{scope}/providers/Microsoft.Authorization/locks/l");
            let found = ResourceId::parse(&extension).scope();
            assert_eq!(found.to_string(), scope);
        }
        assert_eq!(ResourceId::parse(GROUP).scope().to_string(), GROUP);
    }

    #[track_caller]
    fn check_types(path: &str, expected: &[&str]) {
        assert_eq!(
            ResourceId::parse(path).candidate_types(),
            expected,
            "{path}"
        );
    }

    #[test]
    fn finds_types() {
        check_types(
            &format!("{GROUP}/providers/Microsoft.Compute/virtualMachines"),
            &["Microsoft.Compute/virtualMachines"],
        );
        check_types(
            &format!("{GROUP}/providers/Microsoft.Compute/virtualMachines/vm"),
            &["Microsoft.Compute/virtualMachines"],
        );
        check_types(
            &format!("{GROUP}/providers/Microsoft.Compute/virtualMachines/vm/start"),
            &[
                "Microsoft.Compute/virtualMachines/start",
                "Microsoft.Compute/virtualMachines",
            ],
        );
        check_types(
            &format!(
                "{GROUP}/Providers/microsoft.storage/storageAccounts/a/blobServices/default/containers/c/"
            ),
            &[
                "microsoft.storage/storageAccounts/blobServices/containers",
                "microsoft.storage/storageAccounts/blobServices",
                "microsoft.storage/storageAccounts",
            ],
        );
        check_types(
            "/subscriptions/s/providers/Microsoft.Compute/locations/westus/usages",
            &[
                "Microsoft.Compute/locations/usages",
                "Microsoft.Compute/locations",
            ],
        );
        check_types(
            "//subscriptions/s//providers/Microsoft.Compute//disks/d",
            &["Microsoft.Compute/disks"],
        );
    }

    #[test]
    fn the_last_namespace_counts() {
        check_types(
            &format!(
                "{GROUP}/providers/Microsoft.Compute/virtualMachines/vm/providers/Microsoft.Authorization/roleAssignments/r"
            ),
            &["Microsoft.Authorization/roleAssignments"],
        );
        check_types(
            "/providers/Microsoft.Management/managementGroups/m/providers/Microsoft.Resources/deployments/d",
            &["Microsoft.Resources/deployments"],
        );
        check_types(
            "/subscriptions/s/providers/Microsoft.Compute/disks/providers",
            &["Microsoft.Compute/disks"],
        );
        check_types(
            "/providers/A.B/x/%2Fproviders%2FC.D%2Fy/z",
            &["A.B/x/z", "A.B/x"],
        );
    }

    #[test]
    fn splits_types_and_names() {
        let id = ResourceId::parse("/providers/A.B/x/1/y/2/z");
        assert_eq!(id.types().collect::<Vec<_>>(), ["x", "y", "z"]);
        assert_eq!(id.names().collect::<Vec<_>>(), ["1", "2"]);
        assert_eq!(id.collection_or_action(), Some("z"));
        assert_eq!(
            ResourceId::parse("/providers/A.B/x/1").collection_or_action(),
            None
        );
    }

    /// Checks the type that a path is about, and the one that serves it.
    #[track_caller]
    fn check_root(path: &str, own: Option<&str>, serving: Option<&str>) {
        let id = ResourceId::parse(path);
        assert_eq!(id.namespace(), None, "{path}");
        assert_eq!(id.type_name().as_deref(), own, "{path}");
        let candidates = id.candidate_types();
        assert_eq!(candidates.first().map(AsRef::as_ref), serving, "{path}");
    }

    #[test]
    fn paths_without_a_namespace_have_types() {
        const SUBSCRIPTIONS: Option<&str> = Some("Microsoft.Resources/subscriptions");
        const GROUPS: Option<&str> = Some("Microsoft.Resources/resourceGroups");
        const PROVIDERS: Option<&str> = Some("Microsoft.Resources/providers");
        const RESOURCES: Option<&str> = Some("Microsoft.Resources/resources");
        check_root("/subscriptions", SUBSCRIPTIONS, SUBSCRIPTIONS);
        check_root("/Subscriptions/s", SUBSCRIPTIONS, SUBSCRIPTIONS);
        check_root("/subscriptions/s/nonsense", None, None);
        check_root("/subscriptions/s/RESOURCEGROUPS/g", GROUPS, GROUPS);
        check_root(
            "/subscriptions/s/resourceGroups/g/exportTemplate",
            None,
            GROUPS,
        );
        check_root(
            "/subscriptions/s/resourceGroups/g/resources",
            RESOURCES,
            RESOURCES,
        );
        check_root("/subscriptions/s/operationresults/o", None, RESOURCES);
        check_root("/subscriptions/s/providers", PROVIDERS, PROVIDERS);
        check_root("/providers", None, PROVIDERS);
        check_root("/providers/nodot/x", None, PROVIDERS);
        check_root("/tenants/t", None, None);
        check_root("/nowhere//x", None, None);
        check_root("/", None, None);
    }

    #[test]
    fn every_row_is_a_type_of_the_catalogue() {
        for row in rows(ROOT_TYPES) {
            let root = RootType::of_row(row).unwrap_or_else(|| panic!("{row}"));
            let found = catalogue::find(root.name);
            assert_eq!(found.map(|found| found.name), Some(root.name));
            assert_eq!(root.path, root.path.to_lowercase());
            assert!(ROOTS.contains(&root.segments().next().unwrap()), "{row}");
        }
        assert!(rows(ROOT_TYPES).is_sorted());
    }
}
