//! How one of several managed identities is named. The endpoints that take the name: `credential::managed_identity`.

use std::fmt;
use std::str::FromStr;

use crate::azure::guid::is_guid;
use crate::azure::resource::id::ResourceId;

/// The type of identities that a user assigns.
const IDENTITIES: &str = "Microsoft.ManagedIdentity/userAssignedIdentities";

/// The name of a managed identity that a user has assigned to a machine or service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IdentityId {
    /// The client id: a GUID.
    Client(String),
    /// The object id of the service principal: a GUID.
    Object(String),
    /// The resource id: `/subscriptions/…/userAssignedIdentities/NAME`.
    Resource(String),
}

/// The text does not name an identity.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is neither a client id, `object:` and an object id, nor a resource id")]
pub struct IdentityIdError {
    /// The text.
    pub text: String,
}

impl IdentityId {
    /// Returns the id without the word that says what it is.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Client(id) | Self::Object(id) | Self::Resource(id) => id,
        }
    }
}

impl FromStr for IdentityId {
    type Err = IdentityIdError;

    /// Reads `GUID`, `client:GUID`, `object:GUID` or `/subscriptions/…`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        let invalid = || IdentityIdError {
            text: text.to_owned(),
        };
        if let Some(id) = text.strip_prefix("object:") {
            return guid(id).map(Self::Object).ok_or_else(invalid);
        }
        if is_resource_id(text) {
            return Ok(Self::Resource(text.to_owned()));
        }
        let id = text.strip_prefix("client:").unwrap_or(text);
        guid(id).map(Self::Client).ok_or_else(invalid)
    }
}

impl fmt::Display for IdentityId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Object(id) => write!(formatter, "object:{id}"),
            Self::Client(id) | Self::Resource(id) => formatter.write_str(id),
        }
    }
}

fn is_resource_id(text: &str) -> bool {
    let id = ResourceId::parse(text);
    let is_identity = id
        .type_name()
        .is_some_and(|name| name.eq_ignore_ascii_case(IDENTITIES));
    text.starts_with('/')
        && id.subscription_id().is_some()
        && is_identity
        && id.names().next().is_some()
        && text.bytes().all(|byte| byte.is_ascii_graphic())
}

fn guid(text: &str) -> Option<String> {
    is_guid(text).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::IdentityId;

    const GUID: &str = "11111111-2222-3333-4444-AAAAaaaa5555";

    #[test]
    fn reads_the_three_forms() {
        let resource = "/subscriptions/s/resourceGroups/g/providers/Microsoft.ManagedIdentity/userAssignedIdentities/n";
        for (text, expected) in [
            (GUID.to_owned(), IdentityId::Client(GUID.to_owned())),
            (
                format!("client:{GUID}"),
                IdentityId::Client(GUID.to_owned()),
            ),
            (
                format!("object:{GUID}"),
                IdentityId::Object(GUID.to_owned()),
            ),
            (
                resource.to_owned(),
                IdentityId::Resource(resource.to_owned()),
            ),
        ] {
            let found: IdentityId = text.parse().unwrap();
            assert_eq!(found, expected);
            assert_eq!(found.to_string().parse(), Ok(expected));
        }
    }

    #[test]
    fn refuses_everything_else() {
        let braced = format!("{{{GUID}}}");
        let other = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Web/sites/n";
        for text in [
            "",
            "name",
            "object:",
            "object:name",
            &braced,
            other,
            "a&b=c",
        ] {
            assert!(text.parse::<IdentityId>().is_err(), "{text}");
        }
    }
}
