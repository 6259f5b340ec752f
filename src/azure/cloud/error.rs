//! Why a cloud cannot be used, and which one was probably meant.

use crate::azure::spelling::distance;
use crate::azure::url::error::UrlError;

/// Why there is no such cloud.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CloudError {
    /// The name is that of no cloud; `known` are those there are.
    #[error("unknown cloud `{name}`; known are {}", list(known))]
    Unknown {
        /// What was asked for.
        name: String,
        /// The names there are.
        known: Vec<String>,
        /// The name that was probably meant.
        suggestion: Option<String>,
    },
    /// A line of `clouds.config` cannot be read.
    #[error("line {line} of the cloud configuration: {reason}")]
    Syntax {
        /// Counted from one.
        line: usize,
        /// What is wrong.
        reason: &'static str,
    },
    /// The metadata is not JSON in one of the known forms.
    #[error("the cloud metadata cannot be read: {reason}")]
    Metadata {
        /// What is wrong.
        reason: String,
    },
    /// The definition lacks a field.
    #[error("cloud `{cloud}` has no `{field}`")]
    Missing {
        /// The cloud.
        cloud: String,
        /// The field, in the words of its source.
        field: &'static str,
    },
    /// A URL of the definition is refused.
    #[error("`{field}` of cloud `{cloud}`: {error}")]
    Endpoint {
        /// The cloud.
        cloud: String,
        /// The field, in the words of its source.
        field: &'static str,
        /// Why.
        error: Box<UrlError>,
    },
    /// An endpoint has to be https.
    #[error("`{field}` of cloud `{cloud}` is not https")]
    NotHttps {
        /// The cloud.
        cloud: String,
        /// The field, in the words of its source.
        field: &'static str,
    },
    /// The description names an authority that is neither known nor the endpoint's own.
    #[error(
        "cloud `{cloud}` wants sign-ins sent to `{authority}`, which is neither a known authority \
         nor in the cloud's own domain"
    )]
    ForeignAuthority {
        /// The cloud.
        cloud: String,
        /// The address of the authority.
        authority: String,
    },
    /// The definition claims an audience that is not the cloud's own.
    #[error("cloud `{cloud}` claims the audience `{audience}`, which is not its own")]
    ForeignAudience {
        /// The cloud.
        cloud: String,
        /// The audience.
        audience: String,
    },
    /// A host suffix of the definition is not a domain of two labels or more.
    #[error("`{field}` of cloud `{cloud}` is not a host suffix: `{value}`")]
    Suffix {
        /// The cloud.
        cloud: String,
        /// The field, in the words of its source.
        field: &'static str,
        /// The value.
        value: String,
    },
}

/// Returns the candidate that differs from a name by the fewest letters, if they are few.
pub(in crate::azure) fn nearest<'a>(
    name: &str,
    candidates: impl Iterator<Item = &'a str>,
) -> Option<&'a str> {
    let name = name.to_lowercase();
    candidates
        .filter_map(|candidate| {
            let most = candidate.len() / 3;
            Some((distance(&candidate.to_lowercase(), &name, most)?, candidate))
        })
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// Writes names as a list for a message.
fn list(names: &[String]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    quoted.join(", ")
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn finds_the_nearest() {
        assert_eq!(
            nearest("pubic", ["china", "public"].into_iter()),
            Some("public")
        );
        assert_eq!(nearest("x", ["china", "public"].into_iter()), None);
    }
}
