//! Sees an error next to the data of a document that is passed on byte by byte, and changes none of the bytes. Who sees
//! one in the page of a list: `page_reader`.

use super::list_error::PageError;
use crate::json::{DataError, Expected, FoundError, PageEvent, PageParser};
use crate::transport::BodyPrefix;

/// Looks for an error next to the data of a document that is passed on byte by byte. What is not JSON, or has a value
/// too large to be kept, is not looked at any further.
#[derive(Debug)]
pub struct DataErrorScanner {
    parser: Option<PageParser>,
    error: DataError,
}

impl Default for DataErrorScanner {
    fn default() -> Self {
        Self {
            parser: Some(PageParser::new(Expected::plain(), BodyPrefix::WHOLE)),
            error: DataError::default(),
        }
    }
}

impl DataErrorScanner {
    /// Takes the next bytes.
    pub fn push(&mut self, bytes: &[u8]) {
        let Self { parser, error } = self;
        let mut take = |part: PageEvent<'_>| -> Result<(), crate::json::Error> {
            error.take(part);
            Ok(())
        };
        if let Some(open) = parser
            && open.push(bytes, &mut take).is_err()
        {
            *parser = None;
        }
    }

    /// Returns the error that was seen next to data.
    pub fn found(self) -> Option<PageError> {
        let found = self.error.found();
        let beside = found.filter(|error| matches!(error, FoundError::BesideData(_)));
        beside.as_ref().map(PageError::found)
    }
}
