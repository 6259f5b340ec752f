//! GUIDs: ids of subscriptions, tenants, applications, role definitions. Who makes new ones: the crate `uuid`.

/// Tells whether a text is a GUID in its usual form: `8-4-4-4-12` hexadecimal digits, in any case of letters.
pub fn is_guid(text: &str) -> bool {
    let lengths = text.split('-').map(str::len);
    lengths.eq([8, 4, 4, 4, 12])
        && text
            .bytes()
            .all(|byte| byte == b'-' || byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::is_guid;

    #[test]
    fn only_the_usual_form_is_one() {
        for (text, expected) in [
            ("11111111-2222-3333-4444-AAAAaaaa5555", true),
            ("111111112222333344445555aaaaaaaa", false),
            ("{11111111-2222-3333-4444-555555555555}", false),
            ("11111111-2222-3333-4444-55555555555g", false),
            ("1111111-12222-3333-4444-555555555555", false),
            ("", false),
        ] {
            assert_eq!(is_guid(text), expected, "{text}");
        }
    }
}
