//! Comparisons that say where two texts part.

/// Returns bytes as text.
pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The words of a text, one space between them.
pub(crate) fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Compares; a long difference is cut to where it begins.
pub(crate) fn equal<T: PartialEq + std::fmt::Debug>(
    what: &str,
    found: &T,
    expected: &T,
) -> Result<(), String> {
    if found == expected {
        return Ok(());
    }
    let (found, expected) = (format!("{found:?}"), format!("{expected:?}"));
    let same = found
        .chars()
        .zip(expected.chars())
        .take_while(|(one, other)| one == other)
        .count();
    let tail = |text: &str| {
        text.chars()
            .skip(same.saturating_sub(40))
            .take(200)
            .collect::<String>()
    };
    Err(format!(
        "{what}: found …{}\n  expected …{}",
        tail(&found),
        tail(&expected)
    ))
}
