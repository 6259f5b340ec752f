//! The fast way against the plain one and `serde_json`: thousands of documents, well-formed and broken, cut anywhere.

use serde_json::value::RawValue;

use super::event::{Error, MAX_DEPTH, PageEvent};
use super::layout::{append_plainly, append_pretty};
use super::page_layout::{MemberPath, PageLayout};
use super::page_parser::PageParser;
use super::scan::{Inside, end_of_value};
use super::walk::{checked_container, container_end};

/// Numbers that look random and are the same in every run (xorshift).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap() % limit
    }

    fn one_of<'a>(&mut self, texts: &[&'a str]) -> &'a str {
        texts[self.below(texts.len())]
    }
}

/// Writes documents, with or without white space.
struct Writer {
    numbers: Numbers,
    is_spaced: bool,
    text: String,
}

impl Writer {
    fn blank(&mut self) {
        if self.is_spaced {
            for _ in 0..self.numbers.below(3) {
                self.text
                    .push_str(self.numbers.one_of(&[" ", "\n", "\t", "\r", "      "]));
            }
        }
    }

    fn string(&mut self) {
        const PARTS: [&str; 16] = [
            "a",
            "bc",
            "def",
            "/",
            " ",
            "é",
            "€",
            "\u{1f600}",
            "\\\"",
            "\\\\",
            "\\n",
            "\\u00e9",
            "\\ud800",
            "{",
            "]:,",
            "management",
        ];
        self.text.push('"');
        let most = [3, 8, 30][self.numbers.below(3)];
        for _ in 0..self.numbers.below(most) {
            self.text.push_str(self.numbers.one_of(&PARTS));
        }
        self.text.push('"');
    }

    fn value(&mut self, depth: usize) {
        const SCALARS: [&str; 10] = [
            "0",
            "-1",
            "1.50",
            "1e5",
            "-0.1E+7",
            "123456789012345678901234567890",
            "12",
            "true",
            "false",
            "null",
        ];
        match self.numbers.below(if depth > 5 { 3 } else { 6 }) {
            0 | 1 if depth > 0 => self.string(),
            2 if depth > 0 => self.text.push_str(self.numbers.one_of(&SCALARS)),
            kind => self.container(depth, kind % 2 == 0),
        }
    }

    fn container(&mut self, depth: usize, is_object: bool) {
        self.text.push(if is_object { '{' } else { '[' });
        for index in 0..self.numbers.below(5) {
            if index > 0 {
                self.text.push(',');
            }
            self.blank();
            if is_object {
                self.string();
                self.blank();
                self.text.push(':');
                self.blank();
            }
            self.value(depth + 1);
            self.blank();
        }
        self.blank();
        self.text.push(if is_object { '}' } else { ']' });
    }

    /// Breaks a document, or leaves it as it is by chance.
    fn broken(&mut self) -> Vec<u8> {
        const BYTES: &[u8] = b"\"\\{}[],: 01-.eEtunx\n\x01\x0c\x7f\xff\xc3";
        let mut bytes = std::mem::take(&mut self.text).into_bytes();
        for _ in 0..=self.numbers.below(2) {
            let at = 1 + self.numbers.below(bytes.len().max(2) - 1);
            let byte = BYTES[self.numbers.below(BYTES.len())];
            match self.numbers.below(4) {
                0 if at < bytes.len() => bytes[at] = byte,
                1 if at < bytes.len() => drop(bytes.remove(at)),
                2 => bytes.truncate(at),
                _ => bytes.insert(at.min(bytes.len()), byte),
            }
        }
        bytes
    }
}

fn writer(seed: u64) -> Writer {
    Writer {
        numbers: Numbers(seed),
        is_spaced: false,
        text: String::new(),
    }
}

/// What the text is without the fast way: the container that it begins with, if that is well-formed.
fn plain_container(bytes: &[u8]) -> Option<&str> {
    let (end, Ok(None)) = end_of_value(bytes, Inside::Container { depth: 0 }, true) else {
        return None;
    };
    let raw: &RawValue = serde_json::from_slice(&bytes[..end]).ok()?;
    Some(raw.get())
}

#[test]
fn accepts_what_serde_json_accepts_and_lays_out_as_the_plain_way() {
    let mut writer = writer(0x9e37_79b9_7f4a_7c15);
    let (mut well_formed, mut malformed) = (0, 0);
    for round in 0..3000 {
        writer.is_spaced = round % 2 == 0;
        writer.value(0);
        let bytes = match round % 3 {
            0 => std::mem::take(&mut writer.text).into_bytes(),
            _ => writer.broken(),
        };
        let shown = String::from_utf8_lossy(&bytes).into_owned();
        let plain = plain_container(&bytes);
        let fast = checked_container(&bytes);
        if fast.is_some() || plain.is_none_or(|plain| plain.len() == bytes.len()) {
            assert_eq!(fast, plain, "{shown}");
        }
        // What follows does not change what it is.
        for rest in ["]}", ",{\"name\":\"x\"},{\"name\":", ", {"] {
            let followed = [&bytes, rest.as_bytes()].concat();
            let fast = checked_container(&followed);
            if plain.is_some_and(|plain| plain.len() == bytes.len()) || fast.is_some() {
                assert_eq!(fast, plain_container(&followed), "{shown}{rest}");
            }
        }
        let Some(json) = plain else {
            malformed += 1;
            continue;
        };
        well_formed += 1;
        // Its end is found wherever it is.
        let before = writer.numbers.below(70);
        let text = format!("{}{json}]}},{{\"a\":\"[\\\"\"}}", " ".repeat(before));
        assert_eq!(
            container_end(text.as_bytes(), before),
            Some(before + json.len()),
            "{shown}"
        );
        let level = writer.numbers.below(20);
        let (mut fast, mut plain) = (b"x".to_vec(), b"x".to_vec());
        append_pretty(json, level, &mut fast);
        append_plainly(json, level, &mut plain);
        assert_eq!(String::from_utf8(fast), String::from_utf8(plain), "{shown}");
    }
    assert!(
        well_formed > 700 && malformed > 700,
        "{well_formed} {malformed}"
    );
}

/// The text as the plain way lays it out.
fn plainly(json: &str, level: usize) -> String {
    let mut out = Vec::new();
    append_plainly(json, level, &mut out);
    String::from_utf8(out).unwrap()
}

/// What a parser says of a page of `value` that arrives in chunks. With `indents` its items are laid out: by the parser
/// itself, or here where it left them as they were.
fn events(chunks: [&[u8]; 2], indents: bool) -> Result<Vec<String>, Error> {
    let shape = PageLayout {
        items: vec![MemberPath::of(["value"])],
        ..PageLayout::default()
    };
    let mut parser = PageParser::new(shape, usize::MAX);
    if indents {
        parser = parser.with_indented_items();
    }
    let mut found = Vec::new();
    let mut take = |part: PageEvent<'_>| -> Result<(), Error> {
        found.push(if let PageEvent::Indented { item, level } = part {
            format!("{level}: {item}")
        } else if let (PageEvent::Item(item), true) = (part, indents) {
            format!("2: {}", plainly(item, 2))
        } else {
            format!("{part:?}")
        });
        Ok(())
    };
    for chunk in chunks {
        parser.push(chunk, &mut take)?;
    }
    parser.finish(&mut take)?;
    Ok(found)
}

#[test]
fn a_page_is_the_same_wherever_it_is_cut() {
    let mut writer = writer(0x2545_f491_4f6c_dd1d);
    for round in 0..6 {
        writer.is_spaced = round % 2 == 0;
        let mut items = Vec::new();
        for _ in 0..2 {
            writer.value(2);
            items.push(std::mem::take(&mut writer.text));
        }
        let (tags, items) = (items[0].clone(), items.join(","));
        let page = format!("{{\"value\":[{items}],\"tags\":{tags}}}");
        let raw: Vec<Box<RawValue>> = serde_json::from_str(&format!("[{items}]")).unwrap();
        let (name, value) = ("\"tags\"", raw[0].get());
        let around = |items: Vec<String>| {
            let list = PageEvent::Items {
                name: Some("\"value\""),
            };
            let before = [PageEvent::Object, list].map(|part| format!("{part:?}"));
            let after = [PageEvent::ItemsEnd, PageEvent::Member { name, value }];
            let after = after.map(|part| format!("{part:?}"));
            [before.to_vec(), items, after.to_vec()].concat()
        };
        let raw = raw.iter().map(|item| item.get());
        let as_they_are = raw
            .clone()
            .map(|item| format!("{:?}", PageEvent::Item(item)));
        let laid_out = raw.map(|item| format!("2: {}", plainly(item, 2)));
        for (indents, items) in [(false, as_they_are.collect()), (true, laid_out.collect())] {
            let expected = around(items);
            for cut in 0..page.len() {
                let (before, after) = page.as_bytes().split_at(cut);
                let whole = events([before, after], indents).unwrap();
                assert_eq!(whole, expected, "{page} cut at {cut}");
                let error = events([before, b""], indents).unwrap_err();
                assert!(matches!(error, Error::Cut { .. }), "{page} ends at {cut}");
            }
        }
    }
}

#[test]
fn nests_as_deeply_as_the_plain_way() {
    for (depth, expected) in [(MAX_DEPTH, true), (MAX_DEPTH + 1, false)] {
        let text = format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert_eq!(checked_container(text.as_bytes()).is_some(), expected);
    }
}

#[test]
fn refuses_what_is_not_in_the_grammar() {
    for text in [
        "[1 2]",
        "[\"a\" \"b\"]",
        "[\"a\"1]",
        "[1\"a\"]",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{1:2}",
        "[,]",
        "[1,]",
        "[,1]",
        "{,}",
        "[:]",
        "[1:2]",
        "{\"a\":1:2}",
        "{\"a\",1}",
        "[}",
        "{]",
        "[1}",
        "{\"a\":1]",
        "[01]",
        "[1.]",
        "[.5]",
        "[1e]",
        "[+1]",
        "[-]",
        "[--1]",
        "[tru]",
        "[True]",
        "[nulll]",
        "[\"\\x\"]",
        "[\"\\u12g4\"]",
        "[\"\\u12\"]",
        "[\"a\tb\"]",
        "[\"a\u{1}\"]",
        "[\u{c}]",
        "[1\u{a0}]",
        "[\\\"a\\\"]",
        "[{}{}]",
        "[[]1]",
        "{\"a\":{}\"b\":1}",
        "{\"a\" \"b\":1}",
    ] {
        assert_eq!(plain_container(text.as_bytes()), None, "{text}");
        // Once in the first block, once across two.
        for before in [1, 57, 60, 63] {
            let padded = format!("[\"{}\",{text}]", "x".repeat(before));
            assert_eq!(checked_container(padded.as_bytes()), None, "{padded}");
        }
        assert_eq!(checked_container(text.as_bytes()), None, "{text}");
    }
}
