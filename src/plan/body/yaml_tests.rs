//! Tables for YAML as JSON: what is read, what is refused and where, and that what `-o yaml` writes comes back.

use super::{MAX_DEPTH, to_json};
use crate::output::yaml_of_json;

#[track_caller]
fn check(yaml: &str, json: &str) {
    assert_eq!(to_json(yaml).as_deref(), Ok(json), "{yaml}");
}

#[track_caller]
fn refused(yaml: &str, (line, column): (usize, usize), reason: &str) {
    match to_json(yaml) {
        Ok(json) => panic!("{yaml} became {json}"),
        Err(fault) => {
            assert!(fault.reason.contains(reason), "{yaml}: {}", fault.reason);
            assert_eq!((fault.line, fault.column), (line, column), "{yaml}");
        }
    }
}

#[test]
fn structures() {
    check(
        "location: westeurope # here\ntags:\n  env: dev\nzones: ['1', \"2\"]\nsku: {name: S1}\n",
        r#"{"location":"westeurope","tags":{"env":"dev"},"zones":["1","2"],"sku":{"name":"S1"}}"#,
    );
    check(
        "%YAML 1.2\n---\n- a\n- - b\n  - {}\n- []\n...\n",
        r#"["a",["b",{}],[]]"#,
    );
    check(
        "a: |\n  x\n  y\nb: >-\n  x\n  y\n",
        r#"{"a":"x\ny\n","b":"x y"}"#,
    );
    check("a:\r\n- b\r\n", r#"{"a":["b"]}"#);
    check("---\n", "null");
    check("{\"a\": [1, true]}", r#"{"a":[1,true]}"#);
    check("'a/b': \"\\u00e9\\n\"", "{\"a/b\":\"é\\n\"}");
}

#[test]
fn scalars_of_the_core_schema() {
    for (yaml, json) in [
        ("no", "\"no\""),
        ("on", "\"on\""),
        ("Yes", "\"Yes\""),
        ("y", "\"y\""),
        ("true", "true"),
        ("True", "true"),
        ("FALSE", "false"),
        ("tRUE", "\"tRUE\""),
        ("~", "null"),
        ("Null", "null"),
        ("'null'", "\"null\""),
        ("\"1\"", "\"1\""),
        ("1.0", "1.0"),
        ("1.10", "1.10"),
        ("12345678901234567890123", "12345678901234567890123"),
        ("-0", "-0"),
        ("+7", "7"),
        (".5", "0.5"),
        ("-.5", "-0.5"),
        ("1.", "1.0"),
        ("1e5", "1e5"),
        ("1.0e+5", "1.0e+5"),
        ("00.5", "0.5"),
        ("0x1F", "31"),
        ("0o17", "15"),
        ("-0x1", "\"-0x1\""),
        ("0x", "\"0x\""),
        ("1e", "\"1e\""),
        (".", "\".\""),
        ("-", "[null]"),
        ("+", "\"+\""),
        ("1_000", "\"1_000\""),
        ("12:30", "\"12:30\""),
        ("1.2.3", "\"1.2.3\""),
        ("2024-01-01", "\"2024-01-01\""),
        ("2024-01-01T00:00:00Z", "\"2024-01-01T00:00:00Z\""),
        ("١", "\"١\""),
        ("!!str 1", "\"1\""),
        ("!<tag:yaml.org,2002:str> 1", "\"1\""),
        ("! 1", "\"1\""),
        ("!!int '1'", "1"),
        ("!!float 1", "1"),
        ("!!null ''", "null"),
        ("!!map {a: 1}", r#"{"a":1}"#),
        ("!!seq [a]", r#"["a"]"#),
    ] {
        check(yaml, json);
    }
}

#[test]
fn aliases_are_written_out() {
    check(
        "a: &x {b: [1]}\nc: *x\nd: [*x]\n",
        r#"{"a":{"b":[1]},"c":{"b":[1]},"d":[{"b":[1]}]}"#,
    );
    check("&k a: 1\nb: *k\n", r#"{"a":1,"b":"a"}"#);
    check("- &k a\n- *k : 1\n", r#"["a",{"a":1}]"#);
    // An anchor may be given again; an alias means the one before it.
    check("[&x 1, *x, &x 2, *x]", "[1,1,2,2]");
}

#[test]
fn what_json_cannot_say_is_refused_with_its_place() {
    for (yaml, place, reason) in [
        ("", (1, 1), "no document"),
        ("# nothing\n", (1, 1), "no document"),
        ("a: 1\n---\nb: 2\n", (2, 1), "second document"),
        (
            "a: 1\nb: 2\na: 3\n",
            (3, 1),
            "`a` is in this mapping already",
        ),
        (
            "a:\n  - {b: 1, 'b': 2}\n",
            (2, 12),
            "`b` is in this mapping already",
        ),
        ("a: 1\n2024: x\n", (2, 1), "`2024` is a number"),
        ("true: x\n", (1, 1), "is a boolean"),
        ("~: x\n", (1, 1), "is null"),
        ("{a: 1}: x\n", (1, 1), "a list or a mapping"),
        (
            "a: &x [1]\n*x : 1\n",
            (2, 1),
            "something other than a string",
        ),
        ("a: &x 1\n<<: *x\n", (2, 1), "merge key"),
        ("a: &x [*x]\n", (1, 8), "inside what it stands for"),
        ("a: *x\n", (1, 4), "anchor"),
        ("a: !Ref b\n", (1, 4), "`!Ref`"),
        ("a: !!binary aGk=\n", (1, 4), "`!!binary`"),
        ("a: !!timestamp 2024-01-01\n", (1, 4), "`!!timestamp`"),
        ("!!set {a: null}\n", (1, 1), "`!!set`"),
        ("a: !!int x\n", (1, 4), "not what its tag says"),
        ("a: .inf\n", (1, 4), "no number `.inf`"),
        ("a: -.INF\n", (1, 4), "no number"),
        ("a: .nan\n", (1, 4), "no number"),
        ("zip: 01234\n", (1, 6), "write `1234`, or `'01234'`"),
        (
            "a: 0xffffffffffffffffffffffffffffffffffff\n",
            (1, 4),
            "too large",
        ),
        ("a: 1\nb: \0\nc: 2\n", (2, 4), "U+0000"),
        ("é: \u{1b}[1m\n", (1, 4), "U+001B"),
    ] {
        refused(yaml, place, reason);
    }
    for yaml in [
        "a: [1\n",
        "a: \"b\n",
        "a: b: c\n",
        "a:\n\t- b\n",
        "- a\nb: c\n",
        "@a",
        "a: %",
    ] {
        assert!(to_json(yaml).is_err(), "{yaml} became {:?}", to_json(yaml));
    }
}

#[test]
fn neither_aliases_nor_depth_run_away() {
    let mut bomb = "a0: &a0 [lol,lol,lol,lol,lol,lol,lol,lol,lol,lol]\n".to_owned();
    for level in 1..12 {
        let aliases = vec![format!("*a{}", level - 1); 10].join(",");
        bomb.push_str(&format!("a{level}: &a{level} [{aliases}]\n"));
    }
    refused(&bomb, (7, 10), "grows by more than 8 MiB");
    let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
    check(&nested(MAX_DEPTH), &nested(MAX_DEPTH));
    refused(
        &nested(MAX_DEPTH + 1),
        (1, MAX_DEPTH + 1),
        "more than 128 levels",
    );
    assert!(to_json(&"[".repeat(100_000)).is_err());
    assert!(to_json(&"- ".repeat(100_000)).is_err());
    assert!(to_json(&"{a: ".repeat(100_000)).is_err());
    let mut ladder = "- &a0 []\n".to_owned();
    for level in 1..=MAX_DEPTH {
        ladder.push_str(&format!("- &a{level} [*a{}]\n", level - 1));
    }
    refused(&ladder, (128, 10), "more than 128 levels");
}

/// Numbers that look random and are the same in every run (xorshift).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % end
    }

    fn pick<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.below(of.len())]
    }

    fn text(&mut self) -> String {
        const PIECES: [&str; 44] = [
            "a",
            "no",
            "null",
            "1",
            "0",
            ".",
            "-",
            ":",
            ": ",
            " #",
            "#",
            " ",
            "  ",
            "\n",
            "\n\n",
            "\t",
            "\r",
            "'",
            "\"",
            "\\",
            "{",
            "}",
            "[",
            "]",
            ",",
            "&",
            "*",
            "!",
            "|",
            ">",
            "%",
            "@",
            "`",
            "?",
            "- ",
            "---",
            "...",
            "<<",
            "é",
            "\u{85}",
            "\u{2028}",
            "\u{feff}",
            "\u{7}",
            "\u{1f600}",
        ];
        (0..self.below(6)).map(|_| self.pick(&PIECES)).collect()
    }

    fn value(&mut self, depth: usize) -> String {
        const WORDS: [&str; 10] = [
            "null",
            "true",
            "false",
            "0",
            "-0",
            "1.10",
            "-7",
            "12345678901234567890123",
            "1.0e+5",
            "2.5e-7",
        ];
        match self.below(if depth == 0 { 4 } else { 7 }) {
            0 => self.pick(&WORDS).to_owned(),
            1..=3 => super::quote(&self.text()),
            4 | 5 => {
                let mut names = std::collections::BTreeSet::new();
                names.extend((0..self.below(5)).map(|_| self.text()));
                let members: Vec<String> = names
                    .iter()
                    .map(|name| format!("{}:{}", super::quote(name), self.value(depth - 1)))
                    .collect();
                format!("{{{}}}", members.join(","))
            }
            _ => {
                let length = self.below(5);
                let items: Vec<String> = (0..length).map(|_| self.value(depth - 1)).collect();
                format!("[{}]", items.join(","))
            }
        }
    }
}

#[test]
fn what_is_written_as_yaml_is_read_back() {
    let mut numbers = Numbers(0x9E37_79B9_7F4A_7C15);
    for _ in 0..20_000 {
        let json = numbers.value(4);
        let yaml = yaml_of_json(&json);
        assert_eq!(to_json(&yaml).as_deref(), Ok(json.as_str()), "{yaml}");
    }
}

#[test]
fn no_text_ends_the_process() {
    let mut numbers = Numbers(88_172_645_463_325_252);
    for _ in 0..20_000 {
        let text: String = (0..numbers.below(8)).map(|_| numbers.text()).collect();
        if let Ok(json) = to_json(&text) {
            assert!(
                serde_json::from_str::<serde_json::Value>(&json).is_ok(),
                "{text:?}: {json}"
            );
        }
    }
}
