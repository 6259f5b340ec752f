//! What the guard passes on, refuses and where.

use super::guard::{MAXIMUM_CALLS, MAXIMUM_LENGTH, MAXIMUM_NESTING, check};

#[track_caller]
fn passes(expression: &str, text: &str, numbers: &[&str], calls: &[usize]) {
    let guarded = check(expression).expect("no fault");
    assert_eq!(guarded.text, text);
    assert_eq!(guarded.numbers, numbers);
    assert_eq!(guarded.calls, calls);
}

#[track_caller]
fn refuses(expression: &str, at: usize, words: &str) {
    let fault = check(expression).expect_err(expression);
    assert_eq!(fault.at, at, "{expression}: {}", fault.message);
    assert!(
        fault.message.contains(words),
        "{expression}: {}",
        fault.message
    );
}

#[test]
fn collects_what_the_tree_loses() {
    passes("$", "$", &[], &[]);
    passes("$[0, -1, 1:2]['9']", "$[0, -1, 1:2]['9']", &[], &[]);
    passes(
        "$.a1[?@.b2[3] == 4.50, 5]",
        "$.a1[?@.b2[3] == 4.50, 5]",
        &["4.50"],
        &[],
    );
    passes(
        "$[?(@>-0)&&1e+5<@]",
        "$[?(@>-0)&&1e+5<@]",
        &["-0", "1e+5"],
        &[],
    );
    passes(
        "$[?length(@.a)==count(@[?value(@)==12345678901234567890])]",
        "$[?length(@.a)==count(@[?value(@)==1                   ])]",
        &["12345678901234567890"],
        &[3, 16, 25],
    );
}

#[test]
fn refuses_what_the_parser_lets_pass() {
    refuses("$.a b", 4, "two words");
    refuses("$[?@.a in [1]]", 7, "two words");
    refuses("$[?@.a==1 2]", 10, "two words");
    refuses("$.a ", 3, "whitespace after the path");
    refuses("$['a']\n", 6, "whitespace after the path");
    refuses("$[?@. a==1]", 5, "whitespace after `.`");
    refuses("$[?in(@.a,@.b)]", 3, "unknown function `in`");
    refuses("$.name.length()", 7, "no methods");
    refuses("$ ", 1, "whitespace after the path");
    refuses("$.tags.my-tag", 9, "`['a-b']`");
    refuses("$[?@.a-1==2]", 6, "`['a-b']`");
    refuses("$[- 1]", 2, "right after `-`");
}

#[test]
fn names_the_place() {
    refuses("$.a['b'", 3, "`[` is never closed");
    refuses("$[?(@.a]", 7, "expected `)`");
    refuses("$.a]", 3, "never opened");
    refuses("$['a", 2, "quote is never closed");
    refuses("$['a\\", 2, "quote is never closed");
    refuses("$['é\\q']", 5, "is not a valid escape");
    refuses("$[\"\\'\"]", 3, "is not a valid escape");
    refuses("$['a\nb']", 4, "control character");
}

#[test]
fn bounds_what_is_parsed() {
    let nested = |open: &str, close: &str, depth: usize| {
        format!("$[?{}@.a{}]", open.repeat(depth), close.repeat(depth))
    };
    assert!(check(&nested("(", ")", MAXIMUM_NESTING - 1)).is_ok());
    assert!(check(&nested("(", ")", MAXIMUM_NESTING)).is_err());
    assert!(check(&nested("@[?", "]", MAXIMUM_NESTING)).is_err());
    assert!(check(&nested("length(", ")", MAXIMUM_CALLS)).is_ok());
    assert!(check(&nested("length(", ")", MAXIMUM_CALLS + 1)).is_err());
    assert!(check(&"[".repeat(MAXIMUM_LENGTH)).is_err());
    assert!(check(&format!("$.{}", "a".repeat(MAXIMUM_LENGTH))).is_err());
}
