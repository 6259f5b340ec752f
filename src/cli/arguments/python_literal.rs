//! Dictionaries and lists as Python writes them: `az rest` takes `{'a': True}` for a body, and scripts rely on it. JSON
//! passes as it is.

/// How deep they may nest.
const MAXIMUM_DEPTH: usize = 64;

/// Returns JSON as it is, and an object or a list of Python as JSON; nothing for anything else.
pub(super) fn json_of(text: &str) -> Option<String> {
    if serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok() {
        return Some(text.to_owned());
    }
    let mut reader = Reader {
        rest: text,
        json: String::new(),
    };
    if !text.trim_start().starts_with(['{', '[']) {
        return None;
    }
    reader.value(MAXIMUM_DEPTH)?;
    reader.skip_whitespace();
    // What was pieced together is looked at once more.
    let is_json = serde_json::from_str::<serde::de::IgnoredAny>(&reader.json).is_ok();
    (reader.rest.is_empty() && is_json).then_some(reader.json)
}

struct Reader<'t> {
    rest: &'t str,
    json: String,
}

impl Reader<'_> {
    fn skip_whitespace(&mut self) {
        self.rest = self.rest.trim_start();
    }

    /// Takes a sign after whitespace if it is next.
    fn takes(&mut self, sign: char) -> bool {
        self.skip_whitespace();
        let after = self.rest.strip_prefix(sign);
        if let Some(after) = after {
            self.rest = after;
        }
        after.is_some()
    }

    fn value(&mut self, depth: usize) -> Option<()> {
        self.skip_whitespace();
        let depth = depth.checked_sub(1)?;
        match self.rest.chars().next()? {
            '{' => self.list('{', '}', |reader| {
                reader.skip_whitespace();
                reader.text()?;
                reader.takes(':').then_some(())?;
                reader.json.push(':');
                reader.value(depth)
            }),
            '[' => self.list('[', ']', |reader| reader.value(depth)),
            '\'' | '"' => self.text(),
            _ => self.word(),
        }
    }

    /// Reads parts with commas between them, and perhaps one after the last.
    fn list(
        &mut self,
        open: char,
        close: char,
        mut part: impl FnMut(&mut Self) -> Option<()>,
    ) -> Option<()> {
        self.takes(open).then_some(())?;
        self.json.push(open);
        let mut is_first = true;
        while !self.takes(close) {
            if !is_first {
                self.json.push(',');
            }
            is_first = false;
            part(self)?;
            if !self.takes(',') {
                self.takes(close).then_some(())?;
                break;
            }
        }
        self.json.push(close);
        Some(())
    }

    /// Reads a text between quotes of either kind.
    fn text(&mut self) -> Option<()> {
        let quote = self
            .rest
            .chars()
            .next()
            .filter(|sign| ['\'', '"'].contains(sign))?;
        let mut said = String::new();
        let mut signs = self.rest.char_indices().skip(1);
        while let Some((at, sign)) = signs.next() {
            match sign {
                _ if sign == quote => {
                    self.rest = self.rest.get(at + 1..)?;
                    self.json
                        .push_str(&serde_json::Value::from(said).to_string());
                    return Some(());
                }
                '\\' => match signs.next()?.1 {
                    'n' => said.push('\n'),
                    't' => said.push('\t'),
                    'r' => said.push('\r'),
                    escaped @ ('\\' | '\'' | '"') => said.push(escaped),
                    // Python has more; none of them is worth a wrong guess.
                    _ => return None,
                },
                sign => said.push(sign),
            }
        }
        None
    }

    /// Reads a number or one of Python's constants.
    fn word(&mut self) -> Option<()> {
        let end = self
            .rest
            .find(|sign: char| !(sign.is_ascii_alphanumeric() || "+-._".contains(sign)))
            .unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at_checked(end)?;
        self.json.push_str(match word {
            "True" => "true",
            "False" => "false",
            "None" => "null",
            number if number.starts_with(|sign: char| sign == '-' || sign.is_ascii_digit()) => {
                number
            }
            _ => return None,
        });
        self.rest = rest;
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::json_of;

    #[test]
    fn reads_what_python_writes() {
        for (text, json) in [
            ("{\"a\": 1.10, \"a\": 2}", Some("{\"a\": 1.10, \"a\": 2}")),
            ("7", Some("7")),
            ("{'a': 1}", Some(r#"{"a":1}"#)),
            (
                "{'a': True, 'b': [None, False, 'it\\'s', \"x\"], 'c': {},}",
                Some(r#"{"a":true,"b":[null,false,"it's","x"],"c":{}}"#),
            ),
            (" [ 'a' , -1.5e3 ] ", Some(r#"["a",-1.5e3]"#)),
            ("{'a': 'say \"x\"\\n'}", Some(r#"{"a":"say \"x\"\n"}"#)),
            ("{'a': true}", None),
            ("{a: 1}", None),
            ("{'a' 1}", None),
            ("{'a': 1", None),
            ("{'a': 1}}", None),
            ("{'a': 'b}", None),
            ("{'a': '\\x41'}", None),
            ("{'a': 1-2}", None),
            ("['a',,'b']", None),
            ("'a'", None),
            ("plain", None),
            ("", None),
        ] {
            assert_eq!(json_of(text).as_deref(), json, "{text}");
        }
        assert_eq!(json_of(&"[".repeat(100_000)), None);
    }
}
