//! The twenty places where the habits of curl, `az`, `gh` and `HTTPie` pull in different directions, one test each: what
//! `arm` does there.

use super::{request, run};
use crate::cli::{FieldStep, FieldValue, HeaderChange, Item, MethodOrigin, Topic, ValueSource};

#[track_caller]
fn refused(arguments: &[&str], hint: &str) {
    let error = run(arguments).expect_err(&arguments.join(" "));
    assert_eq!(error.exit_code(), 2, "{arguments:?}: {error}");
    assert!(
        error.hint().unwrap_or_default().contains(hint),
        "{arguments:?}: {:?}",
        error.hint()
    );
}

#[track_caller]
fn one_item(item: &str) -> Item {
    let mut items = request(&["PUT", "/x", item]).items;
    assert_eq!(items.len(), 1);
    items.remove(0)
}

fn text_field(name: &str, value: &str) -> Item {
    let value = FieldValue::Text(ValueSource::Literal(value.to_owned()));
    Item::Field {
        path: vec![FieldStep::Key(name.to_owned())],
        value,
    }
}

#[test]
fn conflict_01_verbs_and_commands() {
    for verb in ["get", "GET", "delete", "PATCH", "options"] {
        assert_eq!(
            request(&[verb, "/x"]).method.as_str(),
            verb.to_ascii_uppercase()
        );
    }
}

#[test]
fn conflict_02_bare_words_are_never_urls() {
    refused(&["localhost"], "https://localhost/");
    refused(&["deploy"], "`arm --help`");
}

#[test]
fn conflict_03_any_method_in_capitals() {
    assert_eq!(request(&["PROPFIND", "/x"]).method.as_str(), "PROPFIND");
    assert_eq!(
        request(&["VERSION-CONTROL", "/x"]).method.as_str(),
        "VERSION-CONTROL"
    );
    refused(&["propfind", "/x"], "");
}

#[test]
fn conflict_04_options_after_a_url_without_method() {
    let args = request(&["/y", "a==b", "-q", "$.x", "--limit", "3"]);
    assert_eq!(
        (args.options.output.query.as_deref(), args.items.len()),
        (Some("$.x"), 1)
    );
    assert!(args.options.paging.limit.is_some() && args.method_origin == MethodOrigin::Implied);
}

#[test]
fn conflict_05_colons_in_the_url() {
    for url in [
        "https://a.example:443/providers/x:y",
        ":50342/oauth2/token",
        "/providers/x:list=1",
    ] {
        assert_eq!(request(&[url]).url, url);
    }
    refused(&["GET", "/x", "https://a.example/y"], "several commands");
}

#[test]
fn conflict_06_colons_in_keys() {
    let expected = vec![
        FieldStep::Key("tags".to_owned()),
        FieldStep::Key("hidden-link:/x".to_owned()),
    ];
    for item in ["tags[hidden-link:/x]=v", ".tags.\"hidden-link:/x\"=v"] {
        assert!(
            matches!(one_item(item), Item::Field { path, .. } if path == expected),
            "{item}"
        );
    }
    refused(
        &["PUT", "/x", "hidden link:/x=v"],
        "`.\"hidden link:/x\"=v`",
    );
}

#[test]
fn conflict_07_json_or_a_header_that_starts_with_an_equals_sign() {
    refused(&["PUT", "/x", "X-A:=b"], "`X-A=b`");
    for arguments in [["PUT", "/x", "X-A\\:=b"], ["PUT", "/x", "-HX-A: =b"]] {
        let args = request(&arguments);
        let from_items = args.items.into_iter().filter_map(|item| match item {
            Item::Header(edit) => Some(edit),
            Item::Query { .. } | Item::Field { .. } | Item::Body(_) => None,
        });
        let edits: Vec<_> = from_items.chain(args.options.headers.edits).collect();
        assert_eq!(
            edits[0].change,
            HeaderChange::Set(ValueSource::Literal("=b".to_owned()))
        );
    }
}

#[test]
fn conflict_08_query_or_a_value_that_starts_with_an_equals_sign() {
    assert!(matches!(one_item("k==v"), Item::Query { .. }));
    let json = FieldValue::Json(ValueSource::Literal("\"=v\"".to_owned()));
    assert!(matches!(one_item("k:=\"=v\""), Item::Field { value, .. } if value == json));
    assert_eq!(one_item("cs=abc=="), text_field("cs", "abc=="));
}

#[test]
fn conflict_09_at_signs() {
    assert_eq!(one_item("@odata.type=#x"), text_field("@odata.type", "#x"));
    assert_eq!(one_item("k=\\@x"), text_field("k", "@x"));
    assert!(matches!(
        one_item("k=@x"),
        Item::Field {
            value: FieldValue::Text(ValueSource::File(_)),
            ..
        }
    ));
}

#[test]
fn conflict_10_o_is_the_format() {
    refused(&["/x", "-o", "out.json"], "did you mean `-O out.json`?");
    refused(&["/x", "-o", "dir/out"], "did you mean `-O dir/out`?");
}

#[test]
fn conflict_11_short_options_of_others() {
    assert_eq!(
        request(&["/x", "-q", "$.a"])
            .options
            .output
            .query
            .as_deref(),
        Some("$.a")
    );
    assert!(request(&["/x", "-s"]).options.output.silent);
    for (short, hint) in [
        ("-m", "METHOD"),
        ("-u", "URL"),
        ("-t", "`-q EXPR`"),
        ("-a", "`--auth"),
        ("-A", "User-Agent"),
        ("-b", "`@FILE`"),
    ] {
        refused(&["/x", short, "v"], hint);
    }
    refused(&["/x", "-h", "X-A: b"], "`-H 'X-A: b'`");
}

#[test]
fn conflict_12_f_is_an_item() {
    refused(&["/x", "-f", "a=b"], "`name=text`");
    refused(&["/x", "-F", "a=1"], "`name:=json`");
    refused(&["/x", "--form"], "x-www-form-urlencoded");
    refused(&["/x", "--follow"], "same origin");
}

#[test]
fn conflict_13_no_method_and_no_stdin_is_guessed() {
    refused(&["/x", "a=b"], "POST, PUT or PATCH");
    assert!(request(&["PUT", "/x"]).items.is_empty());
    assert_eq!(one_item("-"), Item::Body(ValueSource::Stdin));
}

#[test]
fn conflict_14_the_body_alone_is_printed() {
    assert!(!request(&["/x"]).options.output.include);
    assert!(request(&["/x", "-i"]).options.output.include);
}

#[test]
fn conflict_15_http_errors_fail() {
    refused(&["/x", "--check-status"], "the exit code always tells");
    refused(&["/x", "--fail"], "the exit code always tells");
    assert_eq!(
        request(&["/x", "--expect", "404"])
            .options
            .exit
            .expect
            .len(),
        1
    );
}

#[test]
fn conflict_16_exit_codes() {
    assert_eq!(run(&["/x", "--nothing"]).unwrap_err().exit_code(), 2);
    assert_eq!(run(&["--help"]).unwrap_err().exit_code(), 0);
}

#[test]
fn conflict_17_query_languages() {
    // The first character decides, later; the expression arrives untouched, and jq is named for what it is.
    assert_eq!(
        request(&["/x", "-q", " $.a "])
            .options
            .output
            .query
            .as_deref(),
        Some(" $.a ")
    );
    refused(&["/x", "--jq", ".a"], "JSONPath");
}

#[test]
fn conflict_18_terraform_owns_arm_variables() {
    let text = Topic::named("environment").unwrap().text();
    assert!(text.contains("ARMCLI_ACCESS_TOKEN") && text.contains("belong to Terraform"));
}

#[test]
fn conflict_19_the_name() {
    assert!(
        run(&["--version"])
            .unwrap_err()
            .to_string()
            .starts_with("arm ")
    );
}

#[test]
fn conflict_20_dots_in_keys() {
    assert_eq!(one_item("a.b=c"), text_field("a.b", "c"));
    let path = vec![
        FieldStep::Key("a".to_owned()),
        FieldStep::Key("b".to_owned()),
    ];
    assert!(matches!(one_item(".a.b=c"), Item::Field { path: found, .. } if found == path));
}
