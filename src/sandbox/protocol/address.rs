//! Names of groups and resources, and the ids made of them. Whether they exist: `store`.

use crate::azure::catalogue::TypeScope;
use crate::sandbox::protocol::error::ArmError;
use crate::sandbox::resources::types::{Namespace, ResourceType};
use crate::sandbox::seed::data::{Access, Subscription};

/// A resource group by name, as it was spelled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct GroupAddress {
    pub(crate) subscription: &'static Subscription,
    pub(crate) name: String,
}

impl GroupAddress {
    /// The id, as the name was spelled.
    pub(crate) fn id(&self) -> String {
        format!(
            "/subscriptions/{}/resourceGroups/{}",
            self.subscription.id, self.name
        )
    }

    /// Whether the signed-in user may see the group.
    pub(crate) fn access(&self) -> Access {
        self.subscription
            .groups
            .iter()
            .find(|group| group.name.eq_ignore_ascii_case(&self.name))
            .map_or(Access::Granted, |group| group.access)
    }
}

/// The type of management groups, which are resources and scopes.
pub(crate) const MANAGEMENT_GROUP: &str = "Microsoft.Management/managementGroups";

/// Where a resource lives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Scope {
    Tenant,
    Subscription(&'static Subscription),
    Group(GroupAddress),
    Resource(Box<Address>),
}

impl Scope {
    /// The id of the scope.
    pub(crate) fn id(&self) -> String {
        match self {
            Self::Tenant => String::new(),
            Self::Subscription(subscription) => format!("/subscriptions/{}", subscription.id),
            Self::Group(group) => group.id(),
            Self::Resource(address) => address.id(),
        }
    }

    /// The resource group around the scope.
    pub(crate) fn group(&self) -> Option<&GroupAddress> {
        match self {
            Self::Tenant | Self::Subscription(_) => None,
            Self::Group(group) => Some(group),
            Self::Resource(address) => address.scope.group(),
        }
    }

    /// The subscription around the scope.
    pub(crate) fn subscription(&self) -> Option<&'static Subscription> {
        match self {
            Self::Tenant => None,
            Self::Subscription(subscription) => Some(subscription),
            Self::Group(group) => Some(group.subscription),
            Self::Resource(address) => address.scope.subscription(),
        }
    }

    /// The kind of scope, as the catalogue of types has them.
    pub(crate) fn kind(&self) -> TypeScope {
        match self {
            Self::Tenant => TypeScope::Tenant,
            Self::Subscription(_) => TypeScope::Subscription,
            Self::Group(_) => TypeScope::ResourceGroup,
            Self::Resource(address) if address.full_type() == MANAGEMENT_GROUP => {
                TypeScope::ManagementGroup
            }
            Self::Resource(_) => TypeScope::Any,
        }
    }
}

/// A resource, or a collection if there is one name fewer than the type has parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Address {
    pub(crate) scope: Scope,
    pub(crate) namespace: Namespace,
    pub(crate) resource_type: ResourceType,
    pub(crate) names: Vec<String>,
}

impl Address {
    /// `Microsoft.Network/virtualNetworks/subnets`.
    pub(crate) fn full_type(&self) -> &'static str {
        self.resource_type.full_name()
    }

    /// The last name.
    pub(crate) fn name(&self) -> &str {
        self.names.last().map_or("", String::as_str)
    }

    /// The id, with namespace and types spelled as the provider spells them.
    pub(crate) fn id(&self) -> String {
        let mut id = format!("{}/providers/{}", self.scope.id(), self.namespace.name);
        let mut names = self.names.iter();
        for part in self.resource_type.name.split('/') {
            id.push('/');
            id.push_str(part);
            if let Some(name) = names.next() {
                id.push('/');
                id.push_str(name);
            }
        }
        id
    }

    /// The address of the nearest resource that holds this nested one. What is between them is a part of the path only,
    /// such as `locations/westeurope`.
    pub(crate) fn parent(&self) -> Option<Self> {
        let mut path = self.resource_type.name;
        let resource_type = loop {
            let (parent, _) = path.rsplit_once('/')?;
            path = parent;
            if let Some(found) = self.namespace.resource_type(path) {
                break found;
            }
        };
        let (names, _) = self.names.split_at_checked(path.split('/').count())?;
        Some(Self {
            resource_type,
            names: names.to_vec(),
            ..self.clone()
        })
    }

    /// The refusal of a resource that does not exist.
    pub(crate) fn not_found(&self) -> ArmError {
        ArmError::ResourceNotFound {
            resource: interleave(self.namespace.name, self.resource_type.name, &self.names),
            group: self
                .scope
                .group()
                .map_or_else(|| "<null>".to_owned(), |group| group.name.clone()),
        }
    }
}

/// `Microsoft.Network/virtualNetworks/v/subnets/s`.
fn interleave(namespace: &str, types: &str, names: &[String]) -> String {
    types
        .split('/')
        .zip(names)
        .fold(namespace.to_owned(), |text, (part, name)| {
            format!("{text}/{part}/{name}")
        })
}
