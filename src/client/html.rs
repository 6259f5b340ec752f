//! HTML where an answer should be data: whether a body is a page, and the title of it. What a page means: `web_page`.

/// The longest title that is shown, in characters.
const LONGEST_TITLE: usize = 100;

/// Tells whether a body is HTML: by its type, or by its beginning if the type does not say what it is.
pub(super) fn is_html(content_type: &str, body: &[u8]) -> bool {
    let content_type = content_type.split(';').next().unwrap_or_default().trim();
    let says_nothing = ["", "text/plain", "application/json"];
    if !says_nothing
        .iter()
        .any(|name| content_type.eq_ignore_ascii_case(name))
    {
        let names = ["text/html", "application/xhtml+xml"];
        return names
            .iter()
            .any(|name| content_type.eq_ignore_ascii_case(name));
    }
    let body = body
        .strip_prefix(b"\xef\xbb\xbf")
        .unwrap_or(body)
        .trim_ascii_start();
    let begins = |word: &[u8]| {
        body.get(..word.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(word))
    };
    begins(b"<!doctype html") || begins(b"<html")
}

/// Returns the title of a page, with its white space joined.
pub(super) fn title(page: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(page);
    let lower = text.to_ascii_lowercase();
    let (_, after) = lower.split_once("<title")?;
    let (_, inner) = after.split_once('>')?;
    let start = lower.len() - inner.len();
    let length = inner.find("</title")?;
    let title = text.get(start..start + length)?;
    let title = title.split_whitespace().collect::<Vec<_>>().join(" ");
    let title: String = title.chars().take(LONGEST_TITLE).collect();
    (!title.is_empty()).then_some(title)
}

#[cfg(test)]
mod tests {
    use super::title;

    #[test]
    fn finds_the_title() {
        for (page, expected) in [
            (
                "<html><title>Blocked\n by us</title>",
                Some("Blocked by us"),
            ),
            (
                "<HTML><TITLE lang=en>Sign in to your account</TITLE>",
                Some("Sign in to your account"),
            ),
            ("<html><title></title>", None),
            ("<html><title>cut", None),
            ("<html>", None),
        ] {
            assert_eq!(title(page.as_bytes()).as_deref(), expected, "{page}");
        }
    }
}
