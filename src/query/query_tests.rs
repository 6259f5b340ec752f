//! Whole queries: what they find, and what they are told apart as.

use super::{Error, Query};

#[track_caller]
fn check(expression: &str, json: &str, expected: &[&str]) {
    let query = Query::parse(expression).expect(expression);
    let mut found = Vec::new();
    query
        .select(json, &mut |node| found.push(node))
        .expect(json);
    assert_eq!(found, expected, "{expression} of {json}");
    let start = json.as_ptr() as usize;
    let inside = |node: &str| (start..=start + json.len()).contains(&(node.as_ptr() as usize));
    assert!(
        found.iter().all(|node| inside(node)),
        "a node is a slice of the document"
    );
}

#[test]
fn keeps_the_bytes() {
    let json =
        "{\"value\" : [ {\"n\":1.10, \"a\":1, \"a\":2 },{\"n\" : 1E5} , {\"n\":\"\\u00e9é\\/\"}]}";
    check("$.value[*].n", json, &["1.10", "1E5", "\"\\u00e9é\\/\""]);
    check("$..n", json, &["1.10", "1E5", "\"\\u00e9é\\/\""]);
    check("$.value[0]", json, &["{\"n\":1.10, \"a\":1, \"a\":2 }"]);
    check(
        "$.value[?@.n == 1.1]",
        json,
        &["{\"n\":1.10, \"a\":1, \"a\":2 }"],
    );
    check(
        "$",
        " {\"a\": 12345678901234567890123 }\n",
        &["{\"a\": 12345678901234567890123 }"],
    );
    check("$", " 1.50 ", &["1.50"]);
}

#[test]
fn gives_the_order_of_the_standard() {
    let json = r#"{"value":[{"name":"x","location":"a"},{"location":"b","name":"y"}]}"#;
    check(
        "$.value[*]['name','location']",
        json,
        &["\"x\"", "\"a\"", "\"y\"", "\"b\""],
    );
    check(
        "$..['name','location']",
        json,
        &["\"x\"", "\"a\"", "\"y\"", "\"b\""],
    );
    check("$[0,0,-1,2:0:-1]", "[1,2,3]", &["1", "1", "3", "3", "2"]);
    check("$..[0]", "[[1,[2]],3]", &["[1,[2]]", "1", "2"]);
    check("$..*", "[[1],2]", &["[1]", "2", "1"]);
}

#[test]
fn slices() {
    let json = "[0,1,2,3,4]";
    check("$[1:3]", json, &["1", "2"]);
    check("$[-2:]", json, &["3", "4"]);
    check("$[::-2]", json, &["4", "2", "0"]);
    check("$[::0]", json, &[]);
    check("$[3:-9007199254740991:-1]", json, &["3", "2", "1", "0"]);
    check("$[0:9007199254740991:9007199254740991]", json, &["0"]);
    check("$[:]", r#"{"a":1}"#, &[]);
    check("$[-6]", json, &[]);
}

#[test]
fn the_last_of_several_members_counts() {
    let json = r#"{"a":{"x":1},"b":0,"\u0061":{"x":2}}"#;
    check("$.a.x", json, &["2"]);
    check("$['a']['x','x']", json, &["2", "2"]);
    check("$.*", json, &[r#"{"x":1}"#, "0", r#"{"x":2}"#]);
    check("$..x", json, &["1", "2"]);
    check(
        "$[?@.x==@.y].y.k",
        r#"[{"x":{"k":1,"k":2},"y":{"k":2}}]"#,
        &["2"],
    );
    check(
        "$[?length(@)==1]",
        r#"[{"a":1,"a":2},{"a":1,"b":2}]"#,
        &[r#"{"a":1,"a":2}"#],
    );
    check("$.a.x", r#"{"a":{"x":1},"a":5}"#, &[]);
}

#[test]
fn filters_by_value() {
    check(
        "$[?@==1]",
        "[1.0,1,1e0,10e-1,\"1\",1.01,true]",
        &["1.0", "1", "1e0", "10e-1"],
    );
    check("$[?@==0]", "[1e-17,0.0,-0]", &["0.0", "-0"]);
    check(
        "$[?@>9007199254740992]",
        "[9007199254740992,9007199254740993]",
        &["9007199254740993"],
    );
    check(
        "$[?@==12345678901234567890]",
        "[12345678901234567890,12345678901234567891]",
        &["12345678901234567890"],
    );
    check("$[?@<1e400]", "[1e399,1e401]", &["1e399"]);
    check(
        "$[?@==0.10000000000000000001]",
        "[0.1,0.10000000000000000001]",
        &["0.10000000000000000001"],
    );
    check(
        "$[?@=='é/']",
        r#"["\u00e9\/","é/","e/"]"#,
        &[r#""\u00e9\/""#, "\"é/\""],
    );
    check(
        "$[?@.a==@.b]",
        r#"[{"a":[1],"b":[1.0]},{"a":[1],"b":[1,2]}]"#,
        &[r#"{"a":[1],"b":[1.0]}"#],
    );
    check(
        "$[?@.a==@.b]",
        r#"[{"a":{"x":1,"y":2},"b":{"y":2e0,"x":1}}]"#,
        &[r#"{"a":{"x":1,"y":2},"b":{"y":2e0,"x":1}}"#],
    );
    check(
        "$[?@.a==@.b]",
        r#"[{},{"a":null},{"a":null,"b":null}]"#,
        &["{}", r#"{"a":null,"b":null}"#],
    );
    check(
        "$[?@.a<=@.b]",
        r#"[{},{"a":1},{"a":"a","b":"b"},{"a":1,"b":"b"}]"#,
        &["{}", r#"{"a":"a","b":"b"}"#],
    );
    check("$[?@>='b']", r#"["a","b","c",1]"#, &["\"b\"", "\"c\""]);
    check(
        "$[?1<@ && @<=3 || !(@!=9)]",
        "[1,2,3,4,9]",
        &["2", "3", "9"],
    );
    check("$[?1.5>@ || 2.5<=@]", "[1,2,2.5]", &["1", "2.5"]);
}

#[test]
fn nests_filters() {
    check("$[?@[?@>1]]", "[[1],[1,2]]", &["[1,2]"]);
    check("$[?@..[?@>1]]", "[[1],[[2]]]", &["[[2]]"]);
    check("$[?@[?@[?@>1]]]", "[[[1]],[[2]]]", &["[[2]]"]);
    check(
        "$.l[?@.k==$.k]",
        r#"{"k":2,"l":[{"k":1},{"k":2}]}"#,
        &[r#"{"k":2}"#],
    );
}

#[test]
fn calls_functions() {
    check("$[?count(@.*)==0]", "[{},[1],3]", &["{}", "3"]);
    check(
        "$[?length(@)==2]",
        r#"["é\ud83d\ude00","é","ab",[1,2],12]"#,
        &[r#""é\ud83d\ude00""#, "\"ab\"", "[1,2]"],
    );
    check("$[?value(@.*)==1]", "[[1],[1,1],[]]", &["[1]"]);
    check(
        "$[?length(value(@.*))==1]",
        r#"[["a"],["ab"]]"#,
        &[r#"["a"]"#],
    );
    check(
        "$[?match(@,'vm-[0-9]')]",
        r#"["vm-1","a-vm-1",1]"#,
        &["\"vm-1\""],
    );
    check(
        "$[?search(@,'vm')]",
        r#"["vm-1","a-\u0076m-1","v"]"#,
        &["\"vm-1\"", r#""a-\u0076m-1""#],
    );
    check("$[?search(@,'(')]", r#"["("]"#, &[]);
    check("$[?match('a','a|b')]", "[1]", &["1"]);
}

#[test]
fn answers_for_half_surrogates() {
    let json = r#"[{"\ud800":"\udfff","k":"\ud800"},{"k":"\ud801"}]"#;
    check(
        "$[?@.k==@.k]",
        json,
        &[r#"{"\ud800":"\udfff","k":"\ud800"}"#, r#"{"k":"\ud801"}"#],
    );
    check("$[?@.k<$[1].k].k", json, &[r#""\ud800""#]);
    check(
        "$[?search(@.k,'.')].k",
        json,
        &[r#""\ud800""#, r#""\ud801""#],
    );
    check("$..*", r#"{"\ud800":"\udfff"}"#, &[r#""\udfff""#]);
}

#[test]
fn knows_singular_queries() {
    for (expression, singular) in [
        ("$", true),
        ("$.a['b'][0][-1]", true),
        ("$.a[*]", false),
        ("$..a", false),
        ("$['a','b']", false),
        ("$[0:1]", false),
        ("$[?@.a]", false),
    ] {
        let query = Query::parse(expression).expect(expression);
        assert_eq!(query.is_singular(), singular, "{expression}");
    }
}

#[test]
fn knows_what_streams() {
    for (expression, streams) in [
        ("$.value[*]", true),
        ("$['value'][*].name", true),
        ("$.value.*.name", true),
        ("$.value[*]['name','id']", true),
        ("$.value[*]..name", true),
        ("$.value[*].list[-1]", true),
        ("$.value[?@.a==1 && @.b[?@.c]].name", true),
        ("$.value[*][?@.a]", true),
        ("$", false),
        ("$.value", false),
        ("$.other[*]", false),
        ("$.value[0]", false),
        ("$.value[-1]", false),
        ("$.value[0:2]", false),
        ("$.value[*,*]", false),
        ("$.value[?@.a,?@.b]", false),
        ("$['value','x'][*]", false),
        ("$.value..name", false),
        ("$..value[*]", false),
        ("$[*][*]", false),
        ("$.value[?@.a==$.b]", false),
        ("$.value[?$.b]", false),
        ("$.value[?length($.b)==1]", false),
        ("$.value[?match(@.a, $.b)]", false),
        ("$.value[?@.a[?@.b==$.c]]", false),
        ("$.value[?!(@.a || $.b)]", false),
        ("$.value[*].list[?@==$.a]", false),
        ("$.value[*].list[?count(@[?$.a])==1]", false),
    ] {
        let query = Query::parse(expression).expect(expression);
        assert_eq!(query.per_item().is_some(), streams, "{expression}");
    }
}

#[test]
fn answers_hostile_documents() {
    let deep = "[".repeat(1_000_000);
    let closed = format!("{deep}{}", "]".repeat(1_000_000));
    for expression in ["$..a", "$[0][0].a", "$[*]", "$[?@.a]", "$.a"] {
        let query = Query::parse(expression).expect(expression);
        assert!(query.select(&deep, &mut |_| {}).is_err(), "{expression}");
        let answer = query.select(&closed, &mut |_| {});
        assert!(
            matches!(answer, Ok(()) | Err(Error::TooDeep { .. })),
            "{expression}"
        );
        let whole = r#"{"a" : [1.5,"\u00e9\"",{"b":[true,null]}],"c":{}}"#;
        for (end, _) in whole.char_indices() {
            // A cut document: whatever the answer, no panic and no node beyond the cut.
            let cut = whole.get(..end).expect("a boundary");
            let answer = query.select(cut, &mut |node| assert!(cut.contains(node)));
            assert!(
                matches!(answer, Ok(()) | Err(Error::Malformed { .. })),
                "{cut}"
            );
        }
    }
}
