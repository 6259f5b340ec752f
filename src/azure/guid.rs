//! GUIDs: ids of subscriptions, tenants, applications, role definitions. Who makes new ones: the crate `uuid`.

/// Tells whether a text is a GUID in its usual form: `8-4-4-4-12` hexadecimal digits, in any case of letters.
pub fn is_guid(text: &str) -> bool {
    let lengths = text.split('-').map(str::len);
    lengths.eq([8, 4, 4, 4, 12])
        && text
            .bytes()
            .all(|byte| byte == b'-' || byte.is_ascii_hexdigit())
}

/// Returns the GUID of a subscription from the forms in which it is printed: alone or in braces, with a slash at its end, or
/// as the ID `/subscriptions/GUID`.
pub fn subscription_guid(text: &str) -> Option<&str> {
    let text = text.trim().trim_end_matches('/');
    let text = match text.rsplit_once('/') {
        Some((root, guid))
            if root
                .trim_start_matches('/')
                .eq_ignore_ascii_case("subscriptions") =>
        {
            guid
        }
        Some(_) | None => text,
    };
    let inner = text
        .strip_prefix('{')
        .and_then(|text| text.strip_suffix('}'));
    Some(inner.unwrap_or(text)).filter(|guid| is_guid(guid))
}

#[cfg(test)]
mod tests {
    use super::{is_guid, subscription_guid};

    #[test]
    fn reads_a_subscription_as_it_is_printed() {
        const GUID: &str = "11111111-2222-3333-4444-555555555555";
        for form in [
            "G",
            "{G}",
            " G/ ",
            "/subscriptions/G",
            "subscriptions/G/",
            "/Subscriptions/G",
        ] {
            let text = form.replace('G', GUID);
            assert_eq!(subscription_guid(&text), Some(GUID), "{text}");
        }
        for form in [
            "Contoso",
            "{G",
            "/tenants/G",
            "/subscriptions/",
            "/subscriptions/G/resourceGroups/G",
            "G,G",
        ] {
            let text = form.replace('G', GUID);
            assert_eq!(subscription_guid(&text), None, "{text}");
        }
    }

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
