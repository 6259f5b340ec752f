//! Lists as rows: as they arrive, held for a table, cut by a limit, and incomplete.

use crate::support::answer::Answer;
use crate::support::run::Run;
use crate::support::server::Server;

const FIRST: &str = "{\"value\":[{\"name\":\"a\",\"n\":1.10},{\"name\":\"日本\",\"n\":null}],\"nextLink\":\"/list?p=2\"}";
const LAST: &str = "{\"value\":[{\"name\":\"ccc\",\"n\":1E5}]}";

#[test]
fn rows_of_all_pages_have_the_columns_of_the_first_item() {
    for (format, expected) in [
        ("table", "NAME  N\na     1.10\n日本  <none>\nccc   1E5\n"),
        ("tsv", "a\t1.10\n日本\t\nccc\t1E5\n"),
        ("csv", "name,n\r\na,1.10\r\n日本,\r\nccc,1E5\r\n"),
    ] {
        let server = Server::answering([Answer::json(FIRST), Answer::json(LAST)]);
        let run = Run::plain(&server, "GET", "/list").args(["-o", format]);
        let outcome = run.run().exits(0);
        assert_eq!(outcome.text(), expected, "{format}");
        assert_eq!(outcome.stderr, "", "{format}");
    }
}

#[test]
fn rows_stay_where_a_later_page_fails() {
    for (format, expected) in [
        ("table", "N       NAME\n1.10    a\n<none>  日本\n"),
        ("tsv", "1.10\ta\n\t日本\n"),
    ] {
        let server = Server::answering([Answer::json(FIRST), Answer::status(500)]);
        let arguments = ["-o", format, "--columns", "n,name"];
        let outcome = Run::plain(&server, "GET", "/list")
            .args(arguments)
            .run()
            .exits(9);
        assert_eq!(outcome.text(), expected, "{format}");
        let resume = server.url("/list?p=2");
        let hint = format!("`arm GET '{resume}' --no-auth -o {format} --columns 'n,name'`");
        outcome.says(&["error: incomplete after 2 items", &hint]);
    }
}

#[test]
fn a_limit_says_where_the_list_goes_on() {
    let server = Server::answering([Answer::json(FIRST)]);
    let run = Run::plain(&server, "GET", "/list").args(["-o", "table", "--limit", "2", "-v"]);
    let outcome = run.run().exits(0);
    assert_eq!(outcome.text(), "NAME  N\na     1.10\n日本  <none>\n");
    let command = format!(
        "`arm GET '{}' --no-auth -o table --limit 2`",
        server.url("/list?p=2")
    );
    outcome.says(&["note: there are more\n", &command]);
}

#[test]
fn a_table_that_is_too_large_is_refused_whole() {
    let server = Server::answering([Answer::json(format!("[{}7]", "7,".repeat(3000)))]);
    let run = Run::plain(&server, "GET", "/list").args(["-o", "table", "--max-memory", "6kB"]);
    let outcome = run.run().exits(1);
    assert_eq!(outcome.text(), "");
    outcome.says(&["error: the table takes more than 6000 bytes", "-o tsv"]);
}

#[cfg(unix)]
#[test]
fn a_file_of_rows_appears_whole_or_not_at_all() {
    let server = Server::answering([
        Answer::json(FIRST),
        Answer::json(LAST),
        Answer::json(FIRST),
        Answer::status(500),
    ]);
    let url = server.url("/list");
    let run = |end: &str| {
        let script = format!(
            "\"$ARM\" GET {url} --no-auth -o tsv --retry 0 -O rows.tsv; echo $?; cat rows.tsv{end}"
        );
        Run::bash(&script).run()
    };
    assert_eq!(run("").exits(0).text(), "0\na\t1.10\n日本\t\nccc\t1E5\n");
    assert_eq!(run(" || true").exits(0).text(), "9\n");
}

#[test]
fn an_empty_list_prints_no_table() {
    let server = Server::answering([Answer::json("{\"value\":[]}")]);
    let run = Run::plain(&server, "GET", "/list").args(["-o", "table"]);
    let outcome = run.run().exits(0);
    assert_eq!(outcome.text(), "");
    outcome.says(&["note: nothing found"]);
}
