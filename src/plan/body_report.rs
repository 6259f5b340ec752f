//! Which bodies are compared with what is known of their types, and with which type: PUT and PATCH of Resource Manager, in
//! JSON. Who compares: `azure/body`; who tells the user: `app/exchange/body_check`.

use http::{Method, header};

use crate::azure::body::{self, Asked, BodyReport, BodyVerb, LARGEST_CHECKED};
use crate::azure::schema::SchemaError;
use crate::azure::{HostKind, ResourceId, host_kind, query_values};

use super::RequestPlan;

/// What came of the comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Compared {
    /// There is nothing to compare: another verb, another service, no body, or none of JSON.
    Not,
    /// The body is larger than any that Resource Manager takes.
    TooLarge,
    /// No body of the type is known.
    Unknown {
        /// The type.
        type_name: String,
    },
    /// What was found.
    With(BodyReport),
}

impl RequestPlan {
    /// Compares the body with what is known of its type.
    ///
    /// # Errors
    /// The built-in descriptions cannot be read.
    pub fn compare_body(&self) -> Result<Compared, SchemaError> {
        let verb = match self.method {
            Method::PUT => BodyVerb::Put,
            Method::PATCH => BodyVerb::Patch,
            _ => return Ok(Compared::Not),
        };
        let url = &self.target.url;
        let is_asked = host_kind(&self.target.cloud, url) == HostKind::ResourceManager;
        if !is_asked || self.body.is_empty() || !self.is_json() {
            return Ok(Compared::Not);
        }
        if self.body.len() > LARGEST_CHECKED {
            return Ok(Compared::TooLarge);
        }
        let id = ResourceId::of(url);
        let Some(type_name) = id.type_name() else {
            return Ok(Compared::Not);
        };
        let version = query_values(url, "api-version").into_iter().next();
        let asked = Asked {
            type_name: &type_name,
            name: id.names().last().unwrap_or_default(),
            verb,
            version: version.as_deref(),
        };
        Ok(match body::check(&self.body, asked)? {
            Some(report) => Compared::With(report),
            None => Compared::Unknown {
                type_name: type_name.into_owned(),
            },
        })
    }

    /// Tells whether the body is a document of JSON: a JSON Patch, for one, is a list of changes.
    fn is_json(&self) -> bool {
        let content_type = self.headers.get(header::CONTENT_TYPE);
        let content_type = content_type.and_then(|value| value.to_str().ok());
        let essence = content_type.unwrap_or_default().split(';').next();
        ["application/json", "application/merge-patch+json"]
            .iter()
            .any(|known| known.eq_ignore_ascii_case(essence.unwrap_or_default().trim()))
    }
}
