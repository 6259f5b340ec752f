//! One line of the catalogue: a resource type with its versions, paths, verbs and actions. Which version is asked for:
//! `api_version`.

use std::fmt::Write as _;

/// A resource type, as the catalogue has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ResourceType {
    /// The full name, such as `Microsoft.Compute/virtualMachines/extensions`.
    pub name: &'static str,
    stable: &'static str,
    preview: &'static str,
    collection: Verbs,
    item: Verbs,
    /// What follows each segment of the type: `*`, or names with `|`; empty if all are `*`.
    names: &'static str,
    actions: &'static str,
}

/// `METHODS:SCOPES` of one kind of path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Verbs {
    letters: &'static str,
    /// A letter for each scope, or a path that follows no rule.
    scopes: &'static str,
}

/// Where resources of a type are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TypeScope {
    /// The tenant: the path begins with `/providers`.
    Tenant,
    /// A management group.
    ManagementGroup,
    /// A subscription.
    Subscription,
    /// A resource group.
    ResourceGroup,
    /// Any scope: the type extends other resources.
    Any,
}

/// What a POST starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Action {
    /// The last segment of its path, such as `listKeys`.
    pub name: &'static str,
    /// What it is run on.
    pub on: ActionOn,
}

/// What an action is run on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ActionOn {
    /// The path that ends with a name.
    Item,
    /// The path that ends with the type.
    Collection,
}

impl TypeScope {
    /// All scopes, from the widest to the narrowest.
    pub const ALL: [Self; 5] = [
        Self::Tenant,
        Self::ManagementGroup,
        Self::Subscription,
        Self::ResourceGroup,
        Self::Any,
    ];

    fn letter(self) -> char {
        match self {
            Self::Tenant => 't',
            Self::ManagementGroup => 'm',
            Self::Subscription => 's',
            Self::ResourceGroup => 'r',
            Self::Any => 'x',
        }
    }

    /// Returns the word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Tenant => "tenant",
            Self::ManagementGroup => "management group",
            Self::Subscription => "subscription",
            Self::ResourceGroup => "resource group",
            Self::Any => "any resource",
        }
    }

    /// Returns what is in front of `/providers/`, with placeholders.
    fn prefix(self) -> &'static str {
        match self {
            Self::Tenant => "",
            Self::ManagementGroup => {
                "/providers/Microsoft.Management/managementGroups/{managementGroup}"
            }
            Self::Subscription => "/subscriptions/{sub}",
            Self::ResourceGroup => "/subscriptions/{sub}/resourceGroups/{rg}",
            Self::Any => "/{scope}",
        }
    }
}

impl ResourceType {
    /// Reads a line; nothing for the line of a namespace.
    pub(super) fn of_line(line: &'static str) -> Option<Self> {
        let mut fields = line.split('\t');
        let name = fields.next().filter(|name| name.contains('/'))?;
        let mut next = || fields.next().unwrap_or_default();
        Some(Self {
            name,
            stable: next(),
            preview: next(),
            collection: Verbs::of(next()),
            item: Verbs::of(next()),
            names: next(),
            actions: next(),
        })
    }

    /// Returns the newest stable version, such as `2026-04-01`.
    pub fn stable(&self) -> Option<&'static str> {
        Some(self.stable).filter(|version| !version.is_empty())
    }

    /// Returns the newest preview, if it is newer than the newest stable version.
    pub fn preview(&self) -> Option<&'static str> {
        Some(self.preview).filter(|version| !version.is_empty())
    }

    /// Tells whether a GET of the path that ends with the type is a list.
    pub fn is_listed(&self) -> bool {
        self.collection.letters.contains('L')
    }

    /// Returns the scopes at which the type is listed; none if it is not.
    pub fn list_scopes(&self) -> impl Iterator<Item = TypeScope> {
        let verbs = self.collection;
        let is_listed = self.is_listed();
        verbs.scopes().filter(move |_| is_listed)
    }

    /// Returns the path of the list at a scope, if there is one, with `{sub}`, `{rg}` and, for each resource that it is
    /// in, its type in the singular: `…/virtualMachines/{virtualMachine}/extensions`.
    pub fn list_path(&self, scope: TypeScope) -> Option<String> {
        let has_scope = self.list_scopes().any(|known| known == scope);
        has_scope.then(|| self.collection_path(scope))
    }

    /// Returns the scopes of the path that ends with the type, whatever is asked there.
    pub fn collection_scopes(&self) -> impl Iterator<Item = TypeScope> {
        self.collection.scopes()
    }

    /// Returns the paths of what is listed, or else of what is in place of a list.
    pub fn collection_paths(&self) -> Vec<String> {
        let scopes = self.collection.scopes();
        scopes.map(|scope| self.collection_path(scope)).collect()
    }

    /// Returns the scopes of single resources.
    pub fn item_scopes(&self) -> impl Iterator<Item = TypeScope> {
        self.item.scopes()
    }

    /// Returns the paths of a single resource, which end with `{name}`, or its name if it has no
    /// other.
    pub fn item_paths(&self) -> Vec<String> {
        let scopes = self.item.scopes();
        scopes.map(|scope| self.item_path(scope)).collect()
    }

    /// Returns the methods for the path that ends with the type.
    pub fn collection_methods(&self) -> impl Iterator<Item = &'static str> {
        self.collection.methods()
    }

    /// Returns the methods for the path of a single resource.
    pub fn item_methods(&self) -> impl Iterator<Item = &'static str> {
        self.item.methods()
    }

    /// Returns what POST starts.
    pub fn actions(&self) -> impl Iterator<Item = Action> {
        let written = self.actions.split(',').filter(|name| !name.is_empty());
        written.map(|written| match written.strip_prefix('/') {
            Some(name) => Action {
                name,
                on: ActionOn::Collection,
            },
            None => Action {
                name: written,
                on: ActionOn::Item,
            },
        })
    }

    /// Returns the names that a single resource may have, if they are fixed: `web`, `logs`, ….
    pub fn fixed_names(&self) -> impl Iterator<Item = &'static str> {
        let last = self.types().count();
        let names = self.names_at(last.saturating_sub(1)).unwrap_or_default();
        names.split('|').filter(|name| !name.is_empty())
    }

    /// Returns how many resources one of this type is in: 0 for `virtualMachines`.
    pub fn depth(&self) -> usize {
        self.types().count().saturating_sub(1)
    }

    pub(super) fn types(&self) -> impl Iterator<Item = &'static str> {
        self.name.split('/').skip(1)
    }

    fn names_at(&self, level: usize) -> Option<&'static str> {
        let names = self.names.split(',').nth(level)?;
        Some(names).filter(|names| !names.is_empty() && *names != "*")
    }

    fn collection_path(&self, scope: TypeScope) -> String {
        if let Some(path) = self.collection.written() {
            return path.to_owned();
        }
        let namespace = self.name.split('/').next().unwrap_or_default();
        let mut path = format!("{}/providers/{namespace}", scope.prefix());
        let last = self.depth();
        for (level, segment) in self.types().enumerate() {
            let _ = write!(path, "/{segment}");
            if level < last {
                let _ = match self.names_at(level) {
                    Some(name) if !name.contains('|') => write!(path, "/{name}"),
                    _ => write!(path, "/{{{}}}", singular(segment)),
                };
            }
        }
        path
    }

    fn item_path(&self, scope: TypeScope) -> String {
        let name = self.fixed_names().next();
        let is_only = self.fixed_names().count() == 1;
        let name = name.filter(|_| is_only).unwrap_or("{name}");
        let collection = match self.item.written() {
            Some(path) => path.to_owned(),
            None => self.collection_path(scope),
        };
        format!("{collection}/{name}")
    }
}

impl Verbs {
    fn of(field: &'static str) -> Self {
        let (letters, scopes) = field.split_once(':').unwrap_or_default();
        Self { letters, scopes }
    }

    /// The path, if it follows no rule.
    fn written(self) -> Option<&'static str> {
        Some(self.scopes).filter(|scopes| scopes.starts_with('/'))
    }

    fn scopes(self) -> impl Iterator<Item = TypeScope> {
        TypeScope::ALL.into_iter().filter(move |scope| {
            let of_path = self.written().map(|path| {
                if path.contains("{sub}") {
                    TypeScope::Subscription
                } else {
                    TypeScope::Tenant
                }
            });
            match of_path {
                Some(of_path) => of_path == *scope,
                None => self.scopes.contains(scope.letter()),
            }
        })
    }

    fn methods(self) -> impl Iterator<Item = &'static str> {
        self.letters.chars().filter_map(|letter| match letter {
            'L' | 'V' | 'G' => Some("GET"),
            'O' => Some("POST"),
            'U' => Some("PUT"),
            'P' => Some("PATCH"),
            'D' => Some("DELETE"),
            'H' => Some("HEAD"),
            _ => None,
        })
    }
}

/// Returns the singular of a segment: `virtualMachine`, `registry`, `address`.
pub(super) fn singular(segment: &str) -> String {
    if let Some(stem) = segment.strip_suffix("ies") {
        return format!("{stem}y");
    }
    let stem = ["sses", "xes"]
        .iter()
        .find(|end| segment.ends_with(**end))
        .and_then(|_| segment.strip_suffix("es"));
    let stem = stem.or_else(|| {
        let is_plural = segment.ends_with('s') && !segment.ends_with("ss");
        segment.strip_suffix('s').filter(|_| is_plural)
    });
    stem.unwrap_or(segment).to_owned()
}
