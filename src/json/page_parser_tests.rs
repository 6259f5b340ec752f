//! Tables of pages in pieces: what a parser reports, however the bytes arrive.

use super::event::{Error, PageEvent};
use super::page_layout::{MemberPath, PageLayout};
use super::page_parser::PageParser;

fn parts(text: &[u8], chunk: usize) -> Result<Vec<String>, Error> {
    let shape = PageLayout {
        items: vec![MemberPath::of(["value"]), MemberPath::of(["p", "rows"])],
        links: vec![MemberPath::of(["p", "next"])],
        link_is_certain: false,
    };
    let mut found = Vec::new();
    let mut parser = PageParser::new(shape, 1 << 20);
    let mut part = |part: PageEvent<'_>| {
        found.push(match part {
            PageEvent::Object => "{".to_owned(),
            PageEvent::Open { name } => format!("{name}{{"),
            PageEvent::Close => "}".to_owned(),
            PageEvent::Link { name, value } => format!("link {name}={value}"),
            PageEvent::Member { name, value } => format!("{name}={value}"),
            PageEvent::Items { name } => format!("{}[", name.unwrap_or("")),
            PageEvent::Item(item) | PageEvent::Indented { item, .. } => item.to_owned(),
            PageEvent::ItemsEnd => "]".to_owned(),
            PageEvent::Scalar(value) => format!("scalar {value}"),
        });
        Ok::<(), Error>(())
    };
    for chunk in text.chunks(chunk) {
        parser.push(chunk, &mut part)?;
    }
    parser.finish(&mut part)?;
    Ok(found)
}

#[track_caller]
fn check(text: &str, expected: &[&str]) {
    for chunk in [1, 2, 3, 7, text.len().max(1)] {
        assert_eq!(
            parts(text.as_bytes(), chunk).unwrap(),
            expected,
            "chunks of {chunk}"
        );
    }
}

#[test]
fn splits_the_same_however_the_text_arrives() {
    check("{}", &["{"]);
    check(" [ ] ", &["[", "]"]);
    check("null", &["scalar null"]);
    check("-1.10E5", &["scalar -1.10E5"]);
    check(r#""a\"b""#, &[r#"scalar "a\"b""#]);
    check(
        r#"{"value":[{"a":[1,{"b":"]}\\"}]}, 2 ,"x"],"nextLink":"https://h/p?q=[" , "n":1.10}"#,
        &[
            "{",
            r#""value"["#,
            r#"{"a":[1,{"b":"]}\\"}]}"#,
            "2",
            r#""x""#,
            "]",
            r#""nextLink"="https://h/p?q=[""#,
            r#""n"=1.10"#,
        ],
    );
    check(
        r#"{"v\u0061lue":[1]}"#,
        &["{", r#""v\u0061lue"["#, "1", "]"],
    );
    check(
        r#"{"value":{},"value":[1],"value":[2]}"#,
        &[
            "{",
            r#""value"={}"#,
            r#""value"["#,
            "1",
            "]",
            r#""value"=[2]"#,
        ],
    );
    check("\u{feff}{\"a\":1}", &["{", "\"a\"=1"]);
    check(r#"[{"é":"ü\ud800"}]"#, &["[", r#"{"é":"ü\ud800"}"#, "]"]);
}

#[test]
fn opens_the_objects_on_the_way() {
    check(
        r#"{"p":{"a":{"rows":[1]},"next":"l","rows":[[1],2],"x":{}},"next":"m"}"#,
        &[
            "{",
            r#""p"{"#,
            r#""a"={"rows":[1]}"#,
            r#"link "next"="l""#,
            r#""rows"["#,
            "[1]",
            "2",
            "]",
            r#""x"={}"#,
            "}",
            r#""next"="m""#,
        ],
    );
    check(
        r#"{"\u0070":{},"p":{"next":7},"p":[{"next":"l"}]}"#,
        &[
            "{",
            r#""\u0070"{"#,
            "}",
            r#""p"{"#,
            r#""next"=7"#,
            "}",
            r#""p"=[{"next":"l"}]"#,
        ],
    );
}

#[track_caller]
fn refuse(text: &[u8], wanted: &str) {
    for chunk in [1, 5, text.len().max(1)] {
        let error = parts(text, chunk).unwrap_err().to_string();
        assert!(
            error.contains(wanted),
            "{error:?} does not contain {wanted:?}"
        );
    }
}

#[test]
fn refuses_what_is_not_one_document() {
    refuse(b"", "ends in the middle");
    refuse(b"{\"a\":1", "ends in the middle");
    refuse(b"{\"value\":[{\"a\":1},", "ends in the middle");
    refuse(b"{\"a\":\"x", "ends in the middle");
    refuse(b"{\"p\":{\"rows\":[]}", "ends in the middle");
    refuse(b"{\"p\":{\"rows\":[]]}", "expected `,` or `}`");
    refuse(b"{\"p\":{\"a\":1,}}", "expected a member name");
    refuse(b"{} {}", "expected the end");
    refuse(b"{\"a\" 1}", "expected `:`");
    refuse(b"{\"a\":1,}", "expected a member name");
    refuse(b"[1,]", "expected a value");
    refuse(b"{'a':1}", "expected a member name or `}`");
    refuse(b"{\"a\":01}", "malformed");
    refuse(b"{\"a\":tru}", "malformed");
    refuse(b"{\"value\":[{\"a\":[}]}]}", "malformed");
    refuse(b"{\"a\":\"\x01\"}", "malformed");
    refuse(b"{\"a\":\"\xff\"}", "malformed");
    refuse(b"<html>", "expected a value");
    // A form feed is white space elsewhere.
    refuse(b"\x0c{}", "expected a value");
    refuse(b"{\"a\":\x0c1}", "expected");
    refuse(b"{\"a\":1\x0c}", "malformed");
    refuse(&[b'['; 600], "nested deeper");
}

#[test]
fn items_are_laid_out_for_the_level_of_their_list() {
    for (text, expected) in [
        (r#"[{"a":1}]"#, 1),
        (r#"{"value":[{"a":1}]}"#, 2),
        (r#"{"p":{"rows":[{"a":1}]}}"#, 3),
    ] {
        let shape = PageLayout {
            items: vec![MemberPath::of(["value"]), MemberPath::of(["p", "rows"])],
            ..PageLayout::default()
        };
        let mut found = None;
        let mut parser = PageParser::new(shape, 1 << 20).with_indented_items();
        let mut take = |part: PageEvent<'_>| {
            if let PageEvent::Indented { level, .. } = part {
                found = Some(level);
            }
            Ok::<(), Error>(())
        };
        parser.push(text.as_bytes(), &mut take).unwrap();
        parser.finish(&mut take).unwrap();
        assert_eq!(found, Some(expected), "{text}");
    }
}
