//! Tables for the items: what each spelling means, and what each trap answers.

use std::path::PathBuf;

use http::HeaderName;

use super::{
    FieldStep, FieldValue, HeaderChange, HeaderEdit, Item, ValueSource, parse, parse_header_option,
};

fn text(value: &str) -> ValueSource {
    ValueSource::Literal(value.to_owned())
}

fn file(path: &str) -> ValueSource {
    ValueSource::File(PathBuf::from(path))
}

fn header(name: &str, change: HeaderChange) -> Item {
    Item::Header(HeaderEdit {
        name: HeaderName::from_bytes(name.as_bytes()).unwrap(),
        change,
    })
}

fn set(name: &str, value: &str) -> Item {
    header(name, HeaderChange::Set(text(value)))
}

fn query(name: &str, value: ValueSource) -> Item {
    Item::Query {
        name: name.to_owned(),
        value,
    }
}

/// A path written with slashes; a part `[0]` is an index, `[]` an append.
fn steps(path: &str) -> Vec<FieldStep> {
    let step = |part: &str| match part {
        "[]" => FieldStep::Append,
        "[0]" => FieldStep::Index(0),
        name => FieldStep::Key(name.to_owned()),
    };
    path.split('|').map(step).collect()
}

fn string(path: &str, value: &str) -> Item {
    Item::Field {
        path: steps(path),
        value: FieldValue::Text(text(value)),
    }
}

fn json(path: &str, value: &str) -> Item {
    Item::Field {
        path: steps(path),
        value: FieldValue::Json(text(value)),
    }
}

#[track_caller]
fn check(item: &str, expected: Item) {
    assert_eq!(parse(item), Ok(expected), "{item}");
}

#[test]
fn headers() {
    check("X-A:b", set("x-a", "b"));
    check(
        "Content-Type: application/json",
        set("content-type", "application/json"),
    );
    check("If-Match: a;b", set("if-match", "a;b"));
    check(
        "Accept:text/html;q=0.9, */*",
        set("accept", "text/html;q=0.9, */*"),
    );
    check(
        "Authorization:Bearer a.b=",
        set("authorization", "Bearer a.b="),
    );
    check("X-A: \t b \n", set("x-a", "b"));
    check("X-Name:Zoë", set("x-name", "Zoë"));
    check("X-A:", header("x-a", HeaderChange::Remove));
    check("X-A:  ", header("x-a", HeaderChange::Remove));
    check("X-A;", header("x-a", HeaderChange::Empty));
    check("X-A:@t", header("x-a", HeaderChange::Set(file("t"))));
    check(
        "X-A:@-",
        header("x-a", HeaderChange::Set(ValueSource::Stdin)),
    );
    check("X-A:\\@t", set("x-a", "@t"));
    check("X-A: @t", set("x-a", "@t"));
    check("X-A\\:=b", set("x-a", "=b"));
    check("foo:bar=baz", set("foo", "bar=baz"));
}

#[test]
fn queries() {
    check("a==b", query("a", text("b")));
    check("a==", query("a", text("")));
    check(
        "$filter==name eq 'x=y'",
        query("$filter", text("name eq 'x=y'")),
    );
    check("filter[name]==x", query("filter[name]", text("x")));
    check("a==@f", query("a", file("f")));
    check("a==\\@f", query("a", text("@f")));
    check("a===b", query("a", text("=b")));
}

#[test]
fn fields() {
    check("a=", string("a", ""));
    check("a=b=c", string("a", "b=c"));
    check("cs=AccountKey=abc==", string("cs", "AccountKey=abc=="));
    check("a.b=c", string("a.b", "c"));
    check(".a.b=c", string("a|b", "c"));
    check(".a.b.0=c", string("a|b|[0]", "c"));
    check(".zones.-:=1", json("zones|[]", "1"));
    check("a[b][c]=v", string("a|b|c", "v"));
    check("a[]=v", string("a|[]", "v"));
    check("a[0]=v", string("a|[0]", "v"));
    check("[]=v", string("[]", "v"));
    check("[0][k]=v", string("[0]|k", "v"));
    check("tags[1]=a", string("tags|1", "a"));
    check(
        "tags[hidden-link:/subscriptions/s/x]=Resource",
        string("tags|hidden-link:/subscriptions/s/x", "Resource"),
    );
    check(
        ".tags.\"hidden-link:/x\"=v",
        string("tags|hidden-link:/x", "v"),
    );
    check("@odata.type=#x", string("@odata.type", "#x"));
    check("@odata.count:=1", json("@odata.count", "1"));
    check("name@odata.bind=/x", string("name@odata.bind", "/x"));
    check(
        "$schema=https://a.example/b",
        string("$schema", "https://a.example/b"),
    );
    check("k=\\@x", string("k", "@x"));
    check("k=\\\\@x", string("k", "\\@x"));
    check("k=C:\\dir\\x", string("k", "C:\\dir\\x"));
    check("k=\\x", string("k", "\\x"));
    check("a\\:b=c", string("a:b", "c"));
    check("\"a b\"=c", string("a b", "c"));
    check("größe=ü", string("größe", "ü"));
    check(
        "k=@f",
        Item::Field {
            path: steps("k"),
            value: FieldValue::Text(file("f")),
        },
    );
    check(
        "k:=@f.json",
        Item::Field {
            path: steps("k"),
            value: FieldValue::Json(file("f.json")),
        },
    );
    check(
        "k=@-",
        Item::Field {
            path: steps("k"),
            value: FieldValue::Text(ValueSource::Stdin),
        },
    );
}

#[test]
fn raw_json_is_kept() {
    for value in [
        "1.10",
        "1E5",
        "-0",
        "123456789012345678901234567890",
        "null",
        "true",
        "\"x\"",
        "[1, 2]",
        "{\"a\":1,\"a\":2}",
        "\"\\ud800\"",
    ] {
        check(&format!("n:={value}"), json("n", value));
    }
    check("n:= 1 ", json("n", "1"));
}

#[test]
fn whole_bodies() {
    check("-", Item::Body(ValueSource::Stdin));
    check("@-", Item::Body(ValueSource::Stdin));
    check("@body.json", Item::Body(file("body.json")));
    check(
        "@~/b.json",
        Item::Body(ValueSource::FileInHome(PathBuf::from("b.json"))),
    );
    check("@./a=b.json", Item::Body(file("./a=b.json")));
    check("@C:\\dir\\a.json", Item::Body(file("C:\\dir\\a.json")));
    for literal in [
        "{}",
        "[]",
        "{\"a\":1}",
        " [1,2] ",
        "\"a=b\"",
        "5",
        "-1.50",
        "true",
        "false",
        "null",
    ] {
        check(literal, Item::Body(text(literal)));
    }
}

#[track_caller]
fn refused(item: &str, message: &str, hint: &str) {
    let error = parse(item).expect_err(item);
    let shown = format!("{error} {}", error.facts().join(" "));
    assert!(shown.contains(message), "{item}: {shown}");
    assert!(
        error.hint().unwrap_or_default().contains(hint),
        "{item}: {:?}",
        error.hint()
    );
    assert_eq!(error.exit_code(), 2);
}

#[test]
fn traps_name_both_readings() {
    refused(
        "https://a.b=1",
        "`https://a.b=1` looks like a second URL",
        ".\"NAME\"=value",
    );
    refused("/subscriptions/x", "second URL", "several commands");
    refused(":443/x", "second URL", "several commands");
    refused("==abc", "query parameter without a name", "`--filter`");
    refused("=v", "the key is empty", "the shell has replaced it");
    refused(":=1", "the key is empty", "the shell has replaced it");
    refused(":={\"a\":1}", "the key is empty", "NAME=VALUE");
    refused(".=v", "the key is empty", "`\"\"`");
    refused(".a..b=v", "empty part", "`\"\"`");
    refused(
        "a/b:c=v",
        "`a/b` is not a valid header name",
        "`.\"a/b:c\"=v`",
    );
    refused(
        "a b:c",
        "`a b` is not a valid header name",
        ".\"NAME\"=value",
    );
    refused("a b;", "`a b` is not a valid header name", "");
    refused("a[b=c", "`[` is not closed", "`\\`");
    refused("a[b]c=d", "follows a closing bracket", "");
    refused("a[-1]=d", "`-1` is not a valid index", "[\"-1\"]");
    refused(
        "p:={a:1}",
        "received: `p:={a:1}`",
        "taken the double quotes away",
    );
    refused(
        "p:={a:1}",
        "the body field `p` with the JSON value `{a:1}`",
        "`p:=@FILE`",
    );
    refused(
        "p:={a:1}",
        "for the header `p` with the value `={a:1}` write `p\\:={a:1}`",
        "",
    );
    refused(
        "p:=westeurope",
        "no valid JSON after `:=`",
        "write `p=westeurope`",
    );
    refused("p:=", "no valid JSON", "`p:=null`");
    refused("X-A:==b", "for the header `X-A` with the value `==b`", "");
    refused(
        "{a:1}",
        "the body is not valid JSON",
        "taken the double quotes away",
    );
    refused(
        "[a,b]",
        "the body is not valid JSON",
        "taken the double quotes away",
    );
    refused(
        "[{\"a\":[1]},{b:2}]",
        "the body is not valid JSON",
        ".\"NAME\"",
    );
    refused("{\"a\":1", "the body is not valid JSON", ".\"NAME\"");
    refused(
        "body.json",
        "`body.json` is not a header, query parameter, field or body",
        "write `@body.json`",
    );
    refused(
        "name",
        "`name` is not a header, query parameter, field or body",
        "`name=VALUE`",
    );
    refused("@", "names no file", "`@FILE`");
    refused("k=@", "names no file", "write `k=\\@`");
    refused("k:=@", "names no file", "`k:=\\@`");
    refused(
        "@f;type=image/png",
        "`;type=` suffix",
        "`Content-Type:application/xml`",
    );
    refused("X-A:a\nb", "control character", "line break");
    refused("", "an item is empty", "variable");
    refused("  ", "an item is empty", "variable");
}

#[track_caller]
fn option(text: &str, name: &str, change: HeaderChange) {
    assert_eq!(
        parse_header_option(text).map(Item::Header),
        Ok(header(name, change)),
        "{text}"
    );
}

#[test]
fn header_options() {
    option(
        "Content-Type: application/json",
        "content-type",
        HeaderChange::Set(text("application/json")),
    );
    option("If-Match: a;b", "if-match", HeaderChange::Set(text("a;b")));
    option("X-A: =b", "x-a", HeaderChange::Set(text("=b")));
    option("X-A:@f", "x-a", HeaderChange::Set(text("@f")));
    option("X-A:b;", "x-a", HeaderChange::Set(text("b;")));
    option("X-A:", "x-a", HeaderChange::Remove);
    option("X-A;", "x-a", HeaderChange::Empty);
    for (wrong, hint) in [
        (
            "Content-Type=application/json",
            "`-H 'Content-Type: application/json'`",
        ),
        ("nothing", "`-H 'Name: value'`"),
        ("X A: b", "no space before the colon"),
        ("X-A : b", "no space before the colon"),
        (": b", "a name has"),
        ("X-A: a\nb", "line break"),
        ("", "`-H 'Name: value'`"),
    ] {
        let error = parse_header_option(wrong).expect_err(wrong);
        assert!(
            error.hint().unwrap_or_default().contains(hint),
            "{wrong}: {:?}",
            error.hint()
        );
    }
}

/// What `HTTPie` 3.2.4 does with the same argument, and why it is another thing here.
#[test]
fn differs_from_httpie() {
    // HTTPie: the header `tags[hidden-link`. Here brackets hide separators: it is a real tag of Azure.
    check(
        "tags[hidden-link:/subscriptions/s/x]=R",
        string("tags|hidden-link:/subscriptions/s/x", "R"),
    );
    // HTTPie: the header `https`. Here it is taken for what it looks like.
    refused("https://a.b=1", "second URL", "");
    // HTTPie: the header `{"a"`. Here a JSON value is a body.
    check("{\"a\":1}", Item::Body(text("{\"a\":1}")));
    // HTTPie: the file `odata.type=#x`. Here a separator after it makes it a key.
    check("@odata.type=#x", string("@odata.type", "#x"));
    // HTTPie: an array with a null in front. Here tags are a map.
    check("tags[1]=a", string("tags|1", "a"));
    // HTTPie: the query `?=abc`. Here the shell's deed is named.
    refused("==abc", "without a name", "`--filter`");
    // HTTPie: a field with the key "". Here an empty key is a mistake.
    refused(":={\"a\":1}", "the key is empty", "");
    // HTTPie: one key with a dot; so it is here, and the leading dot makes it a path.
    check("kind.type=x", string("kind.type", "x"));
    check(".kind.type=x", string("kind|type", "x"));
    // HTTPie: 1.1 and 100000.0. Here numbers keep their bytes.
    check("n:=1.10", json("n", "1.10"));
    check("n:=1E5", json("n", "1E5"));
    // HTTPie: the file `x`, without an escape for the text. Here there is one.
    check("k=\\@x", string("k", "@x"));
    // HTTPie: the key `X-A:`. Here the backslash declines `:=`.
    check("X-A\\:=b", set("x-a", "=b"));
}
