//! Finds where a JSON string, value or container ends, by its brackets and quotes alone. The text is checked elsewhere:
//! pages by `page_parser`, documents before a query is asked.

use memchr::memchr2;

use super::page_parser::MAX_DEPTH;

/// Where the scan stands inside a value whose end has not been seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Inside {
    Scalar,
    String { escaped: bool },
    Container { depth: usize },
    ContainerString { depth: usize, escaped: bool },
}

/// Finds the end of the value in `bytes`: how many bytes belong to it, and the state to go on with
/// where it does not end here. `Err` says that it is nested too deeply.
pub(super) fn end_of_value(
    bytes: &[u8],
    inside: Inside,
    first: bool,
) -> (usize, Result<Option<Inside>, ()>) {
    match inside {
        Inside::Scalar => {
            let end = bytes
                .iter()
                .position(|byte| matches!(byte, b',' | b'}' | b']') || byte.is_ascii_whitespace());
            end.map_or((bytes.len(), Ok(Some(Inside::Scalar))), |end| {
                (end, Ok(None))
            })
        }
        Inside::String { escaped } => {
            let open = usize::from(first);
            match end_of_string(bytes, open, escaped) {
                Ok(end) => (end, Ok(None)),
                Err(escaped) => (bytes.len(), Ok(Some(Inside::String { escaped }))),
            }
        }
        Inside::Container { depth } => end_of_container(bytes, 0, depth),
        Inside::ContainerString { depth, escaped } => match end_of_string(bytes, 0, escaped) {
            Ok(end) => end_of_container(bytes, end, depth),
            Err(escaped) => (
                bytes.len(),
                Ok(Some(Inside::ContainerString { depth, escaped })),
            ),
        },
    }
}

/// Returns the index after the closing quote, or whether the bytes end behind a backslash.
pub(super) fn end_of_string(bytes: &[u8], from: usize, escaped: bool) -> Result<usize, bool> {
    let mut at = from;
    if escaped {
        if bytes.len() <= at {
            return Err(true);
        }
        at += 1;
    }
    while let Some(found) = memchr2(b'"', b'\\', bytes.get(at..).unwrap_or_default()) {
        at += found;
        if bytes.get(at) == Some(&b'"') {
            return Ok(at + 1);
        }
        at += 2;
        if at > bytes.len() {
            return Err(true);
        }
    }
    Err(false)
}

fn end_of_container(
    bytes: &[u8],
    from: usize,
    mut depth: usize,
) -> (usize, Result<Option<Inside>, ()>) {
    let mut at = from;
    while let Some(&byte) = bytes.get(at) {
        at += 1;
        match byte {
            b'"' => match end_of_string(bytes, at, false) {
                Ok(end) => at = end,
                Err(escaped) => {
                    return (
                        bytes.len(),
                        Ok(Some(Inside::ContainerString { depth, escaped })),
                    );
                }
            },
            b'{' | b'[' => {
                depth += 1;
                if depth > MAX_DEPTH {
                    return (at, Err(()));
                }
            }
            b'}' | b']' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return (at, Ok(None));
                }
            }
            _ => {}
        }
    }
    (bytes.len(), Ok(Some(Inside::Container { depth })))
}
