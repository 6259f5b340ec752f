//! Tables of what expressions find, in whose spelling, and where the caret of a fault points. The public suite has the
//! rest: `tests/it/jmespath_suite.rs`.

use super::{JmesPath, MissedName};
use crate::query::Error;

const ITEMS: &str = r#"{"value":[{"name":"b","n":1.10,"big":12345678901234567890123,"z":null,"tags":{"y":1,"x":"é","y":2}},{"n":1E5,"name":"a","list":[3,[1]]},{"name":"c","n":2}],"count":3}"#;

#[track_caller]
fn finds(expression: &str, expected: &str) {
    let query = JmesPath::parse(expression).unwrap_or_else(|error| panic!("{error}"));
    let found = query.find(ITEMS).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(found, expected, "{expression}");
}

#[test]
fn what_is_only_selected_keeps_its_bytes() {
    finds("value[0].tags", r#"{"y":1,"x":"é","y":2}"#);
    finds("value[].n", "[1.10,1E5,2]");
    finds(
        "value[?big].{Z: z, Name: name, Big: big}",
        r#"[{"Z":null,"Name":"b","Big":12345678901234567890123}]"#,
    );
    finds("sort_by(value, &name)[].n", "[1E5,1.10,2]");
    finds("max_by(value, &n).n", "1E5");
    finds("sort(value[].n)", "[1.10,2,1E5]");
    finds("value[1].list[]", "[3,1]");
    finds("value[::-1].name", r#"["c","a","b"]"#);
    finds("@", ITEMS);
}

#[test]
fn what_is_computed_is_spelled_as_python_does() {
    finds("sum(value[].n)", "100003.1");
    finds("avg(value[].n)", "33334.36666666667");
    finds("sum(value[].big)", "12345678901234567890123");
    finds("to_string(value[0].n)", "\"1.1\"");
    finds(
        "to_string(value[0].tags)",
        r#""{\"y\":2,\"x\":\"\\u00e9\"}""#,
    );
    finds("to_number(`\"1e3\"`)", "1000.0");
    finds("length(value[0].tags.x)", "1");
    finds("keys(value[0].tags)", r#"["y","x"]"#);
    finds("values(value[0].tags)", r#"[2,"é"]"#);
    finds("merge(value[0].tags, `{\"y\": 3}`)", r#"{"y":3,"x":"é"}"#);
    finds("join(', ', value[].name)", "\"b, a, c\"");
    finds("reverse('añ')", "\"ña\"");
    finds("`foo`", "\"foo\"");
    finds("'it\\'s'", "\"it's\"");
    finds("value[?n > `1.5`].name", r#"["a","c"]"#);
    finds(
        "value[?name == 'a' || !z && n < `1.2`].name",
        r#"["b","a"]"#,
    );
    finds("contains(value[].name, 'a')", "true");
    finds("`\"\\ud800\"`", r#""\ud800""#);
    finds("nope", "null");
    finds("nope[].x", "null");
    finds("[value[0].name, nope]", r#"["b",null]"#);
}

#[track_caller]
fn refuses(expression: &str, at: usize, words: &str) {
    let error = JmesPath::parse(expression).expect_err(expression);
    let Error::Syntax {
        at: found, message, ..
    } = &error
    else {
        panic!("{error:?}")
    };
    assert!(message.contains(words), "{expression}: {message}");
    assert_eq!(*found, at, "{expression}: {message}");
}

#[test]
fn points_at_the_fault() {
    refuses("", 0, "empty");
    refuses("  ", 2, "empty");
    refuses("value[", 5, "never closed");
    refuses("value[?name == 'a'", 5, "never closed");
    refuses("value[?name == 'a]", 15, "never closed");
    refuses("(a", 0, "never closed");
    refuses("{a: b", 0, "never closed");
    refuses("length(a", 6, "never closed");
    refuses("a]", 1, "never opened");
    refuses("a b", 2, "an operator is missing");
    refuses("é.b c", 0, "double quotes");
    refuses("a.", 2, "ends with a dot");
    refuses("a..b", 2, "two dots");
    refuses(".a", 0, "before the dot");
    refuses("a.[]", 2, "no dot");
    refuses("a.0", 2, "without a dot");
    refuses("a.'b'", 2, "name is missing after the dot");
    refuses("a-b", 1, "double quotes");
    refuses("a[b]", 2, "several members are");
    refuses("a['b']", 2, "double quotes");
    refuses("a[\"b\"]", 2, "with a dot: `.\"b\"`");
    refuses("a[0:b]", 4, "a slice is");
    refuses("a[::0]", 4, "cannot be 0");
    refuses("a[0:1:2:3]", 7, "a slice is");
    refuses("a = 'b'", 2, "write `==`");
    refuses("a & b", 2, "an operator is missing");
    refuses("a[*]b", 4, "an operator is missing");
    refuses("a{b: c}", 1, "a dot is missing");
    refuses("{a}", 2, "`:` is missing after the name: `{a: expression}`");
    refuses("{'a': b}", 1, "bare or in double quotes");
    refuses("a == 1", 5, "backticks");
    refuses("a[?b == 'c', d]", 11, "expected `]`");
    refuses("a, b", 1, "have parts");
    refuses("nope(a)", 0, "there is no function `nope`");
    refuses("lenght(a)", 0, "did you mean `length`?");
    refuses("length(a, b)", 0, "takes 1 argument, and has 2");
    refuses("merge()", 0, "at least 1 argument");
    refuses("sort_by(a, b)", 11, "write `&` before it");
    refuses("length(&a)", 7, "without `&`");
    refuses("&a", 0, "before an argument");
    refuses("\"length\"(a)", 0, "without quotes");
    refuses("a.b(c).d(e).f$", 13, "no `$`");
    refuses("`\"a`", 0, "neither JSON nor a text");
    refuses(&"(".repeat(5_000), 128, "nests deeper");
    refuses(&"!".repeat(5_000), 128, "nests deeper");
    refuses(&format!("a{}", "[]".repeat(5_000)), 257, "in one another");
    refuses(
        &format!("a{}", " || a".repeat(5_000)),
        1_282,
        "in one another",
    );
    refuses(&"a".repeat(70_000), 0, "longer than");
    // A chain is not deep.
    assert!(JmesPath::parse(&format!("a{}", ".a".repeat(5_000))).is_ok());
}

#[test]
fn a_function_says_what_it_was_given() {
    for (expression, at, words) in [
        (
            "a | length(nope)",
            4,
            "length() takes an array, an object or a string, and found null",
        ),
        (
            "sum(value[].name)",
            0,
            "sum() takes an array of numbers, and found a string among its elements",
        ),
        (
            "sort_by(value, &z)",
            0,
            "sort_by() takes a number of each, or a string of each, and found null",
        ),
        ("max(value)", 0, "found an object among its elements"),
        ("sum(`[1e308, 1e308]`)", 0, "too large"),
    ] {
        let error = JmesPath::parse(expression)
            .unwrap()
            .find(ITEMS)
            .unwrap_err();
        let Error::Mismatch {
            at: found, message, ..
        } = &error
        else {
            panic!("{error:?}")
        };
        assert!(message.contains(words), "{expression}: {message}");
        assert_eq!(*found, at, "{expression}");
    }
}

#[test]
fn item_by_item_finds_the_same() {
    let items = [
        r#"{"a":1,"b":{"c":"x"},"l":[1,[2]]}"#,
        "[1,{\"a\":2}]",
        "null",
        r#"{"b":{"c":"y"}}"#,
        "7",
    ];
    let document = format!(r#"{{"value":[{}]}}"#, items.join(","));
    for expression in [
        "value[]",
        "value[*]",
        "value[].a",
        "value[*].a",
        "value[?a]",
        "value[?b.c == 'y'].b.c",
        "value[].l[]",
        "value[*].l[].[@]",
        "value[].b.*",
        "value[].{x: a, y: b.c}",
        "value[].[a, b]",
        "value[][]",
        "value[?b][?c]",
        "value | [].a",
        "value | [?a].l[]",
        "\"value\"[].a[0]",
        "value[].to_string(@)",
    ] {
        let query = JmesPath::parse(expression).unwrap();
        let per_item = query.per_item().expect(expression);
        assert_eq!(per_item.member(), "value");
        let mut found = Vec::new();
        for item in items {
            per_item
                .select(item, &mut |value| found.push(value.to_owned()))
                .unwrap();
        }
        let whole = query.find(&document).unwrap();
        assert_eq!(format!("[{}]", found.join(",")), whole, "{expression}");
    }
    for expression in [
        "value",
        "value[0]",
        "value[:2]",
        "value[:2].a",
        "value.*",
        "*.a",
        "value[].a | [0]",
        "length(value[])",
        "[].a",
        "a.value[].a",
        "{x: value[].a}",
        "value[].a || 'x'",
        "[value[].a]",
        "!value[]",
    ] {
        let query = JmesPath::parse(expression).unwrap();
        assert!(query.per_item().is_none(), "{expression}");
    }
}

#[test]
fn hashes_are_columns() {
    for (expression, columns) in [
        ("value[].{b: x, a: y}", Some(vec!["b", "a"])),
        ("{b: x}", Some(vec!["b"])),
        ("value[?x].{b: x} | [?b]", Some(vec!["b"])),
        ("value[].{b: x} | sort_by(@, &b)", Some(vec!["b"])),
        ("value[].{b: x} | [0]", Some(vec!["b"])),
        ("value[].{b: x}.b", None),
        ("value[].{b: x} | length(@)", None),
        ("value[]", None),
        ("value[].[a, b]", None),
    ] {
        let found = JmesPath::parse(expression).unwrap().columns();
        let columns = columns.map(|names| names.into_iter().map(str::to_owned).collect());
        assert_eq!(found, columns, "{expression}");
    }
}

#[test]
fn names_that_were_never_found_are_known() {
    let missed = |expression: &str| {
        let query = JmesPath::parse(expression).unwrap();
        query.find(ITEMS).unwrap();
        query.missed_name()
    };
    let name = |name: &str, alike: Option<&str>| {
        Some(MissedName {
            name: name.to_owned(),
            alike: alike.map(str::to_owned),
            is_quoted: false,
        })
    };
    assert_eq!(missed("value[?nmae == 'a']"), name("nmae", Some("name")));
    assert_eq!(missed("vlaue[].name"), name("vlaue", Some("value")));
    assert_eq!(missed("value[?name == 'd']"), None);
    assert_eq!(missed("value[].list"), None, "one of them has it");
    let text = missed("value[?name == \"a\"]").unwrap();
    assert!(text.is_quoted && text.alike.is_none(), "{text:?}");
}
