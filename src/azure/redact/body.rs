//! The beginning of a body as it may be shown: the values of secret members of JSON are masked whatever they are, also
//! if the text is cut. Which bodies are not shown at all: `secret_addresses`. Free text is searched by `text`.

use super::members::is_secret_member;
use super::pairs::Pairs;
use super::private_keys::without_private_keys;
use super::request::mask_parts;
use super::shown::{REDACTED, Shown};

impl Shown {
    /// The beginning of a body of this content type, or `None` if it is neither JSON nor plain text nor a form. What is
    /// cut in the middle of a word is left out, for half of a secret is not recognised.
    pub fn body(bytes: &[u8], content_type: &str, is_whole: bool) -> Option<Self> {
        let text = match std::str::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) if !is_whole && error.error_len().is_none() => {
                std::str::from_utf8(bytes.get(..error.valid_up_to())?).ok()?
            }
            Err(_) => return None,
        };
        let text = text.trim_start_matches('\u{feff}');
        let kind = content_type.split(';').next().unwrap_or_default().trim();
        let kind = kind.to_ascii_lowercase();
        let is_json = kind.ends_with("json");
        if (is_json || text.trim_start().starts_with(['{', '[', '"']))
            && let Some(shown) = json(text)
        {
            return Some(shown);
        }
        let is_control = |character: char| character.is_control() && !character.is_whitespace();
        let is_text = kind.is_empty() || kind == "text/plain" || is_json;
        let is_form = kind == "application/x-www-form-urlencoded";
        if text.contains(is_control) || !(is_text || is_form) {
            return None;
        }
        let text = if is_whole { text } else { whole_words(text) };
        if is_form {
            let (masked, is_masked) = mask_parts(&format!("?{text}"));
            let masked = masked.trim_start_matches('?').to_owned();
            let prose = Self::prose(&masked);
            let is_masked = is_masked || prose.is_masked();
            return Some(Self::of(prose.into_string(), is_masked));
        }
        Some(Self::typed_lines(text))
    }

    /// Each line as what was typed, and as the words of a service.
    fn typed_lines(text: &str) -> Self {
        let (text, has_key) = without_private_keys(text);
        let lines = text.split_inclusive('\n').map(|line| {
            let (line, end) = line.split_at(line.trim_end().len());
            let typed = Self::typed(line);
            let prose = Self::prose(typed.as_str());
            let is_masked = typed.is_masked() || prose.is_masked();
            Self::of(prose.into_string() + end, is_masked)
        });
        let shown = lines.fold(Self::default(), Self::with);
        let is_masked = has_key || shown.is_masked();
        Self::of(shown.into_string(), is_masked)
    }
}

/// The text up to its last border between words.
fn whole_words(text: &str) -> &str {
    let end = text.rfind(char::is_whitespace).unwrap_or_default();
    text.get(..end).unwrap_or_default()
}

/// Masks JSON; nothing if it is something else, such as JSON with other quotes, whose secrets would not be found.
fn json(text: &str) -> Option<Shown> {
    let mut masked = String::with_capacity(text.len());
    let mut is_masked = false;
    let mut pairs = Pairs::default();
    let mut rest = text;
    while let Some(quote) = rest.find('"') {
        let (before, from) = rest.split_at(quote);
        if !is_between_strings(before) {
            return None;
        }
        pairs.pass(before);
        masked.push_str(before);
        // A string that is cut is left out.
        let Some(length) = string_length(from) else {
            return Some(Shown::of(masked, is_masked));
        };
        let (literal, after) = from.split_at(length);
        let content: String = serde_json::from_str(literal).unwrap_or_default();
        let spaces = after.len() - after.trim_start().len();
        let Some(value) = after.trim_start().strip_prefix(':') else {
            let shown = string(&content);
            is_masked |= shown.is_masked();
            let begin = masked.len();
            masked.push_str(shown.as_str());
            is_masked |= pairs.string(&content, begin, &mut masked);
            rest = after;
            continue;
        };
        pairs.name(&content);
        masked.push_str(&serde_json::Value::from(content.as_str()).to_string());
        masked.push_str(after.get(..=spaces).unwrap_or_default());
        rest = value;
        if !is_secret_member(&content) && !pairs.is_secret_value() {
            continue;
        }
        let spaces = value.len() - value.trim_start().len();
        masked.push_str(value.get(..spaces).unwrap_or_default());
        let value = value.trim_start();
        let length = value_length(value);
        let hidden = value.get(..length).unwrap_or_default();
        let hidden: String = serde_json::from_str(hidden).unwrap_or_default();
        is_masked |= pairs.hidden(&hidden, &mut masked);
        let hides = value.get(..length);
        if hides.is_some_and(|hidden| matches!(hidden, "" | "null" | "\"\"")) {
            rest = value;
            continue;
        }
        masked.push('"');
        masked.push_str(REDACTED);
        masked.push('"');
        is_masked = true;
        rest = value.get(length..).unwrap_or_default();
    }
    if !is_between_strings(rest) {
        return None;
    }
    masked.push_str(rest);
    Some(Shown::of(masked, is_masked))
}

/// Tells whether a text is what JSON has between strings: numbers, literals (which may be cut), and signs.
fn is_between_strings(text: &str) -> bool {
    let is_sign = |letter: char| letter.is_whitespace() || "{}[],:\u{1e}".contains(letter);
    let mut words = text.split(is_sign);
    words.all(|word| {
        let is_number = word.starts_with(|first: char| first.is_ascii_digit() || first == '-')
            && word.bytes().all(|byte| b"0123456789+-.eE".contains(&byte));
        let mut literals = ["true", "false", "null"].into_iter();
        is_number || literals.any(|literal| literal.starts_with(word))
    })
}

/// A string of JSON, with no escape but those that it needs: a secret is recognised in any spelling.
fn string(content: &str) -> Shown {
    let (content, has_key) = without_private_keys(content);
    let content = &*content;
    let is_address = ["https://", "http://"]
        .iter()
        .any(|scheme| content.starts_with(scheme));
    let shown = if is_address && !content.contains(char::is_whitespace) {
        Shown::address(content)
    } else {
        Shown::prose(content)
    };
    let is_masked = has_key || shown.is_masked();
    let text = serde_json::Value::from(shown.as_str()).to_string();
    Shown::of(text, is_masked)
}

/// How long the string is with which a text begins, or `None` if it does not end.
fn string_length(text: &str) -> Option<usize> {
    let mut is_escaped = false;
    for (at, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = true,
            b'"' => return Some(at + 1),
            _ => {}
        }
    }
    None
}

/// How long the value is with which a text begins; one that is cut reaches to the end.
fn value_length(text: &str) -> usize {
    let mut depth = 0_usize;
    let mut at = 0;
    while let Some(byte) = text.as_bytes().get(at) {
        match byte {
            b'"' => {
                let rest = text.get(at..).unwrap_or_default();
                at += string_length(rest).unwrap_or(rest.len());
                if depth == 0 {
                    return at;
                }
                continue;
            }
            b'{' | b'[' => depth += 1,
            b'}' | b']' | b',' if depth == 0 => return at,
            b'}' | b']' => {
                depth -= 1;
                if depth == 0 {
                    return at + 1;
                }
            }
            _ => {}
        }
        at += 1;
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::Shown;

    #[track_caller]
    fn check(content_type: &str, text: &str, is_whole: bool, expected: &str) {
        let shown = Shown::body(text.as_bytes(), content_type, is_whole);
        assert_eq!(shown.unwrap().as_str(), expected, "{text}");
    }

    #[test]
    fn secret_members_are_masked_whatever_they_hold() {
        for (text, expected) in [
            (r#"{"a": 1, "b":[true]}"#, r#"{"a": 1, "b":[true]}"#),
            (
                r#"{"adminPassword" : {"value":"x}\"y"}, "a":1}"#,
                r#"{"adminPassword" : "[redacted]", "a":1}"#,
            ),
            (
                r#"{"admin\u0050assword":12,"keys":[{"v":"x"}]}"#,
                r#"{"adminPassword":"[redacted]","keys":"[redacted]"}"#,
            ),
            (
                r#"{"protectedSettings":{"script":"x"},"secret":null,"key":""}"#,
                r#"{"protectedSettings":"[redacted]","secret":null,"key":""}"#,
            ),
            (
                r#"{"link":"https://u:p@h/?sig=x#y","m":"in {\"clientSecret\":\"a b\"}"}"#,
                r#"{"link":"https://redacted@h/?sig=[redacted]#[redacted]","m":"in {\"clientSecret\":\"[redacted]\"}"}"#,
            ),
            (
                r#"{"m":"\u0065yJ0eXAiOiJKV1QiLCJh.e30.c2ln"}"#,
                r#"{"m":"[redacted]"}"#,
            ),
            (
                r#"[{"name":"DB_PASSWORD","value":"x"},{"value":"y","key":"API_KEY"},{"name":"a","value":"z"}]"#,
                r#"[{"name":"DB_PASSWORD","value":"[redacted]"},{"value":"[redacted]","key":"[redacted]"},{"name":"a","value":"z"}]"#,
            ),
            (
                r#"{"key":"clientSecret","value":{"a":"x"}}"#,
                r#"{"key":"[redacted]","value":"[redacted]"}"#,
            ),
            (
                r#"{"name":"token","list":[{"value":"x"}],"value":"y"}"#,
                r#"{"name":"token","list":[{"value":"x"}],"value":"[redacted]"}"#,
            ),
            (
                r#"{"kubeConfig":"x","protectedParameters":[{"name":"a","value":"y"}]}"#,
                r#"{"kubeConfig":"[redacted]","protectedParameters":"[redacted]"}"#,
            ),
            (
                r#"{"a":"-----BEGIN RSA PRIVATE KEY-----\nMII\n-----END RSA PRIVATE KEY-----\nb"}"#,
                r#"{"a":"[redacted]\nb"}"#,
            ),
            // It is no JSON, whatever it is called.
            (
                "{adminPassword: 'x', 'sig': 'y'}",
                "{adminPassword: '[redacted]",
            ),
            ("{\"a\":1} password=x", "{\"a\":1} password=[redacted]"),
            ("password=x", "password=[redacted]"),
            (r#""text""#, r#""text""#),
            ("{\"a\":", "{\"a\":"),
        ] {
            check("application/json", text, true, expected);
        }
    }

    #[test]
    fn what_is_cut_shows_no_half_of_a_secret() {
        for (content_type, text, expected) in [
            ("application/json", r#"{"a":"half"#, r#"{"a":"#),
            (
                "application/json",
                r#"{"password":"half"#,
                r#"{"password":"[redacted]""#,
            ),
            (
                "application/json",
                r#"{"tokens":[{"v":"x"},{"#,
                r#"{"tokens":"[redacted]""#,
            ),
            ("text/plain", "one two half", "one two"),
            ("", "half", ""),
        ] {
            check(content_type, text, false, expected);
        }
    }

    #[test]
    fn other_bodies_are_text_or_are_not_shown() {
        let form = "application/x-www-form-urlencoded";
        check(
            form,
            "code=abc&client_secret=x&a=b",
            true,
            "code=[redacted]&client_secret=[redacted]&a=b",
        );
        check(
            "text/plain",
            "Password: x\nBearer y z",
            true,
            "Password: [redacted]\nBearer [redacted]",
        );
        for (content_type, bytes) in [
            ("application/octet-stream", &b"text"[..]),
            ("application/xml", b"<Key>a</Key>"),
            ("text/plain", b"a\0b"),
            ("application/json", b"\xff\xfe"),
        ] {
            assert_eq!(Shown::body(bytes, content_type, true), None);
        }
        let cut = Shown::body("a é".as_bytes().get(..3).unwrap(), "", false);
        assert_eq!(cut.unwrap().as_str(), "a");
    }
}
