//! Tables of rows: which columns there are, and what is in the cells, for each format.

use super::{
    Column, Columns, End, ItemFilter, Layout, RenderOptions, Renderer, RowFormat, RowOptions,
    Selection, SortKey, Sorting,
};
use crate::json::Expected;
use crate::output::Error;
use crate::query::QueryExpression;

use RowFormat::{Csv, GuardedCsv, Table, Tsv};

fn given(columns: &[(Option<&str>, &str)]) -> Columns {
    let parse = |(name, path): &(Option<&str>, &str)| Column::parse(*name, path).unwrap();
    Columns::Given(columns.iter().map(parse).collect())
}

fn usual() -> Columns {
    Columns::Usual(Vec::new())
}

fn run(
    format: RowFormat,
    columns: Columns,
    scope: Selection,
    max_memory: usize,
    pages: &[&str],
    end: End<'_>,
) -> Result<(String, u64), Error> {
    let layout = Layout::Rows(format, columns, RowOptions::default());
    run_layout(layout, scope, max_memory, pages, end)
}

fn renderer(layout: Layout, selection: Selection, max_memory: usize) -> Renderer {
    Renderer::new(RenderOptions {
        layout,
        selection,
        keep_links: false,
        filter: ItemFilter::default(),
        limit: None,
        sorting: Sorting::default(),
        max_memory,
        room: None,
    })
}

fn feed(answer: &mut Renderer, page: &str, out: &mut Vec<u8>) -> Result<(), Error> {
    let (index, _) = Expected::default().read(page.as_bytes()).unwrap();
    for part in index.parts(page.as_bytes()) {
        answer.part(part, out)?;
    }
    Ok(())
}

fn run_layout(
    layout: Layout,
    scope: Selection,
    max_memory: usize,
    pages: &[&str],
    end: End<'_>,
) -> Result<(String, u64), Error> {
    let mut answer = renderer(layout, scope, max_memory);
    let mut out = Vec::new();
    for (number, page) in pages.iter().enumerate() {
        if number > 0 {
            answer.next_page();
        }
        feed(&mut answer, page, &mut out)?;
    }
    let found = answer.finish(end, &mut out)?.count;
    Ok((String::from_utf8(out).unwrap(), found))
}

#[track_caller]
fn check(format: RowFormat, columns: Columns, scope: Selection, page: &str, expected: &str) {
    let (text, _) = run(format, columns, scope, 1 << 20, &[page], End::Complete).unwrap();
    assert_eq!(text, expected);
}

fn query(text: &str) -> Selection {
    Selection::Query(QueryExpression::parse(text).unwrap())
}

const RESOURCES: &str = r#"{"value":[
    {"id":"/subscriptions/s1/resourceGroups/g1/providers/a/b/c","name":"日本","location":"w","p":{"n":1.10,"l":["1","2"]}},
    {"id":"/subscriptions/s2/RESOURCEGROUPS/g2","name":"b","location":null,"p":{"n":null,"l":[],"o":[{ "k": 1 }]}}]}"#;

#[test]
fn resources_have_the_usual_columns() {
    check(
        Table,
        usual(),
        Selection::Everything,
        RESOURCES,
        "NAME  GROUP  LOCATION\n日本  g1     w\nb     g2     <none>\n",
    );
    check(
        Tsv,
        usual(),
        Selection::Everything,
        RESOURCES,
        "日本\tg1\tw\nb\tg2\t\n",
    );
    check(
        Csv,
        usual(),
        Selection::Everything,
        RESOURCES,
        "name,group,location\r\n日本,g1,w\r\nb,g2,\r\n",
    );
}

#[test]
fn columns_that_nothing_fills_stay_if_they_were_asked_for() {
    let page = r#"{"value":[{"id":"/subscriptions/s","name":"a"}]}"#;
    check(Table, usual(), Selection::Everything, page, "NAME\na\n");
    check(Tsv, usual(), Selection::Everything, page, "a\t\t\n");
    let columns = given(&[(None, "name"), (None, "location")]);
    let expected = "NAME  LOCATION\na     <none>\n";
    check(Table, columns, Selection::Everything, page, expected);
}

#[test]
fn columns_that_were_asked_for() {
    let columns = || {
        given(&[
            (None, "subscriptionId"),
            (Some("größe"), "p.n"),
            (Some("l"), "$.p.l"),
            (Some("o"), "p.o"),
        ])
    };
    check(
        Table,
        columns(),
        Selection::Everything,
        RESOURCES,
        "SUBSCRIPTIONID  GRÖSSE  L    O\ns1              1.10    1,2  <none>\ns2              <none>  []   [{\"k\":1}]\n",
    );
    check(
        Tsv,
        columns(),
        Selection::Everything,
        RESOURCES,
        "s1\t1.10\t[\"1\",\"2\"]\t\ns2\t\t[]\t[{\"k\":1}]\n",
    );
    check(
        Csv,
        columns(),
        Selection::Everything,
        RESOURCES,
        "subscriptionId,größe,l,o\r\ns1,1.10,\"[\"\"1\"\",\"\"2\"\"]\",\r\ns2,,[],\"[{\"\"k\"\":1}]\"\r\n",
    );
    // A member of the item's own wins over what its id says.
    check(
        Tsv,
        given(&[(None, "resourceGroup")]),
        Selection::Everything,
        r#"[{"resourceGroup":"own","id":"/subscriptions/s/resourceGroups/g"},{"id":7},{"id":"/x"}]"#,
        "own\n\n\n",
    );
}

#[test]
fn other_items_show_what_is_simple_in_the_first() {
    let page = r#"[{"b":1E5,"a":{"x":1},"n":null,"b":2,"t":true},{"b":"x","c":1},7,{}]"#;
    check(
        Table,
        usual(),
        Selection::Everything,
        page,
        "B       T\n2       true\nx       <none>\n<none>  <none>\n<none>  <none>\n",
    );
    check(
        Tsv,
        usual(),
        Selection::Everything,
        page,
        "2\t\ttrue\nx\t\t\n\t\t\n\t\t\n",
    );
    check(
        Tsv,
        usual(),
        Selection::Everything,
        r#"{"a":{"x":1},"keys":[1]}"#,
        "{\"x\":1}\t[1]\n",
    );
    check(Table, usual(), Selection::Everything, "{}", "RESULT\n{}\n");
    check(Table, usual(), Selection::Everything, "7", "RESULT\n7\n");
}

#[test]
fn arrays_are_rows_and_simple_values_are_cells() {
    let page = r#"{"value":[["a",1,null],["b",2,{"x": 1},"more"],"c"]}"#;
    check(
        Table,
        usual(),
        Selection::Everything,
        page,
        "COLUMN1  COLUMN2  COLUMN3\na        1        <none>\nb        2        {\"x\":1}  more\nc\n",
    );
    check(
        Tsv,
        given(&[(Some("n"), "[1]")]),
        Selection::Everything,
        page,
        "1\n2\n\n",
    );
}

#[test]
fn queries_give_rows() {
    check(
        Tsv,
        usual(),
        query("$.value[*].name"),
        RESOURCES,
        "日本\nb\n",
    );
    check(
        Table,
        usual(),
        query("$.value[*].name"),
        RESOURCES,
        "RESULT\n日本\nb\n",
    );
    check(
        Tsv,
        usual(),
        query("$.value[?@.name=='b']"),
        RESOURCES,
        "b\tg2\t\n",
    );
    // The one value of a singular query: an array is rows, anything else is one.
    check(
        Tsv,
        usual(),
        query("$.value"),
        RESOURCES,
        "日本\tg1\tw\nb\tg2\t\n",
    );
    check(Tsv, usual(), query("$.value[0].p.l"), RESOURCES, "1\n2\n");
    check(Tsv, usual(), query("$.value[0].p"), RESOURCES, "1.10\n");
    check(Tsv, usual(), query("$.none"), RESOURCES, "");
    let each = Selection::EachItem(QueryExpression::parse("$['name','location']").unwrap());
    check(Tsv, usual(), each, RESOURCES, "日本\tw\nb\t\n");
}

#[test]
fn a_cell_stays_a_cell() {
    let page = r#"[{"a":"x\ty\nz\\\r","b":"say \"hi\", \u001b[2J","c":"\ud800"}]"#;
    check(
        Table,
        usual(),
        Selection::Everything,
        page,
        "A           B                    C\nx\\ty\\nz\\\\r  say \"hi\", \\u{1b}[2J  \"\\ud800\"\n",
    );
    check(
        Tsv,
        usual(),
        Selection::Everything,
        page,
        "x\\ty\\nz\\\\\\r\tsay \"hi\", \u{1b}[2J\t\"\\\\ud800\"\n",
    );
    check(
        Csv,
        usual(),
        Selection::Everything,
        page,
        "a,b,c\r\n\"x\ty\nz\\\r\",\"say \"\"hi\"\", \u{1b}[2J\",\"\"\"\\ud800\"\"\"\r\n",
    );
    // Many readers would not take a line of a single empty cell for a line.
    check(
        Csv,
        given(&[(None, "n")]),
        Selection::Everything,
        "[{}]",
        "n\r\n\"\"\r\n",
    );
}

#[test]
fn no_rows_print_no_table() {
    let page = r#"{"value":[]}"#;
    for format in [Table, Tsv, Csv, GuardedCsv] {
        let outcome = run(
            format,
            usual(),
            Selection::Everything,
            999,
            &[page],
            End::Complete,
        );
        assert_eq!(outcome, Ok((String::new(), 0)));
    }
    let columns = || given(&[(None, "a"), (None, "b")]);
    check(Csv, columns(), Selection::Everything, page, "a,b\r\n");
    check(Table, columns(), Selection::Everything, page, "");
}

#[test]
fn rows_that_came_are_printed_whatever_happens_to_the_others() {
    for (format, expected) in [(Table, "N\na\nbbb\n"), (Tsv, "a\nbbb\n")] {
        let pages = [r#"{"value":[{"n":"a"}]}"#, r#"{"value":[{"n":"bbb"}]}"#];
        let outcome = run(
            format,
            usual(),
            Selection::Everything,
            999,
            &pages,
            End::Failed(None),
        );
        assert_eq!(outcome, Ok((expected.to_owned(), 2)));
    }
}

#[test]
fn a_table_is_bounded_and_lines_are_not() {
    let page = format!("{{\"value\":[{}7]}}", "7,".repeat(600));
    let outcome = |format| {
        let pages = [page.as_str()];
        run(
            format,
            usual(),
            Selection::Everything,
            1000,
            &pages,
            End::Complete,
        )
    };
    assert_eq!(outcome(Table), Err(Error::TableTooLarge { limit: 1000 }));
    assert_eq!(outcome(Tsv).unwrap().1, 601);
    let whole = |limit| {
        let pages = [page.as_str()];
        run(
            Table,
            usual(),
            query("$.value"),
            limit,
            &pages,
            End::Complete,
        )
    };
    assert!(matches!(whole(1000), Err(Error::TooLarge { .. })));
    assert_eq!(whole(1 << 20).unwrap().0.lines().count(), 602);
}

#[test]
fn formulas_are_guarded_where_that_is_asked_for() {
    let page =
        r#"{"value":[{"=n":"=1+1","b":-5,"c":"-5","d":"@x","e":"a=1","f":"\tb","g":["+"]}]}"#;
    let everything = || Selection::Everything;
    let usual = || Columns::Usual(Vec::new());
    let plain = "=n,b,c,d,e,f\r\n=1+1,-5,-5,@x,a=1,\tb\r\n";
    check(Csv, usual(), everything(), page, plain);
    let guarded = "'=n,b,c,d,e,f\r\n'=1+1,-5,'-5,'@x,a=1,'\tb\r\n";
    check(GuardedCsv, usual(), everything(), page, guarded);
}

#[test]
fn rows_are_sorted_and_cut_when_all_have_come() {
    let key = |path: &str, is_descending| SortKey {
        column: Column::parse(None, path).unwrap(),
        is_descending,
    };
    let page =
        r#"{"value":[{"n":"b","v":2},{"n":"a","v":10},{"n":"C","v":null},{"n":"d","v":10}]}"#;
    for (sort, limit, expected) in [
        (vec![key("n", false)], None, "a\nb\nC\nd\n"),
        (vec![key("v", true), key("n", true)], None, "d\na\nb\nC\n"),
        (vec![key("v", false)], Some(2), "b\na\n"),
    ] {
        let options = RowOptions {
            sorting: Sorting { keys: sort, limit },
            ..RowOptions::default()
        };
        let layout = Layout::Rows(Tsv, given(&[(None, "n")]), options);
        let (text, _) = run_layout(
            layout,
            Selection::Everything,
            1 << 20,
            &[page],
            End::Complete,
        )
        .unwrap();
        assert_eq!(text, expected);
    }
}

#[test]
fn columns_are_found_by_the_names_that_are_shown() {
    let known = [
        Column::parse(Some("size"), "p.vmSize").unwrap(),
        Column::parse(Some("group"), "resourceGroup").unwrap(),
    ];
    let asked = |name: &str| Column::parse(None, name).unwrap().asked_among(&known);
    let page = r#"{"value":[{"id":"/subscriptions/s/resourceGroups/g","p":{"vmSize":"S"}},{"id":"/x","size":7,"p":{"vmSize":"T"}}]}"#;
    let columns = Columns::Given(vec![
        asked("SIZE"),
        asked("size"),
        asked("Group"),
        asked("nme"),
    ]);
    let layout = Layout::Rows(Tsv, columns, RowOptions::default());
    let mut answer = renderer(layout, Selection::Everything, 1 << 20);
    let mut out = Vec::new();
    feed(&mut answer, page, &mut out).unwrap();
    let finished = answer.finish(End::Complete, &mut out).unwrap();
    // A member of the item goes before the column of its name.
    assert_eq!(String::from_utf8(out).unwrap(), "S\tS\tg\t\nT\t7\t\t\n");
    assert_eq!(finished.empty_columns, ["nme"]);
}

#[test]
fn what_is_asked_for_with_a_plus_follows_the_usual_columns() {
    let usual = vec![Column::parse(None, "name").unwrap()];
    let more = vec![Column::parse(None, "tags.role").unwrap().asked_among(&[])];
    let page = r#"{"value":[{"id":"/a","name":"n","tags":{"role":"web"}}]}"#;
    let columns = Columns::Added { usual, more };
    check(
        Table,
        columns,
        Selection::Everything,
        page,
        "NAME  ROLE\nn     web\n",
    );
}

#[test]
fn a_subscription_has_its_name_in_tables_only() {
    let columns = || {
        Columns::Given(vec![
            Column::parse(Some("subscription"), "subscriptionId").unwrap(),
        ])
    };
    let page = r#"{"value":[{"id":"/subscriptions/S-1/x"},{"id":"/subscriptions/s-2/x"}]}"#;
    for (format, expected) in [(Table, "SUBSCRIPTION\nMine\ns-2\n"), (Tsv, "S-1\ns-2\n")] {
        let options = RowOptions {
            subscriptions: [("s-1".to_owned(), "Mine".to_owned())].into(),
            ..RowOptions::default()
        };
        let layout = Layout::Rows(format, columns(), options);
        let (text, _) = run_layout(
            layout,
            Selection::Everything,
            1 << 20,
            &[page],
            End::Complete,
        )
        .unwrap();
        assert_eq!(text, expected);
    }
}

#[test]
fn names_of_columns_can_be_left_out() {
    for format in [Table, Csv] {
        let options = RowOptions {
            no_head: true,
            ..RowOptions::default()
        };
        let layout = Layout::Rows(format, given(&[(None, "n")]), options);
        let page = r#"{"value":[{"n":"a"}]}"#;
        let (text, _) = run_layout(
            layout,
            Selection::Everything,
            1 << 20,
            &[page],
            End::Complete,
        )
        .unwrap();
        assert_eq!(text.trim_end(), "a");
    }
}

const COSTS: &str = r#"{"id":"q","properties":{"nextLink":null,
    "columns":[{"name":"Cost","type":"Number"},{"name":"ResourceGroup","type":"String"}],
    "rows":[[1.50,"rg-a"],[20,"rg-b"]]}}"#;

#[test]
fn columns_are_named_as_the_service_names_them() {
    let everything = || Selection::Everything;
    check(
        Table,
        usual(),
        everything(),
        COSTS,
        "COST  RESOURCEGROUP\n1.50  rg-a\n20    rg-b\n",
    );
    check(
        Csv,
        usual(),
        everything(),
        COSTS,
        "Cost,ResourceGroup\r\n1.50,rg-a\r\n20,rg-b\r\n",
    );
    check(Tsv, usual(), everything(), COSTS, "1.50\trg-a\n20\trg-b\n");
    let asked = Column::parse(None, "cost").unwrap().asked_among(&[]);
    check(
        Csv,
        Columns::Given(vec![asked]),
        everything(),
        COSTS,
        "cost\r\n1.50\r\n20\r\n",
    );
    let logs = r#"{"tables":[{"name":"PrimaryResult","columns":[{"name":"Computer","type":"string"}],
        "rows":[["vm-1"],[null]]}]}"#;
    check(
        Csv,
        usual(),
        everything(),
        logs,
        "Computer\r\nvm-1\r\n\"\"\r\n",
    );
}
