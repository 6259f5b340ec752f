//! A walk over the segments of a path of Resource Manager, and what may follow where it ends. Names are the caller's to look
//! up; which types there are: `azure::catalogue`. How a path is typed: `address`.

use super::candidate::{Candidate, Completion, Known, Within};
use super::purpose::Purpose;
use crate::azure::TypeAlias;
use crate::azure::catalogue::{self, ActionOn, ResourceType, TypeScope};

/// Types whose paths have no namespace.
const SUBSCRIPTION_TYPE: &str = "Microsoft.Resources/subscriptions";
const GROUP_TYPE: &str = "Microsoft.Resources/resourceGroups";
const MANAGEMENT_GROUP_TYPE: &str = "Microsoft.Management/managementGroups";

/// The members of the root, and what each is.
const ROOT: [(&str, &str); 2] = [
    ("subscriptions", "Subscriptions, and all that is in them"),
    ("providers", "Types of the tenant"),
];

/// What a segment leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Node {
    Root,
    Subscriptions,
    Subscription,
    Groups,
    Group,
    Providers,
    Namespace,
    Collection,
    Item,
    /// Nothing is known of what follows.
    Unknown,
}

/// Where in a path one is.
#[derive(Debug, Clone)]
pub(super) struct Walk {
    node: Node,
    purpose: Purpose,
    /// What is here; `None` if that is not known, because the path begins with a word.
    scope: Option<TypeScope>,
    subscription: Option<String>,
    /// What was walked.
    walked: String,
    /// What was before the last `/providers`.
    below: String,
    /// The namespace and the types after it.
    type_name: String,
    /// The names after the types.
    parents: Vec<String>,
}

impl Walk {
    /// Begins at the root.
    pub(super) fn of_root(purpose: Purpose) -> Self {
        Self {
            node: Node::Root,
            purpose,
            scope: Some(TypeScope::Tenant),
            subscription: None,
            walked: String::new(),
            below: String::new(),
            type_name: String::new(),
            parents: Vec::new(),
        }
    }

    /// Begins with the names of a type, wherever they are.
    pub(super) fn of_type(type_name: &str, purpose: Purpose) -> Self {
        let (node, walked) = match type_name {
            SUBSCRIPTION_TYPE => (Node::Subscriptions, "/subscriptions"),
            GROUP_TYPE => (Node::Groups, "/subscriptions/{sub}/resourceGroups"),
            _ => (Node::Collection, ""),
        };
        Self {
            node,
            scope: None,
            type_name: type_name.to_owned(),
            walked: walked.to_owned(),
            ..Self::of_root(purpose)
        }
    }

    /// Goes one segment further.
    pub(super) fn step(mut self, segment: &str) -> Self {
        let is = |name: &str| segment.eq_ignore_ascii_case(name);
        let at_providers = is("providers");
        if at_providers && self.node != Node::Root {
            self.below.clone_from(&self.walked);
        }
        self.walked = format!("{}/{segment}", self.walked);
        self.node = match self.node {
            Node::Root if is("subscriptions") => Node::Subscriptions,
            Node::Subscriptions => {
                self.scope = Some(TypeScope::Subscription);
                self.subscription = Some(segment.to_owned());
                Node::Subscription
            }
            Node::Subscription if is("resourceGroups") => Node::Groups,
            Node::Groups => {
                self.scope = Some(TypeScope::ResourceGroup);
                Node::Group
            }
            Node::Root | Node::Subscription | Node::Group if at_providers => Node::Providers,
            Node::Providers => {
                let known = catalogue::namespace(segment);
                known.unwrap_or(segment).clone_into(&mut self.type_name);
                self.parents.clear();
                Node::Namespace
            }
            Node::Collection => {
                self.parents.push(segment.to_owned());
                Node::Item
            }
            Node::Item if at_providers => {
                let is_group = self.type_name.eq_ignore_ascii_case(MANAGEMENT_GROUP_TYPE);
                self.scope = Some(if is_group {
                    TypeScope::ManagementGroup
                } else {
                    TypeScope::Any
                });
                Node::Providers
            }
            Node::Namespace | Node::Item => self.at_type(segment),
            Node::Root | Node::Subscription | Node::Group | Node::Unknown => Node::Unknown,
        };
        self
    }

    fn at_type(&mut self, segment: &str) -> Node {
        self.type_name = format!("{}/{segment}", self.type_name);
        Node::Collection
    }

    /// The full name of the type of what the path is about, if it has come that far.
    pub(super) fn type_name(&self) -> Option<&str> {
        match self.node {
            Node::Collection | Node::Item => Some(&self.type_name),
            Node::Subscriptions | Node::Subscription => Some(SUBSCRIPTION_TYPE),
            Node::Groups | Node::Group => Some(GROUP_TYPE),
            Node::Root | Node::Providers | Node::Namespace | Node::Unknown => None,
        }
    }

    /// Returns the segments that may follow, each as it is typed after the slash.
    pub(super) fn next(&self) -> Completion {
        match self.node {
            Node::Root => Completion::of(self.root()),
            Node::Subscriptions if self.scope.is_some() => {
                let own = Candidate::segment("{sub}", "The subscription of -S");
                Completion::of(vec![own]).and(Completion::of_known(Known::SubscriptionIds, ""))
            }
            Node::Subscriptions => Completion::of_known(Known::Subscriptions, ""),
            Node::Subscription => Completion::of(self.below_subscription()),
            Node::Groups => self.groups(),
            Node::Group => Completion::of(self.below_group()),
            Node::Providers => Completion::of(self.namespaces()),
            Node::Namespace => Completion::of(self.types()),
            Node::Collection => self.names(),
            Node::Item => Completion::of(self.below_item()),
            Node::Unknown => Completion::default(),
        }
    }

    fn root(&self) -> Vec<Candidate> {
        let parts = ROOT.map(|(word, about)| Candidate::part(format!("{word}/"), about));
        let tenants = Candidate::new("tenants", "Your tenants");
        let tenants = Some(tenants).filter(|_| self.purpose == Purpose::Read);
        parts.into_iter().chain(tenants).collect()
    }

    fn below_subscription(&self) -> Vec<Candidate> {
        let parts = [
            Candidate::part("resourceGroups/", "Resource groups"),
            Candidate::part("providers/", "Resource types"),
        ];
        let lists = [
            Candidate::new("resources", "All resources"),
            Candidate::new("locations", "Regions"),
        ];
        let lists = lists.into_iter().filter(|_| self.purpose == Purpose::Read);
        let actions = self.actions_of(SUBSCRIPTION_TYPE);
        parts.into_iter().chain(lists).chain(actions).collect()
    }

    fn groups(&self) -> Completion {
        let known = Known::GroupSegments(self.subscription.clone());
        let names = Completion::of_known(known, "");
        if self.scope.is_none() {
            return names;
        }
        Completion::of(vec![Candidate::segment("{rg}", "The resource group of -g")]).and(names)
    }

    fn below_group(&self) -> Vec<Candidate> {
        let providers = Candidate::part("providers/", "Resource types");
        let resources = Candidate::new("resources", "All resources of the group");
        let resources = Some(resources).filter(|_| self.purpose == Purpose::Read);
        let actions = self.actions_of(GROUP_TYPE);
        std::iter::once(providers)
            .chain(resources)
            .chain(actions)
            .collect()
    }

    fn actions_of(&self, type_name: &str) -> Vec<Candidate> {
        let found = catalogue::find(type_name);
        let actions = found
            .iter()
            .flat_map(|found| self.purpose.actions(found, ActionOn::Item));
        actions.map(|name| Candidate::new(name, "Action")).collect()
    }

    /// The types that may follow the namespace and the types before.
    fn candidates_below(&self, before: &str) -> Vec<(&'static str, bool, Option<ResourceType>)> {
        let depth = before.matches('/').count() + 1;
        let mut found: Vec<(&'static str, bool, Option<ResourceType>)> = Vec::new();
        for one in catalogue::all() {
            let rest = one.name.get(..before.len());
            let is_below = rest.is_some_and(|rest| rest.eq_ignore_ascii_case(before))
                && one.name.as_bytes().get(before.len()) == Some(&b'/');
            if !is_below || !self.purpose.suits(&one, self.scope) {
                continue;
            }
            let Some(segment) = one.name.split('/').nth(depth) else {
                continue;
            };
            let is_last = one.depth() + 1 == depth;
            let ends = is_last && self.purpose.suits_collection(&one, self.scope);
            match found.iter_mut().find(|known| known.0 == segment) {
                Some(known) => {
                    known.1 |= ends;
                    known.2 = known.2.or(Some(one).filter(|_| is_last));
                }
                None => found.push((segment, ends, Some(one).filter(|_| is_last))),
            }
        }
        found
    }

    fn namespaces(&self) -> Vec<Candidate> {
        let mut names: Vec<&'static str> = Vec::new();
        for one in catalogue::all() {
            let name = one.name.split('/').next().unwrap_or_default();
            if names.last() != Some(&name) && self.purpose.suits(&one, self.scope) {
                names.push(name);
            }
        }
        let candidates = names
            .iter()
            .map(|name| Candidate::part(format!("{name}/"), ""));
        candidates.collect()
    }

    fn types(&self) -> Vec<Candidate> {
        let found = self.candidates_below(&self.type_name).into_iter();
        let candidates = found.map(|(segment, ends, of)| {
            let alias = of.and_then(|of| TypeAlias::of_name(of.name));
            let about = alias.and_then(|alias| alias.words().next());
            let version = of.and_then(|of| of.stable().or(of.preview()));
            let about = about.or(version).unwrap_or_default();
            if ends {
                Candidate::segment(segment, about)
            } else {
                Candidate::part(format!("{segment}/"), about)
            }
        });
        candidates.collect()
    }

    fn names(&self) -> Completion {
        let found = catalogue::find(&self.type_name);
        let mut candidates = Vec::new();
        if let Some(found) = &found {
            let fixed = found.fixed_names();
            candidates.extend(fixed.map(|name| Candidate::segment(name, "")));
            let actions = self.purpose.actions(found, ActionOn::Collection);
            candidates.extend(actions.map(|name| Candidate::new(name, "Action")));
        }
        let has_names = found.is_none_or(|found| match self.scope {
            None => true,
            Some(scope) => found
                .item_scopes()
                .any(|own| own == scope || own == TypeScope::Any),
        });
        let within = match self.scope {
            Some(_) => Within::Path(self.below.clone()),
            None => Within::Options,
        };
        let known = Known::Resources {
            type_name: self.type_name.clone(),
            parents: self.parents.clone(),
            within,
        };
        let names = Completion::of_known(known, "");
        let completion = Completion::of(candidates);
        if has_names {
            names.and(completion)
        } else {
            completion
        }
    }

    fn below_item(&self) -> Vec<Candidate> {
        let mut candidates = self.types();
        candidates.extend(self.actions_of(&self.type_name));
        // What begins with a word has no namespace after a name: its path is long enough to be written.
        if self.scope.is_some() {
            candidates.push(Candidate::part(
                "providers/",
                "Types that extend a resource",
            ));
        }
        candidates
    }
}
