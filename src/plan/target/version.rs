//! The query of a URL, and the api-version in it: given by the user, or worked out by the type. Which versions a type
//! has: `azure/resource/api_version`.

use url::Url;

use super::error::Error;
use super::typed::Typed;
use crate::azure::{
    ApiVersion, ApiVersionError, Basis, HostKind, WantedVersion, api_version_for, append_query,
    catalogue, host_kind, meant_path, query_values,
};

/// The name of the parameter, compared without case.
const API_VERSION: &str = "api-version";

/// An api-version and who chose it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiVersionChoice {
    /// The version, such as `2024-03-01` or `7.4`.
    pub value: String,
    /// Who chose it.
    pub origin: ApiVersionOrigin,
    /// The type that it was worked out for, as the path writes it.
    pub type_name: Option<String>,
}

/// Who chose an api-version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ApiVersionOrigin {
    /// The user: in the URL, as an item or with `--api-version`.
    Given,
    /// The user: in the settings, for the type.
    Pinned,
    /// This program, by the resource type.
    Automatic,
    /// This program: the newest stable version, for the user wants that.
    NewestStable,
    /// This program: the newest version of all, likewise.
    Newest,
}

impl ApiVersionOrigin {
    /// Returns who chose, in words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Given => "given",
            Self::Pinned => "as config.toml says",
            Self::NewestStable => "the newest stable one",
            Self::Newest => "the newest one",
            Self::Automatic => "chosen for the resource type",
        }
    }

    /// Returns what was wanted of the program; nothing if it did not choose.
    pub fn wanted(self) -> Option<WantedVersion> {
        match self {
            Self::Given | Self::Pinned => None,
            Self::Automatic => Some(WantedVersion::Usual),
            Self::NewestStable => Some(WantedVersion::Stable),
            Self::Newest => Some(WantedVersion::Preview),
        }
    }
}

/// Appends the parameters and the api-version, and returns the latter.
pub(super) fn append_parameters(
    url: &mut Url,
    typed: &Typed<'_>,
    notes: &mut Vec<String>,
) -> Result<Option<ApiVersionChoice>, Error> {
    let is_version = |name: &str| name.eq_ignore_ascii_case(API_VERSION);
    let in_url = query_values(url, API_VERSION);
    let in_items = typed
        .query
        .iter()
        .filter(|(name, _)| is_version(name))
        .map(|(_, value)| value);
    let given = agreed(
        in_url
            .iter()
            .chain(in_items)
            .map(String::as_str)
            .chain(typed.api_version),
    )?;
    let mut is_written = !in_url.is_empty();
    for (name, value) in typed.query {
        if !is_version(name) {
            append_query(url, name, value);
        } else if !is_written {
            append_query(url, name, value);
            is_written = true;
        }
    }
    let is_resource_manager = host_kind(typed.cloud, url) == HostKind::ResourceManager;
    // `stable` and `preview` are words of the option; in a URL they are what they are.
    let wanted = match given {
        Some(value) if is_written => WantedVersion::Exactly(value.to_owned()),
        Some(value) => WantedVersion::of(value),
        None => WantedVersion::Usual,
    };
    let choice = match wanted {
        WantedVersion::Exactly(value) => ApiVersionChoice {
            value,
            origin: ApiVersionOrigin::Given,
            type_name: None,
        },
        wanted if is_resource_manager => automatic(url.path(), wanted, typed, notes)?,
        WantedVersion::Usual => return Ok(None),
        WantedVersion::Stable | WantedVersion::Preview => {
            let word = given.unwrap_or_default().to_owned();
            return Err(Error::ApiVersionOfOtherHost { word });
        }
    };
    if !is_written {
        append_query(url, API_VERSION, &choice.value);
    }
    Ok(Some(choice))
}

/// Works the version of a path out, and says so if it is a guess.
fn automatic(
    path: &str,
    wanted: WantedVersion,
    typed: &Typed<'_>,
    notes: &mut Vec<String>,
) -> Result<ApiVersionChoice, Error> {
    let found = api_version_for(path, &wanted, typed.versions).map_err(|error| match error {
        ApiVersionError::UnknownType { type_name } => unknown(path, type_name),
        ApiVersionError::NoStable { type_name, preview } => {
            Error::NoStableVersion { type_name, preview }
        }
    })?;
    notes.extend(note(&found));
    let origin = match (found.basis, wanted) {
        (Basis::Pinned, _) => ApiVersionOrigin::Pinned,
        (_, WantedVersion::Stable) => ApiVersionOrigin::NewestStable,
        (_, WantedVersion::Preview) => ApiVersionOrigin::Newest,
        (_, WantedVersion::Usual | WantedVersion::Exactly(_)) => ApiVersionOrigin::Automatic,
    };
    Ok(ApiVersionChoice {
        value: found.value,
        origin,
        type_name: Some(found.type_name),
    })
}

/// Says what is wrong with a path of which no type is known: a slip in its fixed parts, or a type that is not known.
fn unknown(path: &str, type_name: String) -> Error {
    let path = path.to_owned();
    if path.trim_end_matches('/').contains("//") {
        return Error::EmptySegment { path };
    }
    match meant_path(&path) {
        Some(meant) => Error::UnknownPath { path, meant },
        None => Error::UnknownType {
            nearest: nearest(&type_name),
            type_name,
        },
    }
}

/// Returns the types whose names are near; a path without a namespace has none.
fn nearest(type_name: &str) -> Vec<&'static str> {
    if type_name.starts_with('/') {
        Vec::new()
    } else {
        catalogue::nearest(type_name)
    }
}

/// Returns what the user should know about a version that is not simply the newest of the type.
fn note(found: &ApiVersion) -> Option<String> {
    let ApiVersion {
        value,
        type_name,
        basis,
    } = found;
    Some(match basis {
        Basis::Pinned | Basis::Override | Basis::Known => return None,
        Basis::OnlyPreview => {
            format!("`{type_name}` has no stable api-version: `{value}` is used")
        }
        Basis::Parent(parent) => format!(
            "no api-version is known for `{type_name}`: `{value}` of its parent `{parent}` is used"
        ),
        Basis::Namespace => {
            let guess = match nearest(type_name).first() {
                Some(name) => format!("; did you mean `{name}`?"),
                None => String::new(),
            };
            format!(
                "no api-version is known for `{type_name}`: `{value}`, the most common one of its namespace, is used{guess}"
            )
        }
    })
}

/// Returns the one value that all agree on, or nothing if there is none.
fn agreed<'a>(values: impl Iterator<Item = &'a str>) -> Result<Option<&'a str>, Error> {
    let mut agreed: Option<&str> = None;
    for value in values {
        if value.trim().is_empty() {
            return Err(Error::ApiVersionEmpty);
        }
        match agreed {
            Some(one) if one != value => {
                return Err(Error::ApiVersionConflict {
                    one: one.to_owned(),
                    other: value.to_owned(),
                });
            }
            _ => agreed = Some(value),
        }
    }
    Ok(agreed)
}
