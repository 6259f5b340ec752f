//! What a tenant can be called. Knows no tenant.

/// Tells whether a text can name a tenant: a GUID, a domain, or a word such as `organizations`.
/// Whatever else stands there would become part of an address.
pub fn is_tenant(text: &str) -> bool {
    let is_label = |label: &str| {
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        !label.is_empty()
            && label.bytes().all(is_plain)
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    text.len() <= 253 && text.split('.').all(is_label)
}

#[cfg(test)]
mod tests {
    use super::is_tenant;

    #[test]
    fn a_guid_or_a_domain() {
        for (text, expected) in [
            ("72f988bf-86f1-41af-91ab-2d7cd011db47", true),
            ("contoso.onmicrosoft.com", true),
            ("xn--contso-jua.example", true),
            ("organizations", true),
            ("", false),
            (".", false),
            ("..", false),
            ("contoso..example", false),
            (".contoso.example", false),
            ("contoso.example.", false),
            ("-contoso.example", false),
            ("contoso.example/x", false),
            ("contoso.example?x", false),
            ("contoso example", false),
            ("contoso.example#", false),
            ("https://contoso.example", false),
            ("%2e%2e", false),
            ("cont\u{f6}so.example", false),
        ] {
            assert_eq!(is_tenant(text), expected, "{text}");
        }
        assert!(!is_tenant(&"a".repeat(254)));
    }
}
