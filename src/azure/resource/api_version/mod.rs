//! Works out the api-version of a path of Resource Manager from what is known: the settings (`pins`), the service's own
//! list (`provider_metadata`), `overrides.tsv` and the `catalogue`. Who asks again with a version that the service
//! names: `client::api_version_fallback`.

use std::borrow::Cow;

use crate::azure::resource::api_version::pins::{Pins, WantedVersion};
use crate::azure::resource::api_version::version::newest_wanted;
use crate::azure::resource::catalogue;
use crate::azure::resource::id::ResourceId;
use crate::azure::resource::provider_metadata::ProviderMetadata;
use crate::azure::rows::{fields, rows};

pub(in crate::azure) mod pins;
#[cfg(test)]
mod tests;
pub(in crate::azure) mod version;

/// Versions that are kept by hand; the file says why.
const OVERRIDES: &str = include_str!("overrides.tsv");
/// The type that serves a provider itself: `…/providers/Microsoft.Compute` and `…/register`.
const PROVIDERS: &str = "Microsoft.Resources/providers";
/// Actions on a provider, in lower case.
const PROVIDER_ACTIONS: [&str; 5] = [
    "register",
    "unregister",
    "resourcetypes",
    "providerpermissions",
    "registerresourcetypes",
];

/// What is known of versions besides the catalogue.
#[derive(Debug, Clone, Default)]
pub struct Versions {
    /// What the user's settings say.
    pub pins: Pins,
    /// What the service has said.
    pub live: ProviderMetadata,
}

/// An api-version that was worked out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiVersion {
    /// The version, such as `2026-04-01`.
    pub value: String,
    /// The type that the path names, as it is written; the path if it has no namespace.
    pub type_name: String,
    /// Where the version comes from.
    pub basis: Basis,
}

/// Where an api-version comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Basis {
    /// The user's settings.
    Pinned,
    /// The list that is kept by hand.
    Override,
    /// What is known of the type, live or from the catalogue.
    Known,
    /// The same, and the type has no stable version: this is its newest preview.
    OnlyPreview,
    /// The type is not known; this one, which it is in, is.
    Parent(&'static str),
    /// Neither is known; most types of the namespace have this version.
    Namespace,
}

/// Why there is no api-version for a path.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ApiVersionError {
    /// Nothing is known.
    #[error("no api-version is known for `{type_name}`")]
    UnknownType {
        /// The resource type as the path writes it, or the path if it has no namespace.
        type_name: String,
    },
    /// A stable one is wanted.
    #[error("`{type_name}` has no stable api-version")]
    NoStable {
        /// The resource type.
        type_name: String,
        /// Its newest preview.
        preview: String,
    },
}

/// Returns the api-version for a path; types are compared without case.
///
/// The order: what the settings say, what the service has said, the list that is kept by hand, the catalogue. If the
/// service has the version that is kept by hand, that one counts: it is about the shape of a version, not about which
/// there are. A type that none of them has takes the version of the nearest parent that is known, or the most common of
/// its namespace: four of five nested types have their parent's, and five of six have their namespace's.
///
/// # Errors
///
/// Nothing is known of the type nor its namespace, or only previews where `wanted` is stable.
pub fn api_version_for(
    path: &str,
    wanted: &WantedVersion,
    versions: &Versions,
) -> Result<ApiVersion, ApiVersionError> {
    let id = ResourceId::parse(path);
    let lookup = Lookup { wanted, versions };
    let found = if is_provider_itself(&id) {
        lookup.of_type(PROVIDERS)?
    } else {
        lookup.of_resource(&id)?
    };
    let found = found
        .or_else(|| of_namespace(id.namespace()?))
        .or_else(|| of_path(&id));
    let type_name = label_of(&id);
    match found {
        Some((value, basis)) => Ok(ApiVersion {
            value,
            type_name,
            basis,
        }),
        None => Err(ApiVersionError::UnknownType { type_name }),
    }
}

/// Returns the name of what a path is about, for messages: its type as written, its namespace, or the path.
fn label_of(id: &ResourceId<'_>) -> String {
    let likeliest = id.candidate_types().into_iter().next();
    let namespace = || id.namespace().map(str::to_owned);
    likeliest
        .map(Cow::into_owned)
        .or_else(namespace)
        .unwrap_or_else(|| format!("/{}", id.segments().join("/")))
}

/// Tells whether a path ends at a namespace or an action on it.
fn is_provider_itself(id: &ResourceId<'_>) -> bool {
    let mut types = id.types();
    let is_action = |action: &str| {
        let mut known = PROVIDER_ACTIONS.iter();
        id.names().next().is_none() && known.any(|known| known.eq_ignore_ascii_case(action))
    };
    id.namespace().is_some() && types.next().is_none_or(is_action)
}

/// A version, if anything is known.
type FoundVersion = Option<(String, Basis)>;

/// What is wanted, and what is known.
struct Lookup<'a> {
    wanted: &'a WantedVersion,
    versions: &'a Versions,
}

impl Lookup<'_> {
    /// Looks up the type of a path, then those that it is in.
    fn of_resource(&self, id: &ResourceId<'_>) -> Result<FoundVersion, ApiVersionError> {
        let candidates = id.candidate_types();
        let Some((own, parents)) = candidates.split_first() else {
            return Ok(None);
        };
        if let Some(found) = self.of_type(own)? {
            return Ok(Some(found));
        }
        for (level, parent) in parents.iter().enumerate() {
            let Some((version, basis)) = self.of_type(parent)? else {
                continue;
            };
            let is_its_action = level == 0
                && id
                    .collection_or_action()
                    .is_some_and(|last| has_action(parent, last));
            let basis = match catalogue::find(parent) {
                Some(known) if !is_its_action => Basis::Parent(known.name),
                _ => basis,
            };
            return Ok(Some((version, basis)));
        }
        Ok(None)
    }

    /// Looks a type up by its full name.
    fn of_type(&self, name: &str) -> Result<FoundVersion, ApiVersionError> {
        let pin = self.versions.pins.find(name);
        let pin = pin.filter(|_| *self.wanted == WantedVersion::Usual);
        let (wanted, basis) = match pin.unwrap_or(self.wanted) {
            WantedVersion::Exactly(version) => return Ok(Some((version.clone(), Basis::Pinned))),
            wanted @ (WantedVersion::Usual | WantedVersion::Stable | WantedVersion::Preview) => {
                (wanted, pin.map_or(Basis::Known, |_| Basis::Pinned))
            }
        };
        let live = self.versions.live.versions(name);
        let by_hand = overrides()
            .find(|[known, _]| known.eq_ignore_ascii_case(name))
            .filter(|[_, version]| {
                let is_there = |live: &Vec<&str>| live.contains(version);
                *wanted == WantedVersion::Usual && live.as_ref().is_none_or(is_there)
            });
        if let Some([_, version]) = by_hand {
            return Ok(Some((version.to_owned(), Basis::Override)));
        }
        let of_catalogue = || {
            let known = catalogue::find(name)?;
            Some(
                [known.stable(), known.preview()]
                    .into_iter()
                    .flatten()
                    .collect(),
            )
        };
        let Some(there) = live.filter(|live| !live.is_empty()).or_else(of_catalogue) else {
            return Ok(None);
        };
        let Some(version) = newest_wanted(&there, wanted) else {
            let preview = newest_wanted(&there, &WantedVersion::Preview).unwrap_or_default();
            return Err(ApiVersionError::NoStable {
                type_name: name.to_owned(),
                preview: preview.to_owned(),
            });
        };
        let is_preview = newest_wanted(&[version], &WantedVersion::Stable).is_none();
        let basis = match (is_preview, wanted) {
            (true, WantedVersion::Usual) => Basis::OnlyPreview,
            _ => basis,
        };
        Ok(Some((version.to_owned(), basis)))
    }
}

/// Returns the rows of the versions that are kept by hand: a type or a path, and its version.
fn overrides() -> impl Iterator<Item = [&'static str; 2]> {
    rows(OVERRIDES).filter_map(fields)
}

/// Looks a path up that is not of any type.
fn of_path(id: &ResourceId<'_>) -> FoundVersion {
    let mut paths = overrides().filter(|[key, _]| key.starts_with('/'));
    let [_, version] = paths.find(|[path, _]| id.begins_with(path.split('/').skip(1)))?;
    Some((version.to_owned(), Basis::Override))
}

/// Tells whether a POST of this name is known for a type.
fn has_action(parent: &str, action: &str) -> bool {
    let is_it = |known: catalogue::Action| known.name.eq_ignore_ascii_case(action);
    catalogue::find(parent).is_some_and(|parent| parent.actions().any(is_it))
}

fn of_namespace(namespace: &str) -> FoundVersion {
    let version = catalogue::commonest_version(namespace)?;
    Some((version.to_owned(), Basis::Namespace))
}
