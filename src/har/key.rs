//! What tells the requests of an archive apart: METHOD, path and parameters; neither the host nor the order of parameters
//! nor the case of paths. Who looks for them: `player`.

use http::Method;
use url::form_urlencoded;

use crate::azure::{REDACTED, decode};

/// What tells requests apart.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Key {
    pub(super) method: Method,
    /// Decoded, in lower case, without a slash at its end.
    pub(super) path: String,
    /// Decoded, the names in lower case, sorted.
    pub(super) query: Vec<(String, String)>,
}

impl Key {
    pub(super) fn of(method: &Method, path: &str, query: &str) -> Self {
        let path = decode(path).to_lowercase();
        let pairs = form_urlencoded::parse(query.as_bytes());
        let pairs = pairs.map(|(name, value)| (name.to_lowercase(), value.into_owned()));
        let mut query: Vec<_> = pairs.collect();
        query.sort();
        Self {
            method: method.clone(),
            path: path.trim_end_matches('/').to_owned(),
            query,
        }
    }

    /// Tells whether this is a recorded request; what was masked there may be anything.
    pub(super) fn is(&self, recorded: &Self) -> bool {
        let mut pairs = self.query.iter().zip(&recorded.query);
        self.method == recorded.method
            && self.path == recorded.path
            && self.query.len() == recorded.query.len()
            && pairs.all(|((name, value), (other, known))| {
                name == other && (value == known || known == REDACTED)
            })
    }
}
