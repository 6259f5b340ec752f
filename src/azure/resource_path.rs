//! What a path of Resource Manager names: the resource type and its tail. Does not know which types
//! exist.

/// The segment that announces a namespace.
const PROVIDERS: &str = "providers";

/// What the last part of a path names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ResourcePath<'a> {
    /// A type of a resource provider: what stands behind the last `/providers/` with a namespace.
    Provider {
        /// The namespace as written, such as `Microsoft.Compute`.
        namespace: &'a str,
        /// Types and names in turn, as written; an odd last one is a collection or an action.
        segments: Vec<&'a str>,
    },
    /// A path without a namespace, such as `/subscriptions/{id}/resourceGroups`.
    Root {
        /// The segments as written.
        segments: Vec<&'a str>,
    },
}

impl<'a> ResourcePath<'a> {
    /// Reads a path; a query or fragment must be cut off before.
    ///
    /// Segments stay encoded: `%2F` inside a name is no border. Empty segments do not count; ARM
    /// itself writes `//subscriptions`. With an extension resource
    /// (`{scope}/providers/A/x/n/providers/B/y/m`) only the last namespace counts. A namespace is
    /// told by its dot: `…/providers` at the end is the collection of providers.
    pub fn parse(path: &'a str) -> Self {
        let segments: Vec<&str> = path
            .split('/')
            .filter(|segment| !segment.is_empty())
            .collect();
        let last = segments.windows(2).rposition(|pair| match pair {
            [first, second] => first.eq_ignore_ascii_case(PROVIDERS) && second.contains('.'),
            _ => false,
        });
        let behind = last.and_then(|position| segments.get(position + 1..));
        match behind.and_then(<[&str]>::split_first) {
            Some((namespace, rest)) => Self::Provider {
                namespace,
                segments: rest.to_vec(),
            },
            None => Self::Root { segments },
        }
    }

    /// Returns the full names of the types that the path may mean, the likeliest first.
    ///
    /// `…/virtualMachines/vm1/start` is first `Microsoft.Compute/virtualMachines/start`, for it may
    /// be a collection, then the action's `Microsoft.Compute/virtualMachines`. Parents of nested
    /// types follow. A path without types has none.
    pub fn candidates(&self) -> Vec<String> {
        let Self::Provider {
            namespace,
            segments,
        } = self
        else {
            return Vec::new();
        };
        let types: Vec<&str> = segments.iter().step_by(2).copied().collect();
        (1..=types.len())
            .rev()
            .filter_map(|count| types.get(..count))
            .map(|types| format!("{namespace}/{}", types.join("/")))
            .collect()
    }

    /// Returns the last segment, if it stands where a type does: a collection or an action.
    pub fn tail(&self) -> Option<&'a str> {
        match self {
            Self::Provider { segments, .. } if segments.len() % 2 == 1 => segments.last().copied(),
            Self::Provider { .. } | Self::Root { .. } => None,
        }
    }

    /// Returns the name of the type for a message: of the resource or collection, as written.
    pub fn type_name(&self) -> String {
        match self {
            Self::Provider { namespace, .. } => self
                .candidates()
                .into_iter()
                .next()
                .unwrap_or_else(|| (*namespace).to_owned()),
            Self::Root { segments } => format!("/{}", segments.join("/")),
        }
    }
}

/// The subscription that a path is about.
pub fn subscription_of(path: &str) -> Option<String> {
    let mut segments = path.split('/').filter(|segment| !segment.is_empty());
    let root = segments.next()?;
    let id = segments.next()?;
    root.eq_ignore_ascii_case("subscriptions")
        .then(|| id.to_owned())
}

#[cfg(test)]
mod tests {
    use super::ResourcePath;

    #[track_caller]
    fn check(path: &str, expected: &[&str]) {
        assert_eq!(ResourcePath::parse(path).candidates(), expected, "{path}");
    }

    const GROUP: &str = "/subscriptions/s/resourceGroups/g";

    #[test]
    fn finds_types() {
        check(
            &format!("{GROUP}/providers/Microsoft.Compute/virtualMachines"),
            &["Microsoft.Compute/virtualMachines"],
        );
        check(
            &format!("{GROUP}/providers/Microsoft.Compute/virtualMachines/vm"),
            &["Microsoft.Compute/virtualMachines"],
        );
        check(
            &format!("{GROUP}/providers/Microsoft.Compute/virtualMachines/vm/start"),
            &[
                "Microsoft.Compute/virtualMachines/start",
                "Microsoft.Compute/virtualMachines",
            ],
        );
        check(
            &format!(
                "{GROUP}/Providers/microsoft.storage/storageAccounts/a/blobServices/default/containers/c/"
            ),
            &[
                "microsoft.storage/storageAccounts/blobServices/containers",
                "microsoft.storage/storageAccounts/blobServices",
                "microsoft.storage/storageAccounts",
            ],
        );
        check(
            "/subscriptions/s/providers/Microsoft.Compute/locations/westus/usages",
            &[
                "Microsoft.Compute/locations/usages",
                "Microsoft.Compute/locations",
            ],
        );
        check(
            "//subscriptions/s//providers/Microsoft.Compute//disks/d",
            &["Microsoft.Compute/disks"],
        );
    }

    #[test]
    fn the_last_namespace_counts() {
        check(
            &format!(
                "{GROUP}/providers/Microsoft.Compute/virtualMachines/vm/providers/Microsoft.Authorization/roleAssignments/r"
            ),
            &["Microsoft.Authorization/roleAssignments"],
        );
        check(
            "/providers/Microsoft.Management/managementGroups/m/providers/Microsoft.Resources/deployments/d",
            &["Microsoft.Resources/deployments"],
        );
        check(
            "/subscriptions/s/providers/Microsoft.Compute/disks/providers",
            &["Microsoft.Compute/disks"],
        );
        check(
            "/providers/A.B/x/%2Fproviders%2FC.D%2Fy/z",
            &["A.B/x/z", "A.B/x"],
        );
    }

    #[test]
    fn roots_have_no_namespace() {
        #[track_caller]
        fn check(path: &str, expected: &[&str]) {
            assert_eq!(
                ResourcePath::parse(path),
                ResourcePath::Root {
                    segments: expected.to_vec()
                },
                "{path}"
            );
        }
        check("/subscriptions", &["subscriptions"]);
        check(
            "/subscriptions/s/resourceGroups/g",
            &["subscriptions", "s", "resourceGroups", "g"],
        );
        check(
            "/subscriptions/s/providers",
            &["subscriptions", "s", "providers"],
        );
        check("/providers/nodot/x", &["providers", "nodot", "x"]);
        check("/", &[]);
        check("", &[]);
    }

    #[test]
    fn names_the_type() {
        #[track_caller]
        fn check(path: &str, expected: &str) {
            assert_eq!(ResourcePath::parse(path).type_name(), expected);
        }
        check("/providers/A.B/x/1/y", "A.B/x/y");
        check("/providers/A.B", "A.B");
        check("/nowhere//x", "/nowhere/x");
    }
}
