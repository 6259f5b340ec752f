//! Works out the api-version of a path of Resource Manager. Does not ask the service for it, and is
//! not meant for other hosts.

use crate::azure::api_version_roots::{OVERRIDES, ROOTS, Root};
use crate::azure::catalogue;
use crate::azure::resource_path::ResourcePath;

/// What serves a provider itself: `…/providers/Microsoft.Compute` and `…/register`.
const PROVIDERS: &str = "Microsoft.Resources/providers";
/// Actions on a provider, in lower case.
const PROVIDER_ACTIONS: [&str; 5] = [
    "register",
    "unregister",
    "resourcetypes",
    "providerpermissions",
    "registerresourcetypes",
];

/// An api-version that was worked out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiVersion {
    /// The version, such as `2026-04-01`.
    pub value: &'static str,
    /// The type that the path names, as it is written; the path if it has no namespace.
    pub type_name: String,
    /// Where the version comes from.
    pub basis: Basis,
}

/// Where an api-version comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Basis {
    /// The list that is kept by hand.
    Override,
    /// The catalogue: the newest stable version of the type.
    Stable,
    /// The catalogue: the newest preview, for the type has no stable version.
    OnlyPreview,
    /// The type is not known; this one, which it lies in, is.
    Parent(&'static str),
    /// Neither is known; most types of the namespace have this version.
    Namespace,
}

/// No api-version is known for a path.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no api-version is known for `{type_name}`")]
pub struct UnknownType {
    /// The resource type as the path writes it, or the path if it has no namespace.
    pub type_name: String,
}

/// Returns the api-version for a path; types are compared without case.
///
/// The list that is kept by hand counts before the catalogue. A type that neither has takes the
/// version of the nearest parent that is known, or the commonest of its namespace: four of five
/// nested types have their parent's, and five of six have their namespace's.
pub fn api_version_for(path: &str) -> Result<ApiVersion, UnknownType> {
    let path = ResourcePath::parse(path);
    let found = match &path {
        ResourcePath::Root { segments } => version_of_root(segments),
        ResourcePath::Provider { segments, .. } if is_provider_itself(segments) => {
            version_of_type(PROVIDERS)
        }
        ResourcePath::Provider { namespace, .. } => {
            version_of_resource(&path).or_else(|| version_of_namespace(namespace))
        }
    };
    let type_name = path.type_name();
    match found {
        Some((value, basis)) => Ok(ApiVersion {
            value,
            type_name,
            basis,
        }),
        None => Err(UnknownType { type_name }),
    }
}

/// Tells whether a path ends at a namespace or an action on it.
fn is_provider_itself(segments: &[&str]) -> bool {
    match segments {
        [] => true,
        [action] => PROVIDER_ACTIONS
            .iter()
            .any(|known| known.eq_ignore_ascii_case(action)),
        _ => false,
    }
}

type Found = (&'static str, Basis);

/// Looks up the type of a path, then those that it lies in.
fn version_of_resource(path: &ResourcePath<'_>) -> Option<Found> {
    let candidates = path.candidates();
    let (own, parents) = candidates.split_first()?;
    if let Some(found) = version_of_type(own) {
        return Some(found);
    }
    if let (Some(action), Some(parent)) = (path.tail(), parents.first())
        && has_action(parent, action)
    {
        return version_of_type(parent);
    }
    parents.iter().find_map(|parent| {
        let (version, _) = version_of_type(parent)?;
        let known = catalogue::find(parent)?;
        Some((version, Basis::Parent(known.name)))
    })
}

/// Tells whether a POST of this name is known for a type.
fn has_action(parent: &str, action: &str) -> bool {
    let is_it = |known: catalogue::Action| known.name.eq_ignore_ascii_case(action);
    catalogue::find(parent).is_some_and(|parent| parent.actions().any(is_it))
}

/// Looks a type up by its full name.
fn version_of_type(name: &str) -> Option<Found> {
    let by_hand = OVERRIDES
        .iter()
        .find(|(known, _)| known.eq_ignore_ascii_case(name));
    if let Some((_, version)) = by_hand {
        return Some((version, Basis::Override));
    }
    let found = catalogue::find(name)?;
    let stable = found.stable().map(|version| (version, Basis::Stable));
    stable.or_else(|| Some((found.preview()?, Basis::OnlyPreview)))
}

fn version_of_namespace(namespace: &str) -> Option<Found> {
    Some((catalogue::commonest_version(namespace)?, Basis::Namespace))
}

/// Looks a path without a namespace up: the longest known beginning of it.
fn version_of_root(segments: &[&str]) -> Option<Found> {
    let fits = |pattern: &[&str]| {
        pattern.len() <= segments.len()
            && pattern
                .iter()
                .zip(segments)
                .all(|(known, segment)| *known == "*" || known.eq_ignore_ascii_case(segment))
    };
    let known = ROOTS.iter().filter(|(pattern, _)| fits(pattern));
    // `/subscriptions/{id}/nonsense` is no part of the subscription's own interface.
    let (pattern, root) = known.max_by_key(|(pattern, _)| pattern.len())?;
    let is_leaf = pattern.last() == Some(&"*") || pattern == &["tenants"];
    if is_leaf && pattern.len() != segments.len() {
        return None;
    }
    match root {
        Root::Type(name) => version_of_type(name),
        Root::Version(version) => Some((version, Basis::Override)),
    }
}
