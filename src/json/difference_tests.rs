//! What is said of two documents.

use super::{Change, ChangeKind, difference};

fn words(change: &Change<'_>) -> String {
    let path = &change.path;
    match change.kind {
        ChangeKind::Added(value) => format!("+ {path} {value}"),
        ChangeKind::Removed(value) => format!("- {path} {value}"),
        ChangeKind::Replaced { before, after } => format!("~ {path} {before} {after}"),
        ChangeKind::Reordered { .. } => format!("~ {path} order"),
    }
}

#[track_caller]
fn check(before: &str, after: &str, expected: &[&str]) {
    for (before, after, expected) in [(before, after, expected), (before, before, &[])] {
        let changes = difference(before, after);
        let changes: Vec<String> = changes.iter().map(words).collect();
        assert_eq!(changes, expected, "{before} {after}");
    }
}

#[test]
fn members_are_compared_by_name() {
    check(
        "{\"a\":1,\"b\":{\"c\":\"x\",\"d\":true}}",
        "{\"b\":{\"d\":false,\"e\":[]},\"a\":1.0}",
        &["- b.c \"x\"", "~ b.d true false", "+ b.e []"],
    );
    check("{\"a\":null}", "{}", &["- a null"]);
    check("{\"a\":[]}", "{\"a\":{}}", &["~ a [] {}"]);
    check("1", "2", &["~ $ 1 2"]);
    check(
        "{\"a b\":1,\"c.d\":2,\"\":3}",
        "{}",
        &["- \"a b\" 1", "- \"c.d\" 2", "- \"\" 3"],
    );
}

#[test]
fn elements_with_names_are_compared_by_name() {
    check(
        "{\"s\":[{\"name\":\"web\",\"p\":1},{\"name\":\"db\",\"p\":2},{\"name\":\"old\"}]}",
        "{\"s\":[{\"name\":\"new\"},{\"name\":\"web\",\"p\":3},{\"p\":2,\"name\":\"db\"}]}",
        &[
            "~ s[web].p 1 3",
            "- s[old] {\"name\":\"old\"}",
            "+ s[new] {\"name\":\"new\"}",
        ],
    );
    check(
        "[{\"id\":\"/x/n1\"},{\"id\":\"/x/n2\"}]",
        "[{\"id\":\"/x/n2\"},{\"id\":\"/x/n1\",\"primary\":true}]",
        &["+ [n1].primary true", "~ $ order"],
    );
    // If a name comes twice, it tells nothing apart.
    check(
        "[{\"name\":\"a\"},{\"name\":\"a\",\"v\":1}]",
        "[{\"name\":\"a\"},{\"name\":\"a\",\"v\":2}]",
        &["~ [1].v 1 2"],
    );
}

#[test]
fn other_elements_are_aligned() {
    check("[1,2,3]", "[2,3,4]", &["- [0] 1", "+ [2] 4"]);
    check("[\"1\"]", "[\"2\"]", &["~ [0] \"1\" \"2\""]);
    check("[1,2]", "[2,1]", &["- [0] 1", "+ [1] 1"]);
    check("[]", "[1,2]", &["+ [0] 1", "+ [1] 2"]);
    check(
        "[{\"a\":1},{\"b\":1}]",
        "[{\"a\":1},{\"b\":2}]",
        &["~ [1].b 1 2"],
    );
}

#[test]
fn large_and_deep_documents_end() {
    let many = |from: usize| {
        let numbers: Vec<String> = (from..from + 30_000).map(|n| n.to_string()).collect();
        format!("[{}]", numbers.join(","))
    };
    let changes = difference(&many(0), &many(30_000)).len();
    assert_eq!(changes, 30_000);
    let deep = |inner: &str| format!("{}{inner}{}", "[".repeat(50_000), "]".repeat(50_000));
    assert_eq!(difference(&deep("1"), &deep("2")).len(), 1);
}
