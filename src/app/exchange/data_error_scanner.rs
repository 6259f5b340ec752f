//! Sees an error beside the data of a document that is passed on byte by byte. Changes none of the
//! bytes, and refuses nothing.

use crate::app::exchange::page_reader::partial;
use crate::error::Error;
use crate::json::{DataError, Expected, Part, Splitter};
use crate::transport::BodyPrefix;

/// Looks for an error beside the data of a document that is passed on byte by byte. What is no JSON,
/// or has a value too large to be kept, is not looked at any further.
pub(crate) struct DataErrorScanner {
    splitter: Option<Splitter>,
    error: DataError,
}

impl DataErrorScanner {
    pub(crate) fn new() -> Self {
        Self {
            splitter: Some(Splitter::new(Expected::plain(), BodyPrefix::WHOLE)),
            error: DataError::default(),
        }
    }

    /// Takes the next bytes.
    pub(crate) fn push(&mut self, bytes: &[u8]) {
        let Self { splitter, error } = self;
        let mut take = |part: Part<'_>| -> Result<(), crate::json::Error> {
            error.take(part);
            Ok(())
        };
        if let Some(open) = splitter
            && open.push(bytes, &mut take).is_err()
        {
            *splitter = None;
        }
    }

    /// Returns the error that was seen.
    pub(crate) fn found(self) -> Option<Error> {
        self.error.found().as_deref().map(partial)
    }
}
