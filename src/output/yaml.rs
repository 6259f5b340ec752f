//! JSON as YAML, in block style, while it arrives: nothing is held but the string that is being read. Strings stay
//! strings for readers of YAML 1.1 and 1.2; numbers keep their digits. Where its bytes go: `color`.

/// Strings that are longer cannot be simple keys (YAML 1.2, 7.4.2).
const LONGEST_KEY: usize = 1_000;

/// What readers of YAML 1.1 or 1.2 take for something else than a string.
const WORDS: [&str; 11] = [
    "null", "true", "false", "yes", "no", "on", "off", "y", "n", "nan", "inf",
];

/// The writer of one document after another.
#[derive(Debug, Default)]
pub(super) struct Yaml {
    /// The string or word that is being read.
    token: Vec<u8>,
    reading: Reading,
    open: Vec<Container>,
    /// A container of which only its bracket is known.
    begun: Option<Shape>,
    /// Whether the value that comes next comes after a key or a dash.
    place: Place,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Reading {
    #[default]
    Between,
    Text,
    /// After a backslash.
    Escape,
    Word,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    Mapping,
    Sequence,
}

/// Where a value is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Place {
    /// At the start of a line.
    #[default]
    Line,
    /// After `key:`.
    Key,
    /// After `- `.
    Dash,
}

#[derive(Debug)]
struct Container {
    shape: Shape,
    indent: usize,
    /// Whether its next child goes on with the line of a dash.
    goes_on: bool,
    /// Whether a key was read whose value is missing.
    has_key: bool,
}

impl Yaml {
    /// Takes a part of the JSON.
    pub(super) fn push(&mut self, json: &[u8], out: &mut Vec<u8>) {
        for &byte in json {
            self.byte(byte, out);
        }
    }

    /// Ends the last value.
    pub(super) fn finish(&mut self, out: &mut Vec<u8>) {
        self.end_word(out);
    }

    fn byte(&mut self, byte: u8, out: &mut Vec<u8>) {
        match self.reading {
            Reading::Text => {
                self.token.push(byte);
                match byte {
                    b'\\' => self.reading = Reading::Escape,
                    b'"' => {
                        self.reading = Reading::Between;
                        let token = std::mem::take(&mut self.token);
                        self.text(&token, out);
                    }
                    _ => {}
                }
                return;
            }
            Reading::Escape => {
                self.token.push(byte);
                self.reading = Reading::Text;
                return;
            }
            Reading::Word if !matches!(byte, b',' | b'}' | b']' | b' ' | b'\n' | b'\r' | b'\t') => {
                self.token.push(byte);
                return;
            }
            Reading::Word => self.end_word(out),
            Reading::Between => {}
        }
        match byte {
            b'{' => self.begin(Shape::Mapping, out),
            b'[' => self.begin(Shape::Sequence, out),
            b'}' => self.end(b"{}", out),
            b']' => self.end(b"[]", out),
            b'"' => {
                self.token.push(byte);
                self.reading = Reading::Text;
            }
            b',' | b':' | b' ' | b'\n' | b'\r' | b'\t' => {}
            _ => {
                self.token.push(byte);
                self.reading = Reading::Word;
            }
        }
    }

    fn end_word(&mut self, out: &mut Vec<u8>) {
        if self.reading != Reading::Word {
            return;
        }
        self.reading = Reading::Between;
        let token = std::mem::take(&mut self.token);
        let word = String::from_utf8_lossy(&token);
        self.value(out);
        out.extend_from_slice(number(&word).as_bytes());
        out.push(b'\n');
        self.place = Place::Line;
    }

    fn text(&mut self, token: &[u8], out: &mut Vec<u8>) {
        self.open_begun(out);
        let token = String::from_utf8_lossy(token);
        let is_key = self
            .open
            .last()
            .is_some_and(|open| open.shape == Shape::Mapping && !open.has_key);
        if is_key {
            return self.key(&token, out);
        }
        self.value(out);
        let indent = self.open.last().map_or(0, |open| open.indent);
        append_string(&token, Some(indent + 2), out);
        out.push(b'\n');
        self.place = Place::Line;
    }

    fn key(&mut self, token: &str, out: &mut Vec<u8>) {
        let Some(open) = self.open.last_mut() else {
            return;
        };
        open.has_key = true;
        let indent = open.indent;
        if !std::mem::take(&mut open.goes_on) {
            append_spaces(indent, out);
        }
        let is_long = token.len() > LONGEST_KEY;
        if is_long {
            out.extend_from_slice(b"? ");
        }
        append_string(token, None, out);
        if is_long {
            out.push(b'\n');
            append_spaces(indent, out);
        }
        out.push(b':');
        self.place = Place::Key;
    }

    /// Goes to where a value that is not a container begins.
    fn value(&mut self, out: &mut Vec<u8>) {
        self.open_begun(out);
        self.child(out);
        if self.place == Place::Key {
            out.push(b' ');
        }
    }

    /// Writes the dash of a child of a sequence, and marks the value of a key as read.
    fn child(&mut self, out: &mut Vec<u8>) {
        let Some(open) = self.open.last_mut() else {
            return;
        };
        match open.shape {
            Shape::Mapping => open.has_key = false,
            Shape::Sequence => {
                if !std::mem::take(&mut open.goes_on) {
                    append_spaces(open.indent, out);
                }
                out.extend_from_slice(b"- ");
                self.place = Place::Dash;
            }
        }
    }

    fn begin(&mut self, shape: Shape, out: &mut Vec<u8>) {
        self.open_begun(out);
        self.child(out);
        self.begun = Some(shape);
    }

    /// Lays out the container whose bracket was read: something is in it.
    fn open_begun(&mut self, out: &mut Vec<u8>) {
        let Some(shape) = self.begun.take() else {
            return;
        };
        let (outer, indent) = match self.open.last() {
            None => (Place::Line, 0),
            Some(open) => (self.place, open.indent),
        };
        let indent = match (outer, shape) {
            (Place::Line, _) | (Place::Key, Shape::Sequence) => indent,
            (Place::Key, Shape::Mapping) | (Place::Dash, _) => indent + 2,
        };
        if outer == Place::Key {
            out.push(b'\n');
        }
        self.open.push(Container {
            shape,
            indent,
            goes_on: outer == Place::Dash,
            has_key: false,
        });
        self.place = Place::Line;
    }

    fn end(&mut self, empty: &[u8], out: &mut Vec<u8>) {
        if self.begun.take().is_some() {
            if self.place == Place::Key {
                out.push(b' ');
            }
            out.extend_from_slice(empty);
            out.push(b'\n');
        } else {
            let _closed = self.open.pop();
        }
        self.place = Place::Line;
    }
}

fn append_spaces(count: usize, out: &mut Vec<u8>) {
    out.extend(std::iter::repeat_n(b' ', count));
}

/// Spells a number so that every reader takes it for one: those of YAML 1.1 want a point and a sign in `1e5`.
fn number(word: &str) -> String {
    match word.split_once(['e', 'E']) {
        Some((mantissa, exponent))
            if word.starts_with(|sign: char| sign == '-' || sign.is_ascii_digit()) =>
        {
            let point = if mantissa.contains('.') { "" } else { ".0" };
            let sign = if exponent.starts_with(['+', '-']) {
                ""
            } else {
                "+"
            };
            format!("{mantissa}{point}e{sign}{exponent}")
        }
        Some(_) | None => word.to_owned(),
    }
}

/// Appends a string of JSON: bare where that says the same, over several lines below `indent` where there may be some.
fn append_string(token: &str, indent: Option<usize>, out: &mut Vec<u8>) {
    let Some(text) = crate::json::string_of(token) else {
        // Half of a surrogate pair: a string of JSON is one of YAML.
        return out.extend_from_slice(token.as_bytes());
    };
    if is_plain(&text) {
        return out.extend_from_slice(text.as_bytes());
    }
    if !text.is_empty() && text.chars().all(is_printable) {
        out.push(b'\'');
        out.extend_from_slice(text.replace('\'', "''").as_bytes());
        return out.push(b'\'');
    }
    match indent.filter(|_| is_block(&text)) {
        Some(indent) => append_block(&text, indent, out),
        None => append_escaped(&text, out),
    }
}

/// Tells whether a text without quotes is read as itself.
fn is_plain(text: &str) -> bool {
    let begins =
        text.starts_with(|first: char| first.is_alphabetic() || matches!(first, '/' | '_'));
    let is_word = WORDS.iter().any(|word| word.eq_ignore_ascii_case(text));
    begins
        && !is_word
        && text.chars().all(is_printable)
        && !text.ends_with([' ', ':'])
        && !text.contains(": ")
        && !text.contains(" #")
}

/// Tells whether every reader takes a letter as it is.
fn is_printable(letter: char) -> bool {
    let is_odd = matches!(
        letter,
        '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}'
    );
    matches!(letter, ' '..='~' | '\u{a0}'..='\u{10ffff}') && !is_odd
}

/// Tells whether a text can be on lines of its own.
fn is_block(text: &str) -> bool {
    let fits = |letter: char| matches!(letter, '\n' | '\t') || is_printable(letter);
    text.contains('\n')
        && !text.starts_with([' ', '\t', '\n'])
        && text.chars().all(fits)
        // What ends in white space is easily lost.
        && text.lines().all(|line| !line.ends_with([' ', '\t']))
}

fn append_block(text: &str, indent: usize, out: &mut Vec<u8>) {
    out.push(b'|');
    let body = match text.strip_suffix('\n') {
        None => {
            out.push(b'-');
            text
        }
        Some(body) if body.ends_with('\n') => {
            out.push(b'+');
            body
        }
        Some(body) => body,
    };
    for line in body.split('\n') {
        out.push(b'\n');
        if !line.is_empty() {
            append_spaces(indent, out);
            out.extend_from_slice(line.as_bytes());
        }
    }
}

fn append_escaped(text: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    for letter in text.chars() {
        match letter {
            '"' => out.extend_from_slice(b"\\\""),
            '\\' => out.extend_from_slice(b"\\\\"),
            '\n' => out.extend_from_slice(b"\\n"),
            '\t' => out.extend_from_slice(b"\\t"),
            '\r' => out.extend_from_slice(b"\\r"),
            letter if is_printable(letter) => {
                out.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes());
            }
            letter => out.extend_from_slice(format!("\\u{:04x}", u32::from(letter)).as_bytes()),
        }
    }
    out.push(b'"');
}

/// Returns the YAML of a document.
pub fn of_json(json: &str) -> String {
    let (mut out, mut writer) = (Vec::new(), Yaml::default());
    writer.push(json.as_bytes(), &mut out);
    writer.finish(&mut out);
    String::from_utf8(out).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{Yaml, of_json};

    #[track_caller]
    fn check(json: &str, yaml: &str) {
        assert_eq!(of_json(json), yaml, "{json}");
        // The same byte by byte: nothing hangs on where a page was cut.
        let (mut out, mut writer) = (Vec::new(), Yaml::default());
        for byte in json.as_bytes() {
            writer.push(&[*byte], &mut out);
        }
        writer.finish(&mut out);
        assert_eq!(String::from_utf8(out).unwrap(), yaml, "{json}");
    }

    #[test]
    fn lays_out_blocks() {
        check("{}\n", "{}\n");
        check("[]", "[]\n");
        check("null", "null\n");
        check("\"a\"", "a\n");
        check(
            r#"{"b":1,"a":{"x":[],"z":{}},"a":true}"#,
            "b: 1\na:\n  x: []\n  z: {}\na: true\n",
        );
        check(
            r#"{"value":[{"name":"vm","tags":{"a":"b"},"zones":["1"]},{},[],[1,[2]],null]}"#,
            "value:\n- name: vm\n  tags:\n    a: b\n  zones:\n  - '1'\n- {}\n- []\n- - 1\n  - - 2\n- null\n",
        );
        check("[[[]],[{\"a\":[{}]}]]", "- - []\n- - a:\n    - {}\n");
    }

    #[test]
    fn numbers_stay_numbers() {
        check(
            "[1.10,12345678901234567890123,1e5,1.5E-7,-0,-1E+2]",
            "- 1.10\n- 12345678901234567890123\n- 1.0e+5\n- 1.5e-7\n- -0\n- -1.0e+2\n",
        );
    }

    #[test]
    fn strings_stay_strings() {
        for (text, yaml) in [
            ("", "\"\""),
            ("no", "'no'"),
            ("Yes", "'Yes'"),
            ("null", "'null'"),
            ("~", "'~'"),
            ("y", "'y'"),
            ("1e3", "'1e3'"),
            ("0o7", "'0o7'"),
            ("2024-01-01", "'2024-01-01'"),
            ("12:30:45", "'12:30:45'"),
            ("1_000", "'1_000'"),
            (".5", "'.5'"),
            ("-", "'-'"),
            ("<<", "'<<'"),
            ("=", "'='"),
            ("---", "'---'"),
            ("*a", "'*a'"),
            ("&a", "'&a'"),
            ("!a", "'!a'"),
            ("@a", "'@a'"),
            ("it's", "it's"),
            ("#a", "'#a'"),
            ("a #b", "'a #b'"),
            ("a#b", "a#b"),
            ("a: b", "'a: b'"),
            ("a:b", "a:b"),
            ("a:", "'a:'"),
            (" a", "' a'"),
            ("a ", "'a '"),
            ("'a'", "'''a'''"),
            ("/subscriptions/s", "/subscriptions/s"),
            ("West Europe", "West Europe"),
            ("é", "é"),
            ("\u{1f600}", "'\u{1f600}'"),
            ("a\tb", "\"a\\tb\""),
            ("a\u{7f}", "\"a\\u007f\""),
            ("a\u{85}b", "\"a\\u0085b\""),
            ("\u{feff}a", "\"\\ufeffa\""),
            ("a\r\nb", "\"a\\r\\nb\""),
            ("a\nb", "|-\n  a\n  b"),
            ("a\n\nb\n", "|\n  a\n\n  b"),
            ("a\n\n", "|+\n  a\n"),
            ("\n", "\"\\n\""),
            (" a\nb", "\" a\\nb\""),
            ("a \nb", "\"a \\nb\""),
        ] {
            let json = serde_json::Value::from(text).to_string();
            check(&json, &format!("{yaml}\n"));
        }
        check(r#""\ud800""#, "\"\\ud800\"\n");
        check(r#"{"a":{"no":"x\ny"}}"#, "a:\n  'no': |-\n    x\n    y\n");
        check("{\"a\\nb\":1}", "\"a\\nb\": 1\n");
        let long = "k".repeat(1_200);
        check(
            &format!("{{\"{long}\":{{\"a\":1}}}}"),
            &format!("? {long}\n:\n  a: 1\n"),
        );
    }
}
