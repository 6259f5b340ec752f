//! Tables for bodies: bytes in, bytes out, and every refusal.

use std::path::PathBuf;

use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE};
use http::{HeaderName, HeaderValue};

use super::{Body, Error, Origin, Part, YamlBody, build, resolve};
use crate::cli::{Command, Item, ValueSource, parse};

/// The items as the command line reads them.
fn items(items: &[&str]) -> Vec<Item> {
    match parse(["arm", "PUT", "/x"].iter().chain(items).map(Into::into)) {
        Ok(Command::Request(args)) => args.items,
        other => panic!("{items:?}: {other:?}"),
    }
}

/// Every file and stdin hold `content`.
fn body_with(arguments: &[&str], content: &[u8]) -> Result<Body, Error> {
    let read = |_: &ValueSource| Ok::<_, Error>(Bytes::copy_from_slice(content));
    build(&resolve(&items(arguments), read)?)?.settle(YamlBody::AsJson)
}

#[track_caller]
fn sent(arguments: &[&str], content: &[u8], expected: &[u8], content_type: &str) {
    match body_with(arguments, content) {
        Ok(Body::Bytes {
            content,
            content_type: found,
        }) => {
            assert_eq!(
                content,
                expected,
                "{arguments:?}: {}",
                String::from_utf8_lossy(&content)
            );
            assert_eq!(found, content_type, "{arguments:?}");
        }
        other => panic!("{arguments:?}: {other:?}"),
    }
}

#[track_caller]
fn fields(arguments: &[&str], expected: &str) {
    sent(arguments, b"", expected.as_bytes(), "application/json");
}

#[track_caller]
fn patched(arguments: &[&str], document: &str, expected: &str) {
    sent(
        &[&["@f.json"], arguments].concat(),
        document.as_bytes(),
        expected.as_bytes(),
        "application/json",
    );
}

#[track_caller]
fn refused(arguments: &[&str], content: &[u8], message: &str) {
    let error = body_with(arguments, content).expect_err(&arguments.join(" "));
    assert!(
        error.to_string().contains(message),
        "{arguments:?}: {error}"
    );
}

#[test]
fn no_items_no_body() {
    assert_eq!(body_with(&["X-A:b", "a==b"], b""), Ok(Body::Empty));
}

#[test]
fn fields_become_one_compact_document_in_order() {
    fields(&["b=1", "a:=2"], r#"{"b":"1","a":2}"#);
    fields(
        &["tags[env]=dev", "tags[1]=x"],
        r#"{"tags":{"env":"dev","1":"x"}}"#,
    );
    fields(&["a[]=x", "a[]:=1", "a[2]:=null"], r#"{"a":["x",1,null]}"#);
    fields(
        &[".a.0.b=x", ".a.0.c=y", ".a.1.b=z"],
        r#"{"a":[{"b":"x","c":"y"},{"b":"z"}]}"#,
    );
    fields(&["[]=x", "[1][k]=y"], r#"["x",{"k":"y"}]"#);
    fields(
        &["n:=1.10", "big:=123456789012345678901234567890", "e:=1E5"],
        r#"{"n":1.10,"big":123456789012345678901234567890,"e":1E5}"#,
    );
    fields(&["p:={\"a\":1, \"a\":2}"], r#"{"p":{"a":1, "a":2}}"#);
    fields(&["p:={\"a\": 1}", "p[b]=2"], r#"{"p":{"a":1,"b":"2"}}"#);
    fields(&["s=a\"b\\c\nü\u{1}"], "{\"s\":\"a\\\"b\\\\c\\nü\\u0001\"}");
    fields(&["a[\"\"]=x"], r#"{"a":{"":"x"}}"#);
}

#[test]
fn a_byte_order_mark_is_left_out() {
    const MARK: &[u8] = b"\xEF\xBB\xBF";
    let marked = |text: &[u8]| [MARK, text].concat();
    let json = "application/json";
    sent(
        &["@f.json"],
        &marked(b"{\"a\": 1}\n"),
        b"{\"a\": 1}\n",
        json,
    );
    sent(&["-"], &marked(b"[1]"), b"[1]", json);
    sent(&["a=@f"], &marked(b"text"), br#"{"a":"text"}"#, json);
    let csv = marked(b"a,b");
    sent(&["@f.csv"], &csv, &csv, "text/csv; charset=utf-8");
}

#[test]
fn white_space_is_not_a_body() {
    for content in [&b" \n"[..], b"\xEF\xBB\xBF\r\n", b"\t"] {
        for item in ["@f", "@f.json", "-"] {
            refused(&[item], content, "is white space only");
        }
        sent(&["@f.bin"], content, content, "application/octet-stream");
    }
    sent(&["@f"], b"", b"", "application/octet-stream");
}

#[test]
fn values_from_files() {
    sent(
        &["a=@f"],
        b"two\nlines\n",
        br#"{"a":"two\nlines\n"}"#,
        "application/json",
    );
    sent(
        &["a:=@f"],
        b"\xEF\xBB\xBF {\"b\": 1.0}\n",
        br#"{"a":{"b": 1.0}}"#,
        "application/json",
    );
    refused(
        &["a=@f"],
        b"\xFF",
        "the value of `a` from `f` is not UTF-8 text",
    );
    refused(&["a:=@f"], b"{", "`f` is not valid JSON");
}

#[test]
fn fields_change_a_document_and_keep_the_rest() {
    let document =
        "{\n  \"big\": 1.10,\n  \"a\": {\"x\": [1, 2], \"y\": \"\\u00fc\"},\n  \"n\": null\n}\n";
    patched(
        &[".a.y=z"],
        document,
        "{\"big\":1.10,\"a\":{\"x\":[1, 2],\"y\":\"z\"},\"n\":null}",
    );
    patched(
        &[".a.x.-:=3", ".a.x.0:=0"],
        document,
        "{\"big\":1.10,\"a\":{\"x\":[0,2,3],\"y\":\"\\u00fc\"},\"n\":null}",
    );
    patched(
        &["new=1"],
        document,
        "{\"big\":1.10,\"a\":{\"x\": [1, 2], \"y\": \"\\u00fc\"},\"n\":null,\"new\":\"1\"}",
    );
    patched(
        &["a=gone"],
        document,
        "{\"big\":1.10,\"a\":\"gone\",\"n\":null}",
    );
    patched(
        &["n[k]=v"],
        document,
        "{\"big\":1.10,\"a\":{\"x\": [1, 2], \"y\": \"\\u00fc\"},\"n\":{\"k\":\"v\"}}",
    );
    patched(
        &["a=3"],
        r#"{"a":1,"a":2,"\ud800":1,"\u0062":4}"#,
        r#"{"a":1,"a":"3","\ud800":1,"\u0062":4}"#,
    );
    patched(&["b=3"], r#"{"\u0062":4}"#, r#"{"\u0062":"3"}"#);
    patched(&["[0]=x"], "[1, 2]", r#"["x",2]"#);
    sent(
        &["-", "a=x"],
        b"\xEF\xBB\xBF{\"b\":1}",
        br#"{"b":1,"a":"x"}"#,
        "application/json",
    );
}

#[test]
fn fields_that_do_not_fit() {
    refused(&["a=1", "a=2"], b"", "`a` is set twice");
    refused(
        &["a=1", "a[b]=2"],
        b"",
        "`a[b]` does not fit: `a` is already a plain value",
    );
    refused(
        &["a[b]=1", "a=2"],
        b"",
        "`a` does not fit: `a` is already an object",
    );
    refused(
        &["a[]=1", "a[b]=2"],
        b"",
        "`a[b]` does not fit: `a` is already an array",
    );
    refused(
        &["a[b]=1", "a[]=2"],
        b"",
        "`a[]` does not fit: `a` is already an object",
    );
    refused(&["a[]=1", "a=2"], b"", "`a` is already an array");
    refused(&["a[b]=1", "a[b]=2"], b"", "`a[b]` is set twice");
    refused(&["a:=null", "a[b]=2"], b"", "`a` is already a plain value");
    refused(&["p:={\"a\":1}", "p[a]=2"], b"", "`p[a]` is set twice");
    refused(
        &["a[1]=x"],
        b"",
        "`a[1]` leaves a gap: the array has 0 elements so far",
    );
    refused(&["a[5000000]:=1"], b"", "leaves a gap");
    refused(
        &["@f", "a[b]=1"],
        br#"{"a":"x"}"#,
        "`a` is already a plain value",
    );
    refused(&["@f", "a=1"], b"[]", "the body is already an array");
    refused(&["@f", "a=1"], b"7", "the body is already a plain value");
    refused(&["@f", "a=1"], b"not json", "`f` is not valid JSON");
}

/// `az rest` parses a body and writes it again: duplicates collapse, text is escaped, floats change (fault F5), and
/// binary turns into other bytes (F3).
#[test]
fn whole_bodies_leave_byte_for_byte() {
    let json = " {\"a\" : 1.10,\n\"a\":2, \"ü\":\"\\u00fc\"}\n".as_bytes();
    sent(&["@f.json"], json, json, "application/json");
    sent(&["@-"], json, json, "application/json");
    let binary: Vec<u8> = (0..=255).collect();
    sent(&["@f"], &binary, &binary, "application/octet-stream");
    sent(&["@f.zip"], &binary, &binary, "application/zip");
    sent(&["@f.XML"], b"<a/>", b"<a/>", "application/xml");
    sent(&["@f"], b"plain", b"plain", "text/plain; charset=utf-8");
    sent(&["@f.txt"], b"{\"a\":1}", b"{\"a\":1}", "application/json");
    sent(&["-"], b"", b"", "application/octet-stream");
    sent(&["{\"a\": 1}"], b"", b"{\"a\": 1}", "application/json");
    sent(&["5"], b"", b"5", "application/json");
}

/// `az rest` sends the name of a file that it cannot find, or that has no `@` (fault F2).
#[test]
fn a_file_that_cannot_be_read_is_never_a_body() {
    let read = |source: &ValueSource| match source {
        ValueSource::File(path) => Err(path.clone()),
        ValueSource::Literal(_) | ValueSource::FileInHome(_) | ValueSource::Stdin => {
            panic!("{source:?}")
        }
    };
    assert_eq!(
        resolve(&items(&["@nofile.json"]), read),
        Err(PathBuf::from("nofile.json"))
    );
    let error = parse(["arm", "PUT", "/x", "file.json"].map(Into::into)).unwrap_err();
    assert_eq!(
        error.hint(),
        Some("if `file.json` is a file with the body, write `@file.json`")
    );
}

/// The two faults of `az rest` and `ARMClient` with headers (F1, F22).
#[test]
fn header_values_arrive_whole() {
    for (text, value) in [
        ("Content-Type: application/json", "application/json"),
        ("If-Match: a;b", "a;b"),
    ] {
        let argv = ["arm", "PUT", "/x", text, "-H", text].map(Into::into);
        let Ok(Command::Request(request)) = parse(argv) else {
            panic!("{text}")
        };
        let expected = ValueSource::Literal(value.to_owned());
        assert_eq!(
            request.items.first().and_then(Item::source),
            Some(&expected)
        );
        assert_eq!(
            request
                .options
                .headers
                .edits
                .first()
                .cloned()
                .map(Item::Header)
                .as_ref(),
            request.items.first()
        );
    }
}

#[test]
fn a_json_file_that_is_none_is_refused_with_its_place() {
    let error = body_with(&["@f.json"], b"{\"a\": 1,\n \"b\" 2}").unwrap_err();
    let Error::NotJson {
        origin,
        line,
        column,
        reason,
    } = error
    else {
        panic!("{error}")
    };
    assert_eq!((origin, line), (Origin::File(PathBuf::from("f.json")), 2));
    assert!(
        column > 0 && reason.contains("line 2"),
        "{column}: {reason}"
    );
    refused(&["@f.json"], b"", "`f.json` is not valid JSON");
    refused(
        &["@f.json"],
        b"\xFF\xFE{\0}\0",
        "it is UTF-16; save it as UTF-8",
    );
    refused(&["@f.json"], b"{\"a\":1} {", "line 1");
}

#[test]
fn deep_json_needs_no_stack() {
    let deep = format!("{}{}", "[".repeat(200_000), "]".repeat(200_000));
    sent(
        &["@f.json"],
        deep.as_bytes(),
        deep.as_bytes(),
        "application/json",
    );
    let path = format!("a{}:=1", "[b]".repeat(126));
    assert!(body_with(&[&path], b"").is_ok());
}

#[test]
fn two_whole_bodies_are_refused_here_too() {
    let whole = |origin| Part::Whole {
        origin,
        content: Bytes::new(),
    };
    let error = build(&[whole(Origin::Stdin), whole(Origin::Argument)]).unwrap_err();
    assert_eq!(
        error,
        Error::SeveralBodies {
            first: Origin::Stdin,
            second: Origin::Argument
        }
    );
}

#[test]
fn a_file_of_yaml_becomes_json() {
    const YAML: &[u8] = b"\xEF\xBB\xBFlocation: no\nsku: {n: 1.0}\n";
    let json = "application/json";
    let expected: &[u8] = br#"{"location":"no","sku":{"n":1.0}}"#;
    sent(&["@f.yaml"], YAML, expected, json);
    sent(&["@~/f.YML"], YAML, expected, json);
    sent(
        &["@f.yml", ".sku.n:=2"],
        YAML,
        br#"{"location":"no","sku":{"n":2}}"#,
        json,
    );
    sent(&["a:=@f.yaml"], b"- x\n", br#"{"a":["x"]}"#, json);
    // Text stays text, and JSON stays as it was written, whatever the file is called.
    sent(&["a=@f.yaml"], b"- x\n", br#"{"a":"- x\n"}"#, json);
    sent(&["@f.yaml"], b"{\"a\": 1.0}\n", b"{\"a\": 1.0}\n", json);
    // Only a file has a name.
    sent(&["-"], b"a: 1", b"a: 1", "text/plain; charset=utf-8");
    refused(&["@f.json"], b"a: 1", "is not valid JSON");
    let place = "`f.yaml` cannot be sent as JSON: line 2, column 1: the name `a` is";
    for items in [&["@f.yaml"][..], &["@f.yaml", "b=1"], &["b:=@f.yaml"]] {
        refused(items, b"a: 1\na: 2\n", place);
    }
    refused(&["@f.yaml"], b" \n", "it holds no document");
    refused(&["@f.yaml"], b"", "it holds no document");
    refused(&["@f.yaml"], b"\xFF\xFEa\0", "it is UTF-16");
    refused(
        &["@f.yaml"],
        b"a: b\nc: \xFF",
        "line 2, column 4: it is not UTF-8",
    );
}

#[test]
fn a_file_of_yaml_stays_itself_where_no_json_is_read() {
    const YAML: &[u8] = b"a: 1\na: 2\n";
    let read = |_: &ValueSource| Ok::<_, Error>(Bytes::from_static(YAML));
    let given = build(&resolve(&items(&["@f.yaml"]), read).unwrap()).unwrap();
    let expected = Body::Bytes {
        content: Bytes::from_static(YAML),
        content_type: HeaderValue::from_static("application/yaml"),
    };
    assert_eq!(given.settle(YamlBody::AsItIs), Ok(expected));
}

#[test]
fn who_reads_the_body_decides_what_becomes_of_yaml() {
    #[track_caller]
    fn check(is_resource_manager: bool, headers: &[(HeaderName, &str)], expected: YamlBody) {
        let headers: Vec<_> = headers
            .iter()
            .map(|(name, value)| {
                let value = (!value.is_empty()).then(|| HeaderValue::from_str(value).unwrap());
                (name.clone(), value)
            })
            .collect();
        assert_eq!(YamlBody::of(is_resource_manager, &headers), expected);
    }
    check(true, &[], YamlBody::AsJson);
    check(false, &[], YamlBody::AsItIs);
    check(true, &[(ACCEPT, "application/yaml")], YamlBody::AsJson);
    check(
        true,
        &[(CONTENT_TYPE, "application/yaml")],
        YamlBody::AsItIs,
    );
    check(true, &[(CONTENT_TYPE, "")], YamlBody::AsJson);
    let patch = "application/merge-patch+JSON ; charset=utf-8";
    check(false, &[(CONTENT_TYPE, patch)], YamlBody::AsJson);
    let both = [
        (CONTENT_TYPE, "text/yaml"),
        (CONTENT_TYPE, "application/json"),
    ];
    check(false, &both, YamlBody::AsJson);
}

#[test]
fn standard_input_that_was_meant_to_be_json_is_refused() {
    refused(&["-"], b"\xFF\xFE{\0}\0", "it is UTF-16; save it as UTF-8");
    refused(&["-"], b"\xFE\xFF\0[\0]", "it is UTF-16; save it as UTF-8");
    refused(&["-"], b"{\"a\":1", "standard input is not valid JSON: EOF");
    refused(&["@f.json"], b"", "`f.json` is not valid JSON: it is empty");
    // Lines of JSON, and what only begins alike.
    let plain = "text/plain; charset=utf-8";
    sent(&["-"], b"{}\n{}\n", b"{}\n{}\n", plain);
    sent(&["-"], b"['Table'] | take 1", b"['Table'] | take 1", plain);
    let bytes = "application/octet-stream";
    sent(&["-"], b"\xFF\xFEa\0", b"\xFF\xFEa\0", bytes);
}
