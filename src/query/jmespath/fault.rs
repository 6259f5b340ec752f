//! What is wrong with an expression of JMESPath, and where. Who draws the caret: `query::error`.

use crate::query::error::Fault;

/// A fault at an offset of the expression, in bytes.
pub(super) fn fault(at: usize, message: impl Into<String>) -> Fault {
    Fault {
        at,
        message: message.into(),
    }
}
