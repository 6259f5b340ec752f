//! Tables of what comes out for which pages, selections and layouts.

use super::{End, ItemFilter, Layout, LineFormat, LinkMember, RenderOptions, Renderer, Selection};
use crate::json::{Expected, JsonStyle, LinkPlace, PageEvent, PageParser};
use crate::output::{Column, Error, SortKey, Sorting};
use crate::query::QueryExpression;

const JSON: Layout = Layout::Json(JsonStyle::Compact);

fn query(text: &str) -> QueryExpression {
    QueryExpression::parse(text).unwrap()
}

fn format(layout: Layout, selection: Selection) -> RenderOptions {
    RenderOptions {
        layout,
        selection,
        keep_links: false,
        filter: ItemFilter::default(),
        limit: None,
        sorting: Sorting::default(),
        max_memory: 1 << 20,
        room: None,
    }
}

fn link(text: &str) -> LinkMember<'_> {
    link_named("nextLink", text)
}

fn link_named<'a>(name: &str, text: &'a str) -> LinkMember<'a> {
    let place = LinkPlace {
        name: format!("\"{name}\""),
        depth: 0,
    };
    LinkMember {
        place: Box::leak(Box::new(place)),
        text,
    }
}

/// Runs pages that are whole in memory, and the same bytes in small chunks: both must agree.
fn run(
    make: &dyn Fn() -> RenderOptions,
    pages: &[&str],
    end: End<'_>,
) -> Result<(String, u64), Error> {
    let whole = run_whole(make(), pages, end)?;
    let streamed = run_streamed(make(), pages, end)?;
    assert_eq!(whole, streamed, "whole and streamed differ");
    Ok(whole)
}

fn run_whole(format: RenderOptions, pages: &[&str], end: End<'_>) -> Result<(String, u64), Error> {
    let mut answer = Renderer::new(format);
    let mut out = Vec::new();
    for (number, page) in pages.iter().enumerate() {
        if number > 0 {
            answer.next_page();
        }
        let (index, _) = Expected::default().read(page.as_bytes()).unwrap();
        for part in index.parts(page.as_bytes()) {
            answer.part(part, &mut out)?;
        }
    }
    let found = answer.finish(end, &mut out)?.count;
    Ok((String::from_utf8(out).unwrap(), found))
}

fn run_streamed(
    format: RenderOptions,
    pages: &[&str],
    end: End<'_>,
) -> Result<(String, u64), Error> {
    #[derive(Debug)]
    enum Failure {
        Json,
        Renderer(Error),
    }
    impl From<crate::json::Error> for Failure {
        fn from(_: crate::json::Error) -> Self {
            Self::Json
        }
    }
    let mut answer = Renderer::new(format);
    let mut out = Vec::new();
    for (number, page) in pages.iter().enumerate() {
        if number > 0 {
            answer.next_page();
        }
        let mut parser = PageParser::new(Expected::plain(), 1 << 20);
        let mut part = |part: PageEvent<'_>| answer.part(part, &mut out).map_err(Failure::Renderer);
        let mut outcome = Ok(());
        for chunk in page.as_bytes().chunks(3) {
            outcome = outcome.and_then(|()| parser.push(chunk, &mut part));
        }
        match outcome.and_then(|()| parser.finish(&mut part)) {
            Ok(()) => {}
            Err(Failure::Renderer(error)) => return Err(error),
            Err(Failure::Json) => panic!("the page is not JSON"),
        }
    }
    let found = answer.finish(end, &mut out)?.count;
    Ok((String::from_utf8(out).unwrap(), found))
}

#[track_caller]
fn check(make: &dyn Fn() -> RenderOptions, pages: &[&str], expected: &str) {
    assert_eq!(run(make, pages, End::Complete).unwrap().0, expected);
}

const PAGES: [&str; 2] = [
    r#"{"k":1.10,"value":[{"n":"a","z":["1"]},{"n":"b"}],"nextLink":"l","count":3}"#,
    r#"{"k":2,"value":[{"n":"c","z":[]}],"nextLink":null}"#,
];

#[test]
fn everything_is_one_document() {
    check(
        &|| format(JSON, Selection::Everything),
        &PAGES,
        "{\"k\":1.10,\"value\":[{\"n\":\"a\",\"z\":[\"1\"]},{\"n\":\"b\"},{\"n\":\"c\",\"z\":[]}],\"count\":3}\n",
    );
    check(
        &|| format(Layout::Lines(LineFormat::Json), Selection::Everything),
        &PAGES,
        "{\"n\":\"a\",\"z\":[\"1\"]}\n{\"n\":\"b\"}\n{\"n\":\"c\",\"z\":[]}\n",
    );
    check(
        &|| format(Layout::Lines(LineFormat::Json), Selection::Everything),
        &["{ \"a\": 1 }"],
        "{\"a\":1}\n",
    );
    check(
        &|| format(Layout::Lines(LineFormat::Json), Selection::Everything),
        &["[1, {\"a\": 2}]"],
        "1\n{\"a\":2}\n",
    );
    check(
        &|| format(Layout::Lines(LineFormat::Text), Selection::Everything),
        &["[\"a\", \"b\\n\"]"],
        "a\nb\n\n",
    );
    check(
        &|| format(Layout::Lines(LineFormat::Text), Selection::Everything),
        &["{\"a\": 1}"],
        "{\"a\":1}\n",
    );
    check(
        &|| format(JSON, Selection::Items),
        &PAGES,
        "[{\"n\":\"a\",\"z\":[\"1\"]},{\"n\":\"b\"},{\"n\":\"c\",\"z\":[]}]\n",
    );
}

#[test]
fn queries_see_the_merged_document() {
    let cases: [(&str, Layout, &str); 12] = [
        ("$.value[*].n", JSON, "[\"a\",\"b\",\"c\"]\n"),
        ("$.value[*].n", Layout::Lines(LineFormat::Text), "a\nb\nc\n"),
        (
            "$.value[*].n",
            Layout::Lines(LineFormat::Json),
            "\"a\"\n\"b\"\n\"c\"\n",
        ),
        ("$.value[?@.z].n", JSON, "[\"a\",\"c\"]\n"),
        ("$.value[-1].n", JSON, "\"c\"\n"),
        ("$.value[1:].n", JSON, "[\"b\",\"c\"]\n"),
        ("$..n", JSON, "[\"a\",\"b\",\"c\"]\n"),
        ("$.k", JSON, "1.10\n"),
        ("$.count", Layout::Lines(LineFormat::Text), "3\n"),
        ("$.value[0].z", Layout::Lines(LineFormat::Text), "1\n"),
        ("$.none", JSON, ""),
        ("$.nextLink", JSON, ""),
    ];
    for (text, form, expected) in cases {
        let make = || format(form.clone(), Selection::Query(query(text)));
        assert_eq!(
            run(&make, &PAGES, End::Complete).unwrap().0,
            expected,
            "{text}"
        );
    }
}

#[test]
fn a_query_below_value_also_runs_if_it_is_not_a_list() {
    let make = || format(JSON, Selection::Query(query("$.value[*].n")));
    check(
        &make,
        &["{\"value\":{\"x\":{\"n\":1},\"y\":{\"n\":2}}}"],
        "[1,2]\n",
    );
    check(&make, &["{\"other\":[{\"n\":1}]}"], "[]\n");
    check(&make, &["[{\"n\":1}]"], "[]\n");
    check(
        &|| format(JSON, Selection::Query(query("$[*].n"))),
        &["[{\"n\":1},{\"n\":2}]"],
        "[1,2]\n",
    );
}

#[test]
fn each_runs_on_every_item() {
    check(
        &|| format(JSON, Selection::EachItem(query("$.n"))),
        &PAGES,
        "[\"a\",\"b\",\"c\"]\n",
    );
    check(
        &|| {
            format(
                Layout::Lines(LineFormat::Text),
                Selection::EachItem(query("$.n")),
            )
        },
        &PAGES,
        "a\nb\nc\n",
    );
    check(
        &|| format(JSON, Selection::EachItem(query("$.z[*]"))),
        &PAGES,
        "[[\"1\"],[],[]]\n",
    );
    check(
        &|| format(JSON, Selection::EachItem(query("$.n"))),
        &["{\"n\":7}"],
        "[7]\n",
    );
}

#[test]
fn counts_what_it_finds() {
    let found = |text: &str| {
        let make = || format(JSON, Selection::Query(query(text)));
        run(&make, &PAGES, End::Complete).unwrap().1
    };
    assert_eq!(
        (
            found("$.value[*].n"),
            found("$.none"),
            found("$.value[*].none")
        ),
        (3, 0, 0)
    );
}

#[test]
fn ends_early_with_the_link_to_go_on() {
    let make = || RenderOptions {
        limit: Some(1),
        ..format(JSON, Selection::Everything)
    };
    let pages = &PAGES[..1];
    let (text, _) = run(&make, pages, End::Limited(Some(link("l")))).unwrap();
    assert_eq!(
        text,
        "{\"k\":1.10,\"value\":[{\"n\":\"a\",\"z\":[\"1\"]}],\"nextLink\":\"l\",\"count\":3}\n"
    );
    let make = || format(JSON, Selection::Everything);
    let (text, _) = run(&make, pages, End::Failed(Some(link("a\"b")))).unwrap();
    assert!(text.contains("\"nextLink\":\"a\\\"b\""), "{text}");
    let odata = [r#"{"value":[1],"@odata.nextLink":"o"}"#];
    let (text, _) = run(
        &make,
        &odata,
        End::Failed(Some(link_named("@odata.nextLink", "o"))),
    )
    .unwrap();
    assert_eq!(text, "{\"value\":[1],\"@odata.nextLink\":\"o\"}\n");
    let whole = || format(JSON, Selection::Query(query("$..n")));
    assert_eq!(
        run(&whole, pages, End::Failed(Some(link("l")))).unwrap(),
        (String::new(), 0)
    );
    let items = || format(JSON, Selection::Query(query("$.value[*].n")));
    assert_eq!(
        run(&items, pages, End::Failed(Some(link("l")))).unwrap().0,
        "[\"a\",\"b\"]\n"
    );
}

#[test]
fn a_page_as_it_was_received_keeps_its_link() {
    let make = || RenderOptions {
        keep_links: true,
        filter: ItemFilter::default(),
        ..format(JSON, Selection::Everything)
    };
    check(&make, &PAGES[..1], &format!("{}\n", PAGES[0]));
    let limited = run(&make, &PAGES[..1], End::Limited(Some(link("l")))).unwrap();
    assert_eq!(limited.0, format!("{}\n", PAGES[0]));
    check(
        &|| RenderOptions {
            keep_links: true,
            filter: ItemFilter::default(),
            ..format(JSON, Selection::Query(query("$.nextLink")))
        },
        &PAGES[..1],
        "\"l\"\n",
    );
}

#[test]
fn holds_no_more_than_it_may() {
    let make = || RenderOptions {
        max_memory: 20,
        room: None,
        ..format(JSON, Selection::Query(query("$..n")))
    };
    let failed = run_whole(make(), &PAGES, End::Complete);
    assert_eq!(failed, Err(Error::TooLarge { limit: 20 }));
    let streams = || RenderOptions {
        max_memory: 300,
        room: None,
        ..format(JSON, Selection::Query(query("$.value[*].n")))
    };
    assert!(run_whole(streams(), &PAGES, End::Complete).is_ok());
}

#[test]
fn items_and_results_are_sorted_when_all_have_come() {
    let sorting = |name: &str, limit| Sorting {
        keys: vec![SortKey {
            column: Column::parse(None, name).unwrap(),
            is_descending: true,
        }],
        limit,
    };
    let pages = [
        r#"{"k":1,"value":[{"n":1},{"n":10},{"m":0}],"end":2}"#,
        r#"{"value":[{"n":2}]}"#,
    ];
    let lines = Layout::Lines(LineFormat::Json);
    for (layout, selection, limit, expected) in [
        (
            JSON,
            None,
            None,
            "{\"k\":1,\"value\":[{\"n\":10},{\"n\":2},{\"n\":1},{\"m\":0}],\"end\":2}\n",
        ),
        (lines.clone(), None, Some(2), "{\"n\":10}\n{\"n\":2}\n"),
        (JSON, Some("[].{n: n}"), Some(1), "[{\"n\":10}]\n"),
        (JSON, Some("value[].{n: n}"), Some(1), "[{\"n\":10}]\n"),
        (JSON, Some("value[0]"), Some(1), "{\"n\":1}\n"),
        (
            lines,
            Some("$.value[?@.n<9]"),
            None,
            "{\"n\":2}\n{\"n\":1}\n",
        ),
    ] {
        let make = || RenderOptions {
            sorting: sorting("n", limit),
            ..format(
                layout.clone(),
                match selection {
                    Some(text) => {
                        Selection::Query(QueryExpression::parse_about_items(text, "value").unwrap())
                    }
                    None => Selection::Everything,
                },
            )
        };
        let (text, _) = run(&make, &pages, End::Complete).unwrap();
        assert_eq!(text, expected, "{selection:?}");
    }
    let small = || RenderOptions {
        sorting: sorting("n", None),
        max_memory: 40,
        room: None,
        ..format(JSON, Selection::Everything)
    };
    let failed = run_whole(small(), &pages, End::Complete);
    assert_eq!(failed, Err(Error::TooMuchToSort { limit: 40 }));
}
