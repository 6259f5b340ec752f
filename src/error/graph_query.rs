//! An error about a query of Resource Graph, shown with the query: marks stand where the service says that it
//! cannot be read. Reads no query itself.

use super::Error;
use crate::azure::{ErrorDetail, Position};
use crate::client::ServiceError;
use crate::output::excerpt;

/// The most places that are shown: one mistake can lead to many.
const MOST_PLACES: usize = 3;
/// What the service calls the end of a query.
const END: &str = "<EOF>";

impl Error {
    /// Shows the query beside the error, if the service says where in it the mistake is.
    #[must_use]
    pub fn about_graph_query(self, query: &str) -> Self {
        let excerpts = service_error(&self).and_then(|error| error.detail.as_ref());
        let excerpts = excerpts.map(|detail| excerpts_of(detail, query));
        match excerpts {
            Some(excerpts) if !excerpts.is_empty() => Self::GraphQuery {
                excerpts: excerpts.join("\n"),
                cause: Box::new(self),
            },
            Some(_) | None => self,
        }
    }
}

fn service_error(error: &Error) -> Option<&ServiceError> {
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "only these two hold what the service said"
    )]
    match error {
        Error::InRun { cause, .. } => service_error(cause),
        Error::Service(error) => Some(error),
        _ => None,
    }
}

fn excerpts_of(detail: &ErrorDetail, query: &str) -> Vec<String> {
    let mut places = Vec::new();
    collect(detail, &mut places);
    let excerpts = places.into_iter().take(MOST_PLACES).filter_map(|place| {
        let token = place.token.as_deref().filter(|token| *token != END);
        let length = token.map_or(1, |token| token.encode_utf16().count());
        excerpt(query, place.line, place.column, length)
    });
    excerpts.collect()
}

fn collect<'d>(detail: &'d ErrorDetail, places: &mut Vec<&'d Position>) {
    let own = detail.position.iter();
    for place in own {
        let is_new = !places
            .iter()
            .any(|known| (known.line, known.column) == (place.line, place.column));
        if is_new {
            places.push(place);
        }
    }
    for inner in &detail.details {
        collect(inner, places);
    }
}
