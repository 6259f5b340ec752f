//! The same question asked in two ways has one answer: bytes against tree, item by item against
//! the whole. Documents and expressions are generated from fixed seeds, nonsense among them.

use super::plan::ExecutionPlan;
use super::{Error, Query};

/// A small generator of numbers (xorshift), so that a failing case can be repeated.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % limit as u64).expect("below limit")
    }

    fn pick(&mut self, choices: &[&'static str]) -> &'static str {
        choices[self.below(choices.len())]
    }

    fn space(&mut self) -> &'static str {
        self.pick(&["", "", "", " ", "\n\t"])
    }

    /// Names that are equal only once their escapes are resolved, and duplicates.
    fn name(&mut self) -> &'static str {
        self.pick(&[
            "a", "b", "a", r"\u0061", "c d", r#"\"q"#, "é", r"\u00e9", "", r"\\", r"\ud800",
        ])
    }

    fn scalar(&mut self) -> &'static str {
        self.pick(&[
            "1",
            "1.10",
            "-0",
            "1E5",
            "true",
            "false",
            "null",
            r#""a""#,
            r#""\u0061""#,
            r#""]}\"[{""#,
            r#""""#,
            r#""\\""#,
            "12345678901234567890",
            r#""some longer text with é in it, and \n""#,
        ])
    }

    fn document(&mut self, depth: usize) -> String {
        if depth == 0 {
            return self.scalar().to_owned();
        }
        let kind = self.below(5);
        let count = self.below(5);
        let mut parts = Vec::new();
        for _ in 0..count {
            let value = self.document(depth - 1);
            let (before, after) = (self.space(), self.space());
            parts.push(match kind {
                0 | 1 => format!("{before}{value}{after}"),
                _ => format!("{before}\"{}\"{after}:{before}{value}{after}", self.name()),
            });
        }
        match kind {
            0 | 1 => format!("[{}{}]", self.space(), parts.join(",")),
            2 | 3 => format!("{{{}{}}}", self.space(), parts.join(",")),
            _ => self.scalar().to_owned(),
        }
    }

    fn steps(&mut self) -> String {
        let count = self.below(4);
        let step = |random: &mut Self| {
            random.pick(&[
                ".a",
                "['b']",
                "['a']",
                "['c d']",
                r#"['"q']"#,
                ".é",
                "['']",
                "['\\\\']",
                ".*",
                "[*]",
                "[0]",
                "[1]",
                "[3]",
            ])
        };
        (0..count).map(|_| step(self)).collect()
    }
}

fn nodes(query: &Query, json: &str) -> Vec<String> {
    let mut found = Vec::new();
    query
        .select(json, &mut |node| found.push(node.to_owned()))
        .expect(json);
    found
}

const FILTERS: [&str; 9] = [
    "[*]",
    ".*",
    "[?@.a]",
    "[?@.a==1 || @['b']=='a']",
    "[?@[?@.a]]",
    "[?count(@.*)>1]",
    "[?length(@)==2]",
    "[?!(@..a)]",
    "[?@=='a']",
];

const RESTS: [&str; 9] = [
    "",
    ".a",
    "..a",
    "[-1]",
    "['a','b']",
    "[0:2]",
    "..*",
    "[?@.a].a",
    ".*.*",
];

/// Asks in both ways; says whether there was an answer.
#[track_caller]
fn agree(expression: &str, json: &str) -> bool {
    let query = Query::parse(expression).expect(expression);
    let way = ExecutionPlan::on_one_tree(&query.path.segments);
    let found = nodes(&query, json);
    assert_eq!(
        found,
        nodes(&Query { way, ..query }, json),
        "{expression} of {json}"
    );
    !found.is_empty()
}

#[test]
fn bytes_and_tree_agree() {
    let mut random = Random(0x5EED_0001);
    let mut hits = 0;
    for _ in 0..20_000 {
        let json = format!("{}{}{}", random.space(), random.document(4), random.space());
        hits += usize::from(agree(&format!("${}", random.steps()), &json));
    }
    assert!(hits > 5_000, "only {hits} of the questions had an answer");
}

#[test]
fn many_trees_and_one_agree() {
    let mut random = Random(0x5EED_0003);
    let mut hits = 0;
    for _ in 0..20_000 {
        let json = random.document(5);
        let (steps, filter, rest) = (random.steps(), random.pick(&FILTERS), random.pick(&RESTS));
        hits += usize::from(agree(&format!("${steps}{filter}{rest}"), &json));
    }
    assert!(hits > 1_000, "only {hits} of the questions had an answer");
}

#[test]
fn items_and_whole_agree() {
    let mut random = Random(0x5EED_0002);
    let mut hits = 0;
    for _ in 0..10_000 {
        let count = random.below(5);
        let items: Vec<String> = (0..count).map(|_| random.document(3)).collect();
        let (first, last) = (random.document(2), random.document(2));
        let json = format!(
            r#"{{"first":{first}, "value" :[ {} ],"last":{last}}}"#,
            items.join(random.pick(&[",", " , "]))
        );
        let expression = format!("$.value{}{}", random.pick(&FILTERS), random.pick(&RESTS));
        let query = Query::parse(&expression).expect(&expression);
        let per_item = query.per_item().expect(&expression);
        let mut found = Vec::new();
        for item in &items {
            per_item
                .select(item, &mut |node| found.push(node.to_owned()))
                .expect(item);
        }
        assert_eq!(found, nodes(&query, &json), "{expression} of {json}");
        hits += usize::from(!found.is_empty());
    }
    assert!(hits > 2_000, "only {hits} of the questions had an answer");
}

#[test]
fn nonsense_is_answered() {
    let tokens = [
        "$",
        "@",
        ".",
        "..",
        "*",
        "[",
        "]",
        "[?",
        "(",
        ")",
        ",",
        ":",
        "'a'",
        "\"b\"",
        "'\\u00e9'",
        "a",
        "é",
        "-",
        "1",
        "-1",
        "0",
        "1.5e3",
        "99999999999999999999",
        "==",
        "!=",
        "<",
        ">=",
        "=",
        "&&",
        "||",
        "!",
        " ",
        "\n",
        "length(",
        "count(",
        "value(",
        "match(",
        "in(",
        "true",
        "null",
        "'",
        "\"",
        "\\",
        "\u{0}",
        "😀",
        "$.a",
        "@.a",
        "[0]",
        "[?@.a==1]",
        "count(@.*)>1",
    ];
    let mut random = Random(0x5EED_0004);
    let (mut parsed, mut refused) = (0, 0);
    for _ in 0..30_000 {
        let count = random.below(9);
        let tail: String = (0..count).map(|_| random.pick(&tokens)).collect();
        let opening = random.pick(&["$", "$[?", "$[?@.a", "$.a["]);
        let closing = random.pick(&["", "]", "==1]"]);
        let expression = format!("{opening}{tail}{closing}");
        match Query::parse(&expression) {
            Ok(query) => {
                parsed += 1;
                nodes(&query, r#"{"a":[{"a":1,"b":[1,2]},2],"b":"x"}"#);
            }
            Err(Error::Syntax { at, .. }) => {
                refused += 1;
                assert!(expression.is_char_boundary(at), "{expression}: {at}");
            }
            Err(other) => panic!("{expression}: {other}"),
        }
    }
    assert!(parsed > 300 && refused > 10_000, "{parsed} and {refused}");
}
