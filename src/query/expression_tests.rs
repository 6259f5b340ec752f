//! Expressions that are refused: where the caret points, and that there is always an answer.

use super::{Error, Query};

#[track_caller]
fn refuses(expression: &str, at: usize, words: &str, caret: &str) {
    let error = Query::parse(expression).expect_err(expression);
    assert_eq!(error.caret(), caret, "{error}");
    let Error::Syntax {
        at: found, message, ..
    } = &error
    else {
        panic!("{error:?}")
    };
    assert_eq!(*found, at, "{message}");
    assert!(message.contains(words), "{message}");
}

#[test]
fn points_at_the_fault() {
    refuses("$.a[", 3, "never closed", "$.a[\n   ^");
    refuses("$.", 2, "ends too early, expected a name", "$.\n  ^");
    refuses("$[01]", 2, "unexpected `0`", "$[01]\n  ^");
    refuses("$.é[?@.a=1]", 9, "expected", "$.é[?@.a=1]\n        ^");
    refuses("$[?@.a=~'x']", 6, "unexpected `=`", "$[?@.a=~'x']\n      ^");
    refuses("$[?@.*==1]", 6, "unexpected `=`", "$[?@.*==1]\n      ^");
    refuses(" $", 0, "whitespace before", " $\n^");
    refuses("$.a\tb", 4, "two words", "$.a b\n    ^");
    refuses(
        "$.tags.cost-center",
        11,
        "['a-b']",
        "$.tags.cost-center\n           ^",
    );
    let long = format!("$.{}[{}", "a".repeat(60), "b".repeat(60));
    let caret = format!(
        "…{}[{}…\n{}^",
        "a".repeat(40),
        "b".repeat(29),
        " ".repeat(41)
    );
    refuses(&long, 62, "never closed", &caret);
}

#[test]
fn bounds_the_steps() {
    let flat = |steps: usize| format!("${}", ".*".repeat(steps));
    assert!(Query::parse(&flat(256)).is_ok());
    assert!(Query::parse(&flat(257)).is_err());
    let nested = format!("$.a[?$.b[?{}]]", flat(252));
    assert!(
        Query::parse(&nested).is_err(),
        "steps of nested filters add up"
    );
    let beside = format!("$[?{} || {}]", flat(200), flat(200));
    assert!(
        Query::parse(&beside).is_ok(),
        "steps beside each other do not"
    );
}

#[test]
fn refuses_ill_typed_functions() {
    for (expression, at) in [
        ("$[?length(@.*)<3]", 3),
        ("$[?length(@.a)]", 3),
        ("$[?count(@.a)]", 3),
        ("$[?value(@.a)]", 3),
        ("$[?@.a && count(@.b)]", 10),
        ("$[?length(@.a)==1 && count(1)==2]", 21),
        ("$[?count(value(@.a))==1]", 9),
        ("$[?count(@.a && @.b)==1]", 13),
        ("$[?match(@.*,'x')]", 3),
        ("$[?match(@.a,'x')==true]", 3),
        ("$[?true==search(@.a,'x')]", 9),
        ("$[?length(match(@.a,'x'))==1]", 10),
        ("$[?match(count(@.*),@..a)]", 3),
        ("$[?any_of(@.a,@.b)]", 3),
    ] {
        let error = Query::parse(expression).expect_err(expression);
        let Error::Syntax {
            at: found, message, ..
        } = &error
        else {
            panic!("{error:?}")
        };
        assert_eq!(*found, at, "{expression}: {message}");
    }
}

#[test]
fn answers_hostile_expressions() {
    let deep = |open: &str, inner: &str, close: &str, depth: usize| {
        format!("$[?{}{inner}{}]", open.repeat(depth), close.repeat(depth))
    };
    for expression in [
        "[".repeat(100_000),
        format!("${}", "[".repeat(100_000)),
        format!("${}", "[?@".repeat(60)),
        deep("(", "@.a", ")", 63),
        deep("(", "@.a x", ")", 63),
        deep("!(", "@.a", "", 63),
        deep("@[?", "@.a", "]", 63),
        deep("$[?", "@.a=", "]", 63),
        deep("length(", "@.a", ")", 4),
        deep("length(", "x", ")", 4),
        deep("length(@[?", "@.a=1", "])==1", 4),
        deep("length(@[?", "@.a==1", "])==1", 4),
        format!("$[?{}1==1]", "1==1||".repeat(10_000)),
        format!("$[?{}1==1]", "1==1&&".repeat(10_000)),
        format!("${}", "['a','b']".repeat(255)),
        format!("${}", ".*".repeat(30_000)),
        format!("$[{}1]", "1,".repeat(30_000)),
        format!("$['{}']", "\\u0041".repeat(10_000)),
        "$[?@=='\\ud800']".to_owned(),
        "$\u{0}".to_owned(),
        "$.\u{fffd}\u{202e}".to_owned(),
    ] {
        if let Ok(query) = Query::parse(&expression) {
            let nested = format!("{}{}", "[".repeat(500), "]".repeat(500));
            let answer = query.select(&nested, &mut |_| {});
            assert_eq!(answer, Ok(()));
        }
    }
}

#[test]
fn the_first_items_decide() {
    for (expression, expected) in [
        ("$.value[0].id", Some(1)),
        ("$['value'][3]", Some(4)),
        ("$.value[0,4].a", Some(5)),
        ("$.value[:3].name", Some(3)),
        ("$.value[1:10:2]", Some(10)),
        ("$.value[0].tags[?@.a == 1]", Some(1)),
        ("$.count", Some(0)),
        ("$.value.length", Some(0)),
        ("$.value[-1]", None),
        ("$.value[-3:2]", None),
        ("$.value[2:]", None),
        ("$.value[5:0:-1]", None),
        ("$.value[*].id", None),
        ("$.value[?@.a]", None),
        ("$.value[0][?@.a == $.b]", None),
        ("$.value", None),
        ("$", None),
        ("$..id", None),
        ("$.value..id", None),
        ("$.*[0]", None),
        ("$['value','count'][0]", None),
    ] {
        let query = Query::parse(expression).unwrap();
        let names = ["value".to_owned()];
        assert_eq!(query.items_needed(&names), expected, "{expression}");
    }
    let query = Query::parse("$.properties.rows[0]").unwrap();
    let names = ["properties", "rows"].map(str::to_owned);
    assert_eq!(query.items_needed(&names), Some(1));
    assert_eq!(query.items_needed(&[]), Some(0));
}
