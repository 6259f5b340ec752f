//! What tells one kept token from another, as text and as the name of a file. Secrets are in it as
//! digests only.

use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};

use crate::credential::identity::fingerprint;
use crate::credential::{Identity, TokenRequest};

/// Between the parts of a key.
const SEPARATOR: &str = " | ";
/// What would make two lists of parts the same text.
const ESCAPED: &AsciiSet = &CONTROLS.add(b'|').add(b'%');
/// What every token is asked for with: the capability to answer claims challenges.
const CAPABILITY: &str = "cp1";

/// Whose token, for what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Key {
    /// The parts, readable.
    pub(super) text: String,
    /// The name of the file, without an ending: 32 hexadecimal digits.
    pub(super) name: String,
}

impl Key {
    /// The key of a request by an identity. The audience counts as it is spelled: a token's `aud`
    /// keeps the spelling, and services differ in which one they take.
    pub(super) fn of(identity: &Identity, request: &TokenRequest) -> Self {
        let claims = request.claims.as_deref();
        let claims = claims.map_or_else(String::new, |claims| digest(&[claims]));
        Self::of_parts([
            "v1",
            identity.source.name(),
            &identity.authority,
            &identity.tenant_id,
            &identity.client_id,
            &identity.principal,
            request.audience.as_str(),
            request.scope.as_deref().unwrap_or_default(),
            &claims,
            CAPABILITY,
        ])
    }

    fn of_parts(parts: [&str; 10]) -> Self {
        let escaped = parts.map(|part| utf8_percent_encode(part, ESCAPED).to_string());
        let text = escaped.join(SEPARATOR);
        let name = digest(&[&text]);
        Self { text, name }
    }
}

/// The first half of a digest: 128 bits tell keys apart.
fn digest(texts: &[&str]) -> String {
    let mut digits = fingerprint(texts);
    digits.truncate(32);
    digits
}

/// The parts of a key that say whose token it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptFor {
    /// The name of the source.
    pub source: String,
    /// Who issued the token.
    pub authority: String,
    /// The tenant that was asked.
    pub tenant_id: String,
    /// The application.
    pub client_id: String,
    /// What else tells the identity from others of the same application.
    pub principal: String,
    /// The audience.
    pub audience: String,
}

impl KeptFor {
    /// Reads the text of a key; `None` if it is not one of this version.
    pub(super) fn of(text: &str) -> Option<Self> {
        let parts = text.split(SEPARATOR).map(|part| {
            let decoded = percent_decode_str(part).decode_utf8_lossy();
            decoded.into_owned()
        });
        let parts: [String; 10] = parts.collect::<Vec<_>>().try_into().ok()?;
        let [
            version,
            source,
            authority,
            tenant_id,
            client_id,
            principal,
            audience,
            ..,
        ] = parts;
        (version == "v1").then_some(Self {
            source,
            authority,
            tenant_id,
            client_id,
            principal,
            audience,
        })
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::{KeptFor, Key};
    use crate::azure::Audience;
    use crate::credential::{Identity, Reuse, Source, TokenRequest};

    pub(in crate::credential::cache) fn identity() -> Identity {
        Identity {
            source: Source::ServicePrincipal,
            authority: "https://login.microsoftonline.com/".to_owned(),
            tenant_id: "t".to_owned(),
            client_id: "c".to_owned(),
            principal: "p".to_owned(),
        }
    }

    pub(in crate::credential::cache) fn request() -> TokenRequest {
        TokenRequest::of(&Audience::parse("https://management.azure.com/").unwrap())
    }

    #[test]
    fn is_readable_and_names_a_file() {
        let key = Key::of(&identity(), &request());
        assert_eq!(
            key.text,
            "v1 | service-principal | https://login.microsoftonline.com/ | t | c | p | \
             https://management.azure.com/ |  |  | cp1"
        );
        assert_eq!(key.name.len(), 32);
        assert!(key.name.bytes().all(|byte| byte.is_ascii_hexdigit()));
    }

    #[test]
    fn every_part_counts() {
        let key = Key::of(&identity(), &request()).name;
        let changes: [fn(&mut Identity, &mut TokenRequest); 9] = [
            |identity, _| identity.source = Source::Login,
            |identity, _| identity.authority.push('x'),
            |identity, _| identity.tenant_id.push('x'),
            |identity, _| identity.client_id.push('x'),
            |identity, _| identity.principal.push('x'),
            |_, request| {
                request.audience = Audience::parse("https://management.azure.com").unwrap();
            },
            |_, request| request.scope = Some("https://management.azure.com//user".to_owned()),
            |_, request| request.claims = Some("{}".to_owned()),
            |identity, _| {
                "t | c".clone_into(&mut identity.tenant_id);
                identity.client_id.clear();
            },
        ];
        let mut names = vec![key];
        for change in changes {
            let (mut identity, mut request) = (identity(), request());
            change(&mut identity, &mut request);
            let name = Key::of(&identity, &request).name;
            assert!(!names.contains(&name));
            names.push(name);
        }
    }

    #[test]
    fn what_only_says_how_to_ask_does_not_count() {
        let key = Key::of(&identity(), &request());
        let mut other = request();
        other.reuse = Reuse::AnyBut(crate::azure::Secret::new("t"));
        other.subscription_id = Some("s".to_owned());
        assert_eq!(Key::of(&identity(), &other), key);
    }

    #[test]
    fn can_be_read_again() {
        let mut identity = identity();
        "a | b%\n".clone_into(&mut identity.principal);
        let key = Key::of(&identity, &request());
        assert!(!key.text.contains('\n'));
        let kept = KeptFor::of(&key.text).unwrap();
        assert_eq!(kept.principal, "a | b%\n");
        assert_eq!(kept.audience, "https://management.azure.com/");
        for text in ["", "v1", &key.text.replacen("v1", "v2", 1)] {
            assert_eq!(KeptFor::of(text), None, "{text}");
        }
    }
}
