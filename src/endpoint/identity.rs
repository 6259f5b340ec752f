//! Managed identities: a client may choose one of those that a machine has. An endpoint has one, that
//! of its tokens, and does not pass it off as another. Who reads the request: `requested_token`.

use super::protocol::Protocol;
use super::rejection::Rejection;

/// The names of the parameters by which a client chooses (learn.microsoft.com,
/// how-to-use-vm-token and app-service/overview-managed-identity).
const PARAMETERS: [(&str, Kind); 6] = [
    ("client_id", Kind::Client),
    ("clientid", Kind::Client),
    ("object_id", Kind::Object),
    ("principal_id", Kind::Object),
    ("msi_res_id", Kind::Resource),
    ("mi_res_id", Kind::Resource),
];

/// What an identity is known by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Client,
    Object,
    Resource,
}

/// The choice of an identity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selector {
    kind: Kind,
    value: String,
}

/// Whose a token is, as far as it says so.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TokenOwner {
    /// The application.
    pub client_id: Option<String>,
    /// The user or application, by its id in the tenant.
    pub object_id: Option<String>,
    /// The managed identity, by its id in Resource Manager.
    pub resource_id: Option<String>,
}

impl Selector {
    /// Reads a parameter; `None` if it chooses nothing.
    pub(super) fn read(name: &str, value: &str) -> Option<Self> {
        let (_, kind) = PARAMETERS.iter().find(|(known, _)| *known == name)?;
        let value = value.trim();
        (!value.is_empty()).then(|| Self {
            kind: *kind,
            value: value.to_owned(),
        })
    }

    /// Returns the client id that is chosen.
    pub(super) fn client_id(&self) -> Option<&str> {
        (self.kind == Kind::Client).then_some(&self.value)
    }

    fn is(&self, own: &TokenOwner) -> bool {
        let own = match self.kind {
            Kind::Client => &own.client_id,
            Kind::Object => &own.object_id,
            Kind::Resource => &own.resource_id,
        };
        own.as_ref()
            .is_some_and(|own| own.eq_ignore_ascii_case(&self.value))
    }
}

/// Refuses the token of one identity to a client that has chosen another, unless the user allows it. Cloud Shell and
/// azd have no identities to choose from, and ignore the choice.
pub(super) fn check(
    protocol: Protocol,
    selectors: &[Selector],
    own: &TokenOwner,
    others: &[String],
) -> Result<(), Rejection> {
    match protocol {
        Protocol::CloudShell | Protocol::Azd => return Ok(()),
        Protocol::Imds | Protocol::AppService => {}
    }
    let is_allowed = |selector: &&Selector| {
        let mut others = others.iter();
        selector.is(own) || others.any(|other| other.eq_ignore_ascii_case(&selector.value))
    };
    match selectors.iter().find(|selector| !is_allowed(selector)) {
        None => Ok(()),
        Some(unknown) => Err(Rejection::IdentityNotFound {
            identity: unknown.value.clone(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::{Selector, TokenOwner, check};
    use crate::endpoint::{Protocol, Rejection};

    #[track_caller]
    fn ask(protocol: Protocol, selectors: &[(&str, &str)], refused: Option<&str>) {
        let chosen: Vec<Selector> = selectors
            .iter()
            .filter_map(|(name, value)| Selector::read(name, value))
            .collect();
        let own = TokenOwner {
            client_id: Some("c1".to_owned()),
            object_id: Some("o1".to_owned()),
            resource_id: Some("/subscriptions/s/u1".to_owned()),
        };
        let outcome = check(protocol, &chosen, &own, &["other".to_owned()]);
        let expected = refused.map_or(Ok(()), |identity| {
            Err(Rejection::IdentityNotFound {
                identity: identity.to_owned(),
            })
        });
        assert_eq!(outcome, expected, "{protocol:?} {selectors:?}");
    }

    #[test]
    fn no_token_is_passed_off_as_that_of_another_identity() {
        for protocol in [Protocol::Imds, Protocol::AppService] {
            ask(protocol, &[], None);
            ask(protocol, &[("client_id", ""), ("x", "y")], None);
            ask(protocol, &[("client_id", "C1")], None);
            ask(
                protocol,
                &[("clientid", "c1"), ("principal_id", "o1")],
                None,
            );
            ask(protocol, &[("msi_res_id", "/Subscriptions/S/u1")], None);
            ask(protocol, &[("client_id", "c2")], Some("c2"));
            ask(
                protocol,
                &[("client_id", "c1"), ("object_id", "o2")],
                Some("o2"),
            );
            ask(protocol, &[("client_id", "o1")], Some("o1"));
            ask(
                protocol,
                &[("mi_res_id", "/subscriptions/s/u2")],
                Some("/subscriptions/s/u2"),
            );
            ask(protocol, &[("object_id", "OTHER")], None);
        }
        ask(Protocol::CloudShell, &[("client_id", "c2")], None);
    }
}
