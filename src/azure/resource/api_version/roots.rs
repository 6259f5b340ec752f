//! What the catalogue does not say, or says wrong: paths without a namespace, and versions that are
//! kept by hand. Data only.

/// What serves a path without a namespace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::azure) enum Root {
    /// A type of `Microsoft.Resources`.
    Type(&'static str),
    /// No type: this version.
    Version(&'static str),
}

/// Paths without a namespace: segments in lower case, `*` for any one. The longest that begins like
/// the path counts, so that what lies below (`…/resourceGroups/g/exportTemplate`) has the version of
/// its parent.
pub(in crate::azure) const ROOTS: &[(&[&str], Root)] = &[
    (
        &["subscriptions"],
        Root::Type("Microsoft.Resources/subscriptions"),
    ),
    (
        &["subscriptions", "*"],
        Root::Type("Microsoft.Resources/subscriptions"),
    ),
    (
        &["subscriptions", "*", "locations"],
        Root::Type("Microsoft.Resources/subscriptions/locations"),
    ),
    (
        &["subscriptions", "*", "operationresults"],
        Root::Type("Microsoft.Resources/resources"),
    ),
    (
        &["subscriptions", "*", "providers"],
        Root::Type("Microsoft.Resources/providers"),
    ),
    (
        &["subscriptions", "*", "resourcegroups"],
        Root::Type("Microsoft.Resources/resourceGroups"),
    ),
    (
        &["subscriptions", "*", "resources"],
        Root::Type("Microsoft.Resources/resources"),
    ),
    (
        &["subscriptions", "*", "tagnames"],
        Root::Type("Microsoft.Resources/subscriptions/tagNames"),
    ),
    (&["tenants"], Root::Type("Microsoft.Resources/tenants")),
    (&["providers"], Root::Type("Microsoft.Resources/providers")),
    // The endpoints of a cloud are no resource, and have versions of their own.
    (&["metadata", "endpoints"], Root::Version("2022-09-01")),
];

/// Types whose newest stable version is not the one to ask for, in lower case and sorted.
pub(in crate::azure) const OVERRIDES: &[(&str, &str)] = &[
    // 2016-09-01, the newest stable one, has another shape (Azure/azure-rest-api-specs#16697); this
    // one is what everyone uses (Azure/bicep#15992).
    (
        "microsoft.insights/diagnosticsettings",
        "2021-05-01-preview",
    ),
];
